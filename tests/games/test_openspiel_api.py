"""A war in OpenSpiel: its first months as a tree, put through OpenSpiel's own tests of games (`games_sim_test` and `integration_tests/api_test`).
Skipped, loudly, without OpenSpiel."""

from __future__ import annotations

import unittest
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from builders.stochastic_games import chain_store, random_policies, random_war
from countermove.games.classic_crises import brinkmanship
from countermove.games.cut_tree import CutTree, cut_tree
from countermove.games.form import Chance, End, Game, Move, Node, Play
from countermove.games.gain import gains
from countermove.games.gambit_files import efg, nfg
from countermove.games.played_out import payoffs
from countermove.games.policy_game import Bimatrix, policy_game
from countermove.games.qre import Equilibrium, solve
from countermove.games.to_openspiel import to_openspiel
from countermove.games.zero_sum import zero_sum

spiel = pytest.importorskip("pyspiel", reason="NO OPENSPIEL HERE: pip install open_spiel")


@cache
def sent() -> dict[str, tuple[CutTree, Any]]:
    """Trees by name, and what OpenSpiel has of them: types, one against the other, a chain store."""
    typed = random_war(3, types=2, months=3, states=3, own=2, other=2)
    alone = random_war(4, months=2)
    zero = replace(alone, rival_gets=-alone.owner_gets[None], rival_last=-alone.owner_last[None])
    trees = {
        "war_of_types": cut_tree(typed, 2, 2),
        "war_of_one_against_the_other": cut_tree(zero, 2, 2),
        "war_without_luck": cut_tree(alone, 2, 1),
        "war_for_a_market": cut_tree(chain_store(0.3, 0.5, 2.0), 3, 2),
    }
    return {name: (tree, to_openspiel(tree.game, name)) for name, tree in trees.items()}


NAMES = ["war_of_types", "war_of_one_against_the_other", "war_without_luck", "war_for_a_market"]


def counts(game: Game) -> tuple[int, int, int]:
    """Nodes of chance, of players, and ends."""
    waits: list[Node] = [game.root]
    for node in waits:  # grows while it is walked
        waits += [to for _, to in node.branches] if isinstance(node, Chance) else []
        waits += node.actions.values() if isinstance(node, Move) else []
    kinds = [type(node) for node in waits]
    return kinds.count(Chance), kinds.count(Move), kinds.count(End)


def failures(case: Any) -> list[str]:
    """What OpenSpiel's test case has to say against a game; at least one test was run."""
    found = unittest.TestResult()
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    assert suite.countTestCases() > 0
    suite.run(found)
    assert found.testsRun == suite.countTestCases() and not found.skipped
    return [text for _, text in (*found.failures, *found.errors)]


@pytest.mark.parametrize("name", NAMES)
def test_openspiel_plays_it_at_random(name: str) -> None:
    """`random_sim_test`: plays with copies, texts and sizes of everything on the way."""
    spiel.random_sim_test(sent()[name][1], num_sims=20, serialize=True, verbose=False)


@pytest.mark.parametrize("name", NAMES)
def test_games_sim_test(name: str) -> None:
    """Theirs: clones, OpenSpiel's own files and pickles of game and state, and returns inside the range that was told."""
    theirs = pytest.importorskip("open_spiel.python.tests.games_sim_test")
    assert name in sent()  # and so registered
    np.random.seed(0)  # theirs draws from it
    for _ in range(5):
        theirs.GamesSimTest().sim_game(spiel.load_game(name))


@pytest.mark.parametrize("name", NAMES)
def test_api_test_of_the_full_tree(name: str) -> None:
    """Theirs, at every state: who moves, what is legal, perfect recall, sums; and as many states and information sets as our tree has."""
    theirs = pytest.importorskip("open_spiel.integration_tests.api_test")
    tree, game = sent()[name]
    theirs.TOTAL_NUM_STATES[name] = counts(tree.game)
    theirs.PERFECT_RECALL_NUM_STATES[name] = len(tree.places)
    assert failures(type("Full", (theirs.EnforceAPIOnFullTreeBase,), {"game_name": name, "game": game})) == []


@pytest.mark.parametrize("name", [*NAMES, "crisis"])
def test_api_test_of_some_states(name: str) -> None:
    """Theirs, at some states: lengths, errors for players that there are not, private and public observations."""
    theirs = pytest.importorskip("open_spiel.integration_tests.api_test")
    game = to_openspiel(brinkmanship((0.6, 0.4), 5), "crisis") if name == "crisis" else sent()[name][1]
    assert failures(type("Some", (theirs.EnforceAPIOnPartialTreeBase,), {"game_name": name, "game": game})) == []


