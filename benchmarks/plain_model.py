"""The war of donbas-2017 as a plain Python model: one call, one run, numbers as floats, as one writes it for EMA Workbench.

Two sides and two patrons (0 is the owner or its client), a settled front, a mediator and allies, the theories inertia and spigot, and of
docs/explanation/model.md, whose sections the comments name, all that such a war has. It is a peer to be timed against and a third reading
of that page: on the same uniforms its paths are those of `countermove.reference` (tests/test_bench_plain.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import exp, log, log1p, nan, sqrt
from typing import Any

from plain_bargain import bargain
from plain_maths import NOBODY, Numbers, clip, lanchester, logistic, logit, pair, rung_of, time_to, worth
from plain_owner import Desk
from plain_rival import give
from scipy.special import gammaincinv

from countermove.scenario.schema import Scenario

HIGH, POSITIONAL, TRUCE, SETTLED, DIRECT_WAR, COLLAPSED = range(6)
SLOTS = 54  # uniforms a month
PATHS = ("F", "X", "Y", "q", "offensive", "collapsed", "support", "rung", "will", "dead", "spent", "quit", "regime", "talks", "credibility",
         "solidarity", "peacekeepers", "age", "deaths", "balance", "silent", "M", "terms", "deal", "learnt",
         "low", "high")  # fmt: skip


def numbers_of(params: Mapping[str, Any], run: int) -> Numbers:
    """The numbers of one run out of arrays with the runs last: a float, or one per side or patron; rows of switching, the rival's."""

    def flat(row: Any) -> float:
        return float(row[run if len(row) > 1 else 0])

    rows = {name: value[:, -1] if value.ndim == 3 else value for name, value in params.items()}
    return {name: flat(value) if value.ndim == 1 else tuple(flat(row) for row in value) for name, value in rows.items()}


