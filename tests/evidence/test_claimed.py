"""Claims: one datum per claimant and series, on the peak, with a bias that all claims of a party share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from builders.sbc import SEED, engine
from builders.wars import compiled
from countermove.engine.run import Batch, Task
from countermove.errors import RecordError
from countermove.evidence.claimed_strength import channels_by_claimant
from countermove.evidence.observation_model import (
    carried_total,
    log_density_constants,
    month_log_density,
    observed_total,
    sample_data,
)
from countermove.evidence.observations import Observations, ObservedChannel, observations
from countermove.evidence.theory_evidence import FilterEffort, filters_of
from countermove.evidence.watch import channel_paths
from countermove.scenario import read_record
from countermove.world.channel import CHANNEL
from countermove.world.record import Datum, Record

MEN = ObservedChannel(CHANNEL["personnel"], 1, 0.3, claimant="north", bias=0.7)
GIVEN = ObservedChannel(CHANNEL["support"], 1, 0.5, claimant="north", bias=0.2)
OTHER = replace(MEN, claimant="a-paper")
filter_arrays = (MEN, OTHER, GIVEN)
DONBAS = read_record("donbas-2014-2017")
APRIL_2014, DECEMBER_2017 = 2014 * 12 + 3, 2017 * 12 + 11


def heard(record: Record, known_by: int = DECEMBER_2017) -> dict[str, tuple[int, float]]:
    """By claimant, of the men of Moscow: the month and the size of the datum."""

    data = observations(record, compiled("donbas-2014"), known_by)
    out: dict[str, tuple[int, float]] = {}
    for c, one in enumerate(data.channels):
        if one.claimant:
            (month,) = np.flatnonzero(data.known[:, c])
            out[one.claimant] = int(month) + APRIL_2014, float(data.values[month, c])
    return out


def test_each_claimant_gives_its_highest_claim_once() -> None:
    """Kyiv said 7.5, 7 and 5 thousand: one datum of 7.5, heard when it last spoke. A party that no source names is the source itself."""
    assert heard(DONBAS) == {
        "kyiv": (2017 * 12, 7.5),
        "rusi-2015": (2014 * 12 + 11, 10.0),
        "atlantic-2015": (2015 * 12 + 2, 12.0),
    }
    assert heard(DONBAS, 2016 * 12 + 11)["kyiv"] == (2016 * 12 + 1, 7.5)  # what was not known yet was not claimed yet
    louder = replace(
        DONBAS, data=(*DONBAS.data, Datum("moscow.personnel-claimed", 2017 * 12 + 5, 2017 * 12 + 5, 9.0, "poltorak-2017"))
    )
    assert heard(louder)["kyiv"] == (2017 * 12 + 5, 9.0)


def test_all_claims_of_a_party_are_heard_in_one_month() -> None:
    """Two series of one claimant: both data stand in the month of the later one."""
    series = {
        **DONBAS.series,
        "moscow.support-claimed": replace(
            DONBAS.series["moscow.personnel-claimed"], name="moscow.support-claimed", observes="support"
        ),
    }
    said = Datum("moscow.support-claimed", 2017 * 12 + 8, 2017 * 12 + 8, 20.0, "poltorak-2017")
    assert heard(replace(DONBAS, series=series, data=(*DONBAS.data, said)))["kyiv"][0] == 2017 * 12 + 8


@pytest.mark.parametrize(
    ("bias", "claim", "told"),
    [("0.7", "0", r"war\.csv:2:26: 0 as a claim; expected more than 0"), ("0", "9", r'war\.yaml:3:\d+: "0" is out of range')],
)
def test_a_claim_of_nothing_and_no_bias_are_refused(tmp_path: Path, bias: str, claim: str, told: str) -> None:
    head = (
        "record: war\nseries:\n  bear.men: {unit: thousand, kind: level, vintage: real-time, observes: personnel, bias: "
        + bias
        + "}\n"
    )
    (tmp_path / "war.yaml").write_text(head)
    (tmp_path / "war.csv").write_text(
        f"series,valid,known,value,source,coding,note\nbear.men,2015-01,2015-01,{claim},judgement,,\n"
    )
    with pytest.raises(RecordError, match=told):
        read_record(tmp_path / "war.yaml")


def test_the_bias_is_integrated_out() -> None:
    """Jointly normal logarithms, against SciPy: two series of one claimant share a bias, another claimant has its own."""
    x, y = np.array([4.0, 6.0, 9.0]), np.array([12.0, 8.0, 7.0])
    data = Observations(filter_arrays, y[None], np.ones((1, 3), bool))
    got = (
        float(month_log_density({}, filter_arrays, list(jnp.asarray(x[:, None])), jnp.asarray(y), jnp.ones(3))[0])
        + log_density_constants(data)[0]
    )
    f = CHANNEL["personnel"].floor
    bias, error = np.array([0.7, 0.0, 0.2]), np.array([0.3, 0.3, 0.5])
    whole = np.diag(error**2) + np.outer(bias, bias) + np.diag([0.0, 0.49, 0.0])
    gaps = np.log((y + f) / (x + f))
    assert got == pytest.approx(stats.multivariate_normal.logpdf(gaps, cov=whole) - np.log(y + f).sum(), abs=1e-5)
    one = Observations(filter_arrays, y[None], np.array([[True, False, False]]))
    alone = (
        float(month_log_density({}, filter_arrays, list(jnp.asarray(x[:, None])), jnp.asarray(y), jnp.array([1.0, 0, 0]))[0])
        + log_density_constants(one)[0]
    )
    assert alone == pytest.approx(stats.norm.logpdf(gaps[0], scale=MEN.spread) - np.log(y[0] + f), abs=1e-5)
    assert channels_by_claimant(filter_arrays) == {"north": (0, 2), "a-paper": (1,)}


def test_simulated_claims_share_their_bias() -> None:
    """The covariance of the logarithms is that of the density; four standard errors of a correlation."""
    truth = np.full((2, 3, 40_000), 5.0, np.float32)
    drawn = sample_data({}, filter_arrays, truth, np.random.Generator(np.random.Philox(key=[2, 9])))
    logs = np.log((drawn + MEN.channel.floor) / (truth + MEN.channel.floor)).astype(np.float64)
    found = np.corrcoef(np.vstack([logs[0], logs[1, :1]]))
    men, given = MEN.spread, GIVEN.spread
    wanted = {(0, 2): 0.14 / (men * given), (0, 1): 0.0, (0, 3): 0.49 / men**2}
    for (a, b), value in wanted.items():
        assert found[a, b] == pytest.approx(value, abs=4 / np.sqrt(40_000))
    assert logs[0, 0].std() == pytest.approx(men, rel=0.02)


def test_a_claim_is_of_the_highest_month_so_far() -> None:
    """And a year's total begins anew in January."""
    path, kept, told = (
        [1.0, 4.0, 2.0, 3.0],
        {MEN: jnp.zeros(1), ObservedChannel(CHANNEL["dead"], 1, 0.5, yearly=True): jnp.zeros(1)},
        [],
    )
    for month, x in enumerate(path):
        for one, before in kept.items():
            shown = observed_total(one, before, jnp.full(1, x))
            kept[one] = carried_total(one, before, shown, jnp.float32(month == 1))
            told.append(float(shown[0]))
    assert told[::2] == [1, 4, 4, 4] and told[1::2] == [1, 5, 2, 5]


