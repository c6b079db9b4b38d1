"""Finding one cell of the runs: a strategy under a theory, and a measure in it. A wrong address is an error that names the right ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from countermove.decision.findings import WEIGHTED
from countermove.engine.runs import Runs
from countermove.errors import DecisionError
from countermove.spelling import closest
from countermove.world.measure import MEASURE_NAMES

"""What stands in the place of a theory's name where the theories are mixed by their weights."""


def nearest(name: str, known: Iterable[str]) -> str:
    """What to do about a name nobody knows: "Did you mean ...?", else the known names."""
    names = tuple(known)
    near = closest(name, names)
    return f"Did you mean {near}?" if near else f"Known: {', '.join(names)}"


def outcomes_of(runs: Runs, strategy: str, theory: str) -> np.ndarray:
    """The outcomes [M, D, L] of one strategy under one theory; raises DecisionError for one that was not run."""
    for name, known, noun in ((strategy, runs.strategies, "strategy"), (theory, runs.theories, "theory")):
        if name not in known:
            raise DecisionError(f'the {noun} "{name}" was not run', next=nearest(name, known))
    found = runs.outcomes[strategy, theory]
    wanted = (len(MEASURE_NAMES), runs.draws, runs.lucks)
    if found.shape != wanted:
        raise DecisionError(f"outcomes have the shape {found.shape}, not {wanted}", where=f"{strategy} under {theory}")
    return found


def row_of(measure: str) -> int:
    """The place of a measure in the outcomes; raises DecisionError with the nearest name."""
    if measure not in MEASURE_NAMES:
        raise DecisionError(f'"{measure}" is not a measure', next=nearest(measure, MEASURE_NAMES))
    return MEASURE_NAMES.index(measure)


def shares_of(theories: tuple[str, ...], weights: Mapping[str, float]) -> np.ndarray:
    """The theories' weights [T] in the order of the runs, made to sum to 1.

    Raises:
        DecisionError: a theory without a weight, a weight for a theory that was not run, a weight that is negative or not finite,
            or nothing but zeros.
    """
    lost = [theory for theory in theories if theory not in weights]
    if lost:
        raise DecisionError(f"no weight for {', '.join(lost)}", next="Give every theory that was run a weight; 0 leaves it out")
    extra = [theory for theory, weight in weights.items() if theory not in theories and weight != 0]
    if extra:
        raise DecisionError(f"a weight for {', '.join(extra)}, which was not run", next=f"Run: {', '.join(theories)}")
    shares = np.array([weights[theory] for theory in theories], np.float64)
    wrong = [theory for theory, share in zip(theories, shares, strict=True) if not (np.isfinite(share) and share >= 0)]
    if wrong:
        raise DecisionError(f"the weight of {', '.join(wrong)} is not a number from 0 up")
    if shares.sum() <= 0:
        raise DecisionError("all weights of the theories are zero", next="Give at least one theory a weight above 0")
    return shares / shares.sum()


def mixtures(theories: tuple[str, ...], weights: Mapping[str, float] | None) -> dict[str, np.ndarray]:
    """Each theory as a mixture [T] of itself alone, and last, where weights are given, the weighted one."""
    alone = dict(zip(theories, np.eye(len(theories)), strict=True))
    return alone if weights is None else {**alone, WEIGHTED: shares_of(theories, weights)}
