"""How far to trust what was found of a rival who thinks ahead: the equilibrium, deviations from it, the game beside the war, and doubts."""

from __future__ import annotations

import math
from collections.abc import Iterator

from countermove.questions.solve.finding import (
    REPLY,
    Deviation,
    EquilibriumFound,
    Solved,
    left_by_sampling,
    mean_size,
    worst_of,
)
from countermove.scenario.schema import Objective
from countermove.show.lives_and_money import as_much_as
from countermove.world.certainty import ERRORS, amount_certainty
from countermove.world.words import counted, listed, mean_error, number, percent, points, share_error


def equilibrium(found: Solved, objective: Objective | None) -> Iterator[str]:
    """What the equilibrium is worth, how many there are, what leaving it gains, and what declaring a plan is worth."""
    if not found.equilibria:
        return
    first, *others = found.equilibria
    yield (
        f"where both look ahead and nobody is bound, {found.owner} stands on rung {number(first.rung, 1)} and {found.rival} gives "
        f"{number(first.support, 2)} times its first support"
    )
    yield f"that equilibrium is worth {points(first.war.mean, first.war.se)} to {found.owner}, played in the war"
    yield from _in_the_game(first)
    if found.commitment is not None:
        gain = found.commitment
        if amount_certainty(gain.mean, gain.se) == "told":
            than = "more" if gain.mean > 0 else "less"
            said = as_much_as(abs(gain.mean), objective)
            yield f"the best of the written plans, declared, is worth {points(abs(gain.mean), gain.se)} {than} than the equilibrium{said}"
        else:
            yield "whether the best of the written plans, declared, is worth more or less than the equilibrium cannot be told"
    yield from _several(found, first, others)
    for row in first.deviations:
        yield from _deviates(found, row)
    for plan in found.plans:
        if plan.offset is not None and amount_certainty(plan.offset.mean, plan.offset.se) == "told":
            share, error = share_error(abs(plan.offset.mean), plan.offset.se)
            arms = f"of what the arms of {found.titles.say_strategy(plan.strategy)} do to the balance, {found.rival}’s reply"
            yield (
                f"{arms} undoes {share} (error {error})" if plan.offset.mean > 0 else f"{arms} adds {share} (error {error}) on top"
            )


def _several(found: Solved, first: EquilibriumFound, others: list[EquilibriumFound]) -> Iterator[str]:
    """Multiplicity."""
    if not first.several:
        yield f"no situation of the {first.games:,} in the game has more than one equilibrium"
        return
    yield f"of {first.games:,} situations in the game {first.several:,} have more than one equilibrium"
    for other in others:
        behind = other.behind
        if amount_certainty(behind.mean, behind.se) == "told":
            yield (
                f"choosing each time the best for {found.owner}, or each time the worst, makes {points(abs(behind.mean), behind.se)} of difference "
                f"in the war{'' if behind.mean >= 0 else ', in which the worst is the better'}"
            )
        else:
            yield f"choosing each time the best for {found.owner}, or each time the worst, makes no difference that can be told in the war"


def _in_the_game(first: EquilibriumFound) -> Iterator[str]:
    """The equilibrium's own play in the game beside the war, and how much of it the game does not know."""
    off = first.gap
    if amount_certainty(off.mean, off.se) == "told":
        how = "more" if off.mean > 0 else "less"
        yield f"in the game in which it was solved it is worth {points(abs(off.mean), off.se)} {how} than in the war"
    else:
        yield f"what it is worth in the game in which it was solved cannot be told from that: the game less the war is {points(off.mean, off.se)}"
    yield (
        f"of the months of that play in the war {percent(first.outside, 1)} are in states that the game does not have, and "
        f"{percent(first.beyond, 1)} have moves beyond its own"
    )


def _deviates(found: Solved, row: Deviation) -> Iterator[str]:
    """What leaving the equilibrium gains somebody in the war."""
    if row.in_war.mean <= ERRORS * row.in_war.se:
        yield f"no deviation was found in the war by which {row.who} surely gains"
        return
    yield (
        f"the best deviation that was found in the war, {deviation_title(found, row.best)}, gains {row.who} "
        f"{mean_error(row.in_war.mean, row.in_war.se)} {row.unit}"
    )
    low, high = (row.in_war.mean + side * ERRORS * row.in_war.se for side in (-1, 1))
    where = "inside" if high <= row.bound else "above" if low > row.bound else "perhaps above"
    yield f"that gain is {where} the bound of {number(row.bound, 1)} {row.unit}"


def deviation_title(found: Solved, names: str) -> str:
    """What somebody does, or several do, in words."""
    return listed([done(found, name) for name in names.split("; ")], "or")


def done(found: Solved, name: str) -> str:
    """What a rival or an owner does, as a sentence has it: a plan, a theory, a level, a reply."""
    if name in {row.theory for row in found.gaps}:
        return found.titles.say_theory(name)
    if name in {plan.strategy for plan in found.plans}:
        return found.titles.say_strategy(name)
    return "a reply computed in the game" if name.startswith(REPLY) else name


