"""What the optional extra brings, and how to get it."""

from __future__ import annotations

from importlib.util import find_spec

from countermove.errors import CountermoveError

EXTRA = ("starlette", "uvicorn", "websockets")


def need_the_extra() -> None:
    """Raise CountermoveError where what serves pages is not installed."""
    lost = [name for name in EXTRA if find_spec(name) is None]
    if lost:
        raise CountermoveError(f"pages are served by {', '.join(lost)}, not installed here", next="pip install 'countermove[play]'")
