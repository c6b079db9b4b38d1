"""The offset: the share of the aid's effect that the rival undoes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

On = Literal["balance", "territory"]
ON: tuple[On, ...] = get_args(On)
"""What the offset is measured on; the ground only where a line is fought over."""
IN_WORDS: Mapping[On, str] = MappingProxyType({"balance": "the balance of forces", "territory": "the ground held"})


@dataclass(frozen=True)
class Omega:
    """Share of the aid's effect that the rival undoes; `share` of draws with a usable denominator, quantiles over those."""

    strategy: str
    theory: str
    on: On
    value: float
    se: float
    share: float
    q05: float
    q50: float
    q95: float
