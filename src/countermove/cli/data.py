"""`countermove data`: the records at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from countermove.cli.options import Output, spread
from countermove.cli.terminal import month_text, say, say_json, say_table
from countermove.errors import RecordError

if TYPE_CHECKING:
    from countermove.world.record import Record

app = typer.Typer(name="data", short_help="The records: what happened, with sources", no_args_is_help=False, rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def data(context: typer.Context) -> None:
    """The records: what happened, with sources."""
    if context.invoked_subcommand is None:
        say(context.get_help())


@app.command("list")
@spread
def list_records(output: Output) -> None:
    """List the records that can be named in a scenario: yours in records/, and those that ship."""
    rows = records()
    if output.as_json:
        say_json(rows)
        return
    if not rows:
        say("There are no records: a record is a pair NAME.yaml and NAME.csv in a folder records/.")
        return
    cells = [
        [
            row["record"],
            row["title"],
            f"{row['first']} to {row['last']}" if row["first"] else "cannot be read",
            str(row["series"]),
            str(row["rows"]),
        ]
        for row in rows
    ]
    say_table("Records", ["name", "title", "months", "series", "rows"], cells)
    if not output.quiet:
        say("Data sets under other terms are not shipped: each record says in its notes where its numbers come from.")


def records() -> list[dict[str, Any]]:
    """Every record at hand; one that cannot be read says so in place of its months. The first of a name hides the others."""
    from countermove.scenario.records import read_record
    from countermove.shelf import shelf

    found: dict[str, Path] = {}
    for folder in shelf("records"):
        for path in sorted(folder.glob("*.yaml")):
            found.setdefault(path.stem, path)
    return [_row(read_record, path) for path in found.values()]


def _row(read_record: Callable[[Path], Record], path: Path) -> dict[str, Any]:
    try:
        record = read_record(path)
    except RecordError as error:
        return {"record": path.stem, "title": str(error), "first": None, "last": None, "series": 0, "rows": 0, "file": str(path)}
    first, last = month_text(record.first), month_text(record.last)
    counts = {"series": len(record.series), "rows": len(record.data)}
    return {"record": record.name, "title": record.title, "first": first, "last": last, **counts, "file": str(path)}
