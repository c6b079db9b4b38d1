"""Tables on the terminal: nothing is cut where the screen is narrow."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from countermove.cli.terminal import say_long_table, say_table
from countermove.engine.replay import REGIMES, event_words
from countermove.world.tables import Table


@pytest.mark.parametrize("columns", ["30", "60", "80", "200"])
def test_no_number_and_no_name_is_cut(columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On a screen that is too narrow the terminal breaks the lines; a number cut short would be another number."""
    monkeypatch.setenv("COLUMNS", columns)
    names = [f"theory-{number}" for number in range(8)]
    rows = [[war, *(f"{number}.{number}% ± 1.2%" for number in range(8)), "12345678"] for war in ("afghanistan-1979-1989", "syria")]
    say_table(Table.of("What each war says", ["war", *names, "draws"], rows))
    shown = capsys.readouterr().out
    for row in rows:
        for cell in row:
            assert cell in shown, (columns, cell)


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_a_long_table_fits_the_screen(columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """As several, each with the first column; nothing is lost, and the running text stands by itself."""
    monkeypatch.setenv("COLUMNS", str(columns))
    names = ["month", *(f"quantity {number} (thousand)" for number in range(9)), "events"]
    rows = [
        [f"2030-0{month}", *(f"{month}{number}.25" for number in range(9)), "truce" if month == 2 else ""] for month in (1, 2, 3)
    ]
    say_long_table(Table.of("One run", names, rows))
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= columns and shown.startswith("One run")
    assert all(shown.count(cell) == 1 for row in rows for cell in row[1:-1])
    assert shown.rstrip().endswith("2030-02   truce")


def test_a_war_that_passes_into_another_state_is_an_event() -> None:
    """Told in its month and no other: the months of the replay without a word were those of a settlement."""
    path = ["positional", "high intensity", "high intensity", "settled", "settled", "direct war", "collapsed", "collapsed"]
    regime = np.array([[REGIMES.index(name)] for name in path])
    nothing = np.zeros((len(path), 1))
    flags = SimpleNamespace(
        **dict.fromkeys(("truce_began", "truce_broke", "clash", "incident", "exchange"), nothing),
        attack=nothing[:, None],
        quit=nothing[:, None],
    )
    report = SimpleNamespace(flags=flags, silent=nothing)
    state = SimpleNamespace(regime=regime, asked=nothing[:, None])
    told = [event_words(report, month, ("a",), ("b",), state) for month in range(len(path))]  # pyright: ignore[reportArgumentType]
    assert told == ["", "fighting grows intense", "", "the war is settled", "", "direct war begins", "a side collapses", ""]
