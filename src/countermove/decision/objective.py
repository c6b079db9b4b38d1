"""What a run is worth to the decision owner, in points."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from countermove.decision.cells import outcomes_of, row_of
from countermove.engine.runs import Runs
from countermove.errors import DecisionError
from countermove.scenario.schema import Objective
from countermove.world.measure import MEASURE, MEASURES, Measure, may_be_absent


def required(objective: Objective | None) -> Objective:
    """The objective; raises DecisionError where the scenario wrote none, or one that values nothing, or a ratio.

    A ratio is refused whatever the runs: whether one of them happens to lack it is chance, and a larger run would end where a smaller did not.
    """
    if objective is None:
        raise DecisionError(
            "the scenario has no objective, so no strategy is better than another",
            next="Write `objective:` with the points of each measure",
        )
    if not objective.values:
        raise DecisionError("the objective values nothing", next="Give at least one measure points")
    ratio = next((name for name in objective.values if name in MEASURE and MEASURE[name].kind == "ratio"), None)
    if ratio is not None:
        raise DecisionError(
            f"the objective values {ratio}, a ratio, which a run does not have where it is over nothing",
            next="Give points to a count or an event instead",
        )
    return objective


def points(runs: Runs, objective: Objective | None, strategy: str, theory: str) -> np.ndarray:
    """The worth of every run, [D, L] float64: the sum over the objective's measures of points x measure / per.

    Raises:
        DecisionError: no objective, an address that does not exist, or a measure that some run does not have (a ratio over nothing).
    """
    return worth_of(outcomes_of(runs, strategy, theory), objective, f"{strategy} under {theory}")


def worth_of(measured: np.ndarray, objective: Objective | None, where: str) -> np.ndarray:
    """The worth [...] of measures [M, ...] in the order of MEASURES, as `points` has it; `where` they come from."""
    written = required(objective)
    worth = weighed(measured, written)
    if not np.isfinite(worth).all():
        lost = {name: int((~np.isfinite(measured[row_of(name)])).sum()) for name in written.values}
        raise absent_value(lost, measured[0].size, where)
    return worth


def weighed(measured: np.ndarray, written: Objective) -> np.ndarray:
    """The worth [...] of measures [M, ...]: nan where one that is valued is absent. Raises DecisionError for points per nothing."""
    worth = np.zeros(measured.shape[1:], np.float64)
    for name, value in written.values.items():
        row = row_of(name)
        if not value.per > 0:
            raise DecisionError(f"points per {value.per:g} {value.unit}", where=f"objective.{name}", next="Write a number above 0")
        worth += value.points / value.per * np.asarray(measured[row], np.float64)
    return worth


def absent_value(lost: Mapping[str, int], runs: int, where: str) -> DecisionError:
    """What is said where runs lack a measure that is valued; by measure in how many of them it is lost."""
    for name, count in lost.items():
        if count:
            return DecisionError(
                f"the objective values {name}, which {count} of {runs} runs do not have",
                where=where,
                next=_instead(MEASURES[row_of(name)]),
            )
    return DecisionError("the objective's points are not finite", where=where)


def _instead(measure: Measure) -> str:
    """What to do about a measure that some run does not have."""
    if measure.of_rivals:
        return "It is of the patrons on other sides: where there are none, give points to another measure"
    if may_be_absent(measure):
        return f"It is judged after {measure.horizon} months: write a clock of as many, or give points to another measure"
    return ""
