"""Points of an objective in what they are worth: lives or money, with their error."""

from __future__ import annotations

import math

from countermove.scenario.schema import Objective
from countermove.show.lives_and_money import currencies, in_lives_or_money, rounded


def in_lives(points: float, objective: Objective | None, se: float = math.nan) -> str:
    """So many points as `390 ± 97 soldiers' lives lost`: saved where they are above 0; in another way where neither lives nor money are valued.

    Empty where nothing fits, and for no points. An error below one is told as one.
    """
    found = currencies(objective)
    if not points or not math.isfinite(points):
        return ""
    if not found:
        return in_lives_or_money(points, objective)
    one = found[0]
    off = se * one.per_point
    error = f" ± {rounded(max(off, 1.0))}" if math.isfinite(se) and se > 0 else ""
    end = "saved" if points > 0 else "lost" if one.persons else "spent"
    return f"{rounded(abs(points) * one.per_point)}{error} {one.name} {end}"
