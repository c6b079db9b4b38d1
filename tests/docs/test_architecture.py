"""The page on the architecture is true: its drawings are the contracts, every folder is named, and the two ways can be walked."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from builders.pages import ROOT, blocks

PACKAGE = ROOT / "src" / "countermove"
PAGE = ROOT / "docs" / "explanation" / "architecture.md"
MOST = 12  # files on a way


@cache
def contracts() -> dict[str, dict[str, Any]]:
    """The contracts of import-linter by their ids."""
    written = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {one["id"]: one for one in written["tool"]["importlinter"]["contracts"]}


def drawn(name: str) -> list[set[str]]:
    """The floors of a drawing, from above: the names between its walls."""
    (block,) = (block for block in blocks(PAGE) if (block.language, block.file) == ("text", name))
    return [set(re.findall(r"[a-z_]+", line[: line.rindex("│")])) for line in block.text.splitlines() if "│" in line]


@pytest.mark.parametrize(("name", "folder"), [("floors", PACKAGE), ("rooms", PACKAGE / "questions")])
def test_the_drawings_are_the_contracts(name: str, folder: Path) -> None:
    """Floor by floor; a name in brackets is drawn once it is there."""
    layers = [set(re.findall(r"\w+", layer)) for layer in contracts()[name]["layers"]]
    there = [{one for one in layer if (folder / one).is_dir() or (folder / f"{one}.py").is_file()} for layer in layers]
    assert drawn(name) == [layer for layer in there if layer - {"__main__"}]


def test_every_folder_is_named() -> None:
    """Once, with what it is for, in the order of the list of folders; and none that is not there."""
    told = dict(re.findall(r"^\| `([\w/]+)` \| (.+) \|$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE))
    # an old folder may be left with nothing but what Python had compiled in it
    folders = [path for path in PACKAGE.rglob("*") if path.is_dir() and any(one.is_file() for one in path.iterdir())]
    folders = [path for path in folders if path.name != "__pycache__"]
    assert list(told) == sorted(str(path.relative_to(PACKAGE)) for path in folders)
    assert all(says[0].isupper() for says in told.values())


def imported(file: str) -> set[str]:
    """The files of the package that a file imports, at its top or where it needs them."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((PACKAGE / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("countermove"):
            names = [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
            found |= {"/".join(name.split(".")[1:]) + ".py" for name in names}
    return found


@pytest.mark.parametrize("thing", ["claim", "gap question"])
def test_a_way_can_be_walked(thing: str) -> None:
    """At most twelve files; each is imported by one before it on the way, or imports one."""
    text = PAGE.read_text(encoding="utf-8")
    (part,) = re.findall(rf"^## A {thing}'s way to the memo$(.*?)(?=^## |^\[|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    way = re.findall(r"^\d+\. `([\w/.]+)`", part, flags=re.MULTILINE)
    assert way[0] == "scenario/read.py" and way[-1] == "memo/sections.py" and len(way) <= MOST
    for place, file in enumerate(way[1:], 1):
        before = set(way[:place])
        assert before & imported(file) or any(file in imported(other) for other in before), f"{file} is apart from those before it"


def test_no_file_of_the_room_is_left_out() -> None:
    """A room's files that are on no way are those that the command line alone asks for."""
    text = PAGE.read_text(encoding="utf-8")
    rooms = {f"questions/{room}/{path.name}" for room in ("claims", "gaps") for path in (PACKAGE / "questions" / room).glob("*.py")}
    left = {file for file in rooms if f"`{file}`" not in text and not file.endswith("__init__.py")}
    assert left == {"questions/claims/words.py"}
    memo = {f"memo/{path.name}" for path in (PACKAGE / "memo").glob("*.py")}
    assert not any(file in imported(other) for file in left for other in memo | rooms - left)
