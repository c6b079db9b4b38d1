"""A war at the table, played by the engine and by the reference, for what both camps would sign in its last month.

Nothing is uncertain about the month but what a check makes so: no noise, no event, no fire, an exact view, all support troops. The engine
does not report what the camps would accept. So its last month is played twice over with terms wide open (every war settles in it), once
with the whole surplus to the one camp and once to the other: the terms signed are then the two reservations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from countermove.behaviour.table import THEORIES
from countermove.engine.acting import Report
from countermove.engine.draws import prior_draws
from countermove.engine.months import Job, begin, luck_of, play_month
from countermove.engine.program import compile_scenario
from countermove.engine.run import Batch
from countermove.engine.step import Stage as EngineStage
from countermove.rng.uniforms import stream_keys
from countermove.scenario.read import read_text
from countermove.verify.numpy_model.facts import DrawnNumbers, gather
from countermove.verify.numpy_model.orders import CompletedPlan as Orders
from countermove.verify.numpy_model.run import MonthPlayer, RunInputs
from countermove.verify.small_war import TEXT
from countermove.verify.small_war import SmallWar as SmallWar
from countermove.world.state import SETTLED, State

RUNS = 64
Values = Mapping[str, float | np.ndarray]
STILL: Values = {
    **dict.fromkeys(("posture.offensive-base", "truces.onset-base"), -60.0),
    **dict.fromkeys(("spread.clash-top", "spread.incident-top", "diplomacy.exchange", "support.exit", "bargain.hazard"), 0.0),
    **dict.fromkeys(("attrition.intensity-positional", "posture.probe-intensity", "attrition.exposure"), 0.0),
    **dict.fromkeys(("support.noise", "territory.noise", "will.noise", "diplomacy.noise", "observation.balance-error"), 0.0),
    **dict.fromkeys(("bargain.optimism-client", "bargain.optimism-patron", "bargain.reserve", "bargain.commitment"), 0.0),
    **dict.fromkeys(("will.money", "will.sanctions", "pretext.support", "observation.shortfall-territory"), 0.0),
    "bargain.weight": 0.0,
    "requests.base": 1e-12,
    "attrition.patron-weight": 1.0,
    "support.persistence": 1.0,
}
RIPE = {"bargain.hazard": 1e12}  # terms that overlap are signed within the month
WIDE = {**RIPE, "bargain.tremble": 1e6}  # and so are any others


@dataclass(frozen=True)
class FirstDay:
    """What differs from the scenario on the first day."""

    learnt: float | np.ndarray = 0.0  # months of intensity 1 fought before
    bereaved: float = 0.0  # dead of the rival patron a month, persons
    left: bool = False  # the rival patron has left


FIRST = FirstDay()


@dataclass(frozen=True)
class LastMonth:
    """The last month, [n] each."""

    low: np.ndarray  # the least share that the owner's camp would sign
    high: np.ndarray  # the most that the other camp would leave it
    deaths: np.ndarray  # persons
    balance: np.ndarray

    @property
    def margin(self) -> np.ndarray:
        """m, how far the terms overlap."""
        return self.high - self.low

    @property
    def terms(self) -> np.ndarray:
        """x* at an even split of the surplus."""
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class BargainWar:
    """A scenario, its plan of runs and the numbers in force."""

    war: SmallWar
    theory: str
    params: Mapping[str, np.ndarray]

    def number(self, name: str) -> np.ndarray:
        """A number of the world [n] or [1], or of its sides or patrons [2, n] or [2, 1], in double precision."""
        return np.asarray(self.params[name], np.float64)

    @property
    def reach(self) -> np.ndarray:
        """A: what a unit of balance is worth at the horizon, in log odds of the ground."""
        return self.number("territory.pace") * self.number("bargain.intensity") * self.number("bargain.horizon")

    @property
    def odds(self) -> np.ndarray:
        """Log odds of the ground on the first day."""
        held = self.number("opening.held")
        return np.log(held / (1 - held))

    def with_(self, changes: Values) -> BargainWar:
        """The same table with other numbers: a scalar for everybody, or an array of the shape that the engine takes."""
        strange = set(changes) - set(self.params)
        if strange:
            raise ValueError(f"no such parameters: {sorted(strange)}")
        new = {
            name: np.full_like(self.params[name], value) if np.ndim(value) == 0 else np.asarray(value, np.float32)
            for name, value in changes.items()
        }
        return replace(self, params={**self.params, **new})

    def job(self, strategy: str) -> Job:
        """The runs under a strategy."""
        return self.war.job(strategy, self.theory)._replace(params=self.params)


@cache
def bargain_war(theory: str, baseline: float = 0.0) -> BargainWar:
    """The small war with an owner who gives nothing and a rival patron of a known theory; `baseline` is what he gives, thousand."""
    text = TEXT.replace("rung: training", "rung: none").replace(
        "    supports: theirs", "    supports: theirs\n    mix: {troops: 1}"
    )
    every = next(line for line in text.splitlines() if line.lstrip().startswith("theories:"))
    program = compile_scenario(read_text(text.replace(every, f"    theories: {{{theory}: {{}}}}")), [THEORIES[theory]])
    program = program.with_plans([plan for plan in program.plans if plan.name in ("nothing", "trickle")])
    war = SmallWar(program, Batch(prior_draws(program, RUNS, 1995), 1, chunk=RUNS))
    params = war.job("nothing", theory).params
    return BargainWar(war, theory, params).with_({**STILL, "patron.baseline": baseline, "patron.means": 1e5})


def _engine_months(
    at: BargainWar, strategy: str, day: FirstDay, changes: Sequence[Values], months: int
) -> list[tuple[State, Report]]:
    """The last of some months, played with each of the `changes` to the numbers; the months before it with none."""
    kernel, job = at.war.kernel, at.job(strategy)
    stage, state = begin(kernel, job)
    state = _engine_day(state, day)
    keys = stream_keys(job.seed, job.draw, job.luck)

    def month(stage: EngineStage, state: State, number: int) -> tuple[State, Report]:
        row = {name: np.asarray(values)[number] for name, values in job.calendar.items()}
        u = luck_of(kernel, keys, np.float32(number))
        return play_month(kernel, stage, state, row, u, job.plan)

    for number in range(months - 1):
        state, _ = month(stage, state, number)
    return [month(stage._replace(p={**stage.p, **at.with_(some).params}), state, months - 1) for some in changes]


def _engine_day(state: State, day: FirstDay) -> State:
    mourned = np.array(state.casualties)
    if day.bereaved:
        mourned[:, 1] = day.bereaved
    if day.left:
        rows = np.array([[1.0], [0.0]], np.float32)
        state = state._replace(left=state.left + rows[::-1], support=state.support * rows)
    return state._replace(learnt=state.learnt + np.asarray(day.learnt, np.float32), casualties=mourned)


def by_engine(at: BargainWar, *, months: int = 1, strategy: str = "nothing", day: FirstDay = FIRST) -> LastMonth:
    """The compiled program's months, operation by operation."""
    halves = [{**WIDE, "bargain.surplus": share} for share in (0.0, 1.0)]
    (low, report), (high, _) = _engine_months(at, strategy, day, halves, months)
    terms = [np.asarray(state.terms, np.float64) for state in (low, high)]
    return LastMonth(terms[0], terms[1], np.asarray(report.deaths, np.float64), np.asarray(report.balance[0], np.float64))


