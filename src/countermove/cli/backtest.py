"""`countermove backtest`: how well the theories would have foretold the months of past wars, beside the simplest forecasts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countermove.cli.options import DRAWS, FROM_SEED, Out, Output, Workers, power_of_two
from countermove.cli.progress import Bar
from countermove.cli.size import check_particles
from countermove.cli.terminal import say, say_json, say_table

if TYPE_CHECKING:
    from countermove.questions.backtest.finding import Backtest

Files = Annotated[
    list[str] | None,
    typer.Argument(metavar="FILE", show_default=False, help="Records, or wars with one; without any, all that are monthly."),
]

Score = Annotated[
    Path | None,
    typer.Option(
        "--score", metavar="FILE", show_default=False, help="Only score what was issued in this file, as far as it is known now."
    ),
]

CASES = 8  # records that are gone through where none is named, at most


@dataclass(frozen=True)
class Size:
    """How much is forecast, and with what."""

    theory: Annotated[list[str] | None, typer.Option("--theory", metavar="NAME", help="Only this theory; may be repeated.")] = None
    draws: Annotated[
        int, typer.Option("--draws", metavar="N", min=2, max=DRAWS, help="Parameter draws that follow a record under each theory.")
    ] = 64
    particles: Annotated[
        int,
        typer.Option(
            "--particles", metavar="N", min=2, max=1 << 16, callback=power_of_two, help="Particles of each draw, a power of 2."
        ),
    ] = 64
    stride: Annotated[int, typer.Option("--stride", metavar="MONTHS", min=1, max=1200, help="Months between origins.")] = 1
    seed: Annotated[int, FROM_SEED] = 0
    workers: Workers = None


def backtest(size: Size, output: Output, files: Files = None, score: Score = None, out: Out = None) -> None:
    """Let every theory forecast the months of past wars, each from the data before it, and score it beside no-change and other simple rules.

    Writes a page, DIR/backtest.html (DIR is backtests/ by default). A theory that does not beat no-change is marked in every table. What is
    forecast for the months after each record's end is issued in DIR/backtest.forecasts.json, sealed; --score FILE reads it again later.
    """
    if score is not None:
        if files:
            raise typer.BadParameter("--score FILE takes the records that the file is about, and no others")
        from countermove.cli.score import show_scored
        from countermove.questions.score.score import score_backtest

        show_scored(score_backtest(score), output)
        return
    from countermove.behaviour.table import THEORIES
    from countermove.compute import Local
    from countermove.questions.backtest.backtest import backtest as backtest_of
    from countermove.questions.backtest.backtest import write_backtest
    from countermove.questions.backtest.rolling import Rolling
    from countermove.questions.backtest.sealed_forecasts import forecasts_beside
    from countermove.questions.options import RunOptions

    check_particles(size.draws, size.particles, size.workers, len(set(size.theory or THEORIES)) * (len(files or ()) or CASES))
    options = RunOptions(seed=size.seed, theories=tuple(size.theory or ()), executor=Local(size.workers))
    how = Rolling(stride=size.stride, draws=size.draws, particles=size.particles, seed=size.seed)
    with Bar(quiet=output.quiet or output.as_json) as bar:
        found = backtest_of(files or (), options, how=how, progress=bar)
        path = write_backtest(found, (out or Path("backtests")) / "backtest.html")
    seal = found.forecasts.seal if found.forecasts is not None else ""
    if output.as_json:
        say_json({**found.to_json(), "page": str(path), "forecasts": str(forecasts_beside(path)), "seal": seal})
        return
    if not output.quiet:
        show(found)
    if output.quiet:
        say(str(path))
        return
    say(f"Forecasts of the months after the records are in {forecasts_beside(path)}, with the seal {seal}")
    say(f"The page is in {path}")


def show(found: Backtest) -> None:
    """Verdicts and a table for every series of every record."""
    from countermove.questions.backtest.page import peers_table, score_table

    for case in found.cases:
        for target in case.targets:
            for sentence in target.sentences:
                say(sentence)
            say()
            say_table(score_table(case, target))
            say_table(peers_table(case, target))
