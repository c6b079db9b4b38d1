"""What would change the answer, as one finding: where the order of two strategies turns, and what it would be worth to know."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from countermove.decision.findings import Flip
from countermove.decision.information import Information
from countermove.decision.pareto import Dominance, PersonalChoices
from countermove.decision.ranking import Ranking
from countermove.decision.ternary import Triangle
from countermove.questions.explore.breakeven import BreakEven
from countermove.questions.explore.cart import Leaves
from countermove.questions.explore.effects import Effect
from countermove.questions.explore.pathways import Pathways
from countermove.questions.explore.prim import Discovery
from countermove.questions.explore.shares import Opinion
from countermove.show.charts import ternary_chart
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.figure_data import triangle_data
from countermove.show.picture import HasFigures
from countermove.world.certainty import VerdictKind, share_certainty
from countermove.world.display import Cells, Result
from countermove.world.measure import unit_of
from countermove.world.tables import Table
from countermove.world.titles import NOT_IN_JSON, UNTITLED, Titles, quoted
from countermove.world.words import with_error


@dataclass(frozen=True)
class ByExpert:
    """The lead in the draws that follow one expert's answer for one number, with its error."""

    number: str
    expert: str
    difference: float
    se: float


@dataclass(frozen=True)
class OutcomeRegret:
    """What each strategy loses in one outcome, in its unit, to the strategy that is best for that outcome in each draw and theory."""

    measure: str
    better: Literal["more", "less"]
    ranking: Ranking  # cross-fitted where there is more than one luck


