"""The posterior of Omega: the offset of every strategy with dated arms, before and after the record was read, by theory and over theories.

**Errors.** Resampled posterior draws are not independent: one draw stands there many times, and draws of one population of filters descend
from common ancestors. So the error of a posterior Omega is the delta method's for a ratio of means, once with each family of draws as a
group (`Posterior.families`), once with each population as a group, and the larger of the two counts. Populations alone would be the clean
answer were there many; there are 4 to 8. Families alone miss ancestors of long ago. Where `effective` is small the error itself is rough, and
rather too small. The error of the weighted Omega adds that of the log evidences, by normal perturbations, as `evidence.theory_evidence.weight_error`
does. The prior's errors are over the 16 independent scrambles, as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countermove.decision.findings import WEIGHTED
from countermove.engine.draws import Draws, prior_draws
from countermove.engine.offset import Effects, aid_plans, run_effects
from countermove.engine.program import Program
from countermove.engine.run import Batch, Executor
from countermove.questions.options import Progress, silent
from countermove.questions.weigh.finding_offset import OmegaBeforeAfter, OmegaEstimate
from countermove.questions.weigh.posterior_draws import carried_draws, resampled_places
from countermove.rng.seeds import stream_of
from countermove.world.omega import ON, On

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
_PERTURBED, _STREAM = 4000, 13


@dataclass(frozen=True)
class TheoryPosterior:
    """What a record says of one theory: draws of the replay with their weights, the populations one after the other, all of one size.

    `prior` and `weight` are the theory's weights before and after (of any sum); `sd` is the standard deviation of its log evidence.
    """

    theory: str
    draws: Draws
    populations: int = 1
    prior: float = 1.0
    weight: float = 1.0
    sd: float = 0.0

    @property
    def families(self) -> Labels:
        """Which family each draw is of [N]: draws that have half of their numbers in common are copies, or a few coordinates were moved."""
        size = self.draws.size
        rows = np.concatenate([v.reshape(-1, size) for v in self.draws.values.values() if v.shape[-1] == size])
        alike = np.zeros((size, size), np.int32)
        for row in rows:
            alike += row[:, None] == row
        akin, family = 2 * alike >= len(rows), np.arange(size)
        while True:  # relatives of relatives are of the family too: the least number of any of them goes round
            least = np.where(akin, family, size).min(axis=1)
            if (least == family).all():
                return family
            family = least


@dataclass(frozen=True)
class OmegaEffort:
    """How much to run for the prior and for the posterior of each theory."""

    draws: int = 256
    lucks: int = 8
    chunk: int = 1024
    seed: int = 0

    def batch(self, draws: Draws, theories: tuple[str, ...]) -> Batch:
        """The plan of these draws."""
        return Batch(draws, self.lucks, min(self.chunk, draws.size * self.lucks), theories=theories)


class _TheoryShare(NamedTuple):
    """One theory's share of a mean: its weight, the effects of the aid on one quantity [D], ways to cut the draws into independent groups."""

    weight: float
    closed: Floats
    open: Floats
    groupings: tuple[Labels, ...]


def posterior_omega(
    program: Program,
    replay_program: Program,
    posteriors: Sequence[TheoryPosterior],
    executor: Executor,
    effort: OmegaEffort | None = None,
    *,
    progress: Progress = silent,
) -> tuple[OmegaBeforeAfter, ...]:
    """Omega before and after the record, on the balance and on territory: a row for each theory, then the one over theories ("weighted").

    Nothing where no strategy has dated arms, where the replay asks about another patron, or where no theory of `posteriors` has weight in
    the program. Raises RunError, ExecutorError.
    """
    effort = effort or OmegaEffort()
    known = [one for one in posteriors if one.theory in program.theory_names]
    if not known or program.cast.patrons[program.rival] != replay_program.cast.patrons[replay_program.rival]:
        return ()
    names = tuple(one.theory for one in known)
    # the other strategies would only make what is compiled larger
    program = program.with_plans([plan for plan in program.plans if plan.name in aid_plans(program)])
    before = prior_draws(program, effort.draws, effort.seed)
    progress("offset before the record", 0, 1 + len(known))
    effects = run_effects(program, effort.batch(before, names), executor)
    after: list[Effects] = []
    for done, one in enumerate(known, 1):
        progress("offset after the record", done, 1 + len(known))
        learnt = carried_draws(program, replay_program, one.draws, effort.draws, effort.seed)
        after += run_effects(program, effort.batch(learnt, (one.theory,)), executor)
    progress("offset after the record", 1 + len(known), 1 + len(known))
    cuts = [_groupings(one, effort) for one in known]
    rows: list[OmegaBeforeAfter] = []
    for strategy in dict.fromkeys(found.strategy for found in effects):
        pair = [{e.theory: e for e in side if e.strategy == strategy} for side in (effects, after)]
        for k, on in enumerate(ON if program.cast.territory else ON[:1]):
            prior = [_part(pair[0][one.theory], k, one.prior, (before.scramble.astype(np.int64),)) for one in known]
            posterior = [_part(pair[1][one.theory], k, one.weight, cut) for one, cut in zip(known, cuts, strict=True)]
            for one, first, last in zip(known, prior, posterior, strict=True):
                rows.append(OmegaBeforeAfter(strategy, one.theory, on, _omega([first]), _omega([last]), _effective(last)))
            rows.append(_weighted(strategy, on, known, (_normalised(prior), _normalised(posterior)), effort.seed))
    return tuple(rows)


