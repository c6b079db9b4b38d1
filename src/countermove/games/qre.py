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
from countermove.games.form import Game, Play
from countermove.games.gain import Gain, gains, gains_within
from countermove.games.homotopy import Equations, Point, Road, between, settle, start, starting, walk
from countermove.rng.seeds import stream_of

RISING = Road((0.0, 1.0), (1.0, 0.0))
LIMIT = 1e7  # precision times the range of payoffs at which a curve is taken for its limit: mistakes cost some 1e-7 of the range
EVEN = 1e-12  # or where no information set could do better by more than this part of the range
HIGH = 300.0  # precision times the range of payoffs at which a curve loses its leaning
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
    starts: int  # how many led here
    logit: bool  # a limit of logit responses; if not, of responses with a leaning only


@dataclass(frozen=True)
class NoEquilibrium:
    """Where a curve led that did not pass the check, or could not be followed: it is not an equilibrium, and `why` says so in words."""

    play: Play
    gains: tuple[Gain, ...]
    values: Mapping[str, float]
    tolerance: float
    starts: int
    logit: bool
    why: str


Answer = Equilibrium | NoEquilibrium


@dataclass(frozen=True)
class Solution:
    """The limit of the principal branch, then what other starts led to, limits of logit responses first, then what was found most often; and
    what became of starts that were lost."""

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
    """The limit of the principal branch, and what `starts` curves more lead to that begin with a leaning drawn from stream k of `seed`.

    Such a curve is followed to its own limit; where it loses its leaning on the way, a branch of responses without one goes through that place,
    and both of its ends are answers too. Not every equilibrium need be found. `tolerance` is a part of the largest range of a player's payoffs.
    Raises SolveError where the game is too large or a player forgets what it did; a principal branch that is lost is no error but an answer
    that is no equilibrium.
    """
    flat = flatten(game, limits)
    plain = Equations(flat)
    logs, why = _limit(plain, start(plain, RISING))
    ends = [_End(logs, True, {-1}, why and f"the principal branch ends before its limit: {why}")]
    lost: list[str] = []
    for number in range(starts):
        leaned = Equations(flat, _leaning(flat, seed, number))
        logs, why = _limit(leaned, start(leaned, RISING))
        if why:
            lost.append(f"start {number}: {why}")
            continue
        try:
            through = _first_at(leaned, RISING, start(leaned, RISING).logs, HIGH)
            through = _first_at(leaned, Road((HIGH, 0.0), (1.0, -1.0)), through, 1.0)
            _add(ends, [(logs, False), *((end, True) for end in _both_ends(plain, through))], number)
        except SolveError as error:
            _add(ends, [(logs, False)], number)
            lost.append(f"start {number} comes to a limit, but not to responses without its leaning: {error}")
    answers = [_answer(game, _play(flat, end.logs), tolerance * plain.unit, end) for end in ends]
    return Solution(answers[0], tuple(sorted(answers[1:], key=lambda answer: (not answer.logit, -answer.starts))), tuple(lost))


@dataclass
class _End:
    """Where curves lead: whether one of them had no leaning, the numbers of their starts, and why this is not a limit, if so."""

    logs: Floats
    logit: bool
    starts: set[int]
    why: str = ""


def _add(ends: list[_End], found: Sequence[tuple[Floats, bool]], number: int) -> None:
    """Puts what start `number` found to what was found before; plays that are one become one."""
    for logs, logit in found:
        same = [end for end in ends if not end.why and np.abs(np.exp(end.logs) - np.exp(logs)).max() <= SAME]
        if same:
            same[0].logit |= logit
            same[0].starts.add(number)
        else:
            ends.append(_End(logs, logit, {number}))


def _both_ends(equations: Equations, logs: Floats) -> list[Floats]:
    """The limits of the branch of responses through `logs` at HIGH, up and down from there; down it may turn and rise again, or come to
    precision 0, which no branch but the principal one does."""
    here = starting(equations, RISING, logs, HIGH)
    found: list[Floats] = []
    for begin in (here, Point(here.logs, here.s, -here.along, -here.turn)):
        for point in walk(equations, RISING, begin):
            if point.s <= 0:
                break
            if point.s >= LIMIT or (point.s > HIGH and equations.regret(point.logs) <= EVEN):
                found.append(point.logs)
                break
    return found


def _answer(game: Game, play: Play, tolerance: float, end: _End) -> Answer:
    """What the check by other code says of a play."""
    found = gains_within(game, play)
    values = {gain.player: gain.value for gain in gains(game, play)}
    worst = max(found, key=lambda gain: gain.points)
    if worst.points <= tolerance and not end.why:
        return Equilibrium(play, found, values, tolerance, len(end.starts), end.logit)
    gained = f"{worst.player} gains {worst.points:.3g} points at {worst.where} by playing otherwise; {tolerance:.3g} are allowed"
    why = f"{end.why}; {gained}" if end.why else gained
    return NoEquilibrium(play, found, values, tolerance, len(end.starts), end.logit, why)


def _to_the_limit(equations: Equations, begin: Point) -> Iterator[Point]:
    """The points of a rising curve behind `begin`, up to the first that is taken for its limit."""
    for point in walk(equations, RISING, begin):
        yield point
        if point.s >= LIMIT or (point.s > HIGH / 10 and equations.regret(point.logs) <= EVEN):
            return


def _limit(equations: Equations, begin: Point) -> tuple[Floats, str]:
    """The end of a rising curve, and in words why that is not its limit, if so."""
    logs, why = begin.logs, ""
    try:
        for point in _to_the_limit(equations, begin):
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
