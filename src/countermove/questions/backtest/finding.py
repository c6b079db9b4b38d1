"""What a backtest finds: how well theories, mixtures of them and simple forecasts foretold the months of past wars."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from countermove.questions.backtest.forecasts import Forecasts
from countermove.questions.people import theory_titles
from countermove.show.figure import Figure
from countermove.show.picture import HasFigures
from countermove.world.display import Cells, Result
from countermove.world.tables import Table
from countermove.world.titles import quoted

NO_CHANGE, IN_PROPORTION, SEASONAL, CLIMATOLOGY = "no-change", "no-change in proportion", "seasonal", "climatology"
RECORD_ALONE = "record alone"
PEERS = (NO_CHANGE, IN_PROPORTION, CLIMATOLOGY, RECORD_ALONE)  # against each of which skill is told
EQUAL, SO_FAR = "mixture, equal weights", "mixture, weights so far"
AS_SIMULATED, STACKED = "as simulated", "stacked"
Kind = Literal["theory", "mixture", "stacked", "simulated", "baseline"]
BEATS, FAILS = "beats no-change", "does not beat no-change"


@dataclass(frozen=True)
class SkillRange:
    """1 - loss / loss of no-change over the same cases, with its 90% interval; nan where it cannot be known."""

    json_keys: ClassVar[str] = "* beats"
    skill: float = math.nan
    low: float = math.nan
    high: float = math.nan
    cases: int = 0

    @property
    def beats(self) -> bool:
        """Whether the whole interval is above 0."""
        return self.low > 0

    @property
    def worse(self) -> bool:
        """Whether the whole interval is below 0."""
        return self.high < 0


def method_title(method: str, kind: str) -> str:
    """What people read for a method: a theory has a title, the others are called what they are."""
    return theory_titles().theory(method) if kind == "theory" else method


@dataclass(frozen=True)
class MethodScores:
    """One way to forecast one target. `loss` is the CRPS in the target's unit, of an event the Brier score: means over the cases, smaller is better.

    `log_score` in nats, smaller is better. `inside50`, `inside90`: shares of the months that fell into the middle interval. `pit`: how many
    months fell into each tenth of the forecast distribution. Events have none of the three (nan, empty). `skill` is against no-change, `against`
    against every other of `PEERS`. `believed`: how much of a theory's movement its record lets one believe at the end, from 0 to 1 (else nan).
    """

    json_keys: ClassVar[str] = (
        "* loss_by_horizon=losses skill_by_horizon=skills skill_against=against skill_against_by_horizon=against_by beats=skill.beats verdict"
    )
    method: str
    kind: Kind
    loss: float
    losses: tuple[float, ...]  # by months ahead
    log_score: float
    inside50: float
    inside90: float
    pit: tuple[int, ...]
    skill: SkillRange
    skills: tuple[SkillRange, ...]  # by months ahead
    against: Mapping[str, SkillRange] = field(default_factory=dict[str, SkillRange])
    against_by: Mapping[str, tuple[SkillRange, ...]] = field(default_factory=dict[str, tuple[SkillRange, ...]])
    believed: float = math.nan

    @property
    def title(self) -> str:
        """What people read for it: of a theory its title."""
        return method_title(self.method, self.kind)

    @property
    def said(self) -> str:
        """The same in a sentence."""
        return quoted(self.title) if self.kind == "theory" else self.method

    @property
    def verdict(self) -> str:
        """The mark that goes with the name in every table; nothing for no-change itself."""
        if self.method == NO_CHANGE:
            return ""
        return BEATS if self.skill.beats else FAILS


@dataclass(frozen=True)
class TargetScores:
    """One channel of a record: months are counted as year * 12 + month - 1. `cases`: months that were forecast and are known, all horizons.

    `happened`: in how many months after the first origin an event happened. `stack`: weights of the methods that the stacked forecast is made of,
    after the last month."""

    json_keys: ClassVar[str] = (
        "target=name unit score origins first_origin=first last_origin=last cases happened=times methods stack sentences"
    )
    name: str
    unit: str
    event: bool
    origins: int
    first: int
    last: int
    cases: int
    happened: int
    methods: tuple[MethodScores, ...]
    sentences: tuple[str, ...] = ()
    stack: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def score(self) -> str:
        """What the loss is called."""
        return "Brier score" if self.event else "CRPS"

    def of(self, kind: str) -> tuple[MethodScores, ...]:
        """The methods of one kind."""
        return tuple(row for row in self.methods if row.kind == kind)

    @property
    def times(self) -> int | None:
        """In how many months it happened; None of what is no event."""
        return self.happened if self.event else None


@dataclass(frozen=True)
class CaseScores:
    """One record. `retrospective` of its `data` were not known as they happened; `saw`: targets that the scenario's numbers were scaled on."""

    json_keys: ClassVar[str] = "* -title hash=replay_hash first_month=first last_month=last prior_saw=saw"
    record: str
    title: str
    replay: str
    replay_hash: str
    record_hash: str
    patron: str
    first: int
    last: int
    data: int
    retrospective: int
    saw: tuple[str, ...]
    theories: tuple[str, ...]
    targets: tuple[TargetScores, ...]


@dataclass(frozen=True, repr=False)
class Backtest(Result, HasFigures):
    """All cases, and how they were made; `forecasts` of the months after the records. `seconds` is shown nowhere but in JSON."""

    json_keys: ClassVar[str] = "* -forecasts"  # what is issued is in a file of its own
    cases: tuple[CaseScores, ...]
    horizon: int
    least: int
    stride: int
    members: int
    draws: int
    particles: int
    block: int
    level: float
    seed: int
    code_version: str
    versions: Mapping[str, str] = field(default_factory=dict[str, str])
    seconds: float = 0.0
    forecasts: Forecasts | None = None

    def figures(self) -> tuple[Figure, ...]:
        """Skill by months ahead of every theory and mixture, series by series of each record."""
        from countermove.questions.backtest.skill_chart import skill_figure

        return tuple(skill_figure(target, case.record) for case in self.cases for target in case.targets)

    def cells(self) -> Cells:
        """A row for each record, series, method and number of months ahead; 0 months ahead: all of them together.

        The loss is in `unit` (CRPS), or a Brier score where that is "Brier score"; skill, against no-change, with its 90% interval.
        """
        rows: list[tuple[str | float, ...]] = []
        for case in self.cases:
            for target in case.targets:
                unit = target.score if target.event else target.unit
                for row in target.methods:
                    ahead = enumerate(zip((row.loss, *row.losses), (row.skill, *row.skills), strict=True))
                    head = (case.record, target.name, row.method, row.kind)
                    rows += [(*head, h, unit, loss, one.skill, one.low, one.high, one.cases) for h, (loss, one) in ahead]
        numbers = ("loss", "skill (ratio)", "low90 (ratio)", "high90 (ratio)", "cases")
        return Cells(("record", "series", "method", "kind", "months ahead", "unit", *numbers), tuple(rows))

    def preview(self) -> Table:
        """The verdict on each series of each record."""
        rows = (
            (case.record, target.name, sentence) for case in self.cases for target in case.targets for sentence in target.sentences
        )
        return Table.of(f"{len(self.cases)} records", ("record", "series", "verdict"), rows)
