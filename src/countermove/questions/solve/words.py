"""What was found of a rival who thinks ahead, in sentences: the answer first, then what it turns on, then how far to trust it."""

from __future__ import annotations

from collections.abc import Iterator

from countermove.questions.solve.finding import AtStakes, EquilibriumFound, Leading, Solved
from countermove.scenario.schema import Objective
from countermove.show.lives_and_money import as_much_as
from countermove.world.certainty import amount_certainty
from countermove.world.words import capitalized, counted, listed, mean_error, number, percent, points, share_error

STEADY = 0.1  # of his baseline: what he gives differs by no more, and is told as the same
RUNGS_TOLD = 0.005  # share of the months from which on what he does there is told


def sentences_of(found: Solved, objective: Objective | None) -> tuple[str, ...]:
    """The finding in words."""
    told = (*_answer(found, objective), *_does(found), *_stakes(found), *_equilibrium(found, objective), *_gap(found))
    return tuple(f"{capitalized(one)}." for one in told)


def leads(found: Solved, row: Leading) -> str:
    """Who leads in a view, as a clause."""
    say = found.titles.say_strategy
    if len(row.level) == 1:
        return f"{say(row.best)} leads, {points(row.lead.mean, row.lead.se)} above {say(row.other)}"
    return f"no plan can be told from the best: {found.titles.say_strategies(row.level)}"


def _answer(found: Solved, objective: Objective | None) -> Iterator[str]:
    """Who leads against a rival who knows the plan, and whether that is another answer."""
    after, before = found.leader("knowing"), found.leader("theories")
    if after is None or before is None:
        return
    worth = as_much_as(after.lead.mean, objective) if len(after.level) == 1 else ""
    yield f"if {found.rival} knows the plan and answers it as well as it can, {leads(found, after)}{worth}"
    if found.turns:
        yield f"that is another answer than by the theories as they are weighted, where {leads(found, before)}"
    else:
        yield "that is the answer by the theories as they are weighted, too"
    third = found.leader("equilibrium")
    if third is not None and set(third.level) != set(after.level):
        yield f"if {found.rival} plays the equilibrium and holds to it whatever the plan, {leads(found, third)}"


def _does(found: Solved) -> Iterator[str]:
    """What the rival gives, plan by plan, and how that goes with the owner's rung."""
    most = max(found.plans, key=lambda plan: plan.support["knowing"])
    least = min(found.plans, key=lambda plan: plan.support["knowing"])
    say = found.titles.say_strategy
    if most.support["knowing"] - least.support["knowing"] <= STEADY:
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
    by_rung = [_mean([(row.support, row.share) for row in found.policy if row.rung == rung]) for rung in rungs]
    told = [support for support, share in by_rung if share >= RUNGS_TOLD]
    if len(told) > 1 and abs(told[-1] - told[0]) > STEADY:
        how = "more" if told[-1] > told[0] else "less"
        yield (
            f"it gives {how} where {found.owner} does more: {number(told[0], 2)} times on the lowest rung that the plans order, "
            f"{number(told[-1], 2)} times on the highest"
        )
    elif len(told) > 1:
        yield f"it gives much the same on every rung that the plans of {found.owner} order"
    worse = _mean([(row.support, row.share) for row in found.policy if row.low >= 0])
    better = _mean([(row.support, row.share) for row in found.policy if row.low < 0])
    if min(worse[1], better[1]) >= RUNGS_TOLD and abs(worse[0] - better[0]) > STEADY:
        how = "more" if worse[0] > better[0] else "less"
        yield (
            f"it gives {how} where things go worse for {found.client} than on the first day, {number(worse[0], 2)} times, "
            f"than where they go better, {number(better[0], 2)} times"
        )


def _mean(rows: list[tuple[float, float]]) -> tuple[float, float]:
    """The mean of values by their shares, and the sum of these."""
    share = sum(weight for _, weight in rows)
    return (sum(value * weight for value, weight in rows) / share, share) if share > 0 else (float("nan"), 0.0)


def _stakes(found: Solved) -> Iterator[str]:
    """For what stakes of the rival the answer holds."""
    if not found.curve:
        return
    today = next((row for row in found.curve if row.ratio == 1), found.curve[-1])
    nothing = found.curve[0]
    give = _mean([(value, 1) for value in nothing.support.values()])[0]
    if nothing.ratio == 0:
        yield f"with nothing at stake {found.rival} gives {number(give, 2)} times its first support"
    others = [row for row in found.curve if set(row.level) != set(today.level)]
    if not others:
        yield f"the answer is the same at every stake that was tried, from {_times(found.curve[0])} to {_times(found.curve[-1])}"
        return
    for row in others:
        yield f"if its stakes were {_times(row)}, {_who(found, row)}"


def _times(row: AtStakes) -> str:
    return "none" if row.ratio == 0 else f"{number(row.ratio)} times what the median has"


def _who(found: Solved, row: AtStakes) -> str:
    if len(row.level) == 1:
        return f"{found.titles.say_strategy(row.best)} would lead"
    return f"no plan could be told from the best: {found.titles.say_strategies(row.level)}"


