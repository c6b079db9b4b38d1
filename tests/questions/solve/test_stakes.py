"""Who leads, what a rival of other stakes would do, and what he gives where."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from builders.looking_ahead import small_ahead
from countermove.games.in_the_war import owner_gets, types_of
from countermove.games.replies_in_the_war import Answered, answered, at_stakes
from countermove.questions.solve.look_ahead import RATIOS, mean_error
from countermove.questions.solve.stakes import leading, rival_at, stakes_curve


@cache
def known() -> dict[str, Answered]:
    """Both plans, answered."""
    ahead = small_ahead()
    return {
        name: answered(ahead.own[name], name, {theory: ahead.play_own(name, theory) for theory in ahead.weights}, 4)
        for name in ahead.strategies
    }


def worths(*means: float, noise: float = 0.0) -> dict[str, np.ndarray]:
    """Plans of such means, a to c, with noise of their own."""
    random = np.random.default_rng(0)
    return {name: np.full((64, 2), mean) + noise * random.normal(size=(64, 2)) for name, mean in zip("abc", means, strict=False)}


def test_who_leads_by_more_than_matters() -> None:
    """Nobody is level with it; who is behind by less than matters is, and so is who cannot be told from it."""
    row = leading("knowing", worths(1.0, 3.0, 2.0), 0.5)
    assert (row.best, row.other, row.kind, row.level) == ("b", "c", "better", ("b",))
    assert (row.lead.mean, row.lead.se) == (1.0, 0.0)
    assert leading("knowing", worths(1.0, 3.0, 2.75), 0.5).level == ("b", "c")
    assert leading("knowing", worths(1.0, 3.0, 2.75), 0.5).kind == "no material difference"
    unsure = leading("theories", worths(1.0, 3.0, 2.0, noise=5.0), 0.5)
    assert unsure.kind == "cannot tell"
    assert len(unsure.level) > 1
    assert unsure.best in unsure.level


def test_the_order_of_plans_does_not_matter() -> None:
    """But for the order in which those that are level are named."""
    rows = worths(1.0, 3.0, 2.75)
    one, two = leading("knowing", rows, 0.5), leading("knowing", dict(reversed(rows.items())), 0.5)
    assert (one.best, one.other, one.lead, set(one.level)) == (two.best, two.other, two.lead, set(two.level))


def test_a_rival_of_other_stakes() -> None:
    """Each row is the plan against the best of what was tried at these stakes, chosen on the first half of the luck and told on the second; with
    nothing at stake he gives least; the stakes are the ratio times the median of the prior."""
    ahead = small_ahead()
    curve = stakes_curve(ahead, known(), 0.1)
    assert [row.ratio for row in curve] == list(RATIOS)
    median = np.median(np.asarray(ahead.made.board.drawn.values["patron.stake-ratio"][ahead.made.board.rival]))
    np.testing.assert_allclose([row.stakes for row in curve], np.array(RATIOS) * median)
    for name in ahead.strategies:
        support = [row.support[name] for row in curve]
        assert support[0] == min(support)
        assert support[-1] > support[0] + 0.3
    scale = ahead.revealed.scale
    replies = at_stakes(ahead.own["arm"], "arm", known()["arm"].runs, scale * np.array(RATIOS), 4)
    for row, reply in zip(curve, replies, strict=True):
        tried = [*known()["arm"].runs.values(), reply]
        gets = [scale * row.ratio * seen.by_draw(seen.totals[-2]) - seen.by_draw(seen.totals[-1]) for seen in tried]
        best = tried[int(np.argmax([found[:, :2].mean() for found in gets]))]
        assert row.worth["arm"] == mean_error(owner_gets(ahead.made, best)[:, 2:])
        assert row.support["arm"] == pytest.approx(best.order[:, 128:].mean(), rel=1e-6)
        assert row.best == max(row.worth, key=lambda name: row.worth[name].mean)
        assert row.best in row.level


def test_one_plan_alone_leads_at_every_stake() -> None:
    """And is level with itself."""
    ahead = small_ahead()
    curve = stakes_curve(ahead, {"arm": known()["arm"]}, 0.1)
    assert {(row.best, row.level) for row in curve} == {("arm", ("arm",))}


def test_what_he_gives_where() -> None:
    """Counted run by run, of what each type has chosen, over all plans; shares sum to 1, and the mean is that of all that was aimed at."""
    ahead = small_ahead()
    made, rows = ahead.made, rival_at(ahead, known())
    kinds, axis = types_of(made), next(one for one in made.bins.axes if one.name == "shortfall")
    cells: dict[tuple[int, int], list[float]] = {}
    for name, plan in known().items():
        own = ahead.own[name]
        rung = own.bins.places(own.states)["own rung"]
        for run in range(128, 256):  # the first half is what he chose on
            seen = plan.runs[plan.chosen[kinds[run % 64]]]
            for month in range(24):
                at = int(seen.place[month, run])
                if at >= 0:
                    short = int(axis.place(seen.shortfall[month, run : run + 1].astype(float))[0])
                    cells.setdefault((int(rung[at]), short), []).append(float(seen.aim[month, run]))
    assert len(rows) == len(cells)
    total = sum(len(one) for one in cells.values())
    for row, (cell, aims) in zip(rows, sorted(cells.items()), strict=True):
        assert row.rung == cell[0]
        assert row.support == pytest.approx(np.mean(aims))
        assert row.share == pytest.approx(len(aims) / total)
        assert row.low < row.high
    assert sum(row.share for row in rows) == pytest.approx(1)
    assert {row.low for row in rows} | {row.high for row in rows} >= {-np.inf, np.inf}
