"""`countermove run`: every strategy under every theory."""

from __future__ import annotations

from pathlib import Path

from countermove.cli.options import Changes, Effort, File, OutPlace, Output, Sampling, Selection
from countermove.cli.progress import Bar
from countermove.cli.request import check_selection, options_of, scenario_of
from countermove.cli.terminal import remark, say, say_json


def run(
    file: File, sampling: Sampling, selection: Selection, effort: Effort, changes: Changes, output: Output, out: OutPlace = None
) -> None:
    """Run every plan under every theory with the same luck: outcomes, regret, flip points. Results go to DIR, by default runs/NAME, or to a
    URL in an object store.

    Interrupted, it goes on where it stopped when the same command is given again.
    """
    from countermove.cli.places import place_typed

    typed = place_typed(out) if out else None
    if typed is not None and not isinstance(typed, Path):
        typed.is_dir()  # that nobody answers is known before anything is loaded
    scenario, plugins = scenario_of(file, changes, output)
    check_selection(scenario, selection)
    from countermove.cli.summary import show_study
    from countermove.questions.run.save import room_needed, run_and_save
    from countermove.store.disk import free_bytes, size_in_words

    place = typed or Path("runs") / scenario.scenario
    options = options_of(sampling, selection, effort, out=place, plugins=plugins)
    needed = room_needed(scenario, options)
    if needed and not (output.quiet or output.as_json):
        most = "" if options.draws else "at most "
        room = f", where {size_in_words(free_bytes(place))} are free" if isinstance(place, Path) else ""
        remark(f"{most}{size_in_words(needed)} of outcomes go to {place}{room}")
    with Bar(quiet=output.quiet or output.as_json) as bar:
        study = run_and_save(scenario, options, progress=bar)
    if output.as_json:
        say_json(study.to_json())
        return
    show_study(study)
    if not output.quiet:
        say(f"Results are in {place}: outcomes/, bands.parquet, tables.json, manifest.json")
