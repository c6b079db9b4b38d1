"""Whether following the memo is any good: its regret over simulated wars of known truth, beside simpler ways to decide."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PolicyRegret:
    """One way to decide: expected regret in points over the simulated wars, with a 90% interval; `chosen`: share of wars by strategy.

    `against`: its regret less that of following the memo, in the same wars, with a 90% interval (0 for the memo itself).
    """

    policy: str
    regret: float
    low: float
    high: float
    against: float
    against_low: float
    against_high: float
    chosen: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class DecisionCalibration:
    """`wars`: simulated records, each of a known theory, that no reader had seen. The first row is the memo's own."""

    wars: int
    rows: tuple[PolicyRegret, ...]
    sentence: str

    @property
    def memo(self) -> PolicyRegret:
        """Following the memo."""
        return self.rows[0]
