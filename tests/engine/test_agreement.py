"""The compiled engine and the NumPy reference, written apart from each other, give the same paths and the same measures."""

from __future__ import annotations

import numpy as np
import pytest

from builders.donbas import Both, both, donbas, draws, engine
from countermove.behaviour.theory import RUNG_EDGES
from countermove.engine.run import Batch
from countermove.engine.simulate import outcomes
from countermove.world.measure import MEASURES

# float32 against float64 after sixty months of feedback; see docs/explanation/model.md
RELATIVE = 2e-3
PAIRS = [
    ("restraint", "inertia"),
    ("javelins", "pressure"),
    ("javelins", "spigot"),
    ("heavy-lethal", "richardson"),
    ("heavy-lethal", "opportunist"),
    ("javelins-conditions-ceiling", "rational"),
    ("arms-for-talks", "domestic"),
    ("arms-for-talks", "switching"),
]


def on_an_edge(support: np.ndarray) -> np.ndarray:
    """Runs [n] in which some support (float32 keeps it to about 1e-4) lay that close to the edge of a rung."""
    # resting exactly on the last edge, beyond which it would stand in the open, is not close to anything
    close = [((np.abs(support - edge) < 1e-4 * (1 + edge)) & (support != edge)).any(axis=(0, 1)) for edge in RUNG_EDGES]
    return np.any(close, axis=0)


def agree(pair: Both) -> None:
    """No run parts that does not lie near a threshold, and few lie there."""
    months, runs = pair.engine["regime"].shape
    apart = np.zeros(runs, bool)
    for name, mine in pair.engine.items():
        theirs = np.asarray(pair.reference.paths[name], np.float64)
        assert mine.shape == theirs.shape, name
        off = np.abs(mine - theirs) > RELATIVE * (1 + np.abs(theirs))
        apart |= off.reshape(months, -1, runs).any(axis=(0, 1))
    near = pair.reference.near
    assert not (apart & ~near & ~on_an_edge(pair.reference.paths["support"])).any()
    assert near.mean() <= 0.04, f"{near.sum()} of {runs} runs lie near a threshold"


@pytest.mark.parametrize(("strategy", "theory"), PAIRS)
def test_paths_agree_with_the_reference(strategy: str, theory: str) -> None:
    agree(both(strategy, theory))


@pytest.mark.parametrize(("strategy", "theory"), [("javelins", "spigot"), ("arms-for-talks", "pressure")])
def test_they_agree_where_peace_is_made_and_broken_often(strategy: str, theory: str) -> None:
    """Settlements, wars that come back, patrons who leave and clients that live on them: more of it in a run than priors give."""
    rare = {"bargain__hazard": 0.08, "bargain__recurrence": 0.05, "bargain__tremble": 0.2, "support__exit": 0.03}
    pair = both(strategy, theory, side__dependence=0.95, side__stocks=3.0, **rare)
    agree(pair)
    regime, upkeep = pair.engine["regime"], pair.engine["M"]
    again = (regime[:-1] == 3) & (regime[1:] == 1)
    for what in (again.any(axis=0), pair.engine["quit"].any(axis=(0, 1)), (upkeep < 0.2).any(axis=(0, 1))):
        assert what.mean() > 0.1


@pytest.mark.slow
def test_a_wrong_parameter_is_noticed() -> None:
    """The comparison can fail: a tenth more lethality in one side parts the paths."""
    pair = both("restraint", "inertia", runs=256)
    from builders.donbas import chance
    from countermove.verify.numpy_model import simulate

    batch = Batch(draws(64, 1), 4, chunk=256)
    job = engine().job(batch, "restraint", "inertia", np.arange(256))
    params = {name: np.asarray(value, np.float64) for name, value in job.params.items()}
    params["attrition.lethality"] = params["attrition.lethality"] * 1.1
    wrong = simulate(donbas().scenario, "restraint", {"moscow": "inertia"}, params, chance(donbas(), job))
    off = np.abs(pair.engine["F"] - wrong.paths["F"]) > RELATIVE * (1 + np.abs(wrong.paths["F"]))
    assert off.any(axis=(0, 1)).mean() > 0.3


@pytest.mark.parametrize(("strategy", "theory"), [("restraint", "inertia"), ("heavy-lethal", "spigot")])
def test_measures_agree_with_the_reference(strategy: str, theory: str) -> None:
    """On the same draws every measure is the same within float32, so far within Monte-Carlo error."""
    runs = 1024
    pair = both(strategy, theory, runs)
    batch = Batch(draws(runs // 4, 1), 4, chunk=runs)
    table, _, _ = outcomes(engine().kernel, engine().job(batch, strategy, theory, np.arange(runs)))
    sure = ~pair.reference.near
    for measure, mine in zip(MEASURES, np.asarray(table, np.float64), strict=True):
        theirs = np.asarray(pair.reference.measures[measure.name], np.float64)
        np.testing.assert_allclose(mine[sure], theirs[sure], rtol=5e-3, atol=5e-3, equal_nan=True, err_msg=measure.name)
