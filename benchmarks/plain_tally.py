"""The measures of the plain model (section 10 of docs/explanation/model.md)."""

from __future__ import annotations

from math import inf, nan
from typing import Any


def first_delivery(war: Any) -> int:
    """The month of first delivery written in the strategy, else in any strategy, else 1."""

    def month(plan: Any) -> int | None:
        for move in plan.moves:
            step = None if move.then.rung is None else war.ladder[war.desk.names[move.then.rung]]
            if step is not None and (step.heavy + step.counter_heavy > 0 or move.then.volume is not None):
                return move.at - war.scenario.clock.start + 1 + step.lag
        return None

    own = month(war.desk.plan)
    if own is not None:
        return own
    return min((found for plan in war.scenario.strategies.values() if (found := month(plan)) is not None), default=1)


class Tally:
    """Sums of one run."""

    def __init__(self, war: Any) -> None:
        """Nothing has happened yet."""
        names = ("clash", "spread", "spread-unanswered", "exchange", "peacekeepers", "offensive-own", "offensive-rival", "drawn-in")
        self.ever = dict.fromkeys(names, False)
        self.peace: tuple[float, ...] = ()  # month, terms and guarantees of the first settlement
        self.broken_at, self.risen = inf, False
        self.settled_at, self.silences, self.deaths, self.requests, self.granted, self.unordered = 1000, 0, 0.0, 0, 0, 0
        self.truces, self.early, self.length, self.broken, self.deliveries = 0, 0, 0.0, 0.0, 0
        self.window, self.start, self.regime = first_delivery(war), war.s, war.regime
        self.change = self.rung = 0.0

    def add(self, war: Any, month: int) -> None:
        """Book a month, counted from 1."""
        news, ever = war.news, self.ever
        if war.regime == 3:
            self.settled_at = min(self.settled_at, month)
            self.peace = self.peace or (month, war.terms, war.deal)
        if war.recurs:
            self.broken_at = min(self.broken_at, month)
        ever["clash"] |= news["clash"]
        ever["spread"] |= news["incident"]
        ever["spread-unanswered"] |= news["incident"] and not war.answered
        ever["exchange"] |= news["exchange"]
        ever["peacekeepers"] |= war.peacekeepers > 0
        if self.window <= month <= self.window + 5:
            ever["offensive-own"] |= war.began == "offensive 0"
            ever["offensive-rival"] |= war.began == "offensive 1"
        self.silences += war.silent
        self.deaths += war.deaths
        self.requests += war.asked[0]
        self.granted += war.granted
        self.unordered += war.unordered
        self.truces += news["truce-begins"]
        self.early += war.broke_early and news["truce-breaks"]
        self.length += 0.5 * news["truce-begins"] + (self.regime == 2)
        self.regime = war.regime
        if war.dAid[0] > 0:
            self.deliveries += 1
            self.broken += war.break_change
        if month == min(24, war.scenario.clock.months):
            ever["drawn-in"] = war.rung[0] > war.desk.written
            self.risen = war.rung[0] > war.start_rung[0]
            self.change, self.rung = war.s - self.start, war.rung[0]

    def measures(self, war: Any) -> dict[str, float]:
        """Measure -> number, at the end of the run."""
        ratio = {
            "truces-broken-in-30-days": self.early / self.truces if self.truces else nan,
            "truce-length": self.length / self.truces if self.truces else nan,
            "truce-break-change": self.broken / self.deliveries if self.deliveries else nan,
        }
        ends = {
            "collapse-own": war.gone[0], "collapse-rival": war.gone[1], "direct-war": war.regime == 4, "rival-quits": war.quit,
            "silent": self.silences > 0, "silences": self.silences, "deaths": self.deaths,
            "civilians": war.p["civilians.ratio"] * self.deaths, "deaths-owner": war.dead[0], "deaths-rival": war.dead[1],
            "territory": war.held(), "support-change": self.change, "cost": war.spent[0], "cost-rival": war.spent[1],
            "truces": self.truces, "requests": self.requests, "granted": self.granted, "granted-unordered": self.unordered,
            "rung-24": self.rung if war.scenario.clock.months >= 24 else nan, "talks": war.talks,
            "credibility": war.credibility, "solidarity": war.solidarity, "will": war.will[0], "will-rival": war.will[1],
        }  # fmt: skip
        months = war.scenario.clock.months
        settled = {f"settlement-by-{n}-months": self.settled_at <= n if n <= months else nan for n in (12, 24, 60)}
        return {name: float(value) for name, value in (settled | self.ever | ratio | ends | self.after(war)).items()}

    def after(self, war: Any) -> dict[str, float]:
        """What became of the first settlement."""
        month, terms, guarantees = self.peace or (nan, nan, nan)
        held, seen = self.broken_at > month + 24, month + 24 <= war.scenario.clock.months
        return {
            "settlement-month": month, "settlement-terms": terms, "settlement-guarantees": guarantees,
            "settlement-lasts": held if seen else nan,
            "settled-ground": terms - war.p["opening.held"] if self.peace else 0.0, "recurrence": self.broken_at < inf,
            "drawn-in-from-start": self.risen,
        }  # fmt: skip
