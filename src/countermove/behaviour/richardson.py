"""Richardson: he answers aid with aid."""

from __future__ import annotations

from countermove.behaviour.support import Drive, Numbers, Theory, View, base, keep, per_patron
from countermove.world.prior import Prior


def drive(view: View, p: Numbers) -> Drive:
    """Arms race: reaction to the rival's stock of aid, fatigue, grievance (thousand person-equivalents a month)."""
    change = p["richardson.gain"] * view.aid - p["richardson.fatigue"] * (view.support - view.baseline) + p["richardson.grievance"]
    return keep(view, base(view, p) + change)


RICHARDSON = Theory(
    "richardson",
    "He answers aid with aid.",
    drive,
    (
        per_patron(
            "richardson.gain", Prior("halfnormal", (1,), "per month"), "Reaction to the rival's stock of aid", (0, float("inf"))
        ),
        per_patron("richardson.fatigue", Prior("beta", (2, 4), "per month"), "Fatigue", (0, 1)),
        per_patron(
            "richardson.grievance", Prior("fixed", (0,), "thousand per month"), "Grievance; zero where the front is settled"
        ),
    ),
    "Richardson, Arms and Insecurity, 1960, ch. 2.",
)
