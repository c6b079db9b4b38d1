"""What a user may choose about a study."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from countermove.behaviour.theory import Theory
from countermove.compute.executor import Executor, Told
from countermove.compute.local import Local
from countermove.errors import CompileError, RunError
from countermove.rng.seeds import SEEDS
from countermove.store.place import Place, is_url, place_of

if TYPE_CHECKING:
    from countermove.engine.program import Program
    from countermove.scenario.schema import Scenario

Progress = Told

LEAST_DRAWS = 1024
MOST_DRAWS = 8192
LARGEST_DRAWS, LARGEST_LUCKS, LARGEST_CHUNK = 1 << 16, 1 << 12, 1 << 24


def silent(what: str, done: int, total: int) -> None:
    """Show nothing."""


def with_label(progress: Progress, of: str) -> Progress:
    """The same progress, with what it is of."""
    return lambda what, done, total: progress(f"{of}: {what}", done, total)


def select_names(what: str, wanted: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Those of the known names that are wanted, all where nothing is; raises CompileError for a name that is not known."""
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise CompileError(f"no {what} called {', '.join(unknown)}", next=f"There are {', '.join(known)}")
    return tuple(name for name in known if not wanted or name in wanted)


def require_whole(what: str, given: object, least: int, most: int) -> None:
    """Raises RunError unless it is a whole number between the two (both included): a notebook has no type checker."""
    try:
        number = operator.index(given)  # pyright: ignore[reportArgumentType]
    except TypeError:
        number = least - 1
    if isinstance(given, bool) or not least <= number <= most:
        raise RunError(f"{what} cannot be {given!r}", next=f"Give a whole number from {least:,} to {most:,}")


def require_names(what: str, given: object) -> None:
    """Raises RunError for one name where several may stand: its letters would be taken for names."""
    if isinstance(given, str):
        raise RunError(f"{what} cannot be {given!r}", next=f"Give them in brackets: {what}=({given!r},)")


def require_path(what: str, given: object) -> None:
    """Raises RunError for what is neither a path nor nothing."""
    if given is not None and not isinstance(given, Place):
        raise RunError(f"{what} cannot be {given!r}", next=f"Give a pathlib.Path: {what}=Path({str(given)!r})")


def _usual_chunk() -> int:
    from countermove.engine.run import CHUNK  # not before something is to be run: the engine takes its time to load

    return CHUNK


@dataclass(frozen=True)
class Viewpoint:
    """Somebody else's eyes: a reader of a scenario, whose weights of the theories and whose values stand in the place of the scenario's.

    What is run under each theory does not change: what the actors believe of one another stays as it is `written`.
    """

    reader: str  # the name in the file
    title: str
    weights: Mapping[str, float]  # of the theories that are run, 0 where the reader names none; empty: the scenario's
    own_values: bool  # else the objective is the scenario's
    written: Scenario  # with its own objective and readers


@dataclass(frozen=True)
class RunOptions:
    """Options of `run` and `memo`. `draws` None: as many as the tolerance asks for; `tolerance` None: half of what matters."""

    draws: int | None = None
    lucks: int = 16
    seed: int = 0
    strategies: tuple[str, ...] = ()
    theories: tuple[str, ...] = ()
    tolerance: float | None = None
    full: bool = True  # with the sweep, the offset, matched pairs and the drift
    out: Place | None = None  # a URL may be given as text
    chunk: int = field(default_factory=_usual_chunk)
    executor: Executor = field(default_factory=Local)
    plugins: tuple[Theory, ...] = ()
    completion: str | None = None  # how silences are filled in every strategy, else as each is written
    command: str = ""
    seen_by: Viewpoint | None = None  # else the scenario's own weights and values

    def written(self, scenario: Scenario) -> Scenario:
        """The scenario as its file has it, from one that may be seen through a reader's eyes."""
        return scenario if self.seen_by is None else self.seen_by.written

    def weights(self, program: Program, theories: Sequence[str]) -> dict[str, float]:
        """Weights of these theories, in any scale: the reader's whose eyes are borrowed, else the scenario's."""
        own = dict(zip((theory.name for theory in program.theories), program.weights, strict=True))
        given = own if self.seen_by is None or not self.seen_by.weights else self.seen_by.weights
        return {name: given.get(name, 0.0) for name in theories}

    @property
    def at_once(self) -> int:
        """How many questions are asked at once: on this machine as many as there are workers, of a cluster one after the other."""
        return self.executor.workers if isinstance(self.executor, Local) else 1

    def __post_init__(self) -> None:
        """Raises RunError for what no run can have."""
        if self.draws is not None:
            require_whole("draws", self.draws, 1, LARGEST_DRAWS)
        require_whole("lucks", self.lucks, 1, LARGEST_LUCKS)
        require_whole("seed", self.seed, 0, SEEDS - 1)
        require_whole("chunk", self.chunk, 1, LARGEST_CHUNK)
        require_names("strategies", self.strategies)
        require_names("theories", self.theories)
        if is_url(self.out):
            object.__setattr__(self, "out", place_of(str(self.out) if isinstance(self.out, str) else self.out))  # pyright: ignore
        require_path("out", self.out)
