"""YAML text to a tree of nodes with positions, safely: a file from a stranger is data and nothing else.

The parser's events are read one by one, so tags, anchors and aliases are refused before anything is built from them, and
depth is counted before anything recurses. Scalars stay text: what `no`, `2018-01` or `1:30` mean is decided by who reads them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias, cast

import yaml

from countermove.errors import Issue
from countermove.scenario.suggestions import suggested_number
from countermove.scenario.yaml_mistakes import ParserStop, mistake_at

MAX_BYTES = 1 << 20
MAX_DEPTH = 64
MAX_ISSUES = 200
MAX_KEY = 80
MAX_AGAIN = 6
MAX_LINE = 500  # letters of a line in which a slip is looked for: a longer one was hardly typed

_SEPARATORS = re.compile("[\x85\u2028\u2029]")
_ODD_SPACES = re.compile("[\u00a0\u00ad\u1680\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff]")
_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))  # they turn round what is read after them
_CUT = re.compile(r"[ \t]+(#\S.*)")
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Mark:
    """A position, counted from 1; line 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class Scalar:
    """Text as written. `exact` where the characters stand in the file one for one from `offset` columns after the mark.

    `cut`: the comment behind it that may be a part of it, as in `Plan #2`: nothing stands between the "#" and what follows.
    `coined`: for a key that nothing writes, the paths of the overrides that go through it. Where people choose names it is none of them.
    """

    text: str
    mark: Mark
    plain: bool = True
    exact: bool = False
    offset: int = 0
    coined: tuple[Mark, ...] = ()
    cut: str = ""


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    mark: Mark
    cut: bool = (
        False  # whether some comma between two figures has no space after it: it may have been meant to stand inside a number
    )


@dataclass(frozen=True)
class Entries:
    """A mapping, in the order of the file, without duplicate keys."""

    entries: tuple[tuple[Scalar, Node], ...]
    mark: Mark

    def get(self, key: str) -> Node | None:
        """The node under `key`, if there is one."""
        return next((node for scalar, node in self.entries if scalar.text == key), None)

    @property
    def written(self) -> tuple[Scalar, ...]:
        """The keys that stand in a file or in the value of an override, and not in a path alone."""
        return tuple(key for key, _ in self.entries if not key.coined)


Node: TypeAlias = Scalar | Items | Entries


def _visible(message: str) -> str:
    """With the tabs of a text that is quoted in it shown as they are typed."""
    return message.replace("\t", "\\t")


class Stop(Exception):
    """Reading cannot go on: the text is not YAML, or there are too many mistakes to list. The issues hold the reason."""


class Issues:
    """Collects mistakes; stops the reading when the list is too long to be of use."""

    def __init__(self) -> None:
        """Start with none."""
        self.found: list[Issue] = []
        self.wrong: set[tuple[bool, Mark]] = set()  # nodes with a mistake of their own: whether a scalar, where
        self.repeated: dict[int, tuple[str, list[Mark]]] = {}  # place in `found` -> its message, and where else it is made

    def refuse(self, mark: Mark, message: str, expected: str = "", suggestion: str = "") -> None:
        """Note one mistake; raises Stop at the limit."""
        self.found.append(Issue(mark.file, mark.line, mark.column, _visible(message), expected, suggestion))
        if len(self.found) >= MAX_ISSUES:
            raise Stop

    def again(self, place: int, mark: Mark) -> None:
        """Add to the mistake at `place` of the list that it is made at another mark too."""
        first = self.found[place]
        marks = self.repeated.setdefault(place, (first.message, []))[1]
        marks.append(mark)
        where = [str(mark.line) if mark.file == first.file else f"1 of {mark.file}" for mark in marks[:MAX_AGAIN]]
        more = f" and {len(marks) - MAX_AGAIN} more" * (len(marks) > MAX_AGAIN)
        message = f"{self.repeated[place][0]} (also on line{'s' * (len(where) > 1)} {', '.join(where)}{more})"
        self.found[place] = replace(first, message=message)

    def stop(self, mark: Mark, message: str, expected: str = "", suggestion: str = "") -> Stop:
        """Note a mistake that ends the reading; the caller raises what is returned."""
        self.found.append(Issue(mark.file, mark.line, mark.column, _visible(message), expected, suggestion))
        return Stop()


