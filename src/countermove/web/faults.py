"""What a server does with an error that nobody raised on purpose: whoever asked is told nothing of it, so whoever serves can be."""

from __future__ import annotations

import os
import traceback

DEBUG = "COUNTERMOVE_DEBUG"


def trace(error: BaseException) -> None:
    """The whole trace on standard error, where COUNTERMOVE_DEBUG=1 asks for it."""
    if os.environ.get(DEBUG) == "1":
        traceback.print_exception(error)
