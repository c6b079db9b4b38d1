"""Agent logit quantal response of a game in our own form, and its limit: one curve from 'anything goes' up to an equilibrium.

The principal branch starts where everybody does everything alike (precision 0) and is followed to where mistakes no longer pay (McKelvey &
Palfrey, Experimental Economics 1, 1998). Curves that start with a leaning find other equilibria, where there are any: they are reported with
how many starts led to each. Whether an answer is an equilibrium is not decided here but by the gain of the best deviation (`games.gain`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from countermove.errors import SolveError
from countermove.games.flat import FlatGame, Floats, Limits, flatten
from countermove.games.form import Game
from countermove.games.gain import Gain, Play, gains, gains_within
from countermove.games.homotopy import Equations, Point, Road, between, settle, start, starting, walk
from countermove.rng.seeds import stream_of

RISING = Road((0.0, 1.0), (1.0, 0.0))
LIMIT = 1e8  # precision times the range of payoffs at which a curve is taken for its limit: mistakes cost 1e-8 of the range
EVEN = 1e-12  # or where no information set could do better by more than this part of the range
LEANING = 3.0  # standard deviation of a start's log probabilities
SAME = 1e-4  # plays that differ nowhere by more are one


@dataclass(frozen=True)
class Response:
    """A logit quantal response equilibrium: each information set plays an action in proportion to exp(precision x its expected payoff there)."""

    precision: float  # per point of payoff
    play: Play


@dataclass(frozen=True)
class Equilibrium:
    """A limit of responses that passed the check: no player gains more than `tolerance` points in any subgame by playing otherwise."""

    play: Play
    gains: tuple[Gain, ...]  # each player's largest, with where
    values: Mapping[str, float]  # points of each player in the whole game
    tolerance: float
    starts: int  # curves that led here


@dataclass(frozen=True)
class NoEquilibrium:
    """Where a curve led that did not pass the check, or could not be followed: it is not an equilibrium, and `why` says so in words."""

    play: Play
    gains: tuple[Gain, ...]
    values: Mapping[str, float]
    tolerance: float
    starts: int
    why: str


Answer = Equilibrium | NoEquilibrium


@dataclass(frozen=True)
class Solution:
    """The limit of the principal branch, then what other starts led to, most often found first; and what became of starts that were lost."""

    principal: Answer
    others: tuple[Answer, ...]
    lost: tuple[str, ...]

    @property
    def equilibria(self) -> tuple[Equilibrium, ...]:
        """All that passed the check, the principal one first if it did. More than one: which is played is not for a solver to say."""
        return tuple(answer for answer in (self.principal, *self.others) if isinstance(answer, Equilibrium))


def branch(game: Game, limits: Limits | None = None) -> tuple[Response, ...]:
    """Points of the principal branch, in their order, from precision 0 to its limit; where the curve turns back, precisions fall for a while.

    Raises SolveError where the game is too large (`games.flat`) or the curve is lost.
    """
    flat = flatten(game, limits)
    equations = Equations(flat)
    begin = start(equations, RISING)
    points = [begin, *_to_the_limit(equations, begin)]
    return tuple(Response(point.s / equations.unit, _play(flat, point.logs)) for point in points)


def respond(game: Game, precisions: Sequence[float], limits: Limits | None = None) -> tuple[Response, ...]:
    """The principal branch where it first comes to each of `precisions` (finite, from 0 up, any order), per point of payoff.

    Raises SolveError as `branch`, and for a precision that is none.
    """
    if not all(0 <= precision < np.inf for precision in precisions):
        raise SolveError("a precision is a finite number from 0 up", where="precision")
    flat = flatten(game, limits)
    equations = Equations(flat)
    found: dict[float, Play] = {}
    before, curve = start(equations, RISING), walk(equations, RISING, start(equations, RISING))
    after = before
    for wanted in sorted(set(precisions)):
        target = wanted * equations.unit
        while after.s < target:
            before, after = after, next(curve)
        found[wanted] = _play(flat, before.logs if target == before.s else _exactly(equations, RISING, (before, after), target))
    return tuple(Response(precision, found[precision]) for precision in precisions)


def responses(
    game: Game, precision: float, *, starts: int = 8, seed: int = 0, limits: Limits | None = None
) -> tuple[tuple[Response, ...], tuple[str, ...]]:
    """All responses found at one precision, the principal one first, and in words what became of starts that were lost.

    Each further start leans at random (stream k of `seed`), is followed up to the precision, and then loses its leaning. Raises SolveError as
    `respond`; a lost start is no error.
    """
    principal = respond(game, [precision], limits)[0]
    flat = flatten(game, limits)
    unit = Equations(flat).unit
    found, lost = [principal], list[str]()
    losing = Road((precision * unit, 0.0), (1.0, -1.0))
    for number in range(starts):
        equations = Equations(flat, _leaning(flat, seed, number))
        try:
            leaning = _first_at(equations, RISING, start(equations, RISING).logs, precision * unit)
            play = _play(flat, _first_at(equations, losing, leaning, 1.0))
        except SolveError as error:
            lost.append(f"start {number}: {error}")
            continue
        if all(_apart(play, other.play) > SAME for other in found):
            found.append(Response(precision, play))
    return tuple(found), tuple(lost)


def solve(game: Game, *, tolerance: float = 1e-6, starts: int = 8, seed: int = 0, limits: Limits | None = None) -> Solution:
    """The limit of the principal branch, and of `starts` curves more that begin with a leaning drawn from stream k of `seed`.

    `tolerance` is a part of the largest range of a player's payoffs. Raises SolveError where the game is too large or a player forgets what it
    did; a principal branch that is lost is no error but an answer that is no equilibrium.
    """
    flat = flatten(game, limits)
    ends: list[tuple[Floats, int, str]] = []
    lost: list[str] = []
    for number in range(-1, starts):
        logs, why = _limit(Equations(flat, None if number < 0 else _leaning(flat, seed, number)))
        same = [place for place, (other, _, _) in enumerate(ends) if np.abs(np.exp(other) - np.exp(logs)).max() <= SAME]
        if number < 0:
            ends.append((logs, 1, why and f"the principal branch ends before its limit: {why}"))
        elif why:
            lost.append(f"start {number}: {why}")
        elif same and not ends[same[0]][2]:
            other, count, _ = ends[same[0]]
            ends[same[0]] = (other, count + 1, "")
        else:
            ends.append((logs, 1, ""))
    allowed = tolerance * Equations(flat).unit
    answers = [_answer(game, _play(flat, logs), allowed, count, why) for logs, count, why in ends]
    return Solution(answers[0], tuple(sorted(answers[1:], key=lambda answer: -answer.starts)), tuple(lost))


def _answer(game: Game, play: Play, tolerance: float, starts: int, why: str) -> Answer:
    """What the check by other code says of a play."""
    found = gains_within(game, play)
    values = {gain.player: gain.value for gain in gains(game, play)}
    worst = max(found, key=lambda gain: gain.points)
    if worst.points <= tolerance and not why:
        return Equilibrium(play, found, values, tolerance, starts)
    gained = f"{worst.player} gains {worst.points:.3g} points at {worst.where} by playing otherwise; {tolerance:.3g} are allowed"
    return NoEquilibrium(play, found, values, tolerance, starts, f"{why}; {gained}" if why else gained)


def _to_the_limit(equations: Equations, begin: Point) -> Iterator[Point]:
    """The points of a rising curve behind `begin`, up to the first that is taken for its limit."""
    for point in walk(equations, RISING, begin):
        yield point
        if point.s >= LIMIT or equations.regret(point.logs) <= EVEN:
            return


def _limit(equations: Equations) -> tuple[Floats, str]:
    """The end of a rising curve, and in words why that is not its limit, if so."""
    logs, why = start(equations, RISING).logs, ""
    try:
        for point in _to_the_limit(equations, start(equations, RISING)):
            logs = point.logs
    except SolveError as error:
        why = str(error)
    return logs, why


def _first_at(equations: Equations, road: Road, logs: Floats, target: float) -> Floats:
    """The curve that begins at `logs`, where it first comes to `target`."""
    before = starting(equations, road, logs)
    if target == 0:
        return before.logs
    for after in walk(equations, road, before):
        if after.s >= target:
            return _exactly(equations, road, (before, after), target)
        if after.s < 0:
            break
        before = after
    raise SolveError("the curve turns back before it has lost its leaning", where="leaning")


def _exactly(equations: Equations, road: Road, around: tuple[Point, Point], s: float) -> Floats:
    """The solution at `s` between two points of a walk."""
    guess = between(*around, s)
    found = settle(equations, road, guess, s)
    if found is None or np.abs(np.exp(found) - np.exp(guess)).max() > 0.1:
        raise SolveError(f"the curve turns close to {s:g} of its road; ask a little beside it", where="precision")
    return found


def _leaning(flat: FlatGame, seed: int, number: int) -> Floats:
    """Log probabilities, drawn for start `number`."""
    drawn = stream_of(seed, number).normal(0.0, LEANING, len(flat.actions))
    return drawn - np.logaddexp.reduceat(drawn, flat.first)[flat.set_of]


def _play(flat: FlatGame, logs: Floats) -> Play:
    """Log probabilities as a play: by information set and action."""
    whole = np.logaddexp.reduceat(logs, flat.first)[flat.set_of]  # 0 but for rounding
    chances = np.exp(logs - whole).tolist()
    ends = [*flat.first[1:].tolist(), len(chances)]
    return {
        name: dict(zip(flat.actions[first:end], chances[first:end], strict=True))
        for name, first, end in zip(flat.sets, flat.first.tolist(), ends, strict=True)
    }


def _apart(one: Play, other: Play) -> float:
    """How far two plays are apart where they differ most."""
    return max(abs(p - other[name][action]) for name, chances in one.items() for action, p in chances.items())
