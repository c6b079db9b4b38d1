"""Games of crisis that the engine does not play, solved by numbers: a demand, a threat before an audience, a war of attrition.

No formula of the table is used here: the best demand is searched for, and the two equilibria are built from indifference, step by step.
"""

from __future__ import annotations

import numpy as np

from countermove.dynamics.clocks import time_to
from countermove.rng.quasi import points
from countermove.rng.uniforms import stream_keys, uniforms
from countermove.verify.line import Line, near, within
from countermove.verify.optimum import peak
from countermove.world.cast import Array

TYPES = 1 << 16
FEARON_1995 = "Fearon 1995; the demand of largest expected worth, searched for over 1,001 costs of the other"
FEARON_1994 = "Fearon 1994; equilibrium from indifference in steps of 1/10,000 of an audience cost of 1, types drawn"
ATTRITION = "standard; equilibrium from indifference between neighbouring types, types drawn with dynamics.clocks"


def chances(slots: int, runs: int, month: int = 0) -> np.ndarray:
    """Uniforms [slots, runs] of the program's own generator."""
    seed: Array = np.array([1994, 0], np.uint32)
    who: Array = np.arange(runs, dtype=np.uint32)
    number: Array = np.float32(month)
    return np.asarray(uniforms(stream_keys(seed, who, who * 0), number, slots))


def best_demand(prospect: float, cost: float, highest: float) -> tuple[float, float]:
    """The demand that is worth most to a side that would win with the given prospect, and the probability of war it runs.

    War costs it `cost`, the other side an unknown amount, uniform on [0, highest]; the prize is 1.
    """
    costs = np.linspace(0, highest, 1001)
    chance = np.linspace(0, 1, 1001)

    def refused(demand: np.ndarray) -> np.ndarray:
        return np.interp(demand - prospect, costs, chance)

    def worth(demand: np.ndarray) -> np.ndarray:
        war = refused(demand)
        return demand * (1 - war) + (prospect - cost) * war

    demand = peak(worth, prospect - highest, prospect + highest)
    return demand, float(refused(np.array([demand]))[0])


def bargaining() -> list[Line]:
    """The demand that is worth most, and the probability of war that it brings."""
    demand, war = best_demand(0.5, 0.1, 0.4)
    _, paid = best_demand(0.5, 0.4 * 0.1, 0.4)
    return [
        near("bargaining: what is demanded above the odds, a = .1, c = .4", 0.15, demand - 0.5, 1e-3, FEARON_1995),
        near("bargaining: probability of war", 3 / 8, war, 2e-3, FEARON_1995),
        near("bargaining: probability of war if a patron pays 60% of its cost", 0.45, paid, 2e-3, FEARON_1995),
    ]


def threat(lowest: float, slope: float) -> tuple[float, float, float]:
    """Two sides whose cost of backing down grows with time: (audience cost at which both are bound, P(war), gain from quitting elsewhere).

    War is worth between -lowest and 0 to a side, uniformly; the prize is 1. In each step the rival quits with the probability that leaves
    a side indifferent between quitting now and a step later; from the first step in which all that are left prefer war, none quits.
    """
    step = 1e-4 / slope
    cost = slope * step * np.arange(int(np.ceil(lowest / (slope * step))) + 2)
    # quitting now: -cost[k]; a step later: q + (1 - q) (-cost[k + 1])
    quits = (cost[1:] - cost[:-1]) / (1 + cost[1:])
    left = np.concatenate([[1.0], np.cumprod(1 - quits)])
    bound = int(np.argmax(left <= np.minimum(cost / lowest, 1)))
    won = np.concatenate([[0.0], np.cumsum(left[:-1] * quits)])
    worth = won[: bound + 1] - left[: bound + 1] * cost[: bound + 1]
    worths = -lowest * points(0, TYPES, 2)
    war = float((worths > -cost[bound]).all(axis=1).mean())
    return float(cost[bound]), war, float(np.ptp(worth))


def audience() -> list[Line]:
    """When both sides are bound by their audiences, and how probable war then is."""
    bound, war, gain = threat(2.0, 0.5)
    wide, _, _ = threat(6.0, 0.5)
    return [
        near("audience costs: cost at which both are bound, W = 2", 1.0, bound, 1e-3, FEARON_1994),
        near("audience costs: cost at which both are bound, W = 6", 2.0, wide, 1e-3, FEARON_1994),
        near("audience costs: probability of war, W = 2", 0.25, war, 2e-3, FEARON_1994),
        near("audience costs: most that quitting at another time gains", 0.0, gain, 1e-3, FEARON_1994),
    ]


def quitting_times(rate: float, values: np.ndarray) -> np.ndarray:
    """When each type quits a war of attrition at unit cost against a rival drawn from Exp(rate).

    The type between two neighbours is indifferent: the time it waits costs what the rival's quitting meanwhile is worth.
    """
    edges = np.linspace(0, 40 / rate, 40_001)
    middle = (edges[1:] + edges[:-1]) / 2
    rival = -np.expm1(-rate * np.diff(edges))
    return np.interp(values, edges, np.concatenate([[0.0], np.cumsum(middle * rival)]))


def attrition() -> list[Line]:
    """When types quit a war of attrition, and how long it lasts."""
    rate, moment = 0.5, 0.5
    types = np.asarray(time_to(chances(2, 16 * TYPES), np.float32(rate)))
    times = quitting_times(rate, types)
    return [
        within("war of attrition: expected length, 1/(4 lambda)", 1 / (4 * rate), times.min(axis=0).mean(), 0.01, ATTRITION),
        near(
            "war of attrition: share of a side still in, exp(-sqrt(2 lambda t)), lambda t = 1/4",
            float(np.exp(-np.sqrt(2 * rate * moment))),
            (times > moment).mean(),
            2e-3,
            ATTRITION,
        ),
        near(
            "war of attrition: Weibull shape, from the shares at t and 4 t",
            0.5,
            np.log(np.log((times > 4 * moment).mean()) / np.log((times > moment).mean())) / np.log(4),
            5e-3,
            ATTRITION,
        ),
    ]
