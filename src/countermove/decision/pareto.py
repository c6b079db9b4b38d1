"""Several outcomes at once, and several people: what is dominated without weighing the outcomes, and who parts with whom over which strategy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Annotated, Literal

import numpy as np

from countermove.decision.cells import nearest, outcomes_of, row_of, shares_of
from countermove.decision.monte_carlo_error import Estimate, Scrambles, estimates
from countermove.decision.objective import required
from countermove.decision.robust import DrawnStrategies, distribution
from countermove.engine.runs import Runs
from countermove.errors import DecisionError
from countermove.scenario.schema import Objective
from countermove.world.certainty import ERRORS, difference_verdict
from countermove.world.shapes import checked
from countermove.world.titles import NOT_IN_JSON, UNTITLED, Titles
from countermove.world.words import with_error

Better = Literal["more", "less"]


@dataclass(frozen=True)
class MeasuredOutcomes(DrawnStrategies):
    """M outcome measures in their own units, of S strategies under T theories in D draws: `by_draw`, the mean over luck.

    `weight` of the draws sums to 1, `scramble` says which belong together when errors are estimated.
    """

    strategies: tuple[str, ...]
    measures: tuple[str, ...]
    theories: tuple[str, ...]
    by_draw: Annotated[np.ndarray, "S M T D"]
    weight: Annotated[np.ndarray, "D"]
    scramble: Annotated[np.ndarray, "D"]

    def __post_init__(self) -> None:
        """Refuse what has no meaning."""
        checked(self, DecisionError, S=len(self.strategies), M=len(self.measures), T=len(self.theories))
        if self.by_draw.size == 0:
            raise DecisionError(
                "{} strategies, {} measures, {} theories and {} draws: none may be missing".format(*self.by_draw.shape)
            )
        distribution(self.weight, len(self.weight), "draws")
        lost = [name for m, name in enumerate(self.measures) if not np.isfinite(self.by_draw[:, m]).all()]
        if lost:
            raise DecisionError(
                f"not every run has a finite {', '.join(lost)}",
                next="A ratio over nothing has no value: value a count or an event instead",
            )

    def places(self, measures: Sequence[str]) -> list[int]:
        """Where these measures stand; raises DecisionError with the nearest name, and for none."""
        if not measures:
            raise DecisionError("no measure to compare by", next=f"Known: {', '.join(self.measures)}")
        for name in measures:
            if name not in self.measures:
                raise DecisionError(f'the measure "{name}" is not among those at hand', next=nearest(name, self.measures))
        return [self.measures.index(name) for name in measures]


def measured_outcomes(runs: Runs, measures: Sequence[str]) -> MeasuredOutcomes:
    """These measures of all runs; raises DecisionError for a measure nobody knows, or one that some run does not have."""
    if not (runs.strategies and runs.theories and measures):
        raise DecisionError("a strategy, a theory and a measure are needed at least")
    rows = [row_of(name) for name in measures]
    by_draw = np.array(
        [
            [[outcomes_of(runs, s, t)[row].mean(axis=1, dtype=np.float64) for t in runs.theories] for row in rows]
            for s in runs.strategies
        ]
    )
    weight = Scrambles.of(runs).weight
    return MeasuredOutcomes(runs.strategies, tuple(measures), runs.theories, by_draw, weight, np.asarray(runs.scramble))


def points_of(objective: Objective | None) -> dict[str, float]:
    """An objective as points per unit of each measure; raises DecisionError for one that is absent or divides by nothing."""
    values = required(objective).values
    for name, worth in values.items():
        if not worth.per > 0:
            raise DecisionError(f"points per {worth.per:g} {worth.unit}", where=f"objective.{name}", next="Write a number above 0")
    return {name: worth.points / worth.per for name, worth in values.items()}


DominanceKind = Literal["non-dominated", "dominated", "cannot tell"]


@dataclass(frozen=True)
class Dominance:
    """Where one strategy stands among the others. `by`: those that dominate it, or that may; `on_means`: non-dominated if means were exact."""

    strategy: str
    kind: DominanceKind
    by: tuple[str, ...]
    on_means: bool
    sentence: str


def _dominance_sentence(strategy: str, kind: DominanceKind, by: tuple[str, ...], titles: Titles) -> str:
    name, others = titles.say_strategy(strategy), titles.say_strategies(by)
    if kind == "non-dominated":
        return f"{name} is not dominated: every other strategy is behind it in some measure, beyond error, or is its equal in all."
    if kind == "dominated":
        return f"{name} is dominated by {others}: at least as good in every measure and better in one, beyond error."
    return f"Whether {others} {'dominates' if len(by) == 1 else 'dominate'} {name} is within error: cannot tell."


def pareto(
    found: MeasuredOutcomes, better: Mapping[str, Better], weights: Mapping[str, float], titles: Titles = UNTITLED
) -> tuple[Dominance, ...]:
    """Which strategies are non-dominated over several expected outcomes (Pareto 1906), without saying what the outcomes are worth.

    One strategy dominates another where the difference, taken on the same draws, is at least 0 in every measure and above 0 in one, after
    two standard errors are taken off it. It does not where it is behind, beyond them, in one measure, or equal in all without error.
    Else nobody can tell. To dominate, all measures must agree, so that the chance of a false "dominated" is that of one comparison at
    most (2-3%); a false "non-dominated" has as many chances as there are measures.

    Args:
        found: the measures at hand.
        better: measure -> whether more or less of it is better; only these are compared.
        weights: weight of each theory, over which the outcomes are averaged (need not sum to 1).
        titles: what sentences call the strategies.

    Raises:
        DecisionError: one strategy, no measure or one that is not at hand, or weights without meaning.
    """
    found.require_several()
    wrong = [name for name, way in better.items() if way not in ("more", "less")]
    if wrong:
        raise DecisionError(f"which way is better for {', '.join(wrong)}?", next='Say "more" or "less"')
    sign = np.array([1.0 if way == "more" else -1.0 for way in better.values()])
    shares = shares_of(found.theories, weights)
    by_draw = np.einsum("smtd,t,m->smd", found.by_draw[:, found.places(tuple(better))], shares, sign)
    mass = found.scrambles.mass
    totals = found.scrambles.gather(by_draw)
    ahead, se = estimates(totals[:, None] - totals[None], mass)  # [S, S, M], the first minus the second
    low, high = ahead - ERRORS * se, ahead + ERRORS * se
    dominates = np.asarray((low >= 0).all(axis=2) & (low > 0).any(axis=2))
    behind = np.asarray((high < 0).any(axis=2) | ((ahead == 0) & (se == 0)).all(axis=2))
    above = np.asarray((ahead >= 0).all(axis=2) & (ahead > 0).any(axis=2))
    rows: list[Dominance] = []
    for s, name in enumerate(found.strategies):
        open_ = [a for a in range(len(found.strategies)) if a != s and not behind[a, s]]
        surely = [a for a in open_ if dominates[a, s]]
        kind: DominanceKind = "dominated" if surely else "non-dominated"
        if open_ and not surely:
            kind = "cannot tell"
        by = tuple(found.strategies[a] for a in surely or open_)
        rows.append(Dominance(name, kind, by, not above[:, s].any(), _dominance_sentence(name, kind, by, titles)))
    return tuple(rows)


@dataclass(frozen=True)
class PersonalChoice:
    """What one person's objective says: expected points of every strategy, the best one, and how far it is ahead of the next.

    `level`: all that the runs cannot tell from the best one within two errors, the best first.
    """

    person: str
    values: tuple[Estimate, ...]
    best: str
    ahead: Estimate
    level: tuple[str, ...]
    titles: Titles = field(default=UNTITLED, repr=False, metadata=NOT_IN_JSON)

    @property
    def sentence(self) -> str:
        """The choice in words; no choice where the lead may be chance."""
        person = self.titles.say_person(self.person)
        if len(self.level) > 1:
            return f"By the values of {person} the runs cannot tell which of {self.titles.say_strategies(self.level)} is best."
        points, error = with_error(*self.ahead)
        return f"{person} would choose {self.titles.say_strategy(self.best)}, {points} points ahead of the next (error {error})."


@dataclass(frozen=True)
class Conflict:
    """Two people whose best strategies differ, and the points that each loses, by its own objective, if the other's is taken.

    "disagree": both losses are beyond two errors; else "cannot tell".
    """

    between: tuple[str, str]
    strategies: tuple[str, str]
    losses: tuple[Estimate, Estimate]
    kind: Literal["disagree", "cannot tell"]
    sentence: str


@dataclass(frozen=True)
class PersonalChoices:
    """Everybody's objective side by side, in the order given, and every two people whose best strategies differ."""

    strategies: tuple[str, ...]
    rows: tuple[PersonalChoice, ...]
    conflicts: tuple[Conflict, ...]


