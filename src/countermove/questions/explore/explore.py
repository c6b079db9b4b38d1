"""`explore`: what would change the answer. The study's runs looked at from all sides, and a few runs more."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from countermove.behaviour.support import MovedBy, Theory
from countermove.behaviour.table import moved_by
from countermove.decision.boxes import Column, Rows, rows_of
from countermove.decision.error import Sums
from countermove.decision.findings import Flip, Verdict
from countermove.decision.information import (
    Information,
    Observation,
    observation_information,
    parameter_information,
    theory_information,
)
from countermove.decision.objective import points
from countermove.decision.pareto import Better, Stakes, Standing, measured, pareto, points_of, stakes
from countermove.decision.ranking import Ranking
from countermove.decision.robust import (
    absolute_regret,
    domain_criterion,
    info_gap,
    largest_regret,
    measure_values,
    percentile_regret,
    satisficing,
)
from countermove.decision.scores import Scores
from countermove.decision.ternary import Triangle, triangle_of
from countermove.decision.verdict import verdict_between
from countermove.errors import DecisionError
from countermove.questions.explore.breakeven import BreakEven, break_even
from countermove.questions.explore.cart import find_leaves
from countermove.questions.explore.effects import Design, Effect, shapley_effects
from countermove.questions.explore.finding import ByExpert, Explored, OutcomeRegret
from countermove.questions.explore.glass import (
    BINS,
    COURSE,
    FAILURES,
    KNOWING,
    OPINION,
    SINGLE,
    TURNS,
    WITHOUT,
    Glass,
    opinion_need,
    short,
    strongest,
    under_glass,
)
from countermove.questions.explore.inputs import Input
from countermove.questions.explore.pathway_runs import pathways_of
from countermove.questions.explore.pathways import Pathways
from countermove.questions.explore.prim import find_box
from countermove.questions.explore.response import blocks, response
from countermove.questions.explore.shares import Inputs, Opinion, opinion
from countermove.questions.options import Progress, RunOptions, silent
from countermove.questions.parts import Parts
from countermove.questions.provenance import code_version
from countermove.questions.readers.readers import assumptions_of
from countermove.questions.readers.reports import NAME, six_months
from countermove.questions.run.run import Study, run_study
from countermove.scenario.schema import Scenario
from countermove.scenario.write import hash_of
from countermove.world.cast import called
from countermove.world.words import listed

STRONGEST = 12  # numbers whose break-even value is looked for
BOXED = 10  # numbers that a box may be cut by, beside the theory
BLOCKS: tuple[MovedBy, ...] = ("losing", "pain")  # what moves the patron, in two corners of the triangle of weights
KNOWN = 3  # numbers that it might pay to know
RESAMPLES = 60  # behind the ranges of the shares of judgement, record and luck
STEPS = 9


def explore(scenario: Scenario, options: RunOptions | None = None, *, progress: Progress = silent) -> Explored:
    """What would change the answer. Raises DecisionError, before anything is run, where there is none to change: no objective, or one strategy."""
    options = options or RunOptions()
    short(scenario, options)
    return explored(run_study(scenario, replace(options, full=False), progress=progress), options, progress=progress)


def explored(study: Study, options: RunOptions, *, blocks_too: bool = True, progress: Progress = silent) -> Explored:
    """The same of a study that was run; without the effects of whole blocks, which take runs of their own, unless they are wanted."""
    clock = time.perf_counter()
    scenario = study.program.scenario
    parts = Parts("exploring", STEPS, progress)
    glass = under_glass(study)
    inputs, effects = parts.tried(0, SINGLE.what, lambda: strongest(glass), ((), ()))
    glass = replace(glass, inputs=inputs or glass.inputs, effects=effects)
    failed = parts.tried(3, FAILURES.what, lambda: failures(glass), None)
    lead = verdict_between(glass.scores, len(glass.scores.theories) - 1, glass.first, glass.second)
    return Explored(
        scenario=scenario.scenario,
        best=glass.names[0],
        other=glass.names[1],
        difference=lead.difference,
        se=lead.se,
        kind=lead.kind,
        alike=glass.alike,
        opening=opening(glass, lead),
        flips=flips_told(glass, parts),
        triangle=parts.tried(0, "the triangle of weights", lambda: triangle(glass), None),
        criteria=parts.tried(0, WITHOUT.what, lambda: criteria(glass), ()),
        outcomes=parts.tried(1, "regret in each outcome", lambda: outcome_regrets(glass), ()),
        standings=parts.tried(1, "dominance", lambda: standings(glass), ()),
        stakes=parts.tried(1, "objectives side by side", lambda: side_by_side(glass), None),
        breakevens=breakevens(glass, parts),
        box=parts.tried(3, "one box of circumstances in which the plan fails", lambda: find_box(failed), None)
        if failed is not None
        else None,
        leaves=parts.tried(4, "a tree of circumstances in which the plan fails", lambda: find_leaves(failed), None)
        if failed is not None
        else None,
        effects=parts.tried(5, "the effects of whole blocks", lambda: block_effects(glass, options), ()) if blocks_too else (),
        parameters=glass.effects[:STRONGEST],
        information=information(glass, options, parts),
        opinion=parts.tried(7, "the share of opinion", lambda: shares(glass), None),
        pathways=parts.tried(8, COURSE.what, lambda: course(glass, options), None),
        experts=by_expert(glass) if glass.apart else (),
        said=parts.said,
        draws=study.runs.draws,
        seed=study.runs.seed,
        seconds=time.perf_counter() - clock,
        hashes={"scenario_hash": hash_of(scenario), "code_version": code_version()},
    )


def opening(glass: Glass, lead: Verdict) -> str:
    """Who leads whom, in words: no more than the runs can tell."""
    first, _ = glass.names
    if not glass.apart:
        names = listed(list(glass.values.strategies))
        return f"{names} score the same in every run: no weight and no number can part them."
    same = f"{listed([first, *glass.alike])} score the same in every run. " if glass.alike else ""
    return f"{same}{lead.sentence}"


def flips_told(glass: Glass, parts: Parts) -> tuple[Flip, ...]:
    """The flip points; a sentence where there is one theory."""
    if len(glass.scores.theories) < 3:
        parts.without("the weight of two theories at which the order turns", "one theory was run")
    return glass.study.findings.flips


def thirds(found: Scores, theories: Sequence[Theory]) -> dict[str, tuple[str, ...]]:
    """Three blocks of theories: in which he is moved by a client who is losing, by his own pain, and all others; where one is empty, the two of most
    weight and the rest."""
    names = [name for name, share in zip(found.theories[:-1], found.shares, strict=True) if share > 0]
    moved = {what: tuple(name for name in names if name in moved_by(theories, what)) for what in BLOCKS}
    rest = tuple(name for name in names if name not in itertools.chain(*moved.values()))
    if rest and all(moved.values()):
        return {**moved, "other theories": rest}
    ranked = sorted(names, key=lambda name: -found.shares[found.theories.index(name)])
    return {name: (name,) for name in ranked[:2]} | ({"other theories": tuple(ranked[2:])} if len(ranked) > 2 else {})


def triangle(glass: Glass) -> Triangle:
    """The map over three blocks of theories. Raises DecisionError where fewer than three theories have weight, or nothing parts the strategies."""
    glass.parted()
    held = int((glass.scores.shares > 0).sum())
    if held < 3:
        raise DecisionError(f"it has three corners, and {'one theory has' if held == 1 else f'{held} theories have'} weight")
    WITHOUT.met(glass.study.runs.draws, glass.study.runs.lucks)
    return triangle_of(glass.scores, thirds(glass.scores, glass.study.program.theories))


def criteria(glass: Glass) -> tuple[Ranking, ...]:
    """What people choose who put no weights on theories, or distrust them. The wanted value is that of the second best by expectation."""
    values = glass.values
    glass.parted()
    WITHOUT.met(glass.study.runs.draws, glass.study.runs.lucks)
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
    people = {name: assumptions_of(glass.study, name, one).points for name, one in scenario.readers.items() if one.values}
    if not people:
        return None
    every = {called(scenario.owner): points_of(scenario.objective), **people}
    found = measured(glass.study.runs, tuple(dict.fromkeys(name for one in every.values() for name in one)))
    return stakes(found, every, glass.study.findings.weights)


def breakevens(glass: Glass, parts: Parts) -> tuple[BreakEven, ...]:
    """At which value of each of the strongest numbers the two strategies are worth the same."""

    def asked(one: Input) -> Callable[[], BreakEven]:
        return lambda: break_even(one.values, glass.mixed, one.column, glass.names, glass.values.weight)

    def there() -> bool:
        glass.parted()
        if not glass.inputs:
            raise DecisionError("no number is uncertain")
        TURNS.met(glass.study.runs.draws, glass.study.runs.lucks)
        return True

    if not parts.tried(2, TURNS.what, there, False):
        return ()
    return parts.each(2, TURNS.what, {one.column.name: asked(one) for one in glass.inputs[:STRONGEST]})


def failures(glass: Glass) -> Rows:
    """Draws and theories in which the leading strategy loses more than matters to the best one there; the theory is a column too."""
    glass.parted()
    FAILURES.met(glass.study.runs.draws, glass.study.runs.lucks)
    behind = glass.values.by_draw.max(axis=0) - glass.values.by_draw[glass.first]  # [T, D]
    held = np.flatnonzero(glass.values.shares > 0)
    fails = behind[held] > glass.matters
    if not fails.any() or fails.all():
        lost = f"loses more than {glass.matters:g} points, which is what matters, to the best strategy"
        where = "in any draw under any theory" if not fails.any() else "in every draw under every theory"
        raise DecisionError(f"{glass.names[0]} {'never ' if not fails.any() else ''}{lost} {where}")
    chosen = glass.inputs[:BOXED]
    draws = glass.study.runs.draws
    x = np.concatenate(
        [np.column_stack([*(one.values for one in chosen), np.full(draws, place)]) for place in range(len(held))], axis=0
    )
    columns = (*(one.column for one in chosen), Column("theory", labels=tuple(glass.values.theories[t] for t in held)))
    weight = np.concatenate([glass.values.weight * glass.values.shares[t] for t in held])
    return rows_of(x, fails.ravel(), columns, weight, np.tile(np.arange(draws), len(held)))


def block_effects(glass: Glass, options: RunOptions) -> tuple[Effect, ...]:
    """Shapley effects of blocks of numbers, and of the theory, on the difference of the two strategies."""
    if len(glass.effects) < len(glass.inputs):
        raise DecisionError("which single numbers move the difference cannot be told, and the blocks are made of these")
    glass.parted()
    if glass.inputs and not glass.effects:
        SINGLE.met(glass.study.runs.draws, glass.study.runs.lucks)
        raise DecisionError("which of its numbers matter is not known")
    groups = blocks(glass.study.program, glass.inputs, glass.effects)
    outcome = response(glass.study, glass.names, options)
    return shapley_effects(outcome, groups, Design(size=4, seed=glass.study.runs.seed))


def information(glass: Glass, options: RunOptions, parts: Parts) -> tuple[Information, ...]:
    """What it is worth to know the theory, six more months of reports, and each of the strongest numbers."""
    values = glass.values

    def there() -> bool:
        glass.parted()
        KNOWING.met(glass.study.runs.draws, glass.study.runs.lucks)
        return True

    if not parts.tried(6, KNOWING.what, there, False):
        return ()
    found: list[Information] = []
    if len(values.theories) > 1:
        found += [theory_information(values)]
        found += parts.each(6, "the worth", {NAME: lambda: observation_information(values, _reports(glass, options))})
    else:
        parts.without("the worth of knowing the theory", "one theory was run")
    for one in glass.inputs[:KNOWN]:
        found.append(parameter_information(values, one.column.name, one.values, BINS))
    return tuple(found)


def _reports(glass: Glass, options: RunOptions) -> Observation:
    return six_months(glass.study, glass.names[0], glass.values.theories, options)


def course(glass: Glass, options: RunOptions) -> Pathways:
    """When to leave the first strategy, and on what sign."""
    glass.parted()
    COURSE.met(glass.study.runs.draws, glass.study.runs.lucks)
    return pathways_of(glass.study, glass.values, glass.names[0], options)


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
    glass.parted()
    chosen = glass.inputs[:OPINION]
    opinion_need(len(chosen)).met(runs.draws, runs.lucks)
    first, second = glass.names
    difference = np.stack(
        [points(runs, objective, first, theory) - points(runs, objective, second, theory) for theory in glass.values.theories]
    )
    ranks = [one.values.argsort().argsort() / (len(one.values) - 1) for one in chosen]
    z = np.column_stack(ranks) if ranks else np.empty((runs.draws, 0))
    theory = "judgement" if glass.study.provenance.weights_from == "priors" else "record"
    inputs = Inputs(tuple(one.column.name for one in chosen), z, tuple(one.group for one in chosen), theory)
    return opinion(difference, glass.values.shares, glass.values.weight, inputs, resamples=RESAMPLES, seed=runs.seed)
