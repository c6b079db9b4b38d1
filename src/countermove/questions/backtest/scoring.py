"""Forecasts of a rolling origin beside what happened: scores, intervals, and skill against no-change over the same months."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countermove.errors import EvidenceError
from countermove.evidence.forecast_scores import brier, crps_ensemble, log_score, log_score_normal, pit_ensemble, skill
from countermove.evidence.observations import Observations
from countermove.evidence.smc2 import Floats
from countermove.questions.backtest.finding import NO_CHANGE, PEERS, MethodScores, SkillRange, TargetScores
from countermove.questions.backtest.rolling import Rolling, Target
from countermove.questions.backtest.scales import StabilisingScale
from countermove.questions.backtest.target_forecasts import MethodEnsembles, TargetForecasts
from countermove.rng.seeds import stream_of
from countermove.world.channel import Channel

BLOCK = 6  # origins in a row that a resample keeps together
LEVEL = 0.9
TENTHS = 10  # bars of a PIT histogram
NARROWEST = 0.1  # sd of the normal of a log score, so that a series that stood still cannot win or lose without limit


class CaseScoreArrays(NamedTuple):
    """Of each case [O, H], nan where nothing is known: loss, log score, PIT, and whether the middle intervals held what happened."""

    loss: Floats
    log: Floats
    pit: Floats
    inside50: Floats
    inside90: Floats


def _normal_log(channel: Channel, members: Floats, y: Floats) -> Floats:
    """-log density at y of the normal with the members' mean and spread, on the even scale (Dawid & Sebastiani 1999)."""
    scale = StabilisingScale(channel)
    even = scale.of(members)
    sd = np.maximum(even.std(axis=-1), NARROWEST)
    return log_score_normal(even.mean(axis=-1), sd, scale.of(y))


def score_ensembles(channel: Channel, members: Floats, y: Floats, u: Floats) -> CaseScoreArrays:
    """Ensembles [..., m] beside what happened [...]; `u` [...] are the uniforms that break ties of the PIT."""
    known = ~np.isnan(y)

    def where(x: Floats) -> Floats:
        return np.where(known, x, np.nan)

    low90, low50, high50, high90 = np.quantile(members, (0.05, 0.25, 0.75, 0.95), axis=-1, method="weibull")
    return CaseScoreArrays(
        where(crps_ensemble(members, y)),
        where(_normal_log(channel, members, y)),
        where(pit_ensemble(members, y, u)),
        where(((low50 <= y) & (y <= high50)).astype(np.float64)),
        where(((low90 <= y) & (y <= high90)).astype(np.float64)),
    )


def score_probabilities(chance: Floats, y: Floats) -> CaseScoreArrays:
    """Probabilities of an event [...] beside whether it happened."""
    nothing = np.full(y.shape, np.nan)
    said = np.where(y > 0, chance, 1 - chance)
    known = ~np.isnan(y)
    return CaseScoreArrays(
        np.where(known, brier(chance, y), np.nan), np.where(known, log_score(said), np.nan), nothing, nothing, nothing
    )


def score_method(spoken: MethodEnsembles, channel: Channel, y: Floats, u: Floats) -> CaseScoreArrays:
    """A method's marks on all origins; where a forecast could not be made there are none."""
    if isinstance(spoken.rows, np.ndarray):
        return (
            score_probabilities(spoken.rows[..., 0], y) if channel.kind == "event" else score_ensembles(channel, spoken.rows, y, u)
        )
    found = CaseScoreArrays(*(np.full(y.shape, np.nan) for _ in CaseScoreArrays._fields))
    for o, rows in enumerate(spoken.rows):
        for h, members in enumerate(rows or ()):
            for mark, part in zip(found, score_ensembles(channel, members, y[o, h], u[o, h]), strict=True):
                mark[o, h] = part
    return found


# --- all together -----------------------------------------------------------------------------------------------------


def _mean_over_horizon(rows: Floats) -> Floats:
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


def method_scores(spoken: MethodEnsembles, marks: CaseScoreArrays, peers: Mapping[str, CaseScoreArrays], seed: int) -> MethodScores:
    """One method's marks in short, beside those of the simple forecasts `peers`."""
    falls = marks.pit[~np.isnan(marks.pit)]
    bars = np.histogram(falls, bins=TENTHS, range=(0, 1))[0] if falls.size else np.zeros(0, np.int64)
    others = {name: peer for name, peer in peers.items() if name != spoken.name}
    against = {name: _skills(marks, peer, seed) for name, peer in others.items()}
    whole, by = against.pop(NO_CHANGE, (SkillRange(), ()))
    return MethodScores(
        method=spoken.name,
        kind=spoken.kind,
        loss=_mean(marks.loss),
        losses=tuple(_mean(marks.loss[:, h]) for h in range(marks.loss.shape[1])),
        log_score=_mean(marks.log),
        inside50=_mean(marks.inside50),
        inside90=_mean(marks.inside90),
        pit=tuple(int(bar) for bar in bars),
        skill=whole,
        skills=by,
        against={name: skills[0] for name, skills in against.items()},
        against_by={name: skills[1] for name, skills in against.items()},
        believed=spoken.movement_believed,
    )


def _skills(marks: CaseScoreArrays, peer: CaseScoreArrays, seed: int) -> tuple[SkillRange, tuple[SkillRange, ...]]:
    """Skill against a peer on the months that both foretold: over all months ahead, and by months ahead."""
    both = ~np.isnan(marks.loss) & ~np.isnan(peer.loss)
    ours, theirs = np.where(both, marks.loss, np.nan), np.where(both, peer.loss, np.nan)
    return skill_range(_mean_over_horizon(ours), _mean_over_horizon(theirs), seed), tuple(
        skill_range(ours[:, h], theirs[:, h], seed) for h in range(ours.shape[1])
    )


def target_scores(heard: TargetForecasts, data: Observations, start: int, how: Rolling) -> TargetScores:
    """Every method that spoke of a target, on the same months. `start`: the month in which the replay begins."""
    target, y = heard.target, heard.y
    u = stream_of(how.seed, 77 + target.column).random(y.shape)
    marks = [score_method(spoken, target.channel, y, u) for spoken in heard.methods]
    peers = {spoken.name: found for spoken, found in zip(heard.methods, marks, strict=True) if spoken.name in PEERS}
    used = heard.origins[~np.isnan(y).all(axis=1)]
    return TargetScores(
        name=target.name,
        unit=target.channel.unit,
        event=target.event,
        origins=len(used),
        first=start + int(used[0]),
        last=start + int(used[-1]),
        cases=int((~np.isnan(y)).sum()),
        happened=happened_in(data, target, used) if target.event else 0,
        methods=tuple(method_scores(spoken, found, peers, how.seed) for spoken, found in zip(heard.methods, marks, strict=True)),
        stack=heard.stack,
    )


def happened_in(data: Observations, target: Target, origins: NDArray[np.int64]) -> int:
    """In how many months after the first origin an event happened."""
    after = slice(int(origins[0]) + 1, None)
    return int((data.known[after, target.column] & (data.values[after, target.column] > 0)).sum())
