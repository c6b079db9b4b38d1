"""The table of the memo's sections, in the order of the page: where each stands, what it shows, and what is asked for it beside the runs.

A new section is a function from the dossier to what its template shows, written in a file of its own and entered here. `passage.html.j2` is
the template of all that is some sentences and a table; what has to be asked first brings an `Inquiry` along.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from countermove.memo import front, inputs, records
from countermove.memo.contents import Dossier
from countermove.questions.claims import section as claims
from countermove.questions.claims.finding import ClaimsLedger
from countermove.questions.explore import section as explore
from countermove.questions.explore.finding import Explored
from countermove.questions.gaps import section as gaps
from countermove.questions.gaps.finding import GapsFound
from countermove.questions.inquiry import Inquiry
from countermove.questions.run.finding import leader_first
from countermove.questions.weigh import section as weigh


def _of_the_runs(dossier: Dossier) -> object:
    """Sections on the runs share their tables, which the page hands to all of them."""
    return dossier.findings


def _unanswered(dossier: Dossier) -> object:
    return gaps.section(dossier.answer(GapsFound), leader_first(dossier.findings)[0])


def _changes(dossier: Dossier) -> object:
    return explore.section(dossier.answer(Explored), dossier.findings)


def _ledger(dossier: Dossier) -> object:
    return claims.section(dossier.answer(ClaimsLedger))


def _record_says(dossier: Dossier) -> object:
    return weigh.section(dossier.record_says, dossier)


def _outside(dossier: Dossier) -> object | None:
    table = front.outside_table(dossier.outside)
    return table if table.rows else None


@dataclass(frozen=True)
class MemoSection:
    """One section: its anchor on the page, the question that it answers ("": the memo's own), its heading, its template.

    `shown`: what the template gets as `s`; None leaves the section out. `inquiry`: what a memo asks for it once the runs are there.
    """

    anchor: str
    question: str
    title: str
    template: str
    shown: Callable[[Dossier], object | None] = _of_the_runs
    inquiry: Inquiry | None = None


SECTIONS: tuple[MemoSection, ...] = (
    MemoSection("question", "run", "The question, the objective, the strategies", "question.html.j2"),
    MemoSection("theories", "run", "What happens under each theory", "theories.html.j2"),
    MemoSection("unanswered", "gaps", "The unanswered questions", "unanswered.html.j2", _unanswered, gaps.INQUIRY),
    MemoSection("flips", "run", "What would have to be true", "flips.html.j2"),
    MemoSection("changes", "explore", "What would change the answer", "changes.html.j2", _changes, explore.INQUIRY),
    MemoSection("ledger", "claims", "The argument, sentence by sentence", "passage.html.j2", _ledger, claims.INQUIRY),
    MemoSection("record-says", "weigh", "What the record says", "record_says.html.j2", _record_says),
    MemoSection("record", "", "The record beside the replay", "record.html.j2", records.records),
    MemoSection("strain", "run", "How the results bear strain", "strain.html.j2"),
    MemoSection("outside-all", "", "The outside view in full", "outside_all.html.j2", _outside),
    MemoSection("assumptions", "", "Assumptions", "assumptions.html.j2"),
    MemoSection("references", "", "References", "references.html.j2", inputs.reference_list),
    MemoSection("provenance", "", "How the numbers were made", "provenance.html.j2"),
)
INQUIRIES: tuple[Inquiry, ...] = tuple(section.inquiry for section in SECTIONS if section.inquiry is not None)
