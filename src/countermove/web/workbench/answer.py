"""The answer as the page shows it: what the brief says, the plans, the outcomes of one plan, its silences; before and now where there is a before."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from countermove.decision.findings import WEIGHTED, MeasureRow
from countermove.questions.gaps.finding import UNSAID
from countermove.questions.run.finding import leader_first
from countermove.show.lives_and_money import worth_of
from countermove.show.page import fragment
from countermove.web.workbench.bench import DRAWS, LUCKS
from countermove.web.workbench.found import Change, Found, measures_changed, points_changed, same_values, shown_measures
from countermove.web.workbench.silences import Silences
from countermove.world.certainty import surely_differ
from countermove.world.measure import MEASURE, titled
from countermove.world.tables import Cell, Row, Table
from countermove.world.words import capitalized, counted_error, loss, mean_error, percent, span

BELIEFS = (
    "What the actors believe of one another at the start is still as other weights have it. The war is being compiled with the weights that are "
    "written, and the numbers follow."
)
FRAMED = " A change is framed where it is beyond two errors."
SILENT = "The theories are weighted; a range is over ways to fill the silences."
HOW = f"{DRAWS} draws with {LUCKS} lucks each. “±” is one standard error of the Monte-Carlo mean."


@dataclass(frozen=True)
class Looked:
    """What is looked at: the war as it is, as it was before (None: nothing to compare with), and the plan whose outcomes are shown."""

    now: Found
    before: Found | None
    plan: str

    @property
    def exact(self) -> bool:
        """Whether on both sides the actors believe what the weights that are written there give them."""
        return self.now.played.exact and (self.before is None or self.before.played.exact)


def plan_shown(found: Found, wanted: str) -> str:
    """The plan whose outcomes and silences are shown: the one that is wanted where it is there, else the leader."""
    return wanted if wanted in found.findings.strategies else leader_first(found.findings)[0]


def answer_html(looked: Looked) -> str:
    """The answer as a part of the page."""
    now, before = looked.now, looked.before
    brief = now.brief
    told = brief.picture
    return str(
        fragment(
            "workbench_answer.html.j2",
            answer=brief.answer,
            sure=[one for one in (brief.sure, brief.why) if one],
            picture=None if told is None else told.strips[0].panels[0].svg,
            follows=brief.points,
            changed=changed_sentences(looked),
            plans=plans_table(looked),
            outcomes=outcomes_table(looked),
            shown=now.titles.say_strategy(looked.plan),
            led=now.titles.say_strategy(now.index.best),
            warnings=[*now.warnings, *([] if looked.exact else [BELIEFS])],
            how=HOW,
            compared=before is not None,
        )
    )


def changed_sentences(looked: Looked) -> tuple[str, ...]:
    """Whether the answer stands, in words; empty where there is nothing to compare with."""
    now, before = looked.now, looked.before
    if before is None:
        return ()
    said: list[str] = []
    if before.index.verdicts() and now.index.verdicts():
        was, are = (one.titles.say_strategies(one.index.leaders, "or") for one in (before, now))
        stands = set(before.index.leaders) == set(now.index.leaders)
        said.append(f"The answer stands: first is {are}." if stands else f"The answer changes: first was {was}, and now is {are}.")
    if not same_values(before, now):
        said.append("The values differ: points before and points now are not the same points.")
    moved = [pair for pair in points_changed(before, now).values() if surely_differ((pair[0].change, pair[0].se), (0.0, 0.0))]
    if not moved and said:
        said.append("No plan’s points change by more than two errors.")
    return tuple(said)


def plans_table(looked: Looked) -> Table:
    """What each plan loses to the best and what it comes to, the theories weighted; with what it lost before where that is known."""
    now, before = looked.now, looked.before
    changes: Mapping[str, tuple[Change, Change]] = {} if before is None else points_changed(before, now)
    heads: Sequence[str] = ("plan", "loses to the best", "expected points")
    if before is not None:
        heads = ("plan", "loses to the best", "lost before", "change", "expected points")
    rows: list[Row] = []
    for name in leader_first(now.findings):
        row = now.index.regret(name)
        if row is None:
            continue
        worth = worth_of(row.regret, now.objective) if row.regret > 0 else ""
        lost = Cell(loss(row.regret, row.se), (f"worth {worth}",) if worth else ())
        cells: list[Cell | str] = [now.titles.strategy(name), lost]
        if before is not None:
            pair = changes.get(name)
            if pair is None:
                cells += ["–", "new"]
            else:
                cells += [loss(pair[1].before, _error(before, name)), change_cell(pair[1])]
        cells.append(mean_error(row.value, row.value_se))
        rows.append(Row.of(cells))
    return Table.of(f"Points over the weighted theories, the best plan first.{'' if before is None else FRAMED}", heads, rows)


def _error(before: Found, name: str) -> float:
    row = before.index.regret(name)
    return math.nan if row is None else row.se


def outcomes_table(looked: Looked) -> Table:
    """The outcomes that matter of one plan, over the weighted theories: mean with its error, and between which values nine runs in ten lie."""
    now, before, plan = looked.now, looked.before, looked.plan
    names = shown_measures(now.objective)
    rows = _weighted(now, plan)
    changes: Mapping[str, Change] = {} if before is None else measures_changed(before, now, plan, names)
    was: Mapping[str, MeasureRow] = {} if before is None else _weighted(before, plan)
    control = now.played.scenario.opening.control
    heads = ("outcome", "now", "nine runs in ten", *(("before", "change") if before is not None else ()))
    told: list[Row] = []
    for name in names:
        row = rows.get(name)
        if row is None or now.index.judged_in(name) is None:
            continue
        unit = "" if row.unit in ("probability", "share", "0-1", "count", "rung") else row.unit
        cells: list[Cell | str] = [Cell(capitalized(titled(name, control)), (unit,) if unit else ()), _mean(row), _range(row)]
        if before is not None:
            change = changes.get(name)
            cells += ["–", "–"] if change is None or name not in was else [_mean(was[name]), change_cell(change, row.unit)]
        told.append(Row.of(cells))
    return Table.of(f"{now.titles.strategy(plan)}, over the weighted theories.{'' if before is None else FRAMED}", heads, told)


def _mean(row: MeasureRow) -> str:
    return counted_error(row.mean, row.se, DRAWS) if row.unit == "probability" else mean_error(row.mean, row.se, row.unit)


def _weighted(found: Found, plan: str) -> Mapping[str, MeasureRow]:
    """The outcomes of a plan over the weighted theories, by measure."""
    return {row.measure: row for row in found.findings.measures if row.strategy == plan and row.theory == WEIGHTED}


def _range(row: MeasureRow) -> str:
    return "" if MEASURE[row.measure].kind == "event" else span(row.q05, row.q95, row.unit if row.unit == "share" else "")


def change_cell(change: Change, unit: str = "") -> Cell:
    """A change with its error, framed where it is beyond two errors."""
    if change.change == change.se == 0:
        return Cell("no change")
    sure = surely_differ((change.change, change.se), (0.0, 0.0))
    return Cell(mean_error(change.change, change.se, unit), (), ("best",) if sure else ())


def silences_html(now: Found, found: Silences) -> str:
    """The questions that a plan leaves open as a part of the page."""
    objective = now.objective
    rows: list[Row] = []
    for one in found.rows:
        low, high = percent(one.low), percent(one.high)
        reach = low if low == high else f"{low} to {high}"
        cells: list[Cell | str] = [_when(one.question), Cell(reach)]
        if found.costed:
            worth = worth_of(one.cost, objective) if one.cost > 2 * one.se else ""
            cells.append(Cell(loss(one.cost, one.se), (f"worth {worth}",) if worth else ()))
        rows.append(Row.of(cells))
    heads = (
        "what the plan does not say",
        "probability to get there",
        *(("what silence can cost, points",) if found.costed else ()),
    )
    title = now.titles.strategy(found.plan)
    return str(
        fragment(
            "workbench_silences.html.j2",
            title=title,
            table=Table.of(f"{title}: you have not said what you do in these cases. {SILENT}", heads, rows),
            costed=found.costed,
            warning="" if found.exact else BELIEFS,
        )
    )


def _when(question: str) -> str:
    """The case alone of a question that nobody wrote; one that is written as it is."""
    return f"When {question.removeprefix(UNSAID).removesuffix('.')}" if question.startswith(UNSAID) else question
