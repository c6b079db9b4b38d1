"""`study`: every case of a study run and judged, lot by lot into one dataset; whatever ends it, the same command goes on from what is there.

A task is a lot: some cases that follow each other. It writes their rows as one part of each table (`store/parts.py`), that of the cases last, and
gives back where they are. A lot whose parts are there is not run again; one process more, or a lot that comes twice, writes the same files. The
manifest, written last, makes the parts a result.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from countermove.compute.local import Local
from countermove.errors import DecisionError, EvidenceError, StoreError
from countermove.questions.options import Progress, RunOptions, silent, with_label
from countermove.questions.provenance import code_version, own_code, record_hash, versions
from countermove.questions.study.design import StudyCase, cases_of
from countermove.questions.study.finding import StudyFound
from countermove.questions.study.one_case import CaseFound, CaseRunner
from countermove.questions.study.summary import found_of
from countermove.questions.study.tables import (
    CASES,
    NUMBER,
    Rows,
    joined,
    key_of_case,
    merged,
    numeric_paths,
    of_cases,
    rows_of,
    tables_of,
)
from countermove.questions.weigh.methods import WeighingMethods, weigh_scenario
from countermove.scenario.study_read import read_study
from countermove.scenario.study_schema import StudyFile
from countermove.scenario.write import hash_of
from countermove.store.disk import sha256_of
from countermove.store.key import key_of
from countermove.store.manifest import MANIFEST, Entry, read_manifest
from countermove.store.parts import Part, TableParts
from countermove.store.place import folder_of
from countermove.store.save import Saving

LOTS = 256
"""Files that a table has at most, about: a study of few cases has a lot for each."""
SMALL, TOGETHER, SPREAD = 1 << 12, 16, 32
"""Runs of a pair at which a case is small: then up to so many are one lot, as to write one takes as long as a case; of so many lots at least."""
DOCUMENT = "study"


@dataclass(frozen=True)
class Lot:
    """Cases that follow each other, from the first number to before the last, and their place in every table."""

    cases: tuple[StudyCase, ...]

    @property
    def place(self) -> str:
        """So that names sort as the rows do."""
        return f"c{self.cases[0].number:06d}-{self.cases[-1].number + 1:06d}"


def lots_of(study: StudyFile, cases: Sequence[StudyCase]) -> list[Lot]:
    """The cases in lots of equal size. How they are cut hangs on their number, and on whether they are small, alone."""
    small = study.quick and study.draws is not None and study.draws * study.lucks <= SMALL
    each = max(-(-len(cases) // LOTS), min(TOGETHER, len(cases) // SPREAD) if small else 1, 1)
    return [Lot(tuple(cases[first : first + each])) for first in range(0, len(cases), each)]


@dataclass(frozen=True)
class _Work:
    """Runs a lot, or finds it where it was run before; `retry`: of one with failed cases, these alone are run again."""

    runner: CaseRunner
    keys: Mapping[int, str]
    numeric: frozenset[str]
    folders: Mapping[str, TableParts]
    finished: Mapping[tuple[str, str], Part]
    seen: Callable[[], None]
    retry: bool = False

    def __call__(self, lot: Lot) -> dict[str, Part]:
        self.seen()
        there = {table: part for table in self.folders if (part := self._part(table, lot.place)) is not None}
        if len(there) < len(self.folders):
            return self._put(lot, self._rows([self.runner(case) for case in lot.cases]))
        if not self.retry:
            return there
        old = {table: part.rows() for table, part in there.items()}
        lost = {int(number) for number, failed in zip(old[CASES][NUMBER], old[CASES]["failed"], strict=True) if failed}
        if not lost:
            return there
        new = self._rows([self.runner(case) for case in lot.cases if case.number in lost])
        kept = [case.number for case in lot.cases if case.number not in lost]
        return self._put(lot, {table: merged(of_cases(old[table], kept), rows) for table, rows in new.items()})

    def _part(self, table: str, place: str) -> Part | None:
        return self.folders[table].get(place) or self.finished.get((table, place))

    def _rows(self, found: Sequence[CaseFound]) -> dict[str, Rows]:
        return rows_of(self.runner.study, found, self.keys, self.numeric)

    def _put(self, lot: Lot, rows: Mapping[str, Rows]) -> dict[str, Part]:
        return {table: parts.put(lot.place, rows[table]) for table, parts in self.folders.items()}


@dataclass(frozen=True)
class StudyRun:
    """A study about to be run: its cases, and the keys of them and of the whole."""

    study: StudyFile
    options: RunOptions
    cases: tuple[StudyCase, ...]
    weights: Mapping[tuple[int, str], Mapping[str, float]] = field(default_factory=dict[tuple[int, str], Mapping[str, float]])

    @property
    def code(self) -> str:
        """What computes: version, libraries, theories of the user's own."""
        return key_of(code_version(), versions(), repr([own_code(theory) for theory in self.options.plugins]))

    def keys(self) -> dict[int, str]:
        """The key of each case."""
        wars = [hash_of(war.scenario) for war in self.study.wars]
        code = self.code
        return {
            case.number: key_of_case(self.study, case, wars[case.war], self.weights.get((case.war, case.coding), {}), code)
            for case in self.cases
        }


