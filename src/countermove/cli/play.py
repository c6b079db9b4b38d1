"""`countermove play`: a war at a table that is served to browsers and programs; `--schema` prints the messages of the table."""

from __future__ import annotations

import atexit
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from countermove.cli.failure import INTERRUPTED
from countermove.cli.options import SEEDS, Changes, Output, no_url
from countermove.cli.progress import Bar
from countermove.cli.request import scenario_of
from countermove.cli.serve import leave
from countermove.cli.terminal import remark, say, say_json
from countermove.web.extra import need_the_extra

if TYPE_CHECKING:
    from countermove.play.rooms import Rooms
    from countermove.web.serving import Place
    from countermove.web.table.opening import Table

SESSIONS = Path("sessions")
"""Where transcripts lie unless --out names another folder."""
PACES = ("all-in", "facilitator")
HEADS = {
    True: "each link is for one seat, and is used once",
    False: "each address is for the browser that has taken the seat, and opens in no other",
}
"""What stands over links, and over addresses of seats that are taken."""
War = Annotated[
    str | None, typer.Argument(metavar="[FILE]", show_default=False, help="A scenario file, or the name of a war that ships.")
]


@dataclass(frozen=True)
class Seating:
    """Who plays, and what."""

    seat: Annotated[
        list[str] | None,
        typer.Option(
            "--seat",
            metavar="NAME=PLAYER",
            help="Who plays a seat: person, program, equilibrium, chance, a theory, a strategy, or hidden (a theory that is drawn); may be repeated.",
        ),
    ] = None
    training: Annotated[
        str | None,
        typer.Option(
            "--training", metavar="SEAT", show_default=False, help="One person in this seat against a hidden theory: which is it?"
        ),
    ] = None
    months: Annotated[
        int | None,
        typer.Option(
            "--months",
            metavar="N",
            min=1,
            max=600,
            show_default=False,
            help="Months that are played; else as many as the file's table says, or its clock.",
        ),
    ] = None
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed", metavar="S", min=0, max=SEEDS - 1, show_default=False, help="Where the cards come from; else from chance."
        ),
    ] = None
    pace: Annotated[
        str | None,
        typer.Option(
            "--pace",
            metavar="WORD",
            show_default=False,
            help="all-in, unless it is said: a month is played once all have committed; or facilitator.",
        ),
    ] = None

    @property
    def players(self) -> dict[str, str]:
        """Player by seat; raises BadParameter for what is no pair, for a seat that is given twice, and for a pace that there is not."""
        found: dict[str, str] = {}
        for text in self.seat or ():
            name, equals, player = (part.strip() for part in text.partition("="))
            if not (name and equals and player) or name in found:
                raise typer.BadParameter(f"--seat {text[:80]}: NAME=PLAYER, each seat once, such as moscow=person")
            found[name] = player
        if self.pace is not None and self.pace not in PACES:
            raise typer.BadParameter(f"--pace {self.pace[:40]}: {' or '.join(PACES)}")
        return found

    @property
    def given(self) -> dict[str, object]:
        """What was said of who plays, by option; None where nothing was."""
        return {"--seat": self.seat, "--training": self.training, "--seed": self.seed, "--pace": self.pace}


HERE = "127.0.0.1"


@dataclass(frozen=True)
class Hosting:
    """Where it is played."""

    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", show_default=False, callback=no_url, help="The folder for the transcripts (sessions)."
        ),
    ] = None
    resume: Annotated[
        Path | None,
        typer.Option("--resume", metavar="DIR", show_default=False, help="Go on with the games of this folder, and open no other."),
    ] = None
    link: Annotated[
        list[str] | None,
        typer.Option(
            "--link",
            metavar="SEAT",
            help="With --resume: a new link to this seat; whoever sits there is shut out; may be repeated.",
        ),
    ] = None
    host: Annotated[
        str | None,
        typer.Option(
            "--host",
            metavar="HOST",
            show_default=False,
            help="Where to listen: this machine alone, unless it is said; 0.0.0.0 for everybody who reaches it.",
        ),
    ] = None
    port: Annotated[
        int | None,
        typer.Option(
            "--port", metavar="N", min=0, max=65535, show_default=False, help="The port (8017, or a free one where that is taken)."
        ),
    ] = None

    @property
    def at(self) -> str:
        """Where to listen."""
        return self.host or HERE

    @property
    def given(self) -> dict[str, object]:
        """What was said of where, by option; None where nothing was."""
        return {"--out": self.out, "--resume": self.resume, "--link": self.link, "--host": self.host, "--port": self.port}


