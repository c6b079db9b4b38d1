"""Seeds: every number below 2^64 is one, and no two of them are one."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from countermove.errors import RunError
from countermove.questions.weigh.ensemble import set_seed
from countermove.rng.quasi import points
from countermove.rng.seeds import SEEDS, derived, short, stream_of, words

# pairs that a float64, a 32-bit word or a sum would take for one
ODD = (0, 1, 2**32 - 1, 2**32, 2**32 + 1, 2**48, 2**53, 2**53 + 1, 2**56, 2**63 - 1, 2**63, 2**63 + 1, 2**64 - 2, 2**64 - 1)


def test_no_two_seeds_share_a_stream() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        streams = {tuple(stream_of(seed, 41).integers(0, 2**63, 2)) for seed in ODD}
        sobol = {tuple(points(seed, 2, 2).ravel()) for seed in ODD}
    assert len(streams) == len(sobol) == len(ODD) == len({short(seed) for seed in ODD}) == len({tuple(words(seed)) for seed in ODD})
    hashed = {derived(seed, stream, number) for seed in ODD for stream in (0, 1) for number in (0, 1)}
    assert len(hashed) == 4 * len(ODD) and all(0 <= seed < SEEDS for seed in hashed)
    sets = {set_seed(seed, number) for seed in ODD for number in range(5)}
    assert len(sets) == 5 * len(ODD) and all(0 <= seed < SEEDS for seed in sets)
    assert all(0 <= short(seed) < 2**32 for seed in ODD)


def test_small_seeds_give_what_they_gave() -> None:
    """The bits of every result with a seed below 2^32."""
    for seed in (0, 7, 2**32 - 1):
        assert stream_of(seed, 41).random() == np.random.Generator(np.random.Philox(key=[seed, 41])).random()
        assert derived(seed, 4096, 3) == np.random.SeedSequence([seed, 4096, 3]).generate_state(1, np.uint64).item()
        assert (short(seed), set_seed(seed, 2)) == (seed, seed * 256 + 3)


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_what_is_not_a_seed_is_said(seed: int) -> None:
    with pytest.raises(RunError, match=f"{seed} is not a seed. A seed is a whole number from 0 to 18446744073709551615"):
        words(seed)
