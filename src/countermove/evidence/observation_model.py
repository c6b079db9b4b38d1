"""What a channel shows of a month of the model, and how likely a datum is, given it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from countermove.dynamics.strength import troops
from countermove.dynamics.territory import shares
from countermove.engine.step import Report
from countermove.evidence.claimed_strength import claimants
from countermove.evidence.observations import Observations, Seen
from countermove.world.cast import Array, Cast
from countermove.world.state import HIGH, State

ENTERED = 2.0  # thousand men of regular units that make an intervention (rung 7)
FAINT = 1e-4  # a share is kept this far from 0 and 1
_NEVER = 1e-30  # chances are kept from 0


def _entered(cast_: Cast, p: Mapping[str, Array], state: State, j: int) -> Array:
    men = troops(cast_, p, state.support, state.rung)[j]
    return ((state.rung[j] >= 7) & (men > ENTERED)).astype(jnp.float32)


def latent(cast_: Cast, p: Mapping[str, Array], before: State, after: State, report: Report, one: Seen) -> Array:
    """What the channel is about in this month, float32 [n]: events 0 or 1, counts in persons, shares, amounts."""
    actor = one.actor
    ways = {
        "deaths": lambda: report.deaths,
        "civilians": lambda: report.civilians,
        "held": lambda: shares(cast_, after.ground)[actor],
        "truce-begins": lambda: report.flags.truce_began,
        "truce-breaks": lambda: report.flags.truce_broke,
        "high-intensity": lambda: (after.regime == HIGH).astype(jnp.float32),
        "attacks": lambda: report.flags.attack[actor],
        "losing": lambda: report.flags.losing[actor],
        "winning": lambda: report.flags.winning[actor],
        "intervenes": lambda: jnp.maximum(_entered(cast_, p, after, actor) - _entered(cast_, p, before, actor), 0),
        "quits": lambda: report.flags.quit[actor],
        "support": lambda: after.support[actor],
        "personnel": lambda: troops(cast_, p, after.support, after.rung)[actor],
        "dead": lambda: after.dead[actor] - before.dead[actor],
        "spent": lambda: after.spent[actor] - before.spent[actor],
    }
    return cast(Array, ways[one.channel.name]())


def told_of(one: Seen, kept: Array, x: Array) -> Array:
    """What a datum of this month would be about [n]: the month itself, the year so far, or of a claim the highest month so far."""
    if one.claimant:
        return jnp.maximum(kept, x)
    return kept + x if one.yearly and one.channel.flow else x


def kept_of(one: Seen, kept: Array, told: Array, december: Array) -> Array:
    """What is carried to the next month for `told_of` [n]; `december` is 1 where the month ends a year."""
    if one.claimant:
        return told
    return jnp.where(december > 0, 0.0, told) if one.yearly and one.channel.flow else kept


def _count(p: Mapping[str, Array], mean: Array, y: Array) -> Array:
    """Log probability of a count, negative binomial (mean, size), up to a constant of the datum alone."""
    size = p["observation.dispersion"]
    mean = jnp.maximum(mean, 1e-3)
    whole = size + mean
    return jax.lax.lgamma(y + size) - jax.lax.lgamma(size + 0 * y) + size * jnp.log(size / whole) + y * jnp.log(mean / whole)


def weight(p: Mapping[str, Array], one: Seen, x: Array, y: Array) -> Array:
    """Log probability (density) of the datum `y` (a scalar) given what the month was [n]; constants of the datum are left out.

    Of no claim: those of one claimant are weighed together (`score_of`).
    """
    channel = one.channel
    if channel.kind == "count":
        return _count(p, p["observation.reporting-rate"] * x, y)
    if channel.kind == "event":
        chance = channel.false + (1 - channel.missed - channel.false) * x
        return jnp.log(jnp.where(y > 0, chance, 1 - chance))
    if channel.kind == "share":
        inside = jnp.clip(x, FAINT, 1 - FAINT)
        gap = jnp.log(inside / (1 - inside)) - jnp.log(y / (1 - y))
        return -0.5 * jnp.square(gap / one.error)
    gap = jnp.log((x + channel.floor) / (jnp.maximum(y, 0) + channel.floor)) / one.error
    nothing = jnp.log(jnp.maximum(jax.scipy.stats.norm.sf(gap), _NEVER))  # a report of 0 is all that lies at 0 or below
    return jnp.where(y > 0, -0.5 * jnp.square(gap), nothing)


def score_of(p: Mapping[str, Array], seen: Sequence[Seen], xs: Sequence[Array], values: Array, known: Array) -> Array:
    """Log density of a month's data, without its constants [n]: `values` and `known` [C] given what the month was, C times [n].

    Claims of one claimant share its bias, which is integrated out: with w = 1/error^2 and gaps d, -1/2 (sum w d^2 - (sum w bias d)^2 / (1 + sum w
    bias^2)), sums over what is known of it.
    """
    score = 0 * xs[0]
    for c, one in enumerate(seen):
        if not one.claimant:
            score = score + jnp.where(known[c] > 0, weight(p, one, xs[c], values[c]), 0)
    for places in claimants(seen).values():
        squares, sums, shared = 0 * xs[0], 0 * xs[0], jnp.float32(0)
        for c in places:
            one, floor = seen[c], seen[c].channel.floor
            gap = jnp.where(known[c] > 0, jnp.log((values[c] + floor) / (xs[c] + floor)) / one.error, 0)
            ratio = jnp.where(known[c] > 0, one.bias / one.error, 0)
            squares, sums, shared = squares + gap * gap, sums + ratio * gap, shared + ratio * ratio
        score = score - 0.5 * (squares - sums * sums / (1 + shared))
    return score


def constants(data: Observations) -> NDArray[np.float64]:
    """What `score_of` leaves out, [T]: the constants of each month's data, so that evidence is that of the data and not up to a factor."""
    from scipy.special import gammaln

    total = np.zeros(data.months)
    for c, one in enumerate(data.seen):
        y, known = data.values[:, c], data.known[:, c]
        if one.channel.kind == "count":
            term = -gammaln(y + 1)
        elif one.channel.kind == "event":
            term = 0 * y
        else:
            share = one.channel.kind == "share"
            near = np.clip(y, FAINT, 1 - FAINT)
            amount = y if one.claimant else np.maximum(y, 0)
            stretch = np.log(near * (1 - near)) if share else np.log(amount + one.channel.floor)
            inside = share | (y > 0) | bool(one.claimant)
            term = np.where(inside, -stretch - np.log(one.error) - 0.5 * np.log(2 * np.pi), 0.0)
        total += np.where(known, term, 0.0)
    for places in claimants(data.seen).values():
        ratios = np.array([data.seen[c].bias / data.seen[c].error for c in places])
        total -= 0.5 * np.log1p(data.known[:, places] @ np.square(ratios))
    return total


