"""Deliveries, combat, materiel and territory (section 7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from countermove.verify.numpy_model.draws import Array, Flags, Luck, logistic, logit
from countermove.verify.numpy_model.facts import DrawnNumbers, Facts
from countermove.verify.numpy_model.strength import Start, State, Strength, shares

STEPS = 8  # midpoint sub-steps of a month where the law has no closed form
POWERS = ("attrition.p", "attrition.q")  # exponents of N~_k and N~_i; without them 1 and 0


@dataclass(frozen=True)
class CombatResult:
    """What combat did this month."""

    fraction: Array  # [K, n] of N~ lost
    wear: Array  # [K, n] share of its heavy materiel lost
    dead: Array  # [n] persons, of sides and patrons
    of_patrons: Array  # [P, n]
    of_sides: Array  # [K, n]
    recovered: Array  # [K, n] thousand
    destroyed: Array  # [K, n] heavy materiel, index, own stock and support included
    destroyed_extra: Array  # [K, n] of it out of X
    captured: Array  # [K, n] gained
    worn: Array  # [K, n] counter-heavy, index
    reported: Array  # [n] persons


def deliver(numbers: DrawnNumbers, state: State) -> Array:
    """What arrives at the client this month, index [2, n]; the pipeline moves up."""
    arrived = (1.0 - numbers.world("supply.diversion")) * state.pipeline[0]
    state.pipeline = np.concatenate([state.pipeline[1:], np.zeros_like(state.pipeline[:1])])
    state.heavy[0] += arrived[0]
    state.aided[0] += arrived[0]
    state.counter[0] += arrived[1]
    return arrived


def intensity(numbers: DrawnNumbers, state: State, probing: Array) -> Array:
    """I [n]; `probing` is the number of probing sides."""
    probes = 1.0 + numbers.world("posture.probe-intensity") * probing
    levels = (
        numbers.world("attrition.intensity-high"),
        numbers.world("attrition.intensity-positional") * probes,
        numbers.world("attrition.intensity-truce"),
    )
    return np.select([state.regime == index for index in range(3)], levels, 0.0)


def fraction(facts: Facts, numbers: DrawnNumbers, strength: Strength, rate: Array) -> Array:
    """Share of N~ lost in a month, [K, n]; `rate` is I times luck times penalty [K, n]."""
    men = strength.men
    fire = numbers("attrition.lethality") * strength.quality
    powers: list[Array] = []
    for name, usual in zip(POWERS, (1.0, 0.0), strict=True):
        powers.append(numbers.world(name) if name in numbers else np.full((), usual))
    linear = (powers[0] == 1.0) & (powers[1] == 0.0)
    closed = linear & (len(men) == 2)
    if np.all(closed):
        lost = lanchester(men, rate * fire[::-1])
    else:
        lost = stepped(facts.fire, men, rate, fire, powers)
        if np.any(closed):
            lost = np.where(closed, lanchester(men, rate * fire[::-1]), lost)
    return np.minimum(1.0, np.divide(lost, men, out=np.zeros_like(lost), where=men > 0.0))


def lanchester(men: Array, rate: Array) -> Array:
    """Loss of each of two sides over one month in closed form, [2, n]; `rate` is a_i, what i suffers per unit of the enemy."""
    enemy = men[::-1]
    theta = np.sqrt(rate[0] * rate[1])
    safe = np.where(theta > 0.0, theta, 1.0)
    sinhc = np.where(theta > 0.0, np.sinh(theta) / safe, 1.0)
    loss = rate * enemy * sinhc - men * (np.cosh(theta) - 1.0)
    # a side that would be wiped out within the month stops shooting then, so the other keeps what the square law leaves it
    weaker = rate[::-1] * men**2 <= rate * enemy**2
    wiped = weaker & (loss >= men)
    wiped[1] &= ~wiped[0]
    ratio = np.divide(rate, rate[::-1], out=np.zeros_like(rate), where=rate[::-1] > 0.0)
    kept = np.sqrt(np.maximum(men**2 - ratio * enemy**2, 0.0))
    return np.where(wiped, men, np.where(wiped[::-1], men - kept, loss))


def stepped(split: Array, men: Array, rate: Array, fire: Array, powers: list[Array]) -> Array:
    """Loss of each side over one month by midpoint steps, [K, n]; `split` of fire [K, K], `fire` is lethality times quality."""
    p, q = powers

    def change(now: Array) -> Array:
        return -rate * (split.T @ (fire * now**p)) * now**q

    left, step = men, 1.0 / STEPS
    for _ in range(STEPS):
        half = np.maximum(left + 0.5 * step * change(left), 0.0)
        left = np.maximum(left + step * change(half), 0.0)
    return men - left


def armour_hunters(strength: Strength) -> Array:
    """anti, how far a side's armour is hunted, [K, n]."""
    return strength.enemy_counter / (1.0 + strength.enemy_counter)


