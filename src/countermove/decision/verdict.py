"""Verdicts on a difference: better, no material difference, or cannot tell; and the sentence that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from countermove.decision.findings import WEIGHTED, Verdict
from countermove.decision.scores import Scores, scores
from countermove.engine.runs import Runs
from countermove.scenario.schema import Objective
from countermove.world.certainty import ERRORS, difference_verdict
from countermove.world.titles import UNTITLED, Titles
from countermove.world.words import with_error


def _under(theory: str, titles: Titles) -> str:
    return "Over the weighted theories" if theory == WEIGHTED else f"If {titles.true(theory)}"


def _sentence(verdict: Verdict, titles: Titles) -> str:
    """Who is better and by how much; where that cannot be told, no plan stands above another, and the points are given with their error."""
    opening = _under(verdict.theory, titles)
    best, other = titles.say_strategy(verdict.best), titles.say_strategy(verdict.other)
    points, error = with_error(verdict.difference, verdict.se)
    matters = f"the {verdict.matters:g} that matters"
    if verdict.kind == "better":
        return f"{opening}, {best} scores {points} points above {other} (error {error}): better."
    if verdict.difference == verdict.se == 0:
        return f"{opening}, {best} and {other} score the same: no material difference."
    if verdict.kind == "no material difference":
        return f"{opening}, there is no material difference between {best} and {other}: {points} points (error {error}) are not more than {matters}."
    if verdict.difference > ERRORS * verdict.se:
        return f"{opening}, the runs cannot tell whether {best} is better than {other} by more than {matters}: {points} points (error {error})."
    return f"{opening}, the runs cannot tell {best} from {other}: {points} points (error {error}) may be chance."


def verdict_between(found: Scores, theory: int, best: int, other: int) -> Verdict:
    """The first strategy against the second under one theory (the last is the weighted one)."""
    difference, se = found.difference(theory, best, other)
    bare = Verdict(
        theory=found.theories[theory],
        best=found.strategies[best],
        other=found.strategies[other],
        difference=difference,
        se=se,
        matters=found.matters,
        kind=difference_verdict(difference, se, found.matters),
        sentence="",
    )
    return replace(bare, sentence=_sentence(bare, found.titles))


def verdicts_of(found: Scores) -> tuple[Verdict, ...]:
    """The rows of `verdicts` from scores that are there already."""
    rows: list[Verdict] = []
    for theory in range(len(found.theories)):
        order = np.argsort(-found.value[:, theory], kind="stable")
        rows += [verdict_between(found, theory, int(order[0]), int(other)) for other in order[1:]]
    return tuple(rows)


def verdicts(
    runs: Runs, objective: Objective | None, weights: Mapping[str, float], titles: Titles = UNTITLED
) -> tuple[Verdict, ...]:
    """The best strategy against each other one, under every theory and over the weighted theories.

    Returns:
        Rows by theory ("weighted" last); the first of each theory is against the next best, and so on down. Points.

    Raises:
        DecisionError: a comparison without meaning (no objective, one strategy, weights of zero).
    """
    return verdicts_of(scores(runs, objective, weights, titles))
