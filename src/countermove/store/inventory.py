"""What lies on the disk: results below a folder, what runs that were stopped have left beside them, and what the cache keeps."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from countermove.errors import StoreError
from countermove.store.disk import Owner, explained, owner_of
from countermove.store.manifest import MANIFEST, Manifest, read_manifest, verified
from countermove.store.object_inventory import HOUR, left_below, manifests_below, whose
from countermove.store.objects import ObjectPath
from countermove.store.place import Place

DEAD, AT_WORK, ELSEWHERE, WHOLE, LATELY = "dead", "at work", "of another machine", "a whole result", "changed within the hour"
"""Whose a leftover is; only what is dead may be removed."""
_PIECES = re.compile(r"\.(?P<name>.+)\.(?:[0-9a-f]{16}\.partial|resume-[0-9a-f]{16})")
_OURS = re.compile(rb'"(?:provenance|sha256|files|format)"')


@dataclass(frozen=True)
class Found:
    """A folder with a manifest: how its results were made, or why that cannot be read. `written` is in seconds since 1970."""

    folder: Place
    provenance: Mapping[str, Any]
    files: int
    length: int
    written: float
    problem: str = ""


@dataclass(frozen=True)
class Leftover:
    """What a run that has not ended, or was stopped, has left: `kind` in words, `state` one of those above, its size and last change."""

    path: Place
    kind: str
    state: str
    length: int
    written: float


@dataclass(frozen=True)
class Kept:
    """One entry of the cache folder, all of which can be made again except `data`."""

    path: Path
    kind: str
    files: int
    length: int
    written: float


def results_below(folder: Place) -> list[Found]:
    """All results in a folder and below it, in the order of their paths. Raises StoreError where the folder cannot be read."""
    if isinstance(folder, ObjectPath):
        if not folder.is_dir():
            raise StoreError(
                "there is nothing under this URL", where=str(folder), next="`countermove run FILE --out URL` puts results there"
            )
        return [_found(place) for place in manifests_below(folder) if _is_ours(place / MANIFEST)]
    found: list[Found] = []
    for place, _, names in _walk(folder):
        if MANIFEST in names:
            with suppress(FileNotFoundError):  # replaced or removed at this moment
                found += [_found(Path(place))] if _is_ours(Path(place) / MANIFEST) else []
    return found


def leftovers_below(folder: Place) -> list[Leftover]:
    """What unfinished runs have left in a folder and below it. Raises StoreError where the folder cannot be read."""
    if isinstance(folder, ObjectPath):
        return _left_objects(folder)
    found: list[Leftover] = []
    for place, folders, names in _walk(folder, hidden=True):
        every = sorted((*folders, *names))
        owners = [owner for name in every if (owner := owner_of(name)) is not None]
        for name in every:
            kind, state = _left(Path(place), name, owners)
            if kind:
                found.append(Leftover(Path(place) / name, kind, state, *_size(Path(place) / name)[1:]))
                if name in folders:
                    folders.remove(name)  # what lies in it is counted with it
    return found


def _left_objects(folder: ObjectPath) -> list[Leftover]:
    found: list[Leftover] = []
    for path, objects in left_below(folder).items():
        here, elsewhere, lately = whose(objects)
        state = AT_WORK if here else ELSEWHERE if elsewhere else LATELY if lately else DEAD
        length, last = sum(one.st_size for one in objects.values()), max(one.st_mtime for one in objects.values())
        found.append(Leftover(path, "stopped run" if path.name.endswith(".partial") else "unfinished", state, length, last))
    return found


def cached(folder: Path) -> list[Kept]:
    """The entries of the cache folder; none where there is no such folder."""
    if not folder.is_dir():
        return []
    with explained(folder):
        return [Kept(path, _kind(path.name), *_size(path)) for path in sorted(folder.iterdir())]


def _walk(folder: Path, *, hidden: bool = False) -> Iterator[tuple[str, list[str], list[str]]]:
    """As os.walk, in the order of names; folders that are hidden are not entered, and links are not followed."""
    if not folder.is_dir():
        raise StoreError(
            "there is no such folder", where=str(folder), next="Give one with results: `countermove run` puts them into runs/"
        )

    def refused(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):  # gone since it was listed
            raise error

    with explained(folder):
        for place, folders, names in os.walk(folder, onerror=refused):
            folders.sort()
            shown = [name for name in folders if not name.startswith(".")]
            if hidden:
                yield place, folders, names
            folders[:] = [name for name in shown if name in folders]
            if not hidden:
                yield place, folders, names


def _is_ours(path: Place) -> bool:
    """Whether a manifest may be one of ours, however damaged: other programs have files of this name."""
    with explained(path):
        raw = path.read_bytes()
    return (
        len(_OURS.findall(raw)) >= 3 or not raw or any(path.with_name(name).exists() for name in ("tables.json", "bands.parquet"))
    )


def _found(folder: Place) -> Found:
    written = (folder / MANIFEST).stat().st_mtime
    try:
        manifest: Manifest = read_manifest(folder)[1]
    except StoreError as error:
        return Found(folder, {}, 0, 0, written, error.what)
    length = sum(entry.length for entry in manifest.files.values())
    return Found(folder, manifest.provenance, len(manifest.files), length, written)


def _left(place: Path, name: str, owners: Sequence[Owner]) -> tuple[str, str]:
    """What kind of leftover it is and its state; two empty texts for what is none."""
    owner = owner_of(name)
    if owner is not None:
        return "unfinished", _state(place / name, owner)
    pieces = _PIECES.fullmatch(name)
    if pieces is None:
        return "", ""
    states = {_alive_or_dead(owner) for owner in owners if owner.name == pieces["name"]}
    if not states and time.time() - _size(place / name)[2] < HOUR:
        states = {LATELY}  # nothing says whose it is: a search that is at work, or one that was stopped
    return "stopped run", next((state for state in (AT_WORK, ELSEWHERE, LATELY) if state in states), DEAD)


def _state(path: Path, owner: Owner) -> str:
    state = _alive_or_dead(owner)
    return WHOLE if state == DEAD and _is_whole(path) and not _is_whole(path.with_name(owner.name)) else state


def _alive_or_dead(owner: Owner) -> str:
    return ELSEWHERE if not owner.here else AT_WORK if owner.alive else DEAD


def _is_whole(path: Path) -> bool:
    """Whether it is a result, every file of it: killed in its last moment, a run leaves one that is not in its place."""
    if not (path / MANIFEST).is_file():
        return False
    try:
        verified(path)
    except StoreError:
        return False
    return True


def _size(path: Path) -> tuple[int, int, float]:
    """Files, bytes, and the last change of a file or folder; what vanishes meanwhile counts as nothing."""
    files, length, last = 0, 0, 0.0
    inside = [Path(place) / name for place, _, names in os.walk(path) for name in names] if path.is_dir() else [path]
    for one in inside:
        try:
            found = one.lstat()
        except OSError:
            continue
        files, length, last = files + 1, length + found.st_size, max(last, found.st_mtime)
    return files, length, last or _changed(path)


def _changed(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:
        return 0.0


def _kind(name: str) -> str:
    """What an entry of the cache is, in words."""
    kinds = {
        "xla": "compiled programs",
        "weighings": "weighings",
        "workbench": "answers of the workbench",
        "data": "data sets of publishers, which may be yours alone",
        "steps.json": "how long steps took",
    }
    return kinds.get(name) or ("pieces of a solved game" if name.startswith("solving-") else "not ours")
