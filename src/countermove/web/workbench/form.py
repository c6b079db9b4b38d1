"""A form made from the table of keys (`scenario/keys.py`): what is written in a scenario, thing by thing, by the names that people read.

A field is one scalar of the text, at its mark; to change it is `edit.changed`. What stands over several lines is changed in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from countermove.scenario.keys import CONDITIONS, DISTRIBUTION, NUMBER_OPTIONS, SHAPES, Distribution, Key
from countermove.scenario.ladder import STANDARD
from countermove.scenario.parameter_tables import parameters, theory_names, theory_parameters, theory_says, theory_title
from countermove.scenario.tree import Entries, Items, Node, Scalar
from countermove.world.cast import display_name
from countermove.world.measure import MEASURE, MEASURES, titled
from countermove.world.prior import Parameter
from countermove.world.titles import title_of
from countermove.world.words import capitalized

Editor = Literal["number", "text", "choice", "flag"]
_AMOUNT = re.compile(r"([+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(\s*\S.*)?")
ADDABLE = frozenset(("text", "month", "moment", "boolean", "integer", "share", "plain", "number", "expression", "rung"))
NAMED = {"supports": "sides", "of": "patrons"}
"""Keys whose value is the name of an actor, and the section that actor stands in."""
TITLES = {"of": "Whose decision", "if": "If", "at": "When", "says": "In words"}


@dataclass(frozen=True)
class Field:
    """One thing that can be changed. `rest`: what follows a number in the text and stays, ` per thousand`; `doc`: what it means."""

    path: tuple[str, ...]
    label: str
    editor: Editor
    value: str
    line: int
    rest: str = ""
    doc: str = ""
    options: tuple[tuple[str, str], ...] = ()  # values and what people call them
    optional: bool = False  # may be taken out of the text

    @property
    def name(self) -> str:
        """Its path, as one name on a page."""
        return "/".join(self.path)


@dataclass(frozen=True)
class Missing:
    """A key that may be added: its name, its label, what it means, the values that it may have where they are few."""

    key: str
    label: str
    doc: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Fields that belong together, groups within, and what may be added. `folds`: the groups within are things of their own, shown one by one."""

    path: tuple[str, ...]
    title: str
    doc: str = ""
    fields: tuple[Field, ...] = ()
    groups: tuple[Group, ...] = ()
    missing: tuple[Missing, ...] = ()
    note: str = ""
    line: int = 0
    folds: bool = False
    optional: bool = False  # may be taken out of the text

    @property
    def name(self) -> str:
        """Its path, as one name on a page."""
        return "/".join(self.path)

    @property
    def size(self) -> int:
        """How many fields, those of the groups within included."""
        return len(self.fields) + sum(one.size for one in self.groups)


