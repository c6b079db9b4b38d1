"""The table of theories. A new theory is one function and its parameter record, written in a file of its own and entered here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from countermove.behaviour.domestic import DOMESTIC
from countermove.behaviour.inertia import INERTIA
from countermove.behaviour.opportunist import OPPORTUNIST
from countermove.behaviour.pressure import PRESSURE
from countermove.behaviour.rational import RATIONAL
from countermove.behaviour.richardson import RICHARDSON
from countermove.behaviour.spigot import SPIGOT
from countermove.behaviour.switching import SWITCHING
from countermove.behaviour.theory import SHARED, MovedBy, Theory
from countermove.world.prior import Parameter

_TABLE = (INERTIA, PRESSURE, SPIGOT, RICHARDSON, OPPORTUNIST, RATIONAL, DOMESTIC, SWITCHING)
THEORIES: Mapping[str, Theory] = MappingProxyType({theory.name: theory for theory in _TABLE})
THEORY_PARAMETERS: tuple[Parameter, ...] = SHARED + tuple(parameter for theory in _TABLE for parameter in theory.parameters)


def rescuers(theories: Iterable[Theory]) -> tuple[str, ...]:
    """The names of the theories of rescue: those in which he answers every setback of his client with more."""
    return tuple(theory.name for theory in theories if theory.answers)


def moved_by(theories: Iterable[Theory], *what: MovedBy) -> tuple[str, ...]:
    """The names of the theories in which this moves his support above all."""
    return tuple(theory.name for theory in theories if theory.moved_by in what)
