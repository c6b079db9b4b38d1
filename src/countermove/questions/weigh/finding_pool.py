"""What the exact road finds on many wars whose patrons share a theory's gains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class PooledWeights:
    """Weights of the theories by some of the wars, under equal priors, and the standard deviations that come of Monte Carlo."""

    wars: tuple[str, ...]
    weights: Mapping[str, float]
    sd: Mapping[str, float]

    @property
    def rows(self) -> tuple[Mapping[str, Any], ...]:
        """Theory by theory."""
        return tuple({"theory": name, "posterior": weight, "sd": self.sd[name]} for name, weight in self.weights.items())

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

    json_keys: ClassVar[str] = "* shared=parameters log_evidence_apart=apart between_wars=between"
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

    json_keys: ClassVar[str] = "* -war effective_draws=effective"
    war: str
    alone: tuple[float, float]
    shrunk: tuple[float, float]
    gain_alone: float
    gain_shrunk: float
    effective: float


@dataclass(frozen=True)
class PooledGain:
    """A gain of a theory in the light of all wars: mean and standard deviation of what it is in wars at large (ubar, prior 0 and 1)."""

    json_keys: ClassVar[str] = "* wars=by_war"
    theory: str
    parameter: str
    mean: float
    sd: float
    wars: tuple[GainInWar, ...]

    @property
    def by_war(self) -> Mapping[str, GainInWar]:
        """The wars by their names."""
        return {row.war: row for row in self.wars}


@dataclass(frozen=True)
class PoolByFilters:
    """Pooled weights by filters, gains shared: `known` by the date of the decision (None: nothing was), with `hindsight`, `without` each war.

    `between` is the prior mean of the share of variance between wars. The rest says how much was filtered.
    """

    json_keys: ClassVar[str] = "* known=known.rows hindsight=hindsight.rows without=without.rows between_wars_prior=between"
    known: PooledWeights | None
    hindsight: PooledWeights
    without: Mapping[str, PooledWeights]
    theories: tuple[PooledTheory, ...]
    gains: tuple[PooledGain, ...]
    between: float
    draws: int
    particles: int
