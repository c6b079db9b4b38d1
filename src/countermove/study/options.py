"""What a user may choose about a study."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from countermove.behaviour.support import Theory
from countermove.compute.executor import Executor
from countermove.compute.local import Local
from countermove.errors import CompileError

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and out of how much."""

LEAST_DRAWS = 1024
MOST_DRAWS = 8192


def silent(what: str, done: int, total: int) -> None:
    """Show nothing."""


def told(progress: Progress, of: str) -> Progress:
    """The same progress, with what it is of."""
    return lambda what, done, total: progress(f"{of}: {what}", done, total)


def chosen(what: str, wanted: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Those of the known names that are wanted, all where nothing is; raises CompileError for a name that is not known."""
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise CompileError(f"no {what} called {', '.join(unknown)}", next=f"There are {', '.join(known)}")
    return tuple(name for name in known if not wanted or name in wanted)


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
    out: Path | None = None
    chunk: int = 4096
    executor: Executor = field(default_factory=Local)
    plugins: tuple[Theory, ...] = ()
    completion: str | None = None  # how silences are filled in every strategy, else as each is written
    command: str = ""
