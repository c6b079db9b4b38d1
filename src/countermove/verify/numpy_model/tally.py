"""Paths, measures and the ledger (section 10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from countermove.verify.numpy_model.bargain import Bargain
from countermove.verify.numpy_model.combat import CombatResult
from countermove.verify.numpy_model.draws import Array, Flags, Whole, some
from countermove.verify.numpy_model.facts import DrawnNumbers, Facts
from countermove.verify.numpy_model.hazards import MonthEvents
from countermove.verify.numpy_model.orders import OwnerActions, StandingOrders
from countermove.verify.numpy_model.strength import State, shares
from countermove.world.measure import MEASURE_NAMES, absent

BY_SIDE = {"F": "men", "X": "heavy", "Y": "counter", "q": "ground", "offensive": "offensive", "collapsed": "gone", "M": "upkeep"}
BY_PATRON = ("support", "rung", "will", "dead", "spent", "mode", "quit", "alarm")
BY_WORLD = ("regime", "talks", "credibility", "solidarity", "peacekeepers", "age", "terms", "deal", "learnt")
SPELL = 24  # months that a settlement must hold to count as lasting


@dataclass(frozen=True)
class FinishedMonth:
    """What the tally needs of a finished month besides the state."""

    number: int  # 1..T
    toll: CombatResult
    turn: MonthEvents
    deed: OwnerActions | None
    granted: Flags  # [n] by the owner
    asked: Flags  # [n] of the owner, this month
    cost: Array  # [P, n]
    aid: Array  # [P, n] dAid
    diverted: Array  # [2, n] index
    balance: Array  # [K, n]
    regime_before: Whole
    bargain: Bargain


class Tally:
    """Collects what is measured as the months go by."""

    def __init__(self, facts: Facts, numbers: DrawnNumbers, months: int, window: int, state: State) -> None:
        """`window` is the month of first delivery; `state` the first day."""
        self._facts, self._numbers, self._months, self._window = facts, numbers, months, window
        runs = len(state.regime)
        self._middle = min(24, months)
        self._support = state.support[facts.rivals].sum(axis=0)
        self._rung, self._held = state.rung[0].copy(), shares(state.ground)[0][0]
        self._people = state.men.copy()
        self.paths: dict[str, Array] = {}
        for name, field in BY_SIDE.items():
            self.paths[name] = np.empty((months, len(facts.sides), runs), dtype=getattr(state, field).dtype)
        for name in BY_PATRON:
            self.paths[name] = np.empty((months, len(facts.patrons), runs), dtype=getattr(state, name).dtype)
        for name in BY_WORLD:
            self.paths[name] = np.empty((months, runs), dtype=getattr(state, name).dtype)
        self.paths |= {name: np.empty((months, runs)) for name in ("deaths", "balance", "low", "high")}
        self.paths["silent"] = np.zeros((months, runs), dtype=bool)
        self._sums = {name: np.zeros(runs) for name in MEASURE_NAMES}
        self._first = {name: np.full(runs, np.nan) for name in ("month", "terms", "guarantees", "broken")}
        self._early, self._change, self._deliveries = np.zeros(runs), np.zeros(runs), np.zeros(runs)
        self._persons = np.zeros_like(state.men)
        self._heavy, self._counter, self._money = np.zeros(runs), np.zeros(runs), np.zeros(runs)

    def add(self, state: State, month: FinishedMonth, orders: StandingOrders) -> None:
        """Book a month; `state` is that of its end."""
        row = month.number - 1
        for name, field in BY_SIDE.items():
            self.paths[name][row] = getattr(state, field)
        for name in BY_PATRON:
            self.paths[name][row] = getattr(state, name)
        for name in BY_WORLD:
            self.paths[name][row] = getattr(state, name)
        self.paths["deaths"][row], self.paths["balance"][row] = month.toll.dead, month.balance[0]
        self.paths["low"][row], self.paths["high"][row] = month.bargain.low, month.bargain.high
        self._settle(month)
        sums, turn, facts = self._sums, month.turn, self._facts
        if month.deed is not None:
            self.paths["silent"][row] = month.deed.silent
            sums["silences"] += month.deed.silent
        for limit in (12, 24, 60):
            if month.number <= limit:
                sums[f"settlement-by-{limit}-months"] = np.maximum(sums[f"settlement-by-{limit}-months"], turn.regime == 3)
        if self._window <= month.number <= self._window + 5:
            sums["offensive-own"] = np.maximum(sums["offensive-own"], turn.began[0])
            sums["offensive-rival"] = np.maximum(sums["offensive-rival"], some(turn.began[1:]))
        unanswered = turn.incident & ~turn.answered
        events = {"clash": turn.clash, "direct-war": turn.regime == 4, "spread": turn.incident, "spread-unanswered": unanswered}
        events |= {"exchange": turn.exchange, "peacekeepers": turn.peacekeepers > 0.0}
        for name, event in events.items():
            sums[name] = np.maximum(sums[name], event)
        sums["deaths"] += month.toll.dead
        sums["requests"] += month.asked
        sums["granted"] += month.granted
        if month.deed is not None:
            sums["granted-unordered"] += month.granted & month.deed.unordered
        sums["truces"] += turn.truce_began
        self._early += turn.broke_early
        sums["truce-length"] += 0.5 * turn.truce_began + (month.regime_before == 2)
        aid = month.aid[0]
        self._deliveries += aid > 0.0
        self._change += np.where(aid > 0.0, turn.break_change, 0.0)
        if month.number == self._middle:
            sums["drawn-in"] = 1.0 * (state.rung[0] > orders.written)
            sums["drawn-in-from-start"] = 1.0 * (state.rung[0] > self._rung)
            sums["rung-24"] = 1.0 * state.rung[0]
            sums["support-change"] = state.support[facts.rivals].sum(axis=0) - self._support
        self._book(month)

    def _settle(self, month: FinishedMonth) -> None:
        """Keep the first settlement and the month in which it broke."""
        turn, first = month.turn, self._first
        new = turn.settled & np.isnan(first["month"])
        for name, value in {"month": month.number, "terms": turn.terms, "guarantees": turn.deal}.items():
            first[name] = np.where(new, value, first[name])
        first["broken"] = np.where(turn.recurred & np.isnan(first["broken"]), month.number, first["broken"])

    def _peace(self) -> dict[str, Array]:
        """The measures of the first settlement, [n] each."""
        first = self._first
        end = first["month"] + SPELL
        broke = first["broken"] <= end
        return {
            "settlement-month": first["month"],
            "settlement-terms": first["terms"],
            "settlement-guarantees": first["guarantees"],
            "settlement-lasts": np.where(end <= self._months, 1.0 * ~broke, np.nan),
            "settled-ground": np.where(np.isnan(first["month"]), 0.0, first["terms"] - self._held),
            "recurrence": 1.0 * ~np.isnan(first["broken"]),
        }

    def _book(self, month: FinishedMonth) -> None:
        """Add what came in and take out what went, from the flows alone."""
        toll, deed = month.toll, month.deed
        self._persons += toll.recovered - toll.of_sides / 1000.0
        replaced = toll.destroyed - toll.destroyed_extra
        # what is captured changes hands; the rest of what is destroyed is gone
        self._heavy += (replaced - toll.destroyed * (1.0 - self._numbers("supply.captured"))).sum(axis=0)
        self._counter -= toll.worn.sum(axis=0)
        if deed is not None:
            self._heavy += deed.shipped[0] - month.diverted[0]
            self._counter += deed.shipped[1] - month.diverted[1]
            self._money += deed.priced
        else:
            self._money += month.cost[0]

    def measures(self, state: State) -> dict[str, Array]:
        """Measure name -> [n], at the end of the run."""
        rivals = self._facts.rivals
        sums: dict[str, npt.NDArray[Any]] = dict(self._sums) | self._peace()
        begun = sums["truces"]
        sums["collapse-own"], sums["collapse-rival"] = 1.0 * state.gone[0], 1.0 * some(state.gone[1:])
        sums["rival-quits"] = 1.0 * some(state.quit[rivals])
        sums["silent"] = 1.0 * (sums["silences"] > 0)
        sums["civilians"] = self._numbers.world("civilians.ratio") * sums["deaths"]
        sums["deaths-owner"], sums["deaths-rival"] = state.dead[0], state.dead[rivals].sum(axis=0)
        sums["cost"], sums["cost-rival"] = state.spent[0], state.spent[rivals].sum(axis=0)
        sums["territory"], sums["talks"] = shares(state.ground)[0][0], state.talks
        sums["credibility"], sums["solidarity"] = state.credibility, state.solidarity
        sums["will"] = state.will[0]
        sums["will-rival"] = state.will[rivals].min(axis=0, initial=1.0)
        sums["truces-broken-in-30-days"] = _ratio(self._early, begun)
        sums["truce-length"] = _ratio(sums["truce-length"], begun)
        sums["truce-break-change"] = _ratio(self._change, self._deliveries)
        sums |= dict.fromkeys(absent(self._months, int(rivals.sum()), self._facts.front), np.full(len(begun), np.nan))
        return {name: np.asarray(sums[name], dtype=np.float64) for name in MEASURE_NAMES}

    def ledger(self, state: State) -> Mapping[str, Array]:
        """What is left over after every flow is taken off the stocks; zero but for rounding."""
        return {
            "persons": state.men - self._people - self._persons,
            "heavy": state.heavy.sum(axis=0) + state.pipeline[:, 0].sum(axis=0) - self._heavy,
            "counter": state.counter.sum(axis=0) + state.pipeline[:, 1].sum(axis=0) - self._counter,
            "money": state.spent[0] - self._money,
        }


def _ratio(above: Array, below: Array) -> Array:
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0.0)
