"""The months in their order (section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from countermove.scenario.schema import Completion, Scenario
from countermove.verify.numpy_model import combat, hazards, opinion, patrons
from countermove.verify.numpy_model.bargain import Bargain, BargainInputs, bargain
from countermove.verify.numpy_model.draws import Array, Flags, Luck, NearTies, layout, some
from countermove.verify.numpy_model.facts import DrawnNumbers, Facts, at_rung, first_delivery, gather
from countermove.verify.numpy_model.orders import CompletedPlan, OrderDesk, OwnerActions, standing
from countermove.verify.numpy_model.sight import Sight, first_day, observe, shock
from countermove.verify.numpy_model.strength import (
    Start,
    State,
    Strength,
    measure,
    opening,
    shares,
    shortfall,
    staying,
    troops,
    used_to,
)
from countermove.verify.numpy_model.tally import FinishedMonth, Tally
from countermove.world.expression import Expression


@dataclass(frozen=True)
class Trace:
    """A block of runs, month by month. T months, K sides, P patrons, n runs."""

    measures: Mapping[str, Array]  # measure name -> [n]
    paths: Mapping[str, npt.NDArray[np.generic]]  # month-end values: [T, K, n], [T, P, n] or [T, n]
    near: Flags  # [n] whether some discrete outcome hung by less than 1e-5
    ledger: Mapping[str, Array]  # conservation residuals: persons [K, n]; heavy, counter, money [n]
    watched: Mapping[str, Flags]  # of each condition that was watched whether the owner ever saw it hold [n]


@dataclass(frozen=True)
class Script:
    """What frozen runs copy of one month of another run (section 11)."""

    turn: hazards.MonthEvents
    probing: Flags  # [K, n]
    support: Array  # [P, n]


@dataclass(frozen=True)
class RunInputs:
    """A scenario with its numbers and luck, ready to be played under any plan."""

    facts: Facts
    numbers: DrawnNumbers
    uniforms: Array  # [T, slots, n]
    levels: int
    window: int = 1  # the month of first delivery
    watch: Mapping[str, Expression] = field(default_factory=dict[str, Expression])  # conditions on what the owner sees


def simulate(
    scenario: Scenario,
    strategy: str,
    theories: Mapping[str, str],
    params: Mapping[str, npt.ArrayLike],
    uniforms: Array,
    *,
    completion: Completion | None = None,
    levels: int = 17,
    watch: Mapping[str, Expression] | None = None,
) -> Trace:
    """Play the scenario under a strategy.

    `theories`: patron -> theory, for every patron but the owner (who then acts by orders) or for all of them.
    `params`: parameter name -> [] or [n]; [K, 1 or n] per side; [P, 1 or n] per patron; rows of switching [3, P, n]. Side 0 is the owner's
    client and patron 0 the owner; the others follow in the order of the file. `uniforms`: [T, slots, n]; see `layout`.
    `completion`: how silences are filled, else as the strategy says. `levels`: size of the rational patron's grid. `watch`: conditions on
    what the owner sees that are watched and change nothing.
    """
    facts = gather(scenario, theories)
    war = RunInputs(facts, DrawnNumbers(params), uniforms, levels, first_delivery(facts, strategy), watch or {})
    plan = CompletedPlan(facts.strategy(strategy), completion or facts.strategy(strategy).completion)
    return play(war, plan)[0]


def play(
    war: RunInputs, plan: CompletedPlan, copy: list[Script] | None = None, *, freeze: bool = False
) -> tuple[Trace, list[Script], Array]:
    """One block of runs under a plan: the trace, the script of its months, and z of side 0 at combat [T, n].

    With `copy` the regime, offensives, probes, truces and settlements are those of the script, and with `freeze` the rivals' support too.
    """
    stage = MonthPlayer(war, plan)
    scripts = [
        stage.month(index + 1, None if copy is None else copy[index], freeze=freeze and copy is not None)
        for index in range(len(war.uniforms))
    ]
    trace = Trace(
        stage.tally.measures(stage.state), stage.tally.paths, stage.near.flags, stage.tally.ledger(stage.state), stage.desk.watched
    )
    return trace, scripts, np.array(stage.fronts)


class MonthPlayer:
    """The state of a block of runs and the steps of a month."""

    def __init__(self, war: RunInputs, plan: CompletedPlan) -> None:
        """Set the first day up."""
        self.facts, self.numbers, self.war, self.numb = war.facts, war.numbers, war, plan.numb
        runs = war.uniforms.shape[2]
        self.near = NearTies(runs)
        self.slots = layout(len(self.facts.sides), len(self.facts.patrons))
        self.state = opening(self.facts, self.numbers, runs)
        self.start = _references(self.facts, self.numbers, self.state)
        self.orders = standing(self.facts, self.numbers, plan, self.state.rung[0])
        self.desk = OrderDesk(self.facts, self.numbers, plan, self.orders, self.near, war.watch)
        self.tally = Tally(self.facts, self.numbers, len(war.uniforms), war.window, self.state)
        self.fronts: list[Array] = []
        # nothing had happened before the first day
        quiet = ("truce-begins", "truce-breaks", "offensive", "clash", "incident", "exchange")
        self.state.news = {name: np.zeros(runs, dtype=bool) for name in quiet} | {"deaths": np.zeros(runs)}
        self.desk.note(self.state, first_day(self.facts, self.numbers, self.state, self.start), 1)

    def month(self, number: int, script: Script | None, *, freeze: bool) -> Script:
        """Play month `number` (1..T)."""
        facts, numbers, state = self.facts, self.numbers, self.state
        luck = Luck(self.war.uniforms[number - 1], self.slots, self.near)
        before, regime = troops(facts, numbers, state), state.regime
        shock(numbers, state, luck)
        sight = observe(facts, numbers, state, self.start, luck, self.near)
        deed, reply = self._act(number, sight, luck, script, freeze=freeze)
        gained = np.maximum(reply.support - state.support, 0.0)
        state.support, state.rung = reply.support, reply.rung
        state.asked = (
            opinion.requests(facts, numbers, state, sight.shortfall, luck) if not self.numb else np.zeros_like(state.asked)
        )
        probing = (
            combat.probes(numbers, state, sight.strength.balance, self.start.balance, luck) if script is None else script.probing
        )
        before_losses = state.losses.mean(axis=0)
        due = state.pipeline[0]
        arrived = combat.deliver(numbers, state)
        people = troops(facts, numbers, state)
        aid = self._aid(gained, arrived, people - before)
        combat.keep_up(numbers, state, staying(facts, numbers, state.support, state.rung, self.start.used_to))
        strength = measure(facts, numbers, state, people)
        pace = combat.intensity(numbers, state, probing.sum(axis=0))
        state.learnt = state.learnt + pace
        toll = combat.fight(facts, numbers, state, self.start, strength, people, pace, luck)
        combat.advance(facts, numbers, state, self.start, strength.balance, pace, number, luck)
        cost = reply.cost + combat.equipment(facts, numbers, state.support, toll)
        self.fronts.append(shares(state.ground)[1][0])
        parley = BargainInputs(strength, reply.known, reply.public, reply.weight, cost, before_losses, toll.of_sides)
        offers = bargain(facts, numbers, state, self.start, self.orders, parley)
        turn = self._turn(number, strength, toll, aid, offers, luck)
        if script is not None:
            turn = hazards.copied(turn, script.turn)
        pretext = np.zeros(len(regime)) if deed is None else deed.pretext
        opinion.update(facts, numbers, state, turn, self.orders, (reply.refused, self._hurts(cost), pretext, sight.resolve), luck)
        self._close(sight, turn, toll, pretext, cost)
        answers = (reply.granted[0], state.asked[0])
        entry = FinishedMonth(number, toll, turn, deed, *answers, cost, aid, due - arrived, strength.balance, regime, offers)
        self.tally.add(state, entry, self.orders)
        return Script(turn, probing, state.support)

    def _act(
        self, number: int, sight: Sight, luck: Luck, script: Script | None, *, freeze: bool
    ) -> tuple[OwnerActions | None, patrons.Reply]:
        """Steps 4 and 5; the owner's row of the reply is filled in where it acts by orders."""
        facts, state = self.facts, self.state
        deed = None
        pretext = np.zeros(len(state.regime))
        if facts.acting:
            deed = self.desk.act(state, sight, number, luck)
            pretext = deed.pretext
        shown = pretext if facts.scenario.settings.order == "owner-first" else state.unheard
        state.line = self.orders.line
        frozen = script.support if script is not None and freeze else None
        scene = patrons.Scene(number, self.war.levels, shown, luck, self.near, frozen)
        reply = patrons.reply(facts, self.numbers, state, sight, self.start, scene)
        if deed is not None:
            reply.rung[0], reply.cost[0] = deed.rung, deed.cost
            reply.granted[0], reply.refused[0] = deed.granted, deed.refused
        return deed, reply

    def _aid(self, gained: Array, arrived: Array, more: Array) -> Array:
        """dAid, thousand [P, n]: what each patron added this month."""
        aid = gained.copy()
        if self.facts.acting:
            stock = self.numbers.world("supply.equivalents-heavy") * arrived[0]
            stock = stock + self.numbers.world("supply.equivalents-counter") * arrived[1]
            aid[0] = stock + self.numbers.row("attrition.patron-weight", 0) * np.maximum(more[0], 0.0)
        return aid

    def _hurts(self, cost: Array) -> Array:
        """What the month takes from each patron's will beyond what the start did, [P, n]."""
        facts, numbers, state = self.facts, self.numbers, self.state
        pain = opinion.pain(facts, numbers, state.losses[0], cost, self.orders.sanctions * state.solidarity)
        by_theory = np.array([bool(theory) for theory in facts.theory])[:, None]
        intervenes = by_theory & (state.rung >= 8) & (self.start.rung < 8)
        return pain - self.start.pain + numbers("will.intervention") * intervenes

    def _turn(
        self, number: int, strength: Strength, toll: combat.CombatResult, aid: Array, offers: Bargain, luck: Luck
    ) -> hazards.MonthEvents:
        field = hazards.HazardInputs(
            balance=strength.balance,
            reference=self.start.balance,
            deaths=toll.dead,
            men=strength.men * (1.0 - toll.fraction),
            rung=self.state.rung,
            aid=aid,
            month=number,
            restraint=self.orders.restraint,
            brigades=self.orders.brigades,
            offer=self.orders.offer,
            bargain=offers,
        )
        return hazards.turn(self.facts, self.numbers, self.state, field, luck, self.near)

    def _close(self, sight: Sight, turn: hazards.MonthEvents, toll: combat.CombatResult, pretext: Array, cost: Array) -> None:
        """Carry the month over into the next."""
        state = self.state
        state.spent = state.spent + cost
        state.regime, state.age, state.offensive, state.gone = turn.regime, turn.age, turn.off, turn.gone
        state.terms, state.deal = turn.terms, turn.deal
        state.peacekeepers, state.unheard = turn.peacekeepers, pretext
        state.losing, state.winning = sight.losing, sight.winning
        state.news = {
            "truce-begins": turn.truce_began,
            "truce-breaks": turn.truce_broke,
            "offensive": some(turn.began),
            "clash": turn.clash,
            "incident": turn.incident,
            "exchange": turn.exchange,
            "deaths": toll.reported,
        }


