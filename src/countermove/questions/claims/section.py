"""The claims ledger: an argument sentence by sentence, each with its verdict on the record and in the model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from countermove.questions.claims.finding import ClaimsLedger, ClaimVerdict, InModel, OnRecord, Statistic
from countermove.questions.inquiry import Inquiry, kept_or_asked
from countermove.questions.options import Progress, RunOptions
from countermove.questions.run.run import Study
from countermove.show.passage import Passage
from countermove.show.tables import Cell, Row, Table, columns
from countermove.world.words import counted, figure, listed, percent, true_minus

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
    return Passage("", _opening(found), _table(found.claims), weighted=True)


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


def _table(claims: Sequence[ClaimVerdict]) -> Table:
    rows = tuple(
        Row(
            Cell(claim.says, (claim.by,) if claim.by else ()),
            (
                Cell(claim.record.verdict, _record(claim.record)),
                Cell(claim.model.told, _modelled(claim.model)),
                Cell(_turns(claim)),
            ),
        )
        for claim in claims
    )
    caption = (
        "Each sentence with its verdict: on the record k of n episodes with a 95% interval; in the model the statistic over the theories by their "
        "priors with its interval, and its range over theories. See where record and model part, and what turns a verdict."
    )
    return Table(caption, "claim", columns("on the record", "in the model", "what turns it"), rows, prose=True)


def _record(found: OnRecord) -> tuple[str, ...]:
    if not found.readings:
        return (found.why,) if found.why else ()
    first = found.readings[0]
    asked = f", asked {found.criterion}" if found.criterion else ""
    said = f"{first.k} of {first.n} ({_span(first.low, first.high)}){asked}"
    others = {reading.verdict for reading in found.readings[1:]} - {first.verdict}
    return (said, *((f"another reading: {listed(sorted(others))}",) if others else ()))


def _modelled(found: InModel) -> tuple[str, ...]:
    if found.weighted is None:
        return (found.why,) if found.why else ()
    rows = [row.figure.value for row in found.by_theory if math.isfinite(row.figure.value)]
    told = _figure(found.weighted.figure, found)
    over = f"{_value(min(rows), found)} to {_value(max(rows), found)} over theories" if rows else ""
    return tuple(text for text in (told, over) if text)


def _figure(one: Statistic, found: InModel) -> str:
    unit = f" {found.unit}" if found.unit and found.unit != "share" else ""
    return f"{_value(one.value, found)} ({_value(one.low, found)} to {_value(one.high, found)}){unit}, asked {found.criterion}"


def _value(value: float, found: InModel) -> str:
    """Two figures: a slope of .0003 is not 0."""
    if found.unit == "share" or not math.isfinite(value):
        return percent(value)
    return true_minus(figure(value, 2))


def _span(low: float, high: float) -> str:
    return f"{percent(low)} to {percent(high)}"


def _turns(claim: ClaimVerdict) -> str:
    parts = [f"theory {listed(claim.theories)}"] if claim.theories else []
    if claim.strategies:
        parts.append(f"strategy {listed(claim.strategies)}")
    movers = [f"{mover.name} of {mover.where}" if mover.where else mover.name for mover in claim.movers if mover.turns]
    if movers:
        parts.append(listed(movers[:3]))
    return "; ".join(parts) or "nothing that was looked at"
