"""The particle filter: exact likelihoods, laws of resampling, slots. Seeds are fixed; tests by simulation ask for four standard errors."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from countermove.errors import EvidenceError
from countermove.rng.transforms import normal_pair
from countermove.verify import likelihoods, particles
from countermove.verify.closed_forms import hidden_chain, local_level
from countermove.verify.nile import FLOW
from countermove.verify.particles import StateSpace, largest, log_likelihoods, particle_filter, systematic, total

NILE = {"mean": 1000.0, "sd": 300.0, "noise": 15098.5, "drift": 1469.2}
START = (1000.0, 90_000.0)


def level_start(p: Any, u: Any) -> Any:
    return p["mean"] + p["sd"] * normal_pair(u[0], u[1])[0]


def level_move(p: Any, level: Any, month: Any, u: Any) -> Any:
    return level + jnp.sqrt(p["drift"]) * normal_pair(u[0], u[1])[0]


def level_score(p: Any, level: Any, month: Any, y: Any) -> Any:
    return -0.5 * ((y - level) ** 2 / p["noise"] + jnp.log(2 * np.pi * p["noise"]))


LEVEL = StateSpace(level_start, level_move, level_score, 2)


def nile(y: Any = FLOW, **options: Any) -> Any:
    numbers = {name: np.float32(value) for name, value in NILE.items()}
    return particle_filter(LEVEL, numbers, np.array(y, float), **({"particles": 20_000, "seed": 0} | options))


def test_against_the_kalman_filter() -> None:
    """Log-likelihood month by month, and mean and variance of the last level."""
    exact = local_level(np.array(FLOW), NILE["noise"], NILE["drift"], start=START)
    found = nile()
    assert found.log_likelihood == pytest.approx(exact.log_likelihood, abs=0.15)
    partial_sums = [
        local_level(np.array(FLOW[:t]), NILE["noise"], NILE["drift"], start=START).log_likelihood for t in range(1, 101)
    ]
    np.testing.assert_allclose(found.increments, np.diff([0.0, *partial_sums]), atol=0.08)
    level = np.asarray(found.state)
    assert found.weights @ level == pytest.approx(exact.mean[-1], abs=4 * np.sqrt(exact.variance[-1] / 10_000))
    assert np.cov(level, aweights=found.weights) == pytest.approx(exact.variance[-1], rel=0.06)
    assert found.increments.sum() == pytest.approx(found.log_likelihood, abs=1e-9)
    assert 0 < found.resampled.sum() < 99
    assert not found.resampled[0]
    np.testing.assert_array_equal(found.resampled[1:], found.ess[:-1] < 10_000)


def test_months_without_observation() -> None:
    """They add nothing, by nan or by name, and the level drifts through them."""
    y = np.array(FLOW, float)
    y[:2], y[20:30], y[99] = np.nan, np.nan, np.nan
    exact = local_level(y, NILE["noise"], NILE["drift"], start=START)
    found = nile(y)
    assert found.log_likelihood == pytest.approx(exact.log_likelihood, abs=0.15)
    assert (found.increments[np.isnan(y)] == 0).all()
    assert found.weights @ np.asarray(found.state) == pytest.approx(exact.mean[-1], abs=4 * np.sqrt(exact.variance[-1] / 10_000))
    by_name = nile(np.where(np.isnan(y), 0.0, y), seen=~np.isnan(y))
    np.testing.assert_array_equal(by_name.increments, found.increments)


@pytest.mark.parametrize("threshold", [0.0, 0.5, 1.0])
def test_the_likelihood_is_unbiased(threshold: float) -> None:
    """Never, by need and every month: few particles, many filters, the hidden chain's exact likelihood (false alarms 1e-4)."""
    params = {"start": likelihoods.START, "moves": likelihoods.MOVES, "means": likelihoods.MEANS}
    params = {name: np.asarray(value, np.float32) for name, value in params.items()}
    density = -0.5 * (likelihoods.SEEN[:, None] - likelihoods.MEANS) ** 2 - 0.5 * np.log(2 * np.pi)
    exact = hidden_chain(likelihoods.START, likelihoods.MOVES, density)[-1]
    logs = log_likelihoods(likelihoods.CHAIN, params, likelihoods.SEEN, particles=50, seed=1, replicates=3000, threshold=threshold)
    ratio = np.exp(logs - exact)
    assert abs(ratio.mean() - 1) < 4 * ratio.std() / np.sqrt(3000)
    alone = particle_filter(likelihoods.CHAIN, params, likelihoods.SEEN, particles=50, seed=1, threshold=threshold)
    assert alone.log_likelihood == pytest.approx(logs[0], abs=1e-5)
    assert len(np.unique(logs)) > 2500


