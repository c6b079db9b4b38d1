"""What the gap check finds: where a strategy is silent, how probable it is to get there, by which path, and what the silence can cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from countermove.world.certainty import amount_certainty, at_most
from countermove.world.display import Cells, Result
from countermove.world.tables import Table
from countermove.world.titles import NOT_IN_JSON, UNTITLED, Titles
from countermove.world.words import limit, oftener_than, percent, rarer_than

UNSAID = "You have not said what you do when "
"""How the question of a cell begins that no contingency of the scenario writes; what follows is a clause."""


@dataclass(frozen=True)
class Interval:
    """A probability and its 95% Clopper-Pearson interval, from independent runs."""

    p: float
    low: float
    high: float

    @property
    def ends(self) -> tuple[float, float]:
        """The interval alone."""
        return self.low, self.high


@dataclass(frozen=True)
class Money:
    """A difference of expected objectives in points, and its Monte-Carlo standard error."""

    points: float
    se: float

    @property
    def surely(self) -> bool:
        """Whether it is above 0 beyond error, or 0 without error: else a cost, which cannot be below 0, is told as at most `most`."""
        return self.points >= 0 and amount_certainty(self.points, self.se) == "told"

    @property
    def cost(self) -> float:
        """The points of a cost, which cannot be below 0."""
        return max(self.points, 0.0)

    @property
    def most(self) -> float:
        """The upper end of a cost."""
        return at_most(self.points, self.se)


@dataclass(frozen=True)
class WitnessMonth:
    """One month on the way to a silence; `month` counts from the start of the scenario, as year * 12 + month - 1."""

    month: int
    own_rung: int
    rival_rung: int
    says: str


@dataclass(frozen=True)
class Witness:
    """A path that ends in the silence, and its address. `countermove replay` gives it back as far as the first silence on it."""

    kind: Literal["most probable", "typical"]
    theory: str
    draw: int
    luck: int
    months: tuple[WitnessMonth, ...]

    @property
    def seen(self) -> tuple[WitnessMonth, ...]:
        """The months in which something new is seen; the last one where there is none."""
        return tuple(one for one in self.months if one.says) or self.months[-1:]


@dataclass(frozen=True)
class AnswerFound:
    """An answer that would close the gap: what it gains over changing nothing, theories weighted."""

    name: str
    says: str
    gain: Money


@dataclass(frozen=True)
class Disagreement:
    """Somebody who values other things, and would answer otherwise: what each side loses, by its own values, if the other's answer is given."""

    person: str
    says: str
    owner_loses: Money
    person_loses: Money


@dataclass(frozen=True)
class Gap:
    """One question that a strategy leaves open.

    `probability`: of ever being silent there, by theory, where silences change nothing; `reach`: its least and its most over the completions
    that were tried, theories weighted. `first`: of being silent there first, which no completion changes. `cost`: expected objective with the
    best answer less that with the worst, all other silences answered as well as could be found; by theory in `costs`. None: no objective.
    `disagree`: readers of the scenario whose values ask for another answer, beyond error on both sides.
    """

    json_keys: ClassVar[str] = (
        "cell question contingency probability reach first_silence=first cost=cost.cost cost_se=cost.se cost_at_most=cost.most costs "
        "witness=path witnesses=witness answers disagree"
    )
    cell: str
    question: str
    contingency: str  # its name, where the scenario wrote it
    probability: Mapping[str, Interval]
    reach: tuple[float, float]
    first: Mapping[str, float]
    cost: Money | None
    costs: Mapping[str, Money]
    answers: tuple[AnswerFound, ...]
    witness: tuple[Witness, ...] = ()
    disagree: tuple[Disagreement, ...] = ()

    @property
    def ever(self) -> str:
        """The least and the most over the theories of ever being silent there: `19% to 34%`, `70%` where they read the same; `fewer than
        1 in 17` where no run was, `<30%` where no run of one was (not less than its draws leave open, nor than what another theory shows)."""
        rows = sorted(self.probability.values(), key=lambda one: one.p)
        least, most = rows[0], rows[-1]
        if least.p == 0 and most.p == 1:
            return f"{rarer_than(least.high)} to {oftener_than(most.low)}"
        if most.p == 0:
            return rarer_than(max(one.high for one in rows))
        if least.p == 1:
            return oftener_than(min(one.low for one in rows))
        if least.p == 0:
            return f"<{limit(max(least.high, most.p))}"
        if most.p == 1:
            return f">{limit(min(most.low, least.p))}"
        return " to ".join(dict.fromkeys((percent(least.p), percent(most.p))))

    @property
    def better(self) -> bool:
        """Whether the first answer is known to gain anything."""
        return bool(self.answers) and self.answers[0].gain.points > 0 and self.answers[0].gain.surely

    @property
    def path(self) -> tuple[WitnessMonth, ...]:
        """The months of the first witness."""
        return self.witness[0].months if self.witness else ()

    @property
    def as_it_is(self) -> str:
        """The answer that changes nothing, in words: it has neither gain nor error."""
        return next((one.says for one in self.answers if one.gain == Money(0.0, 0.0)), "change nothing")


