"""What people read for a path as `--set` has it: `patrons.moscow.stake-ratio` is what Moscow has at stake, in words of the tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from countermove.errors import CountermoveError
from countermove.scenario.keys import SHAPES, Key
from countermove.scenario.parameter_tables import parameters, theory_names, theory_parameters, theory_title
from countermove.scenario.schema import Scenario
from countermove.units import parse
from countermove.world.measure import MEASURE
from countermove.world.titles import quoted, title_of
from countermove.world.words import capitalized

_TITLED = ("strategies", "sides", "patrons", "claims", "readers")


@dataclass
class _Walk:
    """A walk along a path: the things that it went through, by their titles, and the words of its end."""

    scenario: Scenario
    through: list[str] = field(default_factory=list[str])
    words: str = ""
    unit: str = ""


def path_title(scenario: Scenario, path: str) -> tuple[str, str]:
    """The title of a path in a war, and the unit that the tables give its numbers ("" where they give none)."""
    walk, steps = _Walk(scenario), path.split(".")
    _along(walk, "scenario", steps)
    words = walk.words or capitalized(steps[-1].replace("-", " "))
    inside = ", ".join(walk.through)
    return f"{words} ({inside})" if inside else words, walk.unit


def _along(walk: _Walk, shape: str, steps: list[str]) -> None:
    """Follow the table of keys from a section on."""
    key = next((key for key in SHAPES.get(shape, ()) if key.name == steps[0]), None)
    if key is None:
        walk.through += [title_of(step) for step in steps[:-1]]
        return
    rest = steps[1:]
    if not rest:
        walk.words, walk.unit = _said(key)
        return
    kind, _, inner = key.kind.partition(":")
    if kind == "shape":
        _along(walk, inner, rest)
    elif kind in ("map", "list"):
        place = f"{inner} {int(rest[0]) + 1}" if kind == "list" and rest[0].isdigit() else rest[0]
        title = _title(walk.scenario, key.name, rest[0]) if kind == "map" else place
        if len(rest) == 1:
            walk.words = title
            return
        walk.through.append(title)
        _along(walk, inner, rest[1:])
    else:
        _table(walk, key, rest)


def _said(key: Key) -> tuple[str, str]:
    """The words of a key, and the unit behind their last comma, if they end in one."""
    words = key.doc.partition(";")[0]
    head, comma, tail = words.rpartition(", ")
    if comma:
        try:
            parse(tail)
        except CountermoveError:
            return words, ""
        return head, tail
    return words, ""


def _table(walk: _Walk, key: Key, rest: list[str]) -> None:
    """A number of the tables: of a mechanism, of a theory, or what a measure is worth."""
    if key.name == "theories" and rest[0] in theory_names():
        walk.through.append(f"if it {theory_title(rest[0])}")
        own = theory_parameters(rest[0]).get(rest[1]) if len(rest) > 1 else None
        if own is not None:
            walk.words, walk.unit = own.doc, own.prior.unit
        else:
            walk.words = "Weight of a theory" if rest[1:] == ["weight"] else ""
        return
    found = parameters().get(".".join(rest[:2]))
    if key.name == "parameters" and found is not None:
        walk.words, walk.unit = found.doc, found.prior.unit
    elif key.name == "values" and rest[0] in MEASURE:
        walk.words, walk.unit = f"Points for {rest[0].replace('-', ' ')}", "points"
    else:
        walk.words = capitalized(f"{key.name} {' '.join(rest)}".replace("-", " "))


def _title(scenario: Scenario, section: str, name: str) -> str:
    """Of a thing that people named."""
    things: dict[str, Any] = getattr(scenario, section) if section in _TITLED else {}
    title = str(getattr(things.get(name), "title", "")) or title_of(name)
    return quoted(title) if section == "strategies" else title
