"""A scenario as it is typed: read by the reader of files, with every mistake where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from countermove.errors import Issue
from countermove.scenario.read import ReadResult, examine_text

_TOKEN = re.compile(r"\"[^\"\n]*\"?|'[^'\n]*'?|[^\s,{}\[\]:#]+|\S")


@dataclass(frozen=True)
class Desk:
    """What is worked on: what its file is called, and the folder in which the files that it names are looked for first."""

    file: str
    folder: Path | None = None

    def read(self, text: str) -> ReadResult:
        """The text as the reader of files reads it; the mistakes are in the answer."""
        return examine_text(text, file=self.file, folder=self.folder)


def told(issue: Issue, lines: list[str], file: str) -> dict[str, Any]:
    """A mistake for the page: line and column from 1, how many letters it underlines, and what it says. Line 0: the text as a whole."""
    here = issue.file == file
    line, column = (issue.line, max(issue.column, 1)) if here else (0, 0)
    found = _TOKEN.match(lines[line - 1], column - 1) if 0 < line <= len(lines) else None
    says = issue.message if here else f"{issue.where}: {issue.message}"
    return {
        "line": line,
        "column": column,
        "length": 1 if found is None else len(found[0]),
        "message": says,
        "expected": issue.expected,
        "suggestion": issue.suggestion,
    }


def mistakes(reading: ReadResult, text: str, file: str) -> list[dict[str, Any]]:
    """All of them, in the order of the text."""
    lines = re.split(r"\r\n|\r|\n", text)
    return [told(issue, lines, file) for issue in reading.issues]
