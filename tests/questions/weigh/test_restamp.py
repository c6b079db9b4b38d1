"""What is kept is taken over by a later version only where a part of it comes out the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from builders.restamp import CachedWeighing

MADE = {"sources": "aa", "roads": "bb", "seed": 7, "processor": "A"}


@pytest.mark.parametrize(
    ("now", "cell", "state", "taken"),
    [
        (MADE, "2", "of this version", True),  # nothing is tried
        ({**MADE, "sources": "cc"}, "1", "of other sources", True),
        ({**MADE, "sources": "cc"}, "2", "of other sources", False),
        ({**MADE, "sources": "cc", "seed": 8}, "1", "of other inputs or effort", False),
        ({**MADE, "processor": "Z"}, "2", "of this version", True),
        ({**MADE, "processor": "Z", "sources": "cc"}, "1", "of other sources, from another processor", False),  # and nothing beside
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
    assert kept == {"key": now if taken and state != "of this version" else MADE, "cells": ["0", "1"]}


@pytest.mark.parametrize(
    ("made", "cells", "taken"),
    [(MADE, ["5", "6"], True), (MADE, ["5", "7"], False), ({**MADE, "sources": "dd"}, ["5", "6"], False)],
)
def test_what_another_processor_made_is_made_here_by_both_sources(
    made: dict[str, Any], cells: list[str], taken: bool, tmp_path: Path
) -> None:
    """The part is not what is kept, since the processor is another; the sources beside must be those that made it, and make the same as these."""
    file = tmp_path / "kept.json"
    file.write_text(json.dumps({"key": MADE, "cells": ["0", "1"]}))
    now = {**MADE, "sources": "cc", "processor": "Z"}
    one = CachedWeighing(file, lambda: now, lambda kept: iter([("first", "0", "5"), ("second", "1", "6")]))
    assert one.restamp(lambda name: ({**made, "processor": "Z"}, cells) if name == "kept.json" else (made, [])) is taken
    assert json.loads(file.read_text())["key"] == ({**now, "processor": "A"} if taken else MADE)


def test_nothing_kept_is_not_this_version(tmp_path: Path) -> None:
    one = CachedWeighing(tmp_path / "none.json", lambda: MADE, lambda kept: iter(()))
    assert one.state() == "there is none" and not one.restamp()
