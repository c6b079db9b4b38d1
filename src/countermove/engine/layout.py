"""The fixed layout of a month's uniforms: which slot serves which event and role (model.md section 3)."""

from __future__ import annotations

import math

import jax

from countermove.rng.transforms import normal_pair
from countermove.world.cast import Cast

Luck = dict[str, list[jax.Array]]


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
        *((name, 1) for name in ("truce-onset", "truce-break", "settle", "clash", "war", "incident", "answer", "exchange", "deploy")),
        ("detect", p),
        ("false-alarm", p),
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


def luck(cast: Cast, u: list[jax.Array]) -> Luck:
    """The month's luck by event: normals where the event takes normals, uniforms elsewhere; [n] each, one per role."""
    out: Luck = {}
    for name, part in layout(len(cast.sides), len(cast.patrons)).items():
        values = list(u[part])
        if name in ("shocks", "balance", "support", "territory", "will", "track"):
            pairs = [normal_pair(values[i], values[i + 1]) for i in range(0, len(values), 2)]
            values = [x for pair in pairs for x in pair]
        out[name] = values
    out["oil"] = out["shocks"][:1]
    out["approval"] = out["shocks"][1:]
    return out
