"""The two roads to the weights on records of known truth: filters, and a reader taught on simulated records. On the short war of
tests/builders/sbc.py; what takes long is kept in tests/files/precomputed/two_roads.json. After a change that you want, make it anew:

scripts/precompute two_roads
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import countermove
from builders import sbc
from builders.places import FILES
from countermove.compute.local import Local
from countermove.evidence.observations import Observations
from countermove.evidence.theory_evidence import FilterEffort, evidences
from countermove.questions.options import silent
from countermove.questions.weigh.ensemble import ClassifierEnsemble, TrainingEffort, train_ensemble, weigh_record

KEPT = FILES / "precomputed" / "two_roads.json"
ROADS = (
    "evidence/theory_evidence.py",
    *(f"questions/weigh/{name}.py" for name in ("amortised", "features", "simulated_records", "ensemble")),
)
EACH = 6  # records of each theory
EXACT = FilterEffort(populations=2, most_populations=4, draws=64, particles=32, seed=sbc.SEED)
EFFORT = TrainingEffort(records=16_384, classifiers=3, seed=sbc.SEED)


@cache
def ensemble() -> ClassifierEnsemble:
    """Readers of records of the short war."""
    return train_ensemble(sbc.engine(), records()[0][1], Local(2), EFFORT, silent)


def records() -> list[tuple[str, Observations]]:
    """Every theory's records, each series by its name."""
    names = tuple(f"{one.channel.name}-{one.actor}" for one in sbc.SEEN)
    return [
        (name, replace(one, names=names)) for name in sbc.engine().program.theory_names for one in sbc.truths(name, EACH).records
    ]


def cell(number: int, theory: str) -> str:
    """Log evidence of one theory on one record, and its error, as kept."""
    how = replace(EXACT, seed=sbc.SEED + number)
    (found,) = evidences(sbc.engine(), records()[number][1], Local(1), how, theories=(theory,))
    return f"{found.log_evidence:.4f}±{found.sd:.4f}"


def key() -> dict[str, Any]:
    """What is kept hangs on this."""
    package = Path(countermove.__file__).parent
    whole = hashlib.sha256(b"".join((package / name).read_bytes() for name in ROADS))
    effort = {
        "islands": EXACT.populations,
        "most": EXACT.most_populations,
        "draws": EXACT.draws,
        "particles": EXACT.particles,
        "wanted": EXACT.target_sd,
    }
    readers = {"records": EFFORT.records, "readers": EFFORT.classifiers}
    return {**sbc.key(), "roads": whole.hexdigest(), "effort": effort, "readers": readers, "each": EACH}


def line(ensemble: ClassifierEnsemble, one: Observations) -> str:
    """Weights of one record by readers, as they are kept."""
    return " ".join(f"{x:.5f}" for x in weigh_record(ensemble, one).weights)


def weights(evidence: list[str], read: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Weights under equal priors by the filters and by the readers [N, H] from the lines that are kept."""
    logs = np.array([[float(one.split("±")[0]) for one in line.split()] for line in evidence])
    mass = np.exp(logs - logs.max(axis=1, keepdims=True))
    return mass / mass.sum(axis=1, keepdims=True), np.array([[float(x) for x in line.split()] for line in read])


def read() -> list[str]:
    """Weights of every record by the readers."""
    return [line(ensemble(), one) for _, one in records()]


def write() -> None:
    """Everything anew."""
    began, table = time.perf_counter(), []
    for number, (theory, _) in enumerate(records()):
        table.append(" ".join(cell(number, name) for name in sbc.engine().program.theory_names))
        sys.stderr.write(f"{number} {theory}: {time.perf_counter() - began:.0f} s\n")
    kept = {"key": key(), "evidence": table, "read": read()}
    KEPT.write_text(json.dumps(kept, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    exact, readers = both()
    sys.stderr.write(f"apart {np.abs(exact - readers).mean():.3f} on {len(exact)} records\n")


def both() -> tuple[np.ndarray, np.ndarray]:
    """Weights under equal priors by the filters and by the readers, as kept [N, H]."""
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    return weights(kept["evidence"], kept["read"])


if __name__ == "__main__":
    write()
