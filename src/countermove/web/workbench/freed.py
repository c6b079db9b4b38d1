"""Numbers in the conditions of rules as numbers of a run: a program compiled once plays a plan whatever they are.

A condition is compiled; the numbers that it compares with need not be. Each is given a name of its own by its place (plan, rule, number), and its
value travels beside the parameters of the run. The conditions of contingencies stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from countermove.engine.months import Job
from countermove.engine.program import Program
from countermove.engine.run import Batch, Engine
from countermove.world.expression import COMPARISONS, Apply, Constant, Expression, Name
from countermove.world.plan import FREE, Plan

_OPEN = frozenset((*COMPARISONS, "+", "-", "*", "/", "and", "or", "not", "min", "max", "abs"))
"""Operators below which a number may be free: not `within`, whose months decide what is remembered."""


def freed(plans: Sequence[Plan], values: dict[str, float]) -> list[Plan]:
    """The plans with every number of a condition free that can be; the numbers are put into `values` by the names that stand in their places.

    Plans of one name are one plan.
    """
    order = {name: place for place, name in enumerate(dict.fromkeys(plan.name for plan in plans))}
    return [
        replace(
            plan,
            rules=tuple(
                (_open(guard, f"{order[plan.name]}.{r}", values), command) for r, (guard, command) in enumerate(plan.rules)
            ),
        )
        for plan in plans
    ]


def _open(tree: Expression, place: str, values: dict[str, float]) -> Expression:
    if isinstance(tree, Constant) and tree.type == "number":
        values[place] = tree.value
        return Name(FREE, place)
    if isinstance(tree, Apply) and tree.op in _OPEN:
        return replace(tree, args=tuple(_open(arg, f"{place}.{number}", values) for number, arg in enumerate(tree.args)))
    return tree


class OpenEngine(Engine):
    """An engine of a program whose conditions are compiled without their numbers. `program` is as it was written."""

    def __init__(self, program: Program) -> None:
        """Nothing is compiled yet."""
        found: dict[str, float] = {}
        plans = freed((*program.written, *program.plans), found)
        count = len(program.written)
        super().__init__(replace(program, plans=tuple(plans[count:]), written=tuple(plans[:count])))
        self.program = program
        self.values: dict[str, NDArray[np.float32]] = {name: np.full(1, value, np.float32) for name, value in found.items()}

    def job(self, batch: Batch, strategy: str, theory: str, runs: np.ndarray) -> Job:
        """As every engine's, with the numbers of the conditions."""
        found = super().job(batch, strategy, theory, runs)
        return found._replace(params={**found.params, **self.values})
