"""The first months of a war as a tree: the same play is worth the same in both, what is cut is told, and who knows what."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.stochastic_games import chain_store, one_stage, random_policies, random_war, war
from builders.war_games import small_game
from countermove.errors import SolveError
from countermove.games.backward import Effort, solve_backward
from countermove.games.cut_tree import CutTree, cut_tree
from countermove.games.form import Chance, End, Game, Move, Node
from countermove.games.gain import gains
from countermove.games.played_out import payoffs
from countermove.games.policy_gain import Policies, policy_gain
from countermove.games.qre import respond
from countermove.games.stochastic import StochasticGame
from countermove.games.zero_sum import zero_sum

WHOLE = 99  # ways: all of them
Floats = np.ndarray


def nodes_of(game: Game) -> list[Node]:
    """Every node of the tree."""
    found: list[Node] = [game.root]
    for node in found:  # grows while it is walked
        found += [to for _, to in node.branches] if isinstance(node, Chance) else []
        found += node.actions.values() if isinstance(node, Move) else []
    return found


def spread(game: Game, who: int) -> float:
    """The range of a player's payoffs."""
    return float(np.ptp([node.payoffs[who] for node in nodes_of(game) if isinstance(node, End)]))


def worth(game: StochasticGame, play: tuple[Floats, Floats]) -> tuple[float, float]:
    """What policies that look at month, state and type are worth in the war: by the code that checks the solver."""
    one = np.eye(len(game.types))
    policies = Policies(one, 1, play[0][:, :, None].repeat(len(one), axis=2), play[1][:, :, None].repeat(len(one), axis=2))
    found = policy_gain(game, policies)
    return found.owner_worth, float(found.rival_worth @ game.types)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), types=st.integers(1, 3), months=st.integers(1, 2))
def test_play_is_worth_the_same_in_the_tree(seed: int, types: int, months: int) -> None:
    """All ways kept, all months: what any policies are worth in the war and in the tree, to rounding; and nothing was dropped."""
    game = random_war(seed, types=types, months=months, states=3)
    play = random_policies(game, seed)
    tree = cut_tree(game, months, WHOLE)
    assert payoffs(tree.game, tree.play(*play)) == pytest.approx(worth(game, play), abs=1e-12)
    assert (tree.dropped, tree.worst) == (0.0, 0.0)
    assert tree.nodes == len(nodes_of(tree.game))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), types=st.integers(1, 2), ways=st.integers(1, 3))
def test_a_cut_tree_is_as_far_off_as_it_says(seed: int, types: int, ways: int) -> None:
    """With fewer ways, values are off by no more than the share that was dropped times the range of payoffs; more ways drop less."""
    game = random_war(seed, types=types, months=2, states=3, own=2, other=2)
    play = random_policies(game, seed)
    tree, whole = cut_tree(game, 2, ways), cut_tree(game, 2, WHOLE)
    got, right = payoffs(tree.game, tree.play(*play)), worth(game, play)
    for who in (0, 1):
        assert abs(got[who] - right[who]) <= tree.dropped * spread(whole.game, who) + 1e-12
    assert tree.nodes == len(nodes_of(tree.game)) <= whole.nodes
    assert cut_tree(game, 2, ways + 1).dropped <= tree.dropped <= 1
    assert 0 <= tree.worst <= tree.dropped + 1e-12


def drifting(months: int) -> StochasticGame:
    """Three states, one move each: from 0 it stays with .7, goes to 1 with .2 and to 2 with .1; 1 and 2 stay. Each state gives its number."""
    leads = {(0, 0, 0): {0: 0.7, 1: 0.2, 2: 0.1}, (1, 0, 0): {1: 1.0}, (2, 0, 0): {2: 1.0}}
    gets = np.array([0.0, 1.0, 2.0]).reshape(3, 1, 1)
    return war({"types": np.ones(1), "months": months, "start": np.array([0.5, 0.3, 0.2])}, leads, gets, -gets[None])


