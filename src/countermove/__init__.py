"""If we arm one side of a proxy war, what does the other side's patron do next, and is our plan still good after that?

    import countermove as cm

    study = cm.run("donbas-2017", cm.RunOptions(draws=256, lucks=4, seed=1))
    cm.explore("my-war.yaml")
    cm.write_memo("donbas-2017", path="memo.html")

Every function takes a scenario (`cm.read`), the name of a war that ships, or a file. Results show themselves as small tables.
Names are imported when they are first used: importing the package alone starts nothing.
"""

from __future__ import annotations

from importlib import import_module
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
        readers,
        replay,
        run,
        search,
        weigh,
        write_memo,
    )
    from countermove.engine.replay import Address
    from countermove.errors import CountermoveError
    from countermove.questions.options import RunOptions
    from countermove.questions.search.hunt import SearchOptions
    from countermove.scenario import json_schema, new, read, write
    from countermove.store import load
    from countermove.verify import verify

__all__ = [
    "Address",
    "Cluster",
    "CountermoveError",
    "Local",
    "RunOptions",
    "SearchOptions",
    "backtest",
    "check",
    "claims",
    "compare",
    "explain",
    "explore",
    "gaps",
    "json_schema",
    "load",
    "new",
    "read",
    "readers",
    "replay",
    "run",
    "search",
    "verify",
    "weigh",
    "write",
    "write_memo",
]

_DOOR = "countermove.door"
_HOMES = {
    "Address": "countermove.engine.replay",
    "Cluster": "countermove.compute",
    "CountermoveError": "countermove.errors",
    "Local": "countermove.compute",
    "RunOptions": "countermove.questions.options",
    "SearchOptions": "countermove.questions.search.hunt",
    "backtest": _DOOR,
    "check": _DOOR,
    "claims": _DOOR,
    "compare": _DOOR,
    "explain": _DOOR,
    "explore": _DOOR,
    "gaps": _DOOR,
    "json_schema": "countermove.scenario",
    "load": "countermove.store",
    "new": "countermove.scenario",
    "read": "countermove.scenario",
    "readers": _DOOR,
    "replay": _DOOR,
    "run": _DOOR,
    "search": _DOOR,
    "verify": "countermove.verify",
    "weigh": _DOOR,
    "write": "countermove.scenario",
    "write_memo": _DOOR,
}


def __getattr__(name: str) -> object:
    """The public name, imported from its home; raises AttributeError for a name that is not public."""
    if name not in _HOMES:
        raise AttributeError(f"module 'countermove' has no attribute '{name}'")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
