"""A figure by itself: one SVG under its name, as a notebook shows it and a file keeps it, with the numbers that are drawn in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from countermove.errors import DecisionError
from countermove.show.charts.sheet import SheetPanel, sheet
from countermove.show.figure import Figure
from countermove.show.figure_data import FigureData
from countermove.store.disk import write_page
from countermove.world.words import capitalized


@dataclass(frozen=True)
class Picture:
    """One SVG. `caption` says what to see in it; `data`: the numbers that are drawn, units in the names of columns, where they are kept."""

    title: str
    caption: str
    svg: str
    data: FigureData | None = None

    def __repr__(self) -> str:
        return f"{self.title}. {self.caption}"

    def _repr_svg_(self) -> str:
        """What a notebook asks for."""
        return self.svg

    def save(self, path: str | Path) -> Path:
        """Write the SVG to `path`, whole or not at all, and return the path. Raises StoreError where it cannot be written."""
        return write_page(Path(path), self.svg, "figure")


class HasFigures(ABC):
    """A result that has figures."""

    @abstractmethod
    def figures(self) -> tuple[Figure, ...]:
        """Its figures, the first one first that says most."""

    def plot(self, name: str = "") -> Picture:
        """The figure of this name, that of its file without the ending (`flip-points`); the first one where none is given.

        Raises DecisionError, with the names that there are, for another.
        """
        by_name = {figure.name if figure.data is None else figure.data.key: figure for figure in self.figures()}
        if not by_name:
            raise DecisionError("there is nothing to draw", next="The sentences say why")
        if name and name not in by_name:
            raise DecisionError(f"no figure is called {name}", next=f"There are {', '.join(by_name)}")
        return picture(by_name[name] if name else next(iter(by_name.values())))


def picture(figure: Figure) -> Picture:
    """The whole figure as one SVG: all strips under its name."""
    svg = sheet(title_of(figure), figure.caption, rows_of(figure), figure.across)
    return Picture(title_of(figure), figure.caption, svg, figure.data)


def rows_of(figure: Figure) -> list[tuple[str, list[SheetPanel]]]:
    """Its strips as rows of a sheet."""
    return [(strip.head, [SheetPanel(panel.title, panel.svg, panel.remark) for panel in strip.panels]) for strip in figure.strips]


def title_of(figure: Figure) -> str:
    """What stands over it where it is alone."""
    return (figure.data.title if figure.data is not None else "") or capitalized(figure.name)
