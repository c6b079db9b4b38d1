"""What a record teaches about the offset Omega: the share of the aid's effect that the rival undoes, before and after the record was read."""

from __future__ import annotations

from dataclasses import dataclass

from countermove.world.omega import On

NINETY = 1.6449  # standard errors on each side of a 90% interval


@dataclass(frozen=True)
class OmegaEstimate:
    """Omega over one set of draws: a ratio of means and its Monte-Carlo error; quantiles over the `share` of draws that are usable."""

    value: float
    se: float
    share: float
    q05: float
    q50: float
    q95: float

    @property
    def interval(self) -> tuple[float, float]:
        """90% interval of the ratio of means: what more computing could move, not what is unknown of the war (that are the quantiles)."""
        return self.value - NINETY * self.se, self.value + NINETY * self.se


@dataclass(frozen=True)
class OmegaBeforeAfter:
    """Omega of one strategy under one theory, or over all ("weighted": by prior weights before, by posterior weights after).

    `effective`: how many families of posterior draws stand behind `posterior`, as an effective number (copies and near copies are one).
    """

    strategy: str
    theory: str
    on: On
    prior: OmegaEstimate
    posterior: OmegaEstimate
    effective: float
