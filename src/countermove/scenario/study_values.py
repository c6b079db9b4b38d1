"""What a study changes: paths as `--set` has them, with values or a range, each tried on the wars that it is to change."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from countermove.errors import Issue
from countermove.scenario.node_reader import NodeReader
from countermove.scenario.read import examine
from countermove.scenario.study_keys import SPAN
from countermove.scenario.study_schema import SAMPLED, Axis, Design, SetValue, Span, War
from countermove.scenario.tree import Entries, Items, Node, Scalar
from countermove.units import split

MOST_VALUES, MOST_STEPS, MOST_PATHS = 10_000, 10_000, 40
_PATH = "a path such as patrons.moscow.stake-ratio"
_BARE = re.compile(r"[A-Za-z0-9.+-](?:[A-Za-z0-9 .+%_/-]*[A-Za-z0-9.%_-])?")
_BETWEEN = 0.381966  # of the way: a place that is hardly a whole number, which a sampled range may take


def as_text(node: Node) -> str:
    """A node of a file as one line of YAML that reads back as it was, in the form of `--set PATH=`."""
    if isinstance(node, Entries):
        return "{" + ", ".join(f"{_quoted(key)}: {as_text(value)}" for key, value in node.entries) + "}"
    if isinstance(node, Items):
        return "[" + ", ".join(as_text(item) for item in node.items) + "]"
    return _quoted(node)


def _quoted(node: Scalar) -> str:
    return node.text if node.plain and _BARE.fullmatch(node.text) else json.dumps(node.text, ensure_ascii=False)


def wrong_path(path: str) -> str:
    """What is wrong with a path before anything is looked up; "" where nothing is."""
    if not all(part.strip() for part in path.split(".")):
        return f'"{path[:60]}" has nothing on one side of a point'
    return f'"{path[:60]}" is not a path' if re.search(r"[/:>\[\]\s=]", path) else ""


@dataclass(frozen=True)
class SetReader:
    """Reads what is changed in these wars."""

    reader: NodeReader
    wars: Sequence[War]

    def axes(self, node: Node | None, design: Design) -> tuple[Axis, ...]:
        """The axes of a design."""
        return tuple(axis for key, value in self._entries(node) if (axis := self._axis(key, value, design)) is not None)

    def together(self, node: Node | None, war: int | None) -> Mapping[str, SetValue]:
        """What one case changes: all of it is tried together, on its war or on every one."""
        nodes = {key.text: (key, value) for key, value in self._entries(node)}
        texts = {path: as_text(value) for path, (_, value) in nodes.items()}
        for place, one in enumerate(self.wars):
            if texts and war in (None, place):
                self._refuse(one, examine(one.file, overrides=texts).issues, nodes)
        return {path: SetValue(text, _number(nodes[path][1])[0]) for path, text in texts.items()}

    def _entries(self, node: Node | None) -> list[tuple[Scalar, Node]]:
        """Paths and what stands under them; those that are none, or lie in one another, are mistakes."""
        reader = self.reader
        if node is None:
            return []
        if not isinstance(node, Entries):
            reader.refuse(node, f"set cannot be {reader.described(node)}", f"a mapping of paths, {_PATH}")
            return []
        if len(node.entries) > MOST_PATHS:
            reader.refuse(node, f"{len(node.entries)} paths", f"at most {MOST_PATHS}")
        kept: list[tuple[Scalar, Node]] = []
        for key, value in node.entries[:MOST_PATHS]:
            wrong = wrong_path(key.text)
            around = next((k.text for k, _ in kept if _inside(k.text, key.text) or _inside(key.text, k.text)), "")
            if wrong:
                reader.refuse(key, wrong, _PATH)
            elif around:
                reader.refuse(key, f"{key.text} and {around} lie in one another", "paths that change different things")
            else:
                kept.append((key, value))
        return kept

    def _axis(self, key: Scalar, node: Node, design: Design) -> Axis | None:
        if isinstance(node, Entries):
            return self._range(key, node, design)
        items = self.reader.items(node, f"the values of {key.text}", MOST_VALUES)
        if isinstance(node, Items) and not items:
            self.reader.refuse(node, f"no values of {key.text}", "one or more")
        texts = [as_text(item) for item in items]
        for place, (item, text) in enumerate(zip(items, texts, strict=True)):
            if text in texts[:place]:
                self.reader.refuse(item, f"{self.reader.described(item)} stands here twice", "each value once")
            else:
                self._try(key, item, text)
        numbers = [_number(item) for item in items]
        units = {unit for number, unit in numbers if number is not None}
        plain = len(units) == 1 and all(number is not None for number, _ in numbers)
        values = tuple(SetValue(text, number if plain else None) for text, (number, _) in zip(texts, numbers, strict=True))
        return Axis(key.text, units.pop() if plain else "", values)

    def _range(self, key: Scalar, node: Entries, design: Design) -> Axis | None:
        reader, before = self.reader, len(self.reader.issues.found)
        entries = reader.keyed(node, SPAN, "a range")
        low, high = (reader.plain(entries[name]) if name in entries else None for name in ("from", "to"))
        steps = reader.integer(entries["steps"], (2, MOST_STEPS), 2) if "steps" in entries else None
        unit = reader.text(entries.get("unit"), "a unit", 60)
        logarithmic = "scale" in entries and reader.word(entries["scale"], ("linear", "log"), "a scale", "linear") == "log"
        if low is not None and high is not None and not low < high and len(reader.issues.found) == before:
            reader.refuse(node, f"a range from {low:g} to {high:g}", "from: the lower, to: the higher")
        if logarithmic and low is not None and low <= 0:
            reader.refuse(entries["from"], "a logarithm of nothing or less", "scale: linear, or from: above 0")
        if design == "grid" and steps is None:
            reader.refuse(node, "a range in a grid without steps", "steps: how many of its values are taken, or design: sobol")
        if design in SAMPLED and "steps" in entries:
            reader.refuse(entries["steps"], f"a {design} design takes values from all of the range", "no steps, or design: grid")
        if len(reader.issues.found) > before or low is None or high is None:
            return None
        axis = Axis(key.text, unit, span=Span(low, high, steps, logarithmic))
        ends = {"from": 0.0, "to": 1.0}
        for name, share in ends.items():
            self._try(key, entries[name], axis.value(Span(low, high).at(share)).text)
        if design in SAMPLED and len(reader.issues.found) == before:
            self._try(key, node, axis.value(Span(low, high).at(_BETWEEN)).text)
        return axis

    def _try(self, key: Scalar, node: Node, text: str) -> None:
        """Refuse a value that some war refuses, at its place in the study; what is wrong with the path, at the path."""
        for war in self.wars:
            self._refuse(war, examine(war.file, overrides={key.text: text}).issues, {key.text: (key, node)})

    def _refuse(self, war: War, issues: Sequence[Issue], nodes: Mapping[str, tuple[Scalar, Node]]) -> None:
        for issue in issues[:1]:  # what follows the first is mostly its consequence
            named = [path for path in nodes if issue.file == f"--set {path}" or issue.file.startswith(f"--set {path}=")]
            where = named[0] if named else next(iter(nodes))
            key, value = nodes[where]
            at_path = issue.file.startswith(f"--set {where}=")
            elsewhere = "" if issue.file.startswith("--set") else f" ({issue.where})"
            message = f"{war.name} with {where}: {issue.message}{elsewhere}"
            if not self.reader.wrong(key if at_path else value):
                self.reader.refuse(key if at_path else value, message, issue.expected, issue.suggestion)


def _inside(path: str, other: str) -> bool:
    return f"{other}.".startswith(f"{path}.")


def _number(node: Node) -> tuple[float | None, str]:
    """A plain number with its unit; None for anything else."""
    if not isinstance(node, Scalar):
        return None, ""
    value = NodeReader.finite(node.text)
    if value is not None:
        return value, ""
    parts = split(node.text) if len(node.text) <= 100 else None
    return (None, "") if parts is None else parts
