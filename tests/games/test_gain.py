"""What a player gains by playing otherwise: zero at equilibria of closed form, and the same as trying every plan of every player."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.small_games import BOTH, ladder, small_games
from countermove.errors import SolveError
from countermove.games.form import Chance, End, Game, Move, Node, Play, matrix_game
from countermove.games.gain import gains, gains_within

PENNIES = matrix_game([[9, 0], [0, 1]], [[0, 1], [1, 0]])


def test_matching_pennies() -> None:
    """(1/2, 1/2) and (1/10, 9/10) is the equilibrium; off it each gains what the formula says."""
    at = gains(PENNIES, {"row": {"0": 0.5, "1": 0.5}, "column": {"0": 0.1, "1": 0.9}})
    assert [gain.player for gain in at] == ["row", "column"]
    assert [gain.points for gain in at] == pytest.approx([0, 0], abs=1e-15)
    assert [gain.value for gain in at] == pytest.approx([0.9, 0.5])
    off = gains(PENNIES, {"row": {"0": 0.25, "1": 0.75}, "column": {"0": 0.5, "1": 0.5}})
    assert [gain.points for gain in off] == pytest.approx([4.5 - (4.5 / 4 + 0.5 * 3 / 4), 0.75 - 0.5])


def test_an_empty_threat() -> None:
    """A Nash equilibrium that threatens what would not be done: no gain in the whole game, one of 2 in the subgame where it would be done."""
    game = Game(
        BOTH,
        Move(
            "owner",
            "enter",
            {"stay": End((0.0, 4.0)), "in": Move("rival", "fight", {"yes": End((-1.0, 0.0)), "no": End((1.0, 2.0))})},
        ),
    )
    play = {"enter": {"stay": 1.0, "in": 0.0}, "fight": {"yes": 1.0, "no": 0.0}}
    assert [gain.points for gain in gains(game, play)] == [0, 0]
    within = gains_within(game, play)
    assert [(gain.points, gain.where) for gain in within] == [(0, "root"), (2, "root > in")]
    assert [gain.points for gain in gains_within(game, {"enter": {"stay": 0.0, "in": 1.0}, "fight": {"yes": 0.0, "no": 1.0}})] == [
        0,
        0,
    ]


def test_no_subgame_cuts_an_information_set() -> None:
    """Behind a chance that the rival does not see there is no subgame: only the root."""
    stage = [Move("rival", "blind", {"l": End((0.0, 1.0 * side)), "r": End((0.0, 0.0))}) for side in (3, -1)]
    game = Game(BOTH, Chance(((0.5, stage[0]), (0.5, stage[1]))))
    play = {"blind": {"l": 1.0, "r": 0.0}}
    assert [(gain.points, gain.where) for gain in gains_within(game, play)] == [(0, "root"), (0, "root")]
    seen = Game(BOTH, Chance(((0.5, Move("rival", "left", stage[0].actions)), (0.5, Move("rival", "right", stage[1].actions)))))
    play = {"left": {"l": 1.0, "r": 0.0}, "right": {"l": 1.0, "r": 0.0}}
    assert [gain.points for gain in gains(seen, play)] == [0, 0.5]
    assert [(gain.points, gain.where) for gain in gains_within(seen, play)] == [(0, "root"), (1, "root > chance 1")]


def value_of(node: Node, play: Play, number: int) -> float:
    """What a play is worth, by recursion."""
    if isinstance(node, End):
        return node.payoffs[number]
    if isinstance(node, Chance):
        return sum(p * value_of(to, play, number) for p, to in node.branches)
    return sum(play[node.knows][action] * value_of(to, play, number) for action, to in node.actions.items())


def sets_of(node: Node, found: dict[str, tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Player and actions of every information set."""
    if isinstance(node, Move):
        found[node.knows] = (node.player, tuple(node.actions))
    for to in (
        [] if isinstance(node, End) else [to for _, to in node.branches] if isinstance(node, Chance) else [*node.actions.values()]
    ):
        sets_of(to, found)
    return found


@st.composite
def played(draw: st.DrawFn) -> tuple[Game, dict[str, dict[str, float]]]:
    """A small game and any play of it, with actions that are never taken."""
    game = draw(small_games())
    play: dict[str, dict[str, float]] = {}
    for name, (_, actions) in sets_of(game.root, {}).items():
        weights = draw(st.lists(st.integers(0, 4), min_size=len(actions), max_size=len(actions)).filter(any))
        play[name] = {action: weight / sum(weights) for action, weight in zip(actions, weights, strict=True)}
    return game, play


@settings(max_examples=60)
@given(played())
def test_every_plan_tried(drawn: tuple[Game, dict[str, dict[str, float]]]) -> None:
    """The best of all plans of a player, one by one, is the gain; up to 512 plans."""
    game, play = drawn
    sets = sets_of(game.root, {})
    for number, gain in enumerate(gains(game, play)):
        own = [name for name, (player, _) in sets.items() if player == gain.player]
        plans = [*itertools.islice(itertools.product(*(sets[name][1] for name in own)), 513)]
        if len(plans) > 512:
            continue
        now = value_of(game.root, play, number)
        best = max(
            value_of(
                game.root,
                play
                | {
                    name: {action: float(action == chosen) for action in sets[name][1]}
                    for name, chosen in zip(own, plan, strict=True)
                },
                number,
            )
            for plan in plans
        )
        assert math.isclose(gain.value, now, abs_tol=1e-12)
        assert math.isclose(gain.points, best - now, abs_tol=1e-12)


@settings(max_examples=30)
@given(played())
def test_whole_game_is_a_subgame(drawn: tuple[Game, dict[str, dict[str, float]]]) -> None:
    """Over all subgames a gain is at least that of the whole game."""
    game, play = drawn
    for whole, within in zip(gains(game, play), gains_within(game, play), strict=True):
        assert within.points >= whole.points - 1e-12


def test_refusals() -> None:
    """A play that lacks a set, an action, or does not sum to 1; a player who forgets what it did."""
    for play in ({"row": {"0": 1.0, "1": 0.0}}, {"row": {"0": 1.0, "1": 0.0}, "column": {"0": 1.0}}):
        with pytest.raises(SolveError, match="column: a play needs a probability for each action"):
            gains(PENNIES, play)
    for one, other in ((0.5, 0.6), (1.5, -0.5), (math.nan, 1.0)):
        with pytest.raises(SolveError, match="they sum to 1"):
            gains(PENNIES, {"row": {"0": one, "1": other}, "column": {"0": 1.0, "1": 0.0}})
    second = {"l": End((1.0, 0.0)), "r": End((0.0, 0.0))}
    forgetful = Game(BOTH, Move("owner", "first", {"a": Move("owner", "second", second), "b": Move("owner", "second", second)}))
    with pytest.raises(SolveError, match="second: owner no longer knows here what it did before"):
        gains(forgetful, {"first": {"a": 1.0, "b": 0.0}, "second": {"l": 1.0, "r": 0.0}})


def test_a_long_ladder() -> None:
    """200 rungs, everybody always stops: the first mover would rather climb one, and the other then stops."""
    game = ladder(200)
    play = {f"rung {rung}": {"stop": 1.0, "climb": 0.0} for rung in range(200)}
    assert [round(gain.points, 9) for gain in gains(game, play)] == [3.7, 0]
