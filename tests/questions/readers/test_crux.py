"""Two readers who part: examples by hand, and a search written anew that puts whole readers together and compares them."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest

from builders.measured import K, at_hand, certain
from countermove.decision.information import Observation
from countermove.decision.pareto import MeasuredOutcomes
from countermove.errors import DecisionError
from countermove.questions.readers.crux import THEORIES, ReaderAssumptions, Switch, cheapest_observation, crux, weighted

ONE = {"territory": 1.0}


def sets(turn: Switch) -> set[tuple[str, ...]]:
    """All smallest sets that turn a reader."""
    return set() if turn.assumptions is None else {turn.assumptions, *turn.others}


# --- by hand


def test_the_weights_of_theories_are_the_crux() -> None:
    """x is worth 10 under P and 0 under Q, y 4 everywhere: 8 against 4 for the first reader, 2 against 4 for the second."""
    found = crux(
        certain([[[10, 0]], [[4, 4]]]),
        ReaderAssumptions("hawk", {"P": 4, "Q": 1}, ONE),
        ReaderAssumptions("dove", {"P": 1, "Q": 4}, ONE),
    )
    there, back = found.turns
    assert found.differ == (THEORIES,) and there.assumptions == back.assumptions == (THEORIES,)
    assert (there.own, there.wanted, back.own, back.wanted) == ("x", "y", "y", "x")
    assert there.before.mean == pytest.approx(4) and there.after is not None and there.after.mean == pytest.approx(2)
    assert there.sentence == (
        "hawk chooses x, but with the weights of the theories of dove would choose y, 2.00 points ahead of the next (error 0.00)."
    )


def test_two_assumptions_where_one_is_a_tie() -> None:
    """x gains 1 territory for 1 death. 3 - 1 > 0 for the hawk, 1 - 2 < 0 for the dove; 3 - 2 > 0; 1 - 1 = 0 is no choice. The dove needs one."""
    hawk = ReaderAssumptions("hawk", {"P": 1}, {"territory": 3, "deaths": -1})
    dove = ReaderAssumptions("dove", {"P": 1}, {"territory": 1, "deaths": -2})
    there, back = crux(certain([[[1], [1]], [[0], [0]]]), hawk, dove).turns
    assert there.assumptions == ("the points of territory", "the points of deaths") and there.searched == 2
    assert back.assumptions == ("the points of territory",) and back.searched == 1 and back.others == ()
    none = crux(certain([[[1], [1]], [[0], [0]]]), hawk, dove, most=1).turns[0]
    assert none.assumptions is None and none.after is None and none.searched == 1
    assert none.sentence == "No one of the 2 assumptions on which they differ makes hawk choose y; all of them would."


def test_of_two_single_assumptions_the_stronger_is_named() -> None:
    """x - y = 2 with the hawk's points; the dove's deaths make it -3, its cost -1."""
    hawk = ReaderAssumptions("hawk", {"P": 1}, {"territory": 4, "deaths": -1, "cost": -1})
    dove = ReaderAssumptions("dove", {"P": 1}, {"territory": 4, "deaths": -6, "cost": -4})
    there, _ = crux(certain([[[1], [1], [1]], [[0], [0], [0]]]), hawk, dove).turns
    assert there.assumptions == ("the points of deaths",) and there.others == (("the points of cost",),)
    assert there.before.mean == pytest.approx(2) and there.after is not None and there.after.mean == pytest.approx(3)
    assert there.sentence.endswith("1 other set of 1 would do it too.")


def test_a_third_strategy_in_the_way() -> None:
    """With the dove's weights of P and Q alone z is best, so that they do not make the hawk choose y; its points of deaths are needed too."""
    table = [[[9, 0], [0, 0]], [[3, 3], [0, 0]], [[0, 8], [3, 3]]]
    hawk = ReaderAssumptions("hawk", {"P": 9, "Q": 1}, {"territory": 1, "deaths": 0})
    dove = ReaderAssumptions("dove", {"P": 1, "Q": 4}, {"territory": 1, "deaths": -2})
    there, back = crux(certain(table), hawk, dove).turns
    assert (there.wanted, there.assumptions) == ("y", (THEORIES, "the points of deaths"))
    assert back.assumptions == (THEORIES,)


