"""The gap check on the Donbas of December 2017, without anybody's questions written down: what each plan leaves open, and what that can cost."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from builders.gap_account import account
from builders.places import ROOT
from builders.texts import part
from countermove.cli.main import main
from countermove.decision.proportions import clopper_pearson
from countermove.engine.draws import prior_draws
from countermove.engine.points import with_cells
from countermove.engine.program import compile_scenario
from countermove.engine.replay import Address, replay
from countermove.engine.run import Batch, Engine
from countermove.errors import CompileError, DecisionError
from countermove.questions.gaps.completions import Player, Trial, even, searched, silence, spread, trials
from countermove.questions.gaps.finding import Gap, GapsFound, StrategyGaps
from countermove.questions.gaps.gaps import clashing, gap_check, question
from countermove.questions.options import RunOptions
from countermove.scenario.check import check_text
from countermove.scenario.read import read_text
from countermove.scenario.schema import Scenario
from countermove.world.expression import Constant
from countermove.world.plan import Cell

DONBAS = ROOT / "scenarios" / "donbas-2017.yaml"
DRAWS = 256
JAVELINS = """
    moves:
      - {at: start, rung: lethal-defensive, volume: 47 million USD, conditions: [not-at-contact-line], enforcement: 0.8, announce: true}
    when:
      - {if: "moscow.rung >= overt-intervention", then: {rung: heavy}}
"""
ANSWERED = """\
      - {if: "moscow.raises", then: {diplomacy: high}}
      - {if: "kyiv.asks", then: {answer: refuse}}
      - {if: "incident", then: {brigades: 7}}
      - {if: "moscow.rung >= covert-regulars and kyiv.losing", then: {diplomacy: high}}
      - {if: "truce-begins", then: {diplomacy: high}}
      - {if: "kyiv.attacks", then: {diplomacy: high}}
      - {if: "separatists.attacks", then: {diplomacy: high}}
"""
MUDDLED = """\
      - {if: "kyiv.asks", then: {answer: refuse}}
      - {if: "kyiv.asks and not settled", then: {answer: grant}}
      - {if: "months >= 3 and moscow.rung >= 1 and talks < 0 and not truce", then: {sanctions: 0.9}}
"""
STRATEGIES = f"""
strategies:
  javelins: {JAVELINS}
  answered: {JAVELINS}{ANSWERED}
  default: {JAVELINS}    otherwise: {{diplomacy: high, answer: refuse}}
  muddled: {JAVELINS}{MUDDLED}
