"""The tables of floor 2 as the reader looks things up in them: names of parameters and theories."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from countermove.behaviour.table import THEORIES, THEORY_PARAMETERS
from countermove.dynamics.table import PARAMETERS
from countermove.scenario.schema import Patron, Side, numbers_in
from countermove.world.prior import Parameter, Prior

# numbers that are written where their actor is written, never under `parameters:`
PLACES = {
    **{f"side.{key}": "sides" for key in numbers_in(Side).values()},
    **{f"patron.{key}": "patrons" for key in numbers_in(Patron).values()},
    "opening.held": "territory",
    "opening.peacekeeping-offered": "diplomacy",
    "alliance.readiness": "third-parties",
}
# a number that had another name or another place once -> what says the same today
MOVED = {"patron.headroom": "patron.means", "truces.collapse-share": "side.collapse-share"}
# the essay's word for a parameter -> its name in the table
ALIASES = {"spigot.no-defeat-line": "spigot.line"}


@cache
def parameters() -> Mapping[str, Parameter]:
    """Every parameter by its full name, those of theories included."""
    return {parameter.name: parameter for parameter in (*PARAMETERS, *THEORY_PARAMETERS)}


@cache
def theory_parameters(theory: str) -> Mapping[str, Parameter]:
    """The parameters that may be written under a theory, by their short names: its own and those that all theories share."""
    shared = [parameter for parameter in THEORY_PARAMETERS if parameter.name.split(".")[0] not in THEORIES]
    own = THEORIES[theory].parameters
    table = {parameter.name.split(".", 1)[1]: parameter for parameter in (*shared, *own)}
    for alias, name in ALIASES.items():
        if name in parameters() and alias.startswith(f"{theory}."):
            table.setdefault(alias.split(".", 1)[1], parameters()[name])
    return table


def theory_names() -> tuple[str, ...]:
    """The theories, in the order of the table."""
    return tuple(THEORIES)


def theory_says(theory: str) -> str:
    """The theory in a sentence."""
    return THEORIES[theory].says


def theory_title(theory: str) -> str:
    """What a patron does by it: `quits when it hurts`."""
    return THEORIES[theory].title


def default_prior(name: str) -> Prior:
    """The prior of a parameter that no one has written."""
    return parameters()[name].prior


def drift_parameter() -> Parameter:
    """Ground that a side gains without battle in a phase."""
    return Parameter(
        "phase.drift", Prior("fixed", (0.0,), "logit per month"), "Ground gained without battle", (-10.0, 10.0), "side"
    )


def mandate_parameter() -> Parameter:
    """What a phase adds to a side's log hazard of an offensive."""
    return Parameter(
        "phase.mandate", Prior("fixed", (0.0,), "log per month"), "Added to the log hazard of an offensive", (-10.0, 10.0), "side"
    )
