"""The small set of units that scenarios use, and conversion between them.

A unit is written `[number word] base [/ time]`, such as `million USD/month`, `thousand persons`, `per year`, `percent`.
A number word alone (`thousand`) counts persons. Two units convert when their dimensions are equal; anything else is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from countermove.errors import UnitError
from countermove.spelling import closest

MONTHS_PER_DAY = 12 / 365.25

_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}

# base word -> (factor to the base of its dimension, dimension)
_BASES: dict[str, tuple[float, str]] = {
    "person": (1.0, "person"),
    "persons": (1.0, "person"),
    "people": (1.0, "person"),
    "soldiers": (1.0, "person"),
    "dead": (1.0, "person"),
    "peacekeepers": (1.0, "person"),
    "person-equivalents": (1.0, "person"),
    "USD": (1.0, "USD"),
    "month": (1.0, "month"),
    "months": (1.0, "month"),
    "year": (12.0, "month"),
    "years": (12.0, "month"),
    "week": (7 * MONTHS_PER_DAY, "month"),
    "weeks": (7 * MONTHS_PER_DAY, "month"),
    "day": (MONTHS_PER_DAY, "month"),
    "days": (MONTHS_PER_DAY, "month"),
    "share": (1.0, ""),
    "ratio": (1.0, ""),
    "probability": (1.0, ""),
    "0-1": (1.0, ""),
    "percent": (0.01, ""),
    "%": (0.01, ""),
    "brigade": (1.0, "brigade"),
    "brigades": (1.0, "brigade"),
    "rung": (1.0, "rung"),
    "rungs": (1.0, "rung"),
    "count": (1.0, "count"),
    "index": (1.0, "index"),
    "logit": (1.0, "logit"),
    "points": (1.0, "points"),
}

WORDS: tuple[str, ...] = (*_SCALES, *_BASES)
_QUANTITY = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?:\s+([a-zA-Z].*)|\s*(%))", re.ASCII)


@dataclass(frozen=True)
class Unit:
    """A factor to the base unit, what is counted, and what it is divided by."""

    factor: float
    over: str
    under: str = ""


@lru_cache(maxsize=512)
def parse(text: str) -> Unit:
    """The unit written in `text`; raises UnitError with the nearest known word."""
    top, slash, bottom = text.replace(" per ", "/").partition("/")
    if text.startswith("per "):
        top, slash, bottom = "", "/", text[4:]
    if top.strip().endswith(" a month"):
        top, slash, bottom = top.strip()[: -len(" a month")], "/", "month"
    factor, over = _product(top, text)
    if not slash:
        return Unit(factor, over)
    down, under = _product(bottom, text)
    return Unit(factor / down, over, under)


def _product(text: str, whole: str) -> tuple[float, str]:
    factor, dimension, scaled = 1.0, None, False
    for word in text.split():
        if word in _SCALES:
            factor *= _SCALES[word]
            scaled = True
        elif word == "1":
            continue
        elif word in _BASES and dimension is None:
            step, dimension = _BASES[word]
            factor *= step
        else:
            raise UnitError(f'"{word}" is not a unit', where=whole, next=closest(word, WORDS))
    if dimension is None:
        dimension = "person" if scaled else ""
    return factor, dimension


def factor(found: str, wanted: str) -> float:
    """What a number in `found` is multiplied by to be in `wanted`; raises UnitError where they measure different things."""
    if found == wanted:
        return 1.0
    here = parse(found)
    try:
        there = parse(wanted)
    except UnitError:  # a parameter's own unit outside the small set, such as "log ratio": only itself fits
        raise UnitError(f'"{found}" is not "{wanted}"') from None
    if (here.over, here.under) != (there.over, there.under):
        raise UnitError(
            f'"{found}" does not measure the same thing as "{wanted}"' if wanted else f'"{found}": this number has no unit'
        )
    return here.factor / there.factor


def split(text: str) -> tuple[float, str] | None:
    """`"47 million USD"` as (47.0, "million USD"); None where the text is not a number with a unit."""
    match = _QUANTITY.fullmatch(text.strip())
    return None if match is None else (float(match[1]), (match[2] or match[3]).strip())
