"""Written strategies with every name resolved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from countermove.errors import CompileError
from countermove.scenario.schema import Scenario, WrittenOrders
from countermove.world.expression import names, reach
from countermove.world.plan import COMPLETIONS, FREE, ORDERS, OTHERWISE, Command, Plan, Playbook, Sheet, written_orders

_EFFORT = {"none": -0.10, "low": -0.05, "normal": 0.0, "high": 0.10}
_ANSWER = {"grant": 1, "refuse": 2}
DEFAULT_ENFORCEMENT = 0.8


def command_of(scenario: Scenario, orders: WrittenOrders) -> Command:
    """One move's or rule's orders, resolved on the owner's ladder."""
    ladder = scenario.patrons[scenario.owner].ladder
    places = {rung.name: number for number, rung in enumerate(ladder)}
    rung = None if orders.rung is None else places[orders.rung]
    ceiling = None if orders.ceiling is None else places[orders.ceiling]
    if orders.exit:
        rung, ceiling = 0, 0
    line = restraint = None
    if orders.conditions is not None:
        strength = DEFAULT_ENFORCEMENT if orders.enforcement is None else orders.enforcement
        line = strength if "not-at-contact-line" in orders.conditions else 0.0
        restraint = strength if "no-offensives" in orders.conditions else 0.0
    volume = None
    if orders.volume is not None and rung is not None:
        step = ladder[rung]
        volume = (step.heavy, step.counter_heavy, orders.volume, step.lag)
    return Command(
        rung=rung,
        step=orders.step,
        volume=volume,
        line=line,
        restraint=restraint,
        announce=None if orders.announce is None else float(orders.announce),
        sanctions=orders.sanctions,
        effort=None if orders.diplomacy is None else _EFFORT[orders.diplomacy],
        offer=orders.peacekeeping_offer,
        brigades=orders.brigades,
        ceiling=ceiling,
        answer=None if orders.answer is None else _ANSWER[orders.answer],
    )


def plan_of(scenario: Scenario, name: str) -> Plan:
    """The plan of one written strategy."""
    written = scenario.strategies[name]
    start = scenario.clock.start
    return Plan(
        name=name,
        moves=tuple((move.at - start, command_of(scenario, move.then)) for move in written.moves),
        rules=tuple((rule.if_, command_of(scenario, rule.then)) for rule in written.when),
        otherwise=None if written.otherwise is None else command_of(scenario, written.otherwise),
        completion=written.completion,
    )


def lags_of(scenario: Scenario, plans: Sequence[Plan]) -> tuple[tuple[str, str, int], ...]:
    """How far back each name is read by any rule, or by the guard of a cell."""
    furthest: dict[tuple[str, str], int] = {}
    for plan in plans:
        for guard in (*(guard for guard, _ in plan.rules), *(cell.guard for cell in plan.cells)):
            back = -reach(guard)[0]
            for name in names(guard) if back > 0 else ():
                key = (name.of, name.what)
                if name.of != FREE:
                    furthest[key] = max(furthest.get(key, 0), back)
    return tuple((of, what, back) for (of, what), back in sorted(furthest.items()))


def sheet_of(book: Playbook, plan: Plan) -> Sheet:
    """A plan as numbers. Its conditions are in the playbook, and so are its free numbers: they stay nan here.

    Raises CompileError where the playbook has no room for it.
    """
    places = book.places(plan)
    if places is None:
        raise CompileError(f"the program has no room for the orders of {plan.name}")
    at, guard = np.full(book.moves, np.nan, np.float32), np.full(book.rules, -1, np.int32)
    for place, (month, _) in zip(places[0], plan.moves, strict=True):
        at[place] = np.nan if isinstance(month, str) else month
    for place, (condition, _) in zip(places[1], plan.rules, strict=True):
        guard[place] = book.guards.index(condition)
    silent = COMPLETIONS.index(plan.completion) if plan.otherwise is None else OTHERWISE
    return Sheet(
        at=at,
        moves=_table(zip(places[0], (command for _, command in plan.moves), strict=True), book.moves),
        guard=guard,
        rules=_table(zip(places[1], (command for _, command in plan.rules), strict=True), book.rules),
        otherwise=_table([(0, plan.otherwise)], 1)[0],
        silent=np.int32(silent),
        span=np.array(plan.span, np.float32),
        delivery=np.float32(plan.first_delivery),
    )


def _table(commands: Iterable[tuple[int, Command | None]], rows: int) -> np.ndarray:
    """Orders number by number [rows, ORDERS]; nan where nothing is ordered, or where the number is free."""
    out = np.full((rows, len(ORDERS)), np.nan, np.float32)
    for row, command in commands:
        for order, value in written_orders(command).items():
            out[row, ORDERS.index(order)] = np.nan if isinstance(value, str) else value
    return out
