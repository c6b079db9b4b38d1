"""How much is opinion: toys whose shares are known, the cover of the ranges, and what must not count (inputs of no effect, few lucks)."""

from __future__ import annotations

import numpy as np
import pytest

from countermove.errors import DecisionError
from countermove.questions.explore.shares import Inputs, Opinion, opinion

PARTS = ("judgement", "record", "luck", "together", "unexplained", "theory")


def inputs(z: np.ndarray, groups: str, theory: str = "judgement") -> Inputs:
    """Columns by letter: j is judgement, r record."""
    full = {"j": "judgement", "r": "record"}
    return Inputs(tuple(f"z{k}" for k in range(len(groups))), z, tuple(full[g] for g in groups), theory)


def even(size: int) -> np.ndarray:
    """Equal weights."""
    return np.full(size, 1 / size)


def toy(seed: int, draws: int, theory: str = "judgement", lucks: int = 4, resamples: int = 40) -> Opinion:
    """2 t + z1 + .5 z2 + .5 z1 z2 + noise of variance 1, with t 0 or 1 (variance .1875 x 4 = .75), z1 judgement and z2 record."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(draws, 2))
    base = z[:, 0] + 0.5 * z[:, 1] + 0.5 * z[:, 0] * z[:, 1]
    runs = np.array([0.0, 2.0])[:, None, None] + base[:, None] + rng.normal(size=(2, draws, lucks))
    return opinion(runs, np.array([0.25, 0.75]), even(draws), inputs(z, "jr", theory), resamples=resamples)


def known(theory: str) -> np.ndarray:
    """Of the variance .75 + 1 + .25 + .25 + 1 = 3.25: z1 z2 halved, the theory where its group is."""
    own = {"judgement": (0.75, 0.0), "record": (0.0, 0.75)}[theory]
    return np.array([1 + 0.125 + own[0], 0.25 + 0.125 + own[1], 1.0, 0.25, 0.25, 0.75]) / 3.25


@pytest.mark.parametrize("theory", ["judgement", "record"])
def test_a_toy_with_known_shares(theory: str) -> None:
    """4,096 draws: within .03 (about 3 sd), within the range's scale, and adding up to 1 exactly."""
    found = toy(0, 4096, theory)
    got = np.array([getattr(found, part).share for part in PARTS])
    assert got == pytest.approx(known(theory), abs=0.03)
    assert found.judgement.share + found.record.share + found.luck.share == pytest.approx(1, abs=1e-12)
    assert found.variance == pytest.approx(3.25, rel=0.05)
    assert all(getattr(found, part).low < getattr(found, part).share < getattr(found, part).high for part in PARTS)


def test_the_shares_are_unbiased_and_the_ranges_cover() -> None:
    """40 samples of 200 draws: means within 4 errors and .01; the 90% ranges hold the truth in 75% of cases or more (90% - 3 sd)."""
    found = [toy(seed, 200, resamples=50) for seed in range(40)]
    for part, truth in zip(PARTS, known("judgement"), strict=True):
        shares = np.array([getattr(one, part).share for one in found])
        assert abs(shares.mean() - truth) < 4 * shares.std() / 6.3 + 0.01, part
        assert np.mean([getattr(one, part).low <= truth <= getattr(one, part).high for one in found]) >= 0.75, part


def test_luck_within_a_draw_is_not_spread_between_draws() -> None:
    """Two lucks and nothing else: the variance of means of two is half the luck, and none of it is left to the inputs."""
    rng = np.random.default_rng(1)
    z = rng.normal(size=(2048, 2))
    found = opinion(rng.normal(size=(1, 2048, 2)), np.ones(1), even(2048), inputs(z, "jr"))
    assert found.luck.share == pytest.approx(1, abs=0.06) and found.luck.low < 1 < found.luck.high
    assert found.judgement.share == pytest.approx(0, abs=0.04) and found.record.share == pytest.approx(0, abs=0.04)


def test_many_inputs_of_no_effect_explain_nothing() -> None:
    """Thirty columns of a record beside the one judgement that matters, 40 times with 120 draws: the record has 0 in the mean (4 errors)."""
    rng = np.random.default_rng(2)
    shares = []
    for _ in range(40):
        z = rng.normal(size=(120, 31))
        runs = (z[:, :1] + rng.normal(size=(120, 4)))[None]
        shares.append(opinion(runs, np.ones(1), even(120), inputs(z, "j" + 30 * "r"), order=1, resamples=20).record.share)
    assert abs(np.mean(shares)) < 4 * np.std(shares) / np.sqrt(40) and np.std(shares) < 0.06


def test_a_slope_that_hangs_on_the_theory_is_shared() -> None:
    """(1 + t) z, t = -1 or 1 alike: z alone explains 1, the theory with it 1; halved between judgement (theory) and record (z)."""
    rng = np.random.default_rng(3)
    z = rng.normal(size=(4096, 1))
    runs = np.array([0.0, 2.0])[:, None, None] * z[None] + np.zeros((2, 4096, 2))
    found = opinion(runs, np.array([0.5, 0.5]), even(4096), inputs(z, "r"), resamples=20)
    assert (found.judgement.share, found.record.share) == pytest.approx((0.25, 0.75), abs=0.01)
    assert (
        found.luck.share == 0
        and found.unexplained.share == pytest.approx(0, abs=1e-9)
        and found.together.share == pytest.approx(0.5, abs=0.01)
    )


