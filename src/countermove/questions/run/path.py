"""One run of a war again, month by month."""

from __future__ import annotations

from countermove.behaviour.table import THEORIES
from countermove.engine.program import compile_scenario
from countermove.engine.replay import Address, Path, replay
from countermove.questions.options import LEAST_DRAWS, RunOptions
from countermove.scenario.schema import Scenario


def path_of(scenario: Scenario, address: Address, options: RunOptions) -> Path:
    """The run at an address. Seed, lucks and plugins are those of the run that it comes from. Raises RunError where there is no such run."""
    program = compile_scenario(scenario, (*THEORIES.values(), *options.plugins))
    lucks = max(options.lucks, address.luck + 1)
    return replay(program, address, seed=options.seed, draws=options.draws or LEAST_DRAWS, lucks=lucks)
