"""Draws of cases that differ in few numbers: of each number that no case changes they are made once.

What comes out is what `prior_draws` gives, to the last bit: the points of the quasi-random sequence hang on the seed and on how many numbers are
uncertain, and a number's values on its own points and its own prior.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import numpy as np

from countermove.engine.draws import Draws, dimensions, draws_at, width
from countermove.engine.program import Program
from countermove.rng.quasi import points
from countermove.world.prior import Prior

KEPT = 8
"""Seeds, or sets of uncertain numbers, of which the draws are kept."""
TIED = ("side.target", "side.personnel")
"""One may be the other's draw, so both are made where one is."""


@dataclass(frozen=True)
class _Base:
    """Draws, the priors that they came from, and their points [D, dimensions]."""

    priors: Mapping[str, tuple[Prior, ...]]
    supports: Mapping[str, tuple[float, float]]
    u: np.ndarray
    draws: Draws


class CaseDraws:
    """Makes the draws of one program after the other, from any number of threads."""

    def __init__(self) -> None:
        """None are made yet."""
        self._bases: OrderedDict[Any, _Base] = OrderedDict()
        self._lock = Lock()

    def __reduce__(self) -> tuple[type[CaseDraws], tuple[()]]:
        """On another machine it begins anew."""
        return CaseDraws, ()

    def __call__(self, program: Program, draws: int, seed: int) -> Draws:
        """As `prior_draws`."""
        widths = tuple((name, tuple(width(prior) for prior in priors)) for name, priors in program.priors.items())
        key = (seed, draws, len(program.cast.patrons), program.worldwide, widths)
        with self._lock:
            base = self._bases.get(key)
            if base is None:
                u = points(seed, draws, dimensions(program))
                base = _Base(program.priors, program.supports, u, draws_at(program, u, seed))
                self._bases[key] = base
                while len(self._bases) > KEPT:
                    self._bases.popitem(last=False)
            self._bases.move_to_end(key)
        return _of_changed(program, base, {name: sum(several) for name, several in widths}, seed)


def _of_changed(program: Program, base: _Base, widths: Mapping[str, int], seed: int) -> Draws:
    """The draws of a program from those of another of the same widths."""
    changed = {
        name
        for name, priors in program.priors.items()
        if priors != base.priors[name] or program.supports.get(name) != base.supports.get(name)
    }
    anew = [name for name in program.priors if name in changed or name in TIED]
    at, places = len(program.cast.patrons), list(range(len(program.cast.patrons)))
    for name, wide in widths.items():
        if name in anew:
            places += range(at, at + wide)
        at += wide
    few = replace(program, priors={name: program.priors[name] for name in anew})
    made = draws_at(few, base.u[:, places], seed)
    values = {name: made.values.get(name, base.draws.values[name]) for name in program.priors}
    kept = {name: who for name, who in base.draws.experts.items() if name.rpartition("[")[0] not in anew}
    order = [f"{name}[{place}]" for name, priors in program.priors.items() for place in range(len(priors))]
    experts = {name: who for name in order if (who := made.experts.get(name, kept.get(name))) is not None}
    return Draws(values, made.weight, made.others, experts, seed)
