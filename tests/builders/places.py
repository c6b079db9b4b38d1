"""Where tests find what they read."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "tests" / "files"
WAR_FILE = FILES / "wars" / "war.yaml"
"""A war in many keys of the language: 36 months, two sides, two patrons, an alliance of the coast, a mediator."""
SMALL_FILE = FILES / "transcripts" / "small.yaml"
"""A war in few lines: 24 months, two sides, two patrons, two plans."""
PUBLISHERS_DATA = Path(os.environ.get("COUNTERMOVE_DATA") or ROOT.parent / "shared" / "data")
"""The publishers' own files, which are not shipped; tests that need them say so where they are not there."""
