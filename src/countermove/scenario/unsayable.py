"""What the language has no words for, and what to write instead: told where somebody tries, and in docs/reference/limits.md."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unsayable:
    """One thing that people want to say. `tried`: the keys under which they look for it; `instead`: the nearest that can be said."""

    what: str
    tried: tuple[str, ...]
    instead: str


UNSAYABLE: tuple[Unsayable, ...] = (
    Unsayable(
        "A legislature that votes",
        ("legislature", "parliament", "congress", "vote", "votes"),
        'two strategies, one for each outcome of the vote, or a contingency that asks in its month: {if: "months == 6", ask: …}',
    ),
    Unsayable(
        "A rule by chance",
        ("chance", "probability", "random", "likelihood"),
        "two strategies, one in which it is done and one in which it is not: what lies between them is what chance would decide",
    ),
    Unsayable(
        "A patron whose aid changes on a known date",
        ("until", "since", "schedule", "dates", "timeline"),
        "for the owner a move in that month; for another patron a scenario for each case, side by side: countermove memo A --beside B",
    ),
    Unsayable(
        "Numbers that hang together",
        ("correlation", "correlations", "correlated", "covariance", "depends-on"),
        "numbers are independent: set both, once high and once low, with --set, and compare the two",
    ),
    Unsayable(
        "A war that hangs on another",
        ("linked", "linked-wars", "wars", "war", "other-wars"),
        "one war a file; what is feared elsewhere is the incident of an alliance under third-parties",
    ),
    Unsayable(
        "One patron behind two sides",
        ("also-supports", "supports-too", "clients"),
        "two patrons of that state, one behind each side, each with its own rung and budget",
    ),
    Unsayable(
        "A sanctuary",
        ("sanctuary", "sanctuaries", "safe-haven", "base-abroad"),
        "who cannot be reached is no side: write them as what their patron gives (baseline), which nobody shoots at",
    ),
    Unsayable(
        "Dollars of another year",
        ("prices", "price-year", "dollars", "currency", "deflator", "inflation"),
        "dollars of 2018, in which the program's own prices are: convert, and say in the note of the number from which year",
    ),
)
_BY_KEY = {key: one for one in UNSAYABLE for key in one.tried}


BEHIND_TWO_SIDES = _BY_KEY["also-supports"].instead


def instead_of(key: str) -> str:
    """What to write instead where a key asks for something that cannot be said; empty for every other key."""
    found = _BY_KEY.get(key.replace("_", "-").lower())
    return "" if found is None else f"{found.instead} (the language has no {key})"
