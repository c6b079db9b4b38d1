"""What a theory looks at: found by tracing its drive with a view and numbers that write down what is asked of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import jax
import jax.numpy as jnp

from countermove.behaviour.theory import Drive, Theory, View
from countermove.world.cast import Array

_LENGTH = 3  # months of shortfall and modes of `switching`: the longest that a theory takes apart


@dataclass(frozen=True)
class Reads:
    """Entries of the view and full names of numbers that a theory's drive asks for."""

    view: frozenset[str]
    numbers: frozenset[str]


class _Watched:
    """A view of one patron in which every entry is there, and is written down when it is looked at."""

    def __init__(self, value: Array, seen: set[str]) -> None:
        self._value, self._seen = value, seen

    def __getattr__(self, name: str) -> Any:
        if name not in View._fields:
            raise AttributeError(name)
        self._seen.add(name)
        return {"line_above_start": True, "levels": 2}.get(name, self._value)


class _Numbers(Mapping[str, Array]):
    """Numbers of every name, written down when they are asked for."""

    def __init__(self, value: Array, seen: set[str], names: tuple[str, ...]) -> None:
        self._value, self._seen, self._names = value, seen, names

    def __getitem__(self, name: str) -> Array:
        self._seen.add(name)
        return self._value

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@cache
def reads(theory: Theory) -> Reads | None:
    """What the theory's drive looks at; None for a theory that takes its view apart in a way that cannot be watched."""
    view, numbers = set[str](), set[str]()
    names = tuple(parameter.name for parameter in theory.parameters)

    def drive(value: Array) -> Drive:
        return theory.drive(cast(View, _Watched(value, view)), _Numbers(value, numbers, names))

    try:
        jax.eval_shape(drive, jax.ShapeDtypeStruct((_LENGTH,), jnp.float32))
    except Exception:  # a user's own theory may do anything with its view
        return None
    return Reads(frozenset(view), frozenset(numbers))
