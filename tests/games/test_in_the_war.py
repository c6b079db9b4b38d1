"""Policies played in the war: the engine's own runs, beliefs by Bayes, the same luck for all, and refusals."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from builders.war_games import COARSE, small_game
from countermove.errors import SolveError
from countermove.games.backward import Effort
from countermove.games.belief import belief_grid
from countermove.games.extract import Extraction
from countermove.games.in_the_war import (
    Owner,
    OwnerPolicy,
    Played,
    Rival,
    RivalPath,
    RivalPolicy,
    later_half,
    owner_gets,
    plan_of,
    play,
    rival_gets,
    types_of,
)
from countermove.games.limit import solve_limit
from countermove.games.one_month import NO_ORDERS

GRID = belief_grid(3, 2)
ROWS = ("place", "pair", "totals", "balance", "aim", "order", "belief")


def shape(made: Extraction) -> tuple[int, int]:
    """Months and states of its policies."""
    return made.game.months, len(made.states)


def always(made: Extraction, place: int) -> OwnerPolicy:
    """The owner on one rung."""
    return OwnerPolicy(f"rung {made.moves.own[place]}", np.broadcast_to(np.eye(2)[place], (*shape(made), 1, 2)))


def steady(made: Extraction, place: int) -> RivalPolicy:
    """Every type at one level of support."""
    return RivalPolicy("steady", np.broadcast_to(np.eye(3)[place][:, None], (*shape(made), 1, 3, 3)))


def by_type(made: Extraction, first: np.ndarray, later: np.ndarray | None = None) -> RivalPolicy:
    """Types that move by these probabilities [B K] in the first month, and by others later, whatever is believed."""
    moves = np.broadcast_to(first if later is None else later, (*shape(made), len(GRID.points), 3, 3)).copy()
    moves[0] = first
    return RivalPolicy("by type", moves, GRID)


def random_pair(made: Extraction, seed: int) -> tuple[OwnerPolicy, RivalPolicy]:
    """Any policies of both, by state, belief and type; the rival's moves tell something of his type."""
    random = np.random.default_rng(seed)
    owner = random.random((*shape(made), len(GRID.points), 2))
    rival = random.random((*shape(made), len(GRID.points), 3, 3)) ** 2
    known = RivalPolicy("any", rival / rival.sum(axis=3, keepdims=True), GRID)
    return OwnerPolicy("any", owner / owner.sum(axis=3, keepdims=True), known), known


@cache
def equilibrium() -> tuple[OwnerPolicy, RivalPolicy]:
    """Of the small war."""
    found = solve_limit(small_game().game, "best", Effort(belief_steps=2))
    rival = RivalPolicy("the equilibrium", found.rival_play, found.grid)
    return OwnerPolicy("the equilibrium", found.owner_play, rival), rival


def same(one: Played, two: Played, rows: tuple[str, ...] = ROWS) -> bool:
    """Whether two are the same to the bit."""
    return all(getattr(one, row).tobytes() == getattr(two, row).tobytes() for row in rows)


def test_who_orders_nothing_stands_on_the_first_days_rung() -> None:
    """A strategy that orders nothing and a policy that orders the first day's rung each month: the same war to the bit, whoever the rival is."""
    made = small_game()
    for rival in ("spigot", steady(made, 2), random_pair(made, 0)[1]):
        assert same(play(made, NO_ORDERS.name, rival, 8), play(made, always(made, 0), rival, 8))
    assert not same(play(made, NO_ORDERS.name, "spigot", 8), play(made, always(made, 1), "spigot", 8))


def test_a_level_of_support_is_a_policy_and_a_path() -> None:
    """The same orders in either form: the same war to the bit."""
    made = small_game()
    path = RivalPath("path", np.full((made.game.months, 512), made.moves.rival[2], np.float32))
    assert same(play(made, "arm", steady(made, 2), 8), play(made, "arm", path, 8))


@pytest.mark.parametrize("seed", [0, 1])
def test_a_policys_orders_are_its_path(seed: int) -> None:
    """Whatever it did, ordered month by month: the same war to the bit. What it aimed at is what the war made of the orders."""
    made = small_game()
    owner, rival = random_pair(made, seed)
    seen = play(made, "arm", rival, 4)
    again = play(made, "arm", RivalPath("path", seen.order), 4)
    assert same(seen, again, ("place", "pair", "totals", "balance", "aim", "order"))
    assert set(np.unique(seen.order).tolist()) == set(made.moves.rival)
    assert 0 < (np.abs(seen.order - seen.aim) > 1e-3).mean() < 0.25
    theory = play(made, owner, "spigot", 4)
    assert theory.order.tobytes() == theory.aim.tobytes()


