"""From uniforms to the model's distributions, written for speed in float32 (polynomials where XLA's own function is slow)."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from scipy import special

GAMMA_SHAPE = 1.5625  # cv .8
_KNOTS = 1024


def _gamma_table() -> np.ndarray:
    """log of the inverse distribution function of Gamma(1.5625, mean 1) on an even grid of logit(u), extended to the float32 range of u."""
    logit = np.linspace(-17.0, 17.0, _KNOTS)
    return np.log(special.gammainccinv(GAMMA_SHAPE, special.expit(-logit)) / GAMMA_SHAPE).astype(np.float32)


def _logit_table() -> np.ndarray:
    """The same table the other way: logit(u) on an even grid of the logarithm."""
    return np.interp(np.linspace(*_LOGS, _KNOTS), _TABLE, np.linspace(-17.0, 17.0, _KNOTS)).astype(np.float32)


_TABLE = _gamma_table()
_LOGS = (-6.0, 2.8)
_LOGITS = _logit_table()


def cos_sin_turn(v: jax.Array) -> tuple[jax.Array, jax.Array]:
    """cos(2 pi v) and sin(2 pi v) for v in (0, 1), absolute error below 1e-6: reduction to an eighth turn, then polynomials."""
    quarter = jnp.floor(v * 4 + 0.5)
    x = (v - quarter * 0.25) * np.float32(2 * np.pi)
    y = x * x
    cosine = 1 + y * (np.float32(-0.5) + y * (np.float32(1 / 24) + y * (np.float32(-1 / 720) + y * np.float32(1 / 40320))))
    sine = x * (1 + y * (np.float32(-1 / 6) + y * (np.float32(1 / 120) + y * np.float32(-1 / 5040))))
    odd = (quarter == 1) | (quarter == 3)
    c = jnp.where(odd, sine, cosine)
    s = jnp.where(odd, cosine, sine)
    c = jnp.where((quarter == 1) | (quarter == 2), -c, c)
    s = jnp.where((quarter == 2) | (quarter == 3), -s, s)
    return c, s


def normal_pair(u: jax.Array, v: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Two standard normals from two uniforms (Box-Muller 1958)."""
    radius = jnp.sqrt(-2 * jnp.log(u))
    c, s = cos_sin_turn(v)
    return radius * c, radius * s


def normal_below(x: jax.Array) -> jax.Array:
    """Chance that a standard normal is below x, any shape: by Abramowitz & Stegun (1964) 7.1.26, absolute error below 4e-7 in float32.

    From 0 to 1, and 1/2 at 0. `jax.scipy.special.ndtr` is exact to 1.2e-7 and computes four approximations to keep one of them.
    """
    a = jnp.abs(x) * np.float32(np.sqrt(0.5))
    t = 1 / (1 + 0.3275911 * a)
    far = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    tail = 0.5 * far * jnp.exp(-a * a)
    return jnp.where(x > 0, 1 - tail, tail)


def erlang4(u: jax.Array) -> jax.Array:
    """Gamma with mean 1 and cv 1/2, [m, n] from four uniforms each, [4 m, n]."""
    four = u.reshape(-1, 4, u.shape[-1])
    return -jnp.log(four[:, 0] * four[:, 1] * (four[:, 2] * four[:, 3])) * np.float32(0.25)


def gamma_common(u: jax.Array) -> jax.Array:
    """Gamma with mean 1 and cv .8 by interpolating its tabled inverse distribution function; relative error below 1e-4."""
    place = (jnp.log(u) - jnp.log(1 - u) + 17.0) * np.float32((_KNOTS - 1) / 34.0)
    low = jnp.clip(jnp.floor(place), 0, _KNOTS - 2)
    index = low.astype(jnp.int32)
    table = jnp.asarray(_TABLE)
    at = table[index]
    return jnp.exp(at + (table[index + 1] - at) * (place - low))


def log_gamma_logits(log: jax.Array) -> jax.Array:
    """logit(u) at which `gamma_common` has the given logarithm, to a hundredth; at the ends of its table beyond them."""
    place = jnp.clip((log - _LOGS[0]) * np.float32((_KNOTS - 1) / (_LOGS[1] - _LOGS[0])), 0, _KNOTS - 1)
    low = jnp.clip(jnp.floor(place), 0, _KNOTS - 2)
    index = low.astype(jnp.int32)
    table = jnp.asarray(_LOGITS)
    return table[index] + (table[index + 1] - table[index]) * (place - low)
