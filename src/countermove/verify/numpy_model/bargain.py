"""Peace as a bargain: what each party expects of going on, what it costs, and what both could sign instead (section 9)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from countermove.verify.numpy_model.draws import Array, Flags, Whole, logistic
from countermove.verify.numpy_model.facts import OVERT, DrawnNumbers, Facts, at_rung
from countermove.verify.numpy_model.orders import StandingOrders
from countermove.verify.numpy_model.patrons import means
from countermove.verify.numpy_model.strength import NOBODY, Start, State, Strength, shares, staying

LEAST = 0.05  # share of its strength, of its staying power and of full will below which nobody's is reckoned


@dataclass(frozen=True)
class BargainInputs:
    """What the parties look at besides the state, of this month unless said otherwise."""

    strength: Strength  # of combat
    known: Array  # [P, n] S^e as a patron's own camp knows it, thousand
    public: Array  # [P, n] S^e as the other camp reckons
    weight: Array  # [P, n] w
    cost: Array  # [P, n] million USD, equipment lost included
    losses: Array  # [P, n] mean dead of the three months before, persons
    dead: Array  # [K, n] clients' own dead, persons


@dataclass(frozen=True)
class NegotiatingParties:
    """The parties, sides first and then patrons, N = K + P rows."""

    own: Flags  # [N] the owner's client and its patrons
    present: Flags  # [N, n]
    share: Array  # [N, n] p, the own client's share that each expects of going on
    cost: Array  # [N, n] kappa
    fear: Array  # [N, n] lambda


@dataclass(frozen=True)
class Bargain:
    """The zone of agreement of a month and what follows from it, [n] each."""

    low: Array  # the least share of the own client that its camp would sign
    high: Array  # the most that the other camp would leave it
    guarantees: Array  # G
    terms: Array
    settle: Array  # h_S, in months in which there is a war to settle
    recur: Array  # h_R, in months in which a settlement holds


def bargain(
    facts: Facts, numbers: DrawnNumbers, state: State, start: Start, orders: StandingOrders, parley: BargainInputs
) -> Bargain:
    """Section 9 once the ground has moved; will, talks and peacekeepers are still those of the start of the month."""
    table = seats(facts, numbers, state, start, orders, parley)
    guarantees = settlement_guarantees(numbers, np.maximum(orders.offer, state.peacekeepers))
    low, high = zone(table, guarantees)
    margin = high - low
    talks = np.exp(numbers.world("bargain.talks") * (state.talks - 0.4))
    tremble = numbers.world("bargain.tremble")
    return Bargain(
        low=low,
        high=high,
        guarantees=guarantees,
        terms=np.clip(low + numbers.world("bargain.surplus") * margin, 0.001, 0.999),
        settle=numbers.world("bargain.hazard") * talks * ndtr(margin / tremble),
        recur=recurrence(numbers, state, table),
    )


def settlement_guarantees(numbers: DrawnNumbers, offer: Array) -> Array:
    """G, what a settlement is guaranteed by so many thousand peacekeepers."""
    return np.divide(offer, offer + numbers.world("bargain.guarantee"), out=np.zeros_like(offer), where=offer > 0.0)


def bounds(table: NegotiatingParties, guarantees: Array) -> Array:
    """The share of the own client at which each party would as soon fight on, [N, n]."""
    margin = table.cost - table.fear * (1.0 - guarantees)
    return np.where(table.own[:, None], table.share - margin, table.share + margin)


def zone(table: NegotiatingParties, guarantees: Array) -> tuple[Array, Array]:
    """What the camps would sign at the least and at the most, [n] each."""
    edge, own = bounds(table, guarantees), table.own[:, None]
    low = np.where(table.present & own, edge, -np.inf).max(axis=0)
    return low, np.where(table.present & ~own, edge, np.inf).min(axis=0)


def recurrence(numbers: DrawnNumbers, state: State, table: NegotiatingParties) -> Array:
    """h_R: every party at the table that could have more by fighting spoils the peace."""
    edge = bounds(table, state.deal)
    beyond = np.where(table.own[:, None], edge - state.terms, state.terms - edge)
    spoilers = (ndtr(beyond / numbers.world("bargain.tremble")) * table.present).sum(axis=0)
    fading = numbers.world("bargain.recurrence-guarantees") * state.deal
    fading = fading + numbers.world("bargain.recurrence-age") * np.log1p(state.age)
    return numbers.world("bargain.recurrence") * np.exp(-fading) * (1.0 + spoilers)


def seats(
    facts: Facts, numbers: DrawnNumbers, state: State, start: Start, orders: StandingOrders, parley: BargainInputs
) -> NegotiatingParties:
    """Who sits at the table and what each of them thinks."""
    side_of = np.array(facts.side_of)
    own = np.concatenate([np.arange(len(facts.sides)) == 0, side_of == 0])
    patrons = (state.rung >= 2) & ~state.quit
    ground = shares(state.ground)[1][0] if facts.front else np.zeros(len(state.learnt))
    pace = numbers.world("territory.pace") * numbers.world("bargain.intensity") * numbers.world("bargain.horizon")
    ours, theirs = expected(facts, numbers, state, start, parley)
    rosy = optimism(facts, numbers, state.learnt)
    balance = np.where(own[:, None], ours + rosy, theirs - rosy)
    share = logistic(ground + pace * balance)
    threat, promise = _shifts(facts, numbers, state, orders, parley, patrons)
    return NegotiatingParties(
        own=own,
        # a war in which a client has collapsed is over, so a client of a war that can end in a settlement always sits there
        present=np.concatenate([np.ones_like(state.gone), patrons]),
        share=share,
        cost=np.concatenate([_of_clients(numbers, parley), _of_patrons(facts, numbers, state, parley)]),
        fear=np.where(
            own[:, None],
            share - logistic(ground + pace * (balance - threat)),
            logistic(ground + pace * (balance + promise)) - share,
        ),
    )


def expected(facts: Facts, numbers: DrawnNumbers, state: State, start: Start, parley: BargainInputs) -> tuple[Array, Array]:
    """b^e of the own camp and of the other, [n] each: the balance when patrons give what is expected of them."""
    ours = np.array(facts.side_of)[:, None] == 0
    camps = (np.where(ours, parley.known, parley.public), np.where(ours, parley.public, parley.known))
    men = np.maximum(parley.strength.men, NOBODY)
    force = men * parley.strength.quality
    found: list[Array] = []
    for support in camps:
        later = np.maximum(men + facts.belongs @ (_theirs(facts) * (support - state.support)), LEAST * men)
        kept = np.maximum(staying(facts, numbers, support, state.rung, start.used_to), LEAST)
        # stocks that ran out cannot run out again: what is left of upkeep is bounded as what is expected of it is
        force_later = force * (later / men) * kept / np.maximum(state.upkeep, LEAST)
        found.append(np.log(force_later[0]) - np.log(facts.fire[0] @ force_later))
    return found[0], found[1]


def optimism(facts: Facts, numbers: DrawnNumbers, learnt: Array) -> Array:
    """om of every party, [N, n]: what it thinks too much of its own, less the longer the fighting taught it."""
    counts = {"client": len(facts.sides), "patron": len(facts.patrons)}
    start = [numbers.rows(f"bargain.optimism-{kind}", count, len(learnt)) for kind, count in counts.items()]
    return np.concatenate(start) / (1.0 + numbers.world("bargain.learning") * learnt)


def _theirs(facts: Facts) -> Array:
    """[P, 1] 1 for a patron whose support follows a theory."""
    return np.array([[1.0] if theory else [0.0] for theory in facts.theory])


def _of_patrons(facts: Facts, numbers: DrawnNumbers, state: State, parley: BargainInputs) -> Array:
    """kappa of the patrons, [P, n]."""
    runs = len(state.learnt)
    stake = numbers.rows("patron.stake-ratio", len(facts.patrons), runs).copy()
    if facts.acting:
        stake[0] = 1.0
    hurt = 0.5 * (np.log2(1.0 + parley.losses / numbers("pressure.scale")) + parley.cost / numbers("patron.budget"))
    weary = numbers("will.level") / np.maximum(state.will, LEAST)
    pain = numbers.world("bargain.cost-floor") + 2.0 * parley.weight * hurt
    return numbers.world("bargain.cost") * pain / np.sqrt(stake) * weary


def _of_clients(numbers: DrawnNumbers, parley: BargainInputs) -> Array:
    """kappa of the clients, [K, n]."""
    hurt = 0.5 * np.log2(1.0 + parley.dead / numbers.world("bargain.client-dead"))
    return numbers.world("bargain.cost") * (numbers.world("bargain.cost-floor") + hurt)


def reserves(facts: Facts, numbers: DrawnNumbers, state: State, orders: StandingOrders, patrons: Flags) -> Array:
    """R, what each side's patrons could add before the other camp could answer, thousand [K, n]; `patrons` sit at the table [P, n]."""
    runs = len(state.learnt)
    most = np.stack([means(facts, numbers, j, runs) for j in range(len(facts.patrons))])
    limit = np.where(state.support <= OVERT, np.minimum(OVERT, most), most)
    room = np.minimum(numbers("bargain.reserve"), np.maximum(limit - state.support, 0.0))
    found = facts.belongs @ (_theirs(facts) * patrons * room)
    if facts.acting:
        found[0] += _on_the_way(facts, numbers, state, orders)
    return found