def gap(found: Solved) -> Iterator[str]:
    """How well the game stands for the war."""
    if not found.gaps:
        return
    worst = worst_of(found.gaps)
    yield (
        "the game only proposes what to do, and the worths of plans and of the equilibrium are the war’s own: of the same play the plans’ own games "
        f"are off by {number(mean_size(found.gaps), 2)} points on average, where sampling alone would leave {number(left_by_sampling(found.gaps), 2)}"
    )
    yield (
        f"the worst of {counted(len(found.gaps), 'pair')}, {found.titles.say_strategy(worst.strategy)} if {found.titles.true(worst.theory)}, is off "
        f"by {points(abs(worst.gap.mean), worst.gap.se)}"
    )
    if len(found.gaps) > 1:
        yield "it is the largest of many noisy numbers, so that luck makes it larger"
    if found.general_gaps:
        yield (
            f"the game of all plans, where the equilibrium is, is off by {number(mean_size(found.general_gaps), 2)} points on average for plans "
            f"against the equilibrium’s rival, where sampling alone would leave {number(left_by_sampling(found.general_gaps), 2)}"
        )
    if len(found.sizes) > 1:
        first, last = found.sizes[0], found.sizes[-1]
        yield f"with bins four times as fine that average of the plans’ own games goes from {number(first.gap, 2)} to {number(last.gap, 2)} points"
        yield f"with the finest sampling alone would leave {number(last.error, 2)} of it"


def doubts_of(found: Solved) -> tuple[str, ...]:
    """What could not be found within its bound."""
    return (*_no_prize(found), *_at_the_top(found), *_off(found), *_equilibrium_off(found), *_no_equilibrium(found))


def doubted(found: Solved) -> tuple[str, ...]:
    """Its doubts, each called one, as they stand beside what they are doubts of."""
    return tuple(f"To be doubted: {doubt}" for doubt in found.doubts)


def prize(found: Solved) -> Iterator[str]:
    """For what stakes he would do what he does today."""
    low, high = found.prize.low, found.prize.high
    if not low < high:
        return
    today = f"what {found.rival} gives today is the best that it could hold, nothing new being sent, if its stakes are worth"
    first = "of what would make it worth giving for the first day alone"
    yield f"{today} {percent(low)} or more {first}" if math.isinf(high) else f"{today} {percent(low)} to {percent(high)} {first}"
    middle = found.stakes[len(found.stakes) // 2]
    less, more = (sum(outside(one / middle * found.prize.taken) for one in found.stakes) for outside in (low.__gt__, high.__lt__))
    told: list[str] = []
    for count, which, how in ((less, "lower", "less"), (more, "higher", "more")):
        if count:
            told.append(f"the {which} stakes that it may have would make it give {how}")
    if told:
        yield f"{listed(told)} than today, even if nothing new were sent"


def _no_prize(found: Solved) -> Iterator[str]:
    """That nothing it could want makes what he does today the best of what he could hold."""
    if not found.prize.low < found.prize.high:
        yield (
            f"What {found.rival} gives today is not the best that it could hold, whatever success is worth to it: this rival is not the one who "
            "has been seen, and what it would do is not known."
        )


def _at_the_top(found: Solved) -> Iterator[str]:
    """That he would give more if he might: a level of support that is the highest there is says nothing of what lies above it."""
    stuck = [plan.strategy for plan in found.plans if found.highest_level in plan.chosen]
    if stuck:
        yield (
            f"Against {found.titles.say_strategies(stuck)} {found.rival} does best, at some of its stakes, at the highest level that it may aim at, "
            f"{found.highest:g} times its first support: what it would do if it might give more is not known (`--support`)."
        )


def _off(found: Solved) -> Iterator[str]:
    """That the game is surely off by more than matters for some pairs: replies computed in it may be far from the best."""
    off = [row for row in found.gaps if abs(row.gap.mean) - ERRORS * row.gap.se > found.matters]
    if off:
        yield (
            f"For {percent(len(off) / len(found.gaps))} of {counted(len(found.gaps), 'pair')} of plan and theory the plan’s own game is surely off "
            "by more than "
            "what matters: replies that are computed in it may be far from the best."
        )


def _equilibrium_off(found: Solved) -> Iterator[str]:
    """That the equilibrium is surely worth another thing in the game than in the war, by more than matters."""
    for one in found.equilibria[:1]:
        if abs(one.gap.mean) - ERRORS * one.gap.se > found.matters:
            yield (
                f"In the game in which it was solved the equilibrium is surely worth {'more' if one.gap.mean > 0 else 'less'} than in the war, by "
                f"more than what matters ({points(abs(one.gap.mean), one.gap.se)}): it is an equilibrium of the game, and perhaps none of the war."
            )


def _no_equilibrium(found: Solved) -> Iterator[str]:
    """That what was found is none in the game, or none in the war."""
    for one in found.equilibria:
        for row in one.deviations:
            bound = f"more than {number(row.bound, 1)}"
            if row.in_game > row.bound:
                gains = f"{row.who} could gain {number(row.in_game, 1)} {row.unit} by deviating"
                yield f"No equilibrium was found: in the game itself {gains}, {bound}."
            elif row.in_war.mean - ERRORS * row.in_war.se > row.bound:
                gains = f"{row.who} gains {mean_error(row.in_war.mean, row.in_war.se)} {row.unit} by deviating there"
                yield f"What holds in the game does not hold in the war: {gains}, {bound}."
