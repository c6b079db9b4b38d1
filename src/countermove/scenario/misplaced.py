"""Whole sections and keys that stand a step too far in or too far out: each is one mistake, and is read where it was meant to stand.

YAML sees nothing wrong in them: what is under a key is said by spaces alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from countermove.scenario.keys import SCENARIO, SHAPES, Key
from countermove.scenario.node_reader import NodeReader
from countermove.scenario.tree import Entries, Items, Node, Scalar

_SECTIONS = {key.name: key.kind for key in SCENARIO if key.kind.startswith(("shape:", "map:"))}
_KEYS = frozenset(key.name for key in SCENARIO)
KeyAndValue = tuple[Scalar, Node]


def put_in_place(root: Node, reader: NodeReader) -> Node:
    """The scenario with every section and key where it was meant to stand, and a mistake for each that stood elsewhere."""
    if not isinstance(root, Entries):
        return root
    there = {key.text for key, _ in root.entries}
    found: list[KeyAndValue] = []
    entries = [(key, _without_sections(node, key.text, there, found, reader)) for key, node in root.entries]
    return _mapping(Entries((*entries, *found), root.mark), SCENARIO, reader)


# --- too far in -------------------------------------------------------------------------------------------------------


def _without_sections(node: Node, inside: str, there: set[str], found: list[KeyAndValue], reader: NodeReader) -> Node:
    """What is left of a node when the sections of the scenario inside it are taken out into `found`."""
    if isinstance(node, Items):
        return replace(node, items=tuple(_without_sections(item, inside, there, found, reader) for item in node.items))
    if not isinstance(node, Entries):
        return node
    kept: list[KeyAndValue] = []
    rest = list(node.entries)
    while rest:
        key, value = rest.pop(0)
        kind = _SECTIONS.get(key.text, "")
        if not kind or key.text in there or key.coined:
            kept.append((key, _without_sections(value, inside, there, found, reader)))
            continue
        under: list[KeyAndValue] = []
        while _is_empty(value) and rest and _belongs(*rest[0], kind):
            under.append(rest.pop(0))  # its own keys stand no further in than it does
        section = Entries(tuple(under), under[0][0].mark) if under else value
        if _fits(section, kind):
            reader.refuse(key, f'"{key.text}" stands inside "{inside}"', "no spaces before it: it is a section of the scenario")
            there.add(key.text)
            found.append((replace(key, mark=section.mark), section))
        else:
            kept.append((key, value))
            rest = [*under, *rest]
    return replace(node, entries=tuple(kept))


def _fits(node: Node, kind: str) -> bool:
    """Whether a node looks like what a section of this kind holds."""
    how, _, shape = kind.partition(":")
    keys = {key.name for key in SHAPES[shape]}
    if not isinstance(node, Entries) or not node.entries:
        return False
    if how == "shape":
        return all(key.text in keys for key, _ in node.entries)
    inner = [value for _, value in node.entries]
    return all(isinstance(value, Entries) and bool(value.entries) and value.entries[0][0].text in keys for value in inner)


# --- too far out ------------------------------------------------------------------------------------------------------


def _mapping(node: Node, keys: Sequence[Key], reader: NodeReader) -> Node:
    """A mapping of known keys, in which an empty section takes up the keys after it that are its own."""
    if not isinstance(node, Entries):
        return node
    kinds = {key.name: key.kind for key in keys}
    kept: list[KeyAndValue] = []
    for key, value in node.entries:
        kind = kinds.get(kept[-1][0].text, "") if kept and _is_open(kept[-1][1], reader) else ""
        if kind and key.text not in kinds and _belongs(key, value, kind):
            kept[-1] = _taken_up(kept[-1], (key, value), reader)
        else:
            kept.append((key, value))
    return replace(node, entries=tuple((key, _inside(value, kinds.get(key.text, ""), reader)) for key, value in kept))


def _inside(node: Node, kind: str, reader: NodeReader) -> Node:
    how, _, shape = kind.partition(":")
    if how == "shape":
        return _mapping(node, SHAPES[shape], reader)
    if how == "map":
        return _named(node, SHAPES[shape], reader)
    if how == "list" and isinstance(node, Items):
        return replace(node, items=tuple(_mapping(item, SHAPES[shape], reader) for item in node.items))
    return node


def _named(node: Node, keys: Sequence[Key], reader: NodeReader) -> Node:
    """A mapping of names, in which an empty name takes up the keys after it: they stand beside it and belong under it."""
    if not isinstance(node, Entries):
        return node
    known = {key.name for key in keys}
    kept: list[KeyAndValue] = []
    for key, value in node.entries:
        if kept and key.text in known and _is_open(kept[-1][1], reader):
            kept[-1] = _taken_up(kept[-1], (key, value), reader)
        else:
            kept.append((key, value))
    return replace(node, entries=tuple((key, _mapping(value, keys, reader)) for key, value in kept))


def _is_open(node: Node, reader: NodeReader) -> bool:
    """Whether what follows may belong under this: it is empty, or has taken up others."""
    return _is_empty(node) or (isinstance(node, Entries) and reader.wrong(node))


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.plain and node.text == ""


def _belongs(key: Scalar, value: Node, kind: str) -> bool:
    """Whether a key that is unknown here is one of the section of this kind."""
    how, _, shape = kind.partition(":")
    if how == "shape":
        return key.text in {known.name for known in SHAPES[shape]}
    return how == "map" and key.text not in _KEYS and _fits(Entries(((key, value),), key.mark), kind)


def _taken_up(above: KeyAndValue, pair: KeyAndValue, reader: NodeReader) -> KeyAndValue:
    """The entry above with one more entry under it; the first is a mistake, and those that follow it are the same one."""
    name, value = above
    if not isinstance(value, Entries):
        reader.refuse(pair[0], f'"{pair[0].text}" stands beside "{name.text}", not under it', "more spaces before it")
        value = Entries((), pair[0].mark)
        reader.issues.wrong.add((False, value.mark))
    return name, replace(value, entries=(*value.entries, pair))
