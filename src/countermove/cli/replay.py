"""`countermove replay`: the months of one run, from its address."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from countermove.cli.options import DRAWS, LUCKS, Changes, Effort, Out, Output, Sampling, Selection
from countermove.cli.progress import Bar
from countermove.cli.replay_session import ENDING, replay_session
from countermove.cli.request import check_selection, options_of, scenario_of
from countermove.cli.terminal import say_json, say_long_table
from countermove.errors import Issue, ScenarioError
from countermove.world.tables import Table
from countermove.world.words import month_text

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class OneRun:
    """The address of a run; a transcript has none."""

    strategy: Annotated[str | None, typer.Option("--strategy", metavar="NAME", help="The run's strategy.")] = None
    theory: Annotated[str | None, typer.Option("--theory", metavar="NAME", help="The run's theory.")] = None
    draw: Annotated[int | None, typer.Option("--draw", metavar="D", min=0, max=DRAWS - 1, help="The run's draw, from 0.")] = None
    luck: Annotated[int | None, typer.Option("--luck", metavar="L", min=0, max=LUCKS - 1, help="The run's luck, from 0.")] = None

    @property
    def parts(self) -> tuple[str, str, int, int]:
        """All of it; raises BadParameter for what is missing."""
        given = {"strategy": self.strategy, "theory": self.theory, "draw": self.draw, "luck": self.luck}
        missing = [f"--{name}" for name, value in given.items() if value is None]
        if self.strategy is None or self.theory is None or self.draw is None or self.luck is None:
            raise typer.BadParameter(f"Missing {', '.join(missing)}: a run is found by its strategy, theory, draw and luck")
        return self.strategy, self.theory, self.draw, self.luck


Where = Annotated[
    str, typer.Argument(metavar="FILE", show_default=False, help="A scenario, or the transcript of a session (.jsonl).")
]


After = Annotated[
    Path | None,
    typer.Option(
        "--after",
        metavar="FILE",
        show_default=False,
        help="With a transcript: what the game teaches, as one HTML page, into this file.",
    ),
]


def replay(
    file: Where, run: OneRun, sampling: Sampling, changes: Changes, output: Output, out: Out = None, after: After = None
) -> None:
    """Print the months of one run: the run of this address, bit for bit. The seed must be that of the run it comes from.

    Of the transcript of a session that people played: all of it again, every month bit for bit; --out writes it as a record, to be weighed, and
    --after what it teaches.
    """
    if file.endswith(ENDING):
        if run != OneRun() or changes != Changes() or sampling != Sampling():
            raise typer.BadParameter(
                "a transcript says all of itself: with it goes no option but --out, --after, --json and --quiet"
            )
        replay_session(Path(file), out, after, output)
        return
    if out is not None or after is not None:
        raise typer.BadParameter(f"{'--out' if after is None else '--after'} goes with a transcript")
    replay_run(file, run, sampling, changes, output)


def replay_run(file: str, run: OneRun, sampling: Sampling, changes: Changes, output: Output) -> None:
    """Print the months of one run."""
    strategy, theory, draw, luck = run.parts
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
