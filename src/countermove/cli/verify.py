"""`countermove verify`: the table of numbers that can be checked against print."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from countermove.cli.failure import FINE, FOUND
from countermove.cli.options import Output
from countermove.cli.progress import Bar
from countermove.cli.terminal import say, say_json, say_table

if TYPE_CHECKING:
    from countermove.verify import Line


def verify(output: Output) -> int:
    """Compute every number that can be checked against print, and compare. Exit code 1 where one does not hold."""
    from countermove.verify import verify as lines_of

    with Bar(quiet=output.quiet or output.as_json) as bar:
        found = lines_of(lambda name: bar(name, 0, 0))
    lines, failed = found.lines, found.failed
    if output.as_json:
        say_json(found.to_json())
        return FOUND if failed else FINE
    shown = failed if output.quiet else lines
    if shown:
        sources = list(dict.fromkeys(line.source for line in shown))
        say_table(
            "Numbers that can be checked",
            ["what", "expected", "got", "tolerance", "holds", "source"],
            [_row(line, sources) for line in shown],
        )
        for place, source in enumerate(sources, 1):
            say(f"[{place}] {source}")
        say()
    say(f"{len(lines) - len(failed)} of {len(lines)} hold" + (f", {len(failed)} DO NOT" if failed else ""))
    return FOUND if failed else FINE


def _row(line: Line, sources: list[str]) -> list[str]:
    numbers = map(_number, (line.expected, line.got, line.tolerance))
    return [line.what, *numbers, "yes" if line.ok else "NO", f"[{sources.index(line.source) + 1}]"]


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.5g}" if math.isfinite(value) else "-"
    return str(value)
