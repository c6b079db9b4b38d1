"""A war as an environment of PettingZoo: its own tests, and the same rewards as the tree has payoffs. Skipped, loudly, without PettingZoo."""

from __future__ import annotations

import importlib.util
import itertools
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from builders.stochastic_games import chain_store, one_stage, random_policies, random_war
from countermove.errors import SolveError
from countermove.games.bins import Axis, Bins
from countermove.games.cut_tree import cut_tree
from countermove.games.form import End, Move
from countermove.games.played_out import payoffs
from countermove.games.stochastic import StochasticGame
from countermove.games.to_pettingzoo import to_pettingzoo

NO_PETTINGZOO = "NO PETTINGZOO HERE: pip install pettingzoo"
MASKED = {  # what its api_test says of every environment with action masks whose name it does not know
    "Observation is not a NumPy array",
    "Observation space for each agent probably should be gymnasium.spaces.box or gymnasium.spaces.discrete",
}


@pytest.mark.skipif(importlib.util.find_spec("pettingzoo") is not None, reason="PettingZoo is here")
def test_without_pettingzoo_it_says_what_to_install() -> None:
    """In words, and not as a traceback of an import."""
    with pytest.raises(SolveError, match=r"PettingZoo is not installed\. Install it with: pip install 'countermove\[games\]'"):
        to_pettingzoo(random_war(1))


WARS: dict[str, Callable[[], StochasticGame]] = {
    "types": lambda: random_war(1, types=3),
    "one type, one state": lambda: random_war(2, states=1),
    "a market": lambda: chain_store(0.3, 0.5, 2.0),
    "a month": lambda: one_stage([[1, 2], [3, 4]], [[[1, 0], [0, 1]], [[0, 1], [1, 0]]], (0.5, 0.5)),
}


def play(env: Any, choose: Callable[[str, dict[str, Any]], int]) -> dict[str, float]:
    """A war to its end: the sum of all rewards by agent."""
    total = Counter[str]()
    for agent in env.agent_iter():
        seen, reward, over, cut, _ = env.last()
        total[agent] += reward
        env.step(None if over or cut else choose(agent, seen))
    return dict(total)


def quiet(test: Callable[[], None], *, but: frozenset[str] = frozenset()) -> None:
    """A test of PettingZoo's, which says nothing but the two things that it says of every mask, and what is named."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        test()
    assert {str(one.message) for one in said} <= MASKED | but


@pytest.mark.parametrize("name", WARS)
def test_api_test(name: str) -> None:
    """PettingZoo's own."""
    tests = pytest.importorskip("pettingzoo.test", reason=NO_PETTINGZOO)
    quiet(lambda: tests.api_test(to_pettingzoo(WARS[name]()), num_cycles=300))


@pytest.mark.parametrize("name", WARS)
def test_seed_test(name: str) -> None:
    """PettingZoo's own: two environments of one seed are one war."""
    tests = pytest.importorskip("pettingzoo.test", reason=NO_PETTINGZOO)
    quiet(lambda: tests.seed_test(lambda: to_pettingzoo(WARS[name]())))


def test_both_at_once() -> None:
    """As an environment in which both move at the same time, as they do in the war: PettingZoo's test of those."""
    tests = pytest.importorskip("pettingzoo.test", reason=NO_PETTINGZOO)
    conversions = pytest.importorskip("pettingzoo.utils.conversions")
    quiet(lambda: tests.parallel_api_test(conversions.aec_to_parallel(to_pettingzoo(random_war(1, types=2))), num_cycles=100))


def test_every_way_of_playing_is_rewarded_as_in_the_tree() -> None:
    """Without luck, all moves of both in all months: the sums of rewards are the tree's payoffs, to rounding."""
    pytest.importorskip("pettingzoo", reason=NO_PETTINGZOO)
    whole = random_war(7, months=2, states=3)
    game = replace(whole, chances=np.where(whole.chances.sum(axis=3, keepdims=True) > 0, [1.0, 0.0], 0.0), start=np.eye(3)[1])
    env, root = to_pettingzoo(game), cut_tree(game, 2, 1).game.root
    count = 0
    for moves in itertools.product(range(3), repeat=4):
        node, names = root, [f"{'ab'[turn % 2]}{move}" for turn, move in enumerate(moves)]
        for name in names:
            node = node.actions.get(name, root) if isinstance(node, Move) else node
        if not isinstance(node, End):
            continue  # a move that is not allowed on the way
        way = iter(moves)
        env.reset(seed=0)
        assert play(env, lambda agent, seen, way=way: next(way)) == pytest.approx(
            dict(zip(("owner_0", "rival_1"), node.payoffs, strict=True)), abs=1e-12
        )
        count += 1
    assert count > 10