def exposed(facts: Facts, numbers: DrawnNumbers, strength: Strength, usual: Array) -> Array:
    """Factor on the share of its own that a patron loses, [P, n]; `usual` is anti° [K, n]."""
    ratio = np.divide(armour_hunters(strength), usual, out=np.ones_like(usual), where=usual > 0.0)
    return 1.0 + numbers("attrition.exposure") * (ratio[list(facts.side_of)] - 1.0)


def rebuild(numbers: DrawnNumbers, state: State, left: Array) -> Array:
    """Men who join or go home after combat, thousand [K, n]; `left` are those of F whom it spared. Nobody goes who is not there."""
    target = numbers("side.target") * state.upkeep
    gap = target - state.men
    homeward = np.where(gap < 0.0, gap * (1.0 - state.upkeep) / numbers("side.stocks"), 0.0)
    return np.maximum(gap / numbers("side.recovery") + homeward, -left)


def keep_up(numbers: DrawnNumbers, state: State, staying: Array) -> None:
    """Move upkeep towards what the patrons' support allows, D [K, n], at the pace of the stocks."""
    state.upkeep = state.upkeep + (staying - state.upkeep) / numbers("side.stocks")


def fight(
    facts: Facts, numbers: DrawnNumbers, state: State, start: Start, strength: Strength, people: Array, pace: Array, luck: Luck
) -> CombatResult:
    """One month of attrition and wear; `people` is D [P, n], `pace` the intensity I [n]. Changes F, X, Y and the patrons' dead."""
    shared = luck.gamma("chi-common", state.regime == 0)
    penalty = 1.0 + (numbers("attrition.attacker-penalty") - 1.0) * state.offensive
    lost = fraction(facts, numbers, strength, pace * luck.erlang("chi", len(facts.sides)) * shared * penalty)
    bitten = np.minimum(1.0, lost[list(facts.side_of)] * exposed(facts, numbers, strength, start.anti))
    of_sides, of_patrons = 1000.0 * lost * state.men, 1000.0 * bitten * people
    dead = of_sides.sum(axis=0) + of_patrons.sum(axis=0)
    left = state.men * (1.0 - lost)
    recovered = rebuild(numbers, state, left)
    state.men = left + recovered
    state.dead += of_patrons
    state.losses = np.stack([of_patrons, state.losses[0], state.losses[1]])
    wear = np.minimum(1.0, numbers("supply.heavy-wear") * pace * (1.0 + numbers("attrition.blunting") * strength.enemy_counter))
    destroyed, destroyed_extra = wear * strength.heavy, wear * state.heavy
    captured = facts.fire.T @ (numbers("supply.captured") * destroyed)
    state.heavy = state.heavy - destroyed_extra + captured
    state.aided = state.aided * (1.0 - wear)
    worn = np.minimum(1.0, numbers("supply.counter-wear") * pace) * state.counter
    state.counter = state.counter - worn
    expected = numbers.world("observation.reporting-rate") * dead
    spread = np.sqrt(expected + expected**2 / numbers.world("observation.dispersion"))
    reported = np.maximum(0.0, expected + spread * luck.normals("track", 2)[1])
    return CombatResult(lost, wear, dead, of_patrons, of_sides, recovered, destroyed, destroyed_extra, captured, worn, reported)


