"""Tiers of support: what is given is ranked, what is missing is never read as no support, known parameters are found again."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import numpy as np
import pytest
from many_wars.changes import CAUSES, FACTORS, SAME, Changes, RankedSides, changes, ranked
from many_wars.checks import checks
from many_wars.fit import Interval, TierFit, fit_tiers
from many_wars.sampling import LEVELS, Diagnostics, Parameters, Sampling, diagnose, probabilities, sample

from builders.places import PUBLISHERS_DATA, ROOT
from builders.publisher_files import side_year as row
from builders.publisher_files import side_years
from countermove.errors import EvidenceError

SEED = 20
Z = 3.6
"""Twenty checks of |z| < 3.6 raise a false alarm in 0.6% of seeds; the seed is fixed."""


def read(*rows: dict[str, str]) -> RankedSides:
    return ranked(side_years(*rows))


# --- ranking ----------------------------------------------------------------------------------------------------------


def test_tiers_rank_what_is_given() -> None:
    """None; less than weapons; weapons or materiel; troops, presence or joint operations."""
    given = ["", *"tfilou", "w", "m", "wf", "x", "p", "yw"]
    sides = read(*(row(1, 1, 1990 + year, kinds) for year, kinds in enumerate(given)))
    assert sides.tier.tolist() == [0, *[1] * 6, 2, 2, 2, 3, 3, 3]
    assert [kinds for kinds, armed in zip(given, sides.armed.tolist(), strict=True) if armed] == ["w", "wf", "yw"]


def test_elements_of_a_state_count_and_are_counted() -> None:
    """Weapons from a part of a state, in a row that says that no state supports."""
    sides = read(row(1, 1, 1990, "w", state=False), row(1, 2, 1990))
    assert sides.tier.tolist() == [2, 0]
    assert sides.elements == 1


def test_wars_between_states_are_left_out_and_counted() -> None:
    sides = read(row(1, 1, 1990), row(2, 1, 1990, civil=False))
    assert (sides.dyad.tolist(), sides.between_states) == ([1], 1)


def test_columns_that_cannot_be_are_refused() -> None:
    whole, real = np.array([1]), np.array([np.nan])
    columns = dict.fromkeys(("dyad", "war", "side", "opponent", "year", "tier"), whole)
    flags = {"rebel": np.array([False]), "armed": np.array([False])}
    RankedSides(**columns, **flags, deaths=real, strength=real)
    for wrong in ({"tier": np.array([4])}, {"deaths": np.array([-1.0])}, {"strength": np.array([3.0])}, {"year": np.array([1, 2])}):
        with pytest.raises(EvidenceError):
            RankedSides(**{**columns, **flags, "deaths": real, "strength": real, **wrong})
    with pytest.raises(EvidenceError, match="stands twice in one year"):
        read(row(1, 1, 1990), row(1, 1, 1990))


# --- changes and what is censored -------------------------------------------------------------------------------------


def test_changes_by_hand() -> None:
    """Side 1 gets a patron the year after side 2 is armed, and climbs the year after side 2 is armed no longer."""
    theirs, own = ["", "w", "w", ""], ["", "", "f", "f", "x"]
    sides = read(
        *(row(1, 1, 1990 + year, kinds) for year, kinds in enumerate(own)),
        *(row(1, 2, 1990 + year, kinds) for year, kinds in enumerate(theirs)),
    )
    seen = changes(sides)
    mine = seen.factor("rebel") == 0
    assert [CAUSES[code] if code < SAME else "same" for code in seen.outcome[mine]] == ["start", "same", "raise"]
    assert seen.factor("onset")[mine].tolist() == [1, 0, 0]
    assert seen.factor("offset")[mine].tolist() == [0, 0, 1]
    assert seen.factor("armed")[mine].tolist() == [0, 1, 1]
    assert seen.opponent[mine].tolist() == [2, 2, 0]
    assert seen.before[mine].tolist() == [0, 0, 1]
    assert seen.factor("risen")[mine].tolist() == [0, 1, 0]


def test_a_missing_year_is_not_a_year_without_support() -> None:
    """A supported side, a year that is not in the file, the side again: no stop, no start, and every row is accounted for."""
    years = (1990, 1991, 1993, 1994, 1995)
    sides = read(
        *(row(1, side, year, "w" if side == 1 else "") for year in years for side in (1, 2)), row(2, 1, 1994), row(2, 1, 1995)
    )
    seen = changes(sides)
    assert not {CAUSES.index("start"), CAUSES.index("stop")} & set(seen.outcome.tolist())
    lost = seen.censored
    assert sum(lost[:6]) == sides.dyad.size == 12
    assert lost._asdict() == {
        "changes": 2,  # 1994 of both sides; before 1993 the opponent's last year is missing
        "file_ends": 3,
        "leaves": 0,
        "gap": 2,
        "enters": 2,
        "opponent_missing": 3,
        "sides": 3,
        "supported_when_first_seen": 1,
        "supported_when_last_seen": 1,
        "first_seen_in_first_year": 2,
    }


def test_nothing_that_makes_a_change() -> None:
    seen = changes(read(row(1, 1, 1990)))
    assert (seen.tier.size, seen.x.shape, seen.censored.file_ends) == (0, (0, len(FACTORS)), 1)


# --- known parameters -------------------------------------------------------------------------------------------------

TRUE_LEVEL = np.array([-2.0, -2.5, -2.8, -2.2, -1.8, -1.7, -2.4, -3.0])
TRUE_SPREAD = np.array([0.5, 0.5, 0.5, 0.8])
HOW = Sampling(chains=4, warmup=300, draws=300, target=0.9)


def truth(wars: int) -> Parameters:
    """One point [1, ...]: the arming of the opponent is answered by a start and by a rise, the end of it by nothing."""
    rng = np.random.default_rng(SEED)
    effect = np.zeros((len(CAUSES), len(FACTORS)))
    effect[0, FACTORS.index("onset")], effect[1, FACTORS.index("onset")] = 1.6, 1.4
    effect[3, FACTORS.index("rebel")] = 0.7
    return Parameters(TRUE_LEVEL[None], effect[None], np.log(TRUE_SPREAD)[None], rng.standard_normal((1, len(CAUSES), wars)))


def simulated(rows: int, wars: int) -> Changes:
    """A record drawn from the truth."""
    rng = np.random.default_rng(SEED + 1)
    war, tier = np.arange(rows) % wars, rng.integers(0, 4, rows)
    armed, turn = rng.random(rows) < 0.4, rng.random(rows) < 0.25
    x = np.zeros((rows, len(FACTORS)))
    named = {"onset": turn & ~armed, "offset": turn & armed, "armed": armed, "rebel": rng.random(rows) < 0.5}
    for name in FACTORS:
        x[:, FACTORS.index(name)] = named[name] if name in named else 0.5 * rng.standard_normal(rows)
    at = truth(wars)
    own = (np.exp(at.spread)[:, :, None] * at.war)[:, :, war].transpose(0, 2, 1)
    chances = probabilities(at, x, tier, own)[0]
    assert np.allclose(chances.sum(axis=1), 1)
    outcome = (rng.random((rows, 1)) > chances.cumsum(axis=1)).sum(axis=1)
    step = np.array([tier + 1, tier + 1, tier - 1, np.zeros_like(tier), tier])
    blank = changes(read(row(1, 1, 1990))).censored
    return Changes(war, np.arange(wars), tier, step[outcome, np.arange(rows)], np.full(rows, -1), tier, x, blank)


@pytest.fixture(scope="module")
def record() -> Changes:
    return simulated(rows=1500, wars=20)


@pytest.fixture(scope="module")
def sampled(record: Changes) -> tuple[Parameters, Diagnostics]:
    return sample(record, seed=SEED, how=HOW)


@pytest.fixture(scope="module")
def fit(record: Changes) -> TierFit:
    return fit_tiers(record, seed=SEED, sampling=HOW)


def test_outcomes_of_the_simulation_are_possible(record: Changes) -> None:
    possible = {(cause, tier) for cause, tier in LEVELS}
    happened = {
        (CAUSES[code], tier) for code, tier in zip(record.outcome.tolist(), record.tier.tolist(), strict=True) if code < SAME
    }
    assert happened == possible


@pytest.mark.slow
def test_known_parameters_are_found_again(sampled: tuple[Parameters, Diagnostics]) -> None:
    """Levels, reactions, placebos and spreads: 20 checks within Z posterior standard deviations."""
    draws, _ = sampled
    wanted = truth(20)
    chosen = [FACTORS.index("onset"), FACTORS.index("offset")]
    for part, true in (
        (draws.level, wanted.level),
        (draws.effect[:, :, chosen], wanted.effect[:, :, chosen]),
        (draws.spread, wanted.spread),
    ):
        z = (part.mean(axis=0) - true[0]) / part.std(axis=0)
        assert np.abs(z).max() < Z
        assert np.abs(z).max() > 0.01  # the posterior is no copy of the truth


@pytest.mark.slow
def test_the_reaction_is_seen_and_the_placebo_is_null(fit: TierFit) -> None:
    """Of six ratios that are 1 in truth at most three intervals may exclude it: more than that happens in 0.1% of seeds."""
    start, raised, lowered, stopped = fit.odds
    assert start.reaction.low > 1 and raised.reaction.low > 1
    assert "more often" in start.sentence
    null = [lowered.reaction, stopped.reaction, *(odds.placebo for odds in fit.odds)]
    assert sum(not ratio.low < 1 < ratio.high for ratio in null) <= 3
    for odds in fit.odds:
        told = "the record cannot tell" if odds.net.low <= 1 <= odds.net.high else "often"
        assert odds.sentence.endswith(f"{told}.")
    assert "cannot tell who moved first" in fit.sentence


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(fit: TierFit, sampled: tuple[Parameters, Diagnostics]) -> None:
    draws, diagnostics = sampled
    assert fit.diagnostics == diagnostics
    assert fit.odds[0].reaction == Interval.of(np.exp(draws.effect[:, 0, FACTORS.index("onset")]))
    assert fit.spread[3] == Interval.of(np.exp(draws.spread[:, 3]))


@pytest.mark.slow
def test_chains_agree_on_easy_data(fit: TierFit) -> None:
    """Few draws, so a looser bound than that of the record itself."""
    assert fit.diagnostics.rhat < 1.05
    assert fit.diagnostics.divergences == 0


@pytest.mark.slow
def test_rates_lie_where_the_record_lies(fit: TierFit, record: Changes) -> None:
    start, persist = fit.rate("start"), fit.rate("persist")
    assert start.cases == int((record.tier == 0).sum())
    assert start.mean.low < start.happened / start.cases < start.mean.high
    assert persist.mean.low < persist.happened / persist.cases < persist.mean.high
    for rate in fit.rates:
        assert rate.new_war.high - rate.new_war.low > rate.mean.high - rate.mean.low
        assert min(rate.beta) > 0
    with pytest.raises(EvidenceError, match="no rate begin"):
        fit.rate("begin")


# --- checks and refusals ----------------------------------------------------------------------------------------------


def test_checks_pass_at_the_truth_and_miss_what_is_false(record: Changes) -> None:
    """At the truth about one check in ten is missed by chance; with the starts of every second war taken away, starts are."""
    many = Parameters(*(np.repeat(part, 300, axis=0) for part in truth(20)))
    found = checks(record, many, seed=1)
    assert np.mean([check.missed for check in found]) < 0.3
    quiet = np.where((record.war % 2 == 0) & (record.tier == 0), 0, record.later)
    altered = Changes(record.war, record.wars, record.tier, quiet, record.before, record.opponent, record.x, record.censored)
    missed = {check.name for check in checks(altered, many, seed=1) if check.missed}
    assert {"start from tier 0", "wars with a start"} <= missed
    assert checks(record, many, seed=1) == found


def test_chains_that_disagree_have_not_settled() -> None:
    rng = np.random.default_rng(SEED)
    columns = rng.standard_normal((4, 500, 3))
    assert diagnose(columns, 0, 7.0).settled
    assert not diagnose(columns, 1, 7.0).settled
    assert not diagnose(columns + np.arange(4)[:, None, None], 0, 7.0).settled
    assert not diagnose(np.where(np.arange(3) == 1, 0.0, columns), 0, 7.0).settled


def test_a_record_that_cannot_be_fitted_is_refused_with_every_reason() -> None:
    nothing = changes(read(row(1, 1, 1990)))
    with pytest.raises(EvidenceError) as caught:
        fit_tiers(nothing, seed=-1, sampling=Sampling(chains=1))
    for reason in ("0 war(s)", "no side with support", "no opponent that a state began to arm", "two chains", "the seed -1"):
        assert reason in str(caught.value)


# --- the record itself ------------------------------------------------------------------------------------------------


def script() -> ModuleType:
    """scripts/derive_side_years.py; skips where its data are not."""
    spec = importlib.util.spec_from_file_location("derive_side_years", ROOT / "scripts" / "derive_side_years.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    absent = [name for name in module.FILES if not (PUBLISHERS_DATA / name).is_file()]
    if absent:
        pytest.skip(f"NOT CHECKED: {', '.join(absent)} not in {PUBLISHERS_DATA}; the data are not shipped")
    return module


def test_the_first_look_again() -> None:
    """The page repeats what the script prints."""
    derive = script()
    sides, table = derive.load(PUBLISHERS_DATA)
    seen = changes(sides)
    assert sum(seen.censored[:6]) == sides.dyad.size
    assert derive.yearly(sides) == (1630, 1761, 109, 1124)
    assert derive.gained(sides, False, True) == (11, 29)
    page = (ROOT / "docs" / "explanation" / "many-wars.md").read_text(encoding="utf-8")
    for line in (*derive.first_look(sides, seen), *derive.missing(sides, seen, table)):
        assert line in page


@pytest.mark.slow
def test_the_record_is_fitted_and_settles() -> None:
    """R-hat below 1.01 and no divergence; the page repeats the sentence."""
    derive = script()
    fit = fit_tiers(changes(derive.load(PUBLISHERS_DATA)[0]), seed=0)
    assert fit.diagnostics.rhat < 1.01
    assert fit.diagnostics.divergences == 0
    for odds in fit.odds:
        assert odds.reaction.low < odds.reaction.median < odds.reaction.high
        assert odds.placebo.low < odds.placebo.median < odds.placebo.high
    by_tier = {check.name: check for check in fit.checks}
    assert not any(by_tier[f"{cause} from tier {tier}"].missed for cause, tier in LEVELS)
    assert fit.sentence in (ROOT / "docs" / "explanation" / "many-wars.md").read_text(encoding="utf-8")
