"""Weighing theories on a record: what is observed, how likely it is, and whether the weights mean what they say."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import stats

from builders.wars import compiled, engine_of
from countermove.compute.local import Local
from countermove.engine.program import Program, compile_scenario
from countermove.errors import EvidenceError
from countermove.evidence.observation_model import datum_log_density, log_density_constants, sample_data
from countermove.evidence.observations import Observations, ObservedChannel, observations
from countermove.questions.weigh.amortised import calibration_error, log_softmax, pooled_groups
from countermove.questions.weigh.ensemble import ClassifierEnsemble, TrainingEffort, train_ensemble, weigh_record, with_prior
from countermove.questions.weigh.features import feature_columns, features, record_features
from countermove.questions.weigh.weigh import prior_of, weigh
from countermove.scenario.read import read
from countermove.scenario.records import read_record as record_of
from countermove.world.channel import CHANNEL, CHANNELS
from countermove.world.record import Datum, Record

DECEMBER_2017 = 2017 * 12 + 11


@cache
def replay() -> Program:
    return compiled("donbas-2014")


@cache
def record() -> Record:
    return record_of("donbas-2014-2017")


def seen(name: str, error: float = 0.0) -> ObservedChannel:
    return ObservedChannel(CHANNEL[name], 0, error or CHANNEL[name].error)


def one(channel: ObservedChannel, value: float) -> Observations:
    return Observations((channel,), np.array([[value]]), np.array([[True]]))


# --- what is observed


def test_only_what_was_known_is_weighed() -> None:
    """A datum that came to be known later changes nothing, in any bit."""
    before = observations(record(), replay(), DECEMBER_2017)
    later = Datum("deaths", 2016 * 12, DECEMBER_2017 + 1, 4_000.0, "judgement", "spread")
    fresh = Datum("moscow.quits", 2017 * 12, DECEMBER_2017 + 1, 1.0)
    after = observations(replace(record(), data=(*record().data, later, fresh)), replay(), DECEMBER_2017)
    assert before.values.tobytes() == after.values.tobytes() and before.known.tobytes() == after.known.tobytes()
    told = observations(replace(record(), data=(*record().data, later)), replay(), DECEMBER_2017 + 1)
    assert told.values[21, before.names.index("deaths")] == 4_000


def test_a_level_is_seen_when_it_is_reported() -> None:
    """A level that holds until the next report is not a new datum every month; an event is seen in every month."""
    data = observations(record(), replay(), DECEMBER_2017)
    count = dict(zip(data.names, data.known.sum(axis=0), strict=True))
    assert count["kyiv.held"] == 6 and count["moscow.personnel-claimed (kyiv)"] == 1
    assert count["truce-begins"] == 45 and count["deaths"] == 33


def test_series_of_one_channel_are_one() -> None:
    """An intervention is an intervention, read as rescue or as opportunism: the coding moves what it goes with."""
    rescue, grab = (observations(record(), replay(), DECEMBER_2017, coding) for coding in (None, "opportunism"))
    place = [channel.channel.name for channel in rescue.channels].index("intervenes")
    np.testing.assert_array_equal(rescue.values[:, place], grab.values[:, place])
    assert rescue.values[:, place].sum() == 2
    losing = [channel.channel.name for channel in rescue.channels].index("losing")
    assert rescue.values[:, losing].sum() > grab.values[:, losing].sum()


def test_a_record_that_cannot_be_weighed_says_so() -> None:
    nothing = {name: replace(series, observes="") for name, series in record().series.items()}
    with pytest.raises(EvidenceError, match="nothing in the record can be weighed"):
        observations(replace(record(), series=nothing), replay())
    stranger = {**record().series, "narnia.quits": replace(record().series["moscow.quits"], name="narnia.quits")}
    with pytest.raises(EvidenceError, match=r'is of "narnia", which is not a patron of the replay'):
        observations(replace(record(), series=stranger), replay())
    with pytest.raises(EvidenceError, match="the scenario has no record"):
        weigh(read("donbas-2017").model_copy(update={"record": None}))


# --- how likely it is


def test_counts_are_negative_binomial() -> None:
    """The published mass function, reporting rate included."""
    p = {"observation.dispersion": np.float32(3), "observation.reporting-rate": np.float32(0.73)}
    x = np.array([1.0, 20.0, 400.0], np.float32)
    for y in (0.0, 7.0, 250.0):
        got = np.asarray(datum_log_density(p, seen("deaths"), x, np.float32(y))) + log_density_constants(one(seen("deaths"), y))[0]
        mean = 0.73 * x.astype(np.float64)
        np.testing.assert_allclose(got, stats.nbinom.logpmf(y, 3, 3 / (3 + mean)), rtol=2e-5, atol=2e-4)


@pytest.mark.parametrize(
    ("name", "x", "top"), [("held", 0.66, 1.0), ("personnel", 5.0, np.inf), ("personnel", 0.06, np.inf), ("dead", 40.0, np.inf)]
)
def test_shares_and_amounts_are_densities(name: str, x: float, top: float) -> None:
    """They integrate to 1 over what could have been reported; of amounts some mass lies at 0 itself, as much as the sampler puts there."""
    channel = seen(name, 0.4)

    def density(y: np.ndarray) -> np.ndarray:
        gaps = np.asarray(datum_log_density({}, channel, np.float32(x), y.astype(np.float32)))
        return np.exp(gaps + log_density_constants(Observations((channel,), y[:, None], np.ones((len(y), 1), bool))))

    grid = np.linspace(1e-3, 0.999, 4001) if top == 1 else np.geomspace(1e-9, 200 * (x + 1), 40_001)
    nothing = 0.0 if top == 1 else float(density(np.zeros(1))[0])
    assert np.trapezoid(density(grid), grid) + nothing == pytest.approx(1, abs=2e-3)
    truth = np.full((1, 1, 40_000), x, np.float32)
    drawn = sample_data({}, (channel,), truth, np.random.Generator(np.random.Philox(key=[3, 4])))
    assert (drawn == 0).mean() == pytest.approx(nothing, abs=4 * np.sqrt(max(nothing, 1e-4) / 40_000))


def test_events_are_missed_and_made_up_as_often_as_the_table_says() -> None:
    """And the table's rates are those of the sampler; four standard errors, one false alarm in 16,000."""
    generator = np.random.Generator(np.random.Philox(key=[1, 2]))
    for channel in (row for row in CHANNELS if row.kind == "event"):
        truth = np.array([[[0.0] * 20_000, [1.0] * 20_000]], np.float32).reshape(1, 1, -1)
        got = sample_data({}, (ObservedChannel(channel),), truth, generator)[0, 0]
        for part, rate in ((got[:20_000], channel.false), (got[20_000:], 1 - channel.missed)):
            assert part.mean() == pytest.approx(rate, abs=4 * np.sqrt(rate * (1 - rate) / 20_000))
        y1 = np.exp(np.asarray(datum_log_density({}, ObservedChannel(channel), np.array([0.0, 1.0], np.float32), np.float32(1))))
        np.testing.assert_allclose(y1, [channel.false, 1 - channel.missed], rtol=1e-5)


