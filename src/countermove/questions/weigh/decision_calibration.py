"""Decision calibration: what following the memo would have cost in simulated wars whose truth is known.

Each simulated war has a true theory and the weights that its record gives. The memo takes the strategy of the highest expected points under
those weights; other policies take one strategy whatever the record says. Regret is what the choice loses to the best strategy under the true
theory, in expectation over all else. Choices are made on one half of the luck and scored on the other, both ways.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from countermove.decision.scores import scores
from countermove.engine.program import Program
from countermove.errors import DecisionError
from countermove.questions.run.run import Study
from countermove.questions.weigh.finding import Weighing
from countermove.questions.weigh.finding_calibration import DecisionCalibration, PolicyRegret
from countermove.rng.seeds import stream_of
from countermove.world.words import listed, number, span

Floats = NDArray[np.float64]
RESAMPLES = 2000  # of the bootstrap over wars
NINETY = (5.0, 95.0)
MEMO = "follow the memo"


def calibrate_study(study: Study, weighing: Weighing | None) -> DecisionCalibration | None:
    """The regret of following the memo, over the weighing's held-out simulated records; None where there is nothing to compare.

    Theories that were not run are left out, and the weights of the others made to sum to 1.
    """
    if weighing is None or not weighing.held_out or study.program.scenario.objective is None:
        return None
    names = [row.theory for row in weighing.weights]
    theories = [name for name in study.runs.theories if name in names]
    if len(theories) < 2 or len(study.runs.strategies) < 2:
        return None
    places = [names.index(name) for name in theories]
    prior = np.array([study.findings.weights[name] for name in theories])
    weights = np.array([trial.weights for trial in weighing.held_out])[:, places]
    truth = np.array([theories.index(trial.theory) if trial.theory in theories else -1 for trial in weighing.held_out])
    kept = (truth >= 0) & (weights.sum(axis=1) > 0)
    weights, truth = weights[kept] / weights[kept].sum(axis=1, keepdims=True), truth[kept]
    chosen = _by_prior(truth, prior / prior.sum())
    try:
        found = scores(study.runs, study.program.scenario.objective, study.findings.weights)
    except DecisionError:
        return None
    if found.halves is None:
        return None
    points = np.einsum("hstd,d->hst", found.halves, found.weight)[:, :, [study.runs.theories.index(name) for name in theories]]
    strategies = study.runs.strategies
    low, high = least_and_most(study.program, strategies)
    mixed = int((points.mean(axis=0) @ (prior / prior.sum())).argmax())
    plan = study.findings.titles.say_strategy
    fixed = {
        f"priors alone ({plan(strategies[mixed])})": mixed,
        f"always restrain ({plan(strategies[low])})": low,
        f"always arm ({plan(strategies[high])})": high,
    }
    return decision_calibration(points, weights[chosen], truth[chosen], strategies=strategies, fixed=fixed, seed=study.runs.seed)


def _by_prior(truth: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Places of wars in which each theory is as frequent as its prior weight has it: the first ones of each."""
    rows = [np.flatnonzero(truth == h) for h in range(len(prior))]
    whole = min((len(own) / share for own, share in zip(rows, prior, strict=True) if share > 0), default=0.0)
    return np.sort(np.concatenate([own[: int(whole * share)] for own, share in zip(rows, prior, strict=True)]))


def least_and_most(program: Program, strategies: tuple[str, ...]) -> tuple[int, int]:
    """The strategies that climb least and most, by the highest rung that their dated moves name; of several, the first in the file."""
    highest: list[float] = []
    for name in strategies:
        plan = next(plan for plan in program.plans if plan.name == name)
        rungs = [command.rung for _, command in plan.moves if isinstance(command.rung, int)]
        highest.append(max(rungs, default=program.cast.start_rung))
    return int(np.argmin(highest)), int(np.argmax(highest))