def _pair(difference: np.ndarray, mass: np.ndarray) -> Estimate:
    mean, se = estimates(difference, mass)
    return Estimate(float(mean), float(se))


def _conflict(between: tuple[str, str], strategies: tuple[str, str], losses: tuple[Estimate, Estimate], titles: Titles) -> Conflict:
    people, plans = tuple(map(titles.say_person, between)), tuple(map(titles.say_strategy, strategies))
    sure = all(loss.mean > ERRORS * loss.se for loss in losses)
    told = [
        f"{person} would lose {with_error(*loss)[0]} points by {other} (error {with_error(*loss)[1]})"
        for person, other, loss in zip(people, reversed(plans), losses, strict=True)
    ]
    first = f"would choose {plans[0]}" if sure else f"would put {plans[0]} first"
    opening = f"{people[0]} {first} and {people[1]} {plans[1]}: {' and '.join(told)}"
    end = "they disagree." if sure else "one of them may be chance: cannot tell whether they disagree."
    return Conflict(between, strategies, losses, "disagree" if sure else "cannot tell", f"{opening}; {end}")


def personal_choices(
    found: MeasuredOutcomes,
    objectives: Mapping[str, Mapping[str, float]],
    weights: Mapping[str, float],
    titles: Titles = UNTITLED,
) -> PersonalChoices:
    """The strategies under several people's objectives.

    Args:
        found: the measures at hand.
        objectives: person -> points per unit of each measure (`points_of` makes them from a written objective).
        weights: weight of each theory, the same for all (need not sum to 1).
        titles: what sentences call the strategies and the people.

    Raises:
        DecisionError: nobody, one strategy, an objective without measures or with one that is not at hand, points that are not finite.
    """
    found.require_several()
    if not objectives:
        raise DecisionError("nobody's objective was given")
    shares, mass = shares_of(found.theories, weights), found.scrambles.mass
    totals = found.scrambles.gather(np.einsum("smtd,t->smd", found.by_draw, shares))  # [S, M, K]
    rows: list[PersonalChoice] = []
    worths: list[np.ndarray] = []
    for person, points in objectives.items():
        each = np.array(list(points.values()), np.float64)
        if not np.isfinite(each).all():
            raise DecisionError("points that are not finite", where=f"the objective of {person}")
        worth = np.einsum("smk,m->sk", totals[:, found.places(tuple(points))], each)
        mean, se = estimates(worth, mass)
        first, *rest = map(int, np.argsort(-mean, kind="stable").tolist())
        leads = {s: _pair(worth[first] - worth[s], mass) for s in rest}
        level = [found.strategies[s] for s, lead in leads.items() if difference_verdict(*lead, 0.0) != "better"]
        values = tuple(Estimate(float(m), float(e)) for m, e in zip(mean, se, strict=True))
        best, levels = found.strategies[first], (found.strategies[first], *level)
        rows.append(PersonalChoice(person, values, best, leads[rest[0]], levels, titles))
        worths.append(worth)
    conflicts: list[Conflict] = []
    for i, j in combinations(range(len(rows)), 2):
        x, y = (found.strategies.index(rows[one].best) for one in (i, j))
        if x != y:
            losses = (_pair(worths[i][x] - worths[i][y], mass), _pair(worths[j][y] - worths[j][x], mass))
            conflicts.append(_conflict((rows[i].person, rows[j].person), (rows[i].best, rows[j].best), losses, titles))
    return PersonalChoices(found.strategies, tuple(rows), tuple(conflicts))
