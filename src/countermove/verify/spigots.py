"""Control loops: the engine's `spigot` as the tap of one tank with a leak, and two spigots that pull on one balance.

The world here is linear: the client's balance m moves by eta u - w a month, and u is what the theory gives in the month (support is
used up).
"""

from __future__ import annotations

import numpy as np

from countermove.behaviour.spigot import drive
from countermove.verify.blank_view import blank_view, float32_parameters
from countermove.verify.line import Line, near, within
from countermove.verify.optimum import first_true

LINE = 0.3
SOURCE = "derived; behaviour.spigot in a linear world"
DUEL = "derived; two behaviour.spigot on one balance"


def given(shortfalls: np.ndarray, gain: np.ndarray, delay: np.ndarray, line: float) -> np.ndarray:
    """What the theory gives in a month [n] from nothing; shortfalls [3, n] are those of now, one and two months ago."""
    runs = shortfalls.shape[1]
    view = blank_view(runs, shortfalls=shortfalls, shortfall=shortfalls[0], strength=np.ones(runs))
    nothing = np.zeros(runs)
    p = float32_parameters(
        {
            "spigot.gain": gain,
            "spigot.delay": delay,
            "spigot.line": nothing + line,
            "spigot.overshoot": nothing,
            "support.persistence": nothing + 1,
        }
    )
    return np.asarray(drive(view, p).support, np.float64)


def tank(gain: np.ndarray, *, delay: int, leak: np.ndarray, most: float, start: np.ndarray, months: int) -> np.ndarray:
    """Paths of the balance [months + 1, n] under a tap that opens while the balance is below -LINE (a shortfall above LINE); eta is 1."""
    path = np.empty((months + 1, len(gain)))
    past = np.stack([start] * 3)
    path[0] = start
    for month in range(months):
        tap = np.minimum(given(-past, gain, np.full(len(gain), float(delay)), LINE), most)
        now = past[0] + tap - leak
        past = np.stack([now, past[0], past[1]])
        path[month + 1] = now
    return path


def swings(gain: np.ndarray, delay: int) -> np.ndarray:
    """Whether the loop departs from its steady state after a small push [n]."""
    leak = 0.5 * gain
    rest = -LINE - leak / gain
    path = np.abs(tank(gain, delay=delay, leak=leak, most=np.inf, start=rest + 0.01, months=240) - rest)
    late = path[-40:].max(axis=0)
    return (late > path[40:80].max(axis=0)) & (late > 1e-4)


def loop() -> list[Line]:
    """One tap on a leaking tank: where it comes to rest, and when it swings."""
    gain, leak = np.array([0.5, 0.8, 0.4, 0.4]), np.array([0.1, 0.2, 0.099, 0.12])
    path = tank(gain, delay=0, leak=leak, most=0.1, start=np.full(4, -LINE), months=300)
    free = tank(gain[:2], delay=0, leak=leak[:2], most=np.inf, start=np.full(2, 1.0), months=300)
    out = [
        near("spigot: balance held at m* - w/(eta g), g = .5, w = .1", -LINE - 0.2, free[-1, 0], 1e-4, SOURCE),
        near("spigot: balance held at m* - w/(eta g), g = .8, w = .2", -LINE - 0.25, free[-1, 1], 1e-4, SOURCE),
        near("spigot: held while the leak is just below eta u_max", -LINE - 0.099 / 0.4, path[-1, 2], 1e-4, SOURCE),
        near(
            "spigot: fall a month once the leak exceeds eta u_max, .12 against .1", -0.02, path[-1, 3] - path[-2, 3], 1e-4, SOURCE
        ),
    ]
    for delay in range(3):
        bound = float(2 * np.cos(delay * np.pi / (2 * delay + 1)))
        edge = first_true(lambda gain, delay=delay: swings(gain, delay), 0.4, 2.4, rounds=2, width=33)
        what = f"spigot: gain eta g beyond which a delay of {delay} months swings, 2 cos(d pi/(2 d + 1))"
        out.append(within(what, bound, edge, 0.01, f"{SOURCE}; the edge found by bisection"))
    return out


def duel() -> list[Line]:
    """Two taps on one balance: each spends for ever to undo the other."""
    gain_a, gain_b, line_a, line_b = np.array([0.2, 0.3]), np.array([0.4, 0.3]), -0.4, 0.6
    past = np.zeros((3, 2))
    at_once = np.zeros(2)
    push, pull = at_once, at_once
    for _ in range(100):
        # A's client is short by m, B's by -m
        pull = given(past, gain_a, at_once, line_a)
        push = given(-past, gain_b, at_once, -line_b)
        past = np.stack([past[0] + push - pull, past[0], past[1]])
    both = gain_a * gain_b * (line_b - line_a) / (gain_a + gain_b)
    return [
        within("two spigots: what A spends a month, a b (m_B - m_A)/(a + b), a = .2, b = .4", both[0], pull[0], 1e-4, DUEL),
        within("two spigots: what B spends a month, a = .2, b = .4", both[0], push[0], 1e-4, DUEL),
        within("two spigots: what each spends a month, a = b = .3", both[1], push[1], 1e-4, DUEL),
    ]
