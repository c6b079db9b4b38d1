"""The questions that a game put to its owner: the cells of the gap check and the scenario's contingencies that arose, and what was ordered then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from countermove.behaviour.observed_names import observed_now
from countermove.engine.points import cells_of
from countermove.play.player_course import Walked
from countermove.play.war import PERSON
from countermove.scenario.explain import orders_in_words
from countermove.scenario.seat_orders import SeatOrders
from countermove.world.expression import Name, evaluate
from countermove.world.plan import Cell
from countermove.world.words import capitalized


@dataclass(frozen=True)
class Silence:
    """A question that a game put: in which months it arose (from 0), and what the owner ordered in each of them; nothing is an empty text."""

    cell: Cell
    months: tuple[int, ...]
    ordered: tuple[str, ...]

    @property
    def unanswered(self) -> int:
        """In how many of the months nothing was ordered."""
        return sum(not text for text in self.ordered)


def debrief_question(cell: Cell, owner: str) -> str:
    """The question that a cell puts, as it is asked of a game that is over; one that the scenario writes is as it is written."""
    return capitalized(cell.ask) if cell.written else f"{capitalized(cell.ask)}. What did {owner} do?"


def silences_met(walked: Walked) -> tuple[Silence, ...]:
    """Every question that arose, the gravest first, as the owner saw the war at the start of each month.

    A condition that lasts arises when it begins, and not where it held on the first day; an event in every month in which it is seen.
    """
    program = walked.war.program
    series: dict[tuple[str, str], np.ndarray] = {}
    found: list[Silence] = []
    for cell in cells_of(program):
        holds = np.array([_holds(walked, cell, month, series) for month in range(walked.months)])
        entered = holds & ~np.concatenate([[True], holds[:-1]]) if cell.lasting else holds
        months = tuple(int(month) for month in np.flatnonzero(entered))
        if months:
            found.append(Silence(cell, months, tuple(owner_ordered(walked, month) for month in months)))
    return tuple(found)


def _holds(walked: Walked, cell: Cell, month: int, series: dict[tuple[str, str], np.ndarray]) -> bool:
    def look(name: Name) -> np.ndarray:
        key = (name.of, name.what)
        if key not in series:
            series[key] = _series(walked, *key)
        value = series[key][max(month + name.shift, 0)]
        return value > 0.5 if name.type == "boolean" else value

    return bool(evaluate(cell.guard, look))


def _series(walked: Walked, of: str, what: str) -> np.ndarray:
    """A name of the language at the start of each month, as the owner sees it [T]."""
    cast = walked.war.engine.kernel.cast
    where = "" if what == "incident" else of
    values: list[float] = []
    for month, standing in enumerate(walked.standings[:-1]):
        sight = walked.wars[month].sight(standing)
        seen = observed_now(cast, standing.lanes.state, sight, np.float32(month), where, what)
        values.append(float(np.asarray(seen, np.float64).ravel()[0]))
    return np.array(values)


def owner_ordered(walked: Walked, month: int) -> str:
    """What the owner ordered in a month (from 0), nothing as an empty text; where a written plan plays it, its silence or its name."""
    program = walked.war.program
    owner = program.cast.patrons[0]
    player = walked.wars[month].player(owner)
    if player != PERSON:
        silent = float(np.asarray(walked.turns[month].passed.report.silent)[0]) > 0
        return "" if silent else f"as {program.titles.say_strategy(player)} says"
    written = walked.course.orders[month].get(owner, SeatOrders()).owner
    return (
        ""
        if written is None
        else in_words(orders_in_words(written), [rung.name for rung in program.scenario.patrons[owner].ladder])
    )


def in_words(text: str, names: Sequence[str]) -> str:
    """A phrase with the names of rungs as words."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, name.replace("-", " "))
    return text
