"""One month of many wars, each from a state of its own and with given moves of both patrons: the engine's own month, and nothing beside it.

The owner's move is an order as a strategy gives it (`obey`), the rival's a theory that plays what it is given: both pass what the month puts
in their way - will, covertness, the clock of an open intervention, the noise of support, leaving.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np

from countermove.behaviour.conduct import view_of
from countermove.behaviour.spigot import no_defeat_line
from countermove.behaviour.strategies import Draft, obey
from countermove.behaviour.theory import Drive, Numbers, Outlook, Theory, View, only_support, per_patron, steady
from countermove.dynamics.strength import Params, of_side, shortfall, strength
from countermove.dynamics.territory import shares
from countermove.engine.months import Job, Kernel, Passed, begin, decided, luck_of, month_of
from countermove.engine.program import Program
from countermove.engine.quantities import Named, value_of
from countermove.engine.step import Stage, sight_of, step
from countermove.engine.tally import Tally, empty, measures, tally
from countermove.rng.uniforms import stream_keys
from countermove.world.cast import Array
from countermove.world.plan import ORDERS, Command, Plan, Sheet
from countermove.world.prior import fixed
from countermove.world.state import GRANT, NONE, REFUSE, Action, Orders, State

ORDERED = "ordered"
SUPPORT = "ordered.support"
"""The number that says what the rival aims at in each run, in multiples of his baseline: what is much differs between draws."""
SEEN = (
    "balance",
    "shortfall",
    "own rung",
    "rival support",
    "regime",
    "will",
    "rival will",
    "held",
    "rival left",
    "standing orders",
)
"""What is public. Shortfall is that of the rival's client above the first day's, his support is in multiples of his baseline."""
STANDING = tuple(name for name in Orders._fields if name not in ("rung", "written"))
_ALWAYS = {"flow": (0.0, 1.0), "answer": (float(NONE), float(GRANT), float(REFUSE))}
"""Values of orders that follow from others: a shipment stops the rung's own flows, a rung restores them; requests are answered."""


def _drive(view: View, p: Numbers) -> Drive:
    return only_support(view, p[SUPPORT] * view.baseline)


def _outlook(view: View, p: Numbers) -> Outlook:
    """What he gives now: nobody knows what he will be ordered next."""
    return steady(view, p)._replace(support=view.support)


AS_ORDERED = Theory(
    ORDERED,
    "He aims each month at what he is given.",
    _drive,
    (per_patron(SUPPORT, fixed(0), "Support that he aims at in the month, multiples of his baseline", (0, float("inf"))),),
    "No theory: the hand of a player of a game.",
    _outlook,
    title="does as he is told",
)
NO_ORDERS = Plan("(moves of a game)", otherwise=Command(answer=int(REFUSE)))
"""A strategy that orders nothing: it is silent nowhere, and grants no request, as the owner's answer is its rung."""


def playable(program: Program) -> Program:
    """The same war, for given moves: its theories that weigh anything and one that plays what it is given, which nobody believes in; its
    strategies and one that orders nothing. Draws, beliefs and what everybody expects stay as they were."""
    rows = (program.weights, *program.others.values())
    kept = [k for k in range(len(program.theories)) if any(row[k] > 0 for row in rows)]

    def cut(weights: tuple[float, ...]) -> tuple[float, ...]:
        return (*(weights[k] for k in kept), 0.0)

    wide = program.with_plans((*program.plans, NO_ORDERS))
    return replace(
        wide,
        cast=replace(wide.cast, beliefs=tuple(cut(row) for row in wide.cast.beliefs)),
        theories=(*(program.theories[k] for k in kept), AS_ORDERED),
        weights=cut(program.weights),
        others={j: cut(row) for j, row in program.others.items()},
        priors={**program.priors, SUPPORT: (fixed(0),) * len(wide.cast.patrons)},
        supports={**program.supports, SUPPORT: (0.0, float("inf"))},
    )


class Lanes(NamedTuple):
    """Wars in the middle: where each stands, and what its measures have summed up so far; the last axis [n] counts wars."""

    state: State
    sums: Tally


class Stood(NamedTuple):
    """Where n wars stand."""

    lanes: Lanes
    seen: Array  # [10, n] what is public, in the order of SEEN
    measures: Array  # [M, n] were the war over now


class Moved(NamedTuple):
    """What a month made of n wars, and what the rival had of it."""

    stood: Stood
    before: Array  # [M, n] measures before the month
    rung: Array  # [n] the owner's rung in force
    aim: Array  # [n] what the rival would have given without the noise of his support, multiples of his baseline
    success: Array  # [n] Tullock's success of his client, 1/2 on the first day
    prize: Array  # [n] what success is worth to him, thousand person-equivalents a month
    crossed: Array  # [n] 1 where his client has fallen beyond the line that he will not let pass
    cost: Array  # [n] what he gave, and what his dead leave to replace, thousand person-equivalents
    told: tuple[Array, ...]  # [n] each: the quantities that were asked for


