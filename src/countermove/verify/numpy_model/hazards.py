"""The regime race, clashes, incidents, exchanges and peacekeepers (section 8)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from countermove.verify.numpy_model.bargain import Bargain
from countermove.verify.numpy_model.draws import Array, Flags, Luck, NearTies, Whole, logistic, some
from countermove.verify.numpy_model.facts import DrawnNumbers, Facts
from countermove.verify.numpy_model.strength import State, shares

HIGH, POSITIONAL, TRUCE, SETTLED, WAR, COLLAPSED = range(6)


@dataclass(frozen=True)
class MonthEvents:
    """What the month's chances brought, [n] each, `off`, `gone` and `began` [K, n]."""

    regime: Whole
    age: Array
    off: Flags
    gone: Flags
    began: Flags  # offensives that began
    truce_began: Flags
    truce_broke: Flags
    broke_early: Flags  # in the month of its onset or the next
    clash: Flags
    incident: Flags
    answered: Flags
    exchange: Flags
    settled: Flags
    recurred: Flags
    terms: Array  # of the settlement that holds or held last
    deal: Array  # its guarantees
    break_change: Array  # what the owner's aid adds to the chance that a new truce breaks in the month
    sent: Array  # peacekeepers in place unless the fighting calls them off, thousand

    @property
    def peacekeepers(self) -> Array:
        """Peacekeepers at the end of the month; they leave once the fighting is of high intensity."""
        return np.where(self.regime == HIGH, 0.0, self.sent)


@dataclass(frozen=True)
class HazardInputs:
    """What the hazards look at besides the state, of this month."""

    balance: Array  # [K, n] b of combat
    reference: Array  # [K, n] b_ref
    deaths: Array  # [n] persons
    men: Array  # [K, n] N~ after combat
    rung: Whole  # [P, n] in force
    aid: Array  # [P, n] dAid, thousand
    month: int
    restraint: Array  # [n]
    brigades: Array
    offer: Array  # thousand peacekeepers
    bargain: Bargain


def turn(facts: Facts, numbers: DrawnNumbers, state: State, field: HazardInputs, luck: Luck, near: NearTies) -> MonthEvents:
    """Section 8. The state is read at the start of the month, except q, which has moved."""
    open_ = state.regime < SETTLED
    hazards = _hazards(facts, numbers, state, field)
    count = len(facts.sides)
    winner = luck.race(_clocks(luck), hazards)
    onset = winner == 2 * count
    # a truce is tried for half a month before it counts as holding
    fresh = _breakdown(facts, numbers, state, field, np.zeros_like(state.age))
    half = fresh / 2.0
    unaided = _breakdown(
        facts, numbers, state, replace(field, aid=field.aid * (np.arange(len(field.aid)) > 0)[:, None]), state.age * 0.0
    )
    at_once = luck.rings("truce-break", half, onset)
    clash, war, incident, answered = _spread(facts, numbers, state, field, luck)
    gone = _collapse(facts, numbers, state, field, near) & open_
    collapse = some(gone)
    free = open_ & ~collapse & ~war
    began = np.stack([free & (winner == count + side) for side in range(count)])
    culminated = free & (winner >= 0) & (winner < count)
    truce_began = free & onset
    broke = free & (winner == 2 * count + 1)
    settled = free & (winner == 2 * count + 2)
    holds = truce_began & ~at_once
    recurred = luck.rings("recur", field.bargain.recur, state.regime == SETTLED)
    regime = np.select(
        [collapse, war, some(began), culminated | broke | recurred, holds, settled],
        [COLLAPSED, WAR, HIGH, POSITIONAL, TRUCE, SETTLED],
        state.regime,
    )
    off = (state.offensive & ~(culminated | holds)) | began
    lasting = (regime == TRUCE) | (regime == SETTLED)
    age = np.where(lasting, np.where(holds | settled, 1.0, state.age + 1.0), 0.0)
    talking = (state.regime == POSITIONAL) | (state.regime == TRUCE)
    ease = np.exp(numbers.world("diplomacy.ease") * (state.talks - 0.4))
    exchange = luck.rings("exchange", numbers.world("diplomacy.exchange") * ease, talking)
    wanted = (state.regime == TRUCE) & (field.offer > 0.0) & (state.peacekeepers == 0.0)
    deployed = luck.rings("deploy", numbers.world("diplomacy.deployment") * ease, wanted)
    return MonthEvents(
        regime=regime,
        age=age,
        off=off & (regime < SETTLED),
        gone=state.gone | gone,
        began=began,
        truce_began=truce_began,
        truce_broke=broke | (truce_began & at_once),
        broke_early=(broke & (state.age <= 1.0)) | (truce_began & at_once),
        clash=clash,
        incident=incident,
        answered=answered,
        exchange=exchange,
        settled=settled,
        recurred=recurred,
        terms=np.where(settled, field.bargain.terms, state.terms),
        deal=np.where(settled, field.bargain.guarantees, state.deal),
        break_change=np.exp(-unaided) - np.exp(-fresh),
        sent=np.where(deployed, field.offer, state.peacekeepers),
    )


def copied(turn: MonthEvents, other: MonthEvents) -> MonthEvents:
    """The turn with the regime, offensives, truces and settlements of another run."""
    names = ("regime", "age", "off", "gone", "began", "truce_began", "truce_broke", "broke_early")
    names = (*names, "settled", "recurred", "terms", "deal")
    return replace(turn, **{name: getattr(other, name) for name in names})


