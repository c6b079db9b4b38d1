"""How far to trust what was found of a rival who thinks ahead: the equilibrium, deviations from it, the game beside the war, and doubts."""

from __future__ import annotations

import math
from collections.abc import Iterator

from countermove.questions.solve.finding import REPLY, Deviation, EquilibriumFound, Solved
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
        yield (
            f"choosing each time the best for {found.owner}, or each time the worst, makes {number(abs(first.game - other.game), 3)} points of "
            "difference in all"
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
    sizes = [abs(row.gap.mean) for row in found.gaps]
    error = sum(row.gap.se for row in found.gaps) / len(sizes)
    worst = max(found.gaps, key=lambda row: abs(row.gap.mean))
    yield (
        "the game only proposes what to do, and all worths above are of the war itself; of the same play the plans’ own games are off by "
        f"{number(sum(sizes) / len(sizes), 2)} points on average, where sampling alone leaves about {number(error, 2)}, and by "
        f"{number(abs(worst.gap.mean), 2)} at most"
    )
    yield f"the most is that of {found.titles.say_strategy(worst.strategy)} if {found.titles.true(worst.theory)}"
    if len(found.sizes) > 1:
        first, last = found.sizes[0], found.sizes[-1]
        yield f"with bins four times as fine it goes from {number(first.gap, 2)} to {number(last.gap, 2)} points on average"
        yield f"sampling alone leaves about {number(first.error, 2)} of it at first, {number(last.error, 2)} with the finest"


def doubts_of(found: Solved) -> tuple[str, ...]:
    """What could not be found within its bound."""
    return (*_no_prize(found), *_at_the_top(found), *_off(found), *_no_equilibrium(found))


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
