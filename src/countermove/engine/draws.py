"""Draws: samples of the uncertain numbers of a program, by quasi-random points through the priors' quantile functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from countermove.engine.program import Program
from countermove.errors import CompileError
from countermove.rng.quasi import SCRAMBLES, points
from countermove.scenario.distributions import quantile
from countermove.world.display import Displayable
from countermove.world.prior import Prior
from countermove.world.shapes import checked

VECTOR = "dirichlet"


@dataclass(frozen=True, repr=False)
class Draws(Displayable):
    """D samples. `values` maps a parameter to float32, of the world, of each side, or of each of the P patrons (their mix has 3 rows first).

    `others` is the theory that each patron outside the question follows (its index in the program's table);
    `experts` says whose answer each draw follows, where a number has several; the weights sum to 1.
    """

    values: Mapping[str, Annotated[np.ndarray, "... D?"]]
    weight: Annotated[np.ndarray, "D"]
    others: Annotated[np.ndarray, "P D"]
    experts: Mapping[str, Annotated[np.ndarray, "D"]]
    seed: int

    def __post_init__(self) -> None:
        """Refuse arrays of other shapes."""
        checked(self, D=len(self.weight))

    @property
    def size(self) -> int:
        """Number of draws D."""
        return len(self.weight)

    @property
    def scramble(self) -> np.ndarray:
        """The scramble that each draw belongs to [D]."""
        return np.arange(self.size) % SCRAMBLES

    def take(self, index: np.ndarray) -> dict[str, np.ndarray]:
        """The parameters of the given draws, last axis [len(index)] where the number is uncertain."""
        return {name: (value.take(index, axis=-1) if value.shape[-1] > 1 else value) for name, value in self.values.items()}


def width(prior: Prior) -> int:
    """How many quasi-random dimensions a prior takes."""
    if prior.kind == "experts":
        return 1 + max(width(answer) for _, answer in prior.experts)
    return {"fixed": 0, "dirichlet": len(prior.args)}.get(prior.kind, 1)


def sample(prior: Prior, u: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """Samples [D] ([m, D] for a dirichlet) from uniforms [D, width], and which expert each draw follows."""
    if prior.kind == "experts":
        who = np.minimum((u[:, 0] * len(prior.experts)).astype(int), len(prior.experts) - 1)
        answers = [sample(answer, u[:, 1:])[0] for _, answer in prior.experts]
        return np.choose(who, answers), who
    if prior.kind == "dirichlet":
        parts = np.stack([quantile(Prior("gamma", (a, 1.0)), u[:, k]) for k, a in enumerate(prior.args)])
        return parts / parts.sum(axis=0), None
    return quantile(prior, u[:, 0] if u.shape[1] else np.zeros(len(u))), None


def prior_draws(program: Program, draws: int, seed: int) -> Draws:
    """`draws` samples from the priors; the same seed gives the same leading draws whatever their number."""
    return draws_at(program, points(seed, draws, dimensions(program)), seed)


def dimensions(program: Program) -> int:
    """How many uniforms a draw takes: one for each uncertain number, and one for the theory of each patron."""
    return sum(width(prior) for priors in program.priors.values() for prior in priors) + len(program.cast.patrons)


def columns(program: Program, name: str, place: int) -> range:
    """Which uniforms of a draw decide one number: `place` is that of its side or patron in the cast, 0 for the world's.

    Empty where the number is certain. Raises CompileError where the program has no such number.
    """
    at = len(program.cast.patrons)
    for other, priors in program.priors.items():
        for number, prior in enumerate(priors):
            if (other, number) == (name, place):
                return range(at, at + width(prior))
            at += width(prior)
    raise CompileError(f"no number {name} at place {place}", where=program.scenario.scenario)


def draws_at(program: Program, u: np.ndarray, seed: int) -> Draws:
    """The draws of given points [D, dimensions] of the unit cube, through the priors' quantile functions."""
    plan = [(name, place, prior) for name, priors in program.priors.items() for place, prior in enumerate(priors)]
    patrons, draws = len(program.cast.patrons), len(u)
    columns: dict[str, list[np.ndarray]] = {}
    experts: dict[str, np.ndarray] = {}
    at = patrons
    for name, place, prior in plan:
        wide = width(prior)
        value, who = sample(prior, u[:, at : at + wide])
        at += wide
        # the reader lets a millionth of a prior's mass lie outside its bounds; no draw may
        value = np.clip(value, *program.supports.get(name, (-np.inf, np.inf)))
        if who is not None:
            experts[f"{name}[{place}]"] = who
        columns.setdefault(name, []).append(value[..., :1] if wide == 0 else value)
    _one_number(program, columns)
    values = {name: _shape(parts, program.priors[name], name in program.worldwide) for name, parts in columns.items()}
    others = np.zeros((patrons, draws), np.int32)
    for j, weights in program.others.items():
        edges = np.cumsum(weights) / np.sum(weights)
        others[j] = np.minimum(np.searchsorted(edges, u[:, j], side="right"), len(weights) - 1)
    return Draws(values, np.full(draws, 1.0 / draws), others, experts, seed)


def _one_number(program: Program, columns: dict[str, list[np.ndarray]]) -> None:
    """A side that names no target recovers towards its own personnel: the same draw, not another one from the same prior."""
    for place, (target, personnel) in enumerate(zip(program.priors["side.target"], program.priors["side.personnel"], strict=True)):
        if target == personnel:
            columns["side.target"][place] = columns["side.personnel"][place]


def _shape(parts: list[np.ndarray], priors: tuple[Prior, ...], worldwide: bool) -> np.ndarray:
    longest = max(part.shape[-1] for part in parts)
    wide = [np.broadcast_to(part, (*part.shape[:-1], longest)) for part in parts]
    if priors[0].kind == VECTOR:
        return np.stack(wide, axis=1).astype(np.float32)
    return (wide[0] if worldwide else np.stack(wide)).astype(np.float32)
