"""Wars that share a theory's gains, against closed forms: Gaussian wars, one war, gains in common, gains apart; and the study around them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from builders.wars import compiled
from builders.weighing import evidence, pool_of, war_read
from countermove.behaviour.table import THEORIES, THEORY_PARAMETERS
from countermove.cli.weigh import show_pool
from countermove.engine.draws import dimensions, draws_at
from countermove.engine.program import Program
from countermove.errors import CompileError, EvidenceError
from countermove.evidence.theory_evidence import Evidence, FilterEffort
from countermove.questions.weigh.finding_pool import PoolByFilters
from countermove.questions.weigh.gains import MOST_SHARED, WarGains, gain_at, gain_column, gains_of, shared_gains
from countermove.questions.weigh.hierarchy import BetweenWars, half_normal, leaving_one_out, pooled_evidence, pooled_weights
from countermove.questions.weigh.pool_by_filters import WarEvidence, filter_sentences, pool_by_filters
from countermove.world.prior import fixed
from countermove.world.titles import UNTITLED

Floats = NDArray[np.float64]
SEEN, ERROR = np.array([0.8, 1.2, -0.5, 0.3]), np.array([0.5, 0.4, 0.7, 1.0])  # what each war sees of its gain, and how well
ALL = np.ones((1, 4), bool)
GAINS = {theory.name: theory.shared for theory in THEORIES.values()}


def gaussian_wars(draws: int, seed: int = 0, *, gains: int = 1, populations: int = 2) -> list[WarGains]:
    """Wars that see each of their gains, u_c ~ N(0, 1), with a normal error: exact evidence, draws from the exact posterior."""
    generator = np.random.default_rng(seed)
    out: list[WarGains] = []
    for number, (seen, error) in enumerate(zip(SEEN, ERROR, strict=True)):
        variance = 1 / (1 + 1 / error**2)
        log_evidence = -0.5 * (seen**2 / (1 + error**2) + math.log(2 * math.pi * (1 + error**2)))
        u = generator.normal(variance * seen / error**2, math.sqrt(variance), (populations, draws, gains))
        even = np.full((populations, draws), 1 / draws)
        out.append(WarGains(f"war {number}", np.full(populations, gains * log_evidence), u, even))
    return out


def certain(share: float) -> BetweenWars:
    """One value of r, 0 <= r < 1."""
    return BetweenWars(np.array([np.sqrt(share / (1 - share))]), np.ones(1))


def closed_form(share: float) -> float:
    """log density of what the wars see: normal, with covariance 1 - r between wars."""
    wars = len(SEEN)
    covariance = (1 - share) * np.ones((wars, wars)) + share * np.eye(wars) + np.diag(ERROR**2)
    return float(-0.5 * (SEEN @ np.linalg.solve(covariance, SEEN) + np.linalg.slogdet(2 * math.pi * covariance)[1]))


@pytest.mark.parametrize("share", [0.0, 0.05, 0.2, 0.5, 0.9])
def test_gaussian_wars(share: float) -> None:
    """The pooled evidence is the closed form, from gains in common (0) on."""
    found = pooled_evidence("spigot", gaussian_wars(800), ("k",), groups=ALL, between=certain(share), samples=2)
    assert found.log_evidence[0] == pytest.approx(closed_form(share), abs=0.15)


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_two_gains_at_once(share: float) -> None:
    """Two gains that wars see apart from one another: the sum of the closed forms."""
    both = pooled_evidence("rational", gaussian_wars(500, gains=2), ("k", "l"), groups=ALL, between=certain(share), samples=2)
    assert both.log_evidence[0] == pytest.approx(2 * closed_form(share), abs=0.35)


def test_few_draws_are_unbiased_enough_and_say_how_wrong_they_are() -> None:
    """From 64 draws a war: mean error below .15, and about the size that is said."""
    found = [pooled_evidence("spigot", gaussian_wars(32, k), ("k",), groups=ALL, between=certain(0.1)) for k in range(12)]
    errors = np.array([one.log_evidence[0] for one in found]) - closed_form(0.1)
    assert abs(errors.mean()) < 0.15
    said = float(np.mean([one.sd[0] for one in found]))
    assert 0.4 * said < float(np.sqrt(np.mean(errors**2))) < 2.5 * said


def bare(wars: list[WarGains], share: float) -> float:
    """The pooled evidence from the ratios of the draws as they are, over a fine grid of ubar."""
    ubar = np.linspace(-6, 6, 2001)
    total = -0.5 * ubar**2 - math.log(float(np.exp(-0.5 * ubar**2).sum()))
    for war in wars:
        u = war.u.reshape(-1, 1)
        ratio = np.exp(-0.5 * (u - math.sqrt(1 - share) * ubar) ** 2 / share + 0.5 * u**2) / math.sqrt(share)
        total = total + np.log(np.maximum(ratio.mean(axis=0), 1e-300)) + war.log_evidence
    return float(np.logaddexp.reduce(total))


def test_blurred_draws_beat_bare_ones() -> None:
    """Few draws of gains that are nearly in common: the blur has the smaller error; the same, but for the blur, where gains differ."""
    seeds = range(12)
    wars = [gaussian_wars(12, k) for k in seeds]
    blurred = np.array(
        [pooled_evidence("spigot", w, ("k",), groups=ALL, between=certain(0.01), samples=2).log_evidence[0] for w in wars]
    )
    plain = np.array([bare(w, 0.01) for w in wars])
    errors = [float(np.sqrt(np.mean((found - closed_form(0.01)) ** 2))) for found in (blurred, plain)]
    assert errors[0] < 0.8 * errors[1]
    found = pooled_evidence("spigot", wars[0], ("k",), groups=ALL, between=certain(0.8), samples=2)
    assert found.log_evidence[0] == pytest.approx(bare(wars[0], 0.8), abs=0.05)


def test_gains_that_are_independent_add_up() -> None:
    """r to 1: the sum of the log evidences."""
    found = pooled_evidence("spigot", gaussian_wars(100), ("k",), groups=ALL, between=certain(1 - 1e-9))
    assert found.log_evidence[0] == pytest.approx(found.apart[0], abs=1e-3)
    assert found.apart[0] == pytest.approx(closed_form(1 - 1e-9), abs=1e-6)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.99])
def test_one_war_gives_its_own_evidence(share: float) -> None:
    """Whatever r, with few draws and with one, for one gain and two: the integral over ubar of one war's ratio is 1."""
    for war in (gaussian_wars(20)[0], gaussian_wars(1)[0], gaussian_wars(20, gains=2)[1]):
        names = ("k", "l")[: war.u.shape[2]]
        found = pooled_evidence("spigot", [war], names, groups=np.ones((1, 1), bool), between=certain(share), samples=4)
        assert found.log_evidence[0] == pytest.approx(war.log_evidence, abs=1e-4)


