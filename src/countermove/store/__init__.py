"""Where results rest: key, save, load, manifest, checkpoint. It knows no science: tables, documents, and how they were made."""

from countermove.store.checkpoint import Checkpoint
from countermove.store.columns import ADDRESS, Columns, addressed
from countermove.store.key import key_of
from countermove.store.load import Saved, array, load, outcomes, query
from countermove.store.save import Saving, save

__all__ = [
    "ADDRESS",
    "Checkpoint",
    "Columns",
    "Saved",
    "Saving",
    "addressed",
    "array",
    "key_of",
    "load",
    "outcomes",
    "query",
    "save",
]
