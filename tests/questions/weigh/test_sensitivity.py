"""What a weighing hangs on: priors to a power against closed forms, reaction sizes and their matching, episodes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from builders.wars import compiled
from builders.weighing import evidence
from countermove.engine.draws import columns, dimensions
from countermove.evidence.observations import observations
from countermove.evidence.theory_evidence import Evidence, weights_of
from countermove.questions.weigh.reactions import LEAST, match_reactions, reaction_sizes, reactions
from countermove.questions.weigh.sensitivity import coordinates, evidence_ratio, weights_under_powers
from countermove.questions.weigh.simulated_records import SimulatedRecords
from countermove.questions.weigh.weigh import episodes
from countermove.scenario.records import read_record

DRAWS = 40_000


def posterior(at: int, width: int, mean: float, sd: float, theory: str = "spigot", log_evidence: float = 0.0) -> Evidence:
    """Draws of a posterior that is normal in one coordinate and the prior in all others."""
    z = np.random.default_rng(at).standard_normal((DRAWS, width))
    z[:, at] = mean + sd * z[:, at]
    even = np.full(DRAWS, 1 / DRAWS)
    alone = np.array([log_evidence])
    return evidence(theory, log_evidence, 0.1, increments=alone, by_population=alone, z=z, weight=even)


@pytest.mark.parametrize("power", [0.5, 0.8, 1.25, 2.0])
def test_a_prior_to_a_power_is_a_closed_form(power: float) -> None:
    """A normal prior and a datum y with error s: the evidence is normal with variance 1/power + s^2; four standard errors of the mean."""
    y, s = 1.2, 0.7
    mean, sd = y / (1 + s * s), math.sqrt(s * s / (1 + s * s))

    def log_evidence(variance: float) -> float:
        return -0.5 * math.log(2 * math.pi * (variance + s * s)) - 0.5 * y * y / (variance + s * s)

    got, many = evidence_ratio(posterior(3, 8, mean, sd), [3], power)
    assert got == pytest.approx(log_evidence(1 / power) - log_evidence(1.0), abs=4 * 1.5 / math.sqrt(many))
    assert 0.3 * DRAWS < many <= DRAWS
    assert evidence_ratio(posterior(3, 8, mean, sd), [3], 1.0)[0] == pytest.approx(0, abs=1e-9)
    silent, _ = evidence_ratio(posterior(3, 8, mean, sd), [5], power)
    assert silent == pytest.approx(0, abs=4 / math.sqrt(0.3 * DRAWS))


def test_the_weight_of_a_theory_that_needs_large_gains_grows_with_wider_priors() -> None:
    """And that of one that does not stays; the numbers of other theories do not count."""
    program = compiled("donbas-2014")
    width = dimensions(program)
    gain = columns(program, "spigot.gain", program.rival)[0]
    far = posterior(gain, width, 2.0, 0.3)
    still = replace(posterior(gain, width, 0.0, 1.0), theory="inertia")
    even = np.array([0.5, 0.5])
    found = {(row.own, row.power): row for row in weights_under_powers(program, (far, still), even)}
    assert found[True, 0.8].weights[0] > 0.55 > weights_of((far, still), even)[0] > 0.45 > found[True, 1.25].weights[0]
    own, rest = coordinates(program, "spigot")
    assert gain in own and gain not in rest and not set(own) & set(rest)
    assert columns(program, "pressure.gain", program.rival)[0] not in {*own, *rest}
    assert gain in coordinates(program, "switching")[0] and coordinates(program, "inertia")[0] == []


def made(seed: int = 0, count: int = 20_000, months: int = 6) -> SimulatedRecords:
    """Records of three theories: one that does nothing, one that moves support by about .5, one by about 2."""
    generator = np.random.default_rng(seed)
    base = generator.random((count, months))
    shift = generator.lognormal(0, 1, (count, 1))
    support = np.concatenate([base, base + 0.5 * shift, base - 2 * shift[::-1]])
    theory = np.repeat([0, 1, 2], count)
    return SimulatedRecords(
        ("inertia", "a", "b"), support[:, :2].astype(np.float32), theory, ("x", "y"), support.astype(np.float32)
    )


def test_reactions_are_measured_from_inertia() -> None:
    """Means of the lognormals behind them, within four standard errors."""
    found = {row.theory: row for row in reactions(made())}
    assert (found["inertia"].mean, found["inertia"].low, found["inertia"].high) == (0, 0, 0)
    error = math.exp(0.5) * math.sqrt(math.e - 1) / math.sqrt(20_000)
    assert found["a"].mean == pytest.approx(0.5 * math.exp(0.5), abs=4 * 0.5 * error)
    assert found["b"].mean == pytest.approx(2 * math.exp(0.5), abs=4 * 2 * error)
    assert found["a"].low == pytest.approx(0.5 * math.exp(-1.645), rel=0.05)
    assert reactions(replace(made(), theories=("other", "a", "b"))) == ()


def test_matching_makes_sizes_alike() -> None:
    """The two that react then move support by as much as each other; the one that does not stays; as many records of each as before."""
    before = made()
    after = match_reactions(before, np.random.default_rng(1))
    size = reaction_sizes(before)
    lookup = {row.tobytes(): value for row, value in zip(before.support, size, strict=True)}
    found = np.array([lookup[row.tobytes()] for row in after.support])
    logs = [np.log(found[after.theory == h]) for h in (1, 2)]
    assert abs(np.log(size[before.theory == 1]).mean() - np.log(size[before.theory == 2]).mean()) > 1
    assert abs(logs[0].mean() - logs[1].mean()) < 0.15
    assert abs(logs[0].std() - logs[1].std()) < 0.15
    assert (np.bincount(after.theory) == np.bincount(before.theory)).all()
    np.testing.assert_array_equal(after.support[after.theory == 0], before.support[before.theory == 0])
    assert (found[after.theory == 0] < LEAST).all()


def test_a_record_in_which_nobody_reacts_is_left_alone() -> None:
    still = replace(made(), theories=("a", "inertia", "b"), support=np.ones((60_000, 6), np.float32))
    assert match_reactions(still, np.random.default_rng(0)) is still


def test_months_in_a_row_are_one_episode() -> None:
    """Summer 2014 and, where Debaltseve is read as rescue, January 2015; each with the intervention that followed."""
    program = compiled("donbas-2014")
    record = read_record("donbas-2014-2017")
    june, january = 2014 * 12 + 5, 2015 * 12
    rescue = episodes(observations(record, program, 2017 * 12 + 11), program)
    assert [one.month for one in rescue] == [june, january]
    assert rescue[0].answered == 2014 * 12 + 7 and rescue[1].answered == january
    grab = episodes(observations(record, program, 2017 * 12 + 11, "opportunism"), program)
    assert [one.month for one in grab] == [june]
    data = observations(record, program)
    place = data.names.index("separatists.losing")
    assert data.known[june - 2014 * 12 - 3, place] and not data.known[june - 2014 * 12 - 2, place]
