"""The readable values that a searched strategy may take. They stay within what some strategy of the scenario proposes: nobody's rung, no arms
that nobody spoke of, no better enforcement than anybody claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from countermove.decision.cells import nearest
from countermove.engine.plans import DEFAULT_ENFORCEMENT
from countermove.engine.points import span_of
from countermove.engine.program import Program
from countermove.errors import DecisionError
from countermove.scenario.schema import WrittenOrders
from countermove.world.expression import Name
from countermove.world.observable import OBSERVABLE
from countermove.world.plan import Answer

MONTHS = (0, 1, 2, 3, 4, 6, 9, 12, 15, 18, 24, 30, 36, 48, 60, 72, 96, 120)
FACTORS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0)
MOST_BRIGADES = 7
MOST_SANCTIONS = 0.9  # as the answers of the gap check have it


@dataclass(frozen=True)
class Limits:
    """What may be ordered: rungs from the lowest to the highest that is proposed, volumes in million USD, the best enforcement."""

    start: int
    length: int  # months
    rungs: tuple[str, ...]
    volumes: tuple[float, ...]
    enforcement: float
    sanctions: float
    alliance: bool
    kept: frozenset[str] = frozenset()  # orders that stay as they are written
    ordered: ClassVar[tuple[str, ...]] = ("rung", "step", "volume", "enforcement", "ceiling", "sanctions", "diplomacy", "brigades")

    def months(self, at: int) -> tuple[int | None, ...]:
        """Dates of a move, as months on the calendar; None: never."""
        near = {self.start + month for month in MONTHS if month < self.length} | {at}
        return (*sorted(near), None)

    def thresholds(self, name: Name, value: float) -> tuple[float, ...]:
        """What a quantity may be compared with."""
        if name.what == "months":
            found: Iterable[float] = (month for month in MONTHS if 0 < month < self.length)
        elif name.what == "rung":
            found = range(1, 10)
        elif OBSERVABLE[name.what].share:
            found = (step / 20 for step in range(1, 20))
        elif OBSERVABLE[name.what].signed:
            found = (step / 10 for step in range(-10, 11))
        else:
            found = (_readable(value * factor) for factor in FACTORS)
        return tuple(sorted({float(one) for one in found} | {value}))

    def orders(self, what: str, value: Any) -> tuple[Any, ...]:
        """The levels of one order, the written value among them; None, no such order, first."""
        if what == "announce" or what in self.kept:  # whether arms can be kept secret is not the search's to choose
            return (value,)
        found = dict.fromkeys((None, *self._orders(what, value), value))
        if what == "enforcement" and value is not None:
            del found[None]  # left out it would not be nothing, but the usual
        return tuple(found)

    def _orders(self, what: str, value: Any) -> Iterator[Any]:
        if what in ("rung", "ceiling"):
            yield from self.rungs
        elif what == "volume":
            yield from self.volumes
        elif what == "conditions":
            yield from (("not-at-contact-line",), ("no-offensives",), ("not-at-contact-line", "no-offensives"))
        elif what == "enforcement":
            yield from (step / 10 for step in range(3, 11) if step / 10 <= self.enforcement)
        elif what == "sanctions":
            yield from (step / 10 for step in range(11) if step / 10 <= self.sanctions)
        elif what == "brigades" and self.alliance:
            yield from range(1, MOST_BRIGADES + 1)
        elif what == "diplomacy":
            yield from ("none", "low", "normal", "high")
        elif what == "answer":
            yield from ("grant", "refuse")
        elif what == "step" and value is not None:
            yield from (-2, -1, 1, 2)

    def answer(self, one: Answer) -> WrittenOrders | None:
        """An answer of the gap check, or to a request, as the orders of a rule; None where such orders are to stay as they are."""
        orders: dict[str, dict[str, Any]] = {
            "up": {"step": 1},
            "down": {"step": -1},
            "stop": {"rung": self.rungs[0]},
            "talk": {"diplomacy": "high"},
            "reassure": {"brigades": float(MOST_BRIGADES)},
            "sanction": {"sanctions": self.sanctions},
            "grant": {"answer": "grant"},
            "refuse": {"answer": "refuse"},
        }
        given = orders[one.name]
        return None if self.kept & given.keys() or ("rung" in self.kept and "step" in given) else WrittenOrders(**given)


def limits_of(program: Program, keep: Iterable[str] = ()) -> Limits:
    """The limits of a scenario, by what its strategies order. Raises DecisionError for an order to be kept that the language does not have."""
    scenario = program.scenario
    kept = frozenset(name.replace("-", "_") for name in keep)
    for name in sorted(kept - set(WrittenOrders.model_fields)):
        raise DecisionError(f'no order called "{name}"', next=nearest(name, WrittenOrders.model_fields))
    every = list(_every(program))
    low, high = span_of(program.plans)
    bought = sorted({one.volume for one in every if one.volume is not None})
    enforced = [DEFAULT_ENFORCEMENT if one.enforcement is None else one.enforcement for one in every if one.conditions]
    return Limits(
        start=scenario.clock.start,
        length=scenario.clock.months,
        rungs=tuple(rung.name for rung in scenario.patrons[scenario.owner].ladder[low : high + 1]),
        volumes=tuple(sorted({_readable(volume * factor) for volume in bought for factor in (0.25, 0.5, 1, 2, 4)})),
        enforcement=max(enforced, default=DEFAULT_ENFORCEMENT),
        sanctions=max([MOST_SANCTIONS, *(one.sanctions for one in every if one.sanctions is not None)]),
        alliance=program.cast.alliance,
        kept=kept,
    )


def _every(program: Program) -> Iterator[WrittenOrders]:
    for strategy in program.scenario.strategies.values():
        yield from (move.then for move in strategy.moves)
        yield from (rule.then for rule in strategy.when)
        if strategy.otherwise is not None:
            yield strategy.otherwise


def _readable(value: float) -> float:
    """Two digits of a number."""
    return float(f"{value:.2g}")
