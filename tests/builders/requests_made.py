"""Requests to a server of ours, as a program makes them that is no browser."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answered:
    """What a server said; names of headers in small letters."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def data(self) -> Any:
        """As JSON."""
        return json.loads(self.text)

    @property
    def steps(self) -> list[dict[str, Any]]:
        """As JSON line by line."""
        return [json.loads(line) for line in self.text.splitlines()]


def asked(
    address: str, method: str = "GET", path: str = "/", body: bytes | Iterable[bytes] | None = None, **headers: str
) -> Answered:
    """One request; underscores in the names of headers are dashes."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=120)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named, encode_chunked=not isinstance(body, bytes | None))
        answer = connection.getresponse()
        text = answer.read().decode()
        return Answered(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text)
    finally:
        connection.close()


def posted(address: str, to: str, **asking: object) -> Answered:
    """One request with an object of JSON."""
    return asked(address, "POST", to, json.dumps(asking).encode(), Content_Type="application/json")
