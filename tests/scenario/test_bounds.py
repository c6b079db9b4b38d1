"""One check of bounds on the typed tree, for rules, contingencies and claims: a quantity is not compared with what it can never be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from builders.places import WAR_FILE
from countermove.errors import ScenarioError
from countermove.scenario import read_text
from countermove.scenario.bounds import span
from countermove.world.expression import Apply, Constant, Expression, Name, evaluate, walk

WAR = WAR_FILE.read_text(encoding="utf-8")
RULE = "bear.rung >= overt-intervention"
CONTINGENCY = "bear.rung > bear.rung[-1]"
MODEL = "P(bear.support[+6] > bear.support | south.losing) >= 0.8"
RECORD = "share(bear.raises within 3 | south.losing) >= 0.8"


def mistakes(place: str, condition: str) -> list[tuple[str, str]]:
    """What is said of a condition at a place, with what may have been meant."""
    try:
        read_text(WAR.replace(place, condition, 1))
    except ScenarioError as error:
        return [(issue.message, issue.suggestion) for issue in error.issues]
    return []


# what is compared, a part of the message, the suggestion
OBSERVED = [
    ("talks > 50", '"50" lies outside', "0.5"),
    ("66.5 <= north.held", '"66.5" lies outside', "0.665"),
    ("not (talks < -0.2)", '"-0.2" lies outside', ""),
    ("truce and (settled or bear.rung > 20)", "a rung lies between 0 and 9", ""),
    ("bear.rung == 3.5", "a rung is a whole number", ""),
    ("bear.rung > bear.rung[-1] + 12", "lies between 12 and 21", ""),
    ("months >= 2019", '"months" lies between 0 and 599', ""),
    ("months < -3 within 2", '"-3" lies outside', ""),
    ("deaths < -5", '"deaths" is never below 0', ""),
    ("1 - talks > 80", '"80" lies outside', "0.8"),
    ("min(talks, 3) > 20", '"20" lies outside', "0.2"),
    ("talks > heavy", '"heavy" lies outside', ""),
]
STATISTICS = [
    ("P(truce) > 80", "a probability lies between 0 and 1", "0.8"),
    ("P(truce) < 50", "a probability lies between 0 and 1", "0.5"),
    ("80 < P(truce)", "a probability lies between 0 and 1", "0.8"),
    ("share(truce | settled) >= 66.7", "a share lies between 0 and 1", "0.667"),
    ("P(truce) > 150", "a probability lies between 0 and 1", ""),
    ("P(truce) > 1.2", "a probability lies between 0 and 1", ""),
    ("mean(north.held) > 50", '"mean(north.held)" lies between 0 and 1', "0.5"),
    ("mean(truce) > 5", '"mean(truce)" lies between 0 and 1', "0.05"),
    ("mean(bear.rung) > 11", "lies between 0 and 9", ""),
    ("P(truce) - P(settled) > 20", "lies between -1 and 1", "0.2"),
    ("P(truce) > P(settled) + 50", "lies between 50 and 51", ""),
    ("not (P(truce) > 80) or P(truce) < 0.5", "a probability", "0.8"),
    ("P(truce) > 0.8 and P(settled) > 90", "a probability", "0.9"),
    ("P(north.held[+6] > 60 | truce) > 0.5", "north.held[+6]", "0.6"),
    ("slope(deaths, months | talks > 40) > 0", '"talks"', "0.4"),
]


@pytest.mark.parametrize("place", [RULE, CONTINGENCY])
@pytest.mark.parametrize(("condition", "message", "suggestion"), OBSERVED, ids=[row[0] for row in OBSERVED])
def test_rules_and_contingencies(place: str, condition: str, message: str, suggestion: str) -> None:
    """Both read conditions by one check."""
    found = mistakes(place, condition)
    assert len(found) == 1, found
    assert message in found[0][0]
    assert found[0][1] == suggestion


@pytest.mark.parametrize("place", [MODEL, RECORD])
@pytest.mark.parametrize(("condition", "message", "suggestion"), STATISTICS, ids=[row[0] for row in STATISTICS])
def test_claims_on_model_and_record(place: str, condition: str, message: str, suggestion: str) -> None:
    """Inside a statistic, outside it, and on both sides of the comparison."""
    found = mistakes(place, condition)
    assert len(found) == 1, found
    assert message in found[0][0]
    assert found[0][1] == suggestion


@pytest.mark.parametrize(
    "condition", ["bear.rung > 9", "talks >= 1", "north.balance > -900", "months > 36", "talks * 100 > 80", "1 > 2"]
)
def test_what_can_be_meant_is_read(condition: str) -> None:
    """The edge of the bounds, quantities without bounds and what the clock alone forbids are no mistakes."""
    assert mistakes(RULE, condition) == []


@pytest.mark.parametrize("condition", ["P(truce) >= 1", "P(truce) == 0", "100 * P(truce) > 80", "P(truce) > 2 * P(settled)"])
def test_claims_at_the_edge(condition: str) -> None:
    """Always, never, and points of percent."""
    assert mistakes(MODEL, condition) == []


NAMES = st.sampled_from(
    [Name("", "talks"), Name("bear", "rung", -1), Name("", "months"), Name("north", "held"), Name("", "deaths")]
)
LEAVES = st.one_of(NAMES, st.integers(-9, 9).map(lambda value: Constant(float(value))))


def joined(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    """Sums, products, quotients, the larger, the smaller and the size."""
    pair = st.tuples(st.sampled_from(["+", "-", "*", "/", "min", "max"]), st.tuples(inner, inner))
    one = st.tuples(st.sampled_from(["-", "abs"]), st.tuples(inner))
    return st.one_of(pair, one).map(lambda row: Apply(row[0], row[1]))


@settings(max_examples=200)
@given(st.recursive(LEAVES, joined, max_leaves=6), st.integers(0, 2**31))
def test_no_value_leaves_the_span(tree: Expression, seed: int) -> None:
    """Whatever the names are in a run, the value lies in the bounds."""
    rng = np.random.default_rng(seed)
    drawn = {"talks": rng.random(), "held": rng.random(), "rung": rng.integers(0, 10), "months": rng.integers(0, 600)}
    zero = any(isinstance(branch, Apply) and branch.op == "/" and 0.0 in span(branch.args[1]) for branch in walk(tree))
    assume(not zero)
    with np.errstate(all="ignore"):
        value = evaluate(tree, lambda name: np.float64(drawn.get(name.what, 1e5 * rng.random())))
    assert not np.isfinite(value) or float(value) in span(tree)
