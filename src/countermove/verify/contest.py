"""Two sponsors in a contest (Tullock 1980, Dixit 1987), solved with the engine's own `rational` at high precision and on a fine grid.

How the engine's patron is put into the textbook contest: the rest of its side is worth the gift (0 without one), its stake-to-cost
ratio v and its reference shortfall -log v cancel, so that p2 = (g + x)^r / ((g + x)^r + y^r); its strength at the start is set so that V
is the prize. Efforts are counted in hundredths, far above the engine's floor of .1 thousand.
"""

from __future__ import annotations

import numpy as np

from countermove.behaviour.rational import quantal_mean
from countermove.verify.blank_view import blank_view, float32_parameters
from countermove.verify.line import Line, near, none, within
from countermove.verify.optimum import first_true, smooth_top

UNIT = 100.0
PRECISION = 50.0
LEVELS = 241
CEILING = 800.0
ENGINE = "behaviour.rational with lambda = 50 and 241 levels"
TULLOCK = f"Tullock 1980, Nti; mutual best replies of {ENGINE}"
DIXIT = f"Dixit 1987; best replies of {ENGINE} to two efforts"


def replies(prize: np.ndarray, rival: np.ndarray, decisiveness: np.ndarray, gift: np.ndarray) -> np.ndarray:
    """Best replies [n] to the rival's effort in a contest for the prize, on top of a gift; all [n], in units of the textbook."""
    prize, rival, gift = UNIT * prize, UNIT * rival, UNIT * gift
    ratio = np.full(len(prize), 3.0)
    odds = 1 / (1 + ratio**-decisiveness)
    support = np.full(len(prize), UNIT)
    strength = gift + support
    whole = np.full(len(prize), CEILING)
    view = blank_view(
        len(prize),
        LEVELS,
        stake_ratio=ratio,
        start_strength=prize * decisiveness * odds * (1 - odds),
        start_shortfall=-np.log(ratio),
        ceiling=whole,
    )
    p = float32_parameters(
        {"rational.decisiveness": decisiveness, "rational.precision": np.full(len(prize), PRECISION), "rational.span": whole}
    )
    shortfall = np.log(np.maximum(rival, 1e-3) / strength).astype(np.float32)
    mean = quantal_mean(view, p, shortfall, support.astype(np.float32), strength.astype(np.float32))
    return np.asarray(mean, np.float64) / UNIT


def settle(prizes: np.ndarray, decisiveness: np.ndarray, gifts: np.ndarray) -> np.ndarray:
    """Where mutual best replies come to rest [2, n], from equal efforts; prizes and gifts [2, n]."""
    effort = np.full(prizes.shape, 3.0)
    r = np.concatenate([decisiveness, decisiveness])
    for _ in range(30):
        total = effort + gifts
        answer = replies(prizes.ravel(), total[::-1].ravel(), r, gifts.ravel()).reshape(prizes.shape)
        effort = (effort + answer) / 2
    return effort


# (weaker's prize over cost, stronger's, decisiveness, gift to the stronger)
CASES = ((10.0, 30.0, 1.0, 0.0), (20.0, 30.0, 1.0, 0.0), (10.0, 30.0, 0.5, 0.0), (10.0, 30.0, 1.0, 2.0), (10.0, 30.0, 1.0, 7.0))


