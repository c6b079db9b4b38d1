"""Every file of a result against its manifest: all that is wrong, by name. Nothing is repaired, and nothing that is wrong is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from countermove.errors import StoreError
from countermove.store.disk import explained, sha256_of
from countermove.store.manifest import MANIFEST, NAMED, Entry, Manifest, read_manifest
from countermove.store.place import Place


@dataclass(frozen=True)
class Fault:
    """What is wrong with one file of a result, `kind` in a word: missing, torn, longer, altered, swapped, superfluous, manifest."""

    file: str
    kind: str
    what: str


@dataclass(frozen=True)
class Audit:
    """A result that was looked through: how many files and bytes its manifest names, all that is wrong, and the command that makes it again."""

    folder: Place
    files: int
    length: int
    faults: tuple[Fault, ...]
    again: str

    @property
    def ok(self) -> bool:
        """Whether every file is as it was written."""
        return not self.faults


def audit(folder: Place) -> Audit:
    """Look through one result. Raises StoreError where the folder or a file of it cannot be read at all."""
    try:
        manifest = read_manifest(folder)[1]
    except StoreError as error:
        if not folder.is_dir():
            raise
        return Audit(folder, 0, 0, (Fault(MANIFEST, "manifest", error.what),), "")
    found = (*_wrong_files(folder, manifest), *_superfluous(folder, manifest))
    length = sum(entry.length for entry in manifest.files.values())
    return Audit(folder, len(manifest.files), length, found, str(manifest.provenance.get("command") or ""))


def _wrong_files(folder: Place, manifest: Manifest) -> Iterator[Fault]:
    names = {entry.sha256: name for name, entry in manifest.files.items()}
    for name, entry in manifest.files.items():
        fault = _wrong(folder, name, entry, names)
        if fault is not None:
            yield fault


def _wrong(folder: Place, name: str, entry: Entry, names: dict[str, str]) -> Fault | None:
    path = folder / name
    if not path.is_file():
        return Fault(name, "missing", "is missing")
    with explained(path):
        length, found = path.stat().st_size, sha256_of(path)
    if (length, found) == (entry.length, entry.sha256):
        return None
    if found in names:
        return Fault(name, "swapped", f"holds what {names[found]} should hold")
    if length < entry.length:
        return Fault(name, "torn", f"has {length} bytes of {entry.length}")
    if length > entry.length:
        return Fault(name, "longer", f"has {length - entry.length} bytes more than were written")
    return Fault(name, "altered", "is not what was written, though as long")


def _superfluous(folder: Place, manifest: Manifest) -> Iterator[Fault]:
    """What would be taken for a part of the result and is none; what else a user keeps in the folder is the user's."""
    tables = {name.partition("/")[0] for name in manifest.files if "/" in name}
    with explained(folder):
        there: list[Any] = [path for path in folder.iterdir() if NAMED.fullmatch(path.name) and path.name != MANIFEST]
        there += [path for table in sorted(tables) if (folder / table).is_dir() for path in (folder / table).iterdir()]
    for path in sorted(there):
        name = path.relative_to(folder).as_posix()
        if name not in manifest.files:
            yield Fault(name, "superfluous", "is not named in the manifest")
