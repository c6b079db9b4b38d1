"""The claims ledger: an argument sentence by sentence, each with its verdict on the record and in the model."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from countermove.questions.claims.finding import ClaimsLedger, ClaimVerdict, InModel, OnRecord, Statistic
from countermove.questions.inquiry import Inquiry, kept_or_asked
from countermove.questions.options import Progress, RunOptions
from countermove.questions.run.run import Study
from countermove.show.charts.marks import Sign, head_height, marks_chart, row_height
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.figure_data import FigureData
from countermove.show.passage import Passage
from countermove.world.tables import Cell, Table
from countermove.world.titles import Titles, quoted
from countermove.world.words import counted, figure, listed, percent, true_minus

VERDICTS = ("record", "model")
TALL = 240.0  # user units of a panel
Said = tuple[str, list[tuple[str, tuple[Sign, Sign]]]]
NOT_RUN = "No argument was judged for this memo: `countermove claims` does it where the scenario has claims."


def _argued(study: Study, _options: RunOptions) -> bool:
    return bool(study.program.scenario.claims)


def _ask(study: Study, options: RunOptions, progress: Progress) -> ClaimsLedger | None:
    from countermove.questions.claims.heard import LUCKS  # a page that is only drawn asks nothing
    from countermove.questions.claims.ledger import claims

    return kept_or_asked(ClaimsLedger, study, replace(options, draws=None, lucks=LUCKS), partial(claims, progress=progress))


INQUIRY = Inquiry("the argument, sentence by sentence,", _argued, _ask)


def section(found: ClaimsLedger | None) -> Passage:
    """The ledger."""
    if found is None or not found.claims:
        return Passage(NOT_RUN)
    return Passage("", _opening(found), ledger_table(found), weighted=True, figure=ledger_figure(found))


def _opening(found: ClaimsLedger) -> str:
    held = sum(row.record.verdict == "holds" for row in found.claims)
    failed = sum(row.record.verdict == "does not hold" for row in found.claims)
    asked = sum(bool(row.record.readings) for row in found.claims)
    borne = sum(row.model.verdict == "holds" for row in found.claims)
    assumed = sum(row.model.verdict == "holds" and bool(row.model.by_assumption) for row in found.claims)
    hold = f"{borne} {'holds' if borne == 1 else 'hold'}"
    put_in = f", {assumed} of them by assumption: what was put in comes out" if assumed else ""
    return (
        f"{counted(len(found.claims), 'sentence')} of the argument on both sides. The record could be asked about {asked}: it bears out {held}, "
        f"contradicts {failed} and cannot tell of the rest. In the model {hold} over the theories by weight{put_in}. A claim that holds in the model "
        "is true of the model; whether the model is true of the war is what the record is for."
    )


def ledger_table(found: ClaimsLedger, *, numbered: bool = False) -> Table:
    """Each sentence with its verdicts; `numbered`: by its name and number, where it is written out elsewhere."""
    return Table.of(
        "Each sentence with its verdict: on the record k of n episodes with a 95% interval; in the model the statistic over the theories by their "
        "priors with its interval, and its range over theories; anyway: without the condition. See where record and model part, and what turns a "
        "verdict.",
        ("claim", "on the record", "in the model", "what turns it"),
        (
            (
                Cell(f"[{number}] {found.titles.claim(claim.id)}" if numbered else claim.says, (claim.by,)),
                Cell(claim.record.verdict, _record(claim.record)),
                Cell(claim.model.told, _modelled(claim.model)),
                _turns(claim, found.titles),
            )
            for number, claim in enumerate(found.claims, 1)
        ),
        prose=True,
        title="The argument",
    )


def truth_table(found: ClaimsLedger) -> Table:
    """By theory, how often each claim is true in the model."""
    return Table.of(
        "Share of draws in which the claim is true, luck taken out",
        ("claim", *map(found.titles.theory, found.theories)),
        (
            (f"[{number}] {found.titles.claim(claim.id)}", *(percent(row.true) for row in claim.model.by_theory))
            for number, claim in enumerate(found.claims, 1)
            if claim.model.by_theory
        ),
    )


def _record(found: OnRecord) -> tuple[str, ...]:
    first = found.first
    if first is None:
        return (found.why,)
    said = f"{first.k} of {first.n} ({percent(first.low)} to {percent(first.high)})"
    others = {reading.verdict for reading in found.readings[1:]} - {first.verdict}
    return (
        f"{said}{f', asked {found.criterion}' if found.criterion else ''}, anyway {percent(first.anyway)}",
        f"another reading: {listed(sorted(others))}" if others else "",
    )


def _modelled(found: InModel) -> tuple[str, ...]:
    if found.weighted is None:
        return (found.why,)
    held = sum(row.figure.verdict == "holds" for row in found.by_theory)
    anyway = "" if found.anyway is None else f", anyway {_value(found.anyway.value, found)}"
    return (
        f"{_figure(found.weighted.figure, found)}{anyway}",
        f"{_range((row.figure for row in found.by_theory), found, 'theories')}, in {held} of {len(found.by_theory)} it holds",
        _range(found.by_strategy.values(), found, "strategies") if len(found.by_strategy) > 1 else "",
    )


def _figure(one: Statistic, found: InModel) -> str:
    unit = f" {found.unit}" if found.unit and found.unit != "share" else ""
    unit += " per rung" if found.way == "rungs" and found.unit else ""
    return f"{_value(one.value, found)} ({_value(one.low, found)} to {_value(one.high, found)}){unit}, asked {found.criterion}"


def _range(figures: Iterable[Statistic], found: InModel, over: str) -> str:
    values = [one.value for one in figures if math.isfinite(one.value)]
    return f"{_value(min(values), found)} to {_value(max(values), found)} over {over}" if values else ""


def _value(value: float, found: InModel) -> str:
    """Two figures: a slope of .0003 is not 0."""
    if found.unit == "share" or not math.isfinite(value):
        return percent(value)
    return true_minus(figure(value, 2))


def _turns(claim: ClaimVerdict, titles: Titles) -> str:
    parts = [f"theory {titles.say_theories(claim.theories)}"] if claim.theories else []
    if claim.strategies:
        parts.append(f"strategy {titles.say_strategies(claim.strategies)}")
    movers = [quoted(mover.title) for mover in claim.movers if mover.turns]
    if movers:
        parts.append(listed(movers[:3]))
    return "; ".join(parts) or "nothing that was looked at"


# --- the picture ----------------------------------------------------------------------------------------------------


def ledger_figure(found: ClaimsLedger) -> Figure:
    """By who argues a row a sentence, a mark for the record and one for the model; in panels that fit a page."""
    sides: dict[str, list[ClaimVerdict]] = {}
    for claim in found.claims:
        sides.setdefault(claim.by, []).append(claim)
    panels = tuple(Panel("", marks_chart(VERDICTS, part)) for part in _parts(sides))
    data = FigureData("argument", ("claim", "by", *VERDICTS), tuple((one.id, one.by, *_signs(one)) for one in found.claims))
    caption = (
        "Each sentence of the argument, by who says it. Full: it holds; cross: it does not; ring: cannot tell; nothing: it could not be asked. See "
        "where record and model part, and which side loses a sentence that it needs."
    )
    return Figure("argument", caption, "", (Strip("", panels),), 2, data=data)


def _parts(sides: Mapping[str, Sequence[ClaimVerdict]]) -> list[list[Said]]:
    """What is said cut into panels that fit a page, each with the names of those who speak in it."""
    tall = [head_height(by) + sum(row_height(claim.says) for claim in claims) for by, claims in sides.items()]
    target = sum(tall) / max(2 * round(sum(tall) / (2 * TALL)), 1)  # an even number of panels, of about one height
    parts: list[list[Said]] = [[]]
    height = 0.0
    for by, claims in sides.items():
        for claim in claims:
            row = (claim.says, _signs(claim))
            if height > target:
                parts.append([])
                height = 0.0
            if not parts[-1] or parts[-1][-1][0] != by:
                parts[-1].append((by, []))
                height += head_height(by)
            parts[-1][-1][1].append(row)
            height += row_height(claim.says)
    return parts


def _signs(claim: ClaimVerdict) -> tuple[Sign, Sign]:
    return claim.record.verdict, claim.model.verdict