def test_a_theory_without_gains_is_the_sum() -> None:
    """Inertia has nothing to share."""
    wars = [WarGains(f"war {k}", np.array([-3.0 * k, -3.0 * k]), np.zeros((2, 5, 0)), np.full((2, 5), 0.2)) for k in (1, 2)]
    found = pooled_evidence("inertia", wars)
    assert found.log_evidence == pytest.approx([-9, -6, -3])  # all, without the first, without the second
    assert found.gains == () and math.isnan(found.between)
    assert found.sd == pytest.approx(0, abs=1e-9)


def test_a_war_that_learns_nothing_changes_nothing() -> None:
    """Draws from the prior: the pooled evidence is that of the others, times its own."""
    generator = np.random.default_rng(5)
    idle = WarGains("idle", np.array([-7.0, -7.0]), generator.standard_normal((2, 500, 1)), np.full((2, 500), 1 / 500))
    found = pooled_evidence("spigot", [*gaussian_wars(100), idle], ("k",), samples=2)
    assert found.log_evidence[0] - found.log_evidence[-1] == pytest.approx(-7, abs=0.12)


def test_draws_that_stand_alone_are_known_to_be_rough() -> None:
    """Wars whose filters left one draw alive in each population, at another place: the error says so, and so do the effective draws."""
    lone = np.array([[1.0, 0, 0], [1.0, 0, 0]])
    wars = [WarGains(f"war {k}", np.array([-5.0, -5.0]), np.array([[[2.0]] * 3, [[-1.0]] * 3]), lone) for k in range(4)]
    found = pooled_evidence("spigot", wars, ("k",))
    assert found.sd[0] > 0.6 and (found.effective <= 2).all()
    far = [WarGains(f"war {k}", np.array([-5.0, -20.0]), war.u, lone) for k, war in enumerate(wars)]
    assert (
        10 < pooled_evidence("spigot", far, ("k",)).sd[0] < 40
    )  # the evidence differs by 15 between populations: nothing makes it worse


