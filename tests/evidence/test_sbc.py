"""Simulation-based calibration: true draws stand among the posterior's as one of them would. The ranks are kept (scripts/precompute sbc makes them
anew); chi-square over 8 bins for every parameter of every theory, one false alarm in a hundred seeds for all of them together."""

from __future__ import annotations

import datetime
import json
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import stats

from builders import sbc
from countermove.engine.draws import width

AGAIN = "precomputed by another version: run scripts/precompute sbc"


@cache
def kept() -> dict[str, Any]:
    if not sbc.KEPT.is_file():
        pytest.skip("not precomputed: run scripts/precompute sbc")
    return json.loads(sbc.KEPT.read_text(encoding="utf-8"))


def current() -> None:
    """Skip, and say so, where the sources are not those that made the ranks."""
    if sbc.without_processor(kept()["key"]) != sbc.without_processor(sbc.key()):
        pytest.skip(AGAIN)


def table() -> np.ndarray:
    """[H, L, coordinates that mean something]; skips where the ranks are of another version, which say nothing about this one."""
    current()
    return sbc.unpacked(kept()["ranks"])[:, :, list(sbc.coordinates())]


def test_true_draws_are_like_the_posterior() -> None:
    ranks = table()
    assert tuple(kept()["ranks"]) == sbc.engine().program.theory_names
    assert ranks.shape[1] == kept()["key"]["effort"]["records"] >= 32
    found = sbc.p_values(ranks)
    worst = np.unravel_index(found.argmin(), found.shape)
    assert found.min() > 0.01 / found.size, f"p = {found.min():.2e} at theory and coordinate {worst}"


MOVE_MONTHS = 24  # independent draws that a population of 64 must be worth, after it has been resampled and moved


def mute(theory: str) -> np.ndarray:
    """Coordinates on which a record of the theory can say nothing: the parameters of others [coordinates]."""
    program = sbc.engine().program
    of = [name.split(".")[0] for name, priors in program.priors.items() for prior in priors for _ in range(width(prior))]
    own = {"switching": ("switching", "spigot")}.get(theory, (theory,))
    return np.array([name in program.theory_names and name not in own for name in of])


def test_all_coordinates_together() -> None:
    """What is small for each may be large for all: means over the parameters of a theory, whose spread is that over records, at 1e-4 / 16.

    Ranks scatter more than those of 64 independent draws would, as a population's draws hang together (some 30 count). They do so as much where
    the record says nothing, and the posterior is the prior, as elsewhere: posteriors are not too narrow.
    """
    for theory, ranks in zip(kept()["ranks"], table() - 0.5, strict=True):
        silent = mute(theory)
        scatter = np.square(ranks) - 1 / 12
        for each in (ranks.mean(axis=1), scatter[:, ~silent].mean(axis=1) - scatter[:, silent].mean(axis=1)):
            assert abs(each.mean()) < stats.norm.isf(1e-4 / 32) * each.std(ddof=1) / np.sqrt(len(each)), (theory, each.mean())
        assert 1 / (6 * sbc.EFFORT.draws) / 2 < scatter.mean() < 1 / (6 * 16), (theory, scatter.mean())


def test_the_kept_ranks_are_of_this_version() -> None:
    current()


def test_a_cell_again() -> None:
    """One record of one theory, another one every day: the same bits on the processor that made it. On another one a last bit may tip a
    choice, and a population goes another way: of three cells one must be the same."""
    current()
    generator = np.random.default_rng(datetime.date.today().toordinal())
    same = kept()["key"]["processor"] == sbc.processor()
    cells = [(str(generator.choice(list(kept()["ranks"]))), int(generator.integers(sbc.RECORDS))) for _ in range(1 if same else 3)]
    print("theory and record:", cells)  # noqa: T201
    gaps: list[float] = []
    for theory, record in cells:
        wanted = sbc.unpacked({theory: [kept()["ranks"][theory][record]]})[0, 0]
        gaps.append(float(np.abs(sbc.ranks(theory, record) - wanted).max()))
        if gaps[-1] < 1e-3:
            break
    assert min(gaps) == 0 if same else min(gaps) < 1e-3, (cells, gaps)


@pytest.mark.slow
def test_all_cells_again() -> None:
    """Everything anew, on the processor that made it bit for bit."""
    current()
    ranks = np.array([[sbc.ranks(theory, record) for record in range(sbc.RECORDS)] for theory in kept()["ranks"]])
    if kept()["key"]["processor"] == sbc.processor():
        assert sbc.packed(ranks) == kept()["ranks"]
    found = sbc.p_values(ranks[:, :, list(sbc.coordinates())])
    assert found.min() > 0.01 / found.size


def test_what_is_not_calibrated_is_noticed() -> None:
    """Ranks that are uniform pass; a posterior a third as wide as it should be, and one that is off by its standard deviation, do not."""
    generator = np.random.default_rng(0)
    z, shape = generator.standard_normal((sbc.RECORDS, 1, 50)), (sbc.RECORDS, sbc.EFFORT.draws, 50)
    for wide, off, passes in ((1.0, 0.0, True), (1 / 3, 0.0, False), (1.0, 1.0, False)):
        ranks = (off + wide * generator.standard_normal(shape) < z).mean(axis=1)
        assert (sbc.p_values(ranks).min() > 0.01 / 50) == passes