def test_what_powers_miss_is_said() -> None:
    """A square is unexplained at order 1 and explained at order 2; a uniform column does as well as a normal one."""
    rng = np.random.default_rng(4)
    z = rng.random(size=(2048, 2))
    runs = ((z[:, :1] - 0.5) ** 2 * 12 + z[:, 1:] + np.zeros((2048, 2)))[None]
    square, line = 144 / 180, 1 / 12
    first = opinion(runs, np.ones(1), even(2048), inputs(z, "jr"), order=1, resamples=20)
    second = opinion(runs, np.ones(1), even(2048), inputs(z, "jr"), order=2, resamples=20)
    assert first.unexplained.share == pytest.approx(square / (square + line), abs=0.02)
    assert second.unexplained.share == pytest.approx(0, abs=1e-9)
    assert second.judgement.share == pytest.approx(square / (square + line), abs=0.02)


def test_weights_of_draws_count() -> None:
    """Draws of N(0, 1) weighted into z1 ~ N(0, .5) and z2 as drawn: the variances are .25 and 1."""
    rng = np.random.default_rng(5)
    z = rng.normal(size=(8192, 2))
    weight = np.exp(-0.5 * z[:, 0] ** 2 * (4 - 1))
    runs = (z.sum(axis=1, keepdims=True) + np.zeros((8192, 2)))[None]
    found = opinion(runs, np.ones(1), weight / weight.sum(), inputs(z, "jr"), resamples=40)
    assert found.judgement.share == pytest.approx(0.2, abs=0.02) and found.judgement.low < 0.2 < found.judgement.high


def test_one_group_alone_has_all_that_is_not_luck() -> None:
    """Also where no power explains it: a jump."""
    rng = np.random.default_rng(6)
    z = rng.normal(size=(512, 1))
    runs = ((np.sin(9 * z) > 0) + 0.1 * rng.normal(size=(512, 4)))[None]
    found = opinion(runs, np.ones(1), even(512), inputs(z, "j", theory="record"), resamples=20)
    assert found.record.share == 0 and found.judgement.share + found.luck.share == pytest.approx(1, abs=1e-12)
    assert found.unexplained.share > 0.5
    theory = opinion(
        np.array([0.0, 1.0])[:, None, None] + 0.1 * rng.normal(size=(2, 64, 4)),
        np.array([0.5, 0.5]),
        even(64),
        inputs(np.zeros((64, 0)), ""),
        resamples=20,
    )
    assert theory.judgement.share == pytest.approx(0.25 / 0.26, abs=0.01) and theory.record.share == 0


def test_theories_without_weight_play_no_role() -> None:
    rng = np.random.default_rng(7)
    z, runs = rng.normal(size=(128, 2)), rng.normal(size=(2, 128, 4))
    wild = np.concatenate([runs, np.full((1, 128, 4), np.nan)])
    two = opinion(runs, np.array([0.5, 0.5]), even(128), inputs(z, "jr"), resamples=20)
    assert opinion(wild, np.array([0.5, 0.5, 0.0]), even(128), inputs(z, "jr"), resamples=20) == two
    assert two != opinion(runs, np.array([0.5, 0.5]), even(128), inputs(z, "jr"), resamples=20, seed=1)


def test_the_sentence() -> None:
    found = toy(8, 2048)
    assert found.sentence.startswith("Of the variance of the difference over runs, 5") and "half to each" in found.sentence


def test_what_has_no_meaning_is_refused() -> None:
    rng = np.random.default_rng(9)
    z, runs, one = rng.normal(size=(64, 2)), rng.normal(size=(1, 64, 4)), np.ones(1)
    full = inputs(z, "jr")
    still = z.copy()
    still[:, 1] = 3
    for wrong, says in (
        (lambda: opinion(runs[:, :, :1], one, even(64), full), "one luck"),
        (lambda: opinion(runs * np.nan, one, even(64), full), "not finite"),
        (lambda: opinion(np.ones((1, 64, 4)), one, even(64), full), "no variance"),
        (lambda: opinion(runs, one, even(64), inputs(still, "jr")), "z1 has the same value"),
        (lambda: opinion(runs, one, even(64), inputs(z[:, :0], "")), "no input"),
        (lambda: opinion(runs, one, even(64), inputs(rng.normal(size=(64, 40)), 40 * "j")), "81 terms"),
        (lambda: opinion(runs, np.array([0.5, 0.5]), even(64), full), "theories"),
        (lambda: opinion(runs, one, even(32), full), "draws"),
        (lambda: opinion(runs, one, even(64), inputs(z[:32], "jr")), "32 draws"),
        (lambda: opinion(runs[0], one, even(64), full), "shape"),
        (lambda: opinion(runs, one, even(64), full, order=4), "powers"),
        (lambda: opinion(runs, one, even(64), full, resamples=3), "resamples"),
        (lambda: inputs(z, "j"), "1 names"),
        (lambda: inputs(z * np.inf, "jr"), "not finite"),
        (lambda: inputs(z, "jr", theory="luck"), "group luck"),
    ):
        with pytest.raises(DecisionError, match=says):
            wrong()
