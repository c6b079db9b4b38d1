"""What the record says of the theories, for the memo: the weighing beside the priors, and the decision under the weights it gives."""

from __future__ import annotations

from collections.abc import Mapping

from countermove.decision.findings import WEIGHTED, Verdict
from countermove.decision.regret import regret_rows
from countermove.decision.verdict import verdicts
from countermove.errors import DecisionError, EvidenceError
from countermove.questions.options import Progress, RunOptions, silent
from countermove.questions.run.run import Study
from countermove.questions.weigh.cached_pool import fullest_pool
from countermove.questions.weigh.cached_weighing import HEADLINE, CachedWeighing, cached_weighing, fullest_cached
from countermove.questions.weigh.decision_calibration import calibrate_study
from countermove.questions.weigh.ensemble import TrainingEffort
from countermove.questions.weigh.finding import Weighing
from countermove.questions.weigh.finding_memo import MemoWeighing, StrategyByRecord
from countermove.scenario.linked_files import record_of

NO_RECORD = "The scenario names no record, so nothing can be weighed: the weights of the theories are priors and no more."
QUICK = "The memo was made with --quick and no weighing was kept, so the record was not weighed."


def memo_weighing(
    study: Study, options: RunOptions, *, effort: TrainingEffort | None = None, progress: Progress = silent
) -> MemoWeighing:
    """The weighing of the scenario's record, kept or done now, and what it would decide; or the sentence that says why there is none."""
    scenario = study.program.scenario
    if scenario.record is None:
        return MemoWeighing(why=NO_RECORD)
    try:
        kept = fullest_cached(scenario, options, effort=effort)
        if kept is None and options.full:
            kept = CachedWeighing(cached_weighing(scenario, options, effort=effort, asked=HEADLINE, progress=progress), False)
    except EvidenceError as error:
        return MemoWeighing(why=f"The record was not weighed: {error}")
    if kept is None:
        return MemoWeighing(why=QUICK)
    found = kept.weighing
    believed, verdict = decision_under(study, posterior_of(study, found))
    saw = record_of(scenario).prior_saw
    pool = fullest_pool(scenario.clock.known_until)
    others: Mapping[str, float] = {} if pool is None or not _same_patron(study, found) else pool.others.get(found.record, {})
    _, elsewhere = decision_under(study, _of_theories_run(study, others))
    tested = calibrate_study(study, found) if _same_patron(study, found) else None
    return MemoWeighing(found, "", kept.full, saw, believed, verdict, found.influence, pool, elsewhere, tested)


def posterior_of(study: Study, weighing: Weighing) -> Mapping[str, float]:
    """The record's weights of the theories that were run; empty where it gives none, or speaks of another patron."""
    return _of_theories_run(study, weighing.used_weights) if _same_patron(study, weighing) else {}


def _same_patron(study: Study, weighing: Weighing) -> bool:
    return study.program.cast.patrons[study.program.rival] == weighing.patron


def _of_theories_run(study: Study, given: Mapping[str, float]) -> Mapping[str, float]:
    """The weights of the theories that were run; empty where all are 0."""
    weights = {theory: given.get(theory, 0.0) for theory in study.runs.theories}
    return weights if sum(weights.values()) > 0 else {}


def decision_under(study: Study, weights: Mapping[str, float]) -> tuple[tuple[StrategyByRecord, ...], Verdict | None]:
    """Every strategy under these weights, and the best of them against the next best; nothing where there is no comparison."""
    objective = study.program.scenario.objective
    if not weights:
        return (), None
    try:
        rows = [row for row in regret_rows(study.runs, objective, weights) if row.theory == WEIGHTED]
        verdict = next(row for row in verdicts(study.runs, objective, weights, study.findings.titles) if row.theory == WEIGHTED)
    except DecisionError:
        return (), None
    before = {row.strategy: row for row in study.findings.regret if row.theory == WEIGHTED}
    believed = tuple(
        StrategyByRecord(
            row.strategy,
            before[row.strategy].value,
            before[row.strategy].value_se,
            row.value,
            row.value_se,
            row.regret,
            row.se,
        )
        for row in rows
    )
    return believed, verdict
