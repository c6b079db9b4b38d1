"""Domestic: it is about home."""

from __future__ import annotations

from countermove.behaviour.support import Drive, Numbers, Theory, View, base, keep, per_patron
from countermove.world.prior import Prior


def drive(view: View, p: Numbers) -> Drive:
    """Support follows approval, the price of oil and elections (standard shocks, a quarter of the baseline each)."""
    home = p["domestic.approval"] * view.approval + p["domestic.oil"] * view.oil + p["domestic.election"] * view.election
    return keep(view, base(view, p) + 0.25 * view.baseline * home)


DOMESTIC = Theory(
    "domestic",
    "It is about home.",
    drive,
    tuple(
        per_patron(f"domestic.{what}", Prior("halfnormal", (0.7,), "ratio"), f"Weight of {words}", (0, float("inf")))
        for what, words in (("approval", "the ruler's approval"), ("oil", "the price of oil"), ("election", "a coming election"))
    ),
    "Diversionary theory; Levy 1989.",
)
