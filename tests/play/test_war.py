"""A war at a table: it is the run of its cards, what people order happens, and a seat sees its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from builders.places import FILES
from builders.wars import compiled
from countermove.engine.replay import Address
from countermove.engine.replay import replay as replayed
from countermove.errors import RunError, ScenarioError
from countermove.play.month import EVENTS, NEVER, NOW
from countermove.play.seats import seen_by
from countermove.play.war import CHANCE, LUCKS, PERSON, Cards, Standing, Turn, War, again
from countermove.scenario.seat_orders import read_seat_orders
from countermove.world.state import SETTLED, WAR

SMALL = FILES / "wars" / "war.yaml"
PROGRAM = compiled(SMALL)
PEOPLE = War(PROGRAM, Cards(0, 7, 3), dict.fromkeys(("eagle", "bear", "north", "south"), PERSON))


def order(kind: str, text: str) -> object:
    """Orders as they are written."""
    return read_seat_orders(text, kind, PROGRAM.scenario)  # type: ignore[arg-type]


def months(war: War, count: int, **orders: str) -> list[Turn]:
    """So many months in which each seat orders the same."""
    kinds = {"eagle": "owner", "bear": "patron", "north": "client", "south": "client"}
    standing, turns = war.begin(), list[Turn]()
    for _ in range(count):
        turns.append(war.play(standing, {seat: order(kinds[seat], text) for seat, text in orders.items()}))  # type: ignore[misc]
        standing = turns[-1].standing
    return turns


def test_without_people_it_is_the_run_of_its_cards() -> None:
    """What `replay` prints of the same draw and luck, but for the last bit: months one by one are another program than months in a loop."""
    war = War(PROGRAM, Cards(0, 7, 3), {"eagle": "arm", "bear": "spigot"})
    path = replayed(PROGRAM, Address("arm", "spigot", 7, 3), lucks=LUCKS)
    turns = months(war, war.months)
    given = np.array([turn.standing.lanes.state.support[1, 0] for turn in turns])
    np.testing.assert_allclose(given, path.columns["bear support (thousand)"], rtol=1e-5)
    np.testing.assert_allclose([turn.passed.report.deaths[0] for turn in turns], path.columns["deaths"], rtol=1e-5)


def test_what_the_cards_say_of_orders_is_so() -> None:
    """Rung 9 is not ordered, but 8; down goes one rung a month, and leaving too; a patron's grant is of its month alone (scenario/order_help.py)."""

    def rung(standing: Standing, text: str) -> Turn:
        return PEOPLE.play(standing, {"eagle": order("owner", text)} if text else {})  # type: ignore[dict-item]

    top = rung(PEOPLE.begin(), "rung: patron-war").standing
    down = rung(top, "rung: none").standing
    left = rung(down, "exit: true").standing
    assert [one.lanes.state.rung[0, 0] for one in (top, down, left, rung(left, "").standing)] == [8, 7, 6, 5]
    asked = PEOPLE.play(PEOPLE.begin(), {"south": order("client", "ask: true")}).standing  # type: ignore[dict-item]
    given = [PEOPLE.play(asked, {"bear": order("patron", text)}) for text in ("answer: refuse", "answer: grant")]  # type: ignore[dict-item]
    usual = float(np.ravel(PEOPLE.job.params["patron.baseline"][1])[0]) * float(np.ravel(PEOPLE.job.params["requests.step"][1])[0])
    refused, granted = (turn.standing.lanes.state.support[1, 0] for turn in given)
    assert granted - refused == pytest.approx(usual, rel=1e-3)
    later = [PEOPLE.play(turn.standing, {}).standing.lanes.state.support[1, 0] for turn in given]
    assert later[0] == pytest.approx(later[1], rel=1e-6)


