"""The manifest of a result folder: written last, it names every file with its length and hash, and says how the results were made."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from countermove.errors import StoreError
from countermove.plain import Plain, plain, text_of
from countermove.store.disk import explained, sha256_of
from countermove.store.objects import ObjectPath
from countermove.store.place import Place

MANIFEST = "manifest.json"
FORMAT = 2
"""1: every table is one file. 2: a table may be a folder of files. Both are read."""
NAME = re.compile(r"[a-z][a-z0-9-]{0,60}")
LETTERS = 32
"""Of the hash, in a name."""
NAMED = re.compile(r"[a-z][a-z0-9-]{0,120}\.(?:parquet|json)")
"""A file of ours, beside those in the folder of a table."""
_FILE = re.compile(rf"{NAMED.pattern}|[a-z][a-z0-9-]{{0,60}}/[a-z][a-z0-9-]{{0,120}}\.parquet")
AT_ONCE = 8
_ANEW = "Run it again, into another folder or into this one"


@dataclass(frozen=True)
class Entry:
    """One file: its length in bytes, its SHA-256, and the rows of a table (None for a document)."""

    length: int
    sha256: str
    rows: int | None = None


@dataclass(frozen=True)
class Manifest:
    """What a result folder holds and how it was made."""

    files: Mapping[str, Entry]
    provenance: Mapping[str, Any]
    format: int = FORMAT


def addressed_name(name: str, entry: Entry) -> str:
    """The name under which a file lies in an object store, with its hash: no file there is ever written over by another."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}-{entry.sha256[:LETTERS]}.{suffix}"


def plain_name(name: str, entry: Entry) -> str:
    """The name without it."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem.removesuffix(f'-{entry.sha256[:LETTERS]}')}.{suffix}"


def _sealed(body: dict[str, Plain]) -> str:
    """The hash that the manifest carries of itself."""
    return hashlib.sha256(text_of(body).encode()).hexdigest()


def manifest_text(files: Mapping[str, Entry], provenance: object) -> str:
    """The manifest as it is written. `provenance` is a mapping or a dataclass."""
    made = plain(provenance)
    if not isinstance(made, dict):
        raise StoreError("provenance is a mapping or a record, by name", next="Say at least how the results were made")
    body: dict[str, Plain] = {"format": FORMAT, "provenance": made, "files": plain(dict(sorted(files.items())))}
    return _text(body)


def _text(body: dict[str, Plain]) -> str:
    """The file, byte for byte."""
    return text_of({**body, "sha256": _sealed(body)})


def _version(body: Mapping[str, Any]) -> str:
    """In brackets, of what wrote it, where it says so."""
    made = body.get("provenance")
    version = cast("Mapping[str, Any]", made).get("code_version") if isinstance(made, Mapping) else None
    return f" ({version[:60]})" if isinstance(version, str) else ""


def read_manifest(directory: Place) -> tuple[bytes, Manifest]:
    """The manifest's bytes and meaning. Raises StoreError where there is none, or where it is not as it was written."""
    where, path = str(directory), directory / MANIFEST
    if not directory.is_dir():
        raise StoreError("there are no results here", where=where, next="`countermove run FILE --out DIR` puts some there")
    if not path.is_file():
        raise StoreError("this folder has no manifest.json: it holds no results, or only a part of some", where=where, next=_ANEW)
    with explained(path):
        raw = path.read_bytes()
    try:
        body = cast("dict[str, Any]", json.loads(raw))
        seal, form = body.pop("sha256"), body["format"]
        if isinstance(form, int) and form > FORMAT:
            raise StoreError(
                f"these results were written by a newer version of countermove{_version(body)}", where=where, next="Update it"
            )
        if seal != _sealed(body) or raw != _text(body).encode():
            raise ValueError("seal")
        files = {name: Entry(**entry) for name, entry in body["files"].items()}
        if not all(_FILE.fullmatch(name) for name in files):
            raise ValueError("names")
        return raw, Manifest(files, body["provenance"], form)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreError("manifest.json was altered, or was never written to its end", where=where, next=_ANEW) from error


def verified(directory: Place) -> Manifest:
    """The manifest, once every file is as it says. Raises StoreError with all that is wrong."""
    for _ in range(5):
        raw, manifest = read_manifest(directory)
        wrong = _all_wrong(directory, manifest)
        if not wrong:
            return manifest
        if read_manifest(directory)[0] == raw:
            raise StoreError("; ".join(wrong), where=str(directory), next=_ANEW)
        # the folder was replaced by a newer run while its files were read: look again
    raise StoreError("the results change while they are read", where=str(directory), next="Wait until the other run has ended")


def _all_wrong(directory: Place, manifest: Manifest) -> list[str]:
    """What is wrong with each file. Objects are asked for several at a time: each is a way over the network."""
    if not isinstance(directory, ObjectPath):
        return [found for name, entry in manifest.files.items() if (found := _wrong(directory, name, entry))]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="verified") as pool:
        each = pool.map(partial(_wrong, directory), manifest.files.keys(), manifest.files.values())
        return [found for found in each if found]


def _wrong(directory: Place, name: str, entry: Entry) -> str:
    """What is wrong with a file, or nothing."""
    path = directory / name
    if not path.is_file():
        return f"{name} is missing"
    with explained(path):
        if path.stat().st_size != entry.length:
            return f"{name} has {path.stat().st_size} bytes of {entry.length}: half-written or altered"
        return f"{name} was altered since it was written" if sha256_of(path) != entry.sha256 else ""
