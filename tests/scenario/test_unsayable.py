"""Who asks for what the language has no words for is told what to write instead."""

from __future__ import annotations

import pytest

from builders.places import SMALL_FILE
from countermove.errors import ScenarioError
from countermove.scenario.keys import SHAPES
from countermove.scenario.read import read, read_text
from countermove.scenario.unsayable import BEHIND_TWO_SIDES, UNSAYABLE, instead_of

TEXT = SMALL_FILE.read_text(encoding="utf-8")
KEYS = {key.name for keys in SHAPES.values() for key in keys}


@pytest.mark.parametrize(("key", "instead"), [(key, one.instead) for one in UNSAYABLE for key in one.tried])
def test_a_key_that_the_language_lacks(key: str, instead: str) -> None:
    """One mistake, with what to write instead, and no guess at another key."""
    assert key not in KEYS
    with pytest.raises(ScenarioError) as caught:
        read(SMALL_FILE, overrides={f"patrons.neighbour.{key}": "1"})
    (issue,) = caught.value.issues
    assert issue.expected == f"{instead} (the language has no {key})" == instead_of(key) and not issue.suggestion


def test_a_key_of_the_language_is_none_of_them() -> None:
    assert not any(instead_of(key) for key in KEYS) and instead_of("rungs") == ""


def test_one_patron_behind_two_sides() -> None:
    (line,) = [line for line in TEXT.splitlines() if "supports: rebels" in line]
    with pytest.raises(ScenarioError) as caught:
        read_text(TEXT.replace(line, line.replace("supports: rebels", "supports: [rebels, government]")))
    assert [(issue.message, issue.expected) for issue in caught.value.issues] == [
        ("one patron cannot stand behind several sides", BEHIND_TWO_SIDES)
    ]
