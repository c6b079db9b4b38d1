"""`explore`: what would change the answer. The study's runs looked at from all sides, and a few runs more."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from countermove.behaviour.table import moved_by
from countermove.behaviour.theory import MovedBy, Theory
from countermove.decision.boxes import Column, InputRows, input_rows
from countermove.decision.findings import Flip, Verdict
from countermove.decision.information import (
    Information,
    Observation,
    observation_information,
    parameter_information,
    theory_information,
)
from countermove.decision.monte_carlo_error import Sums
from countermove.decision.objective import points
from countermove.decision.pareto import Better, Dominance, PersonalChoices, measured_outcomes, pareto, personal_choices, points_of
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
from countermove.questions.assumptions import number_of
from countermove.questions.explore.breakeven import BreakEven, break_even
from countermove.questions.explore.cart import find_leaves
from countermove.questions.explore.effects import Design, Effect, shapley_effects
from countermove.questions.explore.finding import ByExpert, Explored, OutcomeRegret
from countermove.questions.explore.inputs import Input
from countermove.questions.explore.leading_pair import (
    BINS,
    COURSE,
    FAILURES,
    KNOWING,
    OPINION,
    SINGLE,
    TURNS,
    WITHOUT,
    LeadingPair,
    leading_pair,
    opinion_need,
    shortages,
    strongest,
)
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

STRONGEST = 12  # numbers whose break-even value is looked for
BOXED = 10  # numbers that a box may be cut by, beside the theory
BLOCKS: tuple[MovedBy, ...] = ("losing", "pain")  # what moves the patron, in two corners of the triangle of weights
KNOWN = 3  # numbers that it might pay to know
RESAMPLES = 60  # behind the ranges of the shares of judgement, record and luck
STEPS = 9


def explore(scenario: Scenario, options: RunOptions | None = None, *, progress: Progress = silent) -> Explored:
    """What would change the answer. Raises DecisionError, before anything is run, where there is none to change: no objective, or one strategy."""
    options = options or RunOptions()
    shortages(scenario, options)
    return explored(run_study(scenario, replace(options, full=False), progress=progress), options, progress=progress)


def explored(study: Study, options: RunOptions, *, blocks_too: bool = True, progress: Progress = silent) -> Explored:
    """The same of a study that was run; without the effects of whole blocks, which take runs of their own, unless they are wanted."""
    clock = time.perf_counter()
    scenario = study.program.scenario
    parts = Parts("exploring", STEPS, progress)
    pair = leading_pair(study)
    inputs, effects = parts.attempt(0, SINGLE.what, lambda: strongest(pair), ((), ()))
    pair = replace(pair, inputs=inputs or pair.inputs, effects=effects)
    failed = parts.attempt(3, FAILURES.what, lambda: failures(pair), None)
    lead = verdict_between(pair.scores, len(pair.scores.theories) - 1, pair.first, pair.second)
    return Explored(
        scenario=scenario.scenario,
        best=pair.names[0],
        other=pair.names[1],
        difference=lead.difference,
        se=lead.se,
        kind=lead.kind,
        alike=pair.alike,
        opening=opening(pair, lead),
        flips=flips_told(pair, parts),
        triangle=parts.attempt(0, "the triangle of weights", lambda: triangle(pair), None),
        criteria=parts.attempt(0, WITHOUT.what, lambda: criteria(pair), ()),
        outcomes=parts.attempt(1, "regret in each outcome", lambda: outcome_regrets(pair), ()),
        standings=parts.attempt(1, "dominance", lambda: standings(pair), ()),
        stakes=parts.attempt(1, "objectives side by side", lambda: side_by_side(pair), None),
        breakevens=breakevens(pair, parts),
        box=parts.attempt(3, "one box of circumstances in which the plan fails", lambda: find_box(failed), None)
        if failed is not None
        else None,
        leaves=parts.attempt(4, "a tree of circumstances in which the plan fails", lambda: find_leaves(failed), None)
        if failed is not None
        else None,
        effects=parts.attempt(5, "the effects of whole blocks", lambda: block_effects(pair, options), ()) if blocks_too else (),
        parameters=pair.effects[:STRONGEST],
        numbers=number_titles(pair),
        information=information(pair, options, parts),
        opinion=parts.attempt(7, "the share of opinion", lambda: shares(pair), None),
        pathways=parts.attempt(8, COURSE.what, lambda: course(pair, options), None),
        experts=by_expert(pair) if pair.distinct else (),
        said=parts.sentences,
        draws=study.runs.draws,
        seed=study.runs.seed,
        seconds=time.perf_counter() - clock,
        hashes={"scenario_hash": hash_of(scenario), "code_version": code_version()},
        titles=pair.values.titles,
    )


def number_titles(pair: LeadingPair) -> dict[str, str]:
    """Name -> what people read, of every uncertain number of the two: by itself and, where it has experts, of all actors together."""
    several = {row.number: number_of(pair.study.program, row.number).doc for row in by_expert(pair)}
    return {**several, **{one.column.name: one.column.title for one in pair.inputs}}


def opening(pair: LeadingPair, lead: Verdict) -> str:
    """Who leads whom, in words: no more than the runs can tell."""
    first, titles = pair.names[0], pair.values.titles
    if not pair.distinct:
        names = titles.say_strategies(pair.values.strategies)
        return f"{names} score the same in every run: no weight and no number can part them."
    same = f"{titles.say_strategies([first, *pair.alike])} score the same in every run. " if pair.alike else ""
    return f"{same}{lead.sentence}"


def flips_told(pair: LeadingPair, parts: Parts) -> tuple[Flip, ...]:
    """The flip points; a sentence where there is one theory."""
    if len(pair.scores.theories) < 3:
        parts.without("the weight of two theories at which the order turns", "one theory was run")
    return pair.study.findings.flips


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


def triangle(pair: LeadingPair) -> Triangle:
    """The map over three blocks of theories. Raises DecisionError where fewer than three theories have weight, or nothing parts the strategies."""
    pair.require_distinct()
    held = int((pair.scores.shares > 0).sum())
    if held < 3:
        raise DecisionError(f"it has three corners, and {'one theory has' if held == 1 else f'{held} theories have'} weight")
    WITHOUT.require(pair.study.runs.draws, pair.study.runs.lucks)
    return triangle_of(pair.scores, thirds(pair.scores, pair.study.program.theories))


def criteria(pair: LeadingPair) -> tuple[Ranking, ...]:
    """What people choose who put no weights on theories, or distrust them. The wanted value is that of the second best by expectation."""
    values = pair.values
    pair.require_distinct()
    WITHOUT.require(pair.study.runs.draws, pair.study.runs.lucks)
    wanted = float(values.means(values.scrambles.weight)[pair.second] @ values.shares)
    return (
        largest_regret(values),
        percentile_regret(values),
        domain_criterion(values, seed=pair.study.runs.seed),
        satisficing(values, wanted).probability,
        info_gap(values, wanted),
    )


def better_of(pair: LeadingPair) -> dict[str, Better]:
    """The measures of the objective, and whether more or less of each is better."""
    objective = points_of(pair.study.program.scenario.objective)
    return {name: "more" if worth > 0 else "less" for name, worth in objective.items() if worth}


def outcome_regrets(pair: LeadingPair) -> tuple[OutcomeRegret, ...]:
    """What each strategy loses in each outcome of the objective, in the outcome's own unit."""
    runs, weights = pair.study.runs, pair.study.findings.weights
    out: list[OutcomeRegret] = []
    for name, better in better_of(pair).items():
        found = absolute_regret(measure_values(runs, name, better, weights, pair.values.titles))
        out.append(OutcomeRegret(name, better, found.naive if found.cross_fitted is None else found.cross_fitted))
    return tuple(out)


