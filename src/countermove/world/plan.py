"""A written strategy with every name resolved: rungs are numbers, dates are months from the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeAlias

from countermove.errors import CompileError
from countermove.world.expression import Expression

FREE = "free"
"""The actor of a name in a guard that stands for a free number: Name(FREE, "x")."""

OrderValue: TypeAlias = float | str | None
"""A number; the name of a free number among a run's parameters (nan there: no order), so that one program plays many plans; or no order."""


@dataclass(frozen=True)
class Command:
    """What a move or rule sets; None leaves the standing order. `volume` is shipped as (heavy, counter-heavy, million USD, lag)."""

    rung: int | str | None = None
    step: int | str | None = None
    volume: tuple[float, float, float | str, int] | None = None  # shares of the money (heavy, counter), million USD, lag
    line: OrderValue = None
    restraint: OrderValue = None
    announce: OrderValue = None
    sanctions: OrderValue = None
    effort: OrderValue = None
    offer: OrderValue = None
    brigades: OrderValue = None
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


ORDERS = (
    *("rung", "step", "heavy", "counter", "money", "lag"),
    *("line", "restraint", "announce", "sanctions", "effort", "offer", "brigades", "ceiling", "answer"),
)
"""What a command can order, number by number; nan is no order. `heavy` and `counter` are shares of the shipped `money`."""

COMPLETIONS = ("hold", "match", "de-escalate", "uniform")
OTHERWISE = len(COMPLETIONS)
"""How a plan is silent: by the place of its completion, or by a command of its own."""


class Sheet(NamedTuple):
    """A plan as numbers: the same compiled program plays any plan whose conditions it knows. Float32 unless noted; O orders (ORDERS)."""

    at: Any  # [moves] month of each move from 0; nan: no move
    moves: Any  # [moves, O]
    guard: Any  # [rules] int32, place of each rule's condition among those of the playbook; -1: no rule
    rules: Any  # [rules, O]
    otherwise: Any  # [O]
    silent: Any  # int32 scalar: place in COMPLETIONS, or OTHERWISE
    span: Any  # [2] rungs
    delivery: Any  # month of the first delivery, counted from 1


@dataclass(frozen=True)
class Playbook:
    """What is compiled of plans: how many moves and rules a plan may have, and the conditions that its rules may name.

    `guards`: each once; of a plan with free numbers, which is alone, that of each rule. `cells` are those of every plan. `free`: of a single
    plan, the numbers that each run has of its own, as (place, order, name): moves come first, then rules, then `otherwise`; order "at" is the
    month of a move. `given`: by place, the orders that any plan gives there.
    """

    guards: tuple[Expression, ...]
    moves: int
    rules: int
    cells: tuple[Cell, ...] = ()
    free: tuple[tuple[int, str, str], ...] = ()
    given: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, plans: Sequence[Plan], beside: Sequence[Plan] = ()) -> Playbook:
        """The playbook of plans that have the same cells, and of others `beside` them: the plans again without some of their orders have
        places among theirs, and so are played by the same program. The rules of `plans` are in the places of their numbers.

        Sizes are rounded up, so that plans of about one size share a program. Raises CompileError where a plan with free numbers is not alone.
        """
        every = (*plans, *beside)
        moves = rounded(max((len(plan.moves) for plan in every), default=0))
        rules = rounded(max((len(plan.rules) for plan in every), default=0))
        free = tuple(one for plan in every for one in free_numbers(plan, moves, rules))
        if free and len(every) > 1:
            raise CompileError("a plan with free numbers is alone in its program")
        named = [guard for plan in every for guard, _ in plan.rules]
        guards = tuple(named if free else dict.fromkeys(named))
        book = cls(guards, moves, rules, every[0].cells if every else (), free, ((),) * (moves + rules + 1))
        for plan in plans:
            book = book.with_room(plan)
        for plan in beside:
            book = book if book.places(plan) else book.with_room(plan)
        return book

    def with_room(self, plan: Plan) -> Playbook:
        """The playbook with each order of a plan in its own place: the first rule of the plan in the first place, and so on."""
        given = [set(some) for some in self.given]
        for place, command in commands_of(plan, self.moves, self.rules):
            given[place].update(written_orders(command))
        return replace(self, given=tuple(tuple(order for order in ORDERS if order in some) for some in given))

    def places(self, plan: Plan) -> tuple[list[int], list[int]] | None:
        """The place of each move of a plan, and of each of its rules; None where there is no room for its orders."""
        last = self.moves + self.rules
        moves = self._fitted([command for _, command in plan.moves], range(self.moves))
        rules = self._fitted([command for _, command in plan.rules], range(self.moves, last))
        fits = plan.otherwise is None or set(written_orders(plan.otherwise)) <= set(self.given[last])
        return (moves, [place - self.moves for place in rules]) if moves is not None and rules is not None and fits else None

    def _fitted(self, commands: Sequence[Command], room: range) -> list[int] | None:
        """Each command in its turn in the first place that is left and has its orders."""
        out: list[int] = []
        for command in commands:
            left = (place for place in room if not out or place > out[-1])
            place = next((place for place in left if set(written_orders(command)) <= set(self.given[place])), None)
            if place is None:
                return None
            out.append(place)
        return out

    @property
    def watched(self) -> int:
        """So many conditions are remembered from month to month."""
        return self.rules + len(self.cells)


def rounded(count: int) -> int:
    """The next multiple of four."""
    return -(-count // 4) * 4


def written_orders(command: Command | None) -> dict[str, float | str]:
    """The orders that a command gives."""
    if command is None:
        return {}
    heavy, counter, money, lag = command.volume or (None, None, None, None)
    shipped = {"heavy": heavy, "counter": counter, "money": money, "lag": lag}
    given = {name: shipped[name] if name in shipped else getattr(command, name) for name in ORDERS}
    return {name: value for name, value in given.items() if value is not None}


def commands_of(plan: Plan, moves: int, rules: int) -> list[tuple[int, Command]]:
    """The commands of a plan, each with its place among so many moves and rules."""
    commands = [*enumerate(command for _, command in plan.moves)]
    commands += [(moves + place, command) for place, (_, command) in enumerate(plan.rules)]
    return commands + ([(moves + rules, plan.otherwise)] if plan.otherwise is not None else [])


def free_numbers(plan: Plan, moves: int, rules: int) -> list[tuple[int, str, str]]:
    """Where a plan's numbers are free: (place, order, name)."""
    found = [(place, "at", at) for place, (at, _) in enumerate(plan.moves) if isinstance(at, str)]
    return found + [
        (place, order, value)
        for place, command in commands_of(plan, moves, rules)
        for order, value in written_orders(command).items()
        if isinstance(value, str)
    ]
