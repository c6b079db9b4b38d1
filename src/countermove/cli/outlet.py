"""Standard output and standard error as they may really be: of another encoding, full, closed, or a pipe whose reader has gone."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from countermove.errors import StoreError

# What the page has and an old encoding may lack, as it is written on a typewriter. Anything else becomes \u0416 and the like: nothing is lost.
TYPEWRITTEN = {
    "±": "+/-",
    "×": "x",
    "−": "-",
    "–": "-",
    "—": "-",
    "…": "...",
    "“": '"',
    "”": '"',
    "„": '"',
    "‘": "'",
    "’": "'",
    "′": "'",
    "→": "->",
    "≤": "<=",
    "≥": ">=",
    "·": "*",
    "•": "*",
    "\u00a0": " ",
    "\u2009": " ",
    "\u202f": " ",
    "\ufffd": "?",
}
_NAME = "countermove-typewritten"
_HEARD = {errno.EPIPE, errno.ESHUTDOWN, errno.ECONNRESET}  # whoever read the other end has heard enough
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
WHERE = "standard output"
ELSEWHERE = "Write it to another place; `> /dev/null` where the answer is not wanted"


def _typewritten(error: UnicodeError) -> tuple[str, int]:
    """What stands for the characters that an encoding lacks, for Python's codecs."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    plain = (TYPEWRITTEN.get(letter) or letter.encode("ascii", "backslashreplace").decode("ascii") for letter in lacking)
    return "".join(plain), error.end


codecs.register_error(_NAME, _typewritten)


def spelled(text: str, encoding: str | None) -> str:
    """The text in characters that the encoding has: `±` as `+/-`, what has no plain spelling as `\\u0416`."""
    name = encoding or "utf-8"
    try:
        text.encode(name)
    except UnicodeEncodeError:
        return text.encode(name, _NAME).decode(name)
    except (LookupError, UnicodeError):  # an encoding that is none of text: whoever owns the stream knows what it does
        return text
    return text


class Outlet(io.TextIOBase):
    """A stream to write to, whatever is at its other end.

    Where the reader of a pipe has gone, what is written goes nowhere, and the command ends as it would have. Where standard output is full or
    broken, the write raises StoreError; standard error that cannot be written to is given up in silence: there is nobody left to tell.
    """

    def __init__(self, stream: TextIO | None, *, answers: bool) -> None:
        """Write to `stream`, None where there is none. `answers`: it carries the answer, so that a failure must be told."""
        self._stream = stream
        self._answers = answers
        self._failure: StoreError | None = None

    @property
    def encoding(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  # typeshed has a variable where Python has a property
        """That of the stream."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    @property
    def nowhere(self) -> bool:
        """Whether what is written is lost: there was no stream, or it broke."""
        return self._stream is None

    def writable(self) -> bool:
        """It is."""
        return True

    def isatty(self) -> bool:
        """Whether somebody looks at it."""
        try:
            return self._stream is not None and self._stream.isatty()
        except ValueError:  # closed
            return False

    def fileno(self) -> int:
        """The descriptor below, where there is one."""
        if self._stream is None:
            raise io.UnsupportedOperation("there is no stream")
        return self._stream.fileno()

    def write(self, text: str, /) -> int:
        """All of the text, in the characters that the encoding has."""
        return self._do("write", spelled(text, self.encoding)) or len(text)

    def flush(self) -> None:
        """Hand everything to whoever reads."""
        self._do("flush")

    def _do(self, what: str, *words: str) -> Any:
        if self._failure is not None:  # said again: a library may have swallowed it
            raise self._failure
        if self._stream is None:
            return None
        try:
            return getattr(self._stream, what)(*words)
        except (OSError, ValueError) as error:
            stream, self._stream = self._stream, None
            _empty(stream)
            number = getattr(error, "errno", None)
            if not self._answers or number in _HEARD:
                return None
            why = (
                "the disk is full" if number in _FULL else f"it cannot be written to ({getattr(error, 'strerror', None) or error})"
            )
            self._failure = StoreError(why, where=WHERE, next=ELSEWHERE)
            raise self._failure from error


def _empty(stream: TextIO) -> None:
    """Let what Python still holds back for a broken stream go nowhere when the process ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, stream.fileno())
        finally:
            os.close(nowhere)


def _occupied() -> None:
    """Open the null device in place of standard streams that are closed: the next file must not be taken for one of them."""
    with suppress(OSError):
        while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
            pass
        os.close(descriptor)


@contextmanager
def outlets() -> Generator[None]:
    """Put an `Outlet` in the place of standard output and of standard error, and afterwards what was there."""
    before = sys.stdin, sys.stdout, sys.stderr
    streams: tuple[Any, ...] = before  # a process that was started without one has None
    if None in streams:
        _occupied()
    sys.stdout, sys.stderr = Outlet(sys.stdout, answers=True), Outlet(sys.stderr, answers=False)
    if streams[0] is None:
        sys.stdin = io.StringIO()
    try:
        yield
        sys.stderr.flush()
    finally:
        sys.stdin, sys.stdout, sys.stderr = before


def refuse_closed() -> None:
    """Raise StoreError where standard output is closed, before any work is done for an answer that nobody could get."""
    if isinstance(sys.stdout, Outlet) and sys.stdout.nowhere:
        raise StoreError("it is closed: there is nowhere to write the answer", where=WHERE, next=ELSEWHERE)
