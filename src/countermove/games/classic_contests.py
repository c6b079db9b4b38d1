"""Games of effort on grids: two sponsors at once, one who leads, a gift to a client, arms that answer arms."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from countermove.errors import SolveError
from countermove.games.form import End, Game, Move, matrix_game

SPONSORS = ("first", "second")
"""The information set of a sponsor who moves unseen has the sponsor's name."""


def efforts(highest: float, grid: int) -> list[float]:
    """`grid` + 1 efforts from 0 to the highest, evenly. Raises SolveError for a grid below 1."""
    if grid < 1:
        raise SolveError(f"a grid of {grid} has no steps", where="grid", next="Give 1 or more")
    return [highest * place / grid for place in range(grid + 1)]


def odds(first: float, second: float, decisiveness: float = 1.0) -> float:
    """Tullock's odds of the first: x^r/(x^r + y^r), and a half where nobody does anything (Tullock 1980)."""
    if first == second:
        return 0.5
    mine, theirs = first**decisiveness, second**decisiveness
    return mine / (mine + theirs)


def contest(prizes: tuple[float, float], highest: float, grid: int, decisiveness: float = 1.0, gift: float = 0.0) -> Game:
    """Two sponsors choose efforts at once for prizes v and w over cost; a gift is added to what the first chooses.

    In units of the own prize, and each also gets what the other's effort costs: (p - x/v + y/w, 1 - p - y/w + x/v). What the other spends is
    nothing a sponsor can change, so every best reply is that of (p v - x, (1 - p) w - y); and the payoffs sum to 1, so that a linear
    programme solves it (Moulin & Vial 1978, "Strategically zero-sum games", International Journal of Game Theory 7, 201-221).
    """
    v, w = prizes
    steps = efforts(highest, grid)

    def ends(x: float, y: float) -> End:
        p = odds(x + gift, y, decisiveness)
        return End((p - x / v + y / w, 1 - p - y / w + x / v))

    return Game(SPONSORS, _at_once(steps, steps, ends))


def _at_once(first: Sequence[float], second: Sequence[float], ends: Callable[[float, float], End]) -> Move:
    """Both choose a number, unseen."""
    return Move(
        SPONSORS[0],
        SPONSORS[0],
        {f"{x!r}": Move(SPONSORS[1], SPONSORS[1], {f"{y!r}": ends(x, y) for y in second}) for x in first},
    )


def led_contest(prizes: tuple[float, float], leads: Sequence[float], highest: float, grid: int, decisiveness: float = 1.0) -> Game:
    """The first chooses one of the efforts `leads`, and the second, who sees it, answers on a grid: (p v - x, (1 - p) w - y).

    What the second knows is `after x`, x being the effort as Python prints it (Dixit 1987).
    """
    v, w = prizes
    steps = efforts(highest, grid)

    def answered(x: float) -> Move:
        chances = {y: odds(x, y, decisiveness) for y in steps}
        ends = {f"{y!r}": End((p * v - x, (1 - p) * w - y)) for y, p in chances.items()}
        return Move(SPONSORS[1], f"after {x!r}", ends)

    return Game(SPONSORS, Move(SPONSORS[0], SPONSORS[0], {f"{x!r}": answered(x) for x in leads}))


def arms_stage(
    reaction: tuple[float, float], fatigue: tuple[float, float], grievance: tuple[float, float], highest: float, grid: int
) -> Game:
    """Richardson's race as a game: each chooses arms at once and loses the square of its distance from (a y + g)/m, or (b x + h)/n.

    Richardson's equations are where such a stage, played again and again by patrons who move towards their best reply, comes to rest. The
    players are `row` and `column`, and their actions the places on the grid, as `matrix_game` names them.
    """
    (a, b), (m, n), (g, h) = reaction, fatigue, grievance
    steps = efforts(highest, grid)
    return matrix_game(
        [[-((x - (a * y + g) / m) ** 2) for y in steps] for x in steps],
        [[-((y - (b * x + h) / n) ** 2) for y in steps] for x in steps],
    )
