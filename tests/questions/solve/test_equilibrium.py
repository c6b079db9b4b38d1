"""The equilibrium in the war: what deviating gains, what declaring is worth, and the share of the aid's effect that a rival undoes."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from builders.looking_ahead import answers_rungs, small_ahead
from countermove.games.gap import gap_of
from countermove.games.in_the_war import OwnerPolicy, Played, RivalPath, RivalPolicy, later_half, owner_gets, rival_gets, types_of
from countermove.games.limit import Choice, Limit, solve_limit
from countermove.games.one_month import NO_ORDERS
from countermove.questions.solve.equilibrium import BOUND, commitment_of, equilibrium_of, offset_of
from countermove.questions.solve.finding import EquilibriumFound, MeanError
from countermove.questions.solve.look_ahead import mean_error

CHOICES: tuple[Choice, ...] = ("best", "worst")


@cache
def limits() -> dict[Choice, Limit]:
    """Of the small war."""
    ahead = small_ahead()
    return {choose: solve_limit(ahead.made.game, choose, ahead.solver) for choose in CHOICES}


@cache
def stands() -> tuple[OwnerPolicy, RivalPolicy, Played]:
    """The best equilibrium, played."""
    found = limits()["best"]
    rival = RivalPolicy("the equilibrium", found.rival_play, found.grid)
    owner = OwnerPolicy("the equilibrium", found.owner_play, rival)
    return owner, rival, small_ahead().play(owner, rival)


@cache
def described(choose: Choice) -> EquilibriumFound:
    """As the finding has it."""
    against = {name: small_ahead().play(name, stands()[1]) for name in small_ahead().strategies}
    return equilibrium_of(small_ahead(), choose, limits()[choose], stands(), against)


def undone(rival: RivalPolicy) -> MeanError | None:
    """The share of the effect of `arm` that a rival undoes."""
    ahead = small_ahead()
    nothing = ahead.play(NO_ORDERS.name, rival)
    return offset_of(ahead, "arm", nothing, ahead.play("arm", RivalPath("held", nothing.order)), ahead.play("arm", rival))


@pytest.mark.slow
def test_a_rival_who_does_not_answer_undoes_nothing() -> None:
    """To the bit: held to his orders he is himself."""
    assert undone(answers_rungs(1)) == MeanError(0.0, 0.0)
    path = RivalPath("path", np.full((24, 256), 1.5, np.float32))
    ahead = small_ahead()
    aid = ahead.play("arm", path)
    assert offset_of(ahead, "arm", ahead.play(NO_ORDERS.name, path), aid, aid) == MeanError(0.0, 0.0)


def test_the_more_he_makes_good_the_more_he_undoes() -> None:
    """Less support against arms, the same, more, much more: far below 0, 0, above 0, further above; each by more than its errors."""
    found = [undone(answers_rungs(up)) for up in range(4)]
    shares = [(row.mean, row.se) for row in found if row is not None]
    assert len(shares) == 4
    for (low, error), (high, other) in itertools.pairwise(shares):
        assert high - low > 4 * (error + other)
    assert shares[1] == (0.0, 0.0)


@pytest.mark.parametrize("share", [-0.5, 0.0, 0.25, 1.0, 1.5])
@pytest.mark.parametrize("effect", [0.2, -0.2])
def test_a_share_that_is_undone_everywhere_is_found(share: float, effect: float) -> None:
    """Exactly, whether the aid raises the balance or lowers it."""
    ahead = small_ahead()
    nothing = ahead.play("wait", "spigot")
    up = effect * (1 + np.random.default_rng(0).random(nothing.balance.shape))
    held, replied = (replace(nothing, balance=(nothing.balance.astype(float) + part * up)) for part in (1, 1 - share))
    found = offset_of(ahead, "arm", replace(nothing, balance=nothing.balance.astype(float)), held, replied)
    assert found is not None
    assert found.mean == pytest.approx(share, abs=1e-6)
    assert 0 <= found.se < 1e-6


def test_only_the_months_after_the_delivery_count() -> None:
    """A year after the first delivery, for a year: what happens before is no effect, and no effect has no share that is undone."""
    ahead = small_ahead()
    nothing = ahead.play("wait", "spigot")
    first = next(plan for plan in ahead.program.plans if plan.name == "arm").first_delivery
    early, late = (nothing.balance.astype(float).copy() for _ in range(2))
    early[: first + 11] += 1.0
    late[first + 11 :] += 1.0
    seen = replace(nothing, balance=nothing.balance.astype(float))
    assert offset_of(ahead, "arm", seen, replace(seen, balance=early), seen) is None
    assert offset_of(ahead, "arm", seen, seen, seen) is None
    found = offset_of(ahead, "arm", seen, replace(seen, balance=late), seen)
    assert found is not None
    assert found.mean == pytest.approx(1.0)


def test_an_effect_that_cannot_be_told_has_no_share() -> None:
    """Up in half the scrambles, down in the others."""
    ahead = small_ahead()
    seen = ahead.play("wait", "spigot")
    sign = np.where(np.arange(seen.balance.shape[1]) % 2 == 0, 1.0, -0.9)
    assert offset_of(ahead, "arm", seen, replace(seen, balance=seen.balance + sign), seen) is None


def test_what_declaring_is_worth() -> None:
    """The plan of the highest mean against the equilibrium, of the same runs; chosen on one luck and scored on the other: luck flatters nobody."""
    ahead, played = small_ahead(), stands()[2]
    here = ahead.worth(played)
    assert commitment_of(ahead, [here - 1, here], played) == MeanError(0.0, 0.0)
    assert commitment_of(ahead, [here - 1, here + 0.5], played) == MeanError(0.5, pytest.approx(0, abs=1e-12))
    lucky = np.where(np.arange(here.shape[1]) % 2 == 0, 1.0, -1.0)
    assert commitment_of(ahead, [here + lucky, here - lucky], played).mean == pytest.approx(-1.0)


@pytest.mark.parametrize("choose", CHOICES)
def test_an_equilibrium_is_told_as_it_was_played(choose: Choice) -> None:
    """Worth in the game and in the war, what it has of stage games, what both do; deviations of the first alone."""
    ahead, row, found = small_ahead(), described(choose), limits()[choose]
    rival = RivalPolicy("the equilibrium", found.rival_play, found.grid)
    seen = ahead.play(OwnerPolicy("the equilibrium", found.owner_play, rival), rival)
    assert row.war == mean_error(owner_gets(ahead.made, seen)[:, 2:])
    assert (row.game, row.rival) == (found.at_start(ahead.made.game)[0], tuple(found.at_start(ahead.made.game)[1].tolist()))
    assert (row.games, row.several, row.mixed) == (found.games, found.several, found.mixed)
    first = stands()[2]
    assert row.behind == mean_error(ahead.worth(first) - ahead.worth(seen))
    assert row.gap.mean == pytest.approx(row.game - row.war.mean)
    assert row.gap.se == pytest.approx(gap_of(ahead.made, later_half(seen)).value.error)
    assert (row.outside, row.beyond) == (seen.outside, seen.beyond)
    assert row.support == pytest.approx(seen.aim.mean())
    assert row.rung == pytest.approx(np.array([3, 4, 5])[seen.pair // 4].mean())
    assert len(row.deviations) == (2 if choose == "best" else 0)


def test_deviations_are_those_of_the_war() -> None:
    """The owner's best of plans and rungs by the first half, scored on the second; the rival's is no worse than giving least; bounds as said."""
    ahead, row = small_ahead(), described("best")
    mine, his = row.deviations
    assert (mine.unit, mine.bound, mine.who, his.who) == ("points", 0.1, "Overseas", "Neighbour")
    board = ahead.made.board
    baseline = np.asarray(board.drawn.values["patron.baseline"][board.rival], float).mean()
    assert his.bound == pytest.approx(BOUND * 24 * baseline)
    owner, rival, played = stands()
    play = np.zeros((24, len(ahead.made.states), 1, 3))
    rows = {"wait": ahead.play("wait", rival), "arm": ahead.play("arm", rival)}
    for place, rung in enumerate((3, 4, 5)):
        one = play.copy()
        one[..., place] = 1
        rows[f"rung {rung}"] = ahead.play(OwnerPolicy(f"rung {rung}", one), rival)
    gains = {name: owner_gets(ahead.made, seen) - owner_gets(ahead.made, played) for name, seen in rows.items()}
    best = max(gains, key=lambda name: gains[name][:, :2].mean())
    assert (mine.best, mine.in_war) == (best, mean_error(gains[best][:, 2:]))
    assert mine.in_game >= -1e-9 and his.in_game >= -1e-9
    level = np.zeros((24, len(ahead.made.states), 1, 4, 2))
    level[..., 0, :] = 1
    low = ahead.play(owner, RivalPolicy("low", level))
    ratio = ahead.made.ratios[types_of(ahead.made)]
    gain = (rival_gets(ahead.made, low, ratio) - rival_gets(ahead.made, played, ratio)).mean()
    assert his.in_war.mean > gain - 4 * his.in_war.se
