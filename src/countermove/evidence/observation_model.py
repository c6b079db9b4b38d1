"""What a channel shows of a month of the model, and how likely a datum is, given it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from countermove.evidence.claimed_strength import channels_by_claimant
from countermove.evidence.observations import Observations, ObservedChannel
from countermove.world.cast import Array

SHARE_MARGIN = 1e-4  # a share is kept this far from 0 and 1
_LEAST_CHANCE = 1e-30  # chances are kept from 0


def observed_total(observed: ObservedChannel, kept: Array, x: Array) -> Array:
    """What a datum of this month would be about [n]: the month itself, the year so far, or of a claim the highest month so far."""
    if observed.claimant:
        return jnp.maximum(kept, x)
    return kept + x if observed.yearly and observed.channel.flow else x


def carried_total(observed: ObservedChannel, kept: Array, told: Array, december: Array) -> Array:
    """What is carried to the next month for `observed_total` [n]; `december` is 1 where the month ends a year."""
    if observed.claimant:
        return told
    return jnp.where(december > 0, 0.0, told) if observed.yearly and observed.channel.flow else kept


def _count_log_density(p: Mapping[str, Array], mean: Array, y: Array) -> Array:
    """Log probability of a count, negative binomial (mean, size), up to a constant of the datum alone."""
    size = p["observation.dispersion"]
    mean = jnp.maximum(mean, 1e-3)
    whole = size + mean
    return jax.lax.lgamma(y + size) - jax.lax.lgamma(size + 0 * y) + size * jnp.log(size / whole) + y * jnp.log(mean / whole)


def datum_log_density(p: Mapping[str, Array], observed: ObservedChannel, x: Array, y: Array) -> Array:
    """Log probability (density) of the datum `y` (a scalar) given what the month was [n]; constants of the datum are left out.

    Of no claim: those of one claimant are weighed together (`month_log_density`).
    """
    channel = observed.channel
    if channel.kind == "count":
        return _count_log_density(p, p["observation.reporting-rate"] * x, y)
    if channel.kind == "event":
        chance = channel.false + (1 - channel.missed - channel.false) * x
        return jnp.log(jnp.where(y > 0, chance, 1 - chance))
    if channel.kind == "share":
        inside = jnp.clip(x, SHARE_MARGIN, 1 - SHARE_MARGIN)
        gap = jnp.log(inside / (1 - inside)) - jnp.log(y / (1 - y))
        return -0.5 * jnp.square(gap / observed.error)
    gap = jnp.log((x + channel.floor) / (jnp.maximum(y, 0) + channel.floor)) / observed.error
    nothing = jnp.log(jnp.maximum(jax.scipy.stats.norm.sf(gap), _LEAST_CHANCE))  # a report of 0 is all that lies at 0 or below
    return jnp.where(y > 0, -0.5 * jnp.square(gap), nothing)


def month_log_density(
    p: Mapping[str, Array], channels: Sequence[ObservedChannel], xs: Sequence[Array], values: Array, known: Array
) -> Array:
    """Log density of a month's data, without its constants [n]: `values` and `known` [C] given what the month was, C times [n].

    Claims of one claimant share its bias, which is integrated out: with w = 1/error^2 and gaps d, -1/2 (sum w d^2 - (sum w bias d)^2 / (1 + sum w
    bias^2)), sums over what is known of it.
    """
    score = 0 * xs[0]
    for c, observed in enumerate(channels):
        if not observed.claimant:
            score = score + jnp.where(known[c] > 0, datum_log_density(p, observed, xs[c], values[c]), 0)
    for places in channels_by_claimant(channels).values():
        squares, sums, shared = 0 * xs[0], 0 * xs[0], jnp.float32(0)
        for c in places:
            observed, floor = channels[c], channels[c].channel.floor
            gap = jnp.where(known[c] > 0, jnp.log((values[c] + floor) / (xs[c] + floor)) / observed.error, 0)
            ratio = jnp.where(known[c] > 0, observed.bias / observed.error, 0)
            squares, sums, shared = squares + gap * gap, sums + ratio * gap, shared + ratio * ratio
        score = score - 0.5 * (squares - sums * sums / (1 + shared))
    return score


def log_density_constants(data: Observations) -> NDArray[np.float64]:
    """What `month_log_density` leaves out, [T]: the constants of each month's data, so that evidence is that of the data and not up to a factor."""
    from scipy.special import gammaln

    total = np.zeros(data.months)
    for c, observed in enumerate(data.channels):
        y, known = data.values[:, c], data.known[:, c]
        if observed.channel.kind == "count":
            term = -gammaln(y + 1)
        elif observed.channel.kind == "event":
            term = 0 * y
        else:
            share = observed.channel.kind == "share"
            near = np.clip(y, SHARE_MARGIN, 1 - SHARE_MARGIN)
            amount = y if observed.claimant else np.maximum(y, 0)
            stretch = np.log(near * (1 - near)) if share else np.log(amount + observed.channel.floor)
            inside = share | (y > 0) | bool(observed.claimant)
            term = np.where(inside, -stretch - np.log(observed.error) - 0.5 * np.log(2 * np.pi), 0.0)
        total += np.where(known, term, 0.0)
    for places in channels_by_claimant(data.channels).values():
        ratios = np.array([data.channels[c].bias / data.channels[c].error for c in places])
        total -= 0.5 * np.log1p(data.known[:, places] @ np.square(ratios))
    return total


