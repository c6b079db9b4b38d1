"""The benchmark of the backward solver: its war is a game, its picture holds the numbers, and a loss is noticed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from builders.places import ROOT
from countermove.games.backward import check_game

sys.path.insert(0, str(ROOT / "benchmarks"))

import solve_backward


def rows(cpu: float) -> dict[str, Any]:
    """What a run would have found."""
    row = {"states": 1000, "months": 12, "cpu": cpu}
    return {
        "processor": "one",
        "by states": [row, {**row, "states": 2000, "cpu": 2 * cpu}],
        "by months": [row, {**row, "months": 24, "cpu": 2 * cpu}],
        "asked for": {"1": {"cpu": cpu}},
    }


def test_the_war_is_a_game_of_the_size_that_was_asked_for() -> None:
    """8 x 8 moves, 3 types, 10 beliefs; all its numbers in order."""
    game = solve_backward.local_war(50, 2, 0.3)
    check_game(game)
    assert game.rival_gets.shape == (3, 50, 8, 8)
    found = solve_backward.one(50, 2, 1, 1.0, 0.3)
    assert found["missed"] == 0
    assert found["residual"] < 2e-9
    assert found["cpu"] > 0


def test_the_picture_holds_the_numbers() -> None:
    """Said for those who cannot see it, one dot a case."""
    drawn = ElementTree.fromstring(solve_backward.picture(rows(1.5)))
    assert "10,000: 1.5, 20,000: 3.0" in drawn.attrib["aria-label"]
    assert len([mark for mark in drawn if mark.tag.endswith("circle")]) == 4


def test_a_loss_is_not_kept_unless_it_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slower by a fifth: the last numbers stay."""
    monkeypatch.setattr(solve_backward, "LAST", tmp_path / "last.json")
    monkeypatch.setattr(solve_backward, "PICTURE", tmp_path / "cost.svg")
    assert solve_backward.keep(rows(1.0), accept=False) == ""
    assert "15%" in solve_backward.keep(rows(1.2), accept=False)
    assert json.loads((tmp_path / "last.json").read_text())["solve_backward"]["asked for"]["1"]["cpu"] == 1.0
    assert "another processor" in solve_backward.keep({**rows(1.0), "processor": "two"}, accept=False)
    assert solve_backward.keep(rows(1.2), accept=True) == ""
    assert "1.2" in (tmp_path / "cost.svg").read_text()