@pytest.mark.slow
def test_filters_and_plain_runs_agree_on_a_claim() -> None:
    """The likelihood of a claim by filters is the mean of its density over plain runs of the same draws; four standard errors."""
    machine, men = engine(), ObservedChannel(CHANNEL["personnel"], 1, 0.1, claimant="north", bias=0.2)
    months, last = machine.program.cast.months, 8
    known = np.zeros((months, 1), bool)
    known[last] = True
    data = Observations((men,), np.where(known, 5.0, 0.0), known)
    filters = filters_of(machine, data, "spigot", FilterEffort(particles=32, seed=SEED), 0)
    z = np.repeat(np.random.default_rng(SEED).standard_normal((1, filters.dimensions)), 256, axis=0)
    logs = filters.advance(filters.begin(z, 0), 0, months)[1].sum(axis=0)
    batch = Batch(filters.draws(z), 32, 256 * 32)
    peaks = channel_paths(machine, batch, Task(machine.program.strategy_names[0], "spigot", 0), (men,))[last, 0]
    plain = np.exp(stats.norm.logpdf(np.log(5.05 / (peaks + 0.05)), scale=men.spread) - np.log(5.05))
    ours = np.exp(logs)
    error = np.hypot(ours.std(ddof=1) / np.sqrt(ours.size), plain.std(ddof=1) / np.sqrt(plain.size))
    assert ours.mean() == pytest.approx(plain.mean(), abs=4 * error)
