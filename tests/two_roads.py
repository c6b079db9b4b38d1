"""The two roads to the weights on records of known truth: filters, and a reader taught on simulated records. On the short war of tests/sbc.py;
what takes long is kept in tests/precomputed/two_roads.json. After a change that you want, make it anew:

python tests/two_roads.py
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import sbc

from countermove.compute.local import Local
from countermove.evidence.exact import Exactness, evidences
from countermove.evidence.observed import Observations
from countermove.evidence.weigh import Effort, School, read_record, taught

KEPT = sbc.HERE / "precomputed" / "two_roads.json"
EACH = 6  # records of each theory
EXACT = Exactness(islands=2, most=4, draws=64, particles=32, seed=sbc.SEED)
EFFORT = Effort(records=16_384, readers=3, seed=sbc.SEED)


@cache
def school() -> School:
    """Readers of records of the short war."""
    blank = sbc.truths(sbc.engine().program.theory_names[0], EACH).records[0]
    return taught(sbc.engine(), blank, Local(2), EFFORT, lambda *_: None)


def records() -> list[tuple[str, Observations]]:
    """Every theory's records."""
    return [(name, one) for name in sbc.engine().program.theory_names for one in sbc.truths(name, EACH).records]


def exactly(number: int) -> list[tuple[float, float]]:
    """Log evidence of every theory on one record, and its error."""
    record = records()[number][1]
    found = evidences(sbc.engine(), record, Local(2), replace(EXACT, seed=sbc.SEED + number))
    return [(round(one.log_evidence, 4), round(one.sd, 4)) for one in found]


def key() -> dict[str, Any]:
    """What the kept evidences hang on."""
    effort = {name: getattr(EXACT, name) for name in ("islands", "most", "draws", "particles", "wanted")}
    return {**sbc.key(), "effort": effort, "records": EACH}


def write() -> None:
    """Everything anew."""
    began, table = time.perf_counter(), []
    for number, (theory, _) in enumerate(records()):
        table.append(exactly(number))
        sys.stderr.write(f"{number} {theory}: {time.perf_counter() - began:.0f} s\n")
    lines = [" ".join(f"{log}±{sd}" for log, sd in row) for row in table]
    KEPT.write_text(json.dumps({"key": key(), "evidence": lines}, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    exact, read = both()
    sys.stderr.write(f"apart {np.abs(exact - read).mean():.3f} on {len(exact)} records\n")


def both() -> tuple[np.ndarray, np.ndarray]:
    """Weights under equal priors by the filters, as kept, and by the readers [N, H]."""
    lines = json.loads(KEPT.read_text(encoding="utf-8"))["evidence"]
    logs = np.array([[float(cell.split("±")[0]) for cell in line.split()] for line in lines])
    mass = np.exp(logs - logs.max(axis=1, keepdims=True))
    return mass / mass.sum(axis=1, keepdims=True), np.array([read_record(school(), one).weights for _, one in records()])


if __name__ == "__main__":
    write()
