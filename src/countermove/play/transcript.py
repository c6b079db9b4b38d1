"""The transcript of a session: a file that only grows, one entry a line, each with its number and the SHA-256 of the line before it.

An entry is a JSON object of plain values. A line that was written to its end and to the disk is an entry; what a killed process left of the next
one is a torn line, which no reader takes for an entry, and which is cut off when the session is played on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from countermove.errors import SessionError, StoreError
from countermove.play.strict_json import strict_json
from countermove.store.append_only import AppendOnly
from countermove.store.disk import explained, size_in_words

Entry = Mapping[str, Any]
BEFORE_ALL = "0" * 64
"""What stands in the first entry for the hash of the line before."""
SUFFIX = ".transcript.jsonl"
MOST_BYTES = 256 << 20
RESERVE = 1 << 20  # of them, for entries of CLOSING
CLOSING = ("linked", "claimed", "ended", "revealed")
"""What may still be said of a session that is full: who comes back to it can end it, and open the cards."""
MOST_LINE = 8 << 20  # the first holds a scenario of at most 1 MiB, letters outside ASCII written as \u escapes
_ALTERED = "It was altered since it was written: take it from a copy"


@dataclass(frozen=True)
class Written:
    """What a transcript holds: its whole entries, the hash of the last line, how many bytes they have, and how many a torn line has after them."""

    entries: tuple[Entry, ...]
    last: str
    length: int
    torn: int = 0

    def remark(self, path: Path) -> str:
        """What is to be said of the torn line; "" where there is none."""
        if not self.torn:
            return ""
        line = len(self.entries) + 1
        return f"{path}:{line}: the last line is torn ({size_in_words(self.torn)}): it was never acknowledged, and is no entry"


def line_of(entry: Entry) -> bytes:
    """An entry as it stands in the file. Raises SessionError for what JSON cannot hold."""
    try:
        return json.dumps(entry, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"
    except (TypeError, ValueError, RecursionError) as error:
        raise SessionError(f"an entry that a transcript cannot hold: {error}") from error


def parse_transcript(data: bytes, where: str) -> Written:
    """The entries of a file, every link of the chain checked. Raises SessionError with `where:line` at the first that is not as it was written."""
    entries: list[Entry] = []
    last, length = BEFORE_ALL, 0
    pieces = data.split(b"\n")
    for number, piece in enumerate(pieces[:-1], 1):
        entries.append(_entry(piece, number, last, f"{where}:{number}"))
        last = hashlib.sha256(piece).hexdigest()
        length += len(piece) + 1
    return Written(tuple(entries), last, length, len(pieces[-1]))


def _entry(piece: bytes, number: int, last: str, at: str) -> Entry:
    if len(piece) > MOST_LINE:
        raise SessionError(
            f"a line of {size_in_words(len(piece))}", where=at, next=f"A line has at most {size_in_words(MOST_LINE)}"
        )
    try:
        entry = strict_json(piece)
    except SessionError as error:
        raise SessionError(f"this line is no entry: {error.what}", where=at, next=_ALTERED) from error
    if not isinstance(entry, dict):
        raise SessionError("this line is no entry", where=at, next=_ALTERED)
    found = cast("dict[str, Any]", entry)
    if found.get("number") != number or type(found["number"]) is not int:
        raise SessionError(f"entry {number} says that its number is {found.get('number')!r}", where=at, next=_ALTERED)
    if found.get("before") != last:
        what = "this entry does not follow the line before it: the chain of hashes is broken"
        raise SessionError(what, where=at, next=_ALTERED)
    return found


def read_transcript(path: Path) -> Written:
    """The entries of a transcript. Raises SessionError where there are none, or they are not as they were written."""
    try:
        with explained(path):
            if path.stat().st_size > MOST_BYTES:
                raise SessionError(f"a transcript of more than {size_in_words(MOST_BYTES)}", where=str(path))
            data = path.read_bytes()
    except StoreError as error:
        raise SessionError(f"it cannot be read: {error.what}", where=str(path)) from error
    return _some(parse_transcript(data, str(path)), path)


def _some(written: Written, path: Path) -> Written:
    if not written.entries:
        what = "its only line is torn" if written.torn else "the file is empty"
        raise SessionError(
            f"a transcript without a whole entry: {what}", where=str(path), next="Nothing was acknowledged: delete it"
        )
    return written


class TranscriptFile:
    """A transcript that is being written. `written` is what it held when it was opened."""

    def __init__(self, file: AppendOnly, written: Written) -> None:
        self._file = file
        self.written = written
        self.count = len(written.entries)
        self._last = written.last

    @classmethod
    def create(cls, path: Path) -> TranscriptFile:
        """A new one, which has no entry yet. Raises StoreError where there is a file already."""
        return cls(AppendOnly(path, new=True), Written((), BEFORE_ALL, 0))

    @classmethod
    def resume(cls, path: Path) -> TranscriptFile:
        """One that is there, without its torn line. Raises SessionError and StoreError as reading does, or where another process has it."""
        file = AppendOnly(path)
        try:
            written = _some(parse_transcript(file.read(), str(path)), path)
            if written.torn:
                file.cut(written.length)
        except BaseException:
            file.close()
            raise
        return cls(file, written)

    @property
    def length(self) -> int:
        """Bytes."""
        return self._file.length

    def numbered(self, fields: Sequence[Entry]) -> tuple[tuple[Entry, ...], bytes, str]:
        """Entries with their numbers and hashes, as they would stand next: the entries, their bytes, the hash of the last line."""
        entries: list[Entry] = []
        lines, last = b"", self._last
        for place, one in enumerate(fields, self.count + 1):
            entry = {"number": place, "before": last, **one}
            line = line_of(entry)
            last = hashlib.sha256(line[:-1]).hexdigest()
            entries.append(entry)
            lines += line
        return tuple(entries), lines, last

    def append(self, fields: Sequence[Entry]) -> tuple[Entry, ...]:
        """Write entries down to the disk, all or none; they are acknowledged by the return.

        Raises SessionError where the transcript is full, and StoreError where the disk refuses; nothing was written then.
        """
        entries, lines, last = self.numbered(fields)
        most = MOST_BYTES if all(one.get("kind") in CLOSING for one in fields) else MOST_BYTES - RESERVE
        if self._file.length + len(lines) > most:
            raise SessionError("the transcript is full", where=str(self._file.path), next="End the session, and open another one")
        self._file.append(lines)
        self.count, self._last = self.count + len(entries), last
        return entries

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
