"""What the program finds: each a frozen record with its error, so that nothing is shown without it. Months count from 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from countermove.decision.findings_values import ArmsWorth, Camp, Choice, DialTerm, Spread, ValueSet
from countermove.questions.weigh.finding_following import DecisionCalibration
from countermove.questions.claims.finding import Ledger
from countermove.questions.gaps.finding import GapsFound
from countermove.questions.weigh.finding_months import MonthInfluence
from countermove.world.measure import Control
from countermove.world.shown import Glance, Shown, with_error
from countermove.world.telling import VerdictKind
from countermove.questions.weigh.finding import Pool, Weighing


@dataclass(frozen=True)
class MeasureRow:
    """One cell of the table strategy x theory x measure. `se` is the Monte-Carlo error of the mean over scrambles."""

    strategy: str
    theory: str
    measure: str
    unit: str
    mean: float
    se: float
    q05: float
    q50: float
    q95: float


@dataclass(frozen=True)
class RegretRow:
    """Expected regret on the objective (points). Theory "weighted" is over the theories' weights.

    `naive` is the per-draw figure on all luck (biased up); `cross_fitted` chooses on one half of the luck and scores on the other.
    """

    strategy: str
    theory: str
    value: float  # expected objective
    regret: float
    se: float
    naive: float
    cross_fitted: float
    value_se: float = float("nan")  # of `value`; nan: not computed


@dataclass(frozen=True)
class Verdict:
    """The best strategy against the next best, or against a named one, under one theory or weighted."""

    theory: str
    best: str
    other: str
    difference: float  # points, best minus other
    se: float
    matters: float
    kind: VerdictKind
    sentence: str


@dataclass(frozen=True)
class Term:
    """What one measure of the objective adds to the lead of one plan over another, over the weighted theories (the first less the other)."""

    best: str
    other: str
    measure: str
    difference: float  # in the measure's unit
    se: float
    points: float
    points_se: float


@dataclass(frozen=True)
class Flip:
    """Two theories that prefer different strategies, and the weight on the first at which they are equal.

    None: the order never changes, or (`cannot_tell`) the errors leave open where it changes, or whether it does.
    """

    between: tuple[str, str]
    strategies: tuple[str, str]
    weight: float | None
    se: float
    sentence: str
    cannot_tell: bool = False


@dataclass(frozen=True)
class Omega:
    """Share of the aid's effect that the rival undoes; `share` of draws with a usable denominator, quantiles over those."""

    strategy: str
    theory: str
    on: Literal["balance", "territory"]
    value: float
    se: float
    share: float
    q05: float
    q50: float
    q95: float


@dataclass(frozen=True)
class Pair:
    """A strategy and its twin `without` its arms, one of its dials or all of them: the difference that these make (with minus without).

    `own` is the twin's own mean. In so many draws and lucks (0: not known).
    """

    strategy: str
    twin: str
    theory: str
    measure: str  # "objective" or a measure's name
    difference: float
    se: float
    without: str = "conditions"
    own: float = float("nan")
    own_se: float = float("nan")
    draws: int = 0
    lucks: int = 0


@dataclass(frozen=True)
class SweepRow:
    """The run again with the hazard of a clash multiplied by `factor`, in so many draws (0: not known)."""

    factor: float
    strategy: str
    theory: str
    clash: float
    direct_war: float
    regret: float
    regret_se: float
    clash_se: float = 0.0
    direct_war_se: float = 0.0
    draws: int = 0


@dataclass(frozen=True)
class Band:
    """Quantiles by month of one quantity under one strategy and theory."""

    strategy: str
    theory: str
    what: str
    unit: str
    q05: tuple[float, ...]
    q25: tuple[float, ...]
    q50: tuple[float, ...]
    q75: tuple[float, ...]
    q95: tuple[float, ...]
    paths: int


@dataclass(frozen=True)
class RecordSeries:
    """What happened, month by month from the start of the replay, beside what the model's replay gives. nan: no datum."""

    series: str
    unit: str
    first_month: int  # year * 12 + month - 1
    observed: tuple[float, ...]
    replay: Mapping[str, Band]  # by theory
    share_inside: Mapping[str, float]  # by theory: share of the data inside the 90% band
    note: str = ""
    title: str = ""  # in words; empty: the name of the series


@dataclass(frozen=True)
class OutsideView:
    """A base rate from outside the model that stands beside a headline."""

    about: str
    rate: float
    k: float
    n: float
    low: float
    high: float
    source: str
    note: str = ""


@dataclass(frozen=True)
class Assumption:
    """One number that went in."""

    name: str
    where: str  # "world", a side or a patron
    doc: str
    prior: str  # in words
    unit: str
    source: str
    note: str = ""
    borrowed: bool = False
    default: bool = False  # it stands as the program has it


@dataclass(frozen=True)
class Drift:
    """How far support wanders in 24 months with no new aid, by theory: mean change and its 90% range."""

    theory: str
    mean: float
    q05: float
    q95: float