def test_a_parameter_is_the_crux() -> None:
    """x is worth 1 in one half of the draws and -1 in the other; .75 and .25 of the weight: .5 ahead, and 25.6 of 32 draws speak."""
    by_draw = np.zeros((2, 1, 1, 32))
    by_draw[0, 0, 0] = np.tile([1.0, -1.0], 16)
    up, down = np.tile(np.log([1.5, 0.5]), 16), np.tile(np.log([0.5, 1.5]), 16)
    hawk, dove = (
        ReaderAssumptions("hawk", {"P": 1}, ONE, {"will": up}),
        ReaderAssumptions("dove", {"P": 1}, ONE, {"will": down, "luck": np.full(32, 3.0)}),
    )
    found = crux(at_hand(by_draw), hawk, dove)
    assert found.differ == ("the distribution of will",) and found.turns[0].assumptions == found.differ
    assert found.turns[0].before.mean == pytest.approx(0.5) and found.turns[0].after is not None
    assert found.turns[0].after.mean == pytest.approx(0.5) and found.turns[0].effective == pytest.approx(25.6)


def test_blocks_of_theories() -> None:
    """Of four theories the hawk gives .7 .1 .1 .1, the dove .2 .6 .1 .1. With the dove's P the hawk's x is worth 2 < 3; with its Q, P keeps
    .7/.9 of what is left, and x is worth 10 x .4 x 7/9 = 3.11. The dove's x is worth 7 with the hawk's P, and 10 x .9 x 2/4 = 4.5 with its Q."""
    hawk = ReaderAssumptions("hawk", {"P": 7, "Q": 1, "R": 1, "S": 1}, ONE)
    dove = ReaderAssumptions("dove", {"P": 2, "Q": 6, "R": 1, "S": 1}, ONE)
    table = [[[10, 0, 0, 0]], [[3, 3, 3, 3]]]
    found = crux(certain(table), hawk, dove, blocks={"P": "P", "Q": "Q", "the others": "RS"})
    assert found.differ == ("the weight of P", "the weight of Q")
    there, back = found.turns
    assert there.assumptions == ("the weight of P",) and there.others == ()
    assert back.assumptions == ("the weight of P",) and back.others == (("the weight of Q",),)
    assert back.after is not None and back.after.mean == pytest.approx(4)


def test_a_block_that_held_everything() -> None:
    """The hawk is sure of P. With the dove's .2 of it, the rest is divided as the dove does: .5 and .3, so that y is worth 5 - 2."""
    table = [[[1, 1, 1]], [[0, 10, -20 / 3]]]
    hawk, dove = ReaderAssumptions("hawk", {"P": 1, "Q": 0, "R": 0}, ONE), ReaderAssumptions("dove", {"P": 2, "Q": 5, "R": 3}, ONE)
    there = crux(certain(table), hawk, dove, blocks={"P": "P", "Q": "Q", "R": "R"}).turns[0]
    assert ("the weight of P",) in sets(there) and there.after is not None
    one = crux(certain(table), hawk, dove, blocks={"P": "P", "rest": "QR"}).turns[0]
    assert one.assumptions == ("the weight of P",) and one.after is not None and one.after.mean == pytest.approx(3 - 1)


def test_readers_who_agree_need_nothing() -> None:
    found = crux(
        certain([[[10, 0]], [[4, 4]]]), ReaderAssumptions("a", {"P": 1, "Q": 0}, ONE), ReaderAssumptions("b", {"P": 3, "Q": 1}, ONE)
    )
    assert [turn.assumptions for turn in found.turns] == [(), ()] and found.differ == (THEORIES,)
    assert found.turns[0].sentence == "a and b both choose x."


def test_a_turn_within_error_says_so() -> None:
    by_draw = np.random.default_rng(0).normal(size=(2, 1, 2, 64))
    by_draw -= by_draw.mean(axis=3, keepdims=True)
    by_draw[0, 0] += np.array([[1.0], [-0.01]])
    there = crux(
        at_hand(by_draw), ReaderAssumptions("a", {"P": 1, "Q": 0}, ONE), ReaderAssumptions("b", {"P": 0, "Q": 1}, ONE)
    ).turns[0]
    assert there.after is not None and there.after.se > there.after.mean > 0 and "may be chance" in there.sentence


# --- by a search written anew


def best(found: MeasuredOutcomes, weights: np.ndarray, points: np.ndarray, logs: np.ndarray) -> tuple[int, np.ndarray]:
    """The choice and the values, by loops."""
    draws = found.weight * np.exp(logs.sum(axis=0))
    value = np.zeros(len(found.strategies))
    for m, each in enumerate(points):
        for t, share in enumerate(weights):
            value += each * share * (found.by_draw[:, m, t] * draws).sum(axis=1) / draws.sum()
    return int(value.argmax()), value


