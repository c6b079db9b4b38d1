"""Posterior predictive checks of the model of tiers: what it expects to be counted, beside what was (Gelman, Meng & Stern 1996).

The record is drawn again from each draw of the posterior, one year ahead, with its own factors and wars. Counts that the model fits with
a parameter of their own (each cause by tier) must agree. The others need not: reaction cells among sides whose opponent is supported too, returns
after a stop and reversals after a rise, the wars in which something happens at all, and how often in the war in which it happens most.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from many_wars.changes import CAUSES, SAME, Changes
from many_wars.sampling import LEVELS, Parameters, probabilities

EXTREME = 0.05
"""A check is missed where fewer than so many of the replications lie on one side of what was observed."""


@dataclass(frozen=True)
class Check:
    """One count: observed of `cases`; what the model expects, with its 90% range; `p`, the share of replications above what was observed and
    half of those equal to it (near 0: fewer expected than seen)."""

    name: str
    observed: int
    cases: int
    expected: float
    low: float
    high: float
    p: float

    @property
    def missed(self) -> bool:
        """Whether the observed count lies in a tail of 5%."""
        return not EXTREME <= self.p <= 1 - EXTREME


Counted = Callable[[np.ndarray], np.ndarray]


def replicate(changes: Changes, draws: Parameters, rng: np.random.Generator) -> np.ndarray:
    """Outcomes [S, M] drawn from each draw of the posterior."""
    own = (np.exp(draws.spread)[:, :, None] * draws.war)[:, :, changes.war].transpose(0, 2, 1)
    cumulated = probabilities(draws, changes.x, changes.tier, own).cumsum(axis=2)
    luck = rng.random((*cumulated.shape[:2], 1))
    return np.minimum((luck > cumulated).sum(axis=2), SAME)


def checks(changes: Changes, draws: Parameters, *, seed: int) -> tuple[Check, ...]:
    """All checks, for draws [S, ...]; those without a case are left out."""
    repeated = replicate(changes, draws, np.random.default_rng([seed, 1]))
    found = [_check(name, rows, count, changes.outcome, repeated) for name, (rows, count) in _counts(changes).items() if rows.any()]
    return (*found, *_wars(changes, repeated))


def _counts(changes: Changes) -> dict[str, tuple[np.ndarray, Counted]]:
    """By name: which rows, and which of their outcomes are counted."""
    tier, before = changes.tier, changes.before
    both = (tier > 0) & (changes.opponent > 0)

    def happens(cause: str) -> Counted:
        return lambda outcome: outcome == (SAME if cause == "same" else CAUSES.index(cause))

    counts = {f"{cause} from tier {level}": (tier == level, happens(cause)) for cause, level in LEVELS}
    for factor, words in (("onset", "opponent armed"), ("offset", "opponent no longer armed")):
        rows = changes.factor(factor) == 1
        counts[f"start, {words}"] = (rows & (tier == 0), happens("start"))
        for cause in ("raise", "same", "lower", "stop"):
            counts[f"{cause}, {words}, both sides supported"] = (rows & both, happens(cause))
    counts["start in the year after a stop"] = ((tier == 0) & (before > 0), happens("start"))
    counts["start, unsupported for two years or more"] = ((tier == 0) & (before == 0), happens("start"))
    fell = (before >= 0) & (before < tier)
    counts["lower or stop in the year after a rise or a start"] = (
        fell,
        lambda outcome: (outcome == CAUSES.index("lower")) | (outcome == CAUSES.index("stop")),
    )
    return counts


def _check(name: str, rows: np.ndarray, count: Counted, outcome: np.ndarray, repeated: np.ndarray) -> Check:
    """One count of outcomes."""
    return _summary(name, int(count(outcome[rows]).sum()), int(rows.sum()), count(repeated[:, rows]).sum(axis=1))


def _wars(changes: Changes, repeated: np.ndarray) -> list[Check]:
    """In how many wars each cause happens at all, and how often it happens in the war in which it happens most."""
    found: list[Check] = []
    wars = np.eye(changes.wars.size, dtype=np.int64)[changes.war]
    for index, cause in enumerate(CAUSES):
        seen, drawn = (changes.outcome == index) @ wars, (repeated == index) @ wars
        found.append(_summary(f"wars with a {cause}", int((seen > 0).sum()), changes.wars.size, (drawn > 0).sum(axis=1)))
        found.append(_summary(f"most cases of {cause} in one war", int(seen.max()), int(seen.sum()), drawn.max(axis=1)))
    return found


def _summary(name: str, observed: int, cases: int, drawn: np.ndarray) -> Check:
    """The observed count beside the drawn ones [S]."""
    low, high = np.quantile(drawn, (0.05, 0.95))
    p = float((drawn > observed).mean() + 0.5 * (drawn == observed).mean())
    return Check(name, observed, cases, float(drawn.mean()), float(low), float(high), p)