@dataclass(frozen=True)
class Provenance:
    """How the numbers were made."""

    scenario: str
    scenario_hash: str
    record_hash: str
    code_version: str
    seed: int
    draws: int
    lucks: int
    months: int
    weights_from: str  # "priors" or the stored weights' key
    seconds: float
    rate: float  # run-months per second without start-up
    versions: Mapping[str, str]
    tolerance: float  # the Monte-Carlo error of regret differences that was asked for
    reached: float  # and the one reached
    machine: str = ""
    command: str = ""


@dataclass(frozen=True, repr=False)
class Findings(Shown):
    """Everything `run` finds."""

    strategies: tuple[str, ...]
    theories: tuple[str, ...]
    weights: Mapping[str, float]
    measures: tuple[MeasureRow, ...]
    regret: tuple[RegretRow, ...]
    verdicts: tuple[Verdict, ...]
    flips: tuple[Flip, ...]
    omega: tuple[Omega, ...] = ()
    pairs: tuple[Pair, ...] = ()
    sweep: tuple[SweepRow, ...] = ()
    bands: tuple[Band, ...] = ()
    drift: tuple[Drift, ...] = ()
    terms: tuple[Term, ...] = ()
    dials: tuple[DialTerm, ...] = ()
    values: tuple[ValueSet, ...] = ()
    choices: tuple[Choice, ...] = ()
    camps: tuple[Camp, ...] = ()
    arms: tuple[ArmsWorth, ...] = ()
    spread: tuple[Spread, ...] = ()

    def glance(self) -> Glance:
        """The regrets by theory, with their errors; where there is no objective, the fields."""
        if not self.regret:
            return super().glance()
        names = [name for name in self.strategies if any(row.strategy == name for row in self.regret)]
        cells = {(row.theory, row.strategy): with_error(row.regret, row.se) for row in self.regret}
        theories = dict.fromkeys(row.theory for row in self.regret)
        rows = tuple((theory, *(cells.get((theory, name), "") for name in names)) for theory in theories)
        return Glance("Regret: points that each plan loses to the best one", ("theory", *names), rows)


@dataclass(frozen=True)
class StrategyText:
    """A strategy in words: its own, and what it does move by move and rule by rule."""

    name: str
    says: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Believed:
    """One strategy if the theories had the weights that the record gives them: expected objective, and how far behind the best, in points."""

    strategy: str
    prior: float
    prior_se: float
    posterior: float
    posterior_se: float
    behind: float
    behind_se: float


@dataclass(frozen=True)
class RecordSays:
    """What the record says of the theories, beside the priors that the headline keeps. `why` says why nothing was weighed, where nothing was.

    `full`: other codings and other starts were read too. `believed` and `verdict`: the decision under the weights of the record.
    `pool`: all wars at hand, where they were read; `elsewhere`: the decision under the weights of the other wars known by the decision.
    """

    weighing: Weighing | None = None
    why: str = "Nothing was weighed for this memo."
    full: bool = False
    prior_saw: tuple[str, ...] = ()
    believed: tuple[Believed, ...] = ()
    verdict: Verdict | None = None
    influence: tuple[MonthInfluence, ...] = ()
    pool: Pool | None = None
    elsewhere: Verdict | None = None
    calibration: DecisionCalibration | None = None

    @property
    def weighed(self) -> Weighing | None:
        """The weighing, where it gave weights."""
        return None if self.weighing is None or self.weighing.refused else self.weighing


@dataclass(frozen=True, repr=False)
class Dossier(Shown):
    """Everything a memo says, before it is rendered. Texts come from files: data, never markup."""

    title: str
    question: str
    owner: str
    client: str
    rival: str
    decided: str  # "December 2017"
    bottom_line: tuple[str, ...]  # five sentences, likelihood words and numbers
    unknown: tuple[str, ...]
    watch: tuple[str, ...]
    outside: tuple[OutsideView, ...]
    objective: tuple[tuple[str, float, str], ...]  # measure, points, per unit in words
    matters: float
    strategies: tuple[StrategyText, ...]
    theories: tuple[tuple[str, str, float, str], ...]  # name, says, weight, reference
    findings: Findings
    records: tuple[RecordSeries, ...]
    assumptions: tuple[Assumption, ...]
    references: tuple[tuple[str, str], ...]  # key, full reference
    provenance: Provenance
    warnings: tuple[str, ...] = ()
    measure_docs: Mapping[str, str] = field(default_factory=dict[str, str])
    control: Control = "area"  # what the sides hold shares of
    record_says: RecordSays = field(default_factory=RecordSays)
    gaps: GapsFound | None = None
    ledger: Ledger | None = None
    explored: object = None  # a decision.explored.Explored: what would change the answer
    weapons: tuple[str, ...] = ()  # what arms and the rest of the leading plans are worth, in sentences
    hangs_on: tuple[str, ...] = ()  # whose values and which measure decide, in sentences
    issued: tuple[str, str] | None = None  # the file of sealed forecasts beside the page, and its seal
