"""Wars of nerves in steps: the closed forms of the games in steps, how fast these come to the published ones, and grids that were not made to fit."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from builders.best_replies import asked, most_gain
from countermove.games import classic_answers as known
from countermove.games import classic_crises as crises
from countermove.games import classics
from countermove.games.classic_row import Classic, solve_classic
from countermove.games.classics import CLASSICS
from countermove.games.form import Game
from countermove.games.played_out import ends
from countermove.games.qre import Equilibrium, solve

ROWS = {row.name: row for row in CLASSICS}
ATTRITION, REPUTATIONS = ROWS["war of attrition"], ROWS["bargaining with a name for stubbornness"]
RATE, REACH = classics.ATTRITION_RATE, classics.ATTRITION_REACH
Told = dict[str, dict[str, float]]


@pytest.mark.slow
def test_the_war_of_attrition_comes_to_its_length_by_the_square_of_the_grid() -> None:
    """Solved, it has the closed form of the game in cells at each grid; and that has the published length for its limit."""
    lengths = [ATTRITION.numbers[0].measured(ATTRITION.game(grid), solve_classic(ATTRITION, grid)) for grid in ATTRITION.grids]
    assert lengths == pytest.approx([known.attrition_length_in_cells(RATE, REACH, grid) for grid in ATTRITION.grids], abs=1e-6)
    errors = [abs(length - known.attrition_length(RATE)) for length in lengths]
    assert all(
        errors[k] / errors[k + 1] > (ATTRITION.grids[k + 1] / ATTRITION.grids[k]) ** 1.9 for k in range(len(ATTRITION.grids) - 1)
    )
    assert known.attrition_length_in_cells(RATE, 4 * REACH, 4000) == pytest.approx(known.attrition_length(RATE), abs=1e-5)


@pytest.mark.slow
def test_concession_comes_to_abreu_and_guls_by_the_grid_and_its_pace_by_the_square() -> None:
    """Solved, it has the closed form of the game in turns at each grid; turns are whole, so that its error falls with the turn alone."""
    demands, rates, stubborn = classics.REPUTATIONS
    found = [
        [number.measured(game, play) for number in REPUTATIONS.numbers]
        for game, play in ((REPUTATIONS.game(grid), solve_classic(REPUTATIONS, grid)) for grid in REPUTATIONS.grids)
    ]
    turns = [classics.REPUTATIONS_LAST / grid for grid in REPUTATIONS.grids]
    told = [known.first_concession_in_turns(demands, rates[0], stubborn, turn) for turn in turns]
    assert [row[0] for row in found] == pytest.approx(told, abs=1e-5)
    for place, order in ((0, 0.75), (2, 1.9), (3, 1.9)):
        errors = [abs(row[place] - REPUTATIONS.numbers[place].expected) for row in found]
        assert all(rough / fine > 3**order for rough, fine in pairwise(errors)), REPUTATIONS.numbers[place].what
    assert known.first_concession_in_turns(demands, rates[0], stubborn, 1e-6) == pytest.approx(
        known.first_concession(demands, rates, stubborn)[0], abs=1e-5
    )


def prizes_of(game: Game) -> list[float]:
    """The prizes of the war of attrition, rising."""
    return sorted({float(knows.split(", ")[1]) for knows in asked(game)})


def in_cells(cells: int) -> Told:
    """Cell k leaves at moment k, and the last one in part at the end."""
    moments = crises.attrition_moments(RATE, REACH, cells)
    prizes = prizes_of(ATTRITION.game(cells))
    step = moments[-1] - moments[-2]
    leaves = step / (prizes[-1] + step / 2)
    told: Told = {}
    for side in crises.SIDES:
        for waits, prize in enumerate(prizes):
            told[f"{side}, {prize!r}"] = {f"{moment!r}": float(k == waits) for k, moment in enumerate(moments)}
        told[f"{side}, {prizes[-1]!r}"] |= {f"{moments[-2]!r}": leaves, f"{moments[-1]!r}": 1 - leaves}
    return told


@pytest.mark.parametrize("cells", [4, 7, 12])
def test_cell_by_cell_is_an_equilibrium_of_the_war_of_attrition(cells: int) -> None:
    """To rounding, by other code than any solver's; and it has the length that is derived from it."""
    game, told = ATTRITION.game(cells), in_cells(cells)
    assert most_gain(game, told) < 1e-12
    assert ATTRITION.numbers[0].measured(game, told) == pytest.approx(
        known.attrition_length_in_cells(RATE, REACH, cells), abs=1e-12
    )