def tame(data: Observations) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Values and known flags as float32 [T, C] for the filter; shares are kept off 0 and 1, and unknown places hold something harmless."""
    values = data.values.copy()
    for c, one in enumerate(data.seen):
        if one.channel.kind == "share":
            values[:, c] = np.clip(np.where(data.known[:, c], values[:, c], 0.5), FAINT, 1 - FAINT)
    return values.astype(np.float32), data.known.astype(np.float32)


def told(p: Mapping[str, NDArray[np.float32]], seen: Sequence[Seen], truth: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the channels would show [T, C, n] if nothing erred: of counts the share that is reported, all else as it is."""
    out = truth.copy()
    for c, one in enumerate(seen):
        if one.channel.kind == "count":
            out[:, c] = p["observation.reporting-rate"] * truth[:, c]
    return out


def sampled(
    p: Mapping[str, NDArray[np.float32]], seen: Sequence[Seen], truth: NDArray[np.float32], generator: np.random.Generator
) -> NDArray[np.float32]:
    """Data as a record would hold them, from what the channels are about, both [T, C, n]; yearly ones are summed already, and claims are of peaks.

    A claimant has one bias in each of the n records.
    """
    out = np.empty_like(truth)
    biases: dict[str, NDArray[np.float64]] = {who: generator.standard_normal(truth.shape[2]) for who in claimants(seen)}
    for c, one in enumerate(seen):
        x, channel = truth[:, c].astype(np.float64), one.channel
        if channel.kind == "count":
            mean = np.maximum(p["observation.reporting-rate"] * x, 1e-3)
            size = np.broadcast_to(p["observation.dispersion"], mean.shape).astype(np.float64)
            out[:, c] = generator.negative_binomial(size, size / (size + mean))
        elif channel.kind == "event":
            out[:, c] = generator.random(x.shape) < channel.false + (1 - channel.missed - channel.false) * x
        elif channel.kind == "share":
            inside = np.clip(x, FAINT, 1 - FAINT)
            logit = np.log(inside / (1 - inside)) + one.error * generator.standard_normal(x.shape)
            out[:, c] = np.clip(1 / (1 + np.exp(-logit)), FAINT, 1 - FAINT)
        elif one.claimant:
            off = one.bias * biases[one.claimant] + one.error * generator.standard_normal(x.shape)
            out[:, c] = (x + channel.floor) * np.exp(off) - channel.floor  # not cut at 0: a claim is above it
        else:
            noisy = (x + channel.floor) * np.exp(one.error * generator.standard_normal(x.shape)) - channel.floor
            out[:, c] = np.maximum(noisy, 0)
    return out