def play(
    seating: Seating,
    hosting: Hosting,
    output: Output,
    changes: Changes,
    file: War = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print what is said between a seat and the table, as JSON Schema.")
    ] = False,
    sheets: Annotated[
        Path | None,
        typer.Option(
            "--sheets",
            metavar="FILE",
            show_default=False,
            help="Open no table: write the facilitator's sheet and a card for every seat, to be printed, as one HTML page.",
        ),
    ] = None,
) -> None:
    """Play a war at a table: each seat is a person, a program, a theory or chance, and each person comes by a link that is used once.

    What is committed is on the disk before it is acknowledged: after Ctrl-C, or a power cut, --resume goes on with every committed order.
    """
    of_game = {"FILE": file, "--months": seating.months, "--set": changes.sets, "--plugin": changes.plugin}
    if schema:
        _alone("--schema", {**of_game, "--sheets": sheets, **seating.given, **hosting.given}, "it is the same for every war")
        from countermove.play.protocol import document

        say_json(document())
        return
    if sheets is not None:
        _alone("--sheets", {**seating.given, **hosting.given}, "sheets are of a file, and open no table")
        _write_sheets(sheets, _wanted(file, seating, hosting, changes), output)
        return
    need_the_extra()
    wanted = _wanted(file, seating, hosting, changes)
    folder = hosting.resume or hosting.out or SESSIONS
    _host(lambda bar: _table(wanted, seating, hosting, output, folder, bar), hosting, output, folder)


def _host(make: Callable[[Bar], Table], hosting: Hosting, output: Output, folder: Path) -> None:
    """Serve a table, which is made once there is a place to serve it at, until Ctrl-C."""
    tables: list[Table] = []
    places: list[Place] = []
    quiet = output.quiet or output.as_json
    with Bar(quiet=quiet):
        from countermove.web.table.after import busy
        from countermove.web.table.hosting import host

    def made() -> Rooms:
        with Bar(quiet=quiet) as bar:
            tables.append(make(bar))
        return tables[0].rooms

    def told(place: Place) -> None:
        places.append(place)
        _say(tables[0], place, hosting, output, folder)
        sys.stdout.flush()  # whoever reads this from a pipe waits for it

    try:
        host(made, hosting.at, hosting.port, told=told)
    except KeyboardInterrupt:
        if not tables:
            raise
        if not output.as_json:
            _part(tables[0], places, hosting, folder)
        raise typer.Exit(INTERRUPTED) from None
    finally:
        for table in tables:
            table.rooms.close()
        if busy():
            atexit.register(leave)


def _alone(option: str, given: Mapping[str, object], why: str) -> None:
    """Raise BadParameter for what does not go beside an option."""
    more = [name for name, value in given.items() if value is not None]
    if more:
        raise typer.BadParameter(f"{', '.join(more)} beside {option}: {why}")


def _write_sheets(path: Path, wanted: tuple[str, Changes] | None, output: Output) -> None:
    """What is printed for a game, written. Raises CountermoveError."""
    assert wanted is not None  # it goes without --resume
    scenario, _ = scenario_of(*wanted, output)
    from countermove.play.sheets import sheets_of
    from countermove.store.disk import write_page

    with Bar(quiet=output.quiet or output.as_json) as bar:
        bar("writing the sheets", 0, 0)
        write_page(path, sheets_of(scenario, wanted[0], wanted[1].sets or ()), "sheets")
    if output.as_json:
        say_json({"scenario": scenario.scenario, "sheets": str(path)})
    elif not output.quiet:
        say(f"Wrote {path}")


