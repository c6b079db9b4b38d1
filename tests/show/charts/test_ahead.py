"""The pictures of a rival who thinks ahead: marks where the numbers are, labels apart, nothing that needs a colour."""

from __future__ import annotations

import math
import re
from itertools import accumulate, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy.optimize import isotonic_regression

from builders.places import ROOT
from countermove.show.charts.at_stakes import ABREAST, DASHES, PlanAlong, PlanThere, Upward, stakes_chart
from countermove.show.charts.lettering import apart, folded, width_of
from countermove.show.charts.policy_map import DARK, FILLS, LIMITS, PolicyRow, PolicyTile, policy_map, support_shade
from countermove.show.charts.svg import ACCENT, INK

SVG = "{http://www.w3.org/2000/svg}"
EVIL = '<script>x</script>"&'
LONG = "Heavy weapons, and more of them every half year until the line moves"
RATIOS = (0.0, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
WHO = ("Overseas", "Neighbour", "Rebels")
Box = tuple[float, float, float, float]  # left, top, right, foot


def plans(count: int, behind: float = 0.1, title: str = LONG) -> list[PlanAlong]:
    """Plans that lose more the further down the list; the first is best everywhere, the second at no stakes too."""
    return [
        PlanAlong(
            f"{k} {title}",
            tuple(PlanThere(-1 - behind * k - 0.1 * n, 0.02, 1 + 0.1 * n + 0.01 * k, k == 0 or (k, n) == (1, 0)) for n in range(8)),
        )
        for k in range(count)
    ]


def rows(rungs: int = 3, share: float = 0.1) -> list[PolicyRow]:
    return [
        PolicyRow("better", "by 5% or more", (None, *(PolicyTile(0.2 + 0.4 * k, share) for k in range(rungs - 1)))),
        PolicyRow("worse", "by 5% or more", tuple(PolicyTile(1.0 + 0.4 * k, 0.001 if k == 1 else share) for k in range(rungs))),
    ]


FIGURES = {
    "one plan": lambda: stakes_chart(plans(1), RATIOS, "Neighbour"),
    "two plans": lambda: stakes_chart(plans(2, title="Wait"), RATIOS, "Neighbour"),
    "seven plans": lambda: stakes_chart(plans(7), RATIOS, "Neighbour"),
    "twenty plans": lambda: stakes_chart(
        plans(20), RATIOS, "The Russian Federation and those who sail with it, wherever they may go"
    ),
    "one plan far behind": lambda: stakes_chart([*plans(3, 0.05), plans(7, 8.0)[6]], RATIOS, "Neighbour"),
    "equal plans": lambda: stakes_chart(plans(7, 0.0), RATIOS, "Neighbour"),
    "three rungs": lambda: policy_map(rows(), (3, 4, 5), WHO),
    "twelve rungs": lambda: policy_map(rows(12), tuple(range(12)), WHO),
    "long names": lambda: policy_map(rows(), (3, 4, 5), (LONG, LONG, LONG)),
}


def marks(svg: str, kind: str) -> list[ElementTree.Element]:
    """The marks of a kind; a figure that is not well-formed does not get this far."""
    return list(ElementTree.fromstring(svg).iter(f"{SVG}{kind}"))


def number(node: ElementTree.Element, name: str) -> float:
    return float(node.get(name) or 0)


def text_boxes(svg: str) -> list[tuple[str, Box]]:
    """Where each text is: as wide as in Helvetica, and three quarters of its size above its foot."""
    found: list[tuple[str, Box]] = []
    for node in marks(svg, "text"):
        x, y, size = (number(node, name) for name in ("x", "y", "font-size"))
        wide = width_of(node.text or "", size, node.get("font-weight") == "700")
        left = x - wide * {None: 0.0, "middle": 0.5, "end": 1.0}[node.get("text-anchor")]
        found.append((node.text or "", (left, y - 0.74 * size, left + wide, y)))
    return found


@pytest.mark.parametrize("name", FIGURES)
def test_they_are_well_formed_described_and_the_same_every_time(name: str) -> None:
    svg = FIGURES[name]()
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img" and len(root.get("aria-label") or "") > 60
    assert svg == FIGURES[name]()
    assert "nan" not in svg and "inf" not in svg


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_lies_over_another_or_over_the_edge(name: str) -> None:
    svg = FIGURES[name]()
    root = ElementTree.fromstring(svg)
    boxes = text_boxes(svg)
    assert len(boxes) > 10
    for k, (text, (left, top, right, foot)) in enumerate(boxes):
        assert left >= -0.1 and top >= 0 and right <= number(root, "width") + 0.1 and foot <= number(root, "height"), text
        for other, (a, b, c, d) in boxes[:k]:
            assert right <= a or c <= left or foot <= b or d <= top, (text, other)


@pytest.mark.parametrize("name", FIGURES)
def test_words_can_be_read_on_a_telephone(name: str) -> None:
    """On 368 of 400 pixels the picture is a little larger than drawn."""
    assert min(number(node, "font-size") for node in marks(FIGURES[name](), "text")) >= 8


def test_texts_from_files_are_escaped() -> None:
    drawn = [
        stakes_chart(plans(2, title=EVIL), RATIOS, EVIL),
        policy_map([PolicyRow(EVIL, EVIL, (PolicyTile(1, 1),))], (1,), (EVIL, EVIL, EVIL)),
    ]
    for svg in drawn:
        assert "<script>" not in svg
        assert EVIL in (ElementTree.fromstring(svg).get("aria-label") or "")
        assert "<script>x</script>" in "".join(text for text, _ in text_boxes(svg)).replace(" ", "")


# --- other stakes -----------------------------------------------------------------------------------------------------


def axis(svg: str, lines: list[float]) -> tuple[float, float]:
    """Slope and start of the straight vertical axis whose ticks are at these heights: numbers three units under their lines."""
    ticks = [
        (float((node.text or "").replace("−", "-")), y)
        for node in marks(svg, "text")
        for y in lines
        if node.get("text-anchor") == "end" and abs(number(node, "y") - 3 - y) < 0.11
    ]
    (one, high), (other, low) = min(ticks), max(ticks)
    return (low - high) / (other - one), high - one * (low - high) / (other - one)


def test_marks_stand_where_the_numbers_are() -> None:
    """The first plan's are the round ones: worths above, what the rival gives beneath, at places of equal distance on one axis."""
    found = plans(2, title="Wait")
    svg = stakes_chart(found, RATIOS, "Neighbour")
    dots = marks(svg, "circle")
    above, beneath = ([dot for dot in dots if number(dot, "r") == size and number(dot, "cx") < 240] for size in (3, 2.2))
    assert [number(dot, "cx") for dot in above] == [number(dot, "cx") for dot in beneath]
    steps = [b - a for a, b in pairwise(number(dot, "cx") for dot in above)]
    assert len(steps) == 7 and max(steps) - min(steps) <= 0.2
    (split,) = (number(node, "y") for node in marks(svg, "text") if (node.text or "").startswith("what Neighbour then gives"))
    levels = {number(node, "y1") for node in marks(svg, "line") if node.get("y1") == node.get("y2")}
    for drawn, values, part in (
        (above, [one.worth for one in found[0].there], [y for y in levels if y < split]),
        (beneath, [one.support for one in found[0].there], [y for y in levels if y > split]),
    ):
        slope, start = axis(svg, part)
        assert [number(dot, "cy") for dot in drawn] == pytest.approx([start + slope * value for value in values], abs=0.2)
    bars = [node for node in marks(svg, "line") if node.get("stroke-width") == "0.7"]
    slope, _ = axis(svg, [y for y in levels if y < split])
    assert len(bars) == 16
    assert all(number(bar, "y1") - number(bar, "y2") == pytest.approx(-slope * 4 * 0.02, abs=0.2) for bar in bars)


def test_the_stakes_are_told_as_people_write_them_and_the_median_is_marked() -> None:
    svg = stakes_chart(plans(2), RATIOS, "Neighbour")
    texts = [text for text, _ in text_boxes(svg)]
    assert [text for text in texts if text in ("0", "1/8", "1/4", "1/2", "1", "2", "4", "8")][-8:] == [
        "0",
        "1/8",
        "1/4",
        "1/2",
        "1",
        "2",
        "4",
        "8",
    ]
    assert "today’s median" in texts and "worth of a plan (points)" in texts
    assert "what Neighbour has at stake (multiples of the median)" in texts
    assert "today’s median" not in [
        text for text, _ in text_boxes(stakes_chart(plans(2), (0.0, 0.5, 2.0, 4.0, 5.0, 6.0, 7.0, 8.0), "x"))
    ]


def test_full_marks_are_the_plans_that_may_be_best() -> None:
    """In both plots, and nowhere else but at the label of nobody; a copy without colour shows it as well."""
    svg = stakes_chart(plans(3), RATIOS, "Neighbour")
    full = [node for kind in ("circle", "path") for node in marks(svg, kind) if node.get("fill") == ACCENT]
    assert len(full) == 2 * (8 + 1)
    assert luminance(ACCENT) < 0.1


def shape(path: str) -> tuple[float, str]:
    """Where a mark of corners begins, and its steps in whole units."""
    parts = [float(part) for part in re.findall(r"-?(?:\d+(?:\.\d)?|\.\d)", path)]
    return parts[1], " ".join(f"{part:.0f}" for part in parts[2:])


def test_plans_are_told_apart_by_dashes_and_shapes_alone() -> None:
    """Thirty-five of them, by what is drawn at their labels and by their lines; the same above and beneath."""
    count = 35
    svg = stakes_chart(plans(count, title="Wait"), RATIOS, "Neighbour")
    lines = [node.get("stroke-dasharray") for node in marks(svg, "path") if node.get("fill") == "none"]
    assert lines[::2] == lines[1::2] and len(lines) == 2 * count and len(set(lines)) == len(DASHES)
    column = [
        (number(node, "cy"), "round") if node.tag.endswith("circle") else shape(node.get("d") or "")
        for node in ElementTree.fromstring(svg)
        if number(node, "cx") > 240 or ((node.get("d") or "M0")[1] == "2" and float((node.get("d") or "")[1:4]) > 240)
    ]
    labels = [one for _, one in sorted(column[:count])]  # those of the upper plot come first, in whichever order
    assert len(set(labels)) == 7
    assert len({(line, one) for line, one in zip(lines[::2], labels, strict=True)}) == count


def test_what_reads_the_same_is_written_once() -> None:
    """Ten plans against which he gives the same: one number, behind eight marks, and once more for the rest."""
    same = [PlanAlong(str(k), tuple(PlanThere(-k - 1.0, 0.1, 1.47, False) for _ in RATIOS)) for k in range(ABREAST + 2)]
    assert [text for text, _ in text_boxes(stakes_chart(same, RATIOS, "x"))].count("1.47") == 2


def test_missing_numbers_break_the_line() -> None:
    holes = PlanAlong("holes", tuple(PlanThere(math.nan if n == 3 else -1.0 - n, math.nan, math.nan, False) for n in range(8)))
    svg = stakes_chart([holes, *plans(1)], RATIOS, "x")
    (line,) = [node for node in marks(svg, "path") if node.get("fill") == "none" and (node.get("d") or "").count("M") == 2]
    assert line is not None and "nan" not in svg
    assert stakes_chart([PlanAlong("none", (PlanThere(math.nan, math.nan, math.nan, False),) * 8)], RATIOS, "x")


def test_one_plan_far_behind_does_not_flatten_the_others() -> None:
    """Its picture says that steps grow; two plans that differ by a hundredth of the range are still a tenth of it apart. Ticks keep apart."""
    svg = FIGURES["one plan far behind"]()
    assert any("larger further down" in text for text, _ in text_boxes(svg))
    assert not any("larger further down" in text for text, _ in text_boxes(FIGURES["seven plans"]()))
    up = Upward(-40.0, -3.0, True, 200.0, 20.0)
    assert (up(-3.0), up(-40.0)) == (20.0, 200.0) and up(-3.37) - up(-3.0) == pytest.approx(18.0)
    places = [up(tick) for tick in up.ticks()]
    assert len(places) >= 6 and all(a - b >= 15 for a, b in pairwise(places))


@given(some.floats(-1e4, 1e4), some.floats(1e-3, 1e4), some.booleans())
def test_ticks_lie_on_the_axis(high: float, wide: float, root: bool) -> None:
    up = Upward(high - wide, high, root, 200.0, 20.0)
    ticks = up.ticks()
    assert 1 <= len(ticks) <= 14
    assert all(20 - 1e-6 <= up(tick) <= 200 + 1e-6 for tick in ticks) and list(ticks) == sorted(ticks)


# --- labels -----------------------------------------------------------------------------------------------------------


@given(some.lists(some.tuples(some.floats(0, 300), some.floats(5, 40)), min_size=1, max_size=12))
def test_labels_are_laid_apart_as_little_as_can_be(labels: list[tuple[float, float]]) -> None:
    """In their order and without overlap, between the ends; by scipy's isotonic regression no other places are nearer to the wanted ones."""
    wanted, heights = [row[0] for row in labels], [row[1] for row in labels]
    places = apart(wanted, heights, -1e6, 1e6)
    order = sorted(range(len(wanted)), key=lambda k: (wanted[k], k))
    above = list(accumulate((heights[k] for k in order), initial=0.0))
    best = isotonic_regression([wanted[k] - heights[k] / 2 - start for k, start in zip(order, above, strict=False)]).x
    assert [places[k] for k in order] == pytest.approx(
        [one + start + heights[k] / 2 for k, one, start in zip(order, best, above, strict=False)], abs=1e-6
    )
    inside = apart(wanted, heights, 0, 300)
    tops = [(inside[k] - heights[k] / 2, inside[k] + heights[k] / 2) for k in order]
    assert all(one[1] <= other[0] + 1e-6 for one, other in pairwise(tops))
    assert tops[0][0] >= -1e-6 and (sum(heights) > 300 or tops[-1][1] <= 300 + 1e-6)


@given(some.text(max_size=60), some.floats(20, 200))
def test_folded_words_fit_and_none_is_lost(text: str, width: float) -> None:
    lines = folded(text, width, 9)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(len(line) <= 1 or 1.15 * width_of(line, 9) <= width for line in lines)


def test_widths_are_helveticas() -> None:
    """Adobe's metrics of Helvetica: H 722, e 556, l 222, o 556, a space 278, W 944, a figure 556."""
    assert width_of("Hello W0", 1000) == 722 + 556 + 2 * 222 + 556 + 278 + 944 + 556
    assert width_of("中", 1000) == 1000


# --- what he gives where ----------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Relative luminance of #rgb or #rrggbb (WCAG 2.2)."""
    digits = colour.lstrip("#")
    digits = "".join(2 * one for one in digits) if len(digits) == 3 else digits
    parts = [int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    return sum(
        w * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
        for w, c in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
    )


def test_the_shades_are_those_of_tables_and_can_be_told_apart_and_read_in_grey() -> None:
    style = (ROOT / "src" / "countermove" / "show" / "templates" / "screen.css").read_text(encoding="utf-8")
    assert re.findall(r"\.shade-\d \{ background: (#\w+)", style) == list(FILLS[1:])
    shades = [luminance(fill) for fill in FILLS]
    assert all((light + 0.05) / (dark + 0.05) > 1.1 for light, dark in pairwise(shades))
    for shade, level in enumerate(shades):
        letters = luminance("#fff" if shade >= DARK else INK)
        assert (max(level, letters) + 0.05) / (min(level, letters) + 0.05) >= 4.5


@given(some.floats(0, 10), some.floats(0, 10))
def test_more_support_is_never_paler(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert support_shade(low) <= support_shade(high)


def test_tiles_have_their_numbers_and_seldom_ones_are_hatched() -> None:
    """Never met: nothing; under half a percent of the months: hatching, which stays in its tile, and no number."""
    svg = policy_map(rows(), (3, 4, 5), WHO)
    tiles = [node for node in marks(svg, "rect") if number(node, "height") > 10]
    assert len(tiles) == 5
    texts = [text for text, _ in text_boxes(svg)]
    assert [text for text in texts if re.fullmatch(r"\d\.\d\d", text)] == ["0.20", "0.60", "1.00", "1.80", "0.25"]
    assert [node.get("fill") for node in tiles] == [FILLS[0], FILLS[2], FILLS[3], FILLS[0], FILLS[4]]
    left, top, wide, tall = (number(tiles[3], name) for name in ("x", "y", "width", "height"))
    lines = [node for node in marks(svg, "line") if top - 0.1 <= number(node, "y1") <= top + tall + 0.1]
    assert len(lines) > 8
    for node in lines:
        for x, y in (("x1", "y1"), ("x2", "y2")):
            assert left - 0.1 <= number(node, x) <= left + wide + 0.1 and top - 0.1 <= number(node, y) <= top + tall + 0.1


def test_a_shade_is_that_of_the_number_that_is_read() -> None:
    """1.996 is printed as 2.00, and has the shade of 2."""
    svg = policy_map([PolicyRow("worse", "", (PolicyTile(1.996, 0.5), PolicyTile(LIMITS[0] - 0.002, 0.5)))], (1, 2), WHO)
    tiles = [node for node in marks(svg, "rect") if number(node, "height") > 10]
    assert [node.get("fill") for node in tiles] == [FILLS[5], FILLS[1]]
