"""Sealed files: JSON with the SHA-256 of its own content, so that it can be shown later that nothing in it was changed.

The seal is over `canonical(content)`, in which there are no line ends: a file whose lines all end as on Windows, as version control and mail leave
it, is read as the same. It does not say who wrote the file: whoever wants to prove that, and when, lets others keep the seal.
Beside the content there may be what is not sealed, such as the day on which the machine says that it was written.
"""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

from countermove.errors import StoreError
from countermove.store.disk import explained, write_together

LARGEST = 64 << 20  # bytes
_KEYS = {"content", "format", "seal"}
UNSEALED = "unsealed"
Issued = TypeVar("Issued")


def canonical(content: object) -> bytes:
    """The one way to write the content: JSON in ASCII, keys in order, without spaces. Raises ValueError for numbers that are not finite."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def seal_of(content: object) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(canonical(content)).hexdigest()


def _text(form: object, content: object, seal: object, unsealed: object = None) -> bytes:
    """The file, byte for byte."""
    whole = {"content": content, "format": form, "seal": seal, **({} if unsealed is None else {UNSEALED: unsealed})}
    return json.dumps(whole, sort_keys=True, indent=1, allow_nan=False).encode("ascii") + b"\n"


def write_sealed(path: Path, form: str, content: object, unsealed: Mapping[str, str] | None = None) -> str:
    """Write the content under the name of its format, whole or not at all; the seal. Raises StoreError."""
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_together({path: sealed(form, content, unsealed)})
    return seal_of(content)


def sealed(form: str, content: object, unsealed: Mapping[str, str] | None = None) -> bytes:
    """The file that `write_sealed` writes."""
    return _text(form, content, seal_of(content), unsealed)


def format_of(path: Path) -> str:
    """What the file says that it holds; "" where it says nothing. Raises StoreError for a file that cannot be read."""
    whole = _parsed(path, _bytes(path))
    return str(cast(dict[str, Any], whole).get("format", "")) if isinstance(whole, dict) else ""


def unsealed_of(path: Path) -> dict[str, str]:
    """What stands beside the content of a file that `read_sealed` has read, and may have been changed by anybody."""
    whole = _parsed(path, _bytes(path))
    beside = cast(dict[str, Any], whole).get(UNSEALED) if isinstance(whole, dict) else None
    return {str(name): str(text) for name, text in cast(dict[str, Any], beside).items()} if isinstance(beside, dict) else {}


def read_sealed(path: Path, form: str, *, unsealed: bool = False) -> dict[str, Any]:
    """The content of a file of this format. Raises StoreError, with the place, where a byte of it is not as it was written, line ends apart.

    `unsealed`: there may be something beside the content, which the seal does not hold.
    """
    data = _bytes(path)
    whole = _parsed(path, data)
    more = {UNSEALED} if unsealed else set[str]()
    if not isinstance(whole, dict) or set(cast(dict[str, Any], whole)) - more != _KEYS:
        raise StoreError("this is no sealed file", where=f"{path}:1:1", next="It has content, format and seal, and nothing else")
    found = cast(dict[str, Any], whole)
    if found["format"] != form:
        raise StoreError(
            f"the format is {_short(found['format'])}", where=_at(path, data, data.rfind(b'"format"')), next=f"Here it is {form}"
        )
    try:
        seal, written = seal_of(found["content"]), _text(form, found["content"], found["seal"], found.get(UNSEALED))
    except ValueError as error:
        raise StoreError("a number is not finite", where=f"{path}:1:1", next=_CHANGED) from error
    if seal != found["seal"]:
        what = f"the seal is broken: the content has {seal}, and {_short(found['seal'])} is written"
        raise StoreError(what, where=_at(path, data, data.rfind(b'"seal"')), next=_CHANGED)
    if data not in (written, written.replace(b"\n", b"\r\n")):
        places = zip(written, data, strict=False)
        first = next((place for place, (one, other) in enumerate(places) if one != other), min(len(written), len(data)))
        if _in_one_line(data) == _in_one_line(written):
            what = "the content is as it was sealed, but some line ends were changed"
            raise StoreError(what, where=_at(path, data, first), next="End all lines alike, or take the file as it was issued")
        raise StoreError("the file is not written as it was sealed", where=_at(path, data, first), next=_CHANGED)
    if not isinstance(found["content"], dict):
        raise StoreError("this is no sealed file", where=f"{path}:1:1", next="Its content is an object")
    return cast(dict[str, Any], found["content"])


def read_issued(path: Path, read: Callable[[dict[str, Any]], Issued], content: dict[str, Any]) -> Issued:
    """What the content of a sealed file says. Raises StoreError where it holds its seal and is not what is issued here."""
    try:
        return read(content)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, StoreError) as error:
        what = "the seal holds, but the content is not what is issued here"
        raise StoreError(what, where=str(path), next="It was written by another program") from error


_GIVE = "Give the file of forecasts, NAME.forecasts.json, that `countermove memo` or `countermove backtest` wrote"
_CHANGED = "Something was changed after it was written: take the file as it was issued"


def _in_one_line(data: bytes) -> bytes:
    return data.replace(b"\r", b"").replace(b"\n", b"")


def _bytes(path: Path) -> bytes:
    try:
        if path.is_file() and path.stat().st_size > LARGEST:
            raise StoreError("the file is too large", where=str(path), next=f"A sealed file has at most {LARGEST >> 20} MB")
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a zero in the name
        what = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise StoreError(f"the file cannot be read: {what}", where=str(path)) from error


def _parsed(path: Path, data: bytes) -> object:
    if data.startswith(codecs.BOM_UTF8):
        raise StoreError("a byte order mark was put before it", where=f"{path}:1:1", next="Take the file as it was issued")
    if data.lstrip()[:1].isalpha() or data.lstrip()[:1] == b"#":  # a scenario, a page of words
        raise StoreError("this is no sealed file", where=f"{path}:1:1", next=_GIVE)
    try:
        return json.loads(data.decode("ascii"))
    except UnicodeDecodeError as error:
        raise StoreError("not a letter of ASCII", where=_at(path, data, error.start), next=_CHANGED) from error
    except json.JSONDecodeError as error:
        raise StoreError(f"not JSON: {error.msg}", where=f"{path}:{error.lineno}:{error.colno}", next=_CHANGED) from error
    except (ValueError, RecursionError) as error:  # thousands of figures or brackets
        raise StoreError("not JSON that anybody wrote", where=f"{path}:1:1", next=_CHANGED) from error


def _at(path: Path, data: bytes, place: int) -> str:
    """`file:line:column` of a byte."""
    before = data[: max(place, 0)]
    line, column = before.count(10) + 1, len(before) - before.rfind(10)
    return f"{path}:{line}:{column}"


def _short(value: object) -> str:
    text = value if isinstance(value, str) else type(value).__name__
    return text if len(text) <= 70 else text[:67] + "…"
