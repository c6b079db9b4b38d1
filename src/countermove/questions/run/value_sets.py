"""Whose values there are beside the objective, and what the plans of a study are worth by each of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from countermove.decision.choices import value_rows
from countermove.decision.findings_values import OWN, ValueSet
from countermove.decision.spread_by_measure import spread_rows
from countermove.engine.program import Program
from countermove.engine.runs import Runs
from countermove.engine.twins import disarmed
from countermove.errors import DecisionError
from countermove.scenario.schema import Objective, Scenario, Worth
from countermove.scenario.write import worth
from countermove.world.expression import number


def objectives(scenario: Scenario) -> dict[str, Objective]:
    """By name, the scenario's own objective first, then the values of every reader that has some of its own; none without an objective."""
    own = scenario.objective
    if own is None:
        return {}
    others = {name: own.model_copy(update={"values": reader.values}) for name, reader in scenario.readers.items() if reader.values}
    return {OWN: own, **{name: theirs for name, theirs in others.items() if theirs.values != own.values}}


def value_set(scenario: Scenario, name: str, objective: Objective) -> ValueSet:
    """Whose values they are, in words and as they are written."""
    says = "" if name == OWN else scenario.readers[name].says
    return ValueSet(name, says, {measure: written(value) for measure, value in objective.values.items()})


def written(value: Worth) -> str:
    """Points as a file writes them: `-0.5 per 1000 persons`."""
    return number(value.points) if value.per == 1 else str(worth(value))


def armed(program: Program) -> frozenset[str]:
    """The plans that send arms: those that have a twin without them."""
    return frozenset(plan.name for plan in program.plans if disarmed(plan, program.cast) is not None)


@dataclass
class ValuedRuns:
    """What the runs are worth by every set of values: fields of Findings, and a sentence for each set that cannot be had."""

    program: Program
    runs: Runs
    weights: dict[str, float]
    told: list[str] = field(default_factory=list[str])

    def found(self) -> dict[str, tuple[Any, ...]]:
        """The sets, choices, camps and spreads; a set that values what these runs do not have is left out, and told."""
        scenario, arms = self.program.scenario, armed(self.program)
        rows: dict[str, list[Any]] = {"values": [], "choices": [], "camps": [], "spread": []}
        for name, objective in objectives(scenario).items():
            one = {name: objective}
            if len(self.runs.strategies) < 2:  # there is nothing to choose, but arms to be valued
                rows["values"].append(value_set(scenario, name, objective))
                continue
            try:
                choices, camps = value_rows(self.runs, one, self.weights, arms)
                spread = spread_rows(self.runs, one, self.weights)
            except DecisionError as error:
                if name != OWN:  # of the objective it is said where the plans are compared
                    self.told.append(f"The values of {self.program.titles.say_reader(name)} cannot be shown: {error}")
                continue
            rows["values"].append(value_set(scenario, name, objective))
            rows["choices"] += choices
            rows["camps"] += camps
            rows["spread"] += spread
        return {name: tuple(found) for name, found in rows.items()}