@pytest.mark.parametrize("theory", ["inertia", "spigot"])
def test_a_theory_on_its_own_path_is_nearly_itself(theory: str) -> None:
    """What a theory aimed at, given as orders: but for the months in which the war itself bends what is aimed at (about 1 in 25), once more."""
    made = small_game()
    seen = play(made, "wait", theory, 8)
    again = play(made, "wait", RivalPath("path", seen.aim), 8)
    differs = np.abs(seen.aim - again.aim) > 1e-3
    assert 0 < differs.mean() < 0.06
    assert not differs[0].any()
    calm = ~differs.any(axis=0)
    assert calm.sum() > 100
    assert (np.abs(again.balance - seen.balance)[:, calm] < 1e-4).mean() > 0.98  # what others expect of him is not the same
    assert owner_gets(made, again).mean() == pytest.approx(owner_gets(made, seen).mean(), abs=0.02)
    assert again.aim.mean() == pytest.approx(seen.aim.mean(), rel=0.03)


@pytest.mark.slow
def test_chance_is_common() -> None:
    """The same twice; fewer lucks are the first of more, over one batch and over two, whose last is filled up."""
    made = small_game()
    owner, rival = random_pair(made, 1)
    for pair in (("arm", "spigot"), (owner, rival), ("wait", rival), (owner, "inertia")):
        once, again, half, more = (play(made, *pair, lucks) for lucks in (16, 16, 4, 20))
        assert same(once, again)
        for row in ROWS:
            np.testing.assert_array_equal(getattr(once, row)[:, :256], getattr(half, row))
            np.testing.assert_array_equal(getattr(more, row)[:, :1024], getattr(once, row))
        assert more.by_draw(more.totals[0]).shape == (64, 20)
        assert (once.outside, once.owner) == (0, pair[0] if isinstance(pair[0], str) else "any")


@pytest.mark.slow
def test_the_size_of_a_batch_does_not_matter() -> None:
    """Half as many runs at once: the same moves and beliefs, numbers to rounding."""
    made = small_game()
    narrow = replace(made, board=replace(made.board, lanes=512))
    owner, rival = random_pair(made, 2)
    one, two = play(made, owner, rival, 16), play(narrow, owner, rival, 16)
    for row in ("place", "pair", "belief"):
        assert (getattr(one, row) != getattr(two, row)).mean() < 1e-3
    np.testing.assert_allclose(one.totals.mean(axis=1), two.totals.mean(axis=1), rtol=1e-4)


def test_values_by_draw_and_luck() -> None:
    """Draws are counted fastest; what a type gets is linear in his stakes; points are the months' and the first day's."""
    made = small_game()
    seen = play(made, "wait", "spigot", 4)
    points = owner_gets(made, seen)
    for draw, luck in ((0, 0), (5, 0), (5, 3), (63, 2)):
        assert points[draw, luck] == seen.totals[0, luck * 64 + draw] + made.opening[0]
    nothing, one, two = (rival_gets(made, seen, np.full(64, ratio)) for ratio in (0.0, 1.0, 2.0))
    np.testing.assert_allclose(two - one, one - nothing, rtol=1e-9)
    np.testing.assert_allclose(nothing, -seen.by_draw(seen.totals[-1]))
    np.testing.assert_allclose(one - nothing, seen.by_draw(seen.totals[-2]))


def test_types_are_thirds_of_the_draws_by_their_stakes() -> None:
    """As many of each, and none of a lower type has more at stake than one of a higher."""
    made = small_game()
    drawn = np.asarray(made.board.drawn.values["patron.stake-ratio"][made.board.rival]).ravel()
    kinds = types_of(made)
    assert sorted(np.bincount(kinds).tolist()) == [21, 21, 22]
    assert drawn[kinds == 0].max() <= drawn[kinds == 1].min() <= drawn[kinds == 1].max() <= drawn[kinds == 2].min()
    for kind, stakes in enumerate(made.stakes):
        assert drawn[kinds == kind].min() <= stakes <= drawn[kinds == kind].max()


