"""Doubts about single orders: beyond a ceiling, after an exit, conditions on nothing, orders that change nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from countermove.scenario.doubts.reach import HIGHEST_OF_A_PLAN
from countermove.scenario.doubts.written import Doubts, MarkedScenario
from countermove.scenario.keys import keys_that
from countermove.scenario.ladder import numbers_of
from countermove.scenario.schema import Move, Rung, Scenario, Strategy, WrittenOrders
from countermove.world.words import month_text


@dataclass(frozen=True)
class Ordered:
    """One order with the path at which it is written; `move` where it is dated, `strategy` whose it is."""

    path: str
    then: WrittenOrders
    strategy: Strategy
    move: Move | None = None


def ordered(scenario: Scenario) -> Iterator[Ordered]:
    """Every order of every strategy: moves in the order of their dates, then rules, then what is ordered otherwise."""
    for name, strategy in scenario.strategies.items():
        for place, move in dated(strategy):
            yield Ordered(f"strategies.{name}.moves.{place}", move.then, strategy, move)
        for place, rule in enumerate(strategy.when):
            yield Ordered(f"strategies.{name}.when.{place}.then", rule.then, strategy)
        if strategy.otherwise is not None:
            yield Ordered(f"strategies.{name}.otherwise", strategy.otherwise, strategy)


def dated(strategy: Strategy) -> list[tuple[int, Move]]:
    """The moves in the order of their dates, each with its place in the file."""
    return sorted(enumerate(strategy.moves), key=lambda pair: pair[1].at)


def _ladder(scenario: Scenario) -> tuple[tuple[Rung, ...], Mapping[str, int]]:
    ladder = scenario.patrons[scenario.owner].ladder
    return ladder, numbers_of(ladder)


def above_ceiling(written: MarkedScenario) -> Doubts:
    """Orders of a rung above the plan's own ceiling, which stops it on the way."""
    scenario = written.scenario
    _, rungs = _ladder(scenario)
    for name, strategy in scenario.strategies.items():
        ceiling: str | None = None
        for place, move in dated(strategy):
            ceiling = move.then.ceiling or (None if move.then.exit else ceiling)
            if ceiling and move.then.rung and rungs[move.then.rung] > rungs[ceiling]:
                yield f"strategies.{name}.moves.{place}.rung", *_above(move.then.rung, ceiling)
    for order in ordered(scenario):
        if order.move is None and order.then.rung:
            lowest = order.then.ceiling or _never_lifted(order.strategy, scenario, rungs)
            if lowest and rungs[order.then.rung] > rungs[lowest]:
                yield f"{order.path}.rung", *_above(order.then.rung, lowest)


def _above(rung: str, ceiling: str) -> tuple[str, str]:
    return f"{rung} is above the ceiling {ceiling}", "a higher ceiling or a lower rung"


def _never_lifted(strategy: Strategy, scenario: Scenario, rungs: Mapping[str, int]) -> str | None:
    """The highest ceiling under which a plan stands from the first month on, where its moves alone set one."""
    others = [rule.then for rule in strategy.when] + ([] if strategy.otherwise is None else [strategy.otherwise])
    if any(then.ceiling for then in others):
        return None
    ceilings = [(move.at, move.then.ceiling) for _, move in dated(strategy) if move.then.ceiling]
    if not ceilings or ceilings[0][0] > scenario.clock.start:
        return None
    return max((ceiling for _, ceiling in ceilings), key=lambda ceiling: rungs[ceiling])


def above_the_top(written: MarkedScenario) -> Doubts:
    """A rung that no order reaches unless a ceiling is put above it."""
    ladder, rungs = _ladder(written.scenario)
    top = ladder[HIGHEST_OF_A_PLAN].name
    for order in ordered(written.scenario):
        lifted = any(
            other.then.ceiling and rungs[other.then.ceiling] > HIGHEST_OF_A_PLAN
            for other in ordered(written.scenario)
            if other.strategy is order.strategy
        )
        if order.then.rung and rungs[order.then.rung] > HIGHEST_OF_A_PLAN and not lifted:
            message = f"{order.then.rung} is not reached: without a ceiling above it a plan stops at {top}"
            yield f"{order.path}.rung", message, f"ceiling: {order.then.rung} beside it, or {top}"


