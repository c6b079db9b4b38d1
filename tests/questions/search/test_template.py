"""A strategy opened up: what is played is what is printed, and nothing is proposed that nobody proposed."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from builders.places import SMALL_FILE
from builders.wars import compiled
from countermove.engine.candidates import play
from countermove.engine.draws import prior_draws
from countermove.engine.plans import plan_of
from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import Batch, Engine
from countermove.engine.simulate import outcomes
from countermove.errors import DecisionError
from countermove.questions.search.template import Template, free_in, numbers_at, strategy_at, template_of
from countermove.questions.search.text import strategy_text
from countermove.scenario.read import read_text
from countermove.scenario.schema import Strategy, WrittenOrders
from countermove.world.measure import MEASURE_NAMES

# one strategy with everything in it: several moves, a volume, both conditions, thresholds, a look back, two orders in one rule, a step
RICH = """
  rich:
    says: Everything at once.
    moves:
      - at: start
        rung: lethal-defensive
        volume: 60 million USD
        conditions: [not-at-contact-line, no-offensives]
        enforcement: 0.7
        ceiling: heavy
        diplomacy: high
      - {at: 2030-06, rung: heavy, announce: true, sanctions: 0.4}
    when:
      - {if: "neighbour.rung > neighbour.rung[-1] and talks < 0.4", then: {step: 1, sanctions: 0.6}}
      - {if: "government.attacks within 2 and months >= 6", then: {rung: training, diplomacy: low}}
      - {if: "government.asks", then: {answer: grant}}
      - {if: "deaths > 500 or government.balance < -0.1", then: {rung: heavy, volume: 30 million USD}}
