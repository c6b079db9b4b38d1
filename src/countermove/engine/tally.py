"""Measures summed up while a run goes on, so that no path needs to be kept; and the table of one number a run they end in."""

from __future__ import annotations

from functools import reduce
from typing import Any, NamedTuple

import jax.numpy as jnp

from countermove.dynamics.strength import Params
from countermove.dynamics.territory import shares
from countermove.engine.acting import Report
from countermove.world.cast import Array, Cast
from countermove.world.measure import MEASURE, MEASURE_NAMES, absent, judged_at
from countermove.world.state import COLLAPSED, SETTLED, WAR, State

LASTING = 24  # months after which a settlement is said to have lasted


class Tally(NamedTuple):
    """Running sums, [n] each."""

    settled_at: Array  # month of the first settlement counted from 1; infinite if none
    recurred_at: Array  # month in which that settlement ended; infinite if it did not
    terms: Array  # of the first settlement
    pledged: Array
    clash: Array
    incident: Array
    unanswered: Array
    exchange: Array
    deployed: Array
    silences: Array
    deaths: Array
    civilians: Array
    attack_own: Array
    attack_rival: Array
    drawn_in: Array
    risen: Array
    support_24: Array
    rung_24: Array
    truces: Array
    broken_early: Array
    truce_months: Array
    break_change: Array
    deliveries: Array
    requests: Array
    granted: Array
    unordered: Array


def empty(n: int) -> Tally:
    """Nothing has happened yet."""
    zero = jnp.zeros(n, jnp.float32)
    return Tally(zero + jnp.inf, zero + jnp.inf, *([zero] * (len(Tally._fields) - 2)))


def _ever(old: Array, new: Array) -> Array:
    return jnp.maximum(old, new)


def tally(cast: Cast, p: Params, sums: Tally, after: State, month: Array, report: Report, first_delivery: Any) -> Tally:
    """The sums after one more month; `month` counts from 0, `first_delivery` from 1."""
    flags = report.flags
    number = month + 1
    window = (number >= first_delivery) & (number < first_delivery + 6)
    judged = month == (judged_at(MEASURE["drawn-in"], cast.months) or cast.months) - 1
    rivals = cast.enemies[0]
    support = sum((after.support[j] for j in rivals), after.oil * 0)
    hit = report.owner_aid > 0
    first = jnp.isinf(sums.settled_at) & (after.regime == SETTLED)
    return Tally(
        settled_at=jnp.where(first, number, sums.settled_at),
        recurred_at=jnp.minimum(sums.recurred_at, jnp.where(flags.recurs > 0, number, jnp.inf)),
        terms=jnp.where(first, after.terms, sums.terms),
        pledged=jnp.where(first, after.pledged, sums.pledged),
        clash=_ever(sums.clash, flags.clash),
        incident=_ever(sums.incident, flags.incident),
        unanswered=_ever(sums.unanswered, flags.unanswered),
        exchange=_ever(sums.exchange, flags.exchange),
        deployed=_ever(sums.deployed, (after.peacekeepers > 0).astype(jnp.float32)),
        silences=sums.silences + report.silent,
        deaths=sums.deaths + report.deaths,
        civilians=sums.civilians + report.civilians,
        attack_own=jnp.where(window, _ever(sums.attack_own, flags.attack[0]), sums.attack_own),
        attack_rival=jnp.where(window, _ever(sums.attack_rival, jnp.clip(sum(flags.attack[1:]), 0, 1)), sums.attack_rival),
        drawn_in=jnp.where(judged, (after.rung[0] > after.orders.written).astype(jnp.float32), sums.drawn_in),
        risen=jnp.where(judged, (after.rung[0] > cast.start_rung).astype(jnp.float32), sums.risen),
        support_24=jnp.where(judged, support, sums.support_24),
        rung_24=jnp.where(judged, after.rung[0], sums.rung_24),
        truces=sums.truces + flags.truce_began,
        broken_early=sums.broken_early + flags.truce_broke * jnp.where(report.was_truce > 0, report.age < 1.5, 1.0),
        truce_months=sums.truce_months + report.was_truce + 0.5 * flags.truce_began,
        break_change=sums.break_change + jnp.where(hit, report.break_change, 0),
        deliveries=sums.deliveries + hit,
        requests=sums.requests + after.asked[0],
        granted=sums.granted + report.granted,
        unordered=sums.unordered + report.unordered,
    )


