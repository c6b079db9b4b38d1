"""Tables on the terminal: nothing is cut where the screen is narrow."""

from __future__ import annotations

import pytest

from countermove.cli.terminal import say_table, share_text


@pytest.mark.parametrize("columns", ["30", "60", "80", "200"])
def test_no_number_and_no_name_is_cut(columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On a screen that is too narrow the terminal breaks the lines; a number cut short would be another number."""
    monkeypatch.setenv("COLUMNS", columns)
    names = [f"theory-{number}" for number in range(8)]
    rows = [[war, *(f"{number}.{number}% ± 1.2%" for number in range(8)), "12345678"] for war in ("afghanistan-1979-1989", "syria")]
    say_table("What each war says", ["war", *names, "draws"], rows)
    shown = capsys.readouterr().out
    for row in rows:
        for cell in row:
            assert cell in shown, (columns, cell)


@pytest.mark.parametrize(("share", "shown"), [(0.0, "0%"), (0.037, "3.7%"), (0.46, "46%"), (1.0, "100%"), (float("nan"), "")])
def test_a_share_in_a_table(share: float, shown: str) -> None:
    """Small shares have a digit more; what is not known is left empty."""
    assert share_text(share) == shown