"""


@cache
def rich() -> tuple[Program, Template]:
    program = compile_scenario(read_text(SMALL_FILE.read_text(encoding="utf-8").rstrip() + RICH))
    return program, template_of(program, "rich")


def anywhere(template: Template, count: int, seed: int, turned: float = 1.0) -> np.ndarray:
    """Points with this share of their knobs on any level, the others as written."""
    generator = np.random.default_rng(seed)
    shape = (count, len(template.sizes))
    return np.where(generator.random(shape) < turned, generator.integers(0, template.sizes, shape), template.written)


@pytest.mark.parametrize("name", ["donbas-2017", "afghanistan-1979", "syria-2013"])
def test_as_written_it_is_the_written_strategy(name: str) -> None:
    program = compiled(name)
    for strategy, written in program.scenario.strategies.items():
        template = template_of(program, strategy)
        if strategy != "abstain":  # it says that it announces nothing, and has nothing to announce
            assert strategy_at(template, template.written, written.says, written.title) == written, strategy


def test_every_point_can_be_written_and_read_back() -> None:
    program, template = rich()
    found = [strategy_at(template, point, "Found.") for point in anywhere(template, 40, 1)]
    assert len({repr(one) for one in found}) == 40
    for one in found[:12]:
        text = strategy_text(program.scenario, "found", one)  # reads it back itself, and refuses what comes back as something else
        head = SMALL_FILE.read_text(encoding="utf-8").rstrip()
        assert read_text(f"{head}\n{text}\n").strategies["found"] == one


@pytest.mark.slow
def test_what_is_played_is_what_is_printed() -> None:
    """Each point as numbers of the one plan, and as a plan of its own from the printed strategy: the same runs, month by month summed up."""
    program, template = rich()
    points = np.concatenate([template.written[None], anywhere(template, 2, 7), anywhere(template, 1, 8, 0.3)])
    batch = Batch(prior_draws(program, 64, 3), 1, chunk=256)
    runs = np.tile(np.arange(64), len(points))
    numbers = {name: np.repeat(value, 64) for name, value in numbers_at(template, points).items()}
    one = Engine(program.with_plans([template.plan]))
    played = play(one, batch, "spigot", runs, numbers).reshape(len(MEASURE_NAMES), len(points), 64)

    strategies = {f"p{n}": strategy_at(template, point) for n, point in enumerate(points)}
    scenario = program.scenario.model_copy(update={"strategies": strategies})
    many = Engine(program.with_plans([plan_of(scenario, name) for name in strategies]))
    for n, name in enumerate(strategies):
        own = np.asarray(outcomes(many.kernel, many.job(batch, name, "spigot", np.arange(256)))[0])[:, :64]
        close = np.isclose(played[:, n], own, rtol=1e-4, atol=1e-4, equal_nan=True)
        close[[MEASURE_NAMES.index("offensive-own"), MEASURE_NAMES.index("offensive-rival")]] = (
            True  # counted from a plan's first delivery
        )
        assert close.all(axis=0).mean() >= 63 / 64, (name, [MEASURE_NAMES[m] for m in np.flatnonzero(~close.all(axis=1))])


def test_free_numbers_are_those_of_the_plan() -> None:
    _, template = rich()
    numbers = numbers_at(template, anywhere(template, 5, 2))
    assert tuple(numbers) == free_in(template.plan)
    assert all(value.shape == (5,) and value.dtype == np.float32 for value in numbers.values())


def orders_in(strategy: Strategy) -> list[WrittenOrders]:
    return [one.then for one in (*strategy.moves, *strategy.when)]


def test_nothing_is_proposed_that_nobody_proposed() -> None:
    program, template = rich()
    ladder = [rung.name for rung in program.scenario.patrons["overseas"].ladder]
    for point in anywhere(template, 300, 3):
        for one in orders_in(strategy_at(template, point)):
            for rung in (one.rung, one.ceiling):
                assert rung is None or 3 <= ladder.index(rung) <= 5  # training to heavy
            assert one.enforcement is None or 0.3 <= one.enforcement <= 0.7
            assert one.conditions or one.enforcement is None
            assert one.volume is None or (one.volume <= 240 and one.rung in ("lethal-defensive", "heavy"))
            assert one.rung is None or one.ceiling is None or ladder.index(one.ceiling) >= ladder.index(one.rung)
            assert one.announce is not False and one.exit is None and one.peacekeeping_offer is None


def test_arms_cannot_be_hidden_where_nobody_hid_them() -> None:
    """`abstain` announces nothing, for it sends nothing. A search that starts there must not find secret arms."""
    program = compiled("donbas-2017")
    template = template_of(program, "abstain")
    for point in anywhere(template, 300, 4):
        for one in orders_in(strategy_at(template, point)):
            assert one.announce is not False


def test_orders_that_are_kept() -> None:
    program, free = rich()
    template = template_of(program, "rich", ["conditions", "enforcement", "rung", "answer"])
    assert len(template.knobs) < len(free.knobs)
    for point in anywhere(template, 100, 5):
        for one in orders_in(strategy_at(template, point)):
            assert one.enforcement in (None, 0.7) and one.rung in (None, "lethal-defensive", "heavy", "training")
            assert one.answer in (None, "grant") and (one.step in (None, 1, 2, -1, -2))
    assert not any(knob.what in ("conditions", "enforcement", "rung", "answer") for knob in template.knobs)


def test_thresholds_and_dates_stay_inside() -> None:
    _, template = rich()
    start = template.scenario.clock.start
    for knob in template.knobs:
        if knob.what == "at":
            assert all(level is None or start <= level < start + 24 for level in knob.levels)
        if knob.says.endswith("talks < 0.4: threshold"):
            assert min(knob.levels) == 0.05 and max(knob.levels) == 0.95
        assert knob.levels[knob.written] is not None or knob.absent == knob.written
        assert len(set(map(repr, knob.levels))) == len(knob.levels)


def test_names_that_nothing_has() -> None:
    program, _ = rich()
    with pytest.raises(DecisionError, match=r'no strategy called "ritch".*rich'):
        template_of(program, "ritch")
    with pytest.raises(DecisionError, match=r'no order called "sanction".*sanctions'):
        template_of(program, "rich", ["sanction"])