def _share(part: Array, whole: Array) -> Array:
    return jnp.where(whole > 0, part / jnp.maximum(whole, 1), jnp.nan)


def _of_settlement(cast: Cast, sums: Tally, start_share: Array) -> dict[str, Array]:
    """What the first settlement was, nan without one."""
    settled = sums.settled_at < jnp.inf
    held = sums.recurred_at > sums.settled_at + LASTING
    known = (
        sums.settled_at + LASTING <= cast.months
    )  # of later ones only those that broke could be told, and all would seem to break
    return {
        "settlement-month": jnp.where(settled, sums.settled_at, jnp.nan),
        "settlement-terms": jnp.where(settled, sums.terms, jnp.nan),
        "settlement-guarantees": jnp.where(settled, sums.pledged, jnp.nan),
        "settlement-lasts": jnp.where(known, held, jnp.nan),
        "settled-ground": jnp.where(settled, sums.terms - start_share, 0),
        "recurrence": sums.recurred_at < jnp.inf,
    }


def measures(cast: Cast, sums: Tally, end: State, start: State) -> Array:
    """One number per measure and run, float32 [M, n] in the order of MEASURES; what is absent and a ratio over nothing are nan."""
    rivals, nothing = cast.enemies[0], end.oil * 0
    before = sum((start.support[j] for j in rivals), nothing)
    lowest = reduce(jnp.minimum, (end.will[j] for j in rivals), nothing + jnp.inf)
    collapsed = end.regime == COLLAPSED
    values = {
        "settlement-by-12-months": sums.settled_at <= 12,
        "settlement-by-24-months": sums.settled_at <= 24,
        "settlement-by-60-months": sums.settled_at <= 60,
        "collapse-own": collapsed & (end.gone[0] > 0),
        "collapse-rival": collapsed & (sum(end.gone[1:]) > 0),
        "offensive-own": sums.attack_own,
        "offensive-rival": sums.attack_rival,
        "clash": sums.clash,
        "direct-war": end.regime == WAR,
        "spread": sums.incident,
        "spread-unanswered": sums.unanswered,
        "drawn-in": sums.drawn_in,
        "drawn-in-from-start": sums.risen,
        "rival-quits": sum((end.left[j] for j in rivals), nothing) > 0,
        "exchange": sums.exchange,
        "peacekeepers": sums.deployed,
        "silent": sums.silences > 0,
        "silences": sums.silences,
        "deaths": sums.deaths,
        "civilians": sums.civilians,
        "deaths-owner": end.dead[0],
        "deaths-rival": sum((end.dead[j] for j in rivals), nothing),
        "territory": shares(cast, end.ground)[0],
        "support-change": sums.support_24 - before,
        "cost": end.spent[0],
        "cost-rival": sum((end.spent[j] for j in rivals), nothing),
        "truces": sums.truces,
        "truces-broken-in-30-days": _share(sums.broken_early, sums.truces),
        "truce-length": _share(sums.truce_months, sums.truces),
        "truce-break-change": _share(sums.break_change, sums.deliveries),
        "requests": sums.requests,
        "granted": sums.granted,
        "granted-unordered": sums.unordered,
        "rung-24": sums.rung_24,
        "talks": end.track,
        "credibility": end.credibility,
        "solidarity": end.solidarity,
        "will": end.will[0],
        "will-rival": lowest,
    }
    values |= _of_settlement(cast, sums, shares(cast, start.ground)[0])
    values |= dict.fromkeys(absent(cast.months, len(rivals), cast.territory), nothing + jnp.nan)
    return jnp.stack([jnp.asarray(values[name]).astype(jnp.float32) for name in MEASURE_NAMES])
