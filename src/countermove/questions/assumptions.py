"""Every number that went in, in words, with its unit, its source and whether it was borrowed or is the program's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from countermove.behaviour.theory import SHARED, Theory
from countermove.decision.findings import Assumption
from countermove.dynamics.table import PARAMETERS
from countermove.engine.program import Program
from countermove.scenario.explain import in_words
from countermove.scenario.inherited import is_default, number_is_read, of_ground
from countermove.scenario.parameter_tables import drift_parameter, mandate_parameter
from countermove.world.prior import Parameter, Prior
from countermove.world.words import month

WORLD = "the world"


def assumptions_of(program: Program) -> tuple[Assumption, ...]:
    """One row a number: those of the world first, then side by side and patron by patron.

    Left out is what no run reads: the numbers of theories for the owner, whose conduct is written, and of theories that nobody follows.
    """
    table = _table(program)
    rows: list[tuple[str, Assumption]] = []
    for name, priors in program.priors.items():
        parameter = table[name]
        for place, prior in enumerate(priors):
            if _read(program, name, place):
                where = _where(program, parameter, place)
                rows.append((where, _assumption(parameter, where, prior)))
    called = program.titles.actor
    actors = (WORLD, *map(called, program.cast.sides), *map(called, program.cast.patrons))
    order = {where: place for place, where in enumerate(dict.fromkeys(actors))}
    return tuple(row for _, row in sorted(rows, key=lambda pair: order[pair[0]]))


def prior_in_words(prior: Prior) -> str:
    """A prior as `explain` words it, without its unit, source and note, which have columns of their own."""
    return in_words(replace(prior, source="", note="", borrowed=False), "").removesuffix(" ()")


def _assumption(parameter: Parameter, where: str, prior: Prior) -> Assumption:
    return Assumption(
        name=parameter.name,
        where=where,
        doc=parameter.doc,
        prior=prior_in_words(prior),
        unit=prior.unit or parameter.prior.unit,
        source=prior.source,
        note=prior.note,
        borrowed=prior.borrowed,
        default=is_default(parameter, prior),
    )


def _where(program: Program, parameter: Parameter, place: int) -> str:
    names = {"world": (), "side": program.cast.sides, "patron": program.cast.patrons}[parameter.per]
    return program.titles.actor(names[place]) if names else WORLD


def _theories_of(program: Program, patron: int) -> tuple[Theory, ...]:
    """The theories that may drive a patron; none for the owner."""
    if not program.cast.driven(patron):
        return ()
    return tuple(theory for theory, weight in zip(program.theories, program.weights_of(patron), strict=False) if weight > 0)


def _read(program: Program, name: str, place: int) -> bool:
    """Whether any run reads this number of this actor."""
    if name == "alliance.readiness":
        return program.cast.alliance
    if of_ground(name):
        return program.cast.territory
    if _table(program)[name].per != "patron":
        return True
    return number_is_read(name, _theories_of(program, place))


def number_of(program: Program, name: str) -> Parameter:
    """The entry of the parameter table by its full name."""
    return _table(program)[name]


def read_by_runs(program: Program, name: str, place: int) -> bool:
    """Whether any run reads this number of this actor."""
    return _read(program, name, place)


def _table(program: Program) -> Mapping[str, Parameter]:
    """Every parameter of the program by name, those of phases and of a user's own theories included."""
    own = tuple(parameter for theory in program.theories for parameter in theory.parameters)
    return {parameter.name: parameter for parameter in (*PARAMETERS, *SHARED, *own, *_phases(program))}


def _phases(program: Program) -> Iterator[Parameter]:
    for number, phase in enumerate(program.scenario.opening.phases):
        dates = f"{month(phase.start)} to {month(phase.end)}"
        for what, parameter in (("drift", drift_parameter()), ("mandate", mandate_parameter())):
            yield replace(parameter, name=f"phase.{number}.{what}", doc=f"{parameter.doc}, {dates}")
