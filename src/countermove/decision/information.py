"""What knowing would be worth before choosing: the theory, a parameter, or what a named observation would say (Raiffa & Schlaifer 1961).

A rule (the best strategy for each thing that may be learnt) found on the same draws that score it flatters itself: the plug-in value
`naive` is never negative, and above 0 even for what is of no use. `value` is cross-fitted: the rule, and the choice without knowing, are
found on one half of the scrambles and scored on the other, both ways (as decision/regret.py does with luck). It is free of that bias and
may be negative; rules found on half of the draws are not quite the best, so that it tends to be low with few. Its error is the mean of
the errors of the two halves, as if they erred together: near a tie they do, and two halves taken for independent would find worth in
noise in 13% of cases instead of 3%.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from countermove.decision.boxes import Column
from countermove.decision.cells import nearest
from countermove.decision.monte_carlo_error import estimates
from countermove.decision.ranking import ROUNDING
from countermove.decision.robust import Values, distribution
from countermove.errors import DecisionError
from countermove.world.certainty import ERRORS, amount_certainty, at_most
from countermove.world.shapes import checked
from countermove.world.titles import Titles
from countermove.world.words import figure, percent, with_error


@dataclass(frozen=True)
class Observation:
    """Something that could be looked for: `likelihood` is the probability of each of M messages under each of T theories (rows sum to 1).

    `cost` is in any one unit. `counts` [T]: how many simulated records stand behind each row, where it was counted (None: taken as exact).
    """

    name: str
    theories: tuple[str, ...]
    messages: tuple[str, ...]
    likelihood: Annotated[np.ndarray, "T M"]
    cost: float = 0.0
    counts: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse what has no meaning."""
        checked(self, DecisionError, self.name, T=len(self.theories), M=len(self.messages))
        if self.likelihood.size == 0:
            raise DecisionError("it has no theory, or no message", where=self.name)
        for theory, row in zip(self.theories, self.likelihood, strict=True):
            distribution(row, len(self.messages), f"messages of {self.name} under {theory}")
        if not (np.isfinite(self.cost) and self.cost >= 0):
            raise DecisionError(f"a cost of {self.cost}", where=self.name, next="Give a number from 0 up")
        if self.counts is not None and (len(self.counts) != len(self.theories) or min(self.counts) < 1):
            raise DecisionError(f"counts of records {self.counts}", where=self.name, next="One above 0 for each theory")

    def under(self, theories: Sequence[str]) -> np.ndarray:
        """The likelihood [T, M] in the order of these theories; raises DecisionError for one that it does not speak of."""
        for theory in theories:
            if theory not in self.theories:
                raise DecisionError(f'it says nothing of "{theory}"', where=self.name, next=nearest(theory, self.theories))
        return self.likelihood[[self.theories.index(theory) for theory in theories]]


def observation_from_sample(
    name: str, theories: Sequence[str], messages: Sequence[str], sample: tuple[np.ndarray, np.ndarray]
) -> Observation:
    """An observation from a joint sample of simulated records: which theory made each, and which message it gave (places from 0, [n] each).

    Raises:
        DecisionError: a place that does not exist, or a theory without a record.
    """
    made, gave = (np.asarray(one) for one in sample)
    sizes = (len(theories), len(messages))
    if (
        made.ndim != 1
        or made.shape != gave.shape
        or not (np.issubdtype(made.dtype, np.integer) and np.issubdtype(gave.dtype, np.integer))
    ):
        raise DecisionError("a theory and a message are needed for each record, as whole numbers", where=name)
    if made.size and (min(made.min(), gave.min()) < 0 or made.max() >= sizes[0] or gave.max() >= sizes[1]):
        raise DecisionError(f"a record beyond {sizes[0]} theories and {sizes[1]} messages", where=name)
    table = np.zeros(sizes)
    np.add.at(table, (made, gave), 1.0)
    size = table.sum(axis=1)
    if (size == 0).any():
        lost = [theory for theory, n in zip(theories, size, strict=True) if n == 0]
        raise DecisionError(f"no record of {', '.join(lost)}", where=name, next="Simulate records under every theory")
    return Observation(name, tuple(theories), tuple(messages), table / size[:, None], counts=tuple(int(n) for n in size))


