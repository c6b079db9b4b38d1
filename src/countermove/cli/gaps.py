"""`countermove gaps`: what a strategy does not say, how probable it is to get there, by which path, and what the silence can cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from countermove.cli.failure import FINE, FOUND
from countermove.cli.options import DRAWS, FROM_SEED, Changes, Effort, File, Output, Sampling, Selection, Strict, Workers
from countermove.cli.progress import Bar
from countermove.cli.request import check_selection, options_of, scenario_of
from countermove.cli.terminal import say, say_json, say_table
from countermove.world.words import counted_text, month_text

if TYPE_CHECKING:
    from countermove.questions.gaps.finding import Gap, GapsFound, Money, StrategyGaps

SHOWN = 8  # questions with their answers and a path


Draws = Annotated[
    int | None,
    typer.Option("--draws", metavar="N", min=64, max=DRAWS, help="Samples of what is uncertain (2048), each with two lucks."),
]
Seed = Annotated[int | None, FROM_SEED]


def gaps(
    file: File,
    selection: Selection,
    changes: Changes,
    output: Output,
    draws: Draws = None,
    seed: Seed = None,
    strict: Strict = False,
    workers: Workers = None,
) -> int:
    """Find the questions that each strategy leaves open: their probability under each theory, a path that leads there month by month, what the
    silence can cost, and the answers that would close it best."""
    scenario, plugins = scenario_of(file, changes, output)
    check_selection(scenario, selection)
    from countermove.questions.gaps.gaps import gap_check

    options = options_of(Sampling(draws, None, seed), selection, Effort(workers=workers), out=None, plugins=plugins)
    with Bar(quiet=output.quiet or output.as_json) as bar:
        found = gap_check(scenario, options, progress=bar)
    if output.as_json:
        say_json(found.to_json())
    else:
        show(found)
    return FOUND if strict and found.count else FINE


def show(found: GapsFound) -> None:
    """Strategy by strategy: the cost of silence, the questions, the faults, the paths."""
    theories = list(found.weights)
    say_table(
        "What silence can cost: expected points under the best completion less those under the worst (at least so much: both are searched)",
        ["theory", *(row.strategy for row in found.strategies)],
        [
            ["questions open", *(str(len(row.gaps)) for row in found.strategies)],
            *([name, *(_cost(row.cost_of_silence.get(name)) for row in found.strategies)] for name in theories),
        ],
    )
    for row in found.strategies:
        _show(row, found)


def _show(row: StrategyGaps, found: GapsFound) -> None:
    count = len(row.gaps)
    say(f"{row.strategy}: {count} {'question' if count == 1 else 'questions'} open")
    for fault in row.static:
        say(f"  {fault.kind}: {fault.says}")
    if not row.gaps:
        say(f"  It is silent in none of {found.draws:,} draws under any theory, however silences are answered.")
        say()
        return
    say_table(
        "",
        ["question", "ever silent there", "first silence", "what it can cost"],
        [[gap.question, gap.ever, _mean(gap.first, found), _cost(gap.cost)] for gap in row.gaps],
    )
    for gap in row.gaps[:SHOWN]:
        _told(gap)
    if count > SHOWN:
        say(f"… and {count - SHOWN} more: --json has their answers and paths.")
    say()


def _told(gap: Gap) -> None:
    say(gap.question)
    if gap.answers:
        first = "" if gap.better else f"none is known to be better than to {gap.as_it_is}: "
        say(f"    answers: {first}" + "; ".join(f"{one.says} ({_money(one.gain)})" for one in gap.answers))
    for other in gap.disagree:
        say(
            f"    {other.person} would {other.says}: by its values the first answer loses {_money(other.person_loses)}, and by the "
            f"objective that one loses {_money(other.owner_loses)}."
        )
    for path in gap.witness[:1]:
        told = [month for month in path.months if month.says] or list(path.months[-1:])
        said = "; ".join(f"{month_text(month.month)} {month.says or 'nothing new'}" for month in told[-6:])
        say(f"    {path.kind} path ({path.theory}): {'… ' if len(told) > 6 else ''}{said}")


def _mean(rows: Mapping[str, float], found: GapsFound) -> str:
    share = sum(found.weights[theory] * p for theory, p in rows.items())
    return counted_text(share, found.draws)


def _cost(one: Money | None) -> str:
    """What a silence can cost: never below 0, and no more told than is known."""
    if one is None or one.surely:
        return _money(one)
    return f"at most {one.most:.2f}" if one.most >= 0.005 else "less than 0.01"


def _money(one: Money | None) -> str:
    """Points with their error; 0 for what costs nothing in any run, and no zeros for what is too small to be written."""
    if one is None:
        return ""
    if one.points == one.se == 0:
        return "0"
    small = round(one.points, 2) == round(one.se, 2) == 0
    return "less than 0.01" if small else f"{one.points:z.2f} ± {one.se:.2f}"
