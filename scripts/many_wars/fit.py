"""What many wars say of support: how often it begins, persists, climbs and stops, and whether it answers the other side's arms.

`fit_tiers` fits the model of `sampling` to the changes of `changes`. It returns

- rates a year, with an interval for the mean of wars and the range of a war that is not in the record (the prior for a new war);
- the odds of each change after a state *began* to arm the opponent (the reaction) and after one *ended* to (the placebo), and the reaction
  over the placebo. Nobody answers the end of the opponent's arms by starting or raising support; odds that rise after both tell of
  volatile wars, or of coding, and of no reply. For lowering and stopping the end of the need is a reason too, so there the placebo is weak;
- the checks of `checks`: what the fitted model expects to be counted, beside what was.

Every interval holds nine cases of ten. It is conditional on the model, and knows nothing of the wars and years that are censored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from countermove.errors import EvidenceError
from many_wars.changes import CAUSES, FACTORS, Censored, Changes
from many_wars.checks import Check, checks
from many_wars.sampling import EFFECT_SD, Diagnostics, Parameters, Sampling, probabilities, sample

LOW, HIGH = 0.05, 0.95
THINNED = 500
"""Draws used for rates and checks, of all that were sampled."""
NORMAL = 1.6448536269514722

WORDS = {
    "start": "a side without a state behind it finds one",
    "raise": "own patrons climb a tier",
    "lower": "own patrons come down a tier, and stay",
    "stop": "own patrons stop",
}


class Interval(NamedTuple):
    """The median and the ends of the 90% interval."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: np.ndarray) -> Interval:
        """Of draws [S]."""
        low, median, high = np.quantile(values, (LOW, 0.5, HIGH))
        return cls(float(median), float(low), float(high))

    def __str__(self) -> str:
        """`0.12 (0.05 to 0.31)`."""
        return f"{self.median:.3g} ({self.low:.3g} to {self.high:.3g})"


@dataclass(frozen=True)
class Rate:
    """How often a year: `happened` of `cases` in the record; the mean of wars (the war's own effect drawn anew for each row);
    one war that is not in the record; the Beta(a, b) with the mean and the variance of the latter, which can serve as a prior."""

    name: str
    happened: int
    cases: int
    mean: Interval
    new_war: Interval
    beta: tuple[float, float]

    @property
    def monthly(self) -> Interval:
        """The rate of a war that is not in the record, a month: what makes the year's if all months are alike."""
        if self.name == "persist":
            return Interval(*(share ** (1 / 12) for share in self.new_war))
        return Interval(*(1 - (1 - share) ** (1 / 12) for share in self.new_war))


@dataclass(frozen=True)
class Odds:
    """By how much the odds of a cause (against staying in the tier) are multiplied in the year after a state began to arm the opponent
    (`reaction`), after one ended to (`placebo`), and the first over the second (`net`). `happened` of `cases` in the record; `placebo_happened`
    of `placebo_cases` likewise. `sentence` says it in words."""

    cause: str
    reaction: Interval
    placebo: Interval
    net: Interval
    happened: int
    cases: int
    placebo_happened: int
    placebo_cases: int
    sentence: str


@dataclass(frozen=True)
class TierFit:
    """What the record says of tiers. `factors` [C, F]: odds ratios by CAUSES and FACTORS; `spread` [C]: the standard deviation, between wars,
    of the logarithm of the odds; `prior`: the interval of every odds ratio before the record was looked at."""

    rates: tuple[Rate, ...]
    odds: tuple[Odds, ...]
    factors: tuple[tuple[Interval, ...], ...]
    spread: tuple[Interval, ...]
    prior: Interval
    checks: tuple[Check, ...]
    diagnostics: Diagnostics
    censored: Censored
    wars: int
    seed: int
    sentence: str

    def rate(self, name: str) -> Rate:
        """The rate of that name; raises EvidenceError where there is none."""
        for rate in self.rates:
            if rate.name == name:
                return rate
        raise EvidenceError(f"no rate {name}", next=f"one of {', '.join(rate.name for rate in self.rates)}")


