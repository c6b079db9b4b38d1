"""Parts of a table on their way to a result: each is a Parquet file that is whole and named by its own hash, or is not there.

A part is found again by its place in the table, and believed only where its content has the hash in its name. So a run that was killed goes on
from the parts that it left; two processes that write the same part write the same file; and a part that was torn or altered is made again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from socket import gethostname
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from countermove.errors import StoreError
from countermove.store.columns import Columns
from countermove.store.disk import explained, sha256_of, sibling, sweep_all, sync_folder
from countermove.store.manifest import LETTERS, Entry
from countermove.store.objects import ObjectPath
from countermove.store.parquet_file import ParquetFile
from countermove.store.place import Place, readable

PLACE = re.compile(r"[a-z0-9-]{1,60}")


@dataclass(frozen=True)
class Part:
    """One file of a table: where it lies, and its length, hash and rows."""

    path: Place
    entry: Entry

    def columns(self, names: Sequence[str]) -> list[np.ndarray[Any, Any]]:
        """Some of its columns of numbers. Raises StoreError where the file cannot be read."""
        import pyarrow.parquet as untyped

        parquet: Any = untyped
        with explained(self.path):
            rows = parquet.ParquetFile(readable(self.path), memory_map=False).read(columns=list(names), use_threads=False)
        return [rows.column(name).to_numpy() for name in names]

    def rows(self) -> dict[str, Any]:
        """All of its columns, as they were given to be written: numbers as arrays, texts as lists. Raises StoreError where it cannot be read."""
        import pyarrow.parquet as untyped

        parquet: Any = untyped
        with explained(self.path):
            table = parquet.ParquetFile(readable(self.path), memory_map=False).read(use_threads=False)
        texts = {field.name for field in table.schema if str(field.type).startswith("dictionary") or str(field.type) == "string"}
        return {
            name: table.column(name).to_pylist() if name in texts else table.column(name).to_numpy() for name in table.column_names
        }


class TableParts:
    """A folder of parts; it comes into being with the first. Any number of threads and processes may share it."""

    def __init__(self, folder: Place) -> None:
        """Look what is there."""
        self.folder = folder
        self._there: dict[str, list[Place]] = {}
        if folder.is_dir():
            if isinstance(folder, Path):
                sweep_all(folder)
            found: list[Any] = sorted(folder.glob("*.parquet"))
            for path in found:
                self._there.setdefault(path.stem[: -LETTERS - 1], []).append(path)

    @property
    def length(self) -> int:
        """Bytes of the parts that lay there and were not asked for yet."""
        return sum(path.stat().st_size for paths in self._there.values() for path in paths)

    @contextmanager
    def shared(self) -> Generator[Callable[[], None]]:
        """Within it others may add to the folder. What is given can travel to them, and raises StoreError where they do not see the folder."""
        if isinstance(self.folder, ObjectPath):
            with _shared_objects(self.folder) as seen:
                yield seen
            return
        token, made = sibling(self.folder / "shared"), not self.folder.parent.exists()
        with explained(self.folder):
            for left in reversed(range(100)):
                self.folder.mkdir(parents=True, exist_ok=True)
                with suppress(OSError) if left else nullcontext():  # a run beside us took the folder away while it was empty
                    token.touch()
                    break
        try:
            yield partial(_require_seen, token)
        finally:
            token.unlink(missing_ok=True)
            with suppress(OSError):  # where there is something in it
                self.folder.rmdir()
                if made:
                    self.folder.parent.rmdir()

    def get(self, place: str) -> Part | None:
        """The part of a place, or None where there is none that is as it was written; what is not is removed."""
        for path in self._there.pop(place, ()):
            try:
                found = sha256_of(path)
                if found[:LETTERS] == path.stem[-LETTERS:]:
                    return Part(path, Entry(path.stat().st_size, found, _rows_of(path)))
            except OSError:
                continue
            path.unlink(missing_ok=True)
        return None

    def put(self, place: str, columns: Columns) -> Part:
        """Keep a part, down to the disk itself. Raises StoreError where the disk is full or closed to us."""
        if PLACE.fullmatch(place) is None:
            raise StoreError(f'"{place}" cannot be the place of a part', next="Use lower-case letters, digits and hyphens")
        if isinstance(self.folder, ObjectPath):
            with TemporaryDirectory(prefix="countermove-") as here:
                part = TableParts(Path(here) / "part").put(place, columns)
                there = self.folder / part.path.name
                there.write_bytes(part.path.read_bytes())
            return Part(there, part.entry)
        with explained(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished = sibling(self.folder / place)
            file = ParquetFile(unfinished)
            try:
                file.append(columns)
                entry = file.close()
                path = self.folder / f"{place}-{entry.sha256[:LETTERS]}.parquet"
                unfinished.replace(path)
            except BaseException:
                file.drop()
                unfinished.unlink(missing_ok=True)
                raise
            sync_folder(self.folder)
        return Part(path, entry)


@contextmanager
def _shared_objects(folder: ObjectPath) -> Generator[Callable[[], None]]:
    """As `shared`: an object says that the run goes on."""
    token = sibling(folder / "shared")
    token.write_bytes(b"")
    try:
        yield partial(_require_object, token)
    finally:
        token.unlink(missing_ok=True)


def _require_object(token: ObjectPath) -> None:
    """Raises StoreError where the object is not there: this machine asks another store, or the run has ended."""
    if not token.is_file():
        what = f"the worker on {gethostname()} does not see this place: it asks another store, or the run has ended"
        raise StoreError(
            what, where=str(token.parent), next="Give all machines the same endpoint and credentials in their environment"
        )


def _require_seen(token: Path) -> None:
    """Raises StoreError where a folder that another process made is not there: this machine has other disks, or the run has ended."""
    if not token.is_file() and not (token.parent.is_dir() and token.name in os.listdir(token.parent)):  # a listing is never stale
        what = f"the worker on {gethostname()} does not see this folder"
        raise StoreError(what, where=str(token.parent), next="Give a folder that all machines share with --out")


def _rows_of(path: Place) -> int:
    import pyarrow.parquet as untyped

    parquet: Any = untyped
    return int(parquet.read_metadata(readable(path)).num_rows)
