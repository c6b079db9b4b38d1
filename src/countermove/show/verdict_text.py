"""Verdicts and numbers as the memo tells them: what the errors leave open is said to be open, and nobody is above in a tie."""

from __future__ import annotations

from collections.abc import Sequence

from countermove.decision.findings import Verdict
from countermove.world.certainty import Certainty
from countermove.world.tables import Cell, Mark
from countermove.world.titles import Titles
from countermove.world.words import UNKNOWN, number, points

CANNOT_TELL = "cannot tell"


def tied(rows: Sequence[Verdict], titles: Titles) -> str:
    """Of verdicts of one best plan, none of them "better": who is no better than whom, as a clause."""
    best = rows[0].best
    same = [row for row in rows if row.kind == "no material difference"]
    names = (best, *(row.other for row in same))
    unsure = [row.other for row in rows if row.kind == "cannot tell"]
    parts: list[str] = []
    if same:
        equal = all(row.difference == row.se == 0 for row in same)
        told = titles.say_strategies(names)
        parts = [f"{told} score the same" if equal else f"there is no material difference between {told}"]
    if unsure:
        parts.append(f"the runs cannot tell {titles.say_strategy(best)} from {titles.say_strategies(unsure, 'or')}")
    return ", and ".join(parts)


def verdict_clause(row: Verdict, titles: Titles) -> str:
    """`“Arm” would be best, 0.31 ± 0.02 points above “Wait”`; or that no plan could be called best, with the points that lie between."""
    between = points(row.difference, row.se)
    if row.kind == "better":
        return f"{titles.say_strategy(row.best)} would be best, {between} above {titles.say_strategy(row.other)}"
    size = "" if row.difference == row.se == 0 else f" ({between}, and {number(row.matters)} is what matters)"
    return f"no plan could be called best: {tied([row], titles)}{size}"


def cell(text: str, told: Certainty, notes: tuple[str, ...] = (), marks: tuple[Mark, ...] = ()) -> Cell:
    """A number that may be told; else the words that it cannot, with the number in small print; else that there is none."""
    if told == "told":
        return Cell(text, notes, marks)
    return Cell(CANNOT_TELL, (text, *notes), marks) if told == "cannot tell" else Cell(UNKNOWN, notes, marks)
