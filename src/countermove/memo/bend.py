"""What travels in a memo so that its reader can weigh and value otherwise: expected outcomes by plan, theory, measure and scramble.

Points are linear in the weights of the theories and in the values of the objective, so that the page works out regret, errors, verdicts and flip
points of any setting exactly, from means alone (`show/templates/bend.js`), with nothing run again and nothing asked of anybody.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from countermove.decision.cells import outcomes_of, row_of
from countermove.decision.monte_carlo_error import Scrambles
from countermove.engine.runs import Runs
from countermove.errors import DecisionError
from countermove.questions.run.run import Study
from countermove.questions.run.value_sets import objectives
from countermove.questions.weigh.finding_memo import MemoWeighing
from countermove.questions.weigh.memo_weighing import posterior_of
from countermove.scenario.schema import Objective, Scenario, Worth
from countermove.world.certainty import ROUNDING
from countermove.world.measure import MEASURE, MEASURES, doc_on, titled, titled_in_unit
from countermove.world.titles import Titles
from countermove.world.words import capitalized, number

DIGITS = 12  # of a mean: far more than any shown digit hangs on
TAKES_VALUE = frozenset(
    (
        "--draws",
        "--lucks",
        "--seed",
        "--tolerance",
        "--workers",
        "--executor",
        "--strategy",
        "--theory",
        "--set",
        "--plugin",
        "--out",
    )
) | frozenset(("--figures", "--to", "--for", "--beside"))
"""Options of the commands that make a study which are followed by a value."""
WHOLE = ("", "probability", "share", "0-1", "count", "rung")
"""Units of what is valued whole, or one by one."""
SAME_WAR = frozenset(("--set", "--plugin", "--strategy", "--theory"))
"""Those options without which the same command would run another war, or less of it."""


@dataclass(frozen=True)
class Preset:
    """Whose weights and values these are: shares of the theories [T], points of the measures [V]."""

    name: str
    title: str
    says: str
    weights: tuple[float, ...]
    values: tuple[float, ...]

    def data(self) -> dict[str, object]:
        """As the page has it."""
        return {"name": self.name, "title": self.title, "says": self.says, "weights": self.weights, "values": self.values}


@dataclass(frozen=True)
class ValuedMeasure:
    """One measure that somebody values: points for every `per` of it; `written` as the scenario's owner has it, 0 where only a reader values it.

    `event`: what happens or does not, in words; empty for an amount. `bound`: as far as its slider goes to either side. `pictured`: its
    rank among the measures that points are translated into, -1 for none.
    """

    name: str
    title: str
    per: float
    unit: str
    written: float
    bound: float
    amounts: str
    event: str
    pictured: int

    def data(self) -> dict[str, object]:
        """As the page has it."""
        return {**vars(self), "unit": "share" if self.unit == "0-1" else self.unit, "each": self._each()}

    def _each(self) -> str:
        """What the points are for: `points per 1,000 persons`."""
        if self.per == 1 and self.unit in WHOLE:
            return "points"
        return f"points per {number(self.per)} {self.unit}".strip()


@dataclass(frozen=True)
class Bendable:
    """All that a page needs to be weighed and valued otherwise, and to say where its numbers come from.

    `means` [S, T, V, K]: the mean of each valued measure over the runs of each scramble. `command`: the program, the file and what has to be
    typed to run the same war; `whole`: the sum of its theories' weights as they are written, of which the page shows the shares;
    `explicit`: the file does not hold these weights and values, so that all of them have to be typed.
    """

    command: tuple[str, ...]
    counts: tuple[int, int, int]  # draws, lucks, seed
    plans: tuple[tuple[str, str], ...]  # name, title
    theories: tuple[tuple[str, str, str], ...]  # name, what the patron does, title
    patron: str
    whole: float
    explicit: bool
    matters: float
    measures: tuple[ValuedMeasure, ...]
    presets: tuple[Preset, ...]  # as written, then readers, then the record
    docs: Mapping[str, tuple[str, str]]  # title and unit of a measure, as a row of a table has them: its name, what it is
    mass: tuple[float, ...]
    means: np.ndarray = field(compare=False)

    def data(self) -> dict[str, object]:
        """As the page has it."""
        draws, lucks, seed = self.counts
        return {
            "command": self.command,
            "draws": draws,
            "lucks": lucks,
            "seed": seed,
            "plans": self.plans,
            "theories": self.theories,
            "patron": self.patron,
            "whole": self.whole,
            "explicit": self.explicit,
            "matters": self.matters,
            "docs": self.docs,
            "measures": [one.data() for one in self.measures],
            "presets": [one.data() for one in self.presets],
            "mass": self.mass,
            "means": _rounded(self.means),
        }

    def script(self) -> str:
        """The data as JSON for a `<script>`: no text of a file can end it, or begin a comment in it."""
        text = json.dumps(self.data(), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.translate({ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"})


def _rounded(values: np.ndarray) -> list[object]:
    """Nested lists of numbers with DIGITS figures; a whole number without its point, which saves bytes."""
    if values.ndim:
        return [_rounded(part) if part.ndim else _figure(float(part)) for part in values]
    return [_figure(float(values))]


def _figure(value: float) -> float | int:
    short = float(f"{value:.{DIGITS}g}")
    return int(short) if short == int(short) else short


def bendable(study: Study, says: MemoWeighing) -> Bendable | None:
    """What travels in the memo of a study; None where its plans were not compared: nothing would move.

    Args:
        study: its runs, its objective, its readers.
        says: what the record says of the theories, possibly nothing.
    """
    scenario, runs, found = study.program.scenario, study.runs, study.findings
    if scenario.objective is None or not found.regret:
        return None
    sets = {row.name: objectives(scenario)[row.name] for row in found.values}
    measures = _measures(scenario, scenario.objective, list(sets.values()))
    titles, made = study.program.titles, study.provenance
    beliefs = scenario.beliefs
    means, mass = _means(runs, [one.name for one in measures])
    return Bendable(
        command=same_war(made.command, made.scenario),
        counts=(runs.draws, runs.lucks, runs.seed),
        plans=tuple((name, titles.strategy(name)) for name in runs.strategies),
        theories=tuple((name, _theory(study, titles, name), titles.theory(name)) for name in runs.theories),
        patron=scenario.rival if len(beliefs) > 1 else "",
        whole=sum(beliefs.get(name, 0.0) for name in runs.theories),
        explicit="--for" in shlex.split(made.command),
        matters=scenario.objective.matters,
        measures=measures,
        presets=_presets(study, says, measures),
        docs={
            capitalized(titled_in_unit(one.name, scenario.opening.control)): (
                one.name,
                doc_on(one, scenario.clock.months, scenario.opening.control),
            )
            for one in MEASURES
        },
        mass=mass,
        means=means,
    )


def _theory(study: Study, titles: Titles, name: str) -> str:
    """A theory as what the patron does; where nobody stands on another side, by itself."""
    program = study.program
    if program.asked is None:
        return titles.theory(name)
    return titles.does(titles.actor(program.cast.patrons[program.asked]), name)


def _measures(scenario: Scenario, own: Objective, sets: Sequence[Objective]) -> tuple[ValuedMeasure, ...]:
    """The measures of the objective, then those of the readers, each per what the first who values it has."""
    first: dict[str, Worth] = {}
    for one in sets:
        for name, worth in one.values.items():
            first.setdefault(name, worth)
    ranked = [measure.name for unit in ("persons", "million USD") for measure in MEASURES if measure.unit == unit]
    return tuple(
        ValuedMeasure(
            name,
            capitalized(titled(name, scenario.opening.control)),
            worth.per,
            MEASURE[name].unit,
            written=own.values[name].points if name in own.values else 0.0,
            bound=_bound(max(abs(_points(one, name, worth.per)) for one in sets)),
            amounts=MEASURE[name].amounts,
            event=MEASURE[name].title if MEASURE[name].kind == "event" else "",
            pictured=ranked.index(name) if name in ranked else -1,
        )
        for name, worth in first.items()
    )


def _points(objective: Objective, name: str, per: float) -> float:
    """Points for so many of a measure; 0 where it is not valued."""
    worth = objective.values.get(name)
    return 0.0 if worth is None else worth.points if worth.per == per else worth.points / worth.per * per


def _bound(most: float) -> float:
    """Twice the most that anybody gives, up to the next round number; 1 where all give nothing."""
    if most <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(2 * most))
    return float(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= 2 * most * (1 - ROUNDING)))


def _presets(study: Study, says: MemoWeighing, measures: Sequence[ValuedMeasure]) -> tuple[Preset, ...]:
    """As written, by every reader whose weights and values these runs have, and by the record's weights with the values as written."""
    scenario, theories = study.program.scenario, study.runs.theories
    shares = _shares(theories, study.findings.weights)
    own = tuple(one.written for one in measures)
    found = [Preset("", "As written", "The weights and values that the author wrote down.", shares, own)]
    valued = {row.name for row in study.findings.values}
    for name, reader in scenario.readers.items():
        by = Objective(of=scenario.owner, values=reader.values) if reader.values else None
        if by is not None and name not in valued and by.values != (scenario.objective and scenario.objective.values):
            continue  # it values what these runs do not have, and the memo says so
        if reader.theories and not _weighs(reader.theories, theories):
            continue
        values = own if by is None else tuple(_points(by, one.name, one.per) for one in measures)
        weights = _shares(theories, reader.theories) if reader.theories else shares
        found.append(Preset(name, study.program.titles.reader(name), reader.says, weights, values))
    weighed = says.weighed
    record: Mapping[str, float] = {} if weighed is None else posterior_of(study, weighed)
    if record:
        told = "The weights that the record gives the theories, with the values that the author wrote down."
        found.append(Preset("record", "The record’s weights", told, _shares(theories, record), own))
    return tuple(found)


