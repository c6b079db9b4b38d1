"""A place for results: a folder of this machine's, or one in an object store."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from countermove.errors import StoreError
from countermove.shelf import expanded
from countermove.store.disk import explained
from countermove.store.objects import URL, ObjectPath, object_path

Place = Path | ObjectPath
_SPOILT = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
"""How a URL begins that was taken for a path: s3:/bucket."""


def is_url(text: object) -> bool:
    """Whether it is, or was before it was taken for a path, a URL."""
    if isinstance(text, Path):
        return bool(text.parts) and _SPOILT.fullmatch(text.parts[0]) is not None
    return isinstance(text, ObjectPath) or (isinstance(text, str) and URL.match(text) is not None)


def place_of(given: str | Place) -> Place:
    """The place; `~` is the user's folder. Raises StoreError for a URL that names none, and for one that was made a path, which spoils it."""
    if isinstance(given, ObjectPath):
        return given
    if isinstance(given, Path) and is_url(given):
        raise StoreError("a URL that was made a path is spoilt", where=str(given), next="Give it as text: 's3://BUCKET/NAME'")
    return object_path(given) if isinstance(given, str) and is_url(given) else expanded(given)


def folder_of(given: object) -> Path | None:
    """The folder, for what is written to folders alone. Raises StoreError for a URL."""
    if is_url(given):
        what = "this is written to a folder, and not to a URL"
        raise StoreError(what, where=str(given), next="Give a folder; `countermove run` writes to URLs too")
    return given if isinstance(given, Path) else None


def readable(path: Place) -> Any:
    """What pyarrow reads: a path of this machine's, or all the bytes of an object."""
    if isinstance(path, Path):
        return path
    import pyarrow as untyped

    pa: Any = untyped
    with explained(path):
        return pa.BufferReader(path.read_bytes())