def leaving(prizes: list[float], chances: list[float], moments: list[float]) -> list[float]:
    """How probable it is that a side leaves at each moment, from indifference alone: at each moment as many leave as make the prize at which
    they stop indifferent to a step more, or all of a prize, where that is between what it and the next prize ask for."""
    gone, found = 0.0, list[float]()
    for now, soon in pairwise(moments):
        step, part, below = soon - now, 0.0, 0.0
        for prize, chance in zip(prizes, chances, strict=True):
            below += chance
            have, want = (below - gone) / (1 - gone), step / (prize + step / 2)
            part = max(part, min(have, want))
        found.append((1 - gone) * part)
        gone += found[-1]
    return [*found, 1 - gone]


@pytest.mark.parametrize(
    ("types", "moments"),
    [
        (3, [0.0, 0.5, 1.0, 2.0, 4.0]),
        (4, [0.0, 0.3, 0.9, 1.9, 3.5, 6.0]),
        (5, [0.1, 1.0, 2.0, 3.0]),
        (2, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4]),
    ],
)
def test_wars_of_attrition_on_grids_that_were_not_made_to_fit(types: int, moments: list[float]) -> None:
    """The limit of quantal responses is the symmetric equilibrium, which is built from indifference here."""
    game = crises.attrition(RATE, REACH, types, moments)
    found = solve(game, starts=0).principal
    assert isinstance(found, Equilibrium)
    for who in (0, 1):
        solved = dict.fromkeys(moments, 0.0)
        for chance, way, _ in ends(game, found.play):
            solved[float(way[who][1])] += chance
        width = REACH / types
        chances = [math.exp(-RATE * width * k) - (math.exp(-RATE * width * (k + 1)) if k < types - 1 else 0) for k in range(types)]
        assert list(solved.values()) == pytest.approx(leaving(prizes_of(game), chances, moments), abs=1e-5)


def in_turns(grid: int) -> Told:
    """What is derived of the game in turns: a share h of each side at each turn, as long as there is somebody left to concede."""
    demands, rates, stubborn = classics.REPUTATIONS
    d = math.exp(-rates[0] * classics.REPUTATIONS_LAST / grid)
    told: Told = {}
    for who, side in enumerate(crises.SIDES):
        own, other, firm, stays = demands[who], demands[1 - who], stubborn[who], 1.0
        share = (1 - own) * (1 - d * d) / (d * (other - d * (1 - own)))
        at_once = known.first_concession_in_turns(demands, rates[0], stubborn, classics.REPUTATIONS_LAST / grid)
        for k in range(who, grid, 2):
            left = max(stays * (1 - (at_once if k == 0 else share)), firm)
            left = firm if left < firm + 1e-12 else left
            concedes = (stays - left) / (stays - firm) if stays > firm else 1.0
            told[f"{side}, {k}"] = {"concede": concedes, "insist": 1 - concedes}
            stays = left
    return told


@pytest.mark.parametrize("grid", [12, 20, 36, 61])
def test_even_shares_in_turns_are_an_equilibrium_of_the_bargaining(grid: int) -> None:
    """To rounding, by other code than any solver's; and to concede half as often at once is none."""
    game, told = REPUTATIONS.game(grid), in_turns(grid)
    assert most_gain(game, told) < 1e-12
    at_once = told["first, 0"]["concede"] / 2
    assert most_gain(game, {**told, "first, 0": {"concede": at_once, "insist": 1 - at_once}}) > 1e-3


