"""A rival who answers a plan as well as he can: chosen on one half of the luck by each type, scored on the other; stakes of none; deviations."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from builders.war_games import FINE, small_game
from countermove.errors import SolveError
from countermove.games.in_the_war import OwnerPolicy, Played, RivalPolicy, owner_gets, play, rival_gets, types_of
from countermove.games.replies_in_the_war import Answered, answered, at_stakes, deviations

LUCKS = 8
THEORIES = ("inertia", "spigot")


@cache
def theories() -> dict[str, Played]:
    """The small war's plan under its theories."""
    return {name: play(small_game(), "wait", name, LUCKS) for name in THEORIES}


@cache
def waited() -> Answered:
    """The plan answered."""
    return answered(small_game(), "wait", theories(), LUCKS)


def paid(seen: Played, more: np.ndarray) -> Played:
    """The same runs, if the rival had paid so much less in each [D L]."""
    totals = seen.totals.copy()
    totals[-1] -= more.T.reshape(-1)
    return replace(seen, totals=totals)


def whole(number: float) -> np.ndarray:
    """The same for all draws and lucks."""
    return np.full((64, LUCKS), number)


@pytest.mark.slow
def test_each_type_takes_what_is_best_for_it_on_the_first_half() -> None:
    """Of theories and replies, counted again by type; all else is the second half of what was chosen."""
    made, found = small_game(), waited()
    kinds = types_of(made)
    assert list(found.runs) == [*THEORIES, "reply 1 of the game", "reply 2 of the game"]
    gets = {name: rival_gets(made, seen, made.ratios[kinds]) for name, seen in found.runs.items()}
    for kind in range(3):
        mine = kinds == kind
        first = {name: row[mine, : LUCKS // 2].mean() for name, row in gets.items()}
        assert first[found.chosen[kind]] == max(first.values())
        best = max(THEORIES, key=lambda name: first[name])
        assert first[found.chosen[kind]] >= first[best]
        run = found.runs[found.chosen[kind]]
        np.testing.assert_array_equal(found.worth[mine], owner_gets(made, run)[mine, LUCKS // 2 :])
        np.testing.assert_array_equal(found.rival[mine], gets[found.chosen[kind]][mine, LUCKS // 2 :])
        np.testing.assert_allclose(found.over[mine], (gets[found.chosen[kind]] - gets[best])[mine, LUCKS // 2 :])
        np.testing.assert_allclose(found.aim[mine], run.by_draw(run.aim.mean(axis=0, dtype=np.float64))[mine, LUCKS // 2 :])
    assert found.plan == "wait"
    assert found.worth.shape == (64, LUCKS // 2)


@pytest.mark.slow
def test_answering_pays_where_the_shortfall_is_seen() -> None:
    """Over the best theory on the half that nobody chose on, by more than 2 of its errors, for every type; higher types give more. Of a game in
    which the shortfall is one bin the theories, which see it, are as good."""
    made = small_game(FINE)
    found = answered(made, "wait", {name: play(made, "wait", name, LUCKS) for name in THEORIES}, LUCKS)
    by_draw, kinds = found.over.mean(axis=1), types_of(made)
    assert by_draw.mean() > 2 * by_draw.std(ddof=1) / 8
    assert all(by_draw[kinds == kind].mean() > 0 for kind in range(3))
    aims = [found.aim[kinds == kind].mean() for kind in range(3)]
    assert aims[0] < aims[1] < aims[2]
    assert by_draw.mean() > waited().over.mean()


@pytest.mark.slow
def test_a_theory_that_is_best_is_chosen() -> None:
    """One that costs nothing: by every type, and choosing brings nothing over it."""
    free = {**theories(), "inertia": paid(theories()["inertia"], whole(1e6))}
    found = answered(small_game(), "wait", free, LUCKS)
    assert found.chosen == ("inertia",) * 3
    assert not found.over.any()


def test_what_is_chosen_on_is_not_what_is_scored() -> None:
    """Best on the first half and ruinous on the second: chosen, and ruinous. The other way round: never chosen."""
    made, split = small_game(), whole(1e6)
    split[:, LUCKS // 2 :] = -1e6
    found = answered(made, "wait", {**theories(), "inertia": paid(theories()["inertia"], split)}, LUCKS)
    assert found.chosen == ("inertia",) * 3
    assert found.rival.max() < -1e5
    other = answered(made, "wait", {**theories(), "inertia": paid(theories()["inertia"], -split)}, LUCKS)
    assert "inertia" not in other.chosen
    assert other.rival.min() > -1e5


@pytest.mark.slow
def test_every_type_chooses_for_itself() -> None:
    """What is cheap for the lowest type is his, what is cheap for the others theirs; of equals the first."""
    made = small_game()
    low = (types_of(made) == 0)[:, None] * whole(1e6)
    rows = {"inertia": paid(theories()["inertia"], low), "spigot": paid(theories()["spigot"], whole(1e6) - low)}
    assert answered(made, "wait", rows, LUCKS).chosen == ("inertia", "spigot", "spigot")
    dear = paid(theories()["inertia"], whole(1e6))
    assert answered(made, "wait", {"one": dear, "other": dear}, LUCKS).chosen == ("one",) * 3


@pytest.mark.slow
def test_the_plan_may_be_a_policy() -> None:
    """And progress is told once for each reply."""
    made = small_game()
    owner = OwnerPolicy("rung 4", np.broadcast_to(np.eye(2)[1], (24, len(made.states), 1, 2)))
    told: list[int] = []
    found = answered(made, owner, {"spigot": play(made, owner, "spigot", 2)}, 2, tell=lambda: told.append(1))
    assert (found.plan, len(told)) == ("rung 4", 2)
    np.testing.assert_array_equal(found.runs["reply 2 of the game"].pair[2:] // 3 >= 0, True)
    assert (found.runs["reply 1 of the game"].pair // 3).mean() > 0.5


@pytest.mark.slow
def test_a_rival_of_no_stakes_does_nothing() -> None:
    """What he gives is lost to him: he aims at the least, and never at more than with more at stake."""
    made = small_game()
    ratios = np.array([0.0, 0.5, 1.0, 8.0])
    found = at_stakes(made, "wait", theories(), ratios, LUCKS)
    support = [float(seen.aim.mean()) for seen in found]
    assert all(after >= before - 1e-3 for before, after in itertools.pairwise(support))
    low = made.moves.rival.index(min(made.moves.rival))
    nothing = RivalPolicy("nothing", np.broadcast_to(np.eye(3)[low][:, None], (24, len(made.states), 1, 3, 3)))
    least = play(made, "wait", nothing, LUCKS)
    assert support[0] == pytest.approx(float(least.aim.mean()), rel=0.01)
    assert (found[0].pair % 3 == low)[1:].mean() > 0.9
    assert support[3] > support[0] + 0.3
    assert [seen.owner for seen in found] == ["wait"] * 4


@pytest.mark.slow
def test_at_its_own_stakes_every_type_does_as_it_would() -> None:
    """A stake of so many times the median is what the game has of that type: reply 1, for every draw, by each ratio in its own order."""
    made = small_game()
    found = at_stakes(made, "wait", theories(), made.ratios, LUCKS)
    kinds, one = types_of(made), waited().runs["reply 1 of the game"]
    for kind in range(3):
        mine = np.tile(kinds == kind, LUCKS)
        np.testing.assert_array_equal(found[kind].pair[:, mine], one.pair[:, mine])
    turned = at_stakes(made, "wait", theories(), made.ratios[::-1], LUCKS)
    assert [seen.totals.tobytes() for seen in turned[::-1]] == [seen.totals.tobytes() for seen in found]


@pytest.mark.slow
def test_deviations_are_chosen_on_one_half_and_scored_on_the_other() -> None:
    """From where one stands, to where one stands: nothing. Else the best of the first half, by each type of the rival."""
    made, found = small_game(), waited()
    stands = theories()["spigot"]
    (best, gain), (chosen, other) = deviations(made, {"stay": stands}, {"stay": stands}, stands)
    assert (best, chosen) == ("stay", ("stay",) * 3)
    assert not gain.any() and not other.any()
    arms = play(made, "arm", "spigot", LUCKS)
    (best, gain), (chosen, other) = deviations(made, {"stay": stands, "arm": arms}, dict(found.runs), stands)
    worth = owner_gets(made, arms) - owner_gets(made, stands)
    assert best == ("arm" if worth[:, : LUCKS // 2].mean() > 0 else "stay")
    np.testing.assert_array_equal(gain, worth[:, LUCKS // 2 :] if best == "arm" else 0 * gain)
    assert chosen == found.chosen
    ratio = made.ratios[types_of(made)]
    np.testing.assert_allclose(other, found.rival - rival_gets(made, stands, ratio)[:, LUCKS // 2 :])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "lucks", "said"),
    [("none", 8, "runs to choose from"), ("all", 7, "even"), ("all", 0, "even"), ("all", 6, "another number of lucks")],
)
def test_what_leaves_no_choice_is_refused(given: str, lucks: int, said: str) -> None:
    """In words."""
    with pytest.raises(SolveError, match=said):
        answered(small_game(), "wait", theories() if given == "all" else {}, lucks)