def test_the_gains_of_gaussian_wars() -> None:
    """ubar and each war's gain in the light of the others, against the normal posterior, at fixed r; r itself tends to what the wars show."""
    share, wars = 0.3, len(SEEN)
    found = pooled_evidence("spigot", gaussian_wars(800), ("k",), between=certain(share), samples=2)
    common = np.sqrt(1 - share)
    prior = np.block(
        [
            [np.ones((1, 1)), np.full((1, wars), common)],
            [np.full((wars, 1), common), (1 - share) * np.ones((wars, wars)) + share * np.eye(wars)],
        ]
    )
    seen = np.hstack([np.zeros((wars, 1)), np.eye(wars)])
    gain = prior @ seen.T @ np.linalg.inv(seen @ prior @ seen.T + np.diag(ERROR**2))
    mean, sd = gain @ SEEN, np.sqrt(np.diag(prior - gain @ seen @ prior))
    (one,) = found.gains
    assert (one.mean, one.sd) == pytest.approx((mean[0], sd[0]), abs=0.08)
    np.testing.assert_allclose(one.shrunk, np.stack([mean[1:], sd[1:]], axis=1), atol=0.08)
    alone = 1 / (1 + 1 / ERROR**2)
    np.testing.assert_allclose(one.alone, np.stack([alone * SEEN / ERROR**2, np.sqrt(alone)], axis=1), atol=0.08)
    assert found.between == pytest.approx(share)
    assert (found.effective > 200).all() and (found.effective < 1601).all()
    prior_mean = half_normal().weight @ half_normal().share
    assert pooled_evidence("spigot", gaussian_wars(100), ("k",), samples=2).between == pytest.approx(prior_mean, abs=0.15)


def test_wars_without_one_another() -> None:
    """Pooled less pooled without a war is the log density of its record given the others: normal, at fixed r."""
    found = pooled_evidence("spigot", gaussian_wars(800), ("k",), between=certain(0.3), samples=2)
    covariance = 0.7 * np.ones((4, 4)) + 0.3 * np.eye(4) + np.diag(ERROR**2)
    rest = covariance[1:, 1:]
    mean = covariance[0, 1:] @ np.linalg.solve(rest, SEEN[1:])
    variance = covariance[0, 0] - covariance[0, 1:] @ np.linalg.solve(rest, covariance[1:, 0])
    expected = -0.5 * ((SEEN[0] - mean) ** 2 / variance + math.log(2 * math.pi * variance))
    assert found.log_evidence[0] - found.log_evidence[1] == pytest.approx(expected, abs=0.1)
    assert leaving_one_out(2).tolist() == [[True, True], [False, True], [True, False]]


def test_populations_that_differ_are_the_error() -> None:
    """Two populations e^2 apart in a war: the mean of the evidences, and the spread that their number leaves; one population knows none."""
    even = np.full((2, 3), 1 / 3)
    war = WarGains("war", np.array([-5.0, -7.0]), np.zeros((2, 3, 0)), even)
    found = pooled_evidence("inertia", [war], samples=400)
    assert found.log_evidence[0] == pytest.approx(math.log((math.exp(-5) + math.exp(-7)) / 2))
    assert found.sd[0] == pytest.approx(1, abs=0.1)  # sd of the logs, 1.41, over root 2
    four = WarGains("war", np.array([-5.0, -5.1, -5.2, -5.3]), np.zeros((4, 3, 0)), np.full((4, 3), 1 / 3))
    assert pooled_evidence("inertia", [four], samples=2000).sd[0] == pytest.approx(
        float(four.log_evidences.std(ddof=1)) / 2, rel=0.1
    )
    alone = WarGains("war", np.array([-5.0]), np.zeros((1, 3, 0)), even[:1])
    assert math.isnan(pooled_evidence("inertia", [alone]).sd[0])
    weights, sds = pooled_weights([found, found], np.array([0.75, 0.25]))
    np.testing.assert_allclose(weights[0], [0.75, 0.25])
    np.testing.assert_allclose(sds[0], 0, atol=1e-12)


