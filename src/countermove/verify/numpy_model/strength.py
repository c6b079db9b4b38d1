"""State, effective strength and the balance (sections 1 and 2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from countermove.verify.numpy_model.draws import Array, Flags, Whole, logit
from countermove.verify.numpy_model.facts import EDGES, REGIMES, DrawnNumbers, Facts, at_rung, worth

# What N~ mu counts for at least inside a logarithm: nothing has none.
NOBODY = 1e-6


@dataclass
class State:
    """Everything that is carried from month to month; sides first [K, n], then patrons [P, n], then the world [n]."""

    men: Array  # F, thousand
    heavy: Array  # X, index
    aided: Array  # X without captures
    counter: Array  # Y, index
    ground: Array  # q
    offensive: Flags
    gone: Flags
    support: Array  # s, thousand person-equivalents
    rung: Whole
    will: Array
    dead: Array  # persons
    spent: Array  # million USD
    losses: Array  # [3, P, n] persons, last month first
    shortfalls: Array  # [2, P, n] as estimated, last month first
    supports: Array  # [2, P, n] s of the months before, last month first
    gap_seen: Array  # [P, n] each patron's estimate of its client's shortfall
    balance_seen: Array  # [K, n] the owner's estimate of the balance
    variance: Array  # of those estimates
    upkeep: Array  # [K, n] M, share of its staying power that a side has
    learnt: Array  # months of intensity 1 fought so far
    terms: Array  # the own client's share under the last settlement
    deal: Array  # its guarantees
    mode: Whole
    alarm: Flags
    quit: Flags
    just_quit: Flags
    approval: Array
    oil: Array
    asked: Flags
    detected: Flags
    seen: Whole
    resolve_belief: Array
    losing: Flags  # [K, n] as seen last month
    winning: Flags
    regime: Whole
    age: Array
    talks: Array
    credibility: Array
    solidarity: Array
    peacekeepers: Array
    announced: Array
    unheard: Array
    pipeline: Array  # [7, 2, n] index
    line: Array  # the owner's condition in force
    news: dict[str, Array | Flags]  # last month's events and reported deaths


@dataclass(frozen=True)
class Strength:
    """Section 2 at one moment, each [K, n]."""

    men: Array  # N~
    heavy: Array  # H
    counter: Array  # J
    enemy_counter: Array  # J_-
    quality: Array  # mu
    balance: Array  # b


@dataclass(frozen=True)
class Start:
    """Reference levels of the opening."""

    balance: Array  # [K, n] b_ref
    seen_from: Array  # [K, n] bref°: b_ref on a settled front, 0 on a moving one
    shortfall: Array  # [P, n] L0
    losses: Array  # [P, n] c_ref, persons a month
    men: Array  # [P, n] N~ of the patron's side
    used_to: Array  # [P, n] u°, thousand
    anti: Array  # [K, n] anti°, weapons against armour that a side faces
    pain: Array  # [P, n] pain° a month
    rung: Whole  # [P, n]


def troops(facts: Facts, numbers: DrawnNumbers, state: State) -> Array:
    """D, the patrons' own people at the front, thousand [P, n]."""
    people = facts.mix[:, :1] * state.support / numbers("attrition.patron-weight")
    if facts.acting:
        people[0] = at_rung(facts.troops, state.rung[0])
    return people


def used_to(facts: Facts, numbers: DrawnNumbers, rung: Whole) -> Array:
    """u°, what its client is used to from each patron, thousand [P, n]; `rung` is that of the start."""
    usual = numbers.rows("patron.baseline", *rung.shape).copy()
    if facts.acting:
        usual[0] = worth(rung[0])
    return usual


def staying(facts: Facts, numbers: DrawnNumbers, support: Array, rung: Whole, usual: Array) -> Array:
    """D, share of its staying power that each side can keep up with what its patrons give, [K, n]; `usual` is u°."""
    given = support.copy()
    if facts.acting:
        given[0] = worth(rung[0])
    share = np.minimum(1.0, np.divide(given, usual, out=np.ones_like(given), where=usual > 0.0))
    whole = facts.belongs @ usual
    kept = np.divide(facts.belongs @ (usual * share), whole, out=np.ones_like(whole), where=whole > 0.0)
    return 1.0 - numbers("side.dependence") * (1.0 - kept)


