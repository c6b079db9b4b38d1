"""A posterior carried to another month: what is carried, by whose name, jointly; and Omega before and after, with honest errors."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from countermove.behaviour.table import THEORIES
from countermove.compute.local import Local
from countermove.engine.draws import VECTOR, Draws, prior_draws
from countermove.engine.offset import omega_of, run_effects
from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import Batch
from countermove.questions.weigh.finding_offset import OmegaBeforeAfter
from countermove.questions.weigh.posterior_draws import CarriedNumber, carried_draws, carried_numbers, resampled_places
from countermove.questions.weigh.posterior_offset import OmegaEffort, TheoryPosterior, posterior_omega
from countermove.scenario.read import read
from countermove.world.plan import Command, Plan

EFFORT = OmegaEffort(draws=256, lucks=8, chunk=256)
BATCH = Command(rung=4, volume=(0.0, 0.03, 47.0, 3))
NAMES = ("inertia", "spigot", "richardson")
MOSCOW = 1


@cache
def program() -> Program:
    compiled = compile_scenario(read("donbas-2017"), [THEORIES[name] for name in NAMES])
    return compiled.with_plans((Plan("batch", moves=((0, BATCH),), first_delivery=4),))


@cache
def replay() -> Program:
    return compile_scenario(read("donbas-2014"), [THEORIES[name] for name in NAMES])


@cache
def swapped() -> Program:
    """The replay written by Moscow: it and its client come first."""
    scenario = read("donbas-2014")
    assert scenario.objective is not None
    return compile_scenario(scenario.model_copy(update={"objective": scenario.objective.model_copy(update={"of": "moscow"})}))


@cache
def some(draws: int = 256) -> Draws:
    """A made-up posterior with weights that differ."""
    weight = np.random.default_rng(2).exponential(size=draws)
    return replace(prior_draws(replay(), draws, 7), weight=weight / weight.sum())


@cache
def both() -> tuple[Draws, Draws]:
    """Learnt draws and prior draws."""
    return carried_draws(program(), replay(), some(), 128, 0), prior_draws(program(), 128, 0)


def where(draws: Draws, chosen: np.ndarray) -> Draws:
    """The chosen draws alone, with equal weights."""
    values = {name: value[..., chosen] if value.shape[-1] > 1 else value for name, value in draws.values.items()}
    experts = {name: who[chosen] for name, who in draws.experts.items()}
    return Draws(values, np.full(len(chosen), 1 / len(chosen)), draws.others[:, chosen], experts, draws.seed)


@cache
def plenty() -> Draws:
    return prior_draws(replay(), 512, 7)


def by_gain() -> np.ndarray:
    """Which of them is which by the gain of the mutual race, the least first [D]."""
    return np.argsort(plenty().values["richardson.gain"][MOSCOW])


def column(owner: Program, draws: Draws, name: str, place: int) -> np.ndarray:
    """The values of one number: [D], [3, D] for rows of probabilities."""
    value = draws.values[name]
    return value[:, place] if owner.priors[name][0].kind == VECTOR else value if name in owner.worldwide else value[place]


def only(rows: tuple[OmegaBeforeAfter, ...], theory: str, on: str = "balance") -> OmegaBeforeAfter:
    (row,) = (row for row in rows if row.theory == theory and row.on == on)
    return row


def told(*posteriors: TheoryPosterior) -> tuple[OmegaBeforeAfter, ...]:
    return posterior_omega(program(), replay(), posteriors, Local(1), EFFORT)


# --- what is carried


def names_shared(program: Program, replay: Program) -> list[str]:
    """What is taken from the posterior, in words."""
    return [str(one) for one in carried_numbers(program, replay)]


def test_numbers_that_mean_the_same_are_carried() -> None:
    names = names_shared(program(), replay())
    carried = {"spigot.gain of moscow", "support.persistence of moscow", "attrition.lethality of kyiv", "territory.pace"}
    assert carried | {"will.level of moscow", "switching.from-rescue of moscow", "side.slack of kyiv"} <= set(names)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "side.personnel",
            "side.heavy",
            "side.target",
            "patron.baseline",
            "support.start",
        ),  # of another month, whatever the prior
        *("opening.held", "alliance.readiness", "spigot.line", "spigot.overshoot", "richardson.grievance", "civilians.ratio"),
        "opportunist.margin",  # the same prior, but from the start in 2018 and from zero in 2014
        "attrition.intensity-positional",  # certain
    ],
)
def test_numbers_of_another_month_or_meaning_stay(name: str) -> None:
    """Not carried, and the program's own prior draws, bit for bit."""
    assert all(one.name != name for one in carried_numbers(program(), replay()))
    learnt, mine = both()
    np.testing.assert_array_equal(learnt.values[name], mine.values[name])


def test_lines_are_carried_between_starts_that_measure_alike() -> None:
    """Two fronts that are not settled measure lines from zero; grievance is free in both."""
    later = read("donbas-2014")
    later = later.model_copy(update={"clock": later.clock.model_copy(update={"start": later.clock.start + 12})})
    names = names_shared(compile_scenario(later), replay())
    wanted = {
        "spigot.line of moscow",
        "opportunist.margin of moscow",
        "richardson.grievance of moscow",
        "spigot.overshoot of moscow",
    }
    assert wanted <= set(names)
    assert not any(name.startswith(("side.personnel", "patron.baseline", "opening.")) for name in names)


