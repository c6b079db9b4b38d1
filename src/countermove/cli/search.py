"""`countermove search`: a written strategy, improved within the language."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countermove.cli.options import DRAWS, FROM_SEED, Changes, File, Out, Output, Workers, power_of_two
from countermove.cli.progress import Bar
from countermove.cli.request import scenario_of
from countermove.cli.terminal import say, say_json, say_table

if TYPE_CHECKING:
    from countermove.questions.search.finding import SearchFound


@dataclass(frozen=True)
class Sought:
    """What is searched for, and how long."""

    strategy: Annotated[
        str, typer.Option("--strategy", metavar="NAME", help="Where to begin; without it, with the strategy of least regret.")
    ] = ""
    keep: Annotated[
        list[str] | None,
        typer.Option(
            "--keep", metavar="ORDER", help="Leave such orders as they are written (conditions, rung, …); may be repeated."
        ),
    ] = None
    worst: Annotated[bool, typer.Option("--worst", help="Raise the points under the worst theory, not the expected points.")] = (
        False
    )
    budget: Annotated[int, typer.Option("--budget", metavar="N", min=24, max=10**6, help="Candidates that are tried.")] = 800
    draws: Annotated[
        int,
        typer.Option(
            "--draws",
            metavar="N",
            min=16,
            max=DRAWS,
            callback=power_of_two,
            help="Samples on which a candidate is tried, a power of 2.",
        ),
    ] = 256
    seed: Annotated[int, FROM_SEED] = 0
    workers: Workers = None


def search(file: File, changes: Changes, sought: Sought, output: Output, out: Out = None) -> None:
    """Improve a written strategy within the language: dates, rungs, thresholds, conditions, and an answer to what it leaves open.

    What is found is shown as it stands under `strategies:`, with its worth on draws that the search has not seen, beside every written
    strategy. DIR/NAME.yaml (DIR is searches/ by default) is the scenario with that strategy in it. Interrupted, the same command goes on.
    """
    scenario, plugins = scenario_of(file, changes, output)
    from countermove.compute import Local
    from countermove.questions.search.evaluation import SearchOptions
    from countermove.questions.search.search import search_and_save

    place = (out or Path("searches")) / f"{scenario.scenario}.yaml"
    options = SearchOptions(
        strategy=sought.strategy,
        keep=tuple(sought.keep or ()),
        worst=sought.worst,
        budget=sought.budget,
        draws=sought.draws,
        seed=sought.seed,
        executor=Local(sought.workers),
        plugins=plugins,
        kept=place,
    )
    clock = time.perf_counter()
    with Bar(quiet=output.quiet or output.as_json) as bar:
        found = search_and_save(scenario, options, progress=bar)
    if output.as_json:
        say_json(found.to_json())
        return
    show(found)
    if not output.quiet:
        say(f"The scenario with this strategy in it is in {place} ({time.perf_counter() - clock:.0f} seconds)")


def show(found: SearchFound) -> None:
    """The verdict, the strategy, what it owes its lead to, the front, the doubts."""
    say(found.sentence)
    say()
    say("strategies:")
    say(found.text)
    say()
    base = found.titles.say_strategy(found.base)
    for stage in found.stages:
        say(
            f"{stage.what}: {stage.candidates} candidates on {stage.draws} draws; the best looked {abs(stage.lead):.2f} points "
            f"{'ahead of' if stage.lead >= 0 else 'behind'} {base}"
        )
    lead = next(row.lead for row in found.rows if row.strategy == found.base)
    say(
        f"What was found is {found.searched.text} points ahead of {base} on the draws of the search, and "
        f"{'' if lead is None else lead.text} on {found.held_out} new ones: optimism {found.optimism.text}."
    )
    say()
    say_table(found.beside_table)
    if found.parts_table.rows:
        say_table(found.parts_table)
    if found.orders:
        say_table(found.orders_table)
    for doubt in found.doubts:
        say(f"To be doubted: {doubt}")
