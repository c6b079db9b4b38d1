"""Which theory a player looks like: right at the rate of its matrix, right about an exact player, and silent where nothing was ordered."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import stats

from builders.places import FILES
from builders.wars import compiled
from countermove.errors import RunError
from countermove.play.player import Confusion, Path, Weighed, Weigher, _farther
from countermove.play.player_course import Course, Walked, walk
from countermove.play.player_months import lanes_of
from countermove.play.war import PERSON, Cards, War
from countermove.scenario.seat_orders import SeatOrders

SMALL = FILES / "wars" / "war.yaml"
PEOPLE = War(compiled(SMALL), Cards(0, 7, 3), dict.fromkeys(("eagle", "bear", "north", "south"), PERSON))
FALSE_ALARM = 0.01  # of each of the two tests of calibration; seeds are fixed


@cache
def played(months: int) -> Walked:
    """A war in which the bear orders something every month."""
    return walk(PEOPLE, Course([{"bear": SeatOrders(support=5.0)}] * months))


def right_by_luck(found: Confusion) -> float:
    """The p-value of how many of the likeliest theories are right, if each is with the probability that it is given (equal priors)."""
    flat = replace(found.weighed, prior=np.full(len(found.theories), 1 / len(found.theories)))
    top = flat.posterior.max(axis=1)
    right = (flat.posterior.argmax(axis=1) == found.truth).sum()
    return float(2 * stats.norm.sf(abs(right - top.sum()) / np.sqrt((top * (1 - top)).sum())))


def outcomes(found: Confusion) -> list[int]:
    """Players named rightly, wrongly, and not at all."""
    named, right = found.hits
    return [right, named - right, len(found.truth) - named]


def same_rates(one: Confusion, other: Confusion) -> float:
    """The p-value of that both have the same rates."""
    table = np.array([outcomes(one), outcomes(other)])
    return float(stats.chi2_contingency(table[:, table.any(axis=0)]).pvalue)


def test_players_are_named_at_the_rate_of_the_matrix() -> None:
    """Fresh players of every theory: the likeliest is right as often as it is likely, and names are right as often as in the matrix."""
    weigher = Weigher(PEOPLE, "bear", draws=64)
    matrix, fresh = (weigher.confusion(played(8), each=64, seed=seed) for seed in (1, 2))
    assert right_by_luck(fresh) > FALSE_ALARM
    assert same_rates(matrix, fresh) > FALSE_ALARM
    assert outcomes(fresh)[0] > 2 * outcomes(fresh)[1] > 0
    assert matrix.counts.sum(axis=1).tolist() == [64] * len(matrix.theories)


@pytest.mark.slow
def test_two_hundred_players_are_named_at_the_rate_of_the_matrix() -> None:
    """The acceptance: in the war of the tutorial's successors, over a year and over two."""
    program = compiled("donbas-2017")
    war = War(program, Cards(0, 7, 3), dict.fromkeys(("washington", "moscow"), PERSON))
    weigher = Weigher(war, "moscow")
    for months in (12, 24):
        walked = walk(war, Course([{"moscow": SeatOrders(support=5.0)}] * months))
        matrix, fresh = weigher.confusion(walked), weigher.confusion(walked, each=30, seed=99)
        assert len(fresh.truth) >= 200
        assert right_by_luck(fresh) > FALSE_ALARM
        assert same_rates(matrix, fresh) > FALSE_ALARM


