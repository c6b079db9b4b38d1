"""Domestic: it is about home."""

from __future__ import annotations

import jax.numpy as jnp

from countermove.behaviour.theory import Drive, Numbers, Outlook, Theory, View, only_support, per_patron, relaxed_support, steady
from countermove.world.prior import Prior


def drive(view: View, p: Numbers) -> Drive:
    """Support follows approval, the price of oil and elections (standard shocks, each a share `domestic.weight` of the baseline)."""
    home = p["domestic.approval"] * view.approval + p["domestic.oil"] * view.oil + p["domestic.election"] * view.election
    return only_support(view, relaxed_support(view, p) + p["domestic.weight"] * view.baseline * home)


def outlook(view: View, p: Numbers) -> Outlook:
    """The baseline; an unpopular ruler bargains as if the war hurt more."""
    return steady(view, p)._replace(weight=jnp.exp(-view.approval / 2))


DOMESTIC = Theory(
    "domestic",
    "It is about home.",
    drive,
    (
        per_patron("domestic.weight", Prior("fixed", (0.25,), "share"), "What a unit of home affairs moves, share of the baseline"),
        *(
            per_patron(f"domestic.{what}", Prior("halfnormal", (0.7,), "ratio"), f"Weight of {words}", (0, float("inf")))
            for what, words in (
                ("approval", "the ruler's approval"),
                ("oil", "the price of oil"),
                ("election", "a coming election"),
            )
        ),
    ),
    "Diversionary theory; Levy 1989.",
    outlook,
    moved_by="home",
    strength=("domestic.weight", "domestic.approval", "domestic.oil", "domestic.election"),
    shared=("domestic.approval", "domestic.election"),  # what the price of oil does to Moscow says nothing of Havana
    title="follows its affairs at home",
)