@pytest.mark.parametrize("which", ["random", "equilibrium"])
def test_belief_is_a_martingale_and_right_on_average(which: str) -> None:
    """Types drawn anew, so that nothing but moves tells of them. In every month the mean of what is believed of a type is the share of runs in
    which he is of that type, and its own mean of the month before.

    Each of 24 months x 3 types is a mean over 6 x 64 independent draws: 4.5 of its errors are passed by chance once in 100 000 times, all 144
    means together by less than 1 in 500 such tests.
    """
    made = small_game()
    owner, rival = random_pair(made, 3) if which == "random" else equilibrium()
    wrong: list[np.ndarray] = []
    moved: list[np.ndarray] = []
    knows = np.zeros(2)
    for turn in range(6):
        kinds = np.random.default_rng(turn).integers(3, size=64)
        seen = play(made, owner, rival, 16, kinds)
        believed = rival.grid.points[seen.belief]  # T n K
        is_so = np.eye(3)[np.tile(kinds, 16)]
        wrong.append((believed - is_so).reshape(24, 16, 64, 3).mean(axis=1))
        moved.append(np.diff(believed, axis=0).reshape(23, 16, 64, 3).mean(axis=1))
        knows += [float((believed[place] * is_so).sum(axis=1).mean()) / 6 for place in (0, -1)]
    for parts in (wrong, moved):
        rows = np.concatenate(parts, axis=1)  # months, draws, types
        error = rows.std(axis=1, ddof=1) / np.sqrt(rows.shape[1])
        assert np.abs(rows.mean(axis=1)).max() > 0
        assert (np.abs(rows.mean(axis=1)) <= 4.5 * error + 1e-12).all()
    if which == "random":
        assert knows[0] == pytest.approx(1 / 3, abs=0.05)
        assert knows[1] > 0.5  # something is learnt


def test_a_type_that_shows_itself_is_known_from_then_on() -> None:
    """The prior lies between three corners, each as often; a month later the owner is sure, and right, and stays so."""
    made = small_game()
    kinds = types_of(made)
    seen = play(made, "wait", by_type(made, np.eye(3), np.full((3, 3), 1 / 3)), 16)
    corners, weights = GRID.corners(made.game.types)
    shares = np.bincount(seen.belief[0], minlength=len(GRID.points)) / 1024
    np.testing.assert_allclose(shares[corners], weights, atol=0.06)
    np.testing.assert_array_equal(GRID.points[seen.belief[1:]], np.broadcast_to(np.eye(3)[np.tile(kinds, 16)], (23, 1024, 3)))


def test_two_types_that_move_alike_stay_apart_from_the_third_alone() -> None:
    """The lowest type shows itself; of the two others each is believed as probable."""
    made = small_game()
    first = np.array([[1.0, 0, 0], [0, 1, 1], [0, 0, 0]])
    seen = play(made, "wait", by_type(made, first, np.full((3, 3), 1 / 3)), 16)
    low = np.tile(types_of(made), 16) == 0
    assert (GRID.points[seen.belief[1:, low]] == [1, 0, 0]).all()
    assert (GRID.points[seen.belief[1:, ~low]] == [0, 0.5, 0.5]).all()


def test_an_owner_learns_by_whom_it_believes_in() -> None:
    """Not by how the rival plays: a steady rival is taken for the type who would move so, or tells nothing where none would."""
    made = small_game()
    parts = by_type(made, np.eye(3))
    none = by_type(made, np.array([[1.0, 1, 1], [0, 0, 0], [0, 0, 0]]))
    even = np.full((*shape(made), len(GRID.points), 2), 0.5)
    for rival in (steady(made, 2), replace(by_type(made, np.array([[0.0, 0, 0], [0, 0, 0], [1, 1, 1]])), name="all high")):
        fooled = play(made, OwnerPolicy("o", even, parts), rival, 4)
        assert (GRID.points[fooled.belief[1:]] == [0, 0, 1]).all()
        blind = play(made, OwnerPolicy("o", even, none), rival, 4)
        corners, _ = GRID.corners(made.game.types)
        assert np.isin(blind.belief, corners).all()


def test_a_theorys_move_is_seen_in_the_support_that_it_left() -> None:
    """A path of 1.5 is taken for the type who would give that, but for what the noise of support hides; one of 0.5 for another."""
    made = small_game()
    even = np.full((*shape(made), len(GRID.points), 2), 0.5)
    for place in (0, 2):
        path = RivalPath("path", np.full((24, 256), made.moves.rival[place], np.float32))
        seen = play(made, OwnerPolicy("o", even, by_type(made, np.eye(3), np.eye(3) * 0.9 + 0.1 / 3)), path, 4)
        assert (GRID.points[seen.belief[5]] @ np.eye(3)[place]).mean() > 0.8


