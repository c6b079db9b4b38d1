"""What the program finds: each a frozen record with its error, so that nothing is shown without it. Months count from 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from countermove.world.certainty import VerdictKind

WEIGHTED = "weighted"
"""The name of the view over the theories, mixed by their weights."""


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
class TwinPair:
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
