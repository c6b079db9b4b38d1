"""Changing course: what is played is the two strategies and nothing else, and a change is advised where it pays, not where chance says so."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from builders.donbas import donbas, draws, engine
from countermove.decision.robust import Values
from countermove.engine.course_runs import NEVER, Courses, play
from countermove.engine.program import compile_scenario
from countermove.engine.quantities import Quantity
from countermove.engine.run import Batch, Engine, Task
from countermove.engine.series import series
from countermove.errors import CompileError, DecisionError
from countermove.questions.explore.pathway_runs import pathways_of, signs_of
from countermove.questions.explore.pathways import CourseRuns, Signpost, pathways
from countermove.questions.options import RunOptions
from countermove.questions.run.run import Study
from countermove.scenario.read import read_text
from countermove.scenario.write import write
from countermove.world.measure import MEASURE_NAMES

SIZE = 512
PLAN = Batch(draws(SIZE, 3), 1, SIZE)
EVERY = np.arange(SIZE)
FIRST, OTHERS = "restraint", ("javelins", "heavy-lethal", "arms-for-talks")


def courses(first: str = FIRST, others: tuple[str, ...] = OTHERS) -> Courses:
    return Courses.of(donbas(), first, others, tuple(signs_of(donbas()).values()))


def changed(made: Courses, theory: str, other: int, month: int) -> tuple[np.ndarray, np.ndarray]:
    numbers = made.numbers(np.full(SIZE, other), np.full(SIZE, month))
    return play(made, PLAN, theory, EVERY, numbers)


def alone(strategy: str, theory: str, machine: Engine | None = None) -> np.ndarray:
    return (machine or engine()).chunk(PLAN, Task(strategy, theory, 0))[0]


def close(found: np.ndarray, wanted: np.ndarray) -> None:
    """Two programs compile to other last bits; an event that a last bit turns is one run in many."""
    same = np.isclose(found, wanted, rtol=1e-3, atol=1e-4, equal_nan=True).all(axis=0)
    assert same.mean() >= 0.99


# --- what is played ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("theory", ["spigot", "richardson"])
def test_without_a_change_it_is_the_first_strategy(theory: str) -> None:
    close(changed(courses(), theory, 0, NEVER)[0], alone(FIRST, theory))


@pytest.mark.slow
@pytest.mark.parametrize(("place", "name"), list(enumerate(OTHERS)))
def test_changed_in_the_first_month_it_is_the_other_one(place: int, name: str) -> None:
    """Nothing of the first is left behind: not its rung, its shipment, its conditions, its rules."""
    close(changed(courses(), "spigot", place, 0)[0], alone(name, "spigot"))


@pytest.mark.slow
def test_a_change_at_a_date_is_what_a_file_would_say() -> None:
    """Restraint until 2019, then the batch: written out as one strategy, in months of the calendar."""
    text = write(donbas().scenario).replace(
        "strategies:\n",
        """strategies:
  by-hand:
    says: Restraint until 2019, then the batch.
    moves:
    - {at: start, rung: training, ceiling: training, diplomacy: high}
    - {at: 2019-01, rung: lethal-defensive, volume: 47 million USD, conditions: [not-at-contact-line], enforcement: 0.8,
       announce: true, ceiling: overt-intervention, diplomacy: normal}
    when:
    - {if: "kyiv.asks and months < 12", then: {answer: refuse}}
    - {if: "moscow.rung >= overt-intervention and months < 12", then: {sanctions: 0.9, brigades: 7}}
    - {if: "truce-breaks and months < 12", then: {diplomacy: high}}
    - {if: "moscow.rung >= overt-intervention and months >= 12", then: {rung: heavy}}
