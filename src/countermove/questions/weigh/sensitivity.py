"""What other priors would have said, from the posterior draws at hand: priors raised to a power (Kallioinen et al. 2023).

In the standard-normal coordinates of the draws a prior to the power a is a normal of variance 1/a: below 1 wider, above 1 narrower. The evidence
under it over the evidence as it is equals the posterior mean of the ratio of the two priors; nothing is filtered anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countermove.engine.draws import columns
from countermove.engine.program import Program
from countermove.evidence.theory_evidence import Evidence, effective_draws, weights_of

Floats = NDArray[np.float64]
OWN_POWER, OTHER_POWER = 1.25, 1.1  # powers, and their inverses: of a theory's own few numbers, and of the many others


@dataclass(frozen=True)
class PowerWeights:
    """Priors to a power, of a theory's `own` numbers or of the rest: weights of the theories [H], and effective draws of each [H]."""

    own: bool
    power: float
    weights: Floats
    effective: Floats


def coordinates(program: Program, theory: str) -> tuple[list[int], list[int]]:
    """Coordinates of the rival's numbers that are the theory's own or borrowed, and of the numbers of no theory at all.

    Those of the other theories, and other patrons' theories, say nothing under this one.
    """
    theories = {one.name: one for one in program.theories}
    mine = (theory, *theories[theory].borrows)
    own: list[int] = []
    rest: list[int] = []
    for name, priors in program.priors.items():
        whose = name.split(".")[0]
        if whose in mine:
            own += columns(program, name, program.rival)
        elif whose not in theories:
            rest += [at for place in range(len(priors)) for at in columns(program, name, place)]
    return own, rest


def evidence_ratio(evidence: Evidence, at: Sequence[int], power: float) -> tuple[float, float]:
    """Log of the evidence under priors of the coordinates `at` to the power, less the log evidence; and the effective draws behind it."""
    if not at:
        return 0.0, evidence.effective
    z = evidence.z[:, at]
    logs = 0.5 * len(at) * np.log(power) - 0.5 * (power - 1) * np.square(z).sum(axis=1)
    weight = evidence.weight / evidence.weight.sum()
    top = logs.max()
    mass = weight * np.exp(logs - top)
    return float(np.log(mass.sum()) + top), effective_draws(z[:, 0], mass)


def weights_under_powers(program: Program, evidence: Sequence[Evidence], prior: Floats) -> tuple[PowerWeights, ...]:
    """The weights under wider and narrower priors, of the theories' own numbers and of all others."""
    out: list[PowerWeights] = []
    where = [coordinates(program, one.theory) for one in evidence]
    logs = np.log(weights_of(evidence, prior), out=np.full(len(evidence), -np.inf), where=prior > 0)
    for own, most in ((True, OWN_POWER), (False, OTHER_POWER)):
        for power in (1 / most, most):
            shift, many = np.transpose([evidence_ratio(one, at[not own], power) for one, at in zip(evidence, where, strict=True)])
            mass = np.exp(logs + shift - (logs + shift).max())
            out.append(PowerWeights(own, power, mass / mass.sum(), many))
    return tuple(out)
