"""`countermove memo`: the whole of it as one page."""

from __future__ import annotations

from pathlib import Path

from countermove.cli.options import Changes, Effort, File, Out, Output, Sampling, Selection
from countermove.cli.progress import Bar
from countermove.cli.request import check_selection, options_of, scenario_of
from countermove.cli.terminal import say, say_json


def memo(
    file: File, sampling: Sampling, selection: Selection, effort: Effort, changes: Changes, output: Output, out: Out = None
) -> None:
    """Write the decision memo, NAME.html: all that a run finds, with its assumptions, sources and errors. DIR is memos/ by default.

    The record is weighed too, once: a weighing is kept. With --quick only one that is kept is shown, and the page says which it shows.
    Interrupted, it goes on where it stopped when the same command is given again.
    """
    scenario, plugins = scenario_of(file, changes)
    check_selection(scenario, selection)
    from countermove.study.memo import write_memo
    from countermove.study.run import checkpoint_of

    folder = out or Path("memos")
    options = options_of(sampling, selection, effort, out=folder / scenario.scenario, plugins=plugins)
    with Bar(quiet=output.quiet or output.as_json) as bar:
        path = write_memo(scenario, options, folder / f"{scenario.scenario}.html", progress=bar)
    kept = checkpoint_of(scenario, options)
    if kept is not None:
        kept.finish()
    if output.as_json:
        say_json({"scenario": scenario.scenario, "memo": str(path)})
    else:
        say(str(path) if output.quiet else f"The memo is in {path}")
