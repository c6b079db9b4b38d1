"""A change of one thing in the text of a scenario, at its mark: comments, order and layout stay as they are.

The text is read again after the change, and the change is refused unless it did what was asked and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from countermove.errors import CountermoveError
from countermove.scenario.tree import Entries, Issues, Items, Mark, Node, Scalar, Stop, parse

Path: TypeAlias = Sequence[str]
Shape: TypeAlias = "str | list[Shape] | dict[str, Shape]"
MOST_CUTS = 60  # places at which an entry may end that are tried
_BREAK = re.compile(r"\r\n|\r|\n")
_COMMENT_LINE = re.compile(r"[\r\n][ \t]*#")


class NotChanged(CountermoveError):
    """A change that cannot be made at its place: the text has to be changed by hand."""


@dataclass(frozen=True)
class Edit:
    """The text after a change, and where the change stands: line and column from 1."""

    text: str
    line: int
    column: int


def tree_of(text: str) -> Node | None:
    """The text as a tree; None where it is not YAML, or has what no scenario may have."""
    issues = Issues()
    try:
        root = parse(text, "", issues)
    except Stop:
        return None
    return None if issues.found else root


def at(root: Node, path: Path) -> Node | None:
    """What stands under a path: keys, and places of lists from 0."""
    node: Node | None = root
    for step in path:
        if isinstance(node, Entries):
            node = node.get(step)
        elif isinstance(node, Items) and step.isdecimal() and int(step) < len(node.items):
            node = node.items[int(step)]
        else:
            return None
    return node


def changed(text: str, path: Path, value: str) -> Edit:
    """The text with another value under a path. Raises NotChanged."""
    root = _read(text)
    node = at(root, path)
    if not isinstance(node, Scalar) or not node.exact:
        raise NotChanged(f"{_said(path)} is written over several lines", next="Change it in the text")
    start = _offset(text, node.mark)
    end = start + len(node.text) + 2 * node.offset
    wanted = _with(shape(root), path, value)
    for spelled in _spellings(value, quoted=not node.plain):
        edited = text[:start] + spelled + text[end:]
        if _is(edited, wanted):
            return Edit(edited, node.mark.line, node.mark.column)
    raise NotChanged(f"{_said(path)} cannot become {value!r} where it stands", next="Change it in the text")


def added(text: str, path: Path, key: str, value: str, inside: str = "") -> Edit:
    """The text with one more entry at the head of the mapping under a path; with `inside` the entry is `{inside: value}`. Raises NotChanged."""
    root = _read(text)
    node = at(root, path)
    if not isinstance(node, Entries) or node.get(key) is not None:
        raise NotChanged(f"{_said((*path, key))} cannot be added here", next="Write it in the text")
    wanted = _with(shape(root), path, {key: {inside: value} if inside else value, **_entries(shape(node))})
    start = _offset(text, node.mark)
    for spelled in _spellings(value, quoted=False):
        entry = f"{key}: {{{inside}: {spelled}}}" if inside else f"{key}: {spelled}"
        if text[start : start + 1] == "{":
            edited = text[: start + 1] + entry + (", " if node.entries else "") + text[start + 1 :]
        else:
            edited = text[:start] + entry + "\n" + " " * (node.mark.column - 1) + text[start:]
        if _is(edited, wanted):
            return Edit(edited, node.mark.line, node.mark.column)
    raise NotChanged(f"{_said((*path, key))} cannot become {value!r}", next="Write it in the text")


def removed(text: str, path: Path) -> Edit:
    """The text without the entry under a path; comments on lines of their own stay. Raises NotChanged."""
    root = _read(text)
    holder = at(root, path[:-1]) if path else None
    entries = holder.entries if isinstance(holder, Entries) else ()
    place = next((n for n, (key, _) in enumerate(entries) if key.text == path[-1]), None)
    if not isinstance(holder, Entries) or place is None:
        raise NotChanged(f"{_said(path)} is no entry that can be taken out", next="Take it out in the text")
    key = entries[place][0]
    begins = [_offset(text, one.mark) for one, _ in entries]
    cuts = _cuts_of_braces if text[_offset(text, holder.mark)] == "{" else _cuts_of_lines
    wanted = _without(shape(root), path)
    for start, end, instead in islice(cuts(text, begins, place), MOST_CUTS):
        edited = text[:start] + instead + text[end:]
        if _is(edited, wanted):
            return Edit(edited, key.mark.line, key.mark.column)
    raise NotChanged(f"{_said(path)} cannot be taken out where it stands", next="Take it out in the text")


def _cuts_of_braces(text: str, begins: list[int], place: int) -> Iterator[tuple[int, int, str]]:
    """Where an entry between braces may lie, the shortest first: from where to where, and what is to stand there instead."""
    start = begins[place]
    if place + 1 < len(begins):
        between = text[start : begins[place + 1]]
        if not _COMMENT_LINE.search(between):
            yield start, begins[place + 1], ""
        return
    if place > 0:  # the last of several: with the comma before it
        start = text.rindex(",", 0, start)
    for end in re.finditer(r"[,}]", text[begins[place] :]):
        yield start, begins[place] + end.start(), ""


def _cuts_of_lines(text: str, begins: list[int], place: int) -> Iterator[tuple[int, int, str]]:
    """The same of an entry that stands on lines of its own."""
    key = begins[place]
    ends = [found.end() for found in _BREAK.finditer(text, key)] + [len(text)]
    start = max(text.rfind("\n", 0, key), text.rfind("\r", 0, key)) + 1
    if len(begins) == 1:  # nothing is left of what it stands in
        breaks = [found.start() for found in _BREAK.finditer(text, key)] + [len(text)]
        yield from ((key, end, "{}") for end in breaks)
    elif not text[start:key].strip():
        yield from ((start, end, "") for end in ends)
    elif place + 1 < len(begins) and not _COMMENT_LINE.search(text[key : begins[place + 1]]):  # the first of an item of a list
        yield key, begins[place + 1], ""


def shape(node: Node) -> Shape:
    """A tree without its marks."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return [shape(item) for item in node.items]
    return {key.text: shape(value) for key, value in node.entries}