def _groupings(one: TheoryPosterior, effort: OmegaEffort) -> tuple[Labels, ...]:
    """Families, and populations: of each draw that is run [D]."""
    index = resampled_places(one.draws, effort.draws, effort.seed)
    return one.families[index], index * one.populations // one.draws.size


def _part(found: Effects, k: int, weight: float, cuts: tuple[Labels, ...]) -> _TheoryShare:
    open_, closed = (found.values[k, m].astype(np.float64).mean(axis=1) for m in (0, 1))
    return _TheoryShare(weight, closed, open_, cuts)


def _effective(part: _TheoryShare) -> float:
    """Effective number of families."""
    counts = np.unique(part.groupings[0], return_counts=True)[1]
    return float(counts.sum() ** 2 / (counts @ counts))


def _normalised(parts: list[_TheoryShare]) -> list[_TheoryShare]:
    total = sum(part.weight for part in parts)
    return [part._replace(weight=part.weight / total if total > 0 else 1 / len(parts)) for part in parts]


def _weighted(
    strategy: str,
    on: On,
    known: Sequence[TheoryPosterior],
    parts: tuple[list[_TheoryShare], list[_TheoryShare]],
    seed: int,
) -> OmegaBeforeAfter:
    """Omega over theories: the ratio of means over all of them, as a theory is one more thing that differs between draws."""
    prior, posterior = parts
    # the prior draws of all theories are the same ones, and meet the same luck: their errors are one
    closed, open_ = (np.sum([p.weight * getattr(p, side) for p in prior], axis=0) for side in ("closed", "open"))
    one = _TheoryShare(1.0, closed, open_, prior[0].groupings)
    sds = np.nan_to_num(np.array([p.sd for p in known]))
    effective = 1 / sum(p.weight**2 / _effective(p) for p in posterior)
    before, after = _omega(prior, error_of=[one]), _omega(posterior, weights=_weights_error(posterior, sds, seed))
    return OmegaBeforeAfter(strategy, WEIGHTED, on, before, after, float(effective))


def _omega(parts: list[_TheoryShare], *, error_of: list[_TheoryShare] | None = None, weights: float = 0.0) -> OmegaEstimate:
    """Omega over parts of given weights. `error_of`: the same draws in other parts, for the error; `weights`: error that theirs adds."""
    parts = _normalised(parts)
    open_ = sum(part.weight * part.open.mean() for part in parts)
    if open_ == 0:
        return OmegaEstimate(*[float("nan")] * 6)
    value = float(1 - sum(part.weight * part.closed.mean() for part in parts) / open_)
    variance = sum(_variance(part, value) for part in error_of or parts) / open_**2 + weights**2
    share, quantiles = _by_draw(parts)
    return OmegaEstimate(value, float(np.sqrt(variance)), share, *quantiles)


def _variance(part: _TheoryShare, value: float) -> float:
    """Of the part's mean of closed - (1 - value) open, by its weight: the larger over the ways to cut; nan where none gives two groups.

    Groups of all sizes are taken to differ alike: with shares m and means y, sum(m^2) sum(m (y - mean)^2) / (1 - sum(m^2)). A group that holds
    nearly everything does not hide how far the others are from it; groups of one size give the usual error of a mean.
    """
    if part.weight == 0:
        return 0.0
    gap = part.weight * (part.closed - (1 - value) * part.open)
    found: list[float] = []
    for cut in part.groupings:
        sizes = np.unique(cut, return_counts=True)[1]
        share = sizes / sizes.sum()
        means = np.bincount(np.unique(cut, return_inverse=True)[1], gap) / sizes
        if len(sizes) > 1:
            found.append(float((share @ share) * (share @ np.square(means - gap.mean())) / (1 - share @ share)))
    return max(found) if found else float("nan")


def _weights_error(parts: list[_TheoryShare], sds: Floats, seed: int) -> float:
    """Standard deviation of Omega that comes of the errors of the log evidences: normal perturbations of the logs of the weights."""
    generator = stream_of(seed, _STREAM)
    weight = np.array([part.weight for part in parts]) * np.exp(sds * generator.standard_normal((_PERTURBED, len(parts))))
    closed, open_ = (weight @ np.array([getattr(part, side).mean() for part in parts]) for side in ("closed", "open"))
    return float((1 - closed / open_).std())


def _by_draw(parts: list[_TheoryShare]) -> tuple[float, tuple[float, float, float]]:
    """Share of usable draws, as `omega_of` has it, and quantiles of the ratio over them."""
    ratios: list[Floats] = []
    masses: list[Floats] = []
    for part in parts:
        usable = part.open > max(0.01, 0.1 * float(np.median(part.open)))
        ratios.append(1 - part.closed[usable] / part.open[usable])
        masses.append(np.full(int(usable.sum()), part.weight / len(part.open)))
    ratio, mass = np.concatenate(ratios), np.concatenate(masses)
    if mass.sum() <= 0:
        return 0.0, (float("nan"), float("nan"), float("nan"))
    low, middle, high = (float(q) for q in np.quantile(ratio, (0.05, 0.5, 0.95), weights=mass, method="inverted_cdf"))
    return float(mass.sum()), (low, middle, high)