@dataclass
class FormMaker:
    """Makes the form of a tree; what is made of a part hangs on names that stand elsewhere, as those of rungs do."""

    root: Node
    rungs: tuple[str, ...] = field(default_factory=tuple[str, ...])

    def __post_init__(self) -> None:
        """Find the names of the rungs of the owner."""
        self.rungs = tuple(rung.name for rung in STANDARD)
        patrons = self.root.get("patrons") if isinstance(self.root, Entries) else None
        ladders = (
            [node.get("ladder") for _, node in patrons.entries if isinstance(node, Entries)] if isinstance(patrons, Entries) else []
        )
        for ladder in ladders:
            if isinstance(ladder, Items):
                named = [item.get("name") for item in ladder.items if isinstance(item, Entries)]
                self.rungs = tuple(dict.fromkeys((*self.rungs, *(one.text for one in named if isinstance(one, Scalar)))))

    def sections(self) -> Iterator[Group]:
        """The sections of the text in their order; the head of the file, its name and titles, first."""
        if not isinstance(self.root, Entries):
            return
        keys = {key.name: key for key in SHAPES["scenario"]}
        head = [(key, node) for key, node in self.root.entries if isinstance(node, Scalar) and key.text in keys]
        fields = (one for key, node in head for one in self._field((key.text,), keys[key.text], node))
        yield Group((), "The scenario", fields=tuple(fields), missing=self._missing(keys.values(), self.root))
        for key, node in self.root.entries:
            if key.text in keys and not isinstance(node, Scalar):
                yield self._group((key.text,), keys[key.text], node)

    # --- one key ------------------------------------------------------------------------------------------------------

    def _group(self, path: tuple[str, ...], key: Key, node: Node, title: str = "") -> Group:
        head, _, rest = key.kind.partition(":")
        named = title or TITLES.get(key.name) or title_of(key.name)
        line = node.mark.line
        if head == "shape":
            return self._shape(path, rest, node, named, key.doc)
        if head == "map" and isinstance(node, Entries):
            groups = (self._shape((*path, name.text), rest, one, self._called(rest, name.text, one)) for name, one in node.entries)
            return Group(path, named, key.doc, groups=tuple(groups), line=line, folds=True)
        if head == "list" and isinstance(node, Items):
            groups = (self._shape((*path, str(n)), rest, one, f"{title_of(rest)} {n + 1}") for n, one in enumerate(node.items))
            return Group(path, named, key.doc, groups=tuple(groups), line=line)
        if head == "number" and not isinstance(node, Scalar):
            return self._number(path, named, key.doc, node, optional=not key.required)
        return self._by_kind(path, key, node, named)

    def _by_kind(self, path: tuple[str, ...], key: Key, node: Node, named: str) -> Group:
        line = node.mark.line
        if isinstance(node, Items):
            fields = (
                one
                for n, item in enumerate(node.items)
                for one in _scalar((*path, str(n)), f"{named} {n + 1}", item, self._options(key))
            )
            return Group(path, named, key.doc, fields=tuple(fields), line=line)
        if not isinstance(node, Entries):
            return Group(path, named, key.doc, note="Change it in the text.", line=line)
        if key.kind in ("worths", "beliefs"):
            return self._worths(path, key, node, named)
        if key.kind == "theories":
            groups = tuple(self._theory((*path, name.text), name.text, one) for name, one in node.entries)
            return Group(path, named, key.doc, groups=groups, missing=_theories_left(node), line=line)
        if key.kind == "numbers":
            groups = tuple(self._mechanism((*path, name.text), name.text, one) for name, one in node.entries)
            return Group(path, named, key.doc, groups=groups, line=line)
        if key.kind == "ladder":
            groups = tuple(self._shape((*path, name.text), "rung", one, title_of(name.text)) for name, one in node.entries)
            return Group(path, named, key.doc, groups=groups, line=line)
        parts = [(name.text, one) for name, one in node.entries]
        label = display_name if key.kind == "actors" else title_of
        fields = (one for name, part in parts for one in _scalar((*path, name), label(name), part))
        groups = (self._number((*path, name), label(name), "", part) for name, part in parts if not isinstance(part, Scalar))
        return Group(path, named, key.doc, fields=tuple(fields), groups=tuple(groups), line=line)

    def _shape(self, path: tuple[str, ...], shape: str, node: Node, title: str, doc: str = "") -> Group:
        """A section of known keys."""
        if not isinstance(node, Entries):
            return Group(path, title, doc, fields=tuple(_scalar(path, title, node)), line=node.mark.line)
        keys = {key.name: key for key in SHAPES[shape]}
        fields: list[Field] = []
        groups: list[Group] = []
        for name, one in node.entries:
            key = keys.get(name.text)
            if key is None and name.text.startswith("held-by-"):
                side = name.text.removeprefix("held-by-")
                key = Key(name.text, "number", f"Share of it that {display_name(side)} holds", True)
            if key is None:
                continue
            if isinstance(one, Scalar):
                fields += self._field((*path, name.text), key, one)
            else:
                groups.append(self._group((*path, name.text), key, one))
        return Group(path, title, doc, tuple(fields), tuple(groups), self._missing(keys.values(), node), line=node.mark.line)

    def _missing(self, keys: Iterable[Key], node: Entries) -> tuple[Missing, ...]:
        """The keys that may be added to a section."""
        free = (key for key in keys if not key.required and "SIDE" not in key.name and node.get(key.name) is None)
        return tuple(
            Missing(key.name, TITLES.get(key.name) or title_of(key.name), key.doc, self._options(key))
            for key in free
            if key.kind in ADDABLE or "|" in key.kind
        )

    def _field(self, path: tuple[str, ...], key: Key, node: Scalar) -> Iterator[Field]:
        label = TITLES.get(key.name) or title_of(key.name)
        amount = key.kind in ("number", "plain", "share", "integer")
        yield from _scalar(path, label, node, self._options(key), key.doc, amount=amount, optional=not key.required)

    def _options(self, key: Key) -> tuple[str, ...]:
        if "|" in key.kind:
            return tuple(key.kind.split("|"))
        if key.kind == "rung":
            return self.rungs
        if key.name in NAMED and key.kind == "name":
            section = self.root.get(NAMED[key.name]) if isinstance(self.root, Entries) else None
            return tuple(name.text for name, _ in section.entries) if isinstance(section, Entries) else ()
        return ("true", "false") if key.kind == "boolean" else CONDITIONS if key.kind == "conditions" else ()

    def _called(self, shape: str, name: str, node: Node) -> str:
        written = node.get("title") if isinstance(node, Entries) and shape != "source" else None
        if isinstance(written, Scalar) and written.text:
            return written.text
        return display_name(name) if shape in ("side", "patron", "third-party") else title_of(name)

    # --- numbers ------------------------------------------------------------------------------------------------------

    def _number(self, path: tuple[str, ...], title: str, doc: str, node: Node, *, optional: bool = False) -> Group:
        """A number with its distribution: a field for each number that it is made of."""
        if not isinstance(node, Entries):
            return Group(path, title, doc, note="Change it in the text.", line=node.mark.line, optional=optional)
        fields: list[Field] = []
        said: list[str] = []
        for name, one in node.entries:
            place = (*path, name.text)
            if name.text in DISTRIBUTION:
                fields += _distribution(place, DISTRIBUTION[name.text], one)
                said.append(name.text if name.text != "value" else "")
            elif name.text in ("low", "high"):
                fields += _scalar(
                    place, f"{name.text}est possible" if name.text == "high" else "lowest possible", one, amount=True, optional=True
                )
        texts = {name.text: one.text for name, one in node.entries if isinstance(one, Scalar) and name.text in NUMBER_OPTIONS}
        source = texts.get("source", "")
        notes = [*filter(None, said), texts.get("unit", ""), f"source: {source}" if source else "", texts.get("note", "")]
        note = "; ".join(filter(None, notes))
        return Group(path, title, doc, fields=tuple(fields), note=note, line=node.mark.line, optional=optional)

    def _theory(self, path: tuple[str, ...], name: str, node: Node) -> Group:
        known = name in theory_names()
        title = capitalized(theory_title(name)) if known else title_of(name)
        if not isinstance(node, Entries):
            weight = _scalar(path, "Weight", node, amount=True, optional=True)
            return Group(path, title, line=node.mark.line, fields=tuple(weight))
        table: Mapping[str, Parameter] = theory_parameters(name) if known else {}
        fields: list[Field] = []
        groups: list[Group] = []
        for key, one in node.entries:
            says = table[key.text].doc if key.text in table else ""
            if isinstance(one, Scalar):
                free = key.text != "weight"
                fields += _scalar((*path, key.text), title_of(key.text), one, doc=says, amount=True, optional=free)
            else:
                groups.append(self._number((*path, key.text), title_of(key.text), says, one, optional=True))
        says = theory_says(name) if known else ""
        return Group(path, title, says, tuple(fields), tuple(groups), line=node.mark.line, optional=True)

    def _mechanism(self, path: tuple[str, ...], name: str, node: Node) -> Group:
        fields: list[Field] = []
        groups: list[Group] = []
        for key, one in node.entries if isinstance(node, Entries) else ():
            row = parameters().get(f"{name}.{key.text}")
            says = "" if row is None else row.doc
            if isinstance(one, Scalar):
                fields += _scalar((*path, key.text), title_of(key.text), one, doc=says, amount=True, optional=True)
            else:
                groups.append(self._number((*path, key.text), title_of(key.text), says, one, optional=True))
        return Group(path, title_of(name), fields=tuple(fields), groups=tuple(groups), line=node.mark.line)

    def _worths(self, path: tuple[str, ...], key: Key, node: Entries, named: str) -> Group:
        """Points by measure, or weights by theory."""
        points = key.kind == "worths"
        fields: list[Field] = []
        for name, one in node.entries:
            if points:
                label, says = capitalized(titled(name.text)), MEASURE[name.text].doc if name.text in MEASURE else ""
            else:
                known = name.text in theory_names()
                label, says = (capitalized(theory_title(name.text)), theory_says(name.text)) if known else (title_of(name.text), "")
            fields += _scalar((*path, name.text), label, one, doc=says, amount=True, optional=True)
        if points:
            left = (m for m in MEASURES if node.get(m.name) is None and m.kind != "ratio")
            missing = tuple(Missing(one.name, capitalized(one.title), one.doc) for one in left)
        else:
            missing = _theories_left(node)
        return Group(path, named, key.doc, tuple(fields), missing=missing, line=node.mark.line)


