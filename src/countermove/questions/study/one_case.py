"""One case: its war read with what it changes, run, and judged; or why it could not be."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from countermove.decision.findings import Drift, MeasureRow, RegretRow, SweepRow, Verdict
from countermove.decision.measure_rows import measure_rows
from countermove.decision.regret import regret_of
from countermove.decision.scores import scores
from countermove.decision.verdict import verdicts_of
from countermove.engine.run import CHUNK, Engine, run
from countermove.errors import CountermoveError, DecisionError, ExecutorError, Interrupted, StoreError, WrittenError, unforeseen
from countermove.questions.options import LEAST_DRAWS, RunOptions, Viewpoint, select_names, silent
from countermove.questions.people import titles_of
from countermove.questions.run.run import RunSizes, programme, run_study, run_to_tolerance
from countermove.questions.study.case_draws import CaseDraws
from countermove.questions.study.design import StudyCase
from countermove.scenario.read import read
from countermove.scenario.schema import Scenario
from countermove.scenario.study_schema import StudyFile
from countermove.scenario.theories import with_theories
from countermove.world.omega import Omega

NOT_OURS = (ExecutorError, StoreError, Interrupted, MemoryError, OSError)
"""What is no fault of a case, and ends the study: it goes on from there."""


@dataclass(frozen=True)
class CaseFound:
    """What a case gave, and how long it took in seconds; `why` it failed, and `where` where that is known."""

    case: StudyCase
    seconds: float
    where: str = ""
    why: str = ""
    measures: tuple[MeasureRow, ...] = ()
    regret: tuple[RegretRow, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    offset: tuple[Omega, ...] = ()
    sweep: tuple[SweepRow, ...] = ()
    drift: tuple[Drift, ...] = ()


@dataclass(frozen=True)
class CaseRunner:
    """Runs the cases of a study. `weights`: those of the theories by the place of the war and the coding."""

    study: StudyFile
    options: RunOptions
    weights: Mapping[tuple[int, str], Mapping[str, float]] = field(default_factory=dict[tuple[int, str], Mapping[str, float]])
    sampled: CaseDraws = field(default_factory=CaseDraws)

    def __call__(self, case: StudyCase) -> CaseFound:
        """What the case gave. A mistake in it, or a fault of ours on its way, is its failure; all else is raised."""
        clock = time.perf_counter()
        try:
            found = self._found(case)
        except NOT_OURS:
            raise
        except WrittenError as error:
            first, more = error.issues[0], len(error.issues) - 1
            also = f" (and {more} more)" if more else ""
            found = CaseFound(case, 0.0, first.where, f"{str(first).removeprefix(f'{first.where}: ')}{also}")
        except CountermoveError as error:
            found = CaseFound(case, 0.0, error.where, f"{error.what}. {error.next}" if error.next else error.what)
        except Exception as error:  # whatever it is, the other cases are run
            found = CaseFound(case, 0.0, "", unforeseen(error).what)
        war = self.study.wars[case.war]
        where, why = (text.replace(str(war.home), str(war.file)) for text in (found.where, found.why))
        return replace(found, seconds=time.perf_counter() - clock, where=where, why=why)

    def _found(self, case: StudyCase) -> CaseFound:
        scenario = with_theories(read(self.study.wars[case.war].home, overrides=case.overrides), self.options.plugins)
        options = self._options(case, scenario)
        if not self.study.quick:
            found = run_study(scenario, options).findings
            return CaseFound(case, 0.0, "", "", found.measures, found.regret, found.verdicts, found.omega, found.sweep, found.drift)
        program = programme(scenario, options)
        names = select_names("strategy", options.strategies, tuple(scenario.strategies) or (program.strategy_names[0],))
        theories = select_names("theory", options.theories, program.theory_names)
        weights = options.weights(program, theories)
        sizes = RunSizes(program, options, names, theories, self.sampled)
        machine = Engine(program)
        if options.draws is None:
            runs = run_to_tolerance(machine, sizes, weights, silent, None)[0]
        else:
            runs = run(machine, sizes.batch(options.draws), options.executor)
        shares = {name: weight / (sum(weights.values()) or 1.0) for name, weight in weights.items()}
        try:
            judged = scores(runs, scenario.objective, shares, titles_of(program))
        except DecisionError:  # nothing can be compared: it has measures alone
            return CaseFound(case, 0.0, measures=measure_rows(runs, shares))
        return CaseFound(case, 0.0, "", "", measure_rows(runs, shares), regret_of(judged), verdicts_of(judged))

    def _options(self, case: StudyCase, scenario: Scenario) -> RunOptions:
        """Those of a run of this case, on one worker: the cases themselves are spread."""
        study = self.study
        seen = None
        if case.coding:
            weights = self.weights[case.war, case.coding]
            seen = Viewpoint(case.coding, case.coding, weights, False, scenario)
        return replace(
            self.options,
            draws=study.draws,
            lucks=study.lucks,
            seed=case.seed,
            strategies=study.strategies,
            theories=study.theories,
            full=not study.quick,
            out=None,
            chunk=chunk_of(study),
            seen_by=seen,
        )


def chunk_of(study: StudyFile) -> int:
    """Runs computed at once: no more than a case has, so that none is computed for nothing. It moves no number."""
    runs = (study.draws or LEAST_DRAWS) * study.lucks
    return min(CHUNK, max(16, 1 << (runs - 1).bit_length()))
