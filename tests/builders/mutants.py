"""The files that ship, altered: bytes, lines, keys, values, YAML and CSV, by a number each; and what an altered file may be read as.

The oracle is another reader (PyYAML without types, Python's csv): where it finds the same in the altered text as in the original, what was read is
the same; where it finds another value or more, what was read is other, and the value stands in it.
"""

from __future__ import annotations

import csv
import io
import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import yaml

from builders.places import ROOT, WAR_FILE

HEADS = [WAR_FILE, *sorted((ROOT / "scenarios").glob("*.yaml")), *sorted((ROOT / "records").glob("*.yaml"))]
ROWS = [path.with_suffix(".csv") for path in HEADS if path.with_suffix(".csv").is_file()]
Spots = list[tuple[int, int, str]]


@dataclass(frozen=True)
class Mutant:
    """An altered file: which it was, what was done, its bytes, and the value that was put in where it was one."""

    path: Path
    kind: str
    data: bytes
    value: str | None = None


def spots(text: str) -> tuple[Spots, Spots]:
    """Where the keys and the plain values of a YAML text begin and end."""
    keys: Spots = []
    values: Spots = []

    def walk(node: Any, key: bool) -> None:
        if isinstance(node, yaml.ScalarNode):
            (keys if key else values).append((node.start_mark.index, node.end_mark.index, str(node.value)))
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                walk(item, False)
        else:
            for name, value in node.value:
                walk(name, True)
                walk(value, False)

    walk(yaml.compose(text, Loader=yaml.CSafeLoader), False)
    return keys, values


# --- values ---------------------------------------------------------------------------------------------------------------

TYPES = (
    "null",
    "~",
    "true",
    "no",
    "[1, 2]",
    "{a: 1}",
    "''",
    '"7"',
    "-1",
    "0",
    "0.5",
    "1:30",
    "0x10",
    "0o7",
    "1_000",
    "yes",
    "[]",
    "{}",
)
NUMBERS = (
    "1e308",
    "1e309",
    "-1e308",
    "1e-320",
    "9" * 400,
    "1" + "0" * 25,
    "-0.0",
    "1e+03",
    "00012",
    "0.1e1",
    "2147483648",
    "1" * 4000,
)
NOT_FINITE = (".nan", ".inf", "-.inf", "nan", "inf", "-Infinity", "NaN", "1e999")
DATES = (
    "2018-13",
    "2018-00",
    "0000-01",
    "2018-04-31",
    "2018-4",
    "99999-01",
    "2018/04",
    "2018-W05",
    "2018-04T00:00:00Z",
    "1017-04",
    "١٠١٨-٠٤",
)
EMPTY_VALUES = ("", " ", '""', "''", "|", ">-", '"\\u200b"', "  # nothing")
TAGGED = (
    "!!python/name:os.system",
    "!!python/object/apply:os.system ['true']",
    "!!binary aGk=",
    "!!float 3",
    "!!str 3",
    "!!set {a}",
    "!x 1",
)
ANCHORED = ("&a 1", "*a", "&a [*a]", "{<<: {a: 1}}", "&a {b: &b [*a, *b]}")


def _choice_of(kinds: tuple[str, ...]) -> Callable[[str, random.Random], tuple[str, str | None]]:
    def altered(text: str, rng: random.Random) -> tuple[str, str | None]:
        begin, end, _ = rng.choice(spots(text)[1])
        value = rng.choice(kinds)
        return text[:begin] + value + text[end:], value

    return altered


def _other(text: str, rng: random.Random) -> tuple[str, str | None]:
    """A value of elsewhere in the file."""
    _, values = spots(text)
    (begin, end, _), (first, last, _) = rng.choice(values), rng.choice(values)
    value = text[first:last]
    return text[:begin] + value + text[end:], value


def _near(text: str, rng: random.Random) -> tuple[str, str | None]:
    """A number moved by as much as people vary it."""
    numbers = [spot for spot in spots(text)[1] if re.fullmatch(r"-?[0-9.]+", spot[2]) and spot[2].strip(".-")]
    begin, end, word = rng.choice(numbers)
    factor = rng.choice((0.5, 0.9, 1.1, 2, 10, -1))
    value = repr(round(float(word) * factor, 6)) if "." in word or rng.random() < 0.3 else str(int(float(word) * factor))
    return text[:begin] + value + text[end:], value


