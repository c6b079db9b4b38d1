"""Chance alone: clocks with constant hazards, and the race of regimes against the Markov chain it then is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from countermove.dynamics.clocks import occurs, time_to
from countermove.dynamics.truces import Hazards, race
from countermove.verify.crises import chances
from countermove.verify.line import Line, near, none, within
from countermove.verify.small_war import small_war
from countermove.world.cast import Array
from countermove.world.state import HIGH, POSITIONAL, SETTLED, TRUCE

RUNS = 1 << 15
MONTHS = 160
OFFENSIVE, ONSET, BREAK, SETTLE, CULMINATION, RECUR = (0.05, 0.03), 0.4, 0.8, 0.08, 0.15, 0.06
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
        waiting &= ~np.asarray(occurs(chances(1, RUNS, month + 1)[0], hazard))
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
        POSITIONAL: shares({HIGH: sum(OFFENSIVE), TRUCE: ONSET, SETTLED: SETTLE}),
        TRUCE: shares({HIGH: sum(OFFENSIVE), POSITIONAL: BREAK, SETTLED: SETTLE}),
        SETTLED: shares({POSITIONAL: RECUR}),
    }
    for now, parts in won.items():
        for after, share in parts.items():
            matrix[now, after] = share * (holds if after == TRUCE else 1)
        matrix[now, now] += 1 - matrix[now].sum()
    return matrix


@dataclass(frozen=True)
class RegimePaths:
    """What the engine's race did in RUNS runs of MONTHS months."""

    regimes: np.ndarray  # [MONTHS + 1, n]
    begun: np.ndarray  # truces begun before the first settlement [n]
    settled: np.ndarray  # settlements [n]
    recurred: np.ndarray  # settled wars that came back [n]

    @property
    def waited(self) -> np.ndarray:
        """Months until the first settlement [n], or all of them."""
        return np.logical_and.accumulate(self.regimes[:-1] < SETTLED).sum(axis=0)


def play_regimes() -> RegimePaths:
    """The engine's race with constant hazards."""
    cast = small_war(("inertia",), ("nothing",), 16, 1).program.cast
    p = {"posture.culmination": np.float32(CULMINATION)}
    hazards = Hazards(
        np.array(OFFENSIVE, np.float32)[:, None] + np.zeros(RUNS, np.float32),
        *(np.float32(h) for h in (ONSET, BREAK, BREAK, BREAK, SETTLE, RECUR)),  # of any age, and with or without aid
    )
    regime: Array = np.full(RUNS, float(POSITIONAL), np.float32)
    attacking, age = np.zeros((2, RUNS), np.float32), np.zeros(RUNS, np.float32)
    begun, settled, recurred = np.zeros((3, RUNS))
    path = [regime]
    for month in range(MONTHS):
        u = chances(8, RUNS, month)
        luck = {"offensive": u[:2], "culminate": u[2:4], "truce-onset": u[4:5], "truce-break": u[5:6]}
        after = race(cast, p, regime, attacking, age, hazards, luck | {"settle": u[6:7], "recur": u[7:8]})
        regime, attacking, age = after.regime, after.attacking, after.age
        begun += np.asarray(after.began) * (settled == 0)
        settled += np.asarray(after.settled)
        recurred += np.asarray(after.recurs)
        path.append(np.asarray(regime))
    return RegimePaths(np.stack(path), begun, settled, recurred)


def settlements() -> list[Line]:
    """Regimes alone: the chain's shares, its time to the first settlement, and the wars that come back."""
    matrix = chain()
    seen = play_regimes()
    start = np.eye(4)[POSITIONAL]
    at_two_years = start @ np.linalg.matrix_power(matrix, 24)
    visits = np.asarray(
        np.linalg.solve(np.eye(3) - matrix[:3, :3].T, start[:3]), np.float64
    )  # expected months in each regime before the first settlement
    names = ((HIGH, "high intensity"), (POSITIONAL, "positional war"), (TRUCE, "truce"), (SETTLED, "settled"))
    out = [
        near(f"regimes alone: share {name} after 24 months", at_two_years[k], (seen.regimes[24] == k).mean(), 0.012, CHAIN)
        for k, name in names
    ]
    signed = np.array([matrix[k, TRUCE] for k in (HIGH, POSITIONAL)]) / np.exp(-BREAK / 2)
    rest = np.linalg.matrix_power(matrix.T, 10_000) @ start
    return [
        *out,
        within("regimes alone: mean months to the first settlement", visits.sum(), seen.waited.mean(), 0.02, CHAIN),
        within("regimes alone: truces begun until then", visits[[HIGH, POSITIONAL]] @ signed, seen.begun.mean(), 0.02, CHAIN),
        near("regimes alone: share settled in the long run", rest[SETTLED], (seen.regimes[-1] == SETTLED).mean(), 0.012, CHAIN),
        within(
            "regimes alone: wars that come back in a month, of those settled at its start",
            float(-np.expm1(-RECUR)),
            seen.recurred.sum() / (seen.regimes[:-1] == SETTLED).sum(),
            0.02,
            CHAIN,
        ),
        none(
            "regimes alone: settlements that neither hold nor came back",
            np.abs(seen.settled - seen.recurred - (seen.regimes[-1] == SETTLED)).sum(),
            CHAIN,
        ),
    ]
