"""`explore`: what would change the answer. The study's runs looked at from all sides, and a few runs more."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from countermove.decision.error import Sums
from countermove.decision.explore.boxes import Column, Rows, rows_of
from countermove.decision.explore.breakeven import BreakEven, break_even
from countermove.decision.explore.cart import find_leaves
from countermove.decision.explore.effects import Design, Effect, Given, first_effects, shapley_effects
from countermove.decision.explore.explored import ByExpert, Explored, OutcomeRegret
from countermove.decision.explore.information import Information, observation_information, parameter_information, theory_information
from countermove.decision.explore.pareto import Better, Stakes, Standing, measured, pareto, points_of, stakes
from countermove.decision.explore.prim import find_box
from countermove.decision.explore.robust import (
    Ranking,
    Values,
    absolute_regret,
    domain_criterion,
    info_gap,
    largest_regret,
    measure_values,
    percentile_regret,
    satisficing,
    values_of,
)
from countermove.decision.explore.shares import Inputs, Opinion, opinion
from countermove.decision.explore.ternary import triangle_of
from countermove.decision.objective import points
from countermove.decision.scores import Scores, scores
from countermove.errors import DecisionError
from countermove.scenario.schema import Scenario
from countermove.scenario.write import hash_of
from countermove.study.explore.inputs import Input, uncertain
from countermove.study.explore.pathways import pathways_of
from countermove.study.explore.reports import six_months
from countermove.study.explore.response import blocks, response
from countermove.study.options import Progress, RunOptions, silent
from countermove.study.provenance import code_version
from countermove.study.readers import person_of
from countermove.study.run import Study, run_study
from countermove.world.cast import called

STRONGEST = 12  # numbers whose break-even value is looked for
BOXED = 10  # numbers that a box may be cut by, beside the theory
RESCUE, PAIN = ("spigot", "switching", "rational"), ("pressure",)
KNOWN = 3  # numbers that it might pay to know
RESAMPLES = 60  # behind the ranges of those shares
OPINION = 30  # numbers in the regression behind the shares of judgement, record and luck
T = TypeVar("T")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Glass:
    """A study under the glass: the values of all strategies, the two that lead, the numbers that went in, the strongest first."""

    study: Study
    values: Values
    first: int
    second: int
    matters: float
    inputs: tuple[Input, ...]
    effects: tuple[Effect, ...]  # first-order, in the order of `inputs`
    scores: Scores

    @property
    def names(self) -> tuple[str, str]:
        """The two strategies of highest expected points."""
        return self.values.strategies[self.first], self.values.strategies[self.second]

    @property
    def difference(self) -> Floats:
        """Points of the first less those of the second, by theory and draw [T, D]."""
        return self.values.by_draw[self.first] - self.values.by_draw[self.second]

    @property
    def mixed(self) -> Floats:
        """The difference over the theories by weight [D]."""
        return self.values.shares @ self.difference


def explore(scenario: Scenario, options: RunOptions | None = None, *, progress: Progress = silent) -> Explored:
    """What would change the answer. Raises DecisionError where there is none to change: no objective, or one strategy."""
    options = options or RunOptions()
    return explored(run_study(scenario, replace(options, full=False), progress=progress), options, progress=progress)


def explored(study: Study, options: RunOptions, *, blocks_too: bool = True, progress: Progress = silent) -> Explored:
    """The same of a study that was run; without the effects of whole blocks, which take runs of their own, unless they are wanted."""
    clock = time.perf_counter()
    scenario = study.program.scenario
    glass = under_glass(study)
    said: list[str] = []
    steps = 9

    def tried(number: int, what: str, make: Callable[[], T], empty: T) -> T:
        progress(f"exploring: {what}", number, steps)
        try:
            return make()
        except DecisionError as error:
            said.append(f"{what[:1].upper()}{what[1:]} cannot be told: {error}.")
            return empty

    failed = failures(glass)
    verdict = next((row for row in study.findings.verdicts if row.theory == "weighted"), None)
    return Explored(
        scenario=scenario.scenario,
        best=glass.names[0],
        other=glass.names[1],
        difference=verdict.difference if verdict is not None else float("nan"),
        se=verdict.se if verdict is not None else float("nan"),
        flips=study.findings.flips,
        triangle=tried(0, "the triangle of weights", lambda: triangle_of(glass.scores, thirds(glass.scores)), None),
        criteria=tried(0, "criteria without weights", lambda: criteria(glass), ()),
        outcomes=tried(1, "regret in each outcome", lambda: outcome_regrets(glass), ()),
        standings=tried(1, "dominance", lambda: standings(glass), ()),
        stakes=tried(1, "objectives side by side", lambda: side_by_side(glass), None),
        breakevens=tried(2, "break-even values", lambda: breakevens(glass), ()),
        box=tried(3, "where the plan fails", lambda: find_box(failed), None),
        leaves=tried(4, "a tree of failures", lambda: find_leaves(failed), None),
        effects=tried(5, "effects of whole blocks", lambda: block_effects(glass, options), ()) if blocks_too else (),
        parameters=glass.effects[:STRONGEST],
        information=tried(6, "the value of knowing", lambda: information(glass, options), ()),
        opinion=tried(7, "how much is opinion", lambda: shares(glass), None),
        pathways=tried(8, "when to change course", lambda: pathways_of(study, glass.values, glass.names[0], options), None),
        experts=by_expert(glass),
        said=tuple(said),
        draws=study.runs.draws,
        seed=study.runs.seed,
        seconds=time.perf_counter() - clock,
        hashes={"scenario_hash": hash_of(scenario), "code_version": code_version()},
    )


def under_glass(study: Study) -> Glass:
    """The two strategies that lead and what their difference hangs on. Raises DecisionError for one strategy or no objective."""
    objective = study.program.scenario.objective
    values = values_of(study.runs, objective, study.findings.weights)
    values.compared()
    order = np.argsort(-(values.means(values.scrambles.weight) @ values.shares), kind="stable")
    first, second = int(order[0]), int(order[1])
    inputs = uncertain(study.program, study.draws)
    mixed = values.shares @ (values.by_draw[first] - values.by_draw[second])
    effects: tuple[Effect, ...] = ()
    if inputs:
        x = np.stack([one.values for one in inputs], axis=1)
        found = first_effects(
            x, mixed, [one.column.name for one in inputs], values.weight, Given(resamples=50, seed=study.runs.seed)
        )
        ranked = sorted(range(len(inputs)), key=lambda k: -found[k].first.value)
        inputs, effects = tuple(inputs[k] for k in ranked), tuple(found[k] for k in ranked)
    matters = objective.matters if objective is not None else 0.0
    points_at = scores(study.runs, objective, study.findings.weights)
    return Glass(study, values, first, second, matters, inputs, effects, points_at)


def thirds(found: Scores) -> dict[str, tuple[str, ...]]:
    """Three blocks of theories: those of rescue, those of pain, and all others; where one is empty, the two of most weight and the rest."""
    names = [name for name, share in zip(found.theories[:-1], found.shares, strict=True) if share > 0]
    rescue, pain = tuple(n for n in names if n in RESCUE), tuple(n for n in names if n in PAIN)
    rest = tuple(name for name in names if name not in (*rescue, *pain))
    if rescue and pain and rest:
        return {"rescue": rescue, "pain": pain, "other theories": rest}
    ranked = sorted(names, key=lambda name: -found.shares[found.theories.index(name)])
    return {name: (name,) for name in ranked[:2]} | ({"other theories": tuple(ranked[2:])} if len(ranked) > 2 else {})


def criteria(glass: Glass) -> tuple[Ranking, ...]:
    """What people choose who put no weights on theories, or distrust them. The wanted value is that of the second best by expectation."""
    values = glass.values
    wanted = float(values.means(values.scrambles.weight)[glass.second] @ values.shares)
    return (
        largest_regret(values),
        percentile_regret(values),
        domain_criterion(values, seed=glass.study.runs.seed),
        satisficing(values, wanted).probability,
        info_gap(values, wanted).horizon,
    )


def better_of(glass: Glass) -> dict[str, Better]:
    """The measures of the objective, and whether more or less of each is better."""
    objective = points_of(glass.study.program.scenario.objective)
    return {name: "more" if worth > 0 else "less" for name, worth in objective.items() if worth}


def outcome_regrets(glass: Glass) -> tuple[OutcomeRegret, ...]:
    """What each strategy loses in each outcome of the objective, in the outcome's own unit."""
    runs, weights = glass.study.runs, glass.study.findings.weights
    out: list[OutcomeRegret] = []
    for name, better in better_of(glass).items():
        found = absolute_regret(measure_values(runs, name, better, weights))
        out.append(OutcomeRegret(name, better, found.naive if found.cross_fitted is None else found.cross_fitted))
    return tuple(out)


