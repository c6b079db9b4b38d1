"""The cases of a study: what is varied as a grid, as points of a design, or as a list; crossed with wars, codings and seeds."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from countermove.scenario.study_schema import SAMPLED, Axis, ListedCase, SetValue, StudyFile

FIGURES = 6
"""Of a sampled value: so that it can be typed."""


@dataclass(frozen=True)
class StudyCase:
    """One case: its number from 0, the place of its war, its coding ("": the weights of the scenario), its seed, and what it changes."""

    number: int
    war: int
    coding: str
    seed: int
    sets: Mapping[str, SetValue]

    @property
    def overrides(self) -> dict[str, str]:
        """What it changes as `--set` has it."""
        return {path: value.text for path, value in self.sets.items()}


def cases_of(study: StudyFile) -> tuple[StudyCase, ...]:
    """All cases in their order: war by war, in it point by point, in it coding by coding, seed by seed."""
    numbers = itertools.count()
    return tuple(
        StudyCase(next(numbers), war, coding, seed, point.sets)
        for war in range(len(study.wars))
        for point in points_of(study)
        if point.war in (None, war)
        for coding in ((study.codings or ("",)) if point.coding is None else (point.coding,))
        for seed in (study.seeds if point.seed is None else (point.seed,))
    )


def points_of(study: StudyFile) -> tuple[ListedCase, ...]:
    """What is changed, before it is crossed with anything."""
    if study.design == "list":
        return study.listed
    sets = _sampled(study) if study.design in SAMPLED else _grid(study)
    return tuple(ListedCase(sets=one) for one in sets)


def _grid(study: StudyFile) -> Iterator[dict[str, SetValue]]:
    values = [steps_of(axis) for axis in study.axes]
    for chosen in itertools.product(*values):
        yield {axis.path: value for axis, value in zip(study.axes, chosen, strict=True)}


def steps_of(axis: Axis) -> tuple[SetValue, ...]:
    """The values that a grid takes of an axis."""
    span = axis.span
    if span is None:
        return axis.values
    steps = span.steps or 2
    return tuple(axis.value(_typed(span.at(step / (steps - 1)), span.low, span.high)) for step in range(steps))


def _sampled(study: StudyFile) -> Iterator[dict[str, SetValue]]:
    """Points of a design over all axes: of a range the value there, of values the one whose share of 0 to 1 the point falls into."""
    width = len(study.axes)
    if study.design == "sobol":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # any number of points may be asked for, not powers of 2 alone
            points = qmc.Sobol(width, rng=study.seed).random(study.cases)
    else:
        points = qmc.LatinHypercube(width, rng=study.seed).random(study.cases)
    for row in points:
        yield {axis.path: _at(axis, float(share)) for axis, share in zip(study.axes, row, strict=True)}


def _at(axis: Axis, share: float) -> SetValue:
    span = axis.span
    if span is None:
        return axis.values[min(int(share * len(axis.values)), len(axis.values) - 1)]
    return axis.value(_typed(span.at(share), span.low, span.high))


def _typed(value: float, low: float, high: float) -> float:
    """With few figures, within its range."""
    return float(np.clip(float(f"{value:.{FIGURES}g}"), low, high))