def test_on_the_average_as_in_the_tree() -> None:
    """2,000 wars of given policies: mean rewards within four standard errors of what the tree says."""
    pytest.importorskip("pettingzoo", reason=NO_PETTINGZOO)
    game = random_war(9, types=2, months=3)
    owner, rival = random_policies(game, 9)
    tree = cut_tree(game, 3, 9, most_nodes=1_000_000)
    env, luck = to_pettingzoo(game), np.random.default_rng(1)
    env.reset(seed=3)

    def choose(agent: str, seen: dict[str, Any]) -> int:
        left, state, *_, kind = seen["observation"].tolist()
        shares = owner[3 - left, state] if agent == "owner_0" else rival[3 - left, state, :, kind - 1]
        return int(luck.choice(3, p=shares))

    found = []
    for _ in range(2000):
        env.reset()
        found.append(list(play(env, choose).values()))
    means, errors = np.mean(found, axis=0), np.std(found, axis=0) / np.sqrt(2000)
    assert (np.abs(means - payoffs(tree.game, tree.play(owner, rival))) < 4 * errors).all()


def test_what_is_seen() -> None:
    """Months left, bins of the state (no axis of one bin), last moves, the rival's type and for the owner none; not the owner's move of this
    month."""
    pytest.importorskip("pettingzoo", reason=NO_PETTINGZOO)
    bins = Bins((Axis("balance", (0.5,)), Axis("weather", ()), Axis("rung", (1.0, 2.0))))
    game = replace(random_war(1, types=2), start=np.eye(4)[2], types=np.array([0.0, 1.0]), owner_may=np.ones((4, 3), bool))
    game = replace(game, chances=np.where(game.chances.sum(axis=3, keepdims=True) > 0, game.chances, [1.0, 0.0]))
    env = to_pettingzoo(game, bins, np.array([0, 1, 5, 3]), name="small")
    env.reset(seed=1)
    assert env.observe("owner_0")["observation"].tolist() == [3, 1, 2, 0, 0, 0]
    assert env.observe("rival_1")["observation"].tolist() == [3, 1, 2, 0, 0, 2]
    assert env.observation_space("rival_1")["observation"].high.tolist() == [3, 1, 2, 3, 3, 2]
    assert env.observe("rival_1")["action_mask"].tolist() == game.rival_may[2].astype(int).tolist()
    env.step(2)
    assert env.observe("rival_1")["observation"].tolist() == [3, 1, 2, 0, 0, 2]
    assert env.rewards == {"owner_0": 0.0, "rival_1": 0.0}
    move = int(game.rival_may[2].argmax())
    env.step(move)
    assert env.observe("owner_0")["observation"].tolist()[0::3] == [2, 3]
    assert env.rewards == {"owner_0": game.owner_gets[2, 2, move], "rival_1": game.rival_gets[1, 2, 2, move]}
    assert env.render().startswith("1 of 3 months over, state ") and env.render().endswith(f"; owner did a2, rival b{move}")
    assert str(env) == "small"


def test_seeds() -> None:
    """Other seeds, other wars; without a seed the luck goes on; a number that is no seed is refused."""
    pytest.importorskip("pettingzoo", reason=NO_PETTINGZOO)
    env = to_pettingzoo(random_war(1, types=3))

    def opened(seed: int | None) -> list[int]:
        env.reset(seed=seed)
        return env.observe("rival_1")["observation"].tolist()

    assert len({tuple(opened(seed)) for seed in range(40)}) > 6
    first = [opened(5), *(opened(None) for _ in range(20))]
    assert [opened(5), *(opened(None) for _ in range(20))] == first
    assert len({tuple(one) for one in first}) > 3
    with pytest.raises(SolveError, match="-1 is not a seed"):
        env.reset(seed=-1)


def test_what_is_refused() -> None:
    """A move that is not allowed, with those that are; what is no move; bins without the states' numbers."""
    pytest.importorskip("pettingzoo", reason=NO_PETTINGZOO)
    game = chain_store(0.3, 0.5, 2.0)
    env = to_pettingzoo(game)
    env.reset(seed=0)
    for wrong in (1, 7, -1, 0.5, None, "a0"):
        with pytest.raises(SolveError, match=rf"owner_0, month 1: move {wrong} is not allowed here\. Allowed: 0 \(a0\)"):
            env.step(wrong)
    env.step(0)
    assert env.agent_selection == "rival_1"
    bins = Bins((Axis("balance", (0.5, 1, 2)),))
    for given in ((bins, None), (None, np.arange(4)), (bins, np.arange(3))):
        with pytest.raises(SolveError, match="for each of 4 states are wanted together"):
            to_pettingzoo(game, *given)


def test_a_war_of_a_file() -> None:
    """The small war, compiled: its bins are what is seen, and it passes."""
    tests = pytest.importorskip("pettingzoo.test", reason=NO_PETTINGZOO)
    pytest.importorskip("jax", reason="NO ENGINE HERE")
    from builders.war_games import small_game

    made = small_game()
    assert len(made.game.owner_moves) != len(made.game.rival_moves)
    sizes = frozenset({"Agents have different observation space sizes"})  # their masks
    quiet(lambda: tests.api_test(to_pettingzoo(made.game, made.bins, made.states), num_cycles=100), but=sizes)
    quiet(lambda: tests.seed_test(lambda: to_pettingzoo(made.game, made.bins, made.states), num_cycles=100))