def first_day(kernel: Kernel, rival: int, job: Job) -> Stood:
    """The first day of n wars."""
    return cast(Stood, _first_day(kernel, rival, job))


def standing(kernel: Kernel, rival: int, job: Job, lanes: Lanes, first: State) -> Stood:
    """Where n wars stand whose first days were these, however they were played until now."""
    return cast(Stood, _stands(kernel, rival, job, lanes, first))


def month(kernel: Kernel, rival: int, job: Job, lanes: Lanes, index: int, rung: np.ndarray, asked: tuple[Named, ...] = ()) -> Moved:
    """Month number `index` (from 0) of n wars. The owner orders `rung` [n], where that is no number what the job's plan orders; the rival
    follows the job's theory: AS_ORDERED plays the job's parameter SUPPORT [P, n]. Luck is that of the job's addresses. `asked`:
    quantities to be told."""
    row = {name: np.asarray(value[index]) for name, value in job.calendar.items()}
    return cast(Moved, _month(kernel, rival, job, lanes, row, rung, asked))


class Gained(NamedTuple):
    """What a month that has been played brought to a patron, as `Moved` has it of the rival, [n] each."""

    success: Array
    prize: Array
    crossed: Array
    cost: Array


def gained(kernel: Kernel, patron: int, job: Job, before: State, after: State, index: int) -> Gained:
    """What month number `index` (from 0), which led from one state to the other, brought to a patron."""
    row = {name: np.asarray(value[index]) for name, value in job.calendar.items()}
    return cast(Gained, _gained(kernel, patron, job, before, after, row))


def chosen(lanes: Lanes, places: np.ndarray) -> Lanes:
    """The wars at these places, as NumPy arrays."""
    return jax.tree.map(partial(_at, places), lanes)


def _at(places: np.ndarray, leaf: Array) -> np.ndarray:
    return np.asarray(leaf)[..., places]


def put_together(parts: Sequence[Lanes]) -> Lanes:
    """Wars of several batches as one."""
    return jax.tree.map(lambda *leaves: np.concatenate(leaves, axis=-1), *parts)


@partial(jax.jit, static_argnames=("kernel", "rival"))
def _first_day(kernel: Kernel, rival: int, job: Job) -> Stood:
    stage, first = begin(kernel, job)
    return _standing(kernel, rival, stage, job.plan, Lanes(first, empty(job.draw.shape[0])), first)[0]


@partial(jax.jit, static_argnames=("kernel", "rival"))
def _stands(kernel: Kernel, rival: int, job: Job, lanes: Lanes, first: State) -> Stood:
    stage, _ = begin(kernel, job)
    return _standing(kernel, rival, stage, job.plan, lanes, first)[0]


@partial(jax.jit, static_argnames=("kernel", "rival", "asked"))
def _month(kernel: Kernel, rival: int, job: Job, lanes: Lanes, row: Any, rung: Array, asked: tuple[Named, ...]) -> Moved:
    stage, first = begin(kernel, job)
    u = luck_of(kernel, stream_keys(job.seed, job.draw, job.luck), row["index"])
    today, state = month_of(kernel, stage.p, row), lanes.state
    sight = sight_of(kernel.cast, stage.p, stage.reference, state, u)
    action = _ordered(decided(kernel, job.plan, stage.p, state, sight, today.index, u), state, rung, stage.p)
    after, report = step(stage, state, sight, action, today, u)
    still, _ = step(stage, state, sight, action, today, {**u, "support": u["support"] * 0})
    sums = tally(kernel.cast, stage.p, lanes.sums, after, today.index, report, job.plan.delivery)
    stood, short = _standing(kernel, rival, stage, job.plan, Lanes(after, sums), first)
    view = view_of(kernel.cast, stage.p, stage.reference, state, sight, month=today, patron=rival, u=u)
    success, prize, crossed = _at_stake(kernel, stage, view, short[rival], rival, after)
    return Moved(
        stood=stood,
        before=measures(kernel.cast, lanes.sums, state, first),
        rung=after.rung[0],
        aim=still.support[rival] / stage.p["patron.baseline"][rival],
        success=success,
        prize=prize,
        crossed=crossed,
        cost=_cost(stage, rival, state, after),
        told=tuple(value_of(stage, Passed(row, state, sight, after, report), one) for one in asked),
    )


