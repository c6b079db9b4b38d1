"""`countermove explore`: what would change the answer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from countermove.cli.options import Changes, Effort, File, Output, Sampling, Selection, Workers
from countermove.cli.progress import Bar
from countermove.cli.request import check_selection, options_of, scenario_of
from countermove.cli.size import check_size
from countermove.cli.terminal import say, say_json, say_table, share_text

if TYPE_CHECKING:
    from countermove.decision.explore.effects import Effect, Share
    from countermove.decision.explore.explored import Explored
    from countermove.decision.explore.pareto import Stakes
    from countermove.decision.explore.pathways import Pathways


def explore(
    file: File, sampling: Sampling, selection: Selection, changes: Changes, output: Output, workers: Workers = None
) -> None:
    """Find what would change the answer: the weights of theories and the values of numbers at which another strategy becomes the best one, the
    circumstances in which the plan fails, what it would pay to know, and how much of the answer is opinion."""
    scenario, plugins = scenario_of(file, changes)
    check_selection(scenario, selection)
    check_size(scenario, sampling, selection)
    from countermove.study.explore.explore import explore as explored

    options = options_of(sampling, selection, Effort(workers=workers), out=None, plugins=plugins)
    with Bar(quiet=output.quiet or output.as_json) as bar:
        found = explored(scenario, options, progress=bar)
    say_json(found.to_json()) if output.as_json else show(found)


def show(found: Explored) -> None:
    """By question: without weights, by theory, by number, by circumstance, by knowledge, by opinion."""
    say(f"{found.best} leads {found.other} by {found.difference:.2f} points (± {found.se:.2f}). What would change that?")
    say()
    say("If nobody will put weights on theories:")
    for row in found.criteria:
        say(f"  {row.sentence}")
    for standing in found.standings:
        say(f"  {standing.sentence}")
    if found.outcomes:
        show_outcomes(found)
    if found.stakes is not None:
        show_stakes(found.stakes)
    say()
    say("Between two theories:")
    for flip in found.flips:
        if flip.weight is not None:
            say(f"  {flip.sentence}")
    if found.triangle is not None:
        say(f"  {found.triangle.sentence}")
    still = sum(flip.weight is None for flip in found.flips)
    say(f"  Between the other {still} pairs of theories no division of the weight changes the order.")
    say()
    show_numbers(found)
    if found.parameters:
        say_table(
            f"Numbers that move the difference of {found.best} and {found.other}: share of its variance over draws, each for itself (95%)",
            ["number", "share"],
            [[row.name, _share(row.first)] for row in found.parameters],
        )
    if found.effects:
        say_table(
            "Blocks of numbers and the theory: share of the variance (Shapley effects add up to 1; 95%)",
            ["block", "Shapley", "alone", "with all it takes part in"],
            [_row(row) for row in found.effects],
        )
    say(f"Where {found.best} fails, that is loses more than matters to the best strategy:")
    for one in (found.box, found.leaves):
        if one is not None:
            say(f"  {one.sentence}")
    say()
    say("What it would pay to know:")
    for one in found.information:
        say(f"  {one.sentence}")
    say()
    if found.pathways is not None:
        show_pathways(found.pathways)
    if found.opinion is not None:
        say("How much of this is opinion:")
        say(f"  {found.opinion.sentence}")
    for sentence in found.by_expert:
        say(f"  {sentence}")
    for sentence in found.said:
        say(sentence)


def show_numbers(found: Explored) -> None:
    """At which value of each number the order turns."""
    say("The value of one number:")
    for one in found.breakevens:
        if one.kind == "flips":
            say(f"  {one.sentence}")
    for kind, words in (
        ("does not flip", "These do not turn the order anywhere in their range"),
        ("cannot tell", "Of these it cannot be told"),
    ):
        names = [one.parameter for one in found.breakevens if one.kind == kind]
        if names:
            say(f"  {words}: {', '.join(names)}.")
    say()


def show_outcomes(found: Explored) -> None:
    """What each strategy loses in each outcome."""
    names = found.outcomes[0].ranking.strategies
    say_table(
        "Loss in each outcome to the strategy that is best for it in each draw and theory, in the outcome's unit (± standard error)",
        ["outcome", *names],
        [[row.measure, *(_told(*pair) for pair in zip(row.ranking.scores, row.ranking.se, strict=True))] for row in found.outcomes],
    )


def show_stakes(found: Stakes) -> None:
    """Everybody's objective."""
    say("By the values of others:")
    for row in found.rows:
        say(f"  {row.person} would choose {row.best}, {_told(*row.ahead)} points ahead of the next.")
    for one in found.conflicts:
        say(f"  {one.sentence}")


def show_pathways(found: Pathways) -> None:
    """When to change course."""
    say(f"When to leave {found.follow}, and for what:")
    say(f"  {found.sentence}")
    say_table(
        f"Signs under {found.follow}: how probable, when in the median case, and what the best change of course is worth where the sign is seen",
        ["sign", "seen", "month", "change to", "worth", "so"],
        [
            [
                row.sign,
                f"{share_text(row.probability)} ± {share_text(row.se) or '?'}",
                "" if row.month < 0 else str(row.month + 1),
                row.to,
                "" if math.isnan(row.gain) else _told(row.gain, row.gain_se),
                row.advice,
            ]
            for row in found.signposts
        ],
    )
    for name in found.left_out:
        say(f"  Not tried: {name}.")
    say()


def _told(value: float, se: float) -> str:
    from countermove.decision.words import with_error

    return "{} ± {}".format(*with_error(value, se))


def _share(one: Share) -> str:
    return f"{100 * one.value:.0f}% ({100 * one.low:.0f} to {100 * one.high:.0f})"


def _row(row: Effect) -> list[str]:
    return [row.name, *("" if one is None else _share(one) for one in (row.shapley, row.first, row.total))]
