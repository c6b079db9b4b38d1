"""`countermove gaps`: what a strategy does not say, how probable it is to get there, by which path, and what the silence can cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from countermove.cli.options import Changes, File, Output
from countermove.cli.progress import Bar
from countermove.cli.request import scenario_of
from countermove.cli.terminal import month_text, say, say_json, say_table, share_text

if TYPE_CHECKING:
    from countermove.world.gap import Gap, GapsFound, Money, StrategyGaps

SHOWN = 8  # questions with their answers and a path


@dataclass(frozen=True)
class Asked:
    """What is checked."""

    strategy: Annotated[
        list[str] | None, typer.Option("--strategy", metavar="NAME", help="Only this strategy; may be repeated.")
    ] = None
    theory: Annotated[list[str] | None, typer.Option("--theory", metavar="NAME", help="Only this theory; may be repeated.")] = None
    draws: Annotated[
        int | None, typer.Option("--draws", metavar="N", min=64, max=65536, help="Samples of what is uncertain (2048).")
    ] = None
    seed: Annotated[int, typer.Option("--seed", metavar="S", min=0, max=2**48 - 1, help="Where chance begins.")] = 0
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 where a gap is found.")] = False


def gaps(file: File, changes: Changes, asked: Asked, output: Output) -> int:
    """Find the questions that each strategy leaves open: their probability under each theory, a path that leads there month by month, what the
    silence can cost, and the answers that would close it best."""
    scenario, plugins = scenario_of(file, changes)
    from countermove.study.gaps import gap_check
    from countermove.study.options import RunOptions

    options = RunOptions(
        draws=asked.draws,
        seed=asked.seed,
        strategies=tuple(asked.strategy or ()),
        theories=tuple(asked.theory or ()),
        plugins=plugins,
    )
    with Bar(quiet=output.quiet or output.as_json) as bar:
        found = gap_check(scenario, options, progress=bar)
    if output.as_json:
        say_json(found.to_json())
    else:
        show(found)
    return 1 if asked.strict and found.count else 0


def show(found: GapsFound) -> None:
    """Strategy by strategy: the cost of silence, the questions, the faults, the paths."""
    theories = list(found.weights)
    say_table(
        "What silence can cost: expected points under the best completion less those under the worst (at least so much: both are searched)",
        ["theory", *(row.strategy for row in found.strategies)],
        [
            ["questions open", *(str(len(row.gaps)) for row in found.strategies)],
            *([name, *(_money(row.cost_of_silence.get(name)) for row in found.strategies)] for name in theories),
        ],
    )
    for row in found.strategies:
        _show(row)


def _show(row: StrategyGaps) -> None:
    say(f"{row.strategy}: {len(row.gaps)} questions open")
    for fault in row.static:
        say(f"  {fault.kind}: {fault.says}")
    say_table(
        "",
        ["question", "ever silent there", "first silence", "what it can cost"],
        [[f"[{number}]", _range(gap), _mean(gap.first), _money(gap.cost)] for number, gap in enumerate(row.gaps, 1)],
    )
    for number, gap in enumerate(row.gaps, 1):
        say(f"[{number}] {gap.question}")
    say()
    for number, gap in enumerate(row.gaps[:SHOWN], 1):
        _told(number, gap)


def _told(number: int, gap: Gap) -> None:
    if gap.answers:
        say(f"[{number}] answers: " + "; ".join(f"{one.says} ({_money(one.gain)})" for one in gap.answers))
    for path in gap.witness[:1]:
        told = [month for month in path.months if month.says] or list(path.months[-1:])
        said = "; ".join(f"{month_text(month.month)} {month.says or 'nothing new'}" for month in told[-6:])
        say(f"    {path.kind} path ({path.theory}): {'… ' if len(told) > 6 else ''}{said}")


def _range(gap: Gap) -> str:
    rows = [one.p for one in gap.probability.values()]
    return f"{share_text(min(rows))} to {share_text(max(rows))}"


def _mean(rows: Mapping[str, float]) -> str:
    return share_text(sum(rows.values()) / len(rows)) if rows else ""


def _money(one: Money | None) -> str:
    return "" if one is None else f"{one.points:.2f} ± {one.se:.2f}"
