"""What stands of a plan's orders as one number: as many numbers as there are sets of orders."""

from __future__ import annotations

from itertools import product

import jax.numpy as jnp
import numpy as np

from countermove.games.one_month import standing_orders
from countermove.world.plan import ORDERS, Sheet
from countermove.world.state import Orders

FIRST = {"flow": 1.0, "effort": 1.0, "sanctions": 0.1, "offer": 5.0, "ceiling": 8.0}


def a_sheet(*commands: dict[str, float]) -> Sheet:
    """A plan that gives these orders: one move, then rules, and nothing else where they are silent."""
    rows = np.full((len(commands) + 1, len(ORDERS)), np.nan, np.float32)
    for row, command in zip(rows, commands, strict=False):
        for order, value in command.items():
            row[ORDERS.index(order)] = value
    return Sheet(at=None, moves=rows[:1], guard=None, rules=rows[1:-1], otherwise=rows[-1], silent=None, span=None, delivery=None)


def numbers(sheet: Sheet, sets: list[dict[str, float]]) -> list[float]:
    """The number of each set of orders, the first day's changed so."""
    wars = {name: jnp.asarray([{**FIRST, **one}.get(name, 0.0) for one in sets], jnp.float32) for name in Orders._fields}
    first = {name: jnp.full(len(sets), FIRST.get(name, 0.0), jnp.float32) for name in Orders._fields}
    return np.asarray(standing_orders(sheet, Orders(**wars), Orders(**first))).tolist()


def test_two_sets_of_shares_are_two_numbers() -> None:
    """Sanctions of 0.4 with a line of 0.2, and a restraint of 0.8 with sanctions of 0.1, once had one number; the first day's has 0."""
    one, other = {"sanctions": 0.4, "line": 0.2}, {"restraint": 0.8, "sanctions": 0.1}
    found = numbers(a_sheet(one, other), [one, other, {}])
    assert found[0] != found[1] and found[2] == 0 and min(found[:2]) > 0


def test_no_two_sets_that_a_plan_can_make_have_one_number() -> None:
    """Every order at each of its values or as on the first day, in all combinations; a value that is ordered twice, or is the first day's, is one."""
    commands = [
        {"sanctions": 0.4, "line": 0.2, "restraint": 0.8, "ceiling": 4.0, "offer": 12.0},
        {"sanctions": 0.1, "line": 0.9, "restraint": 0.3, "ceiling": 8.0, "effort": 0.5, "brigades": 3.0},
        {"sanctions": 0.4, "line": 0.5, "announce": 1.0, "effort": 0.25, "offer": 5.0},
    ]
    values = {name: {FIRST.get(name, 0.0), *(one[name] for one in commands if name in one)} for one in commands for name in one}
    values |= {"flow": {0.0, 1.0}, "answer": {0.0, 1.0, 2.0}}
    sets = [dict(zip(values, one, strict=True)) for one in product(*values.values())]
    found = numbers(a_sheet(*commands), sets)
    assert len(sets) == 2 * 4 * 3 * 2 * 2 * 3 * 2 * 2 * 2 * 3
    assert len(set(found)) == len(sets) == max(found) + 1
