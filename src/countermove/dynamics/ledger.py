"""The ledger: where persons, materiel and money came from and went, so that every stock can be shown to close."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from countermove.dynamics.strength import Params
from countermove.world.cast import Array, Cast
from countermove.world.state import State


class Ledger(NamedTuple):
    """Sums of movements since the start."""

    recruited: Array  # [K, n] thousand
    killed: Array  # [K, n] thousand
    sent: Array  # [2, n] heavy, counter-heavy put into the pipeline
    diverted: Array  # [2, n]
    lost_heavy: Array  # [K, n]
    captured: Array  # [K, n]
    lost_counter: Array  # [K, n]
    patron_dead: Array  # [P, n] persons


def empty_ledger(cast: Cast, n: int) -> Ledger:
    """An empty ledger."""
    side, kinds = jnp.zeros((len(cast.sides), n), jnp.float32), jnp.zeros((2, n), jnp.float32)
    return Ledger(side, side, kinds, kinds, side, side, side, jnp.zeros((len(cast.patrons), n), jnp.float32))


def residuals(cast: Cast, p: Params, start: State, end: State, books: Ledger) -> dict[str, Array]:
    """What is left unexplained, relative to the turnover: persons [K, n], heavy [n], counter-heavy [n], patron dead [P, n]."""
    persons = end.force - (start.force + books.recruited - books.killed)
    heavy = (
        sum(end.extra) + sum(end.pipeline[:, 0]) - (books.sent[0] - books.diverted[0] + sum(books.captured) - sum(books.lost_heavy))
    )
    counter = sum(end.counter) + sum(end.pipeline[:, 1]) - (books.sent[1] - books.diverted[1] - sum(books.lost_counter))
    dead = end.dead - books.patron_dead
    return {
        "persons": persons / (start.force + jnp.abs(books.recruited) + books.killed),
        "heavy": heavy / (1 + books.sent[0] + sum(books.captured)),
        "counter-heavy": counter / (1 + books.sent[1]),
        "patron dead": dead / (1 + books.patron_dead),
    }
