"""A folder in an object store, by its URL: what `store` asks of a path, over any file system of fsspec. By the extra `objects`.

Object stores have no renaming, no locks and no folders. They need none here: a PUT is whole or nothing, names are made of content, and a manifest
is put last. Listings are never kept from one question to the next. Credentials and endpoints are the library's own affair, by the environment.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import Any, BinaryIO, NamedTuple

from countermove.errors import StoreError

URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_SHAPE = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]+)://(?P<bucket>[^/]+)/(?P<path>.+)")
_CLOSED = {"file", "local", "http", "https", "data", "zip", "tar", "github", "git", "blockcache", "filecache", "simplecache"}
_S3 = {"s3", "s3a"}
QUICK, PATIENT = (3, 4, 1), (5, 60, 5)
"""Seconds to connect, seconds to be answered, and attempts: of a first look, and of the work."""
_EXTRA = "pip install 'countermove[objects]'"
_CHECK = "Check the address, the network, and the credentials in the environment"


class Facts(NamedTuple):
    """What `stat` tells of an object: its bytes, and its last change in seconds since 1970."""

    st_size: int
    st_mtime: float


@dataclass(frozen=True, order=True)
class ObjectPath:
    """An object, or all objects whose names begin with `URL/`. It travels to other processes as its URL alone."""

    url: str

    def __str__(self) -> str:
        return self.url

    def __truediv__(self, name: str) -> ObjectPath:
        return ObjectPath(f"{self.url}/{name}")

    @property
    def name(self) -> str:
        """After the last stroke."""
        return self.url.rpartition("/")[2]

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return PurePosixPath(self.name).stem

    @property
    def suffix(self) -> str:
        """The ending, with its point."""
        return PurePosixPath(self.name).suffix

    @property
    def parent(self) -> ObjectPath:
        """Before the last stroke; of what lies at the top of a bucket, the bucket."""
        return ObjectPath(self.url.rpartition("/")[0])

    def with_name(self, name: str) -> ObjectPath:
        """Beside it, under another name."""
        return self.parent / name

    def relative_to(self, other: ObjectPath) -> PurePosixPath:
        """The rest of the name. Raises ValueError where it is not below the other."""
        return PurePosixPath(self.url).relative_to(other.url)

    @property
    def _key(self) -> str:
        return self.url.partition("://")[2]

    def _facts(self, waits: tuple[int, int, int] = PATIENT) -> dict[str, Any] | None:
        """Of the object; None where there is none."""
        with told(self):
            try:
                found: dict[str, Any] = _store(self, waits).info(self._key)
            except FileNotFoundError:
                return None
        return found if found.get("type") == "file" else None

    def is_file(self) -> bool:
        """Whether there is such an object."""
        return self._facts() is not None

    def is_dir(self) -> bool:
        """Whether there is anything below. Asked first, it finds out within ten seconds that nobody answers."""
        return next(self._listed(QUICK), None) is not None

    def exists(self) -> bool:
        """Whether there is anything."""
        return self.is_file() or self.is_dir()

    def stat(self) -> Facts:
        """Bytes, and the last change. Raises FileNotFoundError where there is no such object."""
        facts = self._facts()
        if facts is None:
            raise FileNotFoundError(2, "there is no such object", self.url)
        return _as_facts(facts)

    def iterdir(self) -> Iterator[ObjectPath]:
        """What lies directly below, in the order of names."""
        return iter(sorted({self / one["name"].rstrip("/").rpartition("/")[2] for one in self._listed()}))

    def glob(self, pattern: str) -> Iterator[ObjectPath]:
        """What lies directly below under a name like this."""
        return (path for path in self.iterdir() if PurePosixPath(path.name).match(pattern))

    def below(self) -> dict[str, Facts]:
        """Every object below, at any depth, by the rest of its name."""
        with told(self):
            try:
                found: dict[str, dict[str, Any]] = _store(self).find(self._key, detail=True)
            except FileNotFoundError:
                return {}
        start = len(self._key.lstrip("/")) + 1
        rest = {name.lstrip("/")[start:]: facts for name, facts in found.items()}
        return {name: _as_facts(rest[name]) for name in sorted(rest) if name}

    def _listed(self, waits: tuple[int, int, int] = PATIENT) -> Iterator[dict[str, Any]]:
        with told(self):
            try:
                found: list[dict[str, Any]] = _store(self, waits).ls(self._key, detail=True)
            except (FileNotFoundError, NotADirectoryError):
                return
        here = self._key.strip("/")
        yield from (
            one for one in found if one["name"].strip("/") != here
        )  # the mark that some programs put for a folder, or an object

    def open(self, mode: str = "rb") -> BinaryIO:
        """For reading, as it comes."""
        with told(self):
            stream: BinaryIO = _store(self).open(self._key, mode)
        return stream

    def read_bytes(self) -> bytes:
        """All of it. Raises FileNotFoundError where there is no such object."""
        with told(self):
            data: bytes = _store(self).cat_file(self._key)
        return data

    def read_text(self, encoding: str = "utf-8") -> str:
        """All of it, as text."""
        return self.read_bytes().decode(encoding)

    def write_bytes(self, data: bytes, waits: tuple[int, int, int] = PATIENT) -> None:
        """Put the object, whole or not at all; what was there is replaced."""
        with told(self):
            try:
                _store(self, waits).pipe_file(self._key, data)
            except FileNotFoundError as error:
                what = "there is no such bucket, or no store at this address"
                raise StoreError(what, where=self.url, next="Make it, or give another place") from error

    def refuse_closed(self, probe: str) -> None:
        """Raise StoreError, within ten seconds, where nothing can be put beside it: an empty object is, under this name, and taken away."""
        beside = self.with_name(probe)
        try:
            beside.write_bytes(b"", QUICK)
        except StoreError as error:
            raise StoreError(error.what, where=self.url, next=error.next) from error
        beside.unlink(missing_ok=True)

    def copy_to(self, other: ObjectPath) -> None:
        """Within the store; what was there is replaced. Raises FileNotFoundError where there is no such object."""
        with told(other):
            _store(self).cp_file(self._key, other._key)

    def unlink(self, missing_ok: bool = False) -> None:
        """Remove the object. Raises FileNotFoundError where there is none, unless that is well."""
        with told(self):
            try:
                _store(self).rm_file(self._key)
            except FileNotFoundError:
                if not missing_ok:
                    raise

    def remove_all(self) -> None:
        """Remove every object below."""
        for name in self.below():
            (self / name).unlink(missing_ok=True)


def object_path(url: str) -> ObjectPath:
    """The place of a URL. Raises StoreError for one that names no store, no place in it, or a secret, and where the library is missing."""
    shown = re.sub(r"//[^/]*@", "//…@", url.partition("?")[0])
    if "@" in url or "?" in url or "#" in url:
        what = "a URL here holds no user, no password and no question"
        raise StoreError(what, where=shown, next="Give SCHEME://BUCKET/NAME; credentials come from the environment")
    found = _SHAPE.fullmatch(url.rstrip("/"))
    scheme = url.partition(":")[0]
    if scheme in _CLOSED:
        what = f"{scheme}:// is no object store"
        raise StoreError(what, where=shown, next="Give the folder by its path, or SCHEME://BUCKET/NAME of a store")
    if found is None or any(part in ("", ".", "..") for part in found["path"].split("/")) or "::" in url:
        raise StoreError(
            "this names no folder in a bucket", where=shown, next="Give SCHEME://BUCKET/NAME, such as s3://results/runs/donbas"
        )
    path = ObjectPath(url.rstrip("/"))
    with told(path):
        _store(path, QUICK)
    return path


def _store(path: ObjectPath, waits: tuple[int, int, int] = PATIENT) -> Any:
    """The file system; the library keeps one for each thread, and none over a fork."""
    scheme = path.url.partition("://")[0]
    try:
        fsspec: Any = import_module("fsspec")
        connect, answer, attempts = waits
        options: dict[str, Any] = {"use_listings_cache": False}
        if scheme in _S3:
            config = {"connect_timeout": connect, "read_timeout": answer, "retries": {"max_attempts": 0}}
            options |= {"config_kwargs": config, "asynchronous": False}
        store = fsspec.filesystem(scheme, **options)
        if scheme in _S3:
            store.retries = attempts
            logging.getLogger("aiobotocore").setLevel(logging.CRITICAL)
        return store
    except ImportError as error:
        raise StoreError(f"{scheme}:// needs a library that is not installed", where=path.url, next=_EXTRA) from error
    except ValueError as error:
        if scheme not in str(error):
            raise
        raise StoreError(f"nobody knows a store of the kind {scheme}://", where=path.url, next="s3:// is one") from error


def _as_facts(found: dict[str, Any]) -> Facts:
    names = ("LastModified", "last_modified", "mtime", "updated", "created")  # each library calls it otherwise
    changed: Any = next((found[name] for name in names if found.get(name)), 0.0)
    return Facts(int(found.get("size") or 0), changed.timestamp() if hasattr(changed, "timestamp") else 0.0)


@contextmanager
def told(path: ObjectPath) -> Generator[None]:
    """Turn what the store refuses into a StoreError of one line. What is missing stays FileNotFoundError."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        if "bucket does not exist" not in str(error):
            raise
        raise StoreError("there is no such bucket", where=path.url, next="Make it, or give another place") from error
    except PermissionError as error:
        what = "the store does not let you do this"
        raise StoreError(what, where=path.url, next="Give credentials that may, in the environment, or another place") from error
    except (StoreError, KeyboardInterrupt, MemoryError, GeneratorExit):
        raise
    except Exception as error:
        said = re.sub(r"//[^/@\s]*@", "//…@", " ".join(str(error).split()))[:200]
        raise StoreError(
            f"the store does not answer as it should: {said or type(error).__name__}", where=path.url, next=_CHECK
        ) from error
