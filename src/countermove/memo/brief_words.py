"""Ways to say things in few words: what the sentences of a brief are made with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from countermove.decision.findings import Term
from countermove.questions.gaps.finding import UNSAID
from countermove.world.certainty import most_of_none
from countermove.world.measure import MEASURE
from countermove.world.words import capitalized, limit, listed, percent, rarer_than

NUMBERS = 2  # in one sentence


def words_in(text: str) -> int:
    """How many words a text has."""
    return len(text.split())


def numbers_in(text: str) -> int:
    """How many numbers a text has."""
    return len(re.findall(r"\d[\d,.]*", text))


def first_within(limit: int, *ways: str) -> str:
    """The first way to say it that has at most so many words, and two numbers; the last one is short enough for any title."""
    return next((way for way in ways if way and words_in(way) <= limit and numbers_in(way) <= NUMBERS), ways[-1])


def cut(text: str, limit: int) -> str:
    """A text of somebody else in at most so many words."""
    parts = text.split()
    return text if len(parts) <= limit else f"{' '.join(parts[: limit - 1]).rstrip(',;:')} …"


def asked(question: str) -> str:
    """The question of a gap as somebody asks it aloud."""
    clause = question.removeprefix(UNSAID)
    return capitalized(question) if clause == question else f"What if {clause.rstrip('.')}?"


def changed(row: Term) -> str:
    """What a plan changes in a measure: fewer military dead, a lower chance of war between the patrons."""
    measure, more = MEASURE[row.measure], row.difference > 0
    what = measure.noun or measure.title
    if measure.kind == "event":
        return f"a {'higher' if more else 'lower'} chance of {what}"
    less = "fewer" if measure.unit in ("persons", "count") else "less"
    return f"{'more' if more else less} {what}"


def likely(events: Sequence[str], word: str, most: float, draws: int) -> str:
    """Events of one likelihood: `war is very unlikely (3%)`; of several the highest figure; of what was in no run what it may be at most."""
    several = len(events) > 1
    if most <= 0:
        return f"{listed(tuple(events))} {'come' if several else 'comes'} in {rarer_than(most_of_none(draws))} runs"
    verb = ("have" if several else "has") if word.startswith("almost no chance") else ("are" if several else "is")
    return f"{listed(tuple(events))} {verb} {word} ({f'at most {limit(most)}' if several else percent(most)})"