def decision_calibration(
    halves: Floats,
    weights: Floats,
    truth: NDArray[np.int64],
    *,
    strategies: tuple[str, ...],
    fixed: Mapping[str, int],
    seed: int = 0,
) -> DecisionCalibration:
    """The regret of following the memo and of fixed policies.

    Args:
        halves: expected points of S strategies under H theories, by each half of the luck [2, S, H].
        weights: what each simulated record says of the theories, prior included [N, H].
        truth: the theory that made it [N], as often as its prior has it.
        strategies: names [S].
        fixed: policies that take one strategy whatever the record says, by name.
        seed: of the bootstrap.

    Raises:
        DecisionError: shapes that do not fit, fewer than two strategies, no war, a number that is not finite.
    """
    _check(halves, weights, truth, strategies)
    picks = {MEMO: np.stack([(half @ weights.T).argmax(axis=0) for half in halves])}  # [2, N]
    picks |= {name: np.full((2, len(truth)), s) for name, s in fixed.items()}
    lost = {name: _regret(halves, pick, truth) for name, pick in picks.items()}
    generator = stream_of(seed, 61)
    sample = generator.integers(0, len(truth), (RESAMPLES, len(truth)))
    rows = tuple(_row(name, lost[name], lost[MEMO], sample, _shares(pick, strategies)) for name, pick in picks.items())
    return DecisionCalibration(len(truth), rows, _sentence(rows, len(truth)))


def _check(halves: Floats, weights: Floats, truth: NDArray[np.int64], strategies: tuple[str, ...]) -> None:
    if halves.ndim != 3 or len(halves) != 2 or halves.shape[1] != len(strategies) or weights.shape != (len(truth), halves.shape[2]):
        raise DecisionError(f"points {halves.shape}, weights {weights.shape} and {len(truth)} wars do not fit")
    if len(strategies) < 2:
        raise DecisionError("one strategy leaves nothing to decide", next="Run two strategies or more")
    if len(truth) == 0:
        raise DecisionError("no simulated war of known truth", next="Weigh the record first")
    if not (np.isfinite(halves).all() and np.isfinite(weights).all()):
        raise DecisionError("a value or a weight is not finite")


def _regret(halves: Floats, pick: NDArray[np.int64], truth: NDArray[np.int64]) -> Floats:
    """Regret of each war [N]: chosen on one half of the luck, scored on the other, and the best strategy too."""
    out = np.zeros(len(truth))
    for chosen, half in ((0, halves[1]), (1, halves[0])):
        best = halves[chosen].argmax(axis=0)  # under each theory, by the half that the choice was made on
        out += (half[best[truth], truth] - half[pick[chosen], truth]) / 2
    return out


def _shares(pick: NDArray[np.int64], strategies: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    count = np.bincount(pick.ravel(), minlength=len(strategies)) / pick.size
    return tuple((name, float(share)) for name, share in zip(strategies, count, strict=True) if share > 0)


def _row(name: str, lost: Floats, memo: Floats, sample: NDArray[np.int64], chosen: tuple[tuple[str, float], ...]) -> PolicyRegret:
    means, gaps = lost[sample].mean(axis=1), (lost - memo)[sample].mean(axis=1)
    low, high = np.percentile(means, NINETY)
    under, over = np.percentile(gaps, NINETY)
    return PolicyRegret(
        name, float(lost.mean()), float(low), float(high), float((lost - memo).mean()), float(under), float(over), chosen
    )


def _sentence(rows: tuple[PolicyRegret, ...], wars: int) -> str:
    memo, *others = rows
    told = [f"{row.policy} {number(row.regret)} ({span(row.low, row.high)})" for row in others]
    worse = [row.policy for row in others if row.against_low > 0]
    better = [row.policy for row in others if row.against_high < 0]
    said = f"Following the memo beats {listed(worse)}" if worse else "Following the memo beats none of these beyond error"
    if better:
        said += f", and is beaten by {listed(better)}"
    return (
        f"In {wars:,} simulated wars of known truth, following the memo costs {number(memo.regret)} points against the best choice "
        f"(90%: {span(memo.low, memo.high)}); {'; '.join(told)}. {said}."
    )
