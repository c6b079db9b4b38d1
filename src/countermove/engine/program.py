"""From a scenario to a program: names become numbers, priors a table, strategies plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from countermove.behaviour.table import THEORIES, THEORY_PARAMETERS
from countermove.behaviour.theory import Theory
from countermove.dynamics.table import PARAMETERS
from countermove.engine.plans import lags_of, plan_of
from countermove.engine.twins import twins_of
from countermove.errors import CompileError
from countermove.scenario.schema import Patron, Scenario, Side, numbers_in
from countermove.world.cast import Cast, RungNumbers
from countermove.world.display import Displayable
from countermove.world.plan import Plan, Playbook, free_numbers
from countermove.world.prior import Parameter, Prior, fixed
from countermove.world.titles import Titles, written

NO_RIVAL = "no patron stands on another side than the owner's client, so there is no theory of a rival to ask about"
_REGIMES = {"high": 0, "positional": 1, "truce": 2}


@dataclass(frozen=True, repr=False)
class Program(Displayable):
    """A compiled scenario. `priors` maps a parameter's name to one prior per world, side or patron, in the order of the cast."""

    scenario: Scenario
    cast: Cast
    plans: tuple[Plan, ...]
    written: tuple[Plan, ...]  # those of the file
    theories: tuple[Theory, ...]
    priors: Mapping[str, tuple[Prior, ...]]
    asked: (
        int | None
    )  # the patron whose theory is asked: the first on another side than the owner's; None where nobody stands there
    weights: tuple[float, ...]  # prior weight of each theory for that patron; of nobody, all on the first
    others: Mapping[int, tuple[float, ...]]  # weights for patrons outside the question
    worldwide: frozenset[str]  # parameters with one value for the world
    supports: Mapping[str, tuple[float, float]]  # bounds of each parameter

    @property
    def rival(self) -> int:
        """The patron whose theory is asked, by its place in the cast; raises CompileError where nobody stands on another side."""
        if self.asked is None:
            raise CompileError(NO_RIVAL, where=self.scenario.scenario)
        return self.asked

    @property
    def theory_names(self) -> tuple[str, ...]:
        """Theories of positive prior weight, in table order: the hypotheses that are run."""
        return tuple(t.name for t, w in zip(self.theories, self.weights, strict=True) if w > 0)

    @property
    def strategy_names(self) -> tuple[str, ...]:
        """The strategies in the order of the file."""
        return tuple(plan.name for plan in self.plans)

    @property
    def titles(self) -> Titles:
        """What people call the things of this war."""
        scenario = self.scenario
        sections = (
            scenario.strategies,
            {**scenario.sides, **scenario.patrons},
            scenario.contingencies,
            scenario.claims,
            scenario.readers,
        )
        strategies, actors, contingencies, claims, readers = (
            written((name, thing.title) for name, thing in section.items()) for section in sections
        )
        return Titles(strategies, written((t.name, t.title) for t in self.theories), actors, contingencies, claims, readers)

    def weights_of(self, patron: int) -> tuple[float, ...]:
        """Prior weights of the theories of a patron, by its place in the cast; none for the owner."""
        return self.weights if patron == self.asked else self.others.get(patron, ())

    @property
    def playbook(self) -> Playbook:
        """What is compiled of the plans. It covers those of the file and their twins too, so that whatever is asked of them is compiled once."""
        if any(free_numbers(plan, 0, 0) for plan in self.plans):
            return Playbook.of(self.plans)
        cells = self.plans[0].cells if self.plans else ()
        twins = [twin.plan for plan in self.written for twin in twins_of(plan, self.cast)]
        return Playbook.of([replace(plan, cells=cells) for plan in self.written], [*twins, *self.plans])

    def with_plans(self, plans: Sequence[Plan]) -> Program:
        """The same program for other strategies."""
        lags = lags_of(self.scenario, [*self.written, *plans])
        return replace(self, plans=tuple(plans), cast=replace(self.cast, lags=lags))


def order(scenario: Scenario) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sides and patrons by role: the owner's client and the owner first, the others in the order of the file."""
    owner = scenario.owner
    client = scenario.patrons[owner].supports
    sides = (client, *(name for name in scenario.sides if name != client))
    return sides, (owner, *(name for name in scenario.patrons if name != owner))


