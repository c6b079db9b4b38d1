"""Games of OpenSpiel as games of our own and back: published values through the adapter, and what it refuses. Skipped, loudly, without OpenSpiel."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

from countermove.errors import SolveError
from countermove.games.classic_cards import big_match, kuhn, leduc, pennies
from countermove.games.classic_crises import brinkmanship, chain_store
from countermove.games.form import Chance, End, Game, Move, Node
from countermove.games.openspiel import from_openspiel
from countermove.games.subgame import backward_induction
from countermove.games.to_openspiel import to_openspiel
from countermove.games.zero_sum import zero_sum


@pytest.mark.skipif(importlib.util.find_spec("pyspiel") is not None, reason="OpenSpiel is here")
def test_without_openspiel_it_says_what_to_install() -> None:
    """In words, and not as a traceback of an import."""
    with pytest.raises(SolveError, match=r"OpenSpiel is not installed\. Install it"):
        from_openspiel("kuhn_poker")
    with pytest.raises(SolveError, match=r"OpenSpiel is not installed\. Install it"):
        to_openspiel(kuhn(), "countermove_kuhn")


def leaves(game: Game) -> int:
    """How many ends a tree has."""
    waits: list[Node] = [game.root]
    count = 0
    while waits:
        node = waits.pop()
        following = [to for _, to in node.branches] if isinstance(node, Chance) else []
        following += list(node.actions.values()) if isinstance(node, Move) else []
        waits += following
        count += not following
    return count


def test_kuhn() -> None:
    """Kuhn 1950: -1/18; as many ends as our own."""
    pytest.importorskip("pyspiel", reason="NO OPENSPIEL HERE: pip install open_spiel")
    game = from_openspiel("kuhn_poker")
    assert zero_sum(game).value == pytest.approx(-1 / 18, abs=1e-9)
    assert leaves(game) == leaves(kuhn()) == 30


def test_leduc() -> None:
    """-.0856064, and to ten digits what our own tree, with ranks for cards, is worth."""
    pytest.importorskip("pyspiel", reason="NO OPENSPIEL HERE: pip install open_spiel")
    answer = zero_sum(from_openspiel("leduc_poker"))
    assert answer.value == pytest.approx(-0.0856064, abs=1e-6)
    assert answer.value == pytest.approx(zero_sum(leduc()).value, abs=1e-10)
    assert len(answer.behaviour) == 936


def test_openspiel_finds_nothing_to_gain() -> None:
    """Our behaviour strategies as a policy of its own: nobody has anything to gain (NashConv)."""
    pyspiel = pytest.importorskip("pyspiel", reason="NO OPENSPIEL HERE: pip install open_spiel")
    policies = pytest.importorskip("open_spiel.python.policy")
    exploit = pytest.importorskip("open_spiel.python.algorithms.exploitability")
    for name in ("kuhn_poker", "leduc_poker"):
        loaded = pyspiel.load_game(name)
        told = zero_sum(from_openspiel(loaded)).behaviour

        def asked(state: Any, told: Any = told) -> dict[int, float]:
            who = state.current_player()
            shares = told[f"player {who}: {state.information_state_string(who)}"]
            return {action: shares[state.action_to_string(who, action)] for action in state.legal_actions()}

        policy = policies.tabular_policy_from_callable(loaded, asked)
        assert exploit.nash_conv(loaded, policy) == pytest.approx(0, abs=1e-9)


def test_at_once_becomes_one_after_the_other() -> None:
    """Goofspiel, whose players bid at once, is fair."""
    pytest.importorskip("pyspiel", reason="NO OPENSPIEL HERE: pip install open_spiel")
    answer = zero_sum(from_openspiel("goofspiel(num_cards=3,players=2,imp_info=True)"))
    assert answer.value == pytest.approx(0, abs=1e-9)


def test_what_is_refused() -> None:
    """Chances only sampled or states not told, a tree too large, a game without an end, a game with secrets for `subgame`."""
    pytest.importorskip("pyspiel", reason="NO OPENSPIEL HERE: pip install open_spiel")
    with pytest.raises(SolveError, match="backgammon: it does not say what a player knows"):
        from_openspiel("backgammon")
    with pytest.raises(SolveError, match=r"leduc_poker: its tree has more than 1,000 nodes"):
        from_openspiel("leduc_poker", most_nodes=1000)
    with pytest.raises(SolveError, match="for more than 300 moves"):
        from_openspiel("oshi_zumo(coins=4)")
    with pytest.raises(SolveError, match="does not know which of several moves"):
        backward_induction(from_openspiel("kuhn_poker"))


SENT = {
    "countermove_kuhn": kuhn(),
    "countermove_store": chain_store(3, 0.5, 2, 0.2),
    "countermove_brink": brinkmanship((0.6, 0.4), 5),
    "countermove_pennies": pennies(),
    "countermove_match": big_match(0.9, 3),
}


@pytest.mark.parametrize("name", SENT)
def test_a_game_that_is_sent_passes_openspiels_own_play(name: str) -> None:
    """Random plays with copies and texts of every state on the way, by OpenSpiel; also loaded by its name."""
    pyspiel = pytest.importorskip("pyspiel", reason="NO OPENSPIEL HERE: pip install open_spiel")
    sent = to_openspiel(SENT[name], name)
    pyspiel.random_sim_test(sent, num_sims=20, serialize=True, verbose=False)
    pyspiel.random_sim_test(pyspiel.load_game(name), num_sims=5, serialize=True, verbose=False)


@pytest.mark.parametrize("name", SENT)
def test_a_game_that_is_sent_is_the_same_at_every_node(name: str) -> None:
    """Who moves, what is known, which actions by name, chances and payoffs."""
    pytest.importorskip("pyspiel", reason="NO OPENSPIEL HERE: pip install open_spiel")
    ours = SENT[name]
    waits: list[tuple[Node, Any]] = [(ours.root, to_openspiel(ours, name).new_initial_state())]
    while waits:
        node, state = waits.pop()
        if isinstance(node, End):
            assert state.is_terminal() and tuple(state.returns()) == node.payoffs
        elif isinstance(node, Chance):
            assert [p for _, p in state.chance_outcomes()] == [p for p, _ in node.branches]
            waits += [(to, state.child(branch)) for branch, (_, to) in enumerate(node.branches)]
        else:
            who = ours.players.index(node.player)
            assert state.current_player() == who and state.information_state_string(who) == node.knows
            assert [state.action_to_string(who, action) for action in state.legal_actions()] == list(node.actions)
            assert sum(state.information_state_tensor(who)) == 2
            waits += [(to, state.child(action)) for action, to in enumerate(node.actions.values())]


def test_openspiels_regret_matching_finds_the_value_of_what_is_sent() -> None:
    """Counterfactual regret minimisation of theirs, on our game: Kuhn's value, and the Big Match's."""
    pytest.importorskip("pyspiel", reason="NO OPENSPIEL HERE: pip install open_spiel")
    cfr = pytest.importorskip("open_spiel.python.algorithms.cfr")
    worth = pytest.importorskip("open_spiel.python.algorithms.expected_game_score")
    for name, value in (("countermove_kuhn", -1 / 18), ("countermove_match", 0.5)):
        sent = to_openspiel(SENT[name], name)
        solver = cfr.CFRPlusSolver(sent)
        for _ in range(200):
            solver.evaluate_and_update_policy()
        assert worth.policy_value(sent.new_initial_state(), [solver.average_policy()] * 2)[0] == pytest.approx(value, abs=2e-3)


def test_what_is_sent_comes_back() -> None:
    """There and back: as many ends, the same value."""
    pytest.importorskip("pyspiel", reason="NO OPENSPIEL HERE: pip install open_spiel")
    back = from_openspiel(to_openspiel(leduc(), "countermove_leduc"))
    assert leaves(back) == leaves(leduc())
    assert zero_sum(back).value == pytest.approx(zero_sum(leduc()).value, abs=1e-12)


def test_what_is_not_sent() -> None:
    """A name that OpenSpiel cannot have, and a game without a move."""
    pytest.importorskip("pyspiel", reason="NO OPENSPIEL HERE: pip install open_spiel")
    with pytest.raises(SolveError, match="'a war' is no name"):
        to_openspiel(kuhn(), "a war")
    with pytest.raises(SolveError, match="nobody moves in it"):
        to_openspiel(Game(("a",), End((1,))), "countermove_end")
