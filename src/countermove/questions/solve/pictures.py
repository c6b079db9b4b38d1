"""What was found of a rival who thinks ahead, as pictures: every plan at other stakes of his, and what he gives where."""

from __future__ import annotations

import math
from collections.abc import Sequence

from countermove.questions.solve.finding import AtStakes, RivalAt, Solved, mean_support
from countermove.questions.solve.words import RUNGS_TOLD, STEADY
from countermove.show.charts.at_stakes import PlanAlong, PlanThere, stakes_chart
from countermove.show.charts.policy_map import PolicyRow, PolicyTile, policy_map
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.figure_data import FigureData
from countermove.world.certainty import ERRORS
from countermove.world.words import capitalized, number, percent

FEW, MOST = 2, 12  # stakes that make a line; rows of tiles that one picture holds

SMALL, LARGE = 0.1, 0.4  # in log ratio: up to here a client stands a little better or worse than at first, from here on much
NEAR = 0.02  # hardly


def stakes_figure(found: Solved) -> Figure | None:
    """Every plan's worth, and what the rival gives, by what he has at stake; None where no other stakes were tried."""
    if len(found.curve) < FEW:
        return None
    names = [plan.strategy for plan in found.plans]
    plans = [
        PlanAlong(
            found.titles.strategy(name),
            tuple(PlanThere(row.worth[name].mean, row.worth[name].se, row.support[name], name in row.level) for row in found.curve),
        )
        for name in names
    ]
    chart = stakes_chart(plans, [row.ratio for row in found.curve], found.rival)
    headline = _turn(found)
    today = next((row for row in found.curve if row.ratio == 1), None)
    median = f"; today’s median is {number(today.stakes, 1)} times what {found.owner} has, each against its costs" if today else ""
    alone = " Full mark: not told from the best plan there; hollow: behind it." if len(plans) > 1 else ""
    paired = " (plans meet the same luck: their order is surer than the bars)" if len(plans) > 1 else ""
    caption = (
        f"What every plan is worth if {found.rival}, which knows it and answers as well as it can, had more or less at stake{median}.{alone} "
        f"Thin bar: two standard errors either way{paired}. Beneath: what {found.rival} then gives. "
        f"See where other plans have full marks. {headline}"
    )
    title = f"What every plan is worth if {found.rival} had more or less at stake"
    rows = tuple(
        (
            name,
            row.ratio,
            row.stakes,
            row.worth[name].mean,
            row.worth[name].mean - ERRORS * row.worth[name].se,
            row.worth[name].mean + ERRORS * row.worth[name].se,
            row.support[name],
            "yes" if name in row.level else "no",
        )
        for name in names
        for row in found.curve
    )
    columns = (
        "strategy",
        "stakes (multiples of the median)",
        "stakes (ratio to the owner's)",
        *(f"{what} (points)" for what in ("worth", "low", "high")),
        "support (multiples of the first)",
        "may be best",
    )
    data = FigureData("worth-by-stakes", columns, rows, title)
    return Figure("stakes", caption, headline, (Strip("", (Panel("", chart),)),), 1, data=data)


def _turn(found: Solved) -> str:
    """At which stakes the answer turns: those nearest to the median's below and above it."""
    today = next((row for row in found.curve if row.ratio == 1), found.curve[-1])
    low, high = found.curve[0], found.curve[-1]
    span = f"whatever {found.rival} has at stake, from {_amount(low)} to {_amount(high)}"
    if len(found.plans) == 1:
        name = found.plans[0].strategy
        least, most = (number(row.worth[name].mean, 2) for row in (low, high))
        return f"{found.titles.say_strategy(name)} is worth {least} points at the least stakes that were tried, {most} at the most."
    other = [row for row in found.curve if set(row.level) != set(today.level)]
    if not other:
        return f"{capitalized(span)}, {_leads(found, today)}."
    below = [row for row in other if row.ratio < today.ratio][-1:]
    above = [row for row in other if row.ratio > today.ratio][:1]
    parts = [f"{_at(row, found.rival)} {_leads(found, row)}" for row in (today, *below, *above)]
    return f"{capitalized('; '.join(parts))}."


def _leads(found: Solved, row: AtStakes) -> str:
    """Who leads there."""
    if len(row.level) == 1:
        return f"{found.titles.say_strategies(row.level)} leads"
    if len(row.level) == len(found.plans):
        return "no plan can be told from the best"
    return f"{found.titles.say_strategies(row.level, 'or')} is best"


def _amount(row: AtStakes) -> str:
    return "nothing" if row.ratio == 0 else f"{number(row.ratio)} times the median"


def _at(row: AtStakes, rival: str) -> str:
    if row.ratio == 0:
        return "with nothing at stake"
    return f"at the median of {rival}’s stakes" if row.ratio == 1 else f"at {number(row.ratio)} times the median"


# --- what he gives where ----------------------------------------------------------------------------------------------