def _fire(scenario: Scenario, sides: Sequence[str]) -> tuple[tuple[float, ...], ...]:
    rows: list[tuple[float, ...]] = []
    for name in sides:
        written = scenario.sides[name].fire
        row = [0.0 if other == name else float(written.get(other, 0.0 if written else 1.0)) for other in sides]
        rows.append(tuple(x / sum(row) for x in row))
    return tuple(rows)


def _ladder(patron: Patron) -> tuple[RungNumbers, ...]:
    return tuple(RungNumbers(r.name, r.cost, r.lag, r.troops, r.heavy, r.counter_heavy) for r in patron.ladder)


def _line_above(scenario: Scenario, patron: Patron) -> bool:
    written = _written(patron, "spigot.line") or scenario.parameters.get("spigot.line")
    return written is None or written.above == "start"


def cast_of(scenario: Scenario) -> Cast:
    """The fixed facts of a scenario."""
    sides, patrons = order(scenario)
    people = [scenario.patrons[name] for name in patrons]
    kinds = [third.kind for third in scenario.third_parties.values()]
    theatre = next((third.theatre for third in scenario.third_parties.values() if third.kind == "alliance"), "")
    rungs = [rung.name for rung in people[0].ladder]
    return Cast(
        sides=sides,
        patrons=patrons,
        supports=tuple(sides.index(person.supports) for person in people),
        fire=_fire(scenario, sides),
        ladders=tuple(_ladder(person) for person in people),
        mix=tuple((p.mix.get("troops", 0.0), p.mix.get("heavy", 0.0), p.mix.get("counter-heavy", 0.0)) for p in people),
        covert=tuple(person.covert for person in people),
        line_above_start=tuple(_line_above(scenario, person) for person in people),
        start_rung=rungs.index(people[0].rung),
        start_regime=_REGIMES[scenario.opening.regime],
        months=scenario.clock.months,
        settled_front=scenario.opening.settled_front,
        territory=scenario.opening.territory,
        mediator="mediator" in kinds,
        allies="allies" in kinds,
        alliance="alliance" in kinds,
        order=scenario.settings.order,
        theatre=theatre,
    )


def _actor_priors(scenario: Scenario, sides: Sequence[str], patrons: Sequence[str]) -> dict[str, tuple[Prior, ...]]:
    opening = scenario.opening
    alliance = [t.readiness for t in scenario.third_parties.values() if t.kind == "alliance" and t.readiness is not None]
    out: dict[str, tuple[Prior, ...]] = {
        "opening.held": (opening.held,),
        "opening.peacekeeping-offered": (opening.peacekeeping_offered,),
    }
    if alliance:
        out["alliance.readiness"] = (alliance[0],)
    for field, key in numbers_in(Side).items():
        out[f"side.{key}"] = tuple(getattr(scenario.sides[name], field) for name in sides)
    for field, key in numbers_in(Patron).items():
        out[f"patron.{key}"] = tuple(getattr(scenario.patrons[name], field) for name in patrons)
    for number, phase in enumerate(opening.phases):
        out[f"phase.{number}.drift"] = tuple(phase.drift.get(name, fixed(0)) for name in sides)
        out[f"phase.{number}.mandate"] = tuple(phase.mandate.get(name, fixed(0)) for name in sides)
    return out


def priors_of(scenario: Scenario, parameters: Sequence[Parameter]) -> dict[str, tuple[Prior, ...]]:
    """Every parameter's priors: what the scenario writes, else the table's default."""
    sides, patrons = order(scenario)
    actors = _actor_priors(scenario, sides, patrons)
    out: dict[str, tuple[Prior, ...]] = {}
    for parameter in parameters:
        count = {"world": 1, "side": len(sides), "patron": len(patrons)}[parameter.per]
        shared = scenario.parameters.get(parameter.name, parameter.prior)
        out[parameter.name] = actors.pop(parameter.name, (shared,) * count)
        if parameter.per == "patron":
            written = [_written(scenario.patrons[name], parameter.name) for name in patrons]
            out[parameter.name] = tuple(w if w is not None else old for w, old in zip(written, out[parameter.name], strict=True))
    out.update(actors)
    return out


def _written(patron: Patron, name: str) -> Prior | None:
    for hypothesis in patron.theories.values():
        if name in hypothesis.parameters:
            return hypothesis.parameters[name]
    return None