"""
# the questions of the argument that the plan of the batch does not answer; how far in open war it does say
ARGUMENT = {
    "moscow raises": "You have not said what you do when Moscow raises its support.",
    "kyiv asks": "You have not said what you do when Kyiv asks for more.",
    "spread": "You have not said what you do when the conflict spreads to where the alliance is at stake (Baltic).",
    "moscow regulars, kyiv losing": "You have not said what you do when Moscow has regular units in the field while Kyiv is losing.",
    "no settlement after 24 months": "You have not said what you do when 24 months have passed and the war is not settled.",
}


def text_of(*left_out: str) -> str:
    return part(DONBAS.read_text(), "contingencies", "strategies", "claims", "record", *left_out) + STRATEGIES


@cache
def donbas(*left_out: str) -> Scenario:
    return read_text(text_of(*left_out))


@cache
def argument() -> GapsFound:
    return gap_check(donbas(), RunOptions(draws=DRAWS, strategies=("javelins", "answered")))


@cache
def small(strategy: str, objective: bool = True) -> StrategyGaps:
    """One strategy under one theory."""
    options = RunOptions(draws=DRAWS, strategies=(strategy,), theories=("spigot",))
    return gap_check(donbas() if objective else donbas("objective"), options).strategies[0]


def row(found: GapsFound, name: str) -> StrategyGaps:
    return next(one for one in found.strategies if one.strategy == name)


def cell(found: StrategyGaps, name: str) -> Gap:
    return next(gap for gap in found.gaps if gap.cell == name)


@dataclass(frozen=True)
class Machine:
    engine: Engine
    batch: Batch


@cache
def machine() -> Machine:
    program = with_cells(compile_scenario(donbas()))
    return Machine(Engine(program), Batch(prior_draws(program, DRAWS, 0), 2, DRAWS))


# --- the argument's questions -----------------------------------------------------------------------------------------


def test_the_questions_of_the_argument_are_found_with_their_probability() -> None:
    """Of the batch: escalation, how far, spread, the client's request, the goal itself; each with an interval under every theory."""
    javelins = row(argument(), "javelins")
    assert {gap.cell: gap.question for gap in javelins.gaps if gap.cell in ARGUMENT} == ARGUMENT
    assert "moscow openly" not in {gap.cell for gap in javelins.gaps}  # it says: heavy weapons
    theories = tuple(argument().weights)
    assert len(theories) == 8 and sum(argument().weights.values()) == pytest.approx(1)
    for gap in javelins.gaps:
        assert tuple(gap.probability) == tuple(gap.first) == tuple(gap.costs) == theories and gap.contingency == ""
        for theory, one in gap.probability.items():
            k = round(one.p * DRAWS)
            assert one.p == k / DRAWS and (one.low, one.high) == clopper_pearson(k, DRAWS)
            assert one.low <= one.p <= one.high and gap.first[theory] <= one.p
        mean = sum(argument().weights[theory] * one.p for theory, one in gap.probability.items())
        assert gap.reach[0] - 1e-12 <= mean <= gap.reach[1] + 1e-12
    for theory, mass in javelins.mass.items():
        assert mass.p == pytest.approx(sum(gap.first[theory] for gap in javelins.gaps))
    assert cell(javelins, "kyiv asks").reach[0] > 0.5 > cell(javelins, "spread").reach[1] > 0


def test_costs_and_answers_are_those_of_an_objective() -> None:
    """Errors are given with them; the best answer is no worse than changing nothing, which gains nothing; requests have their own answers."""
    javelins = row(argument(), "javelins")
    for gap in javelins.gaps:
        assert gap.cost is not None and np.isfinite([gap.cost.points, gap.cost.se]).all()
        assert all(np.isfinite([one.points, one.se]).all() for one in gap.costs.values())
        gains = [answer.gain.points for answer in gap.answers]
        assert gains == sorted(gains, reverse=True) and gains[0] >= 0
        assert all(answer.gain.points == 0 for answer in gap.answers if answer.name in ("hold", "refuse"))
    costs = [gap.cost.points for gap in javelins.gaps if gap.cost is not None]
    assert costs == sorted(costs, reverse=True)
    assert {answer.name for answer in cell(javelins, "kyiv asks").answers} == {"refuse", "grant"}
    assert {answer.name for answer in cell(javelins, "truce begins").answers} <= {"hold", "up", "down", "stop", "talk"}


def test_a_strategy_that_answers_has_fewer_gaps_and_silence_costs_it_less() -> None:
    """Under every theory, and by far more than the errors."""
    javelins, answered = row(argument(), "javelins"), row(argument(), "answered")
    closed = {gap.cell for gap in javelins.gaps} - {gap.cell for gap in answered.gaps}
    assert {"moscow raises", "kyiv asks", "spread", "truce begins", "kyiv attacks"} <= closed
    assert {gap.cell for gap in answered.gaps} < {gap.cell for gap in javelins.gaps}
    assert javelins.worst is not None and answered.worst is not None
    assert answered.worst[1].points < javelins.worst[1].points
    for theory, cost in javelins.cost_of_silence.items():
        other = answered.cost_of_silence[theory]
        assert cost.points - other.points > 3 * np.hypot(cost.se, other.se), theory
        assert answered.mass[theory].p <= javelins.mass[theory].p


