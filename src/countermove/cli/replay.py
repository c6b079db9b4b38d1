"""`countermove replay`: the months of one run, from its address."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from countermove.cli.options import DRAWS, LUCKS, Changes, Effort, File, Output, Sampling, Selection
from countermove.cli.progress import Bar
from countermove.cli.request import check_selection, options_of, scenario_of
from countermove.cli.terminal import say_json, say_long_table
from countermove.errors import Issue, ScenarioError
from countermove.world.tables import Table
from countermove.world.words import month_text

if TYPE_CHECKING:
    import numpy as np

Strategy = Annotated[str, typer.Option("--strategy", metavar="NAME", show_default=False, help="The run's strategy.")]
Theory = Annotated[str, typer.Option("--theory", metavar="NAME", show_default=False, help="The run's theory.")]
Draw = Annotated[int, typer.Option("--draw", metavar="D", min=0, max=DRAWS - 1, show_default=False, help="The run's draw, from 0.")]
Luck = Annotated[int, typer.Option("--luck", metavar="L", min=0, max=LUCKS - 1, show_default=False, help="The run's luck, from 0.")]


def replay(
    file: File, strategy: Strategy, theory: Theory, draw: Draw, luck: Luck, sampling: Sampling, changes: Changes, output: Output
) -> None:
    """Print the months of one run: the run of this address, bit for bit. The seed must be that of the run it comes from."""
    scenario, plugins = scenario_of(file, changes, output)
    check_selection(scenario, Selection([strategy], [theory]))
    if sampling.lucks is not None and luck >= sampling.lucks:
        raise ScenarioError(
            [Issue(f"--luck {luck}", 0, 0, f"with {sampling.lucks} lucks there is no such run", f"0 to {sampling.lucks - 1}")]
        )
    from countermove.engine.replay import Address
    from countermove.questions.run.path import path_of

    options = options_of(sampling, Selection(), Effort(), out=None, plugins=plugins)
    with Bar(quiet=output.quiet or output.as_json) as bar:
        bar("replaying", 0, 0)
        path = path_of(scenario, Address(strategy, theory, draw, luck), options)
    seed = options.seed
    months = [month_text(scenario.clock.start + month) for month in range(scenario.clock.months)]
    if output.as_json:
        rows = [
            {"month": month, **{name: column[place].item() for name, column in path.columns.items()}, "events": path.events[place]}
            for place, month in enumerate(months)
        ]
        address = {"strategy": strategy, "theory": theory, "draw": draw, "luck": luck, "seed": seed}
        say_json({"scenario": scenario.scenario, **address, "months": rows})
        return
    title = f"{scenario.scenario}: {path.says}, draw {draw}, luck {luck}, seed {seed}"
    rows = (
        (month, *(_cell(column[place]) for column in path.columns.values()), path.events[place])
        for place, month in enumerate(months)
    )
    say_long_table(Table.of(title, ("month", *path.heads, "events"), rows))


def _cell(value: np.generic[Any]) -> str:
    """A number of a table: whole where it is whole, else two decimals."""
    plain: Any = value.item()
    if not isinstance(plain, float) or not math.isfinite(plain):
        return str(plain)
    return f"{plain:.0f}" if plain.is_integer() else f"{plain:.2f}"