def _clocks(luck: Luck) -> Array:
    """Uniforms of the race: culmination and offensive of each side, truce onset, breakdown, settlement."""
    events = ("culminate", "offensive", "truce-onset", "truce-break", "settle")
    return np.concatenate([luck.uniforms(event) for event in events])


def _hazards(facts: Facts, numbers: DrawnNumbers, state: State, field: HazardInputs) -> Array:
    """Hazards of the race, [2 K + 3, n], zero where an event is impossible."""
    regime, runs = state.regime, state.regime.shape
    off = state.offensive & (regime == HIGH)
    culminate = np.where(off, np.broadcast_to(numbers("posture.culmination"), off.shape), 0.0)
    offensive = np.where((regime == POSITIONAL) | (regime == TRUCE), _offensives(facts, numbers, state, field), 0.0)
    breadth = np.abs(field.balance).max(axis=0)
    onset = np.exp(
        numbers.world("truces.onset-base")
        + numbers.world("truces.onset-deaths") * np.log1p(field.deaths / 100.0)
        - numbers.world("truces.onset-balance") * breadth
        + numbers.world("truces.onset-talks") * state.talks
    )
    barred = any(
        _active(facts, field.month, index) and not phase.truces for index, phase in enumerate(facts.scenario.opening.phases)
    )
    onset = np.where((regime <= POSITIONAL) & (not barred), onset, 0.0)
    breakdown = np.where(regime == TRUCE, _breakdown(facts, numbers, state, field, state.age), 0.0)
    settle = np.where((regime == POSITIONAL) | (regime == TRUCE), field.bargain.settle, 0.0)
    return np.concatenate([culminate, offensive, np.stack([np.broadcast_to(row, runs) for row in (onset, breakdown, settle)])])


def _active(facts: Facts, month: int, index: int) -> bool:
    phase = facts.scenario.opening.phases[index]
    return phase.start <= facts.calendar(month) <= phase.end


def _offensives(facts: Facts, numbers: DrawnNumbers, state: State, field: HazardInputs) -> Array:
    """h_i, [K, n]."""
    exponent = numbers("posture.offensive-base") + numbers("posture.offensive-balance") * (field.balance - field.reference)
    exponent = exponent - numbers("posture.offensive-talks") * (state.talks - 0.4)
    for index in range(len(facts.scenario.opening.phases)):
        if _active(facts, field.month, index):
            exponent = exponent + numbers.phase(index, "mandate")
    hazard = np.exp(exponent)
    hazard[0] *= 1.0 - field.restraint * (1.0 - numbers.row("side.slack", 0))
    return hazard


def _breakdown(facts: Facts, numbers: DrawnNumbers, state: State, field: HazardInputs, age: Array) -> Array:
    """h_B at a given age of the truce, [n]."""
    own = np.array(facts.side_of) == 0
    return np.exp(
        numbers.world("truces.break-base")
        + numbers.world("truces.break-aid-owner") * field.aid[own].sum(axis=0)
        + numbers.world("truces.break-aid-rival") * field.aid[~own].sum(axis=0) / 5.0
        + numbers.world("truces.break-balance") * np.abs(field.balance).max(axis=0)
        - numbers.world("truces.break-peacekeepers") * state.peacekeepers
        - numbers.world("truces.break-age") * np.log1p(age)
    )


def _spread(
    facts: Facts, numbers: DrawnNumbers, state: State, field: HazardInputs, luck: Luck
) -> tuple[Flags, Flags, Flags, Flags]:
    """Clash, direct war, incident, and whether the incident was answered, [n] each."""
    open_ = (state.regime < SETTLED) & facts.rivals.any()  # where nobody stands on another side there is nobody to clash with
    own = field.rung[0].astype(np.float64)
    other = field.rung[facts.rivals].max(axis=0, initial=0).astype(np.float64)
    exponent = numbers.world("spread.x-own") * (own - 8.0) + numbers.world("spread.x-rival") * (other - 8.0)
    exponent = exponent + numbers.world("spread.x-both") * (own * other - 64.0) / 10.0
    clash = luck.rings("clash", numbers.world("spread.clash-top") * np.exp(exponent), open_)
    war = luck.below(luck.uniforms("war")[0], numbers.world("spread.war-given-clash"), clash)
    if not facts.has("alliance"):
        return clash, war, np.zeros_like(clash), np.zeros_like(clash)
    ready = numbers.world("alliance.readiness") + field.brigades
    exponent = exponent - numbers.world("spread.incident-credibility") * (state.credibility - 0.7)
    exponent = exponent - numbers.world("spread.incident-readiness") * ready / 7.0
    incident = luck.rings("incident", numbers.world("spread.incident-top") * np.exp(exponent), open_)
    answer = numbers.world("spread.answer") + numbers.world("spread.answer-credibility") * (state.credibility - 0.5)
    chance = logistic(answer + numbers.world("spread.answer-readiness") * ready)
    return clash, war, incident, luck.below(luck.uniforms("answer")[0], chance, incident)


def _collapse(facts: Facts, numbers: DrawnNumbers, state: State, field: HazardInputs, near: NearTies) -> Flags:
    """Sides that break this month, [K, n]."""
    held = shares(state.ground)[0]
    force, share = numbers.world("truces.collapse-force"), numbers("side.collapse-share")
    open_ = np.broadcast_to(state.regime < SETTLED, held.shape)
    near.edge(field.men, force, open_)
    if not facts.front:
        return field.men < force
    near.edge(held, share, open_)
    return (field.men < force) | (held < share)
