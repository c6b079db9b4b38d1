"""Removing what dead runs have left. Never a result: a folder that is one, or may be one, stays."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from countermove.store.disk import explained, sibling
from countermove.store.inventory import DEAD, Leftover, leftovers_below
from countermove.store.objects import ObjectPath
from countermove.store.place import Place


def prunable(folders: Sequence[Place]) -> tuple[list[Leftover], list[Leftover]]:
    """What may be removed below these folders, and what is left alone, each with its reason. Raises StoreError."""
    found = {one.path: one for folder in folders for one in leftovers_below(folder)}
    return [one for one in found.values() if one.state == DEAD], [one for one in found.values() if one.state != DEAD]


def remove(leftovers: Sequence[Leftover]) -> tuple[list[Leftover], int]:
    """Remove what is still dead; what was removed, and the bytes of it. Raises StoreError where one cannot be removed.

    Each is looked at again first: a run may have begun since. A folder gets another name before its files go, so that no run finds half of it.
    """
    gone: list[Leftover] = []
    for one in leftovers:
        again = {left.path: left for left in leftovers_below(one.path.parent)}.get(one.path)
        if again is None or again.state != DEAD:
            continue
        with explained(one.path):
            if isinstance(one.path, ObjectPath):
                one.path.remove_all()
                one.path.unlink(missing_ok=True)
            elif one.path.is_dir() and not one.path.is_symlink():
                aside = sibling(one.path)
                one.path.rename(aside)
                shutil.rmtree(aside)
            else:
                one.path.unlink(missing_ok=True)
        gone.append(again)
    return gone, sum(one.length for one in gone)
