"""Results put into a folder in one go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sized
from pathlib import Path
from types import MappingProxyType
from typing import Any

from countermove.store import Columns, Saved, Saving

NOTHING: Mapping[str, Any] = MappingProxyType({})
TIMES = ("seconds", "rate", "command")
"""What two runs of the same may differ in."""


def save(
    folder: Path,
    *,
    tables: Mapping[str, Iterable[Columns]],
    documents: Mapping[str, object] = NOTHING,
    provenance: object = NOTHING,
) -> Path:
    """Each part of a table becomes a row group; `documents` are written as JSON."""
    expected = {name: len(parts) for name, parts in tables.items() if isinstance(parts, Sized)}
    with Saving(folder, provenance=provenance, expected=expected) as saving:
        for name, parts in tables.items():
            for columns in parts:
                saving.append(name, columns)
        for name, value in documents.items():
            saving.document(name, value)
    return saving.directory


def names(place: Path) -> list[str]:
    """Everything in a folder, hidden things too."""
    return sorted(path.name for path in place.iterdir())


def timeless(value: Any) -> Any:
    """Plain data without how long it took, and by which command."""
    if isinstance(value, Mapping):
        return {name: timeless(part) for name, part in value.items() if name not in TIMES}
    return [timeless(part) for part in value] if isinstance(value, list) else value


def contents(found: Saved) -> dict[str, Any]:
    """The bytes of every table, and what the documents say, by file; without times."""
    tables = {str(path.relative_to(found.directory)): path.read_bytes() for name in found.tables for path in found.files(name)}
    return tables | {f"{name}.json": timeless(found.document(name)) for name in found.documents}
