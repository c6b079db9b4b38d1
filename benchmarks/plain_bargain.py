"""The bargain of the plain model: what each party expects of going on and what both camps could sign instead (section 9 of the page)."""

from __future__ import annotations

from math import exp, log, log1p, log2, sqrt
from typing import Any

from plain_maths import NOBODY, OVERT, clip, logistic, normal
from plain_rival import means

LEAST = 0.05  # share of strength, of staying power and of will below which nobody's is reckoned


def expected(war: Any, support: float) -> float:
    """b^e: the balance when the rival patron gives so much, thousand."""
    n0, n1 = (max(n, NOBODY) for n in war.N)
    kept = [max(now, LEAST) / max(upkeep, LEAST) for now, upkeep in zip(war.staying(support), war.M, strict=True)]
    later = max(n1 + support - war.s, LEAST * n1)
    return log(n0 * war.mu[0] * kept[0]) - log(later * war.mu[1] * kept[1])


def cost_of_client(war: Any, i: int) -> float:
    """What a month more costs a client."""
    p = war.p
    return p["bargain.cost"] * (p["bargain.cost-floor"] + 0.5 * log2(1 + war.own_dead[i] / p["bargain.client-dead"]))


def cost_of_patron(war: Any, j: int) -> float:
    """What a month more costs a patron."""
    p = war.p
    hurt = 0.5 * (log2(1 + war.mourned[j] / p["pressure.scale"][j]) + war.cost[j] / p["patron.budget"][j])
    weight = p["bargain.weight"] * (0.5 if j and war.theory == "spigot" else 1.0)
    weary = p["will.level"][j] / max(war.will[j], LEAST)
    stake = p["patron.stake-ratio"][1] if j else 1.0
    return p["bargain.cost"] * (p["bargain.cost-floor"] + 2 * weight * hurt) / sqrt(stake) * weary


def shifts(war: Any) -> tuple[float, float]:
    """By how much the balance would move against a camp if the other one's patron added what it could: the own camp's, the other's."""
    p, step = war.p, war.ladder[war.rung[0]]
    months = war.desk.flow * p["bargain.commitment"]
    heavy = sum(batch[0] for batch in war.pipeline) + months * step.heavy
    counter = sum(batch[1] for batch in war.pipeline) + months * step.counter_heavy
    ours = (1 - p["supply.diversion"]) * (p["supply.equivalents-heavy"] * heavy + p["supply.equivalents-counter"] * counter)
    top = means(war)
    limit = min(OVERT, top) if war.s <= OVERT else top
    theirs = min(p["bargain.reserve"][1], max(limit - war.s, 0)) if at_table(war, 1) else 0.0
    return log1p(theirs / max(war.N[1], NOBODY)), log1p(ours / max(war.N[0], NOBODY))


def at_table(war: Any, j: int) -> bool:
    """Whether a patron has a say."""
    return war.rung[j] >= 2 and not (j and war.quit)


def parties(war: Any) -> list[tuple[int, float, float, float]]:
    """Of each party at the table: 1 in the owner's camp or -1, p, kappa, lambda."""
    p, ground = war.p, war.q[0] - war.q[1]
    pace = p["territory.pace"] * p["bargain.intensity"] * p["bargain.horizon"]
    learnt = 1 + p["bargain.learning"] * war.learnt
    # each camp knows what its own patron will do and guesses what the other's will
    views, dangers = (expected(war, war.public), expected(war, war.known)), shifts(war)
    found = []
    for camp, sign in ((0, 1), (1, -1)):
        seats = [(p["bargain.optimism-client"][camp], cost_of_client(war, camp))]
        if at_table(war, camp):
            seats.append((p["bargain.optimism-patron"][camp], cost_of_patron(war, camp)))
        for rosy, cost in seats:
            balance = views[camp] + sign * rosy / learnt
            share = logistic(ground + pace * balance)
            fear = sign * (share - logistic(ground + pace * (balance - sign * dangers[camp])))
            found.append((sign, share, cost, fear))
    return found


def edges(table: list[tuple[int, float, float, float]], guarantees: float) -> list[tuple[int, float]]:
    """The share of the owner's client at which each party would as soon fight on, by camp."""
    return [(sign, share - sign * (cost - fear * (1 - guarantees))) for sign, share, cost, fear in table]


def bargain(war: Any) -> None:
    """Sets what could be signed this month, and the hazards of a settlement and of its end."""
    p, table = war.p, parties(war)
    offer = max(war.desk.offer, war.peacekeepers)
    war.sureties = offer / (offer + p["bargain.guarantee"]) if offer > 0 else 0.0
    found = edges(table, war.sureties)
    low = war.low = max(edge for sign, edge in found if sign > 0)
    high = war.high = min(edge for sign, edge in found if sign < 0)
    war.on_offer = clip(low + p["bargain.surplus"] * (high - low), 0.001, 0.999)
    ease = exp(p["bargain.talks"] * (war.talks - 0.4))
    war.settle = p["bargain.hazard"] * ease * normal((high - low) / p["bargain.tremble"])
    spoilers = sum(normal(sign * (edge - war.terms) / p["bargain.tremble"]) for sign, edge in edges(table, war.deal))
    fading = p["bargain.recurrence-guarantees"] * war.deal + p["bargain.recurrence-age"] * log1p(war.age)
    war.recur = p["bargain.recurrence"] * exp(-fading) * (1 + spoilers)
