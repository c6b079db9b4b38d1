"""Quasi-random points: independent scrambles of one Sobol' sequence, so that errors can be estimated across scrambles."""

from __future__ import annotations

import warnings

import numpy as np
from scipy.stats import qmc

from countermove.rng.seeds import words

SCRAMBLES = 16


def points(seed: int, draws: int, dimensions: int) -> np.ndarray:
    """Uniforms [draws, dimensions] in (0, 1), float64. Draw d is point d // 16 of scramble d % 16 (Owen scrambling, scipy `qmc`).

    More draws extend the same sequences: the first ones never change.
    """
    each = -(-draws // SCRAMBLES)
    size = 1 << max(0, (each - 1).bit_length())
    out = np.empty((size, SCRAMBLES, max(dimensions, 1)))
    for scramble in range(SCRAMBLES):
        generator = np.random.default_rng(np.random.SeedSequence([*words(seed), scramble]))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            out[:, scramble] = qmc.Sobol(max(dimensions, 1), scramble=True, bits=32, rng=generator).random(size)
    flat = out.reshape(size * SCRAMBLES, -1)[:draws, :dimensions]
    return np.clip(flat, 2.0**-33, 1 - 2.0**-33)
