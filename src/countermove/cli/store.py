"""`countermove store`: the results on the disk, whether they are whole, and what dead runs have left."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from countermove.cli.failure import FINE, FOUND
from countermove.cli.options import Output, spread
from countermove.cli.places import place_typed
from countermove.cli.terminal import remark, say, say_json, say_table
from countermove.world.tables import Table

if TYPE_CHECKING:
    from countermove.store.audit import Audit
    from countermove.store.inventory import Found, Kept, Leftover
    from countermove.store.place import Place

RUNS = "runs"
Below = Annotated[str, typer.Argument(metavar="DIR", help="A folder with results in it, or a URL.")]
One = Annotated[str, typer.Argument(metavar="DIR", show_default=False, help="The folder of one result, or its URL.")]
Several = Annotated[
    list[str] | None, typer.Argument(metavar="DIR...", show_default=False, help="Results, or folders with results in them (runs).")
]
Yes = Annotated[bool, typer.Option("--yes", help="Remove without asking.")]

app = typer.Typer(
    name="store", short_help="Results on the disk: list, show, verify, prune", no_args_is_help=False, rich_markup_mode=None
)


@app.callback(invoke_without_command=True)
def store(context: typer.Context) -> None:
    """Results on the disk: what there is, whether it is whole, and what dead runs have left."""
    if context.invoked_subcommand is None:
        say(context.get_help())


@app.command("list")
@spread
def list_results(output: Output, folder: Below = RUNS) -> None:
    """List the results in a folder and below it, what unfinished runs have left there, and what the cache keeps.

    The date is that of the files. A result whose manifest cannot be read is listed with the reason.
    """
    from countermove.shelf import cache_folder
    from countermove.store.inventory import cached, leftovers_below, results_below

    place = place_typed(folder)
    found, left, kept = results_below(place), leftovers_below(place), cached(cache_folder())
    if output.as_json:
        say_json(
            {
                "results": [_result(one) for one in found],
                "leftovers": [_left(one) for one in left],
                "cache": [_kept(one) for one in kept],
            }
        )
        return
    if not found:
        say(f"There are no results in {folder}.")
    else:
        say_table(_results_table(found))
    for one in found:
        if one.problem:
            say(f"{one.folder}: {one.problem}")
    if left:
        rows = ((str(one.path), one.kind, one.state, _size(one.length), _date(one.written)) for one in left)
        say_table(Table.of("What unfinished runs have left", ("where", "what", "whose", "size", "last change"), rows))
    if kept and not output.quiet:
        rows = ((one.path.name, one.kind, f"{one.files:,}", _size(one.length), _date(one.written)) for one in kept)
        say_table(Table.of(f"The cache, in {cache_folder()}", ("entry", "what", "files", "size", "last change"), rows))


@app.command("show")
@spread
def show_result(folder: One, output: Output) -> None:
    """Show how one result was made, and its files. Whether they are as they were written is for `store verify` to say."""
    from countermove.store.manifest import read_manifest

    manifest = read_manifest(place_typed(folder))[1]
    if output.as_json:
        files = {name: asdict(entry) for name, entry in manifest.files.items()}
        say_json({"folder": str(folder), "format": manifest.format, "provenance": dict(manifest.provenance), "files": files})
        return
    say_table(Table.of(f"{folder}, format {manifest.format}", ("made", "with"), _facts(manifest.provenance)))
    rows = (
        (name, _size(entry.length), "" if entry.rows is None else f"{entry.rows:,}", entry.sha256[:16])
        for name, entry in manifest.files.items()
    )
    say_table(Table.of("Files", ("file", "size", "rows", "SHA-256 begins"), rows))


@app.command("verify")
@spread
def verify_results(output: Output, folders: Several = None) -> int:
    """Compare every file of every result with its manifest, and name all that is wrong. Exit code 1 where something is.

    Torn, longer, altered, swapped, missing and superfluous files are told apart, and the command that makes the result again is shown.
    """
    found = [audit for folder in folders or [RUNS] for audit in _audits(place_typed(folder))]
    wrong = [one for one in found if not one.ok]
    if output.as_json:
        say_json({"results": [_audited(one) for one in found], "passed": len(found) - len(wrong), "failed": len(wrong)})
        return FOUND if wrong else FINE
    for one in wrong:
        for fault in one.faults:
            say(f"{one.folder}: {fault.file} {fault.what}" if fault.kind != "manifest" else f"{one.folder}: {fault.what}")
        say(f"  made again by: {one.again or 'the run that made it'}")
    if not output.quiet:
        files, length = sum(one.files for one in found), sum(one.length for one in found)
        said = f", {len(wrong)} {'IS' if len(wrong) == 1 else 'ARE'} NOT" if wrong else ""
        say(f"{len(found) - len(wrong)} of {len(found)} results are as they were written ({files:,} files, {_size(length)}){said}")
    return FOUND if wrong else FINE


@app.command("prune")
@spread
def prune_leftovers(output: Output, folder: Below = RUNS, yes: Yes = False) -> int:
    """Remove what dead runs have left in a folder and below it, and in the cache: unfinished files, and what was kept for going on.

    A run that was killed cannot go on from its pieces once they are removed; it begins again. Results are never removed. Without --yes it
    asks; where nobody can be asked it removes nothing, and the exit code is 1 where there is something to remove.
    """
    from countermove.shelf import cache_folder
    from countermove.store.prune import prunable, remove

    dead, others = prunable([place_typed(folder), *(one for one in [cache_folder()] if one.is_dir())])
    if not (output.as_json or output.quiet):
        for one in dead:
            say(f"{one.path}: {one.kind}, {_size(one.length)}")
        for one in others:
            remark(f"{one.path} stays: {one.kind}, {one.state}")
    length = sum(one.length for one in dead)
    sure = yes or (bool(dead) and _may_ask(output) and typer.confirm(f"Remove {_counted(dead)}, {_size(length)}?"))
    gone, freed = remove(dead) if sure else ([], 0)
    if output.as_json:
        stay = [one for one in (*dead, *others) if one.path not in {removed.path for removed in gone}]
        say_json({"removed": [_left(one) for one in gone], "freed": freed, "kept": [_left(one) for one in stay]})
    elif gone:
        say(f"{_counted(gone)} removed: {_size(freed)} are free again")
    elif not dead:
        say("There is nothing to remove.")
    elif not sure:
        say(f"Nothing was removed: --yes removes {_counted(dead)} and frees {_size(length)}")
    return FOUND if dead and not sure else FINE


def _audits(folder: Place) -> list[Audit]:
    """Of one result, or of all below a folder."""
    from countermove.errors import StoreError
    from countermove.store.audit import audit
    from countermove.store.inventory import results_below
    from countermove.store.manifest import MANIFEST

    if (folder / MANIFEST).is_file():
        return [audit(folder)]
    found = [audit(one.folder) for one in results_below(folder)]
    if not found:
        raise StoreError("there are no results here", where=str(folder), next="`countermove store list DIR` shows where some are")
    return found


def _may_ask(output: Output) -> bool:
    return sys.stdin.isatty() and not (output.as_json or output.quiet)


def _counted(leftovers: list[Leftover]) -> str:
    return f"{len(leftovers)} leftover{'' if len(leftovers) == 1 else 's'}"


def _size(length: float) -> str:
    from countermove.store.disk import size_in_words

    return size_in_words(length)


def _date(seconds: float) -> str:
    """Day and minute, in the time of this machine."""
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def _results_table(found: list[Found]) -> Table:
    rows = (
        (
            str(one.folder),
            str(one.provenance.get("scenario", "?")),
            str(one.provenance.get("draws", "?")),
            str(one.provenance.get("lucks", "?")),
            _date(one.written),
            str(one.provenance.get("code_version", "?")),
            _size(one.length),
            "cannot be read" if one.problem else "",
        )
        for one in found
    )
    return Table.of("Results", ("folder", "scenario", "draws", "lucks", "written", "by version", "size", "state"), rows)


def _facts(provenance: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Line by line; what is nested, with its names joined by points."""
    rows: list[tuple[str, str]] = []
    for name, value in provenance.items():
        nested = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
        inner: dict[str, Any] = {f"{name}.{key}": nested[key] for key in nested} if nested else {name: value}
        rows += [(key.replace("_", " "), "" if inner[key] is None else str(inner[key])) for key in inner]
    return rows


def _result(one: Found) -> dict[str, Any]:
    made = {
        name: one.provenance.get(name)
        for name in ("scenario", "scenario_hash", "seed", "draws", "lucks", "code_version", "command")
    }
    size = {"files": one.files, "bytes": one.length, "written": _date(one.written), "problem": one.problem}
    return {"folder": str(one.folder), **made, **size}


def _left(one: Leftover) -> dict[str, Any]:
    return {"path": str(one.path), "kind": one.kind, "state": one.state, "bytes": one.length, "changed": _date(one.written)}


def _kept(one: Kept) -> dict[str, Any]:
    return {"path": str(one.path), "kind": one.kind, "files": one.files, "bytes": one.length, "changed": _date(one.written)}


def _audited(one: Audit) -> dict[str, Any]:
    faults = [asdict(fault) for fault in one.faults]
    return {"folder": str(one.folder), "files": one.files, "bytes": one.length, "ok": one.ok, "faults": faults, "again": one.again}
