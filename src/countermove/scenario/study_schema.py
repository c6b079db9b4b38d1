"""What a study file says: the wars, what is varied and how cases are made of it, what is run of each case."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from countermove.scenario.schema import Scenario

Design = Literal["grid", "latin-hypercube", "sobol", "list"]
SAMPLED: tuple[Design, ...] = ("latin-hypercube", "sobol")


@dataclass(frozen=True)
class SetValue:
    """A value as it stands behind `--set PATH=`; `number`: what it is as a plain number in the unit of its axis, None where it is none."""

    text: str
    number: float | None = None


@dataclass(frozen=True)
class Span:
    """A range from `low` to `high` in the unit of its axis; `steps`, values that a grid takes of it (None: not said)."""

    low: float
    high: float
    steps: int | None = None
    logarithmic: bool = False

    def at(self, share: float) -> float:
        """The value at a share from 0 to 1 of the way; both ends are exact."""
        if share <= 0 or share >= 1:
            return self.low if share <= 0 else self.high
        if self.logarithmic:
            return self.low * math.exp(share * math.log(self.high / self.low))
        return self.low + share * (self.high - self.low)


@dataclass(frozen=True)
class Axis:
    """What is varied: a path, and its values or a range, in `unit` where they are numbers ("": as the war has it)."""

    path: str
    unit: str = ""
    values: tuple[SetValue, ...] = ()
    span: Span | None = None

    def value(self, number: float) -> SetValue:
        """A number of its range as `--set` takes it."""
        whole = number == int(number) and abs(number) < 2**53
        text = f"{int(number) if whole else repr(number)}"
        return SetValue(f"{text}{'' if self.unit == '%' else ' '}{self.unit}".strip(), number)


@dataclass(frozen=True)
class War:
    """A war of a study: its name (as the study writes it, where another has the name), its file, what it says where nothing is changed."""

    name: str
    file: Path
    scenario: Scenario
    home: Path  # the same file, wherever a process works


@dataclass(frozen=True)
class ListedCase:
    """A case that is written out: the place of its war among the study's, its coding and its seed, None for each of them; what is changed."""

    war: int | None = None
    coding: str | None = None
    seed: int | None = None
    sets: Mapping[str, SetValue] = field(default_factory=dict[str, SetValue])


@dataclass(frozen=True)
class StudyFile:
    """A study as it was written. `cases`: points of a sampled design; `listed`: the cases of a list; `codings` empty: weights of the scenario."""

    study: str
    wars: tuple[War, ...]
    title: str = ""
    says: str = ""
    axes: tuple[Axis, ...] = ()
    strategies: tuple[str, ...] = ()
    theories: tuple[str, ...] = ()
    codings: tuple[str, ...] = ()
    seeds: tuple[int, ...] = (0,)
    draws: int | None = None
    lucks: int = 16
    quick: bool = True
    design: Design = "grid"
    cases: int = 0
    listed: tuple[ListedCase, ...] = ()
    seed: int = 0

    @property
    def paths(self) -> tuple[str, ...]:
        """Everything that some case changes, in the order of the file."""
        listed = (path for case in self.listed for path in case.sets)
        return tuple(dict.fromkeys((*(axis.path for axis in self.axes), *listed)))

    @property
    def points(self) -> int:
        """How many sets of changes there are, before they are crossed with wars, codings and seeds."""
        if self.design == "list":
            return len(self.listed)
        if self.design in SAMPLED:
            return self.cases
        return math.prod(len(axis.values) if axis.span is None else axis.span.steps or 0 for axis in self.axes)
