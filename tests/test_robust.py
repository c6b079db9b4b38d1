"""Robust criteria: published tables, closed forms, a linear program and numpy's weighted quantile as oracles, and the errors by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.optimize import linprog

from countermove.decision import ranking, robust
from countermove.decision.error import Scrambles, error_of
from countermove.decision.flip import flip_weight
from countermove.decision.regret import regret_rows
from countermove.decision.robust import Values
from countermove.engine.runs import Runs
from countermove.errors import DecisionError
from countermove.scenario.schema import Objective, Worth
from countermove.world.measure import MEASURE_NAMES

TABLE = np.array([[9.0, 1.0, 0.0], [6.0, 5.0, 2.0], [4.0, 4.0, 4.0]])
K = 16


def values(by_draw: np.ndarray, shares: np.ndarray | None = None, weight: np.ndarray | None = None) -> Values:
    """Values [S, T, D] with equal weights where none are given, in 16 scrambles."""
    s, t, d = by_draw.shape
    return Values(
        strategies=tuple("xyzuvw"[:s]),
        theories=tuple("ABCDEFG"[:t]),
        by_draw=by_draw,
        shares=np.full(t, 1 / t) if shares is None else shares,
        weight=np.full(d, 1 / d) if weight is None else weight,
        scramble=np.arange(d) % K,
    )


def constant(table: np.ndarray, shares: np.ndarray | None = None) -> Values:
    """Nothing left to chance: `table` [S, T] in every draw."""
    return values(np.repeat(np.asarray(table, float)[:, :, None], 2 * K, axis=2), shares)


def cloud(seed: int, shape: tuple[int, int, int] = (3, 4, 160)) -> Values:
    """Random values under uneven weights."""
    rng = np.random.default_rng(seed)
    return values(rng.normal(size=shape).round(2), rng.dirichlet(np.ones(shape[1])), rng.dirichlet(np.ones(shape[2])))


# --- the published table


def test_the_published_table() -> None:
    """Savage's regret chooses the second row; on certain values there is no error."""
    found = robust.largest_regret(constant(TABLE))
    assert found.best == ("y",) and found.scores == (4.0, 3.0, 5.0) and found.se == (0.0, 0.0, 0.0)
    assert found.ahead == (1.0, 0.0) and found.settled


def test_the_flip_weight_is_where_the_domain_ends() -> None:
    """Two theories and two strategies: the second is best on the share of weights below -D_S / (D_P - D_S)."""
    table = TABLE[:2, :2]
    ahead_p, ahead_s = table[0] - table[1]
    turn = flip_weight(ahead_p, ahead_s)
    assert turn == pytest.approx(-ahead_s / (ahead_p - ahead_s)) == pytest.approx(4 / 7)
    assert robust.domain_criterion(constant(table)).scores == pytest.approx((1 - 4 / 7, 4 / 7))


# --- Starr's domain criterion


