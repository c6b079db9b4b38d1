"""How far to trust it, in words: what sampling alone leaves of the gaps, the worst of them, and the equilibrium in the game beside the war."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from builders.ahead import solved
from countermove.questions.solve.finding import EquilibriumFound, GapFound, MeanError, Solved, left_by_sampling, mean_size
from countermove.questions.solve.trust import doubts_of, equilibrium, gap

TITLES = {"wait": "Wait", "arm": "Arm"}


def a_gap(mean: float, se: float, strategy: str = "wait") -> GapFound:
    """A game that is off by so much."""
    return GapFound(
        strategy=strategy,
        theory="spigot",
        simulator=MeanError(0.0, se),
        game=MeanError(mean, se),
        gap=MeanError(mean, se),
        outside=0.0,
        beyond=0.0,
    )


def an_equilibrium(**changes: object) -> EquilibriumFound:
    """One of the game's, worth 0.3 points more there than in the war."""
    gap, war = MeanError(0.3, 0.05), MeanError(-1.0, 0.04)
    found = EquilibriumFound(
        choice="best",
        game=-0.7,
        war=war,
        gap=gap,
        outside=0.02,
        beyond=0.1,
        behind=MeanError(0.0, 0.0),
        rival=(1.0,),
        rung=3.0,
        support=1.2,
        games=100,
        several=4,
        mixed=0,
        deviations=(),
    )
    return replace(found, **changes)  # type: ignore[arg-type]


def with_equilibria(*found: EquilibriumFound) -> Solved:
    """A finding that has them."""
    return replace(solved(TITLES), equilibria=found)


def test_sampling_alone_leaves_what_games_without_a_gap_show() -> None:
    """Gaps that are nothing but their errors, large and small: their mean size is what is said to be left."""
    rng = np.random.default_rng(0)
    errors = rng.uniform(0.1, 1.0, 20000)
    gaps = [a_gap(float(error * z), float(error)) for error, z in zip(errors, rng.normal(size=20000), strict=True)]
    assert left_by_sampling(gaps) == pytest.approx(mean_size(gaps), rel=0.02)
    assert left_by_sampling([a_gap(5.0, 1.0)]) == pytest.approx(math.sqrt(2 / math.pi))


def test_the_worst_gap_is_told_with_its_error() -> None:
    """And that it is the largest of several; the mean beside what sampling alone would leave."""
    said = list(gap(replace(solved(TITLES), gaps=(a_gap(0.5, 0.2), a_gap(-1.5, 0.4, "arm")))))
    assert "off by 1.00 points on average, where sampling alone would leave 0.24" in said[0]
    assert "the worst of 2 pairs, “Arm” if" in said[1] and said[1].endswith("is off by 1.5 ± 0.4 points")
    assert said[2].startswith("it is the largest of many")


def test_the_equilibrium_is_told_in_the_game_beside_the_war() -> None:
    """By how much it is worth more there, with its error, and how much of its play the game does not know."""
    said = " ".join(equilibrium(with_equilibria(an_equilibrium()), None))
    assert "in the game in which it was solved it is worth 0.30 ± 0.05 points more than in the war" in said
    assert "2.0% are in states that the game does not have, and 10.0% have moves beyond its own" in said
    unsure = " ".join(equilibrium(with_equilibria(an_equilibrium(gap=MeanError(0.3, 0.2))), None))
    assert "cannot be told from that: the game less the war is 0.3 ± 0.2 points" in unsure


@pytest.mark.parametrize(("off", "doubted"), [((0.3, 0.05), True), ((-0.3, 0.05), True), ((0.3, 0.2), False), ((0.05, 0.0), False)])
def test_an_equilibrium_that_the_war_does_not_bear_out_is_doubted(off: tuple[float, float], doubted: bool) -> None:
    """Where it is surely off by more than what matters, which is 0.1 here."""
    doubts = doubts_of(with_equilibria(an_equilibrium(gap=MeanError(*off))))
    assert any("perhaps none of the war" in one for one in doubts) == doubted


def test_the_best_and_the_worst_equilibrium_differ_in_the_war() -> None:
    """What parts them is played there, whatever the game says, and told only where its sign is certain."""
    worst = an_equilibrium(choice="worst", game=-9.0, behind=MeanError(0.2, 0.05))
    assert "makes 0.20 ± 0.05 points of difference in the war" in " ".join(
        equilibrium(with_equilibria(an_equilibrium(), worst), None)
    )
    same = replace(worst, behind=MeanError(0.2, 0.15))
    assert "no difference that can be told" in " ".join(equilibrium(with_equilibria(an_equilibrium(), same), None))