@pytest.mark.parametrize("seed", range(25))
def test_the_search_finds_what_whole_readers_find(seed: int) -> None:
    """Three measures, three theories, two parameters: every subset of the six assumptions as a reader of its own."""
    rng = np.random.default_rng(seed)
    found = at_hand(rng.normal(size=(3, 3, 3, 48)), weight=rng.dirichlet(np.ones(48)))
    weights, points, logs = rng.dirichlet(np.ones(3), size=2), rng.normal(size=(2, 3)), rng.normal(size=(2, 2, 48))
    readers = [
        ReaderAssumptions(
            name, dict(zip("PQR", w, strict=True)), dict(zip(found.measures, p, strict=True)), {"will": g[0], "gain": g[1]}
        )
        for name, w, p, g in zip(("a", "b"), weights, points, logs, strict=True)
    ]
    labels = (THEORIES, *(f"the points of {m}" for m in found.measures), "the distribution of will", "the distribution of gain")
    result = crux(found, *readers, most=6)
    for own, turn in enumerate(result.turns):
        theirs = 1 - own
        mine, before = best(found, weights[own], points[own], logs[own])
        wanted, _ = best(found, weights[theirs], points[theirs], logs[theirs])
        if mine == wanted:
            assert turn.assumptions == ()
            continue
        hits: dict[tuple[str, ...], float] = {}
        for size in range(1, 7):
            for chosen in combinations(range(6), size):
                w = weights[theirs if 0 in chosen else own]
                p = np.where([k in chosen for k in (1, 2, 3)], points[theirs], points[own])
                g = np.where([[k in chosen] for k in (4, 5)], logs[theirs], logs[own])
                choice, value = best(found, w, p, g)
                if choice == wanted:
                    hits[tuple(labels[k] for k in chosen)] = value[wanted] - value[mine] - (before[wanted] - before[mine])
            if hits:
                break
        assert sets(turn) == set(hits) and turn.assumptions == max(hits, key=lambda one: hits[one])


def test_too_many_sets_are_not_searched() -> None:
    """250 measures that matter alike: no pair of them turns the reader, and the triples are too many."""
    names = [f"m{k}" for k in range(250)]
    table = np.zeros((2, 250, 1, K))
    table[0] = 1.0
    found = at_hand(table, names)
    a, b = ReaderAssumptions("a", {"P": 1}, dict.fromkeys(names, 1.0)), ReaderAssumptions("b", {"P": 1}, dict.fromkeys(names, -1.0))
    turn = crux(found, a, b, most=3).turns[0]
    assert turn.assumptions is None and turn.searched == 1 and "No one of the 250" in turn.sentence


# --- observations

SHARP = Observation("agents", ("P", "Q"), ("p", "q"), np.array([[0.9, 0.1], [0.1, 0.9]]), cost=5)
BLUNT = Observation("rumours", ("P", "Q"), ("p", "q"), np.array([[0.7, 0.3], [0.3, 0.7]]), cost=1)
ONE_SIDED = Observation("parade", ("P", "Q"), ("seen", "not seen"), np.array([[0.5, 0.5], [0.01, 0.99]]), cost=2)
HAWK, DOVE = ReaderAssumptions("hawk", {"P": 4, "Q": 1}, ONE), ReaderAssumptions("dove", {"P": 1, "Q": 4}, ONE)
EVEN = certain([[[1, -1]], [[0, 0]]])


def test_the_cheapest_observation_that_moves_both() -> None:
    """Odds of 4 to 1 either way. A sign right with .9 turns either (9 > 4), one right with .7 neither (7/3 < 4); the parade only if seen:
    .8 x .5 + .2 x .01 = .402 for the hawk, .2 x .5 + .8 x .01 = .108 for the dove."""
    found = cheapest_observation(EVEN, HAWK, DOVE, [SHARP, BLUNT, ONE_SIDED], 0.95)
    assert found.chosen == "agents" and not found.already
    assert [agree.probability for row in found.rows for agree in row.agree] == pytest.approx([1, 1, 0, 0, 0.402, 0.108])
    assert found.rows[2].agree[0] == pytest.approx((0.402, 0.402, 0.402))
    assert found.sentence.startswith("After agents (cost 5) both would choose alike with probability 100% in the eyes of hawk")
    assert cheapest_observation(EVEN, HAWK, DOVE, [SHARP, BLUNT, ONE_SIDED], 0.1).chosen == "parade"
    none = cheapest_observation(EVEN, HAWK, DOVE, [BLUNT, ONE_SIDED], 0.2)
    assert none.chosen is None and none.sentence == "None of 2 observations brings hawk and dove together with probability 20%."


