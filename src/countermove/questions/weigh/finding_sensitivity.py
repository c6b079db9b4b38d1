"""What a weighing hangs on beside the record: the scale of the theories' reactions, the priors, and how many cases it really holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FEW = 10.0  # effective draws below which a change of the priors is not told


@dataclass(frozen=True)
class Reaction:
    """How much a theory moves its patron's support by its priors alone, before any record is seen.

    Mean over the months of a simulated record of the absolute difference from inertia under the same draw and luck, in thousand
    person-equivalents: the mean over records, and 5% and 95% of them.
    """

    theory: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class PriorReading:
    """The weights with priors raised to a power: below 1 wider, above 1 narrower. `fewest`: effective draws behind the worst of them."""

    says: str
    power: float
    weights: Mapping[str, float]
    fewest: float

    @property
    def enough_draws(self) -> bool:
        """Whether enough draws are left to tell."""
        return self.fewest >= FEW


@dataclass(frozen=True)
class Episode:
    """Months in a row in which the patron's client was losing, by their first; `answered`: the month of the intervention that followed."""

    month: int
    answered: int | None
