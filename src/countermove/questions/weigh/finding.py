"""What weighing theories on a record finds: weights that never travel without how well this record could have told the theories apart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from countermove.questions.weigh.finding_influence import MonthInfluence
from countermove.questions.weigh.finding_offset import OmegaBeforeAfter
from countermove.questions.weigh.finding_pool import PoolByFilters
from countermove.questions.weigh.finding_sensitivity import Episode, PriorReading, Reaction
from countermove.world.display import Cells, Result
from countermove.world.tables import Table
from countermove.world.titles import NOT_IN_JSON, UNTITLED, Titles

AS_WRITTEN = "as written"
USABLE_SD = 2.0  # standard deviation of a log evidence above which filters were lost, and their weights are not to be used


def _row(theory: str, weight: float, error: Mapping[str, float] | None = None) -> dict[str, Any]:
    return {"theory": theory, "posterior": weight, **({} if error is None else {"sd": error.get(theory)})}


@dataclass(frozen=True)
class TheoryWeight:
    """One theory. `sd` is the spread of the posterior weight over readers that learnt from different simulated records."""

    theory: str
    prior: float
    posterior: float
    sd: float


@dataclass(frozen=True)
class Confusion:
    """How well records like this one tell theories apart: rows are the truth, columns what would be said, on records not learnt from.

    `named`: share of records in which each theory gets the most weight; `mean`: mean weight. `error` is the expected calibration error of
    the weights, `records` the number of records per theory.
    """

    json_keys: ClassVar[str] = "* matrix=named calibration_error=error"
    theories: tuple[str, ...]
    named: tuple[tuple[float, ...], ...]
    mean: tuple[tuple[float, ...], ...]
    error: float
    records: int

    @property
    def right(self) -> float:
        """Share of records whose theory gets the most weight, theories counting alike."""
        return sum(row[h] for h, row in enumerate(self.named)) / len(self.named)


@dataclass(frozen=True)
class VariantReading:
    """The weights under one coding of the record and one way to model the start; none where the record lies outside what it can make.

    `beyond`: share of simulated records farther out. On the exact road also `error`, the standard deviation of each weight that comes of the
    Monte-Carlo errors, and `lost`, theories whose filters lost the record: there are no weights then.
    """

    json_keys: ClassVar[str] = "coding spring_2014=start beyond weights=rows lost"
    coding: str
    start: str
    says: str
    weights: Mapping[str, float]
    beyond: float
    error: Mapping[str, float] = field(default_factory=dict[str, float])
    lost: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What differs from the headline."""
        parts = [f"coding {self.coding}"] if self.coding != "default" else []
        parts += [f"start {self.start}"] if self.start != AS_WRITTEN else []
        return ", ".join(parts) or "headline"

    @property
    def rows(self) -> tuple[Mapping[str, Any], ...]:
        """The weights with their errors, where these are known."""
        return tuple(_row(name, weight, self.error) if self.error else _row(name, weight) for name, weight in self.weights.items())


@dataclass(frozen=True)
class FilterWeight:
    """One theory on the exact road.

    `sd` is the standard deviation of the weight that comes of the Monte-Carlo errors of all log evidences (natural logarithms), `evidence_sd`
    that of this one's. `stacking`: its share in the mixture that would have forecast the months best, each from those before.
    `populations`: how many were run; `effective`: posterior draws that they are worth.
    """

    theory: str
    posterior: float
    sd: float
    stacking: float
    log_evidence: float
    evidence_sd: float
    populations: int
    effective: float


@dataclass(frozen=True)
class KindLeftOut:
    """The weights if one kind of datum were not in the record: what parties claim, who intervened, the dead, ground, truces.

    `data`: how many there are. `method`: "readers" or "filters". `error`: standard deviation of each weight's change, nan where it is not known.
    `lost`: theories whose filters lost what is left; there are no weights then.
    """

    json_keys: ClassVar[str] = "kind data road=method weights=rows lost"
    kind: str
    data: int
    method: str
    weights: Mapping[str, float]
    error: Mapping[str, float]
    lost: tuple[str, ...] = ()

    @property
    def rows(self) -> tuple[Mapping[str, Any], ...]:
        """The weights with the errors of their changes."""
        return tuple(_row(name, weight, self.error) for name, weight in self.weights.items())