def test_what_people_order_happens() -> None:
    """A rung, a shipment that counts once, a level of support, a request that is granted, an offensive, leaving."""
    first, second = months(
        PEOPLE,
        2,
        eagle="{rung: lethal-defensive, volume: 47 million USD, answer: grant}",
        bear="support: 5",
        north="{ask: true, attack: true}",
    )
    assert first.standing.lanes.state.rung[0, 0] == 4
    assert float(first.passed.action.ship_cost[0]) == 47
    assert first.passed.aim[1, 0] == pytest.approx(5, rel=1e-6)
    assert first.standing.lanes.state.flags.attack[0, 0] == 1
    assert first.standing.lanes.state.asked[0, 0] == 1
    assert second.passed.report.granted[0] == 1
    assert months(PEOPLE, 1, bear="exit: true")[0].standing.lanes.state.left[1, 0] == 1


def test_who_orders_nothing_goes_on_as_before() -> None:
    """A patron aims at what it aimed at, the owner's orders stand, clients neither ask nor attack, and nobody leaves by chance."""
    standing = months(PEOPLE, 1, eagle="rung: lethal-defensive", bear="support: 5")[0].standing
    for _ in range(20):
        turn = PEOPLE.play(standing, {})
        standing = turn.standing
        assert turn.passed.aim[1, 0] == pytest.approx(5, rel=1e-6)
        assert not standing.lanes.state.asked.any()
        assert not standing.lanes.state.flags.attack.any()
        assert not standing.lanes.state.left.any()
    assert standing.lanes.state.orders.rung[0] == 4


CHANCES: dict[str, tuple[str, float, float]] = {
    "truce-onset": ("truces.onset-base", -9, 2),
    "truce-break": ("truces.break-base", -9, 3),
    "settle": ("bargain.hazard", 1e-4, 50),
    "clash": ("spread.clash-top", 1e-6, 50),
    "war": ("spread.war-given-clash", 0.001, 0.999),
    "incident": ("spread.incident-top", 1e-6, 50),
    "exchange": ("diplomacy.exchange", 1e-6, 20),
    "deploy": ("diplomacy.deployment", 1e-6, 20),
}
"""The number that each event's chance hangs on, with one at which it hardly happens, and one at which it hardly does not."""


def happened(turn: Turn, event: str) -> bool:
    """Whether an event did, in this month."""
    state = turn.standing.lanes.state
    flags = {
        "truce-onset": "truce_began",
        "truce-break": "truce_broke",
        "clash": "clash",
        "incident": "incident",
        "exchange": "exchange",
    }
    if event in flags:
        return bool(getattr(state.flags, flags[event])[0])
    return bool({"settle": state.regime == SETTLED, "war": state.regime == WAR, "deploy": state.peacekeepers > 0}[event][0])


def test_a_facilitator_decides_every_event_against_its_chance() -> None:
    """What would hardly happen happens, and what hardly could not happen does not, in a truce or, for its beginning, before one."""
    assert set(CHANCES) == set(EVENTS)
    before = PEOPLE.begin()
    truce = PEOPLE.play(before, {}, {"truce-onset": NOW, "truce-break": NEVER}).standing
    for event, (name, small, large) in CHANCES.items():
        standing, others = before if event == "truce-onset" else truce, {"clash": NOW} if event == "war" else {}
        for fate, value in ((NOW, small), (NEVER, large)):
            war = again(PEOPLE, PEOPLE.cards, PEOPLE.players)
            changed = np.full_like(np.asarray(PEOPLE.job.params[name]), value)
            war.__dict__["job"] = PEOPLE.job._replace(params={**PEOPLE.job.params, name: changed})
            assert happened(war.play(standing, {}, others), event) == (fate == NEVER), event  # as chance has it
            assert happened(war.play(standing, {}, {**others, event: fate}), event) == (fate == NOW), event
    assert happened(PEOPLE.play(truce, {}, {"war": NOW}), "war")  # it brings the clash that it comes of
    assert not happened(PEOPLE.play(truce, {}, {"war": NOW, "clash": NEVER}), "war")


def test_a_facilitator_lets_a_side_attack() -> None:
    """And an event that there is not is refused."""
    attacked = PEOPLE.play(PEOPLE.begin(), {}, {"south.attacks": NOW})
    assert attacked.standing.lanes.state.flags.attack[1, 0] == 1
    with pytest.raises(RunError, match="no event is called miracle"):
        PEOPLE.play(PEOPLE.begin(), {}, {"miracle": NOW})


