"""Every figure of the memo goes out as SVG with the numbers that are drawn in it: read back from either, they are those of the dossier."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from builders import dossier_example as example
from builders.dossier_example import dossier
from countermove.decision.findings import Band
from countermove.errors import MemoError
from countermove.memo import render
from countermove.memo.contents import Dossier
from countermove.memo.export import INDEX, figure_files, write_figures
from countermove.memo.page import figures_of
from countermove.show.charts.sheet import SheetPanel, sheet
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.figure_data import FigureData, key_of
from countermove.world.titles import title_of

SVG = "{http://www.w3.org/2000/svg}"
PIXEL = 0.11  # half of what coordinates are rounded to, and some floating point
Row = dict[str, str]


@lru_cache(maxsize=1)
def figures() -> tuple[Figure, ...]:
    return figures_of(dossier())


@lru_cache(maxsize=1)
def files() -> dict[str, bytes]:
    return dict(figure_files(dossier()))


def table(name: str) -> list[Row]:
    """A CSV as everybody's reader reads it; every row has every column."""
    rows = list(csv.DictReader(io.StringIO(files()[name].decode())))
    assert rows and all(None not in row and None not in row.values() for row in rows)
    return rows


def number(cell: str) -> float:
    return float(cell) if cell else math.nan


def panels(name: str) -> list[tuple[str, ElementTree.Element]]:
    """The small figures in a file, each with what it says of itself."""
    root = ElementTree.fromstring(files()[name])
    return [((node.get("aria-label") or "").replace("−", "-"), node) for node in root.findall(f"{SVG}svg")]


# --- reading a drawing ------------------------------------------------------------------------------------------------


def points(path: str) -> list[tuple[float, float]]:
    """The points of a path of one piece: the first a place, the others steps."""
    parts = [float(part) for part in re.findall(r"-?(?:\d+(?:\.\d)?|\.\d)", path)]
    return list(zip(accumulate(parts[::2]), accumulate(parts[1::2]), strict=True))


def value_of(text: str) -> float:
    """A number at a tick: 10k, −0.5."""
    plain = text.replace("−", "-")
    return float(plain[:-1]) * 1000 if plain.endswith("k") else float(plain)


class Axis:
    """From places to values, by the ticks that a reader sees: linear in the value or in its root, whichever they lie on."""

    def __init__(self, ticks: Sequence[tuple[float, float]]) -> None:
        values, places = np.array(ticks).T
        fits = [
            (np.polyfit(places, shape(values), 1), shape)
            for shape in (np.asarray, np.sqrt)
            if shape is np.asarray or values.min() >= 0
        ]
        off = [float(np.abs(np.polyval(fit, places) - shape(values)).max()) for fit, shape in fits]
        (self.slope, self.start), shape = fits[int(np.argmin(off))]
        self.root = shape is np.sqrt

    def place(self, value: float) -> float:
        return float(((math.sqrt(max(value, 0.0)) if self.root else value) - self.start) / self.slope)


def ticks_up(panel: ElementTree.Element) -> Axis:
    """The vertical axis: each number at the left stands three units under its line."""
    lines = {float(node.get("y1") or 0) for node in panel.iter(f"{SVG}line") if node.get("y1") == node.get("y2")}
    found = []
    for node in panel.iter(f"{SVG}text"):
        y = float(node.get("y") or 0) - 3
        near = [line for line in lines if abs(line - y) < PIXEL]
        if node.get("text-anchor") == "end" and near:
            found.append((value_of(node.text or ""), near[0]))
    return Axis(found)


def ticks_across(panel: ElementTree.Element, foot: float) -> Axis:
    """The horizontal axis: numbers in the line `foot`."""
    found = [
        (value_of(node.text or ""), float(node.get("x") or 0))
        for node in panel.iter(f"{SVG}text")
        if abs(float(node.get("y") or 0) - foot) < PIXEL
    ]
    return Axis(found)


def drawn_paths(panel: ElementTree.Element) -> tuple[list[list[tuple[float, float]]], list[list[tuple[float, float]]]]:
    """Areas (there along the low line, back along the high one) and lines, the dashed one left out."""
    areas, lines = [], []
    for node in panel.iter(f"{SVG}path"):
        places = points(node.get("d") or "")
        if node.get("fill") != "none":
            areas.append(places)
        elif node.get("stroke-dasharray") is None:
            lines.append(places)
    return areas, lines