# --- what is read off it


def test_every_feature_has_a_name() -> None:
    data = observations(record(), replay(), DECEMBER_2017)
    found = record_features(data)
    assert len(feature_columns(data).names) == len(set(feature_columns(data).names)) == len(found)
    assert np.isfinite(found).all()
    by_name = dict(zip(feature_columns(data).names, found, strict=True))
    assert by_name["kyiv.attacks: how often"] == 2


def test_what_is_not_known_is_not_read() -> None:
    """Values where nothing is known leave every feature as it is."""
    data = observations(record(), replay(), DECEMBER_2017)
    noise = np.where(data.known, data.values, 77.0).astype(np.float32)[:, :, None]
    shares = [c for c, channel in enumerate(data.channels) if channel.channel.kind == "share"]
    noise[:, shares] = np.where(data.known[:, shares, None], noise[:, shares], 0.5)
    np.testing.assert_array_equal(features(data, noise)[0], record_features(data))


# --- whether the weights mean what they say


def test_calibration_error_by_hand() -> None:
    """Weights of .75 that are right every second time: off by a quarter, for the one theory and for the other."""
    weights = np.array([[0.75, 0.25]] * 4)
    assert calibration_error(weights, np.array([0, 0, 1, 1])) == pytest.approx(0.25)
    assert calibration_error(weights, np.array([0, 0, 0, 1])) == pytest.approx(0)


