"""Who may talk with whom: as the scenario writes it, else everybody in one channel, each patron with its clients, each mediator with each side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from countermove.play.seats import Seat
from countermove.scenario.game_table import OBSERVERS
from countermove.scenario.schema import Scenario

EVERYBODY = "everybody"


@dataclass(frozen=True)
class Channel:
    """A place to talk: who reads it, and who of them speaks."""

    name: str
    says: str
    members: tuple[str, ...]
    speakers: tuple[str, ...]


def channels_of(scenario: Scenario, seats: tuple[Seat, ...]) -> Mapping[str, Channel]:
    """The channels of a table by name."""
    if not scenario.table.channels:
        return {channel.name: channel for channel in _usual(scenario, seats)}
    looking_on = tuple(seat.name for seat in seats if seat.kind == "observer")
    found: dict[str, Channel] = {}
    for name, written in scenario.table.channels.items():
        speakers = tuple(member for member in written.members if member != OBSERVERS)
        readers = (*speakers, *(looking_on if OBSERVERS in written.members else ()))
        found[name] = Channel(name, written.says, readers, speakers)
    return found


def _usual(scenario: Scenario, seats: tuple[Seat, ...]) -> list[Channel]:
    """Where nothing is written."""
    titles = {seat.name: seat.title for seat in seats}
    playing = tuple(seat.name for seat in seats if seat.kind != "observer")
    found = [Channel(EVERYBODY, "Everybody at the table; observers read it", tuple(titles), playing)]

    def pair(one: str, other: str) -> None:
        name = f"{one}-{other}"
        while any(channel.name == name for channel in found):
            name += "-too"
        found.append(Channel(name, f"{titles[one]} and {titles[other]}", (one, other), (one, other)))

    for name, patron in scenario.patrons.items():
        pair(name, patron.supports)
    for seat in seats:
        if seat.kind == "mediator":
            for side in scenario.sides:
                pair(seat.name, side)
    return found
