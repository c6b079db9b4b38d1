"""The seats of a table as an environment of PettingZoo: the same session as people play, the same fog, and rewards that add up."""

from __future__ import annotations

import importlib.util
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from builders.tables import SEED, begun, done, war
from countermove.decision.objective import worth_of
from countermove.dynamics.strength import of_side, shortfall, strength
from countermove.engine.plans import command_of
from countermove.errors import CountermoveError, DecisionError, RunError, SessionError, SolveError
from countermove.games.board import Board, Given
from countermove.games.one_month import NO_ORDERS
from countermove.play.agents import actions_of, limits_of, numbers_of, orders_of, worth, worth_at_start
from countermove.play.observe import observation
from countermove.play.seats import Reading
from countermove.play.to_pettingzoo import TableGame, table_environment
from countermove.scenario.seat_orders import SeatOrders, read_seat_orders
from countermove.world.plan import ANSWERS, REPLIES

NO_PETTINGZOO = "NO PETTINGZOO HERE: pip install pettingzoo"
SEATS = ("eagle", "bear", "north", "south")
SAID = {  # by api_test, of every environment of agents that differ, and whose numbers have no bound
    "Agents have different observation space sizes",
    "Observations are different shapes",
    'We recommend agents to be named in the format <descriptor>_<number>, like "player_0"',
    "Agent's minimum observation space value is -infinity. This is probably too low.",
    "Agent's maximum observation space value is infinity. This is probably too high",
}


def number(game: TableGame, seat: str, action: str) -> int:
    """The number of an action."""
    return [one.name for one in game.actions[seat]].index(action)


def month(game: TableGame, **actions: str) -> dict[str, float]:
    """A month in which the learners do this, and whoever is not named what its first action is."""
    got = dict[str, float]()
    for seat in game.seats:
        known = game.actions[seat.name]
        got = game.move(seat.name, number(game, seat.name, actions.get(seat.name, known[0].name)))
    return got


def game(seed: int = SEED, **options: Any) -> TableGame:
    """A table of the small war on its first day."""
    found = TableGame(war(), **options)
    found.begin(seed)
    return found


def test_an_owner_does_what_is_done_at_a_decision_point() -> None:
    """Each action as it is written means what world/plan.py has; and what others do is what they order."""
    scenario, at = war().program.scenario, {seat.name: seat for seat in war().seats}
    meant = {one.name: one.command for one in (*ANSWERS, *REPLIES)}
    own = {one.name: read_seat_orders(one.orders, "owner", scenario) for one in actions_of(at["eagle"], scenario)}
    assert list(own) == list(meant) and own.pop("hold") == SeatOrders()
    for name, orders in own.items():
        assert orders.owner is not None and command_of(scenario, orders.owner) == meant[name], name
    client = [read_seat_orders(one.orders, "client", scenario) for one in actions_of(at["north"], scenario)]
    assert client == [SeatOrders(), SeatOrders(ask=True), SeatOrders(attack=True), SeatOrders(ask=True, attack=True)]
    patron = {one.name: read_seat_orders(one.orders, "patron", scenario) for one in actions_of(at["bear"], scenario)}
    assert patron["grant"] == SeatOrders(answer="grant") and patron["leave"] == SeatOrders(exit=True)


def test_it_is_the_session_that_people_play() -> None:
    """The same orders sent as messages lead to the same war, to the last bit; support is within the means."""
    found, session = game(7), begun(dict.fromkeys(SEATS, "person"), seed=7)
    now = {one.name: float(one.value) for one in session.table.seen(session.standing)["bear"]}
    small = f"support: {0.5 * now['bear.baseline'] - 5e-7:.6f}"
    for eagle, bear, text in (("up", "0.5-x-baseline", small), ("talk", "keep", ""), ("hold", "leave", "exit: true")):
        month(found, eagle=eagle, bear=bear, north="both", south="attack")
        orders = {"up": "step: 1", "talk": "diplomacy: high", "hold": ""}[eagle], text, "ask: true\nattack: true", "attack: true"
        for seat, sent in zip(SEATS, orders, strict=True):
            session = done(session, seat, "commit", month=session.month, orders=sent)
    assert found.session.standing.digest == session.standing.digest
    assert [one.given.orders for one in found.session.played] == [one.given.orders for one in session.played]


