"""What the owner and the other patrons have done once they have acted."""

from __future__ import annotations

from typing import NamedTuple

from countermove.world.cast import Array
from countermove.world.state import Orders


class Foreseen(NamedTuple):
    """What the patrons that follow a theory are expected to give in the long run, and how their pain weighs; [P, n] each."""

    own: Array  # as their own camp expects it, thousand person-equivalents
    public: Array  # as everybody else does
    weight: Array


class Acted(NamedTuple):
    """After the owner and the others have acted; [P, n] unless noted."""

    orders: Orders
    support: Array
    rung: Array
    mode: Array
    alarm: Array
    left: Array
    cost: Array
    refused: Array
    grants: Array
    newly: Array  # [n] rungs newly announced
    announced: Array
    unheard: Array
    pipeline: Array
    sent: Array
    foreseen: Foreseen
