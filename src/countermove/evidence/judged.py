"""Forecasts of a rolling origin beside what happened: scores, intervals, and skill against no-change over the same months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countermove.errors import EvidenceError
from countermove.evidence.baselines import climatology, no_change, seasonal
from countermove.evidence.glimpse import FAINT
from countermove.evidence.island import Floats
from countermove.evidence.observed import Observations
from countermove.evidence.rolling import Issued, Rolling, Target, mixed, origins_of, weights_so_far
from countermove.evidence.scores import brier, crps_ensemble, log_score, log_score_normal, pit_ensemble, skill
from countermove.rng.seeds import stream_of
from countermove.world.backtest import NO_CHANGE, MethodScores, SkillRange, TargetScores
from countermove.world.channel import Channel

IN_PROPORTION, SEASONAL, CLIMATOLOGY = "no-change in proportion", "seasonal", "climatology"
BASELINES = (NO_CHANGE, IN_PROPORTION, SEASONAL, CLIMATOLOGY)
EQUAL, SO_FAR = "mixture, equal weights", "mixture, weights so far"
BLOCK = 6  # origins in a row that a resample keeps together
LEVEL = 0.9
TENTHS = 10  # bars of a PIT histogram
YEARS = 6  # changes over a year that a seasonal forecast needs; with fewer it is climatology
NARROWEST = 0.1  # sd of the normal of a log score, so that a series that stood still cannot win or lose without limit


Kind = Literal["theory", "mixture", "baseline"]


class Marks(NamedTuple):
    """Of each case [O, H], nan where nothing is known: loss, log score, PIT, and whether the middle intervals held what happened."""

    loss: Floats
    log: Floats
    pit: Floats
    inside50: Floats
    inside90: Floats


def followed_by(data: Observations, target: Target, origins: NDArray[np.int64], horizon: int) -> Floats:
    """What happened [O, H] after each origin; nan where it is not known, is after the record, or the origin is too early for the target."""
    path = np.append(np.where(data.known[:, target.column], data.values[:, target.column], np.nan), np.full(horizon, np.nan))
    months = origins[:, None] + np.arange(1, horizon + 1)
    return np.where(origins[:, None] >= target.first, path[np.minimum(months, len(path) - 1)], np.nan)


def _even(channel: Channel, x: Floats) -> Floats:
    """The scale on which errors are about normal: logarithm of counts and amounts, logit of shares."""
    if channel.kind == "share":
        inside = np.clip(x, FAINT, 1 - FAINT)
        return np.log(inside / (1 - inside))
    return np.log(np.maximum(x, 0) + (channel.floor if channel.kind == "amount" else 1.0))


def _back(channel: Channel, even: Floats) -> Floats:
    """From the even scale to the data's own."""
    if channel.kind == "share":
        return 1 / (1 + np.exp(-even))
    return np.maximum(np.exp(even) - (channel.floor if channel.kind == "amount" else 1.0), 0)


def _normal_log(channel: Channel, members: Floats, y: Floats) -> Floats:
    """-log density at y of the normal with the members' mean and spread, on the even scale (Dawid & Sebastiani 1999)."""
    even = _even(channel, members)
    sd = np.maximum(even.std(axis=-1), NARROWEST)
    return log_score_normal(even.mean(axis=-1), sd, _even(channel, y))


def judge(channel: Channel, members: Floats, y: Floats, u: Floats) -> Marks:
    """Ensembles [..., m] beside what happened [...]; `u` [...] are the uniforms that break ties of the PIT."""
    known = ~np.isnan(y)

    def where(x: Floats) -> Floats:
        return np.where(known, x, np.nan)

    if channel.kind == "event":
        return judge_chance((members.sum(axis=-1) + 0.5) / (members.shape[-1] + 1), y)
    low90, low50, high50, high90 = np.quantile(members, (0.05, 0.25, 0.75, 0.95), axis=-1, method="weibull")
    return Marks(
        where(crps_ensemble(members, y)),
        where(_normal_log(channel, members, y)),
        where(pit_ensemble(members, y, u)),
        where(((low50 <= y) & (y <= high50)).astype(np.float64)),
        where(((low90 <= y) & (y <= high90)).astype(np.float64)),
    )


