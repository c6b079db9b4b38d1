"""Evidence of populations as evidence of theories: how they add up, stacking, months that moved the weights; both roads on a real record."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from countermove.cli.weigh import show
from countermove.evidence.smc2 import PopulationResult
from countermove.evidence.theory_evidence import (
    FilterEffort,
    combine_populations,
    most_influential_months,
    stacking_weights,
    weight_error,
    weights_of,
)
from countermove.questions.weigh.by_filters import _centred_change
from countermove.questions.weigh.ensemble import TrainingEffort
from countermove.questions.weigh.weigh import WeighingExtras, weigh
from countermove.scenario.read import read


def followed(*increments: float, draws: int = 4) -> PopulationResult:
    """A population that found these log densities month by month."""
    each = np.array(increments)
    return PopulationResult(
        each,
        np.arange(draws * 2.0).reshape(draws, 2),
        log_weights=np.zeros(draws),
        log_densities=np.tile(each[:, None], draws),
        filter_state=None,
        acceptance=0.3,
    )


def test_populations_are_averaged_not_their_logs() -> None:
    """Estimates of the evidence are unbiased, so their mean is taken; months add up to the whole; the error is that of the mean of logs."""
    one = combine_populations("spigot", [followed(-1.0, math.log(1.0)), followed(-1.0, math.log(3.0))])
    assert one.log_evidence == pytest.approx(-1 + math.log(2))
    assert one.increments == pytest.approx([-1, math.log(2)])
    assert one.sd == pytest.approx(math.log(3) / math.sqrt(2) / math.sqrt(2))
    assert one.weight.sum() == pytest.approx(1) and one.weight[4:].sum() == pytest.approx(0.75)
    assert math.isnan(combine_populations("spigot", [followed(-1.0)]).sd)


def test_a_draw_that_stands_there_twice_counts_once() -> None:
    """Effective draws do not grow by resampling."""
    twice = followed(-1.0, draws=2)
    same = replace(twice, z=np.concatenate([twice.z, twice.z]), log_weights=np.zeros(4), log_densities=np.zeros((1, 4)))
    assert combine_populations("spigot", [twice]).effective == pytest.approx(2)
    assert combine_populations("spigot", [same]).effective == pytest.approx(2)


def test_weights_are_evidence_times_prior() -> None:
    """Log evidences of 0 and ln 3 are 1:3, and 1:1 where the first has three times the prior; a theory without prior weight stays out."""
    two = (combine_populations("a", [followed(0.0)]), combine_populations("b", [followed(math.log(3))]))
    np.testing.assert_allclose(weights_of(two, np.array([0.5, 0.5])), [0.25, 0.75])
    np.testing.assert_allclose(weights_of(two, np.array([0.75, 0.25])), [0.5, 0.5])
    np.testing.assert_allclose(weights_of(two, np.array([1.0, 0.0])), [1, 0])
    sure = tuple(replace(one, sd=0.0) for one in two)
    np.testing.assert_allclose(weight_error(sure, np.array([0.5, 0.5])), [0, 0], atol=1e-12)
    rough = tuple(replace(one, sd=0.5) for one in two)
    assert weight_error(rough, np.array([0.5, 0.5]))[0] == pytest.approx(0.25 * 0.75 * 0.5 * math.sqrt(2), rel=0.15)  # delta method


def test_stacking_is_the_best_mixture() -> None:
    """Two theories that forecast half of the months each share them; one that is never the better one gets nothing; against a grid."""
    good, bad = 0.0, -3.0
    halves = np.array([[good, bad] * 10, [bad, good] * 10, [bad, bad] * 10])
    np.testing.assert_allclose(stacking_weights(halves, np.ones(3) / 3), [0.5, 0.5, 0], atol=1e-4)
    generator = np.random.default_rng(4)
    some = generator.normal(size=(2, 30))
    grid = np.linspace(0, 1, 2001)
    gain = [np.log(w * np.exp(some[0]) + (1 - w) * np.exp(some[1])).sum() for w in grid]
    assert stacking_weights(some, np.ones(2))[0] == pytest.approx(grid[int(np.argmax(gain))], abs=1e-3)
    assert stacking_weights(halves, np.array([1.0, 0.0, 1.0]))[1] == 0


def test_the_month_that_tells_theories_apart_is_the_strongest() -> None:
    """A month that is improbable under all alike moves no weight."""
    two = (combine_populations("a", [followed(-50.0, -1.0, -2.0)]), combine_populations("b", [followed(-50.0, -4.0, -2.5)]))
    assert most_influential_months(two, np.array([0.5, 0.5]), 2) == [1, 2]


@pytest.mark.slow
def test_two_roads_on_the_donbas(capsys: pytest.CaptureFixture[str]) -> None:
    """Fewer populations than a user gets, more where they differ: the roads are no farther apart than .1 on average, and what is shown names both."""
    asked = WeighingExtras(variants=False, filters=FilterEffort(populations=2, most_populations=6), influence=1)
    found = weigh(read("donbas-2017"), effort=TrainingEffort(4096, 1), asked=asked)
    assert found.method_difference <= 0.1
    assert sum(row.posterior for row in found.filter_weights) == pytest.approx(1)
    assert all(math.isfinite(row.log_evidence) and row.evidence_sd < 3 for row in found.filter_weights)
    assert found.to_json()["weights"][2]["log_evidence"] == found.filter_weights[2].log_evidence
    assert len(found.influence) == 1 and set(found.influence[0].error) == {row.theory for row in found.weights}
    show(found)
    assert "log evidence" in capsys.readouterr().out


def test_a_month_that_few_draws_can_tell_of_is_not_told() -> None:
    """Where one draw decides, the change is nan; the others are centred on what the known ones have in common."""
    found = _centred_change(np.array([1.0, math.nan, 1.0]), np.array([0.5, 0.3, 0.2]))
    assert found[0] == found[2] == pytest.approx(0) and math.isnan(found[1])
    assert all(math.isnan(x) for x in _centred_change(np.full(2, math.nan), np.ones(2)))
    spread = _centred_change(np.array([math.log(3), 0.0]), np.array([0.5, 0.5]))
    assert spread == pytest.approx([math.log(3 / 2), math.log(1 / 2)])
