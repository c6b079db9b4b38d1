"""What an answer hangs on: whose values, which measure of them, which theory, which part of a plan. Frozen records with their errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from countermove.world.certainty import VerdictKind, difference_verdict

OWN = "(objective)"
"""The name of the scenario's own objective among the sets of values; no reader can be called so."""
REST = "(together)"
"""What the dials of a lead do together and what else the two plans differ in: the lead less the sum of its dials."""


@dataclass(frozen=True)
class ValueSet:
    """What somebody values: the scenario's objective (OWN), or a reader's own values. `points` by measure and unit as they are written."""

    name: str
    says: str
    points: Mapping[str, str]


@dataclass(frozen=True)
class Choice:
    """The best plan by one set of values under one theory, or over the weighted ones, and how far it is ahead of the next (its own points).

    `level`: the other plans that are not surely behind it by more than what matters.
    """

    values: str
    theory: str
    best: str
    other: str
    difference: float
    se: float
    matters: float
    kind: VerdictKind
    level: tuple[str, ...] = ()


@dataclass(frozen=True)
class ArmsLead:
    """The best plan that sends arms less the best that sends none, by one set of values under one theory, or over the weighted ones."""

    values: str
    theory: str
    armed: str
    unarmed: str
    difference: float
    se: float
    matters: float

    def sure_sign(self, sign: int) -> bool:
        """Whether arms (1) or no arms (-1) are surely first by more than what matters."""
        return difference_verdict(sign * self.difference, self.se, self.matters) == "better"


@dataclass(frozen=True)
class ArmsWorth:
    """What the arms of a plan are worth by themselves: the plan less its twin without arms, by one set of values, under one theory or weighted."""

    values: str
    theory: str
    strategy: str
    difference: float
    se: float
    matters: float

    def sure_sign(self, sign: int) -> bool:
        """Whether the arms surely gain (1) or lose (-1) more than what matters."""
        return difference_verdict(sign * self.difference, self.se, self.matters) == "better"


@dataclass(frozen=True)
class Spread:
    """The share of what sets plans apart that one measure carries, by one set of values over the weighted theories; all shares sum to 1.

    `best` to `kind`: the best plan and the next, were the measure worth nothing.
    """

    values: str
    measure: str
    share: float
    se: float
    best: str = ""
    other: str = ""
    difference: float = float("nan")
    difference_se: float = float("nan")
    matters: float = 0.0
    kind: VerdictKind = "cannot tell"


@dataclass(frozen=True)
class DialTerm:
    """What the arms or one dial adds to the lead of one plan over another over the weighted theories, in points; REST is what is left."""

    best: str
    other: str
    dial: str
    points: float
    se: float