def test_witness_paths_end_in_the_silence_that_they_claim() -> None:
    """Each address played again: the account of that run is silent in that cell in the path's last month, and for the first time."""
    javelins, start = row(argument(), "javelins"), donbas().clock.start
    places = {one.name: place for place, one in enumerate(machine().engine.program.plans[0].cells)}
    paths = [(gap, path) for gap in javelins.gaps for path in gap.witness]
    assert {gap.cell for gap, _ in paths} == {gap.cell for gap in javelins.gaps if any(one.p for one in gap.probability.values())}
    for theory in {path.theory for _, path in paths}:
        own = [(gap, path) for gap, path in paths if path.theory == theory]
        runs = np.zeros(DRAWS, np.int64)  # as many as a chunk of the check: one program
        runs[: len(own)] = [path.draw * 2 + path.luck for _, path in own]
        told = account(machine().engine, machine().batch, ("javelins", theory), runs, np.zeros((len(places), DRAWS), np.float32))
        for lane, (gap, path) in enumerate(own):
            months = [month.month for month in path.months]
            assert months == list(range(start, start + len(months))) and path.luck == 1
            assert told.month[places[gap.cell], lane] == len(months) - 1, (gap.cell, path.kind)
            if gap.first[theory] > 0:
                assert told.first[lane] == places[gap.cell]


def test_replay_gives_back_a_first_silence() -> None:
    """The completion of the file holds too, so up to a first silence it makes no difference: the owner's rungs are those of `replay`."""
    gap = next(gap for gap in row(argument(), "javelins").gaps if any(gap.first[path.theory] > 0 for path in gap.witness))
    program = compile_scenario(donbas())
    for path in gap.witness:
        again = replay(program, Address("javelins", path.theory, path.draw, path.luck), seed=0, draws=DRAWS, lucks=2)
        owner, rival = again.columns["washington rung"], again.columns["moscow rung"]
        for month, told in enumerate(path.months[1:], 1):
            assert told.own_rung == owner[month - 1]
            assert (
                told.rival_rung in (6, 7) or told.rival_rung == rival[month - 1]
            )  # covert units are seen late, or where there are none
        assert "the strategy is silent" in again.events[len(path.months) - 1]
        assert not any("the strategy is silent" in said for said in again.events[: len(path.months) - 1])


# --- one at a time ----------------------------------------------------------------------------------------------------


def test_one_strategy_under_one_theory_is_the_same_as_among_the_others() -> None:
    alone, among = small("javelins"), row(argument(), "javelins")
    assert alone.mass == {"spigot": among.mass["spigot"]} and alone.cost_of_silence == {"spigot": among.cost_of_silence["spigot"]}
    assert {gap.cell for gap in alone.gaps} <= {gap.cell for gap in among.gaps}
    for gap in alone.gaps:
        assert gap.probability["spigot"] == cell(among, gap.cell).probability["spigot"]
        assert gap.cost == gap.costs["spigot"] == cell(among, gap.cell).costs["spigot"]


def test_without_an_objective_nothing_is_costed_and_both_checks_say_so() -> None:
    bare, costed = small("javelins", objective=False), small("javelins")
    assert [fault.kind for fault in bare.static] == ["no objective"] and "no objective" in bare.static[0].says
    assert bare.cost_of_silence == {} and bare.worst is None
    assert {gap.cell for gap in bare.gaps} <= {gap.cell for gap in costed.gaps} and len(bare.gaps) > 8
    for gap in bare.gaps:
        assert (gap.cost, gap.costs, gap.answers) == (None, {}, ())
        assert gap.probability == cell(costed, gap.cell).probability and gap.witness == cell(costed, gap.cell).witness
    assert any("no objective" in warning.message for warning in check_text(text_of("objective")).warnings)


