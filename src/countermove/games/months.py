"""What is worked out month by month, and kept: a solution that was stopped goes on where it was, to the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from countermove.games.belief import Grid
from countermove.games.stochastic import StochasticGame
from countermove.store.checkpoint import Checkpoint
from countermove.store.key import key_of

Floats = NDArray[np.float64]
FORM = 1  # of what is kept: another number where the same months would be worked out to other bytes


@dataclass
class Work:
    """The months done so far, filled from the last one back."""

    owner_play: Annotated[NDArray[np.floating], "M S G A"]
    rival_play: Annotated[NDArray[np.floating], "M S G B K"]
    values: tuple[Annotated[Floats, "S G"], Annotated[Floats, "S G K"]]  # from the earliest month done on
    worth: Annotated[Floats, "S G B K"]  # of the rival's moves in that month
    counts: Annotated[NDArray[np.int64], "3 M"]  # missed, followed, turned
    residual: Annotated[Floats, "M"]

    @classmethod
    def begun(cls, game: StochasticGame, grid: Grid, *, half: bool) -> Work:
        """No month done: values are what is left once the last month is over. `half` keeps play in 32 bits."""
        states, own, other, types = len(game.start), len(game.owner_moves), len(game.rival_moves), len(game.types)
        points = len(grid.points)
        kept = np.float32 if half else np.float64
        return cls(
            owner_play=np.zeros((game.months, states, points, own), dtype=kept),
            rival_play=np.zeros((game.months, states, points, other, types), dtype=kept),
            values=game.after_the_last(points),
            worth=np.zeros((states, points, other, types)),
            counts=np.zeros((3, game.months), dtype=np.int64),
            residual=np.zeros(game.months),
        )


class Months:
    """Finished months on a shelf, a piece each, and one piece that says where the work stands.

    The shelf may hold other games too: each has its own label, of all numbers of the game and of all that decides the answer.
    """

    def __init__(self, shelf: Checkpoint, game: StochasticGame, precision: float, how: tuple[int, bool, bool, bool]) -> None:
        """The months of this game at this precision; `how`: steps of belief, half, careful, afresh."""
        self.shelf = shelf
        self.label = key_of("solve backward", FORM, game, float(precision), how)

    def keep(self, work: Work, month: int) -> None:
        """This month is done. Raises StoreError where the disk is full or closed to us."""
        self.shelf.put(self._name(month), {"owner_play": work.owner_play[month], "rival_play": work.rival_play[month]})
        stands: dict[str, np.ndarray[Any, Any]] = {
            "month": np.array(month),
            "owner_value": work.values[0],
            "rival_value": work.values[1],
            "worth": work.worth,
            "counts": work.counts,
            "residual": work.residual,
        }
        self.shelf.put(f"{self.label} stands", stands)

    def restore(self, work: Work) -> int:
        """The earliest month that is done, all of the later ones filled in; the number of months where nothing whole is kept."""
        months = len(work.residual)
        stands = self.shelf.get(f"{self.label} stands")
        if stands is None:
            return months
        reached = int(stands["month"])
        for month in range(reached, months):
            piece = self.shelf.get(self._name(month))
            if piece is None:
                return months
            work.owner_play[month], work.rival_play[month] = piece["owner_play"], piece["rival_play"]
        work.values = stands["owner_value"], stands["rival_value"]
        work.worth[:], work.counts[:], work.residual[:] = stands["worth"], stands["counts"], stands["residual"]
        return reached

    def _name(self, month: int) -> str:
        return f"{self.label} month {month}"
