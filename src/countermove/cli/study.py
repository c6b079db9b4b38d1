"""`countermove study`: every case of a study over scenarios, into one dataset, with a page."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countermove.cli.executors import opened
from countermove.cli.options import AT, Out, Output, Workers
from countermove.cli.progress import Bar
from countermove.cli.terminal import remark, say, say_json, say_table

if TYPE_CHECKING:
    from countermove.questions.study.finding import StudyFound

StudyPath = Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help="A study file, in YAML.")]
Retry = Annotated[bool, typer.Option("--retry", help="Run the cases that failed again, and these alone.")]
Where = Annotated[str, AT]
SHOWN = 5  # failed cases


def study(
    file: StudyPath, output: Output, retry: Retry = False, out: Out = None, workers: Workers = None, executor: Where = "local"
) -> None:
    """Run a study: a grid, a design or a list of cases over scenarios, values as --set has them, codings and seeds. Each case is a run.

    The dataset goes to DIR, by default studies/NAME: tables of Parquet files, and study.html. Interrupted, it goes on where it stopped when
    the same command is given again. A case that fails is told with its reason, and the others are run.
    """
    from countermove.questions.options import RunOptions
    from countermove.questions.study.page import write_study_page
    from countermove.questions.study.study import run_study_file
    from countermove.scenario.study_read import read_study

    asked = read_study(file)
    place = out or Path("studies") / asked.study
    command = shlex.join(["countermove", *sys.argv[1:]])
    with Bar(quiet=output.quiet or output.as_json) as bar:
        options = RunOptions(out=place, executor=opened(executor, workers), command=command)
        found = run_study_file(asked, options, retry=retry, progress=bar)
        page = write_study_page(found, asked, place)
    if output.as_json:
        say_json({**found.to_json(), "page": str(page)})
        return
    show(found)
    if not output.quiet:
        say(f"The dataset is in {place}: {', '.join(f'{name}/' for name in found.tables)}; the page is {page}")


def show(found: StudyFound) -> None:
    """The answer of each war, how its plans stand, and the cases that failed."""
    from countermove.questions.study.finding import war_sentences
    from countermove.questions.study.page import drivers_table, standings_table, wars_table

    if len(found.wars) > SHOWN:
        say_table(wars_table(found))
    for war in found.wars[:SHOWN]:
        for sentence in war_sentences(war):
            say(sentence)
        say()
        if war.standings:
            say_table(standings_table(war))
        drivers = drivers_table(war)
        if drivers is not None and drivers.rows:
            say_table(drivers)
        for sentence in war.drivers.sentences if war.drivers is not None else ():
            say(sentence)
    for failed in found.failed[:SHOWN]:
        where = f"{failed.place}: " if failed.place else ""
        remark(f"case {failed.case} failed: {where}{failed.why}")
    more = len(found.failed) - SHOWN
    if more > 0:
        remark(f"{more} more cases failed: see the page, or the table cases")
