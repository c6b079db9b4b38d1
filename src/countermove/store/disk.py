"""The edge to the file system: what is written is hashed on the way, lands whole or not at all, and fails with words."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import re
import secrets
import shutil
import socket
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import NamedTuple, TypeVar

from countermove.errors import StoreError
from countermove.store.objects import ObjectPath

AnyPath = TypeVar("AnyPath", Path, ObjectPath)

AGAIN = "Free some, or give another folder with --out, and run the same command again: it goes on where it stopped"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_BUFFER = 1 << 20


def size_in_words(count: float) -> str:
    """1.5 GB and the like."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def _nearest(path: Path) -> Path:
    """The path, or the nearest folder above it that exists."""
    return next((place for place in (path, *path.parents) if place.is_dir()), Path())


def free_bytes(path: Path) -> int:
    """Room for what will be at a path; raises StoreError where nobody can look."""
    with explained(path):
        return shutil.disk_usage(_nearest(path.absolute())).free


@contextmanager
def explained(path: Path | ObjectPath, needed: Callable[[], float] = lambda: 0.0) -> Generator[None]:
    """Turn what the file system refuses into a StoreError: where, what, what next. `needed` is asked for bytes, 0 where nobody knows."""
    try:
        yield
    except OSError as error:
        where = str(path)
        if error.errno in _FULL:
            count = needed()
            free = f"{size_in_words(shutil.disk_usage(_nearest(path)).free)} free" if isinstance(path, Path) else ""
            told = ", ".join(filter(None, (free, f"about {size_in_words(count)} needed" if count else "")))
            what = "the disk is full" + (f": {told}" if told else "")
            raise StoreError(what, where=where, next=AGAIN) from error
        if error.errno in _FORBIDDEN:
            raise StoreError("nothing may be written here", where=where, next="Give another folder with --out") from error
        if error.errno in (errno.ENOTDIR, errno.EEXIST):
            raise StoreError("a file is in the way of a folder", where=where, next="Give another folder with --out") from error
        raise StoreError(error.strerror or str(error), where=where) from error


def write_bytes(descriptor: int, data: bytes | memoryview) -> int:
    """One call to the operating system; tests put a full disk here."""
    return os.write(descriptor, data)


class HashedFile:
    """A new file, open for writing, that knows its SHA-256 and its length. It has what pyarrow asks of a Python file."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        self._digest = hashlib.sha256()
        self._waiting = bytearray()
        self.length = 0
        self.closed = False

    def write(self, data: bytes | memoryview) -> int:
        """All of the data, to be written soon."""
        self._digest.update(data)
        self._waiting += data
        count = memoryview(data).nbytes
        self.length += count
        if len(self._waiting) >= _BUFFER:
            self.flush()
        return count

    def flush(self) -> None:
        """Hand everything to the operating system."""
        with memoryview(self._waiting) as view:
            start = 0
            while start < len(view):
                start += write_bytes(self._descriptor, view[start : start + (64 << 20)])
        self._waiting = bytearray()

    def tell(self) -> int:
        """How much was written."""
        return self.length

    def readable(self) -> bool:
        """It is not."""
        return False

    def writable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is not: what was hashed stays."""
        return False

    @property
    def sha256(self) -> str:
        """Of everything written, in hex."""
        return self._digest.hexdigest()

    def close(self) -> None:
        """Flush to the disk itself and close."""
        if not self.closed:
            self.flush()
            os.fsync(self._descriptor)
            self.drop()

    def drop(self) -> None:
        """Close as it is."""
        if not self.closed:
            self.closed = True
            os.close(self._descriptor)

    def __enter__(self) -> HashedFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self.close()
        else:
            self.drop()


def sha256_of(path: Path | ObjectPath) -> str:
    """Of a file, in hex, read piece by piece."""
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while piece := file.read(_BUFFER):
            digest.update(piece)
        return digest.hexdigest()


def _mark() -> str:
    """This process, as it stands in the names of its unfinished files."""
    host = "".join(letter if letter.isalnum() else "-" for letter in socket.gethostname())[:40]
    return f"{host}-{os.getpid()}"


def sibling(path: AnyPath) -> AnyPath:
    """A new name beside `path` that says whose it is."""
    return path.with_name(f".{path.name}.part-{_mark()}-{secrets.token_hex(4)}")


