"""What every theory of a patron shares: the view it decides on, the relaxation to its baseline, and how support becomes a rung."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import jax.numpy as jnp

from countermove.world.cast import Array
from countermove.world.prior import Parameter, Prior

RUNG_EDGES = (0.05, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 12.0)
OVERT_SUPPORT = RUNG_EDGES[-1]  # thousand person-equivalents: more than this cannot be denied, and is rung 8


class View(NamedTuple):
    """All that a theory may look at, for one patron; every entry is [n] unless noted. Parameters by their short names."""

    support: Array  # s, thousand person-equivalents
    supports: Array  # [3, n] s now, one and two months ago
    baseline: Array
    ceiling: Array  # smax, all that his means allow
    shortfall: Array  # L as he estimates it now
    shortfalls: Array  # [3, n] L as he estimated it now, one and two months ago
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
    choice: Array  # uniform for the next mode
    line_above_start: bool
    levels: int


class Drive(NamedTuple):
    """What a theory answers: the support it aims at before noise, and its memory."""

    support: Array
    mode: Array
    alarm: Array
    exit: Array  # factor on the hazard of leaving


class Outlook(NamedTuple):
    """What a theory lets those who hold it expect of the patron; [n] each."""

    support: Array  # what he gives in the long run, unless he leaves, thousand person-equivalents
    weight: Array  # how much his pain weighs when he bargains, times `bargain.weight`
    exit: Array  # factor on the hazard of leaving


Numbers = Mapping[str, Array]
MovedBy = Literal["nothing", "losing", "winning", "aid", "pain", "home", "his own reasons"]
"""What moves support, above all: that his client is losing or winning, the aid of the other side, his own dead, affairs at home."""


def steady(view: View, p: Numbers) -> Outlook:
    """The outlook of a theory that says nothing of the long run: the baseline, pain as it weighs on anybody."""
    one = jnp.ones_like(view.support)
    return Outlook(view.baseline, one, one)


@dataclass(frozen=True)
class Theory:
    """A theory is one function of (view, parameters); its parameter record says priors, units and sources."""

    name: str
    says: str
    drive: Callable[[View, Numbers], Drive]
    parameters: tuple[Parameter, ...]
    reference: str
    outlook: Callable[[View, Numbers], Outlook] = steady
    answers: bool = False  # whether he answers every setback of his client with more: a theory of rescue
    moved_by: MovedBy = "his own reasons"
    exits: bool = False  # whether it says when he leaves; else nothing but `support.exit` does
    strength: tuple[str, ...] = ()  # parameters without which, where all are 0, he is inertia under another name
    shared: tuple[str, ...] = ()  # parameters that say how strongly he answers, and that wars may share
    borrows: tuple[str, ...] = ()  # theories whose parameters he reads beside his own
    title: str = (
        ""  # what a patron does by it, as a sentence has it after his name: "quits when it hurts"; else the name stands for it
    )


def relaxed_support(view: View, p: Numbers) -> Array:
    """Support after one month of relaxation towards the baseline, thousand person-equivalents [n]."""
    rho = p["support.persistence"]
    return rho * view.support + (1 - rho) * view.baseline


def only_support(view: View, support: Array) -> Drive:
    """A drive that changes support only."""
    return Drive(support, view.mode, view.alarm, jnp.ones_like(view.support))


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
    per_patron(
        "support.exit",
        Prior("lognormal", (0.006, 0.6), "per month", "ucdp-extsup-1"),
        "Hazard that the patron leaves the war, where his theory says nothing of it",
        (0, 1),
    ),
)