def test_support_is_within_the_means() -> None:
    """Which the seat sees; never above them by a rounding."""
    bear = next(seat for seat in war().seats if seat.name == "bear")
    known = {one.name: one for one in actions_of(bear, war().program.scenario)}
    seen = (Reading("bear.baseline", "", 5.0, ""), Reading("bear.means", "", 12.3456789, ""))
    texts = [orders_of(bear, known[name], seen) for name in ("0-x-baseline", "1.5-x-baseline", "4-x-baseline", "keep")]
    assert texts == ["support: 0.000000", "support: 7.500000", "support: 12.345678", ""]


def test_a_patron_is_rewarded_by_the_formula() -> None:
    """Of games/extract.py, from where the war stood before and after the month; its numbers are those of the table's own draw."""
    found = game(7)
    month(found, eagle="up")
    before = found.session.standing
    gets = month(found, bear="2-x-baseline")
    table = found.session.table.war(found.session.players)
    after, job, cast = found.session.standing.lanes.state, table.job, table.engine.kernel.cast
    first = found.session.start.lanes.first

    def stood(state: Any) -> tuple[float, float]:
        """The strength of its side, thousand, and the shortfall of its client."""
        power = strength(cast, job.params, state, state.orders.line)
        short = of_side(cast, shortfall(cast, job.params, power.balance, state.ground))
        return float(of_side(cast, power.force)[1][0]), float(short[1][0])

    def own(name: str) -> float:
        return float(np.ravel(job.params[name][1])[0])

    (force, start), (_, now), steep = stood(first), stood(after), own("rational.decisiveness")
    assert now != start and cast.settled_front and cast.line_above_start[1] and not np.any(after.gone)
    success = 1 / (1 + np.exp(steep * (now - start))) - float(now > own("spigot.line") + start)
    prize = 4 * force / steep
    dead = float(after.dead[1, 0] - before.lanes.state.dead[1, 0]) / 1000
    ratio = own("patron.stake-ratio") / np.median(table.drawn.values["patron.stake-ratio"][1])
    cost = float(after.support[1, 0]) + own("attrition.patron-weight") * dead
    assert gets["bear"] == pytest.approx(ratio * prize * success - cost, rel=1e-4)


@pytest.mark.slow
def test_rewards_are_those_of_the_board() -> None:
    """A war in which the owner orders nothing and the rival aims at so much: month by month what games/board.py says of the same draw and luck."""
    found = game(seats=("eagle", "bear"))
    table, program = found.session.table, war().program
    cards, objective = table.secrets.cards, program.scenario.objective
    board = Board(program, lambda rows: worth_of(rows, objective, "here"), draws=1024, seed=cards.seed)
    times = (1.5, 1.0, 2.0, 0.5)
    lanes = np.ones(16, np.int64)

    def given(index: int, _stood: Any) -> Given:
        return Given(np.full(16, np.nan, np.float32), np.full(16, times[min(index, len(times) - 1)], np.float32))

    drawn = np.asarray(board.drawn.values["patron.stake-ratio"][board.rival]).ravel()
    ratio = drawn[cards.draw] / np.median(drawn)
    for passed, aim in zip(board.play((NO_ORDERS.name, "ordered"), lanes * cards.draw, lanes * cards.luck, given), times):  # noqa: B905
        gets = month(found, bear=f"{aim:g}-x-baseline")
        gains = board.gains(passed.moved, 1.0)[:, 0].astype(float)
        assert gets["eagle"] == pytest.approx(gains[0], abs=1e-4)
        assert gets["bear"] == pytest.approx(ratio * gains[-2] - gains[-1], rel=1e-4, abs=1e-3)
        assert abs(gets["bear"]) > 0.1