def _entries(found: Shape) -> dict[str, Shape]:
    return found if isinstance(found, dict) else {}


def _with(root: Shape, path: Path, value: Shape) -> Shape:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(root, dict):
        return {name: _with(part, rest, value) if name == step else part for name, part in root.items()}
    return [_with(part, rest, value) if str(place) == step else part for place, part in enumerate(root)]


def _without(root: Shape, path: Path) -> Shape:
    step, rest = path[0], path[1:]
    if isinstance(root, dict):
        return {name: _without(part, rest) if name == step else part for name, part in root.items() if rest or name != step}
    return [_without(part, rest) if str(place) == step else part for place, part in enumerate(root)]


def _read(text: str) -> Node:
    root = tree_of(text)
    if root is None:
        raise NotChanged("the text cannot be read as it stands", next="Mend the text first")
    return root


def _is(text: str, wanted: Shape) -> bool:
    root = tree_of(text)
    return root is not None and shape(root) == wanted


def _spellings(value: str, *, quoted: bool) -> tuple[str, ...]:
    """How a value may be written, the plainest first; in quotes where it was in quotes."""
    in_quotes = json.dumps(value, ensure_ascii=False)
    return (in_quotes,) if quoted or not value.strip() else (value, in_quotes)


def _offset(text: str, mark: Mark) -> int:
    """Where a mark lies in the text, in letters from 0."""
    start = 0
    for _ in range(mark.line - 1):
        found = _BREAK.search(text, start)
        assert found is not None  # the mark is one of this very text
        start = found.end()
    return start + mark.column - 1


def _said(path: Path) -> str:
    return ".".join(path) or "the text"
