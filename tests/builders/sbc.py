"""Simulation-based calibration of the filters (Talts et al. 2018): records made from known draws, and where each true draw stands among the
posterior's. What takes long is kept in tests/files/precomputed/sbc.json. After a change that you want, make it anew:

scripts/precompute sbc
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import time
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

import countermove
from builders.pages import processor
from builders.places import FILES
from countermove.engine.program import compile_scenario
from countermove.engine.run import Batch, Engine, Task
from countermove.evidence.observation_model import sample_data
from countermove.evidence.observations import Observations, ObservedChannel
from countermove.evidence.theory_evidence import FilterEffort, filters_of, population_of
from countermove.evidence.war_filters import WarFilters
from countermove.evidence.watch import channel_paths
from countermove.scenario.read import read
from countermove.world.channel import CHANNEL, Channel

WAR = FILES / "wars" / "sbc_war.yaml"
KEPT = FILES / "precomputed" / "sbc.json"
SEED, RECORDS = 7, 48
EFFORT = FilterEffort(populations=1, draws=128, particles=32, seed=SEED)
BINS = 8
# what the ranks hang on, beside the scenario, the seed, the effort and the processor
RULES = ("smc2", "war_filters", "particle_filters", "proposals", "observation_model", "observations", "claimed_strength", "watch")
ROOMS = ("engine", "dynamics", "behaviour", "rng")

SEEN = (
    ObservedChannel(CHANNEL["deaths"]),
    ObservedChannel(CHANNEL["held"], 0, 0.5),
    ObservedChannel(CHANNEL["support"], 1, 0.5),
    ObservedChannel(CHANNEL["personnel"], 1, 0.5),
    ObservedChannel(CHANNEL["truce-begins"]),
    ObservedChannel(CHANNEL["truce-breaks"]),
    ObservedChannel(CHANNEL["attacks"], 0),
    ObservedChannel(CHANNEL["attacks"], 1),
)
EVERY = (1, 3, 3, 3, 1, 1, 1, 1)  # months


@cache
def engine() -> Engine:
    """The short war."""
    return Engine(compile_scenario(read(str(WAR))))


def pattern(months: int) -> np.ndarray:
    """Which months each channel is seen in [T, C]."""
    return np.stack([(np.arange(months) + 1) % every == 0 for every in EVERY], axis=1)


@dataclass(frozen=True)
class Truth:
    """Draws [L, D] and the record that each made."""

    z: np.ndarray
    records: tuple[Observations, ...]


@cache
def truths(theory: str, count: int = RECORDS) -> Truth:
    """Records made under a theory, each from its own draw of the priors."""
    machine = engine()
    months = machine.program.cast.months
    generator = np.random.Generator(np.random.Philox(key=[SEED, 1 << 40 | machine.names.index(theory)]))
    known = pattern(months)
    blank = Observations(SEEN, np.zeros(known.shape), known)
    filters = filters_of(machine, blank, theory, EFFORT, 0)
    z = generator.standard_normal((count, filters.dimensions))
    luck = SEED | (1 << 20 | machine.names.index(theory)) << 32  # of its own for each theory
    batch = Batch(replace(filters.draws(z), seed=luck), 1, count)
    truth = channel_paths(machine, batch, Task(machine.program.strategy_names[0], theory, 0), SEEN)
    values = sample_data(batch.draws.take(np.arange(count)), SEEN, truth, generator)
    records = tuple(replace(blank, values=np.where(known, values[:, :, n], 0.0)) for n in range(count))
    return Truth(z, records)


def filters(theory: str, record: int) -> WarFilters:
    """The filters on one record; every record has random numbers of its own."""
    return filters_of(engine(), truths(theory).records[record], theory, EFFORT, record)


def ranks(theory: str, record: int) -> np.ndarray:
    """The posterior's mass below the true value of each coordinate [D]."""
    found = population_of(filters(theory, record), EFFORT).follow()
    mass = np.exp(found.log_weights - found.log_weights.max())
    return np.round(mass / mass.sum() @ (found.z < truths(theory).z[record]), 6)


