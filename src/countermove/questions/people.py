"""Who is who in a program, as a sentence calls them: by the titles of the scenario, else by their keys with large first letters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from countermove.behaviour.table import THEORIES
from countermove.behaviour.theory import Theory
from countermove.engine.program import Program
from countermove.world.titles import Titles, written
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
    cast, name = program.cast, program.titles.actor
    against = cast.enemies[0]
    return People(
        owner=name(cast.patrons[0]),
        client=name(cast.sides[0]),
        rival=name(cast.patrons[program.rival]) if against else NOBODY,
        rivals=listed([name(cast.patrons[j]) for j in against]) or NOBODY,
        rival_client=name(cast.sides[cast.supports[program.rival]]) if against else "the other side",
    )


def titles_of(program: Program) -> Titles:
    """What people call the things of a program; its theories are clauses of the patron who is asked about, where there is one."""
    who = people(program)
    return replace(program.titles, patron="" if who.rival == NOBODY else who.rival)


def theory_titles(theories: Iterable[Theory] = ()) -> Titles:
    """What people call the program's theories, and others, where no war or several are spoken of."""
    return Titles(theories=written((theory.name, theory.title) for theory in (*THEORIES.values(), *theories)))
