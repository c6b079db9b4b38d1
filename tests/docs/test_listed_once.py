"""What a table says is not listed again: no file but a table's own names several of its rows one after the other."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from countermove.memo.sections import SECTIONS
from countermove.scenario.keys import DISTRIBUTIONS, NUMBER_OPTIONS
from countermove.world.measure import MEASURE_NAMES
from countermove.world.monthly import MONTHLY
from countermove.world.observable import OBSERVABLE

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "countermove"
# the names of a table that no other table has, how many of them make a list, and the files that have to go through all of them: the table,
# what computes or writes each row
TABLES: dict[str, tuple[set[str], int, tuple[str, ...]]] = {
    "measures": ({*MEASURE_NAMES} - {*OBSERVABLE}, 3, ("world/measure.py", "engine/tally.py", "verify/numpy_model/tally.py")),
    "quantities by month": ({*MONTHLY}, 3, ("world/monthly.py", "engine/simulate.py", "play/after_lanes.py")),
    "sections": ({section.anchor for section in SECTIONS}, 3, ("memo/sections.py",)),
    "distributions": ({*DISTRIBUTIONS}, 5, ("scenario/keys.py", "world/prior.py")),
    "options of a number": ({*NUMBER_OPTIONS}, 5, ("scenario/keys.py", "scenario/write.py", "scenario/jsonschema.py")),
}


def lists(source: str) -> Iterator[tuple[int, set[str]]]:
    """The texts of every tuple, list, set and mapping (its keys) that is written out, with its line."""
    for node in ast.walk(ast.parse(source)):
        parts = node.keys if isinstance(node, ast.Dict) else node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else []
        words = {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}
        if words:
            yield getattr(node, "lineno"), words  # noqa: B009  # every one of these nodes has a line


def again(found: Iterable[tuple[int, set[str]]], names: set[str], many: int) -> list[int]:
    """The lines at which a list holds so many of the names, and little else."""
    return [line for line, words in found if len(words & names) >= many and 2 * len(words & names) > len(words)]


@cache
def written() -> dict[str, list[tuple[int, set[str]]]]:
    """The lists of every file of the package by its path."""
    return {str(path.relative_to(PACKAGE)): list(lists(path.read_text(encoding="utf-8"))) for path in sorted(PACKAGE.rglob("*.py"))}


@pytest.mark.parametrize("table", TABLES)
def test_nobody_lists_a_table_again(table: str) -> None:
    names, many, own = TABLES[table]
    found = {file: lines for file, every in written().items() if (lines := again(every, names, many))}
    assert set(found) <= set(own), found
    assert set(own) <= set(written())


def test_a_second_list_is_found() -> None:
    """In whatever it is written; fewer names, or some among many others, are none."""
    names = set("abcd")
    assert again(lists("x = 1\nY = ('a', 'b', 'c')\nZ = {'d': 1, 'b': 2, 'a': 3}"), names, 3) == [2, 3]
    assert again(lists("x = ['a', 'b']\ny = ['a', 'b', 'c', 'n', 'o', 'p']"), names, 3) == []
