"""From keys of sources to places in the list of references."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

JUDGEMENT = "judgement"


def anchors(references: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Key -> name of the place on the page. Keys come from files, so the places are numbered and not named after them."""
    return {key: f"reference-{place}" for place, (key, _) in enumerate(references, start=1)}


def basis(source: str, places: Mapping[str, str]) -> str:
    """What a number rests on: "judgement", "source" (in the references) or "stated" (a text that is no key)."""
    if source.strip().lower().startswith(JUDGEMENT):
        return JUDGEMENT
    return "source" if source in places else "stated"
