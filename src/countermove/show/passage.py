"""A section of the memo that is some sentences and a table, as most that are new will be."""

from __future__ import annotations

from dataclasses import dataclass

from countermove.show.figure import Figure
from countermove.world.tables import Table


@dataclass(frozen=True)
class Passage:
    """`why` there is nothing, or else what opens the section and its table; `weighted`: its figures are over the theories by their weights;
    `figure`: what the body shows for the table, which stands in the annex."""

    why: str = ""
    opening: str = ""
    table: Table | None = None
    weighted: bool = False
    figure: Figure | None = None
