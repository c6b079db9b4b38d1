"""The search on arrays against brute force, and the search of a war: judged on new draws, resumed to the same bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.places import ROOT, SMALL_FILE
from countermove.cli.main import main
from countermove.compute.local import Local
from countermove.decision.objective import points
from countermove.engine.draws import prior_draws
from countermove.engine.program import compile_scenario
from countermove.engine.run import Batch, Engine, run
from countermove.errors import DecisionError
from countermove.plain import plain
from countermove.questions.search import trials
from countermove.questions.search.evaluation import SearchOptions, checkpoint_of
from countermove.questions.search.evolution import POPULATION, Simplification, ahead, evolve, front, simplified, spread_out, turned
from countermove.questions.search.finding import SearchFound
from countermove.questions.search.search import search
from countermove.scenario.read import read, read_text
from countermove.scenario.schema import Objective, Scenario, Worth

SIZES = np.array([6, 3, 9, 2, 5, 7, 4, 1, 8, 5], np.int64)
GOAL = np.array([5, 0, 2, 1, 4, 3, 2, 0, 7, 1], np.int64)
START = np.zeros(10, np.int64)


def hill(points: np.ndarray) -> np.ndarray:
    """Highest at the goal alone; the first two knobs matter only together."""
    away = np.abs(points - GOAL)
    return -(away[:, 2:] / SIZES[2:]).sum(axis=1) - 2.0 * ((away[:, 0] > 0) | (away[:, 1] > 0))


# --- the evolution -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_the_top_of_a_hill_is_found(seed: int) -> None:
    """1.8 million points, 2,000 tries; and no point is tried twice."""
    asked: list[np.ndarray] = []
    tried = evolve(lambda points: asked.append(points) or hill(points), SIZES, START, seed, 2000)
    assert (tried.points[tried.leading(1)[0]] == GOAL).all()
    assert len(tried.points) == len(np.unique(tried.points, axis=0)) == sum(map(len, asked)) <= 2000
    assert np.array_equal(tried.values, hill(tried.points)) and (tried.points[0] == START).all()
    assert ((tried.points >= 0) & (tried.points < SIZES)).all()
    assert max(map(len, asked)) <= POPULATION


def test_the_path_depends_on_the_seed_alone() -> None:
    one, same, other = (evolve(hill, SIZES, START, seed, 300).points for seed in (0, 0, 1))
    assert np.array_equal(one, same) and not np.array_equal(one, other)
    longer = evolve(hill, SIZES, START, 0, 400).points
    assert np.array_equal(longer[:264], one[:264])  # a larger budget goes the same way for longer: whole generations


def test_budgets_and_searches_without_meaning() -> None:
    assert len(evolve(hill, SIZES, START, 0, POPULATION).points) <= POPULATION
    assert len(evolve(hill, SIZES, START, 0, 101).points) == 101
    with pytest.raises(DecisionError, match="a budget of 3"):
        evolve(hill, SIZES, START, 0, 3)
    with pytest.raises(DecisionError, match="nothing can be changed"):
        evolve(hill, np.ones(4, np.int64), np.zeros(4, np.int64), 0, 100)


def test_a_small_space_is_used_up() -> None:
    """Six points, and a budget of a hundred: all of them are tried, and it ends."""
    sizes = np.array([3, 2], np.int64)
    tried = evolve(lambda points: points.sum(axis=1).astype(float), sizes, np.zeros(2, np.int64), 0, 100)
    assert sorted(map(tuple, tried.points.tolist())) == list(product(range(3), range(2)))


# --- leaving out -------------------------------------------------------------------------------------------------------


def worths(worth: np.ndarray, noise: float, seed: int) -> Any:
    """Sixteen scrambles of the sum of what the orders that are there are worth; an order that is left out changes some noise."""
    generator = np.random.default_rng(seed)
    shaken = noise * generator.standard_normal((len(worth), 16))
    shaken -= shaken.mean(axis=1, keepdims=True)
    return lambda points: points @ (worth[:, None] + shaken)


def left(point: np.ndarray) -> list[Simplification]:
    """Every order that is there can go."""
    return [Simplification(int(k), 0) for k in np.flatnonzero(point)]


def test_what_is_worth_nothing_goes_and_what_is_worth_much_stays() -> None:
    worth = np.array([3.0, 0.0, -0.5, 2.0, 0.0, 1.0])
    parts = worths(worth, 0.4, 1)
    assert simplified(parts, parts, np.ones(6, np.int64), left).tolist() == [1, 0, 0, 1, 0, 1]


@pytest.mark.parametrize("seed", range(8))
def test_small_losses_do_not_add_up_unseen(seed: int) -> None:
    """Forty orders, each worth half of its own error: one by one all could go, and four points with them. All that goes is within error."""
    parts = worths(np.full(40, 0.1), 0.8, seed)
    best = np.ones(40, np.int64)
    found = simplified(parts, parts, best, left)
    lost, se = ahead(parts(best[None])[0], parts(found[None])[0])
    assert lost <= se and found.sum() < 40
    further = np.array([turned(found, [turn]) for turn in left(found)])
    rest, error = ahead(np.broadcast_to(parts(best[None]), (len(further), 16)), parts(further))
    assert (rest > error).all()  # and nothing more could go


# --- the front ---------------------------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=25))
def test_the_front_is_what_nothing_dominates(rows: list[tuple[int, int, int]]) -> None:
    kept = front(np.array(rows, np.float64))
    for n, row in enumerate(rows):
        beaten = any(all(a >= b for a, b in zip(other, row, strict=True)) and other != row for other in rows)
        assert kept[n] == (not beaten and row not in rows[:n])


def test_a_few_of_a_front_hold_its_ends() -> None:
    angle = np.linspace(0, np.pi / 2, 101)
    chosen = spread_out(np.column_stack([np.cos(angle), np.sin(angle)]), 3)
    assert chosen.tolist() == [0, 50, 100]
    assert spread_out(np.ones((1, 4)), 5).tolist() == [0]


# --- a war -------------------------------------------------------------------------------------------------------------


def war(**values: float) -> Scenario:
    """The small war with other values."""
    worth = {name.replace("_", "-"): Worth(points=points) for name, points in values.items()}
    return read(SMALL_FILE).model_copy(update={"objective": Objective(of="overseas", values=worth)})


def options(**given: Any) -> SearchOptions:
    return SearchOptions(**{"budget": 72, "draws": 16, "held_out": 64, "executor": Local(1), **given})


@pytest.fixture(scope="module")
def cheap() -> SearchFound:
    return search(war(cost=-0.01), options(strategy="wait"))


def test_where_only_money_counts_the_least_is_spent(cheap: SearchFound) -> None:
    """Training, the cheapest rung that anybody proposes, at 15 million a month, and no request granted: as written, some are."""
    assert cheap.beats and cheap.sentence.startswith(
        "On draws that it was not searched on, “Wait, searched” beats every written strategy"
    )
    assert cheap.rows[0].strategy == "wait-searched" and cheap.rows[0].cost <= 15 * 24 + 1e-3 < min(
        row.cost for row in cheap.rows[1:3]
    )
    assert [part.measure for part in cheap.parts] == ["cost"]
    lead = cheap.rows[1].lead
    assert lead is not None and cheap.parts[0].points == pytest.approx(lead.points, abs=1e-6)
    assert lead.points == pytest.approx(cheap.rows[0].value.points - cheap.rows[1].value.points)
    assert {row.strategy for row in cheap.rows[1:3]} == {"wait", "arm"} and cheap.rows[1].value.points >= cheap.rows[2].value.points
    assert cheap.orders and all(order.worth.points > 0 for order in cheap.orders)


def test_what_is_pasted_scores_what_was_said(cheap: SearchFound) -> None:
    """The file read back, compiled as any other, run as any other on the held-out draws: the same points for all strategies."""
    program = compile_scenario(read_text(cheap.whole))
    assert set(program.strategy_names) == {row.strategy for row in cheap.rows[:3]}
    runs = run(Engine(program), Batch(prior_draws(program, 64, 1 << 63), 1, 64), Local(1))
    for row in cheap.rows[:3]:
        by_theory = {
            theory: float(points(runs, war(cost=-0.01).objective, row.strategy, theory).mean()) for theory in runs.theories
        }
        assert by_theory == pytest.approx(row.by_theory, rel=1e-5)
        assert row.expected == pytest.approx(0.25 * by_theory["inertia"] + 0.75 * by_theory["spigot"], rel=1e-5)
        assert row.worst == pytest.approx(min(by_theory.values()), rel=1e-5) and row.worst_theory == min(
            by_theory, key=by_theory.__getitem__
        )


def test_where_nothing_counts_nothing_is_beaten() -> None:
    found = search(war(exchange=0.0), options(strategy="wait"))
    assert not found.beats and "does not beat" in found.sentence and "0.00 points ahead" in found.sentence
    assert found.optimism.points == 0 and all(part.points == 0 for part in found.parts)


def test_the_worst_theory_can_be_what_counts() -> None:
    found = search(war(deaths=-0.01, cost=-0.01), options(strategy="wait", worst=True))
    for row in found.rows:
        assert row.value.points == pytest.approx(row.worst) == pytest.approx(min(row.by_theory.values()))


def test_interrupted_it_goes_on_to_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped after every fourth batch again and again; other threads; and what was played once is not played again."""
    scenario, whole = war(cost=-0.01, deaths=-0.01), options(strategy="wait", budget=100)
    straight = json.dumps(plain(search(scenario, whole).to_json()))
    batches: list[bytes] = []
    played = trials.TrialGround._play  # pyright: ignore[reportPrivateUsage]

    def counted(ground: trials.TrialGround, points: np.ndarray, progress: Any) -> trials.TrialScores:
        if len(batches) % 4 == 3:
            batches.append(b"")
            raise KeyboardInterrupt
        batches.append(points.tobytes() + bytes(ground.batch.draws.size))
        return played(ground, points, progress)

    monkeypatch.setattr(trials.TrialGround, "_play", counted)
    stopped, found = 0, None
    kept = replace(whole, kept=tmp_path / "small.yaml", executor=Local(2))
    while found is None:
        try:
            found = search(scenario, kept)
        except KeyboardInterrupt:
            stopped += 1
    assert stopped >= 3 and json.dumps(plain(found.to_json())) == straight
    real = [batch for batch in batches if batch]
    assert len(set(real)) == len(real)
    checkpoint = checkpoint_of(scenario, kept)
    assert checkpoint is not None and checkpoint.count() >= len(real)
    assert checkpoint_of(scenario, replace(kept, seed=1)) != checkpoint  # another search has another place
    checkpoint.finish()
    assert list(tmp_path.iterdir()) == []


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The verdict first; the file it writes passes the check; nothing else is left."""
    monkeypatch.chdir(tmp_path)
    size = ["--strategy", "wait", "--budget", "24", "--draws", "16", "--seed", "3"]
    assert main(["search", str(SMALL_FILE), *size]) == 0
    answer, remarks = capsys.readouterr()
    assert remarks == "" and answer.startswith("On draws that it was not searched on, “Wait, searched” ")
    assert "\nstrategies:\n  wait-searched:\n" in answer and "optimism" in answer
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == ["searches", "searches/small.yaml"]
    assert main(["check", "searches/small.yaml"]) == 0


def test_json_is_as_promised(cheap: SearchFound) -> None:
    told = json.loads(json.dumps(plain(cheap.to_json()), allow_nan=False))
    assert {"name", "text", "rows", "beats", "optimism", "orders", "weights_from", "scenario_hash"} <= set(told)
    assert {"strategy", "value", "lead", "expected", "worst", "cost", "direct_war", "by_theory", "front"} <= set(told["rows"][0])
    assert told["text"] in cheap.whole


def test_what_cannot_be_searched(capsys: pytest.CaptureFixture[str]) -> None:
    for scenario, asked, said in (
        (read(SMALL_FILE).model_copy(update={"objective": None}), options(), "no objective"),
        (war(cost=-1.0).model_copy(update={"strategies": {}}), options(), "no strategy to improve"),
        (war(cost=-1.0), options(strategy="wiat"), "Did you mean wait"),
        (war(cost=-1.0), options(strategy="wait", budget=3), "a budget of 3"),
        (war(cost=-1.0), options(strategy="wait", draws=24), "Give --draws 32, or another power of 2"),
    ):
        with pytest.raises(DecisionError) as caught:
            search(scenario, asked)
        assert said in str(caught.value)
    assert main(["search", str(SMALL_FILE), "--strategy", "wait", "--keep", "conditons", "--draws", "16"]) == 2
    assert "Did you mean conditions?" in capsys.readouterr().err


@pytest.mark.slow
def test_killed_in_earnest_it_goes_on(tmp_path: Path) -> None:
    """SIGKILL in the middle, then the same command: the bytes of a run that nobody killed, and nothing left of the pieces."""
    program = [sys.executable, "-c", "import sys; from countermove.cli.main import main; sys.exit(main())"]
    size = ["--strategy", "arm", "--budget", "200", "--draws", "64", "--json", "--workers", "1"]
    command = [*program, "search", str(SMALL_FILE), *size]
    around = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.mkdir()
    broken.mkdir()
    straight = subprocess.run(command, cwd=whole, env=around, capture_output=True, check=True).stdout
    with subprocess.Popen(command, cwd=broken, env=around, stdout=subprocess.DEVNULL) as victim:
        while len(list(broken.rglob("*.piece"))) < 5:
            assert victim.poll() is None, "it ended before it could be killed"
            time.sleep(0.02)
        victim.kill()
    assert not (broken / "searches" / "small.yaml").exists()
    again = subprocess.run(command, cwd=broken, env=around, capture_output=True, check=True).stdout
    assert again == straight
    assert (broken / "searches" / "small.yaml").read_bytes() == (whole / "searches" / "small.yaml").read_bytes()
    assert [path.name for path in (broken / "searches").iterdir()] == ["small.yaml"]