def test_a_prior_that_differs_is_not_carried() -> None:
    """Even where only the bounds differ."""
    prior = program().priors["territory.pace"][0]
    other = replace(program(), priors={**program().priors, "territory.pace": (replace(prior, low=0.1),)})
    assert "territory.pace" in names_shared(program(), replay())
    assert "territory.pace" not in names_shared(other, replay())
    renamed = replace(program(), priors={**program().priors, "territory.pace": (replace(prior, source="elsewhere"),)})
    assert "territory.pace" in names_shared(renamed, replay())


def test_actors_are_matched_by_name_not_by_place() -> None:
    """Moscow stands first in the other replay and its client too; numbers that speak of "the owner" stay, as that is someone else."""
    assert swapped().cast.patrons == ("moscow", "washington") and swapped().cast.sides == ("separatists", "kyiv")
    found = carried_numbers(program(), swapped())
    assert CarriedNumber("spigot.gain", "moscow", 1, 0) in found and CarriedNumber("attrition.lethality", "kyiv", 0, 1) in found
    assert not {"truces.break-aid-owner", "pretext.talks", "spread.clash-top"} & {one.name for one in found}
    given = prior_draws(swapped(), 64, 5)
    index, learnt = resampled_places(given, 32, 0), carried_draws(program(), swapped(), given, 32, 0)
    np.testing.assert_array_equal(learnt.values["spigot.gain"][1], given.values["spigot.gain"][0, index])
    np.testing.assert_array_equal(learnt.values["attrition.lethality"][0], given.values["attrition.lethality"][1, index])
    rows = "switching.from-rescue"
    np.testing.assert_array_equal(learnt.values[rows][:, 1], given.values[rows][:, 0, index])


def test_what_is_carried_is_joint() -> None:
    """All numbers of a learnt draw are those of one and the same posterior draw, and shapes stay as they were."""
    learnt, mine = both()
    index = resampled_places(some(), 128, 0)
    assert {n: v.shape for n, v in learnt.values.items()} == {n: v.shape for n, v in mine.values.items()}
    for one in carried_numbers(program(), replay()):
        own = column(program(), learnt, one.name, one.here)
        np.testing.assert_array_equal(own, column(replay(), some(), one.name, one.there)[..., index], err_msg=str(one))
    assert learnt.weight.sum() == pytest.approx(1) and learnt.seed == 0


def test_a_war_that_replays_itself_learns_everything() -> None:
    """The same first day: start states too."""
    given = prior_draws(replay(), 64, 5)
    index, learnt = resampled_places(given, 32, 0), carried_draws(replay(), replay(), given, 32, 0)
    for name, value in given.take(index).items():
        np.testing.assert_array_equal(learnt.values[name], value, err_msg=name)


def with_london(scenario: str, first: str, theories: tuple[str, ...]) -> Program:
    """A third patron, who supports Kyiv, before Moscow or after it."""
    war = read(scenario)
    london = war.patrons["moscow"].model_copy(update={"supports": "kyiv"})
    patrons = {**war.patrons, "london": london}
    ordered = {name: patrons[name] for name in ("washington", first, *patrons)}
    return compile_scenario(war.model_copy(update={"patrons": ordered}), [THEORIES[name] for name in theories])


def test_theories_of_other_patrons_are_carried_by_name() -> None:
    """Of the patron and of the theory: both stand at other places in the replay."""
    mine, its = with_london("donbas-2017", "moscow", NAMES), with_london("donbas-2014", "london", NAMES[::-1])
    assert (mine.cast.patrons.index("london"), its.cast.patrons.index("london")) == (2, 1)
    given = prior_draws(its, 64, 5)
    index, learnt = resampled_places(given, 32, 0), carried_draws(mine, its, given, 32, 0)
    said = [NAMES[k] for k in learnt.others[2]]
    assert said == [NAMES[::-1][k] for k in given.others[1, index]] and len(set(said)) == 3
    np.testing.assert_array_equal(learnt.values["spigot.gain"][1], given.values["spigot.gain"][2, index])


def test_draws_stand_there_their_share_of_times() -> None:
    """Systematic: no draw is one time off its share; the same seed gives the same bits, another one others."""
    counts = np.bincount(resampled_places(some(), 1000, 3), minlength=256)
    assert np.abs(counts - 1000 * some().weight).max() < 1
    one, same, other = (carried_draws(program(), replay(), some(), 128, seed) for seed in (3, 3, 4))
    assert all((one.values[name] == same.values[name]).all() for name in one.values)
    assert (one.values["spigot.gain"] != other.values["spigot.gain"]).any()


# --- Omega before and after


