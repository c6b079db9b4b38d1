"""Inertia: nothing moves him. The null against which every other theory is judged."""

from __future__ import annotations

from countermove.behaviour.theory import Drive, Numbers, Theory, View, only_support, relaxed_support


def drive(view: View, p: Numbers) -> Drive:
    """Support relaxes to its baseline and answers nothing."""
    return only_support(view, relaxed_support(view, p))


INERTIA = Theory(
    "inertia",
    "Nothing moves him.",
    drive,
    (),
    "Null model; persistence of external support as in UCDP ESD (Meier et al. 2022).",
    moved_by="nothing",
    title="carries on as before",
)
