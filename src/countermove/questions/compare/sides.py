"""The two sides of a comparison: result folders, the scenarios they came from, what both have, and the outcomes of it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from countermove.decision.cells import nearest
from countermove.decision.findings import WEIGHTED
from countermove.errors import CountermoveError, DecisionError, StoreError
from countermove.questions.compare.finding import Differs
from countermove.questions.people import theory_titles
from countermove.rng.quasi import SCRAMBLES
from countermove.scenario.read import read
from countermove.scenario.schema import Scenario
from countermove.scenario.write import hash_of
from countermove.store import Place, Saved, load
from countermove.world.titles import Titles, written

MEMORY = 1 << 28  # bytes of outcomes of one side held at once

Cube = NDArray[np.floating[Any]]  # [S, T, D, L]


@dataclass(frozen=True)
class CompareRequest:
    """What is compared; nothing named is all. Two `strategies` and one run: the one against the other. `replays`: look month by month too."""

    strategies: tuple[str, ...] = ()
    theories: tuple[str, ...] = ()
    replays: bool = True


@dataclass(frozen=True)
class RunSide:
    """One of the two: a result folder, what is in it, and the scenario it came from, where that is at hand."""

    name: str
    saved: Saved
    tables: Mapping[str, Any]
    strategies: tuple[str, ...]
    theories: tuple[str, ...]
    measures: Mapping[str, str]  # name -> unit
    scenario: Scenario | None

    def made(self, what: str) -> Any:
        """An entry of the provenance."""
        return self.saved.provenance.get(what)

    @property
    def draws(self) -> int:
        """How many draws."""
        return int(self.made("draws"))

    @property
    def scrambles(self) -> int:
        """How many independent scrambles the draws come from."""
        return min(SCRAMBLES, self.draws)


@dataclass(frozen=True)
class ComparedPair:
    """What is compared: pairs of strategies (one of A, one of B) under `theories`, by `measures`. `only`: what one side lacks."""

    kind: Literal["runs", "strategies"]
    a: RunSide
    b: RunSide
    strategies: tuple[tuple[str, str], ...]
    theories: tuple[str, ...]
    measures: tuple[str, ...]
    only: tuple[Differs, ...]


def side_of(directory: str | Place) -> RunSide:
    """The results of a run. Raises StoreError where they are half-written, altered, or those of something else."""
    saved = load(directory)
    saved.path("outcomes")
    tables: Any = saved.document("tables")
    try:
        rows: list[dict[str, Any]] = tables["measures"]
        strategies = tuple(dict.fromkeys(str(row["strategy"]) for row in rows))
        theories = tuple(dict.fromkeys(str(row["theory"]) for row in rows if row["theory"] != WEIGHTED))
        measures = {str(row["measure"]): str(row["unit"]) for row in rows}
        sizes = [int(saved.provenance[what]) for what in ("draws", "lucks", "months", "seed")]
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError("these are no results of a run", where=str(directory), next="`countermove run` makes them") from error
    if not (strategies and theories and measures) or min(sizes) < 0:
        raise StoreError("these results hold no runs", where=str(directory), next="`countermove run` makes them")
    return RunSide(str(directory), saved, tables, strategies, theories, measures, scenario_of_run(saved.provenance))


def sets_of(provenance: Mapping[str, Any]) -> dict[str, str]:
    """What `--set` changed in the run, by path, as its command says."""
    words = _words(provenance)
    given = [after for word, after in pairwise(words) if word == "--set"]
    given += [word.removeprefix("--set=") for word in words if word.startswith("--set=")]
    return {path.strip(): value for path, equals, value in (text.partition("=") for text in given) if equals}


def _words(provenance: Mapping[str, Any]) -> list[str]:
    try:
        return shlex.split(str(provenance.get("command", "")))
    except ValueError:
        return []


def scenario_of_run(provenance: Mapping[str, Any]) -> Scenario | None:
    """The scenario of a run, from the file its command named or the shelf; None where what is there now is not what was run."""
    named = [word for word in _words(provenance)[2:] if not word.startswith("-")]
    for source in dict.fromkeys((*named, str(provenance.get("scenario", "")))):
        try:
            scenario = read(source, overrides=sets_of(provenance))
        except (CountermoveError, OSError):
            continue
        if hash_of(scenario) == provenance.get("scenario_hash"):
            return scenario
    return None


def titles_of_sides(pair: ComparedPair) -> Titles:
    """What people call the strategies and theories: by the scenarios that are at hand, where both have a name by that of B."""
    strategies: dict[str, str] = {}
    for side in (pair.a, pair.b):
        strategies |= {} if side.scenario is None else written((name, one.title) for name, one in side.scenario.strategies.items())
    return replace(theory_titles(), strategies=strategies)


def pair_of(sides: Sequence[RunSide], request: CompareRequest) -> ComparedPair:
    """What is compared of one or two runs. Raises DecisionError for names that are not there, and where nothing is left."""
    if not 1 <= len(sides) <= 2 or (len(sides) == 1 and len(request.strategies) != 2):
        raise DecisionError(
            "a comparison is of two runs, or of two strategies in one",
            next="`countermove compare RUN RUN`, or `countermove compare RUN --strategy A --strategy B`",
        )
    a, b = sides[0], sides[-1]
    for side in sides:
        _there(side, "strategy", request.strategies if len(sides) == 1 else (), side.strategies)
        _there(side, "theory", request.theories, side.theories)
    theories = tuple(
        name for name in _shared("theory", a, b, a.theories, b.theories) if not request.theories or name in request.theories
    )
    measures = _shared("measure", a, b, tuple(a.measures), tuple(b.measures))
    if len(sides) == 1:
        first, second = request.strategies
        if first == second:
            raise DecisionError(f'"{first}" cannot be compared with itself', next="Name another strategy")
        return ComparedPair(
            "strategies", replace(a, name=first), replace(b, name=second), ((first, second),), theories, measures, ()
        )
    for name in request.strategies:
        if name not in a.strategies and name not in b.strategies:
            _there(a, "strategy", (name,), (*a.strategies, *b.strategies))
    shared = [
        name
        for name in _shared("strategy", a, b, a.strategies, b.strategies)
        if not request.strategies or name in request.strategies
    ]
    if not shared:
        raise DecisionError(f"only one of the two runs has {', '.join(request.strategies)}", where=f"{a.name} and {b.name}")
    return ComparedPair("runs", a, b, tuple((name, name) for name in shared), theories, measures, _only(a, b))


def _there(side: RunSide, noun: str, wanted: Sequence[str], known: Sequence[str]) -> None:
    for name in wanted:
        if name not in known:
            raise DecisionError(f'the {noun} "{name}" was not run', where=side.name, next=nearest(name, known))


def _shared(noun: str, a: RunSide, b: RunSide, first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    found = tuple(name for name in first if name in second)
    if not found:
        told = f"{a.name} has {', '.join(first)}; {b.name} has {', '.join(second)}"
        raise DecisionError(f"these runs have no {noun} in common", where=f"{a.name} and {b.name}", next=told)
    return found


def _only(a: RunSide, b: RunSide) -> tuple[Differs, ...]:
    every = {
        "strategies": (a.strategies, b.strategies),
        "theories": (a.theories, b.theories),
        "measures": (tuple(a.measures), tuple(b.measures)),
    }
    rows: list[Differs] = []
    for what, (first, second) in every.items():
        if set(first) != set(second):
            alone = [", ".join(name for name in one if name not in other) for one, other in ((first, second), (second, first))]
            rows.append(Differs(what, *alone))
    return tuple(rows)


@dataclass
class PairedOutcomes:
    """The outcomes of a pair, measure by measure, a bounded number of measures in memory at a time."""

    pair: ComparedPair
    _held: dict[tuple[Place, tuple[str, ...]], Any] = field(default_factory=dict[tuple[Place, tuple[str, ...]], Any])

    def whole(self, side: RunSide, measure: str) -> Cube:
        """One measure of all strategies of a side, under the theories that are compared [S, T, D, L]."""
        return self._cube(side, measure, side.strategies)

    def cubes(self, measure: str) -> tuple[Cube, Cube]:
        """One measure of what is compared, of A and of B [S, T, D, L]."""
        a, b = zip(*self.pair.strategies, strict=True)
        return self._cube(self.pair.a, measure, a), self._cube(self.pair.b, measure, b)

    def _cube(self, side: RunSide, measure: str, strategies: Sequence[str]) -> Cube:
        batch = next(batch for batch in self._batches() if measure in batch)
        key = (side.saved.directory, batch)
        if key not in self._held:
            kept = {self.pair.a.saved.directory, self.pair.b.saved.directory}
            self._held = {old: data for old, data in self._held.items() if old[1] == batch and old[0] in kept}
            self._held[key] = side.saved.array(batch)
        chosen = self._held[key][measure].sel(strategy=list(strategies), theory=list(self.pair.theories))
        cube: Cube = chosen.to_numpy()
        if cube.shape[2] != side.draws:
            raise StoreError(
                f"the outcomes are of {cube.shape[2]} draws, and {side.draws} were run", where=str(side.saved.directory)
            )
        return cube

    def _batches(self) -> list[tuple[str, ...]]:
        rows = max(side.saved.rows("outcomes") or 1 for side in (self.pair.a, self.pair.b))
        count = max(1, MEMORY // (4 * rows))
        names = self.pair.measures
        return [names[first : first + count] for first in range(0, len(names), count)]
