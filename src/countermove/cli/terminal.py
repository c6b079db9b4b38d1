"""What is written to the terminal: plain lines, JSON, tables. Texts come from files of strangers: never markup, never control codes."""

from __future__ import annotations

import json
import os
import re
import sys
from textwrap import fill
from typing import TYPE_CHECKING

from countermove.cli.outlet import spelled
from countermove.world.tables import Table

if TYPE_CHECKING:
    from rich import table as rich
    from rich.console import Console

_CONTROL = {
    code: "�"
    for code in (*range(32), *range(0x7F, 0xA0), 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    if code not in (9, 10)
}
WIDTH = 120  # of the screen, where there is none to ask
WIDEST = 1000  # of a table that is not folded
HEAD = 13  # of the name of a column, before it is broken
# or what stands where there is none
_NUMBER = re.compile(
    r"(at most |less than )?[-+<>\N{MINUS SIGN}]?\d|$|(nan|inf|n/a|–|refused|lost|cannot tell|not run|no limit|too seldom seen)$"
)


def safe(text: str) -> str:
    """The text without codes that would move the cursor, colour the screen or turn the direction of writing, in characters that the terminal
    has: a table is as wide as what is written."""
    return spelled(text.translate(_CONTROL), sys.stdout.encoding)


def say(text: str = "") -> None:
    """A line of the answer."""
    print(safe(text))


def remark(text: str) -> None:
    """A line that is not the answer."""
    print(safe(text), file=sys.stderr)


def say_json(value: object) -> None:
    """The answer as JSON; with \\u escapes for all that is not ASCII where the encoding of standard output lacks any of it."""
    from countermove.plain import as_json

    told = as_json(value)
    text = json.dumps(told, ensure_ascii=False, allow_nan=False, indent=2)
    if spelled(text, sys.stdout.encoding) != text:
        text = json.dumps(told, allow_nan=False, indent=2)
    print(text)


def _screen(width: int | None) -> Console:
    """Standard output, as wide as it is; as `WIDTH` where that is unknown."""
    from rich.console import Console

    unknown = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(width=width or (WIDTH if unknown else None), markup=False, emoji=False, highlight=False)


def say_table(table: Table, *, wide: bool = False) -> None:
    """A table, numbers to the right, words to the left. A wide one is not folded to the screen.

    Names of columns are broken at spaces and hyphens, so that they need not be wider than what stands below them.
    """
    from rich import box
    from rich import table as rich
    from rich.text import Text

    columns, rows = table.texts()
    drawn = rich.Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(columns):
        words = place == 0 or not all(_NUMBER.match(row[place]) for row in rows)
        text = Text(safe(fill(name, HEAD, break_long_words=False)))
        least = None if words else max((len(safe(row[place])) for row in rows), default=0)  # a number is never cut short
        drawn.add_column(text, justify="left" if words else "right", no_wrap=wide or not words, overflow="fold", min_width=least)
    for row in rows:
        drawn.add_row(*(Text(safe(cell)) for cell in row))
    screen = _screen(WIDEST if wide else None)
    screen.width = max(screen.width, _narrowest(drawn, screen))
    with screen.capture() as captured:
        screen.print(drawn)
    lines = [line.rstrip() for line in captured.get().split("\n")]
    if table.title or table.caption:
        say(table.title or table.caption)
    print("\n".join(lines).rstrip("\n"), end="\n\n")


def say_long_table(table: Table) -> None:
    """A table with more columns than a screen is wide: as several below each other, each with the first column, none wider than the screen.

    The last column is running text: it stands by itself, in the rows that have any.
    """
    columns, rows = table.texts()
    screen, last = _screen(None).width, len(columns) - 1
    wide = [
        max(len(line) for line in (*fill(name, HEAD).split("\n"), *(row[at] for row in rows))) + 3
        for at, name in enumerate(columns)
    ]
    blocks: list[list[int]] = [[]]
    for at in range(1, last):
        if blocks[-1] and wide[0] + sum(wide[one] for one in (*blocks[-1], at)) > screen:
            blocks.append([])
        blocks[-1].append(at)
    parts = [((0, *block), rows) for block in blocks]
    said = [row for row in rows if row[last]]
    if said:
        parts.append(((0, last), said))
    for number, (places, shown) in enumerate(parts):
        caption = table.title or table.caption if number == 0 else ""
        say_table(Table.of(caption, (columns[at] for at in places), ((row[at] for at in places) for row in shown)))


def _narrowest(drawn: rich.Table, screen: Console) -> int:
    """Columns that a table needs at least: on a narrower screen its lines are broken by the terminal, and no number is cut short."""
    from rich.measure import Measurement

    return Measurement.get(screen, screen.options.update(max_width=WIDEST), drawn).minimum
