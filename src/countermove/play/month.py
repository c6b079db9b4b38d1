"""One month of a war at a table: the engine's own month, with what people order in the place of plans, theories and chance.

Who has no hand in it is played as in any run: the owner by its written strategy, a patron by its theory, a client by chance. An event that people
decide (an offensive, a request, leaving the war) takes the place of its chance: it happens where it can, or it does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np

from countermove.behaviour.conduct import numbers_of, theory_answer, view_of
from countermove.behaviour.strategies import Draft, obey
from countermove.engine.acting import Luck, Report
from countermove.engine.months import Job, Kernel, begin, decided, luck_of, month_of
from countermove.engine.step import Stage, sight_of, step
from countermove.engine.tally import Tally, empty, measures, tally
from countermove.rng.uniforms import stream_keys
from countermove.world.cast import Array
from countermove.world.plan import ORDERS
from countermove.world.state import NONE, Action, Month, Sight, State

CHANCE, NEVER, NOW = 0, 1, 2
"""What becomes of an event: as chance has it, it does not happen, or it happens if it can."""
EVENTS = ("truce-onset", "truce-break", "settle", "clash", "war", "incident", "exchange", "deploy")
"""Events that a facilitator can bring about, by the name of their chance. War comes of a clash alone."""
SHARES = ("war",)
"""Those of them that happen where their chance lies below a probability; all others are clocks."""
FATES: Mapping[str, int] = MappingProxyType({"now": NOW, "never": NEVER})
"""What a facilitator can say of an event, in words."""
FATE_OF: Mapping[int, str] = MappingProxyType({fate: word for word, fate in FATES.items()})


TINY = float(np.finfo(np.float32).tiny)


class Hands(NamedTuple):
    """What people do in a month, in each of n lanes; of events CHANCE, NEVER or NOW."""

    orders: Array  # [ORDERS, n] the owner's, nan where nothing is ordered
    asks: Array  # [P, n] whether each patron's client asks for more
    grants: Array  # [P, n] whether each patron grants what its client asked for; the owner's answer is an order
    exits: Array  # [P, n] whether each patron leaves the war
    attacks: Array  # [K, n] whether each side begins an offensive
    events: Array  # [EVENTS, n]


class Lanes(NamedTuple):
    """A war between two months, in n lanes: where it stands, what its measures have summed up, and where it began."""

    state: State
    sums: Tally
    first: State


class Passed(NamedTuple):
    """A month that has been played."""

    lanes: Lanes
    report: Report
    action: Action
    measures: Array  # [M, n] were the war over now
    aim: Array  # [P, n] what each patron aimed at, before the war bent it; thousand person-equivalents


def no_hands(patrons: int, sides: int, lanes: int) -> Hands:
    """Nobody has a hand in the month."""

    def rows(count: int, value: float) -> np.ndarray:
        return np.full((count, lanes), value, np.float32)

    return Hands(
        orders=rows(len(ORDERS), np.nan),
        asks=rows(patrons, CHANCE),
        grants=rows(patrons, CHANCE),
        exits=rows(patrons, CHANCE),
        attacks=rows(sides, CHANCE),
        events=rows(len(EVENTS), CHANCE),
    )


def first_day(kernel: Kernel, job: Job) -> Lanes:
    """The war on its first day."""
    return cast(Lanes, _plain(_first_day(kernel, job)))


def look(kernel: Kernel, job: Job, lanes: Lanes, index: int) -> Sight:
    """What is seen at the start of month `index` (from 0)."""
    return cast(Sight, _plain(_look(kernel, job, lanes, row_of(job, index))))


def play(kernel: Kernel, job: Job, lanes: Lanes, index: int, hands: Hands) -> Passed:
    """Month `index` (from 0) with what people do in it."""
    return cast(Passed, _plain(_play(kernel, job, lanes, row_of(job, index), hands)))


def row_of(job: Job, index: int) -> dict[str, Any]:
    """A row of the job's calendar."""
    return {name: np.asarray(value[index]) for name, value in job.calendar.items()}


def _plain(tree: Any) -> Any:
    """As NumPy arrays: what lies between two months is kept, hashed and compared."""
    return jax.tree.map(np.asarray, tree)


