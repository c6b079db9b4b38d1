"""If we arm one side of a proxy war, what does the other side's patron do next, and is our plan still good after that?

    import countermove as cm

    study = cm.run("donbas-2017", cm.RunOptions(draws=256, lucks=4, seed=1))
    study.table                      # all of its numbers, with errors and units, as a DataFrame
    study.plot()                     # its first figure
    cm.explore("my-war.yaml")
    cm.write_memo("donbas-2017", path="memo.html")

Every function takes a scenario (`cm.read`), the name of a war that ships, or a file. Results show themselves as small tables.
Names are imported when they are first used: importing the package alone starts nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from countermove.compute import Cluster, Local
    from countermove.door import (
        backtest,
        check,
        claims,
        compare,
        explain,
        explore,
        gaps,
        open_spiel_game,
        pettingzoo_environment,
        pool,
        readers,
        replay,
        run,
        score,
        search,
        solve,
        study,
        table_environment,
        verify,
        weigh,
        write_backtest,
        write_beside,
        write_memo,
    )
    from countermove.engine.replay import Address
    from countermove.errors import CountermoveError
    from countermove.questions.backtest.rolling import Rolling
    from countermove.questions.options import RunOptions
    from countermove.questions.search.evaluation import SearchOptions
    from countermove.questions.solve.look_ahead import SolveOptions
    from countermove.scenario import json_schema, new, read, write
    from countermove.scenario.available_records import records
    from countermove.store import load
    from countermove.world.state_codes import find_state, states

__all__ = [
    "Address",
    "Cluster",
    "CountermoveError",
    "Local",
    "Rolling",
    "RunOptions",
    "SearchOptions",
    "SolveOptions",
    "backtest",
    "check",
    "claims",
    "compare",
    "explain",
    "explore",
    "find_state",
    "gaps",
    "json_schema",
    "load",
    "new",
    "open_spiel_game",
    "pettingzoo_environment",
    "pool",
    "read",
    "readers",
    "records",
    "replay",
    "run",
    "score",
    "search",
    "solve",
    "states",
    "study",
    "table_environment",
    "verify",
    "weigh",
    "write",
    "write_backtest",
    "write_beside",
    "write_memo",
]

HOMES = {
    "Address": "countermove.engine.replay",
    "Cluster": "countermove.compute",
    "CountermoveError": "countermove.errors",
    "Local": "countermove.compute",
    "Rolling": "countermove.questions.backtest.rolling",
    "RunOptions": "countermove.questions.options",
    "SearchOptions": "countermove.questions.search.evaluation",
    "SolveOptions": "countermove.questions.solve.look_ahead",
    "find_state": "countermove.world.state_codes",
    "json_schema": "countermove.scenario",
    "load": "countermove.store",
    "new": "countermove.scenario",
    "read": "countermove.scenario",
    "records": "countermove.scenario.available_records",
    "states": "countermove.world.state_codes",
    "write": "countermove.scenario",
}
"""Where a public name is at home; every other one is a question, and in the door."""


def __getattr__(name: str) -> object:
    """The public name, imported from its home; raises AttributeError for a name that is not public."""
    if name not in __all__:
        raise AttributeError(f"module 'countermove' has no attribute '{name}'")
    found = getattr(import_module(HOMES.get(name, "countermove.door")), name)
    globals()[name] = found
    return found


class _Package(ModuleType):
    """The package: a name that is public stays a question, also once the folder of that name is loaded (`countermove.verify`)."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and name in __all__):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
