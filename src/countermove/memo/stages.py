"""The stages of a memo, from what is asked for: their names and the share of the whole that each usually takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from countermove.questions.options import Progress

COMPILING, RUNS, BESIDE, QUESTIONS, PAGE, FIGURES = (
    "compiling",
    "the runs",
    "beside the answer",
    "the questions",
    "the page",
    "figures",
)
# donbas-2017 on two shared cores, nothing kept, 128 draws of 4 lucks: 4, 5, 44, 402 and 4 seconds; with the usual draws the runs take some 150
_SHARES = {COMPILING: 1.0, RUNS: 24.0, BESIDE: 8.0, QUESTIONS: 66.0, PAGE: 1.0}
_QUICK = {COMPILING: 35.0, RUNS: 35.0, QUESTIONS: 25.0, PAGE: 5.0}
_COPY = {".docx": 15.0, ".pdf": 6.0}
_OTHER = 2.0  # a spreadsheet, the figures
_ENDED = re.compile(r"\d+ (questions|parts beside the answer)\b")  # what tells how many of all have ended
_LUCKS = re.compile(r"\d+ strateg.* lucks$")  # what tells of the runs


def stages_of(*, full: bool, figures: Path | None, copies: Sequence[Path]) -> tuple[tuple[str, float], ...]:
    """Names and usual shares of the whole (they need not sum to anything), in their order."""
    more = () if figures is None else ((FIGURES, _OTHER),)
    written = ((copy.name, _COPY.get(copy.suffix.lower(), _OTHER)) for copy in copies)
    return (*(_SHARES if full else _QUICK).items(), *more, *written)


def of_study(progress: Progress) -> Progress:
    """What a study tells, by the stages of a memo."""

    def told(what: str, done: int, total: int) -> None:
        if what == COMPILING:
            progress(COMPILING, done, total)
        elif _LUCKS.match(what):
            progress(f"{RUNS}: {what}", done, total)
        else:
            _of(progress, BESIDE, what, done, total)

    return told


def of_questions(progress: Progress) -> Progress:
    """What the questions tell, as the stage of a memo that they are."""
    return lambda what, done, total: _of(progress, QUESTIONS, what, done, total)


def _of(progress: Progress, stage: str, what: str, done: int, total: int) -> None:
    """How many parts have ended says how far a stage is; how far one part is says nothing of it."""
    whole = _ENDED.match(what) is not None
    progress(f"{stage}: {what}", done if whole else 0, total if whole else 0)
