"""Results put into a folder in one go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sized
from pathlib import Path
from types import MappingProxyType
from typing import Any

from countermove.store import Columns, Saving

NOTHING: Mapping[str, Any] = MappingProxyType({})


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