def judge_chance(chance: Floats, y: Floats) -> Marks:
    """Probabilities of an event [...] beside whether it happened."""
    nothing = np.full(y.shape, np.nan)
    said = np.where(y > 0, chance, 1 - chance)
    known = ~np.isnan(y)
    return Marks(np.where(known, brier(chance, y), np.nan), np.where(known, log_score(said), np.nan), nothing, nothing, nothing)


# --- simple forecasts -------------------------------------------------------------------------------------------------


def simple(name: str, history: Floats, horizon: int, channel: Channel) -> list[Floats]:
    """A baseline's ensembles, one for each month ahead, from the history alone. Raises EvidenceError where it cannot be made.

    No-change in proportion adds the changes of the past on the even scale: a war that has grown small changes by little.
    """
    if name == NO_CHANGE:
        rows = no_change(history, horizon, floor=0.0)
    elif name == IN_PROPORTION:
        rows = [_back(channel, row) for row in no_change(_even(channel, history), horizon)]
    elif name == SEASONAL and _changes(history, 12) >= YEARS:
        rows = seasonal(history, horizon, floor=0.0)
    else:
        rows = climatology(history, horizon)
    return [np.minimum(row, 1.0) for row in rows] if channel.kind == "share" else rows


def _changes(history: Floats, lag: int) -> int:
    return int((~np.isnan(history[lag:] - history[:-lag])).sum()) if lag < len(history) else 0


def simple_chance(name: str, history: Floats, horizon: int) -> Floats:
    """A baseline's probabilities of an event [H]: how often it followed, so many months on, on a month like the last (no-change) or like the
    same month a year before (seasonal), or at all (climatology); with one hit and one miss added (Laplace)."""
    out = np.zeros(horizon)
    for ahead in range(1, horizon + 1):
        lag = {NO_CHANGE: ahead, SEASONAL: 12}.get(name, 0)
        like = np.ones(len(history), dtype=bool)
        if lag and len(history) - lag >= (YEARS if name == SEASONAL else 1):
            now = history[-1] if name == NO_CHANGE else history[len(history) - 1 + ahead - 12]
            like = np.append(np.zeros(lag, dtype=bool), (history[:-lag] > 0) == (now > 0))
        then = history[like & ~np.isnan(history)]
        out[ahead - 1] = ((then > 0).sum() + 1) / (len(then) + 2)
    return out


def simply(name: str, data: Observations, target: Target, origins: NDArray[np.int64], y: Floats, u: Floats) -> Marks:
    """A baseline on the origins of the theories."""
    path = np.where(data.known[:, target.column], data.values[:, target.column], np.nan)
    rows = Marks(*(np.full(y.shape, np.nan) for _ in Marks._fields))
    horizon = y.shape[1]
    for o, month in enumerate(origins):
        if np.isnan(y[o]).all():
            continue
        history = path[: month + 1]
        if target.event:
            for row, part in zip(rows, judge_chance(simple_chance(name, history, horizon), y[o]), strict=True):
                row[o] = part
            continue
        try:
            said = simple(name, history, horizon, target.channel)
        except EvidenceError:
            continue
        for h in range(horizon):
            for row, part in zip(rows, judge(target.channel, said[h], y[o, h], u[o, h]), strict=True):
                row[o, h] = part
    return rows


# --- all together -----------------------------------------------------------------------------------------------------


def _over(rows: Floats) -> Floats:
    """Means over months ahead [O], nan where none is known."""
    known = ~np.isnan(rows)
    return np.where(known.any(axis=1), np.where(known, rows, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1), np.nan)


def _mean(rows: Floats) -> float:
    known = rows[~np.isnan(rows)]
    return float(known.mean()) if known.size else float("nan")


