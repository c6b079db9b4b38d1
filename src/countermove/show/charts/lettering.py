"""How wide words are, on how many lines they fit, and how labels that would overlap are laid apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

# Helvetica's widths (thousandths of the size); Arial and Liberation Sans have the same
_WIDE: dict[int, str] = {
    222: "`'ijl",
    278: " !,./:;I[\\]ft|",
    333: "()-r{}",
    389: '"*^',
    500: "cJksvxyz",
    556: "#$0123456789?L_abdeghnopqu",
    600: "+<=>~",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    944: "W%@",
}
_WIDTHS = {letter: width for width, letters in _WIDE.items() for letter in letters}
_OTHER, _FULL, _BOLD = 667, 1000, 1.08
_SPARE = 1.16  # a reader may have none of these fonts: letters of DejaVu Sans are so much wider


def width_of(text: str, size: float, bold: bool = False) -> float:
    """How wide a text is, in the units of `size`; letters that the list does not have count as a wide one, those of East Asia as a square."""
    total = sum(_WIDTHS.get(letter) or (_FULL if unicodedata.east_asian_width(letter) in "WF" else _OTHER) for letter in text)
    return total * size / 1000 * (_BOLD if bold else 1)


def folded(text: str, width: float, size: float) -> tuple[str, ...]:
    """The text on lines that are no wider than `width`, with room to spare; a word that is wider is broken. One empty line for no text."""
    width /= _SPARE
    lines: list[str] = []
    for word in text.split():
        if lines and width_of(f"{lines[-1]} {word}", size) <= width:
            lines[-1] = f"{lines[-1]} {word}"
            continue
        lines.append("")
        for letter in word:
            if lines[-1] and width_of(lines[-1] + letter, size) > width:
                lines.append("")
            lines[-1] += letter
    return tuple(lines) or ("",)


def apart(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> tuple[float, ...]:
    """The middles of labels that stand one below another without overlap, in their order, as near as can be to where they are wanted.

    Main arguments: `wanted`, the middles; `heights`, of each label; `low`, `high`: the labels stay between, where they have room there; else they
    start at `low`. The sum of squared distances is the least that is possible (pool adjacent violators).
    """
    order = sorted(range(len(wanted)), key=lambda k: (wanted[k], k))
    starts: list[float] = []  # of each label if none had a height: where these rise, no two labels overlap
    above = 0.0
    for k in order:
        starts.append(wanted[k] - heights[k] / 2 - above)
        above += heights[k]
    pools: list[tuple[float, int]] = []
    for start in starts:
        mean, count = start, 1
        while pools and pools[-1][0] > mean:
            before, several = pools.pop()
            mean, count = (before * several + mean * count) / (several + count), several + count
        pools.append((mean, count))
    most = max(high - above, low)
    places = [0.0] * len(wanted)
    top, done = 0.0, 0
    for mean, count in pools:
        for k in order[done : done + count]:
            places[k] = min(max(mean, low), most) + top + heights[k] / 2
            top += heights[k]
        done += count
    return tuple(places)
