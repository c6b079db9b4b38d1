"""A session: months are played when all have committed, and everything else is done by an entry, or refused in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders.tables import begun, done, month, war
from countermove.errors import ScenarioError, SessionError
from countermove.play.cards import deal
from countermove.play.debrief import forecasts_of
from countermove.play.observe import observation, overview
from countermove.play.session import Session
from countermove.play.table import Table


def after(session: Session, count: int, eagle: str = "rung: training", bear: str = "support: 9") -> Session:
    """So many months later."""
    for _ in range(count):
        session = month(session, eagle, bear)
    return session


def test_a_month_is_played_once_all_have_committed() -> None:
    """Orders may be changed until then; the last ones count."""
    session = done(begun(), "bear", "commit", month=1, orders="support: 1")
    session = done(session, "bear", "commit", month=1, orders="support: 9")
    assert session.month == 1 and session.missing == ("eagle",) and session.orders == {"bear": "support: 9"}
    session = done(session, "eagle", "commit", month=1, orders="")
    assert session.month == 2 and session.orders == {} and session.played[0].given.orders == {"bear": "support: 9", "eagle": ""}
    assert session.played[0].turn.passed.aim[1, 0] == pytest.approx(9, rel=1e-6)


def test_undo_and_the_same_orders_are_the_same_war() -> None:
    """To the last bit; other orders are another war, and a branch leaves its origin as it is."""
    first = after(begun(), 4)
    again = after(done(first, "facilitator", "undo", to=2), 3)
    assert again.standing.digest == first.standing.digest and again.count > first.count
    other = after(done(first, "facilitator", "branch", line="hawkish", at=2), 3, bear="support: 20")
    assert other.line == "hawkish" and other.standing.digest != first.standing.digest
    assert other.lines["main"] == first.lines["main"]
    back = done(other, "facilitator", "branch", line="back", at=5, origin="main")
    assert back.standing.digest == first.standing.digest


def test_the_facilitator_plays_a_month_without_who_is_missing() -> None:
    """He orders nothing; and where the facilitator keeps the pace nothing is played by itself."""
    session = done(begun(), "facilitator", "adjudicate", month=1)
    assert session.month == 2 and session.played[0].missing == ("eagle", "bear")
    slow = month(begun(pace="facilitator"), "rung: training", "support: 9")
    assert slow.month == 1 and done(slow, "facilitator", "adjudicate", month=1).standing.digest == after(begun(), 1).standing.digest


def test_an_injected_event_happens_and_its_news_is_for_whom_it_is() -> None:
    """In its own month alone; a truce that is undone takes its news with it."""
    told = {"text": "The envoy lands.", "to": ["eagle"], "event": "exchange", "fate": "now"}
    decided = done(done(begun(), "facilitator", "inject", **told), "facilitator", "inject", event="south.attacks", fate="never")
    assert overview(decided)["decrees"] == {"exchange": "now", "south.attacks": "never"}
    session = after(decided, 1)
    assert session.standing.lanes.state.flags.exchange[0] == 1 and session.decrees == {}
    news = {seat: [one["text"] for one in observation(session, seat)["news"]] for seat in ("eagle", "bear")}
    assert "The envoy lands." in news["eagle"] and "The envoy lands." not in news["bear"]
    assert "Prisoners have just been exchanged." in news["bear"]
    assert observation(done(session, "facilitator", "undo", to=1), "eagle")["news"] == []
    told = who_heard(done(session, "facilitator", "inject", text="Watch.", to=["observers", "bear", "observer-2"]), "Watch.")
    assert told == {"bear", *(f"observer-{number}" for number in range(1, 9))}


def test_those_who_look_on_have_a_part() -> None:
    """`observers` among the roles is that of every such seat, and of no other."""
    scenario = war().program.scenario
    told = scenario.table.model_copy(update={"roles": {"observers": "Judge.", "eagle": "Win."}})
    program = replace(war().program, scenario=scenario.model_copy(update={"table": told}))
    table = Table(replace(war(), program=program), deal(war(), (), 3))
    assert {name: table.role(name) for name in ("observer-1", "observer-8", "eagle", "bear")} == {
        "observer-1": "Judge.",
        "observer-8": "Judge.",
        "eagle": "Win.",
        "bear": "",
    }


def who_heard(session: Session, text: str) -> set[str]:
    """Seats that have been told this."""
    return {name for name in session.table.seats if any(one["text"] == text for one in observation(session, name)["news"])}


def test_a_forecast_belongs_to_its_line() -> None:
    """Months that are taken back take the forecasts with them that were made in them; a branch has those made before it, and then its own."""

    def made(session: Session) -> list[float]:
        return [one["probability"] for one in observation(session, "eagle")["forecasts"]]

    session = done(begun(), "eagle", "forecast", event="truce", by=9, probability=0.1)
    session = done(after(session, 1), "eagle", "forecast", event="truce", by=9, probability=0.2)
    session = done(after(session, 1), "eagle", "forecast", event="truce", by=9, probability=0.3)
    assert made(session) == [0.1, 0.2, 0.3] and [one.probability for one in forecasts_of(session)] == [0.1, 0.2]
    assert made(done(session, "facilitator", "undo", to=2)) == [0.1]
    branch = done(
        done(session, "facilitator", "branch", line="other", at=2), "eagle", "forecast", event="truce", by=9, probability=0.4
    )
    assert made(branch) == [0.1, 0.4] and len(overview(branch)["forecasts"]) == 2
    assert [(one.line, one.month, one.probability) for one in forecasts_of(after(branch, 1))] == [
        ("other", 1, 0.1),
        ("other", 2, 0.4),
    ]


def test_a_seat_may_change_hands() -> None:
    """A theory goes on where a person left off, and its orders of the month are forgotten."""
    session = done(after(begun(), 2), "bear", "commit", month=3, orders="support: 1")
    session = done(session, "facilitator", "seat", seat="bear", player="spigot")
    assert session.orders == {} and session.awaited == ("eagle",)
    session = done(session, "eagle", "commit", month=3, orders="")
    assert session.month == 4
    session = done(session, "facilitator", "seat", seat="bear", player="program")
    aim = session.standing.aims[1, 0]
    assert month(session).played[-1].turn.passed.aim[1, 0] == pytest.approx(aim, rel=1e-6)


def test_training_ends_with_what_was_hidden() -> None:
    """One person against a theory that the cards have; it is told once the war is over and the person has said which it was."""
    session = begun({"eagle": "person", "bear": "hidden"}, training="eagle")
    hidden = session.table.secrets.hidden["bear"]
    assert hidden in session.table.theories("bear") and session.awaited == ("eagle",)
    for number in range(1, 37):
        session = done(session, "eagle", "commit", month=number, orders="rung: training")
    assert session.over and not session.revealed
    with pytest.raises(SessionError, match="nothing more can happen"):
        done(session, "facilitator", "inject", event="clash", fate="now")
    session = done(session, "eagle", "guess", of="bear", weights={"spigot": 0.75, "inertia": 0.25})
    assert session.guesses[0].month == 36
    seen = observation(session, "eagle")
    assert seen["revealed"]["players"]["bear"] == hidden and seen["hidden"][0]["guess"] == {"spigot": 0.75, "inertia": 0.25}


def test_hidden_theories_come_as_their_weights_have_them() -> None:
    """Spigot weighs two thirds; the same seed deals the same."""
    found = [deal(war(), ("bear",), seed).hidden["bear"] for seed in range(60)]
    assert 28 <= found.count("spigot") <= 52 and set(found) == {"spigot", "inertia"}
    assert found[:3] == [deal(war(), ("bear",), seed).hidden["bear"] for seed in range(3)]
    assert len({deal(war()).cards for _ in range(3)}) == 3  # without a seed, from chance


REFUSED = [
    ("eagle", "commit", {"month": 2, "orders": ""}, "has not come yet"),
    ("eagle", "commit", {"month": 1, "orders": "rung: hevy"}, "did you mean heavy"),
    ("bear", "commit", {"month": 1, "orders": "support: 500"}, "more than its means allow"),
    ("envoy", "commit", {"month": 1, "orders": ""}, "orders nothing"),
    ("north", "commit", {"month": 1, "orders": "ask: true"}, "not played by anybody at the table"),
    ("eagle", "undo", {"to": 1}, "only the facilitator"),
    ("eagle", "end", {}, "only the facilitator"),
    ("facilitator", "commit", {"month": 1, "orders": ""}, "no seat of its own"),
    ("facilitator", "undo", {"to": 1}, "has not been played"),
    ("facilitator", "branch", {"line": "main", "at": 1}, "there is a line called main"),
    ("facilitator", "branch", {"line": "next", "at": 2}, "has no month 2"),
    ("facilitator", "branch", {"line": "next", "at": 1, "origin": "nowhere"}, "no line is called nowhere"),
    ("facilitator", "adjudicate", {"month": 7}, "has not come yet"),
    ("facilitator", "inject", {"event": "miracle", "fate": "now"}, "no event is called miracle"),
    ("facilitator", "inject", {"event": "clash"}, "an event with its fate"),
    ("facilitator", "inject", {"text": "Hush", "to": ["nobody"]}, "no seat is called nobody"),
    ("facilitator", "seat", {"seat": "bear", "player": "arm"}, "arm cannot play bear"),
    ("facilitator", "seat", {"seat": "bear", "player": "hidden"}, "hidden cannot play bear"),
    ("facilitator", "resume", {}, "not paused"),
    ("eagle", "say", {"channel": "bear-south", "text": "Hello"}, "no channel called bear-south"),
    ("observer-1", "say", {"channel": "everybody", "text": "Hello"}, "does not speak there"),
    ("eagle", "forecast", {"event": "truce", "by": 37, "probability": 0.5}, "no forecast is made for month 37"),
    ("eagle", "guess", {"of": "bear", "weights": {"spigot": 1}}, "follows no theory"),
]


@pytest.mark.parametrize(("by", "kind", "fields", "words"), REFUSED)
def test_what_cannot_be_is_refused_in_words(by: str, kind: str, fields: dict[str, object], words: str) -> None:
    """And the session is as it was."""
    session = begun()
    with pytest.raises((SessionError, ScenarioError), match=words):
        done(session, by, kind, **fields)


def test_paused_locked_and_ended() -> None:
    """What each keeps from being done."""
    paused = done(begun(), "facilitator", "pause")
    with pytest.raises(SessionError, match="paused"):
        done(paused, "eagle", "commit", month=1, orders="")
    assert done(done(paused, "eagle", "say", channel="everybody", text="Wait!"), "facilitator", "resume").said[0].text == "Wait!"
    locked = done(done(begun(), "facilitator", "lock", on=True), "eagle", "commit", month=1, orders="")
    with pytest.raises(SessionError, match="locked"):
        done(locked, "eagle", "commit", month=1, orders="rung: training")
    first = done(done(begun(), "facilitator", "lock", on=True), "eagle", "commit", month=1, orders="rung: heavy")
    assert first.orders == {"eagle": "rung: heavy"}  # who had not committed may still do so, once
    ended = done(begun(), "facilitator", "end")
    with pytest.raises(SessionError, match="has ended"):
        done(ended, "eagle", "say", channel="everybody", text="Bye")
    assert done(ended, "facilitator", "reveal").revealed


def test_the_facilitator_sees_all_but_the_cards() -> None:
    """Orders, channels, who is missing; not which theory is hidden."""
    session = done(begun({"eagle": "person", "bear": "hidden"}), "eagle", "say", channel="eagle-north", text="Psst")
    seen = overview(session)
    players = {seat["name"]: seat["player"] for seat in seen["seats"]}
    assert players["bear"] == "hidden" and seen["missing"] == ["eagle"] and seen["revealed"] is None
    assert [one["said"] for one in seen["channels"] if one["name"] == "eagle-north"] == [
        [{"by": "eagle", "text": "Psst", "month": 1}]
    ]
