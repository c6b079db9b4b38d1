"""The paths that lead to a silence: which two of many simulated ones stand for it, and what the owner sees in them month by month, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from countermove.engine.quantities import Quantity
from countermove.engine.run import Batch, Engine, Task
from countermove.engine.series import series
from countermove.errors import DecisionError
from countermove.questions.gaps.finding import WitnessMonth
from countermove.world.cast import Cast, display_name

Seen = dict[tuple[str, str], NDArray[np.float32]]  # (actor, name) -> [T, n]
Ints = NDArray[np.int64]
Called = Callable[[str], str]


def surprise(tokens: Ints) -> NDArray[np.float64]:
    """How improbable each path [n] is up to each month, [T, n]: minus the log of its probability in the Markov chain whose transitions from
    month to month are the frequencies among the paths themselves. `tokens` [T, n]: what was seen in a month, as a whole number."""
    if tokens.ndim != 2 or tokens.size == 0:
        raise DecisionError(f"paths of shape {tokens.shape}, not [months, runs]")
    if not np.issubdtype(tokens.dtype, np.integer):
        raise DecisionError(f"what was seen is told by whole numbers, not {tokens.dtype}")
    _, place = np.unique(tokens, return_inverse=True)
    place = place.reshape(tokens.shape)
    size = int(place.max()) + 1
    out = np.zeros(tokens.shape)
    starts = np.bincount(place[0], minlength=size)
    out[0] = -np.log(starts[place[0]] / tokens.shape[1])
    step = place[:-1] * size + place[1:]
    codes, back, counts = np.unique(step, return_inverse=True, return_counts=True)
    total = np.bincount(codes // size, counts, minlength=size)
    log_p = np.log(counts / total[codes // size])
    out[1:] = -log_p[back.reshape(step.shape)]
    return out.cumsum(axis=0)


def witnesses(tokens: Ints, when: Ints) -> tuple[int, int] | None:
    """The most probable run and a typical one among those that get there; `when` [n] is the month from 0, negative where a run does not.

    Most probable: the least surprise up to its month. Typical: the least surprise among those that get there in the median month. None where
    nobody gets there.
    """
    if when.shape != tokens.shape[1:] or (when >= len(tokens)).any():
        raise DecisionError(f"months of {when.shape} runs do not fit paths of shape {tokens.shape}")
    there = np.flatnonzero(when >= 0)
    if len(there) == 0:
        return None
    cost = surprise(tokens)[when[there], there]
    median = np.sort(when[there])[(len(there) - 1) // 2]
    middle = np.flatnonzero(when[there] == median)
    return int(there[cost.argmin()]), int(there[middle[cost[middle].argmin()]])


def series_of(machine: Engine, batch: Batch, strategy: str, theory: str) -> Seen:
    """What the owner sees month by month on the scored luck, where silences change nothing."""
    cast = machine.program.cast
    rivals = [cast.patrons[j] for j in cast.enemies[0]]
    wanted = [Quantity(cast.patrons[0], "rung", True), *(Quantity(name, "rung", True) for name in rivals)]
    wanted += [Quantity(name, "quits", True) for name in rivals]
    wanted += [Quantity(side, what, True) for side in cast.sides for what in ("attacks",)]
    wanted += [Quantity(cast.sides[0], what, True) for what in ("losing", "winning", "asks")]
    wanted += [Quantity("", what, True) for what in ("truce-begins", "truce-breaks", "clash", "incident", "settled")]
    runs = np.arange(batch.draws.size, dtype=np.int64) * 2 + 1
    answers = np.zeros((len(machine.program.plans[0].cells), len(runs)), np.float32)
    found = series(machine, batch, Task(strategy, theory, 0), wanted, runs=runs, answers=answers)
    return {(one.of, one.what): row for one, row in zip(wanted, found, strict=True)}


def tokens_of(seen: Seen) -> NDArray[np.int64]:
    """One whole number for all that is seen in a month [T, n]: rungs have ten values, the rest two."""
    first = next(iter(seen.values()))
    out = np.zeros(first.shape, np.int64)
    for (_, what), row in seen.items():
        out = out * (10 if what == "rung" else 2) + row.astype(np.int64)
    return out


def months_of(
    cast: Cast, start: int, seen: Seen, ended: tuple[int, int, str], called: Called = display_name
) -> Iterator[WitnessMonth]:
    """The months of a run up to the last, in which it is silent: where all stand at the start, what is new, and at last what it is silent about.

    `ended`: the run, its last month, and what it is silent about there; `called`: what an actor is called.
    """
    run, last, here = ended
    own = cast.patrons[0]
    rivals = [cast.patrons[j] for j in cast.enemies[0]]
    for month in range(last + 1):
        now = {key: row[month, run] for key, row in seen.items()}
        before = {key: row[max(month - 1, 0), run] for key, row in seen.items()}
        rival = max((int(now[name, "rung"]) for name in rivals), default=0)
        told = [*(_standing(cast, now, called) if month == 0 else ()), *_events(cast, now, before, called)]
        if month == last:
            told.append(f"silent here: {here}")
        yield WitnessMonth(start + month, int(now[own, "rung"]), rival, ", ".join(told))


def _rung(cast: Cast, patron: int, rung: float) -> str:
    """A rung by its name on the patron's ladder."""
    ladder = cast.ladders[patron]
    return ladder[min(int(rung), len(ladder) - 1)].name


def _standing(cast: Cast, now: Mapping[tuple[str, str], float], called: Called) -> Iterator[str]:
    """Where all stand when the run begins: what is so already is new to nobody later on."""
    for j in (0, *cast.enemies[0]):
        yield f"{called(cast.patrons[j])} stands on rung {_rung(cast, j, now[cast.patrons[j], 'rung'])}"
    for side in cast.sides:
        if now[side, "attacks"]:
            yield f"{called(side)} is on the offensive"
    for what in ("losing", "winning"):
        if now[cast.sides[0], what]:
            yield f"{called(cast.sides[0])} is {what}"


def _events(
    cast: Cast, now: Mapping[tuple[str, str], float], before: Mapping[tuple[str, str], float], called: Called
) -> Iterator[str]:
    for j in (0, *cast.enemies[0]):
        name = cast.patrons[j]
        change = now[name, "rung"] - before[name, "rung"]
        if change:
            yield f"{called(name)} goes {'up' if change > 0 else 'down'} to rung {_rung(cast, j, now[name, 'rung'])}"
        if j > 0 and now[name, "quits"] > before[name, "quits"]:
            yield f"{called(name)} leaves the war"
    for side in cast.sides:
        if now[side, "attacks"] > before[side, "attacks"]:
            yield f"an offensive of {called(side)} begins"
    client = cast.sides[0]
    for what in ("losing", "winning"):
        if now[client, what] > before[client, what]:
            yield f"{called(client)} is {what}"
    if now[client, "asks"]:
        yield f"{called(client)} asks for more"
    said = {
        "truce-begins": "a truce begins",
        "truce-breaks": "a truce breaks",
        "clash": "a clash",
        "incident": "an incident elsewhere",
    }
    for what, words in said.items():
        if now["", what]:
            yield words
