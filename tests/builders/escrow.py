"""What a memo issues, with numbers that can be scored by hand."""

from __future__ import annotations

from scipy import stats

from countermove.questions.score.finding import LEVELS, Escrow, ForecastEffort, ForecastQuestion, ForecastSeries, StrategyForecast

ISSUED = 2017 * 12 + 11
FIRST, MONTHS = ISSUED + 1, 4
LONGEST_WAIT = ISSUED + 12


def ladder(middle: float) -> tuple[float, ...]:
    """Quantiles of N(middle, 1)."""
    return tuple(float(x) for x in stats.norm(middle, 1).ppf(LEVELS))


def escrow_by_hand() -> Escrow:
    """Two strategies, two theories, numbers that can be scored by hand."""
    questions = (
        ForecastQuestion("direct-war", "War between the patrons, by 2018-12", "", True, LONGEST_WAIT, True),
        ForecastQuestion("drawn-in", "The owner is drawn in, by 2018-12", "", True, LONGEST_WAIT, False),
        ForecastQuestion("deaths", "Military dead, by 2018-12", "persons", False, LONGEST_WAIT, False),
    )
    series = (
        ForecastSeries("deaths", "deaths", "", "persons", False),
        ForecastSeries("kyiv.held", "held", "kyiv", "share", False),
        ForecastSeries("truce-breaks", "truce-breaks", "", "", True),
    )

    def said(shift: float) -> StrategyForecast:
        by = {"weighted": 0.25, "inertia": 0.2, "spigot": 0.4}
        answers = {
            "direct-war": {name: (chance,) for name, chance in by.items()},
            "drawn-in": {name: (chance / 2,) for name, chance in by.items()},
            "deaths": {name: ladder(shift + 10 * chance) for name, chance in by.items()},
        }
        months = {
            "deaths": {name: tuple(ladder(shift + 10 * chance) for _ in range(MONTHS)) for name, chance in by.items()},
            "kyiv.held": dict.fromkeys(by, ((0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.9),) * MONTHS),
            "truce-breaks": {name: ((chance,),) * MONTHS for name, chance in by.items()},
        }
        return StrategyForecast(f"plan-{shift:g}", "A plan.", answers, months)

    return Escrow(
        scenario="a-war", title="A war", hashes={"scenario": "a" * 64, "record": ""}, record="", issued=ISSUED, start=FIRST, first=FIRST,
        parties={"owner": "Us", "client": "Friend", "rival": "Foe"}, sizes=ForecastEffort(MONTHS, 8, 2, 8, 2), seed=0,
        weights={"inertia": 0.75, "spigot": 0.25}, weights_from="priors", questions=questions, series=series,
        conditionals=(said(0.0), said(100.0)), code_version="0.1.0", versions={"numpy": "2"},
    )  # fmt: skip
