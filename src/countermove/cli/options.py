"""The options that commands share, by the same names everywhere, in groups; and how a group becomes single options of a command."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

# One rule for every command. SEEDS is that of countermove.rng.seeds (a test holds them equal): to import it would cost every start NumPy.
SEEDS = 1 << 64
DRAWS = 1 << 16
LUCKS = 1 << 12
WORKERS = 1 << 10


def finite(value: float | None) -> float | None:
    """The number; raises BadParameter for infinity and for what is no number, which a comparison with a limit lets through."""
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"{value} is no number of points")
    return value


def power_of_two(value: int) -> int:
    """The number; raises BadParameter where it is no power of 2, with the nearest ones."""
    if value < 1 or value & (value - 1):
        below = 1 << max(value.bit_length() - 1, 0)
        raise typer.BadParameter(f"{value} is no power of 2: {below} and {2 * below} are")
    return value


def no_url(value: Path | None) -> Path | None:
    """The path; raises BadParameter for a URL, of which a folder called `s3:` would be made."""
    from countermove.store.place import is_url

    if is_url(value):
        raise typer.BadParameter("this command writes to a folder, not to a URL: `countermove run` writes to URLs")
    return value


def known_executor(value: str) -> str:
    """The word; raises BadParameter where it names no place where work runs."""
    from countermove.compute import wrong_executor

    if wrong := wrong_executor(value):
        raise typer.BadParameter(wrong)
    return value


FROM_SEED = typer.Option("--seed", metavar="S", min=0, max=SEEDS - 1, show_default=False, help="Where chance begins (0).")
ON_THREADS = typer.Option("--workers", metavar="N", min=1, max=WORKERS, help="Threads (one per processor).")
AT = typer.Option(
    "--executor",
    metavar="WHERE",
    callback=known_executor,
    help="Where it runs: local (threads), processes of this machine, or the Dask scheduler at dask://HOST:PORT.",
)
File = Annotated[str, typer.Argument(metavar="FILE", show_default=False, help="A scenario file, or the name of a war that ships.")]


@dataclass(frozen=True)
class Sampling:
    """How much is run."""

    draws: Annotated[
        int | None,
        typer.Option(
            "--draws",
            metavar="N",
            min=1,
            max=DRAWS,
            help="Samples of what is uncertain; without it, as many as the tolerance asks for.",
        ),
    ] = None
    lucks: Annotated[
        int | None,
        typer.Option(
            "--lucks", metavar="M", min=1, max=LUCKS, help="How often each draw is played, each time with other luck (16)."
        ),
    ] = None
    seed: Annotated[int | None, FROM_SEED] = None


@dataclass(frozen=True)
class Selection:
    """What is run."""

    strategy: Annotated[
        list[str] | None, typer.Option("--strategy", metavar="NAME", help="Only this strategy; may be repeated.")
    ] = None
    theory: Annotated[list[str] | None, typer.Option("--theory", metavar="NAME", help="Only this theory; may be repeated.")] = None


@dataclass(frozen=True)
class Effort:
    """How well, and with what."""

    tolerance: Annotated[
        float | None,
        typer.Option(
            "--tolerance", metavar="POINTS", min=0, callback=finite, help="Error of regret to reach (half of what matters)."
        ),
    ] = None
    quick: Annotated[bool, typer.Option("--quick", help="Regret, flips and measures only: no sweep, offset, pairs and drift.")] = (
        False
    )
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, max=WORKERS, help="Threads, or processes (one per processor).")
    ] = None
    executor: Annotated[str, AT] = "local"


@dataclass(frozen=True)
class Changes:
    """What is added to the file as written."""

    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="Another value, checked like the file: patrons.moscow.stake-ratio=2; may be repeated.",
        ),
    ] = None
    plugin: Annotated[
        list[Path] | None,
        typer.Option("--plugin", metavar="FILE.py", help="Python with a theory of yours. It is run: trust it first."),
    ] = None


@dataclass(frozen=True)
class Output:
    """How the answer looks."""

    as_json: Annotated[bool, typer.Option("--json", help="The answer as JSON, for programs.")] = False
    quiet: Annotated[bool, typer.Option("--quiet", help="Only what was asked for: no progress, no remarks.")] = False


Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", show_default=False, callback=no_url, help="The folder for what is written."),
]
OutPlace = Annotated[
    str | None,
    typer.Option("--out", metavar="DIR", show_default=False, help="The folder for what is written, or a URL: s3://BUCKET/NAME."),
]
Workers = Annotated[int | None, ON_THREADS]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 where something was found.")]


def spread(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with every argument that is a group of options replaced by the options themselves, as typer wants them."""
    parameters: list[inspect.Parameter] = []
    groups: dict[str, Any] = {}
    hints = get_type_hints(function, include_extras=True)
    for name, parameter in inspect.signature(function).parameters.items():
        kind = hints[name]
        if is_dataclass(kind):
            groups[name] = kind
            inner = get_type_hints(kind, include_extras=True)
            parameters += [
                inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=inner[field.name])
                for field in fields(kind)
            ]
        else:
            parameters.append(parameter.replace(annotation=kind, kind=inspect.Parameter.KEYWORD_ONLY))

    def command(**given: Any) -> Any:
        gathered = {name: kind(**{field.name: given.pop(field.name) for field in fields(kind)}) for name, kind in groups.items()}
        return function(**given, **gathered)

    command.__name__, command.__doc__ = function.__name__, function.__doc__
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    command.__dict__["__signature__"] = inspect.Signature(parameters)
    return command
