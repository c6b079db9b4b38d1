"""Dataclasses as plain data, which JSON can hold: as they are, to be read back; and in the shapes that `--json` prints."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from pathlib import PurePath
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import numpy as np

from countermove.errors import StoreError

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
Reader = Callable[[Plain], Any]
_Names = Callable[
    [Any, dict[str, Plain]], tuple[dict[str, Plain], dict[str, Reader]]
]  # of a class: its entries by field, and who reads them


def plain(value: object) -> Plain:
    """The value as JSON can hold it: dataclasses and mappings become objects, sequences and arrays become lists.

    JSON knows finite numbers only: nan and infinity become null. Raises StoreError for what has no plain form, and for names that are not
    text.
    """
    return _plain(value, _fields)


def as_json(value: object) -> Any:
    """What `--json` prints of a finding: as `plain`, but objects of a dataclass have the keys that its `json_keys` asks for.

    `json_keys` is a line of words, and each is an entry of the object, in this order:

    - `name`, a field or a property; `key=name` the same under another key; `key=name.part` only a part of it, of a mapping or a tuple that
      part of each entry (None stays None);
    - `**name`: the entries of a part, in its place; `-name`: nothing of it;
    - `*` at the head: every field in its own order, where words that name one stand in its place, and the others after them.

    Without `json_keys` it is `*`. A field's metadata under "json" is a function that writes it; None: no `*` has the field.
    """
    return _plain(value, _chosen)


def _plain(value: object, entries: Callable[[Any], Mapping[str, object]]) -> Plain:
    if isinstance(value, np.generic):
        value = cast("np.generic[Any]", value).item()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, PurePath):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        value = entries(value)
    if isinstance(value, Mapping):
        named = cast("Mapping[object, object]", value)
        wrong = [name for name in named if not isinstance(name, str)]
        if wrong:
            raise StoreError(f"{wrong[0]!r} is no name for an entry of a document", next="Use text")
        return {str(name): _plain(entry, entries) for name, entry in named.items()}
    if isinstance(value, np.ndarray):
        return [_plain(item, entries) for item in cast("np.ndarray[Any, Any]", value).tolist()]
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_plain(item, entries) for item in cast("Sequence[object]", value)]
    raise StoreError(f"a {type(value).__name__} cannot be written to a document")


def _fields(record: Any) -> dict[str, object]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _chosen(record: Any) -> dict[str, object]:
    writers = {field.name: field.metadata["json"] for field in fields(record) if field.metadata.get("json")}
    entries: dict[str, object] = {}
    for key, path in _json_keys(cast("type[object]", type(record))):
        value = record
        for name in path.split("."):
            value = _part(value, name)
        if key == "**":
            entries |= cast("Mapping[str, object]", value) if isinstance(value, Mapping) else _chosen(value)
        else:
            entries[key] = writers[path](value) if path in writers else value
    return entries


@cache
def _json_keys(kind: Any) -> tuple[tuple[str, str], ...]:
    """Of each entry the key and the path to it; `**` is the key of a part whose entries are written."""
    words = getattr(kind, "json_keys", "*").split()
    named = [("**", word[2:]) if word.startswith("**") else (word.partition("=")[0], word.rpartition("=")[2]) for word in words]
    if words[0] != "*":
        return tuple(named)
    entries = {field.name: (field.name, field.name) for field in fields(kind) if field.metadata.get("json", True) is not None}
    for key, path in named[1:]:
        if key.startswith("-"):
            del entries[key[1:]]
        else:
            entries[path if path in entries or key == "**" else key] = key, path
    return tuple(entries.values())


def _part(value: Any, name: str) -> Any:
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {key: _part(entry, name) for key, entry in cast("Mapping[str, object]", value).items()}
    if isinstance(value, tuple) and not hasattr(cast("tuple[object, ...]", value), name):
        return tuple(_part(entry, name) for entry in cast("tuple[object, ...]", value))
    return getattr(cast(object, value), name)


def text_of(value: object) -> str:
    """The plain form of a value as JSON text: the same value, the same bytes."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def restore(kind: Any, data: Plain) -> Any:
    """What `plain` was given, from its plain form and its type: dataclasses, tuples, lists, mappings, unions, literals, texts and numbers.

    A null where a number is expected is nan. Raises StoreError where the data do not fit the type.
    """
    return _restore(kind, data, _by_name)


