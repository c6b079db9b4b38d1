"""JSON from strangers: one reading of it or none."""

from __future__ import annotations

import json
import math
from typing import Any, cast

from countermove.errors import SessionError

MOST_DEPTH = 12
MOST_DIGITS = 30


def strict_json(data: bytes | str) -> Any:
    """The value that a text says. Raises SessionError where it is no JSON in UTF-8, says a key twice, holds NaN, infinity or half of a letter, a
    number of more than 30 digits, or is nested more than 12 deep."""
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_int=_whole, parse_float=_finite)
    except SessionError:
        raise
    except UnicodeDecodeError as error:
        raise SessionError(f"byte {error.start + 1} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise SessionError(f"no JSON: {error.msg} at letter {error.pos + 1}") from error
    except RecursionError as error:
        raise SessionError("nested too deep", next=f"At most {MOST_DEPTH} levels") from error
    _plain(value, 0)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise SessionError(f'"{name[:40]}" is given twice')
        found[name] = value
    return found


def _no_number(text: str) -> Any:
    raise SessionError(f"{text} is no number of JSON")


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise SessionError(f"a number of {len(text)} digits", next=f"At most {MOST_DIGITS}")
    return int(text)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value) or len(text) > MOST_DIGITS:
        raise SessionError(f"{text[:40]} is no number that can be kept")
    return value


def _plain(value: Any, depth: int) -> None:
    if depth > MOST_DEPTH:
        raise SessionError("nested too deep", next=f"At most {MOST_DEPTH} levels")
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise SessionError("a text with half of a letter (a lone surrogate)") from error
    if isinstance(value, dict):
        for name, part in cast("dict[str, Any]", value).items():
            _plain(name, depth)
            _plain(part, depth + 1)
    if isinstance(value, list):
        for part in cast("list[Any]", value):
            _plain(part, depth + 1)
