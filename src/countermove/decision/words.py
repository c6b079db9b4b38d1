"""Numbers as the sentences of verdicts and flip points write them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from countermove.decision.cells import WEIGHTED


def with_error(value: float, se: float) -> tuple[str, str]:
    """A value and its error with as many decimals as the error's first digit needs: two at least, six at most."""
    if not math.isfinite(se):
        return f"{value:.2f}", "unknown"
    size = se if se > 0 else abs(value)
    decimals = 2 if size <= 0 else min(max(-math.floor(math.log10(size)), 2), 6)
    return f"{value:.{decimals}f}", f"{se:.{decimals}f}"


def percent(share: float) -> str:
    """A share as a percentage: whole, with a decimal near 0 and 100 so that what is possible is not called impossible."""
    if not math.isfinite(share):
        return "unknown"
    if 0 < share < 0.01 or 0.99 < share < 1:
        return "less than 0.1%" if share < 0.001 else "more than 99.9%" if share > 0.999 else f"{share:.1%}"
    return f"{share:.0%}"


def under(theory: str) -> str:
    """Opening of a sentence: under which theory."""
    return "Over the weighted theories" if theory == WEIGHTED else f"Under {theory}"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: a, b and c."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)
