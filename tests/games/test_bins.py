"""States as numbers, and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countermove.errors import SolveError
from countermove.games.bins import Axis, Bins, Sizes

EDGES = st.lists(st.integers(-20, 20), max_size=4, unique=True).map(lambda found: tuple(float(x) for x in sorted(found)))


@given(st.lists(EDGES, min_size=1, max_size=4))
def test_every_number_is_one_state_and_back(edges: list[tuple[float, ...]]) -> None:
    """Numbers run from 0 to size - 1, each of another combination of bins; a value of each bin has the number again."""
    bins = Bins(tuple(Axis(f"axis {k}", one) for k, one in enumerate(edges)))
    every = np.arange(bins.size)
    places = bins.places(every)
    assert len(set(zip(*(places[axis.name].tolist() for axis in bins.axes), strict=True))) == bins.size
    inside = {
        axis.name: np.array([*(edge - 0.5 for edge in axis.edges[:1]), *axis.edges] or [0.0])[places[axis.name]]
        for axis in bins.axes
    }
    np.testing.assert_array_equal(bins.number(inside), every)


def test_an_edge_belongs_to_the_bin_above() -> None:
    """A rung that is just reached is reached."""
    axis = Axis("own rung", (3.0, 4.0))
    np.testing.assert_array_equal(axis.place(np.array([0.0, 2.9, 3.0, 3.5, 4.0, 9.0])), [0, 0, 1, 1, 2, 2])
    assert axis.says(0) == "own rung below 3"
    assert axis.says(2) == "own rung from 4"


def test_twice_as_many_bins_lie_inside_the_old_ones() -> None:
    """Refining splits bins and moves no edge."""
    met = {name: np.random.default_rng(3).normal(size=500) for name in ("balance", "shortfall", "will", "rival will", "held")}
    coarse, fine = (sizes.fitted(met, ((0, 3, 4), (0.0, 5.0)), 24) for sizes in (Sizes(3, 1, 2), Sizes(3, 1, 2).finer()))
    assert (fine.size, coarse.size) == (6 * 3 * 2 * 6 * 4, 3 * 3 * 2 * 6 * 2)
    for old, new in zip(coarse.axes, fine.axes, strict=True):
        assert set(old.edges) <= set(new.edges)
    counts = np.bincount(coarse.axes[0].place(met["balance"]))
    assert counts.min() >= 500 // 3 - 1


def test_values_that_repeat_make_fewer_bins() -> None:
    """No bin is empty because two edges are one."""
    met = {name: np.zeros(9) for name in ("balance", "shortfall", "will", "rival will", "held")}
    assert Sizes(5, 1, 4).fitted(met, ((0, 3), (0.0, 5.0)), 12).size == 2 * 2 * 6


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (lambda: Axis("balance", (1.0, 1.0)), "rise"),
        (lambda: Axis("balance", (float("inf"),)), "finite"),
        (lambda: Bins(()), "need axes"),
        (lambda: Bins((Axis("a", ()), Axis("a", ()))), "its own name"),
        (lambda: Bins((Axis("a", ()),)).number({"b": np.zeros(1)}), "nothing is known of a"),
        (lambda: Bins((Axis("a", ()),)).number({"a": np.array([np.nan])}), "not a number"),
        (lambda: Bins((Axis("a", (1.0,)),)).places(np.array([2])), "from 0 to 1"),
        (lambda: Sizes(0).fitted({}, ((0,), (0.0,)), 1), "balance has 0"),
    ],
)
def test_what_is_no_state_is_refused(mistake: object, said: str) -> None:
    """In words that say where."""
    with pytest.raises(SolveError, match=said):
        mistake()  # type: ignore[operator]
