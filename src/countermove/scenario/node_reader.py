"""The walk over a tree: every reader takes a node and gives a value of the right type, noting mistakes as it goes.

After a mistake a reader returns something harmless, so that the walk goes on and finds the others: one issue a mistake.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from countermove.errors import UnitError
from countermove.scenario.keys import RENAMED, SHAPES, Key
from countermove.scenario.suggestions import suggested_month, suggested_number
from countermove.scenario.tree import Entries, Issues, Items, Mark, Node, Scalar
from countermove.scenario.unsayable import instead_of
from countermove.spelling import closest
from countermove.units import factor, split

NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
# the figures of a file are 0 to 9: Python's own \d would let those of every script pass
MONTH = re.compile(r"([0-9]{4})-([0-9]{2})", re.ASCII)
NUMBER = re.compile(r"[+-]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?", re.ASCII)
LIKE_A_NUMBER = re.compile(r"[+-]?(?:\d|\.\d|\.?(?:inf|nan)\b)", re.IGNORECASE)
TRUTHS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
MOST = 1e15
MOST_TITLE = 60  # characters: a title is the head of a column
NOTHING = ("", "~", "null", "Null", "NULL")
RESERVED = frozenset(
    ("and", "or", "not", "within", "min", "max", "abs", "share", "slope", "mean", "true", "false", "incident", "start")
)


def listed(words: Iterable[str], most: int = 8) -> str:
    """`one of a, b, c`, shortened."""
    words = list(words)
    return ("one of " if len(words) > 1 else "") + ", ".join(words[:most]) + (", …" if len(words) > most else "")


def blank(text: str) -> bool:
    """Whether a reader would see nothing: spaces of every kind, marks without width."""
    return all(letter.isspace() or unicodedata.category(letter) == "Cf" for letter in text)


class NodeReader:
    """Reads plain values from nodes and collects the mistakes."""

    def __init__(self, issues: Issues) -> None:
        """Share one list of issues with the tree's builder."""
        self.issues = issues
        self.nowhere = Mark("")  # stands for what a required key would have given
        self.unread: set[str] = set()  # kinds of names of which the list could not be read: nobody can say which are unknown
        self._unsure: set[Mark] = set()  # mappings with a key that could mean anything
        self._strangers: dict[tuple[str, str], int] = {}  # kind and name of what nothing bears -> its place among the mistakes

    # --- one slip, one mistake ----------------------------------------------------------------------------------------

    def refuse(self, node: Node | Mark, message: str, expected: str = "", suggestion: str = "") -> None:
        """Note one mistake at a node; a value that has one already gets no second."""
        mark = node if isinstance(node, Mark) else node.mark
        if isinstance(node, Scalar) and self.wrong(node) and mark != self.nowhere:
            return
        if not isinstance(node, Mark):
            self.issues.wrong.add((isinstance(node, Scalar), mark))
        self.issues.refuse(mark, message, expected, suggestion)

    def wrong(self, node: Node | None) -> bool:
        """Whether a mistake was noted at this very node: what it says is then unknown, and nothing can be held against it."""
        return node is not None and (isinstance(node, Scalar), node.mark) in self.issues.wrong

    def unsure(self, node: Node | None) -> bool:
        """Whether something may be written in this mapping that could not be read: then nothing can be said to be missing there."""
        return node is not None and (not isinstance(node, Entries) or node.mark in self._unsure)

    def unknown_name(self, kind: str, word: str, node: Node | Mark, message: str, expected: str = "", suggestion: str = "") -> None:
        """Note a name that nothing bears: once, however often it is written, and not at all where the list of such names is unread."""
        if kind in self.unread or (isinstance(node, Scalar) and self.wrong(node)):
            return
        if (kind, word) in self._strangers:
            if isinstance(node, Scalar):
                self.issues.wrong.add((True, node.mark))
            self.issues.again(self._strangers[kind, word], node if isinstance(node, Mark) else node.mark)
            return
        self._strangers[kind, word] = len(self.issues.found)
        self.refuse(node, message, expected, suggestion)

    # --- shapes -------------------------------------------------------------------------------------------------------

    def section(self, node: Node, shape: str, extra: Sequence[str] = ()) -> dict[str, Node]:
        """The entries of a section by key: unknown keys and missing ones are mistakes. `extra` keys are allowed too."""
        keys = SHAPES[shape]
        return self.keyed(node, keys, self._noun(shape), extra)

    def keyed(self, node: Node, keys: Sequence[Key], noun: str, extra: Sequence[str] = ()) -> dict[str, Node]:
        """As `section`, for keys given one by one."""
        allowed = [key.name for key in keys if key.name != "held-by-SIDE"] + list(extra)
        if not isinstance(node, Entries):
            tight = re.match(r"([a-z][a-z0-9-]*):\S", node.text) if isinstance(node, Scalar) else None
            spaced = "a space after the colon; " if tight is not None and tight[1] in allowed else ""
            self.refuse(node, f"{noun} cannot be {self.described(node)}", f"{spaced}a mapping with {listed(allowed)}")
            return {}
        written = {key.text for key, _ in node.entries}
        entries: dict[str, Node] = {}
        missing = [key.name for key in keys if key.required and key.name not in written]
        unknown = [key for key, _ in node.entries if key.text not in allowed]
        for key, value in node.entries:
            if key.text in allowed:
                entries[key.text] = value
                continue
            if " " in key.text and isinstance(value, Scalar) and value.text == "":
                self.refuse(key, f'"{key.text}" stands alone after a comma', "quotes around a text with a comma in it")
                continue
            near = closest(key.text, [name for name in allowed if name not in written]) or closest(key.text, allowed)
            near = RENAMED[key.text] if RENAMED.get(key.text) in allowed else near
            near = "" if instead_of(key.text) else near  # what cannot be said is no slip of the keys
            tight = re.fullmatch(r"([a-z][a-z0-9-]*):(\S+)", key.text)
            if tight is not None and tight[1] in allowed and isinstance(value, Scalar) and value.text == "":
                self.refuse(key, f'"{key.text}" has no space after its colon', "a space after the colon", f"{tight[1]}: {tight[2]}")
                entries.setdefault(tight[1], replace(key, text=tight[2]))
                continue
            lacking = missing[0] if len(unknown) == len(missing) == 1 else ""
            expected = f"{lacking}, which is missing" if lacking and not near else self._keys(key.text, allowed)
            self.refuse(key, f'"{key.text}" is not a key of {noun}', expected, near)
            meant = near or lacking
            if meant and meant not in written and not key.coined:
                entries.setdefault(meant, value)  # read on under the key that was meant, so that one slip is one mistake
                if isinstance(value, Scalar):
                    self.issues.wrong.add(
                        (True, value.mark)
                    )  # and nothing is held against its value, should another have been meant
            elif not meant:
                self._unsure.add(node.mark)
        for key in keys:
            if key.required and key.name not in entries and not self.unsure(node):
                self.refuse(node, f'{noun} has no "{key.name}"', key.doc)
        return entries

    def _keys(self, key: str, allowed: Sequence[str]) -> str:
        """The keys that may stand here, and where the one that was found may."""
        homes = [self._noun(shape) for shape, keys in SHAPES.items() if any(known.name == key for known in keys)]
        here = listed(allowed, 24)
        if homes:
            return f"{here}; {key} is a key of {' and of '.join(homes[:3])}"
        return instead_of(key) or here

    def named(self, node: Node | None, noun: str, most: int = 200) -> list[tuple[Scalar, Node]]:
        """The entries of a mapping whose keys people choose: kebab-case names."""
        if node is None:
            return []
        if not isinstance(node, Entries):
            self.refuse(node, f"{noun} cannot be {self.described(node)}", "a mapping of names")
            self.unread.add(noun)
            return []
        names = [key.text for key in node.written]
        for key, _ in node.entries:
            self.refuse_coined(key, names, noun)
        if len(names) > most:
            self.refuse(node, f"{len(names)} {noun}", f"at most {most}")
        found = [(self.check_name(key, names), value) for key, value in node.entries if not key.coined][:most]
        if any(self.wrong(key) and not NAME.fullmatch(key.text) for key, _ in found):
            self.unread.add(noun)
        return found

    def refuse_coined(self, key: Scalar, names: Sequence[str], noun: str) -> None:
        """Note a mistake for each path that goes through a name that is not there: an override changes what is, and adds no one."""
        for mark in key.coined:
            self.refuse(mark, f'there is no "{key.text}" among the {noun}', listed(names, 24) or "none", closest(key.text, names))

    def check_name(self, key: Scalar, taken: Sequence[str] = ()) -> Scalar:
        """A name that people choose: lower case, digits and hyphens, and no word of the expression language.

        After a mistake the answer is the name that was meant, so that what refers to it is found. A name that is `taken` is not suggested.
        """
        if not NAME.fullmatch(key.text):
            plain = re.sub(r"[^a-z0-9]+", "-", key.text.lower()).strip("-")
            meant = plain if NAME.fullmatch(plain) else ""
            wanted = "lower-case letters, digits and hyphens, a letter first"
            free = meant not in taken
            self.refuse(
                key, f'"{key.text}" is not a name', wanted if free else f"{wanted}; {meant} is taken", meant if free else ""
            )
            return replace(key, text=meant or key.text)
        if key.text in RESERVED:
            self.refuse(key, f'"{key.text}" is a word of the language', "another name")
        return key

    def items(self, node: Node | None, noun: str, most: int = 500) -> tuple[Node, ...]:
        """The items of a list."""
        if node is None:
            return ()
        if not isinstance(node, Items):
            word = node.text.strip("()[] ") if isinstance(node, Scalar) else ""
            dash = "a dash and a space before each item, or " if word.startswith("-") else ""
            near = (
                f"[{word}]" if len(word) <= 40 and re.fullmatch(r"[a-z0-9][\w-]*", word) and self.described(node) != "empty" else ""
            )
            self.refuse(node, f"{noun} cannot be {self.described(node)}", f"{dash}a list: [ … ]", near)
            return ()
        if len(node.items) > most:
            self.refuse(node, f"{len(node.items)} {noun}", f"at most {most}")
        return node.items[:most]

    @staticmethod
    def described(node: Node) -> str:
        """What a node is, in words."""
        if isinstance(node, Entries):
            return "a mapping"
        if isinstance(node, Items):
            return "a list"
        short = node.text if len(node.text) <= 40 else node.text[:37] + "…"
        if (node.plain and node.text in NOTHING) or blank(node.text):
            return "empty"
        return f'"{short}"'

    @staticmethod
    def _noun(shape: str) -> str:
        plain = shape.replace("-", " ")
        if shape in ("orders", "settings", "truces", "territory", "diplomacy", "codes"):
            return plain
        return ("an " if plain[0] in "aeiou" else "a ") + plain

    # --- plain values -------------------------------------------------------------------------------------------------

    def text(self, node: Node | None, noun: str = "text", most: int = 20_000, expected: str = "text") -> str:
        """Text, kept as written; a text of nothing but spaces is a mistake. It is "" after a mistake only, and where there is no node."""
        if node is None:
            return ""
        if not isinstance(node, Scalar) or (node.plain and node.text in NOTHING) or blank(node.text):
            self.refuse(node, f"{noun} cannot be {self.described(node)}", expected)
            return ""
        if len(node.text) > most:
            self.refuse(node, f"{noun} of {len(node.text)} characters", f"at most {most}")
            return ""
        if node.cut:
            found = f'{noun} that ends where the comment "{node.cut[:40]}" begins'
            self.refuse(node, found, "quotes around a text with # in it, or # and a space before a comment")
        return node.text

    def title(self, entries: Mapping[str, Node]) -> str:
        """What people call the thing of a section; "" where nothing is written."""
        node = entries.get("title")
        text = self.text(node, "a title", MOST_TITLE)
        if node is not None and "\n" in text:
            self.refuse(node, "a title with a line break", "one line")
            return ""
        return text

    def told_apart(self, things: Iterable[tuple[Scalar, Node]], made: Callable[[str], str]) -> None:
        """Refuse titles that two things of a section share; `made` makes that of a thing that has none from its key."""
        shared: dict[str, list[tuple[Scalar, Node | None]]] = {}
        for key, thing in things:
            node = thing.get("title") if isinstance(thing, Entries) else None
            title = node.text if isinstance(node, Scalar) else made(key.text)
            if not key.coined and not self.wrong(node):
                shared.setdefault(" ".join(title.split()).casefold(), []).append((key, node))
        for bearers in shared.values():
            first = next((bearer for bearer in bearers if bearer[1] is None), bearers[0])
            for key, node in bearers:
                if node is not None and key is not first[0]:
                    message = f'"{key.text}" has the title of "{first[0].text}"'
                    self.refuse(node, message, "a title of its own: people read titles, and no names")

    def word(self, node: Node, options: Iterable[str], noun: str, default: str) -> str:
        """One of a set of words."""
        known = list(options)
        if isinstance(node, Scalar) and node.text in known:
            return node.text
        near = closest(node.text, known) if isinstance(node, Scalar) else ""
        self.refuse(node, f"{noun} cannot be {self.described(node)}", listed(known), near)
        return near or default

    def boolean(self, node: Node) -> bool:
        """Only `true` and `false`: the yes, no, on and off of old YAML are refused."""
        if isinstance(node, Scalar) and node.text in ("true", "false"):
            return node.text == "true"
        near = TRUTHS.get(node.text.lower(), closest(node.text, ("true", "false"))) if isinstance(node, Scalar) else ""
        self.refuse(node, f"{self.described(node)} is neither true nor false", "true or false", near)
        return near == "true"

    def month(self, node: Node, default: int = 0, words: Sequence[str] = ()) -> int:
        """A month `YYYY-MM` as year * 12 + month - 1; after a mistake the one that was meant, else `default`. `words` may stand there too."""
        if isinstance(node, Scalar):
            match = MONTH.fullmatch(node.text)
            if match and 1 <= int(match[2]) <= 12 and int(match[1]) >= 1000:
                return int(match[1]) * 12 + int(match[2]) - 1
            near = closest(node.text, words) or suggested_month(node.text)
            expected = "year and month, such as 2018-04" + "".join(f", or {word}" for word in words)
            self.refuse(node, f"{self.described(node)} is not a month", expected, near)
            meant = MONTH.fullmatch(near)
            return int(meant[1]) * 12 + int(meant[2]) - 1 if meant else default
        self.refuse(node, f"a month cannot be {self.described(node)}", "year and month, such as 2018-04")
        return default

    def plain(self, node: Node, unit: str = "", bounds: tuple[float, float] = (-math.inf, math.inf), default: float = 0.0) -> float:
        """One number without uncertainty, in `unit` (converted to it where another is written), inside `bounds`."""
        value = self.quantity(node, unit)
        if value is None:
            return default
        if not bounds[0] <= value <= bounds[1]:
            self.refuse(node, f"{self.described(node)} is out of range", self.between(bounds, unit))
            return default
        return value

    def quantity(self, node: Node, unit: str, several: bool = False) -> float | None:
        """`3` or `47 million USD` in `unit`; None after a mistake. `several` where a distribution may stand in its place."""
        if not isinstance(node, Scalar):
            self.refuse(node, f"a number cannot be {self.described(node)}", "a number")
            return None
        value = self.finite(node.text)
        if value is None:
            parts = None if len(node.text) > 200 or LIKE_A_NUMBER.match(node.text) is None else split(node.text)
            if parts is None or not math.isfinite(parts[0]):
                self.not_a_number(node, "a number" + (f", in {unit}" if unit else ""), several)
                return None
            value = self.converted(node, parts[0], parts[1], unit)
        if value is not None and abs(value) > MOST:
            self.refuse(node, f"{self.described(node)} is out of range", f"at most {MOST:g} in size")
            return None
        return value

    def not_a_number(self, node: Scalar, expected: str, several: bool = False) -> None:
        """Note what was written in place of a number, and which number it may stand for."""
        self.refuse(node, f"{self.described(node)} is not a number", expected, suggested_number(node.text, several))

    @staticmethod
    def finite(text: str) -> float | None:
        """The number that `text` is, or None: octal, hexadecimal, 1_000, 1:30, .inf and .nan are not numbers here."""
        value = float(text) if len(text) <= 60 and NUMBER.fullmatch(text) else math.nan
        return value if math.isfinite(value) else None

    def converted(self, node: Node, value: float, found: str, wanted: str) -> float | None:
        """`value` in another unit; None after a mistake."""
        try:
            return value * factor(found, wanted)
        except UnitError as error:
            self.refuse(node, error.what, wanted or "a number without a unit", error.next)
            return None

    def integer(self, node: Node, bounds: tuple[int, int], default: int) -> int:
        """A whole number inside `bounds`."""
        if isinstance(node, Scalar) and re.fullmatch(r"[+-]?(0|[1-9][0-9]{0,8})", node.text):
            value = int(node.text)
            if bounds[0] <= value <= bounds[1]:
                return value
            self.refuse(node, f"{value} is out of range", f"a whole number from {bounds[0]} to {bounds[1]}")
            return default
        meant = (suggested_number(node.text) or node.text).partition(" ")[0] if isinstance(node, Scalar) else ""
        near = meant if re.fullmatch(r"-?[0-9]{1,9}", meant) and bounds[0] <= int(meant) <= bounds[1] else ""
        self.refuse(node, f"{self.described(node)} is not a whole number", f"a whole number from {bounds[0]} to {bounds[1]}", near)
        return default

    @staticmethod
    def between(bounds: tuple[float, float], unit: str = "") -> str:
        """`from 0 to 1`, in words."""
        low, high = bounds
        suffix = f" ({unit})" if unit else ""
        if math.isinf(low) and math.isinf(high):
            return f"a finite number{suffix}"
        if math.isinf(high):
            return f"at least {low:g}{suffix}"
        if math.isinf(low):
            return f"at most {high:g}{suffix}"
        return f"from {low:g} to {high:g}{suffix}"