def _wanted(file: str | None, seating: Seating, hosting: Hosting, changes: Changes) -> tuple[str, Changes] | None:
    """The file of a new game and what is changed in it; None where games of a folder go on. Raises BadParameter for what does not go together."""
    if hosting.resume is not None:
        of_game = {
            "FILE": file,
            "--months": seating.months,
            "--set": changes.sets,
            "--plugin": changes.plugin,
            "--out": hosting.out,
        }
        _alone("--resume", {**of_game, **seating.given}, "a game goes on as it was begun, in its own folder")
        return None
    if file is None:
        raise typer.BadParameter("Missing FILE: a scenario, or the name of a war that ships; or --resume DIR")
    if hosting.link:
        raise typer.BadParameter("--link without --resume: a new game has links for all its seats")
    if changes.plugin:
        raise typer.BadParameter("--plugin: a transcript holds no theory of yours, and could not be played again")
    months = [] if seating.months is None else [f"table.months={seating.months}"]
    return file, Changes(sets=[*(changes.sets or ()), *months] or None)


def _table(wanted: tuple[str, Changes] | None, seating: Seating, hosting: Hosting, output: Output, folder: Path, bar: Bar) -> Table:
    """The table that is asked for. Raises CountermoveError."""
    from countermove.web.table.opening import Game, opened, resumed

    players = seating.players
    if wanted is None:
        return resumed(folder, hosting.link or (), bar)
    scenario, _ = scenario_of(*wanted, output)
    return opened(scenario, folder, Game(players, seating.training, seating.seed, seating.pace or PACES[0]), bar)


def _say(table: Table, place: Place, hosting: Hosting, output: Output, folder: Path) -> None:
    """Where the seats are."""
    from countermove.web.safety import is_loopback
    from countermove.web.serving import outward

    address = outward(place.address, hosting.at)
    if output.as_json:
        links = [
            {"room": way.room, "seat": way.seat, "title": way.title, "address": address + way.path, "once": way.once}
            for way in table.ways
        ]
        say_json({"address": address, "folder": str(folder), "seats": links})
        return
    for text in table.remarks:
        remark(text)
    wide = max(len(way.title) for way in table.ways)
    rooms = list(dict.fromkeys(way.room for way in table.ways))
    for room in rooms:
        for once, head in HEADS.items():
            ways = [way for way in table.ways if way.room == room and way.once == once]
            if ways:
                say(f"{room}: {head}")
            for way in ways:
                say(f"  {way.title:{wide}}  {address}{way.path}")
    if output.quiet:
        return
    if is_loopback(hosting.at):
        remark("Only this computer reaches these addresses. --host 0.0.0.0 lets other computers in, unencrypted")
    remark(
        f"Transcripts are in {folder}. Ctrl-C stops the table; {_goes_on(place, hosting, folder)} goes on, at the same addresses"
    )


def _goes_on(place: Place, hosting: Hosting, folder: Path) -> str:
    """The command that takes the games up where the open pages look for them."""
    port = urlsplit(place.address).port
    host = "" if hosting.host is None else f" --host {hosting.host}"
    return f"countermove play --resume {shlex.quote(str(folder))}{host} --port {port}"


def _part(table: Table, places: Sequence[Place], hosting: Hosting, folder: Path) -> None:
    """What is said once Ctrl-C has ended it: how to go on, and how to look back."""
    from countermove.web.table.pages import after_command

    for place in places:
        remark(f"The game is kept. {_goes_on(place, hosting, folder)} goes on with it")
    for name in table.rooms.names:
        if table.rooms.room(name).session.played:
            remark(f"The page after the game, in about a minute: {after_command(table.rooms.transcript(name))}")
