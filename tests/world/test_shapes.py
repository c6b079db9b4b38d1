"""Shapes that fields declare, and the arrays that are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import process_time
from timeit import timeit
from typing import Annotated, Any, NamedTuple

import numpy as np
import pytest

from countermove.errors import EvidenceError, RunError
from countermove.world.shapes import checked


@dataclass(frozen=True)
class Played:
    """Fields of every kind."""

    name: str
    weight: Annotated[np.ndarray, "D"]
    paths: Mapping[tuple[str, str], Annotated[np.ndarray, "T D 5"]]
    numbers: tuple[Annotated[np.ndarray, "... D?"], ...]
    halves: Annotated[np.ndarray, "2 D"] | None = None

    def __post_init__(self) -> None:
        checked(self, T=4)


def played(**changes: Any) -> Played:
    """Three draws of four months."""
    right = {"name": "x", "weight": np.ones(3), "paths": {("a", "b"): np.ones((4, 3, 5))}, "numbers": (np.ones(1), np.ones((2, 3)))}
    return Played(**{**right, **changes})


@pytest.mark.parametrize(
    "right",
    [
        {},
        {"halves": np.ones((2, 3))},
        {"paths": {}, "numbers": (), "weight": np.ones(9)},
        {"numbers": (np.ones((7, 2, 3)), np.ones((7, 1)))},
    ],
)
def test_arrays_that_fit_pass(right: dict[str, Any]) -> None:
    assert played(**right).name == "x"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"weight": np.ones((3, 1))}, "weight has the shape [3, 1], and not [D]"),
        ({"weight": [1, 1, 1]}, "weight is no array, and not [D]"),
        ({"weight": np.ones(2)}, "paths[a, b] has the shape [4, 3, 5], and not [T, D, 5] with T = 4, D = 2"),
        ({"paths": {("a", "b"): np.ones((3, 3, 5))}}, "paths[a, b] has the shape [3, 3, 5], and not [T, D, 5] with T = 4, D = 3"),
        ({"paths": {("a", "b"): np.ones((4, 3, 6))}}, "paths[a, b] has the shape [4, 3, 6], and not [T, D, 5]"),
        ({"paths": {("a", "b"): np.ones((4, 3))}}, "paths[a, b] has the shape [4, 3], and not [T, D, 5]"),
        ({"numbers": (np.ones(3), np.ones(2))}, "numbers[1] has the shape [2], and not [..., D?] with D = 3"),
        ({"numbers": (np.ones(()),)}, "numbers[0] has the shape [], and not [..., D?]"),
        ({"halves": np.ones((3, 2))}, "halves has the shape [3, 2], and not [2, D] with D = 3"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(wrong: dict[str, Any], says: str) -> None:
    """With the field, what it has and what is expected."""
    with pytest.raises(RunError) as refused:
        played(**wrong)
    assert str(refused.value).startswith(f"Played: {says}")


def test_a_named_tuple_is_checked_where_it_enters() -> None:
    """With the error of the place."""

    class Row(NamedTuple):
        z: Annotated[np.ndarray, "n"]
        u: Annotated[np.ndarray, "n"]

    checked(Row(np.ones(2), np.ones(2)), EvidenceError)
    with pytest.raises(EvidenceError, match=r"Row of somebody: u has the shape \[3\], and not \[n\] with n = 2"):
        checked(Row(np.ones(2), np.ones(3)), EvidenceError, "somebody")


def test_it_costs_nothing() -> None:
    """Microseconds of the processor, where what is checked took seconds to make."""
    found = played()
    assert timeit(lambda: checked(found, T=4), timer=process_time, number=200) < 0.1
