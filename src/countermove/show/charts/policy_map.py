"""What the rival gives as tiles: by the rung of the owner across, by how his client stands down."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from countermove.show.charts.lettering import folded
from countermove.show.charts.svg import INK, QUIET, RULE, coordinate, figure, line, words
from countermove.world.words import number, percent

WIDTH, NAMES = 340.0, 116.0  # of the picture, of the names of its rows
ROW, LINE, TOP = 26.0, 10.5, 11.0
WIDEST = 52.0  # of a tile
HATCH, SWATCH, KEY = 6.0, 36.0, 26.0  # between slanting lines; of the key: width of a shade, height
SIZE = 9.0
FILLS = ("#fff", "#e6ebf1", "#c9d5e1", "#a3b7cc", "#466f98", "#1c3f66")  # the shades of screen.css
DARK = 4  # from this shade on letters are white
LIMITS = (0.25, 0.5, 1.0, 1.5, 2.0)  # of his first support: from where each shade holds


@dataclass(frozen=True)
class PolicyTile:
    """What he gives there, in multiples of his first support, and in which share of the months it is so."""

    support: float
    share: float


@dataclass(frozen=True)
class PolicyRow:
    """How his client stands, in words, and between which numbers; a tile for each rung, None where it was never so."""

    says: str
    span: str
    tiles: tuple[PolicyTile | None, ...]


def support_shade(support: float) -> int:
    """The shade, the same in every map: white below a quarter of the first support, then from 0.25, 0.5, 1, 1.5 and 2 times."""
    return sum(support >= limit for limit in LIMITS) if math.isfinite(support) else 0


def policy_map(rows: Sequence[PolicyRow], rungs: Sequence[int], who: tuple[str, str, str], seldom: float = 0.005) -> str:
    """The tiles as SVG, rows and rungs in the order given.

    Main arguments: `rows`; `rungs`, one for each tile of a row; `who`, the names of the owner, of the rival and of his client.
    Other arguments: `seldom`, the share of the months below which a tile has hatching and no number.
    """
    owner, rival, client = who
    wide = min(WIDEST, (WIDTH - NAMES) / max(len(rungs), 1))
    left = folded(f"how {client} stands against the first day", NAMES - 8, SIZE)
    right = folded(f"rung of {owner}", WIDTH - NAMES, SIZE)
    head = TOP + LINE * max(len(left), len(right) + 1)
    marks = [words((0, head - 5 - LINE * (len(left) - 1 - k)), text) for k, text in enumerate(left)]
    marks += [words((NAMES, head - 5 - LINE * (len(right) - k)), text) for k, text in enumerate(right)]
    marks += [words((NAMES + wide * (k + 0.5), head - 5), str(rung), "middle", INK, bold=True) for k, rung in enumerate(rungs)]
    y = head
    for row in rows:
        lines = [(text, INK) for text in folded(row.says, NAMES - 8, SIZE)]
        lines += [(text, QUIET) for text in folded(row.span, NAMES - 8, SIZE) if text]
        tall = max(ROW, LINE * len(lines) + 4)
        first = y + (tall - LINE * len(lines)) / 2 + 0.78 * LINE
        marks += [words((0, first + LINE * k), text, fill=fill, size=SIZE) for k, (text, fill) in enumerate(lines)]
        for k, tile in enumerate(row.tiles):
            if tile is not None:
                marks += _tile(tile, (NAMES + wide * k, y, wide, tall), seldom)
        y += tall
    told = folded(f"what {rival} gives (multiples of its first support)", WIDTH, SIZE)
    marks += _key(told, seldom, y + 8)
    return figure(WIDTH, y + 8 + LINE * len(told) + KEY, says(rows, rungs, who, seldom), marks)


Box = tuple[float, float, float, float]  # left, top, width, height


def _tile(tile: PolicyTile, box: Box, seldom: float) -> Iterator[str]:
    x, y, wide, tall = box
    if tile.share < seldom or not math.isfinite(tile.support):
        yield from _hatched(box)
        return
    decimals = 2 if wide >= 24 else 1
    shade = support_shade(round(tile.support, decimals))  # that of the number that is read
    yield _filled(box, FILLS[shade])
    text = number(tile.support, decimals)
    yield words((x + wide / 2, y + tall / 2 + 3.3), text, "middle", "#fff" if shade >= DARK else INK, 9.5 if wide >= 24 else SIZE)


def _filled(box: Box, fill: str) -> str:
    x, y, wide, tall = (coordinate(part) for part in (box[0] + 0.5, box[1] + 0.5, box[2] - 1, box[3] - 1))
    return f'<rect x="{x}" y="{y}" width="{wide}" height="{tall}" fill="{fill}" stroke="{QUIET}" stroke-width=".5"/>'


def _hatched(box: Box) -> Iterator[str]:
    """A frame with slanting lines, which end at it."""
    yield _filled(box, "#fff")
    x, y, wide, tall = box[0] + 0.5, box[1] + 0.5, box[2] - 1, box[3] - 1
    reach = HATCH
    while reach < wide + tall:
        start = (x + max(0.0, reach - tall), y + min(reach, tall))
        end = (x + min(reach, wide), y + max(0.0, reach - wide))
        yield line(start, end, RULE, 0.8)
        reach += HATCH


def _key(told: Sequence[str], seldom: float, top: float) -> Iterator[str]:
    """What the shades mean, under a line or more that say what is shaded."""
    for k, text in enumerate(told):
        yield words((0, top + LINE * (k + 0.8)), text)
    y = top + LINE * len(told) + 2
    for shade, fill in enumerate(FILLS):
        yield _filled((SWATCH * shade, y, SWATCH, 9), fill)
        if shade:
            yield words((SWATCH * shade, y + 19), f"{LIMITS[shade - 1]:g}", "middle")
    x = SWATCH * len(FILLS) + 12
    yield from _hatched((x, y, SWATCH, 9))
    yield words((x, y + 19), f"under {percent(seldom)} of months")


def says(rows: Sequence[PolicyRow], rungs: Sequence[int], who: tuple[str, str, str], seldom: float) -> str:
    """The tiles in words, without those that are seldom met."""
    owner, rival, client = who
    parts: list[str] = []
    for row in rows:
        told = [
            f"{number(tile.support, 2)} at rung {rung}"
            for rung, tile in zip(rungs, row.tiles, strict=True)
            if tile is not None and tile.share >= seldom and math.isfinite(tile.support)
        ]
        parts.append(f"{row.says}{f' ({row.span})' if row.span else ''}: {', '.join(told) or 'seldom met'}")
    head = f"What {rival} gives, in multiples of its first support, by how {client} stands and by the rung of {owner}. "
    return head + "; ".join(parts)
