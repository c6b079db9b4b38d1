"""Measures of two runs over the weighted theories of each, and what each measure does to the points of a plan: B - A with its error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from countermove.decision.cells import shares_of
from countermove.questions.compare.contrast import contrast, mixture, sums_of
from countermove.questions.compare.run_settings import pairing
from countermove.questions.compare.sides import CompareRequest, PairedOutcomes, RunSide, pair_of


@dataclass(frozen=True)
class MeasureChange:
    """One measure of one plan, over the theories by the weights of each side: in A, in B, and B - A with its standard error, in `unit`."""

    strategy: str
    measure: str
    unit: str
    a: float
    b: float
    change: float
    se: float


def over_theories(sides: Sequence[RunSide], measures: Sequence[str]) -> tuple[MeasureChange, ...]:
    """Those of these measures that both runs have, plan by plan; of theories that one run lacks no side counts any.

    Raises DecisionError where the two have no strategy or no theory in common.
    """
    pair = pair_of(sides, CompareRequest())
    paired = pairing(pair)[0] != "no"
    reading = PairedOutcomes(pair)
    shares = [shares_of(pair.theories, {name: side.tables["weights"].get(name, 0.0) for name in pair.theories}) for side in sides]
    found: list[MeasureChange] = []
    for measure in measures:
        if measure not in pair.measures:
            continue
        a, b = (mixture(sums_of(cube), share) for cube, share in zip(reading.cubes(measure), shares, strict=True))
        rows = contrast(a, b, paired=paired)
        for place, (name, _) in enumerate(pair.strategies):
            first, second, change, se = (float(part[place]) for part in (rows.a, rows.b, rows.difference, rows.se))
            found.append(MeasureChange(name, measure, pair.b.measures[measure], first, second, change, se))
    return tuple(found)