def bad(change: Callable[[WarGains], tuple[Floats, Floats, Floats]]) -> None:
    """A war with something wrong in it is refused, by name."""
    with pytest.raises(EvidenceError, match="war 0"):
        WarGains("war 0", *change(gaussian_wars(5)[0]))


def test_what_is_refused() -> None:
    """No draws, numbers that are not finite, weights that are none, too many gains, no wars, wars that know other gains, r of 1."""
    nan = float("nan")
    bad(lambda war: (war.log_evidences, war.u[:, :0], war.weight[:, :0]))
    bad(lambda war: (war.log_evidences * nan, war.u, war.weight))
    bad(lambda war: (np.array([-1.0, -np.inf]), war.u, war.weight))
    bad(lambda war: (war.log_evidences, war.u * nan, war.weight))
    bad(lambda war: (war.log_evidences, war.u, war.weight * nan))
    bad(lambda war: (war.log_evidences, war.u, war.weight * 2))
    bad(lambda war: (war.log_evidences[:1], war.u, war.weight))
    bad(lambda war: (war.log_evidences, np.repeat(war.u, MOST_SHARED + 1, axis=2), war.weight))
    with pytest.raises(EvidenceError, match="no wars"):
        pooled_evidence("spigot", [], ("k",))
    with pytest.raises(EvidenceError, match="shares 2 gains"):
        pooled_evidence("rational", gaussian_wars(5), ("k", "l"))


def test_every_gain_is_a_parameter() -> None:
    """What a theory says that wars may share stands in the table of parameters, one for each patron, and is its own or one that it borrows."""
    assert all(name.split(".")[0] in (theory.name, *theory.borrows) for theory in THEORIES.values() for name in theory.shared)
    per = {parameter.name: parameter.per for parameter in THEORY_PARAMETERS}
    assert all(per.get(name) == "patron" for names in GAINS.values() for name in names)
    assert all(len(names) <= MOST_SHARED for names in GAINS.values())


@pytest.fixture(scope="module")
def donbas() -> Program:
    """The war in Donbas from 2014 on."""
    return compiled("donbas-2014")


@pytest.fixture(scope="module")
def ukraine() -> Program:
    """A war with three patrons."""
    return compiled("ukraine-2022")


def test_the_column_of_a_gain_moves_that_gain_alone(donbas: Program, ukraine: Program) -> None:
    """Of the rival, and of nobody else."""
    for program in (donbas, ukraine):
        points = np.full((2, dimensions(program)), 0.5)
        for name in sorted({name for names in GAINS.values() for name in names}):
            u = points.copy()
            u[1, gain_column(program, name)] = 0.9
            draws = draws_at(program, u, 0)
            moved = [(other, value[..., 1] != value[..., 0]) for other, value in draws.values.items() if value.shape[-1] == 2]
            assert [other for other, different in moved if different.any()] == [name]
            different = dict(moved)[name]
            assert np.flatnonzero(different).tolist() == [program.rival]
            assert (draws.others[:, 0] == draws.others[:, 1]).all()
            np.testing.assert_allclose(gain_at(program, name, np.array([0.0])), draws.values[name][program.rival, :1], rtol=1e-6)


def test_gains_that_wars_cannot_share(donbas: Program, ukraine: Program) -> None:
    """A number that is certain has no column; where a war's prior is another, or the theory is a stranger, nothing is shared."""
    certain_gain = {**donbas.priors, "spigot.gain": (fixed(0.4), fixed(0.4))}
    sure = replace(donbas, priors=certain_gain)
    with pytest.raises(EvidenceError, match=r"spigot\.gain hangs on 0 coordinates"):
        gain_column(sure, "spigot.gain")
    with pytest.raises(CompileError, match="no number spigot"):
        gain_column(donbas, "spigot")
    assert shared_gains([donbas, ukraine], "rational") == ("rational.precision", "rational.decisiveness")
    assert shared_gains([sure, ukraine], "spigot") == () == shared_gains([sure], "spigot")
    assert shared_gains([donbas], "a user's own") == ()


