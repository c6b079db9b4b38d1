"""The gains of a theory that several wars share, and what one war says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from countermove.engine.draws import columns, sample, width
from countermove.engine.program import Program
from countermove.errors import EvidenceError
from countermove.evidence.smc2 import log_mean_exp
from countermove.evidence.theory_evidence import Evidence, effective_draws
from countermove.world.shapes import checked

Floats = NDArray[np.float64]
MOST_SHARED = 2  # the nodes of the quadrature over the mean gains are a product


def gain_column(program: Program, parameter: str) -> int:
    """The column of a draw (a standard normal, or its uniform) that decides a parameter of the rival.

    Raises EvidenceError where no single column does: the number is certain, or several experts answer for it.
    """
    found = columns(program, parameter, program.rival)
    if len(found) != 1:
        raise EvidenceError(
            f"{parameter} hangs on {len(found)} coordinates of a draw, not on one",
            where=program.scenario.scenario,
            next="A gain that wars share needs one prior distribution",
        )
    return found[0]


def shared_gains(programs: Sequence[Program], theory: str) -> tuple[str, ...]:
    """The gains of a theory that the wars can share: those that it says may be, uncertain in each war, with one and the same prior.

    How strongly a patron answers is shared; lines, delays, fatigue and noise belong to each war alone.
    """
    asked = next((one.shared for program in programs for one in program.theories if one.name == theory), ())
    priors = {name: {program.priors[name][program.rival] for program in programs} for name in asked}
    return tuple(name for name, found in priors.items() if len(found) == 1 and all(width(prior) == 1 for prior in found))


def gain_at(program: Program, parameter: str, u: Floats) -> Floats:
    """The rival's parameter, in its own unit, at standard-normal coordinates [N]."""
    found = sample(program.priors[parameter][program.rival], ndtr(u)[:, None])[0]
    return np.clip(found, *program.supports.get(parameter, (-np.inf, np.inf)))


@dataclass(frozen=True)
class WarGains:
    """What one war says under one theory: `each` of I log evidences of populations, and their G posterior draws of the shared gains.

    `u`: standard-normal coordinates, K of them (0 where nothing is shared); `weight` sums to 1 in each population.
    Raises EvidenceError where there is no draw or a number is not finite.
    """

    war: str
    log_evidences: Annotated[Floats, "I"]
    u: Annotated[Floats, "I G K"]
    weight: Annotated[Floats, "I G"]

    def __post_init__(self) -> None:
        """Check shapes and numbers."""
        if self.weight.size == 0:
            raise EvidenceError("no posterior draws", where=self.war, next="Follow the record with at least one population")
        checked(self, EvidenceError, self.war)
        if self.u.shape[2] > MOST_SHARED:
            raise EvidenceError(f"{self.u.shape[2]} shared gains, at most {MOST_SHARED}", where=self.war)
        if not (np.isfinite(self.log_evidences).all() and np.isfinite(self.u).all() and np.isfinite(self.weight).all()):
            raise EvidenceError("a log evidence, a draw or a weight is not finite", where=self.war)
        if (self.weight < 0).any() or not np.allclose(self.weight.sum(axis=1), 1):
            raise EvidenceError("the weights of a population do not add up to 1", where=self.war)

    @property
    def log_evidence(self) -> float:
        """Of all populations together."""
        return log_mean_exp(self.log_evidences)

    @property
    def mass(self) -> Floats:
        """Weight [I, G] of each draw among all of them."""
        share = np.exp(self.log_evidences - self.log_evidences.max())
        return self.weight * (share / share.sum())[:, None]

    def effective(self, mass: Floats) -> float:
        """Effective number of draws of these masses [I, G]; a value that stands there several times counts once."""
        if self.u.shape[2] == 0:
            return float("nan")
        return effective_draws(self.u.reshape(-1, self.u.shape[2]), mass.reshape(-1))


def gains_of(war: str, program: Program, evidence: Evidence, parameters: Sequence[str]) -> WarGains:
    """What the exact evidence of a war says of some of its theory's parameters."""
    populations = len(evidence.by_population)
    if populations == 0 or len(evidence.weight) == 0 or len(evidence.weight) % populations:
        raise EvidenceError(f"{len(evidence.weight)} draws of {populations} populations", where=war)
    at = [gain_column(program, name) for name in parameters]
    mass = evidence.weight.reshape(populations, -1)
    total = mass.sum(axis=1, keepdims=True)  # 0 for a population whose evidence is next to nothing beside another's
    even = np.full_like(mass, 1 / mass.shape[1])
    weight = np.divide(mass, total, out=even, where=total > 0)
    return WarGains(war, evidence.by_population, evidence.z[:, at].reshape(*mass.shape, len(at)), weight)
