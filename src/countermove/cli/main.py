"""The command line: its verbs, and the one place where everything that goes wrong ends in words and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated, Any

import typer

from countermove.cli import data, store
from countermove.cli.executors import executors
from countermove.cli.explain import explain
from countermove.cli.failure import FINE, INTERRUPTED, explain_failure
from countermove.cli.memo import memo
from countermove.cli.new import new
from countermove.cli.options import spread
from countermove.cli.outlet import outlets, refuse_closed
from countermove.cli.play import play
from countermove.cli.progress import Bar
from countermove.cli.replay import replay
from countermove.cli.schema import schema
from countermove.cli.serve import serve
from countermove.cli.terminal import say
from countermove.cli.verify import verify
from countermove.questions.table import QUESTIONS, Room

Verb = tuple[str, Callable[..., Any], str]  # its name, what it does, and what the list of commands says of it


def _asking(room: Room) -> Verb:
    """The command of a question: the function of its name in the file of its name."""
    return room.name, getattr(import_module(f"countermove.cli.{room.name}"), room.name), room.asks


def _verbs() -> tuple[Verb, ...]:
    """In the order in which they are met: what is done to a file, the questions as in their table, what gathers and marks the answers."""
    asked = {room.name: _asking(room) for room in QUESTIONS}
    before = (
        ("new", new, "Start a scenario"),
        asked.pop("check"),
        ("explain", explain, "Read a scenario back in plain English"),
        ("schema", schema, "Print the JSON Schema of scenario files, for editors"),
    )
    after = (
        ("memo", memo, "Write the decision memo: all of it, as one page"),
        asked.pop("score"),
        ("serve", serve, "Serve the workbench: change a scenario in a browser, and see what follows"),
        ("play", play, "Play a war at a table, with people, programs and theories in its seats"),
        ("replay", replay, "Print the months of one run, or play a session again"),
        ("verify", verify, "Check the numbers that can be checked against print"),
    )
    return (*before, *asked.values(), *after)


VERBS = _verbs()
SIGINT_SEEN = 130  # what typer returns for Ctrl-C


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        say(version("countermove"))
        raise typer.Exit


def root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """If we arm one side of a proxy war, what does the other side's patron do next, and is our plan still good after that?

    FILE is a scenario in YAML, or the name of a war that ships: countermove memo donbas-2017.

    Exit codes: 0 fine, 1 found what was looked for (--strict) or does not hold, 2 bad input, 3 interrupted and resumable.

    What goes wrong is said on standard error; with --json, also on standard output: {"errors": [...], "exit": 2}, each error with file, line,
    column, message, expected and suggestion. What the terminal's encoding lacks is spelled out: +/-, \\u0416. Files are written in UTF-8.
    """


def application() -> typer.Typer:
    """All verbs, in the order in which they are met."""
    app = typer.Typer(
        name="countermove",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 120},
    )
    app.callback()(root)
    for name, verb, says in VERBS:
        app.command(name, short_help=says)(spread(verb))
    app.add_typer(data.app, name="data")
    app.add_typer(store.app, name="store")
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; the exit code. Never raises."""
    words = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    with outlets():
        try:
            refuse_closed()
            with executors(), Bar(quiet=not _waits(words)):  # until the command has loaded what it needs, and shows its own
                code = application()(
                    args=words, prog_name="countermove", standalone_mode=False, complete_var=""
                )  # none: see `add_completion`
                sys.stdout.flush()
        except BaseException as error:
            return _last_words(error, words)
        if code == SIGINT_SEEN:
            return _last_words(KeyboardInterrupt(), words)
        return code if isinstance(code, int) else FINE


def _last_words(error: BaseException, words: Sequence[str]) -> int:
    """The exit code of what went wrong, said; also where Ctrl-C is pressed a second time meanwhile."""
    try:
        return explain_failure(error, as_json=wants_json(words))
    except KeyboardInterrupt:
        return INTERRUPTED


def _waits(words: Sequence[str]) -> bool:
    """Whether it is a command that shows how far it is, asked to show it."""
    verbs = {name: verb for name, verb, _ in VERBS}
    there = words[0] in verbs and hasattr(sys.modules[verbs[words[0]].__module__], "Bar")
    return there and not {"--json", "--quiet", "--help", "-h"} & set(words)


def wants_json(words: Sequence[str]) -> bool:
    """Whether --json stands on the command line, however wrong the rest of it is; what follows `--` is no option."""
    return "--json" in words[: words.index("--") if "--" in words else None]
