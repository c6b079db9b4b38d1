"""What would have to be true: the weight on one theory, against another, at which the best strategy changes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from countermove.decision.findings import Flip
from countermove.show.charts.scale import Extent, Scale
from countermove.show.charts.svg import ACCENT, BAND, BAND_WIDE, INK, QUIET, dot, figure, line, triangle, words
from countermove.world.titles import UNTITLED, Titles
from countermove.world.words import mean_error

WIDTH, ROW, FOOT = 340.0, 86.0, 30.0
LEFT, RIGHT = 10.0, 10.0


def present(flip: Flip, weights: Mapping[str, float]) -> float:
    """Today's weight on the first theory against the second; nan where neither has any."""
    first, second = (weights.get(name, 0.0) for name in flip.between)
    return first / (first + second) if first + second > 0 else math.nan


def flip_chart(flips: Sequence[Flip], weights: Mapping[str, float], titles: Titles = UNTITLED) -> str:
    """Flip points as SVG, a bar for each pair of theories that has one.

    `flips`: those without a weight are left out; `weights`: of the theories, for the mark of today; `titles`: of the war. On each bar the second
    strategy is
    the better one to the left of the dot, the first to the right.
    """
    shown = [flip for flip in flips if flip.weight is not None]
    across = Scale(Extent(0, 1), LEFT, WIDTH - RIGHT)
    height = ROW * len(shown) + FOOT
    marks: list[str] = []
    for place, flip in enumerate(shown):
        marks += _row(flip, present(flip, weights), across, ROW * place, titles)
    for tick, anchor in ((0, "start"), (0.25, "middle"), (0.5, "middle"), (0.75, "middle"), (1, "end")):
        marks.append(words((across(tick), height - 18), f"{tick:g}", anchor))
    marks.append(words((WIDTH / 2, height - 5), "weight on the first theory of the pair (0-1)", "middle"))
    return figure(WIDTH, height, _says(shown, titles), marks)


def _row(flip: Flip, today: float, across: Scale, top: float, titles: Titles) -> list[str]:
    weight = flip.weight if flip.weight is not None else math.nan
    middle = top + 43
    first, second = map(titles.theory, flip.between)
    x = across(weight)
    marks = [
        words((LEFT, top + 12), first, fill=INK, size=10, bold=True),
        words((LEFT, top + 25), f"against: {second}", fill=INK, size=10, bold=True),
        line((across.start, middle), (x, middle), BAND_WIDE, 10),
        line((x, middle), (across.stop, middle), BAND, 10),
        words((across.start, middle + 15), titles.strategy(flip.strategies[1]), fill=INK),
        words((across.stop, middle + 27), titles.strategy(flip.strategies[0]), "end", INK),
    ]
    if math.isfinite(flip.se):
        marks.append(line((across(weight - 1.96 * flip.se), middle), (across(weight + 1.96 * flip.se), middle), INK, 1.5))
    marks.append(dot((x, middle), 4, ACCENT))
    if math.isfinite(today):
        marks.append(triangle((across(today), middle - 5), INK))
    marks.append(words((WIDTH - RIGHT, top + 12), f"changes at {mean_error(weight, flip.se)}", "end", QUIET))
    return marks


def _says(flips: Sequence[Flip], titles: Titles) -> str:
    parts = [
        f"{titles.say_theory(flip.between[0])} against {titles.say_theory(flip.between[1])}: {titles.say_strategy(flip.strategies[1])} below "
        f"{mean_error(flip.weight, flip.se)}, {titles.say_strategy(flip.strategies[0])} above"
        for flip in flips
        if flip.weight is not None
    ]
    return "Weights at which the best strategy changes. " + "; ".join(parts)
