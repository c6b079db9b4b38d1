"""Who leads in each view, what the rival would give at other stakes, and what he gives where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from countermove.games.in_the_war import Played, later_half, rival_gets, types_of
from countermove.games.replies_in_the_war import Answered, at_stakes
from countermove.questions.solve.finding import AtStakes, Leading, RivalAt, View
from countermove.questions.solve.look_ahead import LADDER, RATIOS, LookAhead, mean_error
from countermove.world.certainty import VerdictKind, difference_verdict

Floats = NDArray[np.float64]


def leading(view: View, worth: Mapping[str, Floats], matters: float) -> Leading:
    """Who leads in a view, by the worth of every plan [D, L]."""
    best, other = sorted(worth, key=lambda name: -float(worth[name].mean()))[:2]
    behind = {name: mean_error(worth[best] - found) for name, found in worth.items() if name != best}
    kinds: dict[str, VerdictKind] = {name: difference_verdict(found.mean, found.se, matters) for name, found in behind.items()}
    level = tuple(name for name in worth if name == best or kinds[name] != "better")
    return Leading(view, best, other, behind[other], kinds[other], level)


def stakes_curve(ahead: LookAhead, known: Mapping[str, Answered], matters: float) -> tuple[AtStakes, ...]:
    """The plans against a rival of other stakes who knows them."""
    made, ratios = ahead.made, np.array(RATIOS)
    middle, scale = len(made.stakes) // 2, ahead.revealed.scale
    median = float(made.stakes[middle] / made.ratios[middle]) * scale
    worth: dict[str, list[Floats]] = {}
    support: dict[str, list[float]] = {}
    for number, (name, one) in enumerate(known.items()):
        replies = at_stakes(ahead.own[name], name, one.runs, ratios * scale, ahead.options.lucks)
        found = [_best(ahead, ratio * scale, (*one.runs.values(), reply)) for ratio, reply in zip(RATIOS, replies, strict=True)]
        worth[name] = [ahead.worth(seen) for seen in found]
        support[name] = [float(later_half(seen).order.mean(dtype=np.float64)) for seen in found]
        ahead.progress("other stakes", number + 1, len(known))
    rows: list[AtStakes] = []
    for place, ratio in enumerate(RATIOS):
        here = {name: found[place] for name, found in worth.items()}
        first = leading("knowing", here, matters) if len(here) > 1 else None
        best, level = (first.best, first.level) if first is not None else (next(iter(here)), tuple(here))
        means = {name: mean_error(found) for name, found in here.items()}
        rows.append(AtStakes(ratio, ratio * median, means, {name: support[name][place] for name in here}, best, level))
    return tuple(rows)


def _best(ahead: LookAhead, ratio: float, tried: Sequence[Played]) -> Played:
    """What brings a rival of such stakes most on the half of the luck that is not told: theories, levels, replies to the plan."""
    made, half = ahead.made, ahead.options.lucks // 2
    stakes = np.full(made.board.draws, ratio)
    return max(tried, key=lambda seen: float(rival_gets(made, seen, stakes)[:, :half].mean()))


def rival_at(ahead: LookAhead, known: Mapping[str, Answered]) -> tuple[RivalAt, ...]:
    """What the rival gives who knows the plan, by the owner's rung and by how short his client is, over all plans, on the luck that he did not
    choose on."""
    made, kinds = ahead.made, types_of(ahead.made)
    axis = next(one for one in made.bins.axes if one.name == "shortfall")
    shape = (len(LADDER), axis.bins)
    total, aims = np.zeros(shape), np.zeros(shape)
    for strategy, plan in known.items():
        own = ahead.own[strategy]
        rung = own.bins.places(own.states)["own rung"]
        for kind, name in enumerate(plan.chosen):
            seen = later_half(plan.runs[name])
            mine = np.tile(kinds == kind, seen.place.shape[1] // seen.draws)
            at, aim = seen.place[:, mine], seen.aim[:, mine]
            inside = at >= 0
            cell = rung[at[inside]] * axis.bins + axis.place(seen.shortfall[:, mine][inside].astype(np.float64))
            total += np.bincount(cell, minlength=total.size).reshape(shape)
            aims += np.bincount(cell, weights=aim[inside].astype(np.float64), minlength=total.size).reshape(shape)
    ends = (-np.inf, *axis.edges, np.inf)
    return tuple(
        RivalAt(LADDER[a], axis.says(s), ends[s], ends[s + 1], float(aims[a, s] / total[a, s]), float(total[a, s] / total.sum()))
        for a in range(shape[0])
        for s in range(shape[1])
        if total[a, s] > 0
    )