def test_domains_of_three_theories_by_geometry() -> None:
    """A corner beyond w1 = c is a triangle of side 1 - c."""
    assert robust.domains(np.array([[1.0, 0, 0], [0.3, 0.3, 0.3]])) == pytest.approx([0.49, 0.51])
    assert robust.domains(np.eye(3)) == pytest.approx([1 / 3] * 3)
    assert robust.domains(np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [2 / 3, 2 / 3, 2 / 3]])) == pytest.approx(
        [1 / 9] * 3 + [2 / 3]
    )


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("seed", range(5))
def test_exact_domains_agree_with_sampled_ones(count: int, seed: int) -> None:
    """The same table by cutting and by 40,000 uniform divisions of the weight: within 4 standard errors (1 in 16,000 each)."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(5, count))
    cuts = np.diff(np.sort(rng.random((40_000, count - 1)), axis=1), axis=1, prepend=0, append=1)
    sampled = np.bincount((cuts @ table.T).argmax(axis=1), minlength=5) / len(cuts)
    exact = robust.domains(table)
    assert exact.sum() == pytest.approx(1)
    assert (np.abs(exact - sampled) <= 4 * np.sqrt(exact * (1 - exact) / len(cuts)) + 1e-12).all()


def test_many_theories_are_sampled_with_their_error() -> None:
    """A quarter each by symmetry: 4 errors; the error is that of a proportion from so many samples."""
    found = robust.domain_criterion(constant(np.eye(4)), samples=16_384)
    assert sum(found.scores) == pytest.approx(1)
    assert max(abs(score - 0.25) / se for score, se in zip(found.scores, found.se, strict=True)) < 4
    assert np.mean(found.se) == pytest.approx(math.sqrt(0.25 * 0.75 / 16_384), rel=0.4)
    assert found == robust.domain_criterion(constant(np.eye(4)), samples=16_384)
    assert found.scores != robust.domain_criterion(constant(np.eye(4)), samples=16_384, seed=1).scores


def test_equal_strategies_divide_their_domain() -> None:
    twins = np.array([[1.0, 0, 0], [0, 1, 1], [1, 0, 0]])
    assert robust.domains(twins)[[0, 2]] == pytest.approx([0.125, 0.125])
    four = np.array([[1.0, 0, 0, 0], [0, 1, 1, 1], [1, 0, 0, 0]])
    found = robust.domain_criterion(constant(four))
    assert found.scores[0] == found.scores[2] and sum(found.scores) == pytest.approx(1)
    assert robust.domain_criterion(constant(np.array([[1.0], [2.0], [2.0]]))).scores == (0.0, 0.5, 0.5)


# --- the horizon of info-gap


def lowest(row: np.ndarray, shares: np.ndarray, h: float) -> float:
    """The lowest expected value within total variation h, as a linear program in w and its distance to the shares."""
    t = len(row)
    eye = np.eye(t)
    found = linprog(
        np.concatenate([row, np.zeros(t)]),
        A_ub=np.block([[eye, -eye], [-eye, -eye], [np.zeros((1, t)), np.ones((1, t))]]),
        b_ub=np.concatenate([shares, -shares, [2 * h]]),
        A_eq=np.concatenate([np.ones(t), np.zeros(t)])[None],
        b_eq=[1],
    )
    return float(found.fun)


@pytest.mark.parametrize("seed", range(12))
def test_at_the_horizon_the_worst_weights_give_what_is_wanted(seed: int) -> None:
    rng = np.random.default_rng(seed)
    row, shares = rng.normal(size=5), rng.dirichlet(np.ones(5))
    wanted = row.min() + rng.random() * (row @ shares - row.min())
    (h,) = robust.horizon(row[None], shares, wanted)
    assert 0 < h < 1
    assert lowest(row, shares, h) == pytest.approx(wanted, abs=1e-7)
    assert lowest(row, shares, h + 0.01) < wanted - 1e-6


def test_horizons_by_hand() -> None:
    """7 = .7 x 10: moving .2 of the weight costs 2. With three theories the best gives first: .5 x 10 and then 5 a unit."""
    assert robust.horizon(np.array([[10.0, 0]]), np.array([0.7, 0.3]), 5.0) == pytest.approx([0.2])
    assert robust.horizon(np.array([[10.0, 5, 0]]), np.array([0.5, 0.3, 0.2]), 0.5) == pytest.approx([0.5 + 1.0 / 5])


def test_horizons_at_both_ends() -> None:
    shares = np.array([0.5, 0.5, 0.0])
    table = np.array([[4.0, 4, 4], [6, 4, 9], [6, 2, 9], [3, 4, 9], [6, 2, 1], [6, 4, 3]])
    assert list(robust.horizon(table, shares, 4.0)) == [math.inf, math.inf, 0, 0, 0, pytest.approx(1 / 3)]
    found = robust.info_gap(constant(table, shares), 4.0)
    assert found.horizon.best == ("x", "y") and found.horizon.ahead.mean == 0 and not found.horizon.settled
    assert found.at_weights[3] == (-0.5, 0.0) and found.at_worst[1] == (0.0, 0.0)
    assert "no limit." in found.horizon.sentence


def test_a_horizon_that_may_be_infinite_has_no_finite_error() -> None:
    """The worst theory reaches what is wanted only because of some scrambles."""
    by_draw = np.full((1, 2, K), 5.0)
    by_draw[0, 1] = 3.0 + np.where(np.arange(K) % 2, 2.2, 0.0)
    found = robust.info_gap(values(by_draw), 4.0)
    assert found.horizon.scores == (math.inf,) and found.at_worst[0].mean == pytest.approx(0.1)
    assert found.at_worst[0].se > 0.1 and found.horizon.se == (math.inf,)


# --- satisficing, quantiles, regret


@pytest.mark.parametrize("seed", range(3))
def test_satisficing_counts(seed: int) -> None:
    """Pair by pair; and the jackknife of a mean is the error of decision/error.py, uneven weights included."""
    given = cloud(seed)
    found = robust.satisficing(given, 0.5)
    for s in range(3):
        pairs = [(t, d) for t in range(4) for d in range(160) if given.by_draw[s, t, d] >= 0.5]
        assert found.probability.scores[s] == pytest.approx(sum(given.shares[t] * given.weight[d] for t, d in pairs))
        assert found.share.scores[s] == pytest.approx(len(pairs) / 640)
        by_draw = ((given.by_draw[s] >= 0.5) * given.shares[:, None]).sum(axis=0)
        runs = Runs(("x",), ("A",), {}, {}, (), 0, 160, 1, 1, 0, given.scramble, given.weight)
        assert found.probability.se[s] == pytest.approx(Scrambles.of(runs).sums(by_draw[:, None]).estimate().se)


@given(seed=some.integers(0, 10_000), level=some.floats(0.01, 1))
@settings(max_examples=60, deadline=None)
def test_the_quantile_is_numpys(seed: int, level: float) -> None:
    given = cloud(seed, (3, 2, 48))
    lost = (given.by_draw.max(axis=0) - given.by_draw).reshape(3, -1)
    mass = np.outer(given.shares, given.weight).ravel()
    wanted = [float(np.quantile(row, level, weights=mass, method="inverted_cdf")) for row in lost]
    assert robust.percentile_regret(given, level).scores == pytest.approx(wanted)


def test_the_error_of_the_quantile_is_right() -> None:
    """Over 150 sets of independent draws: the mean of se² against the variance of the score (ratio within .75-1.35; its own error is .1)."""
    rng = np.random.default_rng(5)
    found = [robust.percentile_regret(values(rng.exponential(size=(2, 1, 800)))) for _ in range(150)]
    scores = np.array([one.scores for one in found])
    squares = np.array([np.square(one.se) for one in found])
    assert 0.75 < (squares.mean(axis=0) / scores.var(axis=0, ddof=1)).mean() < 1.35


def test_regret_of_equal_strategies_is_luck() -> None:
    """Four lucks of unit spread: naive sd / sqrt(pi), cross-fitted 0; within 4 errors (1 in 16,000)."""
    luck = np.random.default_rng(6).normal(size=(2, 1, 4096, 4))
    halves = np.stack([luck[..., 0::2].mean(axis=-1), luck[..., 1::2].mean(axis=-1)])
    bare = values(luck.mean(axis=-1))
    naive, none = robust.absolute_regret(bare)
    assert none is None
    assert abs(naive.scores[0] - 0.5 / math.sqrt(math.pi)) < 4 * naive.se[0]
    fitted = robust.absolute_regret(Values(**{**vars(bare), "halves": halves})).cross_fitted
    assert fitted is not None and abs(fitted.scores[0]) < 4 * fitted.se[0] and fitted.se[0] < 0.02


def runs_of(territory: np.ndarray) -> Runs:
    """Runs [S, T, D, L] that differ in the territory held."""
    s, t, draws, lucks = territory.shape
    outcomes = {}
    for i, strategy in enumerate("xyz"[:s]):
        for j, theory in enumerate("AB"[:t]):
            outcomes[strategy, theory] = np.zeros((len(MEASURE_NAMES), draws, lucks), np.float32)
            outcomes[strategy, theory][MEASURE_NAMES.index("territory")] = territory[i, j]
    shape = (tuple("xyz"[:s]), tuple("AB"[:t]), outcomes, {}, (), 0, draws, lucks, 60, 0)
    return Runs(*shape, np.arange(draws) % K, np.full(draws, 1 / draws))


def test_regret_of_runs_is_that_of_the_regret_table() -> None:
    """The weighted row of decision/regret.py, naive and cross-fitted; and a measure of which less is better, in its own unit."""
    runs = runs_of(np.random.default_rng(7).normal(size=(3, 2, 64, 4)))
    point = Objective(of="washington", values={"territory": Worth(points=2.0)})
    weights = {"A": 1.0, "B": 3.0}
    naive, fitted = robust.absolute_regret(robust.values_of(runs, point, weights))
    rows = [row for row in regret_rows(runs, point, weights) if row.theory == "weighted"]
    assert naive.scores == pytest.approx([row.naive for row in rows])
    assert fitted is not None and fitted.scores == pytest.approx([row.cross_fitted for row in rows])
    less = robust.absolute_regret(robust.measure_values(runs, "territory", "less", weights)).naive
    flipped = {at: -outcome for at, outcome in runs.outcomes.items()}
    more = robust.absolute_regret(
        robust.measure_values(Runs(**{**vars(runs), "outcomes": flipped}), "territory", "more", weights)
    ).naive
    assert less.scores == more.scores and less.scores != pytest.approx(naive.scores)


@given(seed=some.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_laws(seed: int) -> None:
    """A dominated strategy changes no one else's score; points added to all change no regret; the order of strategies plays no role."""
    given = cloud(seed, (3, 3, K))
    worse = given.by_draw[:1] - 0.5
    more = values(np.concatenate([given.by_draw, worse]), given.shares, given.weight)
    shifted = values(given.by_draw + 3, given.shares, given.weight)
    turned = values(given.by_draw[::-1], given.shares, given.weight)
    for criterion in (
        robust.largest_regret,
        robust.percentile_regret,
        robust.domain_criterion,
        lambda one: robust.absolute_regret(one).naive,
    ):
        scores = criterion(given).scores
        assert criterion(more).scores[:3] == pytest.approx(scores, abs=1e-12)
        assert criterion(shifted).scores == pytest.approx(scores, abs=1e-9)
        assert criterion(turned).scores[::-1] == pytest.approx(scores, abs=1e-12)
    assert robust.domain_criterion(more).scores[3] == 0
    assert robust.percentile_regret(given, 1.0).scores == pytest.approx(robust.largest_regret(given).scores)