def _deep(text: str, rng: random.Random) -> tuple[str, str | None]:
    begin, end, _ = rng.choice(spots(text)[1])
    depth = rng.choice((3, 30, 63, 64, 65, 300, 3000))
    left, right = rng.choice((("[", "]"), ("{a: ", "}"), ("[[], ", "]")))
    return text[:begin] + left * depth + "1" + right * depth + text[end:], None


# --- keys and lines -------------------------------------------------------------------------------------------------------


def _swapped_keys(text: str, rng: random.Random) -> tuple[str, str | None]:
    one, other = sorted(rng.sample(spots(text)[0], 2))
    return text[: one[0]] + text[other[0] : other[1]] + text[one[1] : other[0]] + text[one[0] : one[1]] + text[other[1] :], None


def _other_key(text: str, rng: random.Random) -> tuple[str, str | None]:
    begin, end, word = rng.choice(spots(text)[0])
    new = rng.choice(
        (
            word.upper(),
            word + "s",
            word[1:],
            word[:-1],
            f'"{word}"',
            f"? {word}",
            word + " ",
            "a" * 90,
            "<<",
            "é" + word,
            word + "\u0301",
        )
    )
    return text[:begin] + new + text[end:], None


def _doubled_key(text: str, rng: random.Random) -> tuple[str, str | None]:
    keys = spots(text)[0]
    (begin, end, _), other = rng.choice(keys), rng.choice(keys)
    return text[:begin] + text[other[0] : other[1]] + text[end:], None


def _lines(act: Callable[[list[str], int, random.Random], None]) -> Callable[[str, random.Random], tuple[str, str | None]]:
    def altered(text: str, rng: random.Random) -> tuple[str, str | None]:
        lines = text.split("\n")
        for _ in range(rng.randint(1, 2)):
            act(lines, rng.randrange(len(lines)), rng)
        return "\n".join(lines), None

    return altered


def _delete(lines: list[str], at: int, rng: random.Random) -> None:
    del lines[at : at + rng.randint(1, 3)]
    lines[:] = lines or [""]


def _double(lines: list[str], at: int, rng: random.Random) -> None:
    lines.insert(rng.choice((at, rng.randrange(len(lines)))), lines[at])


def _swap(lines: list[str], at: int, rng: random.Random) -> None:
    other = rng.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]


def _indent(lines: list[str], at: int, rng: random.Random) -> None:
    lines[at] = rng.choice((" ", "  ", "\t", "\u00a0", "")) + lines[at][rng.choice((0, 0, 1, 2)) :]


YAML = (
    "---\n",
    "...\n",
    "%YAML 1.1\n---\n",
    "%TAG ! tag:x,2000:\n---\n",
    "--- !x\n",
    "? a\n: b\n",
    "- a\n",
    "!!map\n",
    "&a\n",
    "x: *a\n",
)


def _document(text: str, rng: random.Random) -> tuple[str, str | None]:
    lines = text.split("\n")
    at = rng.choice((0, rng.randrange(len(lines))))
    return "\n".join([*lines[:at], rng.choice(YAML).rstrip("\n"), *lines[at:]]), None


# --- rows -----------------------------------------------------------------------------------------------------------------

CELLS = ('"', '""', '"a', 'a"b', '"a""b"', '"1,5"', "1;5", "=1+1", "\t", " ", "", "'", "\u2028", "\ufeff", "\x1b[31m", "a" * 5000)


def _cell(kinds: tuple[str, ...]) -> Callable[[str, random.Random], tuple[str, str | None]]:
    def altered(text: str, rng: random.Random) -> tuple[str, str | None]:
        lines = text.split("\n")
        at = rng.randrange(len(lines))
        cells = lines[at].split(",")
        cells[rng.randrange(len(cells))] = rng.choice(kinds)
        lines[at] = ",".join(cells)
        return "\n".join(lines), None

    return altered