def policy_figure(found: Solved) -> Figure | None:
    """What the rival gives by the owner's rung and by how his client stands; None where that is not known."""
    if not found.policy:
        return None
    places = _joined(found.policy)
    rungs = sorted({row.rung for row in places})
    spans = sorted({(row.low, row.high) for row in places})
    there = {(row.rung, row.low, row.high): PolicyTile(row.support, row.share) for row in places}
    rows = [PolicyRow(*standing(*span), tuple(there.get((rung, *span)) for rung in rungs)) for span in spans]
    chart = policy_map(rows, rungs, (found.owner, found.rival, found.client), RUNGS_TOLD)
    headline = _gives(found)
    caption = (
        f"What {found.rival}, which knows the plan, gives in multiples of its first support: by the rung of {found.owner} (across) and by how "
        f"{found.client} stands against the first day (down, worst at the bottom; percent of its strength against its enemy’s, ground held "
        f"counted in), over all plans and months. Hatched: under {percent(RUNGS_TOLD)} of the months; empty: never. See whether the shade "
        f"changes more down, with its client’s need, or across, with what {found.owner} does. {headline}"
    )
    columns = (
        "rung (ladder)",
        "shortfall from (log ratio above the first day's)",
        "shortfall below (log ratio above the first day's)",
        "support (multiples of the first)",
        "of the months (share)",
    )
    cells = tuple((row.rung, _end(row.low), _end(row.high), row.support, row.share) for row in places)
    title = f"What {found.rival} gives, by the rung of {found.owner} and by how {found.client} stands"
    data = FigureData("what-the-rival-gives", columns, cells, title)
    return Figure("policy", caption, headline, (Strip("", (Panel("", chart),)),), 1, data=data)


def _joined(policy: Sequence[RivalAt]) -> tuple[RivalAt, ...]:
    """The places with neighbouring bins as one where there are more than MOST."""
    spans = sorted({(row.low, row.high) for row in policy})
    wide = -(-len(spans) // MOST)
    if wide == 1:
        return tuple(policy)
    found: list[RivalAt] = []
    for start in range(0, len(spans), wide):
        those = set(spans[start : start + wide])
        low, high = min(those)[0], max(those)[1]
        for rung in sorted({row.rung for row in policy}):
            support, share = mean_support(row for row in policy if row.rung == rung and (row.low, row.high) in those)
            if share > 0:
                found.append(RivalAt(rung, "shortfall", low, high, support, share))
    return tuple(found)


def _end(value: float) -> float:
    """An end of a bin; nan for none."""
    return value if math.isfinite(value) else math.nan


def _gives(found: Solved) -> str:
    """What he gives where his client is worse off than at first, and where it is not."""
    worse = mean_support([row for row in found.policy if row.low >= 0])
    other = mean_support([row for row in found.policy if row.low < 0])
    every, _ = mean_support(found.policy)
    if min(worse[1], other[1]) < RUNGS_TOLD:
        return f"{found.rival} gives {number(every, 2)} times its first support on average."
    if abs(worse[0] - other[0]) <= STEADY:
        return (
            f"{found.rival} gives much the same whether {found.client} stands worse than on the first day or not: {number(every, 2)} times "
            "its first support."
        )
    how = "more" if worse[0] > other[0] else "less"
    return (
        f"{found.rival} gives {how} where {found.client} stands worse than on the first day: {number(worse[0], 2)} times its first support, "
        f"against {number(other[0], 2)} elsewhere."
    )


def standing(low: float, high: float) -> tuple[str, str]:
    """A bin of the client's shortfall above the first day's, in words, and between which percentages of its strength then.

    `low`, `high`: in log ratio, above 0 where it stands worse; infinite where the bin has no end.
    """
    if low == -math.inf and high == math.inf:
        return "wherever it stands", ""
    if low < 0 < high and not (low == -math.inf or high == math.inf):
        says = "much as at first" if max(-low, high) < SMALL else "better or worse"
        return says, f"+{_percent(low)} to \N{MINUS SIGN}{_percent(high)}"
    if low == -math.inf:
        if high <= 0:
            return f"{_degree(high, open_end=True)}better", f"by {_percent(high)} or more"
        return "better", f"or at most {_percent(high)} worse"
    if high == math.inf:
        if low >= 0:
            return f"{_degree(low, open_end=True)}worse", f"by {_percent(low)} or more"
        return "worse", f"or at most {_percent(low)} better"
    near, far = sorted((abs(low), abs(high)))
    word, ends = ("worse", (low, high)) if low >= 0 else ("better", (high, low))
    return f"{_degree((near + far) / 2)}{word}", f"by {_percent(ends[0])} to {_percent(ends[1])}"


def _degree(size: float, *, open_end: bool = False) -> str:
    """How much, by a log ratio; of a bin without end only whether it is much."""
    if abs(size) >= LARGE:
        return "much "
    if open_end or abs(size) >= SMALL:
        return ""
    return "a little " if abs(size) >= NEAR else "hardly "


def _percent(shortfall: float) -> str:
    """By how much of its first strength the client's is more (below 0) or less (above)."""
    share = math.exp(-shortfall) - 1 if shortfall < 0 else 1 - math.exp(-shortfall)
    return percent(share)
