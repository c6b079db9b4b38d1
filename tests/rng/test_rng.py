"""The random numbers: known answers, distributions, independence. Seeds are fixed; each test's false-alarm rate is about 1e-4."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from scipy import special, stats

import countermove.engine.backend  # noqa: F401
from countermove.rng.quasi import points
from countermove.rng.threefry import threefry2x32
from countermove.rng.transforms import GAMMA_SHAPE, erlang4, gamma_common, normal_below, normal_pair
from countermove.rng.uniforms import stream_keys, uniforms


def words(seed: int, runs: int, months: int, slots: int) -> np.ndarray:
    """[months, slots, runs]"""
    keys = stream_keys(
        np.array([seed, 0], np.uint32), np.arange(runs, dtype=np.uint32) // 16, np.arange(runs, dtype=np.uint32) % 16
    )
    return np.stack([np.asarray(uniforms(keys, np.float32(t), slots)) for t in range(months)])


def test_threefry_known_answers() -> None:
    """Random123's kat_vectors for threefry2x32, 20 rounds."""
    ones = np.uint32(0xFFFFFFFF)
    cases = (
        ((0, 0, 0, 0), (0x6B200159, 0x99BA4EFE)),
        ((ones, ones, ones, ones), (0x1CB996FC, 0xBB002BE7)),
        ((0x13198A2E, 0x03707344, 0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
    )
    for given, expected in cases:
        got = threefry2x32(*(jnp.uint32(x) for x in given))
        assert tuple(int(x) for x in got) == expected


def test_uniforms_are_uniform_and_open() -> None:
    u = words(0, 4096, 8, 60)
    assert u.min() > 0
    assert u.max() < 1
    counts, _ = np.histogram(u, bins=1024, range=(0, 1))
    assert stats.chisquare(counts).pvalue > 1e-4


def test_neighbours_are_independent() -> None:
    """Slots, months, draws and lucks next to each other: no correlation, and uniform pairs."""
    u = words(3, 4096, 16, 60)
    for a, b in ((u[:, 1:], u[:, :-1]), (u[1:], u[:-1]), (u[..., 1:], u[..., :-1]), (u[..., 16:], u[..., :-16])):
        r = np.corrcoef(a.ravel(), b.ravel())[0, 1]
        assert abs(r) < 4 / np.sqrt(a.size)
        counts, _, _ = np.histogram2d(a.ravel(), b.ravel(), bins=32, range=((0, 1), (0, 1)))
        assert stats.chisquare(counts.ravel()).pvalue > 1e-4


def test_no_run_shares_its_stream() -> None:
    u = words(0, 65536, 1, 4)[0]
    assert len(np.unique(u.T, axis=0)) == 65536


def test_normals() -> None:
    u = words(5, 8192, 8, 60).reshape(-1, 2, 8192)
    c, s = normal_pair(jnp.asarray(u[:, 0]), jnp.asarray(u[:, 1]))
    for n in (np.asarray(c).ravel(), np.asarray(s).ravel()):
        assert stats.kstest(n[:100_000], "norm").pvalue > 1e-4
    assert abs(np.corrcoef(np.asarray(c).ravel(), np.asarray(s).ravel())[0, 1]) < 0.005


def test_the_normal_distribution_function() -> None:
    """Every 999th number of float32 from 1e-38 to 16 and to -16, and the ends: error, order, and what may not be off by a digit."""
    up = np.arange(0x00800000, 0x41800000, 999, dtype=np.uint32).view(np.float32)
    x = np.concatenate([[-np.inf], -up[::-1], [0], up, [np.inf]]).astype(np.float32)
    found = np.asarray(jax.jit(normal_below)(x))
    assert np.abs(found - special.ndtr(x.astype(np.float64))).max() < 4e-7
    assert np.diff(found).min() >= 0
    assert (found[0], found[len(up) + 1], found[-1]) == (0, 0.5, 1)
    assert float(normal_below(jnp.float32(0))) == 0.5  # one by one, outside a compiled program
    far = (x > -12) & (x < -4)
    np.testing.assert_allclose(found[far], special.ndtr(x[far].astype(np.float64)), rtol=0.2)
    assert np.isnan(normal_below(jnp.float32(np.nan)))


def test_gammas() -> None:
    u = words(6, 8192, 4, 60)
    erlang = np.asarray(erlang4(jnp.asarray(u[0, :4])))[0]
    assert stats.kstest(erlang, stats.gamma(4, scale=0.25).cdf).pvalue > 1e-4
    grid = np.concatenate([np.logspace(-6, -1, 200), np.linspace(0.1, 0.9, 200), 1 - np.logspace(-6, -1, 200)]).astype(np.float32)
    exact = special.gammaincinv(GAMMA_SHAPE, grid.astype(np.float64)) / GAMMA_SHAPE
    np.testing.assert_allclose(np.asarray(gamma_common(jnp.asarray(grid))), exact, rtol=1e-4)


def test_quasi_random_points_extend_and_differ() -> None:
    few, many = points(0, 64, 7), points(0, 256, 7)
    assert np.array_equal(few, many[:64])
    assert not np.array_equal(few, points(1, 64, 7))
    means = np.stack([many[g::16].mean(axis=0) for g in range(16)])
    assert np.abs(means - 0.5).max() < 0.2