def ceiling_below(written: MarkedScenario) -> Doubts:
    """A ceiling under the rung on which the plan stands: it climbs down, though no order says so."""
    scenario = written.scenario
    ladder, rungs = _ladder(scenario)
    for name, strategy in scenario.strategies.items():
        stands = rungs[scenario.patrons[scenario.owner].rung]
        for place, move in dated(strategy):
            then = move.then
            if then.ceiling and not then.exit and then.rung is None and rungs[then.ceiling] < stands:
                message = f"the ceiling {then.ceiling} is below {ladder[stands].name}, on which the plan stands: it goes down a rung a month"
                yield (
                    f"strategies.{name}.moves.{place}.ceiling",
                    message,
                    "rung: beside it, where that is meant, or a higher ceiling",
                )
            if then.exit:
                stands = 0
                continue
            stands = rungs[then.rung] if then.rung else stands
            stands = min(stands, rungs[then.ceiling]) if then.ceiling else stands


def after_exit(written: MarkedScenario) -> Doubts:
    """Orders to a plan that has left the war: its ceiling is the lowest rung."""
    scenario = written.scenario
    _, rungs = _ladder(scenario)
    for order in ordered(scenario):
        if order.then.exit and ((order.then.rung and rungs[order.then.rung] > 0) or order.then.step or order.then.ceiling):
            yield f"{order.path}.exit", "an exit beside a rung or a ceiling: the exit wins", "one of the two"
    for name, strategy in scenario.strategies.items():
        left: int | None = None
        for place, move in dated(strategy):
            then = move.then
            if then.ceiling and rungs[then.ceiling] > 0 and not then.exit:
                left = None
            elif left is not None and not then.exit and (keys := _needing_a_rung(then, rungs)):
                yield (
                    f"strategies.{name}.moves.{place}.{keys[0]}",
                    f"an order after exit: the plan left the war in {month_text(left)}, and its ceiling stays the lowest rung",
                    "ceiling: beside it, to come back; or no order",
                )
            left = move.at if then.exit else left
        if any(move.then.exit and move.at == scenario.clock.start for move in strategy.moves) and left is not None:
            for place, rule in enumerate(strategy.when):
                if not rule.then.ceiling and (keys := _needing_a_rung(rule.then, rungs)):
                    yield (
                        f"strategies.{name}.when.{place}.then.{keys[0]}",
                        "an order after exit: the plan leaves the war at the start, and its ceiling stays the lowest rung",
                        "ceiling: beside it, to come back; or no rule",
                    )


def _needing_a_rung(then: WrittenOrders, rungs: Mapping[str, int]) -> list[str]:
    given = then.model_dump(exclude_none=True)
    return [
        key
        for key in keys_that("orders", "on a rung")
        if key in given and not (key == "rung" and rungs[given[key]] == 0) and given[key] != ()
    ]


def enforcement_of_nothing(written: MarkedScenario) -> Doubts:
    """Enforcement without conditions in the same order, and conditions that are not enforced at all."""
    for order in ordered(written.scenario):
        then = order.then
        if then.enforcement is not None and not then.conditions:
            message = "enforcement of nothing: it is read with the conditions that stand in the same order"
            yield f"{order.path}.enforcement", message, "conditions: beside it, or no enforcement"
        elif then.enforcement == 0 and then.conditions:
            yield f"{order.path}.enforcement", "conditions that are enforced at 0 hold nothing back", "a share above 0"


