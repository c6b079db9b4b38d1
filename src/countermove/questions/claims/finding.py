"""What came of an argument: each sentence with its verdict on the record and in the model, and what would turn it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

from countermove.decision.findings import WEIGHTED
from countermove.plain import as_json
from countermove.world.display import Cells, Result
from countermove.world.tables import Table
from countermove.world.titles import NOT_IN_JSON, UNTITLED, Titles

Truth = Literal["holds", "does not hold", "cannot tell", "not asked"]
Way = Literal["months", "rungs", "association"]


@dataclass(frozen=True)
class Counted:
    """One reading of the record: k of n episodes, with the 95% Clopper-Pearson interval of the share.

    `left_out`: episodes whose months, or the months after them that are asked for, lie outside what was known. `events`: how many separate
    spells of what was waited for make the k hits. `anyway`: share of all months after which it happened, whether or not an episode began.
    """

    coding: str
    k: int
    n: int
    low: float
    high: float
    verdict: Truth
    left_out: int
    events: int
    anyway: float


@dataclass(frozen=True)
class OnRecord:
    """The verdict of the record: that of every reading, or "cannot tell" where they part. Readings begin with the default; none: `why`.

    `criterion`: what is asked of the share, such as `>= 80%`.
    """

    json_keys: ClassVar[str] = (
        "k=first.k n=first.n low=first.low high=first.high left_out=first.left_out events=first.events anyway=first.anyway "
        "verdict query criterion why notes codings=readings"
    )
    query: str
    verdict: Truth
    why: str
    criterion: str = ""
    readings: tuple[Counted, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def first(self) -> Counted | None:
        """The default reading."""
        return self.readings[0] if self.readings else None


@dataclass(frozen=True)
class Statistic:
    """A statistic of the runs: its value, its Monte-Carlo error, the interval that is possible, and what that says of the claim.

    nan where the case never arises.
    """

    value: float
    se: float
    low: float
    high: float
    verdict: Truth


@dataclass(frozen=True)
class ByTheory:
    """Under one theory. `true`: share of the draws in which the claim is true, luck's noise taken out. `silent`: of those without a case."""

    json_keys: ClassVar[str] = "* **figure"
    theory: str
    figure: Statistic
    true: float
    true_se: float
    silent: float


@dataclass(frozen=True)
class Odds:
    """How strong a prior would have to be to turn the claim.

    The theories under which it is true in more than half of the draws speak for it (`for_`), the others against it; a theory whose share is
    within its error of a half takes no side. Multiply the weight of those against by `times`, and the claim is as likely true as not: above 1
    it takes that much to reject it, below 1 it is rejected already and takes 1 / `times` to accept it. None where nobody speaks for it, or
    nobody against it: then no prior over these theories turns it.
    """

    json_keys: ClassVar[str] = "* probability_se=se for=for_"
    probability: float
    se: float
    times: float | None
    for_: tuple[str, ...]
    against: tuple[str, ...]


@dataclass(frozen=True)
class Weighted:
    """Over the theories, by the weights that `source` gives."""

    json_keys: ClassVar[str] = "* weights_from=source **figure **odds"
    source: Literal["priors", "record"]
    weights: Mapping[str, float]
    figure: Statistic
    odds: Odds


@dataclass(frozen=True)
class InModel:
    """The verdict of the model: that over the theories by their priors, all strategies counting alike.

    `way`: over months of runs; by runs on other rungs with the same luck (what the rung does); or an association. `anyway`: the same
    without the condition. `arises`: share of months in which the condition holds. `left_out`: months of each run whose shifts lie outside
    it. `across`: the slope over the written strategies, which differ in more than the rung. `why`: where nothing was asked.
    `assumed`: why, as `check` doubts it, it could not have been otherwise, whatever the runs do; empty where the runs decide.
    """

    json_keys: ClassVar[str] = (
        "by_theory weighted verdict query criterion why way unit by_record by_strategy=strategy_rows anyway across arises left_out by_assumption"
    )
    query: str
    verdict: Truth
    why: str
    criterion: str = ""
    way: Way = "months"
    unit: str = ""
    by_theory: tuple[ByTheory, ...] = ()
    by_strategy: Mapping[str, Statistic] = field(default_factory=dict[str, Statistic])
    weighted: Weighted | None = None
    by_record: Weighted | None = None
    anyway: Statistic | None = None
    across: Statistic | None = None
    arises: float = float("nan")
    left_out: int = 0
    assumed: str = ""

    @property
    def by_assumption(self) -> str:
        """Why it could not have been otherwise; empty where theories come out on both sides, since then it could."""
        both = {row.figure.verdict for row in self.by_theory} >= set(_OPPOSITE)
        return "" if both else self.assumed

    @property
    def told(self) -> str:
        """The verdict in words: what could not have been otherwise is no finding."""
        return f"{self.verdict}, by assumption" if self.by_assumption and self.verdict in _OPPOSITE else self.verdict

    @property
    def strategy_rows(self) -> tuple[Mapping[str, Any], ...]:
        """As `--json` lists the strategies."""
        return tuple({"strategy": name, **vars(figure)} for name, figure in self.by_strategy.items())


