"""What each month of a record does to the weights of the theories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class MonthInfluence:
    """One month (year * 12 + month - 1), what was seen in it, and what its data do to each theory.

    `change`: of the log weight, in nats, when the month's data are left out; below 0 the month speaks for the theory. `error`: its
    Monte-Carlo standard deviation, where it was computed by filters.
    """

    month: int
    says: str
    change: Mapping[str, float]
    error: Mapping[str, float] = field(default_factory=dict[str, float])
