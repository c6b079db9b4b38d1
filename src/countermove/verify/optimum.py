"""Finding a maximum or a zero without knowing where it is: grids that zoom in."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def peak(worth: Callable[[np.ndarray], np.ndarray], low: float, high: float, rounds: int = 8) -> float:
    """Where a function of one number is largest on [low, high]; it may not have a second peak."""
    for _ in range(rounds):
        grid = np.linspace(low, high, 101)
        best = int(np.argmax(worth(grid)))
        low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, 100)])
    return (low + high) / 2


def first_true(holds: Callable[[np.ndarray], np.ndarray], low: float, high: float, rounds: int = 4, width: int = 17) -> float:
    """The edge of a condition that fails below it and holds above it: bisection, `width` - 1 pieces at a time."""
    for _ in range(rounds):
        grid = np.linspace(low, high, width)
        above = np.flatnonzero(holds(grid))
        edge = int(above[0]) if above.size else width - 1
        low, high = float(grid[max(edge - 1, 0)]), float(grid[edge])
    return (low + high) / 2


def smooth_top(x: np.ndarray, y: np.ndarray) -> float:
    """Where a smooth curve through noisy points (a polynomial of fourth degree, least squares) is largest."""
    middle = float(x.mean())
    curve = np.polyfit(x - middle, y, 4)
    return peak(lambda at: np.polyval(curve, at - middle), float(x[0]), float(x[-1]))