def coordinates() -> range:
    """Coordinates that mean something: the first choose theories of other patrons, which are certain here."""
    return range(len(engine().program.cast.patrons), filters(engine().program.theory_names[0], 0).dimensions)


def p_values(kept: np.ndarray) -> np.ndarray:
    """Chi-square over 8 bins of the ranks [..., L, D], for each coordinate. The truth is one of 65 alike: its place among equals is drawn."""
    generator = np.random.Generator(np.random.Philox(key=[SEED, 1 << 41]))
    place = (EFFORT.draws * kept + generator.random(kept.shape)) / (EFFORT.draws + 1)
    counts = np.stack([((place * BINS).astype(int) == b).sum(axis=-2) for b in range(BINS)])
    expected = kept.shape[-2] / BINS
    return stats.chi2.sf((np.square(counts - expected) / expected).sum(axis=0), BINS - 1)


def needed() -> list[Path]:
    """The files of RULES, and those of ROOMS that they import, directly or through one another."""
    package = Path(countermove.__file__).parent
    found = [package / "evidence" / f"{name}.py" for name in RULES]
    for path in found:  # grows while it is walked
        text = path.read_text(encoding="utf-8")
        imports = re.findall(r"^from countermove\.(\w+)\.(\w+) import", text, re.MULTILINE)
        for room, names in re.findall(r"^from countermove\.(\w+) import ([\w, ]+)", text, re.MULTILINE):
            imports += [(room, name) for name in names.split(", ")]
        for room, name in imports:
            other = package / room / f"{name}.py"
            if room in ROOMS and other.is_file() and other not in found:
                found.append(other)
    return sorted(found)


def sources() -> str:
    """A hash of the sources and of the scenario."""
    whole = hashlib.sha256()
    for path in (*needed(), WAR):
        whole.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return whole.hexdigest()


def coding(channel: Channel) -> str:
    """How a channel is seen, in one line."""
    return f"{channel.name}: {channel.kind}, error {channel.error}, missed {channel.missed}, false {channel.false}, floor {channel.floor}"


def key() -> dict[str, Any]:
    """What the kept ranks hang on."""
    effort = {"draws": EFFORT.draws, "particles": EFFORT.particles, "records": RECORDS}
    seen = [f"{coding(one.channel)} [{one.actor}] ± {one.error}, every {every}" for one, every in zip(SEEN, EVERY, strict=True)]
    return {"sources": sources(), "seen": seen, "seed": SEED, "effort": effort, "processor": processor()}


def line(row: np.ndarray) -> str:
    """The ranks of one record as they are kept: millionths."""
    return " ".join(str(round(x * 1e6)) for x in row)


def without_processor(key: dict[str, Any]) -> dict[str, Any]:
    """What of a key must be the same for what is kept to be looked at; the last bits of cells hang on the processor too."""
    return {name: value for name, value in key.items() if name != "processor"}


def packed(table: np.ndarray) -> dict[str, list[str]]:
    """Ranks [H, L, D] as lines, one for each record."""
    return {theory: [line(row) for row in rows] for theory, rows in zip(engine().program.theory_names, table, strict=True)}


def unpacked(kept: dict[str, list[str]]) -> np.ndarray:
    """The other way."""
    return np.array([[[int(x) / 1e6 for x in row.split()] for row in rows] for rows in kept.values()])


def write() -> None:
    """Everything anew."""
    began = time.perf_counter()
    before = key()
    table = []
    for theory in engine().program.theory_names:
        table.append([ranks(theory, record) for record in range(RECORDS)])
        sys.stderr.write(f"{theory}: {time.perf_counter() - began:.0f} s\n")
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(
        json.dumps({"key": before, "ranks": packed(np.array(table))}, indent=0, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    found = p_values(np.array(table)[:, :, list(coordinates())])
    sys.stderr.write(f"smallest p {found.min():.2e}, threshold {0.01 / found.size:.2e}\n")


if __name__ == "__main__":
    write()
