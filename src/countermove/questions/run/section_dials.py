"""What the arms and the dials of a plan are worth: the plan beside its twins, and leads split by measure and by dial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from countermove.decision.findings import WEIGHTED, Term, TwinPair
from countermove.decision.findings_values import REST, DialTerm
from countermove.questions.run.finding import RunReport
from countermove.questions.run.section_measures import unit_of
from countermove.show import verdict_text
from countermove.world.certainty import amount_certainty
from countermove.world.measure import titled
from countermove.world.tables import Cell, Table
from countermove.world.titles import Titles
from countermove.world.words import SHARES, capitalized, counted, mean_error

ALL = "dials"
NAMES: Mapping[str, str] = {
    "arms": "arms",
    "conditions": "conditions",
    "refusal": "refusals",
    "effort": "effort at the talks",
    "offer": "peacekeeping offer",
    "brigades": "brigades",
    "ceiling": "ceiling",
    "sanctions": "sanctions",
    ALL: "all but the arms",
    REST: "together, and all else",
}
"""What a part of a plan is called, without its article."""


def pair_tables(war: RunReport) -> tuple[tuple[Table, Table], ...]:
    """Two tables a plan, of the plan less its twins: over the weighted theories by measure, and its points theory by theory."""
    pairs = war.findings.pairs
    return tuple(
        (_by_measure(rows, war), _by_theory(rows, war))
        for plan in dict.fromkeys(pair.strategy for pair in pairs)
        for rows in [[pair for pair in pairs if pair.strategy == plan]]
    )


def _by_measure(pairs: Sequence[TwinPair], war: RunReport) -> Table:
    theories = dict.fromkeys(pair.theory for pair in pairs)
    over = WEIGHTED if WEIGHTED in theories else next(iter(theories))
    found = {(pair.without, pair.measure): pair for pair in pairs if pair.theory == over}
    names = tuple(dict.fromkeys(pair.measure for pair in pairs))
    made = pairs[0]
    size = f" In {counted(made.draws, 'draw')} of {counted(made.lucks, 'luck')}." if made.draws else ""
    where = "weighted over the theories" if over == WEIGHTED else f"if {war.titles.true(over)}"
    caption = (
        f"{war.titles.strategy(made.strategy)}: what each part of it changes, {where}: the plan less the same plan without the part, "
        f"± standard error.{size}"
    )
    heads = ("part of the plan", *(Cell(capitalized(titled(name)), (_unit(name, war),)) for name in names))
    return Table.of(
        caption,
        heads,
        ((capitalized(NAMES.get(part, part)), *(_cell(found.get((part, name)), war) for name in names)) for part in _parts(pairs)),
    )


def _by_theory(pairs: Sequence[TwinPair], war: RunReport) -> Table:
    """The points that each part adds; where there is no objective, of the first measure."""
    measure = pairs[0].measure
    found = {(pair.theory, pair.without): pair for pair in pairs if pair.measure == measure}
    theories = sorted(dict.fromkeys(pair.theory for pair in pairs), key=lambda name: name != WEIGHTED)
    parts = _parts(pairs)
    rows = ((war.titles.theory(theory), *(_cell(found.get((theory, part)), war) for part in parts)) for theory in theories)
    what = f"what each part of it adds to the {titled(measure)} theory by theory ({_unit(measure, war)})"
    heads = ("theory", *(capitalized(NAMES.get(part, part)) for part in parts))
    return Table.of(f"{war.titles.strategy(pairs[0].strategy)}: {what}, ± standard error.", heads, rows)


def _parts(pairs: Sequence[TwinPair]) -> tuple[str, ...]:
    """The parts of the plan that a twin lacks; of a single dial not the same again as all of them."""
    twins = {pair.without: pair.twin for pair in pairs}
    single = [part for part, twin in twins.items() if part != ALL and twin == twins.get(ALL)]
    return tuple(part for part in twins if part != ALL or not single)


def _unit(measure: str, war: RunReport) -> str:
    unit = unit_of(measure, war)
    return "percentage points" if unit in SHARES else unit


def _cell(pair: TwinPair | None, war: RunReport) -> Cell:
    if pair is None:
        return Cell("not run")
    factor = 100 if unit_of(pair.measure, war) in SHARES else 1
    return verdict_text.cell(mean_error(factor * pair.difference, factor * pair.se), amount_certainty(pair.difference, pair.se))


def lead_tables(war: RunReport) -> tuple[Table, ...]:
    """The leads over the weighted theories, split by measure and by the parts of the plans; none where nothing was compared."""
    verdicts = [row for row in war.findings.verdicts if row.theory == WEIGHTED]
    if not verdicts:
        return ()
    best = verdicts[0].best
    wholes = {row.other: (row.difference, row.se) for row in verdicts}
    kinds: tuple[tuple[str, Sequence[Term | DialTerm]], ...] = (
        ("by what is valued", war.findings.terms),
        ("by the parts of the two plans (each is the plan less the same plan without it)", war.findings.dials),
    )
    return tuple(_leads(best, wholes, how, rows, war.titles) for how, rows in kinds if rows)


def _leads(
    best: str, wholes: Mapping[str, tuple[float, float]], how: str, rows: Sequence[Term | DialTerm], titles: Titles
) -> Table:
    def of(row: Term | DialTerm) -> str:
        return row.measure if isinstance(row, Term) else row.dial

    def title(name: str) -> str:
        return capitalized(NAMES[name] if name in NAMES else titled(name))

    found = {(row.other, of(row)): (row.points, row.points_se if isinstance(row, Term) else row.se) for row in rows}
    order = [*NAMES] if isinstance(rows[0], DialTerm) else []
    names = sorted(dict.fromkeys(of(row) for row in rows), key=lambda name: order.index(name) if name in order else 0)

    def told(at: tuple[float, float] | None) -> Cell:
        return Cell("0") if at is None or at == (0.0, 0.0) else verdict_text.cell(mean_error(*at), amount_certainty(*at))

    return Table.of(
        f"What the points of {titles.say_strategy(best)} above each other plan are made of, {how}, weighted over the theories, ± standard error.",
        (f"the lead of {titles.say_strategy(best)}", "Lead", *map(title, names)),
        (
            (f"above {titles.say_strategy(other)}", told(whole), *(told(found.get((other, name))) for name in names))
            for other, whole in wholes.items()
        ),
    )
