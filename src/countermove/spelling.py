"""Which known word was meant by an unknown one: only a word that is near in spelling, for a wrong hint is worse than none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

NEAR = 0.7  # share of letters in common, in order, from which two words count as one word misspelt
SHORTEST = 3  # below it every word is near to every other


def closest(word: str, known: Iterable[str]) -> str:
    """The known word that `word` misspells, or nothing. Give only words that could stand in its place."""
    options = [option for option in dict.fromkeys(known) if option]
    plain = _plain(word)
    same = [option for option in options if _plain(option) == plain]
    if same:
        return same[0]  # another spelling of the same word: contact_line, ContactLine
    if not SHORTEST <= len(plain) <= 80:
        return ""
    longer = [option for option in options if _plain(option).startswith(plain + "-") or plain.startswith(_plain(option) + "-")]
    longer += named if len(named := [option for option in options if option.endswith(f".{plain}")]) == 1 else []
    if longer:
        return longer[0]  # cut short, or said at more length: settlement, training-mission
    score, near = max(((_likeness(plain, _plain(option)), option) for option in options), key=lambda row: row[0], default=(0.0, ""))
    return near if score >= NEAR else ""


def _likeness(word: str, option: str) -> float:
    """From 0 to 1. Two letters swapped are one slip; in a short word every letter counts."""
    if len(option) < SHORTEST:
        return 0.0
    if len(word) == len(option) and _swapped(word, option):
        return 0.95
    begins = word.startswith(option) or option.startswith(word)  # maximum and max, cut short or with an ending
    shared = SequenceMatcher(None, word, option, autojunk=False).ratio()
    return max(shared, 0.8 if begins and min(len(word), len(option)) >= SHORTEST else 0.0)


def _swapped(word: str, option: str) -> bool:
    """Whether one pair of neighbouring letters is all that differs."""
    differ = [place for place, (one, other) in enumerate(zip(word, option, strict=True)) if one != other]
    if len(differ) != 2 or differ[1] != differ[0] + 1:
        return False
    first, second = differ
    return word[first] == option[second] and word[second] == option[first]


def _plain(word: str) -> str:
    """Lower case, hyphens between the words, wide and curly forms of letters as the usual ones."""
    usual = unicodedata.normalize("NFKC", word[:200])
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", "-", usual)
    return re.sub(r"[\s_\-\u2010-\u2015\u2212]+", "-", parted.lower()).strip("-")
