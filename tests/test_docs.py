"""The pages that tell people what to do, done: every block is run in the order of the page, and every link leads somewhere.

A fence with a file name (`yaml NAME`) adds to that file; `bash` and `python` are run in the same folder and must end well; `text` is
only read.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
RUN = [DOCS / "tutorial" / "first-war.md", ROOT / "README.md", *sorted((DOCS / "how-to").glob("*.md"))]
ELSEWHERE = {".venv", ".venv-particles", ".pytest_cache", ".git", "node_modules", ".cache"}  # pages that are not ours
READ = sorted(page for page in ROOT.rglob("*.md") if ELSEWHERE.isdisjoint(page.relative_to(ROOT).parts))
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
SECONDS = 300
# Pages whose commands compile a war of their own each, in minutes: `make test-slow` follows them.
LONG = {
    "check-an-argument",
    "compare-readers",
    "compare-two-runs",
    "improve-a-strategy",
    "issue-and-score-forecasts",
    "replay-a-path",
    "run-faster",
    "share-a-memo",
    "write-a-theory",
}
FOLLOWED = [pytest.param(page, marks=pytest.mark.slow if page.stem in LONG else (), id=page.stem) for page in RUN]


class Block(NamedTuple):
    """One fence of a page: its language, the file it adds to, its line on the page, its text."""

    language: str
    file: str
    line: int
    text: str


def blocks(page: Path) -> Iterator[Block]:
    """The fences of a page, in order."""
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        yield Block(match[1], match[2] or "", text.count("\n", 0, match.start()) + 1, match[3])


def environment() -> dict[str, str]:
    """What the reader has: the commands of this environment on the path, and no terminal."""
    return os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "NO_COLOR": "1",
        "COLUMNS": "120",
    }


def do(block: Block, folder: Path) -> None:
    """Write or run one block."""
    if block.file:
        with (folder / block.file).open("a", encoding="utf-8") as file:
            file.write(block.text)
        return
    commands = {"bash": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}
    if block.language not in commands:
        return
    done = subprocess.run(
        [*commands[block.language], block.text],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode != 0:
        pytest.fail(
            f"line {block.line}: exit {done.returncode}\n{block.text}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}", pytrace=False
        )


@pytest.mark.parametrize("page", FOLLOWED)
def test_page_can_be_followed(page: Path, tmp_path: Path) -> None:
    """A reader who follows the page, and only the page, gets to its end."""
    for block in blocks(page):
        do(block, tmp_path)


def test_tutorial_writes_a_war_with_three_sides() -> None:
    """The tutorial shows what two-sided examples hide: fire divided among enemies, two patrons behind one side."""
    text = "".join(block.text for block in blocks(RUN[0]) if block.language == "yaml")
    assert text.count("fire: {") == 3
    assert text.count("supports: insurgents") == 2


def test_links_lead_somewhere() -> None:
    """Files and pictures that the pages point to exist: those of every page, wherever it lies."""
    assert {page.relative_to(ROOT).parts[0] for page in READ} >= {"README.md", "CHANGELOG.md", "docs", "benchmarks", "records"}
    lost = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in READ
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert lost == []


def test_how_tos_fit_a_screen() -> None:
    """One page, one task, one screen."""
    counts = {page.name: len(page.read_text(encoding="utf-8").splitlines()) for page in RUN[2:]}
    assert {name: count for name, count in counts.items() if count > 70} == {}


def test_readme_names_the_two_commands() -> None:
    """And the commands of the README are targets of the Makefile."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    asked = re.findall(r"`make ([a-z-]+)`", readme) + re.findall(r"^make ([a-z-]+)", readme, flags=re.MULTILINE)
    assert {"memo", "test"} <= set(asked)
    assert set(asked) <= set(targets)
