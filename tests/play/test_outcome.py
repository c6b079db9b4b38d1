"""What a seat writes for the debrief, and what a game came to: nobody else's before the cards are open, and everybody's then."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from builders.places import WAR_FILE
from builders.tables import begun, done, month, rooms, sent, wars
from builders.wars import compiled
from countermove.decision.objective import worth_of
from countermove.errors import SessionError
from countermove.play.fold import MOST_MEMORIES
from countermove.play.forecasts import RULE
from countermove.play.observe import observation, overview
from countermove.play.replaying import replay_transcript
from countermove.play.session import Session

SECRET = "A thousand <b>funerals</b> would make us stop."
HIDDEN = {"eagle": "person", "bear": "hidden"}


def played() -> Session:
    """Two months with a hidden bear; the eagle has written, forecast and guessed."""
    session = done(begun(HIDDEN), "eagle", "remember", text=SECRET)
    session = done(session, "eagle", "forecast", event="settled", by=2, probability=0.25)
    session = done(session, "eagle", "forecast", event="truce", by=9, probability=0.5)
    session = done(session, "eagle", "guess", of="bear", weights={"spigot": 0.75, "inertia": 0.25})
    for number in (1, 2):
        session = done(session, "eagle", "commit", month=number, orders="rung: heavy")
    return session


def test_only_the_seat_and_the_facilitator_read_it_before() -> None:
    """Also where the cards are open and the game goes on; then everybody does, letter by letter."""
    session = played()
    open_ = done(session, "facilitator", "reveal")
    for one in (session, done(session, "facilitator", "end"), open_):
        assert observation(one, "eagle")["remembered"] == [{"month": 1, "text": SECRET}]
        assert overview(one)["remembered"] == [{"by": "eagle", "text": SECRET, "month": 1, "line": "main"}]
        assert not any("funerals" in json.dumps(observation(one, seat)) for seat in one.table.seats if seat != "eagle")
    over = done(open_, "facilitator", "end")
    for seat in over.table.seats:
        outcome = observation(over, seat)["revealed"]["outcome"]
        assert outcome["remembered"] == [{"by": "eagle", "month": 1, "text": SECRET}]
        assert (observation(over, seat)["remembered"] != []) == (seat == "eagle")


def test_what_it_came_to_is_the_objective_over_the_measures() -> None:
    """The points, their parts, the Brier score of each forecast that was due, the theory that was hidden and what was given to it."""
    session = done(done(played(), "facilitator", "end"), "facilitator", "reveal")
    table, turn = session.table, session.played[-1].turn
    found, others = (observation(session, seat)["revealed"]["outcome"] for seat in ("eagle", "north"))
    measures = table.war(session.players).measures(turn)
    worth = float(worth_of(np.array(list(measures.values()))[:, None], table.scenario.objective, "")[0])
    assert found["points"] == pytest.approx(worth, abs=1e-4) and found["measures"] == others["measures"]
    parts = {one["name"]: one for one in found["measures"]}
    assert parts["deaths"]["value"] == f"{measures['deaths']:,.0f}" and parts["direct-war"]["value"] == "no"
    assert parts["territory"]["worth"] == "" and parts["cost"]["says"] == "Money spent by Eagle"
    due, later = found["forecasts"]
    assert due["brier"] == pytest.approx((0.25 - due["happened"]) ** 2) and later["happened"] is None and later["brier"] is None
    truth = table.secrets.hidden["bear"]
    assert found["guesses"] == [{"seat": "bear", "theory": truth, "probability": {"spigot": 0.75, "inertia": 0.25}.get(truth, 0.0)}]
    assert others["forecasts"] == [] and others["guesses"][0]["probability"] is None
    said = " ".join(found["says"])
    assert "soldiers' lives lost" in said and "1 forecast of yours was due after the last month" in said


def test_the_other_seats_are_told_what_became_of_theirs() -> None:
    """From what was measured, and no points of their own; the owner is told its points."""
    session = done(begun(), "bear", "commit", month=1, orders="support: 50")
    session = done(done(done(session, "eagle", "commit", month=1, orders=""), "facilitator", "end"), "facilitator", "reveal")
    says = {seat: observation(session, seat)["revealed"]["outcome"]["says"] for seat in ("eagle", "bear", "north", "envoy")}
    assert not any("Points are counted for Eagle alone" in text for text in says["eagle"])
    assert all(any("Points are counted for Eagle alone" in text for text in says[seat]) for seat in ("bear", "north", "envoy"))
    state, report = session.standing.lanes.state, session.played[0].turn.passed.report
    bear, north, envoy = (" ".join(says[seat]) for seat in ("bear", "north", "envoy"))
    assert f"Of the soldiers of South {1000 * float(report.killed[1, 0]):,.0f} died." in bear
    assert f"Of the soldiers of Bear {float(state.dead[1, 0] - session.start.lanes.state.dead[1, 0]):,.0f} died." in bear
    assert f"Bear gave South {float(state.support[1, 0]):.4g} thousand person-equivalents in the last month" in bear
    assert (
        "No request of North came up for an answer." in north
        and "North held" in north
        and "North began no major offensive." in north
    )
    assert "The talks stood at " in envoy and "soldiers and" in envoy and "North held" not in envoy


def test_what_may_not_be_written_is_refused_in_words() -> None:
    """By who does not sit at the table, after the cards are open, and without end."""
    session = begun(HIDDEN)
    for by, said in (("bear", "not played by anybody"), ("facilitator", "no seat of its own")):
        with pytest.raises(SessionError, match=said):
            done(session, by, "remember", text="Mine.")
    for _ in range(MOST_MEMORIES):
        session = done(session, "eagle", "remember", text="Again.")
    with pytest.raises(SessionError, match=f"{MOST_MEMORIES} texts"):
        done(session, "eagle", "remember", text="Once more.")
    assert len(done(session, "observer-1", "remember", text="Who looks on may.").remembered) == MOST_MEMORIES + 1
    with pytest.raises(SessionError, match="the cards are open"):
        done(done(session, "facilitator", "reveal"), "observer-1", "remember", text="I knew it.")


def test_months_taken_back_take_no_thought_with_them() -> None:
    """Nor what was said; but what was said in them is marked."""
    session = month(begun())
    session = done(session, "eagle", "remember", text="In the second month.")
    session = done(done(session, "eagle", "say", channel="everybody", text="Hello"), "facilitator", "undo", to=1)
    assert [one.month for one in session.remembered] == [2] and [one.undone for one in session.said] == [True]
    again = done(session, "eagle", "say", channel="everybody", text="Hello again")
    assert [one.undone for one in again.said] == [True, False]
    assert [one["text"] for one in observation(again, "bear")["channels"][0]["said"]] == ["Hello", "Hello again"]


def test_it_is_in_the_transcript_and_replays(tmp_path: Path) -> None:
    """As an entry of its own kind, done once however often it is sent."""
    with_room = rooms(tmp_path)
    room = with_room.open(compiled(WAR_FILE), name="evening", players={"eagle": "person", "bear": "person"}, seed=3).room
    data = sent("remember", text=SECRET)
    assert [room.answer("eagle", data)["type"] for _ in range(2)] == ["done", "done"]
    with_room.close()
    found = replay_transcript(tmp_path / "evening.transcript.jsonl", wars())
    assert [one["text"] for one in found.entries if one["kind"] == "remembered"] == [SECRET]
    assert [one.text for one in found.session.remembered] == [SECRET]


def test_what_is_so_already_is_no_forecast_and_what_came_true_says_when() -> None:
    """A truce that the facilitator brought about in month 1: by a forecast of that month it came true then; in month 2 it is refused."""
    session = done(begun(), "eagle", "forecast", event="truce", by=3, probability=0.25)
    session = month(done(session, "facilitator", "inject", event="truce-onset", fate="now"))
    with pytest.raises(SessionError, match="a truce holds already"):
        done(session, "eagle", "forecast", event="truce", by=3, probability=0.9)
    session = done(session, "eagle", "forecast", event="settled", by=3, probability=0.5)
    session = done(done(month(month(session)), "facilitator", "end"), "facilitator", "reveal")
    says = observation(session, "eagle")["revealed"]["outcome"]["says"]
    told = "In month 1 you gave 25% to it that a truce holds at the end of some month up to month 3; it came true at the end of month 1."
    assert told in says and RULE in says
