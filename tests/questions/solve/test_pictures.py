"""A war that was solved, as pictures: what they say, by which titles, with which numbers, and how they stand on a page."""

from __future__ import annotations

import csv
import io
import math
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from builders import ahead
from builders.browser import Browser
from countermove.errors import DecisionError
from countermove.questions.solve.finding import AtStakes, MeanError, Solved
from countermove.questions.solve.pictures import policy_figure, stakes_figure, standing
from countermove.show.figure import Figure
from countermove.show.page import environment, numbered

TWO = {"wait-x": "Wait and see", "arm-x": "Arm"}
EVIL = "<b>Arms</b> & talks"
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def stakes(found: Solved) -> Figure:
    figure = stakes_figure(found)
    assert figure is not None
    return figure


def policy(found: Solved) -> Figure:
    figure = policy_figure(found)
    assert figure is not None
    return figure


def table(figure: Figure) -> list[dict[str, str]]:
    """The numbers of a figure as everybody's reader reads them."""
    assert figure.data is not None
    return list(csv.DictReader(io.StringIO(figure.data.csv())))


def drawn(figure: Figure) -> list[str]:
    (strip,) = figure.strips
    (panel,) = strip.panels
    return [node.text or "" for node in ElementTree.fromstring(panel.svg).iter("{http://www.w3.org/2000/svg}text")]


def test_a_finding_shows_its_pictures() -> None:
    """By the names of their files, each alone as well, the same every time; not in its JSON."""
    found = ahead.solved(TWO)
    first, second = found.figures()
    assert found.plot("worth-by-stakes").svg == found.plot().svg == found.plot().svg
    assert found.plot("what-the-rival-gives").title == "What Neighbour gives, by the rung of Overseas and by how Rebels stands"
    assert "figures" not in found.to_json() and (first.name, second.name) == ("stakes", "policy")
    with pytest.raises(DecisionError, match="no figure is called"):
        found.plot("stake")


def test_what_was_not_asked_is_not_drawn() -> None:
    assert stakes_figure(ahead.solved(TWO, at=())) is None and policy_figure(ahead.solved(TWO, does=())) is None
    with pytest.raises(DecisionError, match="nothing to draw"):
        ahead.solved(TWO, at=(), does=()).plot()


@pytest.mark.parametrize("titles", [TWO, ahead.SEVEN, {"alone-x": "Alone"}, {"evil-x": EVIL, "wait-x": "Wait"}])
def test_people_read_titles_and_no_identifiers(titles: dict[str, str]) -> None:
    for figure in ahead.solved(titles).figures():
        said = " ".join([figure.caption, figure.headline, *drawn(figure)])
        assert not any(name in said for name in titles if name.endswith("-x"))
        assert "<b>" not in figure.strips[0].panels[0].svg
    shown = "".join("".join(drawn(stakes(ahead.solved(titles)))).split())
    assert all("".join(title.split()) in shown for title in titles.values())


@pytest.mark.parametrize("titles", [TWO, ahead.SEVEN, {"alone": "Alone"}])
def test_a_headline_is_a_sentence_with_two_numbers_at_most(titles: dict[str, str]) -> None:
    for figure in ahead.solved(titles).figures():
        assert figure.headline.endswith(".") and figure.headline.count(". ") == 0
        assert 1 <= len(NUMBER.findall(figure.headline)) <= 2, figure.headline
        assert figure.caption.endswith(figure.headline) and "See " in figure.caption


def at(levels: dict[float, tuple[str, ...]]) -> tuple[AtStakes, ...]:
    worth = {name: MeanError(-1.0, 0.1) for name in TWO}
    return tuple(AtStakes(ratio, 3 * ratio, worth, dict.fromkeys(TWO, 1.0), level[0], level) for ratio, level in levels.items())


WAIT, ARM, BOTH = ("wait-x",), ("arm-x",), ("wait-x", "arm-x")


