"""What editors show of a key beside its meaning: how the wars that ship write it, and the number that holds where nobody writes one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import yaml

from countermove.scenario.keys import SHAPES, Key
from countermove.scenario.parameter_tables import default_prior, parameters
from countermove.scenario.tree import LOADER, Entries, Issues, Items, Node, Scalar, load, parse
from countermove.scenario.write import prior_as_written
from countermove.shelf import shelf

UNSHIPPED: Mapping[tuple[str, str], Any] = MappingProxyType(
    {
        ("scenario", "borrowed-from"): "donbas-2014",
        ("side", "collapse-share"): {"range": [0.1, 0.3], "source": "judgement"},
        ("side", "fire"): {"rebels": 0.7, "militia": 0.3},
        ("territory", "control"): "population",
        ("rung", "name"): "airlift",
        ("rung", "cost"): 40,
        ("rung", "lag"): 2,
        ("rung", "troops"): "5 thousand",
        ("rung", "heavy"): 0.5,
        ("rung", "counter-heavy"): 1,
        ("settings", "order"): "rival-first",
        ("orders", "volume"): "47 million USD",
        ("orders", "peacekeeping-offer"): "20 thousand",
        ("orders", "ceiling"): "heavy",
        ("orders", "exit"): True,
        ("move", "step"): -1,
        ("move", "peacekeeping-offer"): "20 thousand",
        ("move", "exit"): True,
        ("inject", "to"): ["moscow"],
        ("codes", "gw"): 365,
        ("codes", "cow"): 365,
        ("codes", "iso"): "RUS",
        ("codes", "ucdp-actor"): 57,
    }
)
"""Keys that no war that ships writes: by section and key."""
FIRST = "donbas-2017"
"""The war whose way of writing is shown, where it writes a key."""


@cache
def examples() -> Mapping[tuple[str, str], Any]:
    """By section and key: a value as a file has it. Sections are left out, as their keys have examples of their own."""
    return {**UNSHIPPED, **shipped_examples()}


@cache
def shipped_examples() -> Mapping[tuple[str, str], Any]:
    """Those of the wars that ship."""
    found: dict[tuple[str, str], Any] = {}
    ours = shelf("scenarios")[-1]  # not the user's own, in which there may be mistakes
    files = sorted(ours.glob("*.yaml"), key=lambda path: (path.stem != FIRST, path.stem))
    for path in files:
        issues = Issues()
        _collect(parse(load(path, issues), path.name, issues), "scenario", found)
    return found


def _collect(node: Node, shape: str, found: dict[tuple[str, str], Any]) -> None:
    if not isinstance(node, Entries):
        return
    keys = {key.name: key for key in SHAPES[shape]}
    for written, value in node.entries:
        name = "held-by-SIDE" if shape == "territory" and written.text.startswith("held-by-") else written.text
        key = keys.get(name)
        for inner, of in _inside(key, value):
            _collect(inner, of, found)
        if key is not None and not is_section(key):
            found.setdefault((shape, name), _plain(value))


def is_section(key: Key) -> bool:
    """Whether its value has keys of its own."""
    return key.kind.partition(":")[0] in ("shape", "map", "list")


def _inside(key: Key | None, value: Node) -> list[tuple[Node, str]]:
    """The sections in a value, and what each is."""
    head, _, of = ("", "", "") if key is None else key.kind.partition(":")
    if head == "shape":
        return [(value, of)]
    if head == "map" and isinstance(value, Entries):
        return [(inner, of) for _, inner in value.entries]
    return [(inner, of) for inner in value.items] if head == "list" and isinstance(value, Items) else []


def _plain(node: Node) -> Any:
    if isinstance(node, Items):
        return [_plain(item) for item in node.items]
    if isinstance(node, Entries):
        return {key.text: _plain(value) for key, value in node.entries}
    return _word(node)


def _word(word: Scalar) -> Any:
    """A scalar as editors read it: numbers, true and false where they are meant; all else is text."""
    value = yaml.load(word.text, Loader=LOADER) if word.plain else word.text
    return value if isinstance(value, (bool, int, float)) else word.text


def default_of(shape: str, key: Key) -> Any:
    """What holds where a number of an actor is not written, as a file would have it; None for what is no such number."""
    name = f"{shape}.{key.name}"
    return prior_as_written(default_prior(name)) if key.kind == "number" and name in parameters() else None
