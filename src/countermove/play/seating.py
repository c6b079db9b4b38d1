"""Who sits where in classes of several sizes, what plays the seats that stay empty, and how the command says it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from countermove.engine.program import Program
from countermove.play.seats import Seat, seats_of
from countermove.play.table import TURN_KINDS
from countermove.play.war import Cards, War
from countermove.world.tables import Table
from countermove.world.words import listed

CLASSES = (3, 4, 5, 6, 8)
"""People who play, beside the facilitator."""


def by_need(program: Program) -> tuple[Seat, ...]:
    """The seats as people take them: the owner, who answers it, whom it supports, the other sides, other patrons, those between."""
    cast, seats = program.cast, [seat for seat in seats_of(program) if seat.kind != "observer"]
    rivals = cast.enemies[0]

    def rank(seat: Seat) -> int:
        if seat.kind == "patron":
            return 1 if seat.place in rivals else 4
        if seat.kind == "client":
            return 2 if seat.place == cast.supports[0] else 3
        return 0 if seat.kind == "owner" else 5

    return tuple(sorted(seats, key=rank))


def seating_table(program: Program) -> Table:
    """For each size of a class who sits where, who plays the rest, and what to write in the command."""
    seats = by_need(program)
    options = [_options(seats[:count]) for count in CLASSES]
    shown = [one if k == 0 or one != options[k - 1] else "the same" for k, one in enumerate(options)]
    rows = [(str(count), _sitting(seats, count), _rest(seats[count:]), shown[k]) for k, count in enumerate(CLASSES)]
    heads = ("people", "who sits where", "the other seats", "seats in the command")
    return Table.of("So many people play beside the facilitator.", heads, rows, prose=True)


def _sitting(seats: Sequence[Seat], count: int) -> str:
    """Who has a seat; more people than seats share: the first seats first, and an observer where one is left over."""
    titles = [seat.title for seat in seats]
    more = count - len(titles)
    if more <= 0:
        return listed(titles[:count])
    if more == 1:
        return f"{listed(titles)}, and one observer"
    shared = titles[: min(more, len(titles))]
    rest = f", and {more - len(titles)} observers" if more > len(titles) else ""
    return f"{listed(titles)}; two people each for {listed(shared)}{rest}"


def _rest(seats: Sequence[Seat]) -> str:
    """What plays seats that nobody takes."""
    words = {"owner": "a plan", "patron": "a theory", "client": "chance", "mediator": "stays empty"}
    return "; ".join(f"{seat.title}: {words[seat.kind]}" for seat in seats) or "none"


def _options(seats: Sequence[Seat]) -> str:
    return " ".join(f"--seat {seat.name}=person" for seat in seats if seat.kind in TURN_KINDS)


def empty_seats(program: Program) -> Iterator[tuple[str, str, str]]:
    """What is true of a seat that nobody takes, kind by kind: a text, what to write in the command, and how the text goes on."""
    war, seats = War(program, Cards()), by_need(program)
    for seat in seats:
        if seat.kind == "owner":
            waits = f"{seat.title} is a person unless the command says otherwise, and a month waits for it"
            plans = listed(list(program.scenario.strategies), "or")
            yield (
                (f"{waits}:", f"--seat {seat.name}=NAME", f"lets a written plan play it: {plans}.")
                if plans
                else (f"{waits}.", "", "")
            )
        elif seat.kind == "patron" and war.may_play(seat.name)[1:]:
            usual = program.titles.does(seat.title, war.player(seat.name))
            text = f"{seat.title}, left out of the command, follows the likeliest theory, or the first of several: here {usual}. Better for a class:"
            yield (text, f"--seat {seat.name}=hidden", "draws a theory that nobody is told, and everybody may guess it.")
    clients = [seat.title for seat in seats if seat.kind == "client"]
    yield (f"{listed(clients)}, left out, ask and attack by chance.", "", "")
    between = [seat.title for seat in seats if seat.kind == "mediator"]
    if between:
        yield (f"{listed(between)} may stay empty: no month waits for a seat without orders, and its channels are silent.", "", "")
    yield ("An observer gets a link on your page, by New link beside Observer 1.", "", "")
