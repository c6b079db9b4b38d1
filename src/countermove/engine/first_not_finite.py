"""Where a number that is not finite first arose in a run: its month, and the mechanism that made it."""

from __future__ import annotations

import jax
import numpy as np

from countermove.engine.months import Job, Kernel
from countermove.engine.simulate import paths
from countermove.world.state import State

# what moves each part of the state; a part that is not here is moved by the orders and what is seen of others
_MOVED_BY = {
    "force": "personnel (fighting and recovery)",
    "extra": "heavy materiel (deliveries, wear and capture)",
    "aid": "heavy materiel (deliveries and wear)",
    "counter": "counter-heavy materiel (deliveries and wear)",
    "ground": "territory",
    "support": "the patrons' support (their theories)",
    "will": "political will",
    "dead": "the patrons' dead (fighting)",
    "spent": "the patrons' costs",
    "casualties": "the patrons' dead (fighting)",
    "shortfall": "the balance as it is seen",
    "resolve_belief": "the belief about the rival's resolve",
    "track": "the diplomatic track",
    "credibility": "the credibility of the alliance",
    "solidarity": "the solidarity of the allies",
    "pipeline": "the supply pipeline",
}
_ORDER = (*_MOVED_BY, *(name for name in State._fields if name not in _MOVED_BY))


def first_not_finite(kernel: Kernel, job: Job) -> str:
    """`in month 7, in political will` for the first run of a job of a few equal runs; empty where its whole state is finite."""
    states, _ = paths(kernel, job)
    found: list[tuple[int, int, str]] = []
    for place, name in enumerate(_ORDER):
        for leaf in jax.tree.leaves(getattr(states, name)):
            table = np.asarray(leaf, np.float64)[..., 0]
            bad = ~np.isfinite(table.reshape(len(table), -1)).all(axis=1)
            if bad.any():
                found.append((int(np.argmax(bad)), place, name))
    if not found:
        return ""
    month, _, name = min(found)
    return f"in month {month + 1}, in {_MOVED_BY.get(name, name)}"