@pytest.mark.parametrize(
    ("levels", "says"),
    [
        (
            {0: ARM, 1: ARM, 8: ARM},
            "Whatever Neighbour has at stake, from nothing to 8 times the median, “Arm” leads.",
        ),
        (
            {0: BOTH, 1: BOTH, 8: BOTH},
            "Whatever Neighbour has at stake, from nothing to 8 times the median, no plan can be told from the best.",
        ),
        (
            {0: WAIT, 0.25: WAIT, 0.5: ARM, 1: ARM, 8: ARM},
            "At the median of Neighbour’s stakes “Arm” leads; at 0.25 times the median “Wait and see” leads.",
        ),
        (
            {0: WAIT, 1: BOTH, 2: BOTH, 4: ARM, 8: WAIT},
            "At the median of Neighbour’s stakes no plan can be told from the best; with nothing at stake “Wait and see” leads; "
            "at 4 times the median “Arm” leads.",
        ),
    ],
)
def test_where_the_answer_turns(levels: dict[float, tuple[str, ...]], says: str) -> None:
    """Nearest to the median, below and above."""
    assert stakes(ahead.solved(TWO, at=at(levels))).headline == says


def test_some_of_several_may_be_best() -> None:
    names = tuple(ahead.SEVEN)
    rows = tuple(
        AtStakes(ratio, ratio, dict.fromkeys(names, MeanError(-1.0, 0.1)), dict.fromkeys(names, 1.0), names[0], names[:2])
        for ratio in (0.5, 1.0)
    )
    said = stakes(ahead.solved(ahead.SEVEN, at=rows)).headline
    assert (
        said
        == "Whatever Neighbour has at stake, from 0.5 times the median to 1 times the median, “Abstention” or “Javelins alone” is best."
    )


def test_the_numbers_that_are_drawn_go_with_the_picture() -> None:
    """Units stand in the names of columns; ends of the bars are two errors away; a bin without end has an empty cell."""
    found = ahead.solved(TWO)
    rows = table(stakes(found))
    assert len(rows) == 16 and list(rows[0])[1] == "stakes (multiples of the median)"
    for row, place in zip(rows, [*found.curve, *found.curve], strict=True):
        own = place.worth[row["strategy"]]
        assert [float(row[f"{name} (points)"]) for name in ("low", "worth", "high")] == [
            own.mean - 2 * own.se,
            own.mean,
            own.mean + 2 * own.se,
        ]
        assert row["may be best"] == ("yes" if row["strategy"] in place.level else "no")
    rows = table(policy(found))
    assert len(rows) == len(found.policy) == 23
    assert {row["shortfall from (log ratio above the first day's)"] for row in rows if float(row["rung (ladder)"]) == 4} >= {
        "",
        "-0.5",
    }
    for figure in found.figures():
        assert figure.data is not None
        numeric = [name for name in figure.data.columns if all(re.fullmatch(r"-?\d+(\.\d+)?|", row[name]) for row in table(figure))]
        assert len(numeric) >= 5 and all(re.search(r" \(.+\)$", name) for name in numeric)


# --- how the client stands --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-math.inf, math.inf, ("wherever it stands", "")),
        (-math.inf, -0.5, ("much better", "by 65% or more")),
        (-math.inf, -0.016, ("better", "by 2% or more")),
        (-math.inf, 0.05, ("better", "or at most 5% worse")),
        (-0.5, -0.05, ("better", "by 5% to 65%")),
        (-0.016, -0.0013, ("hardly better", "by 0.1% to 2%")),
        (-0.0013, 0.0043, ("much as at first", "+0.1% to −0.4%")),
        (-0.2, 0.3, ("better or worse", "+22% to −26%")),
        (0.02, 0.05, ("a little worse", "by 2% to 5%")),
        (0.0, 0.01, ("hardly worse", "by 0% to 1%")),
        (0.3, 0.9, ("much worse", "by 26% to 59%")),
        (0.17, math.inf, ("worse", "by 16% or more")),
        (-0.05, math.inf, ("worse", "or at most 5% better")),
    ],
)
def test_bins_in_words(low: float, high: float, words: tuple[str, str]) -> None:
    """exp(0.5) is 1.65, exp(-0.9) is 0.41: percentages are of the ratio of strength on the first day."""
    assert standing(low, high) == words


def test_the_worst_stands_at_the_bottom_and_rungs_rise() -> None:
    """Whatever the order in which they were found."""
    found = ahead.solved(TWO, does=ahead.policy()[::-1])
    texts = drawn(policy(found))
    assert texts.index("much better") < texts.index("a little worse") < len(texts) - texts[::-1].index("much worse") - 1
    assert [text for text in texts if text in "345"] == ["3", "4", "5"]
    assert policy(found).strips == policy(ahead.solved(TWO)).strips


