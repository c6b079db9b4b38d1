"""From findings to a dossier: everything the memo says, as text and numbers, before it is rendered."""

from __future__ import annotations

from countermove.decision.findings import Provenance, RecordSeries
from countermove.engine.offset import aid_plans
from countermove.engine.program import Program
from countermove.memo.base_rates import base_rates
from countermove.memo.contents import Dossier
from countermove.memo.outside_view import outside_views
from countermove.memo.references import references_of
from countermove.memo.sentences import NOTHING_WEIGHED, bottom_line
from countermove.memo.signposts import short_signs, unknown, watch
from countermove.questions.assumptions import assumptions_of
from countermove.questions.options import Viewpoint
from countermove.questions.people import People, people
from countermove.questions.run.depends_on import depends_on, sentences
from countermove.questions.run.finding import Findings, StrategyText
from countermove.questions.run.findings_index import FindingsIndex
from countermove.questions.run.weapons import weapons
from countermove.questions.weigh.finding_memo import MemoWeighing
from countermove.scenario.explain import orders_in_words, where_silent
from countermove.scenario.ladder import numbers_of
from countermove.scenario.linked_files import record_of
from countermove.scenario.phrase import clause
from countermove.scenario.schema import Strategy, Worth, WrittenOrders
from countermove.world.measure import MEASURES, doc_on
from countermove.world.titles import quoted
from countermove.world.words import NOBODY, capitalized, month, number


def build(
    program: Program,
    findings: Findings,
    provenance: Provenance,
    records: tuple[RecordSeries, ...],
    says: MemoWeighing = NOTHING_WEIGHED,
    seen_by: Viewpoint | None = None,
) -> Dossier:
    """Everything a memo says.

    Args:
        program: the compiled scenario.
        findings: what the runs found; parts that were not run are told as such.
        provenance: how the runs were made.
        records: the record beside the model's replay, possibly none.
        says: what the record says of the theories, possibly nothing.
        seen_by: the reader whose weights and values these are; None: the scenario's own.

    Raises:
        RecordError: the scenario's record, or the table of base rates, breaks the rules of its files.
    """
    scenario = program.scenario
    who, found = people(program), FindingsIndex(findings, draws=provenance.draws, months=provenance.months)
    assumptions = assumptions_of(program)
    rates, sources = base_rates()
    record, objective = None if scenario.record is None else record_of(scenario), scenario.objective
    return Dossier(
        title=scenario.title or scenario.scenario,
        question=_question(who),
        owner=who.owner,
        client=who.client,
        rival=who.rival,
        decided=month(scenario.clock.known_until),
        bottom_line=bottom_line(program, who, found, provenance, says),
        unknown=unknown(program, found, assumptions, provenance, says),
        watch=watch(program, who, found),
        outside=outside_views(scenario, found, rates, sources, record),
        objective=() if objective is None else tuple((name, worth.points, _per(worth)) for name, worth in objective.values.items()),
        matters=0.0 if objective is None else objective.matters,
        strategies=tuple(strategy_text(program, name) for name in findings.strategies),
        theories=tuple(
            (theory.name, theory.says, found.share(theory.name), theory.reference)
            for theory in program.theories
            if theory.name in findings.theories
        ),
        findings=findings,
        records=records,
        assumptions=assumptions,
        references=references_of(program, assumptions, sources, record, records),
        provenance=provenance,
        measure_docs={measure.name: doc_on(measure, scenario.clock.months, scenario.opening.control) for measure in MEASURES},
        control=scenario.opening.control,
        written=objective,
        signs=short_signs(program, who, findings.theories),
        delivers=tuple(name for name in aid_plans(program) if name in findings.strategies),
        record_says=says,
        weapons=sentences(weapons(found, objective)),
        depends_on=depends_on(found, who.owner if seen_by is None or not seen_by.own_values else seen_by.title, provenance),
        seen_by=seen_by,
    )


def _question(who: People) -> str:
    """What the memo answers; where there is nobody to reply, without the reply."""
    if who.rival == NOBODY:
        return f"If {who.owner} arms {who.client}, what follows, and is the plan good?"
    return f"If {who.owner} arms {who.client}, what does {who.rival} do next, and is the plan still good after that?"


def _per(worth: Worth) -> str:
    """What the points are counted per: empty for one of the measure's own unit, else such as `1,000 persons`."""
    return "" if worth.per == 1 else f"{number(worth.per)} {worth.unit}".strip()


def strategy_text(program: Program, name: str) -> StrategyText:
    """A strategy in words, move by move and rule by rule; one that the scenario does not write is said to order nothing."""
    scenario = program.scenario
    strategy = scenario.strategies.get(name)
    if strategy is None:
        said = (f"{capitalized(said)}." for said in where_silent(Strategy(), ""))
        return StrategyText(name, "", ("Nothing is ordered: everything stays as it is.", *said))
    rungs = {_spaced(rung): place for rung, place in numbers_of(scenario.patrons[scenario.owner].ladder).items()}
    called = program.titles.actor
    lines = [f"In {month(move.at)}: {_orders(move.then)}." for move in strategy.moves]
    lines += [f"Whenever {clause(rule.if_, rungs, called)}: {_orders(rule.then)}." for rule in strategy.when]
    if not lines:
        lines.append("Nothing is ordered: everything stays as it is.")
    if strategy.otherwise is not None:
        lines.append(f"Whenever nothing else answers: {_orders(strategy.otherwise)}.")
    lines += [f"{capitalized(said)}." for said in where_silent(strategy, scenario.patrons[scenario.owner].supports)]
    return StrategyText(name, strategy.says, tuple(lines))


def _orders(orders: WrittenOrders) -> str:
    """Orders with rungs and conditions as people say them."""
    return orders_in_words(orders, lambda rung: quoted(_spaced(rung)), _spaced)


def _spaced(key: str) -> str:
    return key.replace("-", " ")
