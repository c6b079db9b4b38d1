"""Where results rest: key, save, load, manifest, checkpoint. It knows no science: tables, documents, and how they were made."""

from countermove.store.checkpoint import Checkpoint
from countermove.store.columns import ADDRESS, Columns, addressed
from countermove.store.key import key_of
from countermove.store.load import Saved, load
from countermove.store.place import Place, place_of
from countermove.store.save import Saving

__all__ = [
    "ADDRESS",
    "Checkpoint",
    "Columns",
    "Place",
    "Saved",
    "Saving",
    "addressed",
    "key_of",
    "load",
    "place_of",
]
