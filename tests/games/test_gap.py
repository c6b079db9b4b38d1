"""The abstraction gap: the simulator's side is what `run` shows, and finer bins lose less."""

from __future__ import annotations

import numpy as np
import pytest

from builders.war_games import COARSE, FINE, careful_game, own_game, small_extractor, small_game
from countermove.compute.local import Local
from countermove.decision.objective import worth_of
from countermove.engine.draws import prior_draws
from countermove.engine.run import Batch, Engine, run
from countermove.errors import SolveError
from countermove.games.gap import Compared, Gap, _walked, gap_of, measure_gap
from countermove.games.in_the_war import play
from countermove.games.samples import Moves
from countermove.world.measure import MEASURE_NAMES


def test_the_simulators_side_is_what_run_shows() -> None:
    """The months' points add up to the objective's, and so do the watched measures."""
    made = small_game()
    program = made.board.program
    found = run(Engine(program), Batch(prior_draws(program, 64, 0), 16, 1024, ("arm",), ("spigot",)), Local(1))
    table = found.outcomes["arm", "spigot"]
    gap = measure_gap(made, "arm", "spigot", lucks=16)
    assert gap.value.simulator == pytest.approx(worth_of(table, program.scenario.objective, "small").mean(), rel=1e-5)
    deaths = next(one for one in gap.outcomes if one.name == "deaths")
    assert deaths.simulator == pytest.approx(table[MEASURE_NAMES.index("deaths")].mean(), rel=1e-5)
    by_draw = worth_of(table, program.scenario.objective, "small").mean(axis=-1)
    by_scramble = by_draw.reshape(-1, 16).mean(axis=0)  # draw d is of scramble d % 16
    assert gap.value.simulator_error == pytest.approx(by_scramble.std(ddof=1) / 4, rel=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("theory", ["inertia", "spigot"])
def test_finer_bins_shrink_the_gap(theory: str) -> None:
    """From one bin of the rival's shortfall to eight, of a strategy that orders rungs: the gap of the points falls, and is inside its errors.

    What the rival gets is not tested to: under `spigot` he acts on a line of his own in each draw, which no public state shows, and the gap of
    his gains stays whatever the bins are.
    """
    coarse, fine = (measure_gap(careful_game(sizes), "wait", theory, lucks=16) for sizes in (COARSE, FINE))
    assert abs(fine.value.gap) < abs(coarse.value.gap)
    assert fine.value.error < coarse.value.error
    assert abs(fine.value.gap) < 3 * fine.value.error
    assert fine.outside == 0


def test_what_no_move_can_order_stays_a_gap_and_shows_where() -> None:
    """`arm` ships one volume in place of the rung's flows; a move of the game orders a rung with its flows. The gap of points is their price:
    -0.1 for every 100 million USD. Without it the points agree within their errors, and so they do in the plan's own game, which ships it."""
    gap = measure_gap(careful_game(FINE), "arm", "spigot", lucks=16)
    cost = next(one for one in gap.outcomes if one.name == "cost")
    assert cost.gap > 10 * cost.error
    assert gap.value.gap < -2 * gap.value.error
    assert abs(gap.value.gap + 0.1 * cost.gap / 100) < 3 * gap.value.error
    own = measure_gap(own_game("arm"), "arm", "spigot", lucks=16)
    assert abs(own.value.gap) < 2 * own.value.error < -gap.value.gap
    cost = next(one for one in own.outcomes if one.name == "cost")
    assert abs(cost.gap) < 2 * cost.error
    aims = play(own_game("arm"), "arm", "spigot", 16).aim
    assert own.beyond_reach == pytest.approx((aims > 1.501).mean(), abs=1e-12)  # no rung is lacking there
    assert own.value.simulator == gap.value.simulator


def test_a_rung_that_the_game_lacks_is_counted() -> None:
    """`arm` stands above the only rung of a game, or the war bends the support above its only level: taken as these, and told; in its own
    game no rung is lacking."""
    made = small_extractor(moves=Moves((3,), (1.0,))).extract()
    seen = play(made, "arm", "inertia", 2)
    stands = made.board.play(("arm", "inertia"), np.arange(128) % 64, np.arange(128) // 64)
    above = np.mean([(np.asarray(month.moved.rung) != 3) | (np.asarray(month.moved.aim) > 1.001) for month in stands])
    assert seen.beyond == pytest.approx(above)
    assert seen.beyond > 0.5
    own = play(own_game("arm"), "arm", "inertia", 2)
    np.testing.assert_array_equal(own.past, own.aim > 1.501)


def test_a_gap_is_told_with_its_errors() -> None:
    """In words, and whether it is inside a tolerance."""
    row = Compared("points", -1.0, 0.03, -1.1, 0.04, 0.05)
    gap = Gap("wait", "spigot", (row,), runs=1024, other_month=0.1, nowhere=0.02, outside=0.0, beyond_reach=0.0)
    assert row.gap == pytest.approx(-0.1)
    assert gap.within(0.21)
    assert not gap.within(0.19)
    assert "not inside 0.19 points" in gap.says(0.19)[0]
    assert "-1 ± 0.03 in the simulator, -1.1 ± 0.04 in the game; the gap is -0.1 ± 0.05" in gap.says(0.19)[1]
    assert "2.0% without an example" in gap.says(0.19)[2]


def test_what_was_written_is_found_or_refused() -> None:
    """A strategy or a theory that the war does not have is named."""
    made = small_game()
    with pytest.raises(SolveError, match="no strategy called win"):
        measure_gap(made, "win", "spigot")
    with pytest.raises(SolveError, match="no theory called rational"):
        measure_gap(made, "wait", "rational")
    with pytest.raises(SolveError, match="a luck"):
        measure_gap(made, "wait", "spigot", lucks=0)


def test_the_games_side_is_its_forward_march_and_its_error_that_of_all_pairs() -> None:
    """By channel: the probability of every state in every month times what the months bring, and the delta method over every pair of moves,
    played or not: what is left out of the recursion is what nobody plays. Samples are of the scramble of their world's draw, and so are first days;
    what a scramble moves the game by is taken together with what it moves the simulator by."""
    made = small_game(FINE)
    seen = play(made, "arm", "spigot", 4)
    gap = gap_of(made, seen)
    visits, policy, _ = _walked(made, seen)
    states, pairs = len(made.states), 6
    rows = np.stack(
        [*made.gains[:-2].astype(float), *(ratio * made.gains[-2].astype(float) - made.gains[-1] for ratio in made.ratios)]
    ).reshape(6, states, pairs, -1)
    marched = sum(np.einsum("s,sp,csp->c", visits[month], policy(month), rows.mean(axis=-1)) for month in range(24))
    to = np.maximum(made.to.reshape(states, pairs, -1), 0)
    value, pull = np.zeros((6, states)), np.zeros((6, states, rows.shape[-1]))
    for month in reversed(range(24)):
        each = np.einsum("cspm,sp->csm", rows + value[:, to], policy(month))
        pull += visits[month][None, :, None] * each
        value = each.mean(axis=-1)
    n = made.distinct[:, None]
    off = (pull - pull.mean(axis=-1, keepdims=True)) / pull.shape[-1] * np.where(n > 1, np.sqrt(n / np.maximum(n - 1, 1)), 0)
    start = value[:, seen.place[0, :64]] / 64 - (value @ made.game.start)[:, None] / 64
    own = np.stack([off[:, made.draws % 16 == k].sum(axis=-1) + start[:, k::16].sum(axis=-1) for k in range(16)], axis=-1)
    totals = seen.totals.reshape(5, 4, 4, 16).mean(axis=(1, 2))  # luck, then draws of one scramble apart by 16
    totals = np.stack([*totals[:-2], *(ratio * totals[-2] - totals[-1] for ratio in made.ratios)])
    theirs = (totals - totals.mean(axis=-1, keepdims=True)) / 16
    alone = pull[:, made.distinct == 1].var(axis=-1, ddof=1).sum(axis=-1)
    error, both = (np.sqrt((one**2).sum(axis=-1) * 16 / 15 + alone) for one in (own, own - theirs))
    opening = np.array([*made.opening[:-2], 0, 0, 0])
    np.testing.assert_allclose([one.game for one in gap.outcomes], marched + opening, rtol=1e-9)
    np.testing.assert_allclose([one.game_error for one in gap.outcomes], error, rtol=1e-9)
    np.testing.assert_allclose([one.error for one in gap.outcomes], both, rtol=1e-9)
    assert sum(visits[23] > 0) < states  # nobody comes everywhere
