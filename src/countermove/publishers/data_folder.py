"""The data folder: files of publishers that a user put there, or fetched; what is known of them, and what is not.

Nothing gets in that was not read without a mistake or recognised by its checksum. A checksum that is not in the table is accepted, and
said. No file takes the place of another one.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from countermove.errors import Issue, RecordError
from countermove.publishers.formats import FORMATS, MAX_FILE, load_bytes, read_bytes, recognise
from countermove.publishers.table import KNOWN, Known
from countermove.scenario.node_reader import listed as one_of
from countermove.shelf import cache_folder
from countermove.spelling import closest

WAIT = 60  # seconds for an answer from the network

State = Literal["here", "absent", "other contents", "checksum not known"]


@dataclass(frozen=True)
class Holding:
    """A file that is known or is in the folder. `file` is where it is, or would be; `known` is None where nothing is known of it."""

    name: str
    state: State
    format: str
    file: Path
    known: Known | None


@dataclass(frozen=True)
class Added:
    """What was put into the folder. `rows` is None where the file was recognised by its checksum alone; `already`: it was there."""

    name: str
    file: Path
    format: str
    rows: int | None
    sha256: str
    known: Known | None
    already: bool
    note: str


def data_folder() -> Path:
    """$COUNTERMOVE_DATA, or `data` in the cache folder ($COUNTERMOVE_CACHE, or the user's own)."""
    named = os.environ.get("COUNTERMOVE_DATA")
    return Path(named) if named else cache_folder() / "data"


def listed() -> tuple[Holding, ...]:
    """Every known file, in the order of the table, with its state; then the files of the folder that are not in the table."""
    folder = data_folder()
    known = [Holding(entry.name, _state(folder / entry.path, entry), entry.format, folder / entry.path, entry) for entry in KNOWN]
    others = [
        Holding(file.name, "checksum not known", form, file, None)
        for form in FORMATS
        for file in sorted((folder / form).glob("[!.]*"))
        if file.is_file()
    ]
    return (*known, *others)


def _state(file: Path, entry: Known) -> State:
    if not file.is_file():
        return "absent"
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return "here" if digest == entry.sha256 else "other contents"


def add(path: str | Path) -> Added:
    """Put a copy of a publisher's file into the folder: recognised by its checksum or its header, and read strictly.

    Raises:
        RecordError: every mistake in the file; a header that nobody knows; another file of the same name in the folder.
    """
    return _keep(load_bytes(path), str(path), Path(path).name)


def _keep(data: bytes, file: str, own_name: str) -> Added:
    digest = hashlib.sha256(data).hexdigest()
    known = next((entry for entry in KNOWN if entry.sha256 == digest), None)
    rows, form = None, known.format if known else ""
    if known is None or known.format:
        found = FORMATS[known.format] if known else recognise(data, file)
        rows, form = len(read_bytes(data, file, found)), found.name
    target = data_folder() / (known.path if known else f"{form}/{own_name}")
    already = target.is_file() and target.read_bytes() == data
    if not already:
        _write(target, data)
    note = "" if known else _unknown(form, digest)
    return Added(known.name if known else own_name, target, form, rows, digest, known, already, note)


def _unknown(form: str, digest: str) -> str:
    copies = ", ".join(entry.name for entry in KNOWN if entry.format == form)
    return (
        f"the checksum {digest} is not in the table of known files (of this format: {copies}): every row was read without a mistake;"
        " whether this is what its publisher gave out is for you to know"
    )


def _write(target: Path, data: bytes) -> None:
    """All of it under its name, or nothing."""
    if target.exists():
        raise _refused(
            str(target), "another file of this name is there already, with other contents", "another name, or its removal"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(part).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(part).unlink()
        raise


def fetch(name: str, before: Callable[[Known], object] = lambda entry: None) -> Added:
    """Get a known file from its publisher into the folder; nothing is kept whose checksum is not the known one.

    Args:
        name: its name in the table.
        before: called with what is known of the file before the network is asked: the place to show its licence.

    Raises:
        RecordError: no such name; no address; no network; something else came than the file that is known.
    """
    entry = next((entry for entry in KNOWN if entry.name == name), None)
    if entry is None:
        names = [entry.name for entry in KNOWN]
        raise RecordError([Issue(name, 0, 0, "no data set has this name", one_of(names, len(names)), closest(name, names))])
    before(entry)
    file = data_folder() / entry.path
    if _state(file, entry) == "here":
        return _keep(load_bytes(file), str(file), file.name)
    by_hand = f"the file from {entry.page or entry.publisher}, by hand, and `countermove data add FILE`"
    if not entry.url:
        raise _refused(name, "no address is known that gives this file", by_hand)
    return _keep(_from_network(entry, by_hand), entry.url, file.name)


def _from_network(entry: Known, by_hand: str) -> bytes:
    """The bytes of the file that is known; what comes lies in a folder of its own until its checksum is compared."""
    import pooch

    pooch.get_logger().setLevel("ERROR")
    packed = entry.url.endswith(".zip")
    downloader: Any = pooch.HTTPDownloader(
        timeout=WAIT
    )  # its signature and pooch's own type of a downloader name things differently
    with tempfile.TemporaryDirectory(prefix="countermove-") as folder:
        try:
            came = pooch.retrieve(
                entry.url,
                known_hash=None if packed else f"sha256:{entry.sha256}",
                fname="came.zip" if packed else "came",
                path=folder,
                downloader=downloader,
            )
        except OSError as error:  # all errors of the network are
            raise _refused(entry.url, f"cannot be fetched: {_in_words(error)}", f"a network; or {by_hand}") from None
        except ValueError:  # the checksum, as pooch says it
            raise _other(entry, by_hand) from None
        data = load_bytes(came)
    if packed:
        data = _unpacked(data, entry, by_hand)
    if hashlib.sha256(data).hexdigest() != entry.sha256:
        raise _other(entry, by_hand)
    return data


def _unpacked(data: bytes, entry: Known, by_hand: str) -> bytes:
    """The one table in an archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            tables = [item for item in archive.infolist() if item.filename.lower().endswith((".csv", ".tsv"))]
            if len(tables) != 1 or tables[0].file_size > MAX_FILE:
                raise _refused(entry.url, f"an archive with {len(tables)} tables came", by_hand)
            with archive.open(tables[0]) as stream:
                return stream.read(MAX_FILE + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError):
        raise _refused(entry.url, "what came is not a whole archive", by_hand) from None


def _in_words(error: OSError) -> str:
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status is not None:
        return f"the publisher answers {status}"
    return f"no answer in {WAIT} seconds" if "Timeout" in type(error).__name__ else "no connection"


def _other(entry: Known, by_hand: str) -> RecordError:
    return _refused(
        entry.url, f"what came is another file than the copy that is known (sha256 {entry.sha256}); nothing was kept", by_hand
    )


def _refused(where: str, message: str, expected: str) -> RecordError:
    return RecordError([Issue(where, 0, 0, message, expected)])