def evidence_of(program: Program, theory: str, level: float, seed: int, at: str | None = None) -> Evidence:
    """Two populations of draws from the prior, or with one gain near coordinate 1."""
    generator = np.random.default_rng(seed)
    z = generator.standard_normal((40, dimensions(program)))
    if at is not None:
        z[:, gain_column(program, at)] = generator.normal(1, 0.3, 40)
    each = np.array([level, level - 0.1])
    share = np.exp(each) / np.exp(each).sum()
    return evidence(theory, level, 0.05, increments=np.array([level]), by_population=each, z=z, weight=np.repeat(share / 20, 20))


def few_draws(found: PoolByFilters) -> PoolByFilters:
    """The same, with 3 draws for the gain in one of the wars and 30 in the other."""
    (gain,) = found.gains
    rows = tuple(replace(row, effective=effective) for row, effective in zip(gain.wars, (3.0, 30.0), strict=True))
    return replace(found, gains=(replace(gain, wars=rows),))


def test_the_study_of_two_wars(donbas: Program, ukraine: Program, capsys: pytest.CaptureFixture[str]) -> None:
    """Two wars that agree on the spigot's gain raise its weight above the product; known, hindsight and without; shown and as JSON."""
    wars = [
        WarEvidence(
            name,
            known,
            program,
            (evidence_of(program, "inertia", -10, 2 * k), evidence_of(program, "spigot", -10, 2 * k + 1, "spigot.gain")),
        )
        for k, (name, known, program) in enumerate((("donbas", True, donbas), ("ukraine", False, ukraine)))
    ]
    found = pool_by_filters(wars, FilterEffort(draws=20, particles=8))
    inertia, spigot = found.theories
    assert inertia.log_evidence == pytest.approx(inertia.apart) and spigot.log_evidence > spigot.apart + 0.2
    assert found.hindsight.weights["spigot"] > 0.55
    assert found.known is not None and found.known.wars == ("donbas",)
    assert found.known.weights["spigot"] == pytest.approx(0.5, abs=1e-3)  # one war alone
    assert found.known == found.without["ukraine"]
    assert spigot.given_others["ukraine"] == pytest.approx(spigot.log_evidence - wars[0].evidence[1].log_evidence, abs=0.1)
    (gain,) = found.gains
    assert gain.mean > 0.4 and [one.war for one in gain.wars] == ["donbas", "ukraine"]
    assert all(0 < one.gain_shrunk < 1 for one in gain.wars)
    said = " ".join(filter_sentences(found, {"inertia": 0.5, "spigot": 0.5}, 0.0, UNTITLED))
    assert "with hindsight “Spigot”" in said and "apart on average" in said and "no better than" in said
    assert "the gains of “Spigot” in 1 war." in " ".join(filter_sentences(few_draws(found), {}, 0.5, UNTITLED))
    war = wars[0].with_evidence(war_read("donbas", {"inertia": 0.5, "spigot": 0.5}))
    both = {"inertia": 0.5, "spigot": 0.5}
    pool = pool_of((war,), both, by_filters=found)
    assert json.loads(json.dumps(pool.to_json(), allow_nan=False))["exact"]["theories"][1]["shared"] == ["spigot.gain"]
    assert pool.to_json()["wars"][0]["log_evidence"]["spigot"] == -10
    show_pool(pool)
    assert "gains that wars share" in capsys.readouterr().out


def test_draws_of_a_population_that_counts_for_nothing(donbas: Program) -> None:
    """A population e^-900 beside another keeps its place, with even weights."""
    one = evidence_of(donbas, "spigot", -10, 1)
    weight = np.concatenate([np.full(20, 0.05), np.zeros(20)])
    far = replace(one, sd=1.0, by_population=np.array([-10.0, -910.0]), weight=weight)
    found = gains_of("war", donbas, far, ("spigot.gain",))
    np.testing.assert_allclose(found.weight[1], 0.05)
    assert found.log_evidence == pytest.approx(-10 - math.log(2)) and found.mass[1].sum() == 0
