"""Base rates of the war that ships, donbas-2017 under the plan `restraint`, from the engine and from the reference.

All theories of the rival count alike, but where a rate is of those who say nothing of it. A rate holds if it lies in the 90% interval of
its source: of the shipped records (records/record-rates.csv), of counted cases (records/base-rates.csv, Jeffreys' interval or the one from
drawing whole wars, whichever is wider), or, of the first, within 15% of the UCDP's count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from countermove.behaviour.table import THEORIES
from countermove.engine.draws import prior_draws
from countermove.engine.months import Job
from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import Batch, Engine
from countermove.engine.simulate import paths
from countermove.scenario.read import read
from countermove.verify.line import Line, near, none
from countermove.verify.numpy_model import simulate, slot_count
from countermove.world.state import HIGH, POSITIONAL, SETTLED, TRUCE

CHUNK, LUCKS = 1024, 4
BY_ENGINE, BY_REFERENCE = 4, 1  # chunks of each theory, of whole ones and of quarters
GUARANTEES = 0.3
STILL, MOVED = 0.02, 12  # shares of the ground; months in which a front that stood still may move
# what is counted, and the interval in which it is to lie
KNOWN: tuple[tuple[str, float, float, str], ...] = (
    ("military dead a month outside high intensity", 24.3, 32.9, "UCDP GED, July 2015 to June 2017: 28.6, within 15%"),
    ("months between major offensives", 30.6, 41.4, "the design's 36, within 15%"),
    ("dead in a month of high intensity, 10%", 141, 191, "the design's 166, within 15%"),
    ("dead in a month of high intensity, 90%", 2_763, 3_739, "the design's 3,251, within 15%"),
    ("truces broken in the month in which they begin or the next", 0.255, 0.680, "6 of 13 in the record of the Donbas"),
    ("mean length of a truce, months", 1.36, 3.45, "26.5 months of 13 truces in the record of the Donbas"),
    ("truces in 60 months of war", 11.8, 28.4, "14 in 45 months in the record of the Donbas"),
    ("years in which a front that had stood still moves by over 2 points", 0.0, 0.444, "0 of 3 in the shipped records"),
    ("rival patrons that leave in 60 months, theories that say nothing of it", 0.198, 0.392, "37 of 124, UCDP ESD"),
    ("settled within 24 months", 0.038, 0.178, "4 of 45 wars with both sides supported"),
    ("war again within 60 months of a settlement", 0.076, 0.220, "9 of 65 peace agreements"),
)


@dataclass(frozen=True)
class History:
    """Months of runs: [T, n] unless noted; sums are over all of them."""

    regime: np.ndarray  # at the end of the month
    deaths: np.ndarray
    share: np.ndarray  # of the owner's client [T + 1, n], the first day's before
    offensives: float
    truces: float
    broken: float  # in the month in which they begin or the next
    in_truce: float  # months, half a month where one begins
    quit: np.ndarray  # whether the rival has left in the end [n]


@dataclass
class Count:
    """What is counted in runs, month by month; a month has the regime in which it was fought."""

    quiet: list[np.ndarray] = field(default_factory=list[np.ndarray])
    fierce: list[np.ndarray] = field(default_factory=list[np.ndarray])
    settled: list[np.ndarray] = field(default_factory=list[np.ndarray])
    left: list[np.ndarray] = field(default_factory=list[np.ndarray])
    moved: list[np.ndarray] = field(default_factory=list[np.ndarray])
    again: float = 0.0  # share of settled wars that come back
    months: float = 0.0  # of war
    offensives: float = 0.0
    truces: float = 0.0
    broken: float = 0.0
    in_truce: float = 0.0

    def add(self, told: History, silent: bool) -> None:
        """Count runs; `silent` where the theory says nothing of leaving."""
        regime = told.regime
        fought = np.concatenate([np.full((1, regime.shape[1]), POSITIONAL), regime[:-1]])
        self.quiet.append(told.deaths[(fought == POSITIONAL) | (fought == TRUCE)])
        self.fierce.append(told.deaths[fought == HIGH])
        self.settled.append((regime[:24] == SETTLED).any(axis=0))
        self.moved.append(_moves(told))
        if silent:
            self.left.append(told.quit)
        self.months += float((fought < SETTLED).sum())
        for name in ("offensives", "truces", "broken", "in_truce"):
            setattr(self, name, getattr(self, name) + getattr(told, name))

    def rates(self) -> Iterator[tuple[float, float]]:
        """In the order of KNOWN, each with its standard error (0 where it is far below what is asked)."""
        fierce = np.concatenate(self.fierce)
        yield float(np.concatenate(self.quiet).mean()), 0.0
        yield self.months / self.offensives, 0.0
        yield float(np.quantile(fierce, 0.1)), 0.0
        yield float(np.quantile(fierce, 0.9)), 0.0
        yield self.broken / self.truces, 0.0
        yield self.in_truce / self.truces, 0.0
        yield self.truces / self.months * 60, 0.0
        for cases in (self.moved, self.left, self.settled):
            share = float(np.concatenate(cases).mean())
            yield share, float(np.sqrt(share * (1 - share) / sum(map(len, cases))))
        yield self.again, 0.0


def _moves(told: History) -> np.ndarray:
    """For each year of war before which a front had stood still for half a year: whether it moves [cases]."""
    cases: list[np.ndarray] = []
    for first in range(0, len(told.regime) - MOVED - 6 + 1, MOVED):
        half, last = first + 6, first + 6 + MOVED
        held = (told.regime[first:last] < SETTLED).all(axis=0) & (np.abs(told.share[half] - told.share[first]) <= STILL)
        cases.append((np.abs(told.share[last] - told.share[half]) > STILL)[held])
    return np.concatenate(cases)


@cache
def donbas() -> Program:
    """The war that ships, known by its name alone."""
    return compile_scenario(read("donbas-2017"))


@cache
def plan() -> Batch:
    """Enough runs for each theory."""
    return Batch(prior_draws(donbas(), CHUNK * BY_ENGINE // LUCKS, 2017), LUCKS, chunk=CHUNK)


def job(theory: str, first: int = 0, size: int = CHUNK, changes: Mapping[str, float] | None = None) -> Job:
    """`size` runs from run `first` on."""
    made = Engine(donbas()).job(plan(), "restraint", theory, first + np.arange(size))
    new = {name: np.full_like(made.params[name], value) for name, value in (changes or {}).items()}
    return made._replace(params={**made.params, **new})


def settling() -> dict[str, float]:
    """Numbers under which terms that overlap are signed almost at once, with guarantees of GUARANTEES."""
    return {"bargain.hazard": 2.0, "opening.peacekeeping-offered": 10 * GUARANTEES / (1 - GUARANTEES)}


def by_engine(theory: str, first: int = 0, changes: Mapping[str, float] | None = None) -> History:
    """The compiled engine."""
    made = job(theory, first, changes=changes)
    state, report = paths(Engine(donbas()).kernel, made)
    flags, ground = report.flags, np.asarray(state.ground, np.float64)
    held = np.broadcast_to(np.asarray(made.params["opening.held"], np.float64), (CHUNK,))
    began, broke, before = (np.asarray(x) for x in (flags.truce_began, flags.truce_broke, report.was_truce))
    return History(
        regime=np.asarray(state.regime),
        deaths=np.asarray(report.deaths, np.float64),
        share=np.concatenate([held[None], 1 / (1 + np.exp(ground[:, 1] - ground[:, 0]))]),
        offensives=float(np.asarray(flags.attack).sum()),
        truces=float(began.sum()),
        broken=float((broke * ((before == 0) | (np.asarray(report.age) < 1.5))).sum()),
        in_truce=float(before.sum() + 0.5 * began.sum()),
        quit=np.asarray(state.left)[-1, 1] > 0,
    )


def by_reference(theory: str, first: int = 0, changes: Mapping[str, float] | None = None) -> History:
    """The NumPy reference on the same draws, with luck of its own."""
    size = CHUNK // 2
    made = job(theory, first, size, changes)
    months = donbas().cast.months
    number = donbas().theory_names.index(theory)
    uniforms = np.random.default_rng([2017, number, first]).uniform(size=(months, slot_count(2, 2), size))
    trace = simulate(donbas().scenario, "restraint", {"moscow": theory}, dict(made.params), uniforms)
    told, found = trace.paths, trace.measures
    attacking = np.asarray(told["offensive"], np.float64)
    before = np.concatenate([np.zeros_like(attacking[:1]), attacking[:-1]])
    ground = np.asarray(told["q"], np.float64)
    held = np.broadcast_to(np.asarray(made.params["opening.held"], np.float64), (size,))
    truces = np.asarray(found["truces"], np.float64)
    return History(
        regime=np.asarray(told["regime"]),
        deaths=np.asarray(told["deaths"], np.float64),
        share=np.concatenate([held[None], 1 / (1 + np.exp(ground[:, 1] - ground[:, 0]))]),
        offensives=float(np.maximum(attacking - before, 0).sum()),
        truces=float(truces.sum()),
        broken=float(np.nansum(truces * found["truces-broken-in-30-days"])),
        in_truce=float(np.nansum(truces * found["truce-length"])),
        quit=np.asarray(told["quit"])[-1, 1].astype(bool),
    )


def counted(play: Callable[..., History], chunks: int) -> Count:
    """All that is counted, by one of the two programs."""
    count = Count()
    settled = back = 0.0
    for theory in donbas().theory_names:
        for chunk in range(chunks):
            count.add(play(theory, chunk * CHUNK), not THEORIES[theory].exits)
        regime = play(theory, changes=settling()).regime
        made = regime == SETTLED
        early = made[:4].any(axis=0)
        settled += float(early.sum())
        back += float(((regime[1:] == POSITIONAL) & made[:-1]).any(axis=0)[early].sum())
    count.again = back / settled
    return count


def _lines(who: str, count: Count) -> list[Line]:
    runs = sum(map(len, count.settled))
    out: list[Line] = []
    for (what, low, high, source), (value, error) in zip(KNOWN, count.rates(), strict=True):
        about = f"{source}; {who}, {runs:,} runs"
        out.append(near(f"base rate ({who}): {what}", (low + high) / 2, value, (high - low) / 2 + 2 * error, about))
    return out


def unsettled() -> list[Line]:
    """Without a bargain nobody settles, and until somebody does the war with one is the same war."""
    out: list[Line] = []
    for who, play in (("engine", by_engine), ("reference", by_reference)):
        settled = parted = 0
        for theory in donbas().theory_names[::3]:
            without, told = play(theory, changes={"bargain.hazard": 0.0}).regime, play(theory).regime
            before = np.logical_and.accumulate(told != SETTLED)
            settled += int((without == SETTLED).sum())
            parted += int((without != told)[before].sum())
        out += [
            none("bargain.hazard 0: months in which a war is settled", settled, f"law; {who}"),
            none("bargain.hazard 0: months before a settlement that differ from those of the war with one", parted, f"law; {who}"),
        ]
    return out


def engine_rates() -> list[Line]:
    """From the compiled engine."""
    count = counted(by_engine, BY_ENGINE)
    share, error = list(count.rates())[-2]
    about = (
        f"4 of 45 and 8 of 133 wars settled; engine, {sum(map(len, count.settled)):,} runs, all theories alike, error {error:.4f}"
    )
    return [*_lines("engine", count), near("calibrated: share settled within 24 months", 0.07, share, 0.01, about)]


def reference_rates() -> list[Line]:
    """From the reference."""
    return _lines("reference", counted(by_reference, BY_REFERENCE))