def test_a_message_that_one_thinks_impossible_brings_nobody_together() -> None:
    """The dogmatic reader gives P nothing and cannot be moved; the other agrees when convinced: with probability .8 x .1 + .2 x .9 = .26."""
    dogma = ReaderAssumptions("dogma", {"P": 0, "Q": 1}, ONE)
    found = cheapest_observation(EVEN, HAWK, dogma, [SHARP], 0.1)
    assert [agree.probability for agree in found.rows[0].agree] == pytest.approx([0.26, 0.9])
    perfect = Observation("proof", ("P", "Q"), ("p", "q"), np.eye(2))
    assert [agree.probability for agree in cheapest_observation(EVEN, HAWK, dogma, [perfect], 0.1).rows[0].agree] == pytest.approx(
        [0.2, 1]
    )


def test_choices_within_error_widen_the_range() -> None:
    """After "q" the hawk's posterior difference is .08 - .18 = -.1 of the stake; noise makes it uncertain, and so the agreement."""
    noise = np.random.default_rng(1).normal(size=(2, 1, 2, 64))
    noise -= noise.mean(axis=3, keepdims=True)
    loud = at_hand(EVEN.by_draw[..., :1] + 20 * noise)
    found = cheapest_observation(loud, HAWK, DOVE, [SHARP], 0.95)
    assert found.rows[0].agree[0] == pytest.approx((1, 0, 1)) and "may be chance" in found.sentence


def test_readers_who_agree_need_no_observation() -> None:
    found = cheapest_observation(EVEN, HAWK, ReaderAssumptions("other", {"P": 2, "Q": 1}, ONE), [SHARP], 0.5)
    assert found.already and found.chosen is None and "already" in found.sentence


# --- what has no meaning


def test_weights_of_tilted_draws() -> None:
    assert weighted(np.array([0.5, 0.5, 0]), np.array([[0.0, math.log(3), 99]]), "a") == pytest.approx([0.25, 0.75, 0])
    assert weighted(np.array([0.5, 0.5]), np.array([[-math.inf, 900.0]]), "a") == pytest.approx([0, 1])


def test_what_has_no_meaning_is_refused() -> None:
    given = certain([[[1, 0]], [[0, 1]]])
    a, b = ReaderAssumptions("a", {"P": 1, "Q": 0}, ONE), ReaderAssumptions("b", {"P": 0, "Q": 1}, ONE)
    for wrong, says in (
        (lambda: crux(certain([[[1, 0]]]), a, b), "one strategy"),
        (lambda: crux(given, a, a), "called a"),
        (lambda: crux(given, a, b, most=0), "up to 0"),
        (lambda: crux(given, a, ReaderAssumptions("b", {"P": 1}, ONE)), "no weight for Q"),
        (lambda: crux(given, a, ReaderAssumptions("b", {"P": 0, "Q": 0}, ONE)), "all weights"),
        (lambda: crux(given, a, ReaderAssumptions("b", {"P": 1, "Q": 1}, {"territorry": 1})), "Did you mean territory"),
        (lambda: crux(given, a, ReaderAssumptions("b", {"P": 1, "Q": 1}, {})), "no measure"),
        (lambda: crux(given, a, ReaderAssumptions("b", {"P": 1, "Q": 1}, {"territory": math.nan})), "not finite"),
        (lambda: crux(given, a, ReaderAssumptions("b", {"P": 1, "Q": 1}, ONE, {"will": np.zeros(3)})), "16 numbers"),
        (lambda: crux(given, a, ReaderAssumptions("b", {"P": 1, "Q": 1}, ONE, {"will": np.full(16, math.nan)})), "16 numbers"),
        (
            lambda: crux(given, a, ReaderAssumptions("b", {"P": 1, "Q": 1}, ONE, {"will": np.full(16, -math.inf)})),
            "b: no draw is possible",
        ),
        (lambda: crux(given, a, b, blocks={"one": ["P"]}), "every theory once"),
        (lambda: crux(given, a, b, blocks={"one": ["P", "Z"]}), '"Z" was not run'),
        (lambda: cheapest_observation(given, a, b, [], 0.5), "at least one"),
        (lambda: cheapest_observation(given, a, b, [SHARP, SHARP], 0.5), "its own name"),
        (lambda: cheapest_observation(given, a, b, [SHARP], 0), "probability of 0"),
        (lambda: cheapest_observation(given, a, b, [Observation("o", ("P",), ("m",), np.ones((1, 1)))], 0.5), 'nothing of "Q"'),
    ):
        with pytest.raises(DecisionError, match=says):
            wrong()
