"""Sobol' and Shapley effects: closed forms of published test functions, SALib beside ours, intervals that hold, laws."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from countermove.errors import DecisionError
from countermove.questions.explore.effects import Design, Effect, Given, first_effects, shapley_effects

ALONE = {"x1": [0], "x2": [1], "x3": [2]}

# Ishigami & Homma (1990) with a = 7, b = 0.1: V1, V2, V13 in closed form (Saltelli et al. 2008, p. 179)
V1, V2, V13 = 0.5 * (1 + np.pi**4 / 50) ** 2, 49 / 8, 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
FIRST = np.array([V1, V2, 0]) / (V1 + V2 + V13)
TOTAL = np.array([V1 + V13, V2, V13]) / (V1 + V2 + V13)
SHAPLEY = np.array([V1 + V13 / 2, V2, V13 / 2]) / (V1 + V2 + V13)


def ishigami(u: np.ndarray) -> np.ndarray:
    """On the unit cube; further columns do nothing."""
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def values(effects: tuple[Effect, ...], which: str) -> np.ndarray:
    """One kind of effect of all inputs."""
    return np.array([getattr(effect, which).value for effect in effects])


def held(effects: tuple[Effect, ...], which: str, truth: np.ndarray) -> int:
    """How many intervals hold the truth."""
    return sum(getattr(e, which).low <= t <= getattr(e, which).high for e, t in zip(effects, truth, strict=True))


def test_the_closed_form_is_the_published_one() -> None:
    """Table 4.2 of Saltelli et al. (2008): .314, .442, 0 and .558, .442, .244."""
    assert np.abs(FIRST - [0.314, 0.442, 0]).max() < 5e-4 and np.abs(TOTAL - [0.558, 0.442, 0.244]).max() < 5e-4
    assert SHAPLEY.sum() == pytest.approx(1)


def test_ishigami_shapley() -> None:
    """S1 and half of the interaction; adding up to 1; first-order and total effects from the same points."""
    found = shapley_effects(ishigami, ALONE, Design(256, 1))
    assert values(found, "shapley") == pytest.approx(SHAPLEY, abs=0.02) and values(found, "shapley").sum() == pytest.approx(
        1, abs=1e-12
    )
    assert values(found, "first") == pytest.approx(FIRST, abs=0.02) and values(found, "total") == pytest.approx(TOTAL, abs=0.02)


def test_intervals_hold_what_they_say() -> None:
    """95% intervals over 40 seeds, nine checks each: the share held is at least what 40 independent checks would fall below once in a thousand.

    Checks of one seed lean on each other, so that they are counted as one.
    """
    hits = np.zeros(3)
    for seed in range(40):
        found = shapley_effects(ishigami, ALONE, Design(32, seed))
        hits += [held(found, which, truth) for which, truth in (("first", FIRST), ("total", TOTAL), ("shapley", SHAPLEY))]
    assert (hits / 3 >= stats.binom.ppf(0.001, 40, 0.95)).all()


def g_function(u: np.ndarray, a: np.ndarray) -> np.ndarray:
    """Sobol's g-function: a product, with interactions of every order."""
    return np.prod((np.abs(4 * u - 2) + a) / (1 + a), axis=1)


A = np.array([0.0, 0.5, 3.0, 9.0, 99.0, 99.0])


def subset_variances(parts: np.ndarray) -> np.ndarray:
    """Variance of each subset of factors of a product with means 1 and these variances [K], as Sobol's decomposition has it."""
    return np.array([np.prod([part for k, part in enumerate(parts) if subset >> k & 1]) for subset in range(1 << len(parts))])


def test_the_g_function_to_every_order() -> None:
    """Six inputs: V_u = prod 1/(3 (1 + a)^2), so that first-order, total and Shapley effects follow."""
    every = subset_variances(1 / (3 * (1 + A) ** 2))
    every[0] = 0
    size = np.array([max(1, subset.bit_count()) for subset in range(64)])
    has = np.array([[subset >> k & 1 for subset in range(64)] for k in range(6)])
    found = shapley_effects(lambda u: g_function(u, A), {f"x{k}": [k] for k in range(6)}, Design(64, 3))
    assert values(found, "shapley") == pytest.approx(has @ (every / size) / every.sum(), abs=0.02)
    assert values(found, "total") == pytest.approx(has @ every / every.sum(), abs=0.02)
    assert values(found, "first") == pytest.approx((has * (size == 1)) @ every / every.sum(), abs=0.02)


