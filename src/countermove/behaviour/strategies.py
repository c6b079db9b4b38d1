"""The owner's written strategy: dated moves, guarded rules, what counts as silence, and the completion that then acts."""

from __future__ import annotations

import typing
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from countermove.behaviour.sight import look
from countermove.behaviour.support import Numbers
from countermove.world.cast import Array, Cast
from countermove.world.expression import Expression, Name, evaluate
from countermove.world.plan import ANSWERS, FREE, Command, Plan, Written
from countermove.world.state import GRANT, NONE, REFUSE, Action, Orders, Sight, State

Luck = dict[str, Array]


class Draft(NamedTuple):
    """An action in the making; [n] each but `orders`."""

    orders: Orders
    heavy: Array
    counter: Array
    cost: Array
    lag: Array
    answer: Array  # given this month by a rule


def _put(old: Array, value: Written, when: Array, p: Numbers) -> Array:
    """The value where an order is given, else what stood before."""
    if value is None:
        return old
    if isinstance(value, str):
        return jnp.where(when & ~jnp.isnan(p[value]), p[value], old)
    return jnp.where(when, float(value), old)


def _number(value: float | str, p: Numbers) -> Array:
    return p[value] if isinstance(value, str) else value


def _told(value: Written, when: Array, p: Numbers) -> Array:
    """Where an order is given: nowhere that a free number is nan."""
    return when & ~jnp.isnan(p[value]) if isinstance(value, str) else when


def obey(draft: Draft, command: Command, when: Array, fresh: Array, rung: Array, p: Numbers) -> Draft:
    """Apply a command where `when` holds; shipments and relative steps only where it is `fresh`."""
    old = draft.orders
    target = _put(old.rung, command.rung, when, p)
    if command.step is not None:
        target = jnp.where(_told(command.step, fresh, p), jnp.clip(rung + _number(command.step, p), 0, 8), target)
    moved = _told(command.rung, when, p) if command.rung is not None else _told(command.step, fresh, p)
    written = old.written if command.rung is None and command.step is None else jnp.where(moved, target, old.written)
    flow = old.flow if command.rung is None else jnp.where(moved, 1.0, old.flow)
    heavy, counter, cost, lag = draft.heavy, draft.counter, draft.cost, draft.lag
    if command.volume is not None:
        flow_heavy, flow_counter, written_money, months = command.volume
        money, sent = _number(written_money, p), _told(written_money, fresh, p)
        price_heavy, price_counter = p["supply.price-heavy"], p["supply.price-counter"]
        value_heavy = flow_heavy * price_heavy
        value_counter = flow_counter * price_counter
        part = value_heavy / (value_heavy + value_counter) if flow_heavy + flow_counter > 0 else 0.0
        if isinstance(written_money, str):
            # a price for each run: XLA would multiply by the inverse of a single one, and the last bit differ
            price_heavy, price_counter = price_heavy + rung * 0, price_counter + rung * 0
        heavy = heavy + jnp.where(sent, money * part / price_heavy, 0.0)
        counter = counter + jnp.where(sent, money * (1 - part) / price_counter, 0.0)
        cost = cost + jnp.where(sent, money, 0.0)
        lag = jnp.where(sent, float(months), lag)
        flow = jnp.where(_told(written_money, when, p), 0.0, flow)
    orders = Orders(
        rung=target,
        flow=flow,
        line=_put(old.line, command.line, when, p),
        restraint=_put(old.restraint, command.restraint, when, p),
        announce=_put(old.announce, command.announce, when, p),
        sanctions=_put(old.sanctions, command.sanctions, when, p),
        effort=_put(old.effort, command.effort, when, p),
        offer=_put(old.offer, command.offer, when, p),
        brigades=_put(old.brigades, command.brigades, when, p),
        ceiling=_put(old.ceiling, command.ceiling, when, p),
        answer=old.answer,
        written=written,
    )
    return Draft(orders, heavy, counter, cost, lag, _put(draft.answer, command.answer, when, p))


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


def complete(cast: Cast, plan: Plan, state: State, sight: Sight, p: Numbers, u: Luck) -> tuple[Array, Array]:
    """What the completion does where the strategy is silent: the change of rung and the answer to a request [n]."""
    rose = state.oil < -jnp.inf
    fell = rose
    for j in cast.enemies[0]:
        rose = rose | (sight.seen[j] > state.seen[j])
        fell = fell | (sight.seen[j] < state.seen[j])
    nothing = state.oil * 0
    yes, no = nothing + GRANT, nothing + REFUSE
    if plan.completion == "de-escalate":
        return nothing - 1, no
    if plan.completion == "match":
        return jnp.where(rose, 1.0, jnp.where(fell, -1.0, 0.0)), jnp.where(rose, yes, no)
    if plan.completion == "uniform":
        pick = u["completion"][0]
        move = jnp.where(pick < 1 / 3, -1.0, jnp.where(pick < 2 / 3, 0.0, 1.0))
        return move, jnp.where(u["grant"][0] < 0.5, yes, no)
    return nothing, jnp.where(u["grant"][0] < p["requests.grant"][0], yes, no)


def _moves(plan: Plan, draft: Draft, month: Array, rung: Array, p: Numbers) -> tuple[Draft, Array]:
    """Apply the dated moves; also whether one fell on this month. An answer in a move stands."""
    moved = month < 0
    for at, command in plan.moves:
        due = month == _number(at, p)
        today = due & (rung > -1)
        moved = moved | due
        draft = obey(draft, command, today, today, rung, p)
        standing = _put(draft.orders.answer, command.answer, today, p)
        draft = draft._replace(orders=draft.orders._replace(answer=standing), answer=draft.answer * 0)
    return draft, moved