def abreu_gul(grid: int) -> Told:
    """Who concedes when in continuous time, at turns: the weaker at once with what is left over, then both at even rates until only the
    stubborn stay. Each turn is in the middle of the time for which it stands, but for the first side's turn at time 0."""
    demands, rates, stubborn = classics.REPUTATIONS
    speed, first = known.concession_rates(demands, rates), known.first_concession(*classics.REPUTATIONS)
    told: Told = {}
    for who, side in enumerate(crises.SIDES):
        stays = 1.0
        for k in range(who, grid, 2):
            time = classics.REPUTATIONS_LAST * (k + who) / grid
            left = max((1 - first[who]) * math.exp(-speed[who] * time), stubborn[who])
            concedes = min((stays - left) / (stays - stubborn[who]), 1.0) if stays > stubborn[who] + 1e-9 else 1.0
            told[f"{side}, {k}"] = {"concede": concedes, "insist": 1 - concedes}
            stays = left
    return told


def test_abreu_and_guls_answer_is_nearly_an_equilibrium_in_turns() -> None:
    """What can be gained against it, and how far what the first side does is off, shrink with the turn."""
    gains = [most_gain(REPUTATIONS.game(grid), abreu_gul(grid)) for grid in REPUTATIONS.grids]
    assert gains[0] > 2 * gains[1] > 4 * gains[2]
    off = REPUTATIONS.numbers[0]
    assert off.measured(REPUTATIONS.game(12), abreu_gul(12)) == pytest.approx(off.expected, abs=1e-12)


def fearon_1994(lowest: float, steps: int) -> Told:
    """Types who would rather back down than bear the bound back down so that the other is indifferent; the rest never do."""
    cost = [lowest * k / steps for k in range(steps + 1)]
    bound = known.audience_bound(lowest)
    told: Told = {}
    found = asked(ROWS[f"audience costs, war worth -{lowest:g} to 0"].game(steps))
    worths = {float(knows.split(", ")[1]) for knows in found}
    weak = sum(worth < -bound for worth in worths) / len(worths)
    for knows in found:
        _, worth, step = knows.split(", ")
        before, after = (min(1 - 1 / (1 + cost[k]), weak) for k in (int(step), int(step) + 1))
        quits = ((after - before) / (weak - before) if weak - before > 1e-12 else 1.0) if float(worth) < -bound else 0.0
        told[knows] = {"quit": quits, "stay": 1 - quits}
    return told


@pytest.mark.parametrize(("lowest", "steps"), [(2, 6), (2, 40), (6, 6), (6, 60)])
def test_fearons_audiences_are_an_equilibrium_in_steps_too(lowest: float, steps: int) -> None:
    """To rounding, where the bound is a step: the published answer is that of the game in steps; and the row's numbers are its own."""
    row = ROWS[f"audience costs, war worth -{lowest:g} to 0"]
    game, told = row.game(steps), fearon_1994(lowest, steps)
    assert most_gain(game, told) < 1e-12
    for number in row.numbers:
        assert number.measured(game, told) == pytest.approx(number.expected, abs=1e-12), number.what


@pytest.mark.parametrize(
    ("row", "game"),
    [
        (ATTRITION, crises.attrition(0.55, REACH, 9, crises.attrition_moments(RATE, REACH, 9))),
        (ATTRITION, crises.attrition(RATE, REACH, 9, [1.2 * moment for moment in crises.attrition_moments(RATE, REACH, 9)])),
        (REPUTATIONS, crises.reputations((0.71, 0.6), 1.0, classics.REPUTATIONS[2], classics.REPUTATIONS_LAST, 36)),
        (REPUTATIONS, crises.reputations((0.7, 0.6), 1.1, classics.REPUTATIONS[2], classics.REPUTATIONS_LAST, 36)),
        (ROWS["audience costs, war worth -2 to 0"], crises.audience_costs(2.4, 12, 4)),
    ],
)
def test_another_game_does_not_pass(row: Classic, game: Game) -> None:
    """A game that is off by a tenth, in its hazard, its times, a demand, the discount or the worth of war, is off by more than its row claims."""
    found = solve(game, starts=0).principal
    assert isinstance(found, Equilibrium)
    off = [abs(number.measured(game, found.play) - number.expected) / number.within for number in row.numbers]
    assert max(off) > 2
