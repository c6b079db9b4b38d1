"""What is printed for a game: a sheet for the facilitator, a card for every seat; enough to play from for people who have read nothing else."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from countermove.behaviour.theory import OVERT_SUPPORT
from countermove.engine.program import Program, compile_scenario
from countermove.play.channels import Channel, channels_of
from countermove.play.seats import Seat, seats_of
from countermove.play.table import months_played
from countermove.play.war import Cards, War
from countermove.scenario.explain import objective_lines
from countermove.scenario.game_table import OBSERVERS
from countermove.scenario.schema import Scenario
from countermove.scenario.seat_orders import KEYS
from countermove.show.page import page
from countermove.world.tables import Table
from countermove.world.words import counted, listed, month, number

BEFORE, AFTER = 8, 10
"""Minutes before the first month, for reading the cards, and after the last, for the debrief."""
EXAMPLES: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "owner": (
            ("{rung: RUNG, diplomacy: high}", "to rung RUNG, and the weight on the talks"),
            ("{answer: refuse, ceiling: RUNG}", "no to the client's request, and a ceiling that is declared"),
        ),
        "patron": (
            ("support: 5", "from now on five thousand person-equivalents"),
            ("answer: grant", "yes to the client's request"),
        ),
        "client": (("ask: true", "more is asked for"), ("attack: true", "a major offensive begins, if one can")),
    }
)
RUNG = 3
"""The number of the rung that stands for RUNG in them, by its name on the owner's own ladder."""


@dataclass(frozen=True)
class Card:
    """What one seat is given: who it is, its part, what it is after, what it sees and may order, and with whom it may talk."""

    title: str
    kind: str
    says: str
    role: str
    wants: tuple[str, ...]
    sees: Table
    orders: Table | None
    examples: tuple[tuple[str, str], ...]
    talks: tuple[str, ...]
    ladder: Table | None
    notes: tuple[str, ...]


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
        "plans": tuple(scenario.strategies),
        "command": " ".join(
            (
                f"countermove play {shlex.quote(file or scenario.scenario)}",
                *(f"--set {shlex.quote(one)}" for one in sets),
                "--pace facilitator",
                *(f"--seat {name}=person" for name in _played(seats)),
            )
        ),
        "timetable": _timetable(scenario, months),
        "channels": [f"{channel.says or name}: {_names(channel.members, seats)}" for name, channel in channels.items()],
        "debrief": scenario.table.debrief,
        "owner": next(seat for seat in seats if seat.kind == "owner").name,
        "cards": tuple(_cards(program, seats, channels)),
    }
    return page("sheets.html.j2", m=shown)


def _played(seats: Sequence[Seat]) -> Iterator[str]:
    """Seats that nobody plays unless it is said."""
    return (seat.name for seat in seats if seat.kind in ("patron", "client"))


def _timetable(scenario: Scenario, months: int) -> Table:
    """Minute by minute: the rounds, and what is told in each."""
    table = scenario.table
    rows: list[tuple[str, ...]] = [("0", "", "Cards are read; the facilitator says how a month goes.", "")]
    for place in range(months):
        here = scenario.clock.start + place
        told = [one for one in table.injects if one.at == here]
        told_to = [listed([_title(scenario, name) for name in one.to]) if one.to else "everybody" for one in told]
        rows.append((number(BEFORE + place * table.minutes), month(here), " ".join(one.says for one in told), "; ".join(told_to)))
    late = [one for one in table.injects if one.at >= scenario.clock.start + months]
    rows += [("", month(one.at), f"{one.says} (after the last month that is played)", "") for one in late]
    rows.append((number(BEFORE + months * table.minutes), "", "The cards are opened, and the debrief begins.", ""))
    return Table.of("The hour.", ("minute", "month", "what is told", "to"), rows, prose=True)


