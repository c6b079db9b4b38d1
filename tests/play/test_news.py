"""The news of a seat: which truce began or ended and by whom, from which rung to which, and itself as "you"."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders.tables import begun, done
from countermove.play.news import OWN, happened
from countermove.play.observe import observation
from countermove.play.seats import BY_REPORTS, Reading
from countermove.play.session import Session
from countermove.world.observable import OBSERVABLES

NAMES = ("truce", "truce-begins", "truce-breaks", "settled", "direct-war", "north.attacks", "south.attacks")
VOICES = {seat: begun().table.voice(seat) for seat in ("north", "eagle", "observer-1")}


def told(*rows: str, seat: str = "observer-1") -> str:
    """The news after the last of these months: of each what is true, by its first letters."""
    readings = [Reading(name, name, False, "") for name in NAMES]
    return " ".join(happened(VOICES[seat], readings, [[name in row.split() for name in NAMES] for row in rows]))


# what was true at the start and after each month; what is told of the last
TRUCES = [
    (("", "truce truce-begins"), "A truce has begun in month 1 (2018-01)."),
    (("", "truce truce-begins", "truce", "truce-breaks", "truce truce-begins"), "A truce has begun in month 4 (2018-04), number 2 of"),
    (("", "truce-begins truce-breaks"), "A truce was agreed in month 1 (2018-01), and broke in the same month."),
    (("", "", "truce truce-begins", "truce", "truce-breaks"), "The truce that began in month 2 (2018-02) has broken, without an offensive"),
    (("truce", "truce-breaks"), "The truce that held from the start has broken, without an offensive: nobody can say who broke it."),
    (("", "truce truce-begins", "north.attacks"), "The truce that began in month 1 (2018-01) is over: North began a major"),
    (("truce", "north.attacks south.attacks"), "The truce that held from the start is over: North and South began a major offensive."),
    (("truce", "settled"), "The truce that held from the start has become a settlement. A settlement holds."),
    (("truce", "direct-war"), "The truce that held from the start is over, as the patrons are at war."),
    (("truce", ""), "The truce that held from the start is over."),
    (("truce", "truce"), ""),
    (("settled", ""), "The settlement has failed, and the war is back."),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "text"), TRUCES)
def test_which_truce_and_by_whom(rows: tuple[str, ...], text: str) -> None:
    """In one sentence, with the month in which it began."""
    assert told(*rows).startswith(text) and (text or told(*rows) == "")


def test_who_breaks_a_truce_is_told_that_it_did() -> None:
    """As "you"."""
    assert told("truce", "north.attacks", seat="north") == (
        "The truce that held from the start is over: you began a major offensive. You are on a major offensive."
    )


def test_rungs_are_told_as_they_are_seen() -> None:
    """From which to which; by reports, where they are; and a rise is not told twice."""
    readings = [Reading(name, "", 0.0, "") for name in ("eagle.rung", "eagle.raises", "bear.raises")]
    readings += [Reading("bear.rung", "", 0.0, "", BY_REPORTS)]
    rows = [[3.0, False, False, 7.0], [5.0, True, True, 7.0], [4.0, False, False, 8.0]]
    assert happened(VOICES["eagle"], readings, rows[:2]) == (
        "You have gone from rung 3, training to rung 5, heavy.",
        "Bear has just raised its rung.",
    )
    assert happened(VOICES["north"], readings, rows) == (
        "Eagle has gone from rung 5, heavy to rung 4, lethal defensive.",
        "By what is reported, Bear has gone from rung 7, covert regulars to rung 8, overt intervention.",
    )


def test_whatever_is_told_of_an_actor_can_be_told_to_it() -> None:
    """Every row of the table of names whose clause names the actor, and which a seat sees, has its words for the actor itself."""
    named = {row.what for row in OBSERVABLES if row.of in ("patron", "side") and row.seen and "{}" in "".join(row.clauses)}
    assert named == set(OWN)


def test_a_truce_in_a_game(four: Session) -> None:
    """A decreed truce, and an offensive that ends it."""
    session = done(four, "facilitator", "inject", event="truce-onset", fate="now")
    for orders in ("", "attack: true"):
        for seat in ("eagle", "bear", "south"):
            session = done(session, seat, "commit", month=session.month, orders="")
        session = done(session, "north", "commit", month=session.month, orders=orders)
    found = {seat: [one["text"] for one in observation(session, seat)["news"]] for seat in ("north", "envoy")}
    assert (
        "A truce has begun in month 1 (2018-01)." in found["north"] and "A truce has begun in month 1 (2018-01)." in found["envoy"]
    )
    assert "The truce that began in month 1 (2018-01) is over: you began a major offensive." in found["north"]
    assert "The truce that began in month 1 (2018-01) is over: North began a major offensive." in found["envoy"]


@pytest.fixture
def four() -> Session:
    """A session of persons."""
    return begun({"eagle": "person", "bear": "person", "north": "person", "south": "person"})


def test_a_balance_is_told_as_reported_and_a_side_may_have_a_name_in_the_plural() -> None:
    """What is lagged and noisy is never told flatly; no verb agrees with a side's name."""
    voice = VOICES["eagle"]
    sides = ("losing", "winning", "attacks", "asks", "collapsed")
    readings = [Reading(f"north.{what}", "", False, "") for what in sides]
    plural = replace(voice, titles={**voice.titles, "north": "Northerners"})
    came = happened(plural, readings, [[False] * 5, [True] * 5])
    assert came == (
        "By what is reported, the balance runs against Northerners.",
        "By what is reported, the balance runs for Northerners.",
        "A major offensive of Northerners is under way.",
        "A request for more has come from Northerners.",
        "The forces of Northerners have collapsed.",
    )
    went = happened(plural, readings, [[True] * 5, [False] * 5])
    assert went[0] == "By what is reported, the balance does not run against Northerners any more." and len(went) == 4
    assert not any(text.startswith("Northerners ") for text in (*came, *went))