@dataclass(frozen=True)
class Mover:
    """An uncertain number, and the statistic in the draws of its low and of its high third. It `turns` the claim where they disagree."""

    json_keys: ClassVar[str] = "kind name where doc unit **thirds gap gap_se"
    name: str
    where: str
    doc: str
    unit: str
    below: float
    above: float
    low: Statistic
    high: Statistic
    gap: float
    gap_se: float
    turns: bool

    @property
    def title(self) -> str:
        """What people read for it: what it is, and of whom."""
        return f"{self.doc} ({self.where})" if self.where else self.doc

    kind: ClassVar[str] = "parameter"

    @property
    def thirds(self) -> Mapping[str, Mapping[str, Any]]:
        """The two thirds as `--json` has them."""
        return {"low_third": {"below": self.below, **vars(self.low)}, "high_third": {"above": self.above, **vars(self.high)}}


_OPPOSITE: dict[str, Truth] = {"holds": "does not hold", "does not hold": "holds"}


@dataclass(frozen=True)
class ClaimVerdict:
    """One sentence. `movers`: the numbers that turn it, strongest first, or, where none does, the strongest one."""

    json_keys: ClassVar[str] = "id by says record model flips strongest"
    id: str
    by: str
    says: str
    record: OnRecord
    model: InModel
    movers: tuple[Mover, ...] = ()

    @property
    def theories(self) -> tuple[str, ...]:
        """The theories under which the verdict of the model is the opposite."""
        return tuple(row.theory for row in self.model.by_theory if row.figure.verdict == _OPPOSITE.get(self.model.verdict))

    @property
    def strategies(self) -> tuple[str, ...]:
        """The strategies with which it is the opposite."""
        rows = self.model.by_strategy.items()
        return tuple(name for name, found in rows if found.verdict == _OPPOSITE.get(self.model.verdict))

    @property
    def failed(self) -> bool:
        """Whether the record or the model says that it does not hold."""
        return "does not hold" in (self.record.verdict, self.model.verdict)

    @property
    def flips(self) -> tuple[Any, ...]:
        """What turns it, as `--json` lists it: theories, strategies, numbers."""
        return (
            *({"kind": "theory", **as_json(row)} for row in self.model.by_theory if row.theory in self.theories),
            *({"kind": "strategy", **row} for row in self.model.strategy_rows if row["strategy"] in self.strategies),
            *(mover for mover in self.movers if mover.turns),
        )

    @property
    def strongest(self) -> tuple[Mover, ...]:
        """The numbers that move it, and do not turn it."""
        return tuple(mover for mover in self.movers if not mover.turns)


@dataclass(frozen=True, repr=False)
class ClaimsLedger(Result):
    """All sentences of an argument, and how they were asked. `weights_why`: why the record's weights are not there, where they are not."""

    scenario: str
    record: str
    known_until: int
    claims: tuple[ClaimVerdict, ...]
    strategies: tuple[str, ...]
    theories: tuple[str, ...]
    rungs: tuple[str, ...]
    draws: int
    lucks: int
    months: int
    seed: int
    weights_why: str = ""
    seconds: float = 0.0
    titles: Titles = field(default=UNTITLED, repr=False, metadata=NOT_IN_JSON)  # what people read for its names

    def cells(self) -> Cells:
        """A row for each claim and coding of the record (a share of `cases` episodes), and for each claim and theory in the model (in `unit`).

        `low`, `high`: ends of the 95% interval; `theory` is "weighted" for all of them by their priors.
        """
        rows: list[tuple[str | float, ...]] = []
        for one in self.claims:
            for row in one.record.readings:
                share = row.k / row.n if row.n else math.nan
                rows.append((one.id, "record", row.coding, "", "share", share, math.nan, row.low, row.high, row.n, row.verdict))
            figures = [(row.theory, row.figure) for row in one.model.by_theory]
            figures += [] if one.model.weighted is None else [(WEIGHTED, one.model.weighted.figure)]
            for theory, row in figures:
                numbers = (row.value, row.se, row.low, row.high, self.draws)
                rows.append((one.id, "model", "", theory, one.model.unit, *numbers, row.verdict))
        return Cells(("claim", "on", "coding", "theory", "unit", "value", "se", "low", "high", "cases", "verdict"), tuple(rows))

    def preview(self) -> Table:
        """Each claim with its two verdicts, and what turns it."""
        from countermove.questions.claims.section import ledger_table

        return replace(ledger_table(self), title=f"{self.scenario}: the argument, claim by claim")

    def to_json(self) -> list[dict[str, Any]]:
        """`countermove claims --json`: a list, one entry a claim."""
        size = {"draws": self.draws, "lucks": self.lucks, "months": self.months, "seed": self.seed}
        return [as_json(claim) | {"runs": {**size, "strategies": list(self.strategies)}} for claim in self.claims]
