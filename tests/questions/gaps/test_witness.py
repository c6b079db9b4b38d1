"""The path that stands for a branch: surprise in a chain worked by hand, and which run is chosen."""

from __future__ import annotations

from itertools import pairwise
from math import log

import numpy as np
import pytest

from countermove.errors import DecisionError
from countermove.questions.gaps.paths import surprise, witnesses

# Four paths of three months. Starts: 5 three times, 9 once. Steps: 5 to 5 twice, 5 to 9 three times, 9 to 5 twice, 9 to 9 once.
PATHS = np.array([[5, 5, 5, 9], [5, 9, 9, 5], [9, 5, 9, 5]])


def test_surprise_is_that_of_the_chain_by_hand() -> None:
    """Minus the log of the frequencies of start and steps."""
    told = np.array(
        [
            [log(4 / 3), log(4 / 3), log(4 / 3), log(4)],
            [log(4 / 3 * 5 / 2), log(4 / 3 * 5 / 3), log(4 / 3 * 5 / 3), log(4 * 3 / 2)],
            [log(4 / 3 * 5 / 2 * 5 / 3), log(4 / 3 * 5 / 3 * 3 / 2), log(4 / 3 * 5 / 3 * 3), log(4 * 3 / 2 * 5 / 2)],
        ]
    )
    np.testing.assert_allclose(surprise(PATHS), told, rtol=1e-14)


def test_surprise_counts_every_month_alike_and_names_do_not_matter() -> None:
    """Against counts made one by one on random paths; large numbers and other numbers say the same."""
    generator = np.random.Generator(np.random.Philox(key=[3, 1]))
    tokens = generator.integers(0, 4, (7, 50)) ** 3
    runs = [tuple(run) for run in tokens.T.tolist()]
    steps = [pair for run in runs for pair in pairwise(run)]
    told = np.zeros(tokens.shape)
    for number, run in enumerate(runs):
        cost = -log(sum(other[0] == run[0] for other in runs) / len(runs))
        told[0, number] = cost
        for month, pair in enumerate(pairwise(run), 1):
            cost -= log(steps.count(pair) / sum(before == pair[0] for before, _ in steps))
            told[month, number] = cost
    np.testing.assert_allclose(surprise(tokens), told, rtol=1e-12)
    np.testing.assert_allclose(surprise(10**15 - 7 * tokens), told, rtol=1e-12)


def test_a_sure_path_is_no_surprise() -> None:
    assert (surprise(np.full((5, 3), 2)) == 0).all()
    assert surprise(np.array([[4, 4, 6, 6]]))[0] == pytest.approx([log(2)] * 4)


def test_witnesses_are_the_likeliest_of_all_and_the_likeliest_in_the_median_month() -> None:
    """Run 9 gets there first and by the common way; 10, 11 and 12 by stranger ways, two of them in the median month."""
    tokens = np.zeros((6, 14), np.int64)
    tokens[2, [5, 10]] = 1
    tokens[2, 11] = 2
    tokens[4, 12] = 3
    when = np.full(14, -1)
    when[[9, 10, 11, 12]] = 1, 3, 3, 5
    cost = surprise(tokens)
    assert cost[1, 9] < cost[3, 10] < cost[3, 11] < cost[5, 12]
    assert witnesses(tokens, when) == (9, 10)
    when[[9, 10]] = -1
    assert witnesses(tokens, when) == (11, 11)


def test_surprise_counts_up_to_the_month_of_arrival_only() -> None:
    """What happens to a run afterwards says nothing about how it got there."""
    tokens = np.zeros((5, 6), np.int64)
    tokens[3:, 0] = [7, 8]
    tokens[1, 1] = 5
    assert witnesses(tokens, np.array([1, 1, -1, -1, -1, -1])) == (0, 0)


def test_of_an_even_number_the_median_month_is_the_earlier_of_the_two() -> None:
    tokens = np.zeros((9, 4), np.int64)
    tokens[1, 2] = 1
    assert witnesses(tokens, np.array([8, 6, 4, 2]))[1] == 2  # type: ignore[index]


def test_nobody_there_has_no_witness() -> None:
    assert witnesses(PATHS, np.full(4, -1)) is None


@pytest.mark.parametrize("tokens", [np.zeros(4, np.int64), np.zeros((2, 3, 4), np.int64), np.zeros((0, 4), np.int64)])
def test_paths_of_another_shape_are_refused(tokens: np.ndarray) -> None:
    with pytest.raises(DecisionError, match="paths of shape"):
        surprise(tokens)


@pytest.mark.parametrize("when", [np.zeros(3, np.int64), np.zeros((4, 1), np.int64), np.array([0, 0, 0, 3])])
def test_months_that_do_not_fit_the_paths_are_refused(when: np.ndarray) -> None:
    with pytest.raises(DecisionError):
        witnesses(PATHS, when)


def test_paths_that_are_no_whole_numbers_are_refused() -> None:
    with pytest.raises(DecisionError, match="whole numbers"):
        surprise(np.array([[0.0, np.nan], [1.0, 1.0]]))
