"""The key of results: one hash of everything that decides what they are."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, cast

import numpy as np

from countermove.errors import StoreError


def key_of(*parts: object) -> str:
    """SHA-256, in hex, of the parts in their order.

    A part is None, a bool, int, float, str, bytes, array, dataclass, or a sequence or mapping of such (mappings without regard to order).
    Each enters with its type and length, so that different parts never run into one another: (1, 16) is not (11, 6). Raises StoreError
    for anything else.
    """
    digest = hashlib.sha256()
    _feed(digest, parts)
    return digest.hexdigest()


def _feed(digest: Any, part: object) -> None:
    if isinstance(part, np.generic):
        part = cast("np.generic[Any]", part).item()
    if isinstance(part, bytes):
        _put(digest, "bytes", part)
    elif part is None or isinstance(part, (bool, int, str)):
        _put(digest, type(part).__name__, str(part).encode())
    elif isinstance(part, float):
        _put(digest, "float", part.hex().encode())
    elif isinstance(part, np.ndarray):
        array = cast("np.ndarray[Any, Any]", part)
        if array.dtype.hasobject:
            raise StoreError("an array of objects has no key", next="Give numbers or texts of one type")
        _put(digest, f"array {array.dtype.str} {array.shape}", np.ascontiguousarray(array).tobytes())
    elif is_dataclass(part) and not isinstance(part, type):
        named = {field.name: getattr(part, field.name) for field in fields(part)}
        _put(digest, "dataclass", type(part).__qualname__.encode())
        _feed(digest, named)
    elif isinstance(part, Mapping):
        entries = sorted((key_of(name), value) for name, value in cast("Mapping[object, object]", part).items())
        _put(digest, "mapping", str(len(entries)).encode())
        for name, value in entries:
            digest.update(name.encode())
            _feed(digest, value)
    elif isinstance(part, Sequence):
        items = cast("Sequence[object]", part)
        _put(digest, "sequence", str(len(items)).encode())
        for item in items:
            _feed(digest, item)
    else:
        raise StoreError(
            f"a {type(part).__name__} has no key", next="Give text, numbers, arrays, dataclasses, or sequences and mappings of them"
        )


def _put(digest: Any, kind: str, data: bytes) -> None:
    digest.update(f"{kind}:{len(data)}:".encode())
    digest.update(data)
