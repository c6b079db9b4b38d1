"""Chance alone: clocks with constant hazards, and the race of regimes against the Markov chain it then is."""

from __future__ import annotations

import numpy as np

from countermove.dynamics.clocks import rings, time_to
from countermove.dynamics.truces import Hazards, race
from countermove.study.verify.crises import chances
from countermove.study.verify.line import Line, near, none, within
from countermove.study.verify.small_war import small_war
from countermove.world.cast import Array
from countermove.world.state import HIGH, POSITIONAL, SETTLED, TRUCE

RUNS = 1 << 15
MONTHS = 160
OFFENSIVE, ONSET, BREAK, SETTLE, CULMINATION = (0.05, 0.03), 0.4, 0.8, 0.08, 0.15
FACTOR = {POSITIONAL: 0.75, TRUCE: 1.5}
CLOCKS = "derived; dynamics.clocks on the program's own uniforms"
CHAIN = "derived; dynamics.truces.race with constant hazards against the exact chain"


def clocks() -> list[Line]:
    """Constant hazards give exponential times, all at once or month by month."""
    hazard = np.float32(0.3)
    times = np.sort(np.asarray(time_to(chances(8, RUNS).ravel(), hazard), np.float64))
    share = (np.arange(len(times)) + 0.5) / len(times)
    apart = float(np.abs(share - (1 - np.exp(-0.3 * times))).max())
    waiting = np.ones(RUNS, bool)
    for month in range(5):
        waiting &= ~np.asarray(rings(chances(1, RUNS, month + 1)[0], hazard))
    return [
        none("constant hazard: largest distance from the exponential distribution", apart, CLOCKS, 1.63 / np.sqrt(len(times))),
        near(
            "constant hazard .3: share with nothing in 5 months, drawn month by month",
            float(np.exp(-1.5)),
            waiting.mean(),
            0.01,
            CLOCKS,
        ),
    ]


def chain() -> np.ndarray:
    """Exact transition matrix [4, 4] of a month between high intensity, positional war, truce and settlement, from the hazards alone."""

    def shares(hazards: dict[int, float]) -> dict[int, float]:
        total = sum(hazards.values())
        return {to: h / total * -np.expm1(-total) for to, h in hazards.items()}

    holds = float(np.exp(-BREAK / 2))  # a truce broken in its month of onset leaves the regime as it was
    matrix = np.zeros((4, 4))
    won = {
        HIGH: shares({POSITIONAL: CULMINATION, TRUCE: ONSET}),
        POSITIONAL: shares({HIGH: sum(OFFENSIVE), TRUCE: ONSET, SETTLED: SETTLE * FACTOR[POSITIONAL]}),
        TRUCE: shares({HIGH: sum(OFFENSIVE), POSITIONAL: BREAK, SETTLED: SETTLE * FACTOR[TRUCE]}),
        SETTLED: {},
    }
    for now, parts in won.items():
        for after, share in parts.items():
            matrix[now, after] = share * (holds if after == TRUCE else 1)
        matrix[now, now] += 1 - matrix[now].sum()
    return matrix


def played() -> tuple[np.ndarray, np.ndarray]:
    """Regimes [MONTHS + 1, n] of the engine's race, and the number of truces begun [n]."""
    cast = small_war(("inertia",), ("nothing",), 16, 1).program.cast
    p = {
        "posture.culmination": np.float32(CULMINATION),
        "truces.settle-positional": np.float32(FACTOR[POSITIONAL]),
        "truces.settle-truce": np.float32(FACTOR[TRUCE]),
    }
    hazards = Hazards(
        np.array(OFFENSIVE, np.float32)[:, None] + np.zeros(RUNS, np.float32),
        *(np.float32(h) for h in (ONSET, BREAK, BREAK, BREAK, SETTLE)),  # of any age, and with or without aid
    )
    regime: Array = np.full(RUNS, float(POSITIONAL), np.float32)
    attacking, age = np.zeros((2, RUNS), np.float32), np.zeros(RUNS, np.float32)
    begun = np.zeros(RUNS)
    path = [regime]
    for month in range(MONTHS):
        u = chances(7, RUNS, month)
        luck = {"offensive": u[:2], "culminate": u[2:4], "truce-onset": u[4:5], "truce-break": u[5:6], "settle": u[6:7]}
        after = race(cast, p, regime, attacking, age, hazards, luck)
        regime, attacking, age = after.regime, after.attacking, after.age
        begun += np.asarray(after.began)
        path.append(np.asarray(regime))
    return np.stack(path), begun


def absorption() -> list[Line]:
    """Regimes alone: the Markov chain's shares and its time to settlement."""
    matrix = chain()
    path, begun = played()
    start = np.eye(4)[POSITIONAL]
    at_two_years = start @ np.linalg.matrix_power(matrix, 24)
    visits = np.asarray(
        np.linalg.solve(np.eye(3) - matrix[:3, :3].T, start[:3]), np.float64
    )  # expected months in each regime before settlement
    lived = (path[:-1] < SETTLED).sum(axis=0)
    names = ((HIGH, "high intensity"), (POSITIONAL, "positional war"), (TRUCE, "truce"), (SETTLED, "settled"))
    out = [
        near(f"regimes alone: share {name} after 24 months", at_two_years[k], (path[24] == k).mean(), 0.012, CHAIN)
        for k, name in names
    ]
    signed = np.array([matrix[k, TRUCE] for k in (HIGH, POSITIONAL)]) / np.exp(-BREAK / 2)
    return [
        *out,
        within("regimes alone: mean months to settlement", visits.sum(), lived.mean(), 0.02, CHAIN),
        within("regimes alone: truces begun", visits[[HIGH, POSITIONAL]] @ signed, begun.mean(), 0.02, CHAIN),
        none("regimes alone: runs not absorbed in the end", (path[-1] < SETTLED).mean(), CHAIN, 1e-3),
    ]
