"""A weighing, done once: kept in the cache folder under everything that decides it, and read back as it was."""

from __future__ import annotations

from dataclasses import dataclass

from countermove.compute.same_code import source_hash
from countermove.questions.options import Progress, RunOptions, silent
from countermove.questions.provenance import own_code, record_hash
from countermove.questions.result_cache import get, libraries, put
from countermove.questions.weigh.ensemble import TrainingEffort
from countermove.questions.weigh.finding import Weighing
from countermove.questions.weigh.weigh import WeighingExtras, weigh
from countermove.scenario.linked_files import record_of, replay_of
from countermove.scenario.schema import Scenario
from countermove.scenario.write import hash_of
from countermove.store.key import key_of

HEADLINE = WeighingExtras(variants=False)
FULLEST = "the fullest"


@dataclass(frozen=True)
class CachedWeighing:
    """A weighing, and whether other codings and other starts were asked for too."""

    weighing: Weighing
    full: bool

    @property
    def fullness(self) -> tuple[bool, int, int, int]:
        """Which of two has more in it."""
        found = self.weighing
        return self.full, len(found.filter_weights), len(found.filter_readings), len(found.influence)


def cached_weighing(
    scenario: Scenario,
    options: RunOptions | None = None,
    *,
    coding: str | None = None,
    effort: TrainingEffort | None = None,
    asked: WeighingExtras | None = None,
    progress: Progress = silent,
) -> Weighing:
    """What `weigh` gives for the same arguments: as kept, else weighed now, and kept. Raises EvidenceError where nothing can be weighed."""
    options, effort = _settled(options, effort)
    asked = asked or WeighingExtras()
    if scenario.record is None:
        return weigh(scenario, options, coding=coding, effort=effort, asked=asked, progress=progress)
    own, fullest = (_key(scenario, options, coding, effort, extent) for extent in (asked, FULLEST))
    if (found := get(CachedWeighing, own)) is not None:
        if get(CachedWeighing, fullest) is None:  # the disk was full then, or it was damaged since
            put(fullest, found)
        return found.weighing
    done = CachedWeighing(weigh(scenario, options, coding=coding, effort=effort, asked=asked, progress=progress), asked.variants)
    before = get(CachedWeighing, fullest)
    if before is None or done.fullness > before.fullness:
        put(fullest, done)
    put(own, done)
    return done.weighing


def fullest_cached(
    scenario: Scenario, options: RunOptions | None = None, *, effort: TrainingEffort | None = None
) -> CachedWeighing | None:
    """Of the kept weighings the one with most in it, without any work; None where nothing is kept. The headline is the same in all."""
    options, effort = _settled(options, effort)
    return None if scenario.record is None else get(CachedWeighing, _key(scenario, options, None, effort, FULLEST))


def _settled(options: RunOptions | None, effort: TrainingEffort | None) -> tuple[RunOptions, TrainingEffort]:
    """Options with the seed that is weighed with, and the effort."""
    options = options or RunOptions()
    return options, effort or TrainingEffort(seed=options.seed)


def _key(scenario: Scenario, options: RunOptions, coding: str | None, effort: TrainingEffort, asked: WeighingExtras | str) -> str:
    """Everything that decides a weighing: both scenarios, the record, the code, the libraries, the seed, the effort, the coding."""
    record = record_of(scenario)
    replay = "" if record.replay is None else hash_of(replay_of(record))
    own = [repr(own_code(theory)) for theory in options.plugins]
    whose = (hash_of(options.written(scenario)), replay, record_hash(scenario), source_hash(), libraries(), own)
    return key_of(whose, options.seed, effort, coding or "", asked)
