"""The page on extending countermove, done: each thing is added to a copy of the package as the page says, in no more files than it says."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from builders.pages import ROOT, blocks, environment, lost_outputs

PAGE = ROOT / "docs" / "how-to" / "extend.md"
PACKAGE = ROOT / "src" / "countermove"
LINES = 100  # of one task: its code is shown whole
TABLE = "countermove/questions/table.py"
# What each task may touch of the program at the most, the row in the table of questions apart.
MOST = {"A theory": 2, "A mechanism": 4, "A question": 2, "A section of the memo": 2, "A key of the language": 3}
MEMO = """
from builders.dossier_example import dossier
from dataclasses import replace
from countermove.memo.page import render
from countermove.memo.sections import INQUIRIES
from countermove.questions.defaults import Defaults

assert [one.title for one in INQUIRIES][-1] == "the program's own numbers"
asked, silent = replace(dossier(), answers=(Defaults(3, 4, ("3 of 4 are the program's own.",)),)), dossier()
for made, said in ((asked, "3 of 4 are"), (silent, "countermove defaults")):
    page = render(made)
    assert page.count('href="#defaults"') == page.count('<h2 id="defaults-name">The program&#39;s own numbers</h2>') == 1
    assert said in page[page.index('<div id="defaults"') : page.index('<div id="references"')]
"""


@cache
def tasks() -> dict[str, tuple[int, set[str]]]:
    """Each task of the page, by its heading: its lines, and the files of the program that it writes or changes."""
    text = PAGE.read_text(encoding="utf-8")
    heads = [(match[1], text.count("\n", 0, match.start()) + 1) for match in re.finditer(r"^## (.*)$", text, flags=re.MULTILINE)]
    ends = [*(line for _, line in heads[1:]), text.count("\n") + 1]
    found = {name: (end - start, set[str]()) for (name, start), end in zip(heads, ends, strict=True)}
    for block in blocks(PAGE):
        if block.file.endswith(".py"):
            task = next(name for (name, start), end in zip(heads, ends, strict=True) if start <= block.line < end)
            found[task][1].add(block.file)
    return found


def test_each_task_touches_few_files() -> None:
    """No more than promised, and as many as the page says in its table."""
    counts = {name: len(files - {TABLE}) for name, (_, files) in tasks().items()}
    assert list(counts) == list(MOST) and all(counts[name] <= most for name, most in MOST.items())
    told = {
        row[1]: int(row[2])
        for row in re.finditer(r"^\| an? ([\w ]+) \| (\d)", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    }
    assert told == {name.split(" ", 1)[1]: count for name, count in counts.items()}
    assert TABLE in tasks()["A question"][1]


def test_each_task_fits_a_screen_or_two() -> None:
    """Five tasks on one page, each as short as a page of its own would be, its code apart."""
    assert {name: lines for name, (lines, _) in tasks().items() if lines > LINES} == {}


def test_the_page_can_be_followed(tmp_path: Path) -> None:
    """To its end, with what it shows; nothing but the files that it names is changed, they keep the house's style, and the memo has its section."""
    assert lost_outputs(PAGE, tmp_path) == []
    copy = tmp_path / "countermove"
    old = {str(path.relative_to(PACKAGE.parent)): path.read_bytes() for path in PACKAGE.rglob("*.py")}
    new = {str(path.relative_to(tmp_path)): path.read_bytes() for path in copy.rglob("*.py")}
    changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    assert changed == set[str]().union(*(files for _, files in tasks().values()))
    for words in (["check"], ["format", "--check"]):
        style = [sys.executable, "-m", "ruff", *words, "--config", ROOT / "pyproject.toml", *sorted(changed)]
        done = subprocess.run(style, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
    memo = environment() | {"PYTHONPATH": str(ROOT / "tests")}
    done = subprocess.run([sys.executable, "-c", MEMO], cwd=tmp_path, env=memo, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.fail(done.stderr[-3000:], pytrace=False)
