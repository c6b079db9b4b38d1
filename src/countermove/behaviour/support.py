"""What every theory of a patron shares: the view it decides on, the relaxation to its baseline, and how support becomes a rung."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from countermove.world.cast import Array
from countermove.world.prior import Parameter, Prior

EDGES = (0.05, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 12.0)


class View(NamedTuple):
    """All that a theory may look at, for one patron; every entry is [n] unless noted. Parameters by their short names."""

    support: Array  # s, thousand person-equivalents
    baseline: Array
    ceiling: Array  # smax
    shortfall: Array  # L observed now
    shortfalls: Array  # [3, n] L observed now, one and two months ago
    start_shortfall: Array  # L0
    casualties: Array  # c, persons a month, three-month mean
    start_casualties: Array  # c_ref
    strength: Array  # N~ of the own side
    start_strength: Array  # N0
    aid: Array  # A, thousand person-equivalents, stock of the other sides
    rival_rung: Array
    will: Array
    will_level: Array
    stake_ratio: Array
    quantal: Array  # rational's mean at the start
    mode: Array
    alarm: Array
    approval: Array
    oil: Array
    election: Array
    exit: Array  # uniform for the exit clock
    choice: Array  # uniform for the next mode
    line_above_start: bool
    levels: int


class Drive(NamedTuple):
    """What a theory answers: the support it aims at before noise, and its memory."""

    support: Array
    mode: Array
    alarm: Array
    leaves: Array  # 1 where the patron quits


Numbers = Mapping[str, Array]


@dataclass(frozen=True)
class Theory:
    """A theory is one function of (view, parameters); its parameter record says priors, units and sources."""

    name: str
    says: str
    drive: Callable[[View, Numbers], Drive]
    parameters: tuple[Parameter, ...]
    reference: str


def base(view: View, p: Numbers) -> Array:
    """Support after one month of relaxation towards the baseline, thousand person-equivalents [n]."""
    rho = p["support.persistence"]
    return rho * view.support + (1 - rho) * view.baseline


def keep(view: View, support: Array) -> Drive:
    """A drive that changes support only."""
    return Drive(support, view.mode, view.alarm, view.exit * 0)


def per_patron(name: str, prior: Prior, doc: str, support: tuple[float, float] = (float("-inf"), float("inf"))) -> Parameter:
    """A parameter of which every patron has its own."""
    return Parameter(name, prior, doc, support, "patron")


SHARED: tuple[Parameter, ...] = (
    per_patron(
        "support.persistence", Prior("beta", (8, 3), "share"), "Share of a deviation of support that lasts a month (rho)", (0, 1)
    ),
    per_patron(
        "support.start",
        Prior("fixed", (1,), "share"),
        "Support on the first day, as a share of the baseline that it relaxes to",
        (0, float("inf")),
    ),
    per_patron("support.noise", Prior("halfnormal", (0.5,), "thousand"), "Monthly noise of support (sigma)", (0, float("inf"))),
)
