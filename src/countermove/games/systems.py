"""Many small linear systems at once."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def solve_each(square: Annotated[Floats, "n D D"], right: Annotated[Floats, "n D"]) -> Annotated[Floats, "n D"]:
    """Each system's solution, infinite where a system is singular; the same to the bit whatever the others are."""
    try:
        return np.asarray(np.linalg.solve(square, right[..., None]), dtype=np.float64)[..., 0]
    except np.linalg.LinAlgError:
        found = np.full(right.shape, np.inf)
        for place, (one, to) in enumerate(zip(square, right, strict=True)):
            try:
                found[place] = np.linalg.solve(one, to)
            except np.linalg.LinAlgError:
                continue
        return found
