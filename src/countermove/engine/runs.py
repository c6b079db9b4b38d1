"""The output of the engine: one number per measure and run, addressed by strategy, theory, draw and luck; and bands by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from countermove.world.display import Displayable
from countermove.world.measure import MEASURE_NAMES
from countermove.world.shapes import checked


@dataclass(frozen=True, repr=False)
class Runs(Displayable):
    """D draws x L lucks of every strategy under every theory.

    `outcomes` maps (strategy, theory) to float32, the M measures in the order of MEASURE_NAMES (a memory map where large; a ratio over
    nothing is nan). `bands` maps it to float32, T months of the B quantities in `band_names`: quantiles 5, 25, 50, 75, 95 over `paths` runs.
    `scramble` is the independent quasi-random sequence of each draw: errors come from the spread of the scrambles' means. The weights of
    the draws sum to 1.
    """

    strategies: tuple[str, ...]
    theories: tuple[str, ...]
    outcomes: Mapping[tuple[str, str], Annotated[np.ndarray, "M D L"]]
    bands: Mapping[tuple[str, str], Annotated[np.ndarray, "T B 5"]]
    band_names: tuple[str, ...]
    paths: int
    draws: int
    lucks: int
    months: int
    seed: int
    scramble: Annotated[np.ndarray, "D"]
    weight: Annotated[np.ndarray, "D"]
    seconds: float = 0.0
    rate: float = 0.0

    def __post_init__(self) -> None:
        """Refuse arrays of other shapes."""
        checked(self, M=len(MEASURE_NAMES), D=self.draws, L=self.lucks, T=self.months, B=len(self.band_names))

    def measure(self, strategy: str, theory: str, name: str) -> np.ndarray:
        """One measure of every run [D, L]."""
        return self.outcomes[strategy, theory][MEASURE_NAMES.index(name)]

    def leading(self, draws: int, lucks: int) -> Runs | None:
        """The leading draws and lucks, without bands: what a smaller run of the same seed would give. None where there are fewer."""
        if draws > self.draws or lucks > self.lucks:
            return None
        outcomes = {pair: table[:, :draws, :lucks] for pair, table in self.outcomes.items()}
        weight = np.full(draws, 1.0 / draws)
        return replace(self, outcomes=outcomes, bands={}, draws=draws, lucks=lucks, scramble=self.scramble[:draws], weight=weight)

    def beside(self, others: Runs) -> Runs:
        """These runs, and those of other strategies under the same theories, draws and lucks."""
        return replace(self, strategies=(*self.strategies, *others.strategies), outcomes={**self.outcomes, **others.outcomes})
