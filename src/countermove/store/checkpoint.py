"""Finished pieces of a run that is not finished: so that an interrupted run goes on where it stopped, to the same bytes."""

from __future__ import annotations

import hashlib
import json
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import numpy as np

from countermove.errors import StoreError
from countermove.shelf import expanded
from countermove.store.disk import explained, sweep, write_whole
from countermove.store.objects import ObjectPath
from countermove.store.place import Place, place_of

_MAGIC = b"countermove piece 1\n"


class Checkpoint:
    """A folder of pieces. Each piece is a dict of arrays under a key; it is written whole and comes back as it was, or not at all.

    The folder's name must say which run it belongs to (put `key_of(...)` into it): pieces are trusted by their keys. Any number of threads
    and processes may share it. It can travel to other machines, where the folder must be the same.
    """

    def __init__(self, directory: str | Place) -> None:
        """Use this folder; it comes into being with the first piece."""
        place = place_of(directory)
        self.directory: Place = place if isinstance(place, ObjectPath) else place.absolute()

    @classmethod
    def beside(cls, directory: str | Path, key: str) -> Checkpoint:
        """The checkpoint of the run `key` whose results will be in `directory`: a hidden folder beside it."""
        path = expanded(directory).absolute()
        return cls(path.with_name(f".{path.name}.resume-{key[:16]}"))

    def count(self) -> int:
        """How many pieces there are, whole or not."""
        return sum(1 for _ in self.directory.glob("*.piece"))

    def _path(self, key: str) -> Place:
        return self.directory / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.piece"

    def get(self, key: str) -> dict[str, np.ndarray[Any, Any]] | None:
        """The piece, or None where it is missing, half-written or altered: then it is to be computed again."""
        try:
            raw = self._path(key).read_bytes()
        except OSError:
            return None
        head = len(_MAGIC) + 64
        if raw[: len(_MAGIC)] != _MAGIC or raw[len(_MAGIC) : head] != hashlib.sha256(raw[head:]).hexdigest().encode():
            return None
        stream = BytesIO(raw[head:])
        label = cast("dict[str, Any]", json.loads(stream.readline()))
        if label["key"] != key:
            return None
        return {name: np.lib.format.read_array(stream, allow_pickle=False) for name in label["names"]}

    def put(self, key: str, piece: dict[str, np.ndarray[Any, Any]]) -> None:
        """Keep a piece. Raises StoreError where the disk is full or closed to us."""
        stream = BytesIO()
        stream.write(json.dumps({"key": key, "names": list(piece)}).encode() + b"\n")
        for name, array in piece.items():
            if array.dtype.hasobject:
                raise StoreError(f"{name} is an array of objects: only numbers and texts can be kept")
            np.lib.format.write_array(stream, array, allow_pickle=False)
        body = stream.getvalue()
        data = _MAGIC + hashlib.sha256(body).hexdigest().encode() + body
        path = self._path(key)
        if isinstance(path, ObjectPath):
            path.write_bytes(data)
            return None
        with explained(self.directory, lambda: len(data)):
            for left in reversed(range(100)):
                try:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    return write_whole(path, data)
                except (
                    FileNotFoundError,
                    FileExistsError,
                ):  # a run beside us has ended and taken the folder away, at this very moment
                    if left == 0 or self.directory.is_file():
                        raise

    def finish(self) -> None:
        """The run is done: remove all pieces."""
        if isinstance(self.directory, ObjectPath):
            return self.directory.remove_all()
        shutil.rmtree(self.directory, ignore_errors=True)
        sweep(self.directory)
