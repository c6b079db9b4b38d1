"""Numbers as people state them: distributions, ranges, units, experts, bounds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from builders.places import WAR_FILE
from countermove.errors import ScenarioError, UnitError
from countermove.scenario.borrow import WIDER, widen
from countermove.scenario.distributions import from_range, mass_outside, probability_below, quantile
from countermove.scenario.first_day import complement
from countermove.scenario.numbers import NumberReader
from countermove.scenario.tree import Issues, parse
from countermove.scenario.write import prior_as_written
from countermove.units import factor, split
from countermove.world.prior import Parameter, Prior

INF = math.inf
PERSONS = Parameter("side.personnel", Prior("lognormal", (40.0, 0.3), "thousand"), "Personnel", (0, INF))
MONEY = Parameter("patron.budget", Prior("fixed", (1.0,), "million USD per month"), "Budget", (0, INF))
SHARE = Parameter("opening.held", Prior("beta", (5.0, 5.0), "share"), "Share", (0, 1))
LEVEL = Parameter("posture.base", Prior("normal", (0.0, 1.0), "logit"), "Anything", (-INF, INF))
RATE = Parameter("posture.culmination", Prior("fixed", (0.1,), "per month"), "Rate", (0, INF))


def number(text: str, parameter: Parameter = PERSONS) -> Prior:
    """The prior that `text` says."""
    issues = Issues()
    form = NumberReader(issues)
    form.sources = {"book"}
    prior = form.prior(parse(text, "number", issues), parameter)
    if issues.found:
        raise ScenarioError(issues.found)
    return prior


@pytest.mark.parametrize(
    ("text", "parameter", "kind", "args"),
    [
        ("3", PERSONS, "fixed", (3,)),
        ("3e1", PERSONS, "fixed", (30,)),
        ("47 thousand persons", PERSONS, "fixed", (47,)),
        ("47000 persons", PERSONS, "fixed", (47,)),
        ("0.047 million persons", PERSONS, "fixed", (47,)),
        ("{value: 0.6 billion USD/year}", MONEY, "fixed", (50,)),
        ("{value: 5, unit: billion USD per month}", MONEY, "fixed", (5000,)),
        ("{lognormal: [600, 0.5], unit: million USD/year}", MONEY, "lognormal", (50, 0.5)),
        ("{normal: [600, 60], unit: million USD per year, low: 0}", MONEY, "normal", (50, 5)),
        ("{gamma: [4, 3]}", PERSONS, "gamma", (4, 3)),
        ("{halfnormal: 12, unit: per year}", RATE, "halfnormal", (1,)),
        ("{uniform: [20, 40]}", PERSONS, "uniform", (20, 40)),
        ("{uniform: [20, 40 thousand persons]}", PERSONS, "uniform", (20, 40)),
        ("{choice: [1, 2, 5]}", PERSONS, "choice", (1, 2, 5)),
        ("{quantiles: {5: 20, 50: 40, 95: 90}}", PERSONS, "quantiles", (0.05, 20, 0.5, 40, 0.95, 90)),
        ("66%", SHARE, "fixed", (0.66,)),
        ("{value: 66, unit: percent}", SHARE, "fixed", (0.66,)),
        ("{uniform: [20, 80], unit: percent}", SHARE, "uniform", (0.2, 0.8)),
        ("{beta: [3, 9]}", SHARE, "beta", (3, 9)),
        ("{beta: [3, 9]}", LEVEL, "beta", (3, 9)),
        ("{normal: [-3, 2]}", LEVEL, "normal", (-3, 2)),
    ],
)
def test_forms_and_units(text: str, parameter: Parameter, kind: str, args: tuple[float, ...]) -> None:
    """Every way to state a number, in the parameter's unit."""
    prior = number(text, parameter)
    assert prior.kind == kind
    assert prior.args == pytest.approx(args, rel=1e-12)
    assert prior.unit == parameter.prior.unit


@pytest.mark.parametrize("parameter", [PERSONS, SHARE, LEVEL])
@pytest.mark.parametrize(("low", "high"), [(0.2, 0.8), (0.01, 0.02), (0.001, 0.5), (0.9, 0.99)])
def test_a_range_is_nine_cases_of_ten(parameter: Parameter, low: float, high: float) -> None:
    """Five per cent lie below, five above, whatever the distribution."""
    prior = number(f"{{range: [{low}, {high}]}}", parameter)
    assert prior.kind == {"side.personnel": "lognormal", "opening.held": "beta", "posture.base": "normal"}[parameter.name]
    assert probability_below(prior, low) == pytest.approx(0.05, abs=1e-8)
    assert probability_below(prior, high) == pytest.approx(0.95, abs=1e-8)


