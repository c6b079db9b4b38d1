"""What came of an argument: each sentence with its verdict on the record and in the model, and what would turn it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from countermove.world.shown import Cells, Glance, Result

Truth = Literal["holds", "does not hold", "cannot tell", "not asked"]
Way = Literal["months", "rungs", "association"]


def known(value: float) -> float | None:
    """The number, or None where there is none: JSON knows no nan."""
    return value if math.isfinite(value) else None


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

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self) | {"low": known(self.low), "high": known(self.high), "anyway": known(self.anyway)}


@dataclass(frozen=True)
class OnRecord:
    """The verdict of the record: that of every reading, or "cannot tell" where they part. Readings begin with the default; none: `why`.

    `criterion`: what is asked of the share, such as `>= 80%`.
    """

    query: str
    verdict: Truth
    why: str
    criterion: str = ""
    readings: tuple[Counted, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The shape of `countermove claims --json`: the default reading, with the others under `codings`."""
        first = (
            self.readings[0].to_json()
            if self.readings
            else dict.fromkeys(("k", "n", "low", "high", "left_out", "events", "anyway"))
        )
        return {
            **{key: value for key, value in first.items() if key not in ("verdict", "coding")},
            "verdict": self.verdict,
            "query": self.query,
            "criterion": self.criterion,
            "why": self.why,
            "notes": list(self.notes),
            "codings": [reading.to_json() for reading in self.readings],
        }


@dataclass(frozen=True)
class Figure:
    """A statistic of the runs: its value, its Monte-Carlo error, the interval that is possible, and what that says of the claim.

    nan where the case never arises.
    """

    value: float
    se: float
    low: float
    high: float
    verdict: Truth

    def to_json(self) -> dict[str, Any]:
        """Plain data; null for what is not known."""
        return {
            "value": known(self.value),
            "se": known(self.se),
            "low": known(self.low),
            "high": known(self.high),
            "verdict": self.verdict,
        }


@dataclass(frozen=True)
class ByTheory:
    """Under one theory. `true`: share of the draws in which the claim is true, luck's noise taken out. `silent`: of those without a case."""

    theory: str
    figure: Figure
    true: float
    true_se: float
    silent: float

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "theory": self.theory,
            **self.figure.to_json(),
            "true": known(self.true),
            "true_se": known(self.true_se),
            "silent": self.silent,
        }


@dataclass(frozen=True)
class Odds:
    """How strong a prior would have to be to turn the claim.

    The theories under which it is true in more than half of the draws speak for it (`for_`), the others against it; a theory whose share is
    within its error of a half takes no side. Multiply the weight of those against by `times`, and the claim is as likely true as not: above 1
    it takes that much to reject it, below 1 it is rejected already and takes 1 / `times` to accept it. None where nobody speaks for it, or
    nobody against it: then no prior over these theories turns it.
    """

    probability: float
    se: float
    times: float | None
    for_: tuple[str, ...]
    against: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "probability": known(self.probability),
            "probability_se": known(self.se),
            "times": self.times,
            "for": list(self.for_),
            "against": list(self.against),
        }


@dataclass(frozen=True)
class Weighted:
    """Over the theories, by the weights that `source` gives."""

    source: Literal["priors", "record"]
    weights: Mapping[str, float]
    figure: Figure
    odds: Odds

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {"weights_from": self.source, "weights": dict(self.weights), **self.figure.to_json(), **self.odds.to_json()}


