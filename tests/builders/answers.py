"""Parts of what questions find, made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from countermove.questions.claims.finding import Counted
from countermove.questions.gaps.finding import Gap, GapsFound, Interval, StrategyGaps


def gap(probability: Mapping[str, Interval], **changes: Any) -> Gap:
    """A question that a plan leaves open, which costs nothing that is known."""
    told = {
        "cell": "c",
        "question": "asked?",
        "contingency": "",
        "reach": (0.0, 1.0),
        "first": {},
        "cost": None,
        "costs": {},
        "answers": (),
    }
    return Gap(probability=probability, **{**told, **changes})


def gaps_found(strategies: tuple[StrategyGaps, ...], weights: Mapping[str, float], **changes: Any) -> GapsFound:
    """Plans and what they leave open, on the priors."""
    told = {"scenario": "small", "weights_from": "priors", "draws": 64, "seed": 0, "seconds": 1.0, "hashes": {}, **changes}
    return GapsFound(strategies=strategies, weights=weights, **told)


def counted(k: int, n: int, low: float, high: float, **changes: Any) -> Counted:
    """So many cases of so many on a record, with an interval that tells nothing."""
    told = {"coding": "default", "verdict": "cannot tell", "left_out": 0, "events": k, "anyway": 0.1, **changes}
    return Counted(k=k, n=n, low=low, high=high, **told)
