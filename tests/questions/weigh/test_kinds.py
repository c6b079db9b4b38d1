"""What moved the weights: which data are of one kind, what readers see without it, and how it is told."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from builders import dossier_example as example
from builders.weighing import evidence, exact_weight
from countermove.cli.weigh import show
from countermove.compute.local import Local
from countermove.engine.run import Engine
from countermove.evidence.observations import Observations, ObservedChannel
from countermove.evidence.theory_evidence import Evidence, FilterEffort
from countermove.memo.front import caveats
from countermove.plain import plain, restore
from countermove.questions.options import RunOptions, silent
from countermove.questions.weigh import by_filters, words
from countermove.questions.weigh import weigh as weighing
from countermove.questions.weigh.amortised import train_classifier
from countermove.questions.weigh.data_kinds import (
    CLAIMS,
    KindWeights,
    channels_by_kind,
    kind_of,
    weights_without_kinds,
    without_channels,
)
from countermove.questions.weigh.ensemble import ClassifierEnsemble
from countermove.questions.weigh.features import feature_columns, features, record_features
from countermove.questions.weigh.finding import KindLeftOut, Weighing
from countermove.questions.weigh.section_tables import sensitivity_tables
from countermove.questions.weigh.simulated_records import SimulatedRecords
from countermove.world.channel import CHANNEL
from countermove.world.titles import UNTITLED

MONTHS = 20
ODDS = {"wild": 0.0, "calm": math.log(3)}
SEEN = (
    ObservedChannel(CHANNEL["deaths"]),
    ObservedChannel(CHANNEL["truce-begins"]),
    ObservedChannel(CHANNEL["attacks"], 0),
    ObservedChannel(CHANNEL["personnel"], 1, 0.3, claimant="north", bias=0.7),
)
NAMES = ("deaths", "truce-begins", "north.attacks", "bear.men (north)")


def record() -> Observations:
    """A record of twenty months: few dead, a truce, no offensive, one claim."""
    values, known = np.zeros((MONTHS, 4)), np.ones((MONTHS, 4), bool)
    values[:, 0], values[4, 1] = 20.0, 1.0
    known[:, 3] = False
    known[9, 3], values[9, 3] = True, 8.0
    return Observations(SEEN, values, known, 0, NAMES)


def simulated(seed: int, count: int = 512) -> SimulatedRecords:
    """Records of two theories, which differ in the number of truces alone."""
    generator = np.random.default_rng(seed)
    data, theory = record(), np.repeat([0, 1], count)
    values = np.stack(
        [
            generator.poisson(20, (MONTHS, 2 * count)),
            generator.random((MONTHS, 2 * count)) < np.where(theory, 0.05, 0.3),
            generator.random((MONTHS, 2 * count)) < 0.1,
            np.exp(generator.normal(2, 0.5, (MONTHS, 2 * count))),
        ],
        axis=1,
    ).astype(np.float32)
    return SimulatedRecords(
        ("wild", "calm"), features(data, values), theory, feature_columns(data), np.zeros((2 * count, MONTHS), np.float32)
    )


def test_every_channel_is_of_one_kind() -> None:
    """And what parties claim is a kind of its own, whatever it is about."""
    assert all(channel.about for channel in CHANNEL.values())
    assert [kind_of(one) for one in SEEN] == ["the dead", "truces", "offensives", CLAIMS]
    assert channels_by_kind(record()) == {"the dead": (0,), "truces": (1,), "offensives": (2,), CLAIMS: (3,)}
    alone = Observations(SEEN[1:2], record().values[:, 1:2], record().known[:, 1:2], 0, NAMES[1:2])
    assert channels_by_kind(alone) == {}  # without its only kind a record says nothing
    assert without_channels(record(), (0, 3)).known.sum(axis=0).tolist() == [0, MONTHS, MONTHS, 0]


def test_without_a_kind_nothing_of_it_is_read() -> None:
    """Other values of the channels that are left out change no column that is left; and some column of every other channel is left."""
    data, table = record(), feature_columns(record())
    for channels in ((0,), (1,), (2,), (3,), (0, 2)):
        other = data.values.copy()
        other[:, channels] = np.where(data.known[:, channels], 1.0 - np.minimum(other[:, channels], 1), 0)
        left, changed = table.without(channels), record_features(replace(data, values=other)) != record_features(data)
        assert changed.any() and not (changed & left).any()
        assert all(table.channels_used[left][:, c].any() == (c not in channels) for c in range(4))
    assert not (table.without(()) & ~table.for_learning).any()


def test_the_months_of_events_are_read() -> None:
    """When the first three and the last one happened; the length of the record, and -1, where they did not."""
    data = record()
    data.values[[6, 9, 15], 1] = 1
    found = dict(zip(feature_columns(data).names, record_features(data), strict=True))
    dates = [found[f"truce-begins: month of the {which}"] for which in ("first", "second", "third", "last")]
    assert dates == [4, 6, 9, 15]
    assert [found[f"north.attacks: month of the {which}"] for which in ("first", "last")] == [MONTHS, -1]


def test_what_tells_the_theories_apart_is_found() -> None:
    """One truce in twenty months speaks for calm; without truces the weights are the prior's; without anything else they stay."""
    sets = tuple(simulated(seed) for seed in range(4))
    ensemble = ClassifierEnsemble(("wild", "calm"), tuple(train_classifier(one, sets[-1]) for one in sets[:3]), sets, None)
    prior = np.array([0.8, 0.2])
    whole = np.exp(ensemble.log_weights(record_features(record())[None]))[0] * prior
    whole /= whole.sum()
    assert whole[1] > 0.8
    found = {row.kind: row for row in weights_without_kinds(ensemble, record(), prior, Local(2))}
    assert list(found) == ["the dead", "truces", "offensives", CLAIMS]
    assert found["truces"].data == MONTHS and found[CLAIMS].data == 1 and found["truces"].by_classifier.shape == (3, 2)
    np.testing.assert_allclose(found["truces"].by_classifier.mean(axis=0), prior, atol=0.12)
    for kind in ("the dead", "offensives", CLAIMS):
        np.testing.assert_allclose(found[kind].by_classifier.mean(axis=0), whole, atol=0.06)


