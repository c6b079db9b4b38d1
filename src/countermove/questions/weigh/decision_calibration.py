"""Decision calibration: what following the memo would have cost in simulated wars whose truth is known.

Each simulated war has a true theory and the weights that its record gives. The memo takes the strategy of the highest expected points under
those weights; other policies take one strategy whatever the record says. Regret is what the choice loses to the best strategy under the true
theory, in expectation over all else. Choices are made on one half of the luck and scored on the other, both ways.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from countermove.errors import DecisionError
from countermove.questions.weigh.finding_calibration import DecisionCalibration, PolicyRegret
from countermove.rng.seeds import stream_of
from countermove.world.words import listed

Floats = NDArray[np.float64]
RESAMPLES = 2000  # of the bootstrap over wars
NINETY = (5.0, 95.0)
MEMO = "follow the memo"


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
    told = [f"{row.policy} {row.regret:.2f} ({row.low:.2f} to {row.high:.2f})" for row in others]
    worse = [row.policy for row in others if row.against_low > 0]
    better = [row.policy for row in others if row.against_high < 0]
    said = f"Following the memo beats {listed(worse)}" if worse else "Following the memo beats none of these beyond error"
    if better:
        said += f", and is beaten by {listed(better)}"
    return (
        f"In {wars:,} simulated wars of known truth, following the memo costs {memo.regret:.2f} points against the best choice "
        f"(90%: {memo.low:.2f} to {memo.high:.2f}); {'; '.join(told)}. {said}."
    )
