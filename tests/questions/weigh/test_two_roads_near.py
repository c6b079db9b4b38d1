"""The two roads on simulated records near the real one. What takes long is kept (scripts/precompute two_roads_near makes it anew)."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from builders import sbc
from builders import two_roads_near as roads
from countermove.evidence.theory_evidence import FilterEffort
from countermove.questions.weigh.amortised import RecordClassifier
from countermove.questions.weigh.ensemble import TrainingEffort

AGAIN = "not precomputed for this version: run scripts/precompute two_roads_near"


def kept() -> dict[str, Any]:
    """What was precomputed; skip, and say so, where it is of other sources."""
    found = json.loads(roads.KEPT.read_text(encoding="utf-8")) if roads.KEPT.is_file() else {"key": {}}
    if sbc.without_processor(found["key"]) != sbc.without_processor(roads.key()):
        pytest.skip(AGAIN)
    return found


@pytest.mark.parametrize("start", roads.STARTS)
def test_the_roads_agree_near_the_real_record(start: str) -> None:
    """Mean absolute difference of the weights under every start, and no theory that one road favoured_sentence by .05: what parts them is scatter."""
    found = kept()["starts"][start]
    apart = roads.gaps(found)
    assert apart.shape == (8 * roads.EACH, 8) and found["truth"] == roads.EACH * found["truth"][:8]
    assert np.abs(apart).mean() < roads.APART
    assert np.abs(apart.mean(axis=0)).max() < 0.05


def test_only_near_records_are_taken() -> None:
    """Of a hundred records on a line the five next to the middle are near; the columns that do not count for distances do not count here."""
    same = SimpleNamespace(transform=lambda x: x)
    reader = cast(RecordClassifier, SimpleNamespace(distance_columns=np.array([True, False]), principal_axes=same, scaler=same))
    found = np.stack([np.arange(100.0), 1e6 * np.random.default_rng(1).random(100)], axis=1)
    chosen = roads.nearest(reader, found, np.array([50.0, 0.0]), 3, 0)
    assert len(set(chosen)) == 3 and set(chosen) <= {48, 49, 50, 51, 52}
    assert sorted(roads.nearest(reader, found, np.array([50.0, 0.0]), 5, 0)) == [48, 49, 50, 51, 52]


def test_gaps_by_hand() -> None:
    """Log evidences of 0 and ln 3 are 1:3; a reader that says half and half is a quarter off."""
    made = {"evidence": [f"0.0000±0.1000 {np.log(3):.4f}±0.1000"], "read": ["0.50000 0.50000"]}
    np.testing.assert_allclose(roads.gaps(made), [[-0.25, 0.25]], atol=1e-4)


@pytest.mark.slow
def test_a_small_run() -> None:
    """One record of one theory by both roads, on few draws: it is one of the simulated ones, has the real one's gaps, and both give weights."""
    few = TrainingEffort(records=4096, classifiers=1, seed=1)
    made = roads.written(
        "no-regulars", few, FilterEffort(populations=1, most_populations=1, draws=16, particles=8, seed=1), 1, ("spigot",)
    )
    assert made["truth"] == ["spigot"] and np.isfinite(roads.gaps(made)).all()
    (theory, one), *_ = roads.records("no-regulars", few, 1)
    assert theory == "inertia" and one.channels == roads.real("no-regulars").channels
    np.testing.assert_array_equal(one.known, roads.real("no-regulars").known)
    assert (one.values[one.known] != roads.real("no-regulars").values[one.known]).any()
