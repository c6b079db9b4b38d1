"""What may happen in a month of the plain model (section 8 of docs/explanation/model.md)."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf, log, log1p
from typing import Any

from plain_bargain import bargain, logistic

HIGH, POSITIONAL, TRUCE, SETTLED, DIRECT_WAR, COLLAPSED = range(6)


def time_to(u: float, hazard: float) -> float:
    """When a clock rings, in months."""
    return -log(u) / hazard if hazard > 0 else inf


def breakdown(war: Any, age: float, own: float = 1.0) -> float:
    """h_B at an age of the truce, with this share of the owner's aid."""
    p = war.p
    push = p["truces.break-base"] + p["truces.break-aid-owner"] * war.dAid[0] * own + p["truces.break-aid-rival"] * war.dAid[1] / 5
    push += p["truces.break-balance"] * abs(war.b) - p["truces.break-peacekeepers"] * war.peacekeepers
    return exp(push - p["truces.break-age"] * log1p(age))


def clocks(war: Any, u: Sequence[float]) -> dict[str, float]:
    """The race of section 8: event -> when it would happen."""
    p, regime = war.p, war.regime
    times: dict[str, float] = {}
    if regime == HIGH:
        times = {f"culminate {i}": time_to(u[27 + i], p["posture.culmination"]) for i in (0, 1) if war.off[i]}
    if regime <= POSITIONAL:
        onset = p["truces.onset-base"] + p["truces.onset-deaths"] * log1p(war.deaths / 100)
        onset += p["truces.onset-talks"] * war.talks - p["truces.onset-balance"] * abs(war.b)
        times["onset"] = time_to(u[38], exp(onset))
    if regime in (POSITIONAL, TRUCE):
        for i, ahead in ((0, war.b - war.b_ref), (1, war.b_ref - war.b)):
            push = p["posture.offensive-base"][i] + p["posture.offensive-balance"][i] * ahead
            hazard = exp(push - p["posture.offensive-talks"][i] * (war.talks - 0.4))
            hazard *= 1 - war.desk.restraint * (1 - p["side.slack"][0]) if i == 0 else 1
            times[f"offensive {i}"] = time_to(u[25 + i], hazard)
        times["settle"] = time_to(u[40], war.signing[0])
    if regime == TRUCE:
        times["break"] = time_to(u[39], breakdown(war, war.age))
    return times


def chance(war: Any, u: Sequence[float]) -> None:
    """Section 8: what happens this month, and the regime after it."""
    p, regime, free = war.p, war.regime, war.regime < SETTLED
    war.signing = bargain(war)
    war.recurs = regime == SETTLED and time_to(u[53], war.signing[1]) < 1
    times = clocks(war, u)
    first = min(times, key=times.__getitem__, default="")
    first = first if first and times[first] < 1 else ""
    x_own, x_rival = war.rung
    danger = (
        p["spread.x-own"] * (x_own - 8) + p["spread.x-rival"] * (x_rival - 8) + p["spread.x-both"] * (x_own * x_rival - 64) / 10
    )
    clash = free and -log(u[41]) < p["spread.clash-top"] * exp(danger)
    direct = clash and u[42] < p["spread.war-given-clash"]
    ready = p["alliance.readiness"] + war.desk.brigades
    danger -= p["spread.incident-credibility"] * (war.credibility - 0.7) + p["spread.incident-readiness"] * ready / 7
    incident = free and -log(u[43]) < p["spread.incident-top"] * exp(danger)
    steady = p["spread.answer"] + p["spread.answer-credibility"] * (war.credibility - 0.5) + p["spread.answer-readiness"] * ready
    answered = incident and u[44] < logistic(steady)
    force, share = p["truces.collapse-force"], war.held()
    gone = [free and (war.after[i] < force or (share, 1 - share)[i] < p["side.collapse-share"][i]) for i in (0, 1)]
    first = "" if any(gone) or direct else first
    began, at_once = first.startswith("offensive"), first == "onset" and -log(u[39]) < breakdown(war, 0) / 2
    war.break_change = exp(-breakdown(war, 0, own=0.0)) - exp(-breakdown(war, 0))
    if any(gone) or direct:
        war.regime = COLLAPSED if any(gone) else DIRECT_WAR
    elif began or first.startswith("culminate") or first in ("break", "settle"):
        war.regime = HIGH if began else SETTLED if first == "settle" else POSITIONAL
    elif first == "onset" and not at_once:
        war.regime = TRUCE
    elif war.recurs:
        war.regime = POSITIONAL
    if first == "settle":
        war.terms, war.deal = war.signing[2:]
    ended = first.startswith("culminate") or (first == "onset" and not at_once) or war.regime >= SETTLED
    war.off = [(war.off[i] and not ended) or first == f"offensive {i}" for i in (0, 1)]
    war.broke_early = at_once or (first == "break" and war.age <= 1)
    holds = (first == "onset" and not at_once) or first == "settle"
    war.age = (1.0 if holds else war.age + 1) if war.regime in (TRUCE, SETTLED) else 0.0
    war.gone = [war.gone[i] or gone[i] for i in (0, 1)]
    ease = exp(p["diplomacy.ease"] * (war.talks - 0.4))
    exchange = regime in (POSITIONAL, TRUCE) and -log(u[45]) < p["diplomacy.exchange"] * ease
    wanted = regime == TRUCE and war.desk.offer > 0 and war.peacekeepers == 0
    if wanted and -log(u[46]) < p["diplomacy.deployment"] * ease:
        war.peacekeepers = war.desk.offer
    war.peacekeepers = 0.0 if war.regime == HIGH else war.peacekeepers
    war.began, war.answered = first if began else "", answered
    war.news = {"truce-begins": first == "onset", "truce-breaks": at_once or first == "break", "offensive": began, "clash": clash,
                 "incident": incident, "exchange": exchange, "deaths": war.reported, "quit": war.left_now}  # fmt: skip
