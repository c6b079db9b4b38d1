"""Saving results: table by table as they come, into a folder that appears whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any

from countermove.errors import StoreError
from countermove.plain import text_of
from countermove.shelf import expanded
from countermove.store.columns import Columns
from countermove.store.disk import HashedFile, exchange, explained, linked, sibling, sweep, sync_folder
from countermove.store.manifest import MANIFEST, NAME, Entry, manifest_text, read_manifest
from countermove.store.parquet_file import ParquetFile
from countermove.store.parts import Part
from countermove.store.place import Place

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Saving:
    """Results on their way into a folder. Use with `with`: left without an error, the folder is there; left with one, nothing is.

    Everything is written beside the folder first; then the folder is renamed into place. A folder of older results is replaced in the same
    moment, and files in it that are not ours are carried over. A folder that holds anything else is refused before work begins.
    """

    def __init__(self, directory: str | Path, *, provenance: object = NOTHING, expected: Mapping[str, int] = NOTHING) -> None:
        """Prepare.

        Args:
            directory: where the results are to be.
            provenance: how they were made, a mapping or dataclass; may be set until the end.
            expected: by table, how many times `append` will be called: for saying how much room is needed where the disk is full.
        """
        self.directory = expanded(directory).absolute()
        self.provenance = provenance
        self.expected = expected
        self._target = self.directory
        self._part = self.directory
        self._tables: dict[str, ParquetFile] = {}
        self._entries: dict[str, Entry] = {}

    def __enter__(self) -> Saving:
        """Begin; raises StoreError where results cannot be put there."""
        with explained(self.directory):
            self._target = self.directory.resolve()
            _replaceable(self._target)
            self._target.parent.mkdir(parents=True, exist_ok=True)
            sweep(self._target)
            self._part = sibling(self._target)
            self._part.mkdir()
        return self

    def append(self, table: str, columns: Columns) -> None:
        """More rows of a table; they become one row group of TABLE.parquet. Raises StoreError for columns unlike the earlier ones.

        A table FOLDER/NAME is one file of the table FOLDER, which may have more.
        """
        with explained(self.directory, self._needed):
            if table not in self._tables:
                folder, _, name = table.rpartition("/")
                self._tables[table] = ParquetFile(_named(self._folder(folder), name, "parquet"))
            self._tables[table].append(columns)

    def adopt(self, table: str, parts: Iterable[Part]) -> None:
        """The files of a table that lie elsewhere already, on the same disk: they are in both places until the other one is removed."""
        with explained(self.directory, self._needed):
            folder = self._folder(table)
            for part in parts:
                linked(_local(part.path), folder / part.path.name)
                self._entries[f"{table}/{part.path.name}"] = part.entry
            sync_folder(folder)

    def _folder(self, name: str) -> Path:
        """A folder of a table that has several files; without a name, that of the results."""
        if name and NAME.fullmatch(name) is None:
            raise StoreError(
                f'"{name}" cannot be the name of a part of the results', next="Use lower-case letters, digits and hyphens"
            )
        folder = self._part / name
        folder.mkdir(exist_ok=True)
        return folder

    def document(self, name: str, value: object) -> None:
        """A document, NAME.json: the plain form of a dataclass or mapping."""
        path, data = _named(self._part, name, "json"), text_of(value).encode()
        with explained(self.directory, self._needed), HashedFile(path) as file:
            file.write(data)
        self._entries[path.name] = Entry(file.length, file.sha256)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Put the folder in its place, or remove what was begun."""
        try:
            if error is None:
                with explained(self.directory, self._needed):
                    self._finish()
        finally:
            for table in self._tables.values():
                table.drop()
            shutil.rmtree(self._part, ignore_errors=True)

    def _finish(self) -> None:
        for name, table in self._tables.items():
            self._entries[f"{name}.parquet"] = table.close()
            if "/" in name:
                sync_folder(self._part / name.partition("/")[0])
        with HashedFile(self._part / MANIFEST) as file:
            file.write(manifest_text(self._entries, self.provenance).encode())
        sync_folder(self._part)
        for _ in range(1000):
            try:
                self._part.rename(self._target)  # onto nothing, or onto an empty folder
                break
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
            _replaceable(self._target)
            try:
                _carry_over(self._target, self._part)  # first, so that what others keep there is in the folder at every moment
                exchange(self._part, self._target)
                break
            except FileNotFoundError:
                continue  # another process took the older results away in between
        sync_folder(self._target.parent)

    def _needed(self) -> float:
        """Bytes for all of it, from what it took so far; 0 where nobody can tell."""
        count = float(sum(entry.length for entry in self._entries.values()))
        for name, table in self._tables.items():
            if name not in self.expected or table.parts == 0:
                return 0.0
            count += table.settled * max(1.0, self.expected[name] / table.parts)
        return count


def _local(path: Place) -> Path:
    """The path of a file of this machine's."""
    if isinstance(path, Path):
        return path
    raise StoreError("a part in an object store belongs to results in that store", where=str(path), next="Give a URL there")


def _named(folder: Path, name: str, suffix: str) -> Path:
    if NAME.fullmatch(name) is None or f"{name}.{suffix}" == MANIFEST:
        raise StoreError(f'"{name}" cannot be the name of a part of the results', next="Use lower-case letters, digits and hyphens")
    return folder / f"{name}.{suffix}"


def _replaceable(target: Path) -> None:
    """Raise StoreError where something is that is not ours to replace."""
    if not target.exists():
        return
    if not target.is_dir():
        raise StoreError("a file is in the way of a folder", where=str(target), next="Give another folder with --out")
    if any(target.iterdir()) and not (target / MANIFEST).is_file():
        what = "this folder is not empty, and what is in it are no results of countermove"
        raise StoreError(what, where=str(target), next="Give another folder with --out")


def _carry_over(old: Path, new: Path) -> None:
    """Put what others have put into the folder of older results also into that of the new ones; it stays in the old one."""
    try:
        ours = {MANIFEST, *(name.partition("/")[0] for name in read_manifest(old)[1].files)}
    except StoreError:
        ours = {path.name for path in old.iterdir() if path.suffix in (".parquet", ".json")}
    for path in old.iterdir():
        there = new / path.name
        if path.name in ours or os.path.lexists(there):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.copytree(path, there, symlinks=True, copy_function=_same_file)
        else:
            _same_file(str(path), str(there))


def _same_file(one: str, other: str) -> str:
    """The file under another name too; a copy where the disk has no links."""
    if os.path.islink(one):
        os.symlink(os.readlink(one), other)
        return other
    try:
        os.link(one, other)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
            raise
        shutil.copy2(one, other)
    return other
