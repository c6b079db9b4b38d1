"""The owner's written strategy: dated moves, guarded rules, what counts as silence, and the completion that then acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import jax.numpy as jnp

from countermove.behaviour.observed_names import observed_value
from countermove.behaviour.theory import Numbers
from countermove.world.cast import Array, Cast
from countermove.world.expression import Expression, Name, evaluate
from countermove.world.plan import ANSWERS, COMPLETIONS, FREE, ORDERS, OTHERWISE, Playbook, Sheet, written_orders
from countermove.world.state import GRANT, NONE, REFUSE, Action, Orders, Sight, State

Luck = dict[str, Array]
STANDING = ("line", "restraint", "announce", "sanctions", "effort", "offer", "brigades", "ceiling")


class Draft(NamedTuple):
    """An action in the making; [n] each but `orders`."""

    orders: Orders
    heavy: Array
    counter: Array
    cost: Array
    lag: Array
    answer: Array  # given this month by a rule


Given = Mapping[str, Array]
"""Orders by name (ORDERS), each a number or one for each run; nan, or left out: no order."""


def _put(old: Array, given: Given, order: str, when: Array) -> Array:
    """The number where an order is given, else what stood before."""
    value = given.get(order)
    return old if value is None else jnp.where(when & ~jnp.isnan(value), value, old)


def obey(draft: Draft, given: Given, when: Array, fresh: Array, rung: Array, p: Numbers) -> Draft:
    """Apply orders where `when` holds; shipments and relative steps only where it is `fresh`."""
    old, nothing = draft.orders, jnp.float32(jnp.nan)
    to, step, money = (given.get(name, nothing) for name in ("rung", "step", "money"))
    steps, sent = fresh & ~jnp.isnan(step), fresh & ~jnp.isnan(money)
    target = jnp.where(steps, jnp.clip(rung + step, 0, 8), _put(old.rung, given, "rung", when))
    moved = jnp.where(jnp.isnan(to), steps, when)
    flow = jnp.where(when & ~jnp.isnan(to), 1.0, old.flow)
    heavy, counter, cost, lag = draft.heavy, draft.counter, draft.cost, draft.lag
    if "money" in given:
        # a price for each run: XLA would multiply by the inverse of a single one, and the last bit differ
        price_heavy, price_counter = p["supply.price-heavy"] + rung * 0, p["supply.price-counter"] + rung * 0
        value_heavy, value_counter = given["heavy"] * price_heavy, given["counter"] * price_counter
        part = jnp.where(given["heavy"] + given["counter"] > 0, value_heavy / (value_heavy + value_counter), 0.0)
        heavy = heavy + jnp.where(sent, money * part / price_heavy, 0.0)
        counter = counter + jnp.where(sent, money * (1 - part) / price_counter, 0.0)
        cost = cost + jnp.where(sent, money, 0.0)
        lag = jnp.where(sent, given["lag"], lag)
        flow = jnp.where(when & ~jnp.isnan(money), 0.0, flow)
    orders = Orders(
        rung=target,
        flow=flow,
        **{name: _put(getattr(old, name), given, name, when) for name in STANDING},
        answer=old.answer,
        written=jnp.where(moved, target, old.written),
    )
    return Draft(orders, heavy, counter, cost, lag, _put(draft.answer, given, "answer", when))


def novelties(cast: Cast, state: State, sight: Sight, month: Array) -> tuple[Array, Array]:
    """Whether anything but a request is new this month, and whether the owner's client asked [n]."""
    flags = state.flags
    fresh = (flags.truce_began + flags.truce_broke + flags.incident + flags.clash + sum(flags.attack)) > 0
    for j in cast.enemies[0]:
        fresh = fresh | (sight.seen[j] != state.seen[j]) | (flags.quit[j] > 0)
    fresh = fresh | (sight.losing[0] > flags.losing[0]) | (sight.winning[0] > flags.winning[0])
    for deadline in cast.deadlines:
        fresh = fresh | (month == deadline)
    return fresh, state.asked[0] > 0