def equilibria() -> list[Line]:
    """Efforts in equilibrium: Tullock's contest in closed form, and with gifts."""
    table = np.array(CASES).T
    effort = settle(table[:2], table[2], np.stack([table[3] * 0, table[3]]))
    odds = effort[0] / (effort[0] + effort[1])
    v, w, r = 10.0, 30.0, 0.5
    half = (v * w) ** r / (v**r + w**r) ** 2
    gift = "derived; mutual best replies of behaviour.rational with the gift as the rest of its side's strength"
    return [
        within("contest for (10, 30): effort of the weaker", 1.875, effort[0, 0], 0.01, TULLOCK),
        within("contest for (10, 30): effort of the stronger", 5.625, effort[1, 0], 0.01, TULLOCK),
        within("contest for (10, 30): odds of the weaker", 0.25, odds[0], 0.01, TULLOCK),
        within("contest, half of the weaker's cost paid: its effort", 4.8, effort[0, 1], 0.01, TULLOCK),
        within("contest, half of the weaker's cost paid: the stronger's effort", 7.2, effort[1, 1], 0.01, TULLOCK),
        within("contest, half of the weaker's cost paid: odds of the weaker", 0.4, odds[1], 0.01, TULLOCK),
        within("contest for (10, 30), r = 1/2: effort of the weaker", r * v * half, effort[0, 2], 0.01, TULLOCK),
        within("contest for (10, 30), r = 1/2: effort of the stronger", r * w * half, effort[1, 2], 0.01, TULLOCK),
        within("gift of 2 to a client that spends 5.625: client and gift", 5.625, effort[1, 3] + 2, 0.01, gift),
        within("gift of 2 to a client that spends 5.625: the rival's effort", 1.875, effort[0, 3], 0.01, gift),
        within("gift of 7 to a client that would spend 5.625: client and gift", 7.0, effort[1, 4] + 7, 0.01, gift),
    ]


def existence() -> list[Line]:
    """Beyond r = 1 + (min/max)^r the weaker prefers to give up, and there is no equilibrium in pure efforts."""
    v, w = 10.0, 30.0

    def gives_up(r: np.ndarray) -> np.ndarray:
        rival = r * w * (v * w) ** r / (v**r + w**r) ** 2
        planned = rival * v / w
        return replies(np.full(len(r), v), rival, r, r * 0) < planned / 2

    edge = float(first_true(lambda r: r > 1 + (v / w) ** r, 1.0, 2.0, rounds=8))
    return [
        near("contest for (10, 30): largest r with an equilibrium", edge, first_true(gives_up, 1.0, 2.0, rounds=3), 0.01, TULLOCK)
    ]


def reactions() -> list[Line]:
    """Best replies in Dixit's contest to two efforts of the rival."""
    prizes, r = np.array([[10.0, 10.0, 3.0], [30.0, 30.0, 60.0]]), np.array([1.0, 0.5, 1.0])
    share = (prizes[0] * prizes[1]) ** r / (prizes[0] ** r + prizes[1] ** r) ** 2
    rest = r * prizes * share
    step = 0.04
    tried = np.concatenate([rest[0] * (1 - step), rest[0] * (1 + step)])
    answer = replies(np.tile(prizes[1], 2), tried, np.tile(r, 2), tried * 0).reshape(2, 3)
    slope = (answer[1] - answer[0]) / (2 * step * rest[0])
    offset = np.log(answer[1] / answer[0]) / np.log((1 + step) / (1 - step))
    lead = (prizes[1] ** r - prizes[0] ** r) / (prizes[0] ** r + prizes[1] ** r)
    grid = np.linspace(0.4, 1.4, 33)
    follow = replies(np.full(33, 30.0), grid, np.ones(33), grid * 0)
    leader = smooth_top(grid, 10 * grid / (grid + follow) - grid)
    return [
        within("stronger's reaction to the weaker's effort, (10, 30): slope (w - v)/(2 v)", 1.0, slope[0], 0.02, DIXIT),
        within("offset r d/(1 + r d), d = 1/2, r = 1", 1 / 3, offset[0], 0.02, DIXIT),
        within("offset r d/(1 + r d), r = 1/2", 0.5 * lead[1] / (1 + 0.5 * lead[1]), offset[1], 0.03, DIXIT),
        none("offsets at or above r/(1 + r), prizes up to 1 to 20", (offset >= r / (1 + r)).sum(), DIXIT),
        within(
            "effort of the weaker if it moves first, v^2/(4 w)",
            100 / 120,
            leader,
            0.03,
            f"Dixit 1987; best of 33 efforts against {ENGINE}",
        ),
    ]
