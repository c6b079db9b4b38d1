"""What is in force for a seat, and what of its orders is not carried out: told before the month where it can be known, and after it."""

from __future__ import annotations

import json
import re

import pytest

from builders.tables import begun, done
from countermove.play.observe import checked, observation, overview
from countermove.play.seats import BY_REPORTS
from countermove.play.session import Session
from countermove.play.table import TURN_KINDS

FOUR = {"eagle": "person", "bear": "person", "north": "person", "south": "person"}


def after(*months: dict[str, str], **decrees: str) -> Session:
    """After months in which each seat orders what is given, or nothing; `decrees`: events of the first, with their fate."""
    session = begun(FOUR)
    for event, fate in decrees.items():
        session = done(session, "facilitator", "inject", event=event.replace("_attacks", ".attacks").replace("_", "-"), fate=fate)
    for given in months:
        for seat in FOUR:
            session = done(session, seat, "commit", month=session.month, orders=given.get(seat, ""))
    return session


def said(session: Session, seat: str, orders: str) -> dict[str, str]:
    """What is said of orders before they are committed, by their keys."""
    return by_key(checked(session, seat, orders))


def by_key(remarks: list[dict[str, str]]) -> dict[str, str]:
    """All that is said of each."""
    return {
        key: " ".join(one["text"] for one in remarks if one["key"] == key) for key in dict.fromkeys(one["key"] for one in remarks)
    }


def standing(session: Session, seat: str) -> dict[str, tuple[object, str]]:
    """What is in force for a seat: value and sentence by name."""
    return {one["name"]: (one["value"], one["says"]) for one in observation(session, seat)["standing"]}


def news(session: Session, seat: str) -> str:
    """What a seat was told of the last month."""
    return " ".join(one["text"] for one in observation(session, seat)["news"] if one["month"] == session.month - 1)


CEILING = {"eagle": "ceiling: training"}
OPEN = {"bear": "support: 40"}
ASKED = {"north": "ask: true", "south": "ask: true"}
# what came before; who; what it orders; the key, and what is said of it before; what is told after the month
VOID = [
    ((CEILING,), "eagle", "rung: heavy", "rung", "your ceiling, rung 3, training, which was set before", "and the order waits until you raise it"),
    ((), "eagle", "rung: heavy\nceiling: training", "rung", "which these orders set", "your ceiling is rung 3, training"),
    ((), "eagle", "rung: 5\nvolume: 40\nceiling: 3", "rung", "The volume is shipped all the same", "You ordered rung 5, heavy"),
    ((), "eagle", "rung: none", "rung", "from rung 3, training to rung 2, non lethal in this one", "you go down one rung a month"),
    ((), "eagle", "step: -9", "step", "rung 0, none is the last rung", "you go down one rung a month"),
    ((), "eagle", "rung: patron-war", "rung", "rung 8, overt intervention is the last rung", "You ordered rung 9, patron war, and stand on rung 8"),
    ((), "eagle", "ceiling: none", "ceiling", "go down one rung a month", "You ordered a ceiling of rung 0, none, and stand on rung 2"),
    ((), "eagle", "exit: true\nrung: heavy", "exit", "go down one rung a month", "You ordered to leave the war, and stand on rung 2, non lethal"),
    ((), "eagle", "answer: grant", "answer", "No request of North is open", "no request of North was open: it did nothing"),
    ((CEILING, ASKED), "eagle", "answer: grant", "answer", "Your ceiling leaves no room", "your ceiling left no room for a rung more"),
    ((ASKED,), "eagle", "rung: heavy\nceiling: heavy\nanswer: grant", "answer", "comes first: it takes you to", "the rung that you ordered"),
    ((), "eagle", "enforcement: 0.9", "enforcement", "Without conditions beside it, it does nothing", "without conditions: it did nothing"),
    ((), "bear", "support: 13", "support", "until your forces stand openly 12 at most is given", "You aimed at 13 thousand, and gave 12."),
    ((), "bear", "answer: refuse", "answer", "No request of South is open", "no request of South was open: it did nothing"),
    (({"bear": "exit: true"},), "bear", "support: 4", "support", "You have left the war", "You had left the war: nothing that you ordered"),
    (({"north": "attack: true"},), "south", "attack: true", "attack", "The fighting is intense already", "Your offensive did not begin."),
    (({"north": "attack: true"},), "north", "attack: true", "attack", "under way already", "Your offensive did not begin."),
    (({"bear": "exit: true"},), "south", "ask: true", "ask", "Bear left the war: there is nobody to ask", "it reached nobody. Bear left the war"),
]  # fmt: skip