""",
        1,
    )
    written = Engine(compile_scenario(read_text(text)))
    wanted = alone("by-hand", "inertia", written)
    found, _ = changed(courses(), "inertia", 0, 12)
    # by hand, sanctions and brigades that restraint ordered would stay: runs in which it did are left out
    openly = series(engine(), PLAN, Task(FIRST, "inertia", 0), (Quantity("moscow", "rung"),))[0, :12] >= 8
    kept = ~openly.any(axis=0)
    assert kept.mean() > 0.9
    rows = [place for place, name in enumerate(MEASURE_NAMES) if name not in ("offensive-own", "offensive-rival")]
    close(found[rows][:, kept], wanted[rows][:, kept])


@pytest.mark.slow
def test_a_sign_is_seen_where_its_measure_says_so() -> None:
    """A clash is seen in the month after it, so that one in the last month is not; a deadline in its own month, where nothing was settled, and
    later only where a settlement of before comes undone."""
    table, first = changed(courses(), "richardson", 0, NEVER)
    found = dict(zip(signs_of(donbas()), first, strict=True))
    measured = dict(zip(MEASURE_NAMES, table, strict=True))
    clash = found["forces of Washington and of its rival fight each other"]
    assert ((clash >= 0) <= (measured["clash"] > 0)).all() and ((clash >= 0) == (measured["clash"] > 0)).mean() > 0.99
    late = found["24 months have passed and the war is not settled"]
    settled, undone = measured["settlement-by-24-months"] > 0, measured["recurrence"] > 0
    over = (measured["collapse-own"] + measured["collapse-rival"] + measured["direct-war"]) > 0
    assert (late[~over & ~settled] == 24).all() and ((late == NEVER) | (late >= 24)).all()
    assert (undone[settled & (late >= 0)]).all() and (settled & undone)[late > 24].all() and (late > 24).any()
    assert ((found["a truce begins"] >= 0) == (measured["truces"] > 0)).mean() > 0.95


def test_up_to_the_change_nothing_is_changed() -> None:
    """A sign that is seen before the change is seen in the same month with it, to the last bit."""
    made = courses()
    _, plain = changed(made, "richardson", 0, NEVER)
    for place in range(len(OTHERS)):
        _, first = changed(made, "richardson", place, 20)
        before = (plain >= 0) & (plain <= 20)
        assert np.array_equal(first[before], plain[before])


def test_strategies_that_differ_in_their_silence_are_refused() -> None:
    other = replace(donbas(), plans=(*donbas().plans[:-1], replace(donbas().plans[-1], completion="match")))
    with pytest.raises(CompileError, match="where no rule speaks"):
        Courses.of(other, donbas().plans[0].name, (donbas().plans[-1].name,), ())


# --- what is advised ---------------------------------------------------------------------------------------------------


def judged(change: np.ndarray, month: np.ndarray, matters: float = 0.1) -> dict[str, Signpost]:
    """Of changes [S, B, T, D] in 16 scrambles."""
    s, b, t, d = change.shape
    values = Values(
        tuple("fgh"[: b + 1]), tuple("PQ"[:t]), np.zeros((b + 1, t, d)), np.full(t, 1 / t), np.full(d, 1 / d), np.arange(d) % 16
    )
    seen = CourseRuns(tuple(f"sign {k}" for k in range(s)), tuple("gh"[:b]), month, change)
    return {post.sign: post for post in pathways("f", seen, values, matters).signposts}


def test_a_change_that_pays_is_found_with_what_it_is_worth() -> None:
    """Sign 0 comes in half of the runs of P, where h then gains 2 points; sign 1 tells nothing; sign 2 never comes."""
    generator = np.random.default_rng(5)
    d = 2048
    month = np.full((3, 2, d), NEVER, np.int32)
    month[0, 0, : d // 2] = 7
    month[1] = 3
    change = generator.normal(0.0, 1.0, (3, 2, 2, d)) * (month >= 0)[:, None]
    change[0, 1, 0, : d // 2] += 2.0
    found = judged(change, month)
    post = found["sign 0"]
    assert post.advice == "change" and post.to == "h" and post.month == 7
    assert abs(post.gain - 2.0) < 4 * post.gain_se < 0.4
    assert post.probability == pytest.approx(0.25) and post.weights == {"P": 1.0, "Q": 0.0}
    assert found["sign 1"].advice == "stay"
    assert found["sign 2"].advice == "cannot tell" and "too seldom" in found["sign 2"].sentence


def test_noise_is_not_advice() -> None:
    """60 problems of 10 signs and two idle changes: at a false alarm rate of 5% each, 8 or more calls come by chance less than once in 70."""
    generator = np.random.default_rng(11)
    month = np.zeros((10, 2, 512), np.int32)
    calls = 0
    for _ in range(60):
        found = judged(generator.normal(0.0, 1.0, (10, 2, 2, 512)), month, matters=0.0)
        calls += any(post.advice == "change" for post in found.values())
    assert calls < 8


def test_nothing_to_judge_is_said() -> None:
    with pytest.raises(DecisionError, match="a sign and another strategy"):
        judged(np.zeros((1, 0, 2, 32)), np.zeros((1, 2, 32), np.int32))
    with pytest.raises(DecisionError, match="four scrambles"):
        judged(np.zeros((1, 1, 2, 2)), np.zeros((1, 2, 2), np.int32))


# --- on the Donbas -----------------------------------------------------------------------------------------------------


def test_the_donbas_has_signposts() -> None:
    options = RunOptions(lucks=1, theories=("spigot", "richardson"))
    study = cast(Study, SimpleNamespace(program=donbas(), draws=draws(SIZE, 3)))
    values = Values(
        (FIRST, *OTHERS), options.theories, np.zeros((4, 2, SIZE)), np.full(2, 0.5), np.full(SIZE, 1 / SIZE), EVERY % 16
    )
    found = pathways_of(study, values, FIRST, options)
    assert len(found.signposts) == len(signs_of(donbas())) and found.follow == FIRST
    assert "You have not" not in " ".join(post.sentence for post in found.signposts)
    seen = {post.sign: post for post in found.signposts}
    assert seen["a truce breaks"].probability > 0.5 > seen["forces of Washington and of its rival fight each other"].probability
    assert all(0 <= p <= 1 for post in found.signposts for p in post.under.values())