def complete(cast: Cast, how: Array, state: State, sight: Sight, p: Numbers, u: Luck) -> tuple[Array, Array]:
    """What the completion `how` (its place in COMPLETIONS) does where the strategy is silent: the change of rung, the answer to a request [n]."""
    rose = state.oil < -jnp.inf
    fell = rose
    for j in cast.enemies[0]:
        rose = rose | (sight.seen[j] > state.seen[j])
        fell = fell | (sight.seen[j] < state.seen[j])
    nothing = state.oil * 0
    yes, no = nothing + GRANT, nothing + REFUSE
    pick, asked = u["completion"][0], u["grant"][0]
    ways = {
        "hold": (nothing, jnp.where(asked < p["requests.grant"][0], yes, no)),
        "match": (jnp.where(rose, 1.0, jnp.where(fell, -1.0, 0.0)), jnp.where(rose, yes, no)),
        "de-escalate": (nothing - 1, no),
        "uniform": (jnp.where(pick < 1 / 3, -1.0, jnp.where(pick < 2 / 3, 0.0, 1.0)), jnp.where(asked < 0.5, yes, no)),
    }
    change, reply = ways["hold"]
    for name in COMPLETIONS[1:]:
        mine = how == COMPLETIONS.index(name)
        change, reply = jnp.where(mine, ways[name][0], change), jnp.where(mine, ways[name][1], reply)
    return change, reply


class PlanInPlay(NamedTuple):
    """A plan as it is played: its playbook, its sheet, and the numbers of each run."""

    book: Playbook
    sheet: Sheet
    p: Numbers

    def given(self, table: Array, row: int, place: int) -> Given:
        """The orders in a row of a table; those that are free are each run's own. `place` is that of Playbook.free."""
        own = {order: self.p[name] for at, order, name in self.book.free if at == place}
        return {order: table[row, ORDERS.index(order)] for order in self.book.given[place]} | own

    def move(self, place: int) -> tuple[Array, Given]:
        """The month of a move, and its orders."""
        given = self.given(self.sheet.moves, place, place)
        return given.get("at", self.sheet.at[place]), given

    def rule(self, place: int) -> Given:
        """The orders of a rule."""
        return self.given(self.sheet.rules, place, self.book.moves + place)

    @property
    def otherwise(self) -> Given:
        """The orders where nothing speaks."""
        return self.given(self.sheet.otherwise[None], 0, self.book.moves + self.book.rules)


def _moves(plan: PlanInPlay, draft: Draft, month: Array, rung: Array) -> Draft:
    """Apply the dated moves. An answer in a move stands."""
    for place in range(plan.book.moves):
        at, given = plan.move(place)
        today = (month == at) & (rung > -1)
        draft = obey(draft, given, today, today, rung, plan.p)
        standing = _put(draft.orders.answer, given, "answer", today)
        draft = draft._replace(orders=draft.orders._replace(answer=standing), answer=draft.answer * 0)
    return draft


def _holds(cast: Cast, guard: Expression, world: tuple[State, Sight, Array], p: Numbers) -> Array:
    """Whether a condition holds, as the owner sees it [n]."""
    state, sight, month = world

    def value(name: Name) -> Array:
        return p[name.what] if name.of == FREE else observed_value(cast, state, sight, month, name)

    found = jnp.asarray(evaluate(guard, value, jnp))
    return jnp.broadcast_to(found != 0, state.oil.shape)


class Heard(NamedTuple):
    """What the plan is asked this month, each [n]: computed once, and then read by every order."""

    rules: tuple[Array, ...]  # whether each rule's condition holds; that of no rule does not
    spoken: Array  # a move or a rule speaks
    open: Array  # something is new, and nothing speaks to it: the completion does
    ordered: Array  # or the plan's `otherwise`
    asked: Array
    change: Array  # by the completion
    reply: Array


def conditions(
    cast: Cast, plan: PlanInPlay, state: State, sight: Sight, month: Array
) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
    """Which conditions of the playbook hold, and which of its cells [n] each."""
    world = (state, sight, month)
    return (
        tuple(_holds(cast, guard, world, plan.p) for guard in plan.book.guards),
        tuple(_holds(cast, cell.guard, world, plan.p) for cell in plan.book.cells),
    )


def hear(cast: Cast, plan: PlanInPlay, known: Sequence[Array], state: State, sight: Sight, month: Array, u: Luck) -> Heard:
    """Whether each rule's condition holds, by those that are `known` to, what is new, and what the completion would do."""
    book = plan.book
    rules: list[Array] = []
    for place in range(book.rules):
        holds = state.oil < -jnp.inf
        if book.free:  # the plan is alone, and its rules are known when it is compiled
            holds = known[place] if place < len(known) else holds
        else:
            for number, one in enumerate(known):
                holds = holds | (one & (plan.sheet.guard[place] == number))
        rules.append(holds)
    other, asked = novelties(cast, state, sight, month)
    standing, spoken = state.orders.answer, state.oil < -jnp.inf
    for place in range(book.moves):
        at, given = plan.move(place)
        standing, spoken = _put(standing, given, "answer", month == at), spoken | (month == at)
    for holds in rules:
        spoken = spoken | holds
    new = (other | asked) & ~(spoken | (~other & (standing > NONE))) & (state.regime < 3)
    ordered = plan.sheet.silent == OTHERWISE
    answered = complete(cast, plan.sheet.silent, state, sight, plan.p, u)
    return Heard(tuple(rules), spoken, new & ~ordered, new & ordered, asked, *answered)


