"""Quantal response and its limit: published numbers, closed forms, laws, the equations tried on random games by other code, and pygambit."""

from __future__ import annotations

import itertools
import math
import time
from types import ModuleType

import pytest
from hypothesis import given, settings

from builders.gambit_games import last_of_branch, responses_of, to_gambit
from builders.small_games import BOTH, ladder, private_ladder, small_games
from countermove.errors import SolveError
from countermove.games.flat import Limits, flatten
from countermove.games.form import Chance, End, Game, Move, Node, Play, matrix_game
from countermove.games.homotopy import Equations, Road, start, walk
from countermove.games.qre import Equilibrium, NoEquilibrium, branch, respond, responses, solve

PENNIES = matrix_game([[9, 0], [0, 1]], [[0, 1], [1, 0]])
BATTLE = matrix_game([[2, 0], [0, 1]], [[1, 0], [0, 2]])


@pytest.fixture(scope="module")
def gambit() -> ModuleType:
    """pygambit, or a skip that says what was not compared."""
    return pytest.importorskip("pygambit", reason="NO PYGAMBIT HERE: nothing was compared with it (pip install 'pygambit<17')")


def payoff_range(game: Game) -> float:
    """The largest range of a player's payoffs."""
    return Equations(flatten(game)).unit


def plain(play: Play) -> dict[str, dict[str, float]]:
    """A play to compare with pytest.approx."""
    return {name: dict(chances) for name, chances in play.items()}


def worths(game: Game, play: Play) -> dict[str, dict[str, float]]:
    """What each action is worth where it can be taken, given that the place is reached: by recursion over the tree."""
    reached: dict[str, float] = {}
    gathered: dict[str, dict[str, float]] = {}

    def expected(node: Node, number: int) -> float:
        if isinstance(node, End):
            return node.payoffs[number]
        if isinstance(node, Chance):
            return sum(p * expected(to, number) for p, to in node.branches)
        return sum(play[node.knows][action] * expected(to, number) for action, to in node.actions.items())

    def visit(node: Node, weight: float) -> None:
        if isinstance(node, Chance):
            for p, to in node.branches:
                visit(to, weight * p)
        elif isinstance(node, Move):
            reached[node.knows] = reached.get(node.knows, 0.0) + weight
            sums = gathered.setdefault(node.knows, dict.fromkeys(node.actions, 0.0))
            for action, to in node.actions.items():
                sums[action] += weight * expected(to, game.players.index(node.player))
                visit(to, weight * play[node.knows][action])

    visit(game.root, 1.0)
    return {name: {action: total / reached[name] for action, total in sums.items()} for name, sums in gathered.items()}


def logit_of(game: Game, play: Play, precision: float) -> dict[str, dict[str, float]]:
    """What a logit response to a play is."""
    answers: dict[str, dict[str, float]] = {}
    for name, values in worths(game, play).items():
        top = max(values.values())
        powers = {action: math.exp(precision * (value - top)) for action, value in values.items()}
        answers[name] = {action: power / sum(powers.values()) for action, power in powers.items()}
    return answers


def close(one: Play, other: Play, within: float) -> bool:
    """Whether two plays are nowhere further apart."""
    return all(abs(p - other[name][action]) <= within for name, chances in one.items() for action, p in chances.items())


@pytest.mark.parametrize(
    ("game", "row", "column"),
    [(matrix_game([[1, 1], [0, 1]], [[1, 1], [2, 1]]), 0.642979, 0.588319), (PENNIES, 0.893576, 0.312780)],
)
def test_published(game: Game, row: float, column: float) -> None:
    """FIXTURES 17 and 18, at precision 1."""
    (found,) = respond(game, [1.0])
    assert [found.play["row"]["0"], found.play["column"]["0"]] == pytest.approx([row, column], abs=6e-7)


def test_one_mover() -> None:
    """One who decides alone plays in proportion to exp(precision x payoff), at any precision and of any number of actions."""
    payoffs = [0.0, 1.5, -2.0, 1.25]
    game = Game(("owner",), Move("owner", "here", {f"{k}": End((pay,)) for k, pay in enumerate(payoffs)}))
    for found in respond(game, [30.0, 0.0, 0.7, 4.0]):
        whole = sum(math.exp(found.precision * pay) for pay in payoffs)
        assert list(found.play["here"].values()) == pytest.approx(
            [math.exp(found.precision * pay) / whole for pay in payoffs], abs=1e-12
        )


