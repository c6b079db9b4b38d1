"""A stacked forecast: the simulator, as it is and from the last datum on, and the simple forecasts, mixed by how well each did before.

The weights make the mixture of the greatest mean log score on the months that were known by the origin (Hall & Mitchell 2007; Yao et al.
2018), drawn towards equal weights by one origin's worth: few origins do not silence anybody.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from countermove.evidence.smc2 import Floats
from countermove.questions.backtest.scales import StabilisingScale
from countermove.world.channel import Channel

Rows = NDArray[np.float64] | list[list[Floats] | None]  # by origin and months ahead, members; of an event its probability
PRIOR_ORIGINS = 1.0  # origins in which all methods are taken to have done equally well
WIDE_SHARE = 0.02  # share of a density that is spread wide, so that nobody is ruined by one month
NARROWEST = 1e-3  # width of a kernel on the even scale, at least
_EM_STEPS = 500


def members_by_theory(weight: Floats, size: int) -> NDArray[np.int64]:
    """How many of `size` members each theory gives [Th]."""
    up_to: Floats = np.cumsum(weight / weight.sum())
    places: Floats = (np.arange(size, dtype=np.float64) + 0.5) / size
    which = np.minimum(np.searchsorted(up_to, places), len(weight) - 1)
    return np.bincount(which, minlength=len(weight)).astype(np.int64)


def mix_theories(theories: Sequence[NDArray[np.float32]], weights: Floats) -> NDArray[np.float32]:
    """The forecast [O, ..., m] of a mixture of theories (each [O, ..., m]) with weights [O, Th]: as many members as one theory has, spread
    evenly over its own."""
    every = np.stack(theories)  # [Th, O, ..., m]
    size = every.shape[-1]
    out = np.empty_like(every[0])
    for o, weight in enumerate(weights):
        begun = 0
        for theory, count in enumerate(members_by_theory(weight, size).tolist()):
            chosen = evenly_spaced(size, count)
            out[o, ..., begun : begun + count] = every[theory, o][..., chosen]
            begun += count
    return out


def evenly_spaced(size: int, count: int) -> NDArray[np.int64]:
    """`count` of `size` members, evenly spread over them."""
    return ((np.arange(count, dtype=np.float64) + 0.5) * size / max(count, 1)).astype(np.int64)


def density(channel: Channel, members: Floats, y: Floats) -> Floats:
    """Density at y [...] of ensembles [..., m] on the even scale: normal kernels (Silverman 1986), and a little of a far wider normal."""
    scale = StabilisingScale(channel)
    even, at = scale.of(members), scale.of(y)
    low, high = np.quantile(even, (0.25, 0.75), axis=-1)
    sd: Floats = even.std(axis=-1)
    middle: Floats = (high - low) / 1.34
    narrow = np.where(middle > 0, np.minimum(sd, middle), sd)
    width: Floats = np.maximum(0.9 * narrow * even.shape[-1] ** -0.2, NARROWEST)
    wide: Floats = np.maximum(3 * sd, 1.0)
    kernels: Floats = np.exp(-0.5 * np.square((at[..., None] - even) / width[..., None])).mean(axis=-1) / width
    stray: Floats = np.exp(-0.5 * np.square((at - even.mean(axis=-1)) / wide)) / wide
    return ((1 - WIDE_SHARE) * kernels + WIDE_SHARE * stray) / np.sqrt(2 * np.pi)


def densities(channel: Channel, rows: Rows, y: Floats) -> Floats:
    """What a method gave to what happened [O, H]; nan where that is not known, 0 where it made no forecast."""
    if channel.kind == "event":
        chance = np.stack([np.asarray(said, np.float64)[:, 0] for said in rows if said is not None])
        return np.where(np.isnan(y), np.nan, np.where(y > 0, chance, 1 - chance))
    if isinstance(rows, np.ndarray):
        return density(channel, rows, y)
    found = np.where(np.isnan(y), np.nan, 0.0)
    for o, said in enumerate(rows):
        for h, members in enumerate(said or ()):
            found[o, h] = density(channel, members, y[o, h])
    return found


def stack_weights(given: Floats, origins: NDArray[np.int64]) -> Floats:
    """Weights [O, N] of N methods at each origin, from the densities [N, O, H] of the months that were known by then; an origin counts once."""
    out = np.full((len(origins), len(given)), 1 / len(given))
    month: NDArray[np.int64] = origins[:, None] + np.arange(1, given.shape[2] + 1, dtype=np.int64)
    every: NDArray[np.bool_] = np.asarray(~np.isnan(given).any(axis=0))
    for o, now in enumerate(origins):
        known: NDArray[np.bool_] = (month <= now) & every
        if not known.any():
            continue
        counted: Floats = known / np.maximum(known.sum(axis=1, keepdims=True), 1)
        out[o] = _best_weight(given[:, known], counted[known], out[o - 1] if o else out[o])
    return out


def _best_weight(cases: Floats, counted: Floats, weight: Floats) -> Floats:
    """Weights [N] for densities [N, n] of cases that count for so much [n], sought from `weight` on."""
    for _ in range(_EM_STEPS):  # EM for the shares of a mixture: every turn is a step up
        there = weight[:, None] * cases
        after: Floats = PRIOR_ORIGINS / len(cases) + (there / there.sum(axis=0) * counted).sum(axis=1)
        after /= after.sum()
        if np.abs(after - weight).max() < 1e-6:
            return after
        weight = after
    return weight


def _row(rows: Rows, o: int, h: int) -> Floats:
    """A method's members, one at 0 where it has none (and no weight)."""
    said = rows[o]
    return np.zeros(1) if said is None else np.asarray(said[h], np.float64)


def mix_methods(channel: Channel, rows: Sequence[Rows], weights: Floats, size: int, horizon: int) -> NDArray[np.float64]:
    """The mixture [O, H, size] of methods with weights [O, N], as members of each in proportion; of an event its probability [O, H, 1]."""
    event = channel.kind == "event"
    out = np.full((len(weights), horizon, 1 if event else size), np.nan)
    for o, weight in enumerate(weights):
        made = np.array([method[o] is not None for method in rows])
        if not made.any():
            continue
        share = np.where(made, weight, 0.0)
        for h in range(horizon):
            said = [_row(method, o, h) for method in rows]
            if event:
                out[o, h, 0] = share @ np.array([one[0] for one in said]) / share.sum()
                continue
            counts = members_by_theory(share, size).tolist()
            out[o, h] = np.concatenate([one[evenly_spaced(len(one), count)] for one, count in zip(said, counts, strict=True)])
    return out