def test_a_simulated_player_is_the_person_who_orders_the_same() -> None:
    """What a lane sees and what is made of it is what the table makes of the same orders under the same luck, to a rounding."""
    weigher = Weigher(PEOPLE, "bear", draws=64)
    truth = np.array([weigher.names.index("spigot")])
    made = weigher.players(played(8), truth, 5, np.array([PEOPLE.cards.luck]))
    orders = [
        {"bear": SeatOrders(support=float(aim), exit=bool(leaves) or None)}
        for aim, leaves in zip(made.aims[:, 0], made.leaves[:, 0], strict=True)
    ]
    seen = weigher.path(walk(PEOPLE, Course(orders)))
    for one, other in zip(made.seen, seen.seen, strict=True):
        np.testing.assert_allclose(one.view.shortfall, other.view.shortfall, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(one.view.support, other.view.support, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(weigher.weigh(made).logs, weigher.weigh(seen).logs, rtol=1e-3, atol=1e-3)


def test_months_without_an_order_tell_nothing() -> None:
    """Who never orders anything looks like no theory: the posterior is the prior, and nobody is named."""
    silent = Weigher(PEOPLE, "bear", draws=64).likeness(walk(PEOPLE, Course([{}] * 8)), each=2)
    np.testing.assert_allclose(silent.posterior, silent.weighed.prior, rtol=1e-6)
    assert silent.named == ""
    assert silent.confusion.counts[:, -1].sum() == len(silent.confusion.truth)


def test_simulated_players_order_in_the_months_in_which_the_person_did() -> None:
    """In all others they keep what they aimed at, and nobody leaves; the first aim of all is what the patron gave on the first day."""
    weigher = Weigher(PEOPLE, "bear", draws=64)
    walked = walk(PEOPLE, Course([{"bear": SeatOrders(support=5.0)} if month in (2, 5) else {} for month in range(8)]))
    made = weigher.players(walked, np.repeat(np.arange(len(weigher.names)), 32), 1)
    np.testing.assert_allclose(made.aims[:2], walked.standings[0].aims[1, 0], rtol=1e-6)
    assert (made.aims[2:5] == made.aims[2]).all() and (made.aims[5:] == made.aims[5]).all() and (made.aims[5] != made.aims[2]).any()
    assert not made.leaves[[0, 1, 3, 4, 6, 7]].any()
    assert set(made.heard.tolist()) <= {0, 1, 2} and (made.heard[made.leaves[2] > 0] <= 1).all() and (made.heard == 2).mean() > 0.9


def test_only_months_that_were_heard_count() -> None:
    """Orders after leaving are none; and a path is as strange as it is by the month, not as it is long."""
    gone = walk(PEOPLE, Course([{"bear": SeatOrders(support=5.0, exit=month == 2 or None)} for month in range(8)]))
    like = Weigher(PEOPLE, "bear", draws=64).likeness(gone, each=2)
    assert like.ordered == 3
    one, many = (
        Weighed(np.ones(1), np.array(logs)[:, None], np.zeros((len(logs), 1)), np.array(heard))
        for logs, heard in (([-5.0], [5]), ([-10.0, -4.0, -6.0, -0.5], [10, 2, 8, 1]))
    )
    assert _farther(one, Confusion(("only",), np.zeros(4, int), many)) == [0.5]  # -1, -2, -0.75 and -0.5 a month, against -1


def test_draws_that_fill_no_lanes_are_refused() -> None:
    """In words."""
    for draws in (0, 100):
        with pytest.raises(RunError, match="A multiple of 64"):
            Weigher(PEOPLE, "bear", draws=draws)


def test_evidence_is_that_of_a_plain_sum() -> None:
    """Inertia by hand: the normal density about what is left of support, meaned over draws and sizes of noise."""
    weigher = Weigher(PEOPLE, "bear", draws=64)
    path = weigher.path(played(3))
    mind, place = weigher.minds[weigher.names.index("inertia")], weigher.names.index("inertia")
    rho, hazard = (np.asarray(mind.numbers[name], np.float64)[:, None] for name in ("support.persistence", "support.exit"))
    noise = np.asarray(mind.noise, np.float64)[None, :]
    logs = np.zeros((64, noise.size))
    for month, one in enumerate(path.seen):
        mean = rho * one.view.support + (1 - rho) * one.view.baseline
        logs += stats.norm.logpdf(path.aims[month, 0], mean, noise) - hazard
    assert weigher.weigh(path).logs[0, place] == pytest.approx(np.log(np.exp(logs).mean()), abs=1e-4)


def test_guesses_at_a_player_are_as_frequent_as_they_are_probable() -> None:
    """Each theory as often as its posterior says, with numbers from the draws, and a memory for each month."""
    weigher = Weigher(PEOPLE, "bear", draws=64)
    path = weigher.path(played(8))
    guessed = weigher.guess(path, 1000, 0)
    shares = [(guessed.theories == place).mean() for place in weigher.places]
    np.testing.assert_allclose(shares, weigher.weigh(path).posterior[0], atol=0.0011)
    assert set(guessed.numbers["spigot.gain"]) <= set(np.asarray(weigher.minds[0].numbers["spigot.gain"]))
    assert guessed.modes.shape == guessed.alarms.shape == (8, 1000)
    rescues = guessed.alarms[:, guessed.theories == weigher.places[weigher.names.index("spigot")]]
    assert not rescues[0].any() and set(np.unique(rescues)) == {0.0, 1.0}
    assert not guessed.alarms[:, guessed.theories == weigher.places[weigher.names.index("inertia")]].any()


def test_an_aim_at_the_edge_is_all_that_lies_beyond_it() -> None:
    """Nobody can give less than nothing or more than he has: such an aim says that he wanted no more, and no less."""
    weigher = Weigher(PEOPLE, "bear", draws=64)
    path = weigher.path(played(3))
    most = float(path.seen[0].most[0])
    grid = np.array([0.0, *np.linspace(1e-3, most * 0.999, 3000), most], np.float32)
    seen = lanes_of(path.seen[0], np.zeros(len(grid), int))
    chance = np.exp(weigher.weigh(Path([seen], grid[None], np.zeros((1, len(grid)), np.float32), path.ordered[:1])).logs)
    inside = np.trapezoid(chance[1:-1], grid[1:-1], axis=0)
    stays = np.exp(-np.asarray(weigher.minds[0].numbers["support.exit"], float)).mean()
    np.testing.assert_allclose(inside + chance[0] + chance[-1], stays, atol=0.01)


def test_a_seat_without_a_theory_is_refused() -> None:
    """The owner, a client, an observer, and a patron that a theory plays."""
    for war, seat in ((PEOPLE, "eagle"), (PEOPLE, "north"), (PEOPLE, "observer-1"), (War(PEOPLE.program, Cards()), "bear")):
        with pytest.raises(RunError, match="is no patron that a person plays"):
            Weigher(war, seat)
    with pytest.raises(RunError, match="no month was played"):
        walk(PEOPLE, Course([]))
