"""What was found of a rival who thinks ahead, as tables."""

from __future__ import annotations

import math
from collections.abc import Mapping

from countermove.questions.claims.finding import Statistic
from countermove.questions.solve.finding import REPLY, VIEWS, MeanError, PlanAhead, Solved, View
from countermove.world.certainty import amount_certainty
from countermove.world.tables import Table
from countermove.world.words import mean_error, number, percent, share_error, true_minus

UNDONE = "; and the share of the arms’ effect on the balance that it undoes in equilibrium"
RARE = 0.005  # a statistic that is smaller is told as about 0
SELDOM = 0.005  # of the months
HEADS: Mapping[View, str] = {
    "theories": "by the theories",
    "knowing": "who knows the plan",
    "equilibrium": "who plays the equilibrium",
}


def worth_text(found: MeanError) -> str:
    """A mean with its error."""
    return mean_error(found.mean, found.se)


def plans_table(found: Solved) -> Table:
    """Every plan against a rival by the theories, who knows it, and who plays the equilibrium."""
    views: list[View] = list(found.plans[0].worth)
    undone = ("undone",) if any(plan.offset is not None for plan in found.plans) else ()
    return Table.of(
        f"What each plan is worth to {found.owner} if {found.rival} is of each kind, in points ± standard error; what {found.rival} then "
        f"gives, in multiples of what it gave on the first day{UNDONE if undone else ''}. See "
        f"whether the order of the plans is another where {found.rival} thinks ahead.",
        ("plan", *(HEADS[view] for view in views), *(f"gives, {HEADS[view]}" for view in views), *undone),
        (
            (
                found.titles.strategy(plan.strategy),
                *(worth_text(plan.worth[view]) for view in views),
                *(number(plan.support[view], 2) for view in views),
                *(_undone(plan) for _ in undone),
            )
            for plan in found.plans
        ),
        title=f"Every plan if {found.rival} thinks ahead (points; times its first support)",
    )


def _undone(plan: PlanAhead) -> str:
    if plan.offset is None or amount_certainty(plan.offset.mean, plan.offset.se) != "told":
        return ""
    share, error = share_error(plan.offset.mean, plan.offset.se)
    return f"{share} ± {error}"


def stakes_table(found: Solved) -> Table:
    """The plans against a rival of other stakes who knows them."""
    return Table.of(
        f"What each plan is worth in points, ± standard error, if {found.rival}’s stakes were so many times what the median has, and it "
        "knew the plan. See from which stakes on another plan is best.",
        ("stakes", *(found.titles.strategy(plan.strategy) for plan in found.plans), "best, or not told from it"),
        (
            (
                number(row.ratio),
                *(worth_text(row.worth[plan.strategy]) for plan in found.plans),
                found.titles.say_strategies(row.level),
            )
            for row in found.curve
        ),
        title=f"If {found.rival}’s stakes were other (times the median; points)",
    )


def replies_table(found: Solved) -> Table:
    """What each type of the rival does who knows a plan."""
    theories = {row.theory for row in found.gaps}

    def said(name: str) -> str:
        return found.titles.theory(name) if name in theories else "a reply of the game" if name.startswith(REPLY) else name

    return Table.of(
        f"What {found.rival} does by its stakes if it knows the plan: the best of the theories and of replies computed in the game, chosen on "
        "half of the luck; and what that brings it over the best theory, in thousand person-equivalents over the war, on the other half. See whether "
        "looking ahead pays, and how.",
        ("plan", *(f"stakes {number(one, 1)}" for one in found.stakes), "brings"),
        (
            (found.titles.strategy(plan.strategy), *(said(name) for name in plan.chosen), worth_text(plan.gains))
            for plan in found.plans
        ),
        title=f"What {found.rival} does if it knows the plan",
    )


def claims_table(found: Solved) -> Table:
    """The argument's claims against a rival who thinks ahead."""
    return Table.of(
        f"Claims of the argument if {found.rival} thinks ahead, over all plans: the statistic with its interval, and whether the claim "
        "holds. Claims of what a rung does by itself are left out. See which of them are true only of a rival who does not look ahead.",
        ("claim", "is asked to be", *(HEADS[view] for view in VIEWS[1:])),
        (
            (found.titles.claim(row.id), row.criterion, *(_statistic(row.statistic[view]) for view in VIEWS[1:]))
            for row in found.claims
        ),
        title=f"The argument if {found.rival} thinks ahead",
    )


def _statistic(one: Statistic) -> str:
    if not math.isfinite(one.value):
        return "never arises"
    value, low, high = (true_minus(number(x, 2)) if abs(x) >= RARE or x == 0 else "about 0" for x in (one.value, one.low, one.high))
    return f"{one.verdict}: {value} ({low} to {high})"