@pytest.mark.parametrize(("past", "seat", "orders", "key", "before", "told"), VOID)
def test_what_is_not_carried_out_is_told_before_and_after(
    past: tuple[dict[str, str], ...], seat: str, orders: str, key: str, before: str, told: str
) -> None:
    """To the seat that orders it, and to nobody else but the facilitator; what is committed has the same remarks as what is only checked."""
    session = after(*past)
    found = said(session, seat, orders)
    assert before in found[key], found
    committed = done(session, seat, "commit", month=session.month, orders=orders)
    assert by_key(observation(committed, seat)["orders"]["remarks"]) == found
    played = after(*past, {seat: orders})
    assert told in news(played, seat), news(played, seat)
    assert [name for name in played.table.seats if name != seat and told in json.dumps(observation(played, name))] == []
    assert any(told in one["text"] and one["to"] == [seat] for one in overview(played)["news"])


def test_what_is_carried_out_is_not_talked_of() -> None:
    """No remark, and no account."""
    given = {
        "eagle": "rung: heavy\nceiling: heavy\nsanctions: 0.7",
        "bear": "support: 8",
        "north": "ask: true",
        "south": "attack: true",
    }
    session = begun(FOUR)
    assert [said(session, seat, orders) for seat, orders in given.items()] == [{}] * 4
    played = after(given)
    assert "You ordered" not in news(played, "eagle") and "did not" not in news(played, "south") + news(played, "north")


def test_nobody_is_told_of_a_request_that_was_not_answered_but_who_was_asked() -> None:
    """Not to answer is to refuse, and is said; who did not commit in time is told so too."""
    session = after(ASKED)
    assert "A request of North for more is open" in standing(session, "eagle")["answer"][1]
    late = done(done(session, "bear", "commit", month=2, orders="answer: grant"), "facilitator", "adjudicate", month=2)
    assert "You gave no answer to the request of North, which refuses it" in news(
        late, "eagle"
    ) and "The month was played before you committed" in news(late, "eagle")
    assert (
        "no answer" not in news(late, "bear")
        and "was granted by Bear" in news(late, "south")
        and "was refused by Eagle" in news(late, "north")
        and "played before you committed" not in news(late, "bear")
    )


def test_an_offensive_that_the_facilitator_forbids() -> None:
    """Its seat is told why it did not begin."""
    assert "The facilitator decided that it does not happen." in news(
        after({"north": "attack: true"}, north_attacks="never"), "north"
    )


def test_what_is_in_force_for_the_owner() -> None:
    """All of it, from the war itself: as it is at the start, and as it was ordered."""
    first = standing(begun(FOUR), "eagle")
    assert first["rung"] == ("training", "You stand on rung 3, training.") and first["ceiling"] == (
        None,
        "You have declared no ceiling.",
    )
    assert first["sanctions"][0] == 0.5 and first["diplomacy"][0] == "normal" and first["announce"][0] is True
    assert first["peacekeeping-offer"] == (None, "The offer of peacekeepers stands that was on the table before the first month.")
    given = (
        "rung: heavy\nceiling: training\nconditions: [no-offensives]\nenforcement: 0.4\nannounce: false\nsanctions: 0.75\ndiplomacy: high\n"
        "peacekeeping-offer: 7\nbrigades: 2"
    )
    found = standing(after({"eagle": given}), "eagle")
    assert {name: value for name, (value, _) in found.items()} == {
        "rung": "training",
        "ceiling": "training",
        "conditions": "no-offensives",
        "enforcement": 0.4,
        "announce": False,
        "sanctions": 0.75,
        "diplomacy": "high",
        "peacekeeping-offer": 7,
        "brigades": 2,
        "answer": None,
    }
    assert found["rung"][1].startswith(
        "You stand on rung 3, training. You ordered rung 5, heavy: it waits until you raise your ceiling, and"
    )
    lifted = after({"eagle": given}, {"eagle": "ceiling: heavy\nconditions: []"})
    assert (
        standing(lifted, "eagle")["rung"][1] == "You stand on rung 5, heavy." and standing(lifted, "eagle")["conditions"][0] is None
    )
    shipped = standing(after({"eagle": "rung: lethal-defensive\nvolume: 40"}), "eagle")
    assert "they arrive in month 5 (2018-05)" in shipped["arms"][1] and "do not run" in shipped["volume"][1]
    assert "You go down to rung 0, none, one rung a month." in standing(after({"eagle": "exit: true"}), "eagle")["rung"][1]


