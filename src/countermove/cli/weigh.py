"""`countermove weigh`: what the record says of the theories of the adversary, and how far it cannot tell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from countermove.cli.options import FROM_SEED, Changes, File, Output
from countermove.cli.progress import Bar
from countermove.cli.request import scenario_of
from countermove.cli.terminal import say, say_json, say_table

if TYPE_CHECKING:
    from countermove.questions.weigh.finding import Pool, Weighing


@dataclass(frozen=True)
class Ways:
    """How theories are weighed."""

    coding: Annotated[
        str | None, typer.Option("--coding", metavar="OPTION", help="A reading of what is disputed in the record.")
    ] = None
    pool: Annotated[bool, typer.Option("--pool", help="Every war at hand, together and with each left out.")] = False
    quick: Annotated[bool, typer.Option("--quick", help="By simulated records alone; no filters, no log evidence.")] = False
    every: Annotated[bool, typer.Option("--all", help="Filters for every coding and start; with --pool, for every war.")] = False
    records: Annotated[
        int, typer.Option("--records", metavar="N", min=1024, max=1 << 20, help="Simulated records per theory in each set.")
    ] = 4096
    seed: Annotated[int, FROM_SEED] = 0


def weigh(file: File, changes: Changes, ways: Ways, output: Output) -> None:
    """Weigh the theories of the adversary on the scenario's record, by two roads that check each other.

    One simulates records under each theory, learns to tell them apart and reads the real one; it gives the confusion matrix: how often a
    record like this one would have named the right theory. The other filters the record itself and gives each theory's evidence.
    """
    if ways.pool and ways.coding is not None:
        raise typer.BadParameter("--pool reads every coding of every war: leave --coding out")
    scenario, plugins = scenario_of(file, changes, output)
    from countermove.questions.options import RunOptions
    from countermove.questions.weigh.finding import Pool
    from countermove.questions.weigh.methods import WeighingMethods, pool_wars, weigh_scenario

    options, roads = RunOptions(seed=ways.seed, plugins=plugins), WeighingMethods(ways.quick, ways.every, ways.records)
    with Bar(quiet=output.quiet or output.as_json) as bar:
        asked = pool_wars if ways.pool else partial(weigh_scenario, coding=ways.coding)
        found = asked(scenario, options, roads, progress=bar)
    if output.as_json:
        say_json(found.to_json())
    elif isinstance(found, Pool):
        show_pool(found)
    else:
        show(found)


def show(found: Weighing) -> None:
    """The weights, the confusion matrix, the readings, and all of it in sentences."""
    from countermove.questions.weigh.section import confusion_table, influence_tables, reading_table, weight_table
    from countermove.questions.weigh.section_tables import omega_table, sensitivity_tables

    for sentence in found.sentences:
        say(sentence)
    say()
    say_table(weight_table(found, found.patron, full=True))
    for table in influence_tables(found.influence, [row.theory for row in found.weights], found.titles):
        say_table(table)
    say_table(confusion_table(found))
    say(f"Calibration error of the weights: {found.confusion.error:.3f}; of {found.wars} wars pooled: {found.pooled.error:.3f}.")
    if len(found.readings) > 1:
        say_table(reading_table(found))
        for reading in found.readings:
            say(f"{reading.name}: {reading.says}")
        say()
    if found.filter_readings:
        say_table(reading_table(found, filtered=True))
    for table in sensitivity_tables(found):
        say_table(table)
    if found.omega:
        say_table(omega_table(found.omega, found.titles))


def show_pool(found: Pool) -> None:
    """Each war, then all of them, then all but one."""
    from countermove.questions.weigh.pool_tables import exact_tables, together_table, wars_table

    for sentence in found.sentences:
        say(sentence)
    say()
    say_table(wars_table(found))
    for number, war in enumerate(found.wars, 1):
        say(f"[{number}] {war.record}, {found.titles.actor(war.patron)}, coding {war.coding}{'' if war.known else ' *'}")
    say("* hindsight: nothing of it was known by the date of the decision")
    say()
    say_table(together_table(found))
    for table in exact_tables(found.by_filters, found.titles) if found.by_filters is not None else ():
        say_table(table)