def test_what_is_answered_by_default_is_listed_and_costed_all_the_same() -> None:
    default, javelins = small("default"), small("javelins")
    assert default.by_default and not javelins.by_default
    assert [fault.kind for fault in default.static] == ["by default"]
    assert (default.mass, default.cost_of_silence, default.gaps) == (javelins.mass, javelins.cost_of_silence, javelins.gaps)


def test_dead_rules_and_contradictions_are_reported() -> None:
    faults = {fault.kind: fault.says for fault in small("muddled").static}
    assert set(faults) == {"dead rule", "contradiction"}
    assert "talks < 0" in faults["dead rule"]
    high = clopper_pearson(0, DRAWS)[1]  # draws are independent, completions of one draw are not
    assert f"probability below {100 * high:.1f}%" in faults["dead rule"]
    assert "“kyiv.asks”" in faults["contradiction"] and "“kyiv.asks and not settled”" in faults["contradiction"]
    assert small("javelins").static == ()


def test_a_contingency_gives_its_words_to_the_cell() -> None:
    written = "contingencies:\n  up: {if: moscow.raises, ask: What do we do when Russia escalates?}\n  low: {if: talks < 0.3, ask: Is it over?}\n"
    cells = {one.name: one for one in with_cells(compile_scenario(read_text(text_of() + written))).plans[0].cells}
    assert question(cells["up"]) == "What do we do when Russia escalates?" and "moscow raises" not in cells
    assert list(cells)[:2] == ["up", "low"] and cells["low"].lasting and not cells["up"].lasting
    assert question(cells["clash"]).startswith("You have not said what you do when forces of Washington")


# --- completions ------------------------------------------------------------------------------------------------------


@dataclass
class Toy:
    """A player whose points are known: each cell's effect of its answer, what comes of two cells together, and the luck of the draw."""

    effect: np.ndarray  # [C, A]
    together: float = 0.0  # where the first two cells are both answered by 1
    noise: float = 0.0  # of every answer in every run

    def __post_init__(self) -> None:
        self.cells = tuple(Cell(f"cell {c}", Constant(1.0, "boolean"), "", answers=(0, 1, 2, 4)) for c in range(len(self.effect)))
        self.pair = ("toy", "chance")
        self.batch = Batch(prior_draws(machine().engine.program, DRAWS, 0), 2, DRAWS)
        self.tried: list[np.ndarray] = []
        self.luck = np.random.Generator(np.random.Philox(key=[8, 8]))

    def play(self, luck: int, answers: np.ndarray) -> tuple[np.ndarray, None]:
        places = answers.astype(int)
        self.tried.append(places)
        draw = np.random.Generator(np.random.Philox(key=[luck, 9])).normal(0, 50, answers.shape[1])
        gained = [np.take(row, place) for row, place in zip(self.effect, places, strict=True)]
        both = np.where((places[:2] == 1).all(axis=0), self.together, 0.0)
        return draw + np.sum(gained, axis=0) + both + self.luck.normal(0, self.noise, answers.shape[1]), None


EFFECT = np.array([[0, 1, -2, 0, 0.5], [0, 3, 1, 0, -1], [0, 0, 0, 0, 0.0]])
OVERT_SUPPORT = np.array([True, True, False])


def tried_by(toy: Toy, times: int = 1) -> Trial:
    """All answers of the first two cells around 1 in the first and 0 in the second."""
    policy = np.array([1, 0, 0])
    player = cast(Player, toy)
    return trials(player, 1, policy, toy.play(1, even(policy, DRAWS))[0], open_=OVERT_SUPPORT, seed=3, times=times)


def test_trials_pair_each_answer_with_the_same_draw() -> None:
    """Luck of 50 points cancels; answers that a cell does not have and cells that are not open are nan."""
    toy = Toy(EFFECT)
    found = tried_by(toy)
    told = np.full((3, 7), np.nan)
    told[0, [0, 1, 2, 4]] = EFFECT[0, [0, 1, 2, 4]] - 1
    told[1, [0, 1, 2, 4]] = EFFECT[1, [0, 1, 2, 4]]
    np.testing.assert_allclose(found.mean, told, atol=1e-9)
    np.testing.assert_allclose(found.half, np.stack([told, told]), atol=1e-9)
    np.testing.assert_allclose(spread(found)[0], [3, 4, 0], atol=1e-9)
    assert np.nanmax(found.se) < 1e-9 and (spread(found)[1] < 1e-9).all()


