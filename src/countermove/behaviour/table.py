"""The table of theories. A new theory is one function and its parameter record, written in a file of its own and entered here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from countermove.behaviour.domestic import DOMESTIC
from countermove.behaviour.inertia import INERTIA
from countermove.behaviour.opportunist import OPPORTUNIST
from countermove.behaviour.pressure import PRESSURE
from countermove.behaviour.rational import RATIONAL
from countermove.behaviour.richardson import RICHARDSON
from countermove.behaviour.spigot import SPIGOT
from countermove.behaviour.support import SHARED, Theory
from countermove.behaviour.switching import SWITCHING
from countermove.world.prior import Parameter

_TABLE = (INERTIA, PRESSURE, SPIGOT, RICHARDSON, OPPORTUNIST, RATIONAL, DOMESTIC, SWITCHING)
THEORIES: Mapping[str, Theory] = MappingProxyType({theory.name: theory for theory in _TABLE})
THEORY_PARAMETERS: tuple[Parameter, ...] = SHARED + tuple(parameter for theory in _TABLE for parameter in theory.parameters)
