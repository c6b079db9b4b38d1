"""Blocks of a pair put together: the sums of all runs at once, and no block is held for its counts."""

from __future__ import annotations

import weakref

import numpy as np

from countermove.decision.block_sums import block_sums
from countermove.decision.monte_carlo_error import Scrambles
from countermove.decision.robust import scrambles_of
from countermove.decision.streamed_runs import PairBlocks

DRAWS, LUCKS = 40, 6


def scrambles() -> Scrambles:
    """Five of eight draws."""
    return scrambles_of(np.full(DRAWS, 1 / DRAWS), np.arange(DRAWS) % 5)


def test_blocks_of_any_size_add_up_to_the_same() -> None:
    """Absent numbers among them; and what was counted of a block is let go with it, since it is as large as that of all of them."""
    table = np.random.default_rng(4).normal(size=(3, DRAWS, LUCKS)).astype(np.float32)
    table[1, 5:9, 2] = np.nan
    whole = PairBlocks()
    whole.add(block_sums(table, []))
    blocks, seen = PairBlocks(), list[weakref.ref[object]]()
    for part in np.split(table, [7, 20, 33], axis=1):
        block = block_sums(part, [])
        seen += [weakref.ref(one) for one in block.counts]
        blocks.add(block)
        del block
    one, other = whole.sums(scrambles()), blocks.sums(scrambles())
    assert np.array_equal(one.total, other.total) and np.array_equal(one.mass, other.mass)
    for counts, same in zip(one.counts, other.counts, strict=True):
        assert (counts.size, counts.present) == (same.size, same.present) and np.array_equal(counts.halves, same.halves)
        assert np.array_equal(counts.counts, same.counts)
    assert other.counts[1].size - other.counts[1].present == 4
    assert not any(ref() for ref in seen)