class War:
    """One run in the making. Lists of two are by side, or by patron; patron j supports side j."""

    def __init__(self, scenario: Scenario, strategy: str, theory: str, p: Numbers) -> None:
        """The first day (sections 1, 2 and 5)."""
        self.p, self.theory, self.scenario = p, theory, scenario
        owner, self.rival = scenario.patrons.values()
        self.ladder = owner.ladder
        self.mix = self.rival.mix.get("troops", 0.0), self.rival.mix.get("heavy", 0.0), self.rival.mix.get("counter-heavy", 0.0)
        start = next(i for i, rung in enumerate(owner.ladder) if rung.name == owner.rung)
        self.F = list(p["side.personnel"])
        self.X, self.aid, self.Y = [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]
        self.q = [0.5 * logit(p["opening.held"]), -0.5 * logit(p["opening.held"])]
        self.off, self.gone = [False, False], [False, False]
        self.s = p["support.start"][1] * p["patron.baseline"][1]
        self.rung = [start, rung_of(self.s)]
        self.used_to = worth(start), p["patron.baseline"][1]
        self.M = list(self.staying(self.s))
        self.will, self.dead, self.spent = list(p["will.level"]), [0.0, 0.0], [0.0, 0.0]
        self.alarm, self.quit, self.just_quit = False, False, False
        self.asked, self.detected = [False, False], self.rung[1] >= 7
        self.approval, self.oil = [0.0, 0.0], 0.0
        self.seen, self.faith = list(self.rung), logit(p["belief.prior"][1])
        self.regime, self.age, self.peacekeepers = POSITIONAL, 0.0, 0.0
        self.learnt, self.terms, self.deal = 0.0, 0.0, 0.0
        self.talks, self.credibility, self.solidarity = p["diplomacy.level"], p["spread.credibility"], p["politics.solidarity"]
        self.announced, self.pipeline = max(start - 3.0, 0.0), [[0.0, 0.0] for _ in range(7)]
        self.news = dict.fromkeys(("truce-begins", "truce-breaks", "offensive", "clash", "incident", "exchange"), False)
        self.news["deaths"] = 0.0
        self.losing, self.winning = [False, False], [False, False]
        self.line, self.silent = 0.0, False
        self.refer()
        self.desk = Desk(scenario, strategy, p, start)

    def refer(self) -> None:
        """The references of a settled front, and what was seen and lost before the first day (sections 1 and 2)."""
        p, people = self.p, self.troops()
        self.strength(people)
        self.b_ref = self.seen_b = self.b
        self.L0 = self.Lobs = self.shortfall()[1]
        self.short, self.gave, self.variance = [self.L0, self.L0], [self.s, self.s], p["observation.balance-error"] ** 2
        self.anti_ref, self.rung_ref = self.anti(), list(self.rung)
        pace = p["attrition.intensity-positional"] * (1 + 2 * p["posture.probe-intensity"] * logistic(p["posture.probe-base"]))
        lost = self.attrition(pace, (1.0, 1.0))
        self.c_ref = [1000 * lost[j] * people[j] for j in (0, 1)]
        self.recent = [[lost, lost, lost] for lost in self.c_ref]
        bill = self.ladder[self.rung[0]].cost, self.rival.ladder[self.rung[1]].cost
        self.pain_ref = self.pain(self.c_ref, bill, self.scenario.opening.sanctions)

    def staying(self, support: float) -> list[float]:
        """Section 2: D of both sides while the rival patron gives so much."""
        given, used, needs = (worth(self.rung[0]), support), self.used_to, self.p["side.dependence"]
        return [1 - needs[i] * (1 - min(1, given[i] / used[i])) if used[i] > 0 else 1.0 for i in (0, 1)]

    def anti(self) -> tuple[float, float]:
        """Section 7: how far the armour of both sides is hunted."""
        return self.J[1] / (1 + self.J[1]), self.J[0] / (1 + self.J[0])

    def pain(self, losses: Sequence[float], cost: Sequence[float], sanctions: float) -> list[float]:
        """Section 9: what a month takes from the will of both patrons."""
        p, bite = self.p, sanctions * self.solidarity
        return [
            p["will.blood"][j] * log1p(losses[j] / p["pressure.scale"][j])
            + p["will.money"][j] * max(cost[j] / p["patron.budget"][j] - 1, 0)
            + p["will.sanctions"][j] * bite * j
            for j in (0, 1)
        ]

    def troops(self) -> tuple[float, float]:
        """D of both patrons, thousand persons."""
        return self.ladder[self.rung[0]].troops, self.mix[0] * self.s / self.p["attrition.patron-weight"][1]

    def strength(self, people: Sequence[float]) -> None:
        """Section 2: N~, H, J, quality and the balance of side 0."""
        p, s = self.p, self.s
        weight, heavy, counter = p["attrition.patron-weight"], p["side.heavy"], p["side.counter-heavy"]
        self.N = n0, n1 = self.F[0] + weight[0] * people[0], self.F[1] + weight[1] * people[1]
        line = self.line if self.regime != HIGH else 0.0
        m0, m1 = self.M
        self.H = h0, h1 = m0 * heavy[0] + self.X[0], m1 * heavy[1] + self.X[1] + self.mix[1] * s / p["supply.equivalents-heavy"]
        self.J = j0, j1 = (
            m0 * counter[0] + self.Y[0] * (1 - line),
            m1 * counter[1] + self.Y[1] + self.mix[2] * s / p["supply.equivalents-counter"],
        )
        armour, blunting, killing = p["attrition.heavy-quality"], p["attrition.blunting"], p["attrition.counter-quality"]
        mu0 = 1 + armour * h0 / (1 + blunting * j1) + killing * (j0 / (1 + j0)) * (h1 / (1 + h1))
        mu1 = 1 + armour * h1 / (1 + blunting * j0) + killing * (j1 / (1 + j1)) * (h0 / (1 + h0))
        self.mu = mu0, mu1
        self.b = log(max(n0 * mu0, NOBODY)) - log(max(n1 * mu1, NOBODY))

    def shortfall(self) -> tuple[float, float]:
        """L of both patrons."""
        short = -self.b - self.p["observation.shortfall-territory"] * (self.q[0] - self.q[1])
        return short, -short

    def held(self) -> float:
        """Share of the contested area that side 0 holds."""
        return 1 / (1 + exp(self.q[1] - self.q[0]))

    def observe(self, month: int, u: Sequence[float]) -> None:
        """Section 4, steps 1 to 3."""
        p = self.p
        n = (*pair(u[0], u[1]), *pair(u[2], u[3]))
        carry, fresh = p["politics.carry"], sqrt(1 - p["politics.carry"] ** 2)
        self.oil = carry * self.oil + fresh * n[0]
        self.approval = [carry * self.approval[0] + fresh * n[1], carry * self.approval[1] + fresh * n[2]]
        people = self.troops()
        self.strength(people)
        error = p["observation.balance-error"]
        before = self.variance + p["observation.balance-drift"] ** 2
        gain = before / (before + error**2) if before + error**2 > 0 else 1.0
        self.variance = (1 - gain) * before
        n0, n1 = pair(u[4], u[5])
        self.true_short = self.shortfall()
        self.Lobs += gain * (self.true_short[1] + error * n1 - self.Lobs)
        # the owner errs on the balance, so on both sides alike with opposite signs
        self.seen_b += gain * (self.b + error * n0 - self.seen_b)
        margin, tell = self.seen_b - self.b_ref, p["observation.losing"] * sqrt(self.variance)
        self.losing_before, self.winning_before = self.losing, self.winning
        self.losing, self.winning = [margin < -tell, margin > tell], [margin > tell, margin < -tell]
        self.people_before, self.rung_before = people, self.rung[0]
        high = self.rung[1] >= 7
        self.detected = high and (self.detected or (people[1] > p["observation.visible"] and u[48] < p["observation.report"]))
        seen = (self.rung[1] if self.detected else 6) if high else 7 if u[50] < p["observation.false-alarm"] else self.rung[1]
        self.rose, self.fell = seen > self.seen[1], seen < self.seen[1]
        self.seen = [self.rung[0], seen]
        pull = logit(p["belief.prior"][1]) - self.faith
        self.faith = clip(self.faith + p["belief.gain"] * (self.rose - self.fell) + p["belief.fade"] * pull, -6, 6)

    def requests(self, u: Sequence[float]) -> None:
        """Section 9: whose client asks for more."""
        p = self.p
        for j in (0, 1):
            log_hazard = log(p["requests.base"]) + p["requests.shortfall"] * max(self.true_short[j], 0)
            hazard = exp(log_hazard + p["requests.rung"] * max(self.rung[1 - j] - 7, 0))
            self.asked[j] = self.regime < SETTLED and not (j and self.quit) and -log(u[19 + j]) < hazard

    def fight(self, u: Sequence[float]) -> None:
        """Section 7."""
        p, regime = self.p, self.regime
        probe = p["posture.probe-base"], self.b - self.b_ref
        probing = sum(u[23 + i] < logistic(probe[0] + (probe[1], -probe[1])[i]) for i in (0, 1)) if regime == POSITIONAL else 0
        arrived = [(1 - p["supply.diversion"]) * x for x in self.pipeline.pop(0)]
        self.pipeline.append([0.0, 0.0])
        self.X[0] += arrived[0]
        self.aid[0] += arrived[0]
        self.Y[0] += arrived[1]
        people = self.troops()
        goods = p["supply.equivalents-heavy"] * arrived[0] + p["supply.equivalents-counter"] * arrived[1]
        self.dAid = goods + p["attrition.patron-weight"][0] * max(people[0] - self.people_before[0], 0), self.gained
        needs, stocks = self.staying(self.s), p["side.stocks"]
        self.M = [self.M[i] + (needs[i] - self.M[i]) / stocks[i] for i in (0, 1)]
        self.strength(people)
        levels = (p["attrition.intensity-high"], p["attrition.intensity-positional"] * (1 + p["posture.probe-intensity"] * probing),
                  p["attrition.intensity-truce"], 0.0, 0.0, 0.0)  # fmt: skip
        pace = levels[regime]
        self.learnt += pace
        lost = self.attrition(pace, self.fortunes(u))
        self.bury(lost, people)
        wear, blunting = p["supply.heavy-wear"] * pace, p["attrition.blunting"]
        gone = [min(1, wear * (1 + blunting * self.J[1 - i])) for i in (0, 1)]
        worn = min(1, p["supply.counter-wear"] * pace)
        taken = [p["supply.captured"] * gone[i] * self.H[i] for i in (0, 1)]
        self.after = [self.N[i] * (1 - lost[i]) for i in (0, 1)]
        for i in (0, 1):
            left, gap = self.F[i] * (1 - lost[i]), p["side.target"][i] * self.M[i] - self.F[i]
            # men go home faster where the upkeep is gone
            homeward = min(gap, 0) * (1 - self.M[i]) / stocks[i]
            self.F[i] = max(0, left + gap / p["side.recovery"][i] + homeward)
            self.X[i] = self.X[i] * (1 - gone[i]) + taken[1 - i]
            self.aid[i] *= 1 - gone[i]
            self.Y[i] *= 1 - worn
        # the rival patron pays for the armour that it lost
        self.cost[1] += p["supply.price-heavy"] * gone[1] * self.mix[1] * self.s / p["supply.equivalents-heavy"]
        self.move(pace, u)
        expected = p["observation.reporting-rate"] * self.deaths
        spread = sqrt(expected + expected**2 / p["observation.dispersion"])
        self.track = pair(u[12], u[13])
        self.reported = max(0, expected + spread * self.track[1])

    def bury(self, lost: Sequence[float], people: Sequence[float]) -> None:
        """The dead of the month: the patrons' men die as their armour is hunted."""
        share, now, then = self.p["attrition.exposure"], self.anti(), self.anti_ref
        ratio = [now[j] / then[j] if then[j] > 0 else 1.0 for j in (0, 1)]
        self.own_dead = [1000 * lost[i] * self.F[i] for i in (0, 1)]
        self.losses = [1000 * min(1, lost[j] * (1 + share[j] * (ratio[j] - 1))) * people[j] for j in (0, 1)]
        self.deaths = sum(self.own_dead) + sum(self.losses)
        self.mourned = [sum(losses) / 3 for losses in self.recent]
        self.recent = [[self.losses[j], *self.recent[j][:2]] for j in (0, 1)]
        self.dead = [self.dead[j] + self.losses[j] for j in (0, 1)]

    def move(self, pace: float, u: Sequence[float]) -> None:
        """The front of a war, or the ground that a settlement hands over."""
        p = self.p
        if self.regime < SETTLED:
            # a settled front at rest stays where it is
            ahead = self.b if self.regime == HIGH else self.b - self.b_ref
            push = 0.5 * pace * (p["territory.pace"] * ahead + p["territory.offensive-gain"] * (self.off[0] - self.off[1]))
            noise, n = p["territory.noise"] / sqrt(2) * pace, pair(u[8], u[9])
            self.q = [self.q[0] + push + noise * n[0], self.q[1] - push + noise * n[1]]
        elif self.regime == SETTLED:
            goal, left = 0.5 * logit(self.terms), max(p["bargain.transfer"] + 1 - self.age, 1)
            self.q = [self.q[0] + (goal - self.q[0]) / left, self.q[1] - (goal + self.q[1]) / left]

    def fortunes(self, u: Sequence[float]) -> tuple[float, float]:
        """Luck and penalty of the attacker in what both sides suffer."""
        mean = float(gammaincinv(1.5625, u[37])) / 1.5625 if self.regime == HIGH else 1.0
        extra = self.p["attrition.attacker-penalty"] - 1
        chi0 = -(log(u[29]) + log(u[30]) + log(u[31]) + log(u[32])) / 4
        chi1 = -(log(u[33]) + log(u[34]) + log(u[35]) + log(u[36])) / 4
        return chi0 * mean * (1 + extra * self.off[0]), chi1 * mean * (1 + extra * self.off[1])

    def attrition(self, pace: float, fortunes: tuple[float, float]) -> tuple[float, float]:
        """Fractions of N~ lost in a month."""
        lethality, mu = self.p["attrition.lethality"], self.mu
        return lanchester(*self.N, pace * fortunes[0] * lethality[1] * mu[1], pace * fortunes[1] * lethality[0] * mu[0])

    def breakdown(self, age: float, own: float = 1.0) -> float:
        """h_B at an age of the truce, with this share of the owner's aid."""
        p = self.p
        push = (
            p["truces.break-base"]
            + p["truces.break-aid-owner"] * self.dAid[0] * own
            + p["truces.break-aid-rival"] * self.dAid[1] / 5
        )
        push += p["truces.break-balance"] * abs(self.b) - p["truces.break-peacekeepers"] * self.peacekeepers
        return exp(push - p["truces.break-age"] * log1p(age))

    def clocks(self, u: Sequence[float]) -> dict[str, float]:
        """The race of section 8: event -> when it would happen."""
        p, regime = self.p, self.regime
        times: dict[str, float] = {}
        if regime == HIGH:
            times = {f"culminate {i}": time_to(u[27 + i], p["posture.culmination"]) for i in (0, 1) if self.off[i]}
        if regime <= POSITIONAL:
            onset = p["truces.onset-base"] + p["truces.onset-deaths"] * log1p(self.deaths / 100)
            onset += p["truces.onset-talks"] * self.talks - p["truces.onset-balance"] * abs(self.b)
            times["onset"] = time_to(u[38], exp(onset))
        if regime in (POSITIONAL, TRUCE):
            for i, ahead in ((0, self.b - self.b_ref), (1, self.b_ref - self.b)):
                push = p["posture.offensive-base"][i] + p["posture.offensive-balance"][i] * ahead
                hazard = exp(push - p["posture.offensive-talks"][i] * (self.talks - 0.4))
                hazard *= 1 - self.desk.restraint * (1 - p["side.slack"][0]) if i == 0 else 1
                times[f"offensive {i}"] = time_to(u[25 + i], hazard)
            times["settle"] = time_to(u[40], self.settle)
        if regime == TRUCE:
            times["break"] = time_to(u[39], self.breakdown(self.age))
        return times

    def chance(self, u: Sequence[float]) -> None:
        """Section 8: what happens this month, and the regime after it."""
        p, regime, free = self.p, self.regime, self.regime < SETTLED
        times = self.clocks(u)
        first = min(times, key=times.__getitem__, default="")
        first = first if first and times[first] < 1 else ""
        x_own, x_rival = self.rung
        danger = (
            p["spread.x-own"] * (x_own - 8) + p["spread.x-rival"] * (x_rival - 8) + p["spread.x-both"] * (x_own * x_rival - 64) / 10
        )
        clash = free and -log(u[41]) < p["spread.clash-top"] * exp(danger)
        war = clash and u[42] < p["spread.war-given-clash"]
        ready = p["alliance.readiness"] + self.desk.brigades
        danger -= p["spread.incident-credibility"] * (self.credibility - 0.7) + p["spread.incident-readiness"] * ready / 7
        incident = free and -log(u[43]) < p["spread.incident-top"] * exp(danger)
        answered = incident and u[44] < logistic(
            p["spread.answer"] + p["spread.answer-credibility"] * (self.credibility - 0.5) + p["spread.answer-readiness"] * ready
        )
        force, share = p["truces.collapse-force"], self.held()
        gone = [free and (self.after[i] < force or (share, 1 - share)[i] < p["side.collapse-share"][i]) for i in (0, 1)]
        first = "" if any(gone) or war else first
        began, at_once = first.startswith("offensive"), first == "onset" and -log(u[39]) < self.breakdown(0) / 2
        self.break_change = exp(-self.breakdown(0, own=0.0)) - exp(-self.breakdown(0))
        if any(gone) or war:
            self.regime = COLLAPSED if any(gone) else DIRECT_WAR
        elif began or first.startswith("culminate") or first in ("break", "settle"):
            self.regime = HIGH if began else SETTLED if first == "settle" else POSITIONAL
        elif first == "onset" and not at_once:
            self.regime = TRUCE
        self.settled, self.recurred = first == "settle", regime == SETTLED and time_to(u[53], self.recur) < 1
        if self.settled:
            self.terms, self.deal = self.on_offer, self.sureties
        if self.recurred:
            self.regime = POSITIONAL
        ended = first.startswith("culminate") or (first == "onset" and not at_once) or self.regime >= SETTLED
        self.off = [(self.off[i] and not ended) or first == f"offensive {i}" for i in (0, 1)]
        self.broke_early = at_once or (first == "break" and self.age <= 1)
        fresh = self.settled or (first == "onset" and not at_once)
        self.age = (1.0 if fresh else self.age + 1) if self.regime in (TRUCE, SETTLED) else 0.0
        self.gone = [self.gone[i] or gone[i] for i in (0, 1)]
        ease = exp(p["diplomacy.ease"] * (self.talks - 0.4))
        exchange = regime in (POSITIONAL, TRUCE) and -log(u[45]) < p["diplomacy.exchange"] * ease
        wanted = regime == TRUCE and self.desk.offer > 0 and self.peacekeepers == 0
        if wanted and -log(u[46]) < p["diplomacy.deployment"] * ease:
            self.peacekeepers = self.desk.offer
        self.peacekeepers = 0.0 if self.regime == HIGH else self.peacekeepers
        self.began, self.answered = first if began else "", answered
        self.news = {"truce-begins": first == "onset", "truce-breaks": at_once or first == "break", "offensive": began, "clash": clash,
                     "incident": incident, "exchange": exchange, "deaths": self.reported}  # fmt: skip

    def minds(self, pretext: float, u: Sequence[float]) -> None:
        """Section 9: will, talks, credibility, solidarity."""
        p, news, n = self.p, self.news, pair(u[10], u[11])
        hurts = self.pain(self.losses, self.cost, self.desk.sanctions)
        intervenes = self.rung[1] >= 8 and self.rung_ref[1] < 8
        for j in (0, 1):
            will = self.will[j] + p["will.return"][j] * (p["will.level"][j] - self.will[j]) - (hurts[j] - self.pain_ref[j])
            will += p["will.rally"][j] * self.off[1 - j] - p["will.refusal"][j] * self.refused[j] + p["will.noise"][j] * n[j]
            self.will[j] = clip(will - p["will.intervention"][j] * (j and intervenes), 0, 1)
            self.spent[j] += self.cost[j]
        level = p["diplomacy.level"] + p["diplomacy.effort"] * self.desk.effort
        talks = self.talks + p["diplomacy.return"] * (level - self.talks) - pretext * p["pretext.talks"]
        talks += p["diplomacy.truce"] * news["truce-begins"] - p["diplomacy.broken"] * news["truce-breaks"]
        talks -= p["diplomacy.offensive"] * news["offensive"] + p["diplomacy.refusal"] * self.refused[0]
        self.talks = clip(talks + p["diplomacy.exchanged"] * news["exchange"] + p["diplomacy.noise"] * self.track[0], 0, 1)
        trust = self.credibility + p["spread.return"] * (p["spread.credibility"] - self.credibility)
        trust -= p["spread.refusal"] * self.refused[0] + p["spread.unanswered"] * (news["incident"] and not self.answered)
        self.credibility = clip(trust + p["spread.answered"] * self.answered, 0, 1)
        front = self.solidarity + p["politics.return"] * (p["politics.solidarity"] - self.solidarity)
        front += p["politics.attacked"] * (self.began == "offensive 1") + p["politics.resolve"] * (logistic(self.faith) - 0.5)
        self.solidarity = clip(front - p["politics.announced"] * pretext, 0, 1)

    def month(self, number: int, u: Sequence[float]) -> None:
        """Section 4: one month, counted from 1."""
        self.refused, self.cost = [False, False], [0.0, 0.0]
        self.bargains, self.low, self.high = self.regime in (POSITIONAL, TRUCE, SETTLED), nan, nan
        self.observe(number, u)
        pretext = self.desk.act(self, number, u)
        give(self, pretext, u)
        self.requests(u)
        self.fight(u)
        if self.bargains:
            bargain(self)
        self.chance(u)
        self.minds(pretext, u)


