"""Saving results into an object store: files under names of their content, the parts where they were put already, the manifest last.

Nothing of the older results under the URL is written over: they are whole until the new manifest is put, in one PUT, in the place of theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from countermove.errors import StoreError
from countermove.store.columns import Columns
from countermove.store.disk import explained, sibling
from countermove.store.manifest import LETTERS, MANIFEST, Entry, Manifest, addressed_name, manifest_text, read_manifest
from countermove.store.objects import ObjectPath
from countermove.store.parts import Part
from countermove.store.place import Place
from countermove.store.save import NOTHING, Saving

_OURS = re.compile(rf"(?:[a-z][a-z0-9-]*/)?[a-z][a-z0-9-]*-[0-9a-f]{{{LETTERS}}}\.(?:parquet|json)")


class ObjectSaving:
    """Results on their way under a URL; used as `Saving`. What is small is made in a temporary folder and put at the end."""

    def __init__(self, directory: ObjectPath, *, provenance: object = NOTHING) -> None:
        """Prepare."""
        self.directory = directory
        self.provenance = provenance
        self.expected: Mapping[str, int] = NOTHING
        self._adopted: dict[str, Part] = {}
        self._stack = ExitStack()
        self._inner = Saving(Path())

    def __enter__(self) -> ObjectSaving:
        """Begin; raises StoreError, within ten seconds, where nobody answers or nothing can be put there."""
        _refuse_others(self.directory)
        self.directory.refuse_closed(sibling(self.directory).name)
        with explained(Path()):
            here = self._stack.enter_context(TemporaryDirectory(prefix="countermove-"))
        self._inner = Saving(Path(here) / "results")
        self._inner.__enter__()
        return self

    def append(self, table: str, columns: Columns) -> None:
        """As `Saving.append`."""
        self._inner.append(table, columns)

    def document(self, name: str, value: object) -> None:
        """As `Saving.document`."""
        self._inner.document(name, value)

    def adopt(self, table: str, parts: Iterable[Part]) -> None:
        """The files of a table that lie in this store already: they are copied within it."""
        self._adopted |= {f"{table}/{part.path.name}": part for part in parts}

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Put everything, the manifest last; or leave what was there."""
        with self._stack:
            self._inner.__exit__(kind, error, trace)
            if error is None:
                self._finish(read_manifest(self._inner.directory)[1])

    def _finish(self, made: Manifest) -> None:
        before = _older(self.directory)
        entries = {name: part.entry for name, part in self._adopted.items()}
        for name, part in self._adopted.items():
            _copied(part, self.directory / name)
        for name, entry in made.files.items():
            there = addressed_name(name, entry)
            (self.directory / there).write_bytes((self._inner.directory / name).read_bytes())
            entries[there] = entry
        _require_all(self.directory, entries)
        (self.directory / MANIFEST).write_bytes(manifest_text(entries, self.provenance).encode())
        for name in before:
            if name not in entries:
                (self.directory / name).unlink(missing_ok=True)


def saving_at(place: Place) -> Saving | ObjectSaving:
    """What saves into this place."""
    return ObjectSaving(place) if isinstance(place, ObjectPath) else Saving(place)


def _older(directory: ObjectPath) -> tuple[str, ...]:
    """The files of the results that are there."""
    with suppress(StoreError):
        return tuple(read_manifest(directory)[1].files)
    return ()


def _refuse_others(directory: ObjectPath) -> None:
    """Raise StoreError where something is that is not ours to replace. Without a manifest: what a run that was killed had put."""
    if not directory.is_dir() or (directory / MANIFEST).is_file():
        return
    if not all(_OURS.fullmatch(name) for name in directory.below()):
        what = "there is something already, and it is no result of countermove"
        raise StoreError(what, where=str(directory), next="Give another place with --out")


def _copied(part: Part, there: ObjectPath) -> None:
    """The part in its place. Another process that made the same results may have taken it out of the old one, having put it into the new."""
    try:
        if isinstance(part.path, ObjectPath):
            part.path.copy_to(there)
        else:
            there.write_bytes(part.path.read_bytes())
    except FileNotFoundError:
        if not there.is_file():
            raise StoreError(
                "a part was removed while the results were put together", where=str(part.path), next="Run it again"
            ) from None


def _require_all(directory: ObjectPath, entries: Mapping[str, Entry]) -> None:
    """Raises StoreError unless the store lists every file, at its length."""
    there = directory.below()
    for name, entry in entries.items():
        if name not in there or there[name].st_size != entry.length:
            raise StoreError(f"the store does not hold {name} as it was put", where=str(directory), next="Run it again")