def test_a_difference_within_its_error_is_not_settled() -> None:
    """The leader of two equal strategies is chance, and the sentence says so."""
    found = robust.percentile_regret(values(np.random.default_rng(9).normal(size=(2, 1, 320))))
    assert not found.settled and "cannot tell" in found.sentence
    clear = robust.percentile_regret(values(np.random.default_rng(9).normal(size=(2, 1, 320)) + np.array([[[5.0]], [[0.0]]])))
    assert clear.settled and clear.best == ("x",) and "cannot tell" not in clear.sentence


def test_who_is_best_may_turn_with_the_draws() -> None:
    """One theory: the domain is all or nothing. A lead of 2/3 of its error turns with some halves of the scrambles, one of 6 errors with none.
    Of a mean, halves tell the error that the scrambles tell."""
    noise = np.random.default_rng(3).normal(size=(1, 1, 320))
    error = noise.reshape(-1, 16).mean(axis=0).std(ddof=1) / 4
    near, far = (
        robust.domain_criterion(values(np.concatenate([noise - noise.mean() + lead * error, np.zeros((1, 1, 320))])))
        for lead in (2 / 3, 6)
    )
    assert near.best == ("x",) and not near.settled and near.se[0] > 0.3
    assert far.settled and far.se == (0.0, 0.0)
    given = values(noise)
    mean, parts = ranking.half_sampled(given.means, given.scrambles)
    assert float(mean[0, 0]) == pytest.approx(noise.mean())
    assert float(error_of(parts, given.scrambles.mass)[0, 0]) == pytest.approx(error)


