"""The offset Omega from three runs with the same luck (section 11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from countermove.scenario.schema import Scenario, Strategy
from countermove.verify.numpy_model.draws import Array
from countermove.verify.numpy_model.facts import DrawnNumbers, first_delivery, gather
from countermove.verify.numpy_model.orders import CompletedPlan
from countermove.verify.numpy_model.run import RunInputs, play


@dataclass(frozen=True)
class Offset:
    """What the aid gained with the rivals' support frozen (1) and with their reply (2), against no aid; each [n]."""

    balance_frozen: Array  # mean over the window of b_c(1) - b_c(0)
    balance_reply: Array  # of b_c(2) - b_c(0)
    ground_frozen: Array  # the same on z_c
    ground_reply: Array
    omega: float  # 1 - sum(reply)/sum(frozen), on the balance
    omega_ground: float


def offset(
    scenario: Scenario,
    strategy: str,
    theories: Mapping[str, str],
    params: Mapping[str, npt.ArrayLike],
    uniforms: Array,
    *,
    levels: int = 17,
) -> Offset:
    """Omega of a strategy; arguments as in `simulate`."""
    facts = gather(scenario, theories)
    delivery = first_delivery(facts, strategy)
    war = RunInputs(facts, DrawnNumbers(params), uniforms, levels, delivery)
    written = facts.strategy(strategy)
    none, script, ground = play(war, CompletedPlan(Strategy(), "hold", numb=True))
    plan = CompletedPlan(written, written.completion, numb=True)
    frozen, _, ground_frozen = play(war, plan, script, freeze=True)
    answered, _, ground_reply = play(war, plan, script)
    # months are counted from 1, rows from 0
    rows = slice(min(delivery + 11, len(uniforms)), min(delivery + 24, len(uniforms)))

    def gain(path: npt.NDArray[np.generic], base: npt.NDArray[np.generic]) -> Array:
        return (path[rows].astype(np.float64) - base[rows].astype(np.float64)).mean(axis=0)

    first, second = (gain(trace.paths["balance"], none.paths["balance"]) for trace in (frozen, answered))
    third, fourth = gain(ground_frozen, ground), gain(ground_reply, ground)
    return Offset(first, second, third, fourth, float(1.0 - second.sum() / first.sum()), float(1.0 - fourth.sum() / third.sum()))
