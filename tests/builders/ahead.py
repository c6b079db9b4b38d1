"""Findings of `solve` that nobody computed: plans against a rival of other stakes, and what he gives where."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from countermove.questions.solve.finding import AtStakes, MeanError, PlanAhead, Prize, RivalAt, Solved
from countermove.world.titles import Titles

RATIOS = (0.0, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
EDGES = (-0.5, -0.05, -0.01, 0.004, 0.05, 0.2, 0.9)
SEVEN = {
    "abstain": "Abstention",
    "javelins": "Javelins alone",
    "heavy": "Heavy weapons, and more of them every half year until the line moves",
    "restraint": "Javelins with conditions and a ceiling",
    "talks": "Arms for talks, withdrawn where the client attacks",
    "sanctions": "Sanctions and brigades, no arms",
    "wait": "Wait",
}


def curve(names: Sequence[str], turn: float = 0.5) -> tuple[AtStakes, ...]:
    """The first plan is best up to `turn` times the median, from there on the last one; of those between none is told from the best at 8 times."""
    rows: list[AtStakes] = []
    for place, ratio in enumerate(RATIOS):
        best = names[0] if ratio <= turn else names[-1]
        worth = {name: MeanError(-1.0 - 0.05 * place - 0.03 * k - (name != best) * 0.08, 0.02) for k, name in enumerate(names)}
        support = {name: 1.6 * ratio / (ratio + 0.4) + 0.05 * k * (ratio > 0) for k, name in enumerate(names)}
        rows.append(AtStakes(ratio, 3.0 * ratio, worth, support, best, tuple(names) if ratio == RATIOS[-1] else (best,)))
    return tuple(rows)


def policy(rungs: Sequence[int] = (3, 4, 5), edges: Sequence[float] = EDGES) -> tuple[RivalAt, ...]:
    """He gives more the higher the rung and the worse his client stands; the best standing is never met on the first rung, the worst seldom."""
    ends = (-math.inf, *edges, math.inf)
    spans = list(pairwise(ends))
    share = 1 / (len(rungs) * len(spans))
    return tuple(
        RivalAt(rung, "shortfall", low, high, 0.1 + 0.2 * row + 0.15 * k, 0.004 if (k, row) == (0, len(spans) - 1) else share)
        for k, rung in enumerate(rungs)
        for row, (low, high) in enumerate(spans)
        if (k, row) != (0, 0)
    )


def solved(
    titles: Mapping[str, str],
    *,
    at: tuple[AtStakes, ...] | None = None,
    does: tuple[RivalAt, ...] | None = None,
    who: tuple[str, str, str] = ("Overseas", "Neighbour", "Rebels"),
) -> Solved:
    """A finding of plans by name and title, with what the pictures draw."""
    plans = tuple(
        PlanAhead(
            name,
            worth={"knowing": MeanError(-1.0, 0.02)},
            behind={"knowing": MeanError(0.0, 0.0)},
            chosen=("inertia",),
            gains=MeanError(1.0, 0.1),
            support={"knowing": 1.0},
            offset=None,
        )
        for name in titles
    )
    return Solved(
        scenario="war",
        owner=who[0],
        rival=who[1],
        client=who[2],
        matters=0.1,
        states="",
        stakes=(1.0, 3.0, 9.0),
        prize=Prize(0.02, 0.1, 0.05),
        highest=4.0,
        plans=plans,
        leading=(),
        curve=curve(tuple(titles)) if at is None else at,
        policy=policy() if does is None else does,
        equilibria=(),
        commitment=None,
        claims=(),
        gaps=(),
        general_gaps=(),
        sizes=(),
        opponents=(),
        sentences=("Nothing was computed.",),
        doubts=(),
        draws=16,
        lucks=4,
        seed=0,
        seconds=0.0,
        hashes={},
        titles=Titles(strategies=dict(titles)),
    )
