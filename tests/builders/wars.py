"""Wars as they stand in their files, compiled once for all tests of a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import Engine
from countermove.scenario.read import read


@cache
def compiled(war: str | Path) -> Program:
    """The program of a shipped war, by its name, or of a file."""
    return compile_scenario(read(war))


@cache
def engine_of(war: str | Path) -> Engine:
    """Its engine."""
    return Engine(compiled(war))