@settings(max_examples=60)
@given(small_games())
def test_response_to_itself(game: Game) -> None:
    """Each point of a branch is the logit response to itself, with payoffs conditional on being there; the branch begins with anything goes."""
    points = branch(game)
    assert points[0].precision == 0
    assert all(p == pytest.approx(1 / len(chances)) for chances in points[0].play.values() for p in chances.values())
    unit = payoff_range(game)
    for found in [*respond(game, [0.5 / unit, 6 / unit, 25 / unit]), *(point for point in points if point.precision < 30 / unit)]:
        assert close(logit_of(game, found.play, found.precision), found.play, 1e-8)


@settings(max_examples=60)
@given(small_games())
def test_limit_is_checked_by_other_code(game: Game) -> None:
    """The limit of the principal branch leaves nobody a gain in any subgame above 1e-6 of the range of payoffs."""
    answer = solve(game, starts=0).principal
    assert isinstance(answer, Equilibrium), answer
    assert max(gain.points for gain in answer.gains) <= 1e-6 * payoff_range(game)
    assert all(math.isclose(sum(chances.values()), 1.0) for chances in answer.play.values())


@pytest.mark.parametrize("rungs", [5, 10, 20])
def test_ladder_by_backward_induction(rungs: int) -> None:
    """A ladder without secrets: the limit does at each rung what is best there, reckoned from the top."""
    game = ladder(rungs)
    answer = solve(game, starts=2).principal
    assert isinstance(answer, Equilibrium)
    nodes: list[Move] = []
    node = game.root
    while isinstance(node, Move):
        nodes.append(node)
        node = node.actions["climb"]
    assert isinstance(node, End)
    reckoned = node.payoffs
    for move in reversed(nodes):
        stop = move.actions["stop"]
        assert isinstance(stop, End)
        number = BOTH.index(move.player)
        best = "stop" if stop.payoffs[number] > reckoned[number] else "climb"
        reckoned = stop.payoffs if best == "stop" else reckoned
        assert answer.play[move.knows][best] == pytest.approx(1.0, abs=1e-6)
    assert list(answer.values.values()) == pytest.approx(reckoned, abs=1e-6)


def test_mixed_limit() -> None:
    """Matching pennies: each makes the other indifferent, at the limit from every start."""
    found = solve(PENNIES)
    assert (found.others, found.lost) == ((), ())
    assert isinstance(found.principal, Equilibrium)
    assert plain(found.principal.play)["row"] == pytest.approx({"0": 0.5, "1": 0.5}, abs=1e-6)
    assert plain(found.principal.play)["column"] == pytest.approx({"0": 0.1, "1": 0.9}, abs=1e-6)
    assert list(found.principal.values.values()) == pytest.approx([0.9, 0.5], abs=1e-6)
    assert found.principal.starts == 9


def test_a_gain_above_tolerance_is_no_equilibrium() -> None:
    """The same limit under a tolerance that it does not meet is of another type, says who gains what, and is in no list of equilibria."""
    found = solve(PENNIES, tolerance=1e-12, starts=0)
    assert isinstance(found.principal, NoEquilibrium)
    assert found.equilibria == ()
    assert found.principal.why.startswith("column gains ") and found.principal.why.endswith(
        "points at root by playing otherwise; 9e-12 are allowed"
    )


@pytest.mark.parametrize(
    ("game", "chances"),
    [
        (BATTLE, [(2 / 3, 1 / 3), (1.0, 1.0), (0.0, 0.0)]),
        (matrix_game([[4, 0], [0, 1]], [[4, 0], [0, 1]]), [(1.0, 1.0), (0.2, 0.2), (0.0, 0.0)]),
    ],
)
def test_multiplicity(game: Game, chances: list[tuple[float, float]]) -> None:
    """Two ways to agree, and to mix between them: all three are told, the principal one first, each a limit of logit responses."""
    found = solve(game, starts=12)
    assert [(a.play["row"]["0"], a.play["column"]["0"]) for a in found.equilibria[:1]] == [pytest.approx(chances[0], abs=1e-5)]
    assert sorted((a.play["row"]["0"], a.play["column"]["0"]) for a in found.equilibria) == [
        pytest.approx(pair, abs=1e-5) for pair in sorted(chances)
    ]
    assert all(answer.logit for answer in found.equilibria)
    assert len(found.others) == 2


