"""Doubts about what is wanted, asked and disputed: the objective, contingencies, readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

from countermove.scenario.doubts.reach import tops_of, why_out_of_reach
from countermove.scenario.doubts.written import Doubts, MarkedScenario
from countermove.scenario.satisfiable import can_fail, can_hold
from countermove.scenario.schema import Reader, Scenario, Worth
from countermove.world.expression import text
from countermove.world.measure import MEASURE, judged_at

NEGLIGIBLE = 1e-6
"""Of the points of a measure: a difference as small as this share of them is none to anybody."""
STALE = 24
"""Months between what is known and the start after which the first day is a guess."""
_WORDS = ("weighted", "all", "any", "best", "none", "nobody", "tie", "total")


def no_objective(written: MarkedScenario) -> Doubts:
    """Without an objective no strategy can be called good."""
    if written.scenario.objective is None:
        yield "scenario", "no objective: without it no strategy can be called good", "objective: {of: …, values: {…}}"


def worth_nothing(written: MarkedScenario) -> Doubts:
    """A measure that is valued at 0."""
    objective = written.scenario.objective
    for name, worth in objective.values.items() if objective is not None else ():
        if worth.points == 0:
            yield f"objective.values.{name}", f"{name} is worth nothing", "points, or no entry"


def matters_out_of_scale(written: MarkedScenario) -> Doubts:
    """A threshold of what matters that no difference can reach, or that every difference passes."""
    objective = written.scenario.objective
    if objective is None or not objective.values:
        return
    most = sum(abs(worth.points / worth.per) for worth in objective.values.values())
    if all(MEASURE[name].kind == "event" for name in objective.values) and objective.matters >= most > 0:
        message = f"matters is {objective.matters:g}, and no two strategies can differ by more than {most:g}: nothing matters"
        yield "objective.matters", message, "a smaller threshold"
    elif objective.matters < NEGLIGIBLE * max(abs(worth.points) for worth in objective.values.values()):
        message = f"matters is {objective.matters:g}: any difference counts as material, however small"
        yield "objective.matters", message, "the difference below which the owner would not care"


def stale_knowledge(written: MarkedScenario) -> Doubts:
    """A decision that knows nothing of the years before it."""
    clock = written.scenario.clock
    if clock.start - clock.known_until > STALE:
        message = f"nothing is known of the {clock.start - clock.known_until - 1} months between known-until and the start"
        yield "clock.known-until", message, "the last month of which something is known, as a rule the one before the start"


def words_of_tables(written: MarkedScenario) -> Doubts:
    """Names that the tables and sentences of the program use as words."""
    for name in written.scenario.strategies:
        if name in _WORDS:
            message = f'"{name}" is a word of the tables: sentences about this strategy read as something else'
            yield f"strategies.{name}", message, "another name"


def judged_early(written: MarkedScenario) -> Doubts:
    """Measures that are judged at the end of a clock which ends before their own month."""
    scenario = written.scenario
    if scenario.objective is not None:
        yield from _early("objective.values", scenario.objective.values, scenario)
    for name, reader in scenario.readers.items():
        yield from _early(f"readers.{name}.values", reader.values, scenario)


def _early(path: str, measures: Iterable[str], scenario: Scenario) -> Doubts:
    months = scenario.clock.months
    for name in measures:
        horizon = MEASURE[name].horizon
        if horizon is not None and judged_at(MEASURE[name], months) != horizon:
            message = f"the run ends after {months} months: {name} is judged there, and not after {horizon} months"
            yield f"{path}.{name}", message, "a longer clock, or a measure of the end of the run"


def contingencies_out_of_reach(written: MarkedScenario) -> Doubts:
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


def contingencies_always_asked(written: MarkedScenario) -> Doubts:
    """Questions that every month asks."""
    for name, row in written.scenario.contingencies.items():
        if not can_fail(row.if_, written.scenario.clock.months):
            yield f"contingencies.{name}", f"the contingency {name} is asked in every month", "a condition that can fail"


def same_contingencies(written: MarkedScenario) -> Doubts:
    """Two questions about the same state."""
    seen: dict[str, str] = {}
    for name, row in written.scenario.contingencies.items():
        condition = text(row.if_)
        if condition in seen:
            message = f"{name} asks about the same state as {seen[condition]}"
            yield f"contingencies.{name}", message, "one of the two, or another condition"
        seen.setdefault(condition, name)


def lone_reader(written: MarkedScenario) -> Doubts:
    """One reader, and nobody to compare him with."""
    readers = written.scenario.readers
    if len(readers) == 1:
        yield f"readers.{next(iter(readers))}", "a single reader: there is nobody to compare it with", "two readers or more"


def readers_alike_or_apart(written: MarkedScenario) -> Doubts:
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