def same_band(panel: ElementTree.Element, rows: Sequence[Row], months: int) -> None:
    """The two areas and the line of a panel lie where its rows of the CSV say."""
    axis = ticks_up(panel)
    (wide, half), (middle,) = drawn_paths(panel)
    columns = {name[:3]: [number(row[name]) for row in rows][:months] for name in rows[0] if re.match(r"q\d\d \(", name)}
    back = {"q05": wide[:months], "q95": wide[months:][::-1], "q25": half[:months], "q75": half[months:][::-1], "q50": middle}
    for name, places in back.items():
        assert len(places) == len(columns[name]) == months
        for (_, y), value in zip(places, columns[name], strict=True):
            assert y == pytest.approx(axis.place(value), abs=0.35), (name, value)


# --- every figure -----------------------------------------------------------------------------------------------------


def test_every_figure_has_its_two_files_and_a_line_of_the_index() -> None:
    """Walked over the page: as many small figures there as here, and none without numbers. A new figure without data fails here."""
    assert [figure.name for figure in figures() if figure.data is None] == []
    shown = sum(len(strip.panels) for figure in figures() for strip in figure.strips)
    assert render(dossier()).count("<svg ") == shown
    index = table(INDEX)
    assert list(index[0]) == ["file", "data", "title", "caption"]
    assert [row["caption"] for row in index] == [figure.caption for figure in figures()]
    assert set(files()) == {INDEX, *(row["file"] for row in index), *(row["data"] for row in index)}
    for row in index:
        assert re.fullmatch(r"[a-z0-9-]+\.svg", row["file"]) and row["data"] == row["file"].replace(".svg", ".csv")


@pytest.mark.parametrize("place", range(len(figures_of(example.dossier()))))
def test_numbers_have_units_and_no_remarks(place: int) -> None:
    """A head and rows of equal length: units in the head, full figures, no empty table."""
    data = figures()[place].data
    assert data is not None
    rows = table(f"{data.key}.csv")
    assert list(rows[0]) == list(data.columns) and len(set(data.columns)) == len(data.columns)
    numeric = [name for name in data.columns if all(re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?|", row[name]) for row in rows)]
    assert numeric and all(name == "month" or re.search(r" \(.+\)$", name) for name in numeric)
    for row, drawn in zip(rows, data.rows, strict=True):
        for cell, value in zip(row.values(), drawn, strict=True):
            assert cell == str(value) if isinstance(value, str | int) else cell == "" if math.isnan(value) else float(cell) == value


@pytest.mark.parametrize("place", range(len(figures_of(example.dossier()))))
def test_a_figure_stands_by_itself(place: int) -> None:
    """Well-formed, described, nothing from outside, nothing over its edges, its panels as on the page."""
    figure = figures()[place]
    assert figure.data is not None
    text = files()[f"{figure.data.key}.svg"].decode()
    root = ElementTree.fromstring(text)
    assert root.get("role") == "img" and root.get("aria-label") == figure.caption
    assert "href" not in text and "<style" not in text and "class=" not in text
    width, height = float(root.get("width") or 0), float(root.get("height") or 0)
    inner = root.findall(f"{SVG}svg")
    assert len(inner) == sum(len(strip.panels) for strip in figure.strips)
    boxes = [tuple(float(node.get(side) or 0) for side in ("x", "y", "width", "height")) for node in inner]
    assert all(x >= 0 and y >= 0 and x + w <= width and y + h <= height for x, y, w, h in boxes)
    for a, one in enumerate(boxes):
        for other in boxes[a + 1 :]:
            assert (
                one[0] + one[2] <= other[0]
                or other[0] + other[2] <= one[0]
                or one[1] + one[3] <= other[1]
                or other[1] + other[3] <= one[1]
            )


def fans() -> Iterator[str]:
    return (name for name in figure_files(example.dossier()) if name.startswith("months-") and name.endswith(".csv"))


@pytest.mark.parametrize("name", list(fans()))
def test_fans(name: str) -> None:
    """The CSV has the dossier's bands, all of them, bit for bit; each panel draws its own rows."""
    rows = table(name)
    band = {(b.theory, b.strategy): b for b in dossier().findings.bands if key_of("months", b.what) == name.removesuffix(".csv")}
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["theory"], row["strategy"]), []).append(row)
    assert set(groups) == set(band)
    for key, mine in groups.items():
        unit = band[key].unit
        assert [int(row["month"]) for row in mine] == list(range(1, len(band[key].q50) + 1))
        for quantile in ("q05", "q25", "q50", "q75", "q95"):
            assert tuple(float(row[f"{quantile} ({unit})"]) for row in mine) == getattr(band[key], quantile)
    drawn = panels(name.replace(".csv", ".svg"))
    assert len(drawn) == len(groups)
    for (theory, strategy), (says, panel) in zip(groups, drawn, strict=True):
        assert f"under “{title_of(strategy)}” if “{title_of(theory)}” is true" in says
        same_band(panel, groups[theory, strategy], len(groups[theory, strategy]))