def test_by_filters_the_error_is_that_of_both_evidences(monkeypatch: pytest.MonkeyPatch) -> None:
    """Filtered anew without each kind; where a theory's filters lose what is left there are no weights, and none at all where they lost the whole."""
    asked: list[np.ndarray] = []

    def stub(engine: Any, data: Observations, *rest: Any, **named: Any) -> list[Evidence]:
        asked.append(data.known.any(axis=0))
        sd = 30.0 if len(asked) == 2 else 0.1
        return [evidence(name, log, sd) for name, log in ODDS.items()]

    monkeypatch.setattr(by_filters, "evidences", stub)
    before = [exact_weight(name, 0.5, 0.04, log_evidence=0.0, evidence_sd=0.1) for name in ODDS]
    pair = (cast(Engine, None), record())
    call = partial(by_filters.without_kinds, pair, prior=np.ones(2) / 2, options=RunOptions(), how=FilterEffort(), progress=silent)
    found = call(before)
    assert [(row.kind, row.method, row.data) for row in found] == [
        ("the dead", "filters", 20),
        ("truces", "filters", 20),
        ("offensives", "filters", 20),
        (CLAIMS, "filters", 1),
    ]
    assert [seen.tolist().index(False) for seen in asked] == [0, 1, 2, 3] and all(seen.sum() == 3 for seen in asked)
    assert found[0].weights == pytest.approx({"wild": 0.25, "calm": 0.75})
    assert found[0].error["wild"] == pytest.approx(math.hypot(0.25 * 0.75 * math.hypot(0.1, 0.1), 0.04), rel=0.1)
    assert found[1].weights == {} and found[1].lost == ("wild", "calm")
    assert call([replace(before[0], evidence_sd=30.0), before[1]]) == ()