def test_a_range_on_bounds_that_are_not_natural_is_cut() -> None:
    """A share that may not touch 0 and 1 keeps its range, and loses what lies outside."""
    narrow = Parameter("opening.held", Prior("beta", (5.0, 5.0), "share"), "Share", (0.001, 0.999))
    assert (number("{range: [0.4, 0.6]}", narrow).low, number("{range: [0.4, 0.6]}", narrow).high) == (None, None)
    assert number("{range: [0.01, 0.6]}", narrow).low == 0.001


def test_options() -> None:
    """Unit, source, note, truncation in the number's own unit, above the start."""
    prior = number(
        "{lognormal: [40000, 0.2], unit: persons, low: 30000, high: 0.05 million persons, source: book, note: why, above: start}"
    )
    assert (prior.source, prior.note, prior.above) == ("book", "why", "start")
    assert prior.args == pytest.approx((40, 0.2))
    assert prior.low == pytest.approx(30)


def test_experts_are_kept_apart() -> None:
    """Several answers are several priors; unit and source pass down unless an expert has their own."""
    prior = number(
        "{experts: {anna: 30000, bert: {range: [20, 60], unit: thousand, source: judgement}}, unit: persons, source: book, note: n}"
    )
    assert prior.kind == "experts"
    assert prior.args == ()
    answers = dict(prior.experts)
    assert answers["anna"].args == (30.0,)
    assert (answers["anna"].source, answers["bert"].source) == ("book", "judgement")
    assert answers["bert"].kind == "lognormal"


@pytest.mark.parametrize(
    "text",
    [
        "{normal: [10, 5]}",
        "{normal: [10, 2.2]}",
        "{uniform: [-1, 3]}",
        "{choice: [1, -2]}",
        "{experts: {a: 1, b: {experts: {c: 1, d: 2}}}}",
        "{experts: {a: 1, b: 2}, low: 0}",
        "{value: 3, unit: percent}",
        "{value: 1e16}",
        "{beta: [1e300, 2]}",
        "{beta: [2, 3], unit: percent}",
        "3thousand",
        "3, 4",
        "1,426",
        "nan",
        "~",
        "''",
        "{}",
        "[]",
        "true",
    ],
)
def test_refused(text: str) -> None:
    """Never repaired."""
    with pytest.raises(ScenarioError):
        number(text)


def test_a_normal_far_from_its_bound_needs_no_cut() -> None:
    """Seven standard deviations from 0 are as good as a bound; four are not."""
    assert number("{normal: [1.1, 0.15]}").low is None
    assert number("{normal: [10, 5], low: 0}").low == 0


# --- units ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "wanted", "expected"),
    [
        ("thousand", "persons", 1e3),
        ("billion USD", "million USD", 1e3),
        ("billion USD/year", "million USD/month", 1e3 / 12),
        ("USD per month", "million USD/month", 1e-6),
        ("year", "months", 12),
        ("weeks", "month", 7 * 12 / 365.25),
        ("per year", "per month", 1 / 12),
        ("1/year", "per month", 1 / 12),
        ("percent", "share", 0.01),
        ("persons a month", "thousand persons/month", 1e-3),
        ("log ratio", "log ratio", 1),
        ("thousand person-equivalents", "thousand", 1),
    ],
)
def test_units(found: str, wanted: str, expected: float) -> None:
    """Conversion between units that measure the same thing."""
    assert factor(found, wanted) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ("USD", "persons"),
        ("USD/month", "USD"),
        ("months", "per month"),
        ("lbs", "persons"),
        ("share", "log ratio"),
        ("brigades", "rung"),
        ("USD", ""),
    ],
)
def test_units_that_do_not_fit(found: str, wanted: str) -> None:
    """A wrong dimension is an error, never a factor."""
    with pytest.raises(UnitError):
        factor(found, wanted)


def test_split() -> None:
    """A number with a unit, or nothing."""
    assert split("47 million USD") == (47.0, "million USD")
    assert split("3%") == (3.0, "%")
    assert split("0x1F") is split("1:30") is split("million") is split("1e999x") is None


