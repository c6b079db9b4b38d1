"""`search`: a written strategy improved within the language, and its worth on draws that the search has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, count

import numpy as np
from numpy.typing import NDArray

from countermove.decision.objective import required
from countermove.engine.run import Engine
from countermove.errors import DecisionError
from countermove.questions.options import Progress, silent
from countermove.questions.people import titles_of
from countermove.questions.provenance import code_version
from countermove.questions.search.evaluation import RACE, Floats, Hunt, SearchOptions, SearchRuns, checkpoint_of
from countermove.questions.search.evolution import (
    POPULATION,
    EvaluatedPoints,
    Simplification,
    front,
    simplified,
    spread_out,
    turned,
)
from countermove.questions.search.finding import ComparedStrategy, LeadPart, Order, Range, SearchFound, SearchStage
from countermove.questions.search.template import Point, strategy_at, template_of
from countermove.questions.search.text import doubts_about, knob_text, sentence_of, strategy_text, with_strategy
from countermove.questions.search.trials import EXTRA, TrialScores, fitting, joined
from countermove.rng.quasi import SCRAMBLES
from countermove.scenario.node_reader import MOST_TITLE
from countermove.scenario.schema import Scenario
from countermove.scenario.write import hash_of, write
from countermove.store.disk import write_page
from countermove.world.titles import Titles, written

SHOWN = 8  # candidates of the front
T_15 = 2.131  # 97.5% of Student's t with 15 degrees: sixteen scrambles


def search(scenario: Scenario, options: SearchOptions | None = None, *, progress: Progress = silent) -> SearchFound:
    """Improve a written strategy. Interrupted, it goes on where it stopped, to the same result.

    Raises:
        DecisionError: no objective, no strategy of this name, nothing to change in it, a budget below one generation.
    """
    options = options or SearchOptions()
    checked(scenario, options)
    field = SearchRuns.of(scenario, options, progress)
    template = template_of(field.program, options.strategy or field.least_regret(), options.keep)
    hunt = Hunt(field, template, Engine(field.program.with_plans([template.plan])))
    tried = hunt.evolved()
    best, stages = hunt.raced(tried)
    return _report(hunt, tried, simplified(hunt.parts(0), hunt.parts(-1), best, hunt.turns), stages)


def checked(scenario: Scenario, options: SearchOptions) -> None:
    """Refuse at once what would be refused after work: raises DecisionError as `search` does, with what suffices."""
    required(scenario.objective)
    if not scenario.strategies:
        raise DecisionError("the scenario has no strategy to improve", next="Write one under `strategies:`")
    if options.budget < POPULATION:
        raise DecisionError(
            f"a budget of {options.budget} candidates is less than one generation", next=f"Give --budget {POPULATION} or more"
        )
    fits = fitting(options.draws, options.chunk)
    if fits != options.draws:
        several = (
            f"{options.draws} {'draw does' if options.draws == 1 else 'draws do'} not divide into {SCRAMBLES} scrambles of one size"
        )
        raise DecisionError(f"{several} and whole chunks", next=f"Give --draws {fits}, or another power of 2 from {SCRAMBLES} up")
    if fitting(options.held_out, options.chunk) != options.held_out:
        raise DecisionError(f"{options.held_out} new draws do not divide into scrambles and chunks")


def _report(hunt: Hunt, tried: EvaluatedPoints, point: Point, stages: Sequence[SearchStage]) -> SearchFound:
    """The found strategy beside the written ones and the front, on new draws."""
    field, template, options = hunt.where, hunt.template, hunt.where.options
    scenario, name = template.scenario, _new_name(template.scenario, template.name)
    titles = titles_of(field.program)
    title = _new_title(titles, template.name, name)
    strategy = strategy_at(template, point, f"Found by countermove search from {template.name}, seed {options.seed}.", title)
    titles = replace(titles, strategies={**titles.strategies, **written([(name, title)])})
    new, shown, turns = hunt.ground(options.held_out, fresh=True), _front(hunt, tried), _left_out(hunt, point)
    every = np.array([point, *shown, *(turned(point, [turn]) for turn in turns)])
    played = new.trial(every, field.told(f"{len(every)} candidates on {options.held_out} new draws"))
    as_written = field.played(new.batch)
    own, others, without = played.at([0]), played.at(range(1, 1 + len(shown))), played.at(range(1 + len(shown), len(every)))
    labels = {f"candidate {number}": one for number, one in enumerate(shown, 1)}
    rows = _rows(hunt, joined([own, as_written, others]), (name, *scenario.strategies, *labels))
    seen = field.aim.parts(hunt.ground(RACE[-1][0] * options.draws).trial(np.array([point, template.written])))
    parts = _parts(hunt, own, as_written)
    searched, lead = ranged(seen[0] - seen[1]), next(row.lead for row in rows if row.strategy == template.name)
    assert lead is not None
    beats = all(row.lead is None or row.lead.low > 0 for row in rows if row.strategy not in labels)
    return SearchFound(
        scenario=scenario.scenario,
        base=template.name,
        name=name,
        aim="points under the worst theory" if options.worst else "expected points",
        knobs=len(template.knobs),
        strategies=float(np.prod(template.sizes.astype(np.float64))),
        text=strategy_text(scenario, name, strategy),
        whole=write(with_strategy(scenario, name, strategy)),
        rows=rows,
        beats=beats,
        sentence=sentence_of(rows, scenario, titles),
        searched=searched,
        optimism=_difference(searched, lead),
        stages=tuple(stages),
        parts=parts,
        orders=tuple(
            Order(knob_text(template, point, turn.knob), ranged(gap))
            for turn, gap in zip(turns, field.aim.parts(own) - field.aim.parts(without), strict=True)
        ),
        candidates={
            label: strategy_text(scenario, label.replace(" ", "-"), strategy_at(template, one)) for label, one in labels.items()
        },
        doubts=tuple(doubts_about(scenario, strategy, parts, beats=beats)),
        weights=dict(zip(new.theories, map(float, field.aim.shares), strict=True)),
        held_out=options.held_out,
        seed=options.seed,
        hashes={"scenario_hash": hash_of(scenario), "code_version": code_version()},
        titles=titles,
    )


def _new_name(scenario: Scenario, base: str) -> str:
    names = (f"{base}-searched{number}" for number in chain([""], map("-{}".format, count(2))))
    return next(name for name in names if name not in scenario.strategies)


def _new_title(titles: Titles, base: str, name: str) -> str:
    """What people call it: `Arms for talks, searched`; what its name makes where that would be too long for a title."""
    title = f"{titles.strategy(base)}, {name.removeprefix(base).strip('-').replace('-', ' ')}"
    return title if len(title) <= MOST_TITLE else ""


def ranged(parts: Floats) -> Range:
    """The mean of sixteen independent scrambles, its error and 95% interval."""
    mean, se = float(parts.mean()), float(parts.std(ddof=1) / np.sqrt(len(parts)))
    return Range(mean, se, mean - T_15 * se, mean + T_15 * se)


def _difference(one: Range, other: Range) -> Range:
    """Of two figures from different draws."""
    gap, se = one.points - other.points, float(np.hypot(one.se, other.se))
    return Range(gap, se, gap - 1.96 * se, gap + 1.96 * se)


def _criteria(hunt: Hunt, found: TrialScores) -> Floats:
    """What the front is about, all to be high [C, 4]: expected points, points under the worst theory, less cost, less direct war."""
    shares = hunt.where.aim.shares
    by_theory = found.points.mean(axis=2)
    means = found.measures[:, :, -len(EXTRA) :].transpose(0, 2, 1) @ shares
    return np.column_stack([by_theory @ shares, by_theory[:, shares > 0].min(axis=1), -means])


def _front(hunt: Hunt, tried: EvaluatedPoints) -> NDArray[np.int64]:
    """Points of the evolution that nothing else dominates on its draws: a few, far apart."""
    criteria = _criteria(hunt, joined(hunt.seen))
    best = np.flatnonzero(front(criteria))
    return tried.points[best[spread_out(criteria[best], SHOWN)]]


def _rows(hunt: Hunt, played: TrialScores, names: Sequence[str]) -> tuple[ComparedStrategy, ...]:
    """The found strategy, the written ones from the best to the worst, the candidates."""
    aim, theories = hunt.where.aim, hunt.where.program.theory_names
    parts, criteria, by_theory = aim.parts(played), _criteria(hunt, played), played.points.mean(axis=2)
    there = front(criteria)
    rows = [
        ComparedStrategy(
            strategy=name,
            value=ranged(parts[n]),
            lead=ranged(parts[0] - parts[n]) if n > 0 else None,
            expected=float(criteria[n, 0]),
            worst=float(criteria[n, 1]),
            worst_theory=theories[int(np.where(aim.shares > 0, by_theory[n], np.inf).argmin())],
            cost=float(-criteria[n, 2]),
            direct_war=float(-criteria[n, 3]),
            by_theory=dict(zip(theories, map(float, by_theory[n]), strict=True)),
            front=bool(there[n]),
        )
        for n, name in enumerate(names)
    ]
    last = 1 + len(hunt.template.scenario.strategies)
    return (rows[0], *sorted(rows[1:last], key=lambda row: -row.value.points), *rows[last:])


def _parts(hunt: Hunt, own: TrialScores, written: TrialScores) -> tuple[LeadPart, ...]:
    """What each measure adds to the lead over the best written strategy, the most first; where the worst theory counts, under that of each."""
    aim, values = hunt.where.aim, required(hunt.template.scenario.objective).values
    best = written.at([int(aim.values(written).argmax())])
    means = [aim.mixed(one.points, one.measures)[0] for one in (own, best)]
    rows = [
        LeadPart(name, float((means[0][m] - means[1][m]) * worth.points / worth.per))
        for m, (name, worth) in enumerate(values.items())
    ]
    return tuple(sorted(rows, key=lambda part: -abs(part.points)))


def _left_out(hunt: Hunt, point: Point) -> list[Simplification]:
    """For each order, in the order of the file, the one way in which it can be left out (or is as it was written)."""
    first: dict[int, Simplification] = {}
    for turn in hunt.turns(point):
        first.setdefault(turn.knob, turn)
    return [first[knob] for knob in sorted(first)]


def search_and_save(scenario: Scenario, options: SearchOptions, *, progress: Progress = silent) -> SearchFound:
    """Search and, where `options.kept` names a file, write the scenario with the strategy that was found to it, whole or not at all.

    What was kept for going on after an interrupt is then removed. Raises StoreError beside what `search` raises.
    """
    found = search(scenario, options, progress=progress)
    if options.kept is not None:
        write_page(options.kept, found.whole, "scenario")
    checkpoint = checkpoint_of(scenario, options)
    if checkpoint is not None:
        checkpoint.finish()
    return found