def test_what_is_dropped_by_hand() -> None:
    """Two ways of three: .2 of the start, then .1 of each month in state 0, which is where 5/8 of the rest begins."""
    tree = cut_tree(drifting(2), 2, 2)
    assert tree.dropped == pytest.approx(0.2 + 0.5 * (0.1 + 0.7 * 0.1), abs=1e-15)
    assert tree.worst == pytest.approx(0.2, abs=1e-15)
    root = tree.game.root
    assert isinstance(root, Chance)
    assert [p for p, _ in root.branches] == pytest.approx([5 / 8, 3 / 8], abs=1e-15)
    assert [to.knows for _, to in root.branches if isinstance(to, Move)] == ["owner: state 0", "owner: state 1"]
    # state 0: 7/9 stays, 2/9 to state 1, whose number is counted in the second month
    assert payoffs(tree.game, tree.play(np.ones((2, 3, 1)), np.ones((2, 3, 1, 1))))[0] == pytest.approx(5 / 8 * 2 / 9 + 3 / 8 * 2)


def test_most_likely_alone() -> None:
    """One way: no chance is left, and the most likely war is played."""
    tree = cut_tree(drifting(3), 3, 1, says=["calm", "storm", "flood"].__getitem__)
    assert not any(isinstance(node, Chance) for node in nodes_of(tree.game))
    assert tree.nodes == 7
    assert tree.dropped == pytest.approx(1 - 0.5 * 0.7**3, abs=1e-15)
    assert list(tree.places)[-1] == "rival: calm > a0 & b0 > calm > a0 & b0 > calm"


def test_a_state_that_is_written_twice_is_one() -> None:
    """Probabilities of the same state are added before the likely ones are chosen."""
    game = drifting(1)
    twice = replace(
        game,
        following=np.array([[2, 1, 1], [1, 1, 1], [2, 2, 2]], dtype=np.int32).reshape(3, 1, 1, 3),
        chances=np.array([[0.4, 0.3, 0.3], [1, 0, 0], [0.5, 0.25, 0.25]]).reshape(3, 1, 1, 3),
    )
    assert cut_tree(twice, 1, 1).dropped == pytest.approx(0.5 + 0.5 * 0.4, abs=1e-15)
    assert cut_tree(twice, 1, 2).dropped == pytest.approx(0.2, abs=1e-15)


@pytest.mark.parametrize("seed", range(6))
def test_logit_response_of_tree_and_war(seed: int) -> None:
    """Agent quantal response of the tree, by the tree's solver, is the war's, by the war's: at every place, to 1e-7."""
    game = random_war(seed, states=2, months=2, own=2, other=2)
    tree = cut_tree(game, 2, WHOLE)
    for answer in respond(tree.game, [0.3, 1.0]):
        found = solve_backward(game, answer.precision)
        assert not found.missed.any()
        assert not found.turned.any()  # beyond a turn the tree's one curve and the war's, one for each stage, need not meet
        told = tree.play(found.owner_play[:, :, 0], found.rival_play[:, :, 0])
        for knows, shares in answer.play.items():
            assert dict(shares) == pytest.approx(told[knows], abs=1e-7)


@pytest.mark.parametrize("seed", range(4))
def test_logit_response_against_types(seed: int) -> None:
    """A month against a rival whose type only he knows: again the same."""
    random = np.random.default_rng(seed)
    game = one_stage(random.normal(size=(2, 3)), random.normal(size=(3, 2, 3)), (0.25, 0.5, 0.25))
    tree = cut_tree(game, 1, WHOLE)
    found = solve_backward(game, 2.0, Effort(belief_steps=4))
    at = found.grid.points.tolist().index(game.types.tolist())
    told = tree.play(found.owner_play[:, :, at], found.rival_play[:, :, at])
    for knows, shares in respond(tree.game, [2.0])[0].play.items():
        assert dict(shares) == pytest.approx(told[knows], abs=1e-7)


