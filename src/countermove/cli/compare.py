"""`countermove compare`: two runs, or two strategies in one: what differs beyond chance, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from countermove.cli.options import Output, Selection
from countermove.cli.progress import Bar
from countermove.cli.terminal import say, say_json, say_table
from countermove.decision.findings import WEIGHTED
from countermove.world.measure import titled
from countermove.world.words import listed, mean_error, month_text, percent

if TYPE_CHECKING:
    from countermove.questions.compare.finding import Compared, Drill, Driver, QuantityParting

ROWS = 15
LINES = 8  # of a list below the table

Runs = Annotated[list[str], typer.Argument(metavar="RUN [RUN]", show_default=False, help="Folders that `countermove run` filled.")]


@dataclass(frozen=True)
class Depth:
    """How far it is looked into."""

    quick: Annotated[bool, typer.Option("--quick", help="From the folders alone: nothing is replayed month by month.")] = False
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 where a difference is significant, or where runs differ that should not.")
    ] = False


def compare(runs: Runs, selection: Selection, depth: Depth, output: Output) -> int:
    """Compare two runs; or, with --strategy given twice, two strategies in one run. Differences are B - A, ranked by what is beyond chance;
    the strongest are followed to the months, the mechanisms and the draws that they come from."""
    from countermove.questions.compare.differences import CompareRequest
    from countermove.questions.compare.differences import compare as compared

    asked = CompareRequest(tuple(selection.strategy or ()), tuple(selection.theory or ()), replays=not depth.quick)
    with Bar(quiet=output.quiet or output.as_json) as bar:
        found = compared(runs, asked, progress=bar)
    if output.as_json:
        say_json(found.to_json())
    else:
        show(found)
    return 1 if depth.strict and (found.found or (found.expected and not found.identical)) else 0


def show(found: Compared) -> None:
    """How the two were made, what differs, where it comes from."""
    say(f"A: {found.a}" + f"\nB: {found.b}")
    say()
    if found.differs:
        say_table(found.made_table(ROWS))
        _more(len(found.differs) - ROWS, "other entries")
    elif found.kind == "runs":
        say("Nothing differs in how they were made.")
    for row in found.only:
        for side, name in (("A", row.a), ("B", row.b)):
            if name:
                say(f"Only {side} has the {row.what} {_called(found, row.what, name)}.")
    if found.identical:
        say("What both have is the same, bit for bit." if found.only else "The runs are the same, bit for bit.")
        if not found.found and not found.turned:
            return
        say("What is made of them is not: the objective or the weights of the theories differ.")
    elif found.expected:
        say("One scenario, seed and size, and yet these are not the same runs: other code, libraries or machine made them.")
    say(found.pairing)
    _table(found)
    say(found.points)
    _why(found)
    _decision(found)
    cells: set[tuple[str, str]] = set()
    for part in found.drill:
        say()
        _drill(found, part, told=(part.strategy, part.theory) in cells)
        cells.add((part.strategy, part.theory))


def _called(found: Compared, what: str, name: str) -> str:
    """What a sentence calls a strategy, a theory or a measure."""
    said = {"strategy": found.titles.say_strategy, "theory": found.titles.say_theory}
    return said[what](name) if what in said else titled(name)


def _where(found: Compared, theory: str) -> str:
    """Under which theory."""
    return "over the weighted theories" if theory == WEIGHTED else f"under {found.titles.say_theory(theory)}"


def _table(found: Compared) -> None:
    count = len(found.found)
    kept = f"the share of false ones is held at {percent(found.level)} (Benjamini and Hochberg)"
    if count == 0:
        say(f"None of {found.compared} differences is beyond chance; {kept}.")
        return
    say(f"{count} of {found.compared} differences are beyond chance; {kept}.")
    say()
    say_table(found.strongest_table(ROWS))
    _more(len(found.strongest) - ROWS, "other measures")


def _why(found: Compared) -> None:
    """What makes the difference in points, measure by measure."""
    for strategy in dict.fromkeys(row.strategy for row in found.terms):
        if rows := found.terms_of(strategy):
            parts = listed(
                [f"{titled(row.measure)} ({'+' if row.points > 0 else ''}{mean_error(row.points, row.se)})" for row in rows]
            )
            say(f"The points of {strategy} differ, theories weighted, by {parts}.")


def _decision(found: Compared) -> None:
    """Regret over the weighted theories, rankings and verdicts that are not the same."""
    from countermove.questions.compare.finding import number_text

    moved = [row for row in found.regret if row.theory == WEIGHTED and (row.change != 0 or row.se > 0)]
    for row in moved[:LINES]:
        a, b, change = number_text(row.a, row.b, row.change, row.se)
        say(f"Regret of {found.titles.say_strategy(row.strategy)}, theories weighted: {a} -> {b} ({change}).")
    _more(len(moved) - LINES, "other plans")
    for row in found.turned[:LINES]:
        say(f"The {row.of} {_where(found, row.theory)}: {row.a} -> {row.b}.")
    _more(len(found.turned) - LINES, "other rankings and verdicts")


def _more(count: int, what: str) -> None:
    if count > 0:
        say(f"… and {count} {what}: --json has them all.")


def _drill(found: Compared, part: Drill, *, told: bool) -> None:
    """`told`: the months of this strategy under this theory stand above."""
    row = next(row for row in found.rows if (row.strategy, row.theory, row.measure) == (part.strategy, part.theory, part.measure))
    say(
        f"{titled(row.measure)} of {found.titles.say_strategy(row.strategy)} {_where(found, row.theory)}: {row.number_text[-1]} {row.unit}"
    )
    if told:
        say("  months and mechanisms as above")
    else:
        _months(found, part)
    for driver in part.drivers:
        say(f"  draws: {_driver(driver)}")
    if part.draws:
        say("  largest in " + ", ".join(f"draw {one.draw} ({_signed(one.difference)}; luck {one.luck})" for one in part.draws))
    for note in part.notes:
        say(f"  {note}")


def _months(found: Compared, part: Drill) -> None:
    for block in (block for block in part.blocks if block.first is not None):
        first, most = block.quantities[0], max(block.quantities, key=lambda one: abs(one.share))
        beyond = "" if first.excludes is None else f"; 90% band without 0 from {_month(found, first.excludes)}"
        say(
            f"  {_month(found, block.first)}  {block.name}: {_quantity(first)} {_signed(first.first_difference)} {first.unit}; largest "
            f"{most.share:+.2f} of its spread, in {_month(found, most.most)}{'' if most is first else f' ({_quantity(most)})'}{beyond}"
        )
    quiet = [block.name for block in part.blocks if block.first is None]
    if quiet:
        say(f"  no parting that matters: {', '.join(quiet)}")
    if part.blocks:
        return
    apart = [band for band in part.bands if band.first is not None]
    for band in apart:
        say(
            f"  {band.what}: from {_month(found, band.first)} one median lies outside the other's middle half; widest gap {_signed(band.gap)} "
            f"{band.unit}, in {_month(found, band.widest)}"
        )
    if part.bands and not apart:
        say("  of the bands that were kept, no median leaves the other's middle half")


def _quantity(one: QuantityParting) -> str:
    return f"{one.of}.{one.what}" if one.of else one.what


def _driver(driver: Driver) -> str:
    groups = ", ".join(f"{name} {_signed(value)}" for name, value in driver.groups)
    return f"{driver.parameter} goes with {percent(driver.share)} (chance: {percent(driver.threshold)}): {groups}"


def _signed(value: float) -> str:
    """A number of three figures with its sign, as people write it."""
    from countermove.world.words import figure

    return f"{'+' if value >= 0 else ''}{figure(value)}"


def _month(found: Compared, month: int | None) -> str:
    if month is None:
        return ""
    return f"month {month}" if found.start is None else month_text(found.start + month - 1)