def reference_months(at: BargainWar, strategy: str = "nothing", day: FirstDay = FIRST, months: int = 1) -> MonthPlayer:
    """The reference after some months, with the engine's luck."""
    job, cast = at.job(strategy), at.war.program.cast
    facts = gather(at.war.program.scenario, {"rival": at.theory})
    numbers = DrawnNumbers({name: np.asarray(value, np.float64) for name, value in at.params.items()})
    stage = MonthPlayer(
        RunInputs(facts, numbers, at.war.uniforms(job, months), cast.levels), Orders(facts.strategy(strategy), "hold")
    )
    state = stage.state
    state.learnt = state.learnt + day.learnt
    if day.bereaved:
        state.losses[:, 1] = day.bereaved
    if day.left:
        state.quit[1], state.support[1] = True, 0.0
    for number in range(1, months + 1):
        stage.month(number, None, freeze=False)
    return stage


def by_reference(at: BargainWar, *, months: int = 1, strategy: str = "nothing", day: FirstDay = FIRST) -> LastMonth:
    """The reference's months, with the same luck."""
    paths = reference_months(at, strategy, day, months).tally.paths
    low, high, deaths, balance = (np.asarray(paths[name][-1], np.float64) for name in ("low", "high", "deaths", "balance"))
    return LastMonth(low, high, deaths, balance)


def engine_signs(at: BargainWar) -> np.ndarray:
    """Whether the engine's first month ends in a settlement [n], where terms that overlap are signed at once."""
    return np.asarray(_engine_months(at, "nothing", FIRST, [RIPE], 1)[0][0].regime) == SETTLED


def reference_signs(at: BargainWar) -> np.ndarray:
    """Whether the reference's does [n]."""
    return reference_months(at.with_(RIPE), "nothing", FIRST, 1).state.regime == SETTLED


BOTH: tuple[tuple[str, Callable[..., LastMonth]], ...] = (("engine", by_engine), ("reference", by_reference))
SIGNS: tuple[tuple[str, Callable[[BargainWar], np.ndarray]], ...] = (("engine", engine_signs), ("reference", reference_signs))