def test_rewards_add_up() -> None:
    """To the objective's points at the end, and to the ground that was won."""
    found = game(11, months=9)
    start, total = found.session.start, Counter[str]()
    held = {seat: float(found.seen("south")[found.readings["south"].index(f"{seat}.held")]) for seat in ("north", "south")}
    while not found.over:
        total.update(month(found, eagle="up", bear="1-x-baseline", north="attack", south="both"))
    end = found.session.played[-1].turn
    assert len(found.session.played) == 9 and total["eagle"] != 0
    assert total["eagle"] == pytest.approx(worth(war(), end.passed.measures) - worth_at_start(war(), start))
    for seat, before in held.items():
        now = float(found.seen("south")[found.readings["south"].index(f"{seat}.held")])
        assert total[seat] == pytest.approx(now - before, abs=1e-6)
    assert total["north"] == pytest.approx(-total["south"], abs=1e-6) and total["north"] != 0


def test_an_agent_sees_its_seat_and_nothing_else() -> None:
    """What the seat's own page shows, in its order; not what others have committed, until the month is played."""
    one, other = game(), game()
    month(one), month(other)
    one.move(one.seats[0].name, number(one, "eagle", "hold"))
    other.move(other.seats[0].name, number(other, "eagle", "stop"))
    for seat in SEATS:
        shown = observation(one.session, seat)["readings"]
        assert one.readings[seat] == tuple(reading["name"] for reading in shown)
        assert one.seen(seat).tolist() == pytest.approx([float(reading["value"]) for reading in shown], rel=1e-6)
        assert one.seen(seat).tobytes() == other.seen(seat).tobytes()
    assert "bear.will" not in one.readings["eagle"] and "eagle.will" not in one.readings["bear"]


def played(found: TableGame, seed: int | None) -> bytes:
    """All that is seen and given in a table's first months."""
    found.begin(seed)
    said = b""
    for _ in range(3):
        gets = month(found, eagle="up", north="attack")
        said += b"".join(found.seen(seat).tobytes() for seat in SEATS) + str(gets).encode()
    return said


def test_a_seed_is_a_table() -> None:
    """The same bytes from the same seed, whatever was played before; other seeds and the tables that follow are others."""
    found, again = game(), game(seed=99)
    first, second, third = played(found, 5), played(found, None), played(found, 6)
    assert [played(again, 5), played(again, None), played(again, 6)] == [first, second, third]
    assert len({first, second, third}) == 3
    assert (
        played(TableGame(war(), seed=1), None) == played(TableGame(war(), seed=1), None) != played(TableGame(war(), seed=2), None)
    )
    assert found.session.table.secrets.cards == begun(seed=6).table.secrets.cards


