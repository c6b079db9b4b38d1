"""The table of the memo's sections, in the order of the page: in which layer each stands, what it shows, and what is asked for it beside the runs.

The body is what a reader reads, twelve printed pages at most; the annex holds all tables, fans, assumptions and methods. A new section is a
function from the dossier to what its template shows, written in a file of its own and entered here. `passage.html.j2` is the template of all that
is some sentences and a table; what has to be asked first brings an `Inquiry` along.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from countermove.memo import front, inputs, records
from countermove.memo.contents import Dossier
from countermove.questions.claims import section as claims
from countermove.questions.claims.finding import ClaimsLedger
from countermove.questions.explore import section as explore
from countermove.questions.explore.finding import Explored
from countermove.questions.gaps import section as gaps
from countermove.questions.gaps.finding import GapsFound
from countermove.questions.inquiry import Inquiry
from countermove.questions.run import section_figures as figures
from countermove.questions.run.finding import leader_first
from countermove.questions.solve import section as ahead
from countermove.questions.solve.finding import Solved
from countermove.questions.weigh import section as weigh


def _unanswered(dossier: Dossier) -> object:
    return gaps.section(dossier.answer(GapsFound), leader_first(dossier.findings)[0])


def _changes(dossier: Dossier) -> object:
    return explore.section(dossier.answer(Explored), dossier.findings)


def _ahead(dossier: Dossier) -> object:
    return ahead.section(dossier.answer(Solved), ahead.why_nothing(dossier.answer(ahead.NotAsked), dossier.warnings))


def _ledger(dossier: Dossier) -> object:
    return claims.section(dossier.answer(ClaimsLedger))


def _record_says(dossier: Dossier) -> object:
    return weigh.section(dossier.record_says, dossier)


def _fans(dossier: Dossier) -> object | None:
    return figures.fans(dossier) or None


def _outside(dossier: Dossier) -> object | None:
    table = front.outside_table(dossier.outside)
    return table if table.rows else None


Layer = Literal["body", "annex"]


@dataclass(frozen=True)
class MemoSection:
    """One section: its anchor on the page, the question that it answers ("": the memo's own), its heading, its template.

    `shown`: what the template gets as `s`; None leaves the section out. `inquiry`: what a memo asks for it once the runs are there. `of`: of a
    section of the annex, the anchor of the one of the body whose tables stand in it; links go both ways, and where it shows nothing of its own
    it shows the rest of what that one found.
    """

    anchor: str
    question: str
    title: str
    template: str
    shown: Callable[[Dossier], object | None] | None = None
    inquiry: Inquiry | None = None
    layer: Layer = "annex"
    of: str = ""


def shown_in(layer: Layer, dossier: Dossier) -> list[tuple[MemoSection, object]]:
    """The sections of a layer, each with what its template gets; those that show nothing are left out.

    Sections on the runs share their tables, which the page hands to all of them.
    """
    asked = {section.anchor: section.shown for section in SECTIONS}
    rows: list[tuple[MemoSection, object]] = []
    for section in SECTIONS:
        ask = section.shown or asked.get(section.of)
        found = dossier.findings if ask is None else ask(dossier)
        empty = found is None or (section.of and getattr(found, "why", ""))  # what was not asked has no tables
        if section.layer == layer and not empty:
            rows.append((section, found))
    return rows


_BODY: tuple[MemoSection, ...] = (
    MemoSection("answer", "run", "The answer at length", "answer.html.j2"),
    MemoSection("question", "run", "The plans", "question.html.j2"),
    MemoSection("theories", "run", "What happens under each theory", "theories.html.j2"),
    MemoSection("ahead", "solve", "Against a rival who thinks ahead", "ahead.html.j2", _ahead, ahead.INQUIRY),
    MemoSection("unanswered", "gaps", "The unanswered questions", "unanswered.html.j2", _unanswered, gaps.INQUIRY),
    MemoSection("flips", "run", "What would have to be true", "flips.html.j2"),
    MemoSection("changes", "explore", "What would change the answer", "changes.html.j2", _changes, explore.INQUIRY),
    MemoSection("ledger", "claims", "Both arguments", "ledger.html.j2", _ledger, claims.INQUIRY),
    MemoSection("record-says", "weigh", "What the record says", "record_says.html.j2", _record_says),
)
_ANNEX: tuple[MemoSection, ...] = (
    MemoSection("objective", "run", "The objective", "objective.html.j2", of="question"),
    MemoSection(
        "theories-tables", "run", "Verdicts, values and measures under each theory", "theories_annex.html.j2", of="theories"
    ),
    MemoSection("fans", "run", "Month by month", "fans.html.j2", _fans, of="theories"),
    MemoSection(
        "ahead-tables", "solve", "What a rival who thinks ahead does, and how it was found", "ahead_annex.html.j2", of="ahead"
    ),
    MemoSection("unanswered-tables", "gaps", "Every unanswered question", "unanswered_annex.html.j2", of="unanswered"),
    MemoSection("flips-tables", "run", "Every pair of theories, and the offset", "flips_annex.html.j2", of="flips"),
    MemoSection("changes-tables", "explore", "What was looked at for a change", "changes_annex.html.j2", of="changes"),
    MemoSection("ledger-table", "claims", "The argument, sentence by sentence", "passage.html.j2", of="ledger"),
    MemoSection("record-tables", "weigh", "The record: other readings, other wars", "record_annex.html.j2", of="record-says"),
    MemoSection("record", "", "The record beside the replay", "record.html.j2", records.records, of="record-says"),
    MemoSection("strain", "run", "How the results bear strain", "strain.html.j2", of="answer"),
    MemoSection("outside-all", "", "The outside view in full", "outside_all.html.j2", _outside, of="answer"),
    MemoSection("assumptions", "", "Assumptions", "assumptions.html.j2"),
    MemoSection("references", "", "References", "references.html.j2", inputs.reference_list),
    MemoSection("provenance", "", "How the numbers were made", "provenance.html.j2"),
)
SECTIONS: tuple[MemoSection, ...] = (*(replace(section, layer="body") for section in _BODY), *_ANNEX)
INQUIRIES: tuple[Inquiry, ...] = tuple(section.inquiry for section in SECTIONS if section.inquiry is not None)
