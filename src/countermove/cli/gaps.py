"""`countermove gaps`: what a strategy does not say, how probable it is to get there, by which path, and what the silence can cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from countermove.cli.failure import FINE, FOUND
from countermove.cli.options import DRAWS, FROM_SEED, Changes, Effort, File, Output, Sampling, Selection, Strict, Workers
from countermove.cli.progress import Bar
from countermove.cli.request import check_selection, options_of, scenario_of
from countermove.cli.terminal import say, say_json, say_table
from countermove.world.words import month_text

if TYPE_CHECKING:
    from countermove.questions.gaps.finding import Gap, GapsFound, StrategyGaps

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
    from countermove.questions.gaps.section import costs_table

    say_table(costs_table(found))
    for row in found.strategies:
        _show(row, found)


def _show(row: StrategyGaps, found: GapsFound) -> None:
    from countermove.questions.gaps.section import questions_table

    count = len(row.gaps)
    say(f"{found.titles.strategy(row.strategy)}: {count} {'question' if count == 1 else 'questions'} open")
    for fault in row.static:
        say(f"  {fault.kind}: {fault.says}")
    if not row.gaps:
        say(f"  It is silent in none of {found.draws:,} draws under any theory, however silences are answered.")
        say()
        return
    say_table(questions_table(row, found))
    for gap in row.gaps[:SHOWN]:
        _told(gap, found)
    if count > SHOWN:
        say(f"… and {count - SHOWN} more: --json has their answers and paths.")
    say()


def _told(gap: Gap, found: GapsFound) -> None:
    from countermove.questions.gaps.section import question

    say(gap.question)
    for sentence in question(gap, found.titles).sentences:
        say(f"    {sentence}")
    for path in gap.witness[:1]:
        said = "; ".join(f"{month_text(month.month)} {month.says or 'nothing new'}" for month in path.seen[-6:])
        say(f"    {path.kind} path (if {found.titles.true(path.theory)}): {'… ' if len(path.seen) > 6 else ''}{said}")
