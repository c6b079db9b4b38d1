"""Ways to say things in few words: what the sentences of a brief are made with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from countermove.decision.findings import Term
from countermove.questions.gaps.finding import UNSAID
from countermove.world.certainty import most_of_none
from countermove.world.measure import MEASURE
from countermove.world.words import capitalized, limit, listed, rarer_than

NUMBERS = 2  # in one sentence
EVEN = 0.5
_ONES = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def words_in(text: str) -> int:
    """How many words a text has."""
    return len(text.split())


def numbers_in(text: str) -> int:
    """How many numbers a text has."""
    return len(re.findall(r"\d[\d,.]*", text))


def sentences_in(text: str) -> list[str]:
    """The sentences of a text: each ends at a full stop, a question mark or an exclamation mark that spaces and a capital follow, or the end."""
    return re.split(r"(?<=[.?!]) +(?=[“A-Z])", text) if text else []


def first_within(limit: int, *ways: str) -> str:
    """The first way to say it of which each sentence has at most so many words, and two numbers; the last one is short enough for any title."""

    def fits(way: str) -> bool:
        return all(words_in(one) <= limit and numbers_in(one) <= NUMBERS for one in sentences_in(way))

    return next((way for way in ways if way and fits(way)), ways[-1])


def asked(question: str, title: str = "") -> tuple[str, ...]:
    """Ways to ask the question of a gap aloud: as it is written, and, where its case has a title, by that."""
    clause = question.removeprefix(UNSAID).rstrip(".")
    if clause == question.rstrip("."):
        return (capitalized(question), *((f"{capitalized(title)}: what then?",) if title else ()))
    return (f"What if {clause}?",)


def in_words(count: int) -> str:
    """A count of less than a hundred in words; a larger one in figures."""
    if not 0 <= count < 100:
        return f"{count:,}"
    if count < 20:
        return _ONES[count]
    tens, ones = divmod(count, 10)
    return f"{_TENS[tens - 2]}-{_ONES[ones]}" if ones else _TENS[tens - 2]


def months_in_words(months: int) -> str:
    """`two years`, `a year`, `eighteen months`, `a month`."""
    count, unit = (months // 12, "year") if months and months % 12 == 0 else (months, "month")
    return f"a {unit}" if count == 1 else f"{in_words(count)} {unit}s"


def changed(row: Term) -> str:
    """What a plan changes in a measure: fewer military dead, a lower chance of war between the patrons."""
    measure, more = MEASURE[row.measure], row.difference > 0
    what = measure.noun or measure.title
    if measure.kind == "event":
        return f"a {'higher' if more else 'lower'} chance of {what}"
    less = "fewer" if measure.unit in ("persons", "count") else "less"
    return f"{'more' if more else less} {what}"


def likely(events: Sequence[str], word: str, ends: tuple[float, float], draws: int) -> str:
    """Events of one likelihood, of which from the least to the most is possible: `war is very unlikely (at most 3%)`.

    Of what is more likely than not the lower end is told, of what was in no run what it may be at most.
    """
    several, (low, high) = len(events) > 1, ends
    if draws > 0 and high <= most_of_none(draws):
        return f"{listed(tuple(events))} {'come' if several else 'comes'} in {rarer_than(most_of_none(draws))} runs"
    verb = ("have" if several else "has") if word.startswith("almost no chance") else ("are" if several else "is")
    end = f"at least {limit(low)}" if low > EVEN else f"at most {limit(high)}"
    return f"{listed(tuple(events))} {verb} {word} ({end})"