def standings(pair: LeadingPair) -> tuple[Dominance, ...]:
    """Who is dominated over the objective's measures, whatever they are worth."""
    better = better_of(pair)
    found = measured_outcomes(pair.study.runs, tuple(better))
    return pareto(found, better, pair.study.findings.weights, pair.values.titles)


def side_by_side(pair: LeadingPair) -> PersonalChoices | None:
    """The owner's objective beside those of readers who value other things, under the weights of the study; None where nobody does."""
    scenario = pair.study.program.scenario
    people = {name: assumptions_of(pair.study, name, one).points for name, one in scenario.readers.items() if one.values}
    if not people:
        return None
    every = {pair.study.whose or pair.values.titles.actor(scenario.owner): points_of(scenario.objective), **people}
    found = measured_outcomes(pair.study.runs, tuple(dict.fromkeys(name for one in every.values() for name in one)))
    titles = pair.values.titles
    known = replace(titles, readers={name: titles.reader(name) for name in people})
    return personal_choices(found, every, pair.study.findings.weights, known)


def breakevens(pair: LeadingPair, parts: Parts) -> tuple[BreakEven, ...]:
    """At which value of each of the strongest numbers the two strategies are worth the same."""

    first, second = map(pair.values.titles.say_strategy, pair.names)
    both = (first, second)

    def asked(one: Input) -> Callable[[], BreakEven]:
        return lambda: break_even(one.values, pair.mixed, one.column, both, pair.values.weight)

    def there() -> bool:
        pair.require_distinct()
        if not pair.inputs:
            raise DecisionError("no number is uncertain")
        TURNS.require(pair.study.runs.draws, pair.study.runs.lucks)
        return True

    if not parts.attempt(2, TURNS.what, there, False):
        return ()
    return parts.each(2, TURNS.what, {one.column.name: asked(one) for one in pair.inputs[:STRONGEST]})


