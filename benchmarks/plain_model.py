"""The war of donbas-2017 as a plain Python model: one call, one run, numbers as floats, as one writes it for EMA Workbench.

Two sides and two patrons (0 is the owner or its client), the theories inertia and spigot, every mechanism of docs/explanation/model.md, whose
sections the comments name. It is a peer to be timed against and a third reading of that page: on the same uniforms its paths are those of
`countermove.verify.numpy_model` (tests/benchmarks/test_plain_model.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import cos, cosh, exp, log, log1p, pi, sin, sinh, sqrt
from typing import Any

from plain_bargain import OVERT_SUPPORT, clip, foreseen, logistic
from plain_chance import HIGH, POSITIONAL, SETTLED, chance, time_to
from plain_owner import Desk
from scipy.special import gammaincinv

from countermove.scenario.schema import Scenario

EDGES = (0.05, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 12.0)
SLOTS = 54  # uniforms a month
Numbers = Mapping[str, Any]  # a float, one per side or patron, or rows of these
PATHS = ("F", "X", "Y", "q", "offensive", "collapsed", "support", "rung", "will", "dead", "spent", "quit", "regime", "talks", "credibility",
         "solidarity", "peacekeepers", "age", "deaths", "balance", "silent", "M", "learnt", "terms", "deal",
         "low", "high")  # fmt: skip


def logit(p: float) -> float:
    """log p - log(1 - p)."""
    return log(p) - log1p(-p)


def pair(u: float, v: float) -> tuple[float, float]:
    """Two normals from two uniforms."""
    radius, angle = sqrt(-2 * log(u)), 2 * pi * v
    return radius * cos(angle), radius * sin(angle)


def rung_of(support: float) -> int:
    """The rung that a level of support amounts to."""
    return sum(support > edge for edge in EDGES)


def numbers_of(params: Mapping[str, Any], run: int) -> Numbers:
    """The numbers of one run out of arrays with the runs last: a float, or one per side or patron, or rows of these."""

    def flat(row: Any) -> Any:
        return tuple(flat(part) for part in row) if row.ndim > 1 else float(row[run if len(row) > 1 else 0])

    return {name: flat(value) for name, value in params.items()}


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
        most = max(p["patron.means"][1], p["patron.baseline"][1])
        self.most = min(most, OVERT_SUPPORT) if self.rival.covert else most
        self.s = p["support.start"][1] * p["patron.baseline"][1]
        self.rung = [start, rung_of(self.s)]
        self.will, self.dead, self.spent = list(p["will.level"]), [0.0, 0.0], [0.0, 0.0]
        self.alarm, self.quit, self.asked, self.detected = False, False, [False, False], self.rung[1] >= 7
        self.approval, self.oil = [0.0, 0.0], 0.0
        self.seen, self.faith = list(self.rung), logit(p["belief.prior"][1])
        self.regime, self.age, self.peacekeepers = POSITIONAL, 0.0, 0.0
        self.learnt, self.terms, self.deal, self.start_rung = 0.0, 0.0, 0.0, list(self.rung)
        self.used_to = self.worth(start), p["patron.baseline"][1]
        self.M = [self.lasting(0, self.used_to[0]), self.lasting(1, self.s)]
        self.talks, self.credibility, self.solidarity = p["diplomacy.level"], p["spread.credibility"], p["politics.solidarity"]
        self.announced, self.pipeline = max(start - 3.0, 0.0), [[0.0, 0.0] for _ in range(7)]
        self.news = dict.fromkeys(("truce-begins", "truce-breaks", "offensive", "clash", "incident", "exchange"), False)
        self.news["deaths"] = 0.0
        self.news["quit"] = False
        self.losing, self.winning = [False, False], [False, False]
        self.line, self.silent = 0.0, False
        people = self.troops()
        self.strength(people)
        self.b_ref, shortfall = self.b, self.shortfall()
        self.L0, self.short, self.gave = shortfall[1], [shortfall[1], shortfall[1]], [self.s, self.s]
        self.Lobs, self.b_seen, self.doubt = self.L0, self.b, p["observation.balance-error"] ** 2
        self.anti = [self.J[1 - i] / (1 + self.J[1 - i]) for i in (0, 1)]
        busy = p["attrition.intensity-positional"] * (1 + 2 * p["posture.probe-intensity"] * logistic(p["posture.probe-base"]))
        lost = self.square_law(busy * p["attrition.lethality"][1] * self.mu[1], busy * p["attrition.lethality"][0] * self.mu[0])
        self.usual_dead = [1000 * lost[i] * people[i] for i in (0, 1)]
        self.casualties = [[self.usual_dead[i]] * 3 for i in (0, 1)]
        bill = self.ladder[start].cost, self.rival.ladder[self.rung[1]].cost
        self.usual_pain = self.pain(self.usual_dead, bill, scenario.opening.sanctions)
        self.desk = Desk(scenario, strategy, p, start)

    def worth(self, rung: int) -> float:
        """What an owner on a rung gives, thousand person-equivalents."""
        return 0.0 if rung == 0 else EDGES[min(rung, 8) - 1]

    def lasting(self, side: int, given: float) -> float:
        """D: the share of its staying power that a side can keep up with what its patron gives (section 2)."""
        backed = min(1.0, given / self.used_to[side]) if self.used_to[side] > 0 else 1.0
        return 1 - self.p["side.dependence"][side] * (1 - backed)

    def troops(self) -> tuple[float, float]:
        """D of both patrons, thousand persons."""
        return self.ladder[self.rung[0]].troops, self.mix[0] * self.s / self.p["attrition.patron-weight"][1]

    def strength(self, people: Sequence[float]) -> None:
        """Section 2: N~, H, J, quality and the balance of side 0."""
        p, s = self.p, self.s
        weight = p["attrition.patron-weight"]
        heavy, counter = ([p[name][i] * self.M[i] for i in (0, 1)] for name in ("side.heavy", "side.counter-heavy"))
        self.N = n0, n1 = self.F[0] + weight[0] * people[0], self.F[1] + weight[1] * people[1]
        line = self.line if self.regime != HIGH else 0.0
        self.H = h0, h1 = heavy[0] + self.X[0], heavy[1] + self.X[1] + self.mix[1] * s / p["supply.equivalents-heavy"]
        self.J = j0, j1 = (
            counter[0] + self.Y[0] * (1 - line),
            counter[1] + self.Y[1] + self.mix[2] * s / p["supply.equivalents-counter"],
        )
        armour, blunting, killing = p["attrition.heavy-quality"], p["attrition.blunting"], p["attrition.counter-quality"]
        mu0 = 1 + armour * h0 / (1 + blunting * j1) + killing * (j0 / (1 + j0)) * (h1 / (1 + h1))
        mu1 = 1 + armour * h1 / (1 + blunting * j0) + killing * (j1 / (1 + j1)) * (h0 / (1 + h0))
        self.mu = mu0, mu1
        self.b = log(max(n0 * mu0, 1e-6)) - log(max(n1 * mu1, 1e-6))

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
        keep, rest = p["politics.carry"], sqrt(1 - p["politics.carry"] ** 2)
        self.oil = keep * self.oil + rest * n[0]
        self.approval = [keep * self.approval[0] + rest * n[1], keep * self.approval[1] + rest * n[2]]
        people = self.troops()
        self.strength(people)
        error = p["observation.balance-error"]
        n0, n1 = pair(u[4], u[5])
        self.true_short, self.owner_before = self.shortfall(), self.rung[0]
        before = self.doubt + p["observation.balance-drift"] ** 2
        trust = before / (before + error**2) if before + error > 0 else 1.0
        self.doubt = (1 - trust) * before
        self.Lobs += trust * (self.true_short[1] + error * n1 - self.Lobs)
        # the owner errs on the balance, so on both sides alike with opposite signs
        self.b_seen += trust * (self.b + error * n0 - self.b_seen)
        margin, tell = self.b_seen - self.b_ref, p["observation.losing"] * sqrt(self.doubt)
        self.losing_before, self.winning_before = self.losing, self.winning
        self.losing, self.winning = [margin < -tell, margin > tell], [margin > tell, margin < -tell]
        self.people_before = people
        high = self.rung[1] >= 7
        self.detected = high and (self.detected or (people[1] > p["observation.visible"] and u[48] < p["observation.report"]))
        seen = (self.rung[1] if self.detected else 6) if high else 7 if u[50] < p["observation.false-alarm"] else self.rung[1]
        self.rose, self.fell = seen > self.seen[1], seen < self.seen[1]
        self.seen = [self.rung[0], seen]
        pull = logit(p["belief.prior"][1]) - self.faith
        self.faith = clip(self.faith + p["belief.gain"] * (self.rose - self.fell) + p["belief.fade"] * pull, -6, 6)

    def support(self, pretext: float, u: Sequence[float]) -> None:
        """Section 6: what the rival patron gives; inertia or spigot."""
        p, s, sbar = self.p, self.s, self.p["patron.baseline"][1]
        rho, leaves = p["support.persistence"][1], 1.0
        self.foreseen = foreseen(self, u)
        wish = base = rho * s + (1 - rho) * sbar
        if self.theory == "spigot":
            line = p["spigot.line"][1] + self.L0
            over = p["spigot.overshoot"][1]
            late = (self.Lobs, *self.short)[round(p["spigot.delay"][1])]
            self.alarm = late > line - over * self.alarm
            then = (s, *self.gave)[round(p["spigot.delay"][1])]
            wish = max(base, then + p["spigot.gain"][1] * self.N[1] * (late - line + over * self.alarm))
            leaves = 1.0 - self.alarm
        granted = self.asked[1] and u[22] < min(1, p["requests.grant"][1] * self.will[1] / p["will.level"][1])
        gift = p["requests.step"][1] * sbar if granted else 0.0
        wish += p["support.noise"][1] * pair(u[6], u[7])[1] + gift + pretext * p["pretext.support"]
        had = self.quit
        self.quit = had or time_to(u[16], p["support.exit"][1] * leaves) < 1
        self.left_now = self.quit and not had
        opens = s > OVERT_SUPPORT or time_to(u[52], p["intervention.readiness"][1] * max(wish / OVERT_SUPPORT - 1, 0)) < 1
        self.s = 0.0 if self.quit else clip(wish, 0, self.most if opens else min(self.most, OVERT_SUPPORT))
        self.gained = max(self.s - s, 0)
        self.refused[1] = self.asked[1] and not granted
        self.rung[1] = rung_of(self.s)
        self.cost[1] = self.rival.ladder[self.rung[1]].cost
        self.short, self.gave = [self.Lobs, self.short[0]], [s, self.gave[0]]

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
        for i, gives in ((0, self.worth(self.rung[0])), (1, self.s)):
            self.M[i] += (self.lasting(i, gives) - self.M[i]) / p["side.stocks"][i]
        self.strength(people)
        levels = (p["attrition.intensity-high"], p["attrition.intensity-positional"] * (1 + p["posture.probe-intensity"] * probing),
                  p["attrition.intensity-truce"], 0.0, 0.0, 0.0)  # fmt: skip
        pace = levels[regime]
        self.learnt += pace
        lost = self.attrition(pace, u)
        sides = 1000 * lost[0] * self.F[0], 1000 * lost[1] * self.F[1]
        self.killed, hunted = sides, [self.J[1 - i] / (1 + self.J[1 - i]) for i in (0, 1)]
        more = [hunted[i] / self.anti[i] - 1 if self.anti[i] > 0 else 0.0 for i in (0, 1)]
        exposure = p["attrition.exposure"]
        self.losses = [1000 * min(1, lost[i] * (1 + exposure[i] * more[i])) * people[i] for i in (0, 1)]
        self.deaths = sum(sides) + sum(self.losses)
        wear, blunting = p["supply.heavy-wear"] * pace, p["attrition.blunting"]
        gone = [min(1, wear * (1 + blunting * self.J[1 - i])) for i in (0, 1)]
        worn = min(1, p["supply.counter-wear"] * pace)
        taken = [p["supply.captured"] * gone[i] * self.H[i] for i in (0, 1)]
        self.cost[1] += gone[1] * self.mix[1] * self.s * p["supply.price-heavy"] / p["supply.equivalents-heavy"]
        self.after = [self.N[i] * (1 - lost[i]) for i in (0, 1)]
        for i in (0, 1):
            self.dead[i] += self.losses[i]
            left = self.F[i] * (1 - lost[i])
            gap = p["side.target"][i] * self.M[i] - self.F[i]
            self.F[i] = max(0, left + gap / p["side.recovery"][i] + min(gap, 0) * (1 - self.M[i]) / p["side.stocks"][i])
            self.X[i] = self.X[i] * (1 - gone[i]) + taken[1 - i]
            self.aid[i] *= 1 - gone[i]
            self.Y[i] *= 1 - worn
        self.move(pace, u)
        expected = p["observation.reporting-rate"] * self.deaths
        spread = sqrt(expected + expected**2 / p["observation.dispersion"])
        self.track = pair(u[12], u[13])
        self.reported = max(0, expected + spread * self.track[1])

    def move(self, pace: float, u: Sequence[float]) -> None:
        """The front: by the fighting, or over to the terms of a settlement."""
        p = self.p
        ahead = self.b if self.regime == HIGH else self.b - self.b_ref
        push = p["territory.pace"] * ahead + p["territory.offensive-gain"] * (self.off[0] - self.off[1])
        noise = p["territory.noise"] / sqrt(2) * pace
        n = pair(u[8], u[9])
        if self.regime < SETTLED:
            self.q = [self.q[0] + 0.5 * pace * push + noise * n[0], self.q[1] - 0.5 * pace * push + noise * n[1]]
        elif self.regime == SETTLED:
            goal, months = 0.5 * logit(self.terms), max(p["bargain.transfer"] + 1 - self.age, 1)
            self.q = [self.q[0] + (goal - self.q[0]) / months, self.q[1] + (-goal - self.q[1]) / months]

    def attrition(self, pace: float, u: Sequence[float]) -> tuple[float, float]:
        """Fractions of N~ lost in a month."""
        p = self.p
        common = float(gammaincinv(1.5625, u[37])) / 1.5625 if self.regime == HIGH else 1.0
        extra = p["attrition.attacker-penalty"] - 1
        chi0 = -(log(u[29]) + log(u[30]) + log(u[31]) + log(u[32])) / 4
        chi1 = -(log(u[33]) + log(u[34]) + log(u[35]) + log(u[36])) / 4
        lethality = p["attrition.lethality"]
        a0 = pace * chi0 * common * (1 + extra * self.off[0]) * lethality[1] * self.mu[1]
        a1 = pace * chi1 * common * (1 + extra * self.off[1]) * lethality[0] * self.mu[0]
        return self.square_law(a0, a1)

    def square_law(self, a0: float, a1: float) -> tuple[float, float]:
        """Fractions of N~ lost in a month where side i suffers the rate a_i: Lanchester's square law in closed form."""
        n0, n1 = self.N
        theta = sqrt(a0 * a1)
        ratio = sinh(theta) / theta if theta > 0 else 1.0
        loss0 = a0 * n1 * ratio - n0 * (cosh(theta) - 1)
        loss1 = a1 * n0 * ratio - n1 * (cosh(theta) - 1)
        if a1 * n0**2 <= a0 * n1**2 and loss0 >= n0:
            loss0, loss1 = n0, n1 - sqrt(max(n1**2 - (a1 / a0 if a0 > 0 else 0) * n0**2, 0))
        elif a0 * n1**2 <= a1 * n0**2 and loss1 >= n1:
            loss0, loss1 = n0 - sqrt(max(n0**2 - (a0 / a1 if a1 > 0 else 0) * n1**2, 0)), n1
        return min(1, loss0 / n0) if n0 > 0 else 0.0, min(1, loss1 / n1) if n1 > 0 else 0.0

    def minds(self, pretext: float, u: Sequence[float]) -> None:
        """Section 9: will, talks, credibility, solidarity."""
        p, news, n = self.p, self.news, pair(u[10], u[11])
        hurts = self.pain(self.losses, self.cost, self.desk.sanctions)
        exposed = (0, self.rung[1] >= 8 > self.start_rung[1])
        for j in (0, 1):
            will = self.will[j] + p["will.return"][j] * (p["will.level"][j] - self.will[j]) - hurts[j] + self.usual_pain[j]
            will += p["will.rally"][j] * self.off[1 - j] - p["will.intervention"][j] * exposed[j]
            will += p["will.noise"][j] * n[j] - p["will.refusal"][j] * self.refused[j]
            self.will[j] = clip(will, 0, 1)
            self.spent[j] += self.cost[j]
            self.casualties[j] = [self.losses[j], *self.casualties[j][:2]]
        home = p["diplomacy.level"] + p["diplomacy.effort"] * self.desk.effort
        talks = self.talks + p["diplomacy.return"] * (home - self.talks) - pretext * p["pretext.talks"]
        talks += p["diplomacy.truce"] * news["truce-begins"] - p["diplomacy.offensive"] * news["offensive"]
        talks -= p["diplomacy.broken"] * news["truce-breaks"] + p["diplomacy.refusal"] * self.refused[0]
        self.talks = clip(talks + p["diplomacy.exchanged"] * news["exchange"] + p["diplomacy.noise"] * self.track[0], 0, 1)
        trust = self.credibility + p["spread.return"] * (p["spread.credibility"] - self.credibility)
        trust -= p["spread.refusal"] * self.refused[0] + p["spread.unanswered"] * (news["incident"] and not self.answered)
        self.credibility = clip(trust + p["spread.answered"] * self.answered, 0, 1)
        front = self.solidarity + p["politics.return"] * (p["politics.solidarity"] - self.solidarity)
        front += p["politics.attacked"] * (self.began == "offensive 1") - p["politics.announced"] * pretext
        self.solidarity = clip(front + p["politics.resolve"] * (logistic(self.faith) - 0.5), 0, 1)

    def pain(self, dead: Sequence[float], cost: Sequence[float], sanctions: float) -> list[float]:
        """What dead, money and sanctions take from the will of both patrons."""
        p, out = self.p, []
        for j in (0, 1):
            hurt = p["will.blood"][j] * log1p(dead[j] / p["pressure.scale"][j])
            hurt += p["will.money"][j] * max(cost[j] / p["patron.budget"][j] - 1, 0)
            out.append(hurt + p["will.sanctions"][j] * sanctions * self.solidarity * j)
        return out

    def month(self, number: int, u: Sequence[float]) -> None:
        """Section 4: one month, counted from 1."""
        self.refused, self.cost = [False, False], [0.0, 0.0]
        self.observe(number, u)
        pretext = self.desk.act(self, number, u)
        self.support(pretext, u)
        self.requests(u)
        self.fight(u)
        chance(self, u)
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
                    "deaths": war.deaths, "balance": war.b, "silent": war.silent, "M": list(war.M), "learnt": war.learnt,
                    "low": war.low, "high": war.high,
                    "terms": war.terms, "deal": war.deal,
                }
            )  # fmt: skip
    return sums.measures(war), paths
