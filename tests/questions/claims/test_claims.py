"""Claims in the model: the statistics against plain loops, what a rung does, chances without luck's noise, what turns a claim, the command."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders.places import SMALL_FILE
from countermove.cli.main import main
from countermove.compute.local import Local
from countermove.engine.program import compile_scenario
from countermove.engine.quantities import Quantity
from countermove.engine.run import Batch, Engine, Task
from countermove.engine.series import series
from countermove.errors import CompileError, DecisionError
from countermove.plain import as_json
from countermove.questions.claims import heard
from countermove.questions.claims import ledger as written
from countermove.questions.claims.finding import ClaimsLedger, ClaimVerdict
from countermove.questions.claims.heard import rungs_of
from countermove.questions.claims.ledger import claims
from countermove.questions.claims.on_model import (
    Coordinate,
    chances,
    effect,
    figure,
    movers,
    odds,
    of_rung,
    quantities,
    sums,
    thirds,
    true_share,
    window,
)
from countermove.questions.claims.query import ClaimQuery, claim_query
from countermove.questions.claims.words import sentences
from countermove.questions.options import RunOptions
from countermove.scenario.read import read, read_text
from countermove.scenario.schema import Claim, Scenario
from countermove.world.expression import Apply, Constant, Expression, Name, Query, text

SMALL = SMALL_FILE.read_text(encoding="utf-8")
ARGUMENT = """
claims:
  raises: {by: a hawk, says: They answer attacks., model: "P(neighbour.raises within 3 | government.attacks) >= 0.5"}
  calm: {by: a dove, says: Truces do not last., model: "P(truce-breaks within 6 | truce-begins) >= 0.5"}
  bloody: {by: a dove, says: Arms kill., model: "slope(deaths, overseas.rung) > 0"}
  goes-with: {by: a hawk, says: Blood and talks., model: "slope(talks, deaths) < 0"}
  costs: {says: It costs., model: "mean(neighbour.support | not settled) > 1"}
  lift: {says: Attacks matter., model: "P(neighbour.raises | rebels.attacks) > P(neighbour.raises)"}
  part: {says: A part of it., model: "P(neighbour.raises | rebels.attacks) > 0.5"}
  joined: {says: Two at once., model: "P(settled) > 0.1 and P(truce) > 0.1"}
  far: {says: Too far., model: "P(settled[+30]) > 0.1"}
  right: {by: a lawyer, says: They have a right to defend themselves.}
