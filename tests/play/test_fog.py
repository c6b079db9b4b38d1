"""What is sent to a seat holds nothing of what another does in private: the same bytes, whatever it is."""

from __future__ import annotations

import json

import pytest

from builders.tables import begun, done, month
from countermove.play.form import refusals
from countermove.play.observe import checked, observation
from countermove.play.protocol import OBSERVATION
from countermove.play.session import Session

PLAYERS = {"eagle": "person", "bear": "person", "north": "person", "south": "person"}
SEATS = tuple(begun(PLAYERS).table.seats)


def bytes_of(session: Session, seat: str) -> bytes:
    """What is sent."""
    return json.dumps(observation(session, seat)).encode()


def private(seat: str, first: bool) -> Session:
    """A session in its third month, with one of two private states of a seat: its orders, what it says and to whom, what it forecasts."""
    session = begun(PLAYERS)
    for number in (1, 2):
        for name in PLAYERS:
            session = done(session, name, "commit", month=number, orders="")
    orders = {"eagle": ("rung: heavy", "exit: true"), "bear": ("support: 12.5", ""), "north": ("ask: true", "attack: true")}
    own = {"eagle": "eagle-north", "bear": "bear-south", "north": "eagle-north", "south": "bear-south", "envoy": "envoy-north"}
    if seat in PLAYERS:
        session = done(session, seat, "commit", month=3, orders=orders.get(seat, ("", "attack: true"))[0 if first else 1])
    if seat in own:
        for _ in range(1 if first else 3):
            session = done(
                session, seat, "say", channel=own[seat], text="Now." if first else "A long word in private, and more than one."
            )
    if not first:
        session = done(session, seat, "forecast", event="direct-war", by=30, probability=0.25)
        session = done(session, seat, "remember", text="What would make me stop.")
        session = done(session, "facilitator", "inject", text="For you alone.", to=[seat])
    return session


@pytest.mark.parametrize("seat", [seat for seat in SEATS if not seat.startswith("observer") or seat == "observer-1"])
def test_two_private_states_of_a_seat_are_the_same_to_all_others(seat: str) -> None:
    """But to those with whom it speaks in a channel, of whom these sessions differ by what is said there."""
    one, other = private(seat, True), private(seat, False)
    assert bytes_of(one, seat) != bytes_of(other, seat)
    told = {
        member
        for channel in one.table.channels.values()
        for member in channel.members
        if any(s.channel == channel.name for s in one.said)
    }
    others = [name for name in SEATS if name != seat and name not in told]
    assert len(others) >= len(SEATS) - 3
    assert [name for name in others if bytes_of(one, name) != bytes_of(other, name)] == []


# two orders that the war does not tell apart, so that they differ in nothing but what stands for their seat, and what it is told of them
PLAYED = {
    "eagle": ("ceiling: heavy\nenforcement: 0.5", "answer: grant"),
    "bear": ("answer: grant", ""),
    "north": ("attack: true", ""),
}


@pytest.mark.parametrize("seat", PLAYED)
def test_what_stands_for_a_seat_and_what_it_is_told_of_its_orders_are_its_own(seat: str) -> None:
    """Played, committed and checked: the same bytes to all others."""

    def played(orders: str) -> Session:
        session = begun(PLAYERS)
        for number in (1, 2):
            for name in PLAYERS:
                text = "attack: true" if number == 1 and name == "south" else orders if number == 2 and name == seat else ""
                session = done(session, name, "commit", month=number, orders=text)
        committed = done(session, seat, "commit", month=3, orders=orders)
        checked(committed, seat, orders)
        return committed

    one, other = (played(orders) for orders in PLAYED[seat])
    assert observation(one, seat)["news"] != observation(other, seat)["news"]
    assert one.standing.lanes.state.regime[0] == other.standing.lanes.state.regime[0] and one.month == other.month == 3
    assert [name for name in SEATS if name != seat and bytes_of(one, name) != bytes_of(other, name)] == []


def test_cards_and_hidden_theories_do_not_show() -> None:
    """A theory that was chosen openly and one that is hidden, two different ones: the same bytes until it acts."""
    players = ("spigot", "inertia", "hidden")
    sessions = [begun({"eagle": "person", "bear": player}) for player in players]
    for seat in SEATS:
        assert len({bytes_of(session, seat) for session in sessions}) == 1
    guessing = done(sessions[2], "bear", "guess", of="bear", weights={"spigot": 1})
    assert all((bytes_of(guessing, seat) == bytes_of(sessions[2], seat)) == (seat != "bear") for seat in SEATS)
    assert not any(word in bytes_of(sessions[0], "eagle").decode() for word in (sessions[0].table.secrets.salt, '"draw"', '"luck"'))


def test_what_is_sent_is_as_the_protocol_says() -> None:
    """Every key of it, for every seat, on the first day and later; nothing that JSON cannot hold."""
    session = begun(PLAYERS)
    later = done(session, "facilitator", "adjudicate", month=1)
    for one in (session, later, done(done(later, "facilitator", "end"), "facilitator", "reveal")):
        for seat in SEATS:
            seen = observation(one, seat)
            assert refusals(OBSERVATION, seen) == ()
            json.dumps(seen, allow_nan=False)
    assert [len(rows) for rows in observation(later, "bear")["history"].values()] == [2] * len(
        observation(later, "bear")["readings"]
    )


def test_a_person_sees_its_own_orders_and_the_other_only_that_there_are_some() -> None:
    """Until they are played, and after."""
    session = done(begun(), "bear", "commit", month=1, orders="support: 12.5")
    own, other = observation(session, "bear"), observation(session, "eagle")
    assert own["orders"]["committed"] == "support: 12.5" and other["orders"]["committed"] is None
    assert [seat["committed"] for seat in other["seats"] if seat["name"] == "bear"] == [True]
    assert "12.5" not in json.dumps(other) and "12.5" not in json.dumps(observation(month(session), "eagle")["orders"])
