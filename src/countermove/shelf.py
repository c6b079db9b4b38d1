"""Where the wars and the records are kept: beside you, in the repository, or inside the installed package."""

from __future__ import annotations

from pathlib import Path
from typing import Literal


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
