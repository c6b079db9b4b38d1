"""What a study finds: which plan stands how in every war, where the order turns, what drives it, and which cases failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from countermove.world.display import Cells, Result
from countermove.world.tables import Table
from countermove.world.titles import NOT_IN_JSON, UNTITLED, Titles
from countermove.world.words import counted, figure, listed, percent

SHOWN = 5  # failed cases that a preview names


@dataclass(frozen=True)
class Standing:
    """One plan over the cases of a war: in which share it is best, in which nothing is told to be better, its regret in points on the mean and at
    the most, and the case of the most. `se`: the Monte-Carlo error of the mean, at most, as cases may have the same draws."""

    strategy: str
    best: float
    not_beaten: float
    regret: float
    se: float
    most: float
    most_in: int


@dataclass(frozen=True)
class Along:
    """What is varied, and how the plans stand along it: at each of its values, on the mean over the cases there.

    `values`: numbers in `unit`, or the places of `labels`; `cases` there; `regret`, `se` and `best` by plan: points, their Monte-Carlo error at most,
    and the share of those cases in which the plan is best.
    """

    json_keys: ClassVar[str] = "path title unit labels values cases strategies regret se best"
    path: str
    title: str
    unit: str
    labels: tuple[str, ...]
    values: tuple[float, ...]
    cases: tuple[int, ...]
    strategies: tuple[str, ...]
    regret: tuple[tuple[float, ...], ...]  # by plan, then value
    se: tuple[tuple[float, ...], ...]
    best: tuple[tuple[float, ...], ...]
    logarithmic: bool = False


@dataclass(frozen=True)
class Turn:
    """Where the plan of least mean regret changes along a number: `before` up to `at`, `after` from there; `slight`: the two are never farther apart
    than what matters at the values around it."""

    path: str
    before: str
    after: str
    at: float
    slight: bool


@dataclass(frozen=True)
class Driver:
    """How much of the variance of the two leading plans' difference goes with one thing that is varied: a share, and its 95% interval."""

    path: str
    title: str
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Drivers:
    """What drives the difference between the two plans of the highest mean worth: `first` less `second` in points, on the mean over the cases, and in
    which share of them it is above 0; sentences of the box and of the tree where the second is ahead, or why there is none."""

    first: str
    second: str
    difference: float
    ahead: float
    drivers: tuple[Driver, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class WarStudied:
    """One war of a study."""

    json_keys: ClassVar[str] = "scenario title cases matters standings along turns drivers why"
    scenario: str
    title: str
    cases: int  # that were compared
    matters: float
    standings: tuple[Standing, ...]
    along: tuple[Along, ...]
    turns: tuple[Turn, ...]
    drivers: Drivers | None
    why: str = ""  # nothing could be compared
    titles: Titles = field(default=UNTITLED, repr=False, metadata=NOT_IN_JSON)

    @property
    def leader(self) -> Standing | None:
        """The plan that is best in most cases; of several the one of less mean regret."""
        return max(self.standings, key=lambda one: (one.best, -one.regret), default=None)


@dataclass(frozen=True)
class FailedCase:
    """A case that could not be run: its number, what it changes, why, and where the mistake is."""

    case: int
    scenario: str
    sets: Mapping[str, str]
    place: str
    why: str


@dataclass(frozen=True)
class CaseRow:
    """One plan in one case: expected points and regret, over the weighted theories."""

    case: int
    strategy: str
    value: float
    regret: float
    se: float


@dataclass(frozen=True, repr=False)
class StudyFound(Result):
    """A study that was run. `where`: the folder of its dataset; `varied`: paths and their titles."""

    json_keys: ClassVar[str] = "study title cases failed wars varied tables where provenance"
    study: str
    title: str
    says: str
    cases: int
    failed: tuple[FailedCase, ...]
    wars: tuple[WarStudied, ...]
    varied: Mapping[str, str]
    tables: tuple[str, ...]
    where: str
    rows: tuple[CaseRow, ...] = field(default=(), metadata=NOT_IN_JSON)
    sets: Mapping[str, Mapping[int, str]] = field(default_factory=dict[str, Mapping[int, str]], metadata=NOT_IN_JSON)
    provenance: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def cells(self) -> Cells:
        """A row for each case and plan: what the case sets, expected points and regret over the weighted theories, in points."""
        columns = ("case", *self.sets, "strategy", "value (points)", "regret (points)", "se (points)")
        rows = tuple(
            (row.case, *(one.get(row.case, "") for one in self.sets.values()), row.strategy, row.value, row.regret, row.se)
            for row in self.rows
        )
        return Cells(columns, rows)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The answer, war by war; where the order turns; and what failed."""
        told = [sentence for war in self.wars for sentence in war_sentences(war)]
        if self.failed:
            numbers, more = [str(one.case) for one in self.failed[:SHOWN]], len(self.failed) - SHOWN
            told.append(
                f"Of {counted(self.cases, 'case')} {len(self.failed)} failed: {listed([*numbers, f'{more} more'] if more > 0 else numbers)}."
            )
        return tuple(told)

    def preview(self) -> Table:
        """Its sentences."""
        return Table.of(
            f"{self.title or self.study}: {counted(self.cases, 'case')}", ("found",), ((one,) for one in self.sentences)
        )


def war_sentences(war: WarStudied) -> list[str]:
    """Which plan is best in how many cases, and where the order turns."""
    leader = war.leader
    if leader is None:
        return [f"{war.title}: {war.why}"]
    titles = war.titles
    several = f"{war.title}: of {counted(war.cases, 'case')} "
    short = f"; where it falls short, by {figure(leader.most)} points at most (case {leader.most_in})" if leader.most > 0 else ""
    told = [
        f"{several}{titles.say_strategy(leader.strategy)} is best in {percent(leader.best)}, and no plan is told to be better in "
        f"{percent(leader.not_beaten)}{short}."
    ]
    for turn in war.turns:
        one = next(along for along in war.along if along.path == turn.path)
        slight = (
            f", though there the two are never {figure(war.matters)} points apart, which is what matters" if turn.slight else ""
        )
        unit = f" {one.unit}" if one.unit else ""
        told.append(
            f"Along “{one.title}”, {titles.say_strategy(turn.before)} has the least regret up to {figure(turn.at)}{unit}, and from there "
            f"{titles.say_strategy(turn.after)}{slight}."
        )
    return told
