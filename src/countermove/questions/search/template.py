"""A written strategy opened up: its dates, rungs, thresholds and other orders free, and an optional rule for every question that it leaves open.

Every free thing is a *knob* with a short list of readable values, its levels. A point says which level each knob stands on. It stands for a
strategy as the file would have it (`strategy_at`), and for numbers of one compiled plan that plays them all (`numbers_at`). Both go through
the resolver of written orders, so that what is played is what is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import product
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from countermove.decision.cells import nearest
from countermove.engine.plans import command_of
from countermove.engine.points import cells_of
from countermove.engine.program import Program
from countermove.errors import DecisionError
from countermove.questions.search.levels import Limits, limits_of
from countermove.scenario.schema import Move, Rule, Rung, Scenario, Strategy, WrittenOrders
from countermove.world.expression import COMPARISONS, Apply, Constant, Expression, Name, names, text
from countermove.world.plan import ANSWERS, FREE, REPLIES, Answer, Cell, Command, Plan

Level = Any  # a value of Orders' field, a month, a threshold, whole Orders, or None: no such order
Point = NDArray[np.int64]
"""Which level each knob stands on [K]."""

Bundle = tuple[float, float, int]
"""What a volume buys at a rung: heavy and counter-heavy arms in these proportions, after so many months."""
LATER = WrittenOrders()  # the extra move: a change of course at a date


@dataclass(frozen=True)
class Knob:
    """One thing that may be changed. `says` names it; the level at `written` is that of the written strategy, at `absent` no order."""

    says: str
    what: str  # a field of Orders, "at", "threshold N", or "choice"
    levels: tuple[Level, ...]
    written: int
    ordered: bool  # whether neighbouring levels are alike

    @property
    def threshold(self) -> bool:
        """Whether it is a number in the condition of a rule."""
        return self.what.startswith("threshold")

    @property
    def absent(self) -> int | None:
        """The level at which nothing is ordered, if there is one."""
        return self.levels.index(None) if None in self.levels else None


@dataclass(frozen=True)
class Slot:
    """One move (`guard` None), one rule, or what is ordered otherwise; `fixed` are the orders that no knob touches."""

    kind: Literal["move", "rule", "otherwise"]
    says: str
    guard: Expression | None
    fixed: WrittenOrders
    knobs: tuple[Knob, ...]


@dataclass(frozen=True)
class Template:
    """A strategy with K knobs; `slots` in the order of the moves, then the rules. `plan` plays every point, given `numbers_at` it."""

    scenario: Scenario
    name: str
    base: Strategy
    slots: tuple[Slot, ...]
    plan: Plan
    bundles: tuple[tuple[Bundle, ...], ...]  # of each slot

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """All of them, slot by slot."""
        return tuple(knob for slot in self.slots for knob in slot.knobs)

    @property
    def written(self) -> Point:
        """The point at which the strategy stands as it was written."""
        return np.array([knob.written for knob in self.knobs], np.int64)

    @property
    def sizes(self) -> Point:
        """How many levels each knob has."""
        return np.array([len(knob.levels) for knob in self.knobs], np.int64)


def template_of(program: Program, name: str, keep: Iterable[str] = ()) -> Template:
    """The template of one written strategy; orders in `keep`, such as "conditions", stay as they are.

    Raises DecisionError where there is no strategy or no order of this name.
    """
    scenario = program.scenario
    if name not in scenario.strategies:
        raise DecisionError(f'no strategy called "{name}"', next=nearest(name, scenario.strategies))
    base = _in_the_open(scenario, scenario.strategies[name])
    slots = tuple(_slots(program, base, limits_of(program, keep)))
    bundles = tuple(_bundles(scenario, slot) for slot in slots)
    written = next(plan for plan in program.plans if plan.name == name)
    return Template(scenario, name, base, slots, _plan(scenario, slots, bundles, written), bundles)


def _in_the_open(scenario: Scenario, base: Strategy) -> Strategy:
    """The strategy without `announce: false`, where it sends no arms that could be kept secret: a search must not find secret arms in it."""
    ladder = {rung.name: rung for rung in scenario.patrons[scenario.owner].ladder}
    every = [one.then for one in (*base.moves, *base.when)] + ([base.otherwise] if base.otherwise is not None else [])
    if any(one.step is not None or (one.rung is not None and _arms(ladder[one.rung])) for one in every):
        return base

    def told(orders: WrittenOrders) -> WrittenOrders:
        return orders.model_copy(update={"announce": None}) if orders.announce is False else orders

    moves = tuple(move.model_copy(update={"then": told(move.then)}) for move in base.moves)
    rules = tuple(rule.model_copy(update={"then": told(rule.then)}) for rule in base.when)
    return base.model_copy(update={"moves": moves, "when": rules})


def _arms(rung: Rung) -> bool:
    return bool(rung.heavy or rung.counter_heavy)


# --- slots and knobs ---------------------------------------------------------------------------------------------------


def _slots(program: Program, base: Strategy, limits: Limits) -> Iterator[Slot]:
    start = program.scenario.clock.start
    moves = list(base.moves)
    if not any(move.at == start for move in moves):
        moves.insert(0, Move(at=start, then=WrittenOrders()))
    opening = next(place for place, move in enumerate(moves) if move.at == start)
    for place, move in enumerate(moves):
        yield _move(program, move, limits, "at the start" if place == opening else f"move {place + 1}", place == opening)
    course = Move(at=start, then=LATER)
    yield _move(program, course, limits, "a change of course", False)
    cells = cells_of(program)
    answered = {text(rule.if_) for rule in base.when}
    for cell in reversed(cells):  # the gravest last: of two rules that hold the later one wins
        if text(cell.guard) not in answered:
            yield _optional(cell, limits)
    for rule in base.when:
        yield _rule(rule, limits)
    if base.otherwise is not None:
        yield Slot("otherwise", "otherwise", None, base.otherwise, ())


def _move(program: Program, move: Move, limits: Limits, says: str, whole: bool) -> Slot:
    """A dated move; `whole` opens every order, else those that it gives; the extra move gives none and may give some."""
    written, extra = move.then, move.then is LATER
    opened = ("rung", "sanctions", "brigades", "diplomacy") if extra else _given(written)
    if whole:
        opened = tuple(WrittenOrders.model_fields)
    months = limits.months(move.at)
    at = Knob(f"{says}: month", "at", months, months.index(None if extra else move.at), True)
    knobs = [at, *_order_knobs(written, limits, says, opened)]
    return Slot("move", says, None, _rest(written, knobs), tuple(knobs))


def _rule(rule: Rule, limits: Limits) -> Slot:
    said = text(rule.if_)
    knobs = [
        Knob(f"if {said}: threshold", f"threshold {number}", levels, levels.index(value), True)
        for number, (name, value) in enumerate(_thresholds(rule.if_))
        for levels in [limits.thresholds(name, value)]
    ]
    knobs += _order_knobs(rule.then, limits, f"if {said}", _given(rule.then))
    return Slot("rule", said, rule.if_, _rest(rule.then, knobs), tuple(knobs))


def _optional(cell: Cell, limits: Limits) -> Slot:
    """A rule that the strategy does not have: the answers that fit the cell, and none."""
    answers = [limits.answer(one) for one in _answers(cell)]
    levels = (None, *(one for one in answers if one is not None))
    said = f"if {text(cell.guard)}:"
    return Slot("rule", said, cell.guard, WrittenOrders(), (Knob(said, "choice", levels, 0, False),))


def _answers(cell: Cell) -> tuple[Answer, ...]:
    return REPLIES if cell.request else tuple(ANSWERS[number] for number in cell.answers[1:])


def _given(orders: WrittenOrders) -> tuple[str, ...]:
    return tuple(name for name in WrittenOrders.model_fields if getattr(orders, name) is not None)


def _order_knobs(written: WrittenOrders, limits: Limits, says: str, opened: Sequence[str]) -> list[Knob]:
    """A knob for each order that is opened and can be anything but what it is."""
    knobs: list[Knob] = []
    for what in opened:
        value = getattr(written, what)
        levels = limits.orders(what, value)
        if len(levels) > 1:
            knobs.append(Knob(f"{says}: {what.replace('_', ' ')}", what, levels, levels.index(value), what in limits.ordered))
    return knobs


def _rest(written: WrittenOrders, knobs: Sequence[Knob]) -> WrittenOrders:
    return written.model_copy(update={knob.what: None for knob in knobs if knob.what in WrittenOrders.model_fields})


def _bound(tree: Expression) -> tuple[Name, float] | None:
    """The quantity and the number of a comparison between the two; None for anything else."""
    if isinstance(tree, Apply) and tree.op in COMPARISONS and len(names(tree)) == 1:
        left, right = tree.args
        if not isinstance(left, Constant) and isinstance(right, Constant) and right.type == "number":
            return names(tree)[0], right.value
    return None


def _thresholds(tree: Expression) -> list[tuple[Name, float]]:
    """The numbers that a quantity is compared with, in the order in which they are met."""
    own = _bound(tree)
    if own is not None:
        return [own]
    inner = tree.args if isinstance(tree, Apply) and tree.op != "within" else ()
    return [found for arg in inner for found in _thresholds(arg)]


def _with_thresholds(tree: Expression, put: Iterator[Expression]) -> Expression:
    """The guard with the next of `put` in the place of each threshold."""
    if not isinstance(tree, Apply) or tree.op == "within":
        return tree
    if _bound(tree) is not None:
        return replace(tree, args=(tree.args[0], next(put)))
    return replace(tree, args=tuple(_with_thresholds(arg, put) for arg in tree.args))


# --- from a point to orders --------------------------------------------------------------------------------------------


def _split(template: Template, point: Point) -> Iterator[tuple[Slot, list[Level]]]:
    at = 0
    for slot in template.slots:
        yield slot, [knob.levels[level] for knob, level in zip(slot.knobs, point[at : at + len(slot.knobs)], strict=True)]
        at += len(slot.knobs)


def _ordered(scenario: Scenario, slot: Slot, levels: Sequence[Level]) -> WrittenOrders | None:
    """What a slot orders; None where it is left out."""
    chosen = {knob.what: level for knob, level in zip(slot.knobs, levels, strict=True)}
    if "choice" in chosen:
        return chosen["choice"]
    if chosen.get("at", 0) is None:
        return None
    given = {what: level for what, level in chosen.items() if what in WrittenOrders.model_fields and level is not None}
    ladder = [rung.name for rung in scenario.patrons[scenario.owner].ladder]
    fixed = {name: getattr(slot.fixed, name) for name in _given(slot.fixed)}
    rung = given.get("rung", fixed.get("rung"))
    step = None if rung is None else scenario.patrons[scenario.owner].ladder[ladder.index(rung)]
    armed = step is not None and _arms(step)
    if not armed:
        given.pop("volume", None)  # a rung without arms ships none
    if "conditions" not in given and "conditions" not in fixed:
        given.pop("enforcement", None)
    if rung is not None and "ceiling" in given:  # a ceiling is never below the rung that is ordered with it
        given["ceiling"] = ladder[max(ladder.index(given["ceiling"]), ladder.index(rung))]
    written = next((knob.levels[knob.written] for knob in slot.knobs if knob.what == "rung"), rung)
    if rung != written and fixed.get("announce") is not armed:
        fixed.pop(
            "announce", None
        )  # nobody has said that these arms could be kept secret; without arms there is nothing to announce
    return WrittenOrders(**{**fixed, **given}) if given or fixed else None


def _guard(slot: Slot, levels: Sequence[Level]) -> Expression:
    assert slot.guard is not None
    numbers = [Constant(float(level)) for knob, level in zip(slot.knobs, levels, strict=True) if knob.threshold]
    return _with_thresholds(slot.guard, iter(numbers)) if numbers else slot.guard


def strategy_at(template: Template, point: Point, says: str = "", title: str = "") -> Strategy:
    """The strategy of a point, as the file would have it; the written one at `template.written`, but for the order of its moves."""
    moves: list[Move] = []
    rules: list[Rule] = []
    otherwise: WrittenOrders | None = None
    for slot, levels in _split(template, point):
        orders = _ordered(template.scenario, slot, levels)
        if orders is None:
            continue
        if slot.kind == "move":
            moves.append(Move(at=levels[0], then=orders))
        elif slot.kind == "rule":
            rules.append(Rule(if_=_guard(slot, levels), then=orders))
        else:
            otherwise = orders
    return Strategy(
        title=title, says=says, moves=tuple(moves), when=tuple(rules), otherwise=otherwise, completion=template.base.completion
    )


def orders_at(template: Template, points: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many orders the strategy of each point gives [C]."""
    return np.array([sum(len(_given(orders)) for orders in _every_order(template, point)) for point in points], np.int64)


