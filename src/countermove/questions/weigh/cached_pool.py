"""The pool of wars, read once: kept under everything that decides it, so that a memo can show what the other wars say."""

from __future__ import annotations

import hashlib

from countermove.compute.same_code import source_hash
from countermove.evidence.theory_evidence import FilterEffort
from countermove.questions.options import Progress, RunOptions, silent
from countermove.questions.result_cache import get, libraries, put
from countermove.questions.weigh.ensemble import TrainingEffort
from countermove.questions.weigh.finding import Pool
from countermove.questions.weigh.pool import pool, records_at_hand
from countermove.scenario.linked_files import replay_of
from countermove.scenario.write import hash_of
from countermove.shelf import shelf
from countermove.store.disk import sha256_of
from countermove.store.key import key_of

FULLEST = "the pool"


def cached_pool(
    known_by: int,
    options: RunOptions | None = None,
    *,
    effort: TrainingEffort | None = None,
    exact: FilterEffort | None = None,
    progress: Progress = silent,
) -> Pool:
    """What `pool` gives for the same arguments: as kept, else read now, and kept."""
    options = options or RunOptions()
    effort = effort or TrainingEffort(classifiers=1, seed=options.seed)
    key = _key(known_by, options.seed, effort, exact)
    found = get(Pool, key)
    if found is None:
        found = pool(known_by, options, effort=effort, exact=exact, progress=progress)
        put(key, found)
    fullest = fullest_pool(known_by)
    if fullest is None or (found.by_filters is not None and fullest.by_filters is None):
        put(_key(known_by, 0, TrainingEffort(), None, FULLEST), found)
    return found


def fullest_pool(known_by: int) -> Pool | None:
    """The kept pool with most in it for a date of decision, without any work; None where nothing is kept."""
    return get(Pool, _key(known_by, 0, TrainingEffort(), None, FULLEST))


def _key(known_by: int, seed: int, effort: TrainingEffort, exact: FilterEffort | None, what: str = "") -> str:
    """Everything that decides a pool: every record at hand and its replay, the code, the libraries, the date, the seed, the effort."""
    whose = [(record.name, hash_of(replay_of(record))) for record in records_at_hand()]
    return key_of(whose, _files(), source_hash(), libraries(), known_by, seed, effort, exact, what)


def _files() -> str:
    """SHA-256 over the files of all records at hand."""
    digest = hashlib.sha256()
    for folder in shelf("records"):
        for path in sorted(folder.glob("*")):
            if path.suffix in (".yaml", ".csv"):
                digest.update(f"{path.name} {sha256_of(path)}\n".encode())
    return digest.hexdigest()
