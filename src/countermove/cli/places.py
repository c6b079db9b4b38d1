"""Places that were typed: folders, and URLs of object stores where a command takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from countermove.errors import StoreError

if TYPE_CHECKING:
    from countermove.store.place import Place


def place_typed(text: str) -> Place:
    """The place. Raises StoreError for a URL that names none, and for memory://, which ends with the command."""
    from countermove.store.place import place_of

    if text.startswith("memory:"):
        raise StoreError("what is put there ends with this command", where=text, next="Give a folder, or s3://BUCKET/NAME")
    return place_of(text)
