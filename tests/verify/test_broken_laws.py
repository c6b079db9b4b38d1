"""A table of numbers is worth what its lines would say of a broken program: each law is broken in turn, and its line must notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from countermove.behaviour.table import THEORIES
from countermove.behaviour.theory import steady
from countermove.dynamics import attrition, bargain, clocks, posture, strength, supply, truces, upkeep
from countermove.engine import bargaining, battle, simulate
from countermove.verify import (
    Line,
    arms_race,
    bargain_laws,
    bargain_war,
    base_rates,
    combat,
    conservation,
    contest,
    crises,
    decision_tree,
    no_difference,
    offsets,
    open_loop,
    owner_estimates,
    regimes,
    silences,
    small_war,
    spigots,
    symmetry,
)
from countermove.verify.numpy_model import simulate as reference

Break = Callable[[pytest.MonkeyPatch], None]


def scaled(name: str, by: float, law: Callable[..., Any], at: int = 1) -> Callable[..., Any]:
    """The law with one parameter scaled; the parameters are its argument number `at`."""

    def broken(*given: Any, **named: Any) -> Any:
        numbers = dict(given[at])
        numbers[name] = numbers[name] * np.float32(by)
        return law(*given[:at], numbers, *given[at + 1 :], **named)

    return broken


def one_step_of_euler(cast: Any, rate: Any, fire: Any, force: Any) -> Any:
    return np.asarray(rate * (fire * force)[::-1] * (1 if cast.law[1] == 0 else force ** cast.law[1]))


def landed_at_dawn(rate: Any, force: Any, inflow: Any = None) -> Any:
    return attrition.square_law(rate, force if inflow is None else force + inflow)


def never_at_once(*given: Any) -> Any:
    *rest, hazards, u = given
    return truces.race(*rest, hazards._replace(fresh_breakdown=hazards.fresh_breakdown * 0), u)


def never_again(*given: Any) -> Any:
    *rest, hazards, u = given
    return truces.race(*rest, hazards._replace(recurrence=hazards.recurrence * 0), u)


def favoured(*given: Any, **named: Any) -> Any:
    hazard = posture_hazard(*given, **named)
    return hazard * np.array([[2.0], [1.0]], np.float32)


posture_hazard = posture.offensive_hazard


def with_lethality(by: float, law: Callable[..., Any]) -> Callable[..., Any]:
    """`paths` of a job whose lethality is off."""

    def broken(kernel: Any, job: Any) -> Any:
        params = {**job.params, "attrition.lethality": job.params["attrition.lethality"] * np.float32(by)}
        return law(kernel, job._replace(params=params))

    return broken


def with_number(name: str, value: float) -> Callable[..., Any]:
    """`paths` of a job in which one number is another."""

    def broken(kernel: Any, job: Any) -> Any:
        return simulate.paths(kernel, job._replace(params={**job.params, name: np.full_like(job.params[name], value)}))

    return broken


def dear(p: Any, dead: Any) -> Any:
    return 1.01 * bargain.cost_of_client(p, dead)


def feigned(*given: Any) -> Any:
    return 0.9 * guarantees(*given)


guarantees, share_expected = bargain.guarantees, bargain.expected_share


def hopeful(p: Any, front: Any, balance: Any) -> Any:
    return share_expected(p, front, balance + 0.01)


def closed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bargain_war, "THEORIES", {**THEORIES, "spigot": replace(THEORIES["spigot"], outlook=steady)})
    patch.setattr(bargain_laws, "bargain_war", bargain_war.bargain_war.__wrapped__)


def some_support(kernel: Any, job: Any) -> Any:
    return simulate.paths(
        kernel, job._replace(params={**job.params, "patron.baseline": job.params["patron.baseline"] + np.float32(3)})
    )


def lost_reply(*given: Any) -> Any:
    """The rival's reply reaches the front at half its worth, and inertia's a little."""
    found = np.array(effects(*given), np.float64)
    found[:, 1] = 0.5 * found[:, 1] + 0.5 * found[:, 0] * 0.99
    return found


effects = offsets.effects


def a_bit_more(view: Any, p: Any) -> Any:
    drive = THEORIES["richardson"].drive(view, p)
    return drive._replace(support=drive.support * 1.001)


def restless(patch: pytest.MonkeyPatch) -> None:
    two = {"inertia": THEORIES["inertia"], "richardson": replace(THEORIES["richardson"], drive=a_bit_more)}
    patch.setattr(no_difference, "THEORIES", two)
    patch.setattr(small_war, "THEORIES", {**THEORIES, **two})
    patch.setattr(no_difference, "small_war", small_war.small_war.__wrapped__)


def bolder(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(posture, "offensive_hazard", favoured)
    patch.setattr(symmetry, "THEORIES", {"inertia": THEORIES["inertia"]})
    patch.setattr(symmetry, "MONTHS", 4)


def gifts_from_nowhere(patch: pytest.MonkeyPatch) -> None:
    deliver = supply.deliver

    def doubled(p: Any, pipeline: Any) -> Any:
        arrived, rest = deliver(p, pipeline)
        return arrived * 1.01, rest

    def smaller(theories: tuple[str, ...], strategies: tuple[str, ...], draws: int, lucks: int) -> Any:
        # a size of its own, so that what is compiled under the broken law serves nobody else
        return small_war.small_war(theories, strategies, 48, 1)

    patch.setattr(supply, "deliver", doubled)
    patch.setattr(conservation, "small_war", smaller)


def instead(module: Any, name: str, broken: Callable[..., Any]) -> Break:
    """Break one name of one module."""
    return lambda patch: patch.setattr(module, name, broken)


quantal = scaled("rational.decisiveness", 1.05, contest.quantal_mean)
CASES: tuple[tuple[str, Callable[[], list[Line]], Break, str], ...] = (
    (
        "a coarse search",
        crises.bargaining,
        instead(crises, "peak", lambda worth, low, high: crises_peak(worth, low, high, 1)),
        "demanded",
    ),
    ("the best for any answer", silences.silences, instead(decision_tree, "mean", max), "answered at random"),
    (
        "plans left out",
        silences.commitments,
        instead(decision_tree, "product", lambda *cells: [tuple(one[-1] for one in cells)]),
        "is heard keeps",
    ),
    ("types not uniform", crises.audience, instead(crises, "points", lambda *a: crises_points(*a) ** 2), "probability of war"),
    ("slow clocks", crises.attrition, instead(crises, "time_to", lambda u, h: 1.05 * clocks.time_to(u, h)), "expected length"),
    ("a decisiveness that is off", contest.equilibria, instead(contest, "quantal_mean", quantal), "its effort"),
    ("a decisiveness that is off", contest.existence, instead(contest, "quantal_mean", quantal), "largest r"),
    ("a decisiveness that is off", contest.reactions, instead(contest, "quantal_mean", quantal), "offset r d/(1 + r d)"),
    (
        "tired patrons",
        arms_race.richardson,
        instead(arms_race, "drive", scaled("richardson.fatigue", 1.02, arms_race.drive)),
        "eigenvalue",
    ),
    (
        "aid counted twice",
        arms_race.richardson,
        instead(arms_race, "aid_against", lambda *a: 2 * arms_race_aid(*a)),
        "comes to rest",
    ),
    ("losses of the first instant", combat.laws, instead(combat, "square_law", lambda r, f: r * f[::-1]), "square-law invariant"),
    ("one step of Euler", combat.laws, instead(combat, "general_law", one_step_of_euler), "p = 1, q = 1/2"),
    ("one step of Euler", combat.laws, instead(combat, "general_law", one_step_of_euler), "order of the"),
    ("landed at dawn", combat.iwo_jima, instead(combat, "square_law", landed_at_dawn), "day 36"),
    ("no delay", spigots.loop, instead(spigots, "drive", scaled("spigot.delay", 0, spigots.drive)), "a delay of 2 months"),
    ("a gain that is off", spigots.loop, instead(spigots, "drive", scaled("spigot.gain", 1.05, spigots.drive)), "m* - w/(eta g)"),
    ("a gain that is off", spigots.duel, instead(spigots, "drive", scaled("spigot.gain", 1.05, spigots.drive)), "a = b"),
    (
        "a probability for a hazard",
        regimes.clocks,
        instead(regimes, "occurs", lambda u, h: np.asarray(u) < h),
        "nothing in 5 months",
    ),
    (
        "no recommitment broken at once",
        regimes.settlements,
        instead(regimes, "race", never_at_once),
        "months to the first settlement",
    ),
    ("a peace for ever", regimes.settlements, instead(regimes, "race", never_again), "wars that come back"),
    (
        "a mean that is off",
        no_difference.precision,
        instead(no_difference, "quantal_mean", lambda *a: 1.001 * contest_mean(*a)),
        "precision 0",
    ),
    ("a theory that drifts", no_difference.status_quo, restless, "richardson"),
    (
        "a patron who gives",
        no_difference.patron_without_support,
        instead(no_difference, "paths", some_support),
        "depend on who he is",
    ),
    ("weapons from nowhere", conservation.conservation, gifts_from_nowhere, "(engine): heavy"),
    ("one side is bolder", symmetry.symmetry, bolder, "differ in any bit"),
    (
        "weapons that help the enemy",
        open_loop.monotone,
        instead(battle, "strength", scaled("attrition.blunting", -0.3, strength.strength)),
        "fewer of its dead",
    ),
    ("a war that costs more", bargain_laws.fearon, instead(bargaining, "cost_of_client", dear), "room at costs"),
    ("guarantees that are off", bargain_laws.powell, instead(bargaining, "guarantees", feigned), "settled at guarantees of .51"),
    (
        "quick learners",
        bargain_laws.convergence,
        instead(bargaining, "terms", scaled("bargain.learning", 1.05, bargain.terms)),
        "closed form",
    ),
    (
        "a patron who does not mourn",
        bargain_laws.bereaved,
        instead(bargaining, "cost_of_patron", scaled("bargain.weight", 0.9, bargain.cost_of_patron, at=0)),
        "under pressure",
    ),
    ("a spigot that is not expected to open", bargain_laws.spigot, closed, "buy at the table"),
    (
        "stocks without end",
        bargain_laws.leaving,
        instead(bargaining, "sustainable_share", scaled("side.dependence", 0.9, upkeep.sustainable_share)),
        "d = 1",
    ),
    ("one camp's optimism", bargain_laws.laws, instead(bargain, "expected_share", hopeful), "terms and spoilers that differ"),
    (
        "a look believed too much",
        owner_estimates.estimates,
        instead(owner_estimates, "paths", with_number("observation.balance-error", 0.05)),
        "1 months",
    ),
    (
        "a low bar",
        owner_estimates.called,
        instead(owner_estimates, "paths", with_number("observation.losing", 1.0)),
        "losing falsely",
    ),
    (
        "a peace of its own",
        base_rates.unsettled,
        instead(base_rates, "paths", with_number("bargain.hazard", 0.01)),
        "a war is settled",
    ),
    ("half a reply", offsets.limits, instead(offsets, "effects", lost_reply), "offset of the spigot"),
    ("half a reply", offsets.limits, instead(offsets, "effects", lost_reply), "offset of inertia"),
    (
        "deadlier weapons",
        base_rates.engine_rates,
        instead(base_rates, "paths", with_lethality(1.25, simulate.paths)),
        "outside high intensity",
    ),
    (
        "deadlier weapons",
        base_rates.reference_rates,
        instead(base_rates, "simulate", scaled("attrition.lethality", 1.25, reference, at=3)),
        "outside high intensity",
    ),
)
crises_peak, crises_points, arms_race_aid, contest_mean = crises.peak, crises.points, arms_race.aid_against, contest.quantal_mean


SLOW = {  # those that compile the engine anew, or play many runs
    "a look believed too much",
    "a low bar",
    "a patron who gives",
    "a peace of its own",
    "a theory that drifts",
    "deadlier weapons",
    "half a reply",
    "no recommitment broken at once",
    "one side is bolder",
    "weapons from nowhere",
    "weapons that help the enemy",
}


@pytest.mark.parametrize(
    ("name", "check", "broken", "line"),
    [pytest.param(*case, marks=pytest.mark.slow if case[0] in SLOW else (), id=f"{case[0]}: {case[3]}") for case in CASES],
)
def test_a_broken_law_is_noticed(
    monkeypatch: pytest.MonkeyPatch, name: str, check: Callable[[], list[Line]], broken: Break, line: str
) -> None:
    broken(monkeypatch)
    failed = [found for found in check() if not found.ok]
    assert any(line in found.what for found in failed), f"{name}: {[found.what for found in failed]}"
