"""Sheets of what the runs found."""

from __future__ import annotations

from collections.abc import Iterator

from countermove.decision.findings import WEIGHTED
from countermove.memo.spreadsheet_rows import Names, Number, number_sheet
from countermove.questions.run.finding import Findings
from countermove.store.workbook import Sheet, Value

STRATEGY, THEORY, MEASURE = ("strategy", "strategy title"), ("theory", "theory title"), ("measure", "measure title")
Rows = Iterator[tuple[tuple[Value, ...], Number]]


def finding_sheets(found: Findings, names: Names) -> tuple[Sheet, ...]:
    """A sheet for each kind of finding; those of which nothing was found have no rows."""
    plans, lead = (*STRATEGY, *THEORY), ("strategy", "strategy title", "over", "over title")
    return (
        number_sheet("expected points and regret", plans, _regret(found, names)),
        number_sheet("leads", (*THEORY, *lead, "verdict"), _verdicts(found, names)),
        number_sheet("measures", (*plans, *MEASURE), _measures(found, names)),
        number_sheet("lead by measure", (*lead, *MEASURE), _terms(found, names)),
        number_sheet("lead by dial", (*lead, "dial"), _dials(found, names)),
        number_sheet(
            "flip points", ("first theory", "second theory", "strategy if first", "strategy if second", "said"), _flips(found)
        ),
        number_sheet("whose values", ("values", "values of", *THEORY, *lead, "verdict"), _choices(found, names)),
        number_sheet("arms or none", ("values", "values of", *THEORY, *lead), _camps(found, names)),
        number_sheet("worth of arms", ("values", "values of", *THEORY, *STRATEGY), _arms(found, names)),
        number_sheet("what parts the plans", ("values", "values of", *MEASURE), _spread(found, names)),
        number_sheet("plans and their twins", (*plans, "twin", "without", *MEASURE), _pairs(found, names)),
        number_sheet("hazard of a clash", (*plans, "hazard times"), _sweep(found, names)),
        number_sheet("offset", (*plans, "on"), _omega(found, names)),
        number_sheet("drift without aid", THEORY, _drift(found, names)),
        number_sheet("weights", THEORY, _weights(found, names)),
    )


def _measures(found: Findings, names: Names) -> Rows:
    for row in found.measures:
        of = (*names.strategy(row.strategy), *names.theory(row.theory), *names.measure(row.measure))
        n = names.runs(row.theory)
        yield of, Number("mean", row.mean, row.se, unit=row.unit, n=n)
        for what, value in (("q05", row.q05), ("q50", row.q50), ("q95", row.q95)):
            yield of, Number(what, value, unit=row.unit, n=n)


def _regret(found: Findings, names: Names) -> Rows:
    for row in found.regret:
        of, n = (*names.strategy(row.strategy), *names.theory(row.theory)), names.runs(row.theory)
        yield of, Number("expected points", row.value, row.value_se, unit="points", n=n)
        yield of, Number("regret", row.regret, row.se, unit="points", n=n)
        yield of, Number("regret draw by draw", row.naive, unit="points", n=n)
        yield of, Number("regret draw by draw, cross-fitted", row.cross_fitted, unit="points", n=n)


def _verdicts(found: Findings, names: Names) -> Rows:
    for row in found.verdicts:
        of = (*names.theory(row.theory), *names.strategy(row.best), *names.strategy(row.other), row.kind)
        yield of, Number("lead", row.difference, row.se, unit="points", n=names.runs(row.theory))


def _terms(found: Findings, names: Names) -> Rows:
    for row in found.terms:
        of = (*names.strategy(row.best), *names.strategy(row.other), *names.measure(row.measure))
        n = names.runs(WEIGHTED)
        yield of, Number("difference", row.difference, row.se, unit=names.unit(row.measure), n=n)
        yield of, Number("points", row.points, row.points_se, unit="points", n=n)


def _dials(found: Findings, names: Names) -> Rows:
    for row in found.dials:
        yield (*names.strategy(row.best), *names.strategy(row.other), row.dial), Number("points", row.points, row.se, unit="points")


def _flips(found: Findings) -> Rows:
    for row in found.flips:
        of = (*row.between, *row.strategies, row.sentence)
        if row.weight is not None:
            yield of, Number("weight of the first theory", row.weight, row.se, unit="0-1")


def _choices(found: Findings, names: Names) -> Rows:
    for row in found.choices:
        of = (*names.values(row.values), *names.theory(row.theory), *names.strategy(row.best), *names.strategy(row.other), row.kind)
        yield of, Number("lead", row.difference, row.se, unit="points of these values", n=names.runs(row.theory))


def _camps(found: Findings, names: Names) -> Rows:
    for row in found.camps:
        of = (*names.values(row.values), *names.theory(row.theory), *names.strategy(row.armed), *names.strategy(row.unarmed))
        yield of, Number("arms less none", row.difference, row.se, unit="points of these values", n=names.runs(row.theory))


def _arms(found: Findings, names: Names) -> Rows:
    for row in found.arms:
        of = (*names.values(row.values), *names.theory(row.theory), *names.strategy(row.strategy))
        yield of, Number("with less without arms", row.difference, row.se, unit="points of these values")


def _spread(found: Findings, names: Names) -> Rows:
    for row in found.spread:
        of = (*names.values(row.values), *names.measure(row.measure))
        yield of, Number("share of the spread between plans", row.share, row.se, unit="share", n=names.runs(WEIGHTED))


def _pairs(found: Findings, names: Names) -> Rows:
    for row in found.pairs:
        of = (*names.strategy(row.strategy), *names.theory(row.theory), row.twin, row.without, *names.measure(row.measure))
        n = names.runs(row.theory, row.draws, row.lucks) if row.draws else float("nan")
        yield of, Number("with less without", row.difference, row.se, unit=names.unit(row.measure), n=n)
        yield of, Number("the twin's own mean", row.own, row.own_se, unit=names.unit(row.measure), n=n)


def _sweep(found: Findings, names: Names) -> Rows:
    for row in found.sweep:
        of = (*names.strategy(row.strategy), *names.theory(row.theory), row.factor)
        n = names.runs(row.theory, row.draws) if row.draws else float("nan")
        yield of, Number("a clash", row.clash, row.clash_se, unit="probability", n=n)
        yield of, Number("direct war", row.direct_war, row.direct_war_se, unit="probability", n=n)
        yield of, Number("regret", row.regret, row.regret_se, unit="points", n=n)


def _omega(found: Findings, names: Names) -> Rows:
    for row in found.omega:
        of = (*names.strategy(row.strategy), *names.theory(row.theory), row.on)
        yield of, Number("offset", row.value, row.se, unit="ratio")
        yield of, Number("share of draws that can be used", row.share, unit="share")
        for what, value in (("q05", row.q05), ("q50", row.q50), ("q95", row.q95)):
            yield of, Number(f"{what} over draws", value, unit="ratio")


def _drift(found: Findings, names: Names) -> Rows:
    for row in found.drift:
        unit = names.unit("support-change")
        yield names.theory(row.theory), Number("mean", row.mean, unit=unit)
        yield names.theory(row.theory), Number("q05", row.q05, unit=unit)
        yield names.theory(row.theory), Number("q95", row.q95, unit=unit)


def _weights(found: Findings, names: Names) -> Rows:
    for theory, weight in found.weights.items():
        yield names.theory(theory), Number("weight in this memo", weight, unit="0-1")
