"""Pages under axe-core, which looks for what WCAG 2.2 AA forbids. It is fetched with npm, once, and stays outside the repository."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from builders.browser import Browser

VERSION = "4.10.3"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
WIDTHS = (1280, 400)  # CSS pixels
SECONDS = 60


def axe() -> Path | None:
    """The script of axe-core, from the folder where it was put before or else from npm; None without npm or network."""
    home = Path(tempfile.gettempdir()) / f"countermove-axe-core-{VERSION}"
    script = home / "node_modules" / "axe-core" / "axe.min.js"
    npm = shutil.which("npm")
    if not script.is_file() and npm is not None:
        home.mkdir(exist_ok=True)
        quietly = ["--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=0", "--fetch-timeout=20000"]
        command = [npm, "install", "--prefix", str(home), *quietly, f"axe-core@{VERSION}"]
        try:
            subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return None
    return script if script.is_file() else None


def violations(browser: Any, page: Path, script: Path) -> list[str]:
    """What axe-core finds on a page, everything open, wide and as wide as a telephone: a line each, with the first elements."""
    found: list[str] = []
    for width in WIDTHS:
        browser.open(page, width)
        browser.value("document.querySelectorAll('details').forEach(d => { d.open = true })")
        found += violations_here(browser, f"{page.name} at {width}", script)
    return found


def violations_here(browser: Any, name: str, script: Path) -> list[str]:
    """What it finds on the page that a browser shows, as it is."""
    browser.value(f"{script.read_text(encoding='utf-8')}; 0")
    told = browser.value(
        f"axe.run(document, {{runOnly: {list(TAGS)}, resultTypes: ['violations']}}).then(r => r.violations.map(v => "
        "({id: v.id, help: v.help, nodes: v.nodes.map(n => n.html.slice(0, 160) + ' [' + (n.failureSummary || '').slice(0, 300) + ']')})))"
    )
    return [f"{name}: {one['id']}: {one['help']} ({len(one['nodes'])}): {' | '.join(one['nodes'][:4])}" for one in told]


def looked_at(chromium: str, pages: Mapping[str, str], folder: Path) -> list[str]:
    """What is found on pages given as text, in a test, which is skipped where there is no axe-core."""
    script = axe()
    if script is None:
        pytest.skip(f"NO AXE-CORE HERE: accessibility was not looked at (npm and a network bring axe-core {VERSION})")
    found: list[str] = []
    with Browser(chromium) as browser:
        for name, text in pages.items():
            page = folder / f"{name}.html"
            page.write_text(text, encoding="utf-8")
            found += violations(browser, page, script)
    return found