def _standing(orders: Orders, rung: Array, when: Array) -> Orders:
    """The orders with this rung, as the strategy's own, where it is given."""
    return orders._replace(rung=jnp.where(when, rung, orders.rung), written=jnp.where(when, rung, orders.written))


def _answered(plan: PlanInPlay, draft: Draft, spoken: Array, fired: Array, state: State) -> Action:
    """The action of a plan with cells: where it is silent in a cell that was entered, the run's own answer. The first such cell speaks."""
    rung, first, (low, high) = state.rung[0], plan.book.rules, plan.sheet.span
    standing = draft.orders.answer
    mute = ~spoken & (state.regime < 3)
    code, reply = rung * 0, rung * 0
    taken, unanswered = rung < -1, rung < -1
    for place, cell in enumerate(plan.book.cells):
        now = fired[first + place] > 0
        here = mute & (now & (state.fired[first + place] < 0.5) if cell.lasting else now)
        if cell.request:
            unanswered = unanswered | (here & (standing == NONE))
            reply = plan.p["answers"][place]
        else:
            code = jnp.where(here & ~taken, plan.p["answers"][place], code)
            taken = taken | here
    for number, one in enumerate(ANSWERS):
        given = taken & (code == number)
        orders = {name: jnp.float32(value) for name, value in written_orders(one.command).items()}
        draft = obey(draft, orders, given, given, rung, plan.p)
        if "step" in orders:
            kept = jnp.clip(draft.orders.rung, jnp.minimum(rung, low), jnp.maximum(rung, high))
            draft = draft._replace(orders=_standing(draft.orders, kept, given))
    answer = jnp.where(draft.answer > NONE, draft.answer, jnp.where(standing > NONE, standing, float(REFUSE)))
    answer = jnp.where(unanswered, jnp.where(reply > 0, float(GRANT), float(REFUSE)), answer)
    answer = jnp.where(state.asked[0] > 0, answer, float(NONE))
    credited = jnp.where(unanswered, 0.0, 1.0)
    silent = (taken | unanswered).astype(jnp.float32)
    return Action(draft.orders, draft.heavy, draft.counter, draft.cost, draft.lag, answer, credited, silent, fired)


def decide(plan: PlanInPlay, heard: Heard, cells: Sequence[Array], state: State, month: Array) -> Action:
    """The action of a month."""
    book, nothing, rung = plan.book, state.oil * 0, state.rung[0]
    draft = Draft(state.orders, nothing, nothing, nothing, nothing, nothing)
    draft = _moves(plan, draft, month, rung)
    for place, holds in enumerate(heard.rules):
        draft = obey(draft, plan.rule(place), holds, holds & (state.fired[place] < 0.5), rung, plan.p)
    held = [one.astype(jnp.float32) for one in (*heard.rules, *cells)]
    fired = jnp.stack(held) if held else jnp.zeros((0, *rung.shape), jnp.float32)
    if book.cells:
        return _answered(plan, draft, heard.spoken, fired, state)
    return _silent(plan, draft, heard, fired, state)


def _silent(plan: PlanInPlay, draft: Draft, heard: Heard, fired: Array, state: State) -> Action:
    """The action of a plan without cells: where something new is unanswered, by its `otherwise` or by its completion."""
    rung, standing = state.rung[0], draft.orders.answer
    answer = jnp.where(draft.answer > NONE, draft.answer, jnp.where(standing > NONE, standing, float(REFUSE)))
    draft = obey(draft, plan.otherwise, heard.ordered, heard.ordered, rung, plan.p)
    answer = jnp.where((plan.sheet.silent == OTHERWISE) & (draft.answer > NONE), draft.answer, answer)
    target = jnp.where(heard.open & (heard.change != 0), jnp.clip(rung + heard.change, 0, 8), draft.orders.rung)
    draft = draft._replace(orders=draft.orders._replace(rung=target))
    replied = heard.open & (standing == NONE)
    answer = jnp.where(heard.asked, jnp.where(replied, heard.reply, answer), float(NONE))
    credited, silent = jnp.where(replied, 0.0, 1.0), heard.open.astype(jnp.float32)
    return Action(draft.orders, draft.heavy, draft.counter, draft.cost, draft.lag, answer, credited, silent, fired)
