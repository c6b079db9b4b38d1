"""A scenario as it is typed: read by the reader of files, with every mistake where it stands."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from countermove.errors import Issue
from countermove.scenario.check import check_text
from countermove.scenario.read import ReadResult, examine_text

_BREAK = re.compile(r"\r\n|\r|\n")
_TOKEN = re.compile(r"\"[^\"\n]*\"?|'[^'\n]*'?|[^\s,{}\[\]:#]+|\S")


@dataclass(frozen=True)
class Desk:
    """What is worked on: what its file is called, and the folder in which the files that it names are looked for first."""

    file: str
    folder: Path | None = None

    @property
    def sign(self) -> str:
        """A name for the folder that says nothing of where it is."""
        place = "" if self.folder is None else str(self.folder.resolve())
        return hashlib.blake2b(place.encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()

    def read(self, text: str) -> ReadResult:
        """The text as the reader of files reads it; the mistakes are in the answer."""
        return examine_text(text, file=self.file, folder=self.folder)

    def doubts(self, text: str) -> list[dict[str, Any]]:
        """What `check` doubts of a text without mistakes, and what it notes."""
        report = check_text(text, file=self.file, folder=self.folder)
        lines = _BREAK.split(text)
        return [{**told(one, lines, self.file), "doubt": one in report.warnings} for one in (*report.warnings, *report.notes)]


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
    lines = _BREAK.split(text)
    return [told(issue, lines, file) for issue in reading.issues]
