"""What is issued on the page of a backtest: the months after each record's end, by every method, and the sealed file that holds them."""

from __future__ import annotations

from countermove.plain import as_json
from countermove.questions.backtest.finding import FAILS, Backtest, CaseScores, TargetScores, method_title
from countermove.store.sealed import seal_of
from countermove.world.tables import Cell, Table
from countermove.world.words import capitalized, counted, month, number, percent, span


def forecast_notes(found: Backtest, file: str) -> tuple[str, ...]:
    """Where the forecasts are, and what they take as given."""
    if found.forecasts is None:
        return ()
    return (
        f"From the last month of each record the same methods forecast the {counted(found.horizon, 'month')} after it, which this program does not "
        f"know. What they say is in the file {file}, with the seal {seal_of(as_json(found.forecasts))}: SHA-256 over its content, so that it can be "
        f"shown later that nothing in it was changed. The clock of each replay is made longer by these months for it, and a phase of the replay that "
        "lasts to its last month lasts on: what was taken as given stays given.",
    )


def provenance_lines(found: Backtest, file: str) -> tuple[tuple[str, str], ...]:
    """For the table of how the numbers were made."""
    if found.forecasts is None:
        return ()
    return (("issued in", file), ("seal of what is issued", seal_of(as_json(found.forecasts))))


def issued_table(case: CaseScores, target: TargetScores, found: Backtest) -> Table | None:
    """Median and 90% interval month by month; of an event its probability. None where nothing is issued."""
    if found.forecasts is None:
        return None
    said = found.forecasts.of(case.record, target.name)
    origin = next((row.origin for row in found.forecasts.cases if row.record == case.record), 0)
    if said is None:
        return None
    fails = {row.method for row in target.methods if row.verdict == FAILS}

    def cell(quantiles: tuple[tuple[float, ...], ...], mean: tuple[float, ...], h: int) -> Cell:
        if not quantiles:
            return Cell(percent(mean[h]))
        low, _, middle, _, high = quantiles[h]
        return Cell(number(middle), (span(low, high),))

    what = "probability that it happens"
    if not said.event:
        what = f"median and 90% interval, {said.unit}" if said.unit else "median and 90% interval"
    months = (month(origin + h).replace(" ", "\N{NO-BREAK SPACE}") for h in range(1, found.horizon + 1))
    return Table.of(
        f"Issued: {said.name} after {month(origin)}, not known here. {capitalized(what)}.",
        ("method", *months),
        (
            (
                Cell(method_title(row.method, row.kind), (FAILS,) if row.method in fails else ()),
                *(cell(row.quantiles, row.mean, h) for h in range(found.horizon)),
            )
            for row in said.methods
        ),
    )