@dataclass(frozen=True, repr=False)
class Explored(Result, HasFigures):
    """All of it is about `best` against `other`, unless it says otherwise: the strategy of highest expected points, and the next that differs
    from it in some run. `alike` are others that score as `best` does in every run. Whether `best` leads at all is in `kind` and `opening`.

    `said` holds what could not be computed and why. `effects`: blocks of numbers, the theory among them, on the difference of the two
    (one luck averaged over several, the same at all points); `parameters`: single numbers, first-order, from the draws of the study.
    """

    json_keys: ClassVar[str] = (
        "* sentence=opening criteria=choices pareto=standings stakeholders=stakes break_even=breakevens tree=leaves **hashes"
    )
    scenario: str
    best: str
    other: str
    difference: float
    se: float
    kind: VerdictKind
    alike: tuple[str, ...]
    opening: str
    flips: tuple[Flip, ...]
    triangle: Triangle | None
    criteria: tuple[Ranking, ...]
    outcomes: tuple[OutcomeRegret, ...]
    standings: tuple[Dominance, ...]
    stakes: PersonalChoices | None
    breakevens: tuple[BreakEven, ...]
    box: Discovery | None
    leaves: Leaves | None
    effects: tuple[Effect, ...]
    parameters: tuple[Effect, ...]
    information: tuple[Information, ...]
    opinion: Opinion | None
    pathways: Pathways | None
    experts: tuple[ByExpert, ...]
    said: tuple[str, ...]
    draws: int
    seed: int
    seconds: float
    hashes: Mapping[str, str]
    titles: Titles = field(default=UNTITLED, repr=False, metadata=NOT_IN_JSON)
    numbers: Mapping[str, str] = field(default_factory=dict[str, str], metadata=NOT_IN_JSON)  # name -> what people read for it

    def figures(self) -> tuple[Figure, ...]:
        """The best strategy at each division of the weight among three blocks of theories; none where that could not be drawn (`said`)."""
        return () if self.triangle is None else (triangle_figure(self.triangle, self.titles),)

    def cells(self) -> Cells:
        """A row for each number that was found: `what` it is, of what (`about`), its `unit`; an error, or a 95% interval, where there is one.

        lead: of `best` over `other`; weight: of the first theory, at which the order turns; break-even: the value of a number at which it
        does; share: of the lead's variance over draws that a number carries; knowing: what it is worth; loss: in an outcome, to the best.
        """
        nothing = math.nan
        rows: list[tuple[str | float, ...]] = [
            ("lead", f"{self.best} over {self.other}", "points", self.difference, self.se, nothing, nothing)
        ]
        for flip in self.flips:
            pairs = f"{' and '.join(flip.between)}: {' over '.join(flip.strategies)}"
            rows.append(("weight", pairs, "0-1", nothing if flip.weight is None else flip.weight, flip.se, nothing, nothing))
        for row in self.breakevens:
            rows += [("break-even", row.parameter, row.unit, at.value, nothing, at.low, at.high) for at in row.crossings]
        rows += [("share", row.name, "share", row.first.value, nothing, row.first.low, row.first.high) for row in self.parameters]
        rows += [("knowing", row.about, "points", row.value, row.se, nothing, nothing) for row in self.information]
        for one in self.outcomes:
            losses = zip(one.ranking.strategies, one.ranking.scores, one.ranking.se, strict=True)
            unit = unit_of(one.measure)
            rows += [("loss", f"{one.measure} under {name}", unit, loss, se, nothing, nothing) for name, loss, se in losses]
        return Cells(("what", "about", "unit", "value", "se", "low95", "high95"), tuple(rows))

    def preview(self) -> Table:
        """Whether a strategy leads, and what would change that, in sentences."""
        return Table.of(f"{self.scenario}: what would change the answer", ("found",), ((one,) for one in self.sentences))

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found, in words."""
        return (
            self.opening,
            *(flip.sentence for flip in self.turns),
            *((self.triangle.sentence,) if self.triangle is not None else ()),
            *(one.sentence for one in self.breakevens if one.kind == "flips"),
            *((self.box.sentence,) if self.box is not None else ()),
            *(one.sentence for one in self.information),
            *((self.opinion.sentence,) if self.opinion is not None else ()),
            *((self.pathways.sentence,) if self.pathways is not None else ()),
            *self.by_expert,
            *self.said,
        )

    @property
    def turns(self) -> tuple[Flip, ...]:
        """The flip points that can be told: not those whose error leaves more than half of all divisions open."""
        return tuple(flip for flip in self.flips if flip.weight is not None and share_certainty(flip.weight, flip.se) == "told")

    @property
    def unsure(self) -> tuple[Flip, ...]:
        """Those of which only that can be told that the order may turn."""
        return tuple(flip for flip in self.flips if flip.weight is not None and share_certainty(flip.weight, flip.se) != "told")

    def number(self, name: str) -> str:
        """What people read for a number: what it is, and of whom."""
        return self.numbers.get(name, name)

    @property
    def by_expert(self) -> tuple[str, ...]:
        """Where experts differ, what each one's answer does to the lead."""
        numbers = dict.fromkeys(row.number for row in self.experts)
        told = {
            number: "; ".join("{} {} (± {})".format(row.expert, *with_error(row.difference, row.se)) for row in own)
            for number in numbers
            if (own := [row for row in self.experts if row.number == number])
        }
        return tuple(
            f"{quoted(self.number(number))}, by expert: points of {self.titles.say_strategy(self.best)} less those of "
            f"{self.titles.say_strategy(self.other)}: {said}."
            for number, said in told.items()
        )

    @property
    def choices(self) -> tuple[Mapping[str, Any], ...]:
        """What each criterion says, with its sentence."""
        return tuple({**_without_titles(row), "settled": row.settled, "sentence": row.sentence} for row in self.criteria)


def _without_titles(row: Ranking) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "titles"}


def triangle_figure(found: Triangle, titles: Titles) -> Figure:
    """Which strategy is best at each division of the weight, and where today's weights lie."""
    regions = {titles.strategy(row.strategy): row.corners.tolist() for row in found.regions}
    first, second, third = map(titles.theory, found.corners)
    svg = ternary_chart(regions, (first, second, third), found.weights)
    caption = (
        "Which strategy is best at every division of the weight among three blocks of theories; inside a block the weights keep their proportions. "
        f"See how far today’s weights lie from a border. {found.sentence}"
    )
    return Figure("triangle", caption, found.sentence, (Strip("", (Panel("", svg),)),), 1, data=triangle_data(found))