@pytest.mark.parametrize("times", [1, 3, 20])
def test_every_answer_is_tried_alike_and_by_no_run_twice(times: int) -> None:
    toy = Toy(EFFECT)
    tried_by(toy, times)
    rounds = np.array(toy.tried[1:])  # after the base
    assert len(rounds) == min(times, 8)  # two cells of four answers
    base = np.array([1, 0, 0])[:, None]
    assert ((rounds != base).sum(axis=1) <= 1).all()
    for c, place in ((0, 0), (0, 2), (0, 4), (1, 1), (1, 2), (1, 4)):
        assert (rounds[:, c] == place).sum() == len(rounds) * DRAWS / 8
        assert ((rounds[:, c] == place).sum(axis=0) <= 1).all()


def test_the_search_finds_the_best_and_the_worst_answers() -> None:
    """Where answers add up; where two of them spoil each other, the better one alone; where nothing matters, nothing changes."""
    best, worst = (searched(cast(Player, Toy(EFFECT)), sign, OVERT_SUPPORT, 0).tolist() for sign in (1, -1))
    assert (best, worst) == ([1, 1, 0], [2, 4, 0])
    good = np.maximum(EFFECT, 0) * (np.arange(5) == 1)
    assert searched(cast(Player, Toy(good, together=-9)), 1, OVERT_SUPPORT, 0).tolist() == [0, 1, 0]
    assert searched(cast(Player, Toy(0 * EFFECT)), 1, OVERT_SUPPORT, 0).tolist() == [0, 0, 0]


def test_pure_noise_has_no_spread() -> None:
    """Chosen on one half and scored on the other, so not biased up: |z| below 4.5 in both cells, where max less min is far above."""
    found = tried_by(Toy(0 * EFFECT, noise=1.0), times=8)
    points, se = spread(found)
    assert (np.abs(points[:2]) < 4.5 * se[:2]).all()
    assert (np.nanmax(found.mean[:2], axis=1) - np.nanmin(found.mean[:2], axis=1) > points[:2]).all()


# --- people who value other things ------------------------------------------------------------------------------------


def test_who_values_the_opposite_answers_otherwise_wherever_it_can_be_told() -> None:
    """A reader with the objective disagrees nowhere; one with its opposite gives the worst answer, and both lose as much by the other's."""
    values = "{settlement-by-24-months: 3, direct-war: -10, deaths: -0.5 per thousand, cost: -0.1 per 100 million USD}"
    other = "{settlement-by-24-months: -3, direct-war: 10, deaths: 0.5 per thousand, cost: 0.1 per 100 million USD}"
    text = part(text_of("readers", "objective")) + f"objective: {{of: washington, matters: 0.1, values: {values}}}\n"
    text += f"readers: {{twin: {{values: {values}}}, opposite: {{values: {other}}}, believer: {{theories: {{spigot: 1}}}}}}\n"
    found = gap_check(read_text(text), RunOptions(draws=DRAWS, strategies=("javelins",), theories=("spigot",))).strategies[0]
    told = [(gap, one) for gap in found.gaps for one in gap.disagree]
    assert told and {one.person for _, one in told} == {"opposite"}
    for gap, one in told:
        assert one.owner_loses.points == pytest.approx(one.person_loses.points) and one.says != gap.answers[0].says
        assert one.owner_loses.points > 2 * one.owner_loses.se


# --- the command ------------------------------------------------------------------------------------------------------


