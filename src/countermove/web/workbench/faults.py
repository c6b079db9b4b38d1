"""What goes wrong in the workbench, in words for its page."""

from __future__ import annotations

from countermove.errors import DEBUG, CountermoveError, trace, unforeseen

REPORT = f"Please report it, with the text, and with what the terminal shows when the server is started with {DEBUG}=1"


def in_words_of(error: BaseException) -> str:
    """What went wrong; of what nobody raised on purpose the trace goes to standard error where COUNTERMOVE_DEBUG=1 asks for it."""
    if isinstance(error, CountermoveError):
        return str(error)
    trace(error)
    if isinstance(error, MemoryError):
        return "the machine of the server has no memory left for this"
    found = unforeseen(error)
    if found.fault:
        return f"a fault of the program, not of your text: {found.what}. {REPORT}."
    return f"{found.where}: {found.what}" if found.where else found.what
