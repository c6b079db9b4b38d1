"""Everything that can go wrong, in words, and the exit code that says so to programs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress

import typer

from countermove.cli.terminal import remark, say_json
from countermove.errors import DEBUG, CountermoveError, Interrupted, Issue, WrittenError, trace, unforeseen

FINE = 0
FOUND = 1  # what was looked for (with --strict), or a number that does not hold
BAD_INPUT = 2
INTERRUPTED = 3
FAULT = 70  # a fault of the program, as sysexits.h has it

AGAIN = "interrupted; the same command goes on from what was finished"
REPORT = f"Please report it, with the command, the scenario, and what the command prints when {DEBUG}=1 is set"


def explain_failure(error: BaseException, *, as_json: bool = False) -> int:
    """Say on standard error what went wrong, where `as_json` also as JSON on standard output, and return the exit code."""
    trace(error)
    issues, lines, code = _told(error)
    for line in lines:
        remark(line)
    if as_json:
        with suppress(CountermoveError):  # standard output itself is what failed: the words above say so
            say_json({"errors": issues, "exit": code})
            sys.stdout.flush()
    return code


def _told(error: BaseException) -> tuple[Sequence[Issue], list[str], int]:
    """What went wrong as issues and as lines, and the exit code."""
    if isinstance(error, KeyboardInterrupt | typer.Abort | Interrupted):
        return _as_issue("", AGAIN, AGAIN, INTERRUPTED)
    if isinstance(error, WrittenError):
        return error.issues, [str(issue) for issue in error.issues], error.exit_code
    if isinstance(error, CountermoveError):
        what = f"{error.what}. {error.next}" if error.next else error.what
        return _as_issue(error.where, what, f"countermove: {error}", error.exit_code)
    if isinstance(error, typer.TyperException):
        return _usage(error)
    found = unforeseen(error)
    if found.fault:
        what = f"a fault of the program, not of your file: {found.what}\n{REPORT}"
        return _as_issue("", what, f"countermove: {what}", FAULT)
    line = f"countermove: {found.where}: {found.what}" if found.where else f"countermove: {found.what}"
    return _as_issue(found.where, found.what, line, BAD_INPUT)


def _as_issue(where: str, what: str, line: str, code: int) -> tuple[Sequence[Issue], list[str], int]:
    return [Issue(where, 0, 0, what)], [line], code


def _usage(error: typer.TyperException) -> tuple[Sequence[Issue], list[str], int]:
    """What is wrong with the command line, what was probably meant, and where to read on."""
    message = getattr(error, "message", "") or error.format_message()
    if getattr(error, "param", None) is not None:
        message = error.format_message()
    meant = " or ".join(sorted(getattr(error, "possibilities", None) or []))
    command: str = getattr(getattr(error, "ctx", None), "command_path", "countermove")
    line = f"{message.rstrip('.')}; did you mean {meant}?" if meant else message
    advice = f"`{command} --help` lists what there is"
    return [Issue(command, 0, 0, message, advice, meant)], [f"{command}: {line}\n{advice}"], BAD_INPUT
