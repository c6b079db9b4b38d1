"""Everything a memo says, before it is rendered."""

from __future__ import annotations

from dataclasses import dataclass, field

from countermove.decision.findings import Assumption, OutsideView, RecordSeries
from countermove.questions.claims.finding import Ledger
from countermove.questions.explore.finding import Explored
from countermove.questions.gaps.finding import GapsFound
from countermove.questions.run.finding import RunTold
from countermove.questions.weigh.finding_record import RecordSays


@dataclass(frozen=True, repr=False, kw_only=True)
class Dossier(RunTold):
    """What was found of a run, and the answers to the other questions that were asked."""

    bottom_line: tuple[str, ...]  # five sentences, likelihood words and numbers
    unknown: tuple[str, ...]
    watch: tuple[str, ...]
    outside: tuple[OutsideView, ...]
    records: tuple[RecordSeries, ...]
    assumptions: tuple[Assumption, ...]
    references: tuple[tuple[str, str], ...]  # key, full reference
    record_says: RecordSays = field(default_factory=RecordSays)
    gaps: GapsFound | None = None
    ledger: Ledger | None = None
    explored: Explored | None = None  # what would change the answer
    weapons: tuple[str, ...] = ()  # what arms and the rest of the leading plans are worth, in sentences
    hangs_on: tuple[str, ...] = ()  # whose values and which measure decide, in sentences
    issued: tuple[str, str] | None = None  # the file of sealed forecasts beside the page, and its seal