def equipment(facts: Facts, numbers: DrawnNumbers, support: Array, toll: CombatResult) -> Array:
    """What patrons pay for the heavy materiel that they lost with their support, million USD [P, n]."""
    sent = facts.mix[:, 1:2] * support / numbers("supply.equivalents-heavy")
    return numbers("supply.price-heavy") * toll.wear[list(facts.side_of)] * sent


def advance(
    facts: Facts, numbers: DrawnNumbers, state: State, start: Start, balance: Array, pace: Array, month: int, luck: Luck
) -> None:
    """Move the front, or after a settlement hand the ground over; `balance` is b of this month's combat [K, n]."""
    if not facts.front:
        return
    moved = state.ground + _push(facts, numbers, state, start, balance, pace, month, luck)
    state.ground = np.where(state.regime < 3, moved, np.where(state.regime == 3, _handed_over(numbers, state), state.ground))


def _push(
    facts: Facts, numbers: DrawnNumbers, state: State, start: Start, balance: Array, pace: Array, month: int, luck: Luck
) -> Array:
    """Change of q by battle and drift, [K, n]."""
    # a settled front at rest stays where it is
    balance = balance - np.where(state.regime == 0, 0.0, start.seen_from)
    offensive = state.offensive.astype(np.float64)
    push = numbers("territory.pace") * balance + numbers("territory.offensive-gain") * (offensive - facts.fire @ offensive)
    drift = np.zeros_like(state.ground)
    for index, phase in enumerate(facts.scenario.opening.phases):
        if phase.start <= facts.calendar(month) <= phase.end:
            drift = drift + numbers.phase(index, "drift")
    others = (drift.sum(axis=0) - drift) / (len(drift) - 1)
    noise = numbers("territory.noise") / np.sqrt(2.0) * pace * luck.normals("territory", len(drift))
    return 0.5 * (pace * push + drift - others) + noise


def _handed_over(numbers: DrawnNumbers, state: State) -> Array:
    """q a month further on its way to the terms of the settlement, [K, n]."""
    with np.errstate(divide="ignore", invalid="ignore"):  # only where there are terms is this of use
        if len(state.ground) == 2:
            goal = np.stack([0.5 * logit(state.terms), -0.5 * logit(state.terms)])
        else:
            held = shares(state.ground)[0]
            rest = (1.0 - state.terms) * held[1:] / (1.0 - held[0])
            goal = np.log(np.concatenate([state.terms[None], rest]))
        left = np.maximum(numbers.world("bargain.transfer") + 1.0 - state.age, 1.0)
        return state.ground + (goal - state.ground) / left


def expected_losses(facts: Facts, numbers: DrawnNumbers, state: State, strength: Strength, people: Array) -> Array:
    """The patrons' expected dead of one month at the opening, with all luck at its mean, persons [P, n]."""
    probing = np.broadcast_to(logistic(numbers("posture.probe-base")), strength.men.shape).sum(axis=0)
    pace = intensity(numbers, state, probing)
    lost = fraction(facts, numbers, strength, np.broadcast_to(pace, strength.men.shape))
    return 1000.0 * lost[list(facts.side_of)] * people


def probes(numbers: DrawnNumbers, state: State, balance: Array, reference: Array, luck: Luck) -> Flags:
    """Which sides probe this month, [K, n]; `balance` is that of the start of the month."""
    chance = logistic(numbers("posture.probe-base") + balance - reference)
    return luck.below(luck.uniforms("probe"), chance, np.broadcast_to(state.regime == 1, balance.shape))
