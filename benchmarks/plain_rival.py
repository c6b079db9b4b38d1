"""The rival patron of the plain model: what it gives under inertia or spigot, and what every theory expects of it (section 6 of the page)."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, expm1, log1p
from typing import Any

from plain_maths import OVERT, clip, logistic, pair, rung_of, time_to

RESOLUTE = ("spigot", "switching")  # these answer every setback with more
LEAST = 1e-6  # what a denominator that may vanish counts for


def means(war: Any) -> float:
    """The most that the patron can give, thousand."""
    most = max(war.p["patron.means"][1], war.p["patron.baseline"][1])
    return min(most, OVERT) if war.rival.covert else most


def spigot(war: Any) -> tuple[float, bool]:
    """By how much the shortfall that is seen late lies over the line, and whether that gives the alarm."""
    p = war.p
    late = (war.Lobs, *war.short)[round(p["spigot.delay"][1])]
    over = late - p["spigot.line"][1] - war.L0
    return over, over > -p["spigot.overshoot"][1] * war.alarm


def next_mode(war: Any, u: float) -> int:
    """The mode of a patron who only sustained so far: 0 sustain, 1 rescue, 2 withdraw."""
    p, row = war.p, war.p["switching.from-sustain"]
    rescue = row[1] * exp(p["switching.rescue"][1] * (war.Lobs - p["spigot.line"][1] - war.L0))
    withdraw = row[2] * exp(p["switching.withdraw"][1] * (p["will.level"][1] - war.will[1]))
    total = row[0] + rescue + withdraw
    return 0 if row[0] > u * total else 1 if row[0] + rescue > u * total else 2


def weariness(war: Any) -> float:
    """The factor of pressure on the hazard of leaving."""
    p, scale = war.p, war.p["pressure.scale"][1]
    toll = log1p(sum(war.recent[1]) / 3 / scale) - log1p(war.c_ref[1] / scale)
    return exp(p["pressure.exit"][1] * (p["will.level"][1] - war.will[1]) + p["pressure.elasticity"][1] * toll)


def outlooks(war: Any, alarm: bool, u: Sequence[float]) -> dict[str, tuple[float, float]]:
    """Theory -> what it expects in the long run, thousand, and its factor on the hazard of leaving; seen at the start of the month."""
    p, s, sbar, top = war.p, war.s, war.p["patron.baseline"][1], means(war)
    drift = 1 - p["support.persistence"][1]
    aid = p["supply.equivalents-heavy"] * war.aid[0] + p["supply.equivalents-counter"] * war.Y[0]
    needed = clip(s + war.N[1] * expm1(war.Lobs - p["spigot.line"][1] - war.L0), sbar, top)
    race = (p["richardson.gain"][1] * aid + p["richardson.grievance"][1]) / max(drift + p["richardson.fatigue"][1], LEAST)
    lethal = clip(aid / p["opportunist.lethal"][1], 0, 1) if war.rung_before >= 4 else 0.0
    open_ = max(1 - p["opportunist.deterrence"][1] * lethal, 0)
    chance = p["opportunist.gain"][1] * sbar * max(war.L0 - war.Lobs - p["opportunist.margin"][1], 0) * open_
    mode = next_mode(war, u[18])
    withdrawn = drift * sbar / max(drift + p["switching.pace"][1], LEAST)
    return {
        "inertia": (sbar, 1.0),
        "pressure": (sbar, weariness(war)),
        "spigot": (needed, 0.0 if alarm else 1.0),
        "richardson": (clip(sbar + race, 0, top), 1.0),
        "opportunist": (min(top, sbar + chance / max(drift, LEAST)), 1.0),
        "rational": (s, 1.0),
        "domestic": (sbar, 1.0),
        "switching": ((sbar, needed, withdrawn)[mode], 0.0 if mode == 1 else 1.0),
    }


def foresee(war: Any, alarm: bool, u: Sequence[float]) -> None:
    """S^e as his own camp knows it and as the other camp reckons, thousand."""
    half, leaving = war.p["bargain.horizon"] / 2, war.p["support.exit"][1]
    found = {name: exp(-half * leaving * x) * more for name, (more, x) in outlooks(war, alarm, u).items()}
    weights = {name: theory.weight for name, theory in war.rival.theories.items()}
    firm = sum(weights[name] for name in RESOLUTE)
    rest, resolve = sum(weights.values()) - firm, logistic(war.faith)
    share = {name: resolve / firm if name in RESOLUTE else (1 - resolve) / rest for name in weights}
    war.known = 0.0 if war.quit else found[war.theory]
    war.public = 0.0 if war.quit else sum(share[name] * weight * found[name] for name, weight in weights.items())


def give(war: Any, pretext: float, u: Sequence[float]) -> None:
    """Leaving, the request, and the month's support in the open or not."""
    p, s, sbar = war.p, war.s, war.p["patron.baseline"][1]
    rho = p["support.persistence"][1]
    wish = rho * s + (1 - rho) * sbar
    over, alarm = spigot(war)
    if war.theory == "spigot":
        given = (s, *war.gave)[round(p["spigot.delay"][1])]
        wish = max(wish, given + p["spigot.gain"][1] * war.N[1] * (over + p["spigot.overshoot"][1] * alarm))
    stays = war.theory == "spigot" and alarm
    war.just_quit = not war.quit and not stays and time_to(u[16], p["support.exit"][1]) < 1
    war.quit = war.quit or war.just_quit
    if war.bargains:
        foresee(war, alarm, u)
    war.alarm = stays
    granted = war.asked[1] and u[22] < min(1, p["requests.grant"][1] * war.will[1] / p["will.level"][1])
    wish += p["support.noise"][1] * pair(u[6], u[7])[1] + granted * p["requests.step"][1] * sbar + pretext * p["pretext.support"]
    top = means(war)
    eager = p["intervention.readiness"][1] * max(wish / OVERT - 1, 0)
    overt = not war.rival.covert and (s > OVERT or time_to(u[52], eager) < 1)
    war.s = 0.0 if war.quit else clip(wish, 0, top if overt else min(OVERT, top))
    war.gained = max(war.s - s, 0)
    war.refused[1] = war.asked[1] and not granted
    war.rung[1] = rung_of(war.s)
    war.cost[1] = war.rival.ladder[war.rung[1]].cost
    war.short, war.gave = [war.Lobs, war.short[0]], [s, war.gave[0]]
