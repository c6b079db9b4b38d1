"""What the exact road finds on many wars whose patrons share a theory's gains."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PooledWeights:
    """Weights of the theories by some of the wars, under equal priors, and the standard deviations that come of Monte Carlo."""

    wars: tuple[str, ...]
    weights: Mapping[str, float]
    sd: Mapping[str, float]

    @property
    def leader(self) -> str:
        """The theory of most weight."""
        return max(self.weights, key=lambda name: self.weights[name])


@dataclass(frozen=True)
class PooledTheory:
    """One theory on all wars: log evidence where they share its gains `parameters`, and `apart`, with gains drawn anew in every war.

    `between`: posterior mean of the share of the gains' variance that lies between wars; nan where nothing is shared.
    `given_others`: log density of each war's record, given those of the others.
    """

    theory: str
    parameters: tuple[str, ...]
    log_evidence: float
    sd: float
    apart: float
    between: float
    given_others: Mapping[str, float]


@dataclass(frozen=True)
class GainInWar:
    """A gain in one war, by this war `alone` and `shrunk` by the others: (mean, standard deviation) of its standard-normal coordinate.

    `gain_alone`, `gain_shrunk`: the parameter at those means, in its own unit. `effective`: what the war's posterior draws are worth, shrunk.
    """

    war: str
    alone: tuple[float, float]
    shrunk: tuple[float, float]
    gain_alone: float
    gain_shrunk: float
    effective: float


@dataclass(frozen=True)
class PooledGain:
    """A gain of a theory in the light of all wars: mean and standard deviation of what it is in wars at large (ubar, prior 0 and 1)."""

    theory: str
    parameter: str
    mean: float
    sd: float
    wars: tuple[GainInWar, ...]


@dataclass(frozen=True)
class ExactPool:
    """Pooled weights by filters, gains shared: `known` by the date of the decision (None: nothing was), with `hindsight`, `without` each war.

    `between` is the prior mean of the share of variance between wars. The rest says how much was filtered.
    """

    known: PooledWeights | None
    hindsight: PooledWeights
    without: Mapping[str, PooledWeights]
    theories: tuple[PooledTheory, ...]
    gains: tuple[PooledGain, ...]
    between: float
    draws: int
    particles: int

    def to_json(self) -> dict[str, Any]:
        """As `countermove weigh --pool --all --json` prints it under `exact`."""
        return {
            "known": None if self.known is None else _weights(self.known),
            "hindsight": _weights(self.hindsight),
            "without": {record: _weights(found) for record, found in self.without.items()},
            "theories": [
                {
                    "theory": row.theory,
                    "shared": list(row.parameters),
                    "log_evidence": row.log_evidence,
                    "sd": _finite(row.sd),
                    "log_evidence_apart": row.apart,
                    "between_wars": _finite(row.between),
                    "given_others": dict(row.given_others),
                }
                for row in self.theories
            ],
            "gains": [
                {
                    "theory": row.theory,
                    "parameter": row.parameter,
                    "mean": row.mean,
                    "sd": row.sd,
                    "wars": {
                        one.war: {
                            "alone": list(one.alone),
                            "shrunk": list(one.shrunk),
                            "gain_alone": one.gain_alone,
                            "gain_shrunk": one.gain_shrunk,
                            "effective_draws": one.effective,
                        }
                        for one in row.wars
                    },
                }
                for row in self.gains
            ],
            "between_wars_prior": self.between,
            "draws": self.draws,
            "particles": self.particles,
        }


def _weights(found: PooledWeights) -> list[dict[str, Any]]:
    return [{"theory": name, "posterior": weight, "sd": _finite(found.sd[name])} for name, weight in found.weights.items()]


def _finite(x: float) -> float | None:
    return x if math.isfinite(x) else None
