"""How people play a war, read back in plain English."""

from __future__ import annotations

from collections.abc import Iterator

from countermove.scenario.schema import GameTable, Scenario
from countermove.world.expression import number
from countermove.world.words import counted, listed
from countermove.world.words import month as month_name


def at_the_table(scenario: Scenario) -> Iterator[str]:
    """A line for each thing that is written of it; none where nothing is."""
    table = scenario.table
    if table.months is not None or table.minutes != GameTable().minutes:
        yield f"- {counted(table.months or scenario.clock.months, 'month')} are played, in {number(table.minutes)} minutes each."
    for name, channel in table.channels.items():
        yield f"- {name}: {listed(channel.members)} may talk.{' ' + channel.says if channel.says else ''}"
    for name, role in table.roles.items():
        yield f"- {name} is told: {role}"
    for inject in table.injects:
        who = f", to {listed(inject.to)} alone" if inject.to else ""
        yield f"- in {month_name(inject.at)}{who}: {inject.says}"
    yield from (f"- asked in the end: {question}" for question in table.debrief)
