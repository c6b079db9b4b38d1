"""The command line: its verbs, and the one place where everything that goes wrong ends in words and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from countermove.cli import data
from countermove.cli.backtest import backtest
from countermove.cli.check import check
from countermove.cli.claims import claims
from countermove.cli.compare import compare
from countermove.cli.explain import explain
from countermove.cli.explore import explore
from countermove.cli.failure import FINE, INTERRUPTED, explain_failure
from countermove.cli.gaps import gaps
from countermove.cli.memo import memo
from countermove.cli.new import new
from countermove.cli.options import spread
from countermove.cli.outlet import outlets, refuse_closed
from countermove.cli.progress import Bar
from countermove.cli.readers import readers
from countermove.cli.replay import replay
from countermove.cli.run import run
from countermove.cli.schema import schema
from countermove.cli.score import score
from countermove.cli.search import search
from countermove.cli.terminal import say
from countermove.cli.verify import verify
from countermove.cli.weigh import weigh

VERBS: tuple[tuple[str, Callable[..., Any], str], ...] = (
    ("new", new, "Start a scenario"),
    ("check", check, "Find all mistakes in a scenario, and doubts about it"),
    ("explain", explain, "Read a scenario back in plain English"),
    ("schema", schema, "Print the JSON Schema of scenario files, for editors"),
    ("run", run, "Run every plan under every theory"),
    ("weigh", weigh, "Weigh the theories of the adversary on the record"),
    ("explore", explore, "Find what would change the answer, and what it would pay to know"),
    ("readers", readers, "Compare people who disagree, and find what they part over"),
    ("gaps", gaps, "Find what each strategy leaves unsaid, and what that can cost"),
    ("search", search, "Improve a strategy within the language, and judge it on new draws"),
    ("compare", compare, "Find what differs between two runs, or two strategies, and where it comes from"),
    ("claims", claims, "Judge an argument, sentence by sentence, on the record and in the model"),
    ("backtest", backtest, "Score the theories on past wars, beside the simplest forecasts"),
    ("memo", memo, "Write the decision memo: all of it, as one page"),
    ("score", score, "Score what a memo or a backtest issued, once it is known"),
    ("replay", replay, "Print the months of one run"),
    ("verify", verify, "Check the numbers that can be checked against print"),
)
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
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; the exit code. Never raises."""
    words = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    with outlets():
        try:
            refuse_closed()
            with Bar(quiet=not _waits(words)):  # until the command has loaded what it needs, and shows its own
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