def test_the_same_orders_are_the_same_bits_and_others_are_not() -> None:
    """The fingerprint of a war is that of its cards and its orders."""

    def ends(war: War, text: str) -> Standing:
        return months(war, 3, bear=text)[-1].standing

    assert ends(PEOPLE, "support: 5").digest == ends(PEOPLE, "support: 5").digest
    assert ends(PEOPLE, "support: 5").digest != ends(PEOPLE, "support: 5.01").digest
    assert ends(War(PROGRAM, Cards(0, 7, 4), PEOPLE.players), "support: 5").digest != ends(PEOPLE, "support: 5").digest


def test_a_seat_sees_its_own_and_no_secret_of_another() -> None:
    """The rival's will, means and stakes are its own; a client's army is its own; observers see what everybody sees."""
    standing = PEOPLE.begin()
    seen = {seat.name: {one.name for one in PEOPLE.seen(seat.name, standing)} for seat in PEOPLE.seats}
    everybody = seen["observer-1"]
    assert all(everybody <= names for names in seen.values())
    assert {"bear.will", "bear.means", "bear.stake-ratio", "bear.support"} <= seen["bear"]
    for name, names in seen.items():
        if name != "bear":
            assert not {"bear.will", "bear.means", "bear.stake-ratio", "bear.support", "bear.cost"} & names
        if name != "eagle":
            assert not {"eagle.will", "eagle.cost"} & names
        if name != "north":
            assert "north.personnel" not in names
    assert seen["envoy"] == everybody


def test_bad_orders_are_refused_all_at_once() -> None:
    """With line and column, what was meant, and nothing done."""
    with pytest.raises(ScenarioError) as found:
        read_seat_orders("rung: hevy\nsanctions: 2\nbrigade: 1", "owner", PROGRAM.scenario)
    assert [(one.line, one.suggestion) for one in found.value.issues] == [(1, "heavy"), (2, ""), (3, "brigades")]
    with pytest.raises(ScenarioError, match="more than its means allow"):
        read_seat_orders("support: 50", "patron", PROGRAM.scenario, most=12)
    with pytest.raises(ScenarioError, match="at most 4,000"):
        read_seat_orders("#" * 5000, "client", PROGRAM.scenario)
    with pytest.raises(ScenarioError, match="cannot be a list"):
        read_seat_orders("[attack]", "client", PROGRAM.scenario)


def test_who_may_sit_where() -> None:
    """A theory cannot play the owner, a strategy no patron, and a seat that follows a theory takes no orders."""
    assert War(PROGRAM, Cards()).player("bear") == "spigot"  # the likeliest
    assert War(PROGRAM, Cards()).player("north") == CHANCE
    for seat, player in (("eagle", "spigot"), ("bear", "arm"), ("north", "spigot"), ("nobody", PERSON)):
        with pytest.raises(RunError):
            War(PROGRAM, Cards(), {seat: player})
    war = War(PROGRAM, Cards(), {"bear": "spigot"})
    with pytest.raises(RunError, match="takes no orders"):
        war.play(war.begin(), {"bear": order("patron", "support: 1")})  # type: ignore[dict-item]
    with pytest.raises(RunError, match="no table has it"):
        Cards(draw=5000)


def test_a_client_of_two_patrons_sees_one_request() -> None:
    """It asked if it asked either of them; no reading has the name of another."""
    glance = PEOPLE.glance(PEOPLE.begin())
    both = glance._replace(cast=replace(glance.cast, supports=(0, 0)))
    north = next(seat for seat in PEOPLE.seats if seat.name == "north")
    for asked in ((0, 0), (1, 0), (0, 1)):
        state = glance.state._replace(asked=np.repeat(np.array(asked, np.float32)[:, None], 16, axis=1))
        seen = seen_by(north, both._replace(state=state), ())
        assert len({one.name for one in seen}) == len(seen)
        assert [one.value for one in seen if one.name == "north.asks"] == [any(asked)]