def gaps_table(found: Solved) -> Table:
    """The abstraction gap of every plan under every theory."""
    theories = list(dict.fromkeys(row.theory for row in found.gaps))
    by_pair = {(row.strategy, row.theory): row for row in found.gaps}
    plans = list(dict.fromkeys(row.strategy for row in found.gaps))
    return Table.of(
        "The same play in the plan’s own game and in the war: the game’s worth less the war’s, in points ± standard error, both of the same draws. "
        f"See how far the game may be trusted; what plans are worth in the other tables is the war’s own{_but_opponents(found)}.",
        ("theory", *(found.titles.strategy(name) for name in plans)),
        ((found.titles.theory(theory), *(worth_text(by_pair[name, theory].gap) for name in plans)) for theory in theories),
        title="The game less the war (points)",
    )


def _but_opponents(found: Solved) -> str:
    """What is told of the game itself."""
    return ", but for opponents of other kinds, who are in the game" if found.opponents else ""


def general_table(found: Solved) -> Table:
    """The general game beside the war: the equilibrium itself, and every plan against the equilibrium's rival."""
    first = found.equilibria[0]
    rows = [("the equilibrium", number(first.game, 2), first.war, first.gap, first.outside, first.beyond)]
    for row in found.general_gaps:
        name = found.titles.strategy(row.strategy)
        rows.append((name, worth_text(row.game), row.simulator, row.gap, row.outside, row.beyond))
    return Table.of(
        f"The game of all plans, where the equilibrium is, beside the war: what {found.owner} has of the equilibrium, and of each plan against the "
        "equilibrium’s rival, in either, in points ± standard error; and the shares of the war’s months in states that the game does not have, and "
        "with moves that it does not have (rungs that it lacks, support above all its levels). Shipments and conditions are no moves of it.",
        (f"what {found.owner} plays", "in the game", "in the war", "the game less the war", "outside", "moves beyond"),
        (
            (name, game, worth_text(war), worth_text(gap), percent(outside, 1), percent(beyond, 1))
            for name, game, war, gap, outside, beyond in rows
        ),
        title="The game of all plans less the war (points)",
    )


def sizes_table(found: Solved) -> Table:
    """How the gaps go with finer bins."""
    return Table.of(
        "How far the game is off, in points over all plans and theories, as the war is seen more finely; beside the mean size of the gaps what it "
        "would be if no game were off. The largest ± its standard error is that of many noisy numbers: luck makes it larger. See whether finer "
        "bins mend it.",
        ("states", "mean gap", "left by sampling alone", "largest gap", "bins"),
        ((f"{row.states:,}", number(row.gap, 2), number(row.error, 2), worth_text(row.worst), row.says) for row in found.sizes),
        title="Finer bins",
    )


def opponents_table(found: Solved) -> Table:
    """The game against opponents of other kinds."""
    return Table.of(
        f"What the game is worth to {found.owner}, in points, where both are of another kind; in the game, not in the war.",
        ("kind", "points"),
        ((row.says, number(row.worth, 2)) for row in found.opponents),
        title="Opponents of other kinds",
    )


def policy_table(found: Solved) -> Table:
    """What the rival gives who knows the plan: where the owner stands across, how short his client is down; empty where little time is spent."""
    rungs = sorted({row.rung for row in found.policy if row.share >= SELDOM})
    bins = list(dict.fromkeys((row.low, row.high) for row in sorted(found.policy, key=lambda row: row.low)))
    by_cell = {(row.rung, row.low): row for row in found.policy}

    def cell(rung: int, low: float) -> str:
        row = by_cell.get((rung, low))
        return number(row.support, 2) if row is not None and row.share >= SELDOM else ""

    return Table.of(
        f"What {found.rival} gives if it knows the plan, in multiples of what it gave on the first day: across, {found.owner}’s rung; down, how far "
        f"{found.client} has fallen short since the first day, as a logarithm of strength. Empty where fewer than {percent(SELDOM, 1)} of the "
        "months are spent. See whether it answers what is sent, or how its client stands.",
        (f"{found.client}’s shortfall", *(f"rung {rung}" for rung in rungs)),
        ((_ends(low, high), *(cell(rung, low) for rung in rungs)) for low, high in bins),
        title=f"What {found.rival} gives, and where (times its first support)",
    )


def _ends(low: float, high: float) -> str:
    """A bin of the shortfall in words."""
    if math.isinf(low):
        return f"below {number(high, 2)}" if math.isfinite(high) else "any"
    return f"{number(low, 2)} to {number(high, 2)}" if math.isfinite(high) else f"from {number(low, 2)}"
