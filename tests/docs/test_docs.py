"""The pages that tell people what to do, done: every block is run in the order of the page, and every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from builders.pages import ROOT, blocks, lost_outputs

DOCS = ROOT / "docs"
RUN = [DOCS / "tutorial" / "first-war.md", ROOT / "README.md", *sorted((DOCS / "how-to").glob("*.md"))]
ELSEWHERE = {".venv", "build", ".venv-particles", ".pytest_cache", ".git", "node_modules", ".cache"}  # pages that are not ours
READ = sorted(page for page in ROOT.rglob("*.md") if ELSEWHERE.isdisjoint(page.relative_to(ROOT).parts))
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
CODE = re.compile(r"`([\w.-]+/[\w./-]*)`")
# Pages whose commands compile a war of their own each, in minutes: `make test-slow` follows them.
LONG = {
    "ask-a-rival-who-thinks-ahead",
    "bend-a-memo",
    "check-an-argument",
    "choose-a-prior",
    "compare-readers",
    "compare-two-runs",
    "improve-a-strategy",
    "issue-and-score-forecasts",
    "read-results",
    "replay-a-path",
    "run-faster",
    "set-memos-side-by-side",
    "share-a-memo",
    "write-a-theory",
}
FIVE_TASKS = "extend"  # tests/docs/test_extend.py follows this page, and asks more of it
FOLLOWED = [
    pytest.param(page, marks=pytest.mark.slow if page.stem in LONG else (), id=page.stem) for page in RUN if page.stem != FIVE_TASKS
]


@pytest.mark.parametrize("page", FOLLOWED)
def test_page_can_be_followed(page: Path, tmp_path: Path) -> None:
    """A reader who follows the page, and only the page, gets to its end."""
    assert lost_outputs(page, tmp_path) == []


def test_tutorial_shows_what_it_promises() -> None:
    """Every command whose answer the page speaks of has its answer beneath it: the mistake, the plain English, regret, a flip point, verdicts."""
    shown = "".join(block.text for block in blocks(RUN[0]) if block.file == "output")
    for promised in (
        "did you mean personnel?",
        "What leads, and why",
        "Regret: points",
        "unless “Carries on as before” has more than",
        "better.",
        "Silent:",
    ):
        assert promised in shown, promised


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


def test_code_that_pages_name_is_there() -> None:
    """Files and folders of the package and of the repository, but for those of decisions, which tell of their own day."""
    homes = (ROOT, ROOT / "src", ROOT / "src" / "countermove")
    tops = {path.name for path in homes[-1].iterdir() if path.is_dir()} | {
        "benchmarks",
        "docs",
        "scenarios",
        "scripts",
        "src",
        "tests",
    }
    named = [
        (page.relative_to(ROOT), path)
        for page in READ
        if "decisions" not in page.parts and page.name != "CHANGELOG.md"
        for path in CODE.findall(page.read_text(encoding="utf-8"))
        if path.split("/")[0] in tops
    ]
    assert len(named) > 100
    assert [f"{page}: {path}" for page, path in named if not any((home / path).exists() for home in homes)] == []


def test_how_tos_fit_a_screen() -> None:
    """One page, one task, one screen."""
    counts = {page.name: len(page.read_text(encoding="utf-8").splitlines()) for page in RUN[2:] if page.stem != FIVE_TASKS}
    assert {name: count for name, count in counts.items() if count > 70} == {}


def test_readme_names_the_two_commands() -> None:
    """And the commands of the README are targets of the Makefile."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    asked = re.findall(r"`make ([a-z-]+)`", readme) + re.findall(r"^make ([a-z-]+)", readme, flags=re.MULTILINE)
    assert {"memo", "test"} <= set(asked)
    assert set(asked) <= set(targets)
