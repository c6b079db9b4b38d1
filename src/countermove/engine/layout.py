"""The fixed layout of a month's uniforms: which slot serves which event and role (model.md section 3)."""

from __future__ import annotations

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp

from countermove.rng.transforms import normal_pair
from countermove.world.cast import Cast

Luck = dict[str, jax.Array]
NORMALS = ("shocks", "balance", "support", "territory", "will", "track")  # first in the layout


def _even(m: int) -> int:
    return 2 * math.ceil(m / 2)


def layout(sides: int, patrons: int) -> dict[str, slice]:
    """Event name to its slots, in order. Normal deviates take their uniforms in pairs."""
    k, p = sides, patrons
    sizes = (
        ("shocks", _even(1 + p)),
        ("balance", _even(p)),
        ("support", _even(p)),
        ("territory", _even(k)),
        ("will", _even(p)),
        ("track", 2),
        ("completion", 1),
        ("exit", p),
        ("mode", p),
        ("ask", p),
        ("grant", p),
        ("probe", k),
        ("offensive", k),
        ("culminate", k),
        ("chi", 4 * k),
        ("chi-common", 1),
        *(
            (name, 1)
            for name in ("truce-onset", "truce-break", "settle", "clash", "war", "incident", "answer", "exchange", "deploy")
        ),
        ("detect", p),
        ("false-alarm", p),
        ("open", p),
        ("recur", 1),
    )
    out: dict[str, slice] = {}
    at = 0
    for name, size in sizes:
        out[name] = slice(at, at + size)
        at += size
    return out


def slots(cast: Cast) -> int:
    """Number of uniforms a month takes."""
    return max(part.stop for part in layout(len(cast.sides), len(cast.patrons)).values())


class Chances(NamedTuple):
    """What a month's luck is made of: uniforms [slots, n], and the two normals of each leading pair of them [pairs, n]."""

    uniform: jax.Array
    cosine: jax.Array
    sine: jax.Array


def normals(cast: Cast, u: jax.Array) -> tuple[jax.Array, jax.Array]:
    """The two normals [pairs, n] of each leading pair of a month's uniforms [slots, n]."""
    last = layout(len(cast.sides), len(cast.patrons))[NORMALS[-1]].stop
    pairs = u[:last].reshape(last // 2, 2, -1)
    return normal_pair(pairs[:, 0], pairs[:, 1])


def deviates(cast: Cast, u: jax.Array) -> Chances:
    """The month's chances from its uniforms [slots, n]."""
    return Chances(u, *normals(cast, u))


def luck(cast: Cast, chances: Chances) -> Luck:
    """The month's luck by event: normals where the event takes normals, uniforms elsewhere; [roles, n]."""
    patrons, sides = len(cast.patrons), len(cast.sides)
    counts = {"shocks": 1 + patrons, "balance": patrons, "support": patrons, "territory": sides, "will": patrons, "track": 2}
    out: Luck = {}
    for name, part in layout(sides, patrons).items():
        if name in counts:
            first = part.start // 2
            rows = [(chances.cosine if role % 2 == 0 else chances.sine)[first + role // 2] for role in range(counts[name])]
            out[name] = jnp.stack(rows)
        else:
            out[name] = chances.uniform[part]
    out["oil"], out["approval"] = out["shocks"][0], out["shocks"][1:]
    return out
