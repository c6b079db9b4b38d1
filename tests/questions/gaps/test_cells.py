"""Decision points and silences: the engine's against an account made month by month in NumPy from what the owner sees; and free numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders.gap_account import Account, account
from builders.places import WAR_FILE
from builders.texts import part
from countermove.behaviour.table import THEORIES
from countermove.compute.local import Local
from countermove.engine.draws import Draws, prior_draws
from countermove.engine.points import cells_of, momentary, with_cells
from countermove.engine.program import compile_scenario
from countermove.engine.run import Batch, Engine, Task
from countermove.engine.silence_runs import Answered, play
from countermove.engine.simulate import outcomes
from countermove.questions.gaps.completions import at_random
from countermove.questions.gaps.finding import GapsFound
from countermove.questions.gaps.gaps import gap_check
from countermove.questions.options import RunOptions
from countermove.scenario.read import read, read_text
from countermove.world.expression import Apply, Constant, Expression, Name, text
from countermove.world.measure import MEASURE_NAMES
from countermove.world.plan import ANSWERS, FREE, Cell, Command, Plan

pytestmark = pytest.mark.compiled_quickly

WAR = str(WAR_FILE)
FEW = (THEORIES["inertia"], THEORIES["spigot"])
RUNS = 256
SIDES = ("north", "south")
TRIED = ("abstain", "javelins", "javelins-conditions-ceiling", "arms-for-talks")
OTHERS = [place for place, name in enumerate(MEASURE_NAMES) if name not in ("silent", "silences")]
LOW = Apply("<", (Name("", "talks"), Constant(0.4)), "boolean")
COVERT = Apply(">=", (Name("bear", "rung"), Constant(7)), "boolean")


def check(played: Answered, told: Account) -> None:
    """Everything the engine noted is what the account says."""
    rules = len(told.fired)
    np.testing.assert_array_equal(played.entered, told.entered.sum(axis=1))
    np.testing.assert_array_equal(played.silences, told.silent.sum(axis=1))
    np.testing.assert_array_equal(played.month, told.month)
    np.testing.assert_array_equal(played.first, told.first)
    np.testing.assert_array_equal(played.fired[:rules], told.fired.sum(axis=1))
    assert (played.fired[rules:] == 0).all()
    silent = told.silent.any(axis=0)
    np.testing.assert_array_equal(played.measures[MEASURE_NAMES.index("silences")], silent.sum(axis=0))


# --- the engine against it --------------------------------------------------------------------------------------------


@cache
def machine_of(name: str) -> tuple[Engine, Batch]:
    """A scenario's strategies with cells, under two theories; two lucks a draw."""
    program = with_cells(compile_scenario(read(name), FEW))
    program = program.with_plans([plan for plan in program.plans if name == WAR or plan.name in TRIED])
    return Engine(program), Batch(prior_draws(program, RUNS // 2, 3), 2, RUNS)


def without_grants(draws: Draws) -> Draws:
    """The same draws where the completion never grants a request of the owner's client."""
    grants = draws.values["requests.grant"].copy()
    grants[0] = 0
    return replace(draws, values={**draws.values, "requests.grant": grants})


def random_answers(machine: Engine, seed: int) -> np.ndarray:
    return at_random(machine.program.plans[0].cells, RUNS, np.random.Generator(np.random.Philox(key=[seed, 0])))


@pytest.mark.parametrize("theory", ["inertia", "spigot"])
@pytest.mark.parametrize("strategy", ["wait", "arm"])
def test_silences_of_a_small_war_are_those_of_the_account(strategy: str, theory: str) -> None:
    machine, plan = machine_of(WAR)
    runs = np.arange(RUNS)
    for answers in (np.zeros((len(machine.program.plans[0].cells), RUNS), np.float32), random_answers(machine, 1)):
        told = account(machine, plan, (strategy, theory), runs, answers)
        check(play(machine, plan, (strategy, theory), runs, answers), told)
        assert told.silent.any(axis=(1, 2)).sum() > 4


@pytest.mark.slow
@pytest.mark.parametrize("strategy", TRIED)
def test_silences_of_the_donbas_are_those_of_the_account(strategy: str) -> None:
    machine, plan = machine_of("donbas-2017")
    runs, answers = np.arange(RUNS), random_answers(machine, 2)
    told = account(machine, plan, (strategy, "spigot"), runs, answers)
    check(play(machine, plan, (strategy, "spigot"), runs, answers), told)
    assert told.silent.any() and (strategy == "abstain" or told.fired.any())


@pytest.mark.parametrize("name", [WAR, pytest.param("donbas-2017", marks=pytest.mark.slow)])
def test_answers_that_change_nothing_are_the_completion_that_holds(name: str) -> None:
    """All measures but the silences, where nobody grants a request that the strategy leaves open. Two programs compile to other last bits; an
    event that a last bit turns is one run in many."""
    machine, batch = machine_of(name)
    batch = replace(batch, draws=without_grants(batch.draws))
    bare = [replace(one, cells=(), completion="hold") for one in machine.program.plans]
    held = Engine(machine.program.with_plans(bare))
    nothing = np.zeros((len(machine.program.plans[0].cells), RUNS), np.float32)
    for strategy in machine.program.strategy_names:
        with_them = play(machine, batch, (strategy, "spigot"), np.arange(RUNS), nothing).measures
        without = held.chunk(batch, Task(strategy, "spigot", 0))[0]
        same = np.isclose(with_them[OTHERS], without[OTHERS], rtol=1e-4, atol=1e-5, equal_nan=True).all(axis=0)
        assert same.mean() >= 0.99


@pytest.mark.parametrize("condition", [LOW, pytest.param(COVERT, marks=pytest.mark.slow)], ids=text)
def test_an_answer_is_a_rule_there(condition: Expression) -> None:
    """A plan that is silent in one cell and answers it plays like one with a rule for it, as long as the war goes on. Of two cells that are
    entered at once the first speaks."""
    program = compile_scenario(read(WAR), FEW)
    over = tuple(
        Name(of, what, 0, "boolean") for of, what in [("", "settled"), ("", "direct-war"), *((s, "collapsed") for s in SIDES)]
    )
    here = Apply("and", (condition, Apply("not", (Apply("or", over, "boolean"),), "boolean")), "boolean")
    rules = [Plan(one.name, rules=((here, one.command),)) for one in ANSWERS]
    mute = Plan("mute", cells=(Cell("it", condition, "it holds"), Cell("again", condition, "it holds")))
    machine = Engine(program.with_plans([mute, *rules]))
    batch = Batch(without_grants(prior_draws(program, RUNS // 2, 5)), 2, RUNS)
    seen = set[bytes]()
    for number, one in enumerate(ANSWERS):
        answers = np.repeat(np.array([[number], [(number + 3) % len(ANSWERS)]], np.float32), RUNS, axis=1)
        answered = play(machine, batch, ("mute", "spigot"), np.arange(RUNS), answers).measures[OTHERS]
        ruled = play(machine, batch, (one.name, "spigot"), np.arange(RUNS), answers).measures[OTHERS]
        assert answered.tobytes() == ruled.tobytes(), one.name
        seen.add(answered.tobytes())
    assert len(seen) == len(ANSWERS)


def test_what_is_a_cell_and_what_lasts() -> None:
    """A condition stands once in the partition, under the words of the scenario; only what happens in one month is momentary."""
    cells = cells_of(compile_scenario(read(WAR), FEW))
    assert [cell.ask for cell in cells if text(cell.guard).startswith("incident")] == ["What if it spreads?"]
    assert [cell.name for cell in cells if cell.request] == ["north asks"] and cells[-1].request
    raised, asked = Name("bear", "raises", 0, "boolean"), Name("north", "asks", 0, "boolean")
    assert momentary(raised) and momentary(Apply("or", (raised, asked), "boolean"))
    for lasting in (
        LOW,
        Apply("not", (raised,), "boolean"),
        Apply("within", (raised, Constant(3)), "boolean"),
        Apply("and", (raised, LOW), "boolean"),
    ):
        assert not momentary(lasting)


# --- free numbers -----------------------------------------------------------------------------------------------------


NUMBERS = ("rung", "date", "money", "sanctions", "threshold", "rise", "step", "ceiling", "answer")
ONE: dict[str, Any] = dict(zip(NUMBERS, (4, 3, 47.0, 0.7, 0.45, 0, 1, 6, 1), strict=True))
TWO: dict[str, Any] = dict(zip(NUMBERS, (5, 9, 80.5, 0.9, 0.3, 1, 2, 5, 2), strict=True))


def plan_with(name: str, given: Mapping[str, Any]) -> Plan:
    """A plan with these numbers, written in or free; `given` without a number: without its order."""
    value = {key: Name(FREE, one) if isinstance(one, str) else Constant(float(one)) for key, one in given.items()}
    rung, money = given.get("rung"), given.get("money")
    dated = Command(
        rung=rung,
        volume=None if money is None else (0.0, 0.04, money, 2),
        sanctions=given.get("sanctions"),
        ceiling=given.get("ceiling"),
    )
    low = Apply("<", (Apply("min", (Name("", "talks"), Name("", "credibility"))), value["threshold"]), "boolean")
    rises = Apply(">", (Name("bear", "rung"), Apply("+", (Name("bear", "rung", -1), value["rise"]))), "boolean")
    rules = (
        (low, Command(step=given.get("step"), effort=0.1)),
        (rises, Command(sanctions=given.get("sanctions"), rung=rung)),
        (Name("north", "asks", 0, "boolean"), Command(answer=given.get("answer"))),
    )
    return Plan(name, ((given["date"], dated),), rules)


@cache
def free_machine(free: bool) -> Engine:
    """The plan whose numbers are free, which is alone in its program; or those with numbers written in."""
    program = compile_scenario(read(WAR), FEW)
    bare = {key: ONE[key] for key in ("date", "threshold", "rise")}
    plans: dict[str, dict[str, Any]] = {"free": {key: key for key in NUMBERS}} if free else {"one": ONE, "two": TWO, "bare": bare}
    return Engine(program.with_plans([plan_with(name, given) for name, given in plans.items()]))


def measured(strategy: str, numbers: Mapping[str, np.ndarray]) -> np.ndarray:
    machine = free_machine(strategy == "free")
    batch = Batch(prior_draws(machine.program, RUNS // 2, 9), 2, RUNS)
    job = machine.job(batch, strategy, "spigot", np.arange(RUNS))
    return np.asarray(outcomes(machine.kernel, job._replace(params={**job.params, **numbers}))[0])


def test_free_numbers_play_like_the_plan_with_the_numbers_written_in() -> None:
    """Even runs one plan's numbers, odd runs the other's; all in one program, and the plans that are written in another."""
    odd = np.arange(RUNS) % 2 == 1
    mixed: dict[str, np.ndarray] = {key: np.where(odd, TWO[key], ONE[key]).astype(np.float32) for key in NUMBERS}
    one, two, free = measured("one", mixed), measured("two", mixed), measured("free", mixed)
    assert free[:, ~odd].tobytes() == one[:, ~odd].tobytes()
    assert free[:, odd].tobytes() == two[:, odd].tobytes()
    assert one.tobytes() != two.tobytes()


def test_a_free_number_that_is_nan_is_no_order() -> None:
    """Dates and thresholds kept, the rest nan: the same rules, with nothing in their orders. And a date that is nan never comes."""
    nan = np.full(RUNS, np.nan, np.float32)
    kept = {key: np.full(RUNS, ONE[key], np.float32) for key in ("date", "threshold", "rise")}
    none = {**dict.fromkeys(NUMBERS, nan), **kept}
    assert measured("free", none).tobytes() == measured("bare", none).tobytes()
    for gone in ("rung", "money", "sanctions", "step", "ceiling", "answer", "date"):
        every = {**{key: np.full(RUNS, ONE[key], np.float32) for key in NUMBERS}, gone: nan}
        found = measured("free", every)
        assert np.isfinite(found[MEASURE_NAMES.index("cost")]).all() and np.isfinite(found[MEASURE_NAMES.index("rung-24")]).all()


# --- planted silences -------------------------------------------------------------------------------------------------


PLANTED = 10
DRAWS = 256


def generated(seed: int) -> tuple[str, dict[str, set[str]]]:
    """A war whose strategies have a rule for every cell but one to three, and which those are. Nothing is valued, so that the check tries two
    completions: all held, and all at random."""
    bare = part(Path(WAR).read_text(), "strategies", "claims", "objective", "contingencies")
    program = compile_scenario(read_text(bare + "strategies: {any: {moves: [{at: start, rung: training}]}}\n"), FEW)
    generator = np.random.Generator(np.random.Philox(key=[seed, 7]))
    orders = ["{diplomacy: high}", "{sanctions: 0.7}", "{brigades: 3}", "{rung: lethal-defensive}", "{step: -1}"]
    lines, planted = ["strategies:"], dict[str, set[str]]()
    for number in range(PLANTED):
        cells = cells_of(program)
        chosen = generator.choice(len(cells), generator.integers(1, 4), replace=False)
        name = f"plan-{number}"
        planted[name] = {cells[place].name for place in chosen}
        first = generator.choice(["start", "2018-03", "2019-01"])
        lines += [f"  {name}:", f"    moves: [{{at: {first}, rung: training}}]", "    when:"]
        for place, cell in enumerate(cells):
            if place not in chosen:
                then = "{answer: refuse}" if cell.request else generator.choice(orders)
                lines.append(f'      - {{if: "{text(cell.guard)}", then: {then}}}')
    return bare + "\n".join(lines) + "\n", planted


@cache
def planted_check(chunk: int = 4096, workers: int = 2) -> GapsFound:
    options = RunOptions(draws=DRAWS, seed=4, chunk=chunk, executor=Local(workers))
    return gap_check(read_text(generated(1)[0]), options)


@pytest.mark.slow  # ten plans of many rules: two minutes of compilation
def test_planted_silences_are_all_found_and_none_invented() -> None:
    """Ten strategies: the questions are those planted cells that a run of the check gets to, with their counts; no others."""
    source, planted = generated(1)
    machine = Engine(with_cells(compile_scenario(read_text(source))))
    cells = machine.program.plans[0].cells
    batch = Batch(prior_draws(machine.program, DRAWS, 4), 2, DRAWS)
    generator = np.random.Generator(np.random.Philox(key=[4, 40]))
    completions = [np.zeros((len(cells), DRAWS), np.float32), at_random(cells, DRAWS, generator)]
    found = {row.strategy: row for row in planted_check().strategies}
    total = 0
    for name, chosen in planted.items():
        reached = np.zeros(len(cells), bool)
        gaps = {gap.cell: gap for gap in found[name].gaps}
        for theory in ("inertia", "spigot"):
            held, shaken = (account(machine, batch, (name, theory), np.arange(DRAWS) * 2 + 1, answers) for answers in completions)
            reached |= held.silent.any(axis=(1, 2)) | shaken.silent.any(axis=(1, 2))
            assert found[name].mass[theory].p == held.silent.any(axis=(0, 1)).mean()
            for place, cell in enumerate(cells):
                if cell.name in gaps:
                    assert gaps[cell.name].probability[theory].p == held.silent[place].any(axis=0).mean()
                    assert gaps[cell.name].first[theory] == (held.first == place).mean()
        assert set(gaps) == {cell.name for cell, there in zip(cells, reached, strict=True) if there}
        assert set(gaps) <= chosen
        total += len(gaps)
    assert total >= PLANTED


@pytest.mark.slow
def test_workers_and_chunks_of_any_size_find_the_same() -> None:
    """The same bytes: one worker and chunks that do not divide the draws, and two workers with all draws in one chunk."""
    one, other = (planted_check(*how).to_json() | {"seconds": 0} for how in ((4096, 2), (96, 1)))
    assert json.dumps(one) == json.dumps(other)
