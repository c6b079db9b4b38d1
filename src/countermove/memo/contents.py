"""Everything a memo says, before it is rendered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from countermove.decision.findings import Assumption, OutsideView, RecordSeries
from countermove.memo.bend import Bendable
from countermove.questions.run.finding import RunReport
from countermove.questions.weigh.finding_memo import MemoWeighing
from countermove.scenario.schema import Objective
from countermove.world.display import Displayable

Answer = TypeVar("Answer", bound=Displayable)


@dataclass(frozen=True, repr=False, kw_only=True)
class Dossier(RunReport):
    """What was found of a run, and the answers to the other questions that were asked."""

    bottom_line: tuple[str, ...]  # five sentences, likelihood words and numbers
    unknown: tuple[str, ...]
    watch: tuple[str, ...]
    outside: tuple[OutsideView, ...]
    records: tuple[RecordSeries, ...]
    assumptions: tuple[Assumption, ...]
    references: tuple[tuple[str, str], ...]  # key, full reference
    record_says: MemoWeighing = field(default_factory=MemoWeighing)
    answers: tuple[Displayable, ...] = ()  # what was found of other questions, each a finding of its own kind
    weapons: tuple[str, ...] = ()  # what arms and the rest of the leading plans are worth, in sentences
    depends_on: tuple[str, ...] = ()  # whose values and which measure decide, in sentences
    written: Objective | None = None  # what the owner wants, as it was written: points are told in lives and money by it
    signs: tuple[tuple[str, tuple[str, ...]], ...] = ()  # a sign in a few words, and the theories that it speaks for
    delivers: tuple[str, ...] = ()  # the plans that deliver arms by a dated move
    bend: Bendable | None = None  # what travels in the page so that its reader can weigh and value otherwise
    issued: tuple[str, str] | None = None  # the file of sealed forecasts beside the page, and its seal

    def answer(self, kind: type[Answer]) -> Answer | None:
        """The finding of this kind; None where nothing was asked, or found."""
        return next((one for one in self.answers if isinstance(one, kind)), None)