def command(capsys: pytest.CaptureFixture[str], tmp_path: Path, *args: str) -> tuple[int, str, str]:
    file = tmp_path / "bare.yaml"
    file.write_text(text_of())
    code = main(["gaps", str(file), "--draws", str(DRAWS), "--strategy", "javelins", "--theory", "spigot", *args])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_json_is_as_promised(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The contract of ARCHITECTURE, field by field."""
    code, out, _ = command(capsys, tmp_path, "--json")
    found: dict[str, Any] = json.loads(out)
    assert code == 0 and list(found["strategies"]) == ["javelins"]
    told, here = found["strategies"]["javelins"], small("javelins")
    assert told["mass"] == {"spigot": here.mass["spigot"].p}
    assert told["cost_of_silence"] == {"spigot": here.cost_of_silence["spigot"].points}
    assert told["static"] == [] and len(told["gaps"]) == len(here.gaps)
    for one, gap in zip(told["gaps"], here.gaps, strict=True):
        assert {"question", "contingency", "probability", "cost", "witness", "answers"} <= set(one)
        assert set(one["probability"]["spigot"]) == {"p", "low", "high"} and one["question"] == gap.question
        assert all({"month", "own_rung", "rival_rung", "says"} == set(month) for month in one["witness"])
        assert [answer["name"] for answer in one["answers"]] == [answer.name for answer in gap.answers]
    assert found["draws"] == DRAWS and found["seed"] == 0 and len(found["scenario_hash"]) == 64


def test_strict_ends_with_1_and_the_page_names_the_questions(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = command(capsys, tmp_path, "--strict", "--quiet")
    assert code == 1
    assert ARGUMENT["kyiv asks"] in " ".join(out.split()) and "most probable path" in out
    assert command(capsys, tmp_path, "--quiet")[0] == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (RunOptions(draws=DRAWS, strategies=("nobody",)), "no strategy called nobody"),
        (RunOptions(draws=DRAWS, theories=("spigot", "astrology")), "no theory called astrology"),
    ],
)
def test_names_that_are_not_there_are_refused(options: RunOptions, message: str) -> None:
    with pytest.raises(CompileError, match=message):
        gap_check(donbas(), options)


def test_one_draw_is_refused() -> None:
    """It says nothing of its error."""
    engine = machine().engine
    batch = Batch(prior_draws(engine.program, 1, 0), 2, DRAWS)
    with pytest.raises(DecisionError, match="1 draw says nothing"):
        silence(
            Player(
                engine, batch, ("javelins", "spigot"), lambda measures: measures[0].astype(np.float64), clashing(engine.program)
            ),
            0,
        )


@pytest.mark.parametrize("draws", [1, 2, 3, 15, 23])
def test_too_few_draws_are_refused_before_anything_is_played(draws: int) -> None:
    """With a number that suffices: it is the number of trials of an answer."""
    with pytest.raises(DecisionError, match=r"too few to try answers on\. Give --draws 24 or more"):
        gap_check(donbas(), RunOptions(draws=draws))


@pytest.mark.parametrize("draws", [24, 64, 65, 100])
def test_few_draws_are_enough_for_any_number_of_answers(draws: int) -> None:
    """Each answer is tried as often as any other, by runs that try none twice (before: "64 draws are too few to try 130 answers")."""
    engine = machine().engine
    batch = Batch(prior_draws(engine.program, draws, 0), 2, DRAWS)
    player = Player(
        engine, batch, ("javelins", "spigot"), lambda measures: measures[0].astype(np.float64), clashing(engine.program)
    )
    silent = np.zeros(len(player.cells), np.int64)
    tried = trials(player, 0, silent, player.play(0, even(silent, draws))[0], open_=np.ones(len(player.cells), bool), seed=3)
    for place, cell in enumerate(player.cells):
        assert (
            np.isfinite(tried.mean[place, list(cell.answers)]).all() and np.isfinite(tried.half[:, place, list(cell.answers)]).all()
        )
