"""Decision calibration of a study: the simulated records of its weighing, and the points of its strategies."""

from __future__ import annotations

import numpy as np

from countermove.decision.scores import scores
from countermove.engine.program import Program
from countermove.errors import DecisionError
from countermove.questions.run.run import Study
from countermove.questions.weigh.decision_calibration import decision_calibration
from countermove.questions.weigh.finding import Weighing
from countermove.questions.weigh.finding_calibration import DecisionCalibration


def calibrate_study(study: Study, weighing: Weighing | None) -> DecisionCalibration | None:
    """The regret of following the memo, over the weighing's held-out simulated records; None where there is nothing to compare.

    Theories that were not run are left out, and the weights of the others made to sum to 1.
    """
    if weighing is None or not weighing.held_out or study.program.scenario.objective is None:
        return None
    names = [row.theory for row in weighing.weights]
    theories = [name for name in study.runs.theories if name in names]
    if len(theories) < 2 or len(study.runs.strategies) < 2:
        return None
    places = [names.index(name) for name in theories]
    prior = np.array([study.findings.weights[name] for name in theories])
    weights = np.array([trial.weights for trial in weighing.held_out])[:, places]
    truth = np.array([theories.index(trial.theory) if trial.theory in theories else -1 for trial in weighing.held_out])
    kept = (truth >= 0) & (weights.sum(axis=1) > 0)
    weights, truth = weights[kept] / weights[kept].sum(axis=1, keepdims=True), truth[kept]
    chosen = _by_prior(truth, prior / prior.sum())
    try:
        found = scores(study.runs, study.program.scenario.objective, study.findings.weights)
    except DecisionError:
        return None
    if found.halves is None:
        return None
    points = np.einsum("hstd,d->hst", found.halves, found.weight)[:, :, [study.runs.theories.index(name) for name in theories]]
    strategies = study.runs.strategies
    low, high = least_and_most(study.program, strategies)
    mixed = int((points.mean(axis=0) @ (prior / prior.sum())).argmax())
    fixed = {
        f"priors alone ({strategies[mixed]})": mixed,
        f"always restrain ({strategies[low]})": low,
        f"always arm ({strategies[high]})": high,
    }
    return decision_calibration(points, weights[chosen], truth[chosen], strategies=strategies, fixed=fixed, seed=study.runs.seed)


def _by_prior(truth: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Places of wars in which each theory is as frequent as its prior weight has it: the first ones of each."""
    rows = [np.flatnonzero(truth == h) for h in range(len(prior))]
    whole = min((len(own) / share for own, share in zip(rows, prior, strict=True) if share > 0), default=0.0)
    return np.sort(np.concatenate([own[: int(whole * share)] for own, share in zip(rows, prior, strict=True)]))


def least_and_most(program: Program, strategies: tuple[str, ...]) -> tuple[int, int]:
    """The strategies that climb least and most, by the highest rung that their dated moves name; of several, the first in the file."""
    highest: list[float] = []
    for name in strategies:
        plan = next(plan for plan in program.plans if plan.name == name)
        rungs = [command.rung for _, command in plan.moves if isinstance(command.rung, int)]
        highest.append(max(rungs, default=program.cast.start_rung))
    return int(np.argmin(highest)), int(np.argmax(highest))
