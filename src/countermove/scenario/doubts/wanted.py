"""Doubts about what is wanted, asked and disputed: the objective, contingencies, readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

from countermove.scenario.doubts.reach import tops_of, why_out_of_reach
from countermove.scenario.doubts.written import Found, Written
from countermove.scenario.schema import Reader, Scenario, Worth
from countermove.scenario.static import can_hold
from countermove.world.expression import text
from countermove.world.measure import MEASURE, judged_at


def no_objective(written: Written) -> Found:
    """Without an objective no strategy can be called good."""
    if written.scenario.objective is None:
        yield "scenario", "no objective: without it no strategy can be called good", "objective: {of: …, values: {…}}"


def worth_nothing(written: Written) -> Found:
    """A measure that is valued at 0, or an objective without any."""
    objective = written.scenario.objective
    if objective is None:
        return
    if not objective.values:
        yield "objective", "the objective values nothing: every strategy is as good as any other", "values: {…}"
    for name, worth in objective.values.items():
        if worth.points == 0:
            yield f"objective.values.{name}", f"{name} is worth nothing", "points, or no entry"


def judged_early(written: Written) -> Found:
    """Measures that are judged at the end of a clock which ends before their own month."""
    scenario = written.scenario
    if scenario.objective is not None:
        yield from _early("objective.values", scenario.objective.values, scenario)
    for name, reader in scenario.readers.items():
        yield from _early(f"readers.{name}.values", reader.values, scenario)


def _early(path: str, measures: Iterable[str], scenario: Scenario) -> Found:
    months = scenario.clock.months
    for name in measures:
        horizon = MEASURE[name].horizon
        if horizon is not None and judged_at(MEASURE[name], months) != horizon:
            message = f"the run ends after {months} months: {name} is judged there, and not after {horizon} months"
            yield f"{path}.{name}", message, "a longer clock, or a measure of the end of the run"


def contingencies_out_of_reach(written: Written) -> Found:
    """Questions about states that no run can reach."""
    scenario = written.scenario
    months, tops = scenario.clock.months, tops_of(scenario)
    for name, row in scenario.contingencies.items():
        path = f"contingencies.{name}"
        if not can_hold(row.if_, months):
            yield path, f"the contingency {name} can never be reached", "a condition that can hold within the clock"
        elif not can_hold(row.if_, months, tops):
            why = why_out_of_reach(row.if_, scenario)
            yield path, f"the contingency {name} can never be reached: {why}", "a rung that can be reached"


def same_contingencies(written: Written) -> Found:
    """Two questions about the same state."""
    seen: dict[str, str] = {}
    for name, row in written.scenario.contingencies.items():
        condition = text(row.if_)
        if condition in seen:
            message = f"{name} asks about the same state as {seen[condition]}"
            yield f"contingencies.{name}", message, "one of the two, or another condition"
        seen.setdefault(condition, name)


def lone_reader(written: Written) -> Found:
    """One reader, and nobody to compare him with."""
    readers = written.scenario.readers
    if len(readers) == 1:
        yield f"readers.{next(iter(readers))}", "a single reader: there is nobody to compare it with", "two readers or more"


def readers_alike_or_apart(written: Written) -> Found:
    """Readers whose comparison can say little: two of one mind, two without a theory in common."""
    scenario = written.scenario
    minds = {name: (_held(reader, scenario), reader.values or _wanted(scenario)) for name, reader in scenario.readers.items()}
    for first, other in combinations(scenario.readers, 2):
        if minds[first] == minds[other]:
            yield f"readers.{other}", f"{other} assumes what {first} assumes", "another weight or value, or one of the two"
        elif not set(minds[first][0]) & set(minds[other][0]):
            message = f"{first} and {other} have no theory in common: no observation can bring their beliefs together"
            yield f"readers.{other}.theories", message, "a small weight for what the other thinks possible"


def _wanted(scenario: Scenario) -> Mapping[str, Worth]:
    return {} if scenario.objective is None else scenario.objective.values


def _held(reader: Reader, scenario: Scenario) -> Mapping[str, float]:
    """The theories that a reader thinks possible, with their shares."""
    weights = reader.theories or scenario.beliefs
    total = sum(weights.values())
    return {theory: round(weight / total, 12) for theory, weight in weights.items() if weight > 0}