@dataclass(frozen=True)
class InModel:
    """The verdict of the model: that over the theories by their priors, all strategies counting alike.

    `way`: over months of runs; by runs on other rungs with the same luck (what the rung does); or an association. `anyway`: the same
    without the condition. `arises`: share of months in which the condition holds. `left_out`: months of each run whose shifts lie outside
    it. `across`: the slope over the written strategies, which differ in more than the rung. `why`: where nothing was asked.
    `assumed`: why, as `check` doubts it, it could not have been otherwise, whatever the runs do; empty where the runs decide.
    """

    query: str
    verdict: Truth
    why: str
    criterion: str = ""
    way: Way = "months"
    unit: str = ""
    by_theory: tuple[ByTheory, ...] = ()
    by_strategy: Mapping[str, Figure] = field(default_factory=dict[str, Figure])
    weighted: Weighted | None = None
    by_record: Weighted | None = None
    anyway: Figure | None = None
    across: Figure | None = None
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

    def to_json(self) -> dict[str, Any]:
        """The shape of `countermove claims --json`."""
        return {
            "by_theory": [row.to_json() for row in self.by_theory],
            "weighted": None if self.weighted is None else self.weighted.to_json(),
            "verdict": self.verdict,
            "query": self.query,
            "criterion": self.criterion,
            "why": self.why,
            "way": self.way,
            "unit": self.unit,
            "by_record": None if self.by_record is None else self.by_record.to_json(),
            "by_strategy": [{"strategy": name, **figure.to_json()} for name, figure in self.by_strategy.items()],
            "anyway": None if self.anyway is None else self.anyway.to_json(),
            "across": None if self.across is None else self.across.to_json(),
            "arises": known(self.arises),
            "left_out": self.left_out,
            "by_assumption": self.by_assumption,
        }


@dataclass(frozen=True)
class Mover:
    """An uncertain number, and the statistic in the draws of its low and of its high third. It `turns` the claim where they disagree."""

    name: str
    where: str
    doc: str
    unit: str
    below: float
    above: float
    low: Figure
    high: Figure
    gap: float
    gap_se: float
    turns: bool

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "kind": "parameter",
            "name": self.name,
            "where": self.where,
            "doc": self.doc,
            "unit": self.unit,
            "low_third": {"below": self.below, **self.low.to_json()},
            "high_third": {"above": self.above, **self.high.to_json()},
            "gap": self.gap,
            "gap_se": self.gap_se,
        }


_OPPOSITE: dict[str, Truth] = {"holds": "does not hold", "does not hold": "holds"}


@dataclass(frozen=True)
class ClaimVerdict:
    """One sentence. `movers`: the numbers that turn it, strongest first, or, where none does, the strongest one."""

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

    def to_json(self) -> dict[str, Any]:
        """The shape of `countermove claims --json`."""
        return {
            "id": self.id,
            "by": self.by,
            "says": self.says,
            "record": self.record.to_json(),
            "model": self.model.to_json(),
            "flips": [
                *({"kind": "theory", **row.to_json()} for row in self.model.by_theory if row.theory in self.theories),
                *({"kind": "strategy", "strategy": name, **self.model.by_strategy[name].to_json()} for name in self.strategies),
                *(mover.to_json() for mover in self.movers if mover.turns),
            ],
            "strongest": [mover.to_json() for mover in self.movers if not mover.turns],
        }


@dataclass(frozen=True, repr=False)
class Ledger(Result):
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
            figures += [] if one.model.weighted is None else [("weighted", one.model.weighted.figure)]
            for theory, row in figures:
                numbers = (row.value, row.se, row.low, row.high, self.draws)
                rows.append((one.id, "model", "", theory, one.model.unit, *numbers, row.verdict))
        return Cells(("claim", "on", "coding", "theory", "unit", "value", "se", "low", "high", "cases", "verdict"), tuple(rows))

    def glance(self) -> Glance:
        """Each claim with its two verdicts."""
        rows = tuple((one.id, one.record.verdict, one.model.verdict, one.says) for one in self.claims)
        return Glance(f"{self.scenario}: the argument, claim by claim", ("claim", "on the record", "in the model", "says"), rows)

    def to_json(self) -> list[dict[str, Any]]:
        """`countermove claims --json`: a list, one entry a claim."""
        size = {"draws": self.draws, "lucks": self.lucks, "months": self.months, "seed": self.seed}
        return [claim.to_json() | {"runs": {**size, "strategies": list(self.strategies)}} for claim in self.claims]
