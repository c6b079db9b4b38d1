"""Which programs are compiled, and which of them can play a war; and what decides the outcomes of a run, as a hash."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

import numpy as np

from countermove.engine.months import Kernel
from countermove.engine.run import Batch
from countermove.web.workbench.freed import OpenEngine

KNOWN = 8  # compiled programs of a kind: each holds some 60 MB


class Outdated(Exception):
    """Nobody waits for the answer any more."""


@dataclass
class Programs:
    """The compiled programs of one kind, the latest last. `compiled_by`: what compiles them, and holds them until it is told to forget."""

    compiled_by: Any
    compiled: OrderedDict[Kernel, None] = field(default_factory=OrderedDict[Kernel, None])
    numbers: dict[Kernel, int] = field(default_factory=dict[Kernel, int])
    lock: Lock = field(default_factory=Lock)
    making: Lock = field(default_factory=Lock)

    def make(self, kernel: Kernel, compile_it: Callable[[], object], stale: Callable[[], bool] = lambda: False) -> float:
        """Compile a program unless it is; one at a time, for two would compile the same. Seconds it took, 0 where it was there.

        Raises Outdated where nobody waits for it any more once its turn comes.
        """
        with self.making:
            if kernel in self:
                return 0.0
            if stale():
                raise Outdated
            clock = time.perf_counter()
            compile_it()
            self.add(kernel)
            return time.perf_counter() - clock

    def __contains__(self, kernel: Kernel) -> bool:
        """Whether this very program is compiled."""
        with self.lock:
            return kernel in self.compiled

    def add(self, kernel: Kernel) -> None:
        """It is compiled now. Of too many all others are forgotten: what comes again is read from the disk, in a second or two."""
        with self.lock:
            self.compiled[kernel] = None
            if len(self.compiled) > KNOWN:
                self.compiled_by.clear_cache()
                self.compiled.clear()
                self.compiled[kernel] = None

    def standing(self, kernel: Kernel) -> Kernel | None:
        """The program that can play a war: its own, else the latest that differs in the beliefs alone; None where there is none."""
        with self.lock:
            if kernel in self.compiled:
                self.compiled.move_to_end(kernel)
                return kernel
            for other in reversed(self.compiled):
                if replace(kernel, cast=replace(kernel.cast, beliefs=other.cast.beliefs)) == other:
                    return other
        return None

    def ready(self, kernel: Kernel, *, exact: bool = False) -> bool:
        """Whether a war can be played without compiling anything; `exact`: by no other program than its own."""
        return kernel in self if exact else self.standing(kernel) is not None

    def number(self, kernel: Kernel) -> int:
        """Its number, compiled or not."""
        with self.lock:
            return self.numbers.setdefault(kernel, len(self.numbers))


def keys_of(engine: OpenEngine, batch: Batch, number: int) -> dict[tuple[str, str], bytes]:
    """What decides the outcomes of each pair of plan and theory: the program (by its number) and every number that it is given."""
    world = hashlib.blake2b(f"{number} {batch.lucks}".encode(), digest_size=20)
    for name, value in sorted(batch.draws.values.items()):
        world.update(f"{name} {value.shape}".encode() + value.tobytes())
    world.update(batch.draws.others.tobytes())
    for name, value in sorted(engine.calendar.items()):
        world.update(name.encode() + value.tobytes())
    places = {plan.name: place for place, plan in enumerate(engine.program.written)}
    found: dict[tuple[str, str], bytes] = {}
    for plan in batch.strategies:
        own = world.copy()
        for part in engine.sheets[plan]:
            own.update(np.asarray(part).tobytes())
        for name, value in sorted(engine.values.items()):
            if name.startswith(f"{places.get(plan)}."):
                own.update(name.encode() + value.tobytes())
        for theory in batch.theories:
            pair = own.copy()
            pair.update(theory.encode())
            found[plan, theory] = pair.digest()
    return found
