"""The exact road on the headline of a weighing, and all that its posterior draws can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from countermove.engine.program import Program
from countermove.engine.run import Engine
from countermove.evidence.observations import Observations
from countermove.evidence.theory_evidence import (
    Evidence,
    FilterEffort,
    evidences,
    leave_months_out,
    most_influential_months,
    posterior_draws,
    stacking_weights,
    weight_error,
    weights_of,
)
from countermove.questions.options import Progress, RunOptions, with_label
from countermove.questions.weigh.data_kinds import channels_by_kind, without_channels
from countermove.questions.weigh.finding import USABLE_SD, FilterWeight, KindLeftOut, VariantReading
from countermove.questions.weigh.finding_influence import MonthInfluence
from countermove.questions.weigh.finding_offset import OmegaBeforeAfter
from countermove.questions.weigh.finding_sensitivity import PriorReading
from countermove.questions.weigh.posterior_offset import OmegaEffort, TheoryPosterior, posterior_omega
from countermove.questions.weigh.sensitivity import PowerWeights, weights_under_powers
from countermove.world.words import number


@dataclass(frozen=True)
class FilterResults:
    """What the exact road adds to a weighing; nothing of it where it was not taken."""

    weights: tuple[FilterWeight, ...] = ()
    influence: tuple[MonthInfluence, ...] = ()
    priors: tuple[PriorReading, ...] = ()
    omega: tuple[OmegaBeforeAfter, ...] = ()
    readings: tuple[VariantReading, ...] = ()
    target_sd: float = 0.0
    without: tuple[KindLeftOut, ...] = ()


def weigh_by_filters(
    program: Program,
    headline: tuple[Engine, Observations],
    prior: np.ndarray,
    options: RunOptions,
    how: FilterEffort,
    *,
    influence: int = 0,
    progress: Progress,
) -> FilterResults:
    """Evidence of every theory on the headline; what wider priors would say; what the posterior says of Omega in the scenario `program`;
    and the strongest months left out."""
    engine, data = headline
    every = evidences(engine, data, options.executor, how, progress=with_label(progress, "exact road"))
    weight, error = weights_of(every, prior), weight_error(every, prior, options.seed)
    share = stacking_weights(np.array([one.increments for one in every]), prior)
    rows = tuple(
        FilterWeight(
            one.theory,
            float(weight[h]),
            float(error[h]),
            float(share[h]),
            one.log_evidence,
            one.sd,
            len(one.by_population),
            one.effective,
        )
        for h, one in enumerate(every)
    )
    return FilterResults(
        weights=rows,
        influence=_influence(headline, every, weight, options, how, influence, progress),
        priors=tuple(_prior_reading(engine.program, power) for power in weights_under_powers(engine.program, every, prior)),
        omega=_omega(program, headline, every, (prior, weight), options, how, progress),
        target_sd=how.target_sd,
    )


def reading_by_filters(reading: VariantReading, every: Sequence[Evidence], prior: np.ndarray, seed: int) -> VariantReading:
    """The reading by filters instead of simulated records: its weights with their errors; none where the filters of a theory lost the record."""
    lost = tuple(one.theory for one in every if not one.sd <= USABLE_SD)
    if lost:
        return replace(reading, weights={}, lost=lost)
    names = [one.theory for one in every]
    weights, errors = weights_of(every, prior), weight_error(every, prior, seed)
    return replace(
        reading,
        weights=dict(zip(names, (float(x) for x in weights), strict=True)),
        error=dict(zip(names, (float(x) for x in errors), strict=True)),
    )


def without_kinds(
    headline: tuple[Engine, Observations],
    every: Sequence[FilterWeight],
    prior: np.ndarray,
    options: RunOptions,
    how: FilterEffort,
    *,
    progress: Progress,
) -> tuple[KindLeftOut, ...]:
    """The weights by filters without each kind of datum: evidence anew, with the error of the change. None where those on all data are not known."""
    engine, data = headline
    if any(not row.evidence_sd <= USABLE_SD for row in every):
        return ()
    before = {row.theory: row.sd for row in every}
    found: list[KindLeftOut] = []
    for kind, channels in channels_by_kind(data).items():
        left = evidences(
            engine,
            without_channels(data, channels),
            options.executor,
            how,
            progress=with_label(progress, f"exact road without {kind}"),
        )
        reading = reading_by_filters(VariantReading("", "", "", {}, float("nan")), left, prior, options.seed)
        error = {name: float(np.hypot(sd, before[name])) for name, sd in reading.error.items()}
        count = int(data.known[:, list(channels)].sum())
        found.append(KindLeftOut(kind, count, "filters", reading.weights, error, reading.lost))
    return tuple(found)


def _influence(
    headline: tuple[Engine, Observations],
    every: Sequence[Evidence],
    weight: np.ndarray,
    options: RunOptions,
    how: FilterEffort,
    count: int,
    progress: Progress,
) -> tuple[MonthInfluence, ...]:
    engine, data = headline
    months = most_influential_months(every, weight, count)
    if not months:
        return ()
    progress("exact road: months left out", 0, 1)
    start, names = engine.program.scenario.clock.start, engine.program.theory_names
    return tuple(
        MonthInfluence(
            start + row.month,
            _seen_in(data, row.month),
            dict(zip(names, _centred_change(row.change, weight), strict=True)),
            dict(zip(names, (float(x) for x in row.sd), strict=True)),
        )
        for row in leave_months_out(engine, data, every, months, options.executor, how)
    )


def _centred_change(change: np.ndarray, weight: np.ndarray) -> list[float]:
    """Changes of the log weights: those of the log evidences less what all that are known have in common. nan stays nan."""
    known = np.isfinite(change) & (weight > 0)
    if not known.any():
        return [float("nan")] * len(change)
    top = change[known].max()
    after = np.log(weight[known] @ np.exp(change[known] - top) / weight[known].sum()) + top
    return [float(x) for x in change - after]


def _seen_in(data: Observations, month: int) -> str:
    """What the record says of a month: counts and amounts, and the events that happened."""
    parts: list[str] = []
    for c, one in enumerate(data.channels):
        value = data.values[month, c]
        if data.known[month, c] and (one.channel.kind != "event" or value > 0):
            parts.append(data.names[c] if one.channel.kind == "event" else f"{data.names[c]} {number(float(value))}")
    return ", ".join(parts) or "nothing happened"


def _prior_reading(replay: Program, power: PowerWeights) -> PriorReading:
    """In words: the standard deviation of a normal prior to the power a is that of the prior times a to the power -1/2."""
    whose = "the theories' own numbers" if power.own else "all other numbers"
    factor = power.power**-0.5
    says = f"priors of {whose} {'wider' if factor > 1 else 'narrower'} (standard deviations x {number(factor)})"
    weights = dict(zip(replay.theory_names, (float(x) for x in power.weights), strict=True))
    return PriorReading(says, power.power, weights, float(power.effective.min()))


def _omega(
    program: Program,
    headline: tuple[Engine, Observations],
    every: Sequence[Evidence],
    weights: tuple[np.ndarray, np.ndarray],
    options: RunOptions,
    how: FilterEffort,
    progress: Progress,
) -> tuple[OmegaBeforeAfter, ...]:
    """Omega in the scenario before and after the record; nothing where the record is of another patron."""
    engine, data = headline
    replay = engine.program
    if program.cast.patrons[program.rival] != replay.cast.patrons[replay.rival]:
        return ()
    learnt = [
        TheoryPosterior(
            one.theory,
            posterior_draws(engine, data, one, how),
            populations=len(one.by_population),
            prior=float(weights[0][h]),
            weight=float(weights[1][h]),
            sd=one.sd,
        )
        for h, one in enumerate(every)
        if one.theory in program.theory_names
    ]
    effort = OmegaEffort(seed=options.seed)
    return tuple(
        posterior_omega(program, replay, learnt, options.executor, effort=effort, progress=with_label(progress, "exact road"))
    )
