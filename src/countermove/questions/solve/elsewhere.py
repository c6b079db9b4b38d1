"""The game of a war for other people's solvers: Gambit's files, a game of OpenSpiel's, an environment of PettingZoo's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from countermove.games.cut_tree import cut_tree
from countermove.games.gambit_files import efg, nfg
from countermove.games.in_the_war import plan_of
from countermove.games.policy_game import policy_game
from countermove.games.replies import reply_to_plan
from countermove.games.replies_in_the_war import Answered
from countermove.games.to_openspiel import to_openspiel
from countermove.games.to_pettingzoo import to_pettingzoo
from countermove.questions.options import Progress, silent
from countermove.questions.solve.look_ahead import LookAhead, SolveOptions
from countermove.scenario.schema import Scenario

MONTHS, WAYS = 2, 2  # of the tree that other solvers get: they read all of it into memory


def gambit_texts(ahead: LookAhead, known: Mapping[str, Answered]) -> Mapping[str, str]:
    """The texts of the files that were asked for, by format: the game's first months as a tree, or the plans, as they are seen to act
    under the theories, against replies to each of them."""
    found: dict[str, str] = {}
    title = f"{ahead.program.scenario.scenario}, made by countermove"
    if "efg" in ahead.options.copies:
        tree = cut_tree(ahead.made.game, min(MONTHS, ahead.made.game.months), WAYS)
        dropped = (
            f"the first {MONTHS} months, {WAYS} ways on from each place; plays leave out a probability of up to {tree.dropped:.3f}"
        )
        found["efg"] = efg(tree.game, f"{title}: {dropped}")
    if "nfg" in ahead.options.copies:
        seen = {name: [ahead.play(name, theory) for theory in ahead.weights] for name in known}
        plans = {name: plan_of(ahead.made, runs) for name, runs in seen.items()}
        replies = {f"reply to {name}": reply_to_plan(ahead.made.game, plan, np.inf).rival_play for name, plan in plans.items()}
        found["nfg"] = nfg(policy_game(ahead.made.game, plans, replies), title)
    return found


def open_spiel_game(
    scenario: Scenario, options: SolveOptions | None = None, months: int = MONTHS, *, progress: Progress = silent
) -> Any:
    """The first months of a war as a `pyspiel.Game`, 2 ways on from each place. Raises SolveError where OpenSpiel is not installed."""
    made = LookAhead.of(scenario, options or SolveOptions(), progress).made
    tree = cut_tree(made.game, months, WAYS)
    return to_openspiel(tree.game, f"countermove_{scenario.scenario.replace('-', '_')}")


def pettingzoo_environment(scenario: Scenario, options: SolveOptions | None = None, *, progress: Progress = silent) -> Any:
    """A war as a `pettingzoo.AECEnv` of two agents. Raises SolveError where PettingZoo is not installed."""
    made = LookAhead.of(scenario, options or SolveOptions(), progress).made
    return to_pettingzoo(made.game, made.bins, made.states, f"countermove_{scenario.scenario.replace('-', '_')}_v0")
