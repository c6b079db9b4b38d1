"""The pages of a table. A seat's page holds nothing of the game but what its scenario says: all that is seen comes as observations."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from countermove.behaviour.table import THEORIES
from countermove.play.decreed import HAPPENS
from countermove.play.protocol import EVENT_NAMES, FACILITATOR, FORECAST, MOST_REMEMBERED, MOST_SAID
from countermove.play.room import Room
from countermove.play.table import EQUILIBRIUM, ORDERING, PROGRAM, TURN_KINDS, may_think
from countermove.play.war import CHANCE, PERSON
from countermove.scenario.parameter_tables import theory_title
from countermove.scenario.seat_orders import MOST_TEXT
from countermove.show.live_page import live_page
from countermove.web.script_data import script_of
from countermove.world.words import capitalized, month_text

STYLES = ("screen.css", "table.css")
FORECAST_SAYS: Mapping[str, str] = {
    "truce": "A truce holds",
    "settled": "A settlement holds",
    "direct-war": "War between the patrons",
    "incident": "An incident beyond the theatre",
}
SITS: Mapping[str, str] = {PERSON: "A person", PROGRAM: "A program", EQUILIBRIUM: "The equilibrium", CHANCE: "Chance"}


class Page(NamedTuple):
    """A page, and the policy that it is served with."""

    text: str
    policy: str


def seat_page(room: Room, seat: str) -> Page:
    """The page of a seat."""
    table = room.session.table
    owner = table.scenario.owner
    facts = {
        **_facts(room),
        "ladder": _ladders(room)[owner],
        "mostOrders": MOST_TEXT,
        "forecasts": {name: FORECAST_SAYS[name] for name in FORECAST},
        "training": room.session.training == seat,
    }
    return _page(
        "table_seat.html.j2",
        ("table.js", "table_orders.js", "table_seat.js"),
        title=facts["title"],
        facts=script_of(facts),
        remembered=MOST_REMEMBERED,
    )


def facilitator_page(room: Room, transcript: Path) -> Page:
    """The facilitator's page. `transcript`: where it lies."""
    table = room.session.table
    sides = {f"{name}.attacks": f"{seat.title}: a major offensive" for name, seat in table.seats.items() if seat.kind == "client"}
    facts = {
        **_facts(room),
        "facilitator": FACILITATOR,
        "join": f"/join/{room.name}#",
        "events": {**{name: HAPPENS[name] for name in EVENT_NAMES}, **sides},
        "players": {name: _players(room, name) for name in table.seats},
        "orderingSeats": [name for name, seat in table.seats.items() if seat.kind in TURN_KINDS],
        "orderingPlayers": list(ORDERING),
        "injects": [
            {"month": one.at - table.scenario.clock.start + 1, "text": one.says, "to": list(one.to)}
            for one in table.scenario.table.injects
        ],
        "after": after_command(transcript.absolute()),
    }
    return _page("table_facilitator.html.j2", ("table.js", "table_facilitator.js"), title=facts["title"], facts=script_of(facts))


def after_command(transcript: Path) -> str:
    """What makes the page after a game, as it is typed."""
    return f"countermove replay {shlex.quote(str(transcript))} --after after.html"


@cache
def join_page() -> Page:
    """The page that a link leads to. The token stands behind the #, and is sent when somebody presses the button."""
    return _page("table_join.html.j2", ("table_doors.js", "table_join.js"))


@cache
def root_page() -> Page:
    """The page of whoever comes without a link: the same for everybody; the browser itself knows which seats it has."""
    return _page("table_root.html.j2", ("table_doors.js", "table_root.js"))


@cache
def told_page(head: str, text: str) -> Page:
    """A page that says one thing."""
    return _page("table_told.html.j2", (), head=head, text=text)


def _page(template: str, scripts: tuple[str, ...], **shown: object) -> Page:
    return Page(*live_page(template, styles=STYLES, scripts=scripts, **shown))


def _facts(room: Room) -> dict[str, Any]:
    """What the scenario says, which is no secret, and what theories are called: the same for every seat."""
    table = room.session.table
    scenario = table.scenario
    return {
        "room": room.name,
        "title": scenario.title or capitalized(scenario.scenario),
        "dates": [month_text(scenario.clock.start + month) for month in range(table.months)],
        "ladders": _ladders(room),
        "theories": {name: capitalized(theory_title(name)) for name in THEORIES},
        "mostSaid": MOST_SAID,
    }


def _ladders(room: Room) -> dict[str, list[str]]:
    """Patron -> names of its rungs, from the lowest."""
    patrons = room.session.table.scenario.patrons
    return {name: [rung.name for rung in patron.ladder] for name, patron in patrons.items()}


def _players(room: Room, seat: str) -> dict[str, str]:
    """Who may sit there, as a page calls them."""
    table = room.session.table
    theories = {name: capitalized(theory_title(name)) for name in table.theories(seat)}
    kind = table.seat(seat).kind
    others = {name: f"The plan {one.title or name}" for name, one in table.scenario.strategies.items()} if kind == "owner" else {}
    chance = {CHANCE: SITS[CHANCE]} if kind == "client" else {}
    ordering = [
        name for name in ORDERING if name != EQUILIBRIUM or (room.thinks and may_think(table.seat(seat), table.scenario.rival))
    ]
    return {**{name: SITS[name] for name in ordering}, **theories, **others, **chance}