def _every_order(template: Template, point: Point) -> Iterator[WrittenOrders]:
    found = (_ordered(template.scenario, slot, levels) for slot, levels in _split(template, point))
    return (orders for orders in found if orders is not None)


# --- from a point to numbers -------------------------------------------------------------------------------------------


def _possible(scenario: Scenario, slot: Slot) -> Iterator[Command]:
    """Commands that show everything a slot can order: all rungs with all volumes, the rest one by one."""
    usual = [knob.levels[0] if knob.what == "at" else knob.levels[knob.written] for knob in slot.knobs]
    shapes = [knob.levels if knob.what in ("rung", "volume") else (level,) for knob, level in zip(slot.knobs, usual, strict=True)]
    ones = ((*usual[:at], level, *usual[at + 1 :]) for at, knob in enumerate(slot.knobs) for level in knob.levels)
    for levels in (*product(*shapes), *ones):
        orders = _ordered(scenario, slot, levels)
        if orders is not None:
            yield command_of(scenario, orders)


def _bundle(command: Command) -> Bundle | None:
    return None if command.volume is None else (command.volume[0], command.volume[1], command.volume[3])


def _bundles(scenario: Scenario, slot: Slot) -> tuple[Bundle, ...]:
    return tuple(dict.fromkeys(found for command in _possible(scenario, slot) if (found := _bundle(command)) is not None))


