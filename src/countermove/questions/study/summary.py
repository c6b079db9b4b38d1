"""From the rows of a study to what is told of it: how plans stand, how they move along what is varied, and where their order turns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from countermove.decision.findings import WEIGHTED
from countermove.questions.study.drivers import CaseInput, drivers_of
from countermove.questions.study.finding import Along, CaseRow, FailedCase, Standing, StudyFound, Turn, WarStudied
from countermove.questions.study.tables import NUMBER, Rows, column_of, tables_of
from countermove.scenario.path_titles import path_title
from countermove.scenario.study_schema import StudyFile, War
from countermove.world.cast import display_name
from countermove.world.titles import Titles, written
from countermove.world.words import capitalized

POINTS = 12
"""Distinct numbers up to which each is a point of a curve; more are put together in `BINS` of about as many cases."""
BINS = 8
SEED, CODING = "seed", "coding"
NAMED = {SEED: "Where chance begins", CODING: "Reading of the record"}


@dataclass(frozen=True)
class WarCases:
    """The cases of a war that were compared: N numbers, S plans; values, regret and errors in points [N, S]; whether each plan is best, and whether
    no other is told to be better [N, S]."""

    numbers: np.ndarray
    strategies: tuple[str, ...]
    value: np.ndarray
    regret: np.ndarray
    se: np.ndarray
    best: np.ndarray
    not_beaten: np.ndarray


def found_of(
    study: StudyFile, rows: Mapping[str, Rows], weights: Mapping[tuple[int, str], Mapping[str, float]], *, where: str
) -> StudyFound:
    """What a study finds, of the rows of its tables `cases`, `regret` and `verdicts`."""
    cases = rows["cases"]
    wars = tuple(_war(study, place, rows) for place in range(len(study.wars)))
    failed = np.flatnonzero(cases["failed"])
    varied = varied_columns(study, cases)
    sets = {
        name: {int(case): _text(value) for case, value in zip(cases[NUMBER], cases[name], strict=True)}
        for name in ("scenario", *varied)
    }
    paths = {path: path_title(study.wars[0].scenario, path)[0] for path in study.paths}
    return StudyFound(
        study=study.study,
        title=study.title,
        says=study.says,
        cases=len(cases[NUMBER]),
        failed=tuple(_failed(study, cases, int(at)) for at in failed),
        wars=wars,
        varied=paths,
        tables=tables_of(study),
        where=where,
        rows=tuple(_case_rows(rows["regret"])),
        sets=sets,
    )


def _text(value: Any) -> str:
    """A cell of `cases`: numbers with few figures, nothing where a case leaves a number as it is."""
    number = float(value) if isinstance(value, (float, np.float64)) else None
    if number is None:
        return str(value)
    return "" if math.isnan(number) else f"{number:g}"


def _failed(study: StudyFile, cases: Rows, at: int) -> FailedCase:
    sets = {path: _text(cases[column_of(path)][at]) for path in study.paths}
    return FailedCase(
        int(cases[NUMBER][at]), cases["scenario"][at], {path: text for path, text in sets.items() if text}, cases["place"][at], cases["why"][at]
    )  # fmt: skip


def varied_columns(study: StudyFile, cases: Rows) -> dict[str, str]:
    """Columns of the cases that differ between cases, each with the path it is of (the column's own name for seeds and codings)."""
    names = {**{column_of(path): path for path in study.paths}, SEED: SEED, CODING: CODING}
    return {name: path for name, path in names.items() if len({_text(value) for value in cases[name]}) > 1}


def _case_rows(regret: Rows) -> list[CaseRow]:
    return [
        CaseRow(int(case), strategy, float(value), float(lost), float(se))
        for case, strategy, theory, value, lost, se in zip(
            *(regret[name] for name in (NUMBER, "strategy", "theory", "value", "regret", "se")), strict=True
        )
        if theory == WEIGHTED
    ]


def _titles(war: War) -> Titles:
    scenario = war.scenario
    return Titles(strategies=written((name, plan.title) for name, plan in scenario.strategies.items()))


def _war(study: StudyFile, place: int, rows: Mapping[str, Rows]) -> WarStudied:
    war, cases = study.wars[place], rows["cases"]
    own = {int(case) for case, name in zip(cases[NUMBER], cases["scenario"], strict=True) if name == war.name}
    compared = compared_cases(rows["regret"], rows["verdicts"], own)
    objective = war.scenario.objective
    matters = 0.0 if objective is None else objective.matters
    title = war.scenario.title or display_name(war.scenario.scenario)
    if compared is None:
        why = "in no case could plans be compared."
        return WarStudied(war.name, title, 0, matters, (), (), (), None, why, _titles(war))
    at = np.searchsorted(np.asarray(cases[NUMBER]), compared.numbers)
    inputs = tuple(_input(study, war, name, path, cases, at) for name, path in varied_columns(study, cases).items())
    inputs = tuple(one for one in inputs if len(np.unique(one.values)) > 1)
    along = tuple(along_of(one, compared) for one in inputs)
    return WarStudied(
        scenario=war.name,
        title=title,
        cases=len(compared.numbers),
        matters=matters,
        standings=standings_of(compared),
        along=along,
        turns=tuple(turn for one in along if not one.labels for turn in turns_of(one, matters)),
        drivers=drivers_of(compared.value, compared.strategies, inputs, _titles(war)) if len(compared.strategies) > 1 else None,
        titles=_titles(war),
    )


def _input(study: StudyFile, war: War, name: str, path: str, cases: Rows, at: np.ndarray) -> CaseInput:
    """One thing that is varied, of the cases at these places: numbers, or the places of labels."""
    title, unit = (
        (NAMED[path], "") if path in NAMED and name == path and path not in study.paths else path_title(war.scenario, path)
    )
    axis = next((one for one in study.axes if one.path == path), None)
    unit = axis.unit if axis is not None and axis.unit else unit
    values = [cases[name][k] for k in at]
    numbers = isinstance(cases[name], np.ndarray) and name != SEED
    if numbers and not np.isnan(np.array(values, np.float64)).any():
        logarithmic = axis is not None and axis.span is not None and axis.span.logarithmic
        return CaseInput(path, title, unit, np.array(values, np.float64), (), logarithmic)
    texts = [_text(value) or "as written" for value in values]
    labels = tuple(dict.fromkeys(texts))
    return CaseInput(path, title, unit, np.array([labels.index(text) for text in texts], np.float64), labels)


def compared_cases(regret: Rows, verdicts: Rows, own: set[int]) -> WarCases | None:
    """The cases of a war in which the same plans were compared, over the weighted theories; None where there are none."""
    kept = [
        k
        for k, (case, theory) in enumerate(zip(regret[NUMBER], regret["theory"], strict=True))
        if theory == WEIGHTED and int(case) in own
    ]
    by_case: dict[int, dict[str, int]] = {}
    for k in kept:
        by_case.setdefault(int(regret[NUMBER][k]), {})[regret["strategy"][k]] = k
    if not by_case:
        return None
    strategies = max((tuple(plans) for plans in by_case.values()), key=len)
    numbers = [case for case, plans in by_case.items() if set(plans) == set(strategies)]
    places = np.array([[by_case[case][name] for name in strategies] for case in numbers])
    value, lost, se = (np.asarray(regret[name])[places] for name in ("value", "regret", "se"))
    beaten = _beaten(verdicts, set(numbers), strategies, numbers)
    best = np.zeros(value.shape, np.bool_)
    best[np.arange(len(numbers)), value.argmax(axis=1)] = True
    return WarCases(np.array(numbers), strategies, value, lost, se, best, ~beaten)


def _beaten(verdicts: Rows, own: set[int], strategies: Sequence[str], numbers: Sequence[int]) -> np.ndarray:
    """Whether the best plan of a case is told to be better than each [N, S]."""
    place = {case: n for n, case in enumerate(numbers)}
    beaten = np.zeros((len(numbers), len(strategies)), np.bool_)
    columns = (verdicts[name] for name in (NUMBER, "theory", "other", "kind"))
    for case, theory, other, kind in zip(*columns, strict=True):
        if theory == WEIGHTED and int(case) in own and kind == "better":
            beaten[place[int(case)], strategies.index(other)] = True
    return beaten


def standings_of(found: WarCases) -> tuple[Standing, ...]:
    """The plans, those first that are best in most cases."""
    rows = [
        Standing(
            strategy,
            float(found.best[:, s].mean()),
            float(found.not_beaten[:, s].mean()),
            float(found.regret[:, s].mean()),
            float(found.se[:, s].mean()),
            float(found.regret[:, s].max()),
            int(found.numbers[found.regret[:, s].argmax()]),
        )
        for s, strategy in enumerate(found.strategies)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.best, row.regret)))


