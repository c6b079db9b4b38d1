"""A memo for others: its figures as files with the numbers that are drawn, and copies as PDF, for Word or as a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from countermove.errors import MemoError
from countermove.memo.contents import Dossier
from countermove.memo.page import figures_of
from countermove.memo.spreadsheet import spreadsheet
from countermove.memo.word_copy import word_page
from countermove.memo.word_styles import with_styles
from countermove.show.figure_data import csv_text
from countermove.show.picture import picture, title_of
from countermove.store.convert import write_pdf, write_word
from countermove.store.disk import explained, write_whole

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


def write_figures(dossier: Dossier, folder: Path) -> tuple[Path, ...]:
    """Every figure as SVG, its numbers as CSV, and figures.csv, which lists them; each file whole or not at all. Raises StoreError."""
    made: list[Path] = []
    for name, data in figure_files(dossier).items():
        with explained(folder / name):
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(folder / name, data)
        made.append(folder / name)
    return tuple(made)


def write_copy(dossier: Dossier, html: str, page: Path, path: Path) -> Path:
    """The memo `html`, which is written at `page`, as PDF, for Word or as a spreadsheet, by the ending of `path`.

    A PDF and a document carry the time of their making; the page and the spreadsheet are the same byte for byte.

    Raises StoreError, or MemoError for another ending.
    """
    kind = path.suffix.lower()
    if kind == ".pdf":
        return write_pdf(page, path)
    if kind == ".docx":
        copy = word_page(html, figures_of(dossier))
        return write_word(copy.html, copy.pictures, with_styles, path)
    if kind == ".xlsx":
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, spreadsheet(dossier))
        return path
    raise MemoError(f"a memo cannot be written as {kind or 'this'}", where=str(path), next="Write .pdf, .docx or .xlsx")
