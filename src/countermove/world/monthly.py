"""What is kept of the runs month by month, for bands around a median: one row a quantity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Monthly:
    """One quantity by month. `title` names it in the words of a war: {owner}, its {client}, {rival}; `place` is its own among a memo's figures.

    One `of_ground` is not there where no line is fought over.
    """

    name: str
    unit: str
    title: str
    place: int
    of_ground: bool = False


MONTHLY: Mapping[str, Monthly] = MappingProxyType(
    {
        row.name: row
        for row in (
            Monthly("balance", "log ratio", "balance of forces (above 0: {client} is the stronger)", 3),
            Monthly("held", "share", "ground held by {client}", 4, of_ground=True),
            Monthly("rival support", "thousand person-equivalents", "support given by {rival}", 1),
            Monthly("own rung", "rung", "rung of {owner}", 5),
            Monthly("deaths", "persons/month", "military dead of all sides", 2),
            Monthly("talks", "0-1", "health of the talks", 6),
        )
    }
)
"""In the order in which the engine keeps them."""
