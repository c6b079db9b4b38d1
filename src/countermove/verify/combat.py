"""Combat: Lanchester's and Helmbold's invariants, the order of the sub-steps, scale, and Iwo Jima with its landings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from countermove.dynamics.attrition import SUBSTEPS, general_law, losses, square_law
from countermove.dynamics.strength import Strength
from countermove.verify.line import Line, near, none, within
from countermove.verify.small_war import small_war
from countermove.world.cast import Array, Cast

LANCHESTER = "Lanchester 1916; dynamics.attrition.square_law, month after month"
HELMBOLD = "Helmbold 1965; dynamics.attrition.general_law, month after month"
ENGEL = "Engel 1954; dynamics.attrition.square_law in steps of a day, landings spread evenly over theirs"
SCALE = "derived; dynamics.attrition.losses"


def cast_of(law: tuple[float, float] = (1.0, 0.0)) -> Cast:
    """Two sides under an attrition law with exponents (enemy, own)."""
    return replace(small_war(("inertia",), ("nothing",), 16, 1).program.cast, law=law)


def column(*values: float) -> np.ndarray:
    """Numbers of the sides as [K, 1]."""
    return np.array(values, np.float32)[:, None]


def invariant_drift(law: tuple[float, float], months: int) -> float:
    """Largest relative change of alpha x^e - beta y^e, e = p - q + 1, along a path of the engine; the terms themselves are the scale."""
    exponent = law[0] - law[1] + 1
    # rates a month that kill about half of the weaker side in all
    rate, cast = column(0.05, 0.02) * 40.0 ** (1 - law[0] - law[1]), cast_of(law)
    force, fire = column(40.0, 30.0), column(1.0, 1.0)
    start = None
    worst = 0.0
    for _ in range(months):
        lost = square_law(rate, force) if law == (1.0, 0.0) else general_law(cast, rate, fire, force)
        # side 0 suffers rate[0]; alpha belongs to side 0 and is what side 1 suffers
        alpha, beta = float(rate[1, 0]), float(rate[0, 0])
        x, y = (float(n) for n in np.asarray(force)[:, 0])
        value = alpha * x**exponent - beta * y**exponent
        start = value if start is None else start
        worst = max(worst, abs(value - start) / (alpha * x**exponent + beta * y**exponent))
        force = force - np.asarray(lost)
    return worst


def annihilation() -> tuple[float, float, float]:
    """A side that is wiped out within the step: what is left of the winner, of the loser, and the largest loss beyond the force."""
    rate, force = column(0.3, 2.0), column(40.0, 30.0)
    lost = np.asarray(square_law(rate, force))
    rest = force - lost
    return float(rest[0, 0]), float(rest[1, 0]), float(np.maximum(lost - force, -lost).max())


def substep_order() -> float:
    """Order of the sub-steps: the error of the general law against the closed form over the same fight, in one, two and four months."""
    cast, fire = cast_of(), np.ones((2, 1), np.float32)
    total, force = column(1.2, 0.8), column(60.0, 50.0)
    exact = force - np.asarray(square_law(total, force))
    errors: list[float] = []
    for parts in (1, 2):
        now: Array = force
        for _ in range(parts):
            now = now - np.asarray(general_law(cast, total / parts, fire, now))
        errors.append(float(np.abs(now - exact).max()))
    return float(np.log2(errors[0] / errors[1]))


def fractions(scale: float, lethality: float) -> np.ndarray:
    """Fraction of each side lost in a month by `attrition.losses`, with forces and lethality in units `scale` times smaller."""
    force = np.array([[50.0, 20.0, 35.0], [32.0, 30.0, 90.0]], np.float32) * np.float32(scale)
    one = np.ones_like(force)
    power = Strength(force, one, one, one, one * np.array([[1.4], [1.6]], np.float32), one, one)
    p = {"attrition.attacker-penalty": np.float32(1.25), "attrition.lethality": np.full((2, 1), lethality, np.float32)}
    zero = np.zeros(3, np.float32)
    return np.asarray(losses(cast_of(), p, power, level=zero + 1, chi=one, weather=zero + 2, attacking=one * 0, regime=zero))


LANDINGS = {1: 54.0, 3: 6.0, 6: 13.0}


def iwo_jima() -> list[Line]:
    """Iwo Jima day by day, against Engel's fit."""
    rate, force = column(0.0544, 0.0106), column(0.0, 21.5)
    seen: dict[int, np.ndarray] = {}
    for day in range(1, 37):
        landed = LANDINGS.get(day, 0.0)
        inflow = column(landed, 0.0) if landed else None
        force = force + column(landed, 0.0) - np.asarray(square_law(rate, force, inflow))
        seen[day] = 1000 * force[:, 0]
    known = {28: (53_042.0, 4_656.0), 36: (51_985.0, 217.0)}
    return [
        near(f"Iwo Jima, day {day}: {who}", value, seen[day][side], 1.0, ENGEL)
        for day, values in known.items()
        for side, (who, value) in enumerate(zip(("landed and alive", "defenders"), values, strict=True))
    ]


def laws() -> list[Line]:
    """The invariants, the order of the sub-step, and scale."""
    left, gone, beyond = annihilation()
    whole = fractions(1.0, 0.009)
    return [
        none(
            "Lanchester: relative drift of the square-law invariant, 24 months", invariant_drift((1.0, 0.0), 24), LANCHESTER, 1e-5
        ),
        within("Lanchester: winner left at annihilation", float(np.sqrt(40**2 - 0.3 / 2 * 30**2)), left, 1e-6, LANCHESTER),
        none("Lanchester: loser left at annihilation", gone, LANCHESTER),
        none("Lanchester: loss beyond the force or below zero", max(beyond, 0.0), LANCHESTER),
        none("Helmbold: relative drift of the invariant, p = q = 1", invariant_drift((1.0, 1.0), 24), HELMBOLD, 1e-4),
        none("Helmbold: relative drift of the invariant, p = 1, q = 1/2", invariant_drift((1.0, 0.5), 24), HELMBOLD, 1e-4),
        none("Helmbold: relative drift of the invariant, p = 3/2, q = 1/2", invariant_drift((1.5, 0.5), 24), HELMBOLD, 1e-4),
        near(
            f"order of the {SUBSTEPS} sub-steps of the general law",
            2.0,
            substep_order(),
            0.2,
            "derived; general_law against square_law",
        ),
        none(
            "homogeneity: fractions lost that change when forces are in 1/1024 units",
            (fractions(1024.0, 0.009) != whole).sum(),
            SCALE,
        ),
        none(
            "homogeneity: relative change in persons instead of thousands",
            np.abs(fractions(1000.0, 0.009) / whole - 1).max(),
            SCALE,
            1e-6,
        ),
    ]
