"""What is kept is taken over by a later version only where a part of it comes out the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from builders.restamp import CachedWeighing

MADE = {"sources": "aa", "roads": "bb", "seed": 7}


@pytest.mark.parametrize(
    ("now", "cell", "state", "taken"),
    [
        (MADE, "2", "of this version", True),  # nothing is tried
        ({**MADE, "sources": "cc"}, "1", "of other sources", True),
        ({**MADE, "sources": "cc"}, "2", "of other sources", False),
        ({**MADE, "sources": "cc", "seed": 8}, "1", "of other inputs, effort or processor", False),
    ],
)
def test_a_part_must_be_the_same(now: dict[str, Any], cell: str, state: str, taken: bool, tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    file.write_text(json.dumps({"key": MADE, "cells": ["0", "1"]}))
    one = CachedWeighing(
        file, lambda: now, lambda kept: iter([("first", kept["cells"][0], "0"), ("second", kept["cells"][1], cell)])
    )
    assert one.state() == state
    assert one.restamp() is taken
    kept = json.loads(file.read_text())
    assert kept == {"key": now if taken else MADE, "cells": ["0", "1"]}


def test_nothing_kept_is_not_this_version(tmp_path: Path) -> None:
    one = CachedWeighing(tmp_path / "none.json", lambda: MADE, lambda kept: iter(()))
    assert one.state() == "there is none" and not one.restamp()