@pytest.mark.parametrize("seed", range(4))
def test_one_against_the_other(seed: int) -> None:
    """Where one gets what the other loses: the linear programme of the whole tree, and the war solved from its last month back by matrix games."""
    game = random_war(seed, states=3, months=2)
    zero = replace(game, rival_gets=-game.owner_gets[None], rival_last=-game.owner_last[None])
    values = zero.owner_last
    for _ in range(zero.months):
        values = np.array([_matrix_value(zero, state, values) for state in range(3)])
    assert zero_sum(cut_tree(zero, 2, WHOLE).game).value == pytest.approx(float(zero.start @ values), abs=1e-7)


def _matrix_value(game: StochasticGame, state: int, later: Floats) -> float:
    """The value of one month's matrix game (Shapley 1953)."""
    cells = game.owner_gets[state] + (game.chances[state] * later[game.following[state]]).sum(axis=2)
    cells = cells[np.ix_(game.owner_may[state], game.rival_may[state])]
    rows = [[End((float(value), -float(value))) for value in row] for row in cells]
    replies = [Move("b", "b", {str(c): end for c, end in enumerate(row)}) for row in rows]
    return zero_sum(Game(("a", "b"), Move("a", "a", {str(r): reply for r, reply in enumerate(replies)}))).value


def test_the_months_after_the_cut() -> None:
    """A month with what the rest is worth for `later` is the whole war; without, the month's points alone."""
    game = random_war(5, types=2, months=3)
    owner, rival = random_policies(game, 5)
    values: list[Floats] = []
    for kind in range(2):
        rest = replace(game, months=2, types=np.ones(1), rival_gets=game.rival_gets[[kind]], rival_last=game.rival_last[[kind]])
        starts = [replace(rest, start=np.eye(4)[state]) for state in range(4)]
        values.append(np.array([worth(one, (owner[1:], rival[1:, :, :, [kind]])) for one in starts]))
    # what the rest is worth to the owner depends on the type: one type at a time
    for kind in range(2):
        alone = replace(game, types=np.eye(2)[kind])
        later = (values[kind][:, 0], np.stack([values[kind][:, 1]] * 2))
        tree = cut_tree(alone, 1, WHOLE, later=later)
        assert payoffs(tree.game, tree.play(owner, rival)) == pytest.approx(worth(alone, (owner, rival)), abs=1e-12)
        bare = cut_tree(alone, 1, WHOLE)
        points = replace(alone, months=1, owner_last=np.zeros(4), rival_last=np.zeros((2, 4)))
        assert payoffs(bare.game, bare.play(owner, rival)) == pytest.approx(worth(points, (owner[:1], rival[:1])), abs=1e-12)


def test_who_knows_what() -> None:
    """The rival knows his type and not the owner's move; the owner the rival's past moves and not his type; nobody forgets."""
    game = random_war(3, types=2, months=2, states=2, own=2, other=2)
    tree = cut_tree(game, 2, WHOLE)
    at: dict[str, list[Move]] = {}
    for node in nodes_of(tree.game):
        if isinstance(node, Move):
            at.setdefault(node.knows, []).append(node)
    assert set(at) == set(tree.places)
    for knows, nodes in at.items():
        place = tree.places[knows]
        if place.kind is None:
            assert len(nodes) == 2 and knows.startswith("owner: state")  # one of each type
        else:
            assert len(nodes) == game.owner_may[place.state].sum() and knows.startswith(f"rival, type {place.kind + 1}: state")
    assert len(gains(tree.game, tree.play(*random_policies(game, 3)))) == 2  # refused where a player forgets


def test_the_chain_store() -> None:
    """What is known of it (Kreps & Wilson 1982): with a strong incumbent of .3 and an entrant of .5, a weak one fights and the entrant mixes."""
    game = chain_store(0.3, 0.5, 2.0)
    tree = cut_tree(game, 3, WHOLE)
    # the weak one fights with .3 / .7 x (1 - .5) / .5, after which the entrant is indifferent and enters with 1/2
    fights, enters = 3 / 7, 0.5
    play = _chain_play(tree, fights, enters)
    assert max(gain.points for gain in gains(tree.game, play)) < 1e-12


