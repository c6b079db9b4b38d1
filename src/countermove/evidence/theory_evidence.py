"""The exact road: evidence of every theory by populations of filters, several for each, whose spread is the error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from countermove.compute.executor import Told
from countermove.engine.draws import Draws
from countermove.engine.run import Engine, Executor
from countermove.errors import EvidenceError
from countermove.evidence.observations import Observations
from countermove.evidence.smc2 import Population, PopulationResult, log_mean_exp
from countermove.evidence.war_filters import WarFilters
from countermove.rng.seeds import stream_of
from countermove.world.shapes import checked

Floats = NDArray[np.float64]
ADDED_POPULATIONS = 2  # populations that are added at a time where the evidence is rough
LOST_SD = 8.0  # standard deviation of a log evidence that no more populations would mend: the filters lost the record
PARTICLE_FACTOR = 2  # times as many particles, and half as many draws, where months are left out: there noise does not average away
MOST_RELATIVE_ERROR = 0.5  # relative error of a month's ratio of evidences, beyond which it is not told
_EM_STEPS = 20_000
_STREAMS_PER_THEORY = 1 << 12  # streams of one theory's populations


@dataclass(frozen=True)
class FilterEffort:
    """How much to filter: populations of each theory, parameter draws in each, particles of each draw (a power of 2)."""

    populations: int = 4
    most_populations: int = 8  # populations of a theory whose evidence is not yet known to `wanted`
    draws: int = 192
    particles: int = 32
    target_sd: float = 0.5  # standard deviation of the log evidence
    seed: int = 0


@dataclass(frozen=True)
class Evidence:
    """What the record says of one theory.

    `increments`: log density of each month's data given those before, all populations together. `log_evidence` is their sum, the log of an
    unbiased estimate; `sd` is its standard deviation over populations by the square root of their number. `each` are the I populations'.
    `z`: the D uncertain numbers, as standard normals, of N draws from the posterior, with their weights.
    """

    theory: str
    increments: Annotated[Floats, "T"]
    log_evidence: float
    sd: float
    by_population: Annotated[Floats, "I"]
    z: Annotated[Floats, "N D"]
    weight: Annotated[Floats, "N"]
    acceptance: float

    def __post_init__(self) -> None:
        """Refuse arrays of other shapes."""
        checked(self, EvidenceError, self.theory)

    @property
    def effective(self) -> float:
        """Effective number of posterior draws; those that one coordinate still shows to be of one family count once."""
        return effective_draws(self.z[:, 0], self.weight)


def effective_draws(values: Floats, mass: Floats) -> float:
    """Effective number of values ([N] or [N, K]) of some mass [N]; one that stands there several times counts once."""
    _, place = np.unique(values, axis=0, return_inverse=True)
    once = np.bincount(place.reshape(-1), mass)
    return float(once.sum() ** 2 / (once @ once))


def filters_of(engine: Engine, data: Observations, theory: str, effort: FilterEffort, population: int) -> WarFilters:
    """The filters of one population. Random numbers hang on seed, theory and population, and on nothing else."""
    stream = engine.names.index(theory) * _STREAMS_PER_THEORY + population
    return WarFilters(engine, data, theory, effort.particles, effort.seed, stream)


def population_of(filters: WarFilters, effort: FilterEffort) -> Population:
    """A population at its start."""
    generator = stream_of(effort.seed, filters.stream)
    return Population(filters, effort.draws, generator)


def evidences(
    engine: Engine,
    data: Observations,
    executor: Executor,
    effort: FilterEffort,
    *,
    theories: Sequence[str] = (),
    progress: Told | None = None,
) -> tuple[Evidence, ...]:
    """The evidence of each theory of the program (or of those named), in order."""
    names = tuple(theories) or engine.program.theory_names
    found: dict[str, list[PopulationResult]] = {name: [] for name in names}

    def work(task: tuple[str, int]) -> PopulationResult:
        population = population_of(filters_of(engine, data, task[0], effort, task[1]), effort)
        return replace(population.follow(), filter_state=None)  # the particles are large, and not asked for again

    def shown(done: int, total: int) -> None:
        if progress is not None:
            progress("populations of filters", done, total)

    tasks = [(name, number) for number in range(effort.populations) for name in names]
    while tasks:
        for (name, _), one in zip(tasks, executor.map(work, tasks, progress=shown), strict=True):
            found[name].append(one)
        rough = [
            name
            for name in names
            if len(found[name]) < effort.most_populations and effort.target_sd < _log_evidence_sd(found[name]) <= LOST_SD
        ]
        more = {name: min(ADDED_POPULATIONS, effort.most_populations - len(found[name])) for name in rough}
        tasks = [(name, len(found[name]) + number) for name in rough for number in range(more[name])]
    return tuple(combine_populations(name, found[name]) for name in names)


def _log_evidence_sd(populations: Sequence[PopulationResult]) -> float:
    """Standard deviation of the log evidence of all populations together."""
    each = np.array([found.log_evidence for found in populations])
    return float(each.std(ddof=1) / np.sqrt(len(each))) if len(each) > 1 else float("nan")


def combine_populations(theory: str, populations: Sequence[PopulationResult]) -> Evidence:
    """Populations of one theory as one."""
    sums = np.array([found.increments.cumsum() for found in populations])  # [I, T]
    whole = np.array([log_mean_exp(column) for column in sums.T])
    each = sums[:, -1]
    share = np.exp(each - each.max())
    share /= share.sum()
    own = [np.exp(found.log_weights - np.logaddexp.reduce(found.log_weights)) for found in populations]
    return Evidence(
        theory=theory,
        increments=np.diff(whole, prepend=0.0),
        log_evidence=float(whole[-1]),
        sd=_log_evidence_sd(populations),
        by_population=each,
        z=np.concatenate([found.z for found in populations]),
        weight=np.concatenate([part * weight for part, weight in zip(share, own, strict=True)]),
        acceptance=float(np.mean([found.acceptance for found in populations])),
    )


def weights_of(evidence: Sequence[Evidence], prior: Floats) -> Floats:
    """Posterior weights of the theories [H]."""
    with np.errstate(divide="ignore"):
        logs = np.array([one.log_evidence for one in evidence]) + np.log(prior)
    mass = np.exp(logs - logs.max())
    return mass / mass.sum()


def weight_error(evidence: Sequence[Evidence], prior: Floats, seed: int = 0) -> Floats:
    """Standard deviation of each weight [H] that comes of the errors of the evidences, by 4,000 normal perturbations of their logs."""
    generator = stream_of(seed, 9)
    sds = np.nan_to_num(np.array([one.sd for one in evidence]))
    logs = np.array([one.log_evidence for one in evidence]) + sds * generator.standard_normal((4000, len(evidence)))
    mass = np.exp(logs - logs.max(axis=1, keepdims=True)) * prior
    return (mass / mass.sum(axis=1, keepdims=True)).std(axis=0)


def stacking_weights(increments: Floats, prior: Floats) -> Floats:
    """Weights [H] of the mixture that would have forecast the months best, each from those before (Yao et al. 2018; leave-future-out).

    Args:
        increments: log predictive density [H, T].
        prior: where the search begins [H]; a theory of weight 0 stays there.
    """
    density = np.exp(increments - increments.max(axis=0))
    weight = prior / prior.sum()
    for _ in range(_EM_STEPS):  # EM for the shares of a mixture: every turn is a step up
        after = weight * (density / (weight @ density)).mean(axis=1)
        if np.abs(after - weight).max() < 1e-9:
            break
        weight = after
    return weight


def posterior_draws(engine: Engine, data: Observations, evidence: Evidence, effort: FilterEffort) -> Draws:
    """The posterior as draws, for everything that takes draws."""
    draws = filters_of(engine, data, evidence.theory, effort, 0).draws(evidence.z)
    return replace(draws, weight=evidence.weight / evidence.weight.sum())


@dataclass(frozen=True)
class MonthLeftOut:
    """What the log evidence of each of H theories would be without one month's data, less what it is, and the error.

    nan where a few draws decide: without the month the posterior lies where this one has none, and the draws cannot tell.
    """

    month: int
    change: Annotated[Floats, "H"]
    sd: Annotated[Floats, "H"]

    def __post_init__(self) -> None:
        """Refuse arrays of other shapes."""
        checked(self, EvidenceError)


def most_influential_months(evidence: Sequence[Evidence], weight: Floats, count: int) -> list[int]:
    """The months whose data moved the weights most: by the spread over theories of their log density, given the months before."""
    increments = np.array([one.increments for one in evidence])
    middle = weight @ increments
    return [int(t) for t in np.argsort(-(weight @ np.square(increments - middle)))[:count]]


def leave_months_out(
    engine: Engine,
    data: Observations,
    evidence: Sequence[Evidence],
    months: Sequence[int],
    executor: Executor,
    effort: FilterEffort,
) -> tuple[MonthLeftOut, ...]:
    """Leave months out, one at a time: the posterior mean of the likelihood without the month over that with it is the ratio of evidences.

    Filters run anew on draws from each posterior, with the month and without it under the same random numbers: until the month they are the
    same bit for bit, and after it alike. What is left of their noise is in the error.
    """
    effort = replace(effort, draws=effort.draws // 2, particles=PARTICLE_FACTOR * effort.particles)
    tasks = [(h, t) for h in range(len(evidence)) for t in (None, *months)]

    def work(task: tuple[int, int | None]) -> Floats:
        one, month = evidence[task[0]], task[1]
        generator = stream_of(effort.seed, task[0] * _STREAMS_PER_THEORY)
        chosen = generator.choice(len(one.weight), effort.draws, p=one.weight / one.weight.sum())
        known = data.known.copy()
        if month is not None:
            known[month] = False
        filters = filters_of(engine, replace(data, known=known), one.theory, effort, _STREAMS_PER_THEORY - 1)
        return filters.advance(filters.begin(one.z[chosen], 0), 0, data.months)[1].sum(axis=0)

    found = np.array(list(executor.map(work, tasks))).reshape(len(evidence), 1 + len(months), -1)
    ratio = found[:, 1:] - found[:, :1]  # [H, months, draws]
    mass = np.exp(ratio - ratio.max(axis=2, keepdims=True))
    sd = mass.std(axis=2, ddof=1) / mass.mean(axis=2) / np.sqrt(mass.shape[2])
    change = np.where(sd < MOST_RELATIVE_ERROR, np.log(mass.mean(axis=2)) + ratio.max(axis=2), np.nan)
    return tuple(MonthLeftOut(t, change[:, k], sd[:, k]) for k, t in enumerate(months))