def _holds(cast: Cast, guard: Expression, world: tuple[State, Sight, Array], p: Numbers) -> Array:
    """Whether a condition holds, as the owner sees it [n]."""
    state, sight, month = world

    def value(name: Name) -> Array:
        return p[name.what] if name.of == FREE else look(cast, state, sight, month, name)

    found = jnp.asarray(evaluate(guard, value, jnp))
    return jnp.broadcast_to(found != 0, state.oil.shape)


def _standing(orders: Orders, rung: Array, when: Array) -> Orders:
    """The orders with this rung, as the strategy's own, where it is given."""
    return orders._replace(rung=jnp.where(when, rung, orders.rung), written=jnp.where(when, rung, orders.written))


def _answered(plan: Plan, draft: Draft, spoken: Array, fired: Array, state: State, p: Numbers) -> Action:
    """The action of a plan with cells: where it is silent in a cell that was entered, the run's own answer. The first such cell speaks."""
    rung, first = state.rung[0], len(plan.rules)
    standing = draft.orders.answer
    mute = ~spoken & (state.regime < 3)
    code, reply = rung * 0, rung * 0
    taken, unanswered = rung < -1, rung < -1
    for place, cell in enumerate(plan.cells):
        now = fired[first + place] > 0
        here = mute & (now & (state.fired[first + place] < 0.5) if cell.lasting else now)
        if cell.request:
            unanswered = unanswered | (here & (standing == NONE))
            reply = p["answers"][place]
        else:
            code = jnp.where(here & ~taken, p["answers"][place], code)
            taken = taken | here
    for number, one in enumerate(ANSWERS):
        given = taken & (code == number)
        draft = obey(draft, one.command, given, given, rung, p)
        if one.command.step is not None:
            kept = jnp.clip(draft.orders.rung, jnp.minimum(rung, plan.span[0]), jnp.maximum(rung, plan.span[1]))
            draft = draft._replace(orders=_standing(draft.orders, kept, given))
    answer = jnp.where(draft.answer > NONE, draft.answer, jnp.where(standing > NONE, standing, float(REFUSE)))
    answer = jnp.where(unanswered, jnp.where(reply > 0, float(GRANT), float(REFUSE)), answer)
    answer = jnp.where(state.asked[0] > 0, answer, float(NONE))
    credited = jnp.where(unanswered, 0.0, 1.0)
    silent = (taken | unanswered).astype(jnp.float32)
    return Action(draft.orders, draft.heavy, draft.counter, draft.cost, draft.lag, answer, credited, silent, fired)


def decide(cast: Cast, plan: Plan, rules: int, p: Numbers, state: State, sight: Sight, month: Array, u: Luck) -> Action:
    """The action of a month."""
    nothing = state.oil * 0
    rung = state.rung[0]
    draft = Draft(state.orders, nothing, nothing, nothing, nothing, nothing)
    draft, moved = _moves(plan, draft, month, rung, p)
    held: list[Array] = []
    guarded = rung < -1
    for place, (guard, command) in enumerate(plan.rules):
        holds = _holds(cast, guard, (state, sight, month), p)
        draft = obey(draft, command, holds, holds & (state.fired[place] < 0.5), rung, p)
        guarded = guarded | holds
        held.append(holds.astype(jnp.float32))
    if plan.cells:
        held += [_holds(cast, cell.guard, (state, sight, month), p).astype(jnp.float32) for cell in plan.cells]
    held += [nothing] * (rules - len(held))
    fired = jnp.stack(held) if held else jnp.zeros((0, *rung.shape), jnp.float32)
    if plan.cells:
        return _answered(plan, draft, moved | guarded, fired, state, p)

    other, asked = novelties(cast, state, sight, month)
    standing = draft.orders.answer
    unanswered = (other | asked) & ~(moved | guarded | (~other & (standing > NONE))) & (state.regime < 3)
    answer = jnp.where(draft.answer > NONE, draft.answer, jnp.where(standing > NONE, standing, float(REFUSE)))
    credited = jnp.ones_like(nothing)
    if plan.otherwise is not None:
        draft = obey(draft, plan.otherwise, unanswered, unanswered, rung, p)
        answer = jnp.where(draft.answer > NONE, draft.answer, answer)
        silent = nothing
    else:
        change, reply = complete(cast, plan, state, sight, p, u)
        target = jnp.where(unanswered & (change != 0), jnp.clip(rung + change, 0, 8), draft.orders.rung)
        draft = draft._replace(orders=draft.orders._replace(rung=target))
        answer = jnp.where(unanswered & (standing == NONE), reply, answer)
        credited = jnp.where(unanswered & (standing == NONE), 0.0, 1.0)
        silent = unanswered.astype(jnp.float32)
    answer = jnp.where(asked, answer, float(NONE))
    return Action(draft.orders, draft.heavy, draft.counter, draft.cost, draft.lag, answer, credited, silent, fired)


def guards(plans: Sequence[Plan]) -> int:
    """The largest number of rules and cells of any plan: so many conditions are remembered from month to month."""
    return max((len(plan.rules) + len(plan.cells) for plan in plans), default=0)


def follow(cast: Cast, plans: Sequence[Plan], which: Any, p: Numbers, state: State, sight: Sight, month: Array, u: Luck) -> Action:
    """The action of strategy number `which` (a scalar, traced or not)."""
    rules = guards(plans)
    branches = [lambda plan=plan: decide(cast, plan, rules, p, state, sight, month, u) for plan in plans]
    if len(branches) == 1:
        return branches[0]()
    return typing.cast(Action, jax.lax.switch(which, branches))