"""
TINY = RunOptions(draws=32, lucks=4, seed=3)
A, B, X = Name("a", "held"), Name("b", "held"), Name("", "deaths")
ASKED = ClaimQuery(Name("query", "0"), (Query("P", (X,)),), ">=", 0.5)


def war(argument: str = ARGUMENT) -> Scenario:
    """Two sides, two patrons, two plans, 24 months."""
    return read_text(SMALL + argument)


def claim(query: str) -> ClaimQuery:
    """A claim of the small war."""
    tree = war(f'\nclaims:\n  one: {{says: it, model: "{query}"}}\n').claims["one"].model
    assert tree is not None
    return claim_query(tree)


# --- the query --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "criterion", "count"),
    [
        ("P(truce) >= 0.5", ">= 50%", 1),
        ("0.5 <= P(truce)", ">= 50%", 1),
        ("not P(truce) < 0.5", ">= 50%", 1),
        ("not not P(truce) < 0.5", "< 50%", 1),
        ("mean(deaths) > 2 * 50", "> 100", 1),
        ("P(truce) > P(settled)", "> 0", 2),
        ("P(truce) - P(truce | settled) != 0.25", "!= 0.25", 2),
        ("slope(deaths, overseas.rung) < 0", "< 0", 1),
    ],
)
def test_a_claim_is_a_statistic_and_a_constant(query: str, criterion: str, count: int) -> None:
    """However it is written."""
    one = claim(query)
    assert (one.criterion, len(one.queries)) == (criterion, count)


def test_two_sentences_are_two_claims() -> None:
    """`and` is refused with what to do."""
    with pytest.raises(DecisionError, match="Write one claim for each"):
        claim("P(settled) > 0.1 and P(truce) > 0.1")


@pytest.mark.parametrize(
    ("op", "low", "high", "verdict"),
    [
        (">=", 0.5, 0.6, "holds"), (">", 0.5, 0.6, "cannot tell"), (">=", 0.4, 0.5, "cannot tell"), (">=", 0.3, 0.49, "does not hold"),
        ("<", 0.3, 0.5, "cannot tell"), ("<=", 0.3, 0.5, "holds"), ("==", 0.5, 0.5, "holds"), ("==", 0.4, 0.6, "cannot tell"),
        ("==", 0.6, 0.7, "does not hold"), ("!=", 0.4, 0.6, "cannot tell"), ("!=", 0.6, 0.7, "holds"),
        (">=", float("nan"), float("nan"), "cannot tell"),
    ],
)  # fmt: skip
def test_the_whole_interval_decides(op: str, low: float, high: float, verdict: str) -> None:
    """And nothing is said of nan."""
    assert replace(ASKED, op=op).verdict(low, high) == verdict


# --- the statistics ---------------------------------------------------------------------------------------------------

MONTHS, DRAWS, LUCKS = 9, 4, 3


def months(seed: int, *queries: Query) -> dict[Quantity, np.ndarray]:
    """Values [T, D * L]: truth values with a chance of 1/3, numbers normal."""
    rng = np.random.Generator(np.random.Philox(key=[seed, 1]))
    shape = (MONTHS, DRAWS * LUCKS)
    kinds = {name: (rng.normal(size=shape), (rng.random(shape) < 1 / 3) * 1.0) for name in quantities(queries)}
    return {name: pair[1] if name.what in ("truce", "settled", "raises", "losing") else pair[0] for name, pair in kinds.items()}


def looped(
    query: Query, values: Mapping[Quantity, np.ndarray], x: Any, given: Any, ahead: int, behind: int
) -> tuple[np.ndarray, np.ndarray]:
    """Hits and cases by draw, month by month: x and given are functions of the values of one run and the month."""
    hits, cases = np.zeros(DRAWS), np.zeros(DRAWS)
    for run in range(DRAWS * LUCKS):
        one = {name.what: column[:, run] for name, column in values.items()}
        for t in range(behind, MONTHS - ahead):
            if given(one, t):
                cases[run // LUCKS] += 1
                hits[run // LUCKS] += x(one, t)
    return hits, cases


@pytest.mark.parametrize(
    ("query", "x", "given", "ahead", "behind"),
    [
        ("P(truce) > 0", lambda v, t: v["truce"][t], lambda v, t: True, 0, 0),
        ("P(truce[+2] | settled) > 0", lambda v, t: v["truce"][t + 2], lambda v, t: v["settled"][t], 2, 0),
        ("share(truce within 3 | settled) > 0", lambda v, t: v["truce"][t : t + 4].max(), lambda v, t: v["settled"][t], 3, 0),
        ("P(not truce within 2 | settled within 1) > 0", lambda v, t: 1 - v["truce"][t : t + 3].max(),
         lambda v, t: v["settled"][t - 1 : t + 1].max(), 2, 1),
        ("P(deaths[+1] > deaths | settled and deaths > 0) > 0", lambda v, t: v["deaths"][t + 1] > v["deaths"][t],
         lambda v, t: v["settled"][t] and v["deaths"][t] > 0, 1, 0),
        ("mean(deaths[-1] * 2 | truce or settled) > 0", lambda v, t: v["deaths"][t - 1] * 2,
         lambda v, t: v["truce"][t] or v["settled"][t], 0, 1),
    ],
)  # fmt: skip
def test_sums_are_those_of_plain_loops(query: str, x: Any, given: Any, ahead: int, behind: int) -> None:
    """Over runs and months, with what falls outside the run left out."""
    (only,) = claim(query).queries
    values = months(5, only)
    assert window(only, MONTHS) == (behind, MONTHS - ahead)
    found = sums(only, values, LUCKS)
    hits, cases = looped(only, values, x, given, ahead, behind)
    assert found.shape == (2, 2, DRAWS)  # even and odd lucks apart
    np.testing.assert_allclose(found.sum(axis=1), [hits, cases], atol=1e-12)


def test_an_association_is_least_squares_with_a_constant_for_each_draw() -> None:
    """Against the regression on x and D dummies, by numpy's least squares."""
    (only,) = claim("slope(talks, deaths | not settled) > 0").queries
    values = months(6, only)
    talks, deaths, settled = (values[Quantity("", what)] for what in ("talks", "deaths", "settled"))
    kept = settled.T.ravel() == 0
    draw = np.repeat(np.arange(DRAWS * LUCKS) // LUCKS, MONTHS)
    design = np.column_stack([deaths.T.ravel(), draw[:, None] == np.arange(DRAWS)])[kept]
    expected = np.linalg.lstsq(design, talks.T.ravel()[kept], rcond=None)[0][0]
    above, below = sums(only, values, LUCKS).sum(axis=(1, 2))
    assert above / below == pytest.approx(expected, rel=1e-10)


def test_what_a_rung_does_is_not_what_goes_with_it() -> None:
    """y = 2 rung + 5 z, where bad luck z moves the rung too: the association is wrong, the slope over strategies is 2 within its noise."""
    rng = np.random.Generator(np.random.Philox(key=[7, 1]))
    z = rng.normal(size=(3, 2, 400))  # [S, halves, D]
    x = np.array([1.0, 3.0, 4.0])[:, None, None] + z
    y = 2 * x + 5 * z
    naive = np.polyfit(x.ravel(), y.ravel(), 1)[0]
    above, below = effect(np.stack([y, np.ones_like(y)]), np.stack([x, np.ones_like(x)])).sum(axis=(1, 2))
    assert naive > 3 and abs(above / below - 2) < 0.4


def test_with_two_strategies_the_slope_is_the_ratio_of_differences() -> None:
    """Wald's estimator: the change of y over the change of x, exactly."""
    rng = np.random.Generator(np.random.Philox(key=[8, 1]))
    y, x = rng.normal(size=(2, 2, 1, 50)), np.ones((2, 2, 1, 50))
    y[1] = 1
    x[0] = rng.normal(size=(2, 1, 50)) + np.array([0, 5])[:, None, None]
    above, below = effect(y, x).sum(axis=(1, 2))
    gap = np.diff(y[0].mean(axis=(1, 2))) / np.diff(x[0].mean(axis=(1, 2)))
    assert above / below == pytest.approx(float(gap[0]), rel=1e-12)


def test_a_claim_that_divides_by_zero_is_refused() -> None:
    """No silent infinity."""
    (only,) = claim("mean(deaths / (months - 1)) > 0").queries
    values = {Quantity("", "deaths"): np.ones((3, 2)), Quantity("", "months"): np.tile([[1.0], [2.0], [3.0]], 2)}
    with pytest.raises(DecisionError, match="divides by zero"):
        sums(only, values, 1)


# --- errors and chances -----------------------------------------------------------------------------------------------


def coins(seed: int, chance: np.ndarray, months_: int, halves: int = 2) -> np.ndarray:
    """Sums [1, 2, halves, D] of a share that differs between draws."""
    rng = np.random.Generator(np.random.Philox(key=[seed, 2]))
    hits = rng.binomial(months_, chance, size=(halves, len(chance)))
    return np.stack([hits, np.full(hits.shape, months_)])[None].astype(np.float64)


def test_errors_are_as_large_as_they_say() -> None:
    """Independent coins, 200 repetitions: the mean over 16 scrambles lies within two errors in about 94% of them (t, 15 degrees)."""
    scramble = np.arange(160) % 16
    found = [figure(ASKED, coins(seed, np.full(160, 0.3), 5).sum(axis=2), scramble) for seed in range(200)]
    inside = np.mean([row.low <= 0.3 <= row.high for row in found])
    assert 0.89 <= inside <= 0.98  # 94% ± 3 standard errors of 200 repetitions
    assert np.mean([row.se for row in found]) == pytest.approx(np.sqrt(0.3 * 0.7 / 1600), rel=0.05)


def test_a_share_of_nothing_has_an_interval() -> None:
    """0 of 100 draws: at most 3.6% (Clopper-Pearson), where the spread over scrambles would say 0."""
    of = np.stack([np.zeros(100), np.ones(100)])[None]
    found = figure(ASKED, of, np.arange(100) % 16)
    assert (found.value, found.low, found.high) == (0, 0, pytest.approx(0.0362, abs=1e-4))
    assert replace(ASKED, op="<=", constant=0.03).verdict(found.low, found.high) == "cannot tell"


def test_no_case_is_no_number() -> None:
    """And cannot tell."""
    found = figure(ASKED, np.zeros((1, 2, 32)), np.arange(32) % 16)
    assert as_json(found) == {"value": None, "se": None, "low": None, "high": None, "verdict": "cannot tell"}
    share, se, silent = true_share(ASKED, np.zeros((1, 2, 2, 32)), np.arange(32) % 16)
    assert np.isnan(share) and np.isnan(se) and silent == 1


def test_luck_is_taken_out_of_the_chance() -> None:
    """Draws differ: p normal with mean .5, sd .1, so the claim p >= .6 is true in 15.9% of them. Eight months a half show three times that spread."""
    rng = np.random.Generator(np.random.Philox(key=[9, 3]))
    p = np.clip(rng.normal(0.5, 0.1, 4000), 0.01, 0.99)
    of, one = coins(10, p, 8), replace(ASKED, constant=0.6)
    naive = float((of[0, 0].sum(axis=0) / 16 >= 0.6).mean())
    chance, there = chances(one, of)
    assert there.all() and naive > 0.25
    assert chance.mean() == pytest.approx(float((p >= 0.6).mean()), abs=0.02)


def test_draws_that_do_not_differ_are_all_true_or_all_false() -> None:
    """p = .5 everywhere: the share of draws with p >= .4 is 1 and with p >= .6 is 0, whatever luck shows."""
    of = coins(11, np.full(512, 0.5), 4)
    assert float((of[0, 0].sum(axis=0) / 8 >= 0.6).mean()) > 0.3
    assert [round(float(chances(replace(ASKED, constant=c), of)[0].mean()), 2) for c in (0.4, 0.6)] == [1, 0]


def test_one_luck_takes_draws_at_their_value() -> None:
    """Nothing can be told apart."""
    of = coins(12, np.linspace(0.1, 0.9, 64), 10, halves=1)
    chance, _ = chances(ASKED, of)
    np.testing.assert_array_equal(chance, of[0, 0, 0] / 10 >= 0.5)


# --- what turns a claim -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("true", "times"), [((0.9, 0.2), 4 / 3), ((0.6, 0.1), 0.25), ((1.0, 0.0), 1.0)])
def test_the_prior_that_turns_it(true: tuple[float, float], times: float) -> None:
    """By the closed form, and by trying: with the weight of those against multiplied, the claim is true with probability 1/2."""
    weights, none = np.array([0.5, 0.5]), np.zeros(2)
    found = odds(("yes", "no"), weights, np.array(true), none)
    assert found.times == pytest.approx(times) and (found.for_, found.against) == (("yes",), ("no",))
    tried = np.array([0.5, 0.5 * times])
    assert (tried * true).sum() / tried.sum() == pytest.approx(0.5)


def test_nobody_against_nothing_to_turn() -> None:
    """All agree; a theory within its error takes no side; a silent one is passed over; no weight is an error."""
    half = np.array([0.5, 0.5])
    agreed = odds(("a", "b"), half, np.array([0.9, 0.7]), np.zeros(2))
    assert agreed.times is None and agreed.against == () and agreed.probability == pytest.approx(0.8)
    torn = odds(("a", "b"), half, np.array([0.9, 0.48]), np.array([0.01, 0.02]))
    assert torn.times is None and torn.for_ == ("a",)
    quiet = odds(("a", "b"), half, np.array([0.9, np.nan]), np.array([0.0, np.nan]))
    assert (quiet.probability, quiet.against) == (0.9, ())
    with pytest.raises(DecisionError, match="no theory"):
        odds(("a", "b"), np.array([1.0, 0.0]), np.array([np.nan, 0.9]), np.zeros(2))


def test_thirds_of_few_values_are_the_ends() -> None:
    """A delay of 0, 1 or 2 months: nought against two."""
    low, high = thirds(np.repeat([0.0, 1.0, 2.0], [10, 60, 10]))
    assert (low.sum(), high.sum()) == (10, 10) and not (low & high).any()
    low, high = thirds(np.arange(99.0))
    assert (low.sum(), high.sum()) == (33, 33)


def test_the_number_that_turns_a_claim_is_found_among_those_that_do_not() -> None:
    """One of 60 numbers drives the share from .3 to .7. And over 40 claims that none drives, at most 5% name one: 6 or more has odds of 1.4%."""
    rng = np.random.Generator(np.random.Philox(key=[13, 4]))
    scramble = np.arange(320) % 16
    numbers = [Coordinate(f"n{i}", "", "", "", rng.random(320)) for i in range(60)]
    driven = coins(14, 0.3 + 0.4 * numbers[7].values, 20).sum(axis=2)
    (found,) = movers(ASKED, driven, scramble, numbers)
    assert (found.name, found.turns) == ("n7", True) and found.low.value < 0.4 < 0.6 < found.high.value
    assert found.low.verdict == "does not hold" and found.high.verdict == "holds"
    (same,) = movers(replace(ASKED, constant=0.1), driven, scramble, numbers)
    assert (same.name, same.turns) == ("n7", False)
    idle = [movers(ASKED, coins(100 + seed, np.full(320, 0.5), 20).sum(axis=2), scramble, numbers) for seed in range(40)]
    assert sum(bool(one) for one in idle) < 6


# --- the study --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ledger() -> ClaimsLedger:
    """The argument about the small war."""
    return claims(war(), TINY)


def by_id(found: ClaimsLedger) -> dict[str, ClaimVerdict]:
    return {one.id: one for one in found.claims}


def test_every_claim_has_two_verdicts_and_a_reason_where_there_is_none(ledger: ClaimsLedger) -> None:
    """Nothing crashes, nothing is silent."""
    found = by_id(ledger)
    assert {name: found[name].model.why[:24] for name in ("joined", "far", "right")} == {
        "joined": "P(settled) > 0.1 and P(t",
        "far": "it looks further than a ",
        "right": "no query is written",
    }
    assert (found["right"].record.verdict, found["right"].model.verdict, found["right"].failed) == ("not asked", "not asked", False)
    assert all(one.record.why == "the scenario names no record" for name, one in found.items() if name != "right")
    assert {name: one.model.way for name, one in found.items() if one.model.by_theory} == {
        "raises": "months", "calm": "months", "bloody": "rungs", "goes-with": "association", "costs": "months", "lift": "months",
        "part": "months",
    }  # fmt: skip


def test_json_is_as_promised(ledger: ClaimsLedger) -> None:
    """The contract of ARCHITECTURE, and nothing that JSON does not know."""
    found = json.loads(json.dumps(ledger.to_json(), allow_nan=False))
    assert [row["id"] for row in found] == list(war().claims)
    for row in found:
        assert {"id", "by", "says", "record", "model", "flips"} <= set(row)
        assert {"k", "n", "low", "high", "verdict"} <= set(row["record"])
        assert {"by_theory", "weighted", "verdict"} <= set(row["model"])
    assert {theory["theory"] for theory in found[0]["model"]["by_theory"]} == {"inertia", "spigot"}
    assert found[0]["model"]["weighted"]["weights"] == {"inertia": 0.25, "spigot": 0.75}


def test_the_same_for_any_number_of_workers(ledger: ClaimsLedger) -> None:
    """Bit for bit."""
    assert claims(war(), replace(TINY, executor=Local(1))).to_json() == ledger.to_json()


@pytest.mark.slow
def test_the_same_for_any_size_of_chunk(ledger: ClaimsLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bit for bit: the sums of a draw are made of its own runs."""
    monkeypatch.setattr(heard, "CHUNK", 40)
    assert claims(war(), TINY).to_json() == ledger.to_json()


def test_a_lift_is_the_difference_of_its_parts(ledger: ClaimsLedger) -> None:
    """P(x | y) - P(x), from the two numbers that another claim prints."""
    parts, lift = by_id(ledger)["part"].model, by_id(ledger)["lift"].model.weighted
    assert lift is not None and parts.weighted is not None and parts.anyway is not None
    assert lift.figure.value == pytest.approx(parts.weighted.figure.value - parts.anyway.value, abs=1e-12)


def test_figures_are_those_of_the_months_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the months of every run, by plain loops: a share over plans and theories by weight, and a slope over the plans of one rung each."""
    seen: dict[tuple[str, str], dict[str, np.ndarray]] = {}

    def watched(engine: Engine, batch: Batch, task: Task, wanted: Sequence[Quantity]) -> np.ndarray:
        found = series(engine, batch, task, wanted)
        seen[task.strategy, task.theory] = {name.what: months_ for name, months_ in zip(wanted, found, strict=True)}
        return found

    monkeypatch.setattr(heard, "series", watched)
    found = by_id(claims(war(), TINY))
    weights, hits, cases = {"inertia": 0.25, "spigot": 0.75}, 0.0, 0.0
    for (plan, theory), told in seen.items():
        for run in range(32 * 4 if plan in ("wait", "arm") else 0):
            for month in range(24 - 6):
                if told["truce-begins"][month, run]:
                    cases += weights[theory]
                    hits += weights[theory] * told["truce-breaks"][month : month + 7, run].max()
    calm, bloody = found["calm"].model.weighted, found["bloody"].model.weighted
    assert calm is not None and calm.figure.value == pytest.approx(hits / cases, rel=1e-9)
    rungs = {"training": 3, "lethal-defensive": 4, "heavy": 5}
    dead = [
        sum(w * seen[f"{name} and nothing else", theory]["deaths"].mean(dtype=np.float64) for theory, w in weights.items())
        for name in rungs
    ]
    assert bloody is not None and bloody.figure.value == pytest.approx(np.polyfit(list(rungs.values()), dead, 1)[0], rel=1e-6)


def test_the_kept_weights_stand_beside_the_priors(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verdict stays that of the priors; all weight on one theory gives that theory's figure."""

    class Weighing:
        patron, used_weights = "neighbour", {"inertia": 1.0, "spigot": 0.0}

    class CachedWeighing:
        weighing = Weighing()

    monkeypatch.setattr(written, "fullest_cached", lambda *_: CachedWeighing)
    monkeypatch.setattr(written, "record_of", lambda _: None)
    found = claims(war().model_copy(update={"record": "made"}), TINY)
    model = by_id(found)["costs"].model
    assert model.by_record is not None and found.weights_why == ""
    assert model.by_record.figure == model.by_theory[0].figure and model.by_record.source == "record"
    assert any("By the record's weights of the theories" in one for one in sentences(by_id(found)["costs"], found.titles))


def test_what_cannot_be_asked_is_an_error_that_says_so() -> None:
    """No claims, an unknown strategy."""
    with pytest.raises(DecisionError, match="no claims"):
        claims(war(""), TINY)
    with pytest.raises(CompileError, match="no strategy called hope"):
        claims(war(), replace(TINY, strategies=("hope",)))


def test_the_rungs_are_those_the_plans_climb() -> None:
    """From where the owner stands up; down where no plan goes up; the next where none moves."""
    program = compile_scenario(war())
    ladder = [step.name for step in program.cast.ladders[0]]
    assert [ladder[rung] for rung in rungs_of(program)] == ["training", "lethal-defensive", "heavy"]
    wait = program.with_plans([plan for plan in program.plans if plan.name == "wait"])
    assert [ladder[rung] for rung in rungs_of(wait)] == ["training", "lethal-defensive"]
    assert of_rung(claim("slope(deaths, overseas.rung) > 0").queries[0], "overseas")
    assert not of_rung(claim("slope(deaths, overseas.rung | truce) > 0").queries[0], "overseas")


# --- the argument of December 2017 ------------------------------------------------------------------------------------


def with_constant(tree: Expression, constant: float) -> Expression:
    """The comparison with another constant."""
    assert isinstance(tree, Apply)
    return replace(tree, args=(tree.args[0], Constant(constant)))


@pytest.fixture(scope="module")
def donbas() -> ClaimsLedger:
    """All claims of donbas-2017, few draws."""
    return claims(read("donbas-2017"), RunOptions(draws=32, lucks=2))


def test_at_least_fourteen_claims_with_a_verdict_of_the_record_and_of_the_model(donbas: ClaimsLedger) -> None:
    """Of both sides of the argument."""
    both = [one for one in donbas.claims if one.record.readings and one.model.weighted is not None]
    assert len(both) >= 14 and len(donbas.claims) >= 20
    assert len({one.by for one in both}) >= 6


def test_another_constant_turns_every_verdict_of_the_model(donbas: ClaimsLedger) -> None:
    """Ten errors below and above what was found: it holds on one side and not on the other, for each of the claims."""
    scenario, wanted = read("donbas-2017"), {}
    for one in donbas.claims:
        tree, weighted = scenario.claims[one.id].model, one.model.weighted
        assert weighted is not None and isinstance(tree, Apply)
        value, span = weighted.figure.value, 10 * max(weighted.figure.se, 1e-6) + weighted.figure.high - weighted.figure.low
        for side, constant in (("under", value - span), ("over", value + span)):
            wanted[f"{one.id} {side}"] = Claim(says="", model=with_constant(tree, constant))
    turned = by_id(claims(scenario.model_copy(update={"claims": wanted}), RunOptions(draws=32, lucks=2)))
    for name, found in turned.items():
        claim_, side = name.split()
        tree = scenario.claims[claim_].model
        assert isinstance(tree, Apply)
        above = tree.op in (">", ">=")
        assert found.model.verdict == ("holds" if above == (side == "under") else "does not hold"), (name, text(tree))


# --- the command ------------------------------------------------------------------------------------------------------

SIZE = ["--draws", "32", "--lucks", "4"]  # as TINY, which is compiled


def test_the_command_prints_a_ledger_of_a_hundred_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Claims, verdicts, what turns them, and how to read it."""
    monkeypatch.setenv("COLUMNS", "100")
    (tmp_path / "small.yaml").write_text(SMALL + ARGUMENT, encoding="utf-8")
    assert main(["claims", str(tmp_path / "small.yaml"), *SIZE]) == 0
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) <= 100
    for words in ("[1] Raises", "a hawk", "per rung", "association", "Share of draws", "not asked", "That is not an effect"):
        assert words in said
    assert main(["claims", str(tmp_path / "small.yaml"), *SIZE, "--json", "--theory", "spigot"]) == 0
    assert len(json.loads(capsys.readouterr().out)[0]["model"]["by_theory"]) == 1


def test_strict_is_one_where_a_claim_does_not_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 where none fails; 2 for a scenario without an argument."""
    edges = {">": "> -1e9", "<": "< 1e9"}  # a slope has no bounds; whatever else is asked is never below 0
    pattern = r'"(\w+)\((.*?)\) (>=?|<) [^"]*"'
    modest = re.sub(pattern, lambda it: f'"{it[1]}({it[2]}) {edges[it[3]] if it[1] == "slope" else ">= 0"}"', ARGUMENT)
    for argument, code in ((modest, 0), (ARGUMENT, 1)):
        (tmp_path / "small.yaml").write_text(SMALL + argument, encoding="utf-8")
        assert main(["claims", str(tmp_path / "small.yaml"), *SIZE, "--strict"]) == code
        assert main(["claims", str(tmp_path / "small.yaml"), *SIZE]) == 0
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    assert main(["claims", str(tmp_path / "small.yaml"), *SIZE]) == 2
    assert "the scenario has no claims" in capsys.readouterr().err
