"""Shocks, observation and belief: what the patrons think they see at the start of a month (section 4, steps 1 to 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from countermove.verify.numpy_model.draws import Array, Flags, Luck, NearTies, Whole, logistic, logit, some
from countermove.verify.numpy_model.facts import DrawnNumbers, Facts
from countermove.verify.numpy_model.strength import Start, State, Strength, measure, shares, shortfall, troops
from countermove.world.expression import Name


@dataclass(frozen=True)
class Sight:
    """The start of a month, true and as observed."""

    strength: Strength
    shortfall: Array  # [P, n] true L
    observed: Array  # [P, n] Lobs, as estimated
    balance: Array  # [K, n] as the owner estimates it
    losing: Flags  # [K, n]
    winning: Flags
    rose: Flags  # [P, n] seen rung against last month's
    fell: Flags
    resolve: Array  # [P, n]


def shock(numbers: DrawnNumbers, state: State, luck: Luck) -> None:
    """Step 1: the shocks of politics and oil."""
    n = luck.normals("shocks", 1 + len(state.approval))
    carry = numbers.world("politics.carry")
    fresh = np.sqrt(1.0 - carry**2)
    state.oil = carry * state.oil + fresh * n[0]
    state.approval = carry * state.approval + fresh * n[1:]


def observe(facts: Facts, numbers: DrawnNumbers, state: State, start: Start, luck: Luck, near: NearTies) -> Sight:
    """Steps 2 and 3. Updates what is seen, what is detected, and the public belief."""
    people = troops(facts, numbers, state)
    strength = measure(facts, numbers, state, people)
    true = shortfall(facts, numbers, strength.balance, state.ground)
    _filter(facts, numbers, state, strength.balance, true, luck)
    margin = state.balance_seen - start.seen_from
    line = numbers.world("observation.losing") * np.sqrt(state.variance)
    near.edge(np.abs(margin), line)
    seen = _reports(facts, numbers, state, people, luck, near)
    rose, fell = seen > state.seen, seen < state.seen
    state.seen = seen
    pull = logit(numbers("belief.prior")) - state.resolve_belief
    state.resolve_belief = np.clip(
        state.resolve_belief + numbers("belief.gain") * (1.0 * rose - 1.0 * fell) + numbers("belief.fade") * pull, -6.0, 6.0
    )
    return Sight(
        strength=strength,
        shortfall=true,
        observed=state.gap_seen,
        balance=state.balance_seen,
        losing=margin < -line,
        winning=margin > line,
        rose=rose,
        fell=fell,
        resolve=logistic(state.resolve_belief),
    )


def first_day(facts: Facts, numbers: DrawnNumbers, state: State, start: Start) -> Sight:
    """The opening without noise or news: what a rule finds that looks back to before the first month."""
    strength = measure(facts, numbers, state, troops(facts, numbers, state))
    gap = shortfall(facts, numbers, strength.balance, state.ground)
    margin = strength.balance - start.seen_from
    line = numbers.world("observation.losing") * np.sqrt(state.variance)
    return Sight(
        strength=strength,
        shortfall=gap,
        observed=gap,
        balance=strength.balance,
        losing=margin < -line,
        winning=margin > line,
        rose=np.zeros_like(state.quit),
        fell=np.zeros_like(state.quit),
        resolve=logistic(state.resolve_belief),
    )


def _filter(facts: Facts, numbers: DrawnNumbers, state: State, balance: Array, gap: Array, luck: Luck) -> None:
    """Look with an error, and believe the look as far as it is surer than what was known (a local level)."""
    noise, drift = numbers.world("observation.balance-error"), numbers.world("observation.balance-drift")
    before = state.variance + drift**2
    total = before + noise**2
    gain = np.divide(before, total, out=np.ones_like(before), where=total > 0.0)
    error = noise * luck.normals("balance", len(facts.patrons))
    sign = np.where(np.arange(len(facts.sides)) == 0, 1.0, -1.0)[:, None]
    state.gap_seen = state.gap_seen + gain * (gap + error - state.gap_seen)
    state.balance_seen = state.balance_seen + gain * (balance + sign * error[0] - state.balance_seen)
    state.variance = (1.0 - gain) * before


def _reports(facts: Facts, numbers: DrawnNumbers, state: State, people: Array, luck: Luck, near: NearTies) -> Whole:
    """The rungs as the owner sees them, [P, n]; the covert ones through reports."""
    rung, high = state.rung, state.rung >= 7
    others = (np.arange(len(facts.patrons)) > 0)[:, None] & np.ones_like(high)
    visible = numbers.world("observation.visible")
    many = people > visible
    near.edge(people, visible, others & high & ~state.detected)
    reported = luck.below(luck.uniforms("detect"), numbers("observation.report"), others & high & many & ~state.detected)
    state.detected = high & (state.detected | reported)
    alarm = luck.below(luck.uniforms("false-alarm"), numbers("observation.false-alarm"), others & ~high)
    seen = np.where(high, np.where(state.detected, rung, 6), np.where(alarm, 7, rung))
    seen[0] = rung[0]
    return seen


def look_up(facts: Facts, state: State, sight: Sight, month: int, name: Name) -> Array | Flags | Whole:
    """What the owner observes under a name in this month, [n]; `name.shift` is left to the caller."""
    if name.what == "incident":
        return state.news["incident"]
    if name.of == "":
        return _of_world(state, month, name.what)
    if name.of in facts.patrons:
        return _of_patron(facts, state, sight, facts.patrons.index(name.of), name.what)
    return _of_side(facts, state, sight, facts.sides.index(name.of), name.what)


def _of_world(state: State, month: int, what: str) -> Array | Flags | Whole:
    if what in ("truce-begins", "truce-breaks", "clash", "exchange", "deaths"):
        return state.news[what]
    if what in ("settled", "truce", "high-intensity", "direct-war"):
        return state.regime == {"settled": 3, "truce": 2, "high-intensity": 0, "direct-war": 4}[what]
    if what == "months":
        return np.full(state.regime.shape, month - 1.0)
    return {
        "talks": state.talks,
        "credibility": state.credibility,
        "solidarity": state.solidarity,
        "peacekeepers": state.peacekeepers,
    }[what]


def _of_patron(facts: Facts, state: State, sight: Sight, patron: int, what: str) -> Array | Flags | Whole:
    values = {"rung": state.seen, "raises": sight.rose, "quits": state.quit, "resolve": sight.resolve}
    if patron == 0:
        values |= {"will": state.will, "cost": state.spent}
    return values[what][patron]


def _of_side(facts: Facts, state: State, sight: Sight, side: int, what: str) -> Array | Flags | Whole:
    if what == "asks":
        return some(state.asked[[patron for patron, own in enumerate(facts.side_of) if own == side]])
    if what == "held":
        return shares(state.ground)[0][side]
    values = {
        "losing": sight.losing,
        "winning": sight.winning,
        "balance": sight.balance,
        "attacks": state.offensive,
        "collapsed": state.gone,
    }
    return values[what][side]