def test_others_are_played_as_at_a_table() -> None:
    """By a strategy and by a theory that is drawn anew; a client by chance."""
    found = TableGame(war(), ("north",), players={"eagle": war().program.strategy_names[0], "bear": "hidden"})
    drawn = {found.session.table.secrets.hidden["bear"] for _ in range(12) if found.begin(None) is None}
    assert len(drawn) > 1
    month(found, north="ask")
    assert found.session.players["south"] == "chance" and found.session.played[-1].given.orders == {"north": "ask: true"}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no such seat": ({"seats": ("lion",)}, "no seat is called lion"),
    "a seat that orders nothing": ({"seats": ("envoy",)}, "orders nothing"),
    "twice": ({"seats": ("eagle", "eagle")}, "each seat learns once"),
    "nobody": ({"seats": ()}, "one at least"),
    "no owner": ({"seats": ("bear",)}, "eagle does not learn, and nobody plays it"),
    "a person": ({"seats": ("bear",), "players": {"eagle": "person"}}, "nobody is there who orders for eagle"),
    "both": ({"players": {"bear": "inertia"}}, "bear cannot both learn and be played"),
    "no such theory": ({"seats": ("eagle",), "players": {"bear": "magic"}}, "magic cannot play bear"),
    "too many months": ({"months": 37}, "37 months cannot be played. A whole number from 1 to 36"),
    "no month": ({"months": 0}, "0 months cannot be played"),
    "no seed": ({"seed": -1}, "-1 is not a seed"),
    "half a seed": ({"seed": 1.5}, "1.5 is not a seed"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_in_words(name: str) -> None:
    """What no table has."""
    options, says = REFUSED[name]
    with pytest.raises(SessionError, match=says):
        TableGame(war(), **options)


def test_moves_that_are_none() -> None:
    """Are refused with what there is, and change nothing."""
    found = game()
    before = found.session
    for asked in (4, -1, 1.0, None, "up"):
        with pytest.raises(SessionError, match=r"north, month 1.*0 \(nothing\), 1 \(ask\), 2 \(attack\), 3 \(both\)"):
            found.move(found.seats[2].name, asked)
    assert found.session is before


def test_a_war_that_rewards_nobody() -> None:
    """Without an objective the owner cannot learn; without a front a client cannot, and is not asked to."""
    program = war().program
    aimless = replace(war(), program=replace(program, scenario=program.scenario.model_copy(update={"objective": None})))
    with pytest.raises(DecisionError, match="the scenario has no objective"):
        TableGame(aimless)
    frontless = replace(war(), program=replace(program, cast=replace(program.cast, territory=False)))
    with pytest.raises(SessionError, match="this war has no front, so North has no reward"):
        TableGame(frontless, ("eagle", "north"))


def test_what_is_no_number_is_never_observed() -> None:
    """It is refused by its name; a log ratio may be below 0, and what is true is 1."""
    good = (Reading("a", "", True, ""), Reading("b", "", -0.5, "log ratio"), Reading("c", "", 2.0, "rung 0-9"))
    assert numbers_of(good).tolist() == [1.0, -0.5, 2.0]
    assert [row.tolist() for row in limits_of(good)] == [[0, -np.inf, 0], [1, np.inf, np.inf]]
    with pytest.raises(RunError, match="d: no finite number"):
        numbers_of((*good, Reading("d", "", float("nan"), "")))


@pytest.mark.skipif(importlib.util.find_spec("pettingzoo") is not None, reason="PettingZoo is here")
def test_without_pettingzoo_it_says_what_to_install() -> None:
    """In words, and not as a traceback of an import."""
    with pytest.raises(SolveError, match=r"PettingZoo is not installed\. Install it with: pip install 'countermove\[games\]'"):
        table_environment(war())


def quiet(test: Callable[[], None]) -> None:
    """A test of PettingZoo's, which says nothing but what it says of every such environment."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        test()
    assert {str(one.message) for one in said} <= SAID


def test_pettingzoo_s_own_tests() -> None:
    """Of agents in turn, of seeds, and of agents that move at once."""
    tests = pytest.importorskip("pettingzoo.test", reason=NO_PETTINGZOO)
    conversions = pytest.importorskip("pettingzoo.utils.conversions")
    made = table_environment(war(), months=5)
    quiet(lambda: tests.api_test(made, num_cycles=60))
    quiet(lambda: tests.seed_test(lambda: table_environment(war(), months=5), num_cycles=20))
    quiet(lambda: tests.parallel_api_test(conversions.aec_to_parallel(made), num_cycles=20))


def test_an_environment_to_its_end() -> None:
    """Every agent moves once a month, gets what the table gives it, and is told what its numbers are."""
    pytest.importorskip("pettingzoo", reason=NO_PETTINGZOO)
    env = table_environment(war(), months=4)
    env.reset(seed=5)
    total, moves = Counter[str](), Counter[str]()
    for agent in env.agent_iter():
        seen, reward, over, cut, info = env.last()
        assert info["readings"] == env.readings[agent] and info["actions"] == env.actions[agent] and not cut
        assert env.observation_space(agent).contains(seen) and len(seen) == len(env.readings[agent])
        total[agent] += reward
        moves[agent] += not over
        env.step(None if over else 0)
    assert moves == dict.fromkeys(SEATS, 4) and env.render().startswith("4 of 4 months over.")
    same, given = game(5, months=4), Counter[str]()
    while not same.over:
        given.update(month(same))
    assert total == pytest.approx(given)


def test_a_refusal_is_one_of_ours() -> None:
    """Of a seed that is none, by `reset` too."""
    pytest.importorskip("pettingzoo", reason=NO_PETTINGZOO)
    env = table_environment(war(), months=1)
    with pytest.raises(CountermoveError, match="18446744073709551616 is not a seed"):
        env.reset(seed=1 << 64)
