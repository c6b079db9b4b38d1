"""What was meant by a text that is not YAML: the parser knows where it stopped, and a person wants to know which slip led there.

Each rule below knows one mistake and answers with a `Mistake`, or None where it is another. The first answer is told; where none knows, the
parser's own words are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from countermove.scenario.keys import SHAPES

_KEY = re.compile(r"\s*(?:- +)*(?P<key>[^\s:#{}\[\],\"'][^:#{}\[\],]*?)\s*:(?:\s|$)")
_KEYS = frozenset(key.name for keys in SHAPES.values() for key in keys)
_PAIRS = {"{": "}", "[": "]"}


@dataclass(frozen=True)
class Mistake:
    """A slip in words: its line and column from 0, what is there, what was expected, what may have been meant."""

    line: int
    column: int
    message: str
    expected: str = ""
    suggestion: str = ""


@dataclass(frozen=True)
class ParserStop:
    """Where the parser stopped (line and column from 0), what it was at and what it missed, and where that began, if it says so."""

    lines: tuple[str, ...]
    line: int
    column: int
    context: str
    problem: str
    began: tuple[int, int] | None

    @property
    def text(self) -> str:
        """The line at which it stopped."""
        return self.at(self.line)

    def at(self, place: int) -> str:
        """A line by its number, "" where there is none."""
        return self.lines[place] if 0 <= place < len(self.lines) else ""

    @property
    def here(self) -> str:
        """The letter at which it stopped; "" at the end of a line."""
        return self.text[self.column : self.column + 1]

    @property
    def before(self) -> int:
        """The last line above with something on it, -1 where there is none."""
        return next((place for place in range(min(self.line, len(self.lines)) - 1, -1, -1) if _content(self.lines[place])), -1)


def mistake_at(stopped: ParserStop) -> Mistake | None:
    """The slip that made the parser stop there; None where no rule knows it."""
    return next((found for rule in _RULES if (found := rule(stopped)) is not None), None)


def _content(line: str) -> str:
    bare = line.strip()
    return "" if bare.startswith("#") else bare


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


# --- letters that are not what they look like -------------------------------------------------------------------------


def _odd_space(stopped: ParserStop) -> Mistake | None:
    """A tab or an unusual space before a line, or between a key and its value."""
    for place in (stopped.line, stopped.before):
        line = stopped.at(place)
        for column, letter in enumerate(line):
            edge = not line[:column].strip() or line[:column].rstrip("\u00a0\t ").endswith((":", "-"))
            if not edge:
                continue
            if letter == "\t" and not line[:column].strip():
                return Mistake(place, column, "a tab before this line", "spaces: two for each step")
            if letter != " " and unicodedata.category(letter) in ("Zs", "Cf"):
                return Mistake(place, column, f"an unusual space, U+{ord(letter):04X}", "a plain space")
    return None


def _open_quote(stopped: ParserStop) -> Mistake | None:
    """A quote that nothing closes, or that is closed many lines on by the next one."""
    if "quoted scalar" in stopped.context and "end of stream" in stopped.problem and stopped.began:
        return Mistake(*stopped.began, "the quote that opens here is not closed", "a quote at the end of the text")
    for place in range(min(stopped.line, len(stopped.lines) - 1), -1, -1):
        line = re.sub(r"\s#.*", "", stopped.at(place))
        if line.count('"') % 2 and '"' not in re.sub(r"'[^']*'", "", line).replace('"', "", 1):
            at = line.index('"')
            if re.search(r"(?:^|[:,\[{]|- )\s*$", line[:at]):
                return Mistake(place, at, "the quote that opens here is not closed on its line", "a quote at the end of the text")
    return None


def _after_quote(stopped: ParserStop) -> Mistake | None:
    """More text after a closing quote or bracket: an apostrophe, a quoted word that begins a sentence."""
    head = stopped.text[: stopped.column].rstrip()
    if "did not find expected key" not in stopped.problem or not head.strip("- "):
        return None
    if stopped.here == ",":
        return Mistake(stopped.line, stopped.column, "a comma at the end of the line", "no comma: each line is an entry of its own")
    if stopped.here in ("]", "}"):
        return Mistake(stopped.line, stopped.column, f'a "{stopped.here}" that nothing opens', "as many brackets opened as closed")
    if head.endswith("'") and stopped.text[len(head) : len(head) + 1].isalpha():
        return Mistake(stopped.line, len(head) - 1, "an apostrophe ends the text in single quotes", "double quotes around it")
    if head.endswith(("'", '"')):
        return Mistake(
            stopped.line, stopped.column, "text goes on after its closing quote", "quotes around the whole text, or none"
        )
    if head.endswith(("]", "}")):
        return Mistake(
            stopped.line,
            stopped.column,
            "text goes on after its closing bracket",
            "quotes around a text that begins with a bracket",
        )
    return None


def _beginning(stopped: ParserStop) -> Mistake | None:
    """A text that begins with a letter that means something in YAML."""
    if not re.search("cannot start|alphabetic|comment or line break|mapping keys", stopped.problem):
        return None
    begins = list(re.finditer(r"(?:^|[:,\[{]|- )\s*([@`%*&!?|>])", stopped.text[: stopped.column + 1]))
    if not begins:
        return None
    letter = begins[-1]
    return Mistake(stopped.line, letter.start(1), f'a text that begins with "{letter[1]}"', "quotes around it")


# --- colons -----------------------------------------------------------------------------------------------------------


def _colon(stopped: ParserStop) -> Mistake | None:
    """A colon inside a text, or a key under one that has its value, or a line above without its colon."""
    if "mapping values are not allowed" not in stopped.problem:
        return None
    if re.match(r"\s*-[^\s-]", stopped.text):
        return _without_colon(stopped.line, stopped.text)
    first = _KEY.match(stopped.text)
    if first is not None and first.end() - 1 < stopped.column:
        value = stopped.text[first.end() :].strip()
        quoted = f'{first["key"]}: "{value}"' if '"' not in value and len(value) <= 60 else ""
        return Mistake(stopped.line, stopped.column, "a colon inside a text", "quotes around a text with a colon in it", quoted)
    if stopped.before < 0:
        return None
    above = stopped.at(stopped.before)
    return _without_colon(stopped.before, above) or _too_far_in(stopped, above)


def _short(text: str) -> str:
    """A suggestion that fits on the line; else none."""
    return text if len(text) <= 70 else ""


def _without_colon(place: int, line: str) -> Mistake | None:
    """A line that should be `key: value` and has no colon, or none with a space after it."""
    column, bare = _indent(line), _content(line)
    if re.match(r"-[^\s-]", bare):
        return Mistake(
            place, column, "a dash without a space after it", "a dash and a space before each item", _short(f"- {bare[1:]}")
        )
    if bare.startswith(("//", "/*")):
        return Mistake(place, column, "a comment in the manner of another language", "# before a comment")
    if re.search(r":(?:\s|$)", bare):
        return None
    tight = re.match(r"([a-z][a-z0-9-]*):(\S.*)", bare)
    other = re.match(r"([a-z][a-z0-9-]*)\s*(?:=|;|：)\s*(.*)", bare)
    if tight is not None:
        return Mistake(
            place, column, "a colon without a space after it", "a space after the colon", _short(f"{tight[1]}: {tight[2]}")
        )
    if other is not None:
        return Mistake(place, column, "no colon after the key", "key: value", _short(f"{other[1]}: {other[2]}"))
    key, _, value = bare.partition(" ")
    near = ""
    if key in _KEYS or not value:
        near = _short(f"{key}: {value}") if value else f"{key}:"
    return Mistake(place, column, "no colon on this line", "key: value", near)


def _too_far_in(stopped: ParserStop, above: str) -> Mistake | None:
    depth = _indent(stopped.text)
    if depth <= _indent(above):
        return None
    message = "this line is further in than the one above, which has its value already"
    return Mistake(stopped.line, depth, message, f"{_indent(above)} spaces before it, or quotes around a text of several lines")


def _no_colon(stopped: ParserStop) -> Mistake | None:
    """A key that stands alone."""
    if "could not find expected ':'" not in stopped.problem or stopped.began is None:
        return None
    place = stopped.began[0]
    return _without_colon(place, stopped.at(place))


# --- brackets ---------------------------------------------------------------------------------------------------------


def _brackets(stopped: ParserStop) -> Mistake | None:
    """Inside { } or [ ]: a missing comma, a colon inside a text, a bracket of the wrong kind, or one that is never closed."""
    if "while parsing a flow" not in stopped.context or stopped.began is None:
        return None
    opened = stopped.at(stopped.began[0])[stopped.began[1] : stopped.began[1] + 1]
    inside = stopped.text[stopped.began[1] + 1 if stopped.began[0] == stopped.line else 0 : stopped.column]
    entry = re.split(r",\s", inside)[-1]
    if "node content" in stopped.problem and stopped.here:
        return Mistake(stopped.line, stopped.column, "nothing between two commas", "an item, or one comma")
    if stopped.here in ("]", "}") and opened in _PAIRS and stopped.here != _PAIRS[opened]:
        message = f'a "{stopped.here}" closes the "{opened}" of line {stopped.began[0] + 1}'
        return Mistake(stopped.line, stopped.column, message, f'"{_PAIRS[opened]}"')
    if stopped.here in ("[", "{") and entry.strip():
        return Mistake(
            stopped.line, stopped.column, f'a "{stopped.here}" inside a text', "quotes around a text or condition with brackets"
        )
    if _content(inside) and stopped.began[0] == stopped.line and ";" in entry:
        return Mistake(stopped.line, stopped.began[1] + 1 + inside.index(";"), "a semicolon between entries", "a comma")
    return _two_colons(stopped, inside) or _unclosed(stopped, opened)


def _two_colons(stopped: ParserStop, inside: str) -> Mistake | None:
    """`rung: training diplomacy: high` lacks a comma, `ask: What if: this` lacks quotes."""
    rest = re.split(r",\s", inside)[-1] + stopped.text[stopped.column :]
    words = re.match(r"\s*[^\s:]+:\s+(.*?)([A-Za-z][\w-]*)\s*:(?:\s|$)", rest)
    if words is None or stopped.here not in (":", *words[2][:1]) or '"' in words[1]:
        return None
    if words[2] in _KEYS and not re.search(rf"(?:^|,)\s*{words[2]}:", inside):
        begins = stopped.column - (len(words[2]) if stopped.here == ":" else 0)
        if stopped.text[max(begins, 0) :][: len(words[2])] != words[2]:
            return None  # a line that some readers end elsewhere: the word stands in none of its places
        return Mistake(stopped.line, begins, f'no comma before "{words[2]}"', "a comma between entries")
    return Mistake(stopped.line, stopped.column, "a colon inside a text", "quotes around a text with a colon in it")


def _unclosed(stopped: ParserStop, opened: str) -> Mistake | None:
    if stopped.began is None:
        return None
    if opened not in _PAIRS:
        last = _last_open(stopped)
        return (
            None
            if last is None
            else Mistake(*last, "the bracket that opens here is not closed", "as many brackets closed as opened")
        )
    if stopped.began[0] == stopped.line and stopped.here not in ("", ":"):
        return Mistake(
            stopped.line, stopped.column, "no comma before this", "a comma between entries, or quotes around the whole text"
        )
    return Mistake(*stopped.began, f'the "{opened}" that opens here is not closed', f'"{_PAIRS[opened]}"')


def _last_open(stopped: ParserStop) -> tuple[int, int] | None:
    """The last bracket that nothing closes before the end."""
    open_: list[tuple[int, int]] = []
    for place, line in enumerate(stopped.lines):
        plain = re.sub(r"\"[^\"]*\"|'[^']*'", lambda match: " " * len(match[0]), line)
        for column, letter in enumerate(plain):
            if letter in _PAIRS:
                open_.append((place, column))
            elif letter in _PAIRS.values() and open_:
                open_.pop()
    return open_[-1] if open_ else None


# --- indentation and lists --------------------------------------------------------------------------------------------


def _lists(stopped: ParserStop) -> Mistake | None:
    """Items on their key's line, and keys among items."""
    if "block sequence entries are not allowed" in stopped.problem:
        wanted = "each item on a line of its own, or in [ ]; quotes around a text that begins with a dash"
        return Mistake(stopped.line, stopped.column, "a list that begins on its key's line", wanted)
    if "expected '-' indicator" in stopped.problem:
        wanted = "a dash and a space before it, or none before those above"
        return Mistake(stopped.line, stopped.column, "this line stands among the items of a list and is none", wanted)
    return None


