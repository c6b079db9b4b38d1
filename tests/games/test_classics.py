"""The table of classics: rows that are solved here come to their closed forms, and the other rows' games have theirs for an equilibrium.

The second half solves nothing: it plays the closed form in the game and asks, by other code, what a player could gain by another way.
"""

from __future__ import annotations

import math

import pytest

from builders.best_replies import asked, most_gain
from countermove.games import classic_answers as known
from countermove.games import classics
from countermove.games.classic_contests import arms_stage, efforts
from countermove.games.classic_crises import chain_store
from countermove.games.classic_row import Classic, solve_classic
from countermove.games.classics import CLASSICS
from countermove.games.form import End, Game, Play
from countermove.games.played_out import payoffs

ROWS = {row.name: row for row in CLASSICS}
EXACT = 1e-7  # what a limit of quantal responses is off by, at most, where the grid is right


def misses(row: Classic, grid: int, behaviour: Play) -> list[float]:
    """How far each number of a row is from what is known."""
    game = row.game(grid)
    return [abs(number.measured(game, behaviour) - number.expected) for number in row.numbers]


@pytest.mark.parametrize("row", CLASSICS, ids=lambda row: row.name)
def test_what_is_solved_comes_to_its_closed_form(row: Classic) -> None:
    """Within what the row claims at its finest grid, and nearer than at its coarsest, if that is not exact already."""
    found = [misses(row, grid, solve_classic(row, grid)) for grid in row.grids]
    for number, coarse, fine in zip(row.numbers, found[0], found[-1], strict=True):
        assert fine <= number.within, number.what
        assert fine < coarse or coarse <= EXACT or len(row.grids) == 1, number.what


@pytest.mark.parametrize("fixture", [1, 2, 3, 4, 5, 6, 16, 17, 18, 19])
def test_every_fixture_that_is_a_game_has_a_row(fixture: int) -> None:
    """The numbers of FIXTURES that issue 16 names."""
    assert any(row.source.endswith(f"FIXTURES {fixture}") for row in CLASSICS)


def test_rows_have_their_own_names() -> None:
    """And grids from coarse to fine."""
    assert len(ROWS) == len(CLASSICS)
    assert all(list(row.grids) == sorted(set(row.grids)) and row.source and row.numbers for row in CLASSICS)


def logit(precision: float, worth: list[float]) -> float:
    """The first of two actions in proportion to exp(precision x worth)."""
    return 1 / (1 + math.exp(precision * (worth[1] - worth[0])))


@pytest.mark.parametrize("name", ["unequal pair at precision 1", "matching pennies 9 to 1 at precision 1"])
def test_gambits_numbers_are_logit_answers_to_each_other(name: str) -> None:
    """FIXTURES 17, 18: each player's printed number is its logit answer to the other's, to all digits printed."""
    row = ROWS[name]
    game, (p, q) = row.game(1), [number.expected for number in row.numbers]
    mixes = ({"0": p, "1": 1 - p}, {"0": q, "1": 1 - q})
    for who, printed in enumerate((p, q)):
        pure = [{**dict(zip(game.players, mixes, strict=True)), game.players[who]: {action: 1.0}} for action in "01"]
        assert row.precision is not None
        assert logit(row.precision, [payoffs(game, one)[who] for one in pure]) == pytest.approx(printed, abs=2e-6)


def kreps_wilson(markets: int, entry: float, market: float, tough: float) -> dict[str, dict[str, float]]:
    """What everybody does in the chain store's game, at every information set."""
    told: dict[str, dict[str, float]] = {}
    for knows in asked(chain_store(markets, entry, market, tough)):
        seen = knows.rsplit(" ", 1)[1].replace("-", "")
        thought = tough
        for place, done in enumerate(seen):
            left = markets - place
            thought = {"o": thought, "s": 0.0, "f": max(entry ** (left - 1), thought) if thought > 0 else 0.0}[done]
        left = markets - len(seen)
        if knows.startswith("store"):
            fights = known.weak_fights(thought, entry, left)
            told[knows] = {"fight": fights, "share": 1 - fights}
        else:
            out = known.stays_out(thought, entry, left, market)
            told[knows] = {"stay out": out, "enter": 1 - out}
    return told


@pytest.mark.parametrize(
    ("markets", "entry", "market", "tough"), [(1, 0.5, 2, 0.2), (3, 0.5, 2, 0.2), (5, 0.6, 3, 0.07), (6, 0.4, 1.5, 0.01)]
)
def test_reputation_pays_as_kreps_and_wilson_say(markets: int, entry: float, market: float, tough: float) -> None:
    """Nobody gains anything by another way, to rounding: the tree is the game they solved."""
    game = chain_store(markets, entry, market, tough)
    assert most_gain(game, kreps_wilson(markets, entry, market, tough)) < 1e-12


def test_the_row_of_the_chain_store_is_that_play() -> None:
    """What the row expects is what the play does at the places that the row names; and to fight for sure is worse."""
    row = ROWS["chain store that may be tough"]
    play = kreps_wilson(3, 0.5, 2.0, 0.2)
    assert misses(row, 1, play) == pytest.approx([0] * 4, abs=1e-12)
    assert most_gain(row.game(1), {**play, "store after o": {"fight": 1.0}}) > 1e-3


def test_richardsons_rest_is_the_stages_equilibrium() -> None:
    """FIXTURES 7: (7.2222, 7.7778); the nearest places on the grid leave at most the square of a step to gain."""
    rest = known.armed_rest(*classics.ARMS)
    assert rest == pytest.approx((7.2222, 7.7778), abs=1e-4)
    for grid in (16, 64, 128):
        steps = efforts(16.0, grid)
        row, column = (min(range(grid + 1), key=lambda k, at=at: abs(steps[k] - at)) for at in rest)
        play = {"row": {f"{row}": 1.0}, "column": {f"{column}": 1.0}}
        assert most_gain(arms_stage(*classics.ARMS, 16.0, grid), play) <= (16 / grid) ** 2
        away = {"row": {f"{row // 2}": 1.0}, "column": {f"{column}": 1.0}}
        assert most_gain(arms_stage(*classics.ARMS, 16.0, grid), away) > 1


def test_a_game_that_is_over() -> None:
    """Nothing is chosen, and the payoffs are what they are."""
    assert payoffs(Game(("a", "b"), End((1, 2))), {}) == (1, 2)