def load(path: Path, issues: Issues, file: str | None = None) -> str:
    """The text of a file, at most 1 MiB of valid UTF-8; raises Stop."""
    name = file or str(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise issues.stop(Mark(name), f"cannot be read: {error.strerror or error}") from None
    return decode(data, issues, name)


def decode(data: bytes, issues: Issues, file: str) -> str:
    """Bytes to text; raises Stop where they are too many or not UTF-8."""
    if len(data) > MAX_BYTES:
        raise issues.stop(Mark(file), "the file is too large", f"at most {MAX_BYTES // 1024} KiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        raise issues.stop(Mark(file, line, column), f"byte 0x{data[error.start]:02x} is not UTF-8", "text in UTF-8") from None
    if "\0" in text:
        before_nul = text[: text.index("\0")]
        line = before_nul.count("\n") + 1
        raise issues.stop(Mark(file, line, len(before_nul) - before_nul.rfind("\n")), "a NUL character", "text")
    return text


def parse(text: str, file: str, issues: Issues) -> Node:
    """The one document in `text` as a tree; raises Stop where it is not YAML."""
    if len(text) > MAX_BYTES:
        raise issues.stop(Mark(file), "the file is too large", f"at most {MAX_BYTES // 1024} KiB")
    separator = _SEPARATORS.search(text)
    if separator is not None:  # YAML 1.1 takes them for ends of lines, editors do not: every position after one would be wrong
        before = text[: separator.start()]
        mark = Mark(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise issues.stop(mark, f"the line separator U+{ord(separator[0]):04X}", "lines that end in a line feed")
    parsed = _without_mistakes(text, file)
    return _TreeBuilder(text, file, issues).document() if parsed is None else parsed


@lru_cache(maxsize=16)
def _without_mistakes(text: str, file: str) -> Node | None:
    """The tree of a text, or None where there is a mistake in it. Kept for the next time: a study reads one file a thousand times."""
    issues = Issues()
    with suppress(Stop):
        root = _TreeBuilder(text, file, issues).document()
        return None if issues.found or issues.wrong else root
    return None


def _cut(before: Any, after: Any) -> bool:
    """Whether nothing but a comma lies between two bare scalars that end and begin with a figure."""
    if not (isinstance(before, yaml.ScalarEvent) and isinstance(after, yaml.ScalarEvent)) or before.style or after.style:
        return False
    end, begin = cast(Any, before).end_mark, cast(Any, after).start_mark
    figures = before.value[-1:].isdigit() and after.value[:1].isdigit()
    return bool(figures and (end.line, end.column + 1) == (begin.line, begin.column))


def _inside(text: str) -> bool:
    """Whether a list can hold this only as the rest of a number: three figures of which the first is 0, and what follows them."""
    return re.match(r"0[0-9]{2}(?![0-9])", text) is not None


class _TreeBuilder:
    """Turns the stream of events into nodes."""

    def __init__(self, text: str, file: str, issues: Issues) -> None:
        self.file = file
        self.issues = issues
        self.events = self._safe(text)
        self.lines = re.split("\r\n|\r|\n", text)

    def _safe(self, text: str) -> Iterator[Any]:
        try:
            yield from yaml.parse(text, Loader=LOADER)
        except yaml.MarkedYAMLError as error:
            raise self.not_yaml(error, text) from None
        except yaml.YAMLError as error:  # a reader error: a character that YAML does not allow
            raise self.issues.stop(self.reader_mark(error, text), f"this is not YAML: {getattr(error, 'reason', error)}") from None
        except (UnicodeError, ValueError) as error:  # lone surrogates, which only text from Python can hold
            raise self.issues.stop(Mark(self.file, 1, 1), f"this is not YAML: {error}") from None

    def mark(self, mark: Any) -> Mark:
        return Mark(self.file) if mark is None else Mark(self.file, mark.line + 1, mark.column + 1)

    def not_yaml(self, error: yaml.MarkedYAMLError, text: str) -> Stop:
        """What the parser stopped at, in the words of the slip that led there, else in its own."""
        at, began = error.problem_mark or error.context_mark, error.context_mark
        if at is not None and at.column < MAX_LINE:
            where = None if began is None else (began.line, began.column)
            lines = tuple(line[:MAX_LINE] for line in re.split(r"\r\n|\r|\n", text))
            stopped = ParserStop(lines, at.line, at.column, str(error.context), str(error.problem), where)
            found = mistake_at(stopped)
            if found is not None:
                mark = Mark(self.file, found.line + 1, found.column + 1)
                if (True, mark) in self.issues.wrong:
                    return Stop()  # noted already, when what stands there was read
                return self.issues.stop(mark, found.message, found.expected, found.suggestion)
        what = " ".join(str(part) for part in (error.context, error.problem) if part)
        return self.issues.stop(self.mark(at), f"this is not YAML: {what}")

    def reader_mark(self, error: Any, text: str) -> Mark:
        character = getattr(error, "character", None)
        at = text.find(chr(character)) if isinstance(character, int) and character <= 0x10FFFF else -1
        before = text[: max(at, 0)]
        return Mark(self.file, before.count("\n") + 1, len(before) - before.rfind("\n"))

    def document(self) -> Node:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise self.issues.stop(self.mark(event.start_mark), "a second document", "one document in a file")
                if event.version or event.tags:
                    raise self.issues.stop(self.mark(event.start_mark), "a YAML directive", "plain YAML without % lines")
            elif isinstance(event, yaml.NodeEvent):
                root = self.node(event, 0)
        if root is None:
            raise self.issues.stop(Mark(self.file, 1, 1), "the file is empty", "a scenario: key and what follows from it")
        return root

    def node(self, event: Any, level: int) -> Node:
        mark = self.mark(event.start_mark)
        if level >= MAX_DEPTH:
            raise self.issues.stop(mark, "nested too deep", f"at most {MAX_DEPTH} levels")
        if isinstance(event, yaml.AliasEvent):
            self.refuse(mark, f"the alias *{event.anchor}", "the thing itself, written out")
            return Scalar("", mark)
        if event.anchor is not None:
            self.refuse(mark, f"the anchor &{event.anchor}", "no anchors: write repeated things out")
        if event.tag is not None:
            self.refuse(mark, f"the tag {event.tag}", "no tags: everything is read as plain data")
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, mark)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(mark, level)
        return self.mapping(mark, level)

    def sequence(self, mark: Mark, level: int) -> Items:
        items: list[Node] = []
        last, cut = None, False
        for event in self.until(yaml.SequenceEndEvent):
            node = self.node(event, level + 1)
            joint = _cut(last, event) and isinstance(node, Scalar)
            before = items[-1] if items else None
            if joint and isinstance(node, Scalar) and isinstance(before, Scalar) and _inside(node.text):
                items[-1] = self.joined(before, node)
            else:
                items.append(node)
            last, cut = event, cut or joint
        return Items(tuple(items), mark, cut)

    def joined(self, before: Scalar, after: Scalar) -> Scalar:
        """What a comma cut in two inside braces or brackets, with a mistake noted where it begins, once."""
        whole = replace(before, text=f"{before.text},{after.text}")
        if (True, before.mark) not in self.issues.wrong:
            self.issues.wrong.add((True, before.mark))
            meant = suggested_number(whole.text)
            expected = "a number without a comma inside" if meant else "quotes around a text with a comma in it"
            self.issues.refuse(before.mark, f'"{whole.text[-40:]}" is cut in two by its comma', expected, meant)
        return whole

    def refuse(self, mark: Mark, message: str, expected: str) -> None:
        """Note what makes a scalar unreadable: its reader says no more about it."""
        self.issues.wrong.add((True, mark))
        self.issues.refuse(mark, message, expected)

    def until(self, end: type) -> Iterator[Any]:
        for event in self.events:
            if isinstance(event, end):
                return
            yield event

    def scalar(self, event: Any, mark: Mark) -> Scalar:
        text: str = event.value
        for character in text:
            # control characters could repaint a terminal when an error quotes them
            if character in _TURNING or (unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t"):
                self.refuse(mark, f"the control character U+{ord(character):04X}", "text")
                text = ""
                break
        plain = event.style is None or event.style == ""
        offset = 0 if plain else 1
        width = event.end_mark.column - event.start_mark.column
        exact = event.start_mark.line == event.end_mark.line and width == len(text) + 2 * offset and event.style not in ("|", ">")
        inside = event.end_mark.line < len(self.lines)  # YAML ends a value of --set that opens a bracket below its last line
        cut = _CUT.match(self.lines[event.end_mark.line], event.end_mark.column) if plain and exact and inside else None
        return Scalar(text, mark, plain, exact, offset, cut="" if cut is None else cut[1].rstrip())

    def without_odd_spaces(self, key: Node) -> Node:
        """A key as it was meant where it holds spaces that only look like spaces."""
        odd = _ODD_SPACES.search(key.text) if isinstance(key, Scalar) and not key.text.isascii() else None
        if not isinstance(key, Scalar) or odd is None:
            return key
        self.refuse(key.mark, f"an unusual space, U+{ord(odd[0]):04X}, in a key", "a plain space")
        return replace(key, text=_ODD_SPACES.sub(" ", key.text).strip())

    def mapping(self, mark: Mark, level: int) -> Entries:
        seen: dict[str, Mark] = {}
        entries: list[tuple[Scalar, Node]] = []
        last = None
        for event in self.until(yaml.MappingEndEvent):
            key = self.without_odd_spaces(self.node(event, level + 1))
            follows, before = _cut(last, event), entries[-1][1] if entries else None
            last = next(self.events)
            value = self.node(last, level + 1)
            if follows and isinstance(key, Scalar) and isinstance(before, Scalar) and value == Scalar("", value.mark, exact=True):
                entries[-1] = entries[-1][0], self.joined(before, key)
                last = event
            elif not isinstance(key, Scalar):
                self.issues.refuse(key.mark, "a list or a mapping used as a key", "a name")
            elif key.text == "<<":
                self.issues.refuse(key.mark, "the merge key <<", "the entries themselves, written out")
            elif len(key.text) > MAX_KEY:
                self.issues.refuse(key.mark, "a very long key", f"at most {MAX_KEY} characters")
            elif key.text in seen:
                self.issues.refuse(
                    key.mark, f'"{key.text}" is written twice', f"one entry; the first is on line {seen[key.text].line}"
                )
            else:
                seen[key.text] = key.mark
                entries.append((key, value))
        return Entries(tuple(entries), mark)
