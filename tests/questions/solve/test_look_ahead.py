"""A war looked at ahead: what may be asked, what is asked of it, and the errors of means."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from builders.looking_ahead import SMALL, small_ahead
from builders.places import SMALL_FILE
from countermove.engine.draws import prior_draws
from countermove.errors import CompileError, DecisionError, RunError, SolveError
from countermove.games.in_the_war import owner_gets
from countermove.questions.options import silent
from countermove.questions.solve.look_ahead import LookAhead, SolveOptions, mean_error, rungs_of
from countermove.scenario.read import read
from countermove.world.plan import Command, Plan


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"draws": 24}, SolveError, "24 draws fill no 16 scrambles"),
        ({"draws": 0}, RunError, "draws cannot be 0"),
        ({"lucks": 7}, SolveError, "7 lucks have no halves"),
        ({"lucks": 0}, RunError, "lucks cannot be 0"),
        ({"samples": 1}, RunError, "samples cannot be 1"),
        ({"seed": -1}, RunError, "seed cannot be -1"),
        ({"shortfall": 65}, RunError, "shortfall cannot be 65"),
        ({"types": 6}, RunError, "types cannot be 6"),
        ({"types": True}, RunError, "types cannot be True"),
        ({"beliefs": 0}, RunError, "beliefs cannot be 0"),
        ({"strategies": "wait"}, RunError, "in brackets"),
        ({"theories": "spigot"}, RunError, "in brackets"),
        ({"copies": ("docx",)}, SolveError, "no format is called docx. There are efg, nfg"),
        ({"rungs": (3.5,)}, RunError, "a rung cannot be 3.5"),
        ({"rungs": 3}, RunError, "rungs cannot be 3. Give several, in brackets"),
        ({"support": 1.0}, RunError, "support cannot be 1.0. Give several, in brackets"),
        ({"support": ("much",)}, RunError, "support cannot be 'much'"),
        ({"support": (0.0, float("nan"))}, RunError, "support cannot be nan. Give finite numbers from 0 up"),
        ({"weights": {"inertia": -1.0, "spigot": 3.0}}, RunError, "weights cannot be -1.0"),
        ({"thorough": True, "shortfall": 17}, SolveError, "68 here, where 64 may be. Give at most 16 bins"),
    ],
)
def test_what_no_solving_can_have_is_refused(change: dict[str, object], error: type[Exception], said: str) -> None:
    """Before anything is made."""
    with pytest.raises(error, match=said):
        SolveOptions(**change)  # type: ignore[arg-type]


def test_a_war_without_an_objective_a_plan_or_a_rival_is_refused() -> None:
    """In words."""
    small = read(SMALL_FILE)
    with pytest.raises(DecisionError, match="objective"):
        LookAhead.of(small.model_copy(update={"objective": None}), SMALL, silent)
    with pytest.raises(DecisionError, match="no strategy that a rival could answer"):
        LookAhead.of(small.model_copy(update={"strategies": {}}), SMALL, silent)
    alone = {name: patron for name, patron in small.patrons.items() if name != "neighbour"}
    arm = {"wait": small.strategies["wait"]}
    with pytest.raises(SolveError, match="nobody stands on another side"):
        LookAhead.of(small.model_copy(update={"patrons": alone, "strategies": arm}), SMALL, silent).board()


def test_names_are_those_of_the_war() -> None:
    """All, or those that are asked for; a name that is none is refused; the weights of those that are played sum to 1."""
    ahead = small_ahead()
    assert ahead.strategies == ("wait", "arm")
    assert dict(ahead.weights) == pytest.approx({"inertia": 0.25, "spigot": 0.75})
    one = replace(ahead, options=replace(SMALL, strategies=("arm",), theories=("spigot",)))
    assert (one.strategies, dict(one.weights)) == (("arm",), {"spigot": 1.0})
    with pytest.raises(CompileError, match="no strategy called win"):
        _ = replace(ahead, options=replace(SMALL, strategies=("win",))).strategies
    with pytest.raises(CompileError, match="no theory called luck"):
        _ = replace(ahead, options=replace(SMALL, theories=("luck",))).weights


def test_the_owner_can_order_what_its_plans_order() -> None:
    """The first day's rung, those of dated moves, of rules and of what else is done, rising, each once; what is asked for comes beside them."""
    ahead = small_ahead()
    assert rungs_of(ahead.program) == ahead.moves.own == (3, 4, 5)
    more = Plan("more", otherwise=Command(rung=7))
    assert rungs_of(ahead.program.with_plans((*ahead.program.plans, more))) == (3, 4, 5, 7)
    assert replace(ahead, options=replace(SMALL, rungs=(8, 0, 4))).moves.own == (0, 3, 4, 5, 8)
    with pytest.raises(RunError, match="a rung cannot be 9"):
        _ = replace(ahead, options=replace(SMALL, rungs=(9,))).moves


def test_the_worth_is_the_second_half_of_the_luck() -> None:
    """Of every draw."""
    ahead = small_ahead()
    seen = ahead.play("wait", "spigot")
    np.testing.assert_array_equal(ahead.worth(seen), owner_gets(ahead.made, seen)[:, 2:])


def test_an_error_is_that_of_sixteen_scrambles() -> None:
    """The draws of a scramble are those that `Draws` says; what differs between draws of one scramble alone is no error of theirs."""
    scramble = prior_draws(small_ahead().program, 64, 0).scramble
    rows = np.random.default_rng(0).normal(size=(64, 3))
    parts = np.array([rows[scramble == number].mean() for number in range(16)])
    found = mean_error(rows)
    assert found.mean == pytest.approx(rows.mean())
    assert found.se == pytest.approx(parts.std(ddof=1) / 4)
    within = np.where(np.arange(64) < 32, 1.0, -1.0)[:, None] * np.ones((64, 2))
    assert (mean_error(within).mean, mean_error(within).se) == (0, 0)


def test_the_game_is_as_it_was_asked_for() -> None:
    """Types, months, moves and the board's size; a board holds at least as many runs as there are draws."""
    ahead = small_ahead()
    game = ahead.made.game
    assert (len(game.types), game.months, game.owner_moves, len(game.rival_moves)) == (2, 24, ("rung 3", "rung 4", "rung 5"), 4)
    assert ahead.board().lanes == 64 * 4
    assert replace(ahead, options=replace(SMALL, draws=4096)).board().lanes == 4096
    assert (ahead.solver.belief_steps, ahead.solver.half) == (2, True)
    assert (ahead.sizes.shortfall, ahead.sizes.balance, ahead.sizes.will) == (4, 1, 1)
