"""What a scenario leaves at the program's own numbers: they were calibrated to one war, in prices of one year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from countermove.behaviour.inertia import INERTIA
from countermove.behaviour.reads import reads
from countermove.behaviour.table import THEORIES
from countermove.behaviour.theory import Theory
from countermove.dynamics.table import CALIBRATED
from countermove.scenario.ladder import STANDARD
from countermove.scenario.parameter_tables import parameters
from countermove.scenario.schema import Patron, Scenario, Side, numbers_in
from countermove.world.prior import Parameter, Prior

WAR, PRICES, FIRST, LAST = "the Donbas of 2015 to 2017", "prices of 2018", 2015, 2018
"""What the table of parameters was calibrated to, and the years that this covers."""


@dataclass(frozen=True)
class Inherited:
    """Numbers of a scenario that stand at the program's defaults: how many, of how many, which matter most, and rungs of the ladder."""

    count: int
    of: int
    names: tuple[str, ...]
    rungs: int

    @property
    def sentence(self) -> str:
        """How many, and what they were calibrated to."""
        are = "number is the program's own default" if self.count == 1 else "numbers are the program's own defaults"
        return f"{self.count} of {self.of} {are}, calibrated to {WAR} in {PRICES}"

    @property
    def most_important(self) -> str:
        """The hazards, intensities and prices among them by name, and the ladder; empty where there are none."""
        ladder = [f"the costs of {self.rungs} of {len(STANDARD)} rungs of the owner's ladder"] if self.rungs else []
        return ", ".join([*self.names, *ladder])


def inherited(scenario: Scenario) -> Inherited:
    """What the scenario inherits; each number counts once for the world, each side or each patron that reads it."""
    rows = list(_read(scenario))
    found = [parameter for parameter, prior in rows if is_default(parameter, prior)]
    names = tuple(dict.fromkeys(parameter.name for parameter in found if matters(parameter.prior.source, parameter.prior.unit)))
    rungs = sum(rung in STANDARD for rung in scenario.patrons[scenario.owner].ladder)
    return Inherited(len(found), len(rows), names, rungs)


def is_default(parameter: Parameter, prior: Prior) -> bool:
    """Whether a number stands as the table has it."""
    return prior == parameter.prior


def matters(source: str, unit: str) -> bool:
    """Whether a default is one of the most important: base hazards, what was calibrated, and prices."""
    return source == CALIBRATED or unit == "log per month" or "USD" in unit


def _read(scenario: Scenario) -> Iterator[tuple[Parameter, Prior]]:
    """Every number that a run reads, with its prior."""
    for parameter in parameters().values():
        if of_ground(parameter.name) and not scenario.opening.territory:
            continue
        if parameter.per == "world":
            prior = _of_world(scenario, parameter)
            if prior is not None:
                yield parameter, prior
        elif parameter.per == "side":
            for side in scenario.sides.values():
                yield parameter, _own(side, "side").get(parameter.name, _shared(scenario, parameter))
        else:
            for name in scenario.patrons:
                if _reads(scenario, name, parameter.name):
                    yield parameter, _of_patron(scenario, name, parameter)


def _shared(scenario: Scenario, parameter: Parameter) -> Prior:
    return scenario.parameters.get(parameter.name, parameter.prior)


def _of_world(scenario: Scenario, parameter: Parameter) -> Prior | None:
    if parameter.name == "alliance.readiness":
        return next((party.readiness for party in scenario.third_parties.values() if party.readiness is not None), None)
    own = {"opening.held": scenario.opening.held, "opening.peacekeeping-offered": scenario.opening.peacekeeping_offered}
    return own.get(parameter.name, _shared(scenario, parameter))


def _of_patron(scenario: Scenario, name: str, parameter: Parameter) -> Prior:
    patron = scenario.patrons[name]
    written = next((one.parameters[parameter.name] for one in patron.theories.values() if parameter.name in one.parameters), None)
    return _own(patron, "patron").get(parameter.name, _shared(scenario, parameter)) if written is None else written


def _own(actor: Side | Patron, kind: str) -> dict[str, Prior]:
    """The numbers that are written where the actor is, by full name."""
    return {f"{kind}.{key}": getattr(actor, field) for field, key in numbers_in(type(actor)).items()}


def _reads(scenario: Scenario, name: str, number: str) -> bool:
    return number_is_read(number, _followed(scenario, name))


def _followed(scenario: Scenario, name: str) -> tuple[Theory, ...]:
    """The theories that may drive a patron; none for the owner."""
    patron = scenario.patrons[name]
    if name == scenario.owner:
        return ()
    weighed = tuple(THEORIES[theory] for theory, one in patron.theories.items() if one.weight > 0 and theory in THEORIES)
    return weighed or (() if patron.theories else (INERTIA,))


def of_ground(number: str) -> bool:
    """Whether a number is of the line that is fought over: where there is none, no run reads it."""
    return number in _GROUND or number.startswith("territory.") or (number.startswith("phase.") and number.endswith(".drift"))


_GROUND = ("opening.held", "side.collapse-share", "observation.shortfall-territory")
_DRIVEN = ("patron.means", "patron.baseline", "support.")
"""Read of every patron that follows a theory, whichever it is."""


def number_is_read(number: str, theories: Sequence[Theory]) -> bool:
    """Whether runs read a number of a patron that may follow these theories (none: one that acts by orders).

    A theory that does not show what it looks at (`reads` gives None) may look at everything.
    """
    if number.startswith(_DRIVEN):
        return bool(theories)
    if number == "patron.stake-ratio":
        return any((one := reads(theory)) is None or "stake_ratio" in one.view for theory in theories)
    declared = {parameter.name for theory in (*THEORIES.values(), *theories) for parameter in theory.parameters}
    if number not in declared:
        return True
    return any((one := reads(theory)) is None or number in one.numbers for theory in theories)
