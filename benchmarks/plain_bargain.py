"""The bargain of the plain model (section 9 of docs/explanation/model.md), and what every theory lets others expect of the rival patron
(section 6): whoever bargains with him does not know which of them is true."""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, exp, log, log1p, log2, nan, sqrt
from typing import Any

OVERT_SUPPORT = 12.0  # thousand: what can be denied
ANSWERING = ("spigot", "switching")  # theories that answer every setback with more
Outlook = tuple[float, float, float]  # what he gives in the long run, thousand; weight of his pain; factor on the hazard of leaving


def logistic(x: float) -> float:
    """1 / (1 + exp(-x))."""
    return 1 / (1 + exp(-x))


def likely(x: float) -> float:
    """The normal distribution function."""
    return 0.5 * erfc(-x / sqrt(2))


def clip(x: float, low: float, high: float) -> float:
    """x inside [low, high]."""
    return low if x < low else high if x > high else x


def next_mode(war: Any, excess: float, lost: float, u: float) -> int:
    """Switching's next mode out of `sustain`, where he is as long as he follows another theory."""
    p = war.p
    row = [p["switching.from-sustain"][mode][1] for mode in range(3)]
    row = [row[0], row[1] * exp(p["switching.rescue"][1] * excess), row[2] * exp(p["switching.withdraw"][1] * lost)]
    mark = u * sum(row)
    return 0 if mark < row[0] else 1 if mark < row[0] + row[1] else 2


def outlooks(war: Any, u: Sequence[float]) -> dict[str, Outlook]:
    """Theory -> outlook of the rival patron, on the state at the start of the month."""
    p, s, sbar, most, force = war.p, war.s, war.p["patron.baseline"][1], war.most, war.N[1]
    rho, lost = p["support.persistence"][1], p["will.level"][1] - war.will[1]
    excess = war.Lobs - p["spigot.line"][1] - war.L0
    rescue = clip(s + force * (exp(excess) - 1), sbar, most)
    late = (war.Lobs, *war.short)[round(p["spigot.delay"][1])] - p["spigot.line"][1] - war.L0
    alarm = late > -p["spigot.overshoot"][1] * war.alarm
    dead, scale = sum(war.casualties[1]) / 3, p["pressure.scale"][1]
    haste = exp(p["pressure.exit"][1] * lost) * ((scale + dead) / (scale + war.usual_dead[1])) ** p["pressure.elasticity"][1]
    aid = p["supply.equivalents-heavy"] * war.aid[0] + p["supply.equivalents-counter"] * war.Y[0]
    race = (p["richardson.gain"][1] * aid + p["richardson.grievance"][1]) / max(1 - rho + p["richardson.fatigue"][1], 1e-6)
    lethal = clip(aid / p["opportunist.lethal"][1], 0, 1) if war.owner_before >= 4 else 0.0
    chance = max(war.L0 - war.Lobs - p["opportunist.margin"][1], 0) * max(1 - p["opportunist.deterrence"][1] * lethal, 0)
    seized = p["opportunist.gain"][1] * sbar * chance / max(1 - rho, 1e-6)
    mode = next_mode(war, excess, lost, u[18])
    fading = (1 - rho) * sbar / max(1 - rho + p["switching.pace"][1], 1e-6)
    return {
        "inertia": (sbar, 1.0, 1.0),
        "pressure": (sbar, 2 * (1 + p["pressure.gain"][1]), haste),
        "spigot": (rescue, 0.5, 1.0 - alarm),
        "richardson": (clip(sbar + race, 0, most), 1.0, 1.0),
        "opportunist": (min(most, sbar + seized), 1.0, 1.0),
        "rational": (s, 1.0, 1.0),
        "domestic": (sbar, exp(-war.approval[1] / 2), 1.0),
        "switching": ((sbar, rescue, fading)[mode], (1.0, 0.5, 4.0)[mode], float(mode != 1)),
    }


def foreseen(war: Any, u: Sequence[float]) -> tuple[float, float, float]:
    """What the rival is expected to give by its own camp and by the other, if he does not leave now; and the weight of his pain."""
    p, views = war.p, outlooks(war, u)
    stays = {name: told[0] * exp(-p["bargain.horizon"] / 2 * p["support.exit"][1] * told[2]) for name, told in views.items()}
    weights = {name: hypothesis.weight for name, hypothesis in war.rival.theories.items()}
    firm = sum(weight for name, weight in weights.items() if name in ANSWERING)
    soft = sum(weights.values()) - firm
    resolve = logistic(war.faith)
    public = 0.0
    for name, weight in weights.items():
        if firm > 0 and soft > 0:
            weight *= resolve / firm if name in ANSWERING else (1 - resolve) / soft
        else:
            weight /= firm + soft
        public += weight * stays[name]
    return stays[war.theory], public, views[war.theory][1]