def _theories_left(node: Entries) -> tuple[Missing, ...]:
    """Theories that may be added."""
    left = (name for name in theory_names() if node.get(name) is None)
    return tuple(Missing(name, capitalized(theory_title(name)), theory_says(name)) for name in left)


def _distribution(path: tuple[str, ...], of: Distribution, node: Node) -> Iterator[Field]:
    if isinstance(node, Items):
        for place, item in enumerate(node.items):
            label = of.args[place] if place < len(of.args) else f"{of.name} {place + 1}"
            yield from _scalar((*path, str(place)), capitalized(label), item, amount=True)
    elif isinstance(node, Entries):
        for name, one in node.entries:
            yield from _scalar((*path, name.text), name.text, one, amount=True)
    else:
        yield from _scalar(path, capitalized(of.args[0] if of.args else of.name), node, amount=True)


def _scalar(
    path: tuple[str, ...],
    label: str,
    node: Node,
    options: tuple[str, ...] = (),
    doc: str = "",
    *,
    amount: bool = False,
    optional: bool = False,
) -> Iterator[Field]:
    """The field of a scalar that stands in one piece; nothing for any other node."""
    if not isinstance(node, Scalar) or not node.exact:
        return
    found = _AMOUNT.fullmatch(node.text) if amount else None
    titles = display_name if path[-1] in NAMED else _plainly
    few: tuple[tuple[str, str], ...] = ()
    kind: Editor = "text"
    if options == ("true", "false") and node.text in options:
        kind = "flag"
    elif options and node.text in options:
        kind, few = "choice", tuple((one, titles(one)) for one in options)
    elif found is not None:
        kind = "number"
    shown, rest = (found[1], found[2] or "") if found is not None and kind == "number" else (node.text, "")
    yield Field(path, label, kind, shown, node.mark.line, rest, doc, few, optional)


def _plainly(name: str) -> str:
    return name.replace("-", " ")


def sections_of(root: Node | None) -> Mapping[str, Group]:
    """The form of a text, section by section; empty where the text cannot be read."""
    return {} if root is None else {one.name: one for one in FormMaker(root).sections()}
