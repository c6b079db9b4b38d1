"""Figures with the caption that says what to see in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from countermove.decision.findings import WEIGHTED
from countermove.show.figure_data import FigureData
from countermove.world.tables import Table


@dataclass(frozen=True)
class Panel:
    """One small figure under its title, with a remark."""

    title: str
    svg: str
    remark: str = ""


@dataclass(frozen=True)
class Strip:
    """Panels that stand in a row, under a common head."""

    head: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Figure:
    """A figure of strips: its name, its caption, the one sentence that a folded figure shows, and the numbers that are drawn in it."""

    name: str
    caption: str
    headline: str
    strips: tuple[Strip, ...]
    across: int
    table: Table | None = None
    data: FigureData | None = None


def ordered(names: Iterable[str], order: Sequence[str]) -> tuple[str, ...]:
    """The names in the given order, the rest behind as they came, the weighted view first."""
    places = {name: place for place, name in enumerate(order)}
    return tuple(sorted(dict.fromkeys(names), key=lambda name: (name != WEIGHTED, places.get(name, len(places)))))