def standings(glass: Glass) -> tuple[Standing, ...]:
    """Who is dominated over the objective's measures, whatever they are worth."""
    better = better_of(glass)
    return pareto(measured(glass.study.runs, tuple(better)), better, glass.study.findings.weights)


def side_by_side(glass: Glass) -> Stakes | None:
    """The owner's objective beside those of readers who value other things, under the weights of the study; None where nobody does."""
    scenario = glass.study.program.scenario
    people = {name: person_of(glass.study, name, one).points for name, one in scenario.readers.items() if one.values}
    if not people:
        return None
    every = {called(scenario.owner): points_of(scenario.objective), **people}
    found = measured(glass.study.runs, tuple(dict.fromkeys(name for one in every.values() for name in one)))
    return stakes(found, every, glass.study.findings.weights)


def breakevens(glass: Glass) -> tuple[BreakEven, ...]:
    """At which value of each of the strongest numbers the two strategies are worth the same."""
    return tuple(
        break_even(one.values, glass.mixed, one.column, glass.names, glass.values.weight) for one in glass.inputs[:STRONGEST]
    )


def failures(glass: Glass) -> Rows:
    """Draws and theories in which the leading strategy loses more than matters to the best one there; the theory is a column too."""
    behind = glass.values.by_draw.max(axis=0) - glass.values.by_draw[glass.first]  # [T, D]
    held = np.flatnonzero(glass.values.shares > 0)
    chosen = glass.inputs[:BOXED]
    draws = glass.study.runs.draws
    x = np.concatenate(
        [np.column_stack([*(one.values for one in chosen), np.full(draws, place)]) for place in range(len(held))], axis=0
    )
    columns = (*(one.column for one in chosen), Column("theory", labels=tuple(glass.values.theories[t] for t in held)))
    weight = np.concatenate([glass.values.weight * glass.values.shares[t] for t in held])
    return rows_of(x, (behind[held] > glass.matters).ravel(), columns, weight, np.tile(np.arange(draws), len(held)))


