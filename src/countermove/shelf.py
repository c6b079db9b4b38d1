"""Where the wars and the records are kept: beside you, in the repository, or inside the installed package."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal


def home() -> Path:
    """The user's own folder; that for temporary files where the system knows none (a container that runs under a number without a name)."""
    try:
        return Path.home()
    except RuntimeError:
        import tempfile

        return Path(tempfile.gettempdir())


def cache_folder() -> Path:
    """Where things are kept that can be made again: $COUNTERMOVE_CACHE, or `countermove` in the user's cache folder."""
    named = os.environ.get("COUNTERMOVE_CACHE")
    return Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or home() / ".cache") / "countermove"


def expanded(path: str | Path) -> Path:
    """The path with `~` as the user's folder; as it is written where there is no such user."""
    return Path(os.path.expanduser(path))


def shelf(kind: Literal["scenarios", "records"]) -> tuple[Path, ...]:
    """The folders of this kind that exist, in the order in which to look: your own, the repository's, the packaged one.

    Args:
        kind: what is looked for.

    Returns:
        Absolute paths without repetition; empty where nothing is kept at all.
    """
    package = Path(__file__).resolve().parent
    repository = package.parents[1]
    places = [Path.cwd() / kind]
    if (repository / "pyproject.toml").is_file():
        places.append(repository / kind)
    places.append(package / "_data" / kind)
    return tuple(dict.fromkeys(place.resolve() for place in places if place.is_dir()))
