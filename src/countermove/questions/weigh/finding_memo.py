"""What a record says of a decision: the theories by its weights, and the plans under them."""

from __future__ import annotations

from dataclasses import dataclass

from countermove.decision.findings import Verdict
from countermove.questions.weigh.finding import Pool, Weighing
from countermove.questions.weigh.finding_calibration import DecisionCalibration
from countermove.questions.weigh.finding_influence import MonthInfluence


@dataclass(frozen=True)
class StrategyByRecord:
    """One strategy if the theories had the weights that the record gives them: expected objective, and how far behind the best, in points."""

    strategy: str
    prior: float
    prior_se: float
    posterior: float
    posterior_se: float
    behind: float
    behind_se: float


@dataclass(frozen=True)
class MemoWeighing:
    """What the record says of the theories, beside the priors that the headline keeps. `why` says why nothing was weighed, where nothing was.

    `full`: other codings and other starts were read too. `believed` and `verdict`: the decision under the weights of the record.
    `pool`: all wars at hand, where they were read; `elsewhere`: the decision under the weights of the other wars known by the decision.
    """

    weighing: Weighing | None = None
    why: str = "Nothing was weighed for this memo."
    full: bool = False
    prior_saw: tuple[str, ...] = ()
    strategies: tuple[StrategyByRecord, ...] = ()
    verdict: Verdict | None = None
    influence: tuple[MonthInfluence, ...] = ()
    pool: Pool | None = None
    elsewhere: Verdict | None = None
    calibration: DecisionCalibration | None = None

    @property
    def weighed(self) -> Weighing | None:
        """The weighing, where it gave weights."""
        return None if self.weighing is None or self.weighing.refused else self.weighing
