"""Checking a scenario file: the mistakes that stop it from being read, and warnings about what reads well and means little."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from countermove.behaviour.support import EDGES
from countermove.errors import Issue, RecordError
from countermove.scenario.actors import month_text
from countermove.scenario.decided import decided
from countermove.scenario.ladder import numbers_of
from countermove.scenario.mass import outside, quantile
from countermove.scenario.read import NO_OVERRIDES, Reading, examine, examine_text
from countermove.scenario.records import read_record
from countermove.scenario.schema import Hypothesis, Patron, Reader, Scenario, Strategy, Worth
from countermove.scenario.static import can_fail, can_hold
from countermove.scenario.tables import default, parameters
from countermove.scenario.tree import Mark
from countermove.world.expression import text
from countermove.world.measure import MEASURE_NAMES
from countermove.world.prior import Prior

Found = Iterator[tuple[str, str, str]]  # dotted path, message, what to do


@dataclass(frozen=True)
class Report:
    """What `check` found. `scenario` is there where there are no errors."""

    file: str
    errors: tuple[Issue, ...] = ()
    warnings: tuple[Issue, ...] = ()
    scenario: Scenario | None = None

    @property
    def ok(self) -> bool:
        """Whether the scenario can be used."""
        return not self.errors

    def to_json(self) -> dict[str, list[dict[str, str | int]]]:
        """The shape promised by `countermove check --json`."""
        return {"errors": [issue.to_json() for issue in self.errors], "warnings": [issue.to_json() for issue in self.warnings]}


def check(source: str | Path, *, overrides: Mapping[str, str] = NO_OVERRIDES) -> Report:
    """Every mistake in a scenario file and every doubt about it. Never raises for what is written in the file."""
    return _report(str(source), examine(source, overrides=overrides))


def check_text(text: str, *, file: str = "scenario.yaml", folder: Path | None = None) -> Report:
    """As `check`, from text."""
    return _report(file, examine_text(text, file=file, folder=folder))


def _report(file: str, reading: Reading) -> Report:
    if reading.scenario is None:
        return Report(file, reading.issues)
    scenario = reading.scenario
    found = [_placed(reading.marks, *row) for rule in RULES for row in rule(scenario)]
    found += _sources(reading, scenario)
    doubts, mistakes = _record(reading, scenario)
    return Report(file, (), (*sorted([*found, *doubts], key=lambda issue: (issue.line, issue.column)), *mistakes), scenario)


def _placed(marks: Mapping[str, Mark], path: str, message: str, advice: str) -> Issue:
    """A warning where its subject is written, or at the nearest thing that contains it."""
    while path and path not in marks:
        path = path.rpartition(".")[0]
    mark = marks.get(path) or marks.get("scenario") or Mark("")
    return Issue(mark.file, mark.line, mark.column, message, advice)


def _sources(reading: Reading, scenario: Scenario) -> list[Issue]:
    issues: list[Issue] = []
    if reading.unsourced:
        shown = [f"{name} (line {mark.line})" for mark, name in reading.unsourced[:12]]
        more = f" and {len(reading.unsourced) - 12} more" if len(reading.unsourced) > 12 else ""
        mark, count = next(mark for mark, _ in reading.unsourced), len(reading.unsourced)
        message = f"{count} number{'' if count == 1 else 's'} without a source: {', '.join(shown)}{more}"
        issues.append(Issue(mark.file, mark.line, mark.column, message, "source: a key of sources, or the word judgement"))
    if not scenario.sources:
        issues.append(
            _placed(reading.marks, "sources", "no sources at all", "a section sources: that says where numbers come from")
        )
    for name in scenario.sources:
        if name not in reading.used_sources and f"sources.{name}" in reading.marks and not _mentioned(name, scenario):
            issues.append(
                _placed(
                    reading.marks,
                    f"sources.{name}",
                    f'the source "{name}" is used by no number',
                    "a number that names it, or no entry",
                )
            )
    return issues


def _record(reading: Reading, scenario: Scenario) -> tuple[list[Issue], tuple[Issue, ...]]:
    """What is said of the record at its name: that it is not there or has mistakes, or tells of months after the decision. And its mistakes,
    every one at its own place: warnings, since the scenario itself reads and runs without its record."""
    if scenario.record is None:
        return [], ()
    try:
        record = read_record(scenario.record)
    except RecordError as error:
        count = len(error.issues)
        message = f"the record cannot be read: {count} mistake{'' if count == 1 else 's'}, at the end of this list"
        return [_placed(reading.marks, "record", message, "a record that reads without errors")], error.issues
    known = scenario.clock.known_until
    if record.last <= known:
        return [], ()
    message = f"the record ends in {month_text(record.last)}, after known-until {month_text(known)}"
    return [_placed(reading.marks, "record", message, "later rows are left out")], ()


def _mentioned(source: str, scenario: Scenario) -> bool:
    """Whether some text speaks of the source: a note such as "600 by poltorak-2017" uses it too."""
    return scenario.model_dump_json().count(source) > 1


# --- the doubts, one function each ------------------------------------------------------------------------------------


def no_objective(scenario: Scenario) -> Found:
    """Without an objective no strategy can be called good."""
    if scenario.objective is None:
        yield "scenario", "no objective: without it no strategy can be called good", "objective: {of: …, values: {…}}"
        return
    for name, worth in scenario.objective.values.items():
        if worth.points == 0:
            yield f"objective.values.{name}", f"{name} is worth nothing", "points, or no entry"
    yield from _too_late("objective.values", scenario.objective.values, scenario)
    assert set(scenario.objective.values) <= set(MEASURE_NAMES)


def _too_late(path: str, measures: Iterable[str], scenario: Scenario) -> Found:
    for name in measures:
        deadline = next((int(word) for word in name.split("-") if word.isdigit()), 0)
        if deadline > scenario.clock.months:
            yield f"{path}.{name}", f"the run ends after {scenario.clock.months} months, before {name}", "a longer clock"


def few_strategies(scenario: Scenario) -> Found:
    """Nothing to compare."""
    count = len(scenario.strategies)
    if count < 2:
        what = "no strategies" if count == 0 else "a single strategy"
        yield "strategies", f"{what}: nothing can be compared", "two strategies or more"


def same_strategies(scenario: Scenario) -> Found:
    """Strategies that never differ, whatever they say of themselves."""
    seen: dict[str, str] = {}
    for name, strategy in scenario.strategies.items():
        effect = _effect(strategy, scenario)
        if effect in seen:
            yield f"strategies.{name}", f"{name} never differs from {seen[effect]}", "another move or rule, or one of the two"
        seen.setdefault(effect, name)


def _effect(strategy: Strategy, scenario: Scenario) -> str:
    """What a strategy does, without what it says, without moves that change nothing and without rules that never fire."""
    orders: dict[str, object] = {"rung": scenario.patrons[scenario.owner].rung, "sanctions": scenario.opening.sanctions}
    schedule: list[tuple[int, str, object]] = []
    for move in sorted(strategy.moves, key=lambda move: move.at):
        for key, value in move.then.model_dump(exclude_none=True).items():
            once = key in ("volume", "step", "announce", "answer")
            if once or orders.get(key) != value:
                schedule.append((move.at, key, value))
            orders[key] = value
    rules = [
        (text(rule.if_), rule.then.model_dump(exclude_none=True))
        for rule in strategy.when
        if can_hold(rule.if_, scenario.clock.months)
    ]
    otherwise = None if strategy.otherwise is None else strategy.otherwise.model_dump(exclude_none=True)
    return repr((schedule, rules, otherwise, strategy.completion))


def rules_that_never_fire(scenario: Scenario) -> Found:
    """Conditions that contradict themselves, and conditions that are always true."""
    months = scenario.clock.months
    for name, strategy in scenario.strategies.items():
        for place, rule in enumerate(strategy.when):
            path = f"strategies.{name}.when.{place}"
            if not can_hold(rule.if_, months):
                yield path, f'the rule "{text(rule.if_)}" can never fire', "a condition that can hold within the clock"
            elif not can_fail(rule.if_, months):
                yield path, f'the rule "{text(rule.if_)}" fires in every month', "a condition, or otherwise:"
    for name, contingency in scenario.contingencies.items():
        if not can_hold(contingency.if_, months):
            yield (
                f"contingencies.{name}",
                f"the contingency {name} can never be reached",
                "a condition that can hold within the clock",
            )


def ceilings(scenario: Scenario) -> Found:
    """A plan that orders a rung above its own ceiling."""
    rungs = numbers_of(scenario.patrons[scenario.owner].ladder)
    for name, strategy in scenario.strategies.items():
        ceiling = None
        for place, move in enumerate(sorted(strategy.moves, key=lambda move: move.at)):
            ceiling = move.then.ceiling or ceiling
            if ceiling and move.then.rung and rungs[move.then.rung] > rungs[ceiling]:
                yield (
                    f"strategies.{name}.moves.{place}",
                    f"{move.then.rung} is above the ceiling {ceiling}",
                    "a higher ceiling or a lower rung",
                )


def same_contingencies(scenario: Scenario) -> Found:
    """Two questions about the same state."""
    seen: dict[str, str] = {}
    for name, contingency in scenario.contingencies.items():
        condition = text(contingency.if_)
        if condition in seen:
            yield (
                f"contingencies.{name}",
                f"{name} asks about the same state as {seen[condition]}",
                "one of the two, or another condition",
            )
        seen.setdefault(condition, name)


def idle_theories(scenario: Scenario) -> Found:
    """Theories that cannot matter, and patrons with nothing to weigh."""
    for name, patron in scenario.patrons.items():
        alive = [theory for theory, hypothesis in patron.theories.items() if hypothesis.weight > 0]
        for theory, hypothesis in patron.theories.items():
            path = f"patrons.{name}.theories.{theory}"
            if hypothesis.weight == 0:
                yield path, f"{theory} has weight 0 and cannot matter", "a weight above 0, or no entry"
            elif theory != "inertia" and _inert(theory, hypothesis, scenario):
                yield path, f"{theory} has no strength and is inertia under another name", "a gain other than 0"
        if len(alive) == 1 and name != scenario.owner:
            yield f"patrons.{name}.theories", f"{name} has one theory only: there is nothing to weigh", "rival theories"


def _inert(theory: str, hypothesis: Hypothesis, scenario: Scenario) -> bool:
    written = {**scenario.parameters, **hypothesis.parameters}
    gains = [name for name in parameters() if name == f"{theory}.gain"]
    if theory == "domestic":
        gains = [name for name in parameters() if name.startswith("domestic.")]
    return bool(gains) and all(_is_zero(written.get(name, default(name))) for name in gains)


def _is_zero(prior: Prior) -> bool:
    return prior.kind == "fixed" and prior.args == (0.0,)


def idle_claims(scenario: Scenario) -> Found:
    """Claims that nothing can test."""
    for name, claim in scenario.claims.items():
        if claim.model is None and claim.on_record is None:
            yield (
                f"claims.{name}",
                f"the claim {name} has no query: nothing can test it",
                "on-record: or model:, or leave it as an opinion",
            )


def readers_to_compare(scenario: Scenario) -> Found:
    """Readers whose comparison can say little: one alone, two of one mind, two without a theory in common."""
    readers = scenario.readers
    if len(readers) == 1:
        yield f"readers.{next(iter(readers))}", "a single reader: there is nobody to compare it with", "two readers or more"
    for name, reader in readers.items():
        yield from _too_late(f"readers.{name}.values", reader.values, scenario)
    minds = {name: (_held(reader, scenario), reader.values or _wanted(scenario)) for name, reader in readers.items()}
    for first, other in combinations(readers, 2):
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


def impossible_states(scenario: Scenario) -> Found:
    """Priors with mass on states in which the war is over, or that contradict each other, before it starts."""
    force = default("truces.collapse-force").args[0]
    for name, side in scenario.sides.items():
        mass = _mass(side.personnel, force, float("inf"))
        if mass > 0.01:
            yield (
                f"sides.{name}.personnel",
                f"{name} starts below {force:g} thousand in {mass:.0%} of the draws: collapsed",
                "more personnel",
            )
    edge = default("truces.collapse-share").args[0]
    mass = _mass(scenario.opening.held, edge, 1 - edge)
    if mass > 0.01:
        yield (
            "territory",
            f"in {mass:.0%} of the draws one side holds next to nothing at the start: collapsed",
            f"a share between {edge} and {1 - edge}",
        )
    for name, patron in scenario.patrons.items():
        place = numbers_of(patron.ladder)[patron.rung]
        if patron.covert and place >= 8:
            yield f"patrons.{name}.covert", f"{name} is covert and stands on {patron.rung}", "a lower rung, or covert: false"
        if name != scenario.owner:
            yield from _rung_and_support(name, patron, place, _share_at_start(scenario))


def _share_at_start(scenario: Scenario) -> float:
    """The middle of what support is on the first day, as a share of its baseline."""
    written = scenario.parameters.get("support.start")
    return 1.0 if written is None else float(quantile(written, np.array([0.5]))[0])


def _rung_and_support(name: str, patron: Patron, place: int, share: float) -> Found:
    """A patron's support and its rung on the first day are two statements about one thing."""
    low = EDGES[min(place, len(EDGES)) - 1] if place >= 1 else 0.0
    high = EDGES[place] if place < len(EDGES) else float("inf")
    mass = _mass(patron.baseline, low / 1.5 / share, high * 1.5 / share)
    if mass > 0.5:
        span = f"from {low:g} to {high:g} thousand" if high < float("inf") else f"above {low:g} thousand"
        yield (
            f"patrons.{name}.baseline",
            f"{name}'s support at the start does not fit its rung {patron.rung} ({span})",
            "another baseline or rung",
        )


def _mass(prior: Prior, low: float, high: float) -> float:
    if prior.kind == "experts":
        return sum(_mass(answer, low, high) for _, answer in prior.experts) / len(prior.experts)
    return sum(outside(prior, low, high))


RULES: tuple[Callable[[Scenario], Found], ...] = (
    no_objective,
    few_strategies,
    same_strategies,
    rules_that_never_fire,
    decided,
    ceilings,
    same_contingencies,
    idle_theories,
    idle_claims,
    readers_to_compare,
    impossible_states,
)