def measure(facts: Facts, numbers: DrawnNumbers, state: State, people: Array) -> Strength:
    """Strength and balance; `people` is D [P, n]."""
    men = state.men + facts.belongs @ (numbers("attrition.patron-weight") * people)
    heavy = (
        state.upkeep * numbers("side.heavy")
        + state.heavy
        + facts.belongs @ (facts.mix[:, 1:2] * state.support / numbers("supply.equivalents-heavy"))
    )
    delivered = state.counter.copy()
    delivered[0] *= 1.0 - state.line * (state.regime != 0)
    lent = facts.belongs @ (facts.mix[:, 2:] * state.support / numbers("supply.equivalents-counter"))
    counter = state.upkeep * numbers("side.counter-heavy") + delivered + lent
    enemy_heavy, enemy_counter = facts.fire @ heavy, facts.fire @ counter
    quality = 1.0 + numbers("attrition.heavy-quality") * heavy / (1.0 + numbers("attrition.blunting") * enemy_counter)
    quality += numbers("attrition.counter-quality") * (counter / (1.0 + counter)) * (enemy_heavy / (1.0 + enemy_heavy))
    force = np.maximum(men * quality, NOBODY)
    balance = np.log(force) - np.log(facts.fire @ force)
    return Strength(men, heavy, counter, enemy_counter, quality, balance)


def shares(ground: Array) -> tuple[Array, Array]:
    """Share of the contested area and its logit z, each [K, n]."""
    weight = np.exp(ground - ground.max(axis=0))
    total = weight.sum(axis=0)
    if len(ground) == 2:
        return weight / total, np.stack([ground[0] - ground[1], ground[1] - ground[0]])
    return weight / total, np.log(weight) - np.log(total - weight)


def shortfall(facts: Facts, numbers: DrawnNumbers, balance: Array, ground: Array) -> Array:
    """L of each patron [P, n]: that of its side."""
    return (-balance - numbers("observation.shortfall-territory") * shares(ground)[1])[list(facts.side_of)]


def rung_of(support: Array) -> Whole:
    """The rung that a level of support amounts to."""
    above: Whole = np.zeros(support.shape, dtype=np.int64)
    for edge in EDGES:
        above += support > edge
    return above


def opening(facts: Facts, numbers: DrawnNumbers, runs: int) -> State:
    """The first day, before any reference level is known (losses, shortfalls and estimates are filled in with those)."""
    sides, patrons = len(facts.sides), len(facts.patrons)

    def per_side(name: str) -> Array:
        return np.broadcast_to(numbers(name), (sides, runs)).copy()

    def per_patron(name: str) -> Array:
        return np.broadcast_to(numbers(name), (patrons, runs)).copy()

    def per_run(value: Array | float) -> Array:
        return np.broadcast_to(value, (runs,)).copy()

    support = per_patron("support.start") * per_patron("patron.baseline")
    rung = rung_of(support)
    if facts.acting:
        support[0] = 0.0
        rung[0] = facts.rung(facts.owner.rung)
    nothing, no_sides, no_patrons = np.zeros(runs), np.zeros((sides, runs)), np.zeros((patrons, runs))
    allies = facts.has("allies")
    return State(
        men=per_side("side.personnel"), heavy=no_sides.copy(), aided=no_sides.copy(), counter=no_sides.copy(),
        ground=_ground(per_run(numbers.world("opening.held")), sides),
        offensive=no_sides > 0, gone=no_sides > 0, support=support, rung=rung, will=per_patron("will.level"),
        dead=no_patrons.copy(), spent=no_patrons.copy(),
        losses=np.zeros((3, patrons, runs)), shortfalls=np.zeros((2, patrons, runs)),
        supports=np.stack([support, support]),
        gap_seen=no_patrons.copy(), balance_seen=no_sides.copy(),
        variance=per_run(numbers.world("observation.balance-error") ** 2),
        upkeep=staying(facts, numbers, support, rung, used_to(facts, numbers, rung)),
        learnt=nothing.copy(), terms=nothing.copy(), deal=nothing.copy(),
        mode=np.zeros((patrons, runs), dtype=np.int64), alarm=no_patrons > 0, quit=no_patrons > 0, just_quit=no_patrons > 0,
        approval=no_patrons.copy(), oil=nothing.copy(), asked=no_patrons > 0, detected=rung >= 7, seen=rung.copy(),
        resolve_belief=logit(per_patron("belief.prior")), losing=no_sides > 0, winning=no_sides > 0,
        regime=np.full(runs, REGIMES[facts.scenario.opening.regime]), age=nothing.copy(),
        talks=per_run(numbers.world("diplomacy.level")), credibility=per_run(numbers.world("spread.credibility")),
        solidarity=per_run(numbers.world("politics.solidarity")) if allies else per_run(1.0),
        peacekeepers=nothing.copy(), announced=np.maximum(rung[0] - 3.0, 0.0), unheard=nothing.copy(),
        pipeline=np.zeros((7, 2, runs)), line=nothing.copy(), news={},
    )  # fmt: skip


def _ground(held: Array, sides: int) -> Array:
    if sides == 2:
        return np.stack([0.5 * logit(held), -0.5 * logit(held)])
    return np.stack([np.log(held), *[np.log((1.0 - held) / (sides - 1))] * (sides - 1)])