def test_nobody_believes_anything_where_nobody_learns() -> None:
    """Written play, or policies of one belief: the belief is no point of any grid."""
    made = small_game()
    for pair in (("wait", "spigot"), ("wait", steady(made, 1)), (always(made, 1), "spigot")):
        assert not play(made, *pair, 2).belief.any()


def test_a_belief_is_what_a_policy_is_asked_at() -> None:
    """An owner that does rung 4 where it is sure of the highest type, against types that show themselves: there alone the rung rises."""
    made = small_game()
    parts = by_type(made, np.eye(3))
    sure = np.where((GRID.points == [0, 0, 1]).all(axis=1)[:, None], [0.0, 1.0], [1.0, 0.0])
    seen = play(made, OwnerPolicy("o", np.broadcast_to(sure, (*shape(made), *sure.shape)), parts), parts, 8)
    high = np.tile(types_of(made), 8) == 2
    rung = seen.pair // 3
    assert not rung[:, ~high][1:].any()
    assert rung[1:, high].mean() > 0.5


def test_outside_the_game_both_stay_where_they_stand() -> None:
    """A game of one state that no run can meet: the owner keeps to the first day's rung whatever its policy says, and nothing is learnt."""
    made = small_game()
    lost = replace(made, states=np.array([made.bins.size]))
    seen = play(lost, always(lost, 1), by_type(lost, np.eye(3)), 4)
    assert seen.outside == 1.0
    assert (seen.place == -1).all()
    assert not (seen.pair // 3).any()
    assert (seen.order[0] == 1.0).all()  # whatever his type would do
    assert np.isin(seen.belief, GRID.corners(made.game.types)[0]).all()
    inside = play(made, always(made, 1), by_type(made, np.eye(3)), 4)
    assert inside.outside == 0
    assert (inside.place >= 0).all()
    assert (inside.pair // 3).mean() > 0.5


def test_a_state_is_found_anew_each_month() -> None:
    """Places are those of the bins that the run stands in: what the pair of moves left, by the support alone."""
    made = small_game(COARSE)
    seen = play(made, "wait", steady(made, 2), 4)
    stands = made.bins.places(made.states[seen.place])
    assert (stands["rival support"][0] == 1).all()  # 1.0, the first day's
    assert (stands["rival support"][1:] == 2).mean() > 0.8


def test_moves_beyond_reach_are_counted() -> None:
    """With no reach at all every change is beyond, and is taken as standing still; who never changes never is. So is a rung that the game lacks,
    as that to which `arm` goes when the bear comes in openly."""
    made = small_game()
    bound = replace(made, moves=replace(made.moves, reach=0))
    free, held = (play(one, NO_ORDERS.name, steady(made, 2), 4) for one in (made, bound))
    assert free.beyond == 0 < play(made, "arm", steady(made, 2), 4).beyond
    assert same(free, held, ("place", "totals", "aim"))
    stands = made.bins.places(made.states[held.place])
    np.testing.assert_array_equal(held.pair, stands["own rung"] * 3 + stands["rival support"])
    assert held.beyond == pytest.approx((free.pair != held.pair).mean())
    assert held.beyond > 0


def test_support_above_all_levels_is_beyond_the_game() -> None:
    """Twenty times the baseline, which lands in the bin of 1.5, is no move of a game whose highest level that is; 1.5 is, wherever the war bends
    it. Of a theory it is what it means to give."""
    made = small_game()
    for aim in (1.5, 20.0):
        seen = play(made, NO_ORDERS.name, RivalPath("path", np.full((24, 256), aim, np.float32)), 4)
        assert seen.beyond == float(aim > 1.5)
    theory = play(made, NO_ORDERS.name, "spigot", 4)
    np.testing.assert_array_equal(theory.past, theory.aim > 1.501)
    assert 0 < theory.beyond < 1


def test_the_later_half_is_the_luck_that_nobody_chose_on() -> None:
    """The lucks from the middle on, of every draw and of every row."""
    made = small_game()
    seen = play(made, "wait", "spigot", 4)
    half = later_half(seen)
    np.testing.assert_array_equal(owner_gets(made, half), owner_gets(made, seen)[:, 2:])
    for row in (*ROWS, "shortfall", "told", "past"):
        np.testing.assert_array_equal(getattr(half, row), getattr(seen, row)[..., 128:])


def test_a_plan_is_what_was_done() -> None:
    """Counted run by run: in a month where nobody stood as in other months, where nobody ever stood it stays."""
    made = small_game()
    runs = [play(made, "arm", theory, 2) for theory in ("inertia", "spigot")]
    counts = np.zeros((24, len(made.states), 2))
    for seen in runs:
        for month in range(24):
            for place, pair in zip(seen.place[month], seen.pair[month], strict=True):
                counts[month, place, pair // 3] += 1
    plan = plan_of(made, runs)
    np.testing.assert_allclose(plan.sum(axis=2), 1)
    here = counts.sum(axis=2)
    np.testing.assert_allclose(plan[here > 0], counts[here > 0] / here[here > 0][:, None])
    ever = counts.sum(axis=0)
    stands = made.bins.places(made.states)["own rung"]
    other = never = 0
    for month, place in np.argwhere(here == 0):
        if ever[place].sum():
            np.testing.assert_allclose(plan[month, place], ever[place] / ever[place].sum())
            other += 1
        else:
            assert plan[month, place, stands[place]] == 1
            never += 1
    assert other > 0 and never > 0


def _wrong(made: Extraction) -> dict[str, tuple[Owner, Rival, dict[str, object], str]]:
    half = np.full((*shape(made), 1, 2), 0.5)
    rival = steady(made, 1)
    aim = np.ones((24, 256), np.float32)
    held = np.full((*shape(made), len(GRID.points), 2), 0.5)
    return {
        "no luck": ("wait", "spigot", {"lucks": 0}, "a luck"),
        "strategy": ("win", "spigot", {}, "no strategy called win"),
        "strategy of a policy's war": ("win", rival, {}, "no strategy called win"),
        "theory": ("wait", "rational", {}, "no theory called rational"),
        "months": (OwnerPolicy("o", half[1:]), rival, {}, "o is a policy of another game"),
        "states": (OwnerPolicy("o", half[:, 1:]), rival, {}, "o is a policy of another game"),
        "moves": (OwnerPolicy("o", np.full((*shape(made), 1, 3), 1 / 3)), rival, {}, "o is a policy of another game"),
        "axes": (OwnerPolicy("o", half[:, :, 0]), rival, {}, "o is a policy of another game"),
        "nobody learns": (OwnerPolicy("o", held), rival, {}, "of other beliefs"),
        "another grid": (OwnerPolicy("o", held[:, :, :3]), by_type(made, np.eye(3)), {}, "of other beliefs"),
        "rival's moves": ("wait", replace(rival, play=rival.play[:, :, :, :2]), {}, "another game"),
        "rival's grid": ("wait", replace(by_type(made, np.eye(3)), grid=belief_grid(3, 3)), {}, "other beliefs"),
        "believed": (
            OwnerPolicy("o", half, replace(by_type(made, np.eye(3)), grid=belief_grid(3, 3))),
            "spigot",
            {},
            "other beliefs",
        ),
        "no probability": (OwnerPolicy("o", half * 0.9), rival, {}, "no probability"),
        "no number": ("wait", replace(rival, play=rival.play * np.nan), {}, "no probability"),
        "below 0": (OwnerPolicy("o", half * [3, -1]), rival, {}, "no probability"),
        "path's months": ("wait", RivalPath("p", aim[1:]), {}, "p does not say for each of 24 months"),
        "path's runs": ("wait", RivalPath("p", aim[:, 1:]), {}, "p is a path of 255 runs, and 256 are to be played"),
        "path's numbers": ("wait", RivalPath("p", aim * np.nan), {}, "p does not say"),
        "types": ("wait", rival, {"kinds": np.full(64, 3)}, "one of 3 types"),
        "types below": ("wait", rival, {"kinds": np.full(64, -1)}, "one of 3 types"),
        "types of few": ("wait", rival, {"kinds": np.zeros(8, int)}, "each of 64 draws"),
    }


# fmt: off
MISTAKES = (
    "no luck", "strategy", "strategy of a policy's war", "theory", "months", "states", "moves", "axes",
    "nobody learns", "another grid", "rival's moves", "rival's grid", "believed", "no probability", "no number",
    "below 0", "path's months", "path's runs", "path's numbers", "types", "types below", "types of few",
)
# fmt: on


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_cannot_be_played_is_refused(mistake: str) -> None:
    """In words."""
    made = small_game()
    owner, rival, more, said = _wrong(made)[mistake]
    with pytest.raises(SolveError, match=said):
        play(made, owner, rival, **{"lucks": 4, **more})  # type: ignore[arg-type]
