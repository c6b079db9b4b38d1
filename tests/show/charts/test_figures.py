"""Figures are well-formed, say what they show, put marks where the numbers are, and come out the same every time."""

from __future__ import annotations

import math
import re
from itertools import accumulate
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as some

from builders.findings import offset, regret_row
from countermove.decision.findings import Band, Flip, RecordSeries
from countermove.show.charts import Extent, extent_of, fan_chart, flip_chart, omega_chart, record_chart, regret_map
from countermove.show.charts.flip import present
from countermove.show.charts.heat import shade
from countermove.show.charts.scale import Scale, extent
from countermove.show.charts.svg import coordinate, through

SVG = "{http://www.w3.org/2000/svg}"
NAN = math.nan


def band(strategy: str = "abstain", middle: tuple[float, ...] = (6.0, 7.0, 8.0)) -> Band:
    rows = [tuple(v + w for v in middle) for w in (-2, -1, 0, 1, 2)]
    return Band(strategy, "spigot", "rival support", "thousand", *rows, paths=64)


def read(svg: str) -> ElementTree.Element:
    """The figure as a tree; a figure that is not well-formed does not get this far."""
    return ElementTree.fromstring(svg)


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in read(svg).iter(f"{SVG}text")]


def heights(path: str) -> list[float]:
    """The heights of the points of a path that starts at a place and goes on by steps."""
    parts = [float(part) for part in re.findall(r"-?(?:\d+(?:\.\d)?|\.\d)", path)]
    return list(accumulate(parts[1::2]))