@pytest.mark.slow
def test_inertia_undoes_nothing_before_and_after() -> None:
    rows = told(TheoryPosterior("inertia", some()))
    for row in rows:
        assert (row.prior.value, row.prior.se, row.posterior.value, row.posterior.se) == (0, 0, 0, 0), row
    assert {(row.theory, row.on) for row in rows} == {(t, on) for t in ("inertia", "weighted") for on in ("balance", "territory")}


def test_the_prior_is_the_offset_that_run_shows() -> None:
    """The same ratio of means and the same error over scrambles."""
    draws = prior_draws(program(), EFFORT.draws, EFFORT.seed)
    (found,) = run_effects(program(), Batch(draws, EFFORT.lucks, EFFORT.chunk, theories=("spigot",)), Local(1))
    for omega in omega_of(found, draws.scramble):
        row = only(told(TheoryPosterior("spigot", some())), "spigot", omega.on)
        assert (row.prior.value, row.prior.se) == pytest.approx((omega.value, omega.se), rel=1e-9)
        assert row.prior.share == pytest.approx(omega.share)


def test_a_posterior_of_high_gains_undoes_more() -> None:
    """The gain is what the mutual race answers arms with: the record that shows a high one raises Omega, one that shows a low one lowers it."""
    low, high = (
        only(told(TheoryPosterior("richardson", where(plenty(), chosen))), "richardson")
        for chosen in (by_gain()[:64], by_gain()[-64:])
    )
    assert high.prior == low.prior
    for less, more in ((low.posterior, low.prior), (high.prior, high.posterior)):
        assert more.value - less.value > 2 * np.hypot(more.se, less.se) and less.q50 < more.q50


def test_copies_do_not_make_the_error_small() -> None:
    """Four draws that stand there 64 times each are four draws, however often the record lists them; and populations that disagree count more
    than draws that do not."""
    four = [where(plenty(), np.arange(start, 512, 128)) for start in range(4)]
    wide = [only(told(TheoryPosterior("spigot", draws)), "spigot") for draws in four]
    narrow = only(told(TheoryPosterior("spigot", where(plenty(), np.arange(0, 512, 8)))), "spigot")
    assert [one.effective for one in wide] == [pytest.approx(4)] * 4 and narrow.effective == pytest.approx(64)
    # 4 times as large in the mean of squares; of a single four draws the error is too rough to say so
    assert np.sqrt(np.mean([one.posterior.se**2 for one in wide])) > 2 * narrow.posterior.se
    listed = TheoryPosterior("spigot", where(four[0], np.repeat(np.arange(4), 16)))
    assert only(told(listed), "spigot") == wide[0]
    apart = where(plenty(), by_gain()[::8])
    one, two = (only(told(TheoryPosterior("richardson", apart, populations=p)), "richardson").posterior for p in (1, 2))
    assert (one.value, one.q50) == (two.value, two.q50) and two.se > 1.5 * one.se


def test_near_copies_are_a_family() -> None:
    """A move of a few coordinates does not make an independent draw of a copy."""
    twice = where(some(), np.array([0, 1, 2, 0, 1]))
    assert TheoryPosterior("spigot", twice).families.tolist() == [0, 1, 2, 0, 1]
    gain = twice.values["spigot.gain"].copy()
    gain[MOSCOW, 3] = 0.123
    assert TheoryPosterior("spigot", replace(twice, values={**twice.values, "spigot.gain": gain})).families.tolist() == [
        0,
        1,
        2,
        0,
        1,
    ]


def test_over_theories() -> None:
    """Weights before for the prior, after for the posterior; a theory alone is itself; errors of the evidences add to the error."""
    pair = (TheoryPosterior("inertia", some(), prior=1.0, weight=0.0), TheoryPosterior("spigot", some(), prior=1.0, weight=3.0))
    rows = told(*pair)
    spigot, both = only(rows, "spigot"), only(rows, "weighted")
    assert (both.posterior, both.effective) == (spigot.posterior, spigot.effective)
    assert 0 < both.prior.value < spigot.prior.value
    even = tuple(replace(one, weight=1.0) for one in pair)
    sure, rough = only(told(*even), "weighted"), only(told(*(replace(one, sd=0.7) for one in even)), "weighted")
    assert sure.posterior.value == rough.posterior.value and sure.prior == rough.prior
    # half and half, logs apart by normals of sd .7 sqrt(2): the weight moves by a quarter of it (delta method; a little less in truth)
    expected = 0.25 * 0.7 * np.sqrt(2) * spigot.posterior.value
    added = np.sqrt(rough.posterior.se**2 - sure.posterior.se**2)
    assert added == pytest.approx(expected, rel=0.25)
    low, high = rough.posterior.interval
    assert low < rough.posterior.value < high


def test_a_replay_of_another_patron_teaches_nothing() -> None:
    """Its theories are another's; and a plan without dated arms has no offset."""
    assert posterior_omega(program(), swapped(), [TheoryPosterior("spigot", prior_draws(swapped(), 16, 0))], Local(1), EFFORT) == ()
    quiet = program().with_plans((Plan("wait"),))
    assert posterior_omega(quiet, replay(), [TheoryPosterior("spigot", some())], Local(1), EFFORT) == ()