def test_groups_of_inputs() -> None:
    """A group's first-order effect is everything that happens within it; two groups that part a product share its interaction equally."""
    groups = {"left": [0, 2], "right": [1, 3, 4, 5]}
    parts = [float(np.prod(1 + 1 / (3 * (1 + A[places]) ** 2)) - 1) for places in groups.values()]
    whole = sum(parts) + parts[0] * parts[1]
    truth = np.array([part + parts[0] * parts[1] / 2 for part in parts]) / whole
    found = shapley_effects(lambda u: g_function(u, A), groups)
    assert [effect.name for effect in found] == ["left", "right"]
    assert values(found, "first") == pytest.approx(np.array(parts) / whole, abs=0.02)
    assert values(found, "total") == pytest.approx((np.array(parts) + parts[0] * parts[1]) / whole, abs=0.02)
    assert values(found, "shapley") == pytest.approx(truth, abs=0.02)


def test_salib_finds_the_same() -> None:
    """Another implementation, another design and another interval, the same g-function: within .02."""
    saltelli = pytest.importorskip("SALib.sample.sobol")
    analyse = pytest.importorskip("SALib.analyze.sobol")
    problem = {"num_vars": 6, "names": [f"x{k}" for k in range(6)], "bounds": [[0, 1]] * 6}
    x = saltelli.sample(problem, 8192, calc_second_order=False, seed=7)
    theirs = analyse.analyze(problem, g_function(x, A), calc_second_order=False, num_resamples=10, seed=7)
    ours = shapley_effects(lambda u: g_function(u, A), {name: [k] for k, name in enumerate(problem["names"])}, Design(64, 7))
    assert values(ours, "first") == pytest.approx(theirs["S1"], abs=0.02) and values(ours, "total") == pytest.approx(
        theirs["ST"], abs=0.02
    )


def test_an_input_that_does_nothing_has_no_total_effect() -> None:
    """Exactly: the mixture with its column is the same point."""
    idle = shapley_effects(ishigami, {**ALONE, "idle": [3]}, Design(16, 0))[3]
    assert (idle.total.value, idle.total.low, idle.total.high) == (0, 0, 0)
    assert idle.shapley.value == pytest.approx(0, abs=1e-12)


def test_units_do_not_matter_and_seeds_do() -> None:
    """a + b y has the effects of y; the same seed gives the same bits, another seed another sample."""
    one, same, other = (shapley_effects(ishigami, ALONE, Design(16, seed)) for seed in (0, 0, 1))
    assert one == same and one != other
    shifted = shapley_effects(lambda u: 1e6 - 20 * ishigami(u), ALONE, Design(16, 0))
    assert values(shifted, "first") == pytest.approx(values(one, "first"), abs=1e-9)