def filter_arrays(data: Observations) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Values and known flags as float32 [T, C] for the filter; shares are kept off 0 and 1, and unknown places hold something harmless."""
    values = data.values.copy()
    for c, observed in enumerate(data.channels):
        if observed.channel.kind == "share":
            values[:, c] = np.clip(np.where(data.known[:, c], values[:, c], 0.5), SHARE_MARGIN, 1 - SHARE_MARGIN)
    return values.astype(np.float32), data.known.astype(np.float32)


def without_errors(
    p: Mapping[str, NDArray[np.float32]], channels: Sequence[ObservedChannel], truth: NDArray[np.float32]
) -> NDArray[np.float32]:
    """What the channels would show [T, C, n] if nothing erred: of counts the share that is reported, all else as it is."""
    out = truth.copy()
    for c, observed in enumerate(channels):
        if observed.channel.kind == "count":
            out[:, c] = p["observation.reporting-rate"] * truth[:, c]
    return out


def sample_data(
    p: Mapping[str, NDArray[np.float32]],
    channels: Sequence[ObservedChannel],
    truth: NDArray[np.float32],
    generator: np.random.Generator,
) -> NDArray[np.float32]:
    """Data as a record would hold them, from what the channels are about, both [T, C, n]; yearly ones are summed already, and claims are of peaks.

    A claimant has one bias in each of the n records.
    """
    out = np.empty_like(truth)
    biases: dict[str, NDArray[np.float64]] = {
        who: generator.standard_normal(truth.shape[2]) for who in channels_by_claimant(channels)
    }
    for c, observed in enumerate(channels):
        x, channel = truth[:, c].astype(np.float64), observed.channel
        if channel.kind == "count":
            mean = np.maximum(p["observation.reporting-rate"] * x, 1e-3)
            size = np.broadcast_to(p["observation.dispersion"], mean.shape).astype(np.float64)
            out[:, c] = generator.negative_binomial(size, size / (size + mean))
        elif channel.kind == "event":
            out[:, c] = generator.random(x.shape) < channel.false + (1 - channel.missed - channel.false) * x
        elif channel.kind == "share":
            inside = np.clip(x, SHARE_MARGIN, 1 - SHARE_MARGIN)
            logit = np.log(inside / (1 - inside)) + observed.error * generator.standard_normal(x.shape)
            out[:, c] = np.clip(1 / (1 + np.exp(-logit)), SHARE_MARGIN, 1 - SHARE_MARGIN)
        elif observed.claimant:
            off = observed.bias * biases[observed.claimant] + observed.error * generator.standard_normal(x.shape)
            out[:, c] = (x + channel.floor) * np.exp(off) - channel.floor  # not cut at 0: a claim is above it
        else:
            noisy = (x + channel.floor) * np.exp(observed.error * generator.standard_normal(x.shape)) - channel.floor
            out[:, c] = np.maximum(noisy, 0)
    return out
