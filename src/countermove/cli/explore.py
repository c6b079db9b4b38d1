"""`countermove explore`: what would change the answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from countermove.cli.options import Changes, Effort, File, Output, Sampling, Selection, Workers
from countermove.cli.progress import Bar
from countermove.cli.request import check_selection, options_of, scenario_of
from countermove.cli.size import check_size
from countermove.cli.terminal import remark, say, say_json, say_table

if TYPE_CHECKING:
    from countermove.decision.pareto import PersonalChoices
    from countermove.questions.explore.finding import Explored
    from countermove.questions.explore.pathways import Pathways
    from countermove.world.titles import Titles


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
    from countermove.questions.explore.section import effects_table, outcomes_table, parameters_table

    say(f"{found.opening} What would change that?")
    say()
    without = [row.sentence for row in (*found.criteria, *found.standings)]
    if without:
        _section("If nobody will put weights on theories:", without)
    if found.outcomes:
        say_table(outcomes_table(found))
    if found.stakes is not None:
        show_stakes(found.stakes)
    show_weights(found)
    show_numbers(found)
    if found.parameters:
        say_table(parameters_table(found))
    if found.effects:
        say_table(effects_table(found))
    fails = dict.fromkeys(one.sentence for one in (found.box, found.leaves) if one is not None)
    if fails:
        _section(
            f"Where {found.titles.say_strategy(found.best)} fails, that is loses more than matters to the best strategy:", fails
        )
    if found.information:
        _section("What it would pay to know:", [one.sentence for one in found.information])
    if found.pathways is not None:
        show_pathways(found.pathways, found.titles)
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
        pairs = listed([found.titles.say_theories(pair) for pair in dict.fromkeys(flip.between for flip in found.unsure)])
        told.append(f"Whether and where the order turns cannot be told, within error, between {pairs}.")
    others = "other " if found.turns or found.unsure else ""
    still = len({flip.between for flip in found.flips} - {flip.between for flip in (*found.turns, *found.unsure)})
    if still:
        told.append(f"Between {still} {others}{'pair' if still == 1 else 'pairs'} of theories no division turns it.")
    if told:
        _section("Between theories:", told)


def show_numbers(found: Explored) -> None:
    """At which value of each number the order turns."""
    from countermove.world.titles import quoted

    told = [one.sentence for one in found.breakevens if one.kind == "flips"]
    for kind, words in (
        ("does not flip", "These do not turn the order anywhere in their range"),
        ("cannot tell", "Of these it cannot be told whether they turn it"),
    ):
        names = [quoted(found.number(one.parameter)) for one in found.breakevens if one.kind == kind]
        if names:
            told.append(f"{words}: {', '.join(names)}.")
    if told:
        _section("The value of one number:", told)


def show_stakes(found: PersonalChoices) -> None:
    """Everybody's objective."""
    say("By the values of others:")
    for row in found.rows:
        say(f"  {row.sentence}")
    for one in found.conflicts:
        say(f"  {one.sentence}")
    say()


def show_pathways(found: Pathways, titles: Titles) -> None:
    """When to change course."""
    from countermove.questions.explore.section import signposts_table

    say(f"When to leave {titles.say_strategy(found.follow)}, and for what:")
    say(f"  {found.sentence}")
    say_table(signposts_table(found, titles))
    for name in found.left_out:
        say(f"  Not tried: {name}.")
    say()
