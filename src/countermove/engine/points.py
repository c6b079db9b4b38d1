"""Decision points: the cells of what the owner sees, generated for every scenario; the scenario's contingencies add cells and wording."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from countermove.engine.program import Program
from countermove.world.cast import Cast
from countermove.world.expression import Apply, Constant, Expression, Name, names, text
from countermove.world.plan import ANSWERS, Cell, Plan

OVERT = 8  # rung from which nobody denies it
REGULARS = 7
# what happens in one month, where the rest are conditions that last
EVENTS = ("truce-begins", "truce-breaks", "clash", "incident", "exchange", "raises", "asks")


def cells_of(program: Program) -> tuple[Cell, ...]:
    """The cells in the order in which they speak: the scenario's contingencies, then the standard partition; no condition twice.

    A contingency that is a cell of the standard partition gives it its words.
    """
    written = [Cell(name, one.if_, one.ask, written=True) for name, one in program.scenario.contingencies.items()]
    every = [_fitting(program, cell) for cell in (*written, *standard(program))]
    seen: set[str] = set()
    out: list[Cell] = []
    for cell in every:
        said = text(cell.guard).replace(f"incident.{program.cast.theatre}", "incident")
        if said not in seen:
            seen.add(said)
            out.append(cell)
    return tuple(sorted(out, key=lambda cell: cell.request))  # a request speaks for itself, beside whatever else there is


def momentary(guard: Expression) -> bool:
    """Whether a condition is an event, or several joined by and, or: one `within` some months lasts, and so does that none happened."""
    if isinstance(guard, Apply) and guard.op in ("and", "or"):
        return all(momentary(part) for part in guard.args)
    return isinstance(guard, Name) and guard.what in EVENTS


def _request(cast: Cast, guard: Expression) -> bool:
    return isinstance(guard, Name) and (guard.of, guard.what) == (cast.sides[0], "asks")


def _fitting(program: Program, cell: Cell) -> Cell:
    """The cell with what follows from its guard: whether it lasts, is a request, and what can be done there."""
    request = _request(program.cast, cell.guard)
    answers = (0, 1) if request else answers_of(program.cast, cell.guard)
    return replace(cell, lasting=not momentary(cell.guard), request=request, answers=answers)


def answers_of(cast: Cast, guard: Expression) -> tuple[int, ...]:
    """Answers that have to do with a condition: the ladder and the talks always, sanctions where it speaks of a rival patron, brigades where
    it speaks of the alliance or of the rival in the open; as places in ANSWERS."""
    found = names(guard)
    rivals = {cast.patrons[j] for j in cast.enemies[0]}
    whose = {name.of for name in found}
    what = {name.what for name in found}
    alliance = bool(what & {"incident", "credibility", "clash", "direct-war"})
    kept = {"hold", "up", "down", "stop", "talk"}
    if whose & rivals or alliance:
        kept.add("sanction")
    if cast.alliance and (alliance or (whose & rivals and "rung" in what)):
        kept.add("reassure")
    return tuple(number for number, one in enumerate(ANSWERS) if one.name in kept)


def span_of(plans: Sequence[Plan]) -> tuple[int, int]:
    """The lowest and the highest rung that any of the strategies names: the part of the ladder that is talked about."""
    commands = [
        command
        for plan in plans
        for command in (*(c for _, c in plan.moves), *(c for _, c in plan.rules), *([plan.otherwise] if plan.otherwise else []))
    ]
    rungs = [command.rung for command in commands if isinstance(command.rung, int)]
    return (min(rungs), max(rungs)) if rungs else (0, OVERT)


def with_cells(program: Program) -> Program:
    """The program whose plans are asked at every cell; `otherwise` is left out, so that what it covers up can be counted."""
    cells, span = cells_of(program), span_of(program.plans)
    return program.with_plans([replace(plan, cells=cells, span=span, otherwise=None) for plan in program.plans])


def _event(of: str, what: str) -> Name:
    return Name(of, what, 0, "boolean")


def _at_least(of: str, what: str, value: float) -> Apply:
    return Apply(">=", (Name(of, what), Constant(value)), "boolean")


def standard(program: Program) -> Iterator[Cell]:
    """The partition that every scenario has, gravest first. Questions name the actors by their titles."""
    cast, title = program.cast, program.titles.actor
    owner, client = cast.patrons[0], cast.sides[0]
    if cast.enemies[0]:  # nobody to clash with otherwise
        yield Cell("clash", _event("", "clash"), f"forces of {title(owner)} and of its rival fight each other")
    if cast.alliance and cast.enemies[0]:
        where = f" ({title(cast.theatre)})" if cast.theatre else ""
        yield Cell("spread", _event("", "incident"), f"the conflict spreads to where the alliance is at stake{where}")
    for j in cast.enemies[0]:
        yield from _rival(program, j, client)
    yield Cell(f"{client} attacks", _event(client, "attacks"), f"an offensive of {title(client)} begins")
    for i, side in enumerate(cast.sides):
        if i > 0:
            yield Cell(f"{side} attacks", _event(side, "attacks"), f"an offensive of {title(side)} begins")
    yield Cell(f"{client} losing", _event(client, "losing"), f"{title(client)} is losing")
    yield Cell(f"{client} winning", _event(client, "winning"), f"{title(client)} is winning")
    yield Cell("truce breaks", _event("", "truce-breaks"), "a truce breaks")
    yield Cell("truce begins", _event("", "truce-begins"), "a truce begins")
    for months in _deadlines(program):
        unsettled = Apply("not", (_event("", "settled"),), "boolean")
        guard = Apply("and", (_at_least("", "months", months), unsettled), "boolean")
        yield Cell(f"no settlement after {months} months", guard, f"{months} months have passed and the war is not settled")
    yield Cell(f"{client} asks", _event(client, "asks"), f"{title(client)} asks for more", request=True)


def _rival(program: Program, j: int, client: str) -> Iterator[Cell]:
    rival, title = program.cast.patrons[j], program.titles.actor
    rung, before = Name(rival, "rung"), Name(rival, "rung", -1)
    yield Cell(f"{rival} openly", _at_least(rival, "rung", OVERT), f"{title(rival)} comes in openly")
    losing = Apply("and", (_at_least(rival, "rung", REGULARS), _event(client, "losing")), "boolean")
    yield Cell(
        f"{rival} regulars, {client} losing",
        losing,
        f"{title(rival)} has regular units in the field while {title(client)} is losing",
    )
    yield Cell(f"{rival} quits", _event(rival, "quits"), f"{title(rival)} leaves the war")
    yield Cell(f"{rival} raises", _event(rival, "raises"), f"{title(rival)} raises its support")
    yield Cell(f"{rival} lowers", Apply("<", (rung, before), "boolean"), f"{title(rival)} lowers its support")


def _deadlines(program: Program) -> list[int]:
    """The deadlines of the objective that fall inside the run; of the measures' own where no objective names one."""
    objective = program.scenario.objective
    named = [name for name in (objective.values if objective is not None else ()) if name.startswith("settlement-by-")]
    found = sorted({int(name.split("-")[2]) for name in named}) or [24]
    return [months for months in found if months < program.cast.months]