def given_ishigami(seed: int, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Draws that nobody designed, two idle inputs among them."""
    x = np.random.Generator(np.random.Philox(key=[seed, 7])).random((draws, 5))
    return x, ishigami(x)


def test_given_draws() -> None:
    """First-order effects within .03 of the closed form from 4,096 plain draws, and 0 for idle inputs."""
    x, y = given_ishigami(0, 4096)
    found = first_effects(x, y, list("abcde"))
    assert values(found, "first") == pytest.approx([*FIRST, 0, 0], abs=0.03)
    assert found[0].total is None and found[0].shapley is None


def test_intervals_of_given_draws_hold_what_they_say() -> None:
    """40 samples of 1,024: each input's 95% interval, missed by more than the 1-in-1000 bound of 40 coins nowhere; no bias for idle ones."""
    hits, idle = np.zeros(5), []
    for seed in range(40):
        x, y = given_ishigami(seed, 1024)
        found = first_effects(x, y, list("abcde"), how=Given(resamples=50))
        hits += [held((effect,), "first", np.array([truth])) for effect, truth in zip(found, [*FIRST, 0, 0], strict=True)]
        idle.append(values(found, "first")[3:])
    assert (hits >= stats.binom.ppf(0.001, 40, 0.95)).all()
    # 80 estimates with a spread of about .007: 4 errors of their mean
    assert abs(np.mean(idle)) < 4 * np.std(idle) / np.sqrt(80)


def test_labels_as_an_input() -> None:
    """Four labels with means 0..3 and unit noise: variance between 1.25 of 2.25."""
    generator = np.random.Generator(np.random.Philox(key=[1, 8]))
    place = generator.integers(4, size=4000)
    y = place + generator.normal(size=4000)
    found = first_effects(place[:, None], y, ["theory"])[0].first
    assert found.value == pytest.approx(1.25 / 2.25, abs=0.03) and found.low < 1.25 / 2.25 < found.high


def test_weights_are_how_often_a_draw_counts() -> None:
    """Means by bin: a draw of weight 3 is three draws, up to the correction for chance; a weight of 0 is no draw."""
    x, y = given_ishigami(3, 2000)
    weight = 1.0 + 2 * (x[:, 3] > 0.5)
    heavy = first_effects(x, y, list("abcde"), weight)
    thrice = np.repeat(np.arange(2000), weight.astype(int))
    assert values(heavy, "first") == pytest.approx(
        values(first_effects(x[thrice], y[thrice], list("abcde"), how=Given(bins=44)), "first"), abs=0.03
    )
    kept = x[:, 3] > 0.5
    assert first_effects(x, y, list("abcde"), kept * 2.0) == first_effects(
        x[kept], y[kept], list("abcde"), np.full(kept.sum(), 2.0)
    )


@pytest.mark.parametrize(
    "outcome",
    [
        lambda u: np.full(len(u), 3.0),
        lambda u: np.where(u[:, 0] > 0.98, np.nan, u[:, 0]),
        lambda u: np.where(u[:, 0] > 0.98, np.inf, u[:, 0]),
        lambda u: u,
        lambda u: u[:-1, 0],
        lambda u: 1e9 + 1e-5 * u[:, 0],
    ],
)
def test_outcomes_without_effects(outcome) -> None:
    """Constant (up to what floats can tell), not finite in a single point, of another shape: never zeros."""
    with pytest.raises(DecisionError):
        shapley_effects(outcome, ALONE, Design(64, 0))


@pytest.mark.parametrize("groups", [{}, {"a": []}, {"a": [0], "b": [0]}, {"a": [1]}, {"a": [0, 2]}, {"a": [-1, 0]}])
def test_groups_that_do_not_part_the_columns(groups: dict[str, list[int]]) -> None:
    """None, empty, twice, a gap."""
    with pytest.raises(DecisionError, match="part the columns"):
        shapley_effects(ishigami, groups)


def test_too_many_subsets() -> None:
    """Eleven groups are 2,048 subsets."""
    with pytest.raises(DecisionError, match="2,048 subsets"):
        shapley_effects(ishigami, {f"x{k}": [k] for k in range(11)})


@pytest.mark.parametrize(
    "settings",
    [lambda: Design(1), lambda: Design(seed=-1), lambda: Design(level=1), lambda: Given(bins=1), lambda: Given(resamples=1)],
)
def test_settings_without_meaning(settings) -> None:
    """One point, a negative seed, a level of 1, one bin, one resample."""
    with pytest.raises(DecisionError):
        settings()


X, Y = given_ishigami(1, 100)


@pytest.mark.parametrize(
    ("x", "y", "weight"),
    [
        (X, Y * 0 + 2, None),
        (X, np.where(np.arange(100) == 7, np.nan, Y), None),
        (np.where(np.arange(5) == 2, np.nan, X), Y, None),
        (X[:50], Y, None),
        (X[:10], Y[:10], None),
        (X, Y, np.zeros(100)),
        (X, Y, -np.ones(100)),
        (X, Y, np.r_[np.ones(5), np.full(95, 1e-9)]),
        (X[:, 0], Y, None),
    ],
)
def test_draws_without_meaning(x: np.ndarray, y: np.ndarray, weight: np.ndarray | None) -> None:
    """Constant, nan, shapes, too few, no weight, negative, all on five draws."""
    with pytest.raises(DecisionError):
        first_effects(x, y, list("abcde"), weight)