def skill_range(loss: Floats, baseline: Floats, seed: int) -> SkillRange:
    """Skill over origins [O] in order of time, with the interval of a block bootstrap; empty where there is no such thing."""
    cases = int((~np.isnan(loss + baseline)).sum())
    try:
        found = skill(loss, baseline, seed=seed, block=min(BLOCK, max(cases // 2, 1)), level=LEVEL)
    except EvidenceError:  # fewer than two cases, or a baseline that never errs
        return SkillRange(cases=cases)
    return SkillRange(found.skill, found.low, found.high, found.n)


def method_scores(name: str, kind: Kind, marks: Marks, baseline: Marks, seed: int) -> MethodScores:
    """One method's marks in short, beside those of no-change."""
    both = ~np.isnan(marks.loss) & ~np.isnan(baseline.loss)
    ours, theirs = np.where(both, marks.loss, np.nan), np.where(both, baseline.loss, np.nan)
    itself = name == NO_CHANGE
    months = range(ours.shape[1])
    falls = marks.pit[~np.isnan(marks.pit)]
    bars = np.histogram(falls, bins=TENTHS, range=(0, 1))[0] if falls.size else np.zeros(0, np.int64)
    return MethodScores(
        method=name,
        kind=kind,
        loss=_mean(marks.loss),
        losses=tuple(_mean(marks.loss[:, h]) for h in months),
        log_score=_mean(marks.log),
        inside50=_mean(marks.inside50),
        inside90=_mean(marks.inside90),
        pit=tuple(int(bar) for bar in bars),
        skill=SkillRange() if itself else skill_range(_over(ours), _over(theirs), seed),
        skills=() if itself else tuple(skill_range(ours[:, h], theirs[:, h], seed) for h in months),
    )


def target_scores(
    data: Observations, targets: tuple[Target, ...], k: int, said: Mapping[str, Issued], start: int, how: Rolling
) -> TargetScores:
    """Target `k`: every theory that spoke, both mixtures, all baselines, on the same months. `start`: the month in which the replay begins."""
    target, origins = targets[k], origins_of(data, targets, how)
    y = followed_by(data, target, origins, how.horizon)
    u = stream_of(how.seed, 77 + target.column).random(y.shape)
    theories = list(said.values())
    alike = np.ones((len(origins), len(theories)))
    forecasts: list[tuple[str, Kind, NDArray[np.float32]]] = []
    for name, one in said.items():
        forecasts.append((name, "theory", one.members[:, :, k]))
    if len(theories) > 1:
        forecasts.append((EQUAL, "mixture", mixed(theories, alike)[:, :, k]))
        forecasts.append((SO_FAR, "mixture", mixed(theories, weights_so_far(theories))[:, :, k]))
    found: dict[str, tuple[Kind, Marks]] = {
        name: (kind, judge(target.channel, members.astype(np.float64), y, u)) for name, kind, members in forecasts
    }
    for name in BASELINES:
        if name != IN_PROPORTION or not target.event:
            found[name] = ("baseline", simply(name, data, target, origins, y, u))
    baseline = found[NO_CHANGE][1]
    used = origins[~np.isnan(y).all(axis=1)]
    return TargetScores(
        name=target.name,
        unit=target.channel.unit,
        event=target.event,
        origins=len(used),
        first=start + int(used[0]),
        last=start + int(used[-1]),
        cases=int((~np.isnan(y)).sum()),
        happened=happened_in(data, target, used) if target.event else 0,
        methods=tuple(method_scores(name, kind, marks, baseline, how.seed) for name, (kind, marks) in found.items()),
    )


def happened_in(data: Observations, target: Target, origins: NDArray[np.int64]) -> int:
    """In how many months after the first origin an event happened."""
    after = slice(int(origins[0]) + 1, None)
    return int((data.known[after, target.column] & (data.values[after, target.column] > 0)).sum())


def case_targets(
    data: Observations, targets: Sequence[Target], said: Mapping[str, Issued], start: int, how: Rolling
) -> tuple[TargetScores, ...]:
    """Every target of a record."""
    every = tuple(targets)
    return tuple(target_scores(data, every, k, said, start, how) for k in range(len(every)))