def test_wars_add_up() -> None:
    """Two records that each say 2:1 say 4:1 together; the prior counts once."""
    said = np.log(np.array([[2 / 3, 1 / 3]] * 4 + [[1 / 3, 2 / 3]] * 4))
    weights, truth = pooled_groups(said, np.array([0] * 4 + [1] * 4), 2)
    np.testing.assert_allclose(weights[truth == 0], [[0.8, 0.2]] * 2)
    np.testing.assert_allclose(weights[truth == 1], [[0.2, 0.8]] * 2)
    np.testing.assert_allclose(with_prior(np.array([0.8, 0.2]), np.array([0.2, 0.8])), [0.5, 0.5])
    np.testing.assert_allclose(np.exp(log_softmax(np.array([[0.0, np.log(3)]]))), [[0.25, 0.75]])


@cache
def ensemble() -> tuple[ClassifierEnsemble, Observations]:
    """One reader, on the channels of the real record."""
    data = observations(record(), replay(), DECEMBER_2017)
    return train_ensemble(
        engine_of("donbas-2014"), data, Local(), TrainingEffort(4096, 1, seed=5), lambda what, done, total: None
    ), data


@pytest.mark.slow
def test_weights_are_calibrated() -> None:
    """The pass criterion, for one war and for six: a weight of so much is right so often. 4,096 held-out records of each of 8 theories."""
    for wars in (1, 6):
        assert ensemble()[0].confusion(wars).error < 0.03


def test_one_war_says_little() -> None:
    """About a third of single wars are named right, the group that answers a losing client far more often; much better would be a bug."""
    table = ensemble()[0].confusion()
    assert table.records == 4096
    assert 0.25 < table.right < 0.5
    group = [table.theories.index(name) for name in ("spigot", "switching", "rational")]
    inside = np.array(table.named)[np.ix_(group, group)].sum(axis=1)
    assert inside.mean() > 0.55
    six = ensemble()[0].confusion(6)
    assert table.right + 0.15 < six.right < 0.8


def test_pressure_is_not_rejected_where_it_is_true() -> None:
    """Mean weight of every theory on the wars it made is above its prior of 1/8, in six pooled wars too."""
    for wars in (1, 6):
        table = ensemble()[0].confusion(wars)
        assert all(table.mean[h][h] > 1 / 8 for h in range(8))


def test_the_record_of_the_donbas() -> None:
    """Theories of rescue gain on their prior of a quarter; no weight above .9 from one war would be honest; the record is one of those that the
    theories make."""
    teacher, data = ensemble()
    found = weigh_record(teacher, data)
    weights = dict(zip(teacher.theories, found.weights, strict=True))
    assert weights["spigot"] + weights["switching"] > 0.25
    assert found.weights.max() < 0.9
    assert 0.1 < found.beyond < 0.9
    assert found.weights.sum() == pytest.approx(1)


def test_a_record_from_nowhere_is_outside() -> None:
    """Ten thousand dead every month and an offensive in each: farther out than all that was simulated."""
    teacher, data = ensemble()
    values = data.values.copy()
    values[:, data.names.index("deaths")] = 10_000
    values[:, data.names.index("kyiv.attacks")] = 1
    strange = Observations(data.channels, np.where(data.known, values, 0.0), data.known, 0, data.names)
    assert weigh_record(teacher, strange).beyond < 0.001


def test_the_prior_is_that_of_the_scenario() -> None:
    """For the patron that the replay asks about; the replay's own where the scenario has no such patron."""
    heavier = read("donbas-2017", overrides={"patrons.moscow.theories.spigot.weight": "3"})
    prior = dict(zip(replay().theory_names, prior_of(compile_scenario(heavier), replay()), strict=True))
    assert prior["spigot"] == pytest.approx(0.3) and prior["inertia"] == pytest.approx(0.1)
    abroad = compiled("vietnam-1964")
    np.testing.assert_allclose(prior_of(abroad, replay()), 1 / 8)
