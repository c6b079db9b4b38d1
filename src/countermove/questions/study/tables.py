"""The tables of a study, case by case: what a lot of cases gave as rows of each table, and rows that are there already put together with new ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, cast

import numpy as np

from countermove.decision.findings import Drift, MeasureRow, RegretRow, SweepRow, Verdict
from countermove.questions.study.design import StudyCase
from countermove.questions.study.one_case import CaseFound
from countermove.scenario.study_schema import StudyFile
from countermove.store.key import key_of
from countermove.world.omega import Omega

CASES, TIMES, NUMBER = "cases", "times", "case_number"
FOUND: Mapping[str, type] = {"measures": MeasureRow, "regret": RegretRow, "verdicts": Verdict}
MORE: Mapping[str, type] = {"offset": Omega, "sweep": SweepRow, "drift": Drift}
"""Where a study is not quick."""
FIXED = (NUMBER, "scenario", "coding", "seed", "hash", "failed", "place", "why")
"""Columns of `cases` that every study has; a path of the same name is none: paths have a point, or are a key of a scenario."""

Rows = dict[str, Any]
"""Some rows of a table by column: numbers as an array, texts as a list."""


def found_tables(study: StudyFile) -> Mapping[str, type]:
    """The tables of what cases gave, and what a row of each is."""
    return FOUND if study.quick else {**FOUND, **MORE}


def tables_of(study: StudyFile) -> tuple[str, ...]:
    """All tables; that of the cases, which says that a lot is done, last."""
    return (*found_tables(study), TIMES, CASES)


def column_of(path: str) -> str:
    """The column of what is varied at a path."""
    return f"set {path}" if path in FIXED else path


def numeric_paths(study: StudyFile, cases: Sequence[StudyCase]) -> frozenset[str]:
    """Paths that every case which sets them gives a plain number, in one unit."""
    units = {axis.path: axis.unit for axis in study.axes}
    return frozenset(
        path
        for path in study.paths
        if all(case.sets[path].number is not None for case in cases if path in case.sets)
        and (path in units or _one_unit(path, cases))
    )


def _one_unit(path: str, cases: Sequence[StudyCase]) -> bool:
    """Whether the numbers of a list are all without a unit."""
    return all(_bare(case.sets[path].text) for case in cases if path in case.sets)


def _bare(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def rows_of(study: StudyFile, found: Sequence[CaseFound], keys: Mapping[int, str], numeric: frozenset[str]) -> dict[str, Rows]:
    """The rows of some cases, in their order, by table."""
    tables = {
        name: _dataclass_rows(kind, [(one.case.number, getattr(one, name)) for one in found])
        for name, kind in found_tables(study).items()
    }
    numbers = np.array([one.case.number for one in found], np.int32)
    tables[TIMES] = {NUMBER: numbers, "seconds": np.array([one.seconds for one in found], np.float64)}
    varied = {column_of(path): _varied(path, found, path in numeric) for path in study.paths}
    tables[CASES] = {
        NUMBER: numbers,
        "scenario": [study.wars[one.case.war].name for one in found],
        "coding": [one.case.coding for one in found],
        "seed": np.array([one.case.seed for one in found], np.int64),
        **varied,
        "hash": [keys[one.case.number] for one in found],
        "failed": np.array([bool(one.why) for one in found], np.bool_),
        "place": [one.where for one in found],
        "why": [one.why for one in found],
    }
    return tables


def _varied(path: str, found: Sequence[CaseFound], numeric: bool) -> Any:
    """What cases set at a path: numbers (nan where a case leaves it as it is), or texts ("")."""
    values = [one.case.sets.get(path) for one in found]
    if numeric:
        return np.array([np.nan if value is None or value.number is None else value.number for value in values], np.float64)
    return ["" if value is None else value.text for value in values]


def _dataclass_rows(kind: type, by_case: Sequence[tuple[int, Sequence[Any]]]) -> Rows:
    """Rows of a flat dataclass, the case before them."""
    rows = [row for _, several in by_case for row in several]
    columns: Rows = {NUMBER: np.repeat(np.array([n for n, _ in by_case], np.int32), [len(several) for _, several in by_case])}
    for one in fields(kind):
        values = [getattr(row, one.name) for row in rows]
        whole = one.type in ("int", int)
        number = whole or one.type in ("float", float)
        columns[one.name] = np.array(values, np.int64 if whole else np.float64) if number else values
    return columns


def merged(old: Rows, new: Rows) -> Rows:
    """The rows of two lots of cases that share none, case by case in their order."""
    order = np.argsort(np.concatenate([old[NUMBER], new[NUMBER]]), kind="stable")

    def column(name: str) -> Any:
        if isinstance(new[name], np.ndarray):
            return np.concatenate([old[name], new[name]])[order]
        both = [*old[name], *new[name]]
        return [both[at] for at in order]

    return {name: column(name) for name in new}


def of_cases(rows: Rows, numbers: Iterable[int]) -> Rows:
    """The rows of some cases alone."""
    kept = np.isin(rows[NUMBER], np.fromiter(numbers, np.int32))

    def column(values: Any) -> Any:
        if isinstance(values, np.ndarray):
            return cast("np.ndarray[Any, Any]", values)[kept]
        return [value for value, wanted in zip(values, kept, strict=True) if wanted]

    return {name: column(values) for name, values in rows.items()}


def joined(lots: Iterable[Rows]) -> Rows:
    """The rows of all lots, in their order."""
    every = list(lots)
    if not every:
        return {}
    return {
        name: np.concatenate([lot[name] for lot in every])
        if isinstance(first, np.ndarray)
        else [value for lot in every for value in lot[name]]
        for name, first in every[0].items()
    }


def key_of_case(study: StudyFile, case: StudyCase, war_hash: str, weights: Mapping[str, float], code: str) -> str:
    """The hash of everything that decides what a case gives."""
    return key_of(
        war_hash, case.overrides, case.coding, dict(weights), case.seed, study.draws, study.lucks, study.strategies, study.theories,
        study.quick, code,
    )  # fmt: skip