def gain(war: Any, side: int, more: float, lasting: float) -> float:
    """Log of what a side's strength is expected to grow by."""
    force = max(war.N[side], 1e-6)
    return log(max(force + more, 0.05 * force) / force) + log(max(lasting, 0.05) / max(war.M[side], 0.05))


def costs(war: Any, side: int, weight: float, effort: Sequence[float], stake: float) -> tuple[float, float]:
    """kappa of a side's client and of its patron; `effort` is the patron's dead and money of a month."""
    p = war.p
    client = p["bargain.cost"] * (p["bargain.cost-floor"] + 0.5 * log2(1 + war.killed[side] / p["bargain.client-dead"]))
    spent = 0.5 * (log2(1 + effort[0] / p["pressure.scale"][side]) + effort[1] / p["patron.budget"][side])
    tired = p["will.level"][side] / max(war.will[side], 0.05)
    return client, p["bargain.cost"] * (p["bargain.cost-floor"] + 2 * p["bargain.weight"] * weight * spent) / sqrt(stake) * tired


def reserves(war: Any, seated: bool) -> tuple[float, float]:
    """What the patron of each side could add before the other could answer, thousand."""
    p, desk = war.p, war.desk
    step, months = war.ladder[war.rung[0]], desk.flow * p["bargain.commitment"]
    goods = p["supply.equivalents-heavy"] * (sum(row[0] for row in war.pipeline) + months * step.heavy)
    goods += p["supply.equivalents-counter"] * (sum(row[1] for row in war.pipeline) + months * step.counter_heavy)
    room = max((war.most if war.s > OVERT_SUPPORT else min(war.most, OVERT_SUPPORT)) - war.s, 0)
    return (1 - p["supply.diversion"]) * goods, min(p["bargain.reserve"][1], room) if seated else 0.0


def bargain(war: Any) -> tuple[float, float, float, float]:
    """Hazards of a settlement and of its end, terms and guarantees of what could be signed."""
    p = war.p
    seated = [war.rung[0] >= 2, war.rung[1] >= 2 and not war.quit]
    known, guessed, weight = (x * (not war.quit) if place < 2 else x for place, x in enumerate(war.foreseen))
    front, power = war.q[0] - war.q[1], [max(war.N[i] * war.mu[i], 1e-6) for i in (0, 1)]
    own = gain(war, 0, 0.0, war.lasting(0, war.worth(war.rung[0])))
    theirs = [gain(war, 1, x - war.s, war.lasting(1, x)) for x in (guessed, known)]  # as camp 0 sees them, and as they do
    hopes = [log(power[0]) + own - log(power[1]) - x for x in theirs]
    reach = p["territory.pace"] * p["bargain.intensity"] * p["bargain.horizon"]

    def share(balance: float) -> float:
        return logistic(front + reach * balance)

    added = reserves(war, seated[1])
    lost, won = log1p(added[1] / max(war.N[1], 1e-6)), log1p(added[0] / max(war.N[0], 1e-6))
    dim = 1 + p["bargain.learning"] * war.learnt
    pains = [
        costs(war, 0, 1.0, (sum(war.casualties[0]) / 3, war.cost[0]), 1.0),
        costs(war, 1, weight, (sum(war.casualties[1]) / 3, war.cost[1]), p["patron.stake-ratio"][1]),
    ]

    def accepts(side: int, party: int, doubted: float) -> float:
        """The share that a party (0 the client, 1 the patron) of a side would just sign."""
        optimism = p[("bargain.optimism-client", "bargain.optimism-patron")[party]][side] / dim
        if side == 0:
            hope = hopes[0] + optimism
            return share(hope) - pains[0][party] + (share(hope) - share(hope - lost)) * doubted
        hope = hopes[1] - optimism
        return share(hope) + pains[1][party] - (share(hope + won) - share(hope)) * doubted

    offer = max(war.desk.offer, war.peacekeepers)
    trust = offer / (offer + p["bargain.guarantee"])
    here = [(side, party) for side in (0, 1) for party in (0, 1) if (seated[side] if party else not war.gone[side])]
    low = max((accepts(0, party, 1 - trust) for side, party in here if side == 0), default=0.0)
    high = min((accepts(1, party, 1 - trust) for side, party in here if side == 1), default=1.0)
    war.low, war.high = (low, high) if war.regime <= 3 else (nan, nan)  # nothing is left to sign after that
    settle = p["bargain.hazard"] * exp(p["bargain.talks"] * (war.talks - 0.4)) * likely((high - low) / p["bargain.tremble"])
    spoil = 1.0
    for side, party in here:
        beyond = accepts(side, party, 1 - war.deal) - war.terms
        spoil += likely((beyond if side == 0 else -beyond) / p["bargain.tremble"])
    calm = p["bargain.recurrence-guarantees"] * war.deal + p["bargain.recurrence-age"] * log1p(war.age)
    return (
        settle,
        p["bargain.recurrence"] * exp(-calm) * spoil,
        clip(low + p["bargain.surplus"] * (high - low), 0.001, 0.999),
        trust,
    )
