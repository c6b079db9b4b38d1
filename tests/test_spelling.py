"""Which known word an unknown one misspells: near in spelling, or nothing."""

from __future__ import annotations

import pytest

from countermove.spelling import closest
from countermove.units import WORDS
from countermove.world.measure import MEASURE_NAMES

KEYS = ("rung", "supports", "stake-ratio", "says", "lethal-defensive", "non-lethal", "theories", "max", "personnel")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("rnug", "rung"),
        ("rungs", "rung"),
        ("StakeRatio", "stake-ratio"),
        ("stake_ratio", "stake-ratio"),
        ("stake ratio", "stake-ratio"),
        ("stake\u2013ratio", "stake-ratio"),
        ("theory", "theories"),
        ("lethal", "lethal-defensive"),
        ("maximum", "max"),
        ("personel", "personnel"),
    ],
)
def test_what_was_meant(word: str, meant: str) -> None:
    """Letters swapped, left out or added, another case or hyphen, a word cut short."""
    assert closest(word, KEYS) == meant


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("honduras", ("contras", "sandinistas")),
        ("us", ("uk", "eu")),
        ("usa", ("uae", "ira")),
        ("ru", ("us",)),
        ("rebels", ("regime",)),
        ("washington", ("moscow", "beijing")),
        ("objectives-of-war", ("deaths",)),
        ("", ("a", "on")),
        ("x", ("on", "max")),
        ("000", ("low", "high")),
    ],
)
def test_words_that_are_not_near(word: str, known: tuple[str, ...]) -> None:
    """A wrong hint is worse than none: countries are not rebels, and two letters are near to everything."""
    assert not closest(word, known)


def test_a_known_word_means_itself() -> None:
    """Whatever else is near to it."""
    assert all(closest(word, MEASURE_NAMES) == word for word in MEASURE_NAMES)
    assert all(closest(word, WORDS) == word for word in WORDS if len(word) > 2)