def of_json(kind: Any, data: Plain) -> Any:
    """What `as_json` was given, where each entry of an object is a field or a constant of its class; as `restore`.

    A field's metadata under "of_json" is a function that reads what that under "json" wrote. Raises StoreError, and what such a function raises.
    """
    return _restore(kind, data, _by_key)


def _restore(kind: Any, data: Plain, named: _Names) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any or kind is object:
        return data
    if is_dataclass(kind) and isinstance(kind, type):
        return _record(kind, data, named)
    if origin in (Union, UnionType):
        return _either(arguments, data, named)
    if origin is Literal:
        return _fits(data in arguments, data, kind) and data
    if origin is tuple or kind is tuple:
        items = _items(data, kind)
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(_restore(arguments[0], item, named) for item in items)
        _fits(len(items) == len(arguments), data, kind)
        return tuple(_restore(argument, item, named) for argument, item in zip(arguments, items, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        _fits(isinstance(data, dict), data, kind)
        return {name: _restore(arguments[1], item, named) for name, item in cast("dict[str, Plain]", data).items()}
    if origin is not None and issubclass(origin, Sequence):
        return [_restore(arguments[0], item, named) for item in _items(data, kind)]
    return _scalar(kind, data)


def _by_name(kind: Any, given: dict[str, Plain]) -> tuple[dict[str, Plain], dict[str, Reader]]:
    return given, {}


def _by_key(kind: Any, given: dict[str, Plain]) -> tuple[dict[str, Plain], dict[str, Reader]]:
    """The entries under the names of their fields, without constants that are as they should be."""
    paths = dict(_json_keys(kind))
    renamed = {paths.get(key, f"{key} (of another version)"): entry for key, entry in given.items()}
    constants = {name for name, entry in renamed.items() if hasattr(kind, name) and plain(getattr(kind, name)) == entry}
    readers = {field.name: field.metadata["of_json"] for field in fields(kind) if "of_json" in field.metadata}
    return {name: entry for name, entry in renamed.items() if name not in constants}, readers


def _record(kind: type, data: Plain, named: _Names) -> Any:
    _fits(isinstance(data, dict), data, kind)
    given, readers = named(kind, cast("dict[str, Plain]", data))
    known = {field.name: field for field in fields(kind) if field.init}
    strange = [name for name in given if name not in known]
    needed = [name for name, field in known.items() if field.default is MISSING and field.default_factory is MISSING]
    missing = [name for name in needed if name not in given]
    if strange or missing:
        found = "; ".join([f"unknown: {', '.join(strange)}"] * bool(strange) + [f"missing: {', '.join(missing)}"] * bool(missing))
        raise StoreError(f"this is not a {kind.__name__} as this version knows it ({found})", next="Run it again")
    hints = get_type_hints(kind)
    return kind(
        **{name: readers[name](item) if name in readers else _restore(hints[name], item, named) for name, item in given.items()}
    )


def _either(kinds: tuple[Any, ...], data: Plain, named: _Names) -> Any:
    if data is None and NoneType in kinds:
        return None
    for kind in kinds:
        try:
            return _restore(kind, data, named)
        except StoreError:
            continue
    return _fits(False, data, Union[kinds])  # noqa: UP007  (built from a tuple)


def _scalar(kind: Any, data: Plain) -> Any:
    if kind is float:
        _fits(data is None or (isinstance(data, (int, float)) and not isinstance(data, bool)), data, kind)
        return math.nan if data is None else float(cast("float", data))
    _fits(kind in (str, int, bool, NoneType) and type(data) is kind, data, kind)
    return data


def _items(data: Plain, kind: Any) -> list[Plain]:
    _fits(isinstance(data, list), data, kind)
    return cast("list[Plain]", data)


def _fits(holds: bool, data: Plain, kind: Any) -> bool:
    if not holds:
        raise StoreError(f"{str(data)[:60]!r} is not a {getattr(kind, '__name__', kind)}")
    return True
