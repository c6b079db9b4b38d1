"""How large a run may be on this computer, said before it begins."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import typer

from countermove.cli.options import Sampling, Selection

if TYPE_CHECKING:
    from countermove.scenario.schema import Scenario

LUCKS = 16  # where nothing is said
BYTES = 4  # of a number
PARTICLE = 12_000  # bytes of one while a filter works: measured with 262,144 of them
MOST_PARTICLES = (
    1 << 16
)  # of one filter: 16 times the default; with more, a month of a filter takes so long that Ctrl-C is not heard for minutes


def check_size(scenario: Scenario, sampling: Sampling, selection: Selection) -> None:
    """Raise BadParameter where the outcomes alone would not fit into the memory of this computer."""
    if sampling.draws is None and sampling.lucks is None:
        return
    from countermove.questions.options import LEAST_DRAWS
    from countermove.world.measure import MEASURE_NAMES

    pairs = len(set(selection.strategy or scenario.strategies) or {""}) * len(set(selection.theory or scenario.theory_names))
    runs = (
        pairs * (LEAST_DRAWS if sampling.draws is None else sampling.draws) * (LUCKS if sampling.lucks is None else sampling.lucks)
    )
    needed, there = BYTES * len(MEASURE_NAMES) * runs, memory()
    if needed > there:
        raise typer.BadParameter(
            f"{runs:,} runs have {needed / 1e9:,.0f} GB of outcomes, and this computer has {there / 1e9:,.0f} GB: fewer --draws or --lucks"
        )


def check_particles(draws: int, particles: int, workers: int | None, tasks: int) -> None:
    """Raise BadParameter for a filter of too many particles, and where those at work at one time would not fit into this computer's memory."""
    if draws * particles > MOST_PARTICLES:
        raise typer.BadParameter(
            f"{draws:,} draws of {particles:,} particles are {draws * particles:,}, and {MOST_PARTICLES:,} the most"
        )
    from countermove.compute.local import cores

    at_once = min(workers or cores(), tasks)
    needed, there = float(PARTICLE) * draws * particles * at_once, memory()
    if needed > there:
        raise typer.BadParameter(
            f"{draws:,} draws of {particles:,} particles, {at_once} at a time, take {needed / 1e9:,.0f} GB, and this computer has "
            f"{there / 1e9:,.0f} GB: fewer --draws, --particles or --workers"
        )


def memory() -> float:
    """Bytes of memory of this computer; infinite where it does not say."""
    try:
        return float(os.sysconf("SC_PAGE_SIZE")) * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return float("inf")