def _weighs(weights: Mapping[str, float], theories: Sequence[str]) -> bool:
    """Whether all that has weight was run, and anything has."""
    held = [theory for theory, weight in weights.items() if weight > 0]
    return bool(held) and set(held) <= set(theories)


def _shares(theories: Sequence[str], weights: Mapping[str, float]) -> tuple[float, ...]:
    held = [float(weights.get(name, 0.0)) for name in theories]
    return tuple(one / sum(held) for one in held)


def _means(runs: Runs, measures: Sequence[str]) -> tuple[np.ndarray, tuple[float, ...]]:
    """The mean of each measure by scramble [S, T, V, K], 0 in a scramble without mass, and the mass of each scramble [K]."""
    scrambles = Scrambles.of(runs)
    rows = [row_of(name) for name in measures]
    totals = np.array(
        [
            [
                scrambles.gather(np.asarray(outcomes_of(runs, plan, theory)[rows], np.float64).mean(axis=-1))
                for theory in runs.theories
            ]
            for plan in runs.strategies
        ]
    )
    if not np.isfinite(totals).all():
        raise DecisionError("a measure that somebody values is absent in some run")
    mass = scrambles.mass
    return np.divide(totals, mass, out=np.zeros_like(totals), where=mass > 0), tuple(mass.tolist())


def same_war(command: str, scenario: str) -> tuple[str, ...]:
    """`countermove run FILE` with what of `command` decides which war is run; by the scenario's name where the command is not known."""
    typed = shlex.split(command)[2:]
    file, kept = scenario, list[str]()
    place = 0
    while place < len(typed):
        option, equals, _ = typed[place].partition("=")
        after = 1 if option in TAKES_VALUE and not equals else 0
        if not option.startswith("--"):
            file = typed[place]
        elif option in SAME_WAR:
            kept += (option, typed[place].removeprefix(f"{option}=") if equals else typed[place + 1])
        place += 1 + after
    return ("countermove", "run", file, *kept)
