"""If we arm one side of a proxy war, what does the other side's patron do next, and is our plan still good after that?

    import countermove as cm

    scenario = cm.read("donbas-2017")
    study = cm.run(scenario, cm.RunOptions(draws=256, lucks=4, seed=1))
    cm.write_memo(scenario, cm.RunOptions(seed=1), Path("memo.html"))

Names are imported when they are first used: importing the package alone starts nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from countermove.compute import Cluster, Local
    from countermove.engine.replay import Address, replay
    from countermove.errors import CountermoveError
    from countermove.scenario import check, explain, json_schema, new, read, write
    from countermove.store import load
    from countermove.study.memo import write_memo
    from countermove.study.options import RunOptions
    from countermove.study.run import run_study as run
    from countermove.study.verify import verify
    from countermove.study.weighing.weigh import weigh

__all__ = [
    "Address",
    "Cluster",
    "CountermoveError",
    "Local",
    "RunOptions",
    "check",
    "explain",
    "json_schema",
    "load",
    "new",
    "read",
    "replay",
    "run",
    "verify",
    "weigh",
    "write",
    "write_memo",
]

_HOMES = {
    "Address": ("countermove.engine.replay", "Address"),
    "Cluster": ("countermove.compute", "Cluster"),
    "CountermoveError": ("countermove.errors", "CountermoveError"),
    "Local": ("countermove.compute", "Local"),
    "RunOptions": ("countermove.study.options", "RunOptions"),
    "check": ("countermove.scenario", "check"),
    "explain": ("countermove.scenario", "explain"),
    "json_schema": ("countermove.scenario", "json_schema"),
    "load": ("countermove.store", "load"),
    "new": ("countermove.scenario", "new"),
    "read": ("countermove.scenario", "read"),
    "replay": ("countermove.engine.replay", "replay"),
    "run": ("countermove.study.run", "run_study"),
    "weigh": ("countermove.study.weighing.weigh", "weigh"),
    "verify": ("countermove.study.verify", "verify"),
    "write": ("countermove.scenario", "write"),
    "write_memo": ("countermove.study.memo", "write_memo"),
}


def __getattr__(name: str) -> object:
    """The public name, imported from its home; raises AttributeError for a name that is not public."""
    if name not in _HOMES:
        raise AttributeError(f"module 'countermove' has no attribute '{name}'")
    home, there = _HOMES[name]
    found = getattr(import_module(home), there)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
