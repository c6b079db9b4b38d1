"""Who is who in a program, as a sentence calls them. Names come from the scenario; only their first letters are made large."""

from __future__ import annotations

from dataclasses import dataclass

from countermove.engine.program import Program
from countermove.memo.words import listed


def called(name: str) -> str:
    """`north-vietnam` as North Vietnam, `us` as US."""
    return " ".join(word.upper() if len(word) < 3 else word[:1].upper() + word[1:] for word in name.split("-"))


@dataclass(frozen=True)
class People:
    """The actors by role, with the names that sentences use."""

    owner: str
    client: str
    rival: str  # the patron whose theory is asked
    rivals: str  # all patrons of other sides
    rival_client: str
    enemies: str  # all other sides


def people(program: Program) -> People:
    """The actors of a program."""
    cast = program.cast
    against = [called(cast.patrons[j]) for j in cast.enemies[0]]
    return People(
        owner=called(cast.patrons[0]),
        client=called(cast.sides[0]),
        rival=called(cast.patrons[program.rival]) if len(cast.patrons) > 1 else "",
        rivals=listed(against),
        rival_client=called(cast.sides[cast.supports[program.rival]]) if len(cast.patrons) > 1 else "",
        enemies=listed([called(name) for name in cast.sides[1:]]),
    )
