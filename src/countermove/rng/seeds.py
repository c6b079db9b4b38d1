"""Seeds: every whole number from 0 to 2^64 - 1 is one, for every command and every library, and no two give the same chance."""

from __future__ import annotations

import numpy as np

from countermove.errors import RunError

SEEDS = 1 << 64
WORD = 0xFFFFFFFF


def words(seed: int) -> np.ndarray:
    """The seed as two 32-bit words, the low one first: uint32 [2]. Raises RunError for a number that is not a seed."""
    if not 0 <= seed < SEEDS:
        raise RunError(f"{seed} is not a seed", next=f"A seed is a whole number from 0 to {SEEDS - 1}")
    return np.array([seed & WORD, seed >> 32], np.uint32)


def stream_of(seed: int, stream: int) -> np.random.Generator:
    """Stream number `stream` (0 to 2^64 - 1) of a seed: another stream or another seed shares nothing with it (Philox, Salmon et al. 2011).

    The key is an array of uint64 because NumPy reads a list with a number above 2^63 as float64, and many seeds then are one.
    """
    return np.random.Generator(np.random.Philox(key=np.array([seed, stream], np.uint64)))


def derived(seed: int, stream: int, number: int = 0) -> int:
    """A seed of its own for each pair of 32-bit numbers, as a hash of all 64 bits of the seed.

    The words stand at fixed places: a list of whole numbers would be cut into words, and (2^32, 1) and (0, 1, 1) be one.
    """
    return np.random.SeedSequence([seed & WORD, stream, number, seed >> 32]).generate_state(1, np.uint64).item()


def short(seed: int) -> int:
    """A seed below 2^32, for libraries that keep no more: the seed itself where it is one, else a hash of all of its bits."""
    return seed if seed <= WORD else int(np.random.SeedSequence([seed & WORD, seed >> 32]).generate_state(1, np.uint32)[0])
