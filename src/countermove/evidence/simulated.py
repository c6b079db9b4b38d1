"""Records that could have been: the replay simulated under every theory, seen through the channels and the gaps of a real record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countermove.engine.draws import prior_draws
from countermove.engine.run import CHUNK, Engine, Executor, Plan, Progress
from countermove.evidence.glimpse import sampled, tame
from countermove.evidence.observed import Observations, Seen
from countermove.evidence.watch import glimpses, with_december
from countermove.rng.seeds import stream_of
from countermove.world.channel import CHANNEL

Floats = NDArray[np.float32]
AFTER = 3  # months within which one event counts as following another
SEASON = 3  # months that are taken together where a channel is seen every month


@dataclass(frozen=True)
class Simulated:
    """`features` [N, F] of N records; `theory` [N] the number of the theory that made each; `support` [N, T] what the patron really gave."""

    theories: tuple[str, ...]
    features: Floats
    theory: NDArray[np.int64]
    names: tuple[str, ...]
    support: Floats


def simulated(
    engine: Engine,
    data: Observations,
    executor: Executor,
    *,
    records: int,
    seed: int,
    theories: Sequence[str] = (),
    progress: Progress | None = None,
) -> Simulated:
    """`records` of each theory (rounded up to whole chunks), each from its own draw of the priors and its own luck.

    All theories share draws and luck, so `seed` must differ between records to learn from and records to be judged on.
    """
    names = tuple(theories) or engine.program.theory_names
    chunks = -(-records // CHUNK)
    plan = Plan(prior_draws(engine.program, chunks * CHUNK, seed), 1, CHUNK)
    strategy = engine.program.strategy_names[0]
    tasks = [(number, chunk) for number in range(len(names)) for chunk in range(chunks)]
    values, known = tame(data)
    watched = (*data.seen, Seen(CHANNEL["support"], engine.program.rival))

    def work(task: tuple[int, int]) -> tuple[Floats, Floats]:
        number, chunk = task
        runs = chunk * CHUNK + np.arange(CHUNK)
        job = with_december(engine, engine.job(plan, strategy, names[number], runs))
        truth = np.asarray(glimpses(engine.kernel, job, watched))
        truth, support = truth[:, :-1], truth[:, -1].T
        generator = stream_of(seed, number * 65_536 + chunk)
        seen = sampled({name: np.asarray(value) for name, value in job.params.items()}, data.seen, truth, generator)
        return features(data, np.where(known[:, :, None] > 0, seen, values[:, :, None])), support

    parts = list(executor.map(work, tasks, progress=progress))
    theory = np.repeat([number for number, _ in tasks], CHUNK)
    found, support = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Simulated(names, found, theory, feature_names(data), support)


def _wide(data: Observations) -> tuple[list[int], list[int], list[int]]:
    """Numbers of the channels that are events, of those seen most months, and of those seen now and then."""
    events = [c for c, one in enumerate(data.seen) if one.channel.kind == "event"]
    rest = [c for c in range(len(data.seen)) if c not in events]
    often = [c for c in rest if data.known[:, c].mean() > 0.5]
    return events, often, [c for c in rest if c not in often]


def _level(kind: str, x: Floats) -> Floats:
    return np.log(x / (1 - x)) if kind == "share" else np.log1p(x)


def features(data: Observations, values: Floats) -> Floats:
    """What is read off records: [T, C, N] to [N, F], in the order of `feature_names`. Unknown places are the same in all records."""
    events, often, seldom = _wide(data)
    known = data.known
    rows: list[Floats] = []
    thirds = np.array_split(np.arange(data.months), 3)
    happened = {c: values[:, c] * known[:, c, None] for c in events}
    for c in events:
        rows += [happened[c].sum(axis=0), *(happened[c][part].sum(axis=0) for part in thirds)]
    for a in events:
        soon = sum(np.pad(happened[a][:-lag], ((lag, 0), (0, 0))) for lag in range(1, AFTER + 1))
        rows += [(np.minimum(soon, 1) * happened[b]).sum(axis=0) for b in events]
    for c in often:
        x = _level(data.seen[c].channel.kind, values[known[:, c], c])
        change = np.diff(x, axis=0)
        rows += [part.mean(axis=0) for part in np.array_split(x, -(-len(x) // SEASON))]
        around = x - x.mean(axis=0)
        rows += [x.max(axis=0), x.std(axis=0), np.abs(change).mean(axis=0), (around[1:] * around[:-1]).mean(axis=0)]
        rows += [(happened[a][known[:, c]] * around).sum(axis=0) for a in events]
    for c in seldom:
        rows += list(_level(data.seen[c].channel.kind, values[known[:, c], c]))
    return np.stack(rows, axis=1).astype(np.float32)


def feature_names(data: Observations) -> tuple[str, ...]:
    """One name per column of `features`."""
    events, often, seldom = _wide(data)
    label = data.names
    names: list[str] = []
    for c in events:
        names += [f"{label[c]}: how often", *(f"{label[c]}: how often in third {k}" for k in (1, 2, 3))]
    for a in events:
        names += [f"{label[b]} within {AFTER} months of {label[a]}" for b in events]
    for c in often:
        count = int(data.known[:, c].sum())
        names += [f"{label[c]}: season {k + 1}" for k in range(-(-count // SEASON))]
        names += [f"{label[c]}: {what}" for what in ("highest", "spread", "mean change", "persistence")]
        names += [f"{label[c]} when {label[a]}" for a in events]
    for c in seldom:
        names += [f"{label[c]}: datum {k + 1}" for k in range(int(data.known[:, c].sum()))]
    return tuple(names)


def features_of(data: Observations) -> Floats:
    """The features of the record itself [F]."""
    values, _ = tame(data)
    return features(data, values[:, :, None])[0]
