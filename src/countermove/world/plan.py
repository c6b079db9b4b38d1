"""A written strategy with every name resolved: rungs are numbers, dates are months from the start."""

from __future__ import annotations

from dataclasses import dataclass

from countermove.world.expression import Expression


@dataclass(frozen=True)
class Command:
    """What a move or rule sets; None leaves the standing order. `volume` is shipped as (heavy, counter-heavy, million USD, lag)."""

    rung: int | None = None
    step: int | None = None
    volume: tuple[float, float, float, int] | None = None  # shares of the money (heavy, counter), million USD, lag
    line: float | None = None
    restraint: float | None = None
    announce: float | None = None
    sanctions: float | None = None
    effort: float | None = None
    offer: float | None = None
    brigades: float | None = None
    ceiling: int | None = None
    answer: int | None = None


@dataclass(frozen=True)
class Plan:
    """The moves (by month from the start), the rules in order, the default, and the completion where all are silent."""

    name: str
    moves: tuple[tuple[int, Command], ...] = ()
    rules: tuple[tuple[Expression, Command], ...] = ()
    otherwise: Command | None = None
    completion: str = "hold"
    first_delivery: int = 1  # m0 of model.md, counted from 1
