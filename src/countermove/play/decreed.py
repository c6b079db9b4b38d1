"""What a facilitator brings about or keeps from happening (play/month.EVENTS), in words."""

from __future__ import annotations

from collections.abc import Mapping

from countermove.play.month import NOW

HAPPENS: Mapping[str, str] = {
    "truce-onset": "A truce begins",
    "truce-break": "The truce breaks",
    "settle": "A settlement is reached",
    "clash": "The patrons' forces clash",
    "war": "War breaks out between the patrons",
    "incident": "An incident beyond the theatre",
    "exchange": "Prisoners are exchanged",
    "deploy": "Peacekeepers are deployed",
}
"""Events that a facilitator can bring about or keep from happening, as a page calls them."""


def decreed_words(event: str, fate: int, titles: Mapping[str, str]) -> str:
    """What was decided of an event: `Prisoners are exchanged: happens this month, if it can`. `titles`: of sides, by name."""
    side = event.partition(".")[0]
    what = HAPPENS[event] if event in HAPPENS else f"{titles[side]}: a major offensive"
    return f"{what}: {'happens this month, if it can' if fate == NOW else 'does not happen this month'}"