def test_many_bins_are_joined_by_their_months() -> None:
    """Forty bins become twelve rows at most; what he gives on average, and how often, stays what it was."""
    many = ahead.policy((3, 4), tuple(-1 + 0.05 * k for k in range(40)))
    rows = table(policy(ahead.solved(TWO, does=many)))
    spans = {
        (row["shortfall from (log ratio above the first day's)"], row["shortfall below (log ratio above the first day's)"])
        for row in rows
    }
    assert 6 <= len(spans) <= 12
    given = [(float(row["support (multiples of the first)"]), float(row["of the months (share)"])) for row in rows]
    assert sum(share for _, share in given) == pytest.approx(sum(row.share for row in many))
    assert sum(support * share for support, share in given) == pytest.approx(sum(row.support * row.share for row in many))


def test_what_he_gives_in_a_sentence() -> None:
    """By hand: 1.2 over the worse half, 0.5 over the better one; the same on both; one side never met."""
    rows = {(row.low, row.rung): row for row in ahead.policy((3,), (0.0,))}
    better = next(iter(ahead.policy((3, 4), (0.0,))))
    assert better.low == 0.0 and rows[0.0, 3].support == pytest.approx(0.3)
    said = policy(ahead.solved(TWO)).headline
    found = ahead.policy()
    worse = [row for row in found if row.low >= 0]
    mean = sum(row.support * row.share for row in worse) / sum(row.share for row in worse)
    assert said.startswith(
        f"Neighbour gives more where Rebels stands worse than on the first day: {mean:.2f} times its first support"
    )
    assert (
        policy(ahead.solved(TWO, does=tuple(worse))).headline == f"Neighbour gives {mean:.2f} times its first support on average."
    )
    level = ahead.policy((3, 4), (-0.1, 0.0))
    same = tuple(type(row)(row.rung, row.shortfall, row.low, row.high, 1.0, row.share) for row in level)
    assert "much the same" in policy(ahead.solved(TWO, does=same)).headline


# --- on a page --------------------------------------------------------------------------------------------------------

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>x</title>
<style>{{ style | svg }}</style><body><main>{% import "macros.html.j2" as m with context %}
{% for figure in figures %}{{ m.panels(figure, "f" ~ loop.index, "dots") }}{% endfor %}</main></body></html>"""
TEXTS = "[...document.querySelectorAll('svg')].map(s => [s.viewBox.baseVal.width, s.viewBox.baseVal.height, [...s.querySelectorAll('text')]"
BOXES = f"{TEXTS}.map(t => {{ const b = t.getBBox(); return [t.textContent, b.x, b.y, b.width, b.height] }})])"
LETTERS = 0.24  # of a box's height: empty above and beneath the letters, on either side half of it


@pytest.mark.browser
def test_on_a_page_no_text_is_cut_or_lies_over_another(tmp_path: Path, chromium: str) -> None:
    """As the browser sets them, in whatever font is there, wide and as on a telephone; long titles, many plans, many rungs."""
    styles = "".join(environment().get_template(name).render() for name in ("screen.css", "brief.css"))
    who = ("The United States of America", "The Russian Federation", EVIL)
    several = [
        *ahead.solved(TWO).figures(),
        *ahead.solved(ahead.SEVEN, does=ahead.policy(tuple(range(10))), who=who).figures(),
        *ahead.solved({f"p{k}": f"Plan {k} " + "W" * 3 * k for k in range(12)}).figures(),
    ]
    path = tmp_path / "page.html"
    path.write_text(numbered(environment().from_string(PAGE).render(figures=several, style=styles)), encoding="utf-8")
    with Browser(chromium) as browser:
        for width in (400, 1280):
            browser.open(path, width)
            assert browser.value("document.documentElement.scrollWidth") <= width
            sizes = "[...document.querySelectorAll('svg text')].map(t => t.getAttribute('font-size') * t.getCTM().a)"
            assert browser.value(f"Math.min(...{sizes})") >= 8
            pictures = browser.value(BOXES)
            assert len(pictures) == len(several)
            for wide, tall, boxes in pictures:
                for k, (text, x, y, w, h) in enumerate(boxes):
                    assert x >= -0.5 and y >= -0.5 and x + w <= wide + 0.5 and y + h <= tall + 0.5, text
                    for other, a, b, c, d in boxes[:k]:
                        over = min(x + w, a + c) - max(x, a), min(y + h, b + d) - max(y, b)
                        assert over[0] <= 0.5 or over[1] <= LETTERS * h, (text, other)