def run_study_file(
    source: StudyFile | str | Path, options: RunOptions | None = None, *, retry: bool = False, progress: Progress = silent
) -> StudyFound:
    """Run every case of a study that is not there yet, and save the dataset in `options.out`, by default studies/NAME.

    Of the options count `executor`, `out`, `plugins` and `command`: the study says the rest. `retry`: cases that failed are run again, alone.
    Raises StudyError with every mistake of the file, StoreError where it cannot be saved, ExecutorError where the place where it runs is lost.
    """
    clock = time.perf_counter()
    study = source if isinstance(source, StudyFile) else read_study(source)
    options = replace(options or RunOptions(), full=False)
    place = folder_of(options.out) or Path("studies") / study.study
    run = StudyRun(study, options, cases_of(study), weights_of(study, options, progress))
    keys = run.keys()
    key = key_of(study.study, sorted(keys.items()), study.paths)
    shelf = place.parent / f".{place.name}.{key[:16]}.partial"
    with Saving(place) as saving:  # begun first: a place that cannot be written to is known before the work
        parts = _parts(run, keys, shelf, _finished(place, key), retry, progress)
        rows = {table: joined(part.rows() for part in parts[table]) for table in (CASES, "regret", "verdicts")}
        found = found_of(study, rows, run.weights, where=str(place))
        for table, several in parts.items():
            saving.adopt(table, several)
        saving.document(DOCUMENT, found.to_json())
        saving.provenance = _provenance(run, key, found, time.perf_counter() - clock)
    shutil.rmtree(shelf, ignore_errors=True)
    return replace(found, provenance=saving.provenance)  # pyright: ignore[reportArgumentType]  # a mapping


def _parts(
    run: StudyRun, keys: Mapping[int, str], shelf: Path, finished: Mapping[tuple[str, str], Part], retry: bool, progress: Progress
) -> dict[str, list[Part]]:
    """The parts of every table, in the order of the cases."""
    folders = {table: TableParts(shelf / table) for table in tables_of(run.study)}
    inner = replace(run.options, executor=Local(1), out=None)
    runner = CaseRunner(run.study, inner, run.weights)
    numeric = numeric_paths(run.study, run.cases)
    lots = lots_of(run.study, run.cases)
    each = len(lots[0].cases) if lots else 0
    label = f"{len(run.cases)} cases"

    def told(done: int, _total: int) -> None:
        progress(label, min(done * each, len(run.cases)), len(run.cases))

    told(0, 0)
    with folders[CASES].shared() as seen:
        work = _Work(runner, keys, numeric, folders, finished, seen, retry)
        done = list(run.options.executor.map(work, lots, progress=told))
    return {table: [parts[table] for parts in done] for table in folders}


def _finished(place: Path, key: str) -> dict[tuple[str, str], Part]:
    """The parts of this very study in a folder of results, those that are as they were written."""
    if not (place / MANIFEST).is_file():
        return {}
    try:
        manifest = read_manifest(place)[1]
    except StoreError:
        return {}
    if manifest.provenance.get("key") != key:
        return {}
    found: dict[tuple[str, str], Part] = {}
    for name, entry in manifest.files.items():
        table, _, file = name.partition("/")
        if file and _as_written(place / name, entry):
            found[table, file.rpartition("-")[0]] = Part(place / name, entry)
    return found


def _as_written(path: Path, entry: Entry) -> bool:
    try:
        return path.is_file() and sha256_of(path) == entry.sha256
    except OSError:
        return False


def weights_of(study: StudyFile, options: RunOptions, progress: Progress) -> dict[tuple[int, str], Mapping[str, float]]:
    """Weights of the theories, from 0 to 1, by the place of the war and the coding: those that its record gives, read quickly, to the war as written.

    Raises EvidenceError where the record cannot be weighed.
    """
    found: dict[tuple[int, str], Mapping[str, float]] = {}
    for place, war in enumerate(study.wars):
        for coding in study.codings:
            of = with_label(progress, f"{war.name}, coding {coding}")
            weighed = weigh_scenario(war.scenario, options, WeighingMethods(quick=True), coding=coding, progress=of)
            if weighed.refused:
                raise EvidenceError(weighed.refused, where=f"{war.name}, coding {coding}")
            posterior = {row.theory: float(row.posterior) for row in weighed.weights}
            lacking = [name for name in war.scenario.theory_names if name not in posterior]
            if lacking:
                raise DecisionError(f"the record weighs no {', '.join(lacking)}", where=f"{war.name}, coding {coding}")
            found[place, coding] = posterior
    return found


def _provenance(run: StudyRun, key: str, found: StudyFound, seconds: float) -> dict[str, Any]:
    """How the dataset was made."""
    wars = [{"scenario": war.name, "hash": hash_of(war.scenario), "record": record_hash(war.scenario)} for war in run.study.wars]
    return {
        "study": run.study.study,
        "key": key,
        "code_version": code_version(),
        "versions": versions(),
        "scenarios": wars,
        "cases": len(run.cases),
        "failed": len(found.failed),
        "design": run.study.design,
        "draws": run.study.draws,
        "lucks": run.study.lucks,
        "seconds": seconds,
        "command": run.options.command,
    }