def _on_the_way(facts: Facts, numbers: DrawnNumbers, state: State, orders: StandingOrders) -> Array:
    """What the owner has sent and could send meanwhile, thousand [n]."""
    rung: Whole = state.rung[0]
    months = orders.flow * numbers.world("bargain.commitment")
    heavy = state.pipeline[:, 0].sum(axis=0) + months * at_rung(facts.heavy, rung)
    counter = state.pipeline[:, 1].sum(axis=0) + months * at_rung(facts.counter, rung)
    worth = numbers.world("supply.equivalents-heavy") * heavy + numbers.world("supply.equivalents-counter") * counter
    return (1.0 - numbers.world("supply.diversion")) * worth


def _shifts(
    facts: Facts, numbers: DrawnNumbers, state: State, orders: StandingOrders, parley: BargainInputs, patrons: Flags
) -> tuple[Array, Array]:
    """By how much the balance would shift if the other camp's patrons added what they could, and if the own camp's did, [n] each."""
    more = reserves(facts, numbers, state, orders, patrons)
    men = np.maximum(parley.strength.men, NOBODY)
    force = men * parley.strength.quality
    threat = np.log((facts.fire[0] @ (force * (1.0 + more / men))) / (facts.fire[0] @ force))
    return threat, np.log1p(more[0] / men[0])
