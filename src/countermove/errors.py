"""Every error that countermove raises on purpose. The tree:

CountermoveError                where it happened, what was found, what to do next
├── WrittenError                a file that people wrote is wrong; all mistakes at once, each an `Issue` with its position
│   ├── ScenarioError           scenarios/*.yaml
│   ├── StudyError              a study over scenarios
│   └── RecordError             records/*.csv and records/*.yaml
├── UnitError                   an unknown unit, or one of another dimension
├── CodeError                   a code or name of a state that none has, or several
├── CompileError                a scenario that reads well but cannot be turned into a program
├── RunError                    a run that went wrong: a number that is not finite, an address that does not exist
│   └── ExecutorError           the place where work runs failed: a lost worker, no memory
├── EvidenceError               a record that cannot be weighed
├── SolveError                  a game that cannot be extracted or solved
├── DecisionError               a comparison that has no meaning: no objective, one strategy
├── StoreError                  results that cannot be saved or read back, or whose key does not fit
├── MemoError                   a dossier that cannot be rendered
├── SessionError                what a table of players refuses, or a transcript that is not as it was written
└── Interrupted                 stopped on request; what was finished is kept, and the run can be resumed
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

DEBUG = "COUNTERMOVE_DEBUG"
NO_MEMORY = "no memory left; use fewer draws, lucks or workers"


@dataclass(frozen=True)
class Issue:
    """One mistake in a written file: where (counted from 1; line 0 is the file as a whole), what was found, what was expected."""

    file: str
    line: int
    column: int
    message: str
    expected: str = ""
    suggestion: str = ""

    @property
    def where(self) -> str:
        """`file:line:column`, as editors and terminals understand it."""
        return f"{self.file}:{self.line}:{self.column}" if self.line > 0 else self.file

    def __str__(self) -> str:
        """One line for a terminal."""
        text = f"{self.where}: {self.message}"
        if self.expected:
            text += f"; expected {self.expected}"
        if self.suggestion:
            text += f"; did you mean {self.suggestion}?"
        return text


class CountermoveError(Exception):
    """Base of the tree: `where` it happened, `what` was found, what to do `next`."""

    exit_code: ClassVar[int] = 2

    def __init__(self, what: str, *, where: str = "", next: str = "") -> None:
        """Keep the three parts; `str` joins them into one sentence."""
        self.where = where
        self.what = what
        self.next = next
        super().__init__(what)

    def __str__(self) -> str:
        """`where: what. next`, leaving out what is empty."""
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}. {self.next}" if self.next else text


class WrittenError(CountermoveError):
    """A file that people wrote is wrong. `issues` holds every mistake that was found, in the order of the file."""

    noun: ClassVar[str] = "file"

    def __init__(self, issues: Iterable[Issue]) -> None:
        """Order the issues by position."""
        self.issues: tuple[Issue, ...] = tuple(sorted(issues, key=lambda issue: (issue.file, issue.line, issue.column)))
        count = len(self.issues)
        where = self.issues[0].file if self.issues else ""
        super().__init__(f"{count} mistake{'' if count == 1 else 's'} in this {self.noun}", where=where)

    def __str__(self) -> str:
        """One line per mistake."""
        return "\n".join(str(issue) for issue in self.issues)


class ScenarioError(WrittenError):
    """The scenario breaks the rules of the language."""

    noun = "scenario"


class StudyError(WrittenError):
    """The study breaks the rules of its file, or changes a scenario in a way that breaks those of the scenario."""

    noun = "study"


class RecordError(WrittenError):
    """The record breaks the rules of its two files."""

    noun = "record"


class UnitError(CountermoveError):
    """A unit nobody knows, or one that measures something else."""


class CodeError(CountermoveError):
    """A code or name of a state that none has, or several; `suggestion` is what was meant, "" where nobody can say."""

    def __init__(self, what: str, expected: str, suggestion: str = "") -> None:
        """Keep what was expected and what may have been meant apart, for readers of files."""
        self.expected = expected
        self.suggestion = suggestion
        super().__init__(what, next=f"Did you mean {suggestion}?" if suggestion else f"Give {expected}")


class CompileError(CountermoveError):
    """The scenario cannot be turned into a program."""


class RunError(CountermoveError):
    """A run went wrong; `where` names the run, the month and the mechanism."""


class ExecutorError(RunError):
    """The place where work runs failed."""


class EvidenceError(CountermoveError):
    """The record cannot be weighed."""


class SolveError(CountermoveError):
    """The game cannot be extracted or solved."""


class DecisionError(CountermoveError):
    """The comparison has no meaning."""


class StoreError(CountermoveError):
    """Results cannot be saved or read back."""


class MemoError(CountermoveError):
    """The dossier cannot be rendered."""


class SessionError(CountermoveError):
    """A message that the table refuses, or a transcript that cannot be played on."""


class Interrupted(CountermoveError):
    """Stopped on request; the run can be resumed."""

    exit_code = 3


@dataclass(frozen=True)
class Unforeseen:
    """An error that nobody raised on purpose: `fault` where it is one of the program, and not of the machine (memory, files)."""

    where: str
    what: str
    fault: bool


def unforeseen(error: BaseException) -> Unforeseen:
    """What it is, in a line; of a fault its kind, its text and its place in our code."""
    if isinstance(error, MemoryError):
        return Unforeseen("", NO_MEMORY, fault=False)
    if isinstance(error, OSError):
        return Unforeseen("" if error.filename is None else os.fsdecode(error.filename), error.strerror or str(error), fault=False)
    frames = traceback.extract_tb(error.__traceback__)
    here = [frame for frame in frames if "countermove" in Path(frame.filename).parts]
    where = f" in {Path(here[-1].filename).name}, line {here[-1].lineno}" if here else ""
    text = " ".join(str(error).split())[:300]
    what = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return Unforeseen("", f"{what}{where}", fault=True)


def trace(error: BaseException) -> None:
    """The whole trace on standard error, where COUNTERMOVE_DEBUG=1 asks for it."""
    if os.environ.get(DEBUG) == "1":
        traceback.print_exception(error)
