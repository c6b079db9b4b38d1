"""Who is on stage: the fixed facts of a compiled scenario that shape the code (never numbers that vary between draws)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

Array: TypeAlias = Any
"""An array of NumPy or JAX; shapes are written behind it, with K sides, P patrons, n runs."""


@dataclass(frozen=True)
class RungNumbers:
    """One rung: cost (million USD a month, flows included), lag (months), troops (thousand), flows a month."""

    name: str
    cost: float
    lag: int
    troops: float
    heavy: float
    counter_heavy: float


@dataclass(frozen=True)
class Cast:
    """The owner's client is side 0 and the owner is patron 0; the others follow in the order of the file."""

    sides: tuple[str, ...]
    patrons: tuple[str, ...]
    supports: tuple[int, ...]  # side of each patron
    fire: tuple[tuple[float, ...], ...]  # [K][K], share of i's fire on k
    ladders: tuple[tuple[RungNumbers, ...], ...]  # [P]
    mix: tuple[tuple[float, float, float], ...]  # [P], shares of support: troops, heavy, counter-heavy
    covert: tuple[bool, ...]
    line_above_start: tuple[bool, ...]  # whether spigot.line is measured from the start
    start_rung: int
    start_regime: int
    months: int
    settled_front: bool = True
    territory: bool = True  # whether a line is fought over; without one nobody gains or loses ground
    mediator: bool = False
    allies: bool = False
    alliance: bool = False
    order: str = "owner-first"
    law: tuple[float, float] = (1.0, 0.0)  # exponents p (enemy) and q (own) of the attrition law
    levels: int = 17  # support levels among which `rational` chooses
    owner_driven: bool = False  # the owner too follows a theory (symmetry tests)
    deadlines: tuple[int, ...] = (12, 24, 60)
    lags: tuple[tuple[str, str, int], ...] = field(default=())  # (actor, observable, months back) read by rules
    theatre: str = ""
    beliefs: tuple[tuple[float, ...], ...] = ()  # [P] prior weight of each theory of the program; none for the owner

    @property
    def enemies(self) -> tuple[tuple[int, ...], ...]:
        """For each patron the patrons on other sides."""
        return tuple(tuple(k for k, side in enumerate(self.supports) if side != own) for own in self.supports)

    def driven(self, patron: int) -> bool:
        """Whether the patron follows a theory rather than a written strategy."""
        return patron != 0 or self.owner_driven


def display_name(name: str) -> str:
    """An actor as a sentence calls it: `north-vietnam` as North Vietnam, `us` as US."""
    return " ".join(word.upper() if len(word) < 3 else word[:1].upper() + word[1:] for word in name.split("-"))
