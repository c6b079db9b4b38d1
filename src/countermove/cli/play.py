"""`countermove play`: a war at a table. A session is opened, and each seat gets its link; `--schema` prints the messages of the table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countermove.cli.options import FROM_SEED, Changes, Out, Output
from countermove.cli.progress import Bar
from countermove.cli.request import scenario_of
from countermove.cli.terminal import say, say_json, say_table
from countermove.world.tables import Table

if TYPE_CHECKING:
    from countermove.play.rooms import Opened, Rooms

SESSIONS = Path("sessions")
"""Where transcripts lie unless --out names another folder."""
Scenarios = Annotated[
    str | None, typer.Argument(metavar="FILE", show_default=False, help="A scenario file, or the name of a war that ships.")
]
Schema = Annotated[bool, typer.Option("--schema", help="Print the messages of the table as JSON Schema, for programs that play.")]


@dataclass(frozen=True)
class Seating:
    """Who plays, and how a month goes."""

    seat: Annotated[
        list[str] | None,
        typer.Option(
            "--seat", metavar="NAME=PLAYER", help="Who plays a seat: person, program, chance, hidden, a theory, a strategy."
        ),
    ] = None
    training: Annotated[
        str | None, typer.Option("--training", metavar="SEAT", help="One person in this seat, against a theory that stays hidden.")
    ] = None
    pace: Annotated[
        str, typer.Option("--pace", metavar="WORD", help="all-in: a month is played once all have committed; or facilitator.")
    ] = "all-in"
    seed: Annotated[int | None, FROM_SEED] = None

    @property
    def players(self) -> dict[str, str]:
        """Player by seat; raises BadParameter for what is no pair, for a seat that is given twice, and for a pace that there is not."""
        found: dict[str, str] = {}
        for text in self.seat or ():
            name, equals, player = (part.strip() for part in text.partition("="))
            if not (name and equals and player) or name in found:
                raise typer.BadParameter(f"--seat {text[:80]}: NAME=PLAYER, each seat once, such as moscow=person")
            found[name] = player
        if self.pace not in ("all-in", "facilitator"):
            raise typer.BadParameter(f"--pace {self.pace[:40]}: all-in or facilitator")
        return found


def play(
    output: Output, changes: Changes, seating: Seating, file: Scenarios = None, schema: Schema = False, out: Out = None
) -> None:
    """Open a session of a war that people, programs and theories play month by month, and give each seat its link.

    The transcript lies in sessions/, or in --out, with the facilitator's file, which has the cards, beside it.
    """
    if schema:
        if file is not None:
            raise typer.BadParameter("--schema goes without a file: it is the same for every war")
        from countermove.play.protocol import document

        say_json(document())
        return
    if file is None:
        raise typer.BadParameter("Missing FILE: a scenario, or the name of a war that ships")
    from countermove.play.rooms import Rooms

    rooms = Rooms(out or SESSIONS)
    try:
        opened = open_session(rooms, file, changes, seating, output)
        show_links(rooms, opened, output)
    finally:
        rooms.close()


def open_session(rooms: Rooms, file: str, changes: Changes, seating: Seating, output: Output) -> Opened:
    """A session of a scenario. Raises SessionError and StoreError; BadParameter for a plugin, which no transcript could hold."""
    players = seating.players
    if changes.plugin:
        raise typer.BadParameter("--plugin: a transcript holds no theory of yours, and could not be played again")
    scenario, _ = scenario_of(file, changes, output)
    from countermove.engine.program import compile_scenario

    with Bar(quiet=output.quiet or output.as_json) as bar:
        bar("opening", 0, 0)
        return rooms.open(
            compile_scenario(scenario), players=players, pace=seating.pace, training=seating.training, seed=seating.seed
        )


def show_links(rooms: Rooms, opened: Opened, output: Output) -> None:
    """The token of the facilitator's link, and one of each seat that a person or a program takes; they are printed once, and kept nowhere."""
    from countermove.play.protocol import FACILITATOR
    from countermove.play.table import is_person
    from countermove.play.transcript import SUFFIX

    room = opened.room
    path = rooms.folder / f"{room.name}{SUFFIX}"
    seats = room.session.table.seats
    taken = [name for name in seats if is_person(room.session.players[name])]
    tokens = {FACILITATOR: opened.token, **{name: room.invite(name) for name in taken}}
    if output.as_json:
        players = {name: room.session.players[name] for name in seats}
        say_json({"session": room.name, "transcript": str(path), "players": players, "tokens": tokens})
        return
    say(f"{room.name} is open; its transcript is {path}")
    titles = {FACILITATOR: "Facilitator", **{name: seat.title for name, seat in seats.items()}}
    say_table(Table.of("Links, each used once", ("seat", "who", "token"), [(name, titles[name], tokens[name]) for name in tokens]))