@dataclass(frozen=True)
class Fault:
    """Something that can be seen without running, or that no run ever did: a dead rule, two rules that contradict, a missing objective."""

    kind: Literal["dead rule", "contradiction", "unanswered", "no objective", "by default"]
    says: str


@dataclass(frozen=True)
class StrategyGaps:
    """All that one strategy leaves open. `mass`: probability of any silence. `cost_of_silence`: V+ - V- over completions, at least so much:
    the completions are searched on one half of the luck and scored on the other. `by_default`: it has an `otherwise`, so that it is never
    silent; its questions are listed, and what they cost is computed as if it were."""

    json_keys: ClassVar[str] = (
        "mass=mass.p mass_interval=mass.ends cost_of_silence=cost_of_silence.cost cost_of_silence_se=cost_of_silence.se "
        "answered_by_default=by_default gaps static"
    )
    strategy: str
    by_default: bool
    mass: Mapping[str, Interval]
    cost_of_silence: Mapping[str, Money]
    gaps: tuple[Gap, ...]
    static: tuple[Fault, ...]

    @property
    def worst(self) -> tuple[str, Money] | None:
        """The theory under which silence costs most."""
        if not self.cost_of_silence:
            return None
        name = max(self.cost_of_silence, key=lambda theory: self.cost_of_silence[theory].points)
        return name, self.cost_of_silence[name]


@dataclass(frozen=True, repr=False)
class GapsFound(Result):
    """The gap check of a scenario; `titles`: what people read for its names."""

    json_keys: ClassVar[str] = "* strategies=by_name **hashes"
    scenario: str
    strategies: tuple[StrategyGaps, ...]
    weights: Mapping[str, float]
    weights_from: str
    draws: int
    seed: int
    seconds: float
    hashes: Mapping[str, str]
    titles: Titles = field(default=UNTITLED, repr=False, metadata=NOT_IN_JSON)

    @property
    def by_name(self) -> Mapping[str, StrategyGaps]:
        """The strategies by their names."""
        return {row.strategy: row for row in self.strategies}

    @property
    def count(self) -> int:
        """How many gaps all strategies have together; what `otherwise` answers is none."""
        return sum(len(row.gaps) for row in self.strategies if not row.by_default)

    def cells(self) -> Cells:
        """A row for each strategy, open question and theory; and one, with the question "any", for all questions of a strategy together.

        Probabilities with their 95% interval; what the silence can cost in points.
        """
        rows: list[tuple[str | float, ...]] = []
        for row in self.strategies:
            asked = [("any", row.mass, row.cost_of_silence), *((gap.question, gap.probability, gap.costs) for gap in row.gaps)]
            for question, chance, costs in asked:
                for theory, one in chance.items():
                    cost = costs.get(theory, Money(math.nan, math.nan))
                    rows.append((row.strategy, question, theory, one.p, one.low, one.high, cost.points, cost.se))
        numbers = ("silent (0-1)", "low95 (0-1)", "high95 (0-1)", "cost (points)", "se (points)")
        return Cells(("strategy", "question", "theory", *numbers), tuple(rows))

    def preview(self) -> Table:
        """How many questions each strategy leaves open and, by theory, what its silence can cost."""
        from countermove.questions.gaps.section import costs_table

        return costs_table(self)