@dataclass(frozen=True)
class HeldOutRecord:
    """A simulated record that no reader had seen: the theory that made it, and the weights that it gives, in the order of `weights`."""

    theory: str
    weights: tuple[float, ...]


@dataclass(frozen=True, repr=False)
class Weighing(Result):
    """Weights of the theories of one patron, from one record. `refused` says why there are none, where there are none; `titles`: what people
    read for its names."""

    json_keys: ClassVar[str] = (
        "record patron coding known_by data retrospective refused beyond weights=rows confusion pooled=pooled_rows roads_apart=method_difference "
        "variants=readings exact_variants=filter_readings influence without=without_kinds priors omega reactions episodes sentences seed seconds"
    )
    record: str
    patron: str
    coding: str
    known_by: int
    data: int
    retrospective: int
    weights: tuple[TheoryWeight, ...]
    confusion: Confusion
    pooled: Confusion
    wars: int
    readings: tuple[VariantReading, ...]
    beyond: float
    refused: str
    sentences: tuple[str, ...]
    seed: int
    seconds: float
    filter_weights: tuple[FilterWeight, ...] = ()  # empty where only the amortised road was taken
    influence: tuple[MonthInfluence, ...] = ()
    filter_readings: tuple[VariantReading, ...] = ()  # `readings` on the exact road, where it was taken for all
    fits: Mapping[str, float] = field(default_factory=dict[str, float])  # share of each theory's own records that lie farther out
    priors: tuple[PriorReading, ...] = ()  # the exact road under wider and narrower priors
    omega: tuple[OmegaBeforeAfter, ...] = ()  # the offset before and after the record (exact road)
    reactions: tuple[Reaction, ...] = ()
    episodes: tuple[Episode, ...] = ()
    held_out: tuple[HeldOutRecord, ...] = ()  # for decision calibration
    without_kinds: tuple[KindLeftOut, ...] = ()  # what moved the weights: each kind of datum left out, by either road
    front_sentences: tuple[str, ...] = ()  # the `sentences` that page one of a memo repeats
    titles: Titles = field(default=UNTITLED, repr=False, metadata=NOT_IN_JSON)

    def cells(self) -> Cells:
        """A row for each theory and road to its weight; nan where the record is refused. Log evidence in nats, by filters alone."""
        refused = bool(self.refused)
        prior = {row.theory: row.prior for row in self.weights}
        rows: list[tuple[str | float, ...]] = []
        for row in self.weights:
            weight = (math.nan, math.nan) if refused else (row.posterior, row.sd)
            rows.append((row.theory, "simulated records", row.prior, *weight, math.nan, math.nan))
        for row in self.filter_weights:
            rows.append((row.theory, "filters", prior[row.theory], row.posterior, row.sd, row.log_evidence, row.evidence_sd))
        numbers = ("prior (0-1)", "weight (0-1)", "se (0-1)", "log evidence (nats)", "log evidence se (nats)")
        return Cells(("theory", "road", *numbers), tuple(rows))

    def preview(self) -> Table:
        """The weights with their errors; that there are none where they are refused."""
        from countermove.questions.weigh.section import weight_table

        return weight_table(self, self.patron)

    @property
    def method_difference(self) -> float:
        """Mean absolute difference of the weights of the two roads; nan where one was not taken."""
        gaps = [abs(row.posterior - one.posterior) for row, one in zip(self.weights, self.filter_weights, strict=False)]
        return sum(gaps) / len(gaps) if gaps else float("nan")

    @property
    def used_weights(self) -> Mapping[str, float]:
        """The weights that the record gives: by filters that were not lost, else by simulated records; none where it was refused."""
        if self.refused:
            return {}
        return {row.theory: row.posterior for row in (self.filter_weights if self.filters_usable else self.weights)}

    @property
    def filters_usable(self) -> bool:
        """Whether filters were run and none was lost."""
        return bool(self.filter_weights) and all(row.evidence_sd <= USABLE_SD for row in self.filter_weights)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The weights: of the exact road where it was taken and not lost, those of the amortised one beside them. Nothing where they are refused."""
        exact = {row.theory: row for row in self.filter_weights}
        out: list[dict[str, Any]] = []
        for row in self.weights:
            one, read = exact.get(row.theory), not self.refused
            used = one if self.filters_usable else None
            posterior, sd = (row.posterior, row.sd) if read else (None, None)
            if used:
                posterior, sd = used.posterior, used.sd
            out.append(
                {
                    "theory": row.theory,
                    "prior": row.prior,
                    "posterior": posterior,
                    "posterior_sd": sd,
                    "stacking": one.stacking if one else None,
                    "log_evidence": one.log_evidence if one else None,
                    "sd": one.evidence_sd if one else None,
                    "populations": one.populations if one else None,
                    "effective_draws": one.effective if one else None,
                    "amortised": row.posterior if read else None,
                    "amortised_sd": row.sd if read else None,
                    "fits": self.fits.get(row.theory),
                }
            )
        return out

    @property
    def pooled_rows(self) -> Mapping[str, Any]:
        """How well many wars together tell the theories apart."""
        return {"wars": self.wars, "matrix": self.pooled.named, "calibration_error": self.pooled.error}


@dataclass(frozen=True)
class WarWeights:
    """What one war says, under equal priors. `refused`: it lies outside what any theory makes of it, and counts for nothing.

    `known`: whether something of it was known by the date of the decision, as far as which it is read; else it is hindsight, and read whole.
    """

    json_keys: ClassVar[str] = "record patron coding weights refused beyond named_right=right known log_evidence log_evidence_sd"
    record: str
    patron: str
    coding: str
    weights: Mapping[str, float]
    beyond: float
    right: float
    known: bool
    log_evidence: Mapping[str, float] = field(default_factory=dict[str, float])  # by filters, where they were run
    log_evidence_sd: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def refused(self) -> bool:
        """No weights."""
        return not self.weights


@dataclass(frozen=True, repr=False)
class Pool(Result):
    """Many wars as one body of evidence, as if their patrons followed one theory; under equal priors.

    `known` uses what was known by the date of the decision, `hindsight` all wars; `without` leaves out each war in turn.
    """

    json_keys: ClassVar[str] = "wars known hindsight without others_known=others exact=by_filters sentences seconds"
    wars: tuple[WarWeights, ...]
    known: Mapping[str, float]
    hindsight: Mapping[str, float]
    without: Mapping[str, Mapping[str, float]]
    sentences: tuple[str, ...]
    seconds: float
    by_filters: PoolByFilters | None = None  # by filters, with the gains shared over wars
    others: Mapping[str, Mapping[str, float]] = field(
        default_factory=dict[str, Mapping[str, float]]
    )  # known by then, without each war
    titles: Titles = field(default=UNTITLED, repr=False, metadata=NOT_IN_JSON)  # what people read for the theories

    def cells(self) -> Cells:
        """A row for each war and theory, under equal priors, and for all wars together; `se` where filters were run, else nan."""
        rows: list[tuple[str | float, ...]] = [
            (war.record, "simulated records", theory, weight, math.nan)
            for war in self.wars
            for theory, weight in war.weights.items()
        ]
        groups = {"known by the decision": self.known, "all": self.hindsight}
        rows += [
            (wars, "simulated records", theory, weight, math.nan)
            for wars, found in groups.items()
            for theory, weight in found.items()
        ]
        if self.by_filters is not None:
            filtered = {"known by the decision": self.by_filters.known, "all": self.by_filters.hindsight}
            for wars, found in filtered.items():
                if found is not None:
                    rows += [(wars, "filters", theory, weight, found.sd[theory]) for theory, weight in found.weights.items()]
        return Cells(("wars", "road", "theory", "weight (0-1)", "se (0-1)"), tuple(rows))
