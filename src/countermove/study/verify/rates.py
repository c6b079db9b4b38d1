"""Base rates of the war that the defaults were calibrated to, from the engine and from the reference: theory inertia, no new aid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from countermove.engine.simulate import paths
from countermove.reference import simulate, slot_count
from countermove.study.verify.line import Line, within
from countermove.study.verify.small_war import MONTHS, War, small_war
from countermove.world.state import HIGH, POSITIONAL, SETTLED, TRUCE

DRAWS, LUCKS = 4096, 4
KNOWN = (
    ("military dead a month outside high intensity", 28.6),
    ("recommitments in 45 months of war", 17.8),
    ("months between major offensives", 36.0),
    ("dead in a month of high intensity, 10%", 166.0),
    ("dead in a month of high intensity, 90%", 3_251.0),
    ("share settled within 24 months", 0.05),
)


@dataclass
class Count:
    """What is counted in runs, month by month; a month has the regime in which it was fought."""

    quiet: list[np.ndarray]
    fierce: list[np.ndarray]
    months: float = 0.0  # of war
    truces: float = 0.0
    offensives: float = 0.0
    settled: float = 0.0
    runs: int = 0

    def add(self, regime: np.ndarray, deaths: np.ndarray, truces: float, offensives: float) -> None:
        """Count runs: regime at the end of each month and dead of each month [T, n]."""
        fought = np.concatenate([np.full((1, regime.shape[1]), POSITIONAL), regime[:-1]])
        self.quiet.append(deaths[(fought == POSITIONAL) | (fought == TRUCE)])
        self.fierce.append(deaths[fought == HIGH])
        self.months += float((fought < SETTLED).sum())
        self.truces += truces
        self.offensives += offensives
        self.settled += float((regime[23] == SETTLED).sum())
        self.runs += regime.shape[1]

    def rates(self) -> Iterator[float]:
        """In the order of KNOWN."""
        fierce = np.concatenate(self.fierce)
        yield float(np.concatenate(self.quiet).mean())
        yield self.truces / self.months * 45
        yield self.months / self.offensives
        yield float(np.quantile(fierce, 0.1))
        yield float(np.quantile(fierce, 0.9))
        yield self.settled / self.runs


def quiet_war() -> War:
    """The war in which nothing new is given."""
    return small_war(("inertia",), ("nothing",), DRAWS, LUCKS)


def by_engine() -> Count:
    """The compiled engine."""
    war, count = quiet_war(), Count([], [])
    for first in range(0, DRAWS * LUCKS, war.plan.chunk):
        state, report = paths(war.kernel, war.job("nothing", "inertia", first=first))
        truces, attacks = np.asarray(report.flags.truce_began), np.asarray(report.flags.attack)
        count.add(np.asarray(state.regime), np.asarray(report.deaths, np.float64), float(truces.sum()), float(attacks.sum()))
    return count


def by_reference() -> Count:
    """The NumPy reference on the same draws, with luck of its own."""
    war, count = quiet_war(), Count([], [])
    generator = np.random.default_rng(2017)
    slots = slot_count(2, 2)
    for first in range(0, DRAWS * LUCKS, war.plan.chunk):
        job = war.job("nothing", "inertia", first=first)
        uniforms = generator.uniform(size=(MONTHS, slots, war.plan.chunk))
        trace = simulate(war.program.scenario, "nothing", {"rival": "inertia"}, dict(job.params), uniforms)
        regime, attacking = np.asarray(trace.paths["regime"]), np.asarray(trace.paths["offensive"], np.float64)
        before = np.concatenate([np.zeros_like(attacking[:1]), attacking[:-1]])
        began = float(np.maximum(attacking - before, 0).sum())
        count.add(regime, np.asarray(trace.paths["deaths"], np.float64), float(trace.measures["truces"].sum()), began)
    return count


def _lines(who: str, counted: Callable[[], Count]) -> list[Line]:
    source = f"design's base rates, the first from UCDP GED of July 2015 to June 2017; {who}, {DRAWS:,} draws x {LUCKS} lucks"
    got = counted().rates()
    return [
        within(f"base rate ({who}): {what}", known, value, 0.15, source) for (what, known), value in zip(KNOWN, got, strict=True)
    ]


def engine_rates() -> list[Line]:
    """From the compiled engine."""
    return _lines("engine", by_engine)


def reference_rates() -> list[Line]:
    """From the reference."""
    return _lines("reference", by_reference)
