"""Conservation: every person and every weapon can be traced, in a war with arms, capture, wear and offensives."""

from __future__ import annotations

import numpy as np

from countermove.engine.simulate import outcomes
from countermove.verify.line import Line, none
from countermove.verify.numpy_model import simulate, slot_count
from countermove.verify.small_war import MONTHS, small_war

ENGINE = "derived; residual of the ledger of engine.simulate.outcomes, relative to the turnover"
REFERENCE = "derived; residual of the reference's ledger, float64"


def conservation() -> list[Line]:
    """Residuals after 45 months of arms against a spigot."""
    war = small_war(("spigot",), ("arms",), 256, 4)
    job = war.job("arms", "spigot")
    _, _, left = outcomes(war.kernel, job, audit=True)
    out = [none(f"conservation (engine): {name}", np.abs(np.asarray(value)).max(), ENGINE, 1e-5) for name, value in left.items()]
    uniforms = np.random.default_rng(7).uniform(size=(MONTHS, slot_count(2, 2), len(job.draw)))
    trace = simulate(war.program.scenario, "arms", {"rival": "spigot"}, dict(job.params), uniforms)
    return out + [
        none(f"conservation (reference): {name}", np.abs(value).max(), REFERENCE, 1e-9) for name, value in trace.ledger.items()
    ]