def _plan(scenario: Scenario, slots: Sequence[Slot], bundles: Sequence[Sequence[Bundle]], written: Plan) -> Plan:
    """The plan of all points: names of free numbers in the place of numbers. Steps beside rungs, and shipments, have moves or rules of their own."""
    moves: list[tuple[str, Command]] = []
    rules: list[tuple[Expression, Command]] = []
    for place, (slot, kinds) in enumerate(zip(slots, bundles, strict=True)):
        named = {
            one.name for command in _possible(scenario, slot) for one in fields(Command) if getattr(command, one.name) is not None
        }
        given: dict[str, Any] = {what: f"{place}.{what}" for what in sorted(named - {"volume"})}
        step = given.pop("step", None) if "rung" in given else None  # a command is one or the other
        every = [Command(**given), *([Command(step=step)] if step is not None else [])]
        every += [
            Command(volume=(heavy, counter, f"{place}.money.{number}", lag)) for number, (heavy, counter, lag) in enumerate(kinds)
        ]
        if slot.kind == "move":
            moves += [(f"{place}.on", command) for command in every]
        elif slot.guard is not None:
            bounds = [Name(FREE, f"{place}.{knob.what}") for knob in slot.knobs if knob.threshold]
            guard = _with_thresholds(slot.guard, iter(bounds)) if bounds else slot.guard
            rules += [(Apply("and", (guard, Name(FREE, f"{place}.on", 0, "boolean")), "boolean"), command) for command in every]
    return replace(written, moves=tuple(moves), rules=tuple(rules))


