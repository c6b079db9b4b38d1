"""One rule for seeds, sizes and threads in every command; what is too large is said before the work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builders.command_lines import commands
from builders.places import SMALL_FILE
from countermove.cli import size
from countermove.cli.main import main
from countermove.cli.options import DRAWS, LUCKS, SEEDS, WORKERS
from countermove.shelf import cache_folder, expanded, home

SMALL = str(SMALL_FILE)
RULES = {"--seed": (0, SEEDS - 1), "--workers": (1, WORKERS), "--draws": (None, DRAWS), "--lucks": (1, LUCKS)}


def options() -> Iterator[tuple[str, Any]]:
    """Every option of every command of the application."""
    return ((name, one) for name, params in commands().items() for one in params if one.param_type_name == "option")


def test_one_rule_in_every_command() -> None:
    """Whichever commands there are: a seed of one is a seed of all; every whole number has an upper end."""
    for command, one in options():
        for name, (least, most) in RULES.items():
            if name in one.opts:
                assert one.max == most and (least is None or one.min == least), (command, name)
        if "int" in str(one.type_descriptor.annotation):
            assert one.max is not None, (command, one.opts)
    assert {command for command, one in options() if "--seed" in one.opts} >= {
        "run",
        "memo",
        "search",
        "solve",
        "gaps",
        "weigh",
        "backtest",
        "replay",
    }


def test_the_rule_is_that_of_the_generators() -> None:
    """The terminal has the number of its own, as it must not load NumPy to show a page of help."""
    from countermove.rng.seeds import SEEDS as OF_GENERATORS

    assert SEEDS == OF_GENERATORS == 2**64


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["search", SMALL, "--draws", "17"], "17 is no power of 2: 16 and 32 are"),
        (["backtest", "--particles", "48"], "48 is no power of 2: 32 and 64 are"),
        (["run", SMALL, "--tolerance", "inf"], "inf is no number of points"),
        (["memo", SMALL, "--seed", str(2**64)], "--seed"),
        (["gaps", SMALL, "--seed", "-1"], "--seed"),
        (["run", SMALL, "--draws", "9" * 5000], "--draws"),
        (["replay", SMALL, "--strategy", "arm", "--theory", "spigot", "--draw", "1000000", "--luck", "0"], "--draw"),
    ],
)
def test_sizes_that_are_none(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Refused in words, before anything is read."""
    assert main(words) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["memo", "explore", "claims"])
def test_more_than_the_memory_holds(verb: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Said with both numbers, before the work."""
    monkeypatch.setattr(size, "memory", lambda: 8e9)
    assert main([verb, SMALL, "--draws", "65536", "--lucks", "4096"]) == 2
    assert "1,073,741,824 runs have " in capsys.readouterr().err


def test_folders_without_a_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A container that runs under a number without a name; a user that there is not."""

    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nobody)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.delenv("COUNTERMOVE_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert home().is_dir() and cache_folder() == home() / ".cache" / "countermove"
    assert expanded("~nobody-here/x") == Path("~nobody-here/x")