def test_the_same_seed_finds_the_same() -> None:
    """A start's leaning is drawn from the seed and its own number: more starts keep what fewer found."""
    few, again, more = solve(BATTLE, starts=3), solve(BATTLE, starts=3), solve(BATTLE, starts=6)
    assert few == again
    assert all(any(close(one.play, other.play, 1e-6) for other in more.equilibria) for one in few.equilibria)


@pytest.mark.parametrize(("strength", "count"), [(1.9, 1), (2.5, 3)])
def test_where_responses_part(strength: float, count: int) -> None:
    """[[1, 0], [0, 1]] for both: p = 1/(1 + exp(-precision (2p - 1))) has one solution up to precision 2, three above."""
    game = matrix_game([[1, 0], [0, 1]], [[1, 0], [0, 1]])
    found, lost = responses(game, strength, starts=12)
    assert lost == ()
    assert len(found) == count
    assert plain(found[0].play)["row"] == pytest.approx({"0": 0.5, "1": 0.5}, abs=1e-9)
    for answer in found:
        assert close(logit_of(game, answer.play, strength), answer.play, 1e-9)


def test_symmetric_game_symmetric_answer() -> None:
    """Along the whole principal branch and at its limit, also where other branches part from it."""
    first = [[1, 0, 2], [0, 3, 1], [4, 1, 0]]
    for one in (first, [[1, 0], [0, 1]], [[0, 3], [1, 0]]):
        game = matrix_game(one, [list(column) for column in zip(*one, strict=True)])
        for point in branch(game):
            assert list(point.play["row"].values()) == pytest.approx(list(point.play["column"].values()), abs=1e-6)


def relabelled(game: Game) -> Game:
    """The same game: players in the other order and with other names, actions in the other order, sets and actions with other names."""

    def of(node: Node) -> Node:
        if isinstance(node, End):
            return End(node.payoffs[::-1])
        if isinstance(node, Chance):
            return Chance(tuple((p, of(to)) for p, to in reversed(node.branches)))
        moves = {f"do {action}": of(to) for action, to in reversed([*node.actions.items()])}
        return Move(f"the {node.player}", f"at {node.knows}", moves)

    return Game(tuple(f"the {name}" for name in reversed(game.players)), of(game.root))


@settings(max_examples=40)
@given(small_games())
def test_relabelling_changes_nothing(game: Game) -> None:
    """Names and orders of players, actions, sets and branches: the same branch at the same precisions, the same limit."""
    other, unit = relabelled(game), payoff_range(game)

    def plays(of: Game) -> list[Play]:
        answers = (*respond(of, [2 / unit, 15 / unit]), solve(of, starts=0).principal)
        return [answer.play for answer in answers]

    for one, same in zip(plays(game), plays(other), strict=True):
        back = {
            name.removeprefix("at "): {do.removeprefix("do "): p for do, p in chances.items()} for name, chances in same.items()
        }
        assert close(one, back, 1e-6)


def rescaled(game: Game, factor: float, added: float) -> Game:
    """All payoffs times a factor, and a constant added to the first player's."""

    def of(node: Node) -> Node:
        if isinstance(node, End):
            return End((factor * node.payoffs[0] + added, *(factor * pay for pay in node.payoffs[1:])))
        if isinstance(node, Chance):
            return Chance(tuple((p, of(to)) for p, to in node.branches))
        return Move(node.player, node.knows, {action: of(to) for action, to in node.actions.items()})

    return Game(game.players, of(game.root))


@settings(max_examples=30)
@given(small_games())
def test_units_of_payoffs(game: Game) -> None:
    """Payoffs in other units are precision in other units; a constant is nothing."""
    unit = payoff_range(game)
    (one,), (other,) = respond(game, [8 / unit]), respond(rescaled(game, 250.0, -3e3), [8 / unit / 250])
    assert close(one.play, other.play, 1e-8)


@settings(max_examples=30)
@given(small_games())
def test_chance_before_the_game(game: Game) -> None:
    """How likely a game is played at all changes nothing in it: payoffs count given that a place is reached."""
    unit = payoff_range(game)
    for p in (1e-6, 0.5):
        rare = Game(game.players, Chance(((p, game.root), (1 - p, End((0.0, 0.0))))))
        (one,), (other,) = respond(game, [8 / unit]), respond(rare, [8 / unit])
        assert close(one.play, other.play, 1e-8)