def conditions_on_no_arms(written: MarkedScenario) -> Doubts:
    """Conditions on arms in a plan that orders none."""
    scenario = written.scenario
    ladder, rungs = _ladder(scenario)
    owner = scenario.patrons[scenario.owner]
    for name, strategy in scenario.strategies.items():
        mine = [order for order in ordered(scenario) if order.path.startswith(f"strategies.{name}.")]
        given = [ladder[rungs[order.then.rung]] for order in mine if order.then.rung] + [ladder[rungs[owner.rung]]]
        climbs = any((order.then.step or 0) > 0 or order.then.answer == "grant" or order.then.volume for order in mine)
        if climbs or strategy.completion in ("match", "uniform") or any(rung.heavy or rung.counter_heavy for rung in given):
            continue
        for order in mine:
            if order.then.conditions:
                message = "conditions on no arms: no order of this plan gives any"
                yield f"{order.path}.conditions", message, "a rung that gives arms, or no conditions"


def volume_of_no_arms(written: MarkedScenario) -> Doubts:
    """Money for the arms of a rung that gives none."""
    ladder, rungs = _ladder(written.scenario)
    for order in ordered(written.scenario):
        if order.then.volume is None or order.then.rung is None:
            continue
        rung = ladder[rungs[order.then.rung]]
        if order.then.volume == 0:
            yield f"{order.path}.volume", "a volume of 0 ships nothing, and stops the flow of the rung", "an amount, or no volume"
        elif not (rung.heavy or rung.counter_heavy):
            message = f"{rung.name} gives no arms: all of the volume would buy counter-heavy weapons"
            yield f"{order.path}.volume", message, "a rung that gives arms"


def brigades_for_nobody(written: MarkedScenario) -> Doubts:
    """Brigades for an alliance that is not there: they cost and do nothing."""
    if any(party.kind == "alliance" for party in written.scenario.third_parties.values()):
        return
    for order in ordered(written.scenario):
        if order.then.brigades:
            message = "brigades without an alliance: they cost money and change nothing else"
            yield f"{order.path}.brigades", message, "an alliance among the third parties, or no brigades"


def orders_that_change_nothing(written: MarkedScenario) -> Doubts:
    """Later moves that order what already stands, and orders to stay in the war."""
    scenario = written.scenario
    for order in ordered(scenario):
        if order.then.exit is False:
            yield (
                f"{order.path}.exit",
                "exit: false orders nothing: a plan stays in the war until it leaves",
                "exit: true, or no entry",
            )
    for name, strategy in scenario.strategies.items():
        others = [rule.then for rule in strategy.when] + ([] if strategy.otherwise is None else [strategy.otherwise])
        stands: dict[str, object] = {"sanctions": scenario.opening.sanctions}
        for place, move in dated(strategy):
            for what in keys_that("orders", "stands"):
                key = what.replace("-", "_")
                value = _value(move.then, key)
                if value is None:
                    continue
                changed = any(_value(then, key) is not None for then in others)
                if stands.get(key) == value and not changed and move.at > scenario.clock.start:
                    yield f"strategies.{name}.moves.{place}.{what}", f"{what} as it stands: this order changes nothing", "no entry"
                stands[key] = value


def _value(then: WrittenOrders, key: str) -> object:
    value = getattr(then, key)
    return (value, then.enforcement) if key == "conditions" and value is not None else value


def orders_overwritten(written: MarkedScenario) -> Doubts:
    """Two moves of one month that order different things: the later one in the file counts."""
    for name, strategy in written.scenario.strategies.items():
        given: dict[tuple[int, str], tuple[int, object]] = {}
        for place, move in enumerate(strategy.moves):
            for key, value in move.then.model_dump(exclude_none=True).items():
                first = given.setdefault((move.at, key), (place, value))
                if key != "volume" and first[1] != value:
                    what = key.replace("_", "-")
                    message = f"another {what} is ordered in {month_text(move.at)} by a later move, which counts"
                    yield f"strategies.{name}.moves.{first[0]}.{what}", message, "one order a month"
                given[move.at, key] = (place, value)