@dataclass(frozen=True)
class Learnt:
    """One thing that may be learnt, how probable it is, and the best strategy then."""

    what: str
    probability: float
    strategy: str


@dataclass(frozen=True)
class Information:
    """What knowing something is worth, in points: `value` cross-fitted with its error, `naive` on all draws (biased up).

    `without` is the choice without it; `learnt` lists what may be learnt, and the choice then. `hidden`: where no message turns the choice in
    these draws, what the messages at which another strategy may yet be better, within two errors, are worth at most; 0 where there is none.
    """

    json_keys: ClassVar[str] = "about value=worth se at_most=most sentence"
    about: str
    value: float
    se: float
    naive: float
    without: str
    learnt: tuple[Learnt, ...]
    sentence: str
    hidden: float = 0.0

    @property
    def worth(self) -> float:
        """What it is worth: knowing cannot be worth less than nothing, though the estimate may be."""
        return max(self.value, 0.0)

    @property
    def most(self) -> float:
        """What it is worth at most, within two errors."""
        return max(at_most(self.value, self.se), self.hidden)


def _information(
    values: Values, about: str, names: Sequence[str], worth: np.ndarray, chance: np.ndarray, title: str = ""
) -> Information:
    """From what each strategy is worth by draw when a thing is learnt, times its chance there [S, M, D], and the chances [M]."""
    values.require_several()
    scrambles = values.scrambles
    if np.count_nonzero(scrambles.mass) < 2:
        raise DecisionError("one scramble of draws cannot both find a rule and score it")
    totals = scrambles.gather(worth)
    whole = totals.sum(axis=-1)
    naive = float(whole.max(axis=0).sum() - whole.sum(axis=1).max())
    both: list[tuple[np.ndarray, np.ndarray]] = []
    for found, scored in scrambles.halves:
        rule = totals[..., found].sum(axis=-1)
        knowing = np.take_along_axis(totals[..., scored], rule.argmax(axis=0)[None, :, None], axis=0)[0].sum(axis=0)
        blind = totals[int(rule.sum(axis=1).argmax())][:, scored].sum(axis=0)
        both.append(estimates(knowing - blind, scrambles.mass[scored]))
    mean, se = (float(np.mean(one)) for one in zip(*both, strict=True))
    without = values.strategies[int(whole.sum(axis=1).argmax())]
    best = [values.strategies[int(s)] for s in whole.argmax(axis=0)]
    learnt = tuple(Learnt(n, float(p), s) for n, p, s in zip(names, chance, best, strict=True) if p > 0)
    hidden = 0.0 if _changed(without, learnt) > ROUNDING else _hidden(totals, values.strategies.index(without), scrambles.mass)
    sentence = _sentence(title or about, (mean, se), (without, values.titles), learnt, hidden)
    return Information(about, mean, se, naive, without, learnt, sentence, hidden)


def _changed(without: str, learnt: Sequence[Learnt]) -> float:
    """How probable it is that what is learnt turns the choice."""
    return sum(one.probability for one in learnt if one.strategy != without)


def _hidden(totals: np.ndarray, choice: int, mass: np.ndarray) -> float:
    """From what each strategy is worth by message and scramble [S, M, K]: the sum over messages of what the best other may gain, within error."""
    gain, se = estimates(totals - totals[choice], mass)
    return float(np.maximum(gain + ERRORS * se, 0.0).max(axis=0).sum())


def _sentence(about: str, worth: tuple[float, float], choice: tuple[str, Titles], learnt: Sequence[Learnt], hidden: float) -> str:
    """`choice`: the strategy without knowing it, and the titles of the war."""
    changed, without = _changed(choice[0], learnt), choice[1].say_strategy(choice[0])
    if changed <= ROUNDING:
        if hidden <= ROUNDING:
            return f"Knowing {about} would not change the choice of {without}."
        if not np.isfinite(hidden):
            return f"What knowing {about} is worth cannot be told: its error is not known."
        return (
            f"Knowing {about} does not change the choice of {without} in these draws; it is worth at most {with_error(hidden, hidden)[0]} points, "
            "and may be worth nothing."
        )
    turn = f"with probability {percent(changed)} it would turn the choice away from {without}"
    if amount_certainty(*worth) == "told" and worth[0] > 0:
        value, error = with_error(*worth)
        return f"Knowing {about} is worth {value} points (error {error}): {turn}."
    if not np.isfinite(worth[1]):
        return f"What knowing {about} is worth cannot be told: its error is not known."
    return f"Knowing {about} is worth at most {with_error(at_most(*worth), worth[1])[0]} points, and may be worth nothing."