Uniforms = Callable[[int], Sequence[float]]


def play(
    scenario: Scenario, strategy: str, theory: str, p: Numbers, uniforms: Uniforms, keep: bool = False
) -> tuple[dict[str, float], list]:
    """One run: its measures, and its paths where they are kept; `uniforms(t)` gives month t's, counted from 0."""
    from plain_tally import Tally

    war = War(scenario, strategy, theory, p)
    sums, paths = Tally(war), []
    for number in range(scenario.clock.months):
        war.month(number + 1, uniforms(number))
        sums.add(war, number + 1)
        if keep:
            paths.append(
                {
                    "F": list(war.F), "X": list(war.X), "Y": list(war.Y), "q": war.q, "offensive": war.off, "collapsed": war.gone,
                    "support": [0.0, war.s], "rung": list(war.rung), "will": list(war.will), "dead": list(war.dead),
                    "spent": list(war.spent), "quit": [False, war.quit], "regime": war.regime, "talks": war.talks,
                    "credibility": war.credibility, "solidarity": war.solidarity, "peacekeepers": war.peacekeepers, "age": war.age,
                    "deaths": war.deaths, "balance": war.b, "silent": war.silent, "M": war.M, "terms": war.terms, "deal": war.deal,
                    "learnt": war.learnt, "low": war.low, "high": war.high,
                }
            )  # fmt: skip
    return sums.measures(war), paths
