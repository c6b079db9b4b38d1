"""A written strategy with every name resolved: rungs are numbers, dates are months from the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from countermove.world.expression import Expression

FREE = "free"
"""The actor of a name in a guard that stands for a free number: Name(FREE, "x")."""

Written: TypeAlias = float | str | None
"""A number; the name of a free number among a run's parameters (nan there: no order), so that one program plays many plans; or no order."""


@dataclass(frozen=True)
class Command:
    """What a move or rule sets; None leaves the standing order. `volume` is shipped as (heavy, counter-heavy, million USD, lag)."""

    rung: int | str | None = None
    step: int | str | None = None
    volume: tuple[float, float, float | str, int] | None = None  # shares of the money (heavy, counter), million USD, lag
    line: Written = None
    restraint: Written = None
    announce: Written = None
    sanctions: Written = None
    effort: Written = None
    offer: Written = None
    brigades: Written = None
    ceiling: int | str | None = None
    answer: int | str | None = None


@dataclass(frozen=True)
class Cell:
    """A cell of the partition of what the owner sees, and the question that it puts to any strategy. To enter it is a decision point.

    `lasting`: a condition, entered when it begins to hold; else an event, entered in every month in which it happens. `request`: the
    client's, granted or refused. `written`: a contingency of the scenario, not generated. `answers`: what can be done there, by its place in
    ANSWERS (in REPLIES for a request).
    """

    name: str
    guard: Expression
    ask: str
    lasting: bool = True
    request: bool = False
    written: bool = False
    answers: tuple[int, ...] = (0, 1)


@dataclass(frozen=True)
class Answer:
    """One thing that can be done at a decision point."""

    name: str
    says: str
    command: Command


# In a cell that is no request the number of an answer is its place here; a request is refused (0) or granted (1).
ANSWERS: tuple[Answer, ...] = (
    Answer("hold", "change nothing", Command()),
    Answer("up", "go one rung up", Command(step=1)),
    Answer("down", "go one rung down", Command(step=-1)),
    Answer("stop", "stop the aid", Command(rung=0)),
    Answer("talk", "put the weight on the talks", Command(effort=0.10)),
    Answer("reassure", "send the alliance the brigades it lacks", Command(brigades=7.0)),
    Answer("sanction", "raise the sanctions to 0.9", Command(sanctions=0.9)),
)
REPLIES: tuple[Answer, ...] = (Answer("refuse", "refuse", Command(answer=2)), Answer("grant", "grant it", Command(answer=1)))


@dataclass(frozen=True)
class Plan:
    """The moves (by month from the start), the rules in order, the default, and the completion where all are silent.

    With `cells`, decision points are theirs, and where the plan is silent the run's own answers are given: `answers` [cells, n] among its
    parameters. So one compiled program plays every completion. Answers that go up or down stay on the rungs of `span`.
    """

    name: str
    moves: tuple[tuple[int | str, Command], ...] = ()
    rules: tuple[tuple[Expression, Command], ...] = ()
    otherwise: Command | None = None
    completion: str = "hold"
    first_delivery: int = 1  # m0 of model.md, counted from 1
    cells: tuple[Cell, ...] = ()
    span: tuple[int, int] = (0, 8)
