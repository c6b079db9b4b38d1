"""The two strategies of a study that lead: what their difference hangs on, and what its parts need before they can speak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countermove.behaviour.table import THEORIES
from countermove.decision.objective import required
from countermove.decision.robust import Values, values_of
from countermove.decision.scores import Scores, scores
from countermove.engine.draws import prior_draws
from countermove.engine.program import compile_scenario
from countermove.errors import DecisionError
from countermove.questions.explore.breakeven import FEWEST as CURVE
from countermove.questions.explore.effects import FEWEST as EFFECTS
from countermove.questions.explore.effects import Effect, Given, first_effects
from countermove.questions.explore.inputs import Input, uncertain
from countermove.questions.explore.shares import needed
from countermove.questions.options import RunOptions
from countermove.questions.parts import Need, suffices, unmet
from countermove.questions.run.run import Study
from countermove.rng.quasi import SCRAMBLES
from countermove.scenario.schema import Scenario

OPINION = 30  # numbers in the regression behind the shares of judgement, record and luck
BINS = 8  # of a number that it might pay to know
Floats = NDArray[np.float64]

LEAST = Need("any comparison", draws=SCRAMBLES, why="to know an error by")
WITHOUT = Need("a choice without weights on theories", draws=SCRAMBLES, why="to know an error by")
SINGLE = Need("the single numbers that move the difference", draws=EFFECTS, why="to tell effects from chance")
TURNS = Need("break-even values", draws=CURVE, why="to see a curve in")
FAILURES = Need("the circumstances in which the plan fails", draws=SCRAMBLES, why="to choose on one half and to score on the other")
KNOWING = Need("the value of knowing", draws=SCRAMBLES, why="to choose on one half and to score on the other")
COURSE = Need("the time to change course", draws=SCRAMBLES, why="to choose on one half and to score on the other")


def opinion_need(inputs: int) -> Need:
    """What the shares of judgement, record and luck need with so many uncertain numbers."""
    return Need("the share of opinion", needed(min(inputs, OPINION)), 2, "to tell judgement, record and luck apart")


def needs_of(inputs: int) -> tuple[Need, ...]:
    """What every part needs, with so many uncertain numbers."""
    numbers = (SINGLE, TURNS) if inputs else ()
    return (LEAST, *numbers, FAILURES, KNOWING, COURSE, opinion_need(inputs))


def shortages(scenario: Scenario, options: RunOptions) -> tuple[str, ...]:
    """Before anything is run: a sentence for each part that the draws and lucks which were asked for are too few for.

    Raises DecisionError where no part can speak: no objective, one strategy, one draw.
    """
    required(scenario.objective)
    names = options.strategies or tuple(scenario.strategies)
    if len(names) < 2:
        one = f"{names[0]} is the only strategy" if names else "no strategy is written"
        raise DecisionError(f"{one}, and nothing can come before it", next="What would change the answer needs two strategies")
    if options.draws is None:
        return unmet((opinion_need(0),), 2**20, options.lucks)
    program = compile_scenario(scenario, (*THEORIES.values(), *options.plugins))
    needs = needs_of(len(uncertain(program, prior_draws(program, max(options.draws, 16), options.seed))))
    if options.draws < LEAST.draws:
        raise DecisionError(
            f"{options.draws} {'draw is' if options.draws == 1 else 'draws are'} too few {LEAST.why}",
            next=f"Give --draws {suffices(needs)[0]} or more, and every part can speak",
        )
    return unmet(needs, options.draws, options.lucks)


@dataclass(frozen=True)
class LeadingPair:
    """The values of all strategies, the two that are compared, the numbers that went in, the strongest first.

    `first` has the highest expected points; `alike` are others that score the same in every draw under every theory. `second` is the best of
    the rest, and `distinct` whether there is one: else all strategies score the same everywhere.
    """

    study: Study
    values: Values
    first: int
    second: int
    alike: tuple[str, ...]
    distinct: bool
    matters: float
    inputs: tuple[Input, ...]
    effects: tuple[Effect, ...]  # first-order, in the order of `inputs`; none where they cannot be told
    scores: Scores

    @property
    def names(self) -> tuple[str, str]:
        """The two strategies that are compared."""
        return self.values.strategies[self.first], self.values.strategies[self.second]

    @property
    def difference(self) -> Floats:
        """Points of the first less those of the second, by theory and draw [T, D]."""
        return self.values.by_draw[self.first] - self.values.by_draw[self.second]

    @property
    def mixed(self) -> Floats:
        """The difference over the theories by weight [D]."""
        return self.values.shares @ self.difference

    def require_distinct(self) -> None:
        """Raise DecisionError where all strategies score the same everywhere."""
        if not self.distinct:
            raise DecisionError("all strategies score the same in every run, so that nothing can part them")


def leading_pair(study: Study) -> LeadingPair:
    """The strategies that are compared and what their difference hangs on. Raises DecisionError for one strategy or no objective."""
    objective = study.program.scenario.objective
    values = values_of(study.runs, objective, study.findings.weights, study.findings.titles)
    values.require_several()
    order = np.argsort(-(values.means(values.scrambles.weight) @ values.shares), kind="stable")
    first, held = int(order[0]), values.shares > 0
    same = [bool(np.array_equal(values.by_draw[s][held], values.by_draw[first][held])) for s in range(len(values.strategies))]
    others = [int(s) for s in order if not same[s]]
    second = others[0] if others else int(order[1])
    alike = tuple(name for s, name in enumerate(values.strategies) if same[s] and s != first)
    matters = objective.matters if objective is not None else 0.0
    points_at = scores(study.runs, objective, study.findings.weights, study.findings.titles)
    inputs = uncertain(study.program, study.draws)
    return LeadingPair(study, values, first, second, alike, bool(others), matters, inputs, (), points_at)


def strongest(pair: LeadingPair) -> tuple[tuple[Input, ...], tuple[Effect, ...]]:
    """The uncertain numbers by what each moves for itself, the strongest first, and their effects; raises DecisionError where that cannot be told."""
    pair.require_distinct()
    if not pair.inputs:
        raise DecisionError("no number is uncertain")
    SINGLE.require(pair.study.runs.draws, pair.study.runs.lucks)
    x = np.stack([one.values for one in pair.inputs], axis=1)
    names: Sequence[str] = [one.column.name for one in pair.inputs]
    how = Given(resamples=50, seed=pair.study.runs.seed)
    effects = first_effects(x, pair.mixed, names, pair.values.weight, how)
    ranked = sorted(range(len(names)), key=lambda k: -effects[k].first.value)
    return tuple(pair.inputs[k] for k in ranked), tuple(effects[k] for k in ranked)
