"""The two roads to the weights where it counts: on simulated records of the Donbas that lie near the real one, under each start of the war.

Of the records of each theory the nearest twentieth to the real record are taken, and a few of those at random. What takes long (twenty minutes for a
start and two records of each theory) is kept in tests/files/precomputed/two_roads_near.json. After a change that you want, make it anew, both starts
or the one named:

scripts/precompute two_roads_near
scripts/precompute two_roads_near no-regulars
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from builders import sbc, two_roads
from builders.places import FILES, ROOT
from countermove.compute.local import Local
from countermove.engine.run import Engine
from countermove.evidence.observations import Observations, observations
from countermove.evidence.theory_evidence import FilterEffort, evidences
from countermove.questions.options import silent
from countermove.questions.weigh.amortised import RecordClassifier
from countermove.questions.weigh.ensemble import ClassifierEnsemble, TrainingEffort, train_ensemble
from countermove.questions.weigh.features import features, record_features
from countermove.questions.weigh.simulated_records import first_chunk
from countermove.questions.weigh.weigh import AS_WRITTEN, StartVariant, start_variants
from countermove.scenario.records import read_record as record_of
from countermove.world.channel import CHANNELS

KEPT = FILES / "precomputed" / "two_roads_near.json"
STARTS = (AS_WRITTEN, "no-regulars")
KNOWN_BY = 2017 * 12 + 11
EACH = 2  # records of each theory
NEAR = 0.05  # share of a theory's records that are near
SEED = 41  # of the records that are weighed; no reader learns from them
EXACT = FilterEffort(populations=2, most_populations=4, draws=96, particles=32, seed=SEED)
EFFORT = TrainingEffort(records=4096, classifiers=3, seed=sbc.SEED)
APART = 0.06  # mean gap of the weights that is allowed; half of it is the error of the filters (docs/explanation/weighing.md)


@cache
def case(start: str) -> StartVariant:
    """The replay under a start."""
    return next(one for one in start_variants(record_of("donbas-2014-2017")) if one.name == start)


@cache
def engine(start: str) -> Engine:
    """The engine of a start."""
    return Engine(case(start).program)


@cache
def real(start: str) -> Observations:
    """The real record, under its default coding."""
    return observations(record_of("donbas-2014-2017"), case(start).program, KNOWN_BY)


@cache
def ensemble(start: str, effort: TrainingEffort = EFFORT) -> ClassifierEnsemble:
    """Readers of records with the real one's gaps."""
    return train_ensemble(engine(start), real(start), Local(2), effort, silent, with_test_set=False)


def nearest(reader: RecordClassifier, found: np.ndarray, middle: np.ndarray, each: int, seed: int) -> np.ndarray:
    """Numbers of `each` of the records [N, F] among those that lie nearest to one [F], in the plane in which the reader takes distances."""

    def flat(x: np.ndarray) -> np.ndarray:
        return np.asarray(reader.principal_axes.transform(reader.scaler.transform(x[:, reader.distance_columns])))

    distance = np.linalg.norm(flat(found) - flat(middle[None]), axis=1)
    near = np.argsort(distance, kind="stable")[: max(each, int(NEAR * len(found)))]
    return np.random.Generator(np.random.Philox(key=[SEED, seed])).permutation(near)[:each]


def records(start: str, effort: TrainingEffort = EFFORT, each: int = EACH) -> list[tuple[str, Observations]]:
    """Records of every theory near the real one: a first of each theory, then a second of each; fewer are the first of more."""
    data, reader = real(start), ensemble(start, effort).classifiers[0]
    middle, rows = record_features(data), list[list[tuple[str, Observations]]]()
    for number, name in enumerate(engine(start).program.theory_names):
        values = first_chunk(engine(start), data, name, SEED)
        chosen = nearest(reader, features(data, values), middle, each, number)
        rows.append([(name, replace(data, values=np.where(data.known, values[:, :, n], 0.0))) for n in chosen])
    return [one for turn in zip(*rows, strict=True) for one in turn]


def cell(start: str, one: Observations, number: int, theory: str, exact: FilterEffort = EXACT) -> str:
    """Log evidence of one theory on one record, and its error, as kept."""
    (found,) = evidences(engine(start), one, Local(1), replace(exact, seed=exact.seed + number), theories=(theory,))
    return f"{found.log_evidence:.4f}±{found.sd:.4f}"


def key() -> dict[str, Any]:
    """What is kept hangs on this."""
    files = [Path(str(record_of("donbas-2014-2017").file)), ROOT / "scenarios" / "donbas-2014.yaml"]
    war = hashlib.sha256(b"".join(path.read_bytes().replace(b"\r\n", b"\n") for path in files)).hexdigest()
    effort = {
        "islands": EXACT.populations,
        "most": EXACT.most_populations,
        "draws": EXACT.draws,
        "particles": EXACT.particles,
        "wanted": EXACT.target_sd,
    }
    readers = {"records": EFFORT.records, "readers": EFFORT.classifiers}
    coding = [sbc.coding(channel) for channel in CHANNELS]
    return {**two_roads.key(), "war": war, "coding": coding, "effort": effort, "readers": readers, "each": EACH, "near": NEAR}


def written(
    start: str, effort: TrainingEffort = EFFORT, exact: FilterEffort = EXACT, each: int = EACH, theories: Sequence[str] = ()
) -> dict[str, Any]:
    """Both roads on the records of a start: log evidences and weights, line by line, and the theories that made them."""
    began, names = time.perf_counter(), engine(start).program.theory_names
    kept: dict[str, Any] = {"truth": [], "evidence": [], "read": []}
    for number, (truth, one) in enumerate(records(start, effort, each)):
        if theories and truth not in theories:
            continue
        kept["truth"].append(truth)
        kept["evidence"].append(" ".join(cell(start, one, number, name, exact) for name in names))
        kept["read"].append(two_roads.line(ensemble(start, effort), one))
        sys.stderr.write(f"{start} {number} {truth}: {time.perf_counter() - began:.0f} s\n")
    return kept


def gaps(kept: dict[str, Any]) -> np.ndarray:
    """Filters less readers, weights under equal priors [N, H]."""
    by_filters, kinds_by_classifiers = two_roads.weights(kept["evidence"], kept["read"])
    return by_filters - kinds_by_classifiers


def write(starts: Sequence[str]) -> None:
    """The starts anew; what is kept of another start stays where it was made by the same version."""
    before = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.is_file() else {}
    kept = before if before.get("key") == key() else {"key": key(), "starts": {}}
    for start in starts:
        kept["starts"][start] = written(start)
        KEPT.write_text(json.dumps(kept, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
        found = gaps(kept["starts"][start])
        sys.stderr.write(
            f"{start}: apart {np.abs(found).mean():.3f} on {len(found)} records, by theory {found.mean(axis=0).round(3)}\n"
        )


if __name__ == "__main__":
    write(sys.argv[1:] or STARTS)