@pytest.mark.parametrize("series", example.dossier().records, ids=lambda series: key_of(series.series))
def test_records(series: object) -> None:
    """Dots where something was reported, with their months; the bands under them."""
    one = next(row for row in dossier().records if row.series == series.series)  # type: ignore[attr-defined]
    name = key_of("record", one.series)
    rows = table(f"{name}.csv")
    drawn = panels(f"{name}.svg")
    theories = list(dict.fromkeys(row["theory"] for row in rows))
    assert set(theories) == set(one.replay) and len(drawn) == len(theories)
    for theory, (says, panel) in zip(theories, drawn, strict=True):
        mine = [row for row in rows if row["theory"] == theory]
        assert f"if “{title_of(theory)}” is true" in says
        months = [int(row["month"][:4]) * 12 + int(row["month"][5:]) - 1 for row in mine]
        assert months == list(range(one.first_month, one.first_month + len(one.observed)))
        observed = [number(row[f"observed ({one.unit})"]) for row in mine]
        assert np.array_equal(observed, one.observed, equal_nan=True)
        assert tuple(float(row[f"q75 ({one.unit})"]) for row in mine) == one.replay[theory].q75
        same_band(panel, mine, len(one.replay[theory].q50))
        axis = ticks_up(panel)
        dots = [float(node.get("cy") or 0) for node in panel.iter(f"{SVG}circle")]
        known = [value for value in observed if math.isfinite(value)]
        assert dots == pytest.approx([axis.place(value) for value in known], abs=0.35)


@pytest.mark.parametrize("on", ["balance", "territory"])
def test_offsets(on: str) -> None:
    """Dot, thick bar and thin bar of every theory and strategy; what goes over the edge of the axis is cut there."""
    rows = table(f"offset-{on}.csv")
    want = {(row.theory, row.strategy): row for row in dossier().findings.omega if row.on == on}
    assert {(row["theory"], row["strategy"]) for row in rows} == set(want)
    for row in rows:
        one = want[row["theory"], row["strategy"]]
        assert (number(row["offset (ratio)"]), number(row["q05 (ratio)"]), number(row["q95 (ratio)"])) == (
            one.value,
            one.q05,
            one.q95,
        )
        assert number(row["low95 (ratio)"]) == one.value - 1.96 * one.se and number(row["usable (share)"]) == one.share
    for strategy, (says, panel) in zip(dict.fromkeys(row["strategy"] for row in rows), panels(f"offset-{on}.svg"), strict=True):
        mine = [row for row in rows if row["strategy"] == strategy]
        assert f"under “{title_of(strategy)}”" in says
        foot = max(float(node.get("y1") or 0) for node in panel.iter(f"{SVG}line") if node.get("x1") != node.get("x2"))
        last = max(float(node.get("y2") or 0) for node in panel.iter(f"{SVG}line"))
        axis = ticks_across(panel, last + 11)
        dots = [float(node.get("cx") or 0) for node in panel.iter(f"{SVG}circle")]
        assert dots == pytest.approx([axis.place(number(row["offset (ratio)"])) for row in mine], abs=0.35) and foot < last
        thin = [node for node in panel.iter(f"{SVG}line") if node.get("stroke-width") == "1" and node.get("y1") == node.get("y2")]
        for row, bar in zip(mine, thin, strict=True):
            assert float(bar.get("x1") or 0) == pytest.approx(axis.place(number(row["q05 (ratio)"])), abs=0.35)
            assert float(bar.get("x2") or 0) <= axis.place(number(row["q95 (ratio)"])) + 0.35


