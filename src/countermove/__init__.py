"""If we arm one side of a proxy war, what does the other side's patron do next, and is our plan still good after that?

    import countermove as cm

    scenario = cm.read("donbas-2017")
    study = cm.run(scenario, cm.RunOptions(draws=256, lucks=4, seed=1))
    cm.write_memo(scenario, cm.RunOptions(seed=1), Path("memo.html"))

Names are imported when they are first used, so that reading a scenario does not start the array compiler.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from countermove.compute import Cluster, Local
    from countermove.errors import CountermoveError
    from countermove.scenario import check, explain, json_schema, new, read, write
    from countermove.study.memo import write_memo
    from countermove.study.options import RunOptions
    from countermove.study.run import run_study as run

__all__ = [
    "Cluster",
    "CountermoveError",
    "Local",
    "RunOptions",
    "check",
    "explain",
    "json_schema",
    "new",
    "read",
    "run",
    "write",
    "write_memo",
]

_HOMES = {
    "Cluster": ("countermove.compute", "Cluster"),
    "CountermoveError": ("countermove.errors", "CountermoveError"),
    "Local": ("countermove.compute", "Local"),
    "RunOptions": ("countermove.study.options", "RunOptions"),
    "check": ("countermove.scenario", "check"),
    "explain": ("countermove.scenario", "explain"),
    "json_schema": ("countermove.scenario", "json_schema"),
    "new": ("countermove.scenario", "new"),
    "read": ("countermove.scenario", "read"),
    "run": ("countermove.study.run", "run_study"),
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