def _other_cell(text: str, rng: random.Random) -> tuple[str, str | None]:
    lines = text.split("\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    cells, others = lines[one].split(","), lines[other].split(",")
    cells[rng.randrange(len(cells))] = rng.choice(others)
    lines[one] = ",".join(cells)
    return "\n".join(lines), None


def _columns(text: str, rng: random.Random) -> tuple[str, str | None]:
    lines = text.split("\n")
    at = rng.choice((0, rng.randrange(len(lines))))
    cells = lines[at].split(",")
    rng.choice((cells.pop, lambda: cells.append("x"), cells.reverse, lambda: rng.shuffle(cells)))()
    lines[at] = ",".join(cells)
    return "\n".join(lines), None


def _separators(text: str, rng: random.Random) -> tuple[str, str | None]:
    other = rng.choice((";", "\t", "|", ", ", " ,"))
    lines = text.split("\n")
    return "\n".join(
        [line.replace(",", other) for line in lines]
        if rng.random() < 0.5
        else [lines[0], *[x.replace(",", other, 1) for x in lines[1:]]]
    ), None


def _quoted(text: str, rng: random.Random) -> tuple[str, str | None]:
    """As a spreadsheet may write it: the same cells."""
    rows, out = list(csv.reader(io.StringIO(text, newline=""))), io.StringIO(newline="")
    csv.writer(out, quoting=rng.choice((csv.QUOTE_ALL, csv.QUOTE_MINIMAL)), lineterminator=rng.choice(("\n", "\r\n"))).writerows(
        rows
    )
    return out.getvalue(), None


# --- bytes ----------------------------------------------------------------------------------------------------------------

BYTES = (
    b"\xff",
    b"\xc3",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\0",
    b"\xef\xbb\xbf",
    b"\x85",
    b"\xe2\x80\xa8",
    b"\x1b[2J",
    b"\r",
    b"\x80",
)


def _flip(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]


def _insert(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(BYTES) + data[at + rng.randint(0, 1) :]


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def _noise(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + rng.randbytes(rng.randint(1, 40)) + data[at:]


def _empty(data: bytes, rng: random.Random) -> bytes:
    return rng.choice(
        (
            b"",
            b"\n",
            b" \n",
            b"# nothing\n",
            b"\xef\xbb\xbf",
            b"---\n",
            b"{}",
            b"[]",
            b"null",
            b"\t",
            b"\0" * 100,
            data[:1],
            b"a" * (1 << 20),
        )
    )


def _whole(data: bytes, rng: random.Random) -> bytes:
    text = data.decode("utf-8")
    ends = [text.replace("\n", end).encode() for end in ("\r\n", "\r")]
    return rng.choice(
        (text.encode("utf-16"), text.encode("utf-8-sig"), *ends, data + data, data * 120, text.encode("latin-1", "replace"))
    )


OF_BYTES = {
    "a bit": _flip,
    "bytes that are no UTF-8, and control signs": _insert,
    "cut off": _cut,
    "noise": _noise,
    "empty": _empty,
    "all of it": _whole,
}
OF_YAML = {
    "another type": _choice_of(TYPES),
    "huge and tiny numbers": _choice_of(NUMBERS),
    "not finite": _choice_of(NOT_FINITE),
    "dates": _choice_of(DATES),
    "empty values": _choice_of(EMPTY_VALUES),
    "tags": _choice_of(TAGGED),
    "anchors and merges": _choice_of(ANCHORED),
    "a value of elsewhere": _other,
    "another number": _near,
    "deep nesting": _deep,
    "keys swapped": _swapped_keys,
    "another key": _other_key,
    "a key twice": _doubled_key,
    "documents": _document,
}
OF_LINES = {
    "lines deleted": _lines(_delete),
    "lines doubled": _lines(_double),
    "lines swapped": _lines(_swap),
    "indents": _lines(_indent),
}
OF_ROWS = {
    "quotes and signs in cells": _cell(CELLS),
    "numbers in cells": _cell((*NUMBERS, *NOT_FINITE, "1.5", "7", "-3", "0")),
    "dates in cells": _cell(DATES),
    "a cell of elsewhere": _other_cell,
    "columns": _columns,
    "separators": _separators,
    "as a spreadsheet writes it": _quoted,
}


def mutant(number: int) -> Mutant:
    """The altered file of this number."""
    rng = random.Random(f"mutant {number}")
    path = rng.choice(rng.choice((HEADS, HEADS, ROWS)))
    data = path.read_bytes()
    if rng.random() < 0.2:
        kind = rng.choice(list(OF_BYTES))
        return Mutant(path, kind, OF_BYTES[kind](data, rng))
    kinds: Mapping[str, Callable[[str, random.Random], tuple[str, str | None]]]
    kinds = OF_LINES if rng.random() < 0.25 else OF_ROWS if path.suffix == ".csv" else OF_YAML
    kind = rng.choice(list(kinds))
    text, value = kinds[kind](data.decode("utf-8"), rng)
    return Mutant(path, kind, text.encode("utf-8"), value)


# --- what a text says, by another reader ----------------------------------------------------------------------------------


def said(path: Path, data: bytes) -> Any:
    """What stands in a text: maps, lists and words, or the cells of rows, without comments and empty rows."""
    text = data.decode("utf-8-sig").replace("\r\n", "\n")
    if path.suffix == ".csv":
        rows = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
        return [row for row in rows if any(cell.strip() for cell in row) and not (row[0].startswith("sep=") or row == ("sep=", ""))]
    return yaml.load(text, Loader=yaml.CBaseLoader)


def alike(one: Any, other: Any) -> bool:
    """Whether two readings mean the same: words without regard to spaces, numbers by their value."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(alike(first, second) for first, second in zip(one, other, strict=True))
    if isinstance(one, str) and isinstance(other, str):
        return " ".join(one.split()) == " ".join(other.split()) or (_number(one) is not None and _number(one) == _number(other))
    return False


def less(one: Any, other: Any) -> bool:
    """Whether the first is the second with something left out, and nothing else."""
    if isinstance(one, dict) and isinstance(other, dict):
        return all(key in other and (alike(part, other[key]) or less(part, other[key])) for key, part in one.items())
    if isinstance(one, list) and isinstance(other, list):
        there = iter(other)
        return all(any(alike(part, candidate) for candidate in there) for part in one)
    return False


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) and "_" not in text else None


def words(thing: Any) -> Iterator[str]:
    """Every word and number that a reading, or what was made of it, holds."""
    if isinstance(thing, Mapping):
        yield from _ends(thing)
        for key, part in thing.items():
            yield from words(key)
            yield from words(part)
    elif is_dataclass(thing):
        for one in fields(thing):
            yield from words(getattr(thing, one.name))
    elif isinstance(thing, list | tuple | set | frozenset):
        for part in thing:
            yield from words(part)
    else:
        yield " ".join(str(thing).split())
        if type(thing) is int and thing > 12 * 1000:  # a month of a record is a number
            yield f"{thing // 12:04d}-{thing % 12 + 1:02d}"


def _ends(prior: Mapping[Any, Any]) -> Iterator[str]:
    """The ends of the range that a prior was written as: nine tenths lie between them."""
    for kind in ("lognormal", "normal"):
        if isinstance(prior.get(kind), list):
            middle, sd = (float(part) for part in prior[kind])
            for side in (-1.6448536269514722, 1.6448536269514722):
                yield repr(middle * math.exp(side * sd) if kind == "lognormal" else middle + side * sd)


def held(value: str, before: Any, after: Any) -> bool:
    """Whether a value that was put in stands in what is written of a reading, more often than before; numbers in any power of ten."""
    more = Counter(words(after)) - Counter(words(before))
    plain = " ".join(str(yaml.load(value, Loader=yaml.CBaseLoader)).split())
    number = _number(plain)
    if number is None:
        return plain in more or any(plain in word for word in more)
    found = [float(part) for word in more for part in re.findall(r"-?[0-9.]+(?:e[-+]?[0-9]+)?", word) if _number(part) is not None]
    return any(_by_ten(number, one) for one in found) or any(plain in word for word in more)


def _by_ten(one: float, other: float) -> bool:
    if one == 0 or other == 0 or (one < 0) != (other < 0):
        return one == other
    power = math.log10(abs(other)) - math.log10(abs(one))
    return abs(power - round(power)) < 1e-6
