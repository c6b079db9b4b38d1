"""Boxes of inputs in which a strategy fails, as PRIM and classification trees find them: the rows, a box in words, and how good it is.

**Coverage** is the share of all failures that a box holds, **density** the share of its rows that fail, **mass** the share of all rows that
it holds (Bryant & Lempert 2010, Technological Forecasting and Social Change 77).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from countermove.errors import DecisionError
from countermove.rng.seeds import stream_of
from countermove.world.shapes import checked
from countermove.world.titles import quoted
from countermove.world.words import figure

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
LimitSide = Literal["low", "high", "labels"]


@dataclass(frozen=True)
class Column:
    """One input: its name, its unit ("" for none), and its labels where its values are places 0, 1, ... among them.

    `title`: what people read for the name, where it has one; `told`: for the labels.
    """

    name: str
    unit: str = ""
    labels: tuple[str, ...] = ()
    title: str = ""
    told: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """What a sentence calls it."""
        return quoted(self.title) if self.title else self.name


@dataclass(frozen=True)
class InputRows:
    """Checked rows: K inputs of each of N, whether it fails, weights that sum to 1, and which rows belong together, from 0."""

    columns: tuple[Column, ...]
    x: Annotated[Floats, "N K"]
    fails: Annotated[Flags, "N"]
    weight: Annotated[Floats, "N"]
    group: Annotated[NDArray[np.intp], "N"]

    def __post_init__(self) -> None:
        """Refuse arrays of other shapes."""
        checked(self, DecisionError, K=len(self.columns))

    def take(self, mask: Flags) -> InputRows:
        """Those rows alone, their weights made to sum to 1."""
        weight = self.weight[mask]
        group = np.unique(self.group[mask], return_inverse=True)[1]
        return InputRows(self.columns, self.x[mask], self.fails[mask], weight / weight.sum(), group)

    @property
    def base(self) -> float:
        """The share of all rows that fail."""
        return float(self.weight[self.fails].sum())

    def effective_count(self, mask: Flags) -> float:
        """How many independent rows of equal weight these are worth: (sum m)^2 / sum m^2 over the masses m of their groups (Kish 1965)."""
        mass = np.bincount(self.group[mask], weights=self.weight[mask])
        return float(mass.sum() ** 2 / np.square(mass).sum()) if mass.sum() > 0 else 0.0


def input_rows(
    x: np.ndarray, fails: np.ndarray, columns: Sequence[Column], weight: np.ndarray | None = None, group: np.ndarray | None = None
) -> InputRows:
    """Check the input of `find_box` and `find_leaves`.

    Args:
        x: one row per draw (or per draw and theory) and one column per input [N, K]; a column with labels holds places among them.
        fails: whether the row is a failure [N], true or false, 1 or 0.
        columns: what the columns are [K].
        weight: of each row [N]; None for equal ones. Rows of weight 0 are left out.
        group: rows with the same number [N] are not independent (one draw under several theories) and never part in a split of the rows.

    Raises:
        DecisionError: shapes that do not fit, numbers that are not finite, no failure or nothing but failures, two columns of one name,
            a label that no row has.
    """
    values, flags = np.asarray(x, np.float64), np.asarray(fails)
    if values.ndim != 2 or values.shape[1] != len(columns) or values.size == 0 or flags.shape != (len(values),):
        raise DecisionError(f"inputs {values.shape} and failures {flags.shape} for {len(columns)} columns")
    mass = np.ones(len(values)) if weight is None else np.asarray(weight, np.float64)
    groups = np.arange(len(values)) if group is None else np.asarray(group)
    if mass.shape != flags.shape or groups.shape != flags.shape:
        raise DecisionError(f"{mass.size} weights and {groups.size} groups for {len(values)} rows")
    if not (np.isfinite(mass).all() and (mass >= 0).all() and mass.sum() > 0):
        raise DecisionError("a weight is not a number from 0 up, or all weights are zero")
    if not np.isin(flags, (0, 1)).all():
        raise DecisionError("a row is neither a failure nor a success", next="Write 1 where it fails and 0 where it does not")
    _check_columns(values[mass > 0], columns)
    kept = mass > 0
    whole = InputRows(tuple(columns), values, flags.astype(np.bool_), mass, np.unique(groups, return_inverse=True)[1]).take(kept)
    if not whole.fails.any() or whole.fails.all():
        few = "no row is a failure" if not whole.fails.any() else "every row is a failure"
        raise DecisionError(f"{few}, so there is nothing to find")
    return whole


def _check_columns(x: Floats, columns: Sequence[Column]) -> None:
    if len({column.name for column in columns}) < len(columns):
        raise DecisionError("two columns have the same name")
    for values, column in zip(x.T, columns, strict=True):
        if not np.isfinite(values).all():
            raise DecisionError(f"{(~np.isfinite(values)).sum()} values are not finite", where=column.name)
        if column.labels and not np.array_equal(np.unique(values), np.arange(len(column.labels))):
            told = f"the values are not the places 0 to {len(column.labels) - 1} of its labels, each at least once"
            raise DecisionError(told, where=column.name, next="Leave out labels that no row has")


@dataclass(frozen=True)
class Box:
    """Limits [K] of each column, both ends inside and infinite where open, and the places of the labels it keeps (() for a number)."""

    columns: tuple[Column, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    kept: tuple[tuple[int, ...], ...]

    @classmethod
    def whole(cls, columns: tuple[Column, ...]) -> Box:
        """The box without limits."""
        ends = (np.inf,) * len(columns)
        return cls(columns, tuple(-end for end in ends), ends, tuple(tuple(range(len(column.labels))) for column in columns))

    def limit(self, column: int, side: LimitSide, to: float | tuple[int, ...]) -> Box:
        """The box with one limit changed."""
        name = {"low": "low", "high": "high", "labels": "kept"}[side]
        old = getattr(self, name)
        return replace(self, **{name: (*old[:column], to, *old[column + 1 :])})

    def inside(self, x: np.ndarray) -> Flags:
        """Which rows of x [N, K] lie inside [N]."""
        within: Flags = np.all((x >= np.array(self.low)) & (x <= np.array(self.high)), axis=1)
        for column, side, _ in self.limits():
            if side == "labels":
                within &= np.isin(x[:, column], self.kept[column])
        return within

    def limits(self) -> Iterator[tuple[int, LimitSide, Box]]:
        """Each limit as its column, its side, and the box without it."""
        for k, column in enumerate(self.columns):
            if self.low[k] > -np.inf:
                yield k, "low", self.limit(k, "low", -np.inf)
            if self.high[k] < np.inf:
                yield k, "high", self.limit(k, "high", np.inf)
            if len(self.kept[k]) < len(column.labels):
                yield k, "labels", self.limit(k, "labels", tuple(range(len(column.labels))))

    @property
    def restricted(self) -> tuple[int, ...]:
        """The columns that have a limit."""
        ends = zip(self.columns, self.low, self.high, self.kept, strict=True)
        return tuple(
            k for k, (of, low, high, kept) in enumerate(ends) if low > -np.inf or high < np.inf or len(kept) < len(of.labels)
        )

    @property
    def words(self) -> str:
        """The box as a condition: `“Stakes of the patron (Moscow)” above 4.1 and theory is not “Carries on as before”`."""
        return " and ".join(self._words(column) for column in self.restricted) or "any inputs"

    def _words(self, k: int) -> str:
        column, low, high = self.columns[k], self.low[k], self.high[k]
        unit = f" {column.unit}" if column.unit else ""
        if column.labels:
            labels = tuple(map(quoted, column.told)) or column.labels
            lost = [label for place, label in enumerate(labels) if place not in self.kept[k]]
            few = [labels[place] for place in self.kept[k]]
            if len(few) <= len(lost):
                return f"{column.called} is {' or '.join(few)}"
            return f"{column.called} is not {' or '.join(lost)}"
        if low > -np.inf and high < np.inf:
            digits = next((d for d in range(3, 17) if figure(low, d) != figure(high, d)), 17)
            return f"{column.called} between {figure(low, digits)} and {figure(high, digits)}{unit}"
        return f"{column.called} above {figure(low)}{unit}" if low > -np.inf else f"{column.called} below {figure(high)}{unit}"


def between(inner: float, outer: float) -> float:
    """A limit that keeps `inner` and leaves out `outer`: halfway, or `inner` where no number lies between."""
    middle = float(inner / 2 + outer / 2)
    return middle if middle != outer else float(inner)


def wilson(share: float, rows: float, z: float = 1.959964) -> tuple[float, float]:
    """Interval of a share (Wilson 1927) of so many rows, which need not be whole; 0 to 1 where there are none."""
    if rows <= 0:
        return 0.0, 1.0
    centre = (share + z**2 / (2 * rows)) / (1 + z**2 / rows)
    reach = z * np.sqrt(share * (1 - share) / rows + z**2 / (4 * rows**2)) / (1 + z**2 / rows)
    return max(0.0, float(centre - reach)), min(1.0, float(centre + reach))


@dataclass(frozen=True)
class BoxScore:
    """Coverage and density with their 95% intervals (Wilson, over the groups' effective number), and mass. Density is nan where mass is 0."""

    coverage: float
    coverage_low: float
    coverage_high: float
    density: float
    density_low: float
    density_high: float
    mass: float


def score(rows: InputRows, inside: Flags) -> BoxScore:
    """Coverage, density and mass of what is inside [N]."""
    mass, failing = min(1.0, float(rows.weight[inside].sum())), float(rows.weight[inside & rows.fails].sum())
    coverage, density = min(1.0, failing / rows.base), min(1.0, failing / mass) if mass > 0 else np.nan
    held, dense = wilson(coverage, rows.effective_count(rows.fails)), wilson(density, rows.effective_count(inside))
    return BoxScore(coverage, *held, density, *dense, mass)


def half(rows: InputRows, seed: int, stream: int) -> Flags:
    """Which rows are in the first of two halves [N]: groups stay whole, and those with a failure are halved apart from the others.

    Raises:
        DecisionError: fewer than four groups with a failure, or a half in which everything fails.
    """
    generator = stream_of(seed, stream)
    failing = np.bincount(rows.group, weights=rows.fails) > 0
    if failing.sum() < 4:
        count = int(failing.sum())
        message = f"{count} failures are too few to choose on one half and to score on the other (of {len(failing)} draws)"
        raise DecisionError(message)
    first = np.zeros(len(failing), np.bool_)
    for stratum in (np.flatnonzero(failing), np.flatnonzero(~failing)):
        first[generator.permutation(stratum)[: len(stratum) // 2]] = True
    mask = first[rows.group]
    if rows.fails[mask].all() or rows.fails[~mask].all():
        raise DecisionError("hardly any row is a success, so there is nothing to find")
    return mask