def theory_information(values: Values) -> Information:
    """What knowing the theory is worth (expected value of perfect information over theories); parameters stay as unknown as they are.

    Raises:
        DecisionError: one strategy, or draws of one scramble (with fewer than four, one half has one and the error is nan).
    """
    worth = values.by_draw * values.shares[:, None]
    return _information(values, "the theory", values.theories, worth, values.shares)


def observation_information(values: Values, observation: Observation) -> Information:
    """What one observation is worth before acting (expected value of sample information); its cost is not taken off.

    The error holds that of the draws and, where the messages were counted, that of the counts (multinomial, to first order). A matrix of
    few records flatters the observation, since chance agreements of message and theory are believed; nothing here takes that off.

    Raises:
        DecisionError: one strategy, draws of one scramble, or an observation that says nothing of some theory.
    """
    likelihood = observation.under(values.theories)
    joint = values.shares[:, None] * likelihood
    worth = np.einsum("std,tm->smd", values.by_draw, joint)
    knowing = _information(values, observation.name, observation.messages, worth, joint.sum(axis=0))
    if observation.counts is None:
        return knowing
    size = np.array([observation.counts[observation.theories.index(theory)] for theory in values.theories])
    table = values.means(values.scrambles.weight)
    taken = table[(table @ joint).argmax(axis=0)].T  # [T, M], what the choice after each message is worth
    spread = (likelihood * taken**2).sum(axis=1) - np.square((likelihood * taken).sum(axis=1))
    se = float(np.sqrt(knowing.se**2 + (values.shares**2 * np.maximum(spread, 0) / size).sum()))
    sentence = _sentence(knowing.about, (knowing.value, se), (knowing.without, values.titles), knowing.learnt, knowing.hidden)
    return Information(knowing.about, knowing.value, se, knowing.naive, knowing.without, knowing.learnt, sentence, knowing.hidden)


def parameter_information(values: Values, column: Column, parameter: np.ndarray, bins: int = 8) -> Information:
    """What knowing one parameter is worth (partial perfect information), from the draws at hand: in which of `bins` bins it lies.

    The bins hold equal weight; draws of one value stay together (Strong & Oakley 2013 sort and cut in the same way). A bin is less than the
    number: this is a lower bound that more draws and more bins raise. The theory stays unknown.

    Raises:
        DecisionError: one strategy, draws of one scramble, a parameter that is not [D] finite numbers, or fewer than two bins.
    """
    drawn, name = np.asarray(parameter, np.float64), column.name
    weight = values.scrambles.weight
    if drawn.shape != weight.shape or not np.isfinite(drawn).all():
        raise DecisionError(f"{name} is not {weight.size} finite numbers, one a draw")
    if not 2 <= bins <= weight.size:
        raise DecisionError(f"{bins} bins for {weight.size} draws", next="Give two bins at least, and no more than draws")
    order = np.argsort(drawn, kind="stable")
    first = np.searchsorted(drawn[order], drawn)
    below = np.concatenate([[0.0], np.cumsum(weight[order])])[first]
    place = np.minimum((below * bins + ROUNDING).astype(int), bins - 1)
    inside = (place == np.arange(bins)[:, None]) & (weight > 0)  # [B, D]
    kept = inside.any(axis=1)
    names = [f"{name} from {figure(drawn[one].min(), 4)} to {figure(drawn[one].max(), 4)}" for one in inside[kept]]
    worth = np.einsum("std,t->sd", values.by_draw, values.shares)[:, None] * inside[kept]
    return _information(values, name, names, worth, inside[kept] @ weight, column.called)
