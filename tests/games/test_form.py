"""Games in our own form: what is no game is refused, and a game laid flat has every end once with what leads to it."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings

from builders.small_games import BOTH, ladder, private_ladder, small_games
from countermove.errors import SolveError
from countermove.games.flat import Limits, flatten
from countermove.games.form import Chance, End, Game, Move, Node, matrix_game

HERE = End((1.0, 2.0))


@pytest.mark.parametrize(
    ("players", "root", "says"),
    [
        ((), HERE, "players need a name"),
        (("owner", "owner"), HERE, "players need a name"),
        (BOTH, End((1.0,)), "a finite payoff for each of 2 players"),
        (BOTH, End((1.0, math.nan)), "a finite payoff"),
        (BOTH, End((math.inf, 0.0)), "a finite payoff"),
        (BOTH, Chance(()), "these sum to 0"),
        (BOTH, Chance(((0.5, HERE), (0.6, HERE))), "these sum to 1.1"),
        (BOTH, Chance(((0.0, HERE), (1.0, HERE))), "chances above 0"),
        (BOTH, Move("third", "a", {"x": HERE}), "third is no player"),
        (BOTH, Move("owner", "a", {}), "has nothing to do here"),
        (BOTH, Move("owner", "a", {"x": Move("rival", "a", {"x": HERE})}), "not one player's"),
        (
            BOTH,
            Move("owner", "a", {"x": Move("rival", "b", {"y": HERE}), "z": Move("rival", "b", {"w": HERE})}),
            "not of the same actions",
        ),
    ],
)
def test_no_game(players: tuple[str, ...], root: Node, says: str) -> None:
    """Each is refused in words, with the place."""
    with pytest.raises(SolveError, match=re.escape(says)) as caught:
        Game(players, root)
    assert caught.value.where


def test_place_of_a_mistake() -> None:
    """The way to it through the tree."""
    with pytest.raises(SolveError) as caught:
        Game(BOTH, Move("owner", "a", {"x": HERE, "y": Chance(((1.0, End((0.0,))),))}))
    assert caught.value.where == "root > y > chance 0"


def test_matrix_game() -> None:
    """The second mover does not know the first's move, and the payoffs are those of row and column."""
    game = matrix_game([[1, 2, 3], [4, 5, 6]], [[-1, -2, -3], [-4, -5, -6]])
    flat = flatten(game)
    assert flat.sets == ("row", "column")
    assert flat.first.tolist() == [0, 2]
    assert {tuple(path): tuple(pay) for path, pay in zip(flat.paths.tolist(), flat.payoffs.tolist(), strict=True)} == {
        (row, 2 + column): (1 + 3 * row + column, -(1 + 3 * row + column)) for row in range(2) for column in range(3)
    }


def ends_of(node: Node, luck: float = 1.0, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], float, tuple[float, ...]]]:
    """Every end with what leads there, by recursion."""
    if isinstance(node, End):
        return [(path, luck, node.payoffs)]
    if isinstance(node, Chance):
        return [end for p, to in node.branches for end in ends_of(to, luck * p, path)]
    return [end for action, to in node.actions.items() for end in ends_of(to, luck, (*path, f"{node.knows}: {action}"))]


@settings(max_examples=40)
@given(small_games())
def test_flat(game: Game) -> None:
    """Every end once, in the order of the tree, with its chance, its payoffs, and the actions on the way; chances times any play sum to 1."""
    flat = flatten(game)
    names = [f"{flat.sets[number]}: {action}" for number, action in zip(flat.set_of, flat.actions, strict=True)]
    found = [
        (tuple(names[step] for step in path if step >= 0), math.exp(luck), tuple(pay))
        for path, luck, pay in zip(flat.paths, flat.luck, flat.payoffs.tolist(), strict=True)
    ]
    wanted = ends_of(game.root)
    assert [(path, pay) for path, _, pay in found] == [(path, pay) for path, _, pay in wanted]
    assert np.allclose([luck for _, luck, _ in found], [luck for _, luck, _ in wanted], rtol=1e-14, atol=0)
    drawn = np.random.default_rng(1).random(len(flat.actions))
    play = np.append(drawn / np.add.reduceat(drawn, flat.first)[flat.set_of], 1.0)
    assert math.isclose(float((np.exp(flat.luck) * play[flat.paths].prod(axis=1)).sum()), 1.0)


def test_a_game_too_large() -> None:
    """Says how large it is, how large it may be, and what to cut; what fits is not refused."""
    game = private_ladder(10, stakes=(1.0, 2.0, 3.0))
    flatten(game, Limits(ends=33, actions=40))
    with pytest.raises(SolveError) as caught:
        flatten(game, Limits(ends=32))
    assert str(caught.value) == (
        "ends: a game of 20 information sets with 40 actions, and 33 ends is too large to be solved as a tree, at most 32 ends. "
        "Cut rounds, each multiplies the ends, or moves, most at 'rung 0' (2); or pass larger limits"
    )
    with pytest.raises(SolveError) as caught:
        flatten(game, Limits(actions=39))
    assert str(caught.value) == (
        "information sets: a game of 20 information sets with 40 actions, and 33 ends is too large to be solved as a tree, at most 39 actions. "
        "Let rival tell less apart (15 information sets): fewer types or rounds, coarser knowledge; or pass larger limits"
    )


def test_nobody_moves() -> None:
    """There is nothing to solve."""
    with pytest.raises(SolveError, match="nobody moves in this game"):
        flatten(Game(BOTH, Chance(((0.5, HERE), (0.5, HERE)))))


def test_a_mover_who_forgets_where_it_was() -> None:
    """Twice the same information set on one path is refused: the agent form says nothing of it."""
    with pytest.raises(SolveError, match="owner comes here twice on one path"):
        flatten(Game(BOTH, Move("owner", "crossing", {"on": Move("owner", "crossing", {"on": HERE, "off": HERE}), "off": HERE})))


def test_a_long_ladder() -> None:
    """Depth is no recursion: 2,000 rungs are laid flat where that is asked for, and else refused."""
    game = ladder(2_000)
    assert flatten(game, Limits(actions=4_000, pairs=10**10)).paths.shape == (2_001, 2_000)
    with pytest.raises(
        SolveError, match="up to 2,000 moves deep, is too large to be solved as a tree: 2,672,667,000 pairs of moves"
    ):
        flatten(game)
