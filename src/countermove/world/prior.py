"""A number as people state it: a value or a distribution, with its unit and its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "fixed", "normal", "lognormal", "beta", "gamma", "halfnormal", "uniform", "choice", "dirichlet", "quantiles", "experts"
]


@dataclass(frozen=True)
class Prior:
    """A prior for one number.

    `args` by kind: fixed (value); normal (mean, sd); lognormal (median, sigma of the log); beta (a, b);
    gamma (shape, scale); halfnormal (scale); uniform (low, high); choice (the values, equally likely);
    dirichlet (the concentrations); quantiles (p1, q1, p2, q2, ... with p in (0, 1)); experts ().
    `low`/`high` truncate the distribution (the mass outside is removed, not piled up at the edge).
    `above="start"` means: measured from the value at the start of the run, not from zero.
    `experts` keeps several answers apart: each draw follows one expert, and says which.
    """

    kind: Kind
    args: tuple[float, ...] = ()
    unit: str = ""
    source: str = "judgement"
    note: str = ""
    low: float | None = None
    high: float | None = None
    above: Literal["start"] | None = None
    experts: tuple[tuple[str, Prior], ...] = ()
    borrowed: bool = False

    @property
    def uncertain(self) -> bool:
        """Whether draws of this prior differ."""
        return self.kind != "fixed"


def fixed(value: float, **rest: str) -> Prior:
    """A number known (or assumed) exactly."""
    return Prior("fixed", (float(value),), **rest)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Parameter:
    """One entry of a mechanism's or a theory's parameter table.

    `name` is "mechanism.parameter"; `per` says whether there is one value for the world, one per side or one per
    patron; `support` are the inclusive bounds outside which a value is refused.
    """

    name: str
    prior: Prior
    doc: str
    support: tuple[float, float] = (float("-inf"), float("inf"))
    per: Literal["world", "side", "patron"] = "world"
