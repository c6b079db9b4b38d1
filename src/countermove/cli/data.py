"""`countermove data`: the records at hand, and the publishers' files behind them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from countermove.cli.failure import BAD_INPUT, FINE
from countermove.cli.options import Output, spread
from countermove.cli.terminal import remark, say, say_json, say_table
from countermove.world.tables import Table

if TYPE_CHECKING:
    from countermove.publishers.data_folder import Added, Holding
    from countermove.publishers.table import Known

File = Annotated[str, typer.Argument(metavar="FILE", show_default=False, help="A file as its publisher gives it, .csv or .csv.gz.")]
Name = Annotated[str, typer.Argument(metavar="NAME", show_default=False, help="The name of a data set, as `data list` shows it.")]

app = typer.Typer(name="data", short_help="The records: what happened, with sources", no_args_is_help=False, rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def data(context: typer.Context) -> None:
    """The records: what happened, with sources."""
    if context.invoked_subcommand is None:
        say(context.get_help())


@app.command("list")
@spread
def list_records(output: Output) -> int:
    """List the records that can be named in a scenario, yours and those that ship; and the data sets that can be added or fetched.

    Exit code 2 where a record cannot be read.
    """
    from countermove.publishers.data_folder import data_folder, listed
    from countermove.scenario.available_records import records

    found, holdings = records(), listed()
    rows = found.rows
    code = FINE if all(row.readable for row in rows) else BAD_INPUT
    if output.as_json:
        say_json([{"kind": "record", **asdict(row)} for row in rows] + [_holding(holding) for holding in holdings])
        return code
    if not rows:
        say("There are no records: a record is a pair NAME.yaml and NAME.csv in a folder records/.")
    else:
        say_table(found.preview())
    files = (
        (holding.name, holding.state, holding.known.what if holding.known else holding.format, _terms(holding.known))
        for holding in holdings
    )
    say_table(Table.of(f"Data sets, in {data_folder()}", ("name", "state", "what", "licence"), files))
    if not output.quiet:
        say("Data sets under other terms are not shipped: each record says in its notes where its numbers come from.")
    return code


@app.command("add")
@spread
def add_file(file: File, output: Output) -> None:
    """Put a copy of a publisher's file into the data folder, once every row of it is read without a mistake.

    The folder is $COUNTERMOVE_DATA, or data in the cache folder. A checksum that is not known is accepted, and said.
    """
    from countermove.publishers.data_folder import add

    _show(add(file), output)


@app.command("fetch")
@spread
def fetch_file(name: Name, output: Output) -> None:
    """Get a data set from its publisher into the data folder. Its licence is shown first; only the known checksum is kept."""
    from countermove.publishers.data_folder import fetch

    def before(entry: Known) -> None:
        remark(f"{entry.name}: {entry.what}. {entry.publisher}.")
        remark(f"Licence: {_terms(entry)}. Cite: {entry.citation}.")

    _show(fetch(name, before), output)


def _terms(known: Known | None) -> str:
    return known.licence if known else "not known here"


def _holding(holding: Holding) -> dict[str, Any]:
    known = holding.known
    facts = {field: getattr(known, field) if known else "" for field in ("what", "publisher", "licence", "citation", "page", "url")}
    sums = {"sha256": known.sha256 if known else "", "size": known.size if known else None}
    file = {"file": str(holding.file), "format": holding.format}
    return {"kind": "data", "record": None, "name": holding.name, "state": holding.state, **file, **facts, **sums}


def _show(added: Added, output: Output) -> None:
    """What is there now, and what is not known about it."""
    if output.as_json:
        terms = {"licence": _terms(added.known), "citation": added.known.citation if added.known else ""}
        facts = {"format": added.format, "rows": added.rows, "sha256": added.sha256, "known": added.known is not None}
        say_json({"name": added.name, "file": str(added.file), **facts, **terms, "already": added.already, "note": added.note})
        return
    if not output.quiet:
        read = "recognised by its checksum" if added.rows is None else f"{added.rows} rows read"
        say(f"{added.file} {'was there already' if added.already else 'is there'}: {read}. Licence: {_terms(added.known)}.")
    if added.note:
        remark(f"{added.name}: {added.note}")
