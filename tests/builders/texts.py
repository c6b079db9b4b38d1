"""Scenarios and records as text."""

from __future__ import annotations

SEVEN_LINES = """\
scenario: my-war
like: donbas-2017
clock: {start: 2026-01, months: 36, known-until: 2025-12}
sides: {government: {}, rebels: {}}
patrons: {us: {supports: government}, russia: {supports: rebels}}
objective: {of: us, values: {direct-war: -10, settlement-by-24-months: 3}}
strategies: {wait: {moves: []}, arm: {moves: [{at: start, rung: lethal-defensive}]}}
"""
ROWS_HEADER = "series,valid,known,value,source,coding,note\n"
"""The first line of a record's rows."""


def part(source: str, *left_out: str) -> str:
    """A scenario's text without some of its sections."""
    kept, keep = list[str](), True
    for line in source.splitlines():
        if line[:1] not in ("", " ", "#", "-"):
            keep = line.split(":")[0] not in left_out
        kept += [line] if keep else []
    return "\n".join(kept) + "\n"