def test_what_is_in_force_for_the_others() -> None:
    """A patron's aim beside what it gives, above what can be denied too; a client's offensive, request, and the conditions that it is under."""
    session = after({"bear": "support: 13", "north": "ask: true\nattack: true", "eagle": "conditions: [no-offensives]"})
    bear, north = standing(session, "bear"), standing(session, "north")
    assert bear["support"][0] == 13 and "last month you gave 12. More than 12 cannot be denied" in bear["support"][1]
    assert north["attack"][0] is True and north["ask"][1] == "You have asked Eagle for more: the answer comes this month."
    assert north["conditions"] == (
        "no-offensives",
        "Conditions on what you are given by Eagle: no offensives, enforced at 0.8 of 1.",
    )
    assert "none can begin while the fighting is intense" in standing(session, "south")["attack"][1]
    open_ = standing(after(*[OPEN] * 6), "bear")
    assert open_["rung"][0] == "overt-intervention" and "Your forces stand openly" in open_["support"][1]
    assert observation(session, "envoy")["standing"] == [] and observation(session, "observer-1")["standing"] == []
    assert list(standing(after({"bear": "exit: true"}), "bear")) == ["exit"]


def test_a_seat_that_nobody_orders_for_is_told_no_aim() -> None:
    """A theory's aim is its own."""
    session = done(begun({"eagle": "person", "bear": "spigot"}), "eagle", "commit", month=1, orders="")
    assert "aim" not in standing(session, "bear")["support"][1] and "Not to answer" not in standing(session, "bear")["answer"][1]


ROLES = ("the owner", "the rival", "the client", "its client", "the patron")


def test_nobody_is_called_by_a_role() -> None:
    """Neither readings, nor orders, nor what is in force, nor news: a reader is "you", and everybody else has a title."""
    session = after({"eagle": "rung: heavy", "bear": "support: 13"}, {"north": "attack: true\nask: true"}, {"bear": "exit: true"})
    for name, seat in session.table.seats.items():
        seen = observation(session, name)
        texts = json.dumps([seen[part] for part in ("readings", "orders", "standing", "news")]).lower().replace("the patrons", "")
        assert [role for role in ROLES if role in texts] == [], name
        if seat.kind in TURN_KINDS:
            own = [one["text"] for one in seen["news"] if one["text"].startswith(f"{seat.title} ")]
            assert own == []


def test_the_facilitator_has_all_the_news() -> None:
    """Whatever any seat was told stands in the overview, with who was told it."""
    session = after({"eagle": "rung: heavy", "north": "ask: true"}, {"bear": "support: 13", "south": "attack: true"})
    known = {(one["month"], one["text"]) for one in overview(session)["news"]}
    own = {
        "You are on a major offensive.",
        "You have left the war.",
        "You have collapsed.",
        "Your major offensive is over.",
    }  # told to all by title
    for name in session.table.seats:
        missing = [
            one for one in observation(session, name)["news"] if (one["month"], one["text"]) not in known and one["text"] not in own
        ]
        assert missing == [], name


def test_months_that_are_taken_back_are_named_until_they_are_played_again() -> None:
    """To the facilitator and every seat; two that follow each other are one stretch."""
    session = after({}, {}, {})
    assert observation(session, "bear")["undone"] is None
    once = done(session, "facilitator", "undo", to=3)
    twice = done(once, "facilitator", "undo", to=2)
    assert [observation(one, "bear")["undone"] for one in (once, twice)] == [{"first": 3, "last": 3}, {"first": 2, "last": 3}]
    assert overview(twice)["undone"] == {"first": 2, "last": 3}
    assert observation(done(twice, "facilitator", "branch", line="other", at=1), "bear")["undone"] is None
    assert observation(done(twice, "facilitator", "adjudicate", month=2), "bear")["undone"] is None


WAITS = {"eagle": "rung: heavy\nceiling: training"}


