"""How much each theory moves a patron's support before any record is seen, and readers for whom that is the same under all theories.

A theory whose gains are large by its prior is punished by a quiet record for its scale, not for what it says. So reaction sizes are printed, and a
reading of the record is given in which records were chosen such that the sizes have one distribution under every theory that reacts at all.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from countermove.behaviour.inertia import INERTIA
from countermove.questions.weigh.finding_sensitivity import Reaction
from countermove.questions.weigh.simulated_records import SimulatedRecords

Floats = NDArray[np.float64]
BINS = 12
STILL = INERTIA.name
LEAST = 1e-3  # thousand person-equivalents: less is no reaction


def reaction_sizes(simulated: SimulatedRecords) -> Floats:
    """Size of the reaction behind each record [N]. All theories share draws and luck, in this order (`questions/weigh/simulated_records.py`)."""
    names = simulated.theories
    paths = simulated.support.reshape(len(names), -1, simulated.support.shape[1]).astype(np.float64)
    return np.abs(paths - paths[names.index(STILL)]).mean(axis=2).reshape(-1)


def reactions(simulated: SimulatedRecords) -> tuple[Reaction, ...]:
    """The sizes by theory; none where inertia is not asked about, which they are measured against."""
    if STILL not in simulated.theories:
        return ()
    size = reaction_sizes(simulated)
    out: list[Reaction] = []
    for h, name in enumerate(simulated.theories):
        own = size[simulated.theory == h]
        low, high = np.quantile(own, (0.05, 0.95))
        out.append(Reaction(name, float(own.mean()), float(low), float(high)))
    return tuple(out)


def match_reactions(simulated: SimulatedRecords, generator: np.random.Generator) -> SimulatedRecords:
    """As many records again, drawn such that the sizes of reactions have one distribution: what the theories' own have in common.

    The distribution is the geometric mean of the theories' histograms over the logarithm of the size. Theories that never react stay as they are.
    """
    if STILL not in simulated.theories:
        return simulated
    size = reaction_sizes(simulated)
    names = range(len(simulated.theories))
    reacting = [h for h in names if (size[simulated.theory == h] > LEAST).mean() > 0.5]
    if not reacting:
        return simulated
    edges = np.quantile(size[size > LEAST], np.linspace(0, 1, BINS + 1)[1:-1])
    place = np.searchsorted(edges, size)
    shares = [np.bincount(place[simulated.theory == h], minlength=BINS) / (simulated.theory == h).sum() for h in names]
    with np.errstate(divide="ignore"):
        wanted = np.exp(np.mean([np.log(shares[h]) for h in reacting], axis=0))
    chosen: list[NDArray[np.int64]] = []
    for h in names:
        rows = np.flatnonzero(simulated.theory == h)
        if h in reacting:
            chance = (wanted / np.maximum(shares[h], 1e-12))[place[rows]]
            rows = generator.choice(rows, len(rows), p=chance / chance.sum())
        chosen.append(rows)
    order = np.concatenate(chosen)
    return replace(simulated, features=simulated.features[order], theory=simulated.theory[order], support=simulated.support[order])
