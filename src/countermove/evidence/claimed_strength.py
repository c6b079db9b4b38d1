"""Claims: what a party says of somebody's strength. One datum per claimant and series, the highest that it claimed, with a bias of its own.

A party that exaggerates does so every time, so that its second claim says little more than its first. What it claimed most stands against the
most that there was, from the first month of the replay to the month in which it last spoke, and all its claims are heard in that month. With y the
claim, x the peak, f the channel's floor, and u normal, one for each claimant:

    log(y + f) = log(x + f) + bias u + error e,  u, e ~ N(0, 1)

The bias is integrated out: the gaps of one claimant's series are jointly normal, with covariance error^2 on the diagonal plus bias bias'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from countermove.world.record import Record, Series

if TYPE_CHECKING:
    from countermove.evidence.observations import ObservedChannel

Floats = NDArray[np.float64]


def highest_claims(
    record: Record, series: Series, clock: tuple[int, int], known_by: int | None, coding: str | Mapping[str, str] | None
) -> dict[str, Floats]:
    """By claimant what it claimed most in this series, in the model's unit, in the month in which it last claimed anything; else nan [T].

    `clock`: the first month of the replay and how many it has; claims of other months are not heard.
    """
    start, months = clock
    last_claim: dict[str, int] = {}
    highest: dict[str, float] = {}
    for row in record.rows(known_by, coding):
        if record.series[row.series].bias is None or not 0 <= row.valid - start < months:
            continue
        who = record.claimant(row.source)
        last_claim[who] = max(last_claim.get(who, 0), row.valid - start)
        if row.series == series.name:
            highest[who] = max(highest.get(who, 0.0), row.value * series.scale)
    paths: dict[str, Floats] = {}
    for who in sorted(highest):
        paths[who] = np.full(months, np.nan)
        paths[who][last_claim[who]] = highest[who]
    return paths


def channels_by_claimant(seen: Sequence[ObservedChannel]) -> dict[str, tuple[int, ...]]:
    """By claimant the places of its channels."""
    found: dict[str, tuple[int, ...]] = {}
    for c, one in enumerate(seen):
        if one.claimant:
            found[one.claimant] = (*found.get(one.claimant, ()), c)
    return found