def along_of(one: CaseInput, found: WarCases) -> Along:
    """How the plans stand along one thing that is varied."""
    group = _grouped(one)
    several = range(int(group.max()) + 1)
    members = [np.flatnonzero(group == k) for k in several]
    values = [float(k) if one.labels else float(one.values[rows].mean()) for k, rows in enumerate(members)]
    return Along(
        path=one.path,
        title=capitalized(one.title),
        unit=one.unit,
        labels=one.labels,
        values=tuple(values),
        cases=tuple(len(rows) for rows in members),
        strategies=found.strategies,
        regret=tuple(tuple(float(found.regret[rows, s].mean()) for rows in members) for s in range(len(found.strategies))),
        se=tuple(tuple(float(found.se[rows, s].mean()) for rows in members) for s in range(len(found.strategies))),
        best=tuple(tuple(float(found.best[rows, s].mean()) for rows in members) for s in range(len(found.strategies))),
        logarithmic=one.logarithmic,
    )


def _grouped(one: CaseInput) -> np.ndarray:
    """The point of the curve to which each case belongs [N]: its own for each value where these are few, else bins of about as many cases."""
    distinct, place = np.unique(one.values, return_inverse=True)
    if one.labels or len(distinct) <= POINTS:
        return place
    rank = np.argsort(np.argsort(one.values, kind="stable"), kind="stable")
    return np.unique((np.searchsorted(np.sort(one.values), one.values) + 0 * rank) * BINS // len(rank), return_inverse=True)[1]


def turns_of(along: Along, matters: float) -> tuple[Turn, ...]:
    """Where the plan of least mean regret changes, between two points of the curve on the straight lines through them."""
    regret, turns = np.array(along.regret), list[Turn]()
    leads = regret.argmin(axis=0)
    for k in range(len(leads) - 1):
        first, second = int(leads[k]), int(leads[k + 1])
        if first == second:
            continue
        gaps = regret[second, k : k + 2] - regret[first, k : k + 2]  # above 0, then below
        share = float(gaps[0] / (gaps[0] - gaps[1])) if gaps[0] != gaps[1] else 0.5
        low, high = along.values[k], along.values[k + 1]
        at = math.exp(math.log(low) + share * math.log(high / low)) if along.logarithmic and low > 0 else low + share * (high - low)
        turns.append(Turn(along.path, along.strategies[first], along.strategies[second], at, bool(np.abs(gaps).max() <= matters)))
    return tuple(turns)
