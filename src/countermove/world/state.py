"""The state of the world at the end of a month, and what passes between the parts of a month. Symbols as in docs/explanation/model.md."""

from __future__ import annotations

from typing import NamedTuple

from countermove.world.cast import Array

HIGH, POSITIONAL, TRUCE, SETTLED, WAR, COLLAPSED = range(6)
SUSTAIN, RESCUE, WITHDRAW = range(3)
NONE, GRANT, REFUSE = range(3)


class Orders(NamedTuple):
    """Standing orders of the owner, each [n]."""

    rung: Array
    flow: Array  # factor on the rung's own flows
    line: Array  # enforcement of "not at the contact line"
    restraint: Array  # enforcement of "no offensives"
    announce: Array
    sanctions: Array
    effort: Array
    offer: Array  # thousand peacekeepers
    brigades: Array
    ceiling: Array
    answer: Array  # NONE, GRANT or REFUSE
    written: Array  # the rung written in the strategy


class Action(NamedTuple):
    """What the owner does this month: its orders, one shipment, an answer to a request. Each [n]."""

    orders: Orders
    ship_heavy: Array
    ship_counter: Array
    ship_cost: Array  # million USD
    ship_lag: Array  # months
    answer: Array
    credited: Array  # the strategy itself (not a completion) gave the answer
    silent: Array
    fired: Array  # [rules, n] which rules' guards hold


class Flags(NamedTuple):
    """Events of one month, each [n], 0 or 1 (deaths: persons as reported)."""

    truce_began: Array
    truce_broke: Array
    clash: Array
    incident: Array
    unanswered: Array
    exchange: Array
    recurs: Array  # a settled war came back
    attack: Array  # [K, n] an offensive began
    quit: Array  # [P, n]
    deaths: Array
    losing: Array  # [K, n] as observed by the owner in the month
    winning: Array  # [K, n]


class State(NamedTuple):
    """[n] unless noted."""

    force: Array  # F [K, n] thousand
    extra: Array  # X [K, n]
    aid: Array  # part of X that was delivered as aid [K, n]
    counter: Array  # Y [K, n]
    ground: Array  # q [K, n]
    attacking: Array  # off [K, n]
    gone: Array  # [K, n]
    upkeep: Array  # M [K, n]
    support: Array  # s [P, n]
    supports: Array  # [2, P, n] support one and two months ago
    rung: Array  # l [P, n]
    will: Array  # [P, n]
    dead: Array  # [P, n] persons
    spent: Array  # [P, n] million USD
    casualties: Array  # [3, P, n] persons, last month first
    shortfall: Array  # [2, P, n] as estimated one and two months ago
    estimated_shortfall: Array  # each patron's estimate of its client's shortfall [P, n]
    estimated_balance: Array  # the owner's estimate of each side's balance [K, n]
    estimate_variance: Array  # variance of the estimates [n]
    mode: Array  # [P, n]
    alarm: Array  # [P, n]
    left: Array  # quit [P, n]
    approval: Array  # [P, n]
    oil: Array
    asked: Array  # [P, n]
    detected: Array  # [P, n]
    seen: Array  # [P, n]
    resolve_belief: Array  # log odds that a patron answers every setback with more [P, n]
    regime: Array
    age: Array  # months since the truce or the settlement began
    terms: Array  # share of the owner's client under the last settlement
    pledged: Array  # its guarantees G
    learnt: Array  # months of intensity 1 fought so far
    track: Array  # N
    credibility: Array  # R
    solidarity: Array  # U
    peacekeepers: Array
    announced: Array
    unheard: Array  # rungs newly announced that the rivals have still to hear
    pipeline: Array  # [7, 2, n]
    orders: Orders
    fired: Array  # [rules, n] whether each rule's guard held last month
    flags: Flags
    past: tuple[Array, ...]  # per entry of Cast.lags: [months back, n]


class StartValues(NamedTuple):
    """Values at the start against which later ones are judged."""

    balance: Array  # b_ref [K, n]
    shortfall: Array  # L0 [P, n]
    losses: Array  # c_ref [P, n]
    strength: Array  # N0: N~ of each patron's side [P, n]
    support: Array  # s at the start [P, n]
    usual: Array  # what each patron's client is used to, thousand person-equivalents [P, n]
    pain: Array  # the pain that each patron is used to [P, n]
    killing: Array  # J/(1 + J) of the enemies of each patron's side at the start [P, n]
    rung: Array  # rungs at the start [P, n]
    quantal: Array  # M of `rational` at the start [P, n]


class Month(NamedTuple):
    """What the calendar brings; scalars unless noted."""

    index: Array  # 0-based
    election: Array  # [P]
    drift: Array  # [K, n] or [K, 1]
    mandate: Array  # [K, n] or [K, 1]
    truces: Array  # 1 where a truce may begin


class Sight(NamedTuple):
    """What the patrons observe at the start of a month (lagged, noisy). [P, n] or [K, n] where noted."""

    shortfall: Array  # Lobs, the patrons' estimates [P, n]
    true_shortfall: Array  # [P, n]
    true_balance: Array  # [K, n]
    balance: Array  # the owner's estimate of each side's [K, n]
    estimate_variance: Array  # variance of the estimates [n]
    losing: Array  # [K, n]
    winning: Array  # [K, n]
    seen: Array  # [P, n]
    detected: Array  # [P, n]
    resolve_belief: Array  # log odds that a patron answers every setback with more [P, n]
    oil: Array  # [n]
    approval: Array  # [P, n]
    strength: Array  # N~ of each patron's side [P, n]


class Script(NamedTuple):
    """One month of another run, for runs that take its events instead of their own (the offset Omega)."""

    support: Array  # [P, n]
    regime: Array  # [n] at the end of the month
    age: Array  # [n]
    terms: Array  # [n]
    pledged: Array  # [n]
    attacking: Array  # [K, n]
    probing: Array  # [K, n]
    truce_began: Array
    truce_broke: Array