def test_verify_notices_a_broken_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """A filter that resamples by other weights than its own is off by far, and the line says so."""
    monkeypatch.setattr(particles, "systematic", lambda mass, u: systematic(jnp.sqrt(mass), u))
    jax.clear_caches()
    try:
        assert not likelihoods.unbiased()[0].ok
    finally:
        monkeypatch.undo()
        jax.clear_caches()
    assert likelihoods.unbiased()[0].ok


@pytest.mark.parametrize("n", [1, 2, 7, 64, 1000, 10_007])
def test_resampling_gives_each_its_share(n: int) -> None:
    """Floor or ceiling of n x share, in order; nobody without weight; the mean over the uniform is the share."""
    generator = np.random.default_rng(n)
    mass = generator.exponential(size=n) ** 3 * (generator.random(n) < 0.7)
    mass[n // 2] = max(mass[n // 2], 1e-3)
    if n > 2:
        mass[[0, -1]] = 0
    mass = (mass / mass.max()).astype(np.float32)
    share = mass.astype(np.float64) / mass.sum(dtype=np.float64) * n
    choose = jax.jit(systematic)
    grid = np.r_[2.0**-24, (np.arange(256) + 0.5) / 256, 1 - 2.0**-24].astype(np.float32)
    counts = np.stack([np.bincount(np.asarray(choose(mass, u)), minlength=n) for u in grid])
    assert (counts.sum(axis=1) == n).all()
    assert (counts[:, mass == 0] == 0).all()
    assert (np.abs(counts - share) < 1 + 1e-3).all()
    assert np.abs(counts[1:-1].mean(axis=0) - share).max() < 2 / 256 + 1e-3
    order = np.asarray(choose(mass, np.float32(0.3)))
    assert (np.diff(order) >= 0).all()


def test_resampling_equal_weights_changes_nobody() -> None:
    for u in (0.001, 0.5, 0.999):
        np.testing.assert_array_equal(systematic(jnp.ones(1000), jnp.float32(u)), np.arange(1000))


def test_resampling_keeps_expectations() -> None:
    """The mean of any function over 4,000 resamplings is its weighted mean."""
    generator = np.random.default_rng(0)
    mass = generator.gamma(0.5, size=300).astype(np.float32)
    mass /= mass.max()
    value = generator.normal(size=300)
    chosen = np.asarray(jax.vmap(partial(systematic, jnp.asarray(mass)))(generator.random(4000).astype(np.float32)))
    means = value[chosen].mean(axis=1)
    assert abs(means.mean() - (mass * value).sum() / mass.sum()) < 4 * means.std() / np.sqrt(4000)


def test_chance_stays_with_the_slot() -> None:
    """Resampled every month or never, slot i meets the same uniforms; copies of one particle meet different ones."""

    def start(p: Any, u: Any) -> Any:
        return {"past": jnp.zeros((3, u.shape[1])), "family": jnp.arange(u.shape[1], dtype=jnp.float32)}

    def move(p: Any, state: Any, month: Any, u: Any) -> Any:
        return {"past": jnp.concatenate([state["past"][1:], u]), "family": state["family"]}

    def score(p: Any, state: Any, month: Any, y: Any) -> Any:
        return jnp.where(state["family"] < y, 0.0, -jnp.inf)

    space = StateSpace(start, move, score, 1)
    few, all_ = (particle_filter(space, (), np.array([y] * 4), particles=128, seed=3, threshold=1.0) for y in (16.0, 1e9))
    assert few.resampled[1]
    assert not all_.resampled.any()
    families = np.asarray(few.state["family"])
    assert set(families) == set(range(16))
    now, then = np.asarray(few.state["past"]), np.asarray(all_.state["past"])
    np.testing.assert_array_equal(now[-1], then[-1])  # this month's chance is the slot's
    assert len(np.unique(now[-1])) == 128
    # after the only resampling (into month 1) the whole past is the slot's, whichever particle came to sit there
    np.testing.assert_array_equal(now, then)


def test_the_same_seed_gives_the_same_bits() -> None:
    one, same, other = nile(seed=0, particles=1000), nile(seed=0, particles=1000), nile(seed=1 << 40, particles=1000)
    np.testing.assert_array_equal(one.increments, same.increments)
    np.testing.assert_array_equal(np.asarray(one.state), np.asarray(same.state))
    assert one.log_likelihood != other.log_likelihood


def test_the_likelihood_does_not_move_when_densities_are_scaled() -> None:
    """Densities far below the smallest float32: logs are shifted before they are raised (never resampled: rounding would tip a choice)."""
    alike: dict[str, Any] = {"particles": 1000, "seed": 0, "threshold": 0.0}

    def low(p: Any, level: Any, month: Any, y: Any) -> Any:
        return level_score(p, level, month, y) - 1000.0

    numbers = {name: np.float32(value) for name, value in NILE.items()}
    shifted = particle_filter(StateSpace(level_start, level_move, low, 2), numbers, np.array(FLOW), **alike)
    np.testing.assert_allclose(shifted.increments + 1000, nile(**alike).increments, atol=1e-2)


def test_an_impossible_record_has_likelihood_zero() -> None:
    def never(p: Any, level: Any, month: Any, y: Any) -> Any:
        return jnp.where(month == 2, -jnp.inf, 0.0) * jnp.ones_like(level)

    found = particle_filter(StateSpace(level_start, level_move, never, 2), NILE, np.zeros(4), particles=64, seed=0)
    assert found.log_likelihood == -np.inf
    assert list(found.increments) == [0.0, 0.0, -np.inf, 0.0]
    assert np.isfinite(found.weights).all()


def test_a_tree_of_observations_and_a_single_month() -> None:
    def both(p: Any, level: Any, month: Any, row: Any) -> Any:
        return jnp.where(row["told"], level_score(p, level, month, row["flow"]), 0)

    space = StateSpace(level_start, level_move, both, 2)
    numbers = {name: np.float32(value) for name, value in NILE.items()}
    told = np.arange(100) % 3 != 0
    found = particle_filter(space, numbers, {"flow": np.array(FLOW), "told": told}, particles=1000, seed=0)
    blank = nile(np.where(told, FLOW, np.nan), particles=1000)
    np.testing.assert_allclose(found.increments, blank.increments, atol=1e-4)
    assert nile(FLOW[:1], particles=1000).increments.shape == (1,)


@pytest.mark.parametrize("n", [64, 4096, 10_000])
def test_the_months_are_one_function(n: int) -> None:
    """What the speed rests on (docs/decisions/0002): nothing in the loop is handed to a library."""
    numbers = {name: np.float32(value) for name, value in NILE.items()}
    given = (numbers, (np.array(FLOW, np.float32), np.ones(100, bool)), np.zeros(2, np.uint32), np.uint32(0), np.float32(0.5))
    text = particles._one.lower(LEVEL, n, *given).compile().as_text()
    assert 'xla_cpu_small_call="true"' in text
    assert "ynn" not in text.lower()


@pytest.mark.parametrize("n", [1, 13, 64, 10_000])
def test_sums_over_particles(n: int) -> None:
    x = np.random.default_rng(n).normal(size=n).astype(np.float32)
    assert float(total(jnp.asarray(x))) == pytest.approx(x.sum(dtype=np.float64), abs=1e-5 * n)
    assert float(largest(jnp.asarray(x))) == x.max()


def test_what_has_no_meaning_is_refused() -> None:
    for options in ({"particles": 0}, {"particles": 1 << 23}, {"seed": -1}, {"threshold": 1.5}, {"seen": np.ones(3, bool)}):
        with pytest.raises(EvidenceError):
            nile(**options)
    with pytest.raises(EvidenceError):
        nile(np.array([]))

    def wrong(p: Any, level: Any, month: Any, y: Any) -> Any:
        return jnp.where((month == 5) & (level > 1000), jnp.nan, 0.0)

    with pytest.raises(EvidenceError, match="month 5"):
        particle_filter(StateSpace(level_start, level_move, wrong, 2), NILE, np.array(FLOW), particles=64, seed=0)