def policy_of(game: Any, play: Play) -> Any:
    """A play of ours as a policy of OpenSpiel's."""
    policy = pytest.importorskip("open_spiel.python.policy")

    def asked(state: Any) -> dict[int, float]:
        return dict(enumerate(play[state.information_state_string(state.current_player())].values()))

    return policy.tabular_policy_from_callable(game, asked)


def test_openspiel_finds_nothing_to_gain() -> None:
    """Against what our solvers answer: of one against the other exactly, with types in the limit of logit responses."""
    theirs = pytest.importorskip("open_spiel.python.algorithms.exploitability")
    tree, game = sent()["war_of_one_against_the_other"]
    assert theirs.nash_conv(game, policy_of(game, zero_sum(tree.game).behaviour)) == pytest.approx(0, abs=1e-8)
    typed = cut_tree(random_war(3, types=2, states=3, own=2, other=2), 1, 2)
    principal = solve(typed.game, starts=0).principal
    assert isinstance(principal, Equilibrium)
    game = to_openspiel(typed.game, "month_of_types")
    gained = theirs.nash_conv(game, policy_of(game, principal.play))
    assert gained == pytest.approx(sum(gain.points for gain in gains(typed.game, principal.play)), abs=1e-9)
    assert 0 <= gained + 1e-12 < 1e-5


def test_a_war_of_a_file() -> None:
    """The small war, compiled: its first months in OpenSpiel, through both of its tests."""
    pytest.importorskip("jax", reason="NO ENGINE HERE")
    from builders.war_games import small_game

    api = pytest.importorskip("open_spiel.integration_tests.api_test")
    sim = pytest.importorskip("open_spiel.python.tests.games_sim_test")
    made = small_game()
    tree = cut_tree(made.game, 2, 1, says=lambda state: made.says(int(made.states[state])))
    game = to_openspiel(tree.game, "small_war")
    api.TOTAL_NUM_STATES["small_war"], api.PERFECT_RECALL_NUM_STATES["small_war"] = counts(tree.game), len(tree.places)
    spiel.random_sim_test(game, num_sims=5, serialize=True, verbose=False)
    sim.GamesSimTest().sim_game(game)
    for base in (api.EnforceAPIOnFullTreeBase, api.EnforceAPIOnPartialTreeBase):
        assert failures(type("War", (base,), {"game_name": "small_war", "game": game})) == []


@pytest.mark.parametrize("name", NAMES)
def test_play_is_worth_the_same(name: str) -> None:
    """Any policies: what OpenSpiel says they are worth in its game, and we in our tree."""
    worth = pytest.importorskip("open_spiel.python.algorithms.expected_game_score")
    tree, game = sent()[name]
    play: dict[str, dict[str, float]] = {}
    random = np.random.default_rng(1)
    for knows, place in tree.places.items():
        shares = random.dirichlet(np.ones(len(place.moves)))
        play[knows] = dict(zip(place.moves, shares.tolist(), strict=True))

    theirs = worth.policy_value(game.new_initial_state(), [policy_of(game, play)] * 2)
    assert list(theirs) == pytest.approx(payoffs(tree.game, play), abs=1e-9)


def test_openspiel_reads_our_files() -> None:
    """A tree whose chances are small fractions as .efg, a policy game as .nfg without names."""
    tree = cut_tree(chain_store(0.25, 0.5, 2.0), 3, 2)
    read = spiel.load_efg_game(efg(tree.game))
    spiel.random_sim_test(read, num_sims=5, serialize=False, verbose=False)
    state = read.new_initial_state()
    assert [p for _, p in state.chance_outcomes()] == [0.75, 0.25]
    war = random_war(6, types=2, months=2)
    plans = {f"{n}": random_policies(war, n)[0] for n in range(3)}
    table: Bimatrix = policy_game(war, plans, {f"{n}": random_policies(war, 10 + n)[1] for n in range(2)})
    matrix = spiel.load_nfg_game(nfg(table, "policies", named=False))
    ours = np.stack([table.first, table.second])
    theirs = np.array([[[matrix.player_utility(who, r, c) for c in range(2)] for r in range(3)] for who in (0, 1)])
    np.testing.assert_allclose(theirs, ours, atol=1e-12)
