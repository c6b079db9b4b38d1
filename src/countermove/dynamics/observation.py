"""What the patrons see: lagged, noisy, and covert units only through reports."""

from __future__ import annotations

import jax.numpy as jnp

from countermove.dynamics.politics import shock
from countermove.dynamics.strength import Params, of_side, shortfall, strength
from countermove.world.cast import Array, Cast
from countermove.world.state import Sight, StartValues, State

Luck = dict[str, Array]


def reports(cast: Cast, p: Params, state: State, troops: Array, u: Luck) -> tuple[Array, Array]:
    """The rungs as the owner sees them, and which patrons' covert units have been reported [P, n]."""
    seen, detected = [state.rung[0]], [state.detected[0]]
    for j in range(1, len(cast.patrons)):
        rung = state.rung[j]
        covert = rung >= 7
        found = (troops[j] > p["observation.visible"]) & (u["detect"][j] < p["observation.report"])
        known = covert & ((state.detected[j] > 0) | found)
        alarm = u["false-alarm"][j] < p["observation.false-alarm"]
        seen.append(jnp.where(covert, jnp.where(known, rung, 6.0), jnp.where(alarm, 7.0, rung)))
        detected.append(known.astype(jnp.float32))
    return jnp.stack(seen), jnp.stack(detected)


def variance_and_gain(p: Params, variance: Array) -> tuple[Array, Array]:
    """Variance of an estimate after one more look, and how far the look is trusted against what was thought before (local level)."""
    before = variance + p["observation.balance-drift"] ** 2
    noise = p["observation.balance-error"] ** 2
    trust = jnp.where(before + noise > 0, before / jnp.where(before + noise > 0, before + noise, 1), 1.0)
    return (1 - trust) * before, trust


def observe(cast: Cast, p: Params, reference: StartValues, state: State, u: Luck) -> Sight:
    """Everything that decisions of the month may rest on, from the state at the end of the last month."""
    power = strength(cast, p, state, state.orders.line)
    short = of_side(cast, shortfall(cast, p, power.balance, state.ground))
    error = p["observation.balance-error"] * u["balance"]
    signs = jnp.asarray([1.0] + [-1.0] * (len(cast.sides) - 1), jnp.float32)[:, None]
    variance, trust = variance_and_gain(p, state.estimate_variance)
    balance = state.estimated_balance + trust * (power.balance + signs * error[0] - state.estimated_balance)
    missing = state.estimated_shortfall + trust * (short + error - state.estimated_shortfall)
    change = balance - (reference.balance if cast.settled_front else 0.0)
    threshold = p["observation.losing"] * jnp.sqrt(variance)
    seen, detected = reports(cast, p, state, power.troops, u)
    moved = (seen > state.seen).astype(jnp.float32) - (seen < state.seen).astype(jnp.float32)
    prior = jnp.log(p["belief.prior"] / (1 - p["belief.prior"]))
    belief = jnp.clip(state.resolve_belief + p["belief.gain"] * moved + p["belief.fade"] * (prior - state.resolve_belief), -6, 6)
    return Sight(
        shortfall=missing,
        true_shortfall=short,
        true_balance=power.balance,
        balance=balance,
        losing=(change < -threshold).astype(jnp.float32),
        winning=(change > threshold).astype(jnp.float32),
        estimate_variance=variance,
        seen=seen,
        detected=detected,
        resolve_belief=belief,
        oil=shock(p, state.oil, u["oil"]),
        approval=shock(p, state.approval, u["approval"]),
        strength=of_side(cast, power.force),
    )


def reported_deaths(p: Params, deaths: Array, noise: Array) -> Array:
    """Deaths as reported, persons a month [n]: negative-binomial mean and variance, normal in shape."""
    mean = p["observation.reporting-rate"] * deaths
    return jnp.maximum(mean + jnp.sqrt(mean + mean * mean / p["observation.dispersion"]) * noise, 0)
