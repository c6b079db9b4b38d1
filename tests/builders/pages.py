"""The blocks of a page, and doing them: a reader who follows the page, and only the page, gets to its end.

A fence with a file name (`yaml NAME`) adds to that file, and `diff NAME` changes it; `bash` and `python` are run in the same folder and must end
well. A fence `text output` is what the block above it printed, word for word apart from times; any other `text` is only read. `scripts/outputs PAGE`
writes them anew.
On another kind of processor than that of the page's making (tests/files/precomputed/outputs.json) the last figures of a run may differ: there the
words are compared, and no figures.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from builders.places import FILES, ROOT

FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TIME = re.compile(r"\b\d+(?:\.\d+)? (?:ms|s|min|h|seconds?|minutes?|hours?)\b")
FIGURE = re.compile(r"\d[\d,.]*")
MADE = FILES / "precomputed" / "outputs.json"
SECONDS = 300


class Block(NamedTuple):
    """One fence of a page: its language, the file it adds to, its line on the page, its text, where its text starts and ends."""

    language: str
    file: str
    line: int
    text: str
    span: tuple[int, int]


def blocks(page: Path) -> Iterator[Block]:
    """The fences of a page, in order."""
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        yield Block(match[1], match[2] or "", text.count("\n", 0, match.start()) + 1, match[3], match.span(3))


def environment() -> dict[str, str]:
    """What the reader has: the commands of this environment on the path, and a screen of 120 columns."""
    return os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "NO_COLOR": "1",
        "COLUMNS": "120",
        "PYTHONUNBUFFERED": "1",  # what stands on two streams comes in the order in which it was said
    }


def do(block: Block, folder: Path) -> str | None:
    """Write or run one block; what it printed on either stream, None where it is not run."""
    if block.language == "text":
        return None
    if block.language == "diff":
        change(block, folder / block.file)
        return None
    if block.file:
        with (folder / block.file).open("a", encoding="utf-8") as file:
            file.write(block.text)
        return None
    commands = {"bash": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}
    if block.language not in commands:
        return None
    done = subprocess.run(
        [*commands[block.language], block.text],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode != 0:
        pytest.fail(f"line {block.line}: exit {done.returncode}\n{block.text}\n{done.stdout[-6000:]}", pytrace=False)
    return done.stdout


def change(block: Block, file: Path) -> None:
    """Make the changes of a `diff`, whose hunks are parted by lines with @@: what each takes away or keeps must stand in the file once."""
    text = file.read_text(encoding="utf-8")
    for hunk in re.split(r"^@@\n", block.text, flags=re.MULTILINE):
        lines = hunk.splitlines(keepends=True)
        was, now = ("".join(line[1:] for line in lines if line[0] in kinds) for kinds in (" -", " +"))
        assert was and text.count(was) == 1, f"line {block.line}: stands {text.count(was)} times in {block.file}\n{hunk}"
        text = text.replace(was, now)
    file.write_text(text, encoding="utf-8")


def tidy(printed: str) -> str:
    """What was printed, as a page shows it: no blanks at the ends of lines, no blank lines at the ends."""
    return "\n".join(line.rstrip() for line in printed.strip("\n").split("\n")) + "\n"


def followed(page: Path, folder: Path) -> Iterator[tuple[Block, str]]:
    """Do the page; every block that is an output, with what was printed above it."""
    printed: str | None = None
    for block in blocks(page):
        if block.language == "text" and block.file == "output":
            assert printed is not None, f"{page.name}, line {block.line}: an output of nothing"
            yield block, tidy(printed)
        else:
            printed = do(block, folder)


def processor() -> str:
    """The model of the processor and how wide its vectors are; results are alike bit for bit on one kind of it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    about = dict(line.replace("\t", "").split(":", 1) for line in lines if ":" in line)
    wide = [flag for flag in ("avx2", "fma", "avx512f") if flag in about.get("flags", "").split()]
    return " ".join([*(about.get(name, "").strip() for name in ("vendor_id", "cpu family", "model")), *wide])


def bare(text: str, page: Path) -> str:
    """A text as it is compared: without times, and without figures and the blanks beside them on another processor than the page's."""
    kept = TIME.sub("TIME", text)
    if json.loads(MADE.read_text(encoding="utf-8")).get(page.name) == processor():
        return kept
    return re.sub(r"[ ─]+", " ", FIGURE.sub("0", kept))


def lost_outputs(page: Path, folder: Path) -> list[str]:
    """Where a page shows what is no longer printed: each with the line and both texts. The whole page is done."""
    return [
        f"line {block.line} of {page.name} shows\n{block.text}\nand this is printed:\n{printed}\nscripts/outputs {page.name} writes it anew"
        for block, printed in followed(page, folder)
        if bare(block.text, page) != bare(printed, page)
    ]


def rewrite(page: Path) -> int:
    """Put today's outputs into a page; how many changed. To be read before it is committed."""
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        found = list(followed(page, Path(folder)))
    for block, printed in reversed(found):
        text = text[: block.span[0]] + printed + text[block.span[1] :]
    page.write_text(text, encoding="utf-8")
    made = json.loads(MADE.read_text(encoding="utf-8")) if MADE.exists() else {}
    MADE.write_text(json.dumps({**made, page.name: processor()}, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return sum(block.text != printed for block, printed in found)


if __name__ == "__main__":
    for name in sys.argv[1:] or ["first-war.md"]:
        for place in sorted((ROOT / "docs").rglob(name)):
            sys.stdout.write(f"{place.relative_to(ROOT)}: {rewrite(place)} outputs changed\n")