@partial(jax.jit, static_argnames=("kernel", "patron"))
def _gained(kernel: Kernel, patron: int, job: Job, before: State, after: State, row: Any) -> Gained:
    stage, _ = begin(kernel, job)
    u = luck_of(kernel, stream_keys(job.seed, job.draw, job.luck), row["index"])
    sight, today = sight_of(kernel.cast, stage.p, stage.reference, before, u), month_of(kernel, stage.p, row)
    view = view_of(kernel.cast, stage.p, stage.reference, before, sight, month=today, patron=patron, u=u)
    balance = strength(kernel.cast, stage.p, after, after.orders.line).balance
    short = of_side(kernel.cast, shortfall(kernel.cast, stage.p, balance, after.ground))
    return Gained(*_at_stake(kernel, stage, view, short[patron], patron, after), _cost(stage, patron, before, after))


def _cost(stage: Stage, patron: int, before: State, after: State) -> Array:
    """What a patron gave in a month, and what his dead leave to replace [n]."""
    replaced = stage.p["attrition.patron-weight"][patron] * (after.dead[patron] - before.dead[patron]) / 1000
    return after.support[patron] + replaced


def _ordered(action: Action, state: State, rung: Array, p: Params) -> Action:
    """The owner's action with a rung ordered this month, as a strategy orders it; without one where `rung` is no number."""
    draft = Draft(action.orders, action.ship_heavy, action.ship_counter, action.ship_cost, action.ship_lag, action.answer)
    given = ~jnp.isnan(rung)
    return action._replace(orders=obey(draft, {"rung": rung}, given, given, state.rung[0], p).orders)


def _standing(kernel: Kernel, rival: int, stage: Stage, plan: Sheet, lanes: Lanes, first: State) -> tuple[Stood, Array]:
    """Where the wars stand, and every patron's shortfall [P, n]."""
    cast_, state = kernel.cast, lanes.state
    balance = strength(cast_, stage.p, state, state.orders.line).balance
    held = shares(cast_, state.ground)[0]
    short = of_side(cast_, shortfall(cast_, stage.p, balance, state.ground))
    given = state.support[rival] / stage.p["patron.baseline"][rival]
    risen = short[rival] - stage.reference.shortfall[rival]
    seen = (balance[0], risen, state.rung[0], given, state.regime, state.will[0], state.will[rival], held)
    seen = (*seen, state.left[rival], standing_orders(plan, state.orders, first.orders))
    return Stood(lanes, jnp.stack(seen), measures(cast_, lanes.sums, state, first)), short


def standing_orders(plan: Sheet, now: Orders, first: Orders) -> Array:
    """A number for what stands of the owner's orders besides its rung [n]: 0 for the first day's, another for every other set that the plan can
    make of them. The place of each order among the values that the plan has for it is a digit, so that no two sets have one number; of more than
    2^24 sets the number's last digits are lost."""
    total, scale = now.rung * 0, now.rung * 0 + 1
    for name in STANDING:
        stands, then = getattr(now, name), getattr(first, name)
        place, places = stands * 0, stands * 0 + 1
        values = _values(plan, name)
        for number in range(len(values)):
            value = values[number]
            fresh = (value != then) & ~jnp.isnan(value) & ~(values[:number] == value).any()
            places = places + fresh
            place = place + (fresh & (value <= stands))
        total = total + scale * jnp.where(stands == then, 0.0, place)
        scale = scale * places
    return total


def _values(plan: Sheet, order: str) -> Array:
    """What the plan can make of a standing order, in any order and with repetitions; nan: nothing."""
    if order in _ALWAYS:
        return jnp.asarray(_ALWAYS[order], jnp.float32)
    column = ORDERS.index(order)
    return jnp.concatenate([plan.moves[:, column], plan.rules[:, column], plan.otherwise[column][None]])


def _at_stake(kernel: Kernel, stage: Stage, view: View, short: Array, rival: int, after: State) -> tuple[Array, Array, Array]:
    """Success, prize and line of the rival after the month [n] each; games/extract.py says what they are."""
    p, reference = stage.p, stage.reference
    decisive = p["rational.decisiveness"][rival]
    own = kernel.cast.supports[rival]
    fallen, others = after.gone[own] > 0, sum(after.gone[k] for k in range(len(kernel.cast.sides)) if k != own)
    fought = jax.nn.sigmoid(-decisive * (short - reference.shortfall[rival]))
    success = jnp.where(fallen, 0.0, jnp.where(others > 0, 1.0, fought))
    line = no_defeat_line(view, {"spigot.line": p["spigot.line"][rival]})
    crossed = jnp.where(fallen, 1.0, (short > line).astype(jnp.float32))
    return success, 4 * reference.strength[rival] / decisive + success * 0, crossed
