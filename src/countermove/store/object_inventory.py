"""What lies below a URL: results, and what runs that were stopped have left."""

from __future__ import annotations

import re
import time

from countermove.store.disk import owner_of
from countermove.store.manifest import MANIFEST
from countermove.store.objects import Facts, ObjectPath

STOPPED = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{16}\.partial")
HOUR = 3600.0


def manifests_below(folder: ObjectPath) -> list[ObjectPath]:
    """The places that have a manifest, in the order of their names."""
    found = [folder / name for name in folder.below() if name.rpartition("/")[2] == MANIFEST]
    return sorted(path.parent for path in found)


def left_below(folder: ObjectPath) -> dict[ObjectPath, dict[str, Facts]]:
    """What unfinished runs have left, each with its objects by their names."""
    found: dict[ObjectPath, dict[str, Facts]] = {}
    for name, facts in folder.below().items():
        words = name.split("/")
        at = next((at for at, word in enumerate(words) if STOPPED.fullmatch(word) or owner_of(word)), None)
        if at is not None:
            found.setdefault(folder / "/".join(words[: at + 1]), {})["/".join(words[at:])] = facts
    return found


def whose(objects: dict[str, Facts]) -> tuple[bool, bool, bool]:
    """Whether a process of this machine is at work on them, whether one of another machine may be, and whether they changed within the hour."""
    owners = [owner for name in objects for word in name.split("/") if (owner := owner_of(word)) is not None]
    last = max(facts.st_mtime for facts in objects.values())
    return any(owner.alive for owner in owners), any(not owner.here for owner in owners), time.time() - last < HOUR
