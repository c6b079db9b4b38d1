"""The figures of a memo as files: each an SVG by itself, beside it the numbers that are drawn, and a list of them all."""

from __future__ import annotations

from collections.abc import Mapping

from countermove.errors import MemoError
from countermove.memo.contents import Dossier
from countermove.memo.page import figures_of
from countermove.show.figure_data import csv_text
from countermove.show.picture import picture, title_of

INDEX = "figures.csv"


def figure_files(dossier: Dossier) -> Mapping[str, bytes]:
    """Name and content of every file, `figures.csv` first. The same dossier gives the same bytes.

    Raises MemoError for a figure that has no numbers, or the name of another.
    """
    found: dict[str, bytes] = {INDEX: b""}
    index = [("file", "data", "title", "caption")]
    for figure in figures_of(dossier):
        if figure.data is None:
            raise MemoError("this figure has no numbers to go with it", where=figure.name, next="Please report it")
        svg, csv = (f"{figure.data.key}.{ending}" for ending in ("svg", "csv"))
        if svg in found:
            raise MemoError(f"two figures are called {figure.data.key}", where=figure.name, next="Name one of the series otherwise")
        found[svg], found[csv] = picture(figure).svg.encode(), figure.data.csv().encode()
        index.append((svg, csv, title_of(figure), figure.caption))
    return {**found, INDEX: csv_text(index).encode()}
