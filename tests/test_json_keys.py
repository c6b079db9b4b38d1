"""What `--json` prints of a finding: the words of `json_keys`, and that every one of them in the house names something."""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import ClassVar

import numpy as np
import pytest

import countermove
from countermove.errors import StoreError
from countermove.plain import as_json, of_json, plain
from countermove.world.words import AS_MONTH


@dataclass(frozen=True)
class Cost:
    """A part."""

    points: float
    se: float

    @property
    def ends(self) -> tuple[float, float]:
        """Of a range."""
        return self.points - self.se, self.points + self.se


@dataclass(frozen=True)
class Plainly:
    """A finding without keys of its own."""

    cells: tuple[Cost, ...]
    array: np.ndarray
    none: None = None


def test_without_keys_every_field_is_written() -> None:
    """In its order; what is no number is null."""
    found = Plainly((Cost(math.nan, 0.5),), np.array([1.0, math.inf]))
    told = {"cells": [{"points": None, "se": 0.5}], "array": [1.0, None], "none": None}
    assert as_json(found) == plain(found) == told and list(told) == ["cells", "array", "none"]


def test_words_stand_in_the_place_of_their_field() -> None:
    """Renamed, left out, spread, and parts of parts; the others follow."""

    @dataclass(frozen=True)
    class Shaped:
        json_keys: ClassVar[str] = "* -hidden **cost when=month theories=by_theory se=by_theory.se first=cells.ends nothing=none.se"
        name: str
        hidden: str
        cost: Cost
        month: int = field(metadata=AS_MONTH)
        by_theory: Mapping[str, Cost]
        cells: tuple[Cost, ...]
        none: Cost | None = None

    found = Shaped("n", "h", Cost(1.0, 0.5), 24217, {"a": Cost(2.0, math.nan)}, (Cost(3.0, 1.0),))
    told = as_json(found)
    expected = {
        "name": "n",
        "points": 1.0,
        "se": {"a": None},
        "when": "2018-02",
        "theories": {"a": {"points": 2.0, "se": None}},
        "cells": [{"points": 3.0, "se": 1.0}],
        "none": None,
        "first": [[2.0, 4.0]],
        "nothing": None,
    }
    assert told == expected and list(told) == list(expected)


def test_without_a_star_the_words_alone_are_written() -> None:
    """In their order."""

    @dataclass(frozen=True)
    class Few:
        json_keys: ClassVar[str] = "second by=first.ends"
        first: Cost
        second: int

    assert as_json([Few(Cost(1.0, 1.0), 2)]) == [{"second": 2, "by": [0.0, 2.0]}]


def test_what_is_not_there_cannot_be_left_out() -> None:
    """A slip in the keys is no silence."""

    @dataclass(frozen=True)
    class Wrong:
        json_keys: ClassVar[str] = "* -secnd"
        second: int

    with pytest.raises(KeyError):
        as_json(Wrong(1))


def classes() -> Iterator[type]:
    """Every dataclass of the house with keys of its own."""
    for module in pkgutil.walk_packages(countermove.__path__, "countermove."):
        if ".questions." in module.name or ".decision." in module.name or ".scenario." in module.name:
            for found in vars(importlib.import_module(module.name)).values():
                if (
                    isinstance(found, type)
                    and is_dataclass(found)
                    and found.__module__ == module.name
                    and "json_keys" in vars(found)
                ):
                    yield found


def test_every_key_names_something() -> None:
    """A field, a property or a constant of its class."""
    seen = list(classes())
    assert len(seen) > 20
    for kind in seen:
        names = {one.name for one in fields(kind)} | set(dir(kind))
        words = vars(kind)["json_keys"].split()
        paths = [word.removeprefix("**").removeprefix("-").rpartition("=")[2].partition(".")[0] for word in words if word != "*"]
        assert set(paths) <= names, kind
        assert len(set(words)) == len(words), kind


@dataclass(frozen=True)
class Issued:
    """A finding that is read back."""

    json_keys: ClassVar[str] = "* levels when=month"
    levels: ClassVar[tuple[float, ...]] = (0.1, 0.9)
    name: str
    month: int = field(metadata=AS_MONTH)
    costs: tuple[float, ...] = ()


def test_what_was_written_by_its_keys_is_read_back() -> None:
    """Keys, texts and constants; nan too."""
    found = Issued("n", 24217, (1.0, 2.5))
    told = as_json(found)
    assert told == {"name": "n", "when": "2018-02", "costs": [1.0, 2.5], "levels": [0.1, 0.9]} and of_json(Issued, told) == found


@pytest.mark.parametrize("change", [{"levels": [0.5]}, {"month": 24217}, {"more": 1}, {"costs": 3}, {"when": "2018-13"}])
def test_what_was_not_written_by_them_is_refused(change: dict[str, object]) -> None:
    """Another constant, the field's own name, an entry too many, another kind."""
    with pytest.raises((StoreError, ValueError)):
        of_json(Issued, as_json(Issued("n", 24217)) | change)