_UNFINISHED = re.compile(r"\.(?P<name>.+)\.part-(?P<host>[A-Za-z0-9-]+)-(?P<process>\d+)-[0-9a-f]{8}")


class Owner(NamedTuple):
    """Whose an unfinished file or folder is: what it was to be, whether of this machine, and whether its process still is."""

    name: str
    here: bool
    alive: bool


def owner_of(name: str) -> Owner | None:
    """The owner of a name that `sibling` made; None of any other name."""
    found = _UNFINISHED.fullmatch(name)
    if found is None:
        return None
    here = found["host"] == _mark().rpartition("-")[0]
    return Owner(found["name"], here, here and _alive(int(found["process"])))


def sweep(path: Path) -> None:
    """Remove what processes of this machine that are no more have left beside `path`."""
    _sweep(path.parent, path.name)


def sweep_all(folder: Path) -> None:
    """Remove what processes of this machine that are no more have left in a folder, whatever it was to be."""
    _sweep(folder, None)


def _sweep(folder: Path, name: str | None) -> None:
    for left in folder.glob(".*.part-*"):
        owner = owner_of(left.name)
        if owner is not None and owner.here and not owner.alive and name in (None, owner.name):
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def write_whole(path: Path, data: bytes) -> None:
    """The file with this content, or no change at all."""
    part = sibling(path)
    try:
        with HashedFile(part) as file:
            file.write(data)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write_together(files: Mapping[Path, bytes]) -> None:
    """Files that belong together: all of them with this content, or no change at all; the last named last.

    Each is on the disk before the first is named, so that only a process that is killed between two names leaves some of them new and some old.
    What dead processes left of them is removed.
    """
    parts = {path: sibling(path) for path in files}
    try:
        for path, data in files.items():
            sweep(path)
            with HashedFile(parts[path]) as file:
                file.write(data)
        for path, part in parts.items():
            part.replace(path)
    except BaseException:
        for part in parts.values():
            part.unlink(missing_ok=True)
        raise


def write_page(path: Path, text: str, what: str = "page", *, beside: Mapping[Path, bytes] = MappingProxyType({})) -> Path:
    """A text for a reader, in UTF-8, whole or not at all, and what belongs `beside` it; its folder is made.

    Raises StoreError that names `what` it is.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_together({**beside, path: text.encode("utf-8")})
    except OSError as error:
        raise StoreError(
            f"the {what} cannot be written: {error.strerror}",
            where=str(path),
            next="Free some space, or name another place" if error.errno in _FULL else "Name another place",
        ) from error
    return path


def linked(path: Path, other: Path) -> None:
    """The same file under another name, which may be in another folder; where the disk has no links, it is moved."""
    try:
        other.hardlink_to(path)
    except FileExistsError:
        raise
    except OSError:
        path.replace(other)


def refuse_closed_folder(folder: Path, option: str = "--out") -> None:
    """Raise StoreError, before any work is done, where nothing can be written into a folder that is there or would be made.

    A file is made in it, or in the nearest folder above it that exists, and taken away again. `option`: the one that gives another folder.
    """
    there = next((place for place in (folder, *folder.parents) if os.path.lexists(place)), Path())
    part = sibling(there / "probe")
    try:
        sweep(there / "probe")
        with HashedFile(part):
            pass
        part.unlink()
    except OSError as error:
        what = "nothing may be written here" if error.errno in _FORBIDDEN else error.strerror or str(error)
        what = "a file is in the way of a folder" if error.errno == errno.ENOTDIR else what
        raise StoreError(what, where=str(folder), next=f"Give another folder with {option}") from error


def exchange(one: Path, other: Path) -> None:
    """Let two folders change places, so that at no moment one is missing (where the system cannot: at hardly any)."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    here, swap = -100, 2
    if rename is not None and rename(here, os.fsencode(one.absolute()), here, os.fsencode(other.absolute()), swap) == 0:
        return
    aside = other.with_name(f".{other.name}.old-{secrets.token_hex(4)}")
    other.rename(aside)
    one.rename(other)
    aside.rename(one)


def sync_folder(path: Path) -> None:
    """What was renamed in a folder outlives a loss of power."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
