"""After a game: replays are the game where nothing differs, questions and forecasts are found, and the page says it by titles, escaped."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from pathlib import Path

import numpy as np
import pytest

from builders.places import FILES
from builders.wars import compiled
from countermove.decision.objective import worth_of
from countermove.engine.program import compile_scenario
from countermove.errors import RunError
from countermove.play.after import After, Forecast, Sizes, after_action
from countermove.play.after_page import render_after
from countermove.play.month import NOW
from countermove.play.player_course import Course
from countermove.play.war import PERSON, Cards, War
from countermove.scenario.read import read
from countermove.scenario.seat_orders import Orderer, SeatOrders, read_seat_orders

SMALL = FILES / "wars" / "war.yaml"
PROGRAM = compiled(SMALL)
SIZES = Sizes(lucks=12, draws=64, each=4)
MONTHS = 8
FORECASTS = (
    Forecast("bear", "truce", 6, 0.9, 5),
    Forecast("eagle", "settled", 4, 0.1, 0),
    Forecast("eagle", "direct-war", 30, 0.1, 2),
)


def order(kind: Orderer, text: str) -> SeatOrders:
    """Orders as they are written."""
    return read_seat_orders(text, kind, PROGRAM.scenario)


def course() -> Course:
    """A game in which the eagle arms the north, the north asks, the bear orders every month, and the facilitator ends a truce and begins one."""
    months: list[dict[str, SeatOrders]] = [{"bear": order("patron", f"support: {5 + month / 8}")} for month in range(MONTHS)]
    months[1]["eagle"] = order("owner", "{rung: lethal-defensive, volume: 47 million USD}")
    months[2]["north"] = order("client", "ask: true")
    months[3]["eagle"] = order("owner", "answer: grant")
    events: list[dict[str, int]] = [{} for _ in range(MONTHS)]
    events[4], events[5] = {"truce-break": NOW}, {"truce-onset": NOW}
    return Course(months, events)


@cache
def found() -> After:
    """What it teaches."""
    people = dict.fromkeys(("eagle", "bear", "north"), PERSON)
    return after_action(War(PROGRAM, Cards(0, 7, 3), people), course(), FORECASTS, sizes=SIZES, robust="arm")


def test_a_replay_without_a_difference_is_the_game() -> None:
    """A theory plays the bear: what was ordered, under the table's own luck, is the path to a rounding, and worth as much."""
    war = War(PROGRAM, Cards(0, 7, 3), dict.fromkeys(("eagle", "north"), PERSON) | {"bear": "spigot"})
    orders = [{seat: one for seat, one in month.items() if seat != "bear"} for month in course().orders]
    again = after_action(war, Course(orders, course().events), sizes=SIZES, robust="arm")
    np.testing.assert_allclose(again.fan("").same_luck, again.path, rtol=1e-4, atol=1e-4)
    assert again.fan("").points[0] == pytest.approx(again.points, rel=1e-4)
    end = np.array(list(again.walked.end.values()))[:, None]
    assert again.points == pytest.approx(float(worth_of(end, again.objective, "")[0]))
    assert again.likenesses == ()


def test_ordering_nothing_where_nothing_was_ordered_changes_nothing() -> None:
    """So only other orders are tried: three a month at most, and one more where something was ordered; what was ordered is no regret."""
    ordered = sum("eagle" in month for month in course().orders)
    assert MONTHS <= found().tried <= 3 * MONTHS + ordered
    assert all(one.order != "hold" or "eagle" in course().orders[one.month] for one in found().moments)
    assert found().regret("") == (0.0, 0.0)


def test_questions_that_arose_are_met_with_what_was_ordered_then() -> None:
    """The request of the third month is seen in the fourth, and granted; a truce that ends or begins is seen a month later."""
    met = {one.cell.name: one for one in found().silences}
    asked = met["north asks"]
    assert (asked.months, asked.ordered, asked.unanswered) == ((3,), ("grant the client's request",), 0)
    assert 5 in met["truce breaks"].months and 6 in met["truce begins"].months
    assert met["truce breaks"].unanswered == len(met["truce breaks"].months)


def test_forecasts_are_scored_beside_their_base_rates() -> None:
    """The square of the miss; what is due later is not scored; the facilitator's truce is in every replay too."""
    scored = {one.forecast.event: one for one in found().forecasts}
    truce = scored["truce"]
    assert truce.happened and truce.score == pytest.approx(0.01) and truce.base_rate > 0.8
    assert scored["settled"].score == pytest.approx((0.1 - scored["settled"].happened) ** 2)
    assert [one.event for one in found().pending] == ["direct-war"]
    for wrong in (
        Forecast("bear", "miracle", 6, 0.9, 1),
        Forecast("bear", "truce", 1, 0.9, 1),
        Forecast("bear", "truce", 6, 1.2, 1),
    ):
        with pytest.raises(RunError):
            after_action(found().walked.war, course(), (wrong,), sizes=SIZES, robust="arm")
    with pytest.raises(RunError, match="no strategy is called harm"):
        after_action(found().walked.war, course(), sizes=SIZES, robust="harm")


def test_the_page_says_it_by_titles_with_two_numbers_a_sentence_at_most() -> None:
    """Self-contained, the same bytes again, with the matrix beside every weight."""
    text = render_after(found())
    assert text == render_after(found())
    assert "Who is taken for whom" in text and "Bear&#39;s player" in text
    assert not re.search(r"(?:src|href)=\"(?!#)", text)
    assert "lethal-defensive" not in text
    body = unescape(re.sub(r"<[^>]+>", " ", " ".join(re.findall(r"<li>(.*?)</li>", text, flags=re.DOTALL))))
    for sentence in re.split(r"(?<=[.:;]) ", body):
        numbers = re.findall(r"(?<![\w±])−?\d[\d,.]*%?(?! ?\d{4})", re.sub(r"±\s?<?[\d.]+%?|\b(?:19|20)\d\d\b", "", sentence))
        assert len(numbers) <= 2, sentence


def test_texts_of_people_are_escaped(tmp_path: Path) -> None:
    """A title of a scenario is text, whatever it holds."""
    file = tmp_path / "war.yaml"
    file.write_text(
        SMALL.read_text(encoding="utf-8").replace("title: A small war with two sides", "title: '<script>alert(1)</script>'")
    )
    war = War(compile_scenario(read(file)), Cards(0, 7, 3), {"eagle": PERSON, "bear": "spigot"})
    text = render_after(after_action(war, Course([{}, {}]), sizes=SIZES, robust="arm"))
    assert "<script" not in text and "&lt;script&gt;alert(1)" in text