def test_one_strategy_and_one_theory() -> None:
    """Regret has no meaning for one; reaching a value does."""
    one = values(np.random.default_rng(8).normal(size=(1, 1, 64)))
    for criterion in (robust.absolute_regret, robust.percentile_regret, robust.largest_regret, robust.domain_criterion):
        with pytest.raises(DecisionError, match="one strategy"):
            criterion(one)
    found = robust.satisficing(one, -10).probability
    assert found.scores == (1.0,) and found.settled and math.isnan(found.ahead.mean) and "only" in found.sentence
    assert robust.info_gap(one, -1).horizon.scores == (math.inf,) and robust.info_gap(one, 1).horizon.scores == (0.0,)


def test_one_scramble_knows_no_error() -> None:
    given = Values(**{**vars(cloud(0)), "scramble": np.zeros(160, int)})
    assert all(math.isnan(se) for se in robust.percentile_regret(given).se)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"shares": np.array([0.5, 0.4])}, "sum to 0.9"),
        ({"shares": np.array([1.5, -0.5])}, "from 0 up"),
        ({"shares": np.array([1.0])}, "2 numbers"),
        ({"weight": np.zeros(32)}, "sum to 0"),
        ({"by_draw": np.full((2, 2, 32), np.nan)}, "not finite"),
        ({"by_draw": np.zeros((2, 32))}, "shape"),
        ({"strategies": ()}, "missing"),
        ({"scramble": np.zeros(3)}, "scrambles"),
        ({"halves": np.zeros((2, 2))}, "shape"),
    ],
)
def test_values_without_meaning_are_refused(change: dict[str, object], says: str) -> None:
    with pytest.raises(DecisionError, match=says):
        Values(**{**vars(constant(np.eye(2))), **change})


def test_options_without_meaning_are_refused() -> None:
    given = constant(np.eye(2))
    for wrong in (lambda: robust.percentile_regret(given, 0), lambda: robust.percentile_regret(given, math.nan)):
        with pytest.raises(DecisionError, match="quantile"):
            wrong()
    for wrong in (lambda: robust.satisficing(given, math.nan), lambda: robust.info_gap(given, math.inf)):
        with pytest.raises(DecisionError, match="wanted"):
            wrong()
    with pytest.raises(DecisionError, match="samples"):
        robust.domain_criterion(given, samples=0)
