"""A weighing, done once: kept in the cache folder under everything that decides it, and read back as it was."""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import suppress
from dataclasses import replace
from functools import cache
from importlib import metadata
from pathlib import Path

import numpy as np

from countermove.behaviour.table import THEORIES
from countermove.engine.backend import cache_folder
from countermove.engine.program import compile_scenario
from countermove.engine.run import Engine
from countermove.errors import EvidenceError, StoreError
from countermove.evidence.amortised import OUTSIDE
from countermove.evidence.observed import observations
from countermove.evidence.weigh import Effort, read_record, taught, with_prior
from countermove.scenario.read import read
from countermove.scenario.records import read_record as record_of
from countermove.scenario.schema import Scenario
from countermove.scenario.write import hash_of
from countermove.store.checkpoint import Checkpoint
from countermove.store.disk import sha256_of
from countermove.store.key import key_of
from countermove.store.plain import restore, text_of
from countermove.study.options import Progress, RunOptions, silent
from countermove.study.provenance import own_code, record_hash, versions
from countermove.study.weigh import _weighing as weighing_of  # pyright: ignore[reportPrivateUsage]
from countermove.study.weigh import cases_of, coding_name, codings_of, prior_of, told, weigh
from countermove.world.weighing import Reading, Weighing

SEEDS = 1 << 48  # of a weighing; a study's own may be larger


def kept_weighing(
    scenario: Scenario,
    options: RunOptions | None = None,
    *,
    coding: str | None = None,
    effort: Effort | None = None,
    full: bool = True,
    progress: Progress = silent,
) -> tuple[Weighing, bool]:
    """The weighing as kept, else done now and kept; and whether it holds the readings under other codings and starts.

    `full` asks for those readings. Without it a full one is taken where it is kept, else the headline reading alone; the numbers of the
    headline are the same in both. Raises EvidenceError where nothing can be weighed.
    """
    options, effort = _settled(options, effort)
    found = found_weighing(scenario, options, coding=coding, effort=effort, full=full)
    if found is not None:
        return found
    work = weigh if full else headline
    done = work(scenario, options, coding=coding, effort=effort, progress=progress)
    with suppress(StoreError):  # a full or closed disk costs the next run its time, and nothing else
        text = text_of(done).encode()
        _shelf().put(_key(scenario, options, coding, effort, full), {"json": np.frombuffer(text, np.uint8)})
    return done, full


def found_weighing(
    scenario: Scenario,
    options: RunOptions | None = None,
    *,
    coding: str | None = None,
    effort: Effort | None = None,
    full: bool = True,
) -> tuple[Weighing, bool] | None:
    """What `kept_weighing` would give without any work; None where it would have to weigh."""
    options, effort = _settled(options, effort)
    if scenario.record is None:
        return None
    for whole in (True,) if full else (True, False):
        piece = _shelf().get(_key(scenario, options, coding, effort, whole))
        if piece is not None:
            with suppress(StoreError):
                return restore(Weighing, json.loads(piece["json"].tobytes())), whole
    return None


def headline(
    scenario: Scenario,
    options: RunOptions | None = None,
    *,
    coding: str | None = None,
    effort: Effort | None = None,
    progress: Progress = silent,
) -> Weighing:
    """The first reading of `weigh` alone, the same to the last bit: the replay as written, under one coding."""
    clock = time.perf_counter()
    options, effort = _settled(options, effort)
    if scenario.record is None:
        raise EvidenceError("the scenario has no record", where=scenario.scenario, next="Give it `record: NAME`")
    record = record_of(scenario.record)
    case, chosen = cases_of(record, options.plugins)[0], codings_of(record, coding)[0]
    prior = prior_of(compile_scenario(scenario, (*THEORIES.values(), *options.plugins)), case.program)
    data = observations(record, case.program, scenario.clock.known_until, chosen)
    school = taught(Engine(case.program), data, options.executor, effort, told(progress, f"start {case.name}"))
    found = read_record(school, data)
    weights = with_prior(found.weights, prior) if found.beyond >= OUTSIDE else []
    named = {name: float(weight) for name, weight in zip(case.program.theory_names, weights, strict=False)}
    reading = Reading(coding_name(record, chosen), case.name, case.says, named, found.beyond)
    known_by, seed = scenario.clock.known_until, options.seed
    seconds = time.perf_counter() - clock
    return weighing_of(record, case.program, (school, found, data), prior, (reading,), known_by, seed, seconds)


def _settled(options: RunOptions | None, effort: Effort | None) -> tuple[RunOptions, Effort]:
    """Options with the seed that is weighed with, and the effort."""
    options = options or RunOptions()
    options = replace(options, seed=options.seed % SEEDS)
    return options, effort or Effort(seed=options.seed)


def _shelf() -> Checkpoint:
    return Checkpoint(cache_folder() / "weighings")


def _key(scenario: Scenario, options: RunOptions, coding: str | None, effort: Effort, full: bool) -> str:
    """Everything that decides a weighing: both scenarios, the record, the code, the libraries, the seed, the effort, the coding."""
    record = record_of(scenario.record or "")
    replay = "" if record.replay is None else hash_of(read(record.replay))
    libraries = {**versions(), "scikit-learn": metadata.version("scikit-learn")}
    own = [repr(own_code(theory)) for theory in options.plugins]
    return key_of(
        hash_of(scenario), replay, record_hash(scenario), source_hash(), libraries, own, options.seed, effort, coding or "", full
    )


@cache
def source_hash() -> str:
    """SHA-256 over the package's own Python, so that what is kept never outlives the code that made it, committed or not."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(f"{path.relative_to(package)} {sha256_of(path)}\n".encode())
    return digest.hexdigest()