def fit_tiers(changes: Changes, *, seed: int, sampling: Sampling | None = None) -> TierFit:
    """Fit the model, and say what it says.

    Args:
        changes: from `changes.changes`.
        seed: of the chains; the same seed gives the same result on the same machine.
        sampling: how long; by default 4 chains of 1,000 steps to tune and 1,500 draws.

    Raises:
        EvidenceError: fewer than two wars, no side without support or none with it, no opponent armed or none disarmed, fewer than two
            chains or four draws, a seed below 0.
    """
    how = sampling if sampling is not None else Sampling()
    _refuse(changes, seed, how)
    draws, diagnostics = sample(changes, seed=seed, how=how)
    few = _thinned(draws)
    odds = tuple(_odds(changes, draws, cause) for cause in range(len(CAUSES)))
    found = checks(changes, few, seed=seed)
    return TierFit(
        rates=_rates(changes, few, np.random.default_rng(seed)),
        odds=odds,
        factors=tuple(
            tuple(Interval.of(np.exp(draws.effect[:, cause, factor])) for factor in range(len(FACTORS)))
            for cause in range(len(CAUSES))
        ),
        spread=tuple(Interval.of(np.exp(draws.spread[:, cause])) for cause in range(len(CAUSES))),
        prior=Interval(1.0, float(np.exp(-NORMAL * EFFECT_SD)), float(np.exp(NORMAL * EFFECT_SD))),
        checks=found,
        diagnostics=diagnostics,
        censored=changes.censored,
        wars=changes.wars.size,
        seed=seed,
        sentence=_sentence(changes, odds, diagnostics, found),
    )


def _refuse(changes: Changes, seed: int, how: Sampling) -> None:
    """All that is wrong, at once."""
    supported = changes.tier > 0
    wrong = [
        (changes.wars.size < 2, f"{changes.wars.size} war(s): two at least, to tell wars from each other"),
        (not supported.any(), "no side with support"),
        (supported.all(), "no side without support"),
        (not changes.factor("onset").any(), "no opponent that a state began to arm"),
        (not changes.factor("offset").any(), "no opponent that a state ceased to arm"),
        (not np.isfinite(changes.x).all(), "a factor that is not a number"),
        (how.chains < 2 or how.draws < 4 or how.warmup < 1, "fewer than two chains, four draws or one step to tune"),
        (not 0 < how.target < 1, f"a mean acceptance of {how.target}: between 0 and 1"),
        (seed < 0, f"the seed {seed}: 0 or more"),
    ]
    found = [what for bad, what in wrong if bad]
    if found:
        raise EvidenceError("; ".join(found), where="tiers", next="the model needs all of these to be otherwise")


