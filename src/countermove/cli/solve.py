"""`countermove solve`: the war as a game of two patrons who look ahead."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from countermove.cli.failure import FINE, FOUND
from countermove.cli.options import DRAWS, FROM_SEED, LUCKS, Changes, File, Output, Selection, Workers
from countermove.cli.progress import Bar
from countermove.cli.request import check_selection, scenario_of
from countermove.cli.terminal import say, say_json, say_table

if TYPE_CHECKING:
    from countermove.questions.solve.finding import Solved


@dataclass(frozen=True)
class GameSize:
    """How the war is made a game."""

    draws: Annotated[
        int,
        typer.Option(
            "--draws", metavar="N", min=16, max=DRAWS, help="Samples of the numbers that are uncertain, a multiple of 16."
        ),
    ] = 256
    lucks: Annotated[
        int,
        typer.Option("--lucks", metavar="M", min=1, max=LUCKS, help="How often each is played, each time with other luck; even."),
    ] = 8
    samples: Annotated[
        int, typer.Option("--samples", metavar="N", min=2, max=DRAWS, help="Worlds that each state of the game is estimated from.")
    ] = 128
    rung: Annotated[
        list[int] | None,
        typer.Option(
            "--rung",
            metavar="RUNG",
            min=0,
            max=8,
            help="A step of the owner's ladder, by its number (0: none, 4: lethal-defensive), that it can take besides those of its plans; may be "
            "repeated.",
        ),
    ] = None
    support: Annotated[
        list[float] | None,
        typer.Option(
            "--support",
            metavar="TIMES",
            min=0,
            help="Support that the rival can aim at, times its first (0, 0.5, 1, 1.5, 2, 4); may be repeated.",
        ),
    ] = None
    bins: Annotated[int, typer.Option("--bins", metavar="N", min=1, max=64, help="Bins of how short the rival's client is.")] = 8
    types: Annotated[int, typer.Option("--types", metavar="N", min=1, max=5, help="Types of the rival's stakes.")] = 3
    beliefs: Annotated[
        int, typer.Option("--beliefs", metavar="N", min=1, max=64, help="Steps of what the owner believes of them.")
    ] = 2
    seed: Annotated[int, FROM_SEED] = 0


@dataclass(frozen=True)
class Depth:
    """How much is asked."""

    brief: Annotated[
        bool, typer.Option("--brief", help="Only the plans against a rival who knows them: no equilibrium, no other stakes.")
    ] = False
    thorough: Annotated[
        bool,
        typer.Option("--thorough", help="Also opponents who err or think few steps ahead, and the game with finer bins twice."),
    ] = False
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Exit with 1 where anything is to be doubted: a line that says so stands at the end."),
    ] = False
    figures: Annotated[
        Path | None,
        typer.Option(
            "--figures", metavar="DIR", show_default=False, help="Its pictures as SVG, with their numbers, into this folder."
        ),
    ] = None
    to: Annotated[
        list[Path] | None,
        typer.Option(
            "--to", metavar="FILE", help="The game for Gambit too: FILE.efg, its first months, or FILE.nfg, plans and replies."
        ),
    ] = None


def solve(
    file: File, size: GameSize, selection: Selection, changes: Changes, depth: Depth, output: Output, workers: Workers = None
) -> int:
    """Find what each plan is worth against a rival who knows it, thinks ahead and answers it as well as he can; from which stakes of his on another
    plan is best; and what holds where nobody is bound (an equilibrium), with what anybody could gain by leaving it.

    The war is made a game of public states, months and private stakes by the same months that `run` plays. The game only proposes what to
    do: what is told is played in the war itself.
    """
    scenario, plugins = scenario_of(file, changes, output)
    check_selection(scenario, selection)
    from countermove.compute import Local
    from countermove.questions.solve.look_ahead import SUPPORT, SolveOptions
    from countermove.questions.solve.solve import solve as solved

    copies = _formats(depth.to or [])
    _places(copies, depth.figures)
    options = SolveOptions(
        draws=size.draws,
        lucks=size.lucks,
        samples=size.samples,
        seed=size.seed,
        rungs=tuple(sorted(set(size.rung or ()))),
        support=tuple(sorted(set(size.support))) if size.support else SUPPORT,
        shortfall=size.bins,
        types=size.types,
        beliefs=size.beliefs,
        strategies=tuple(selection.strategy or ()),
        theories=tuple(selection.theory or ()),
        brief=depth.brief,
        thorough=depth.thorough,
        copies=tuple(copies.values()),
        executor=Local(workers),
        plugins=plugins,
    )
    with Bar(quiet=output.quiet or output.as_json) as bar:
        found = solved(scenario, options, progress=bar)
    _write(copies, found)
    drawn = () if depth.figures is None else _draw(depth.figures, found)
    if output.as_json:
        say_json(found.to_json())
    else:
        show(found)
        for path in (*copies, *drawn) if not output.quiet else ():
            say(f"Written: {path}")
    return FOUND if depth.strict and found.doubts else FINE


def _formats(paths: list[Path]) -> dict[Path, str]:
    """The format of each file by its ending; raises BadParameter for another."""
    from countermove.questions.solve.look_ahead import FORMATS

    wrong = [str(path) for path in paths if path.suffix.removeprefix(".") not in FORMATS]
    if wrong:
        raise typer.BadParameter(f"{', '.join(wrong)}: Gambit's files end in .{' or .'.join(FORMATS)}")
    return {path: path.suffix.removeprefix(".") for path in paths}


def _places(copies: dict[Path, str], figures: Path | None) -> None:
    """Raises BadParameter, before any work, where nothing can be written."""
    folders = {*(path.parent for path in copies), *(() if figures is None else (figures,))}
    wrong = [str(path) for path in copies if path.is_dir()]
    wrong += [
        str(folder) for folder in folders if any(above.exists() and not above.is_dir() for above in (folder, *folder.parents))
    ]
    if wrong:
        raise typer.BadParameter(f"nothing can be written at {', '.join(wrong)}: something else is there")


def _write(copies: dict[Path, str], found: Solved) -> None:
    from countermove.store.disk import write_page

    for path, kind in copies.items():
        write_page(path, found.files[kind], "game")


def _draw(folder: Path, found: Solved) -> tuple[Path, ...]:
    """Every picture and its numbers."""
    from countermove.show.picture import picture
    from countermove.store.disk import write_page

    written: list[Path] = []
    for figure in found.figures():
        if figure.data is not None:
            written.append(picture(figure).save(folder / f"{figure.data.key}.svg"))
            written.append(write_page(folder / f"{figure.data.key}.csv", figure.data.csv(), "numbers"))
    return tuple(written)


def show(found: Solved) -> None:
    """The answer, its tables, how far to trust it."""
    from countermove.questions.solve import tables, trust

    for sentence in found.sentences:
        say(sentence)
    say()
    say_table(tables.plans_table(found))
    say_table(tables.replies_table(found))
    if found.curve:
        say_table(tables.stakes_table(found))
    say_table(tables.policy_table(found))
    if found.claims:
        say_table(tables.claims_table(found))
    if found.opponents:
        say_table(tables.opponents_table(found))
    if found.sizes:
        say_table(tables.sizes_table(found))
    say_table(tables.gaps_table(found))
    if found.equilibria:
        say_table(tables.general_table(found))
    say(f"The game: {found.states}.")
    for doubt in trust.doubted(found):
        say(doubt)
