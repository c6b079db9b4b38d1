"""`countermove verify`: the table of numbers that can be checked against print."""

from __future__ import annotations

import math

from countermove.cli.failure import FINE, FOUND
from countermove.cli.options import Output
from countermove.cli.progress import Bar
from countermove.cli.terminal import say, say_json, say_table


def verify(output: Output) -> int:
    """Compute every number that can be checked against print, and compare. Exit code 1 where one does not hold."""
    from countermove.study.verify import to_json
    from countermove.study.verify import verify as lines_of

    with Bar(quiet=output.quiet or output.as_json) as bar:
        lines = lines_of(lambda name: bar(name, 0, 0))
    failed = [line for line in lines if not line.ok]
    if output.as_json:
        say_json(to_json(lines))
        return FOUND if failed else FINE
    shown = failed if output.quiet else lines
    if shown:
        cells = [
            [line.what, line.source, *map(_number, (line.expected, line.got, line.tolerance)), "yes" if line.ok else "NO"]
            for line in shown
        ]
        say_table("Numbers that can be checked", ["what", "source", "expected", "got", "tolerance", "holds"], cells)
    say(f"{len(lines) - len(failed)} of {len(lines)} hold" + (f", {len(failed)} DO NOT" if failed else ""))
    return FOUND if failed else FINE


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.5g}" if math.isfinite(value) else "-"
    return str(value)
