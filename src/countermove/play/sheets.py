"""What is printed for a game: a sheet for the facilitator, a card for every seat; enough to play from for people who have read nothing else."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from countermove.engine.program import Program, compile_scenario
from countermove.play.card_words import judged, ladder_table, seen_rows, terms, wanted_table
from countermove.play.channels import Channel, channels_of
from countermove.play.seating import empty_seats, seating_table
from countermove.play.seats import Seat, seats_of
from countermove.play.table import TURN_KINDS, months_played
from countermove.play.war import Cards, War
from countermove.scenario.game_table import OBSERVERS
from countermove.scenario.order_help import order_help
from countermove.scenario.schema import Scenario
from countermove.show.page import page
from countermove.world.tables import Table
from countermove.world.words import counted, listed, month, number

BEFORE, AFTER = 8, 10
"""Minutes before the first month, for reading the cards, and after the last, for the debrief."""


@dataclass(frozen=True)
class Card:
    """What one seat is given: who it is, its part, what it is after, what it may order, with whom it may talk, what it sees, and room to write."""

    title: str
    kind: str
    says: str
    role: str
    wants: Table | None
    judged: tuple[str, ...]
    orders: Table | None
    ladder: Table | None
    talks: tuple[str, ...]
    sees: tuple[tuple[str, tuple[str, ...]], ...]
    terms: tuple[str, ...]
    writes: bool


def sheets_of(scenario: Scenario, file: str = "", sets: Sequence[str] = ()) -> str:
    """One page in HTML, printed on a sheet for the facilitator and one for every seat that people can play.

    `file`: where the scenario was read, else its name has to be that of a war that ships; `sets`: what was changed in it, as --set has it. Both
    stand in the command that opens the table.
    """
    program = compile_scenario(scenario)
    seats = tuple(seat for seat in seats_of(program) if seat.kind != "observer")
    channels = channels_of(scenario, seats_of(program))
    months = months_played(scenario)
    shown: dict[str, Any] = {
        "title": scenario.title or scenario.scenario,
        "about": scenario.says,
        "length": BEFORE + round(months * scenario.table.minutes) + AFTER,
        "months": counted(months, "month"),
        "minutes": number(scenario.table.minutes),
        "command": " ".join(
            (
                f"countermove play {shlex.quote(file or scenario.scenario)}",
                *(f"--set {shlex.quote(one)}" for one in sets),
                "--pace facilitator",
                *(f"--seat {seat.name}=person" for seat in seats if seat.kind in TURN_KINDS),
            )
        ),
        "seating": seating_table(program),
        "empty": tuple(empty_seats(program)),
        "timetable": _timetable(scenario, months),
        "injects": bool(scenario.table.injects),
        "channels": [f"{channel.says or name}: {_names(channel.members, seats)}" for name, channel in channels.items()],
        "debrief": scenario.table.debrief,
        "cards": tuple(_cards(program, seats, channels)),
    }
    return page("sheets.html.j2", m=shown)


def _timetable(scenario: Scenario, months: int) -> Table:
    """Minute by minute: the rounds, and what is told in each."""
    table = scenario.table
    rows: list[tuple[str, ...]] = [("0", "", "Cards are read; the facilitator says how a month goes.", "")]
    for place in range(months):
        here = scenario.clock.start + place
        told = [one for one in table.injects if one.at == here]
        told_to = [listed([_title(scenario, name) for name in one.to]) if one.to else "everybody" for one in told]
        rows.append(
            (number(BEFORE + place * table.minutes), _unbroken(month(here)), " ".join(one.says for one in told), "; ".join(told_to))
        )
    late = [one for one in table.injects if one.at >= scenario.clock.start + months]
    rows += [("", _unbroken(month(one.at)), f"{one.says} (after the last month that is played)", "") for one in late]
    rows.append((number(BEFORE + months * table.minutes), "", "The cards are opened, and the debrief begins.", ""))
    return Table.of("The hour.", ("minute", "month", "what is told", "to"), rows, prose=True)


def _unbroken(text: str) -> str:
    """On one line."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def _cards(program: Program, seats: Sequence[Seat], channels: Mapping[str, Channel]) -> Iterator[Card]:
    """A card for each seat."""
    scenario, war = program.scenario, War(program, Cards())
    glance = war.begin()
    roles = scenario.table.roles
    looking_on = [Seat("observer-1", "observer", "an observer")] if OBSERVERS in roles else []
    for seat in (*seats, *looking_on):
        keys = order_help(seat.kind, scenario, seat.name, program.titles.actor) if seat.kind in TURN_KINDS else ()
        readings = war.seen(seat.name, glance)
        rows = [(one.name, one.does, one.may, one.example) for one in keys]
        heads = ("order", "what it does", "what may stand there", "for example")
        yield Card(
            title=seat.title,
            kind=_part(program, seat),
            says=_says(scenario, seat.name),
            role=roles.get(OBSERVERS if seat.kind == "observer" else seat.name, ""),
            wants=wanted_table(program) if seat.kind == "owner" else None,
            judged=tuple(judged(scenario)) if seat.kind == "owner" else (),
            orders=Table.of("What you may order: whatever you like of it, in one text.", heads, rows, prose=True) if keys else None,
            ladder=ladder_table(program, seat) if seat.kind in ("owner", "patron") else None,
            talks=tuple(
                f"{one.says or name}: {_names(one.members, seats)}" for name, one in channels.items() if seat.name in one.members
            ),
            sees=seen_rows(program, seat, readings),
            terms=tuple(terms(program, seat, readings)),
            writes=seat.kind != "observer",
        )


def _part(program: Program, seat: Seat) -> str:
    """What a seat is, in a sentence."""
    cast, titles = program.cast, program.titles
    if seat.kind in ("owner", "patron"):
        client = titles.actor(cast.sides[cast.supports[seat.place]])
        enemies = listed([titles.actor(cast.patrons[k]) for k in cast.enemies[seat.place]])
        against = f", and {enemies} against you" if enemies else ""
        return f"You stand behind {client}{against}. What you give, and on what terms, is for you to say."
    if seat.kind == "client":
        patrons = listed([titles.actor(name) for name, side in zip(cast.patrons, cast.supports, strict=True) if side == seat.place])
        return f"You fight, and live in part by what {patrons} gives." if patrons else "You fight, and nobody stands behind you."
    if seat.kind == "observer":
        return "You look on: you read what observers may read, speak nowhere, and have no orders to give."
    return "You may speak with both, and have no orders to give."


def _names(members: Sequence[str], seats: Sequence[Seat]) -> str:
    """Members as people call them; observers as one."""
    titles = {seat.name: seat.title for seat in seats}
    playing = [titles[name] for name in members if name in titles]
    return listed([*playing, "observers"] if len(playing) < len(members) else playing)


def _title(scenario: Scenario, name: str) -> str:
    program_titles = {one: thing.title for one, thing in {**scenario.sides, **scenario.patrons}.items() if thing.title}
    return program_titles.get(name, name.replace("-", " ").capitalize())


def _says(scenario: Scenario, name: str) -> str:
    """Who somebody is, as the scenario says it."""
    for section in (scenario.patrons, scenario.sides, scenario.third_parties):
        if name in section:
            return section[name].says
    return ""