def numbers_at(template: Template, points: NDArray[np.int64]) -> dict[str, NDArray[np.float32]]:
    """The free numbers of C points [C, K] by name, float32 [C] each: nan where nothing is ordered."""
    out = {name: np.full(len(points), np.nan, np.float32) for name in free_in(template.plan)}
    for candidate, point in enumerate(points):
        for place, (slot, levels) in enumerate(_split(template, point)):
            for name, value in _numbers(template, place, slot, levels):
                if name in out:
                    out[name][candidate] = value
    return out


def free_in(plan: Plan) -> tuple[str, ...]:
    """The names of the free numbers of a plan, in a fixed order."""
    orders = [command for _, command in (*plan.moves, *plan.rules)]
    found = {value for command in orders for one in fields(command) if isinstance(value := getattr(command, one.name), str)}
    found |= {command.volume[2] for command in orders if command.volume is not None and isinstance(command.volume[2], str)}
    found |= {at for at, _ in plan.moves if isinstance(at, str)}
    found |= {name.what for guard, _ in plan.rules for name in names(guard) if name.of == FREE}
    return tuple(sorted(found))


def _numbers(template: Template, place: int, slot: Slot, levels: Sequence[Level]) -> Iterator[tuple[str, float]]:
    """The numbers of one slot; those of what is not ordered are left out."""
    scenario = template.scenario
    orders = _ordered(scenario, slot, levels)
    if slot.kind == "rule":
        yield f"{place}.on", float(orders is not None)
    for knob, level in zip(slot.knobs, levels, strict=True):
        if knob.threshold:
            yield f"{place}.{knob.what}", float(level)
    if orders is None:
        return
    if slot.kind == "move":
        yield f"{place}.on", float(levels[0] - scenario.clock.start)
    command = command_of(scenario, orders)
    if command.volume is not None:
        bundle = (command.volume[0], command.volume[1], command.volume[3])
        yield f"{place}.money.{template.bundles[place].index(bundle)}", float(command.volume[2])
    for one in fields(Command):
        value = getattr(command, one.name)
        if one.name != "volume" and value is not None:
            yield f"{place}.{one.name}", float(value)