def failures(pair: LeadingPair) -> InputRows:
    """Draws and theories in which the leading strategy loses more than matters to the best one there; the theory is a column too."""
    pair.require_distinct()
    FAILURES.require(pair.study.runs.draws, pair.study.runs.lucks)
    behind = pair.values.by_draw.max(axis=0) - pair.values.by_draw[pair.first]  # [T, D]
    held = np.flatnonzero(pair.values.shares > 0)
    fails = behind[held] > pair.matters
    if not fails.any() or fails.all():
        lost = f"loses more than {pair.matters:g} points, which is what matters, to the best strategy"
        where = "in any draw under any theory" if not fails.any() else "in every draw under every theory"
        raise DecisionError(f"{pair.values.titles.say_strategy(pair.names[0])} {'never ' if not fails.any() else ''}{lost} {where}")
    chosen = pair.inputs[:BOXED]
    labels = tuple(pair.values.theories[t] for t in held)
    draws = pair.study.runs.draws
    x = np.concatenate(
        [np.column_stack([*(one.values for one in chosen), np.full(draws, place)]) for place in range(len(held))], axis=0
    )
    columns = (*(one.column for one in chosen), Column("theory", labels=labels, told=tuple(map(pair.values.titles.theory, labels))))
    weight = np.concatenate([pair.values.weight * pair.values.shares[t] for t in held])
    return input_rows(x, fails.ravel(), columns, weight, np.tile(np.arange(draws), len(held)))


def block_effects(pair: LeadingPair, options: RunOptions) -> tuple[Effect, ...]:
    """Shapley effects of blocks of numbers, and of the theory, on the difference of the two strategies."""
    if len(pair.effects) < len(pair.inputs):
        raise DecisionError("which single numbers move the difference cannot be told, and the blocks are made of these")
    pair.require_distinct()
    if pair.inputs and not pair.effects:
        SINGLE.require(pair.study.runs.draws, pair.study.runs.lucks)
        raise DecisionError("which of its numbers matter is not known")
    groups = blocks(pair.study.program, pair.inputs, pair.effects)
    outcome = response(pair.study, pair.names, options)
    return shapley_effects(outcome, groups, Design(size=4, seed=pair.study.runs.seed))


def information(pair: LeadingPair, options: RunOptions, parts: Parts) -> tuple[Information, ...]:
    """What it is worth to know the theory, six more months of reports, and each of the strongest numbers."""
    values = pair.values

    def there() -> bool:
        pair.require_distinct()
        KNOWING.require(pair.study.runs.draws, pair.study.runs.lucks)
        return True

    if not parts.attempt(6, KNOWING.what, there, False):
        return ()
    found: list[Information] = []
    if len(values.theories) > 1:
        found += [theory_information(values)]
        found += parts.each(6, "the worth", {NAME: lambda: observation_information(values, _reports(pair, options))})
    else:
        parts.without("the worth of knowing the theory", "one theory was run")
    for one in pair.inputs[:KNOWN]:
        found.append(parameter_information(values, one.column, one.values, BINS))
    return tuple(found)


def _reports(pair: LeadingPair, options: RunOptions) -> Observation:
    return six_months(pair.study, pair.names[0], pair.values.theories, options)


def course(pair: LeadingPair, options: RunOptions) -> Pathways:
    """When to leave the first strategy, and on what sign."""
    pair.require_distinct()
    COURSE.require(pair.study.runs.draws, pair.study.runs.lucks)
    return pathways_of(pair.study, pair.values, pair.names[0], options)


def by_expert(pair: LeadingPair) -> tuple[ByExpert, ...]:
    """The lead in the draws that follow each expert, where a number has several experts' answers."""
    program, draws = pair.study.program, pair.study.draws
    out: list[ByExpert] = []
    for name, priors in program.priors.items():
        for place, prior in enumerate(priors):
            who = draws.experts.get(f"{name}[{place}]")
            for number, (expert, _) in enumerate(prior.experts if who is not None else ()):
                weight = pair.values.weight * (who == number)
                groups = [draws.scramble == k for k in np.unique(draws.scramble)]
                mass = np.array([weight[own].sum() for own in groups])
                total = np.array([(weight * pair.mixed)[own].sum() for own in groups])
                estimate = Sums(total, mass).estimate()
                out.append(ByExpert(name, expert, estimate.mean, estimate.se))
    return tuple(out)


def shares(pair: LeadingPair) -> Opinion:
    """How much of the difference is judgement, how much a record informs, how much is luck."""
    runs, objective = pair.study.runs, pair.study.program.scenario.objective
    pair.require_distinct()
    chosen = pair.inputs[:OPINION]
    opinion_need(len(chosen)).require(runs.draws, runs.lucks)
    first, second = pair.names
    difference = np.stack(
        [points(runs, objective, first, theory) - points(runs, objective, second, theory) for theory in pair.values.theories]
    )
    ranks = [one.values.argsort().argsort() / (len(one.values) - 1) for one in chosen]
    z = np.column_stack(ranks) if ranks else np.empty((runs.draws, 0))
    theory = "judgement" if pair.study.provenance.weights_from == "priors" else "record"
    inputs = Inputs(tuple(one.column.name for one in chosen), z, tuple(one.group for one in chosen), theory)
    return opinion(difference, pair.values.shares, pair.values.weight, inputs, resamples=RESAMPLES, seed=runs.seed)
