"""`countermove verify`: the table of numbers that can be checked against print."""

from __future__ import annotations

from countermove.cli.failure import FINE, FOUND
from countermove.cli.options import Output
from countermove.cli.progress import Bar
from countermove.cli.terminal import say, say_json, say_table


def verify(output: Output) -> int:
    """Compute every number that can be checked against print, and compare. Exit code 1 where one does not hold."""
    from countermove.verify import verify as lines_of
    from countermove.verify.line import lines_table

    with Bar(quiet=output.quiet or output.as_json) as bar:
        found = lines_of(lambda name: bar(name, 0, 0))
    lines, failed = found.lines, found.failed
    if output.as_json:
        say_json(found.to_json())
        return FOUND if failed else FINE
    shown = failed if output.quiet else lines
    if shown:
        sources = list(dict.fromkeys(line.source for line in shown))
        say_table(lines_table(shown, sources))
        for place, source in enumerate(sources, 1):
            say(f"[{place}] {source}")
        say()
    say(f"{len(lines) - len(failed)} of {len(lines)} hold" + (f", {len(failed)} DO NOT" if failed else ""))
    return FOUND if failed else FINE