def _references(facts: Facts, numbers: DrawnNumbers, state: State) -> Start:
    """Reference levels of the opening; fills the memories of losses and shortfalls and the estimates in `state`."""
    people = troops(facts, numbers, state)
    strength = measure(facts, numbers, state, people)
    gap = shortfall(facts, numbers, strength.balance, state.ground)
    losses = combat.expected_losses(facts, numbers, state, strength, people)
    settled = facts.scenario.opening.settled_front
    losses = losses if settled else np.zeros_like(losses)
    state.losses[:] = losses
    state.shortfalls[:], state.gap_seen[:], state.balance_seen[:] = gap, gap, strength.balance
    bill = np.stack([at_rung(costs, rung) for costs, rung in zip(facts.costs, state.rung, strict=True)])
    pain = opinion.pain(facts, numbers, losses, bill, facts.scenario.opening.sanctions * state.solidarity)
    return Start(
        balance=strength.balance,
        seen_from=strength.balance if settled else np.zeros_like(strength.balance),
        shortfall=gap if settled else np.zeros_like(gap),
        losses=losses,
        men=strength.men[list(facts.side_of)],
        used_to=used_to(facts, numbers, state.rung),
        anti=combat.armour_hunters(strength),
        pain=pain if settled else np.zeros_like(pain),
        rung=state.rung.copy(),
    )