def test_an_order_that_waited_comes_before_a_grant_and_both_seats_are_told_why() -> None:
    """The rung rises and the request is refused: told before the month, in what is in force, and to the client, but not what was answered."""
    past = (WAITS, ASKED)
    session = after(*past)
    assert "is then carried out before a request is granted" in standing(session, "eagle")["rung"][1]
    found = said(session, "eagle", "ceiling: heavy\nanswer: grant")
    assert found["ceiling"] == "The order that waited is carried out with it: you go from rung 3, training to rung 5, heavy."
    assert "The order that waited comes first: it takes you to your ceiling, rung 5, heavy" in found["answer"]
    assert "To grant it, order rung 4, lethal defensive beside it, or a higher ceiling." in found["answer"]
    played = after(*past, {"eagle": "ceiling: heavy\nanswer: grant"})
    eagle, north = news(played, "eagle"), news(played, "north")
    assert (
        "the order that had waited took you to your ceiling, rung 5, heavy, which left no room for a rung more: it counts as a refusal"
        in eagle
    )
    assert "So North has seen you go up, and was told that the request was refused." in eagle
    assert "You went to rung 5, heavy by an order of an earlier month, which had waited." in eagle
    up = "Your request for more was refused by Eagle. Eagle went up all the same, to rung 5, heavy, by an order of its own"
    assert up in north and up in news(after(*past, {"eagle": "ceiling: heavy\nanswer: refuse"}), "north")
    for way in ("rung: lethal-defensive\nceiling: heavy\nanswer: grant", "ceiling: 6\nanswer: grant"):
        assert "answer" not in said(session, "eagle", way), way
        granted = news(after(*past, {"eagle": way}), "north")
        assert "was granted by Eagle" in granted and "all the same" not in granted, way


def test_an_order_that_goes_no_higher_lets_the_arms_of_the_rung_run_again() -> None:
    """It is said before, in what is in force, and by the money of the month after."""
    shipped = {"eagle": "rung: lethal-defensive\nceiling: 4\nvolume: 40"}
    session = after(shipped)
    assert "Any order of a rung without a volume lets them run again" in standing(session, "eagle")["volume"][1]
    assert "It also lets the monthly arms of rung 4, lethal defensive run again" in said(session, "eagle", "rung: heavy")["rung"]
    assert said(session, "eagle", "step: 1").keys() == {"step"} and "run again" not in str(
        said(session, "eagle", "rung: heavy\nvolume: 1")
    )
    still, again = after(shipped, {}), after(shipped, {"eagle": "rung: heavy"})
    assert "its monthly arms" not in news(still, "eagle") and "for its monthly arms" in news(again, "eagle")
    assert standing(again, "eagle")["volume"][0] is True


def test_what_a_month_cost_is_told_to_who_paid_and_of_what() -> None:
    """The parts are those of the war's own sum, and nobody else is told."""
    played = after({"eagle": "rung: lethal-defensive\nvolume: 40\nbrigades: 2", "bear": "support: 20"}, {})
    told = {
        name: " ".join(one["text"] for one in observation(played, name)["news"] if one["month"] == 1) for name in played.table.seats
    }
    total = float(played.played[0].turn.standing.lanes.state.spent[0][0])
    found = re.search(
        r"cost you ([\d.]+) million USD: ([\d.]+) for rung 4, lethal defensive without its arms, ([\d.]+) for 2 brigades and 40 for",
        told["eagle"],
    )
    assert found, told["eagle"]
    money = [float(one) for one in found.groups()]
    assert abs(money[0] - total) < 0.05 and abs(sum(money[1:]) + 40 - money[0]) < 0.1
    assert "cost you" in told["bear"] and [name for name, text in told.items() if "cost you" in text] == ["eagle", "bear"]


def test_who_sees_that_forces_stand_openly_is_told_as_the_fog_has_it() -> None:
    """The seats that are named have the reading, exactly or by reports; no other has any."""
    session = after(*[OPEN] * 6)
    seats = {name: {one["name"]: one["seen"] for one in observation(session, name)["readings"]} for name in session.table.seats}
    assert {name: seen["bear.rung"] for name, seen in seats.items() if "bear.rung" in seen} == {
        "eagle": BY_REPORTS,
        "bear": "exact",
        "south": "exact",
    }
    who = "Your rung is seen as it is by South. Eagle knows it from reports alone, and takes it for rung 6 until there are any. No other"
    all_news = " ".join(one["text"] for one in observation(session, "bear")["news"])
    assert f"Your forces stand openly. {who}" in all_news and who in standing(session, "bear")["support"][1]
    assert "everybody can see" not in json.dumps(observation(session, "bear"))