def _indentation(stopped: ParserStop) -> Mistake | None:
    """A line that begins under none of the lines above it."""
    if "<document start>" in stopped.problem:
        first = next((place for place, line in enumerate(stopped.lines) if _content(line)), 0)
        return Mistake(first, 0, "the first line is further in than the others", "no spaces before it")
    if "did not find expected key" not in stopped.problem or stopped.text[: stopped.column].strip():
        return None
    missing = _without_colon(stopped.before, stopped.at(stopped.before)) if stopped.before >= 0 else None
    if missing is not None and "dash" in missing.message:
        return missing
    levels = sorted({_indent(line) for line in _above(stopped)})
    near = sorted(sorted(levels, key=lambda level: abs(level - stopped.column))[:2])
    message = f"{stopped.column} space{'' if stopped.column == 1 else 's'} before this line, and no line above begins there"
    return Mistake(stopped.line, stopped.column, message, f"{' or '.join(map(str, near))} spaces, as above")


def _above(stopped: ParserStop) -> list[str]:
    """The lines above that this one may stand beside: each less far in than those after it."""
    found: list[str] = []
    for line in reversed(stopped.lines[: stopped.line]):
        if _content(line) and (not found or _indent(line) < _indent(found[-1])):
            found.append(line)
    return found


_RULES: tuple[Callable[[ParserStop], Mistake | None], ...] = (
    _odd_space,
    _open_quote,
    _after_quote,
    _beginning,
    _colon,
    _no_colon,
    _brackets,
    _lists,
    _indentation,
)
