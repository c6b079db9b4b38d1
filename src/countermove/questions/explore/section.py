"""What would change the answer: criteria without weights, break-even values, where the plan fails, what it would pay to know, dissent."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from countermove.decision.ranking import Ranking
from countermove.questions.explore.finding import Explored, triangle_figure
from countermove.questions.explore.pathways import Pathways
from countermove.questions.explore.section_pictures import numbers_figure, signs_figure
from countermove.questions.inquiry import Inquiry
from countermove.questions.options import Progress, RunOptions
from countermove.questions.run.finding import Findings
from countermove.questions.run.run import Study
from countermove.show.charts.svg import minus
from countermove.show.figure import Figure
from countermove.world.certainty import difference_verdict
from countermove.world.measure import titled_in_unit, unit_of
from countermove.world.tables import Cell, Table
from countermove.world.titles import Titles, quoted
from countermove.world.words import capitalized, counted_error, listed, loss, mean_error, number, percent

TURNS = 2  # signs on page one
NO_NUMBER = "No number was looked at: the last lines of this part say why."
NOT_RUN = "This was not explored for this memo: `countermove explore` does it."


@dataclass(frozen=True)
class ExploreSection:
    """The section; `why` says why there is nothing, where there is nothing."""

    why: str
    opening: str = ""
    triangle: Figure | None = None
    criteria: Table | None = None
    standings: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    silent: str = ""
    parameters: Table | None = None
    fails: tuple[str, ...] = ()
    worth: tuple[str, ...] = ()
    outcomes: Table | None = None
    course: str = ""
    signposts: Table | None = None
    beside: tuple[str, ...] = ()
    opinion: str = ""
    dissent: tuple[str, ...] = ()
    experts: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    signs: Figure | None = None
    movers: Figure | None = None


def _an_order(study: Study, options: RunOptions) -> bool:
    """Whether there is an order of plans that could change, and time to look for it."""
    return options.full and len(study.runs.strategies) > 1 and study.program.scenario.objective is not None


def _ask(study: Study, options: RunOptions, progress: Progress) -> Explored:
    from countermove.questions.explore.explore import explored  # a page that is only drawn asks nothing

    return explored(study, options, blocks_too=False, progress=progress)


INQUIRY = Inquiry("what would change the answer", _an_order, _ask)


def section(found: Explored | None, findings: Findings) -> ExploreSection:
    """What would turn the order of the two strategies that lead."""
    if found is None:
        return ExploreSection(_why(findings))
    untold = [quoted(found.number(one.parameter)) for one in found.breakevens if one.kind != "flips"]
    silent = "" if found.breakevens else NO_NUMBER
    if untold:
        silent = f"No turn was found, or it cannot be told, for {listed(untold)}."
    return ExploreSection(
        why="",
        opening=found.opening,
        triangle=triangle_figure(found.triangle, found.titles) if found.triangle is not None else None,
        criteria=criteria_table(found) if found.criteria else None,
        standings=tuple(row.sentence for row in found.standings if row.kind != "non-dominated"),
        numbers=tuple(one.sentence for one in found.breakevens if one.kind == "flips"),
        silent=silent,
        parameters=parameters_table(found) if found.parameters else None,
        fails=tuple(dict.fromkeys(one.sentence for one in (found.box, found.leaves) if one is not None)),
        worth=tuple(one.sentence for one in found.information),
        outcomes=outcomes_table(found) if found.outcomes else None,
        course=found.pathways.sentence if found.pathways is not None else "",
        signposts=signposts_table(found.pathways, found.titles) if found.pathways is not None else None,
        beside=tuple(one.sentence for one in found.stakes.conflicts) if found.stakes is not None else (),
        opinion="" if found.opinion is None else found.opinion.sentence,
        dissent=dissent(found, findings),
        experts=found.by_expert,
        said=found.said,
        signs=signs_figure(found.pathways, found.titles) if found.pathways is not None else None,
        movers=numbers_figure(found),
    )


def _why(findings: Findings) -> str:
    """Why nothing was explored."""
    if len(findings.strategies) < 2:
        return "One strategy was run, and nothing can come before it: there is no answer that could change."
    if not findings.regret:
        return (
            "No strategy is better than another by the scenario's objective, or it has none: there is no answer that could change."
        )
    return NOT_RUN


def turns(found: Explored | None) -> tuple[str, ...]:
    """For page one: the signs that ask for a change of course, those that pay most over all runs first."""
    if found is None or found.pathways is None:
        return ()
    asked = [row for row in found.pathways.signposts if row.advice == "change"]
    plan = found.titles.say_strategy
    return tuple(
        f"If {row.sign} ({percent(row.probability)} of runs, in the median case in month {row.month + 1}): a change from "
        f"{plan(found.pathways.follow)} to "
        f"{plan(row.to)} is then worth {mean_error(row.gain, row.gain_se)} points."
        for row in sorted(asked, key=lambda row: -row.overall)[:TURNS]
    )


def criteria_table(found: Explored) -> Table:
    """What criteria without weights choose."""
    return Table.of(
        "What people choose who put no weights on theories, or distrust them: the score of each strategy, the best one marked where it is ahead "
        "beyond error. Regret: less is better; shares and horizons: more. See whether one strategy stands first whatever the criterion.",
        ("criterion", *map(found.titles.strategy, found.criteria[0].strategies)),
        (
            (Cell(minus(row.criterion), ("settled" if row.settled else _unsettled(row),)), *_scores(row, _score))
            for row in found.criteria
        ),
    )


def _scores(row: Ranking, text: Callable[[float, float], str]) -> Iterator[Cell]:
    """The score of each strategy, framed where it is surely the best."""
    for name, score, se in zip(row.strategies, row.scores, row.se, strict=True):
        yield Cell(text(score, se), (), ("best",) if row.settled and name in row.best else ())


def _unsettled(row: Ranking) -> str:
    """Who cannot be told apart from the first."""
    if set(row.level) <= set(row.best):
        return f"a tie of {row.titles.say_strategies(row.best)}"
    return f"cannot tell: {row.titles.say_strategies(row.level)} are within error" if row.level else "within error: cannot tell"


def outcomes_table(found: Explored) -> Table:
    """What each strategy loses in each outcome."""
    return Table.of(
        "Regret in each outcome by itself, in its own unit: what a strategy loses to the one that is best for that outcome in each draw and theory "
        "(± standard error). See where the choice of the whole costs most in a part.",
        ("outcome", *map(found.titles.strategy, found.outcomes[0].ranking.strategies)),
        (
            (
                Cell(capitalized(titled_in_unit(row.measure)), (f"{row.better} is better",)),
                *_scores(row.ranking, partial(loss, unit=unit_of(row.measure))),
            )
            for row in found.outcomes
        ),
        title="Loss in each outcome to the strategy that is best for it in each draw and theory, in the outcome's unit (± standard error)",
    )


def signposts_table(found: Pathways, titles: Titles) -> Table:
    """The signs at which a change of course may pay."""
    follow = titles.say_strategy(found.follow)
    return Table.of(
        f"Signposts on the way of {follow}: how probable each sign is, the median month in which it is first seen, the best other "
        "strategy from then on, and what that one change is worth where the sign is seen (points, ± standard error; chosen on one half of the "
        "draws, scored on the other). See which signs ask for a change, and how many leave it open.",
        ("sign", "seen", "first seen", "change to", "worth", "so"),
        (
            (
                row.sign,
                counted_error(row.probability, row.se, found.draws),
                "never" if row.month < 0 else f"month {row.month + 1}",
                titles.strategy(row.to),
                _score(row.gain, row.gain_se) if math.isfinite(row.gain) else "too seldom seen",
                Cell(row.advice, (), ("best",) if row.advice == "change" else ()),
            )
            for row in found.signposts
        ),
        title=f"Signs under {follow}: how probable, when in the median case, and what the best change of course is worth where one is seen",
    )


def _score(score: float, se: float) -> str:
    if not math.isfinite(score):
        return "no limit"
    return mean_error(score, se) if math.isfinite(se) else f"{number(score, 2)} (error not known)"


def parameters_table(found: Explored) -> Table:
    """Which numbers move the difference."""
    first = (
        f"Numbers that move the difference of {found.titles.say_strategies((found.best, found.other))}: share of its variance over "
        f"draws, each for itself"
    )
    return Table.of(
        f"{first}, with a 95% interval. See how few there are: better sources for these would be worth most.",
        ("number", "share of the variance"),
        ((found.number(row.name), row.first.text) for row in found.parameters),
        title=f"{first} (95%)",
    )


def effects_table(found: Explored) -> Table:
    """Which blocks of numbers do."""
    return Table.of(
        "Blocks of numbers and the theory: share of the variance (Shapley effects add up to 1; 95%)",
        ("block", "Shapley", "alone", "with all it takes part in"),
        ((row.name, *("" if one is None else one.text for one in (row.shapley, row.first, row.total))) for row in found.effects),
    )


def dissent(found: Explored, findings: Findings) -> tuple[str, ...]:
    """The best case for the strategy that comes second: the theories, numbers and criteria that speak for it."""
    out: list[str] = []
    best, other = found.titles.say_strategy(found.best), found.titles.say_strategy(found.other)
    rows = {(row.strategy, row.theory): row for row in findings.regret}
    ahead = [
        theory
        for theory in findings.theories
        if (one := rows.get((found.other, theory)))
        and (two := rows.get((found.best, theory)))
        and difference_verdict(one.value - two.value, one.se + two.se, 0.0) == "better"
    ]
    if ahead:
        out.append(f"{other} is ahead of {best}, beyond error, if {found.titles.true(ahead)}.")
    by = [row.criterion for row in found.criteria if row.settled and found.other in row.best]
    if by:
        out.append(f"{other} is the choice of those who go by {listed(by)}.")
    turns = [one.sentence for one in found.breakevens if one.kind == "flips"]
    out += turns
    flips = [flip.sentence for flip in found.turns if found.other in flip.strategies]
    out += flips[:3]
    if not out and found.kind != "better":
        between = f"between {best} and {other}"
        why = (
            f"there is no material difference {between}"
            if found.kind == "no material difference"
            else f"the runs cannot decide {between}"
        )
        out.append(f"{other} needs no case of its own: {why}.")
    if not out:
        out.append(f"Nothing that was looked at puts {other} before {best}.")
    return tuple(out)
