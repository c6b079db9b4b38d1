"""The brief: the first screen of a memo and its first printed page, in sentences that can be said aloud.

At most 325 words, 30 in a sentence, two numbers in one; no identifier, no error sign, no points that are not translated into lives or money, no
mean without the range of nine runs in ten. Where a title is long a sentence is said in a shorter way; no text is cut.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from countermove.memo import brief_answer, brief_follows, brief_open
from countermove.memo.brief_follows import BriefPoint
from countermove.memo.brief_teller import NAME, SENTENCE, WORDS, Teller
from countermove.memo.brief_words import first_within, words_in
from countermove.memo.contents import Dossier
from countermove.questions.run.finding import leader_first
from countermove.questions.run.findings_index import FindingsIndex
from countermove.show.charts.loss import PlanLoss, loss_chart
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.figure_data import FigureData
from countermove.show.lives_and_money import currencies
from countermove.world.certainty import ERRORS

RESTS = "What this rests on."
SHORTER = (
    *((True, 3, 3, why) for why in ("full", "short", "")),
    *(
        (False, asks, signs, why)
        for asks, signs in ((3, 3), (3, 2), (2, 2), (2, 1), (1, 1), (0, 1))
        for why in ("full", "short", "")
    ),
)
"""Ways to tell less where a page would be too long, from all of it on: whether means stand beside their ranges, how many questions and signs are
told, and how much of what makes the lead."""


@dataclass(frozen=True)
class Brief:
    """All of it. `picture`: None where nothing was compared."""

    kicker: str
    asked: str
    answer: str
    sure: str
    arms: str  # whether it does as well without its arms
    ahead: str  # where a rival who thinks ahead makes another answer
    why: str
    picture: Figure | None
    points: tuple[BriefPoint, ...]
    unanswered: tuple[str, ...]
    signs: tuple[str, ...]
    rests_on: tuple[str, ...]
    heads: tuple[str, str, str]


def brief_of(dossier: Dossier) -> Brief:
    """The brief of a memo. Where it would be longer than a page may be, fewer questions and signs are told, and less of why a plan leads."""
    tell = Teller(dossier, FindingsIndex(dossier.findings, draws=dossier.provenance.draws, months=dossier.provenance.months))
    owner = f" for {dossier.owner}" if words_in(dossier.owner) <= NAME else ""
    watch, signs = brief_open.signs(tell)
    brief = Brief(
        kicker=f"Decision memo{owner} · as of {dossier.decided}",
        asked=first_within(
            SENTENCE, dossier.question, "What does the rival patron do next, and is the plan still good after that?"
        ),
        answer=brief_answer.answer(tell),
        sure=brief_answer.sure(tell),
        arms=brief_answer.arms(tell),
        ahead=brief_answer.ahead(tell),
        why="",
        picture=picture(dossier, tell.found),
        points=(),
        unanswered=(),
        signs=signs,
        rests_on=tuple(brief_open.rests_on(tell)),
        heads=("The plan does not say" if tell.alone else "That plan does not say", watch, RESTS),
    )
    open_ = brief_open.unanswered(tell)
    full_why, short_why = brief_answer.why(tell)
    why: dict[str, str] = {"full": full_why, "short": short_why, "": ""}
    points = {full: tuple(brief_follows.points(tell, full=full)) for full in (True, False)}
    for full, asks, watched, how in SHORTER:
        brief = replace(brief, points=points[full], unanswered=open_[:asks], signs=signs[:watched], why=why[how])
        if length(dossier, brief) <= WORDS:
            break
    return brief


def length(dossier: Dossier, brief: Brief) -> int:
    """Words on the first screen, its heads and the picture's title included."""
    heads = (brief.kicker, dossier.title, brief.asked, *brief.heads)
    points = (text for point in brief.points for text in (point.head, point.says, point.beside))
    return sum(
        map(
            words_in,
            (
                *heads,
                brief.answer,
                brief.sure,
                brief.arms,
                brief.ahead,
                brief.why,
                *points,
                *brief.unanswered,
                *brief.signs,
                *brief.rests_on,
            ),
        )
    )


def picture(dossier: Dossier, found: FindingsIndex) -> Figure | None:
    """What each plan loses to the best under each theory, the best plan first; None where there is nothing to compare."""
    known = currencies(dossier.written)
    unit, factor = (known[0].name, known[0].per_point) if known else ("points of the objective", 1.0)
    rows: list[PlanLoss] = []
    for name in leader_first(dossier.findings):
        if (whole := found.regret(name)) is None:
            return None
        each = [(theory, row.regret * factor) for theory in found.theories if (row := found.regret(name, theory)) is not None]
        settled = whole.regret > ERRORS * whole.se or name == found.best
        titled = tuple((dossier.titles.does(dossier.rival, theory), lost) for theory, lost in each)
        rows.append(PlanLoss(dossier.titles.strategy(name), whole.regret * factor, titled, settled))
    if len(rows) < 2:
        return None
    drawn = [(row.title, theory, lost) for row in rows for theory, lost in (("theories weighted", row.weighted), *row.by_theory)]
    return Figure(
        "loss",
        f"What each plan loses to the best one, in {unit}. Diamond: theories weighted; ring: one theory.",
        "",
        (Strip("", (Panel("", loss_chart(rows, unit)),)),),
        1,
        data=FigureData("loss-to-the-best", ("plan", "theory", f"loses ({unit})"), tuple(drawn)),
    )
