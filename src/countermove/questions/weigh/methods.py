"""The ways to weigh that `countermove weigh` offers, each kept once it was taken."""

from __future__ import annotations

from dataclasses import dataclass, replace

from countermove.evidence.theory_evidence import FilterEffort
from countermove.questions.options import Progress, RunOptions, silent
from countermove.questions.weigh.cached_pool import cached_pool
from countermove.questions.weigh.cached_weighing import cached_weighing
from countermove.questions.weigh.ensemble import TrainingEffort
from countermove.questions.weigh.finding import Pool, Weighing
from countermove.questions.weigh.pool_by_filters import POOL_EFFORT
from countermove.questions.weigh.weigh import INFLUENTIAL_MONTHS, WeighingExtras
from countermove.scenario.schema import Scenario

RECORDS = 4096


@dataclass(frozen=True)
class WeighingMethods:
    """Which roads are taken, and how far.

    `quick`: by simulated records alone, without filters; `every`: filters for every coding and start too, of a pool for every war;
    `records`: simulated records of each theory in each set.
    """

    quick: bool = False
    all_readings: bool = False
    records: int = RECORDS


def weigh_scenario(
    scenario: Scenario, options: RunOptions, roads: WeighingMethods, *, coding: str | None = None, progress: Progress = silent
) -> Weighing:
    """The theories on the scenario's record. Raises EvidenceError where there is none, or nothing in it can be weighed."""
    exact = None if roads.quick else FilterEffort(seed=options.seed)
    return cached_weighing(
        scenario,
        options,
        coding=coding,
        effort=TrainingEffort(roads.records, seed=options.seed),
        asked=WeighingExtras(filters=exact, filter_all=roads.all_readings, influence=0 if roads.quick else INFLUENTIAL_MONTHS),
        progress=progress,
    )


def pool_wars(scenario: Scenario, options: RunOptions, roads: WeighingMethods, *, progress: Progress = silent) -> Pool:
    """Every war at hand, together and with each left out, as far as was known by the scenario's decision and with hindsight."""
    return cached_pool(
        scenario.clock.known_until,
        replace(options, plugins=()),  # a user's own theories are not asked of other wars
        effort=TrainingEffort(roads.records, 1, options.seed),
        exact=replace(POOL_EFFORT, seed=options.seed) if roads.all_readings else None,
        progress=progress,
    )
