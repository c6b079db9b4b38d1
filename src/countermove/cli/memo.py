"""`countermove memo`: the whole of it as one page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from countermove.cli.options import Changes, Effort, File, Out, Output, Sampling, Selection
from countermove.cli.progress import Bar
from countermove.cli.request import check_selection, options_of, scenario_of
from countermove.cli.size import check_size
from countermove.cli.terminal import say, say_json
from countermove.world.words import listed

COPIES = (".pdf", ".docx", ".xlsx")


@dataclass(frozen=True)
class Sharing:
    """What is written beside the page."""

    figures: Annotated[
        Path | None,
        typer.Option(
            "--figures", metavar="DIR", show_default=False, help="Every figure as SVG, with its numbers as CSV, into this folder."
        ),
    ] = None
    to: Annotated[
        list[Path] | None,
        typer.Option("--to", metavar="FILE", help="The memo as FILE.pdf, FILE.docx or FILE.xlsx too; may be repeated."),
    ] = None
    reader: Annotated[
        str | None,
        typer.Option(
            "--for", metavar="READER", show_default=False, help="With the weights and values of this reader of the scenario."
        ),
    ] = None
    beside: Annotated[
        str | None,
        typer.Option(
            "--beside",
            metavar="FILE",
            show_default=False,
            help="One page of the two scenarios: what differs, what changed and why.",
        ),
    ] = None
    annex: Annotated[
        bool,
        typer.Option("--annex", help="The annex as a page of its own too, NAME.annex.html, for paper: the memo prints without it."),
    ] = False


def memo(
    file: File,
    sampling: Sampling,
    selection: Selection,
    effort: Effort,
    changes: Changes,
    sharing: Sharing,
    output: Output,
    out: Out = None,
) -> None:
    """Write the decision memo, NAME.html: all that a run finds, with its assumptions, sources and errors. DIR is memos/ by default.

    The record is weighed too, once: a weighing is kept. With --quick only one that is kept is shown, and the page says which it shows.
    Interrupted, it goes on where it stopped when the same command is given again.

    What it forecasts is issued beside the page, sealed, in NAME.forecasts.json: “countermove score” marks it later. A PDF needs Chromium on this
    computer, a document for Word pandoc and rsvg-convert, a spreadsheet nothing. With --for the page is NAME.READER.html.

    With --beside OTHER the page is NAME.beside.OTHER.html, in place of the memo: FILE as it was and OTHER as it is. What --set changes is changed
    in OTHER alone, so that “memo FILE --beside FILE --set …” shows what an assumption does.
    """
    if sharing.beside is not None:
        _beside_another(file, sharing, Request(sampling, selection, effort, changes, output), out or Path("memos"))
        return
    more = _more(sharing)
    _refuse_closed(out or Path("memos"), sharing)
    scenario, plugins = scenario_of(file, changes, output)
    check_selection(scenario, selection)
    check_size(scenario, sampling, selection)
    from countermove.memo.stages import stages_of
    from countermove.memo.write import page_name, write_memo
    from countermove.questions.readers.as_reader import as_reader

    folder = out or Path("memos")
    name = page_name(scenario, sharing.reader)
    options = options_of(sampling, selection, effort, out=folder / name, plugins=plugins)
    if sharing.reader is not None:
        scenario, options = as_reader(scenario, options, sharing.reader)
    stages = stages_of(full=options.full, figures=sharing.figures, copies=sharing.to or ())
    with Bar(quiet=output.quiet or output.as_json, stages=stages) as bar:
        path = write_memo(scenario, options, folder / f"{name}.html", progress=bar, **more)
    beside = _beside(path, sharing)
    if output.as_json:
        say_json({"scenario": scenario.scenario, "memo": str(path), **{name: told for name, told in beside.items() if told}})
        return
    if output.quiet:
        say(str(path))
        return
    say(f"The memo is in {path}")
    if "forecasts" in beside:
        say(f"What it forecasts is in {beside['forecasts']}, with the seal {beside['seal']}")
    if "annex" in beside:
        say(f"Its annex is in {beside['annex']}")
    if sharing.figures is not None:
        say(f"Its figures and their numbers are in {sharing.figures}; figures.csv lists them")
    for copy in sharing.to or ():
        say(f"A copy is in {copy}")


@dataclass(frozen=True)
class Request:
    """What was typed beside the file."""

    sampling: Sampling
    selection: Selection
    effort: Effort
    changes: Changes
    output: Output


def _beside_another(file: str, sharing: Sharing, asked: Request, folder: Path) -> None:
    """Two scenarios side by side; raises BadParameter for what such a page does not have, before anything is run."""
    from countermove.memo.beside import STAGES, Asked, write_beside

    other, output = str(sharing.beside), asked.output
    wrong = [option for option, value in (("--for", sharing.reader), ("--to", sharing.to), ("--figures", sharing.figures)) if value]
    if wrong:
        raise typer.BadParameter(f"--beside writes one page of its own, and takes no {' and no '.join(wrong)}")
    _refuse_closed(folder, sharing)
    a, plugins = scenario_of(file, Changes(None, asked.changes.plugin), output)
    b, _ = scenario_of(other, asked.changes, output)
    for scenario in (a, b):
        check_selection(scenario, asked.selection)
        check_size(scenario, asked.sampling, asked.selection)
    path = folder / f"{a.scenario}.beside.{b.scenario}.html"
    options = options_of(asked.sampling, asked.selection, asked.effort, out=None, plugins=plugins)
    changed = f" with {listed(asked.changes.sets)}" if asked.changes.sets else ""
    with Bar(quiet=output.quiet or output.as_json, stages=STAGES) as bar:
        write_beside(Asked(a, a.scenario), Asked(b, f"{b.scenario}{changed}"), options, path, progress=bar)
    if output.as_json:
        say_json({"scenario": a.scenario, "beside": b.scenario, "page": str(path)})
    else:
        say(str(path) if output.quiet else f"The two are side by side in {path}")


def _refuse_closed(folder: Path, sharing: Sharing) -> None:
    """Raises StoreError where a place that was given cannot be written to, before anything is run."""
    from countermove.store.disk import refuse_closed_folder

    refuse_closed_folder(folder)
    if sharing.figures is not None:
        refuse_closed_folder(sharing.figures, "--figures")
    for copy in sharing.to or ():
        refuse_closed_folder(copy.parent, "--to")


def _more(sharing: Sharing) -> dict[str, Any]:
    """What was asked for beside the page; raises BadParameter for a copy of another kind, before anything is run."""
    wrong = [str(copy) for copy in sharing.to or () if copy.suffix.lower() not in COPIES]
    if wrong:
        raise typer.BadParameter(f"--to takes FILE.pdf, FILE.docx or FILE.xlsx, and not {', '.join(wrong)}")
    asked = {"figures": sharing.figures, "copies": tuple(sharing.to or ()), "annex": sharing.annex}
    return {name: value for name, value in asked.items() if value}


def _beside(path: Path, sharing: Sharing) -> dict[str, Any]:
    """The files beside the page, as --json tells them."""
    from countermove.memo.write import annex_beside
    from countermove.questions.backtest.sealed_forecasts import forecasts_beside
    from countermove.questions.score.escrow import read_escrow, seal_of_escrow

    issued = forecasts_beside(path)
    told: dict[str, Any] = {"figures": str(sharing.figures or ""), "copies": [str(copy) for copy in sharing.to or ()]}
    if sharing.annex:
        told["annex"] = str(annex_beside(path))
    return {**({"forecasts": str(issued), "seal": seal_of_escrow(read_escrow(issued))} if issued.is_file() else {}), **told}