# --- the mathematics --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prior", "same"),
    [
        (Prior("gamma", (2.0, 3.0)), stats.gamma(2, scale=3)),
        (Prior("beta", (3.0, 9.0)), stats.beta(3, 9)),
        (Prior("normal", (1.0, 2.0)), stats.norm(1, 2)),
        (Prior("lognormal", (3.0, 0.8)), stats.lognorm(0.8, scale=3)),
        (Prior("halfnormal", (2.0,)), stats.halfnorm(scale=2)),
        (Prior("normal", (1.0, 2.0), low=0.0), stats.truncnorm(-0.5, INF, 1, 2)),
        (Prior("uniform", (1.0, 3.0)), stats.uniform(1, 2)),
    ],
    ids=lambda value: value.kind if isinstance(value, Prior) else "",
)
def test_quantiles_and_mass_against_scipy(prior: Prior, same: stats.rv_continuous) -> None:
    """Quantiles invert the distribution; the mass outside is what lies beyond."""
    for p in (0.001, 0.05, 0.5, 0.95, 0.999):
        assert float(quantile(prior, np.array(p))) == pytest.approx(same.ppf(p), abs=1e-7)
    low, high = same.ppf(0.1), same.ppf(0.7)
    assert mass_outside(prior, low, high) == pytest.approx((0.1, 0.3), abs=1e-9)


def test_from_range_without_room() -> None:
    """An end on the edge of what is possible leaves no 5% beyond it."""
    assert from_range(0, 0.5, (0, 1)) is None
    assert from_range(0.5, 1, (0, 1)) is None
    assert from_range(0, 5, (0, INF)) is None


PRIORS = [
    (Prior("normal", (0.5, 0.1)), LEVEL),
    (Prior("lognormal", (40.0, 0.3)), PERSONS),
    (Prior("beta", (6.0, 3.0)), SHARE),
    (Prior("gamma", (9.0, 2.0)), PERSONS),
    (Prior("halfnormal", (2.0,)), PERSONS),
    (Prior("uniform", (0.4, 0.6)), SHARE),
    (Prior("quantiles", (0.05, 20.0, 0.5, 40.0, 0.95, 90.0)), PERSONS),
    (Prior("quantiles", (0.05, 0.2, 0.5, 0.4, 0.95, 0.9)), SHARE),
]


@pytest.mark.parametrize(("prior", "parameter"), PRIORS, ids=[f"{prior.kind}-{parameter.name}" for prior, parameter in PRIORS])
def test_widening(prior: Prior, parameter: Parameter) -> None:
    """Wider, inside the bounds, marked; and what is borrowed can be written and read."""
    wide = widen(prior, parameter.support)
    assert wide.borrowed
    ends = np.array([0.05, 0.95])
    spread = tuple(float(np.diff(quantile(one, ends))[0]) for one in (prior, wide))
    assert 1.1 < spread[1] / spread[0] < 1.5 * WIDER
    assert sum(mass_outside(wide, *parameter.support)) < 1e-6


def test_widening_never_leaves_the_bounds() -> None:
    """A uniform that fills its bounds stays; a normal that would cross 0 is cut; a fixed number is kept."""
    assert widen(Prior("uniform", (0.0, 1.0)), (0, 1)).args == (0, 1)
    assert widen(Prior("normal", (1.0, 0.2)), (0, INF)).low == 0
    assert widen(Prior("fixed", (3.0,)), (0, INF)) == Prior("fixed", (3.0,), borrowed=True)


def test_mirror_twice_is_nothing() -> None:
    """1 - (1 - x) is x."""
    every = [
        Prior("fixed", (0.25,)),
        Prior("beta", (3.0, 9.0), low=0.25),
        Prior("uniform", (0.25, 0.5)),
        Prior("normal", (0.25, 0.125), low=0.0, high=0.75),
        Prior("quantiles", (0.25, 0.125, 0.5, 0.375)),
    ]
    for prior in every:
        once = complement(prior)
        assert once is not None
        assert complement(once) == prior
        if prior.kind != "fixed":
            assert float(quantile(once, np.array(0.3))) == pytest.approx(1 - float(quantile(prior, np.array(0.7))), abs=1e-9)
    assert complement(Prior("lognormal", (0.2, 0.5))) is None


def test_percentages_survive_being_written() -> None:
    """7% is 0.07, and is written as 7."""
    for percent in (0.1, 1, 5, 7, 14, 28, 29, 33.3, 57, 58, 99.9):
        share = percent / 100
        assert list(prior_as_written(Prior("quantiles", (share / 2, 1.0, share, 2.0)))["quantiles"])[1] == percent


def test_the_file_of_the_tests_is_where_it_should_be() -> None:
    """Tests read it by its place."""
    assert WAR_FILE.is_file()
