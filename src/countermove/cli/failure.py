"""Everything that can go wrong, in words, and the exit code that says so to programs."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

import typer

from countermove.cli.terminal import remark
from countermove.errors import CountermoveError, Interrupted, WrittenError

FINE = 0
FOUND = 1  # what was looked for (with --strict), or a number that does not hold
BAD_INPUT = 2
INTERRUPTED = 3
FAULT = 70  # a fault of the program, as sysexits.h has it

AGAIN = "interrupted; the same command goes on from what was finished"
DEBUG = "COUNTERMOVE_DEBUG"


def explain_failure(error: BaseException) -> int:
    """Say on standard error what went wrong, and return the exit code."""
    if os.environ.get(DEBUG) == "1":
        traceback.print_exception(error)
    if isinstance(error, KeyboardInterrupt | Interrupted):
        remark(AGAIN)
        return INTERRUPTED
    if isinstance(error, WrittenError):
        for issue in error.issues:
            remark(str(issue))
        return error.exit_code
    if isinstance(error, CountermoveError):
        remark(f"countermove: {error}")
        return error.exit_code
    if isinstance(error, typer.TyperException):
        remark(_usage(error))
        return BAD_INPUT
    if isinstance(error, OSError) and error.filename is not None:
        remark(f"countermove: {error.filename}: {error.strerror}")
        return BAD_INPUT
    remark(_fault(error))
    return FAULT


def _usage(error: typer.TyperException) -> str:
    """What is wrong with the command line, what was probably meant, and where to read on."""
    message = getattr(error, "message", "") or error.format_message()
    if getattr(error, "param", None) is not None:
        message = error.format_message()
    meant: list[str] = sorted(getattr(error, "possibilities", None) or [])
    if meant:
        message = f"{message.rstrip('.')}; did you mean {' or '.join(meant)}?"
    command: str = getattr(getattr(error, "ctx", None), "command_path", "countermove")
    return f"{command}: {message}\n`{command} --help` lists what there is"


def _fault(error: BaseException) -> str:
    """One line: what and where. And how to report it."""
    frames = traceback.extract_tb(error.__traceback__)
    here = [frame for frame in frames if "countermove" in Path(frame.filename).parts]
    where = f" in {Path(here[-1].filename).name}, line {here[-1].lineno}" if here else ""
    text = " ".join(str(error).split())[:300]
    what = f"{type(error).__name__}: {text}" if text else type(error).__name__
    advice = f"Please report it, with the command, the scenario, and what the command prints when {DEBUG}=1 is set"
    return f"countermove: a fault of the program, not of your file: {what}{where}\n{advice}"
