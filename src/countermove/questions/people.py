"""Who is who in a program, as a sentence calls them. Names come from the scenario; only their first letters are made large."""

from __future__ import annotations

from dataclasses import dataclass

from countermove.engine.program import Program
from countermove.world.cast import display_name
from countermove.world.words import NOBODY, listed


@dataclass(frozen=True)
class People:
    """The actors by role, with the names that sentences use."""

    owner: str
    client: str
    rival: str  # the patron whose theory is asked
    rivals: str  # all patrons of other sides
    rival_client: str


def people(program: Program) -> People:
    """The actors of a program."""
    cast = program.cast
    against = cast.enemies[0]
    return People(
        owner=display_name(cast.patrons[0]),
        client=display_name(cast.sides[0]),
        rival=display_name(cast.patrons[program.rival]) if against else NOBODY,
        rivals=listed([display_name(cast.patrons[j]) for j in against]) or NOBODY,
        rival_client=display_name(cast.sides[cast.supports[program.rival]]) if against else "the other side",
    )
