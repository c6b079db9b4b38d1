"""Public states of a war as numbers: bins of what both patrons can see, one number for each combination of them, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from countermove.errors import SolveError
from countermove.world.words import counted

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
MOST_SETS = 16  # of standing orders that are told apart
REGIMES = ("high intensity", "positional war", "truce", "settled", "direct war", "collapsed")


@dataclass(frozen=True)
class Axis:
    """One thing that is public, cut into bins: bin i holds the values from edges[i - 1] (included) up to edges[i].

    Raises SolveError where the edges are not finite, or do not rise.
    """

    name: str
    edges: tuple[float, ...]

    def __post_init__(self) -> None:
        edges = np.asarray(self.edges, np.float64)
        if not np.isfinite(edges).all() or not (np.diff(edges) > 0).all():
            raise SolveError("the edges of bins are finite numbers that rise", where=self.name)

    @property
    def bins(self) -> int:
        """How many bins it has."""
        return len(self.edges) + 1

    def place(self, values: Floats) -> Numbers:
        """The bin of each value [n], from 0. Raises SolveError for a value that is not a number."""
        if np.isnan(values).any():
            raise SolveError(f"{np.isnan(values).sum()} of {values.size} values are not a number", where=self.name)
        return np.searchsorted(np.asarray(self.edges, np.float64), values, side="right").astype(np.int64)

    def says(self, place: int) -> str:
        """A bin in words."""
        if not 0 <= place < self.bins:
            raise SolveError(f"no bin {place}: there are {self.bins}", where=self.name)
        if self.name == "regime" and self.edges == (1, 2, 3, 4, 5):
            return REGIMES[place]
        low = f"from {self.edges[place - 1]:.4g}" if place > 0 else ""
        high = f"below {self.edges[place]:.4g}" if place < len(self.edges) else ""
        return " ".join(part for part in (self.name, low, high) if part) + ("" if low or high else " (any)")


@dataclass(frozen=True)
class Bins:
    """Axes in their order: a state's number counts the last axis fastest. Raises SolveError where two axes have one name, or there is none."""

    axes: tuple[Axis, ...]

    def __post_init__(self) -> None:
        if not self.axes or len({axis.name for axis in self.axes}) != len(self.axes):
            raise SolveError("public states need axes, each of its own name", where="bins")

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Bins of each axis."""
        return tuple(axis.bins for axis in self.axes)

    @property
    def size(self) -> int:
        """How many states there are, reached or not."""
        return int(np.prod([int(n) for n in self.shape], dtype=object))

    def number(self, seen: Mapping[str, Floats]) -> Numbers:
        """The state of each of n worlds [n], from what is seen of them by name, [n] each.

        Raises SolveError where an axis is not seen, or is not a number.
        """
        lost = [axis.name for axis in self.axes if axis.name not in seen]
        if lost:
            raise SolveError(f"nothing is known of {', '.join(lost)}", where="bins", next=f"Known: {', '.join(seen)}")
        out = np.zeros_like(self.axes[0].place(seen[self.axes[0].name]))
        for axis in self.axes:
            out = out * axis.bins + axis.place(seen[axis.name])
        return out

    def places(self, number: Numbers) -> Mapping[str, Numbers]:
        """The bin on each axis of each state [n], back from its number. Raises SolveError for a number of no state."""
        if number.size and not (int(number.min()) >= 0 and int(number.max()) < self.size):
            raise SolveError(f"states are numbered from 0 to {self.size - 1}", where="bins")
        rest, found = number, dict[str, Numbers]()
        for axis in reversed(self.axes):
            rest, found[axis.name] = np.divmod(rest, axis.bins)
        return {axis.name: found[axis.name] for axis in self.axes}

    def says(self, number: int) -> str:
        """A state in words."""
        places = self.places(np.array([number]))
        return ", ".join(axis.says(int(places[axis.name][0])) for axis in self.axes)

    def counted(self) -> str:
        """The size in words, without axes of one bin: "9 of balance x 5 of own rung = 45 public states"."""
        seen = [axis for axis in self.axes if axis.bins > 1] or self.axes[:1]
        return f"{' x '.join(f'{axis.bins} of {axis.name}' for axis in seen)} = {counted(self.size, 'public state')}"


@dataclass(frozen=True)
class Sizes:
    """How finely a war is seen. A size is a number of bins, 1 leaves the axis out of sight; every size from 1 up.

    Bins of the balance, of the shortfall of the rival's client above the first day's, of both wills and of ground held are quantiles of what
    the runs meet that explore the war, so twice as many lie inside the old ones; those of the clock are of equal length. Rungs and support have a bin
    for every move. `regimes` joins all regimes into one where false.
    """

    balance: int = 2
    shortfall: int = 8
    will: int = 2
    rival_will: int = 1
    held: int = 1
    clock: int = 1
    regimes: bool = True
    plan: bool = False
    cuts: tuple[int, ...] = ()

    def finer(self) -> Sizes:
        """Twice as many bins of what is seen at all."""
        twice = {name: size if size == 1 else 2 * size for name, size in self.counts().items()}
        return Sizes(**twice, regimes=self.regimes, plan=self.plan, cuts=self.cuts)

    def counts(self) -> dict[str, int]:
        """The sizes by name."""
        return {name: getattr(self, name) for name in ("balance", "shortfall", "will", "rival_will", "held", "clock")}

    def fitted(self, met: Mapping[str, Floats], moves: tuple[Sequence[float], Sequence[float]], months: int) -> Bins:
        """The bins, by the values that were met [n]; `moves` are the owner's rungs and the rival's support, in rising order.

        Raises SolveError where a size is below 1.
        """
        wrong = [f"{name} has {count}" for name, count in self.counts().items() if count < 1]
        if wrong:
            raise SolveError(f"every axis has at least one bin: {', '.join(wrong)}", where="sizes")
        rungs, support = moves
        axes = [
            Axis(name, _quantiles(met[name], count)) for name, count in (("balance", self.balance), ("shortfall", self.shortfall))
        ]
        axes.append(Axis("own rung", tuple(float(rung) for rung in rungs[1:])))
        axes.append(Axis("rival support", tuple((a + b) / 2 for a, b in pairwise(support))))
        axes.append(Axis("regime", (1, 2, 3, 4, 5) if self.regimes else ()))
        for name, count in (("will", self.will), ("rival will", self.rival_will), ("held", self.held)):
            axes.append(Axis(name, _quantiles(met[name], count)))
        axes.append(Axis("rival left", (0.5,) if self.plan else ()))
        axes.append(Axis("standing orders", _between(met["standing orders"]) if self.plan else ()))
        axes.append(Axis("month", tuple(sorted({*(months * k / self.clock for k in range(1, self.clock)), *self.cuts}))))
        return Bins(tuple(axes))


def _between(values: Floats) -> tuple[float, ...]:
    """Edges halfway between the values that occur; quantiles where they are many."""
    found = np.unique(values)
    if len(found) > MOST_SETS:
        return _quantiles(values, MOST_SETS)
    return tuple(float(edge) for edge in (found[1:] + found[:-1]) / 2)


def _quantiles(values: Floats, bins: int) -> tuple[float, ...]:
    """Edges between so many bins of equal mass; fewer where values repeat."""
    if bins == 1:
        return ()
    found = np.quantile(values, [k / bins for k in range(1, bins)], method="higher")
    return tuple(float(edge) for edge in np.unique(found) if edge > values.min())