def _equilibrium(found: Solved, objective: Objective | None) -> Iterator[str]:
    """What the equilibrium is worth, how many there are, what leaving it gains, and what declaring a plan is worth."""
    if not found.equilibria:
        return
    first, *others = found.equilibria
    yield (
        f"where both look ahead and nobody is bound, {found.owner} stands on rung {number(first.rung, 1)} and {found.rival} gives "
        f"{number(first.support, 2)} times its first support: that is worth {points(first.war.mean, first.war.se)} in the war"
    )
    yield from _several(found, first, others)
    if found.commitment is not None:
        gain = found.commitment
        if amount_certainty(gain.mean, gain.se) == "told":
            than = "more" if gain.mean > 0 else "less"
            said = as_much_as(abs(gain.mean), objective)
            yield f"the best of the written plans, declared, is worth {points(abs(gain.mean), gain.se)} {than} than that{said}"
        else:
            yield f"whether the best of the written plans, declared, is worth more than that cannot be told: {points(gain.mean, gain.se)} more"
    for plan in found.plans:
        if plan.offset is not None and amount_certainty(plan.offset.mean, plan.offset.se) == "told":
            share, error = share_error(abs(plan.offset.mean), plan.offset.se)
            does = "undoes" if plan.offset.mean > 0 else "adds to it"
            arms = f"the arms of {found.titles.say_strategy(plan.strategy)}"
            yield f"of what {arms} do to the balance, {found.rival}’s reply {does} {share} (error {error})"


def _several(found: Solved, first: EquilibriumFound, others: list[EquilibriumFound]) -> Iterator[str]:
    """Multiplicity, and deviations."""
    for other in others:
        yield f"of {first.games:,} situations in the game {first.several:,} have more than one equilibrium"
        yield (
            f"choosing each time the best for {found.owner}, or each time the worst, makes {number(abs(first.game - other.game), 3)} points of "
            "difference in all"
        )
    for row in first.deviations:
        inside = "inside" if row.in_war.mean + 2 * row.in_war.se <= row.bound else "not inside"
        yield (
            f"the best deviation that was found in the war, {_deviation(found, row.best)}, gains {row.who} "
            f"{mean_error(row.in_war.mean, row.in_war.se)} {row.unit}"
        )
        yield f"that is {inside} the bound of {number(row.bound, 1)} {row.unit}"


def _deviation(found: Solved, names: str) -> str:
    """A deviation by its title."""
    strategies, theories = {plan.strategy for plan in found.plans}, {row.theory for row in found.gaps}

    def said(name: str) -> str:
        if name in strategies:
            return found.titles.say_strategy(name)
        return found.titles.say_theory(name) if name in theories else name

    return listed([said(name) for name in names.split("; ")], "or")


def _gap(found: Solved) -> Iterator[str]:
    """How well the game stands for the war."""
    if not found.gaps:
        return
    sizes = [abs(row.gap.mean) for row in found.gaps]
    worst = max(found.gaps, key=lambda row: abs(row.gap.mean))
    inside = sum(abs(row.gap.mean) - 2 * row.gap.se <= found.matters for row in found.gaps)
    yield (
        f"the game only proposes what to do, and all worths above are of the war itself; of the same play the game’s worth is off by "
        f"{number(sum(sizes) / len(sizes), 2)} points on average, by {number(abs(worst.gap.mean), 2)} at most"
    )
    yield (
        f"that is {found.titles.say_strategy(worst.strategy)} if {found.titles.true(worst.theory)}; "
        f"{percent(inside / len(found.gaps))} of {counted(len(found.gaps), 'pair')} could be within what matters, errors allowed for"
    )
    if len(found.sizes) > 1:
        first, last = found.sizes[0], found.sizes[-1]
        how = "shrinks" if last.gap < first.gap else "does not shrink"
        yield f"with bins four times as fine it {how}: from {number(first.gap, 2)} to {number(last.gap, 2)} points on average"


def _at_the_top(found: Solved) -> Iterator[str]:
    """That he would give more if he might: a level of support that is the highest there is says nothing of what lies above it."""
    top = f"{number(found.highest, 2 if found.highest % 1 else 0)}"
    stuck = [plan.strategy for plan in found.plans if found.highest_level in plan.chosen]
    if stuck:
        plans = found.titles.say_strategies(stuck)
        yield (
            f"Against {plans} {found.rival} does best, at some of its stakes, at the highest level that it may aim at, {top} times its first support: "
            "what it would do if it might give more is not known (`--support`)."
        )


def doubts_of(found: Solved) -> tuple[str, ...]:
    """What could not be found within its bound."""
    out = list(_at_the_top(found))
    for equilibrium in found.equilibria:
        for row in equilibrium.deviations:
            if row.in_game > row.bound:
                out.append(
                    f"No equilibrium was found: in the game itself {row.who} could gain {number(row.in_game, 3)} {row.unit} by deviating, "
                    f"more than {number(row.bound, 2)}."
                )
            elif row.in_war.mean - 2 * row.in_war.se > row.bound:
                out.append(
                    f"What holds in the game does not hold in the war: {row.who} gains {mean_error(row.in_war.mean, row.in_war.se, row.unit)} "
                    f"by deviating there, more than {number(row.bound, 2)}."
                )
    return tuple(out)