def test_an_action_twice() -> None:
    """An action that stands there twice is done twice as often for the same worth; what the game is worth in the limit stays."""
    doubled = matrix_game([[9, 0], [9, 0], [0, 1]], [[0, 1], [0, 1], [1, 0]])
    (found,) = respond(doubled, [0.8])
    rows, worth = found.play["row"], worths(doubled, found.play)["row"]
    assert rows["0"] == pytest.approx(rows["1"], abs=1e-12)
    assert math.log((rows["0"] + rows["1"]) / rows["2"]) == pytest.approx(math.log(2) + 0.8 * (worth["0"] - worth["2"]), abs=1e-9)
    one, other = solve(PENNIES, starts=0).principal, solve(doubled, starts=0).principal
    assert isinstance(other, Equilibrium)
    assert list(one.values.values()) == pytest.approx(list(other.values.values()), abs=1e-6)
    assert other.play["row"]["0"] + other.play["row"]["1"] == pytest.approx(0.5, abs=1e-6)


def test_nothing_at_stake() -> None:
    """A player to whom all is one does anything, at every precision; all of it is an equilibrium."""
    game = matrix_game([[3, 3], [3, 3]], [[1, 1], [1, 1]])
    found = solve(game, starts=0).principal
    assert isinstance(found, Equilibrium)
    assert [*itertools.chain(*(chances.values() for chances in found.play.values()))] == [0.5] * 4


def test_refusals() -> None:
    """A precision that is none; a game too large, before anything is solved; a curve that does not end says where it was left."""
    for precision in (-1.0, math.inf, math.nan):
        with pytest.raises(SolveError, match="a precision is a finite number from 0 up"):
            respond(PENNIES, [1.0, precision])
    with pytest.raises(SolveError, match="too large to be solved as a tree, at most 20 ends"):
        solve(ladder(20), limits=Limits(ends=20))
    equations, road = Equations(flatten(PENNIES)), Road((0.0, 1.0), (1.0, 0.0))
    with pytest.raises(SolveError, match="has no end within 3 steps"):
        for _ in walk(equations, road, start(equations, road), steps=3):
            pass


def agrees(gambit: ModuleType, game: Game) -> None:
    """Our branch is pygambit's at two precisions, and at the last point of its branch, which is its limit (it stops where players gain little in
    the whole game; we go on until no place that is hardly ever reached would rather do otherwise, so that limits are compared at its precision)."""
    made, unit = to_gambit(gambit, game), payoff_range(game)
    precision, last = last_of_branch(gambit, made)
    wanted = [*zip((3 / unit, 20 / unit), responses_of(gambit, made, [3 / unit, 20 / unit]), strict=True), (precision, last)]
    for (_, theirs), ours in zip(wanted, respond(game, [at for at, _ in wanted]), strict=True):
        assert {name: [*chances.values()] for name, chances in ours.play.items()} == {
            name: pytest.approx(chances, abs=1e-6) for name, chances in theirs.items()
        }


def test_gambit_agrees_on_a_few(gambit: ModuleType) -> None:
    """Ten random small games; the 200 take minutes of pygambit's and are marked slow."""
    settings(max_examples=10)(given(small_games())(lambda game: agrees(gambit, game)))()


@pytest.mark.slow
def test_gambit_agrees(gambit: ModuleType) -> None:
    """250 random small games: moves at once and in turn, chance that both, one or nobody sees, private types."""
    settings(max_examples=250)(given(small_games())(lambda game: agrees(gambit, game)))()


@pytest.mark.parametrize("rungs", [5, 10, 20])
def test_gambit_agrees_on_ladders(gambit: ModuleType, rungs: int) -> None:
    """The same equilibrium on escalation ladders without secrets, and with a rival whose stake only he knows (5 rungs: pygambit is slow)."""
    agrees(gambit, ladder(rungs))
    if rungs == 5:
        agrees(gambit, private_ladder(rungs))


@pytest.mark.parametrize(
    ("game", "least"),
    [(ladder(5), 1), (private_ladder(5), 1), (ladder(20), 40), (private_ladder(20), 100)],
    ids=["5", "5 private", "20", "20 private"],
)
def test_faster_than_gambit(gambit: ModuleType, game: Game, least: float) -> None:
    """Seconds of the processor in one run, from a game as written to its checked limit: at 5 rungs no slower than pygambit, at 20 with a stake
    that only the rival knows a hundred times as fast (measured: some 6, 14, 80 and 200 times)."""
    made = to_gambit(gambit, game)
    solve(game, starts=0)
    began = time.process_time()
    gambit.nash.logit_solve(made)
    theirs = time.process_time() - began
    began = time.process_time()
    for _ in range(10):
        solve(game, starts=0)
    assert 10 * theirs / (time.process_time() - began) >= least
