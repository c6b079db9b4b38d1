"""What was found of a rival who thinks ahead, in sentences: the answer first, then what it turns on; how far to trust it is told in `trust`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from statistics import fmean

from countermove.questions.solve import trust
from countermove.questions.solve.finding import AtStakes, Leading, Solved, mean_support
from countermove.scenario.schema import Objective
from countermove.show.lives_and_money import as_much_as
from countermove.world.words import capitalized, number, points

STEADY = 0.1  # of his baseline: what he gives differs by no more, and is told as the same
RUNGS_TOLD = 0.005  # share of the months from which on what he does there is told


def sentences_of(found: Solved, objective: Objective | None) -> tuple[str, ...]:
    """The finding in words."""
    told = (
        *_answer(found, objective),
        *_does(found),
        *trust.prize(found),
        *_stakes(found),
        *trust.equilibrium(found, objective),
        *trust.gap(found),
    )
    return tuple(f"{capitalized(one)}." for one in told)


def leads(found: Solved, row: Leading) -> str:
    """Who leads in a view, as a clause."""
    say = found.titles.say_strategy
    if len(row.level) == 1:
        return f"{say(row.best)} leads, {points(row.lead.mean, row.lead.se)} above {say(row.other)}"
    names = found.titles.say_strategies(row.level)
    return (
        f"{names} do equally well, within what matters"
        if row.kind == "no material difference"
        else f"the runs cannot tell {names} apart"
    )


def _answer(found: Solved, objective: Objective | None) -> Iterator[str]:
    """Who leads against a rival who knows the plan, and whether that is another answer."""
    after, before = found.leader("knowing"), found.leader("theories")
    if after is None or before is None:
        for plan in found.plans:
            yield (
                f"if {found.rival} knows {found.titles.say_strategy(plan.strategy)} and answers it as well as it can, it is worth "
                f"{points(plan.worth['knowing'].mean, plan.worth['knowing'].se)}"
            )
            yield f"by the theories as they are weighted, {points(plan.worth['theories'].mean, plan.worth['theories'].se)}"
        return
    worth = as_much_as(after.lead.mean, objective) if len(after.level) == 1 else ""
    yield f"if {found.rival} knows the plan and answers it as well as it can, {leads(found, after)}{worth}"
    if found.turns:
        yield f"that is another answer than by the theories as they are weighted, where {leads(found, before)}"
    elif set(before.level) == set(after.level):
        yield "that is the answer by the theories as they are weighted, too"
    else:
        yield f"by the theories as they are weighted, {leads(found, before)}"
    third = found.leader("equilibrium")
    if third is not None and set(third.level) != set(after.level):
        yield f"if {found.rival} plays the equilibrium and holds to it whatever the plan, {leads(found, third)}"


def _does(found: Solved) -> Iterator[str]:
    """What the rival gives, plan by plan, and how that goes with the owner's rung."""
    most = max(found.plans, key=lambda plan: plan.support["knowing"])
    least = min(found.plans, key=lambda plan: plan.support["knowing"])
    say = found.titles.say_strategy
    if most is least:
        yield f"knowing the plan, {found.rival} gives {number(most.support['knowing'], 2)} times its first support"
    elif most.support["knowing"] - least.support["knowing"] <= STEADY:
        yield f"knowing the plan, {found.rival} gives much the same whatever it is: {number(most.support['knowing'], 2)} times its first support"
    else:
        yield (
            f"knowing the plan, {found.rival} gives most against {say(most.strategy)}, {number(most.support['knowing'], 2)} times its first "
            f"support, and least against {say(least.strategy)}, {number(least.support['knowing'], 2)} times"
        )
    yield from _by_rung(found)


def _by_rung(found: Solved) -> Iterator[str]:
    """Whether he answers the owner's rung or his client's need: what he gives over each."""
    rungs = sorted({row.rung for row in found.policy})
    by_rung = [mean_support(row for row in found.policy if row.rung == rung) for rung in rungs]
    told = [support for support, share in by_rung if share >= RUNGS_TOLD]
    if len(told) > 1 and abs(told[-1] - told[0]) > STEADY:
        how = "more" if told[-1] > told[0] else "less"
        yield (
            f"over all, it gives {how} where {found.owner} does more: {number(told[0], 2)} times on the lowest rung that is met, "
            f"{number(told[-1], 2)} times on the highest"
        )
    elif len(told) > 1:
        yield f"it gives much the same on every rung of {found.owner} that is met"
    worse = mean_support(row for row in found.policy if row.low >= 0)
    better = mean_support(row for row in found.policy if row.high <= 0)
    if min(worse[1], better[1]) >= RUNGS_TOLD and abs(worse[0] - better[0]) > STEADY:
        how = "more" if worse[0] > better[0] else "less"
        yield (
            f"it gives {how} where things go worse for {found.client} than on the first day, {number(worse[0], 2)} times, "
            f"than where they go better, {number(better[0], 2)} times"
        )


def _stakes(found: Solved) -> Iterator[str]:
    """For what stakes of the rival the answer holds."""
    if not found.curve or len(found.plans) < 2:
        return
    today = next((row for row in found.curve if row.ratio == 1), found.curve[-1])
    nothing = found.curve[0]
    give = fmean(nothing.support.values())
    if nothing.ratio == 0:
        yield f"with nothing at stake {found.rival} would mean to give {number(give, 2)} times its first support"
    others = [row for row in found.curve if set(row.level) != set(today.level)]
    if not others:
        yield f"the answer is the same at every stake that was tried, from {_times(found.curve[0])} to {_times(found.curve[-1])}"
        return
    for level, rows in groupby(found.curve, key=lambda row: frozenset(row.level)):
        if level != frozenset(today.level):
            first, *_, last = [*rows] * 2
            stakes = _times(first) if first is last else f"from {_times(first, alone=False)} to {_times(last)}"
            yield f"if its stakes were {stakes}, {_who(found, first)}"


def _times(row: AtStakes, *, alone: bool = True) -> str:
    """So many times the median's stakes; not alone: the first of two that are named together."""
    if row.ratio == 0:
        return "none"
    return f"{number(row.ratio)} times what the median has" if alone else number(row.ratio)


def _who(found: Solved, row: AtStakes) -> str:
    if len(row.level) == 1:
        return f"{found.titles.say_strategy(row.best)} would lead"
    return f"the runs could not tell {found.titles.say_strategies(row.level)} apart"
