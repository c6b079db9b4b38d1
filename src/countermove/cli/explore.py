"""`countermove explore`: what would change the answer."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from countermove.cli.options import Changes, Effort, File, Output, Sampling, Selection, Workers
from countermove.cli.progress import Bar
from countermove.cli.request import check_selection, options_of, scenario_of
from countermove.cli.size import check_size
from countermove.cli.terminal import remark, say, say_json, say_table
from countermove.world.measure import titled_in_unit, unit_of
from countermove.world.words import counted_error

if TYPE_CHECKING:
    from countermove.decision.pareto import PersonalChoices
    from countermove.questions.explore.effects import Effect
    from countermove.questions.explore.finding import Explored
    from countermove.questions.explore.pathways import Pathways


def explore(
    file: File, sampling: Sampling, selection: Selection, changes: Changes, output: Output, workers: Workers = None
) -> None:
    """Find what would change the answer: the weights of theories and the values of numbers at which another strategy becomes the best one, the
    circumstances in which the plan fails, what it would pay to know, and how much of the answer is opinion."""
    scenario, plugins = scenario_of(file, changes, output)
    check_selection(scenario, selection)
    check_size(scenario, sampling, selection)
    from countermove.questions.explore.explore import explore as explored
    from countermove.questions.explore.leading_pair import shortages

    options = options_of(sampling, selection, Effort(workers=workers), out=None, plugins=plugins)
    for sentence in shortages(scenario, options):
        if not output.quiet:
            remark(sentence)
    with Bar(quiet=output.quiet or output.as_json) as bar:
        found = explored(scenario, options, progress=bar)
    say_json(found.to_json()) if output.as_json else show(found)


def show(found: Explored) -> None:
    """By question: without weights, by theory, by number, by circumstance, by knowledge, by opinion; then what cannot be told, and why."""
    say(f"{found.opening} What would change that?")
    say()
    without = [row.sentence for row in (*found.criteria, *found.standings)]
    if without:
        _section("If nobody will put weights on theories:", without)
    if found.outcomes:
        show_outcomes(found)
    if found.stakes is not None:
        show_stakes(found.stakes)
    show_weights(found)
    show_numbers(found)
    show_effects(found)
    fails = dict.fromkeys(one.sentence for one in (found.box, found.leaves) if one is not None)
    if fails:
        _section(f"Where {found.best} fails, that is loses more than matters to the best strategy:", fails)
    if found.information:
        _section("What it would pay to know:", [one.sentence for one in found.information])
    if found.pathways is not None:
        show_pathways(found.pathways)
    if found.opinion is not None:
        _section("How much of this is opinion:", [found.opinion.sentence])
    if found.by_expert:
        _section("Where experts differ:", found.by_expert)
    if found.said:
        _section("What cannot be told, and why:", found.said)


def _section(heading: str, sentences: Iterable[str]) -> None:
    say(heading)
    for sentence in sentences:
        say(f"  {sentence}")
    say()


def show_weights(found: Explored) -> None:
    """At which weight of two theories the order of two strategies turns."""
    from countermove.world.words import listed

    told = [flip.sentence for flip in found.turns]
    if found.triangle is not None:
        told.append(found.triangle.sentence)
    if found.unsure:
        pairs = listed([" and ".join(pair) for pair in dict.fromkeys(flip.between for flip in found.unsure)])
        told.append(f"Whether and where the order turns cannot be told, within error, between {pairs}.")
    others = "other " if found.turns or found.unsure else ""
    still = len({flip.between for flip in found.flips} - {flip.between for flip in (*found.turns, *found.unsure)})
    if still:
        told.append(f"Between {still} {others}{'pair' if still == 1 else 'pairs'} of theories no division turns it.")
    if told:
        _section("Between theories:", told)


def show_effects(found: Explored) -> None:
    """Which numbers and which blocks of them move the difference."""
    if found.parameters:
        say_table(
            f"Numbers that move the difference of {found.best} and {found.other}: share of its variance over draws, each for itself (95%)",
            ["number", "share"],
            [[row.name, row.first.text] for row in found.parameters],
        )
    if found.effects:
        say_table(
            "Blocks of numbers and the theory: share of the variance (Shapley effects add up to 1; 95%)",
            ["block", "Shapley", "alone", "with all it takes part in"],
            [_row(row) for row in found.effects],
        )


def show_numbers(found: Explored) -> None:
    """At which value of each number the order turns."""
    told = [one.sentence for one in found.breakevens if one.kind == "flips"]
    for kind, words in (
        ("does not flip", "These do not turn the order anywhere in their range"),
        ("cannot tell", "Of these it cannot be told whether they turn it"),
    ):
        names = [one.parameter for one in found.breakevens if one.kind == kind]
        if names:
            told.append(f"{words}: {', '.join(names)}.")
    if told:
        _section("The value of one number:", told)


def show_outcomes(found: Explored) -> None:
    """What each strategy loses in each outcome."""
    from countermove.world.words import loss

    names = found.outcomes[0].ranking.strategies
    say_table(
        "Loss in each outcome to the strategy that is best for it in each draw and theory, in the outcome's unit (± standard error)",
        ["outcome", *names],
        [
            [
                titled_in_unit(row.measure),
                *(loss(*pair, unit_of(row.measure)) for pair in zip(row.ranking.scores, row.ranking.se, strict=True)),
            ]
            for row in found.outcomes
        ],
    )


def show_stakes(found: PersonalChoices) -> None:
    """Everybody's objective."""
    say("By the values of others:")
    for row in found.rows:
        say(f"  {row.sentence}")
    for one in found.conflicts:
        say(f"  {one.sentence}")
    say()


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
                counted_error(row.probability, row.se, found.draws),
                "" if row.month < 0 else str(row.month + 1),
                "" if math.isnan(row.gain) else row.to,
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
    from countermove.world.words import with_error

    return "{} ± {}".format(*with_error(value, se))


def _row(row: Effect) -> list[str]:
    return [row.name, *("" if one is None else one.text for one in (row.shapley, row.first, row.total))]
