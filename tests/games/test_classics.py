"""The table of classics: rows that are solved here come to their closed forms, and the other rows' games have theirs for an equilibrium.

The second half solves nothing: it plays the closed form in the game and asks, by other code, what a player could gain by another way.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from builders.best_replies import best_reply
from countermove.games import classic_answers as known
from countermove.games import classics
from countermove.games.classic_contests import arms_stage, efforts
from countermove.games.classic_crises import attrition_times, chain_store
from countermove.games.classic_row import Classic, solve_classic
from countermove.games.classics import CLASSICS
from countermove.games.form import Chance, End, Game, Move, Node, Play
from countermove.games.played_out import payoffs

SOLVED = [row for row in CLASSICS if row.how != "qre"]
ROWS = {row.name: row for row in CLASSICS}


def misses(row: Classic, grid: int, behaviour: Play) -> list[float]:
    """How far each number of a row is from what is known."""
    game = row.game(grid)
    return [abs(number.measured(game, behaviour) - number.expected) for number in row.numbers]


def asked(game: Game) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Every information set, with its player and its actions."""
    waits: list[Node] = [game.root]
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    while waits:
        node = waits.pop()
        if isinstance(node, Chance):
            waits += [to for _, to in node.branches]
        elif isinstance(node, Move):
            found[node.knows] = (node.player, tuple(node.actions))
            waits += list(node.actions.values())
    return found


def most_gain(game: Game, behaviour: Play) -> float:
    """The most that one player gains by another way."""
    gets = payoffs(game, behaviour)
    return max(best_reply(game, behaviour, who) - gets[who] for who in range(len(game.players)))


@pytest.mark.parametrize("row", SOLVED, ids=lambda row: row.name)
def test_what_is_solved_comes_to_its_closed_form(row: Classic) -> None:
    """Within what the row claims at its finest grid, and nearer than at its coarsest."""
    found = [misses(row, grid, solve_classic(row, grid)) for grid in row.grids]
    for number, coarse, fine in zip(row.numbers, found[0], found[-1], strict=True):
        assert number.within is not None
        assert fine <= number.within, number.what
        assert fine < coarse or coarse <= 1e-9 or len(row.grids) == 1, number.what


@pytest.mark.parametrize("row", [row for row in CLASSICS if row.how == "qre" and row.numbers[0].within], ids=lambda row: row.name)
def test_the_limit_of_responses_comes_to_its_closed_form(row: Classic) -> None:
    """Within what the row claims, at the grid at which it is verified."""
    behaviour = solve_classic(row, row.verified)
    for number, missed in zip(row.numbers, misses(row, row.verified, behaviour), strict=True):
        assert number.within is not None and missed <= number.within, number.what


def test_what_is_not_shown_to_converge_claims_nothing() -> None:
    """The war of attrition and Abreu and Gul's bargaining: equilibria are found, and their distance from the closed form does not shrink yet."""
    assert {row.name for row in CLASSICS if any(number.within is None for number in row.numbers)} == {
        "war of attrition",
        "bargaining with a name for stubbornness",
    }


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


def abreu_gul(grid: int) -> dict[str, dict[str, float]]:
    """Who concedes when, in the row's game: the weaker at once with what is left over, then both at even rates until only the stubborn stay."""
    demands, _, stubborn = classics.REPUTATIONS
    over = demands[0] + demands[1] - 1
    speed = ((1 - demands[0]) / over, (1 - demands[1]) / over)
    first = known.first_concession(*classics.REPUTATIONS)
    told: dict[str, dict[str, float]] = {}
    for who, side in enumerate(("first", "second")):
        gone = 0.0
        for k in range(grid):
            reached = min(1 - (1 - first[who]) * math.exp(-speed[who] * 2.0 * k / grid), 1 - stubborn[who])
            left = 1 - stubborn[who] - gone
            concedes = min((reached - gone) / left, 1.0) if left > 1e-9 else 1.0
            gone = max(gone, reached)
            told[f"{side}, {k}"] = {"concede": concedes, "insist": 1 - concedes}
    return told


def fearon_1994(lowest: float, grid: int) -> dict[str, dict[str, float]]:
    """Types who would rather back down than bear the bound back down so that the other is indifferent; the rest never do."""
    row = ROWS[f"audience costs, war worth -{lowest:g} to 0"]
    cost = [lowest * k / grid for k in range(grid + 1)]
    bound = known.audience_bound(lowest)
    told: dict[str, dict[str, float]] = {}
    found = asked(row.game(grid))
    worths = {float(knows.split(", ")[1]) for knows in found}
    weak = sum(worth < -bound for worth in worths) / len(worths)
    for knows in found:
        _, worth, step = knows.split(", ")
        before, after = (min(1 - 1 / (1 + cost[k]), weak) for k in (int(step), int(step) + 1))
        quits = ((after - before) / (weak - before) if weak - before > 1e-12 else 1.0) if float(worth) < -bound else 0.0
        told[knows] = {"quit": quits, "stay": 1 - quits}
    return told


def waiting(grid: int) -> dict[str, dict[str, float]]:
    """A prize v waits for rate v^2/2, to the nearest time that there is."""
    rate, last = classics.ATTRITION_RATE, classics.ATTRITION_LAST
    times = attrition_times(last, 2 * grid)[:-1]
    told: dict[str, dict[str, float]] = {}
    for knows in asked(ROWS["war of attrition"].game(grid)):
        _, prize, step = knows.split(", ")
        leaves = min(range(len(times)), key=lambda k: abs(times[k] - rate * float(prize) ** 2 / 2))
        told[knows] = {"quit": float(int(step) >= leaves), "stay": float(int(step) < leaves)}
    return told


@pytest.mark.parametrize(
    ("name", "play", "grids"),
    [
        ("bargaining with a name for stubbornness", abreu_gul, (10, 30, 90)),
        ("audience costs, war worth -2 to 0", lambda grid: fearon_1994(2, grid), (8, 32, 128)),
        ("audience costs, war worth -6 to 0", lambda grid: fearon_1994(6, grid), (12, 48, 192)),
        ("war of attrition", waiting, (3, 6, 12)),
    ],
)
def test_the_closed_form_is_nearly_an_equilibrium(
    name: str, play: Callable[[int], dict[str, dict[str, float]]], grids: tuple[int, ...]
) -> None:
    """What can be gained against it, and how far the row's numbers are off, shrink with the grid."""
    row = ROWS[name]
    gains = [most_gain(row.game(grid), play(grid)) for grid in grids]
    off = [max(misses(row, grid, play(grid))) for grid in grids]
    assert gains[0] > gains[1] > gains[2]
    assert gains[2] < gains[0] / 2
    assert off[2] <= off[0] + 1e-12


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
