"""The owner's orders: moves, rules, decision points, silence and shipping (section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from countermove.scenario.schema import Completion, Strategy, WrittenOrders
from countermove.verify.numpy_model.draws import TINY, Array, Flags, Luck, NearTies, Whole, some
from countermove.verify.numpy_model.facts import DrawnNumbers, Facts, at_rung
from countermove.verify.numpy_model.sight import Sight, look_up
from countermove.verify.numpy_model.strength import State
from countermove.world.expression import COMPARISONS, Apply, Constant, Expression, Name, evaluate, names, shifted, walk

EFFORT = {"none": -0.10, "low": -0.05, "normal": 0.0, "high": 0.10}
ANSWERS = {"grant": 1, "refuse": -1}
HIGHEST = 8  # the rung beyond which no step, grant or completion goes


@dataclass
class StandingOrders:
    """Standing orders, each [n]."""

    rung: Whole
    flow: Array
    line: Array
    restraint: Array
    announce: Flags
    sanctions: Array
    effort: Array
    offer: Array
    brigades: Array
    ceiling: Whole
    answer: Whole  # 1 grant, -1 refuse, 0 none
    written: Whole
    spells: list[Flags]  # per rule, whether its guard held last month
    # what the rules read, month by month, the first entry being the first day without noise
    seen: list[dict[Name, npt.NDArray[Any]]] = field(default_factory=list[dict[Name, npt.NDArray[Any]]])


@dataclass
class MonthlyOrders:
    """What is ordered for this month only, each [n]."""

    money: Array  # million USD of a volume
    heavy: Array  # index
    counter: Array
    lag: Whole  # months
    answer: Whole


@dataclass(frozen=True)
class OwnerActions:
    """What the owner did this month, each [n]."""

    rung: Whole
    cost: Array  # million USD
    granted: Flags
    refused: Flags
    silent: Flags
    unordered: Flags  # granted where the strategy says nothing
    pretext: Array  # Delta
    shipped: Array  # [2, n] index
    priced: Array  # million USD: the month's cost once more, from its parts


@dataclass(frozen=True)
class CompletedPlan:
    """The strategy in play and how its silences are filled."""

    strategy: Strategy
    completion: Completion
    numb: bool = False  # runs for the offset: no pretext, no condition "line", no requests


def standing(facts: Facts, numbers: DrawnNumbers, plan: CompletedPlan, rung: Whole) -> StandingOrders:
    """The orders of the first day; `rung` is l_o [n]."""
    runs = len(rung)

    def all_(value: Array | float) -> Array:
        return np.broadcast_to(np.asarray(value, dtype=np.float64), (runs,)).copy()

    return StandingOrders(
        rung=rung.copy(),
        flow=all_(1.0),
        line=all_(0.0),
        restraint=all_(0.0),
        announce=np.ones(runs, dtype=bool),
        sanctions=all_(facts.scenario.opening.sanctions),
        effort=all_(0.0),
        offer=all_(numbers.world("opening.peacekeeping-offered")),
        brigades=all_(0.0),
        ceiling=np.full(runs, HIGHEST),
        answer=np.zeros(runs, dtype=np.int64),
        written=rung.copy(),
        spells=[np.zeros(runs, dtype=bool) for _ in plan.strategy.when],
    )


class OrderDesk:
    """The owner's desk in one month: reads the plan, sets the orders."""

    def __init__(
        self,
        facts: Facts,
        numbers: DrawnNumbers,
        plan: CompletedPlan,
        orders: StandingOrders,
        near: NearTies,
        watch: Mapping[str, Expression],
    ) -> None:
        """The desk of one war; `orders` are changed in place. The conditions of `watch` are looked at and call for nothing."""
        self._facts, self._numbers, self._plan, self._orders, self._near = facts, numbers, plan, orders, near
        self._watch = watch
        self.watched: dict[str, Flags] = {name: np.zeros(len(orders.rung), dtype=bool) for name in watch}
        guards = [*(rule.if_ for rule in plan.strategy.when), *watch.values()]
        self._names = {Name(name.of, name.what, 0, name.type) for guard in guards for name in names(guard)}

    def note(self, state: State, sight: Sight, month: int) -> None:
        """Keep what the rules read, for this month and for later ones that look back."""
        # a copy, for the state may change in place
        self._orders.seen.append({name: np.array(look_up(self._facts, state, sight, month, name)) for name in self._names})

    def act(self, state: State, sight: Sight, month: int, luck: Luck) -> OwnerActions:
        """One month of section 5."""
        orders, plan, now = self._orders, self._plan, state.rung[0]
        runs = len(now)
        zero, none = np.zeros(runs), np.zeros(runs, dtype=np.int64)
        parcel = MonthlyOrders(zero.copy(), zero.copy(), zero.copy(), none.copy(), none.copy())
        self.note(state, sight, month)
        for name, guard in self._watch.items():
            self.watched[name] = self.watched[name] | (np.asarray(evaluate(guard, self._observed)) != 0)
        moved = self._moves(parcel, now, month)
        guarded = self._rules(parcel, now)
        asked = state.asked[0]
        other = self._news(state, sight, month)
        answered = moved | guarded | (~other & (orders.answer != 0))
        open_ = (other | asked) & ~answered & (state.regime < 3)
        silent = np.zeros(runs, dtype=bool)
        if plan.strategy.otherwise is not None:
            self._set(plan.strategy.otherwise, open_, open_, parcel, now, stands=False)
        else:
            silent = open_
        orders.line = np.zeros(runs) if plan.numb else orders.line
        rung, granted, unordered = self._outcome(state, sight, silent, parcel, luck)
        answers = (granted, asked & ~granted, silent, unordered)
        return self._ship(state, parcel, rung, answers)

    def _moves(self, parcel: MonthlyOrders, now: Whole, month: int) -> Flags:
        everywhere = np.ones(len(now), dtype=bool)
        due = [move for move in self._plan.strategy.moves if move.at == self._facts.calendar(month)]
        for move in due:
            self._set(move.then, everywhere, everywhere, parcel, now, stands=True)
        return everywhere if due else ~everywhere

    def _rules(self, parcel: MonthlyOrders, now: Whole) -> Flags:
        any_ = np.zeros(len(now), dtype=bool)
        for index, rule in enumerate(self._plan.strategy.when):
            holds = np.broadcast_to(np.asarray(evaluate(rule.if_, self._observed)) != 0, now.shape)
            self._mark_near_ties(rule.if_)
            self._set(rule.then, holds, holds & ~self._orders.spells[index], parcel, now, stands=False)
            self._orders.spells[index] = holds
            any_ |= holds
        return any_

    def _observed(self, name: Name) -> npt.NDArray[Any]:
        """A name in this or an earlier month; before the first month everything is as on the first day."""
        seen = self._orders.seen
        return seen[max(len(seen) - 1 + name.shift, 0)][Name(name.of, name.what, 0, name.type)]

    def _mark_near_ties(self, tree: Expression) -> None:
        """Mark the runs in which a comparison of the guard was all but a tie."""
        for branch in walk(tree):
            if isinstance(branch, Apply) and branch.op == "within":
                event, span = branch.args
                months = int(span.value) if isinstance(span, Constant) else 0
                for back in range(1, months + 1):
                    self._mark_near_ties(shifted(event, -back))
            if isinstance(branch, Apply) and branch.op in COMPARISONS:
                left, right = (np.asarray(evaluate(side, self._observed), dtype=np.float64) for side in branch.args)
                whole = (left == np.round(left)) & (right == np.round(right))
                close = (np.abs(left - right) < TINY) & ~whole
                self._near.mark(np.broadcast_to(close, self._near.flags.shape))

    def _set(self, then: WrittenOrders, where: Flags, fresh: Flags, parcel: MonthlyOrders, now: Whole, *, stands: bool) -> None:
        """Put an order on the desk at the runs `where`; steps and volumes only where it is `fresh`."""
        orders = self._orders
        if then.rung is not None:
            orders.rung = np.where(where, self._facts.rung(then.rung), orders.rung)
            orders.written = np.where(where, self._facts.rung(then.rung), orders.written)
            if then.volume is None:
                orders.flow = np.where(where, 1.0, orders.flow)
        if then.step is not None:
            orders.rung = np.where(where & fresh, np.clip(now + then.step, 0, HIGHEST), orders.rung)
            orders.written = np.where(where & fresh, np.clip(now + then.step, 0, HIGHEST), orders.written)
        if then.volume is not None:
            self._volume(then.volume, where & fresh, parcel)
            orders.flow = np.where(where, 0.0, orders.flow)
        self._conditions(then, where)
        for name in ("announce", "sanctions", "brigades"):
            if getattr(then, name) is not None:
                setattr(orders, name, np.where(where, getattr(then, name), getattr(orders, name)))
        if then.diplomacy is not None:
            orders.effort = np.where(where, EFFORT[then.diplomacy], orders.effort)
        if then.peacekeeping_offer is not None:
            orders.offer = np.where(where, then.peacekeeping_offer, orders.offer)
        if then.ceiling is not None:
            orders.ceiling = np.where(where, self._facts.rung(then.ceiling), orders.ceiling)
        if then.answer is not None:
            parcel.answer = np.where(where, ANSWERS[then.answer], parcel.answer)
            if stands:
                orders.answer = np.where(where, ANSWERS[then.answer], orders.answer)
        if then.exit:
            for name in ("rung", "ceiling", "written"):
                setattr(orders, name, np.where(where, 0, getattr(orders, name)))

    def _conditions(self, then: WrittenOrders, where: Flags) -> None:
        if then.conditions is None:
            return
        force = 0.8 if then.enforcement is None else then.enforcement
        line = force if "not-at-contact-line" in then.conditions else 0.0
        restraint = force if "no-offensives" in then.conditions else 0.0
        self._orders.line = np.where(where, line, self._orders.line)
        self._orders.restraint = np.where(where, restraint, self._orders.restraint)

    def _volume(self, money: float, where: Flags, parcel: MonthlyOrders) -> None:
        """Add a volume at the rung just ordered to the month's parcel, which travels at the lag of the last."""
        facts, rung = self._facts, self._orders.rung
        price_heavy, price_counter = self._numbers.world("supply.price-heavy"), self._numbers.world("supply.price-counter")
        heavy, counter = at_rung(facts.heavy, rung) * price_heavy, at_rung(facts.counter, rung) * price_counter
        total = heavy + counter
        share = np.where(total > 0.0, heavy / np.where(total > 0.0, total, 1.0), 0.0)
        parcel.money = parcel.money + where * money
        parcel.heavy = parcel.heavy + where * money * share / price_heavy
        parcel.counter = parcel.counter + where * money * (1.0 - share) / price_counter
        parcel.lag = np.where(where, at_rung(facts.lag, rung), parcel.lag).astype(np.int64)

    def _news(self, state: State, sight: Sight, month: int) -> Flags:
        """Whether anything but a request is new."""
        new = some((sight.rose | sight.fell) & self._facts.rivals[:, None])
        new |= (sight.losing[0] & ~state.losing[0]) | (sight.winning[0] & ~state.winning[0])
        for event in ("truce-begins", "truce-breaks", "offensive", "incident", "clash"):
            new |= state.news[event] > 0
        new |= some(state.just_quit & self._facts.rivals[:, None])
        return new | (month - 1 in (12, 24, 60))

    def _outcome(self, state: State, sight: Sight, silent: Flags, parcel: MonthlyOrders, luck: Luck) -> tuple[Whole, Flags, Flags]:
        """The rung in force, whether a request was granted, and whether without an order."""
        orders, now, will = self._orders, state.rung[0], state.will[0]
        asked = state.asked[0]
        answer = np.where(parcel.answer != 0, parcel.answer, orders.answer)
        left_open = silent & asked & (answer == 0)
        change, consents = self._complete(sight, silent, left_open, luck)
        tried = silent & (change != 0)
        ordered = np.where(tried, np.clip(now + change, 0, HIGHEST), orders.rung)
        target = np.clip(ordered, 0, orders.ceiling)
        floor = self._numbers.row("will.floor", 0)
        self._near.edge(will, floor, target > now)
        able = will >= floor
        rung = np.where(target > now, np.where(able, target, now), np.where(target < now, now - 1, target))
        moved = tried & (rung == now + change)
        wish = asked & ((answer == 1) | (left_open & consents))
        room = rung < np.minimum(orders.ceiling, HIGHEST)
        self._near.edge(will, floor, wish & room)
        granted = wish & able & room
        rung = rung + granted
        orders.written = orders.written + (granted & ~left_open)
        orders.rung = np.where(moved | granted, rung, orders.rung)
        return rung, granted, granted & left_open

    def _complete(self, sight: Sight, silent: Flags, left_open: Flags, luck: Luck) -> tuple[Whole, Flags]:
        """The completion's change of rung and whether it would grant, each [n]."""
        nobody, still = np.zeros(len(silent), dtype=bool), np.zeros(len(silent), dtype=np.int64)
        grant = luck.uniforms("grant")[0]
        completion = self._plan.completion
        if completion == "hold":
            return still, luck.below(grant, self._numbers.row("requests.grant", 0), left_open)
        if completion == "de-escalate":
            return still - 1, nobody
        if completion == "match":
            rivals = self._facts.rivals[:, None]
            rose, fell = some(sight.rose & rivals), some(sight.fell & rivals)
            return np.where(rose, 1, np.where(fell, -1, 0)), rose
        u = luck.uniforms("completion")[0]
        low, high = luck.below(u, 1.0 / 3.0, silent), luck.below(u, 2.0 / 3.0, silent)
        return np.where(low, -1, np.where(high, 0, 1)), luck.below(grant, 0.5, left_open)

    def _ship(self, state: State, parcel: MonthlyOrders, rung: Whole, answers: tuple[Flags, Flags, Flags, Flags]) -> OwnerActions:
        """Load the pipeline, add up the bill, and find the pretext; `answers` are granted, refused, silent, unordered."""
        facts, orders = self._facts, self._orders
        price_heavy, price_counter = self._numbers.world("supply.price-heavy"), self._numbers.world("supply.price-counter")
        heavy, counter = at_rung(facts.heavy, rung), at_rung(facts.counter, rung)
        runs = np.arange(len(rung))
        flows = orders.flow * np.stack([heavy, counter])
        state.pipeline[at_rung(facts.lag, rung).astype(np.int64), :, runs] += flows.T
        volume = np.stack([parcel.heavy, parcel.counter])
        state.pipeline[parcel.lag, :, runs] += volume.T
        value = heavy * price_heavy + counter * price_counter
        brigades = self._numbers.world("alliance.brigade-cost") * orders.brigades
        upkeep = np.maximum(at_rung(facts.costs[0], rung) - value, 0.0)
        cost = upkeep + orders.flow * value + parcel.money + brigades
        shipped = flows + volume
        priced = upkeep + shipped[0] * price_heavy + shipped[1] * price_counter + brigades
        said = np.zeros(len(rung)) if self._plan.numb else np.where(orders.announce, np.maximum(rung - 3.0, 0.0), 0.0)
        pretext = np.maximum(said - state.announced, 0.0)
        state.announced = np.maximum(said, state.announced)
        return OwnerActions(rung, cost, *answers, pretext, shipped, priced)
