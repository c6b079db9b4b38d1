"""The owner's desk of the plain model: moves, rules, silences and shipping (section 5 of docs/explanation/model.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp
from typing import Any

from countermove.scenario.schema import Scenario, WrittenOrders
from countermove.world.expression import Name, evaluate

EFFORT = {"none": -0.10, "low": -0.05, "normal": 0.0, "high": 0.10}
DEADLINES = (12, 24, 60)
REGIMES = {"high-intensity": 0, "truce": 2, "settled": 3, "direct-war": 4}


class Desk:
    """Standing orders, and what becomes of them in a month."""

    def __init__(self, scenario: Scenario, strategy: str, p: Mapping[str, Any], rung: int) -> None:
        """The orders of the first day."""
        self.scenario, self.plan, self.p = scenario, scenario.strategies[strategy], p
        owner = next(iter(scenario.patrons.values()))
        self.ladder, self.names = owner.ladder, {step.name: number for number, step in enumerate(owner.ladder)}
        self.sides, self.patrons = list(scenario.sides), list(scenario.patrons)
        self.rung = self.written = rung
        self.flow, self.line, self.restraint, self.announce = 1.0, 0.0, 0.0, True
        self.sanctions, self.effort, self.offer = scenario.opening.sanctions, 0.0, p["opening.peacekeeping-offered"]
        self.brigades, self.ceiling, self.answer = 0.0, 8, ""
        self.spells = [False] * len(self.plan.when)

    def look(self, war: Any, month: int, name: Name) -> Any:
        """What the owner observes under a name. Looking back is not built in: no strategy of donbas-2017 does."""
        what = name.what
        if name.shift:
            raise NotImplementedError(f"{name.of}.{what} months ago")
        if what in war.news:
            return war.news[what]
        if what in REGIMES:
            return war.regime == REGIMES[what]
        if name.of in self.patrons:
            j = self.patrons.index(name.of)
            found = {"rung": war.seen[j], "raises": bool(j) and war.rose, "quits": bool(j) and war.quit, "will": war.will[j]}
            return 1 / (1 + exp(-war.faith)) if what == "resolve" else war.spent[j] if what == "cost" else found[what]
        if name.of in self.sides:
            i = self.sides.index(name.of)
            found = {"asks": war.asked[i], "losing": war.losing[i], "winning": war.winning[i], "attacks": war.off[i]}
            return found[what] if what in found else war.gone[i] if what == "collapsed" else (war.held(), 1 - war.held())[i]
        return month - 1 if what == "months" else getattr(war, what)

    def set(self, then: WrittenOrders, fresh: bool, now: int, moving: bool) -> None:
        """Put an order on the desk; steps and volumes only where it is `fresh`."""
        if then.rung is not None:
            self.rung = self.written = self.names[then.rung]
            self.flow = 1.0 if then.volume is None else self.flow
        if then.step is not None and fresh:
            self.rung = self.written = min(max(now + then.step, 0), 8)
        if then.volume is not None:
            self.flow = 0.0
            if fresh:
                self.ship(then.volume)
        if then.conditions is not None:
            force = 0.8 if then.enforcement is None else then.enforcement
            self.line = force if "not-at-contact-line" in then.conditions else 0.0
            self.restraint = force if "no-offensives" in then.conditions else 0.0
        self.announce = self.announce if then.announce is None else then.announce
        self.sanctions = self.sanctions if then.sanctions is None else then.sanctions
        self.brigades = self.brigades if then.brigades is None else then.brigades
        self.effort = self.effort if then.diplomacy is None else EFFORT[then.diplomacy]
        self.offer = self.offer if then.peacekeeping_offer is None else then.peacekeeping_offer
        self.ceiling = self.ceiling if then.ceiling is None else self.names[then.ceiling]
        if then.answer is not None:
            self.reply = then.answer
            self.answer = then.answer if moving else self.answer
        if then.exit:
            self.rung = self.ceiling = self.written = 0

    def ship(self, money: float) -> None:
        """A volume at the rung just ordered."""
        step, heavy, counter = self.ladder[self.rung], self.p["supply.price-heavy"], self.p["supply.price-counter"]
        total = step.heavy * heavy + step.counter_heavy * counter
        part = step.heavy * heavy / total if total > 0 else 0.0
        self.parcel = [self.parcel[0] + money * part / heavy, self.parcel[1] + money * (1 - part) / counter]
        self.money, self.lag = self.money + money, step.lag

    def act(self, war: Any, month: int, u: Sequence[float]) -> float:
        """The owner's month: sets its rung, cost and refusal in `war`, loads the pipeline, and returns the pretext given."""
        self.parcel, self.money, self.lag, self.reply = [0.0, 0.0], 0.0, 0, ""
        now, moved, guarded = war.rung[0], False, False
        for move in self.plan.moves:
            if move.at == self.scenario.clock.start + month - 1:
                self.set(move.then, True, now, True)
                moved = True
        for place, rule in enumerate(self.plan.when):
            holds = bool(evaluate(rule.if_, lambda name: self.look(war, month, name)))
            if holds:
                self.set(rule.then, not self.spells[place], now, False)
            self.spells[place] = holds
            guarded = guarded or holds
        asked, news = war.asked[0], war.news
        other = war.rose or war.fell or month - 1 in DEADLINES or (war.losing[0] and not war.losing_before[0])
        other = other or (war.winning[0] and not war.winning_before[0])
        other = other or any(news[event] for event in ("truce-begins", "truce-breaks", "offensive", "incident", "clash", "quit"))
        answered = moved or guarded or (not other and self.answer != "")
        open_ = (other or asked) and not answered and war.regime < 3
        if open_ and self.plan.otherwise is not None:
            self.set(self.plan.otherwise, True, now, False)
        war.silent = open_ and self.plan.otherwise is None
        war.rung[0], granted = self.outcome(war, now, u)
        war.refused[0], war.granted = asked and not granted, granted
        war.unordered = granted and war.silent and not (self.reply or self.answer)
        war.line = self.line
        return self.load(war)

    def outcome(self, war: Any, now: int, u: Sequence[float]) -> tuple[int, bool]:
        """The rung in force and whether a request was granted. The completion is `hold`, as in every strategy of donbas-2017."""
        answer = self.reply or self.answer
        left_open = war.silent and war.asked[0] and not answer
        target, able = min(max(self.rung, 0), self.ceiling), war.will[0] >= self.p["will.floor"]
        rung = (target if able else now) if target > now else now - 1 if target < now else now
        wish = war.asked[0] and (answer == "grant" or (left_open and u[21] < self.p["requests.grant"][0]))
        if wish and able and rung < min(self.ceiling, 8):
            self.written += not left_open
            self.rung = rung + 1
            return rung + 1, True
        return rung, False

    def load(self, war: Any) -> float:
        """Load the pipeline, add up the bill, find the pretext."""
        step, heavy, counter = self.ladder[war.rung[0]], self.p["supply.price-heavy"], self.p["supply.price-counter"]
        war.pipeline[step.lag][0] += self.flow * step.heavy
        war.pipeline[step.lag][1] += self.flow * step.counter_heavy
        war.pipeline[self.lag][0] += self.parcel[0]
        war.pipeline[self.lag][1] += self.parcel[1]
        value = step.heavy * heavy + step.counter_heavy * counter
        war.cost[0] = max(step.cost - value, 0) + self.flow * value + self.money + self.p["alliance.brigade-cost"] * self.brigades
        said = max(war.rung[0] - 3.0, 0.0) if self.announce else 0.0
        pretext, war.announced = max(said - war.announced, 0.0), max(said, war.announced)
        return pretext
