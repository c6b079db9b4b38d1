"""What drives a study's answer: of what is varied, how much each moves the difference of the two leading plans, and where the second is ahead.

The methods are those of `explore`, on cases in the place of draws: first-order effects, one box (PRIM), a tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countermove.decision.boxes import Column, input_rows
from countermove.errors import DecisionError
from countermove.questions.explore.cart import Leaves, find_leaves
from countermove.questions.explore.effects import Given, first_effects
from countermove.questions.explore.prim import Discovery, find_box
from countermove.questions.parts import missing_sentence
from countermove.questions.study.finding import Driver, Drivers
from countermove.world.titles import Titles
from countermove.world.words import capitalized, percent

LEAST = 20
"""Cases from which circumstances can be told from chance."""


@dataclass(frozen=True)
class CaseInput:
    """One thing that is varied, over N cases: numbers in `unit`, or the places of `labels`."""

    path: str
    title: str
    unit: str
    values: NDArray[np.float64]
    labels: tuple[str, ...] = ()
    logarithmic: bool = False

    @property
    def column(self) -> Column:
        """As boxes and trees ask for it."""
        return Column(self.path, self.unit, self.labels, self.title)


def drivers_of(value: np.ndarray, strategies: Sequence[str], inputs: Sequence[CaseInput], titles: Titles) -> Drivers:
    """What drives the difference of the two plans of the highest mean worth. `value`: expected points [N, S] of two plans or more."""
    order = np.argsort(-value.mean(axis=0), kind="stable")
    first, second = int(order[0]), int(order[1])
    difference = value[:, first] - value[:, second]
    names = strategies[first], strategies[second]
    told: list[str] = []
    drivers: tuple[Driver, ...] = ()
    if inputs:
        x = np.stack([one.values for one in inputs], axis=1)
        try:
            effects = first_effects(x, difference, [one.path for one in inputs], how=Given(resamples=100))
            rows = [Driver(one.path, one.title, *effect.first.held) for one, effect in zip(inputs, effects, strict=True)]
            drivers = tuple(sorted(rows, key=lambda row: -row.share))
        except DecisionError as error:
            told.append(missing_sentence("what drives the difference", error))
        told += _circumstances(x, difference, inputs, titles.say_strategy(names[1]))
    return Drivers(*names, float(difference.mean()), float((difference > 0).mean()), drivers, tuple(told))


def _circumstances(x: np.ndarray, difference: np.ndarray, inputs: Sequence[CaseInput], second: str) -> list[str]:
    """The box and the tree in which the second plan is ahead; or why there are none."""
    ahead = difference < 0
    what = f"the circumstances in which {second} is ahead"
    if not ahead.any() or ahead.all():
        return [f"{second} is ahead in {'none' if not ahead.any() else 'every one'} of these cases."]
    if len(x) < LEAST:
        return [missing_sentence(what, DecisionError(f"{len(x)} cases are too few", next=f"{LEAST} suffice"))]
    try:
        rows = input_rows(x, ahead, [one.column for one in inputs], None, _points(x, inputs))
        box, tree = find_box(rows), find_leaves(rows)
    except DecisionError as error:
        return [missing_sentence(what, error)]
    told: dict[str, str] = {}
    for method, words, found in (
        ("one box", box.box.words, box),
        ("a tree", "; or ".join(leaf.box.words for leaf in tree.leaves if leaf.fails), tree),
    ):
        if found.found:
            told.setdefault(_where(words, found, second), method)
    if not told:
        return [
            f"Neither a box nor a tree finds circumstances in which {second} is ahead in more of the cases than in all of them."
        ]
    return [f"{capitalized(method)}: {sentence}" for sentence, method in told.items()]


def _where(words: str, found: Discovery | Leaves, second: str) -> str:
    """Circumstances in a sentence, with how good they are on the cases that they were not chosen on."""
    inside, other = found.score, found.held_out
    share = f"{percent(inside.density)} of the cases, against {percent(found.base)} of all"
    judged = f"{percent(other.density)} ({percent(other.density_low)} to {percent(other.density_high)})"
    return (
        f"with {words}, {second} is ahead in {share}; that holds {percent(inside.coverage)} of the cases in which it is. Chosen on one half of the "
        f"cases and scored on the other: {judged}."
    )


def _points(x: np.ndarray, inputs: Sequence[CaseInput]) -> np.ndarray:
    """Cases that differ in chance alone belong together [N]."""
    settled = [k for k, one in enumerate(inputs) if one.path != "seed"]
    if not settled:
        return np.arange(len(x))
    return np.unique(x[:, settled], axis=0, return_inverse=True)[1].reshape(-1)
