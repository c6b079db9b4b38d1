"""The uniforms of a month: which slot feeds which event, and the few transformations that turn them into luck (section 3)."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv

Array: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Whole: TypeAlias = npt.NDArray[np.int64]

GAMMA_SHAPE = 1.5625  # cv 0.8
TINY = 1e-5  # two decisions closer than this may fall differently in another precision


def layout(sides: int, patrons: int) -> dict[str, slice]:
    """Event -> its slots among the uniforms of one month; `sides` = K, `patrons` = P."""

    def normals(count: int) -> int:
        return 2 * ((count + 1) // 2)

    sizes = {
        "shocks": normals(1 + patrons),
        "balance": normals(patrons),
        "support": normals(patrons),
        "territory": normals(sides),
        "will": normals(patrons),
        "track": normals(2),
        "completion": 1,
        "exit": patrons,
        "mode": patrons,
        "ask": patrons,
        "grant": patrons,
        "probe": sides,
        "offensive": sides,
        "culminate": sides,
        "chi": 4 * sides,
        "chi-common": 1,
    }
    sizes |= dict.fromkeys(("truce-onset", "truce-break", "settle", "clash", "war", "incident", "answer", "exchange", "deploy"), 1)
    sizes |= {"detect": patrons, "false-alarm": patrons, "open": patrons, "recur": 1}
    slots: dict[str, slice] = {}
    start = 0
    for event, size in sizes.items():
        slots[event] = slice(start, start + size)
        start += size
    return slots


def slot_count(sides: int, patrons: int) -> int:
    """How many uniforms a run takes in a month."""
    return max(place.stop for place in layout(sides, patrons).values())


class NearTies:
    """Marks the runs in which a discrete outcome hung by less than 1e-5, so that a rounding error could have turned it."""

    def __init__(self, runs: int) -> None:
        """Nothing marked yet; `runs` = n."""
        self.flags: Flags = np.zeros(runs, dtype=bool)

    def mark(self, close: Flags) -> None:
        """Mark the runs [n], or those with any mark along the leading axes [..., n]."""
        self.flags |= close if close.ndim == 1 else close.any(axis=tuple(range(close.ndim - 1)))

    def edge(self, value: Array, edge: Array | float, where: Flags | None = None) -> None:
        """Mark where `value` lies within 1e-5 of `edge`."""
        close = np.abs(value - edge) < TINY
        self.mark(close if where is None else close & where)


class Luck:
    """One month of uniforms [slots, n], read by event."""

    def __init__(self, month: Array, slots: dict[str, slice], near: NearTies) -> None:
        """Keep the month's block; `near` collects the close calls."""
        self._month = month
        self._slots = slots
        self._near = near
        self._normals: dict[str, Array] = {}

    def uniforms(self, event: str) -> Array:
        """The plain uniforms of the event, [size, n]."""
        return self._month[self._slots[event]]

    def normals(self, event: str, count: int) -> Array:
        """`count` standard normals by Box-Muller, [count, n]."""
        if event not in self._normals:
            u = self.uniforms(event)
            radius, angle = np.sqrt(-2.0 * np.log(u[0::2])), 2.0 * np.pi * u[1::2]
            pairs = np.empty_like(u)
            pairs[0::2] = radius * np.cos(angle)
            pairs[1::2] = radius * np.sin(angle)
            self._normals[event] = pairs
        return self._normals[event][:count]

    def below(self, u: Array, probability: Array | float, where: Flags | None = None) -> Flags:
        """u < p, at runs where it matters."""
        self._near.edge(u, probability, where)
        hit = u < probability
        return hit if where is None else hit & where

    def clock(self, u: Array, hazard: Array, where: Flags | None = None) -> tuple[Array, Flags]:
        """Time of the event within the month (infinite where it cannot happen), and whether it falls inside the month."""
        hazard = np.asarray(hazard) if where is None else np.where(where, hazard, 0.0)
        exponential = -np.log(u)
        # first order in h - E of the distance between u and exp(-h)
        self._near.mark((np.abs(hazard - exponential) * u < TINY) & (hazard > 0.0))
        with np.errstate(divide="ignore"):
            time = np.where(hazard > 0.0, exponential / hazard, np.inf)
        return time, time < 1.0

    def rings(self, event: str, hazard: Array, where: Flags | None = None) -> Flags:
        """Whether a clock that competes with no other goes off this month; a single slot gives [n]."""
        u = self.uniforms(event)
        return self.clock(u[0] if len(u) == 1 else u, hazard, where)[1]

    def race(self, u: Array, hazards: Array) -> Whole:
        """Index of the earliest clock among the rows of [C, n], or -1 if none falls inside the month."""
        times, inside = self.clock(u, hazards)
        first = times.argmin(axis=0)
        any_inside = inside.any(axis=0)
        two = np.partition(times, 1, axis=0)[:2]
        with np.errstate(invalid="ignore"):
            self._near.mark(any_inside & (two[1] - two[0] < TINY * two[0]))
        return np.where(any_inside, first, -1)

    def erlang(self, event: str, rows: int) -> Array:
        """Erlang-4 with mean 1, [rows, n]."""
        u = self.uniforms(event)
        return -np.log(u.reshape(rows, 4, u.shape[-1])).sum(axis=1) / 4.0

    def gamma(self, event: str, where: Flags) -> Array:
        """Gamma with mean 1 and cv 0.8 at the runs asked for, 1 elsewhere, [n]."""
        value = np.ones(where.shape)
        if where.any():
            value[where] = gammaincinv(GAMMA_SHAPE, self.uniforms(event)[0][where]) / GAMMA_SHAPE
        return value


def some(flags: npt.NDArray[np.bool_]) -> Flags:
    """True where any row holds: [rows, n] -> [n]."""
    return np.logical_or.reduce(flags, axis=0)


def logistic(x: Array) -> Array:
    """1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + np.exp(-x))


def logit(p: Array) -> Array:
    """log p - log(1 - p)."""
    return np.log(p) - np.log1p(-p)
