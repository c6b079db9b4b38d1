"""Sheets of what the other questions found, and of what went in."""

from __future__ import annotations

from countermove.decision.findings import WEIGHTED
from countermove.memo.contents import Dossier
from countermove.memo.spreadsheet_findings import STRATEGY, THEORY, Rows
from countermove.memo.spreadsheet_rows import Names, Number, number_sheet
from countermove.questions.claims.finding import ClaimsLedger
from countermove.questions.explore.finding import Explored
from countermove.questions.gaps.finding import Gap, GapsFound, StrategyGaps
from countermove.store.workbook import Sheet, Value
from countermove.world.measure import titled


def answer_sheets(dossier: Dossier, names: Names) -> tuple[Sheet, ...]:
    """A sheet for each question that was answered."""
    gaps, explored, claims = dossier.answer(GapsFound), dossier.answer(Explored), dossier.answer(ClaimsLedger)
    return (
        *(() if gaps is None else (number_sheet("unanswered questions", (*STRATEGY, *THEORY, "question"), _gaps(gaps, names)),)),
        *(() if explored is None else (number_sheet("what would change the answer", ("about",), _explored(explored)),)),
        *(
            ()
            if claims is None
            else (number_sheet("claims", ("claim", "title", "asked of", *THEORY, "coding", "verdict"), _claims(claims, names)),)
        ),
        number_sheet("what the record says", (*THEORY, "way"), _record(dossier, names)),
        number_sheet("plans by the record", STRATEGY, _by_record(dossier, names)),
    )


def input_sheets(dossier: Dossier) -> tuple[Sheet, ...]:
    """What is wanted, what is planned, what went in, and where it comes from, as texts beside their numbers."""
    wanted = tuple((name, titled(name, dossier.control), points, per or "1") for name, points, per in dossier.objective)
    lines: tuple[tuple[Value, ...], ...] = tuple(
        (one.name, dossier.titles.strategy(one.name), place, line)
        for one in dossier.strategies
        for place, line in enumerate(one.lines, start=1)
    )
    assumed = tuple(
        (one.where, one.name, one.doc, one.prior, one.unit, one.source, one.note, one.borrowed, one.default)
        for one in dossier.assumptions
    )
    rates = ((view.about, view) for view in dossier.outside)
    return (
        Sheet("objective", ("measure", "measure title", "points", "per"), wanted),
        Sheet("plans in words", (*STRATEGY, "line", "what it does"), lines),
        number_sheet(
            "outside view",
            ("about", "source", "note"),
            (
                (
                    (about, view.source, view.note),
                    Number("rate", view.rate, low=view.low, high=view.high, unit="share", n=view.n),
                )
                for about, view in rates
            ),
        ),
        Sheet(
            "assumptions",
            ("of", "number", "what it is", "prior", "unit", "source", "note", "borrowed", "the program's own"),
            assumed,
        ),
        Sheet("references", ("key", "reference"), dossier.references),
    )


def _gaps(found: GapsFound, names: Names) -> Rows:
    for row in found.strategies:
        for question, one in (("any of them", row), *((gap.question, gap) for gap in row.gaps)):
            yield from _silence((*names.strategy(row.strategy),), question, one, names)


def _silence(strategy: tuple[str, ...], question: str, one: StrategyGaps | Gap, names: Names) -> Rows:
    chances = one.mass if isinstance(one, StrategyGaps) else one.probability
    costs = one.cost_of_silence if isinstance(one, StrategyGaps) else one.costs
    for theory, at in chances.items():
        yield (
            (*strategy, *names.theory(theory), question),
            Number("chance to be asked, nothing said", at.p, low=at.low, high=at.high, unit="0-1"),
        )
    for theory, cost in costs.items():
        yield (*strategy, *names.theory(theory), question), Number("cost of the silence", cost.points, cost.se, unit="points")


def _explored(found: Explored) -> Rows:
    for what, about, unit, value, error, low, high in found.cells().rows:
        yield (about,), Number(str(what), float(value), float(error), float(low), float(high), str(unit))


def _claims(found: ClaimsLedger, names: Names) -> Rows:
    for claim, on, coding, theory, unit, value, error, low, high, cases, verdict in found.cells().rows:
        title = names.dossier.titles.claim(str(claim))
        believed = names.theory(str(theory)) if theory else ("", "")
        what, of = "share of cases" if on == "record" else "in the model", float(cases)
        number = Number(what, float(value), float(error), float(low), float(high), str(unit), of)
        yield (claim, title, on, *believed, coding, verdict), number


def _record(dossier: Dossier, names: Names) -> Rows:
    found = dossier.record_says.weighing
    for theory, way, prior, weight, error, evidence, evidence_error in () if found is None else found.cells().rows:
        of = (*names.theory(str(theory)), str(way))
        yield of, Number("prior weight", float(prior), unit="0-1")
        yield of, Number("weight after the record", float(weight), float(error), unit="0-1")
        yield of, Number("log evidence", float(evidence), float(evidence_error), unit="nats")


def _by_record(dossier: Dossier, names: Names) -> Rows:
    for row in dossier.record_says.strategies:
        of = names.strategy(row.strategy)
        n = names.runs(WEIGHTED)
        yield of, Number("points by the weights of this memo", row.prior, row.prior_se, unit="points", n=n)
        yield of, Number("points by the record's weights", row.posterior, row.posterior_se, unit="points", n=n)
        yield of, Number("behind the best by the record's weights", row.behind, row.behind_se, unit="points", n=n)
