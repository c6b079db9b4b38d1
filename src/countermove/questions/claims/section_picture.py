"""Both arguments as a picture: every sentence with the verdict of the record and of the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from countermove.questions.claims.finding import ClaimsLedger, ClaimVerdict
from countermove.show.charts.marks import Sign, head_height, marks_chart, row_height
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.figure_data import FigureData

VERDICTS = ("record", "model")
TALL = 240.0  # user units of a panel
Said = tuple[str, list[tuple[str, tuple[Sign, Sign]]]]


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
