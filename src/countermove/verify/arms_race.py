"""Richardson's arms race between two patrons who both follow the engine's `richardson`, in small steps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from countermove.behaviour.conduct import aid_against
from countermove.behaviour.richardson import drive
from countermove.verify.blank_view import blank_view, float32_parameters
from countermove.verify.line import Line, near, none, within
from countermove.verify.optimum import first_true
from countermove.verify.small_war import small_war
from countermove.world.state import State

BASELINE = 5.0
REACTION, FATIGUE, GRIEVANCE = np.array([0.3, 0.4]), np.array([0.6, 0.5]), np.array([2.0, 1.0])
SOURCE = "Richardson 1960; both patrons by behaviour.richardson with the stock of conduct.aid_against"


class ArmsRace:
    """Support of both patrons above their baselines [2, n], moved by the engine's theory in steps of `step` months."""

    def __init__(self, runs: int) -> None:
        self.cast = replace(small_war(("inertia",), ("nothing",), 16, 1).program.cast, owner_driven=True)
        self.baseline = np.full((2, runs), BASELINE, np.float32)
        self.p = {
            **float32_parameters({"supply.equivalents-heavy": 12.0, "supply.equivalents-counter": 10.0}),
            "patron.baseline": self.baseline,
        }
        # what A reads of a state: the aid delivered (none here) and the other patron's support
        nothing: dict[str, Any] = dict.fromkeys(State._fields, np.zeros((2, runs), np.float32))
        nothing["oil"] = np.zeros(runs, np.float32)
        self.state = State(**nothing)

    def move(self, above: np.ndarray, step: np.ndarray, reaction: np.ndarray) -> np.ndarray:
        """One step; above [2, n], step [n] in months, reaction [2, n] per month."""
        state = self.state._replace(support=np.asarray(above + BASELINE, np.float32))
        out: list[np.ndarray] = []
        for j in range(2):
            aid = aid_against(self.cast, self.p, state, j)
            view = blank_view(above.shape[1], support=above[j] + BASELINE, baseline=self.baseline[j], aid=aid)
            p = float32_parameters(
                {
                    "richardson.gain": reaction[j] * step,
                    "richardson.fatigue": FATIGUE[j] * step,
                    "richardson.grievance": GRIEVANCE[j] * step,
                    "support.persistence": np.ones_like(step),
                }
            )
            out.append(np.asarray(drive(view, p).support, np.float64) - BASELINE)
        return np.stack(out)

    def slopes(self, reaction: np.ndarray) -> np.ndarray:
        """The matrices [n, 2, 2] of the motion a month, by differences of the engine's own step; reaction [2, n]."""
        step = np.ones(reaction.shape[1])
        zero = self.move(np.zeros_like(reaction), step, reaction)
        columns = [(self.move(zero * 0 + one[:, None], step, reaction) - zero) / 4 - one[:, None] / 4 for one in 4 * np.eye(2)]
        return np.moveaxis(np.stack(columns), (0, 1, 2), (2, 1, 0))


def growth(matrices: np.ndarray) -> np.ndarray:
    """The larger real part of the eigenvalues of [n, 2, 2]."""
    return np.linalg.eigvals(matrices).real.max(axis=-1)


def exact(months: float) -> np.ndarray:
    """The path from zero by the matrix exponential, built from eigenvectors [2]."""
    matrix = np.array([[-FATIGUE[0], REACTION[0]], [REACTION[1], -FATIGUE[1]]])
    rest = np.linalg.solve(-matrix, GRIEVANCE)
    values, vectors = np.linalg.eig(matrix)
    away = vectors @ np.diag(np.exp(values * months)) @ np.linalg.inv(vectors) @ (-rest)
    return rest + away.real


def richardson() -> list[Line]:
    """The path of the arms race, and whether it grows, against the matrix exponential."""
    steps = np.array([0.1, 0.05, 1.0])
    race = ArmsRace(3)
    wide = np.repeat(REACTION[:, None], 3, axis=1)
    above = np.zeros((2, 3))
    at_four = np.zeros((2, 3))
    for count in range(1, 101):
        above = race.move(above, steps, wide)
        for run, step in enumerate(steps):
            if count == round(4 / step):
                at_four[:, run] = above[:, run]
    error = np.abs(at_four - exact(4.0)[:, None]).max(axis=0)
    better = 2 * at_four[:, 1] - at_four[:, 0]
    many = ArmsRace(17)
    values = np.sort(np.asarray(np.linalg.eigvals(race.slopes(wide)[0]).real, np.float64))

    def explodes(reaction: np.ndarray) -> np.ndarray:
        # the second patron's reaction, everything else as before
        both = np.stack([np.full(len(reaction), REACTION[0]), reaction])
        return growth(many.slopes(both)) > 0

    return [
        near("arms race: where x comes to rest", 7.2222, above[0, 2], 1e-3, SOURCE),
        near("arms race: where y comes to rest", 7.7778, above[1, 2], 1e-3, SOURCE),
        near("arms race: slower eigenvalue", -0.2, values[1], 1e-3, SOURCE),
        near("arms race: faster eigenvalue", -0.9, values[0], 1e-3, SOURCE),
        none(
            "arms race: distance from the matrix exponential after 4 months (extrapolated to step 0)",
            np.abs(better - exact(4.0)).max(),
            SOURCE,
            1e-3,
        ),
        near("arms race: order of convergence in the step", 1.0, np.log2(error[0] / error[1]), 0.1, SOURCE),
        within(
            "arms race: reaction b beyond which it explodes, m n/a",
            1.0,
            first_true(explodes, 0.5, 2.0, rounds=3, width=17),
            0.01,
            SOURCE,
        ),
    ]