def test_the_error_by_readers_is_that_of_all_kinds_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three readers that agree by chance on one kind say nothing of how well they know it; a single reader says nothing at all."""
    one, two = np.array([[0.5, 0.5]] * 3), np.array([[0.2, 0.8], [0.4, 0.6], [0.6, 0.4]])
    monkeypatch.setattr(
        weighing, "weights_without_kinds", lambda *rest: (KindWeights("truces", 9, one), KindWeights("ground", 2, two))
    )

    def found(readers: int) -> tuple[KindLeftOut, ...]:
        ensemble = SimpleNamespace(theories=("wild", "calm"), classifiers=range(readers))
        return weighing.kinds_by_classifiers(
            cast(Any, SimpleNamespace(ensemble=ensemble, data=None)), np.ones(2) / 2, Local(), silent
        )

    truces, ground = found(3)
    assert ground.weights == pytest.approx({"wild": 0.4, "calm": 0.6}) and (ground.kind, ground.data, ground.method) == (
        "ground",
        2,
        "readers",
    )
    assert truces.error == ground.error == pytest.approx(dict.fromkeys(("wild", "calm"), math.sqrt(0.04 / 2 / 3)))
    assert all(math.isnan(error) for row in found(1) for error in row.error.values())


# --- how it is told


def without(kind: str, share: float, error: float, road: str = "readers") -> KindLeftOut:
    """The example's weights with spigot's changed."""
    weights = {row.theory: row.posterior for row in example.weighing().weights}
    return KindLeftOut(kind, 5, road, {**weights, "spigot": share}, dict.fromkeys(weights, error))


def test_what_moved_the_weight_is_one_sentence() -> None:
    """The kind that moves the leader most, by filters before readers; a change that is not sure is no fact."""
    rows, exact = example.weighing().weights, (exact_weight("spigot", 0.5, 0.1),)
    told = without("claims", 0.13, 0.06)
    assert words.kind_sentences(rows, (), (without("ground", 0.72, 0.02), told), UNTITLED) == (
        "Without claims the record would give “Spigot” 13% (± 6%) of the weight instead of 70% (by simulated records).",
    )
    assert words.kind_sentences(rows, exact, (told, without("truces", 0.3, 0.05, "filters")), UNTITLED) == (
        "Without truces the record would give “Spigot” 30% (± 5%) of the weight instead of 50% (by the filters).",
    )
    (small,) = words.kind_sentences(rows, (), (without("ground", 0.65, 0.01),), UNTITLED)
    assert small.startswith("No kind of datum carries the weight of “Spigot” alone. Without ground ")
    (unsure,) = words.kind_sentences(rows, (), (without("ground", 0.6, 0.08),), UNTITLED)
    assert unsure == (
        "No kind of datum is known to move the weight of “Spigot”: without ground it may change most, by no more than 26% (by simulated records)."
    )
    (alone,) = words.kind_sentences(rows, (), (without("ground", 0.6, math.nan),), UNTITLED)
    assert "by how much is not known" in alone
    lost = KindLeftOut("claims", 5, "filters", {}, {}, ("spigot",))
    assert words.kind_sentences(rows, exact, (lost, told), UNTITLED)[0].endswith("(by simulated records).")
    assert words.kind_sentences(rows, (), (), UNTITLED) == ()


def full() -> Weighing:
    """The example with kinds left out by both roads, one of them lost."""
    rows = (
        without("claims", 0.13, 0.06),
        without("ground", 0.7, math.nan),
        KindLeftOut("claims", 5, "filters", {}, {}, ("spigot",)),
    )
    return replace(example.weighing(), without_kinds=rows, front_sentences=("None fits.", "Without claims spigot has little."))


def test_it_is_kept_shown_and_on_page_one(capsys: pytest.CaptureFixture[str]) -> None:
    """In --json, in tables of the terminal and of the memo, and the sentences among the caveats of page one."""
    found = full()
    assert plain(restore(Weighing, plain(found))) == plain(found)
    told = found.to_json()["without"]
    assert [(row["kind"], row["road"], row["data"], row["lost"]) for row in told] == [
        ("claims", "readers", 5, []),
        ("ground", "readers", 5, []),
        ("claims", "filters", 5, ["spigot"]),
    ]
    assert told[0]["weights"][2] == {"theory": "spigot", "posterior": 0.13, "sd": 0.06} and told[1]["weights"][2]["sd"] is None
    show(found)
    shown = capsys.readouterr().out
    assert "The weights without one kind of datum, by simulated records" in shown and "13% ± 6%" in shown
    assert "The weights without one kind of datum, by filters" in shown and "lost" in shown
    readers, filters = sensitivity_tables(found)[:2]
    assert [row.head.text for row in readers.rows] == ["claims", "ground"] and "by filters" in filters.caption
    dossier = example.dossier()
    says = replace(dossier.record_says, weighing=found)
    assert set(found.front_sentences) <= set(caveats(replace(dossier, record_says=says)))