@partial(jax.jit, static_argnames=("kernel",))
def _first_day(kernel: Kernel, job: Job) -> Lanes:
    _, first = begin(kernel, job)
    return Lanes(first, empty(job.draw.shape[0]), first)


class _Started(NamedTuple):
    """A month as it starts."""

    stage: Stage
    today: Month
    luck: Luck
    sight: Sight


def _start(kernel: Kernel, job: Job, lanes: Lanes, row: Any) -> _Started:
    stage, _ = begin(kernel, job)
    u = luck_of(kernel, stream_keys(job.seed, job.draw, job.luck), row["index"])
    return _Started(stage, month_of(kernel, stage.p, row), u, sight_of(kernel.cast, stage.p, stage.reference, lanes.state, u))


@partial(jax.jit, static_argnames=("kernel",))
def _look(kernel: Kernel, job: Job, lanes: Lanes, row: Any) -> Sight:
    return _start(kernel, job, lanes, row).sight


@partial(jax.jit, static_argnames=("kernel",))
def _play(kernel: Kernel, job: Job, lanes: Lanes, row: Any, hands: Hands) -> Passed:
    stage, today, u, sight = _start(kernel, job, lanes, row)
    state = lanes.state
    action = decided(kernel, job.plan, stage.p, state, sight, today.index, u)
    action = _ordered(action, state, hands.orders, stage.p)
    u = _in_hand(u, hands)
    aims = [
        theory_answer(
            kernel.theories,
            stage.minds.which[j],
            view_of(kernel.cast, stage.p, stage.reference, state, sight, month=today, patron=j, u=u),
            numbers_of(stage.p, kernel.theories, j),
        ).support
        if kernel.cast.driven(j)
        else state.oil * 0
        for j in range(len(kernel.cast.patrons))
    ]
    after, report = step(stage, state, sight, action, today, u)
    sums = tally(kernel.cast, stage.p, lanes.sums, after, today.index, report, job.plan.delivery)
    found = measures(kernel.cast, sums, after, lanes.first)
    return Passed(Lanes(after, sums, lanes.first), report, action, found, jnp.stack(aims))


def _ordered(action: Action, state: State, orders: Array, p: Any) -> Action:
    """The owner's action with what is ordered this month; a request is answered where there is one."""
    given = dict(zip(ORDERS, orders, strict=True))
    some = jnp.any(~jnp.isnan(orders), axis=0)
    draft = Draft(action.orders, action.ship_heavy, action.ship_counter, action.ship_cost, action.ship_lag, action.answer)
    draft = obey(draft, given, some, some, state.rung[0], p)
    reply = jnp.where(state.asked[0] > 0, draft.answer, float(NONE))
    return action._replace(
        orders=draft.orders,
        ship_heavy=draft.heavy,
        ship_counter=draft.counter,
        ship_cost=draft.cost,
        ship_lag=draft.lag,
        answer=jnp.where(some, reply, action.answer),
    )


def _in_hand(u: Luck, hands: Hands) -> Luck:
    """The month's luck where people do not decide.

    Most events are clocks, which have run out at once or never do (dynamics/clocks.py); a war that a clash becomes and a request that is granted are
    shares of chances, met below a probability (dynamics/spread.py, dynamics/requests.py).
    """

    def clock(chance: Array, hand: Array) -> Array:
        return jnp.where(hand == NOW, 1.0, jnp.where(hand == NEVER, TINY, chance))

    def below(chance: Array, hand: Array) -> Array:
        return jnp.where(hand == NOW, 0.0, jnp.where(hand == NEVER, 1.0, chance))

    drawn = {name: below if name in SHARES else clock for name in EVENTS}
    decided_ = {name: drawn[name](u[name], hands.events[place][None]) for place, name in enumerate(EVENTS)}
    return {
        **u,
        **decided_,
        "ask": clock(u["ask"], hands.asks),
        "exit": clock(u["exit"], hands.exits),
        "offensive": clock(u["offensive"], hands.attacks),
        "grant": below(u["grant"], hands.grants),
    }