def _cards(program: Program, seats: Sequence[Seat], channels: Mapping[str, Channel]) -> Iterator[Card]:
    """A card for each seat."""
    scenario, war = program.scenario, War(program, Cards())
    glance = war.begin()
    roles = scenario.table.roles
    looking_on = [Seat("observer-1", "observer", "an observer")] if OBSERVERS in roles else []
    for seat in (*seats, *looking_on):
        seen = war.seen(seat.name, glance)
        rows = [(one.says, _whose(program, one.name), one.unit, "" if one.seen == "exact" else one.seen) for one in seen]
        keys = KEYS[seat.kind] if seat.kind in ("owner", "patron", "client") else ()
        yield Card(
            title=seat.title,
            kind=_part(program, seat),
            says=_says(scenario, seat.name),
            role=roles.get(OBSERVERS if seat.kind == "observer" else seat.name, ""),
            wants=(*objective_lines(scenario)[1:], *_judged(scenario)) if seat.kind == "owner" else (),
            sees=Table.of("What you see each month.", ("what", "of", "unit", "how"), rows, prose=True),
            orders=Table.of("What you may order.", ("order", "what it does"), [(key.name, key.doc) for key in keys], prose=True)
            if keys
            else None,
            examples=tuple(_example(scenario, *pair) for pair in EXAMPLES.get(seat.kind, ())),
            talks=tuple(
                f"{one.says or name}: {_names(one.members, seats)}" for name, one in channels.items() if seat.name in one.members
            ),
            ladder=_ladder(scenario, seat) if seat.kind == "owner" else None,
            notes=tuple(_notes(program, seat)),
        )


def _example(scenario: Scenario, orders: str, does: str) -> tuple[str, str]:
    """An order and what it does, with a rung of the owner's ladder."""
    name = scenario.patrons[scenario.owner].ladder[RUNG].name
    return orders.replace("RUNG", name), does.replace("RUNG", name)


def _judged(scenario: Scenario) -> Iterator[str]:
    """How a game is judged that is shorter than the clock."""
    if months_played(scenario) < scenario.clock.months:
        yield "all of it as it stands when the game ends; what looks further than that counts as far as it has come"


def _ladder(scenario: Scenario, seat: Seat) -> Table:
    """The rungs that the owner may go to."""
    rows = [
        (rung.name, str(place), number(rung.cost), counted(rung.lag, "month"))
        for place, rung in enumerate(scenario.patrons[seat.name].ladder[:9])
    ]
    heads = ("rung", "number", "million USD a month", "until it arrives")
    return Table.of("The ladder, its names as they are written in orders.", heads, rows)


def _notes(program: Program, seat: Seat) -> Iterator[str]:
    """Words and rules that a card cannot do without."""
    if seat.kind in ("owner", "client"):
        yield "A rung is a step on the ladder of what a patron gives, from none (0) to war (9)."
    if seat.kind == "owner":
        armed = next((rung.name for rung in program.cast.ladders[0] if rung.heavy + rung.counter_heavy > 0), "")
        if armed:
            yield f"A volume is shipped once and needs the rung whose arms it buys: {{rung: {armed}, volume: 47 million USD}}."
        yield "To grant a request is to go one rung up from where you stand, or from the rung that you order with it."
    if seat.kind == "patron":
        yield "Support counts in thousand person-equivalents: a thousand soldiers, or arms that are worth as much."
        if not program.cast.covert[seat.place]:
            yield (
                f"Up to {number(OVERT_SUPPORT)} can be denied. Who aims higher goes on giving {number(OVERT_SUPPORT)} until its forces "
                "stand openly, which may take months; then everybody sees it, and it costs far more."
            )
        yield "A rung is a step on the ladder of what a patron gives, from none (0) to war (9); where you stand follows from your support."
    yield "A log ratio tells who is stronger: 0 is even, 0.1 is a tenth more, 0.7 twice as much."


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


def _whose(program: Program, name: str) -> str:
    """Whose a reading is, as people call them."""
    actor = name.rpartition(".")[0].partition(".")[0]
    return program.titles.actor(actor) if actor else ""


def _says(scenario: Scenario, name: str) -> str:
    """Who somebody is, as the scenario says it."""
    for section in (scenario.patrons, scenario.sides, scenario.third_parties):
        if name in section:
            return section[name].says
    return ""
