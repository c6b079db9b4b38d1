"""Decision calibration: what following the memo would have cost in simulated wars whose truth is known.

Each simulated war has a true theory and the weights that its record gives. The memo takes the strategy of the highest expected points under
those weights; advisers who read no record take one strategy whatever it says. Regret is what the choice loses to the best strategy under the
true theory, in expectation over all else. Choices are made on one half of the luck and scored on the other, both ways.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from countermove.decision.scores import scores
from countermove.errors import DecisionError
from countermove.questions.run.run import Study
from countermove.questions.run.value_sets import armed
from countermove.questions.weigh.finding import Weighing
from countermove.questions.weigh.finding_calibration import DecisionCalibration, PolicyRegret
from countermove.rng.seeds import stream_of
from countermove.world.titles import Titles
from countermove.world.words import decimals_of, listed, number

Floats = NDArray[np.float64]
RESAMPLES = 2000  # of the bootstrap over wars
NINETY = (5.0, 95.0)
WIDTH = 2 * 1.645  # of an interval of nine tenths, in standard errors
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
    expected = points.mean(axis=0) @ (prior / prior.sum())
    fixed = simpler_ways(expected, strategies, armed(study.program), study.findings.titles)
    return decision_calibration(points, weights[chosen], truth[chosen], strategies=strategies, fixed=fixed, seed=study.runs.seed)


def _by_prior(truth: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Places of wars in which each theory is as frequent as its prior weight has it: the first ones of each."""
    rows = [np.flatnonzero(truth == h) for h in range(len(prior))]
    whole = min((len(own) / share for own, share in zip(rows, prior, strict=True) if share > 0), default=0.0)
    return np.sort(np.concatenate([own[: int(whole * share)] for own, share in zip(rows, prior, strict=True)]))


def simpler_ways(expected: Floats, strategies: Sequence[str], arming: Collection[str], titles: Titles) -> dict[str, int]:
    """What advisers would do who read no record, by name, and the place of the plan that each takes in every war.

    One takes the plan that is best by the priors. One of the other camp takes the best by the priors that sends no arms, or, where that is the
    plan of the first, the best that sends some. A plan that nobody would take is no yardstick.

    Args:
        expected: points of each plan by the priors [S].
        strategies: names [S].
        arming: those that send arms.
        titles: what people call plans.
    """
    first = int(np.argmax(expected))
    arms = strategies[first] in arming
    others = [place for place, name in enumerate(strategies) if (name in arming) != arms]
    ways = {f"the best plan by the priors, {titles.say_strategy(strategies[first])}": first}
    if others:
        other = max(others, key=lambda place: float(expected[place]))
        ways[f"the best that sends {'no ' if arms else ''}arms, {titles.say_strategy(strategies[other])}"] = other
    return ways


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
    told = [f"{row.policy}, {_cost(row)}" for row in others]
    worse = [row.policy for row in others if row.against_low > 0]
    better = [row.policy for row in others if row.against_high < 0]
    beaten = "both" if len(worse) == len(others) == 2 else listed(worse)
    said = f"Following the memo beats {beaten}" if worse else "Following the memo beats none of these beyond error"
    if better:
        said += f", and is beaten by {listed(better)}"
    return (
        f"In {wars:,} simulated wars of known truth, following the memo costs {_cost(memo)} points against the best choice (in brackets: nine "
        f"tenths). Advisers who read no record take one plan in all of them: {'; '.join(told)}. {said}."
    )


def _cost(row: PolicyRegret) -> str:
    """`0.057 (0.053 to 0.062)`, with the figures that the interval allows."""
    decimals = decimals_of((row.high - row.low) / WIDTH) if row.high > row.low else None
    mean, low, high = (number(value, decimals) for value in (row.regret, row.low, row.high))
    return f"{mean} ({low} to {high})"
