"""Rare events on chains whose probability is known from powers of their matrix, and exact intervals.

Statistical checks have fixed seeds; the rate at which a right program would fail them is given with each.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from countermove.decision.splitting import Simulator, clopper_pearson, plain, split
from countermove.errors import DecisionError

UP, DOWN, TOP, MONTHS = 0.2, 0.3, 19, 60
LEVELS = (4, 7, 9, 11, 13, 15, 17, 19)


def birth_death(generator: np.random.Generator, n: int) -> np.ndarray:
    """A birth-death chain starts at 0."""
    return np.zeros(n, np.int64)


def walk(states: np.ndarray, month: int, generator: np.random.Generator) -> np.ndarray:
    """Up with probability UP, down (not below 0) with DOWN."""
    u = generator.random(states.shape[0])
    return np.maximum(states + (u < UP) - (u > 1 - DOWN), 0)


def absorbed(matrix: np.ndarray, months: int) -> float:
    """P(the last state of a chain that starts in the first and stops in the last is reached)."""
    return float(np.linalg.matrix_power(matrix, months)[0, -1])


def ladder(top: int = TOP) -> np.ndarray:
    """The matrix of the birth-death chain, stopped at the top."""
    matrix = np.zeros((top + 1, top + 1))
    for state in range(top):
        matrix[state, state + 1] += UP
        matrix[state, max(state - 1, 0)] += DOWN
        matrix[state, state] += 1 - UP - DOWN
    matrix[top, top] = 1
    return matrix


CHAIN = Simulator(birth_death, walk, lambda states: states)


def test_one_in_a_hundred_thousand() -> None:
    """p = 1.0576e-5: within a factor 2, at a fiftieth of the state-steps that plain paths need for the same error (rate < 1e-6).

    The error is told from 60 repetitions, so that its square is known to a fifth.
    """
    p = absorbed(ladder(), MONTHS)
    assert p == pytest.approx(1.0576e-5, rel=1e-4)
    found = split(CHAIN, LEVELS, MONTHS, effort=300, repetitions=60, seed=0)
    assert p / 2 < found.probability < 2 * p
    assert found.low < p < found.high  # false alarms: 5%
    assert found.se < 0.15 * p
    plain_steps = p * (1 - p) / found.se**2 * MONTHS
    assert found.state_steps <= plain_steps / 50
    assert found.probability == pytest.approx(math.prod(found.shares), rel=0.2)
    assert all(0.1 < share < 0.6 for share in found.shares)


def seasons(month: int) -> float:
    """Probability of a step up, which hangs on the month."""
    return 0.5 if month % 4 == 3 else 0.05


def stormy(states: np.ndarray, month: int, generator: np.random.Generator) -> np.ndarray:
    """A chain that leaps 1 or 4 up, and falls back to 0 with probability .15: thresholds are jumped, months count."""
    u = generator.random(states.shape[0])
    up = seasons(month)
    return np.where(u < up, states + np.where(u < up / 3, 4, 1), np.where(u > 0.85, 0, states))


def stormy_exactly(top: int, months: int) -> float:
    """P(the chain from 0 or 1, by a coin, is at `top` or above within the months)."""
    mass = np.zeros(top + 1)
    mass[:2] = 0.5
    for month in range(months):
        up, after = seasons(month), np.zeros(top + 1)
        after[top] = mass[top]
        for state in range(top):
            after[min(state + 4, top)] += mass[state] * up / 3
            after[min(state + 1, top)] += mass[state] * up * 2 / 3
            after[0] += mass[state] * 0.15
            after[state] += mass[state] * (0.85 - up)
        mass = after
    return float(mass[top])


STORM = Simulator(lambda generator, n: (generator.random(n) < 0.5).astype(np.int64), stormy, lambda states: states)


@pytest.mark.parametrize("levels", [(2, 3, 5, 8, 10, 14), (6, 14), (1, 14)])
@pytest.mark.parametrize("effort", [20, 200])
def test_unbiased_whatever_the_thresholds(levels: tuple[int, ...], effort: int) -> None:
    """The mean of many repetitions on a chain that leaps over thresholds and knows the month: |z| < 4.

    False alarms: 6e-5 for each of 6 if the mean is normal; it is skewed, so 1e-3 at most.
    """
    p = stormy_exactly(14, 16)
    assert 1e-3 < p < 1e-2
    found = split(STORM, levels, 16, effort=effort, repetitions=8000 // effort, seed=7)
    assert abs(found.probability - p) < 4 * found.se
    assert found.se < 0.2 * p
    assert effort > 20 or 0.0 in found.repetitions


def test_intervals_hold_the_answer() -> None:
    """Of 100 intervals at 95% at least 86 hold p; a coverage of .94 fails this once in 400 times."""
    p = absorbed(ladder(5), 12)
    held = 0
    for seed in range(100):
        found = split(CHAIN, (2, 4, 5), 12, effort=60, repetitions=10, seed=seed)
        held += found.low <= p <= found.high
    assert held >= 86


def test_plain_monte_carlo() -> None:
    """The exact interval holds p, the error is the binomial one, and the cost every state in every month (false alarms: 1e-4)."""
    p = absorbed(ladder(6), 20)
    found = plain(CHAIN, 6, 20, paths=5000, seed=0, confidence=0.9999)
    assert found.low < p < found.high
    assert found.se == pytest.approx(math.sqrt(found.probability * (1 - found.probability) / 5000))
    assert (found.interval, found.state_steps) == ("Clopper-Pearson", 100_000)


def test_states_that_only_the_caller_opens() -> None:
    """States in a dictionary, last axis n: bit for bit the numbers of plain arrays, and a copied state keeps its own past."""

    def step(states: dict[str, Any], month: int, generator: np.random.Generator) -> dict[str, Any]:
        place = walk(states["place"], month, generator)
        path = states["path"].copy()
        path[month + 1] = place
        return {"place": place, "path": path}

    def level(states: dict[str, Any]) -> np.ndarray:
        path = states["path"]
        told = np.isfinite(path)
        assert (np.diff(told.astype(int), axis=0) <= 0).all()  # no month is lost
        assert not (np.abs(np.diff(path, axis=0)) > 1).any()  # none is another path's
        assert (np.take_along_axis(path, told.sum(axis=0)[None] - 1, axis=0)[0] == states["place"]).all()
        return states["place"]

    nested = Simulator(
        start=lambda generator, n: {"place": np.zeros(n, int), "path": np.vstack([np.zeros((1, n)), np.full((20, n), np.nan)])},
        step=step,
        level=level,
        pick=lambda states, indices: {name: part[..., indices] for name, part in states.items()},
        merge=lambda moving, new, old: {name: np.where(moving, new[name], old[name]) for name in old},
    )
    asked: Any = {"levels": (2, 4, 6), "horizon": 20, "effort": 200, "repetitions": 5, "seed": 1}
    assert split(nested, **asked) == split(CHAIN, **asked)


def test_seeds() -> None:
    """The same seed gives the same numbers, 0 is a seed, and another seed gives others."""
    asked: Any = {"levels": (2, 4, 6), "horizon": 20, "effort": 100, "repetitions": 4}
    assert split(CHAIN, **asked, seed=0) == split(CHAIN, **asked, seed=0)
    assert split(CHAIN, **asked, seed=0).repetitions != split(CHAIN, **asked, seed=1).repetitions
    assert len(set(split(CHAIN, **asked, seed=0).repetitions)) > 1


def test_impossible_and_certain() -> None:
    """What nobody reached has an interval from 0, not a zero with no error; what is so from the start is 1 and costs nothing."""
    found = split(CHAIN, (1, 21), 20, effort=50, repetitions=4, seed=0)
    assert (found.probability, found.low) == (0, 0)
    assert found.high > absorbed(ladder(1), 20) > 0.9  # all that is known: it cannot be likelier than the first threshold
    assert found.interval == "Clopper-Pearson limit of the first threshold"
    never = split(CHAIN, (21, 22), 20, effort=50, repetitions=4, seed=0)
    assert never.high == pytest.approx(1 - 0.025 ** (1 / 200))
    assert (never.shares[0], math.isnan(never.shares[1])) == (0, True)
    sure = split(CHAIN, (-1, 0), 20, effort=50, repetitions=4, seed=0)
    assert (sure.probability, sure.se, sure.low, sure.high, sure.state_steps) == (1, 0, 1, 1, 0)
    assert plain(CHAIN, 0, 20, paths=10, seed=0).probability == 1


def test_clopper_pearson_published() -> None:
    """8 of 10: .444 to .975; none of n: 1 - (alpha/2)^(1/n); and turned round."""
    assert clopper_pearson(8, 10) == pytest.approx((0.4439, 0.9748), abs=1e-4)
    assert clopper_pearson(0, 30) == pytest.approx((0, 1 - 0.025 ** (1 / 30)))
    assert clopper_pearson(30, 30, 0.9) == pytest.approx((0.05 ** (1 / 30), 1))
    low, high = clopper_pearson(3, 17, 0.8)
    assert clopper_pearson(14, 17, 0.8) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize("n", [1, 5, 20, 75])
@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95])
def test_clopper_pearson_covers(n: int, confidence: float) -> None:
    """Summed over all k, no sampling: at least the confidence at every p, and not far more at the least favourable one."""
    ends = np.array([clopper_pearson(k, n, confidence) for k in range(n + 1)])
    p = np.linspace(0, 1, 401)[:, None]
    covered = (stats.binom.pmf(np.arange(n + 1), n, p) * ((ends[:, 0] <= p) & (p <= ends[:, 1]))).sum(axis=1)
    assert (covered >= confidence - 1e-9).all()
    assert covered[1:-1].min() < confidence + 0.6 * (1 - confidence)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"levels": ()}, "thresholds"),
        ({"levels": (2, 2)}, "thresholds 2, 2"),
        ({"levels": (2, math.nan)}, "thresholds 2, nan"),
        ({"levels": (2, math.inf)}, "thresholds 2, inf"),
        ({"horizon": 0}, "over 0 months"),
        ({"effort": 0}, "0 paths"),
        ({"repetitions": 1}, "says nothing of the error"),
        ({"confidence": 1.0}, "confidence 1.0"),
        ({"seed": -1}, "seed -1"),
        ({"simulator": Simulator(birth_death, walk, lambda states: states[:1])}, r"shape \(1,\), not \(8,\)"),
        ({"simulator": Simulator(birth_death, walk, lambda states: states * math.nan)}, "level is not a number"),
    ],
)
def test_questions_without_meaning(change: dict[str, Any], says: str) -> None:
    """Each is refused in words."""
    asked: Any = {"simulator": CHAIN, "levels": (2, 4), "horizon": 9, "effort": 8, "repetitions": 3, "seed": 0, **change}
    with pytest.raises(DecisionError, match=says):
        split(**asked)


@pytest.mark.parametrize(("k", "n", "confidence"), [(-1, 5, 0.9), (6, 5, 0.9), (0, 0, 0.9), (1, 2, 0.0), (1, 2, math.nan)])
def test_intervals_without_meaning(k: int, n: int, confidence: float) -> None:
    """Each is refused."""
    with pytest.raises(DecisionError):
        clopper_pearson(k, n, confidence)
