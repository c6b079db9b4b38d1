"""What was meant by a condition that does not follow the grammar: the writings of other languages and of plain English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from countermove.scenario.suggestions import in_usual_letters, suggested_number
from countermove.world.observable import OBSERVABLES


@dataclass(frozen=True)
class ExpressionMistake:
    """One mistake in a condition: at which letter, what is there, what was expected, what may have been meant."""

    at: int
    message: str
    expected: str = ""
    suggestion: str = ""


_OF_ACTORS = frozenset(row.what for row in OBSERVABLES if row.of in ("patron", "side"))
_NUMBER = r"(?<![\w.])[0-9][0-9_]*"
_COMPARISON = "a comparison: <, <=, >, >=, == or !="
_SIGN = "a sign of the language"
# what people write -> what the language writes, and what kind of thing that is; the first that covers the place is taken
_WRITINGS: tuple[tuple[str, str, str], ...] = (
    (r"=>|[≥⩾≧]|>\s+=|=>=|(?:is\s+)?(?:at\s+least|not\s+(?:less|below)(?:\s+than)?|no\s+less\s+than)\b", ">=", _COMPARISON),
    (r"(?:is\s+)?(?:greater|more)\s+than\s+or\s+equal\s+to\b", ">=", _COMPARISON),
    (r"=<|[≤⩽≦]|<\s+=|(?:is\s+)?(?:at\s+most|not\s+(?:more|above)(?:\s+than)?|no\s+more\s+than)\b", "<=", _COMPARISON),
    (r"(?:is\s+)?(?:less|fewer)\s+than\s+or\s+equal\s+to\b", "<=", _COMPARISON),
    (r"!==|<>|≠|=!=?|~=|!\s+=|/=|is\s+not\b|not\s+equal(?:s|\s+to)?\b", "!=", _COMPARISON),
    (r"===|:=|=\s+=|(?<![<>=!])=(?![=<>])|(?:is\s+)?equal(?:s|\s+to)\b|is\b", "==", _COMPARISON),
    (r"--?>|[→⇒＞]|(?:is\s+)?(?:(?:greater|more|higher|larger)\s+than|above|over|exceeds|gt)\b", ">", _COMPARISON),
    (r"<--?|[←⇐＜]|(?:is\s+)?(?:(?:less|fewer|lower|smaller)\s+than|below|under|lt)\b", "<", _COMPARISON),
    (r"&&?|∧|\b(?:AND|And)\b|\bplus also\b", "and", _SIGN),
    (r"\|\|?|∨|\b(?:OR|Or)\b", "or", _SIGN),
    (r"!(?!=)|[¬~]|\b(?:NOT|Not)\b", "not", _SIGN),
    (r"\b(?:given|if|where|when)\b", "|", "a bar before the condition of a statistic"),
    (r"\*\*|\^", "", "no powers: a * a"),
    (r"[×·∗✕]", "*", _SIGN),
    (r"÷", "/", _SIGN),
    (r"[‐‑‒–—―−]", "-", "a plain minus, with spaces around it"),
)


def unexpected(text: str, at: int, wanted: Iterable[str]) -> ExpressionMistake:
    """What is wrong at the letter `at`, where the grammar wanted one of the tokens `wanted` (none: no token begins so)."""
    for rule in (_comment, _shift, _number, _quoted, _owned, _word_before, _written, _chain, _bracket, _invisible):
        found = rule(text, at)
        if found is not None:
            return found
    names = set(wanted)
    if at >= len(text.rstrip()):
        return ExpressionMistake(len(text.rstrip()), "the condition ends too early", _tokens(names))
    word = re.match(r"[\w.-]+|.", text[at:], re.DOTALL)
    return ExpressionMistake(at, f'"{word[0] if word else text[at]}" is not expected here', _tokens(names))


def _tokens(names: set[str]) -> str:
    """What the grammar wants, in words."""
    if "NAME" in names or not names:
        return "a name, a number, true, false, not, or a bracket (" if names else "names, numbers, and the signs of the language"
    words = {
        "COMPARE": "a comparison such as >=",
        "PLUS": "+ - * /",
        "_WITHIN": "within",
        "_AND": '"and"',
        "_OR": '"or"',
        "_BAR": "|",
    }
    more = {
        "NUMBER": "a number",
        "SHIFT": "a number of months such as -1",
        "RPAR": ")",
        "RSQB": "]",
        "COMMA": ",",
        "$END": "the end",
    }
    found = [word for name, word in {**words, **more}.items() if name in names]
    return ", ".join(found[:-1]) + f" or {found[-1]}" if len(found) > 1 else "".join(found)


def _covering(pattern: str, text: str, at: int) -> re.Match[str] | None:
    """The match of a pattern that the letter at `at` belongs to."""
    return next((match for match in re.finditer(pattern, text) if match.start() <= at < match.end()), None)


def _comment(text: str, at: int) -> ExpressionMistake | None:
    if text[at : at + 1] != "#":
        return None
    message = "a condition of a comment alone" if not text[:at].strip() else "a comment inside a condition"
    return ExpressionMistake(at, message, "a condition such as moscow.rung >= 8; a comment after it, outside the quotes")


def _number(text: str, at: int) -> ExpressionMistake | None:
    """`2,000`, `2 000`, `0,8`, `.8`, `80%`, `3 months`."""
    percent = _covering(rf"({_NUMBER}(?:\.[0-9]+)?)\s*(?:%|percent\b)", text, at)
    if percent is not None:
        share = f"{float(percent[1].replace('_', '')) / 100:.12g}"
        return ExpressionMistake(percent.start(), f'"{percent[0]}" is not a number here', "a share from 0 to 1", share)
    unit = _covering(rf"({_NUMBER})\s+(months?|years?)\b", text, at)
    if unit is not None:
        each = 12 if unit[2].startswith("year") else 1
        months = str(int(unit[1]) * each) if unit[1].isdigit() and len(unit[1]) < 4 else ""
        return ExpressionMistake(unit.start(), f'"{unit[0]}" has a unit', "a number of months without one", months)
    odd = _covering(rf"{_NUMBER}(?:[,'. ][0-9_]+)+|{_NUMBER}[_A-Za-z]\w*|(?<![\w.])\.[0-9]+", text, at)
    meant = suggested_number(odd[0]) if odd is not None else ""
    if odd is None or not re.fullmatch(r"[0-9.]+", meant):
        return None
    return ExpressionMistake(
        odd.start(), f'"{odd[0]}" is not a number', "figures with a point before decimals, and no other mark", meant
    )


def _quoted(text: str, at: int) -> ExpressionMistake | None:
    """A name in quotes, or a condition in curly ones."""
    if text[at : at + 1] not in "\"'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb" or at >= len(text) or _owned(text, at):
        return None
    word = re.match(r".([A-Za-z][\w.-]*)[\"'`\u2018\u2019\u201c\u201d\u00bb]", text[at:])
    if word is not None:
        return ExpressionMistake(at, f'"{word[1]}" stands in quotes', "the name without them", word[1])
    return ExpressionMistake(at, f"a quote, {text[at]}, inside a condition", 'straight quotes " around the whole, and none inside')


def _shift(text: str, at: int) -> ExpressionMistake | None:
    """`x(-1)`, `x[t-1]`, `x[-1 month]`, `x[- 1]`."""
    pattern = r"([A-Za-z][\w.-]*)\s*(?:\(\s*([+-])\s*([0-9]+)\s*\)|\[\s*t?\s*([+-])?\s*([0-9]+)\s*(?:months?)?\s*\])"
    match = _covering(pattern, text, at)
    if match is None:
        return None
    sign, count = match[2] or match[4] or "-", match[3] or match[5]
    return ExpressionMistake(
        match.start(), f'"{match[0]}" names no month', "the number of months in square brackets", f"{match[1]}[{sign}{count}]"
    )


def _owned(text: str, at: int) -> ExpressionMistake | None:
    """`bear's rung`."""
    match = _covering(r"([A-Za-z][\w-]*)['\u2019]s\s+([A-Za-z][\w-]*)", text, at)
    if match is None:
        return None
    return ExpressionMistake(match.start(), f'"{match[0]}" is not a name', "actor.name", f"{match[1]}.{match[2]}")


def _word_before(text: str, at: int) -> ExpressionMistake | None:
    """`NOT truce`, `if truce`, `and truce`, `bear rung`: the word before is what is wrong."""
    word = re.search(r"([A-Za-z][\w-]*)\s+$", text[:at])
    if word is None or not re.match(r"[A-Za-z(]", text[at:]):
        return None
    lower, place = word[1].lower(), word.start()
    if lower == "not" and word[1] != "not":
        return ExpressionMistake(place, f'"{word[1]}" is not a word of the language', _SIGN, "not")
    if lower in ("if", "when", "whenever", "unless"):
        return ExpressionMistake(place, f'"{word[1]}" is not expected here', "the condition alone")
    if lower in ("and", "or") and not text[:place].strip():
        return ExpressionMistake(place, f'nothing before "{word[1]}"', "a condition on both sides of it")
    what = re.match(r"[a-z][\w-]*", text[at:])
    if what is not None and what[0] in _OF_ACTORS:
        whole = f"{word[1]} {what[0]}"
        return ExpressionMistake(place, f'"{whole}" is not a name', "actor.name", f"{word[1]}.{what[0]}")
    return None


def _written(text: str, at: int) -> ExpressionMistake | None:
    for pattern, meant, kind in _WRITINGS:
        match = _covering(pattern, text, at) or (_covering(pattern, text, at - 1) if at and text[at - 1] in "=<>-&|!~/:" else None)
        if match is not None and text[at : at + 1] == "|" and meant == "or" and "(" in text[:at] and match[0] == "|":
            continue
        if match is not None and (meant != "|" or "(" in text[:at]):
            return ExpressionMistake(match.start(), f'"{match[0]}" is not expected here', kind, meant)
    return None


def _chain(text: str, at: int) -> ExpressionMistake | None:
    """`3 < months < 5`."""
    sign = re.match(r"[<>]=?|==|!=", text[at:])
    before = re.search(r"([<>]=?|==|!=)\s*([^<>=!&|()]+?)\s*$", text[:at])
    if sign is None or before is None or not before[2].strip():
        return None
    return ExpressionMistake(at, f'"{sign[0]}" is not expected here: a second comparison', f"and {before[2].strip()} {sign[0]} …")


def _bracket(text: str, at: int) -> ExpressionMistake | None:
    opened, closed = text.count("("), text.count(")")
    if at >= len(text.rstrip()) and opened > closed and re.search(r"[\w)\]]$", text.rstrip()):
        return ExpressionMistake(text.rindex("("), "a bracket ( that nothing closes", "as many ) as (")
    if re.search(r"\b(?:P|share|slope|mean|min|max|abs)\[\s*$", text[:at]):
        return ExpressionMistake(text[:at].rindex("["), 'a "[" after a function', "round brackets: (")
    if text[at : at + 1] == ")" and closed > opened:
        return ExpressionMistake(at, "a bracket ) that nothing opens", "as many ( as )")
    return None


def _invisible(text: str, at: int) -> ExpressionMistake | None:
    """Spaces of other widths, and other letters of which a plain form exists."""
    letter = text[at : at + 1]
    plain = in_usual_letters(letter)
    if not letter or letter.isascii() or not (letter.isspace() or not letter.isprintable() or plain != letter):
        return None
    name = f"U+{ord(letter):04X}"
    message = (
        f"an unusual space, {name}" if letter.isspace() or not letter.isprintable() else f'"{letter}", {name}, is not expected here'
    )
    return ExpressionMistake(at, message, "plain letters and spaces", plain if plain.isascii() else "")