def _thinned(draws: Parameters) -> Parameters:
    """At most THINNED draws, evenly over all chains."""
    total = draws.level.shape[0]
    count = min(THINNED, total)
    kept = [number * total // count for number in range(count)]
    return Parameters(*(part[kept] for part in draws))


# --- rates ------------------------------------------------------------------------------------------------------------


def _rates(changes: Changes, draws: Parameters, rng: np.random.Generator) -> tuple[Rate, ...]:
    """Rates a year in wars like those of the record (its factors), with the war's own effect drawn anew."""
    rates = [_rate("start", changes, draws, (0,), ("start",), rng), _rate("persist", changes, draws, (1, 2, 3), ("stop",), rng)]
    for tier in (1, 2, 3):
        possible = [cause for cause in ("raise", "lower", "stop") if (cause, tier) not in (("raise", 3), ("lower", 1))]
        rates += [_rate(f"{cause} from {tier}", changes, draws, (tier,), (cause,), rng) for cause in possible]
    return tuple(rates)


def _rate(
    name: str, changes: Changes, draws: Parameters, tiers: tuple[int, ...], causes: tuple[str, ...], rng: np.random.Generator
) -> Rate:
    """One rate; `persist` is counted as what does not stop."""
    rows = np.flatnonzero(np.isin(changes.tier, tiers))
    wanted = [CAUSES.index(cause) for cause in causes]
    turned = name == "persist"
    spread = np.exp(draws.spread)[:, None]

    def shares(own: np.ndarray) -> np.ndarray:
        share = probabilities(draws, changes.x[rows], changes.tier[rows], own)[:, :, wanted].sum(axis=2).mean(axis=1)
        return 1 - share if turned else share

    many = spread * rng.standard_normal((draws.level.shape[0], rows.size, len(CAUSES)))
    one = np.broadcast_to(spread * rng.standard_normal((draws.level.shape[0], 1, len(CAUSES))), many.shape)
    mean, new = shares(many), shares(one)
    happened = int(np.isin(changes.outcome[rows], wanted).sum())
    centre, variance = float(new.mean()), float(new.var())
    size = centre * (1 - centre) / variance - 1
    happened = rows.size - happened if turned else happened
    return Rate(name, happened, rows.size, Interval.of(mean), Interval.of(new), (centre * size, (1 - centre) * size))


# --- reactions --------------------------------------------------------------------------------------------------------


def _odds(changes: Changes, draws: Parameters, cause: int) -> Odds:
    """The reaction, the placebo and their ratio for one cause."""
    onset, offset = draws.effect[:, cause, FACTORS.index("onset")], draws.effect[:, cause, FACTORS.index("offset")]
    name = CAUSES[cause]
    at_risk = {
        "start": changes.tier == 0,
        "raise": (changes.tier > 0) & (changes.tier < 3),
        "lower": changes.tier > 1,
        "stop": changes.tier > 0,
    }
    begun, ended = (at_risk[name] & (changes.factor(factor) == 1) for factor in ("onset", "offset"))
    counts = [int(number) for rows in (begun, ended) for number in ((changes.outcome[rows] == cause).sum(), rows.sum())]
    reaction, placebo, net = (Interval.of(np.exp(values)) for values in (onset, offset, onset - offset))
    words = (
        f"After a state begins to arm the opponent ({counts[0]} of {counts[1]}), the odds that {WORDS[name]} are multiplied by {reaction}: "
        f"{_against_one(reaction)}. After one ends to ({counts[2]} of {counts[3]}), by {placebo}: {_against_one(placebo)}. "
        f"The first over the second is {net}: {_against_one(net)}."
    )
    return Odds(name, reaction, placebo, net, counts[0], counts[1], counts[2], counts[3], words)


def _against_one(odds: Interval) -> str:
    """What an interval of an odds ratio allows to say."""
    if odds.low > 1:
        return "more often"
    return "less often" if odds.high < 1 else "the record cannot tell"


def _sentence(changes: Changes, odds: tuple[Odds, ...], diagnostics: Diagnostics, found: tuple[Check, ...]) -> str:
    """What the record says and cannot say, in plain words."""
    told = [WORDS[row.cause] for row in odds if row.net.low > 1 or row.net.high < 1]
    alone = [WORDS[row.cause] for row in odds if (row.reaction.low > 1 or row.reaction.high < 1) and WORDS[row.cause] not in told]
    missed = [check.name for check in found if check.missed]
    parts = [f"{changes.tier.size:,} changes in {changes.wars.size} wars."]
    if not diagnostics.settled:
        parts.insert(0, "The chains did not settle: nothing below may be used.")
    if told:
        parts.append(f"The reaction differs from the placebo in how often {'; '.join(told)}.")
    else:
        parts.append("No reaction to the arming of the opponent can be told from the placebo.")
    if alone:
        parts.append(f"It differs from no change, but not from the placebo, in how often {'; '.join(alone)}.")
    if missed:
        parts.append(f"The model does not reproduce: {'; '.join(missed)}.")
    parts.append(
        "The record cannot tell who moved first within a year, how much was given within a tier, who was winning, or what happened in years and "
        "dyads that are not in it; a war that ends leaves it, whatever its patrons did."
    )
    return " ".join(parts)