def test_flip_points() -> None:
    """Dots at their weights, the bar from end to end, a triangle at today's; nearest first, as in the text."""
    rows = table("flip-points.csv")
    weights = dossier().findings.weights
    want = {flip.between: flip for flip in dossier().findings.flips if flip.weight is not None}
    assert {(row["theory"], row["other theory"]) for row in rows} == set(want)
    dots = [float(node.get("cx") or 0) for _, panel in panels("flip-points.svg") for node in panel.iter(f"{SVG}circle")]
    assert len(dots) == len(rows)
    for row, x in zip(rows, dots, strict=True):
        flip = want[row["theory"], row["other theory"]]
        assert number(row["flip (weight 0-1)"]) == flip.weight and (row["strategy above"], row["strategy below"]) == flip.strategies
        assert number(row["high95 (weight 0-1)"]) - number(row["low95 (weight 0-1)"]) == pytest.approx(2 * 1.96 * flip.se)
        first, second = (weights[name] for name in flip.between)
        assert number(row["today (weight 0-1)"]) == pytest.approx(first / (first + second))
        assert x == pytest.approx(10 + 320 * number(row["flip (weight 0-1)"]), abs=PIXEL)


# --- the files --------------------------------------------------------------------------------------------------------


def test_the_same_dossier_gives_the_same_files(tmp_path: Path) -> None:
    """Byte for byte, and they land where they were asked for."""
    assert dict(figure_files(example.dossier())) == files()
    made = write_figures(dossier(), tmp_path / "deep" / "er")
    assert {path.name: path.read_bytes() for path in made} == files()
    assert sorted(path.name for path in (tmp_path / "deep" / "er").iterdir()) == sorted(files())


def test_hostile_names_are_names() -> None:
    """Texts of strangers cannot leave the folder, break the SVG or the CSV."""
    strange = example.hostile()
    found = figure_files(strange)
    assert all(re.fullmatch(r"[a-z0-9-]+\.(svg|csv)", name) for name in found)
    for name, data in found.items():
        if name.endswith(".svg"):
            ElementTree.fromstring(data)
            assert b"<script" not in data
    assert key_of("../..", "x/y") == "x-y" and key_of("…") == "figure"


def test_a_figure_without_numbers_or_with_the_name_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = replace(figures()[0], data=None)
    monkeypatch.setattr("countermove.memo.export.figures_of", lambda _: (bare,))
    with pytest.raises(MemoError, match="no numbers"):
        figure_files(dossier())
    monkeypatch.setattr("countermove.memo.export.figures_of", lambda _: (figures()[0], figures()[0]))
    with pytest.raises(MemoError, match="two figures are called"):
        figure_files(dossier())


def changed_bands(band: Band) -> Dossier:
    return replace(dossier(), findings=replace(dossier().findings, bands=(band,)))


def test_missing_numbers_are_empty_cells() -> None:
    band = Band(
        "a", "b", what="x", unit="", q05=(1.0, math.nan), q25=(1.0, 2.0), q50=(1.0, 2.0), q75=(1.0, 2.0), q95=(1.0, 2.0), paths=4
    )
    assert FigureData("k", ("x", "y (u)"), (("a,b", math.nan), ('"', 0.1))).csv() == 'x,y (u)\n"a,b",\n"""",0.1\n'
    drawn = {figure.data.key: figure.data for figure in figures_of(changed_bands(band)) if figure.data is not None}
    assert drawn["months-x"].csv().splitlines()[2] == "b,a,2,,2.0,2.0,2.0,2.0"


def test_long_titles_are_broken_and_foreign_svg_refused() -> None:
    fan = next(figure for figure in figures() if figure.data is not None and figure.data.key.startswith("months-"))
    leaf = SheetPanel("a-very-long-name-of-a-strategy that goes on", fan.strips[0].panels[0].svg, "a remark")
    text = sheet("A title " * 20, "says", [("head", [leaf, leaf])], 2)
    assert max(len(node.text or "") for node in ElementTree.fromstring(text).findall(f"{SVG}text")) < 60
    assert Figure("n", "c", "", (Strip("", (Panel("t", leaf.svg),)),), 1).data is None
    with pytest.raises(ValueError, match="not a figure"):
        _ = SheetPanel("x", "<svg/>").size