def block_effects(glass: Glass, options: RunOptions) -> tuple[Effect, ...]:
    """Shapley effects of blocks of numbers, and of the theory, on the difference of the two strategies."""
    groups = blocks(glass.study.program, glass.inputs, glass.effects)
    outcome = response(glass.study, glass.names, options)
    return shapley_effects(outcome, groups, Design(size=4, seed=glass.study.runs.seed))


def information(glass: Glass, options: RunOptions) -> tuple[Information, ...]:
    """What it is worth to know the theory, six more months of reports, and each of the strongest numbers."""
    found = [theory_information(glass.values)]
    if len(glass.values.theories) > 1:
        seen = six_months(glass.study, glass.names[0], glass.values.theories, options)
        found.append(observation_information(glass.values, seen))
    found += [parameter_information(glass.values, one.column.name, one.values) for one in glass.inputs[:KNOWN]]
    return tuple(found)


def by_expert(glass: Glass) -> tuple[ByExpert, ...]:
    """The lead in the draws that follow each expert, where a number has several experts' answers."""
    program, draws = glass.study.program, glass.study.draws
    out: list[ByExpert] = []
    for name, priors in program.priors.items():
        for place, prior in enumerate(priors):
            who = draws.experts.get(f"{name}[{place}]")
            for number, (expert, _) in enumerate(prior.experts if who is not None else ()):
                weight = glass.values.weight * (who == number)
                groups = [draws.scramble == k for k in np.unique(draws.scramble)]
                mass = np.array([weight[own].sum() for own in groups])
                total = np.array([(weight * glass.mixed)[own].sum() for own in groups])
                found = Sums(total, mass).estimate()
                out.append(ByExpert(name, expert, found.mean, found.se))
    return tuple(out)


def shares(glass: Glass) -> Opinion:
    """How much of the difference is judgement, how much a record informs, how much is luck."""
    runs, objective = glass.study.runs, glass.study.program.scenario.objective
    first, second = glass.names
    difference = np.stack(
        [points(runs, objective, first, theory) - points(runs, objective, second, theory) for theory in glass.values.theories]
    )
    chosen = glass.inputs[:OPINION]
    z = np.column_stack([one.values.argsort().argsort() / (len(one.values) - 1) for one in chosen])
    theory = "judgement" if glass.study.provenance.weights_from == "priors" else "record"
    inputs = Inputs(tuple(one.column.name for one in chosen), z, tuple(one.group for one in chosen), theory)
    return opinion(difference, glass.values.shares, glass.values.weight, inputs, resamples=RESAMPLES, seed=runs.seed)
