"""The offset: the share of the aid's effect that the rival undoes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Omega:
    """Share of the aid's effect that the rival undoes; `share` of draws with a usable denominator, quantiles over those."""

    strategy: str
    theory: str
    on: Literal["balance", "territory"]
    value: float
    se: float
    share: float
    q05: float
    q50: float
    q95: float
