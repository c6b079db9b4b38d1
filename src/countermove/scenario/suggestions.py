"""What was meant by numbers and months that people write in other ways: for suggestions only, since nothing here is ever taken as read."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from countermove.errors import UnitError
from countermove.units import parse

_QUOTES = "\"'`\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a"
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63]")
_ABOUT = re.compile(r"(?:~|≈|∼|±|(?:about|around|approximately|approx\.?|circa|ca?\.|roughly|nearly|some)\s)\s*", re.IGNORECASE)
_FIGURES = r"[0-9](?:[0-9.,'_ ]*[0-9])?|\.[0-9]+"
_ONE = re.compile(rf"([+-]?)\s*({_FIGURES})(e[+-]?[0-9]+)?\s*(%|[A-Za-z][^0-9]*)?", re.IGNORECASE)
_TWO = re.compile(
    rf"(?:between|from)?\s*(-?(?:{_FIGURES}))\s*(%)?\s*(?:-|to|and|\.\.+|…)\s*({_FIGURES})\s*(%|[A-Za-z][^0-9]*)?", re.IGNORECASE
)
_SPREAD = re.compile(rf"(-?(?:{_FIGURES}))\s*(?:±|\+/-|\+-)\s*({_FIGURES})\s*(%|[A-Za-z][^0-9]*)?", re.IGNORECASE)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:([,.'_ ])[0-9]{3})(?:\1[0-9]{3})*")
_WORDS = {
    word: str(value)
    for value, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())  # noqa: SIM905
}
_UNITS = {"k": "thousand", "m": "million", "mn": "million", "mio": "million", "bn": "billion", "usd": "USD", "percent": "%"}
_MONTHS = "january february march april may june july august september october november december".split()  # noqa: SIM905
_EXCEL = date(1899, 12, 30)  # day 0 of a spreadsheet
_SERIALS = (20_000, 70_000)  # 1954 to 2091


def in_usual_letters(text: str) -> str:
    """The text in usual letters: wide figures, curly quotes, long dashes and unusual spaces as the keys of a keyboard give them."""
    parted = "".join(
        f" {letter}" if unicodedata.decomposition(letter).startswith("<fraction>") else letter for letter in text[:200]
    )
    return " ".join(_DASHES.sub("-", unicodedata.normalize("NFKC", parted)).strip(_QUOTES + " ").split())


# --- numbers ----------------------------------------------------------------------------------------------------------


def suggested_number(text: str, several: bool = False) -> str:
    """The number that was meant, as a scenario writes it; "" where nobody can say. `several`: a range may stand there too."""
    plain = in_usual_letters(text)
    found = _WORDS.get(plain.lower(), "") or _one(plain) or _fraction(plain)
    if not found and several:
        found = _several(plain)
    return "" if found == text else found


def _one(text: str) -> str:
    """`2,000`, `1.000,5`, `2 000`, `$25 million`, `25k`."""
    money = re.fullmatch(r"(?:\$|USD|US\$)\s*(.+)|(.+?)\s*\$", text)
    match = _ONE.fullmatch((money[1] or money[2]) if money else text)
    if match is None:
        return ""
    figures, unit = _figures(match[2]), _unit(match[4] or "", bool(money))
    sign = "-" if match[1] == "-" else ""
    return f"{sign}{figures}{(match[3] or '').lower()}{unit}" if figures and unit is not None else ""


def _figures(text: str) -> str:
    """Figures without marks between thousands, with a point before decimals."""
    if text.startswith("."):
        return f"0{text}"
    commas, points = text.count(","), text.count(".")
    if commas and points:
        thousands, decimal = (",", ".") if text.rfind(".") > text.rfind(",") else (".", ",")
        whole, _, rest = text.partition(decimal)
        grouped = _GROUPED.fullmatch(whole)
        return f"{_bare(whole)}.{rest}" if grouped and grouped[1] == thousands and rest.isdigit() else ""
    grouped = _GROUPED.fullmatch(text)
    if grouped and (grouped[1] != "." or points > 1):
        return _bare(text)
    if text.replace("_", "").isdigit():
        return text.replace("_", "").lstrip("0") or "0"
    parted = re.fullmatch(r"([0-9]+)[.,]([0-9]+)", text)
    return f"{parted[1].lstrip('0') or '0'}.{parted[2]}" if parted else ""


def _bare(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _unit(text: str, money: bool) -> str | None:
    """A unit as the language writes it, with a space before it; None where it is none."""
    if text == "%" and not money:
        return "%"
    words = [_UNITS.get(word.lower(), word) for word in text.split()]
    words += ["USD"] if money and "USD" not in words else []
    if not words:
        return ""
    if words == ["%"]:
        return "%"
    try:
        parse(" ".join(words))
    except UnitError:
        return None
    return " " + " ".join(words)


def _fraction(text: str) -> str:
    """`1/3` and the letters for it."""
    match = re.fullmatch(r"(?:([0-9]{1,6}) )?([0-9]{1,6})[/\u2044]([0-9]{1,6})", text)
    if match is None or int(match[3]) == 0:
        return ""
    return f"{int(match[1] or 0) + int(match[2]) / int(match[3]):.4g}"


def _several(text: str) -> str:
    """`50-60`, `50 ± 5` and `~50` as distributions."""
    for shape, pattern in (("range", _TWO), ("normal", _SPREAD)):
        match = pattern.fullmatch(text)
        if match is None:
            continue
        first, last = match[1], match[3] if shape == "range" else match[2]
        ends = [("-" if end.startswith("-") else "") + _figures(end.lstrip("-")) for end in (first, last)]
        unit = _unit(match[4 if shape == "range" else 3] or "", False)
        if unit is None or not all(end.strip("-") for end in ends):
            return ""
        named = "percent" if unit == "%" else unit.strip()
        suffix = f", unit: {named}" if named else ""
        return f"{{{shape}: [{', '.join(ends)}]{suffix}}}"
    about = _ABOUT.match(text)
    if about is None:
        return ""
    parts = re.fullmatch(r"([0-9.]+)(.*)", _one(text[about.end() :]))
    if parts is None:
        return ""
    value, unit = float(parts[1]), "percent" if parts[2] == "%" else parts[2].strip()
    return f"a range such as {{range: [{0.8 * value:.4g}, {1.2 * value:.4g}]{f', unit: {unit}' if unit else ''}}}"


# --- months -----------------------------------------------------------------------------------------------------------


def suggested_month(text: str) -> str:
    """The month that was meant, as `2018-04`; "" where nobody can say."""
    plain = in_usual_letters(text).lower()
    found = _by_figures(plain) or _by_name(plain) or _by_count(plain)
    if found is None:
        return ""
    year, month = found
    written = f"{year:04d}-{month:02d}"
    return written if 1 <= month <= 12 and 1000 <= year <= 9999 and written != text else ""


def _by_figures(text: str) -> tuple[int, int] | None:
    """`2018/04`, `2018-4`, `2018-04-15`, `04.2018`, `15.04.2018`, `04/15/2018`, `18-04`, `201804`, `2018Q2`."""
    if match := re.fullmatch(r"([0-9]{4})\s*[-/._ m]\s*([0-9]{1,2})(?:\s*[-/._ ]\s*[0-9]{1,2}(?:[t ].*)?)?", text):
        return int(match[1]), int(match[2])
    if match := re.fullmatch(r"([0-9]{1,2})\s*[-/._ ]\s*([0-9]{4})", text):
        return int(match[2]), int(match[1])
    if match := re.fullmatch(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})", text):
        first, second = int(match[1]), int(match[3])
        if second > 12:
            return int(match[4]), first
        return (int(match[4]), second) if first > 12 or match[2] == "." or first == second else None
    if match := re.fullmatch(r"([0-9]{2})[-/.]([0-9]{2})", text):
        first, second = int(match[1]), int(match[2])
        return (_century(first), second) if second <= 12 else (_century(second), first)
    if match := re.fullmatch(r"([12][0-9]{3})(0[1-9]|1[0-2])(?:[0-3][0-9])?", text):
        return int(match[1]), int(match[2])
    if match := re.fullmatch(r"([0-9]{4})\s*-?\s*q([1-4])", text):
        return int(match[1]), 3 * int(match[2]) - 2
    return None


def _century(year: int) -> int:
    """A year of two figures, in the hundred years around this one."""
    return year + (2000 if year < 70 else 1900)


def _by_name(text: str) -> tuple[int, int] | None:
    """`April 2018`, `2018 Apr`, `15 April 2018`, `April 15, 2018`, `apr-18`."""
    words = re.findall(r"[a-z]+|[0-9]+", text)
    named = [word for word in words if word.isalpha() and word not in ("of", "th", "st", "nd", "rd", "the")]
    if len(named) != 1 or len(named[0]) < 3:
        return None
    place = next(
        (place for place, name in enumerate(_MONTHS) if name.startswith(named[0]) or (named[0] == "sept" and place == 8)), -1
    )
    figures = [word for word in words if word.isdigit()]
    years = [word for word in figures if len(word) == 4] or (figures if len(figures) == 1 and len(figures[0]) == 2 else [])
    if place < 0 or len(years) != 1 or len(figures) > 2:
        return None
    return int(years[0]) if len(years[0]) == 4 else _century(int(years[0])), place + 1


def _by_count(text: str) -> tuple[int, int] | None:
    """The day of a spreadsheet, such as 43191."""
    match = re.fullmatch(r"([0-9]{5})(?:\.[0-9]+)?", text)
    if match is None or not _SERIALS[0] <= int(match[1]) <= _SERIALS[1]:
        return None
    day = _EXCEL + timedelta(days=int(match[1]))
    return day.year, day.month
