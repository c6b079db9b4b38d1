"""`countermove claims`: an argument sentence by sentence, each with its verdict on the record and in the model."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from countermove.cli.failure import FINE, FOUND
from countermove.cli.options import Changes, Effort, File, Output, Sampling, Selection, Strict, Workers
from countermove.cli.progress import Bar
from countermove.cli.request import check_selection, options_of, scenario_of
from countermove.cli.size import check_size
from countermove.cli.terminal import say, say_json, say_table
from countermove.world.words import month_text

if TYPE_CHECKING:
    from countermove.questions.claims.finding import ClaimsLedger

PAGE = 100  # columns of running text


def claims(
    file: File,
    sampling: Sampling,
    selection: Selection,
    changes: Changes,
    output: Output,
    strict: Strict = False,
    workers: Workers = None,
) -> int:
    """Ask each sentence of the argument of the record, and of the runs of every plan under every theory; and say what would turn it.

    Without --draws and --lucks, 256 draws of 8 lucks. With --strict, exit code 1 where a claim does not hold, on the record or in the model.
    """
    scenario, plugins = scenario_of(file, changes, output)
    check_selection(scenario, selection)
    check_size(scenario, sampling, selection)
    from dataclasses import replace

    from countermove.questions.claims.heard import LUCKS
    from countermove.questions.claims.ledger import claims as judge

    sampling = replace(sampling, lucks=LUCKS if sampling.lucks is None else sampling.lucks)
    options = options_of(sampling, selection, Effort(workers=workers), out=None, plugins=plugins)
    with Bar(quiet=output.quiet or output.as_json) as bar:
        found = judge(scenario, options, progress=bar)
    if output.as_json:
        say_json(found.to_json())
    else:
        show(found, quiet=output.quiet)
    return FOUND if strict and any(claim.failed for claim in found.claims) else FINE


def show(found: ClaimsLedger, *, quiet: bool = False) -> None:
    """The ledger, the draws in which each theory makes the claims true, and what would turn them."""
    from countermove.questions.claims.section import ledger_table, truth_table
    from countermove.questions.claims.words import sentences
    from countermove.world.words import counted

    claims = counted(len(found.claims), "claim")
    say(f"{found.scenario}: {claims}; record known by {month_text(found.known_until)}: {found.record or 'none'}")
    say(
        f"{counted(found.draws, 'draw')} x {counted(found.lucks, 'luck')}, {counted(found.months, 'month')}, seed {found.seed}; "
        f"{counted(len(found.strategies), 'strategy', 'strategies')}, {counted(len(found.theories), 'theory', 'theories')}"
    )
    say()
    say_table(ledger_table(found, numbered=True))
    if (truth := truth_table(found)).rows:
        say_table(truth)
    for number, claim in enumerate(found.claims, 1):
        say(fill(f"[{number}] {claim.says}", PAGE, subsequent_indent="    "))
        for sentence in sentences(claim, found.titles):
            say(fill(f"    - {sentence}", PAGE, subsequent_indent="      ", break_long_words=False, break_on_hyphens=False))
    if not quiet:
        _legend(found)


def _legend(found: ClaimsLedger) -> None:
    say()
    lines = [
        "On the record: k of n episodes (months in a row count once), with the 95% Clopper-Pearson interval; it holds, or does not, where the "
        "whole interval says so.",
        "In the model: all strategies alike, the theories by their priors, with the 95% interval; anyway: without the condition.",
    ]
    ways = {claim.model.way for claim in found.claims}
    if "rungs" in ways:
        lines.append(
            f"Per rung: the owner is put on {', '.join(found.rungs)} in turn, with the same luck and nothing else ordered. That is an effect in the "
            "model."
        )
    if "association" in ways:
        lines.append("Association: how two things go together over the months of a draw. That is not an effect.")
    if found.weights_why:
        lines.append(found.weights_why)
    for line in lines:
        say(fill(line, PAGE, subsequent_indent="  "))
