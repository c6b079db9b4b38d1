"""What changed in a month of a game that is over, in words, from where the war stood before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from builders.places import WAR_FILE
from builders.wars import compiled
from countermove.play.after_changes import changes_in
from countermove.play.month import NOW
from countermove.play.player_course import Course, Walked, walk
from countermove.play.war import PERSON, Cards, War
from countermove.scenario.seat_orders import Orderer, read_seat_orders

PROGRAM = compiled(WAR_FILE)
KINDS: Mapping[str, Orderer] = {"eagle": "owner", "bear": "patron"}


def walked(months: Sequence[Mapping[str, str]], events: Sequence[Mapping[str, int]] = ()) -> Walked:
    """A game of these orders."""
    orders = [{seat: read_seat_orders(text, KINDS[seat], PROGRAM.scenario) for seat, text in month.items()} for month in months]
    return walk(War(PROGRAM, Cards(0, 7, 3), dict.fromkeys(KINDS, PERSON)), Course(orders, events))


def test_rungs_arms_brigades_and_sanctions_are_told_in_the_month_in_which_they_changed() -> None:
    """From which to which; a batch that was ordered, in the month in which it arrives; and nothing of what stayed."""
    game = walked(
        [{"eagle": "{rung: lethal-defensive, volume: 47 million USD, sanctions: 0.8, brigades: 2}"}, *({} for _ in range(6))]
    )
    every = [changes_in(game, month) for month in range(game.months)]
    first = " / ".join(every[0])
    assert "Eagle went from rung 3 (training) to rung 4 (lethal defensive)" in first
    assert "brigades of Eagle with its allies: 2, where there were 0" in first
    assert "sanctions of Eagle: 80% of all there could be, where it was 50%" in first
    (arrived,) = (text for month in every for text in month if text.startswith("arms from Eagle reached North"))
    assert "launchers" in arrived and arrived not in every[0] and every[1] == []


def test_open_fighting_begins_and_ends() -> None:
    """Where a patron's support can be denied no longer, and when it can be again."""
    game = walked(
        [{"bear": "support: 60"}, *({} for _ in range(5)), {"bear": "support: 2"}, *({} for _ in range(5))], [{}, {"deploy": NOW}]
    )
    told = [one for month in range(game.months) for one in changes_in(game, month)]
    assert told.count("Bear began to fight in the open") == told.count("Bear fought in the open no more") == 1
    assert any(text.startswith("peacekeepers were deployed: ") for text in changes_in(game, 1))