SERIES = RecordSeries("deaths", "persons", 2014 * 12 + 3, (5.0, NAN, 9.0), {"spigot": band()}, {"spigot": 0.5})
FLIP = Flip(("pressure", "spigot"), ("javelins", "restraint"), 0.25, 0.02, "…")
OMEGA = offset(0.4, 0.02, strategy="javelins", q05=0.1, q50=0.4, q95=0.8)
FIGURES = {
    "fan": lambda: fan_chart(band(), reference=band("javelins")),
    "record": lambda: record_chart(SERIES, "spigot"),
    "flip": lambda: flip_chart([FLIP], {"pressure": 0.5, "spigot": 0.5}),
    "omega": lambda: omega_chart([OMEGA]),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_well_formed_described_and_repeatable(name: str) -> None:
    svg = FIGURES[name]()
    root = read(svg)
    assert root.get("role") == "img"
    assert len(root.get("aria-label") or "") > 40
    assert svg == FIGURES[name]()
    assert "nan" not in svg.replace("nation", "")
    width, height = (float(root.get(side) or 0) for side in ("width", "height"))
    for node in root.iter(f"{SVG}text"):
        assert 0 <= float(node.get("x") or 0) <= width
        assert 0 <= float(node.get("y") or 0) <= height


def test_texts_from_files_are_escaped() -> None:
    evil = '<script>x</script>"&'
    svg = flip_chart([Flip((evil, "b"), (evil, evil), 0.5, 0.1, "")], {})
    assert "<script>" not in svg
    assert any(evil in text for text in texts(svg))
    assert "<b>" not in fan_chart(Band("<b>", "<b>", "<b>", "<b>", *[(1.0, 2.0)] * 5, paths=1))


def test_a_fan_stands_where_its_numbers_are() -> None:
    """With the axis 0 to 10 the middle path, 6, 7, 8, falls on the screen by equal steps, and ends at its number."""
    svg = fan_chart(band(), axis=Extent(0, 10))
    middle = [node for node in read(svg).iter(f"{SVG}path") if node.get("fill") == "none"][-1]
    ys = heights(middle.get("d") or "")
    assert len(ys) == 3
    assert ys[0] - ys[1] == pytest.approx(ys[1] - ys[2], abs=0.11)
    assert ys[0] > ys[2]
    assert "8" in texts(svg)


def test_missing_months_break_the_line() -> None:
    svg = fan_chart(band(middle=(1.0, 2.0, NAN, 3.0, 4.0)))
    middle = [node for node in read(svg).iter(f"{SVG}path") if node.get("fill") == "none"][-1]
    assert (middle.get("d") or "").count("M") == 2
    assert fan_chart(band(middle=()))
    assert fan_chart(band(middle=(NAN, NAN)))


def test_the_reference_is_dashed_and_not_drawn_over_itself() -> None:
    assert "stroke-dasharray" in fan_chart(band("javelins"), reference=band())
    assert "stroke-dasharray" not in fan_chart(band(), reference=band())


def test_only_data_become_dots() -> None:
    assert len(list(read(record_chart(SERIES, "spigot")).iter(f"{SVG}circle"))) == 2
    with pytest.raises(KeyError):
        record_chart(SERIES, "pressure")


def test_a_flip_stands_at_its_weight() -> None:
    svg = flip_chart([FLIP, Flip(("a", "b"), ("x", "y"), None, NAN, "")], {"pressure": 0.3, "spigot": 0.1})
    (dot,) = read(svg).iter(f"{SVG}circle")
    assert float(dot.get("cx") or 0) == pytest.approx(10 + 0.25 * 320)
    assert present(FLIP, {"pressure": 0.3, "spigot": 0.1}) == pytest.approx(0.75)
    assert math.isnan(present(FLIP, {}))


def test_an_offset_beyond_the_axis_gets_an_arrow() -> None:
    wide = offset(1.3, 0.02, strategy="javelins", theory="richardson", q05=-9, q50=1.3, q95=9)
    lines = [len(list(read(omega_chart([row])).iter(f"{SVG}line"))) for row in (OMEGA, wide)]
    axis = [len(texts(omega_chart([row]))) for row in (OMEGA, wide)]
    assert lines[1] - lines[0] == 4 + (axis[1] - axis[0])  # four strokes of arrows, and one line a tick more
    assert "not computed" in texts(omega_chart([offset(NAN, NAN, strategy="a", theory="b", share=NAN, q05=NAN, q50=NAN, q95=NAN)]))


def test_the_map_of_regret() -> None:
    rows = [
        regret_row("a", "weighted", 0.0, 0.0, value=1),
        regret_row("b", "weighted", 0.5, 0.1, value=0),
        regret_row("a", "spigot", 0.05, 0.1, value=1),
        regret_row("b", "spigot", 0.0, 0.0, value=1),
        regret_row("a", "pressure", 0.3, 0.1, value=1),
    ]
    chart = regret_map(rows, ("a", "b"), ("weighted", "spigot", "pressure"), 0.1)
    assert [[cell.shade for cell in row.cells] for row in chart.rows] == [[0, 5], [0, 0], [4, 0]]
    assert [[cell.best for cell in row.cells] for row in chart.rows] == [[True, False], [True, True], [True, False]]
    assert chart.rows[2].cells[1].row is None
    assert [[row.theory for row in rows] for rows in chart.worst] == [["pressure", "spigot"], ["spigot"]]


@given(some.floats(0, 10), some.floats(0, 10))
def test_more_regret_is_never_paler(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert shade(low, 0.1, 10) <= shade(high, 0.1, 10)


@given(some.lists(some.floats(-1e6, 1e6), min_size=1))
def test_an_axis_holds_its_numbers_and_its_ticks(values: list[float]) -> None:
    held = extent(values, middle=values)
    scale = Scale(held, 0, 100)
    assert held.low <= min(values) and max(values) <= held.high
    assert all(-1e-6 <= scale(value) <= 100 + 1e-6 for value in values)
    ticks = scale.ticks()
    slack = 1e-6 * (held.high - held.low)
    assert all(held.low - slack <= tick <= held.high + slack for tick in ticks)
    assert list(ticks) == sorted(ticks)
    assert len(ticks) <= 7


def test_heavy_tails_get_a_root_scale() -> None:
    assert extent([0, 1000], middle=[30]).root
    assert not extent([0, 100], middle=[30]).root
    assert not extent([-1, 1000], middle=[30]).root
    assert extent_of([band()]) == Extent(0, 10)
    assert extent([]) == Extent(0, 1)
    assert extent([0, 0]) == Extent(0, 0.5)


@given(some.lists(some.tuples(some.floats(-500, 500), some.floats(-500, 500)), min_size=1, max_size=200))
def test_a_path_by_steps_stays_where_its_points_are(points: list[tuple[float, float]]) -> None:
    """However long: rounding does not add up."""
    path = through(points)
    parts = [float(part) for part in re.findall(r"-?(?:\d+(?:\.\d)?|\.\d)", path)]
    assert len(parts) == 2 * len(points)
    for axis in (0, 1):
        walked = list(accumulate(parts[axis::2]))
        assert walked == pytest.approx([point[axis] for point in points], abs=0.0501)


def test_coordinates_are_short() -> None:
    assert [coordinate(v) for v in (0, -0.01, 1.04, 12.96, 100)] == ["0", "0", "1", "13", "100"]