def _chain_play(tree: CutTree, fights: float, enters: float) -> dict[str, dict[str, float]]:
    """The equilibrium, by what each information set is."""
    told: dict[str, dict[str, float]] = {}
    for knows, place in tree.places.items():
        if place.kind is None and len(place.moves) == 2:
            after_fight = "b1" in knows
            told[knows] = {"a0": enters, "a1": 1 - enters} if after_fight else {"a0": 1.0, "a1": 0.0}
        elif place.kind is not None and len(place.moves) == 2:
            share = 1.0 if place.kind == 1 else fights if place.month == 0 else 0.0
            told[knows] = {"b0": 1 - share, "b1": share}
        else:
            told[knows] = dict.fromkeys(place.moves, 1.0)
    return told


def test_too_large() -> None:
    """How large, and what would fit: which then does."""
    game = random_war(1, months=6, own=3, other=3)
    with pytest.raises(SolveError, match="the first 4 months with 2 ways on from each place are") as caught:
        cut_tree(game, 4, 2, most_nodes=5000)
    size = int(re.findall(r"are ([\d,]+) nodes", str(caught.value))[0].replace(",", ""))
    assert cut_tree(game, 4, 2, most_nodes=size).nodes == size
    fits = re.findall(r"(\d) months? would fit", caught.value.next)
    assert cut_tree(game, int(fits[0]), 2, most_nodes=5000).nodes <= 5000
    with pytest.raises(SolveError):
        cut_tree(game, int(fits[0]) + 1, 2, most_nodes=5000)
    with pytest.raises(SolveError, match="1 way on would fit"):
        cut_tree(game, 3, 2, most_nodes=cut_tree(game, 3, 1).nodes)
    with pytest.raises(SolveError, match=r"more than 1,000,000,000,000 nodes.*fewer moves"):
        cut_tree(random_war(1, months=60), 60, 2, most_nodes=3)


@pytest.mark.parametrize(("months", "ways"), [(0, 1), (4, 1), (1, 0), (-1, 2)])
def test_no_tree(months: int, ways: int) -> None:
    """Months and ways that there are not."""
    with pytest.raises(SolveError, match=r"are no tree of this war\. It can have from 1 to 3 months"):
        cut_tree(random_war(1), months, ways)


def test_names_and_values_that_do_not_fit() -> None:
    """Two moves or states of one name, values of another shape or not finite, policies that are none."""
    game = random_war(1, types=2, months=2)
    with pytest.raises(SolveError, match="two moves have one name: a, a, b"):
        cut_tree(replace(game, owner_moves=("a", "a", "b")), 1, 2)
    with pytest.raises(SolveError, match="two places have one name"):
        cut_tree(game, 1, 9, says=lambda state: "somewhere")
    for owner, rival in ((np.zeros(3), np.zeros((2, 4))), (np.zeros(4), np.zeros((1, 4))), (np.full(4, np.nan), np.zeros((2, 4)))):
        with pytest.raises(SolveError, match="what states are worth later is finite"):
            cut_tree(game, 1, 2, later=(owner, rival))
    tree = cut_tree(game, 2, 2)
    owner, rival = random_policies(game, 1)
    with pytest.raises(SolveError, match="say nothing of this month"):
        tree.play(owner[:1], rival)
    with pytest.raises(SolveError, match="no probability over the moves"):
        tree.play(owner / 2, rival)


def test_a_war_of_a_file() -> None:
    """The small war, compiled: its first two months with the two likeliest states each, as many nodes as were counted, and play for both."""
    made = small_game()
    tree = cut_tree(made.game, 2, 2, most_nodes=1_000_000, says=lambda state: made.bins.says(int(made.states[state])))
    assert tree.nodes == len(nodes_of(tree.game))
    assert 0 < tree.worst <= tree.dropped < 1
    assert len(gains(tree.game, tree.play(*random_policies(made.game, 0)))) == 2
