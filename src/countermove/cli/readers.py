"""`countermove readers`: people who disagree, and what they disagree about."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer

from countermove.cli.options import Changes, Effort, File, Output, Sampling, Selection, Workers
from countermove.cli.progress import Bar
from countermove.cli.request import check_selection, options_of, scenario_of
from countermove.cli.size import check_size
from countermove.cli.terminal import say, say_json, say_table
from countermove.errors import Issue, ScenarioError

if TYPE_CHECKING:
    from countermove.questions.readers.disagreement import ReaderDisagreement
    from countermove.questions.readers.finding import ReadersCompared

PAGE = 110  # columns of running text
Strategies = Annotated[list[str] | None, typer.Option("--strategy", metavar="NAME", help="Only this strategy; may be repeated.")]


def readers(
    file: File,
    sampling: Sampling,
    changes: Changes,
    output: Output,
    strategy: Strategies = None,
    workers: Workers = None,
) -> None:
    """Compare people who disagree: what each would choose by its own beliefs and values, which assumptions they part over, and which
    observation would bring them together. The scenario names them under `readers:`."""
    scenario, plugins = scenario_of(file, changes, output)
    selection = Selection(strategy, None)
    check_selection(scenario, selection)
    check_size(scenario, sampling, selection)
    if len(scenario.readers) < 2:
        count = len(scenario.readers)
        found = "no readers" if count == 0 else "a single reader"
        raise ScenarioError([Issue(file, 0, 0, f"{found}: there is nobody to compare", "a section readers: with two or more")])
    from countermove.questions.readers.readers import side_by_side

    options = options_of(sampling, selection, Effort(quick=True, workers=workers), out=None, plugins=plugins)
    with Bar(quiet=output.quiet or output.as_json) as bar:
        compared = side_by_side(scenario, options, progress=bar)
    say_json(compared.to_json()) if output.as_json else show(compared)


def show(found: ReadersCompared) -> None:
    """Beliefs, points, choices; then every two readers."""
    for table in found.tables:
        say_table(table)
    for row in found.positions:
        _told([row.sentence])
    for parting in found.disagreements:
        say()
        _pair(parting)
    if found.said:
        say()
        _told(found.said)


def _pair(row: ReaderDisagreement) -> None:
    say(f"{row.titles.reader(row.between[0])} and {row.titles.reader(row.between[1])}")
    _told(row.sentences, "  ")
    if row.kind == "alike":
        return
    if row.knowing is not None:
        say()
        say_table(row.observed_table(row.knowing))


def _told(sentences: Sequence[str], lead: str = "") -> None:
    for sentence in sentences:
        say(
            fill(
                sentence,
                PAGE,
                initial_indent=lead,
                subsequent_indent=" " * len(lead),
                break_on_hyphens=False,
                break_long_words=False,
            )
        )