def compile_scenario(scenario: Scenario, theories: Sequence[Theory] = tuple(THEORIES.values())) -> Program:
    """The program of a scenario; `theories` may carry a user's own beside the table's."""
    cast = cast_of(scenario)
    extra = tuple(q for theory in theories if theory.name not in THEORIES for q in theory.parameters)
    plans = tuple(plan_of(scenario, name) for name in scenario.strategies) or (Plan("do nothing"),)
    plans = _first_deliveries(plans, cast)
    weights = {
        j: tuple(_weight(scenario.patrons[name], theory.name) for theory in theories)
        for j, name in enumerate(cast.patrons)
        if j > 0
    }
    asked = next(iter(cast.enemies[0]), None)
    parameters = PARAMETERS + THEORY_PARAMETERS + extra
    return Program(
        scenario=scenario,
        cast=replace(cast, lags=lags_of(scenario, plans), beliefs=_beliefs(cast, theories, weights, asked)),
        plans=plans,
        written=plans,
        theories=tuple(theories),
        priors=priors_of(scenario, parameters),
        asked=asked,
        weights=_of_nobody(theories) if asked is None else weights[asked],
        others={j: w for j, w in weights.items() if j != asked},
        worldwide=frozenset(q.name for q in parameters if q.per == "world"),
        supports={q.name: q.support for q in parameters},
    )


def _beliefs(
    cast: Cast, theories: Sequence[Theory], weights: Mapping[int, tuple[float, ...]], asked: int | None
) -> tuple[tuple[float, ...], ...]:
    """What everybody holds of each patron's theory before anything is seen; of the owner, where it follows one, what is held of its rival."""
    owner = _of_nobody(theories) if asked is None else weights[asked]
    return (owner, *(weights[j] for j in range(1, len(cast.patrons))))


def _of_nobody(theories: Sequence[Theory]) -> tuple[float, ...]:
    """One hypothesis where there is no rival: with nobody to move, all theories are the same, and the null theory stands for them."""
    return tuple(float(number == 0) for number in range(len(theories)))


def _weight(patron: Patron, theory: str) -> float:
    """Prior weight of a theory. A user's own that the file does not name stands beside the others with weight 1."""
    hypothesis = patron.theories.get(theory)
    if hypothesis is not None:
        return hypothesis.weight
    return 1.0 if theory not in THEORIES or (theory == "inertia" and not patron.theories) else 0.0


def _first_deliveries(plans: Sequence[Plan], cast: Cast) -> tuple[Plan, ...]:
    """m0 of each plan: its own first written delivery, else the earliest of any plan, else month 1."""
    own: list[int | None] = []
    for plan in plans:
        months: list[int] = []
        for at, command in plan.moves:
            if not isinstance(at, int) or isinstance(command.rung, str):
                continue
            if command.volume is not None:
                months.append(at + command.volume[3] + 1)
            elif command.rung is not None and (cast.ladders[0][command.rung].heavy or cast.ladders[0][command.rung].counter_heavy):
                months.append(at + cast.ladders[0][command.rung].lag + 1)
        own.append(min(months) if months else None)
    known = [m for m in own if m is not None]
    default = min(known) if known else 1
    return tuple(replace(plan, first_delivery=default if m is None else m) for plan, m in zip(plans, own, strict=True))


def calendar(program: Program) -> dict[str, np.ndarray]:
    """What the calendar brings each month: elections [T, P], phase activity [T, phases], truces allowed [T]; float32."""
    scenario, cast = program.scenario, program.cast
    months = np.arange(cast.months)
    dates = scenario.clock.start + months
    elections = np.zeros((cast.months, len(cast.patrons)), np.float32)
    for j, name in enumerate(cast.patrons):
        for election in scenario.patrons[name].elections:
            elections[(dates > election - 6) & (dates <= election), j] = 1
    phases = scenario.opening.phases
    active = np.zeros((cast.months, len(phases)), np.float32)
    truces = np.ones(cast.months, np.float32)
    for number, phase in enumerate(phases):
        inside = (dates >= phase.start) & (dates <= phase.end)
        active[inside, number] = 1
        if not phase.truces:
            truces[inside] = 0
    return {"index": months.astype(np.float32), "election": elections, "phase": active, "truces": truces}
