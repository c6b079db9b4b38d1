"""Scenarios as text."""

from __future__ import annotations


def part(source: str, *left_out: str) -> str:
    """A scenario's text without some of its sections."""
    kept, keep = list[str](), True
    for line in source.splitlines():
        if line[:1] not in ("", " ", "#", "-"):
            keep = line.split(":")[0] not in left_out
        kept += [line] if keep else []
    return "\n".join(kept) + "\n"
