"""Doubts about strategies as wholes: too few, alike, and rules that never fire, always fire or are always overruled."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from countermove.scenario.doubts.reach import tops_of, why_out_of_reach
from countermove.scenario.doubts.written import Doubts, MarkedScenario
from countermove.scenario.keys import keys_that
from countermove.scenario.satisfiable import can_fail, can_hold
from countermove.scenario.schema import Rule, Scenario, Strategy, WrittenOrders
from countermove.world.expression import Apply, Constant, text, walk
from countermove.world.measure import MEASURE


def few_strategies(written: MarkedScenario) -> Doubts:
    """Nothing to compare."""
    count = len(written.scenario.strategies)
    if count < 2:
        what = "no strategies" if count == 0 else "a single strategy"
        yield "strategies", f"{what}: nothing can be compared", "two strategies or more"


def same_strategies(written: MarkedScenario) -> Doubts:
    """Strategies that never differ, whatever they say of themselves."""
    seen: dict[str, str] = {}
    for name, strategy in written.scenario.strategies.items():
        effect = _effect(strategy, written.scenario)
        if effect in seen:
            yield f"strategies.{name}", f"{name} never differs from {seen[effect]}", "another move or rule, or one of the two"
        seen.setdefault(effect, name)


def _effect(strategy: Strategy, scenario: Scenario) -> str:
    """What a strategy does, without what it says, without moves that change nothing and without rules that never fire."""
    orders: dict[str, object] = {"rung": scenario.patrons[scenario.owner].rung, "sanctions": scenario.opening.sanctions}
    schedule: list[tuple[int, str, object]] = []
    for move in sorted(strategy.moves, key=lambda move: move.at):
        for key, value in _effective(move.then).items():
            if key in keys_that("orders", "once") or orders.get(key) != value:
                schedule.append((move.at, key, value))
            orders[key] = value
    tops = tops_of(scenario)
    rules = [
        (text(rule.if_), _effective(rule.then))
        for rule in strategy.when
        if can_hold(rule.if_, scenario.clock.months, tops) and _effective(rule.then)
    ]
    otherwise = None if strategy.otherwise is None else _effective(strategy.otherwise)
    return repr((schedule, rules, otherwise, strategy.completion))


def _effective(orders: WrittenOrders) -> dict[str, object]:
    """The orders that do anything: not the force of conditions that are not there, and not to stay in the war."""
    given: dict[str, object] = orders.model_dump(exclude_none=True)
    if orders.conditions is None:
        given.pop("enforcement", None)
    if orders.exit is False:
        given.pop("exit")
    return given


def rules_that_never_fire(written: MarkedScenario) -> Doubts:
    """Conditions that contradict themselves or the clock."""
    for path, rule in _rules(written.scenario):
        if not can_hold(rule.if_, written.scenario.clock.months):
            message = f'the rule "{text(rule.if_)}" can never fire'
            yield path, message, "a condition that can hold within the clock"


def rules_out_of_reach(written: MarkedScenario) -> Doubts:
    """Answers to a rung that the patron cannot climb to."""
    scenario = written.scenario
    months, tops = scenario.clock.months, tops_of(scenario)
    for path, rule in _rules(scenario):
        if can_hold(rule.if_, months) and not can_hold(rule.if_, months, tops):
            message = f'the rule "{text(rule.if_)}" can never fire: {why_out_of_reach(rule.if_, scenario)}'
            yield path, message, "a rung that can be reached, or no rule"


def rules_that_always_fire(written: MarkedScenario) -> Doubts:
    """Conditions that are always true."""
    months = written.scenario.clock.months
    for path, rule in _rules(written.scenario):
        if can_hold(rule.if_, months) and not can_fail(rule.if_, months):
            yield path, f'the rule "{text(rule.if_)}" fires in every month', "a condition, or otherwise:"


def rules_that_divide(written: MarkedScenario) -> Doubts:
    """Conditions that divide by what can be 0: they hold, or do not, by accident."""
    for path, rule in _rules(written.scenario):
        for branch in walk(rule.if_):
            if isinstance(branch, Apply) and branch.op == "/" and not isinstance(branch.args[1], Constant):
                message = f'the rule "{text(rule.if_)}" divides by {text(branch.args[1])}, which can be 0'
                yield path, message, "the same multiplied out: a > 2 * b in place of a / b > 2"
                break


def rules_overruled(written: MarkedScenario) -> Doubts:
    """A rule that orders what a later rule, which fires in each of its months, orders otherwise."""
    months = written.scenario.clock.months
    for name, strategy in written.scenario.strategies.items():
        for (at, rule), (_, later) in combinations(enumerate(strategy.when), 2):
            ours, theirs = _effective(rule.then), _effective(later.then)
            keys = [key for key in ours if key in theirs and ours[key] != theirs[key] and key not in ("volume", "step")]
            if not keys or not can_hold(rule.if_, months):
                continue
            if not can_hold(Apply("and", (rule.if_, Apply("not", (later.if_,), "boolean")), "boolean"), months):
                what = keys[0].replace("_", "-")
                message = (
                    f'"{text(later.if_)}" holds whenever "{text(rule.if_)}" does, stands below it and orders another {what}: '
                    f"the {what} of this rule is never followed"
                )
                yield f"strategies.{name}.when.{at}", message, "the wider condition first, or conditions that exclude each other"


def drawn_in_unseen(written: MarkedScenario) -> Doubts:
    """Plans that climb by their own rules, where being drawn in is valued: what a strategy orders is not counted."""
    scenario = written.scenario
    wanted = [() if scenario.objective is None else scenario.objective.values, *(one.values for one in scenario.readers.values())]
    counts = [{MEASURE[name].climbs for name in values} for values in wanted]
    if not any("unordered" in climbs and "all" not in climbs for climbs in counts):
        return
    beside = [name for name, measure in MEASURE.items() if measure.climbs == "all"]
    for name, strategy in scenario.strategies.items():
        climbs = [
            (at, rule.then) for at, rule in enumerate(strategy.when) if (rule.then.step or 0) > 0 or rule.then.answer == "grant"
        ]
        if climbs:
            at, then = climbs[0]
            how = "grants requests by a rule" if then.answer == "grant" else f"goes up by a rule (step: {then.step})"
            message = (
                f"{name} {how}, and drawn-in does not count a climb that a plan orders: it cannot tell how far {name} is drawn in"
            )
            yield f"strategies.{name}.when.{at}", message, f"{' or '.join(beside)} beside it"


def _rules(scenario: Scenario) -> Iterator[tuple[str, Rule]]:
    """Every rule with its path."""
    for name, strategy in scenario.strategies.items():
        for place, rule in enumerate(strategy.when):
            yield f"strategies.{name}.when.{place}", rule
