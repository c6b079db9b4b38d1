"""Readers side by side, as one finding, and as `countermove readers --json` prints it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from countermove.decision.error import Estimate
from countermove.questions.readers.crux import Prospect, Turn
from countermove.questions.readers.parted import Parting, Position
from countermove.world.shown import Cells, Result


@dataclass(frozen=True, repr=False)
class ReadersFound(Result):
    """Readers side by side, and every two of them. `said` holds what could not be computed and why.

    Points are each reader's own: they compare strategies, not readers.
    """

    scenario: str
    strategies: tuple[str, ...]
    theories: tuple[str, ...]
    matters: float
    positions: tuple[Position, ...]
    partings: tuple[Parting, ...]
    said: tuple[str, ...]
    draws: int
    seed: int
    seconds: float
    hashes: Mapping[str, str]

    def cells(self) -> Cells:
        """A row for each reader and strategy: expected points by that reader's own values and weights, and their error."""
        rows = tuple(
            (row.reader, strategy, found.mean, found.se, strategy == row.best)
            for row in self.positions
            for strategy, found in row.expected.items()
        )
        return Cells(("reader", "strategy", "expected (points)", "se (points)", "best"), rows)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found, in words."""
        told = [sentence for parting in self.partings for sentence in parting.sentences]
        return (*(position.sentence for position in self.positions), *told, *self.said)

    def to_json(self) -> dict[str, Any]:
        """As `countermove readers --json` prints it."""
        return {
            "scenario": self.scenario,
            "strategies": list(self.strategies),
            "theories": list(self.theories),
            "matters": self.matters,
            "readers": [_position(row) for row in self.positions],
            "pairs": [_parting(row) for row in self.partings],
            "said": list(self.said),
            "draws": self.draws,
            "seed": self.seed,
            "seconds": self.seconds,
            **self.hashes,
        }


def _estimate(found: Estimate | None) -> dict[str, float] | None:
    return None if found is None else {"mean": found.mean, "se": found.se}


def _position(row: Position) -> dict[str, Any]:
    return {
        "reader": row.reader,
        "says": row.says,
        "theories": dict(row.shares),
        "values": dict(row.values),
        "points": [{"strategy": name, **found._asdict()} for name, found in row.expected.items()],
        "best": row.best,
        "next": row.next,
        "ahead": _estimate(row.ahead),
        "kind": row.kind,
        "level": list(row.level),
        "sentence": row.sentence,
    }


def _turn(row: Turn) -> dict[str, Any]:
    return {
        "reader": row.reader,
        "from": row.own,
        "to": row.wanted,
        "assumptions": None if row.assumptions is None else list(row.assumptions),
        "also": [list(one) for one in row.also],
        "before": _estimate(row.before),
        "after": _estimate(row.after),
        "searched": row.searched,
        "sentence": row.sentence,
    }


def _prospect(row: Prospect, names: tuple[str, str]) -> dict[str, Any]:
    agree = {name: found._asdict() for name, found in zip(names, row.agree, strict=True)}
    return {"observation": row.observation, "months": row.cost, "agree": agree}


def _parting(row: Parting) -> dict[str, Any]:
    return {
        "between": list(row.between),
        "strategies": list(row.strategies),
        "kind": row.kind,
        "losses": {name: dict(parts) for name, parts in zip(row.between, row.losses, strict=False)},
        "differ": list(row.differ),
        "turns": [_turn(turn) for turn in row.turns],
        "both": list(row.both),
        "observations": [_prospect(one, row.between) for one in row.observations],
        "knowing": None if row.knowing is None else _prospect(row.knowing, row.between)["agree"],
        "chosen": row.chosen,
        "sentences": list(row.sentences),
    }
