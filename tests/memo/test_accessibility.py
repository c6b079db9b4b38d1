"""The pages under axe-core: nothing that WCAG 2.2 AA forbids, on brief, body and annex."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import dossier_example as example
from builders.accessibility import looked_at
from countermove.memo import render, render_annex

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_nothing_that_wcag_2_2_aa_forbids(tmp_path: Path, chromium: str) -> None:
    """Everything open, at 1280 and at 400 pixels, and with markup in texts."""
    pages = {"memo": render(example.dossier()), "annex": render_annex(example.dossier()), "hostile": render(example.hostile())}
    assert looked_at(chromium, pages, tmp_path) == []


def test_a_fault_is_found_out(tmp_path: Path, chromium: str) -> None:
    """So that silence means something."""
    faulty = "<html><title>x</title><p style='color:#ccc'>pale</p><img src='x.png'>"
    found = " ".join(looked_at(chromium, {"faulty": faulty}, tmp_path))
    assert "color-contrast" in found and "image-alt" in found and "html-has-lang" in found
