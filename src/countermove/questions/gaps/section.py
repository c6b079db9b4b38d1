"""The unanswered questions: what each strategy does not say, how probable it is to get there and how, what it can cost, what would close it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial

from countermove.questions.gaps.finding import Gap, GapsFound, Interval, Money, StrategyGaps, Witness
from countermove.questions.inquiry import Inquiry, kept_or_asked
from countermove.questions.options import Progress, RunOptions
from countermove.questions.run.run import Study
from countermove.show.charts.dots import DotLine, dot_chart, dots_extent
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.figure_data import FigureData
from countermove.world.certainty import ERRORS
from countermove.world.tables import Table
from countermove.world.titles import Titles
from countermove.world.words import (
    counted,
    counted_text,
    listed,
    mean_error,
    month,
    number,
    oftener_than,
    percent,
    rarer_than,
    span,
)

DRAWN = 12  # questions in the picture; the rest are in the table
SPELLED = 8  # questions of the leading strategy with answers and a path
NOT_RUN = "The gap check was not run for this memo: `countermove gaps` runs it."


@dataclass(frozen=True)
class QuestionInFull:
    """One question told in full."""

    ask: str
    sentences: tuple[str, ...]
    path: Table | None


@dataclass(frozen=True)
class Unanswered:
    """The section; `why` says why there is nothing, where there is nothing."""

    why: str
    opening: str = ""
    costs: Table | None = None
    leading: str = ""
    table: Table | None = None
    questions: tuple[QuestionInFull, ...] = ()
    static: tuple[str, ...] = ()
    others: tuple[tuple[str, Table], ...] = ()
    figure: Figure | None = None


def _always(_study: Study, _options: RunOptions) -> bool:
    return True


def _ask(study: Study, options: RunOptions, progress: Progress) -> GapsFound | None:
    from countermove.questions.gaps.completions import HALVES  # a page that is only drawn asks nothing
    from countermove.questions.gaps.gaps import gap_check

    return kept_or_asked(GapsFound, study, replace(options, draws=None, lucks=HALVES), partial(gap_check, progress=progress))


INQUIRY = Inquiry("the unanswered questions", _always, _ask)


def section(found: GapsFound | None, best: str = "") -> Unanswered:
    """What the strategies leave unsaid, the best one in full."""
    if found is None or not found.strategies:
        return Unanswered(NOT_RUN)
    rows = {row.strategy: row for row in found.strategies}
    leading = rows.get(best, found.strategies[0])
    return Unanswered(
        why="",
        opening=_opening(found, leading),
        costs=costs_table(found) if any(row.cost_of_silence for row in found.strategies) else None,
        leading=found.titles.say_strategy(leading.strategy),
        table=questions_table(leading, found) if leading.gaps else None,
        figure=questions_figure(leading, found.titles),
        questions=tuple(question(gap, found.titles) for gap in leading.gaps[:SPELLED]),
        static=tuple(f"{fault.kind}: {fault.says}" for fault in leading.static),
        others=tuple(
            (found.titles.say_strategy(row.strategy), questions_table(row, found))
            for row in found.strategies
            if row is not leading and row.gaps
        ),
    )


def _opening(found: GapsFound, leading: StrategyGaps) -> str:
    shares = [one.p for one in leading.mass.values()]
    worst, plan = leading.worst, found.titles.say_strategy(leading.strategy)
    cost = ""
    if worst is not None:
        cost = f" Of what its silences can cost the highest figure is that if {found.titles.true(worst[0])}: {_least(worst[1])}."
    if not leading.gaps:
        return (
            f"A plan is silent where something new happens and none of its rules answers. {plan} leaves no question open: it was "
            f"silent in none of {found.draws:,} runs under any theory."
        )
    return (
        f"A plan is silent where something new happens and none of its rules answers. {plan} leaves "
        f"{counted(len(leading.gaps), 'question')} open; it is silent at least once with a probability of {span(min(shares), max(shares), 'share')} "
        f"over the theories ({found.draws:,} runs each).{cost} The cost of silence is the expected objective under the best way to fill all "
        "silences less that under the worst; both are searched on one half of the luck and scored on the other, so that it is at least so much."
    )


def costs_table(found: GapsFound) -> Table:
    """How many questions each strategy leaves open, and what its silence can cost under each theory."""
    return Table.of(
        "What silence can cost, in points ± standard error: see which plan leaves most to chance, and under which theory that is dearest.",
        ("theory", *(found.titles.strategy(row.strategy) for row in found.strategies)),
        (
            ("questions open", *(str(len(row.gaps)) for row in found.strategies)),
            *(
                (found.titles.theory(name), *(cost_text(row.cost_of_silence.get(name)) for row in found.strategies))
                for name in found.weights
            ),
        ),
        title="What silence can cost: expected points under the best completion less those under the worst (at least so much: both are searched)",
    )


def questions_table(row: StrategyGaps, found: GapsFound) -> Table:
    """The questions that a strategy leaves open, how probable it is to get there, and what the silence can cost."""
    first = f"Questions that {found.titles.say_strategy(row.strategy)} leaves open, the dearest first"
    return Table.of(
        f"{first}. Ever silent there: least and most over the theories where silences change nothing; first silence: it is silent there before "
        "anywhere else, theories weighted; reach: least and most over ways to fill the other silences; cost: points between the best and the worst "
        "answer, ± standard error.",
        ("question", "ever silent there", "first silence", "reach", "what it can cost"),
        (
            (gap.question, gap.ever, _first(gap, found), " to ".join(dict.fromkeys(map(percent, gap.reach))), cost_text(gap.cost))
            for gap in row.gaps
        ),
        title=first,
    )


def _first(gap: Gap, found: GapsFound) -> str:
    return counted_text(sum(found.weights[theory] * p for theory, p in gap.first.items()), found.draws)


def question(gap: Gap, titles: Titles) -> QuestionInFull:
    """One question in full."""
    each = sorted(gap.probability.items(), key=lambda row: row[1].p)
    (least, low), (most, high) = each[0], each[-1]
    sentences = [f"It is reached in {_reached(low)} if {titles.true(least)} and in {_reached(high)} if {titles.true(most)}."]
    if gap.cost is not None:
        sentences.append(f"The silence can cost {cost_text(gap.cost)} points{'' if gap.cost.surely else ', and may cost nothing'}.")
    if gap.answers:
        told = [f"{one.says} ({money_text(one.gain)})" for one in gap.answers]
        first = "" if gap.better else f"None is known to be better than to {gap.as_it_is}. "
        sentences.append(
            f"{first}Answers that would close it, with what each gains over leaving things as they are: {listed(told)}."
        )
    sentences += [
        f"{titles.say_reader(one.person)} would {one.says}: by these values the best answer above loses {money_text(one.person_loses)} "
        f"points, and by the "
        f"objective that one loses {money_text(one.owner_loses)}. The answer hangs on what is valued."
        for one in gap.disagree
    ]
    return QuestionInFull(gap.question, tuple(sentences), _path(gap.witness[0], titles) if gap.witness else None)


def _reached(one: Interval) -> str:
    """The share of the runs that get there, with what is possible of it; of none and of all what the runs leave open."""
    if one.p <= 0:
        return f"{rarer_than(one.high)} runs"
    if one.p >= 1:
        return f"{oftener_than(one.low)} runs"
    return f"{percent(one.p)} of the runs (95%: {percent(one.low)} to {percent(one.high)})"


def _path(witness: Witness, titles: Titles) -> Table:
    return Table.of(
        f"The {witness.kind} path to this silence, if {titles.true(witness.theory)} (draw {witness.draw}, luck {witness.luck}); months in "
        f"which nothing "
        "new was seen are left out.",
        ("month", "own rung", "rival’s rung", "what is seen"),
        ((month(one.month), str(one.own_rung), str(one.rival_rung), one.says or "nothing new") for one in witness.seen),
        prose=True,
    )


def money_text(one: Money | None) -> str:
    """Points with their error; 0 for what costs nothing in any run."""
    if one is None:
        return "not costed"
    return "0" if one.points == one.se == 0 else mean_error(one.points, one.se)


def cost_text(one: Money | None) -> str:
    """What a silence can cost: never below 0, and no more told than is known."""
    if one is None or one.surely:
        return money_text(one)
    return f"at most {number(one.most, 2)}" if one.most >= 0.005 else "less than 0.01"


def _least(one: Money) -> str:
    return f"{money_text(one)} points at least" if one.surely else f"nothing that is known for sure, and {cost_text(one)} points"


# --- the picture ----------------------------------------------------------------------------------------------------


def questions_figure(row: StrategyGaps, titles: Titles) -> Figure | None:
    """A line a question with its cost in points; bar: two errors either way. None where no silence was costed."""
    gaps = [gap for gap in row.gaps if gap.cost is not None][:DRAWN]
    if not gaps:
        return None
    lines = [_line(gap.question, gap.cost, cost_text(gap.cost)) for gap in gaps if gap.cost is not None]
    chart = dot_chart(lines, unit="what the silence can cost (points)", axis=dots_extent(lines, 0.0))
    rest = f" The {DRAWN} dearest of {len(row.gaps)}." if len(row.gaps) > DRAWN else ""
    caption = (
        f"The questions that {titles.say_strategy(row.strategy)} leaves open, and what silence there can cost: "
        f"points between the best and the worst answer.{rest} Dot: what is known to be lost at least; bar: two errors either way; "
        "no dot: it may cost nothing. See how fast the cost falls: the first few are those to answer before the plan begins."
    )
    data = FigureData(
        "open-questions",
        ("question", "cost (points)", "low (points)", "high (points)"),
        tuple((line.label, line.value, line.low, line.high) for line in lines),
    )
    return Figure("open questions", caption, "", (Strip("", (Panel("", chart),)),), 1, data=data)


def _line(question: str, cost: Money, text: str) -> DotLine:
    if not cost.surely:
        return DotLine(question, math.nan, 0.0, cost.most, text)
    low, high = max(cost.points - ERRORS * cost.se, 0.0), cost.points + ERRORS * cost.se
    return DotLine(question, cost.points, low, high, text, first=cost.points > 0)
