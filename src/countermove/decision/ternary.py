"""The triangle of weights: which strategy is best at every division of the weight among three theories, or three blocks of them.

A strategy's value is linear in the weights, so that the best value is the upper envelope of planes over the triangle, and the weights at which
a strategy is best are a convex polygon: the triangle clipped by one half-plane per rival (Sutherland & Hodgman 1974), exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from countermove.decision.monte_carlo_error import error_of, residuals
from countermove.decision.scores import Scores
from countermove.errors import DecisionError
from countermove.world.certainty import VerdictKind, difference_verdict
from countermove.world.titles import UNTITLED, Titles
from countermove.world.words import percent, with_error

Floats = NDArray[np.float64]
_TINY = 1e-12


@dataclass(frozen=True)
class Region:
    """The weights at which one strategy is best: corners in barycentric coordinates [n, 3], n = 0 where it is best nowhere, and the area's share.

    `same_as`: a strategy before it with the same values, which holds the region of both.
    """

    json_keys: ClassVar[str] = "* -same_as"
    strategy: str
    corners: Floats
    share: float
    same_as: str | None = None


@dataclass(frozen=True)
class Triangle:
    """The map over the triangle, and the present weights in it.

    `best` is the strategy of most points at `weights`, `next` the runner-up there by points, `ahead` by how many and `se` its error; `alike`
    are those whose points are the best one's at all corners. `border`: `rivals`, the next among them or not, are within two errors of the
    best one, so that the weights may lie on either side of a border. `kind` is the verdict on `ahead`. `shift`: the least weight that has to
    move from some corners to others for another strategy to be best; None where none ever is.
    """

    json_keys: ClassVar[str] = "corners weights regions best next ahead se border shift sentence"
    corners: tuple[str, str, str]
    regions: tuple[Region, ...]
    weights: tuple[float, float, float]
    best: str
    next: str
    ahead: float
    se: float
    border: bool
    shift: float | None
    sentence: str
    alike: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    kind: VerdictKind = "cannot tell"


def _clip(corners: Floats, plane: Floats) -> Floats:
    """The part of a convex polygon [n, 3] on which plane . w is not below 0."""
    side = corners @ plane
    side[np.abs(side) <= _TINY * np.abs(plane).max()] = 0.0
    kept: list[Floats] = []
    for i in range(len(corners)):
        j = (i + 1) % len(corners)
        if side[i] >= 0:
            kept.append(corners[i])
        if side[i] * side[j] < 0:
            share = side[i] / (side[i] - side[j])
            kept.append(corners[i] + share * (corners[j] - corners[i]))
    return np.array(kept).reshape(-1, 3)


def _area(corners: Floats) -> float:
    """Share of the triangle: the shoelace formula in the first two coordinates, in which the triangle's area is 1/2."""
    x, y = corners[:, 0], corners[:, 1]
    return float(abs((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())) if len(corners) > 2 else 0.0


def regions(value: Floats, strategies: Sequence[str]) -> tuple[Region, ...]:
    """The region of each strategy with values [S, 3] at the corners. Regions share borders and their areas add up to 1."""
    found: list[Region] = []
    for s, strategy in enumerate(strategies):
        twin = next((r for r in range(s) if np.array_equal(value[r], value[s])), None)
        corners = np.eye(3) if twin is None else np.empty((0, 3))
        for r in range(len(strategies)):
            if len(corners) and r != s:
                corners = _clip(corners, value[s] - value[r])
        share = _area(corners)
        flat = share <= _TINY  # best on a border or in a corner alone
        found.append(
            Region(
                strategy, np.empty((0, 3)) if flat else corners, 0.0 if flat else share, None if twin is None else strategies[twin]
            )
        )
    return tuple(found)


def _shift(gap: Floats, weights: Floats) -> float | None:
    """The least weight to move until gap . w, at least 0 now, is 0: from where the gap is largest to where it is smallest."""
    ahead, moved, low = float(gap @ weights), 0.0, float(gap.min())
    if low > 0 or not gap.any():
        return None
    for corner in np.argsort(-gap):
        gain, held = float(gap[corner]) - low, float(weights[corner])
        if gain > 0 and ahead <= held * gain:
            return moved + max(ahead, 0.0) / gain
        ahead, moved = ahead - held * gain, moved + held * (gain > 0)
    return moved


def triangle(
    value: np.ndarray,
    parts: np.ndarray,
    weights: Sequence[float],
    strategies: Sequence[str],
    corners: tuple[str, str, str],
    matters: float = 0.0,
    titles: Titles = UNTITLED,
) -> Triangle:
    """The map of the best strategy over the weights of three theories or blocks.

    Args:
        value: expected points [S, 3].
        parts: what each independent source of error adds to each value [S, 3, R]: an error is the root of its sum of squares over R, so that
            those of differences and mixtures follow.
        weights: of the corners at present [3]; need not sum to 1.
        strategies: names [S], two or more.
        corners: names of the theories or blocks.
        matters: a smaller lead, in points, is no lead.
        titles: what sentences call them.

    Raises:
        DecisionError: one strategy, strategies that score the same at all corners, shapes that do not fit, numbers that are not finite,
            weights without meaning.
    """
    points, errors, held = (np.asarray(each, np.float64) for each in (value, parts, weights))
    if len(strategies) < 2:
        raise DecisionError("one strategy cannot be compared with itself", next="Two or more can")
    if points.shape != (len(strategies), 3) or errors.shape[:2] != points.shape or errors.ndim != 3 or held.shape != (3,):
        raise DecisionError(
            f"values {points.shape}, errors {errors.shape} and weights {held.shape} for {len(strategies)} strategies"
        )
    if not (np.isfinite(points).all() and np.isfinite(errors).all()):
        raise DecisionError("a value or an error is not finite", next="An error needs two draws or more")
    if not (np.isfinite(held).all() and (held >= 0).all() and held.sum() > 0):
        raise DecisionError("a weight is not a number from 0 up, or all weights are zero")
    if (points == points[0]).all():
        raise DecisionError("all strategies score the same at the three corners")
    found, share = _located(points, errors, held / held.sum(), (tuple(strategies), corners), matters)
    return replace(found, sentence=_told(found, share, matters, titles))


def _located(
    points: Floats, errors: Floats, held: Floats, names: tuple[tuple[str, ...], tuple[str, str, str]], matters: float
) -> tuple[Triangle, float]:
    """The map without its sentence, and the share of all divisions over which the best strategy comes first."""
    strategies, corners = names
    best = int(np.argmax(points @ held))
    gaps = points[best] - points
    se = np.sqrt(np.square(np.einsum("scr,c->sr", errors[best] - errors, held)).sum(axis=1))
    ahead = gaps @ held
    others = [s for s in range(len(strategies)) if gaps[s].any()]
    runner = min(others, key=lambda s: float(ahead[s]))
    shifts = [shift for s in others if (shift := _shift(gaps[s], held)) is not None]
    near = [s for s in others if difference_verdict(float(ahead[s]), float(se[s]), 0.0) != "better"]
    areas = regions(points, strategies)
    bare = Triangle(
        corners=corners,
        regions=areas,
        weights=(float(held[0]), float(held[1]), float(held[2])),
        best=strategies[best],
        next=strategies[runner],
        ahead=float(ahead[runner]),
        se=float(se[runner]),
        border=bool(near),
        shift=min(shifts) if shifts else None,
        sentence="",
        alike=tuple(strategies[s] for s in range(len(strategies)) if s != best and s not in others),
        rivals=tuple(strategies[s] for s in near),
        kind=difference_verdict(float(ahead[runner]), float(se[runner]), matters),
    )
    return bare, areas[best].share


def _told(found: Triangle, share: float, matters: float, titles: Titles) -> str:
    points, error = with_error(found.ahead, found.se)
    place = ", ".join(
        f"{titles.say_theory(corner)} {percent(weight)}" for corner, weight in zip(found.corners, found.weights, strict=True)
    )
    best, after = titles.say_strategy(found.best), titles.say_strategy(found.next)
    own = f"{best} (and {titles.say_strategies(found.alike)}, which scores the same)" if found.alike else best
    if found.kind == "better":
        verdict = f"{own} is best, {points} points above {after} (error {error})"
    elif found.kind == "no material difference":
        verdict = f"there is no material difference between {own} and {after} ({points} points, error {error}; {matters:g} matters)"
    else:
        verdict = f"the runs cannot tell {own} from {after} ({points} points, error {error})"
    text = f"At the present weights ({place}) {verdict}. "
    text += f"By expected points {best} comes first over {percent(share)} of all divisions of the weight"
    if found.border:
        return f"{text}; today's weights lie within error of the border to {titles.say_strategies(found.rivals)}."
    if found.shift is None:
        return f"{text}, and no division puts another strategy first."
    return f"{text}; another comes first once {percent(found.shift)} of the weight has moved."


def triangle_of(found: Scores, blocks: Mapping[str, Sequence[str]] | None = None) -> Triangle:
    """The map of scores that are there already, with the errors of differences by scramble (strategies share draws and luck).

    Args:
        found: the points of every strategy under every theory.
        blocks: three names, each with its theories, between which the block's weight is divided as at present; None where there are three
            theories.

    Raises:
        DecisionError: not three blocks; a theory in two blocks, unknown, or with weight and in none; a block of several theories without weight;
            fewer than two scrambles.
    """
    theories = found.theories[:-1]
    chosen = {theory: (theory,) for theory in theories} if blocks is None else {name: tuple(of) for name, of in blocks.items()}
    if len(chosen) != 3:
        raise DecisionError(f"a triangle has three corners, not {len(chosen)}")
    named = [theory for of in chosen.values() for theory in of]
    lost = [theory for theory, share in zip(theories, found.shares, strict=True) if share > 0 and theory not in named]
    wrong = [theory for theory in named if theory not in theories or named.count(theory) > 1]
    if lost or wrong or not all(chosen.values()):
        message = f"{', '.join(dict.fromkeys(lost + wrong)) or 'a block'} is not in exactly one block, or is no theory that was run"
        raise DecisionError(message, next=f"Run: {', '.join(theories)}")
    mixture = np.zeros((3, len(theories)))
    for row, (name, of) in zip(mixture, chosen.items(), strict=True):
        places = [theories.index(theory) for theory in of]
        held = float(found.shares[places].sum())
        if held <= 0 and len(of) > 1:
            raise DecisionError(
                "its theories have no weight that says how to divide it", where=name, next="Give the block one theory"
            )
        row[places] = found.shares[places] / held if held > 0 else 1.0
    _, left = residuals(found.totals[:, :-1], found.mass)
    factor = error_of(np.eye(1, len(found.mass))[0], found.mass)  # 1 in one scramble: the factor of every sum of squares
    parts = np.einsum("ct,stk->sck", mixture, left * factor)
    first, second, third = chosen
    weights = [float(found.shares[[theories.index(theory) for theory in of]].sum()) for of in chosen.values()]
    corners = (first, second, third)
    return triangle(found.value[:, :-1] @ mixture.T, parts, weights, found.strategies, corners, found.matters, titles=found.titles)
