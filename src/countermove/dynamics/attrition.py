"""Attrition: two sides in closed form (Lanchester 1916), the general law (Helmbold 1965) by second-order sub-steps."""

from __future__ import annotations

import jax.numpy as jnp

from countermove.dynamics.strength import Params, Strength, enemies
from countermove.world.cast import Array, Cast
from countermove.world.state import HIGH, POSITIONAL, TRUCE

SUBSTEPS = 8


def intensity(p: Params, regime: Array, probing: Array) -> Array:
    """Intensity of the fighting [n]; probing [K, n] counts in positional war."""
    positional = p["attrition.intensity-positional"] * (1 + p["posture.probe-intensity"] * sum(probing))
    quiet = jnp.where(regime == TRUCE, p["attrition.intensity-truce"], 0.0)
    return jnp.where(regime == HIGH, p["attrition.intensity-high"], jnp.where(regime == POSITIONAL, positional, quiet))


def _series(q: Array) -> tuple[Array, Array]:
    """sinh(t)/t and cosh(t) - 1 for q = t^2 as power series: exact to float32 for q up to 9, and free of cancellation."""
    s = 1 + q / 6 * (1 + q / 20 * (1 + q / 42 * (1 + q / 72 * (1 + q / 110 * (1 + q / 156 * (1 + q / 210))))))
    c = q / 2 * (1 + q / 12 * (1 + q / 30 * (1 + q / 56 * (1 + q / 90 * (1 + q / 132 * (1 + q / 182))))))
    return s, c


def _reinforced(rate: Array, force: Array, inflow: Array) -> Array:
    """Losses [2, n] of dN_i/ds = -rate_i N_k + inflow_i: the square law about its particular solution N_k = inflow_i / rate_i, written
    without the division, so that a rate of 0 and large inflows lose no digits. Neither side may be wiped out within the step."""
    q = rate[0] * rate[1]
    s, c = _series(q)
    half = jnp.where(q > 0, c / jnp.maximum(q, 1e-30), 0.5)
    loss = rate * (force[::-1] * s + inflow[::-1] * half) - force * c - inflow * (s - 1)
    return jnp.clip(loss, 0, force + inflow)


def square_law(rate: Array, force: Array, inflow: Array | None = None) -> Array:
    """Losses [2, n] after one step of dN_i/ds = -rate_i N_k; nobody loses more than he has, and the winner then keeps the square-law rest.

    `inflow` [2, n] are reinforcements (thousand per step) spread evenly over the step, exact as well (Engel 1954); the force afterwards is
    then force + inflow - losses.
    """
    if inflow is not None:
        return _reinforced(rate, force, inflow)
    enemy = force[::-1]
    s, c = _series(rate[0] * rate[1])
    loss = rate * enemy * s - force * c
    # i is the loser if the enemy's square-law strength is at least his own
    beaten = (rate[::-1] * force * force <= rate * enemy * enemy) & (loss >= force)
    spent = beaten[::-1]
    rest = jnp.sqrt(jnp.maximum(force * force - rate / jnp.maximum(rate[::-1], 1e-30) * enemy * enemy, 0))
    loss = jnp.where(spent, force - rest, loss)
    return jnp.clip(jnp.where(beaten, force, loss), 0, force)


def general_law(cast: Cast, rate: Array, fire: Array, force: Array) -> Array:
    """Losses [K, n] under dN_i/ds = -rate_i sum_k psi_ki fire_k N_k^p N_i^q; midpoint rule, second order in the sub-step."""
    exponent, own = cast.law
    sides = range(len(cast.sides))
    step = 1.0 / SUBSTEPS

    def slope(n: Array) -> Array:
        thrown = [fire[k] * (n[k] if exponent == 1.0 else n[k] ** exponent) for k in sides]
        met = [sum(cast.fire[k][i] * thrown[k] for k in sides if cast.fire[k][i]) for i in sides]
        return jnp.stack([rate[i] * met[i] * (1.0 if own == 0.0 else n[i] ** own) for i in sides])

    now = force
    for _ in range(SUBSTEPS):
        middle = jnp.maximum(now - 0.5 * step * slope(now), 0)
        now = jnp.maximum(now - step * slope(middle), 0)
    return force - now


def losses(
    cast: Cast, p: Params, power: Strength, *, level: Array, chi: Array, weather: Array, attacking: Array, regime: Array
) -> Array:
    """Fraction of each side lost in the month [K, n]; level is the intensity, chi [K, n] and weather [n] (on both) are its luck."""
    storm = jnp.where(regime == HIGH, weather, 1.0)
    rate = level * chi * storm * (1 + (p["attrition.attacker-penalty"] - 1) * attacking)
    fire = p["attrition.lethality"] * power.quality
    if len(cast.sides) == 2 and cast.law == (1.0, 0.0):
        lost = square_law(rate * enemies(cast, fire), power.force)
    else:
        lost = general_law(cast, rate, fire, power.force)
    # an annihilated side has nobody left to lose
    return jnp.minimum(1, lost / jnp.maximum(power.force, 1e-6))
