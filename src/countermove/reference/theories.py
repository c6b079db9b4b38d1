"""What a theory-driven patron does this month (section 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from countermove.reference.draws import Array, Flags, Luck, Near, Whole, logistic
from countermove.reference.facts import EDGES, Facts, Numbers, at_rung
from countermove.reference.sight import Sight
from countermove.reference.strength import NOBODY, Start, State, rung_of

HIGHEST_COVERT = 12.0  # thousand: the edge of rung 8


@dataclass
class Reply:
    """What the patrons did; rows of an acting owner are left for the caller. [P, n] each."""

    support: Array
    rung: Whole
    cost: Array  # million USD of the month
    granted: Flags
    refused: Flags


@dataclass(frozen=True)
class Desk:
    """All that one patron's theory looks at, each [] or [n]."""

    facts: Facts
    numbers: Numbers
    state: State
    start: Start
    luck: Luck
    near: Near
    patron: int
    month: int
    levels: int
    support: Array  # s
    base: Array
    baseline: Array  # sbar
    top: Array  # smax
    seen: Array  # Lobs
    men: Array  # N~ of the patron's side, now
    aid: Array  # A
    lethal: Array

    def number(self, name: str) -> Array:
        """The patron's own value of a parameter, [] or [n]."""
        return self.numbers.row(name, self.patron)

    @property
    def line(self) -> Array:
        """m*, the shortfall at which the spigot opens."""
        start = self.start.shortfall[self.patron]
        return self.number("spigot.line") + start if self.facts.above_start[self.patron] else self.number("spigot.line")


def inertia(desk: Desk) -> Array:
    """Support drifts back to its baseline."""
    return desk.base


def pressure(desk: Desk) -> Array:
    """The patron's dead weigh on support, and may end it. Sets `quit`."""
    j, state = desk.patron, desk.state
    scale = desk.number("pressure.scale")
    mean = state.losses[:, j].sum(axis=0) / 3.0
    hazard = desk.number("pressure.exit") * np.exp(4.0 * (1.0 - state.will[j]))
    leaves = desk.luck.clock(desk.luck.uniforms("exit")[j], np.broadcast_to(hazard, mean.shape), ~state.quit[j])[1]
    state.quit[j] |= leaves
    weight = np.log1p(mean / scale) - np.log1p(desk.start.losses[j] / scale)
    return desk.base - desk.number("pressure.gain") * desk.baseline * weight


def spigot(desk: Desk) -> Array:
    """Support opens when the client falls behind a line, and closes late. Sets `alarm`."""
    j, overshoot = desk.patron, desk.number("spigot.overshoot")
    delay: Array = np.rint(desk.number("spigot.delay"))
    past = desk.state.shortfalls[:, j]
    seen: Array = np.select([delay == 0.0, delay == 1.0], [desk.seen, past[0]], past[1])
    edge = desk.line - overshoot * desk.state.alarm[j]
    desk.near.edge(seen, edge)
    alarm = seen > edge
    desk.state.alarm[j] = alarm
    surge = desk.number("spigot.gain") * desk.men * np.maximum(seen - desk.line + overshoot, 0.0)
    return np.where(alarm, np.maximum(desk.support, desk.base) + surge, desk.base)


def richardson(desk: Desk) -> Array:
    """An arms race with the other sides' aid stock."""
    tired = desk.number("richardson.fatigue") * (desk.support - desk.baseline)
    return desk.base + desk.number("richardson.gain") * desk.aid - tired + desk.number("richardson.grievance")


def opportunist(desk: Desk) -> Array:
    """Support grows when the client does better than at the start, unless deterred."""
    better = -(desk.seen - desk.start.shortfall[desk.patron])
    over = np.maximum(better - desk.number("opportunist.margin"), 0.0)
    open_ = np.maximum(1.0 - desk.number("opportunist.deterrence") * desk.lethal, 0.0)
    return desk.base + desk.number("opportunist.gain") * desk.baseline * over * open_


def rational(desk: Desk) -> Array:
    """A quantal response over evenly spaced levels of support."""
    keep, start = desk.number("support.persistence"), desk.start.men[desk.patron]
    at_start = desk.start.shortfall[desk.patron]
    now = _quantal(desk, desk.seen, desk.men - desk.support, desk.men)
    then = _quantal(desk, at_start, start - desk.baseline, start)
    return keep * desk.support + (1.0 - keep) * (desk.baseline + now - then)


def _quantal(desk: Desk, seen: Array, rest: Array, men: Array) -> Array:
    """Mean level M given the shortfall seen, the side's strength without the patron and the strength now."""
    stake, steep = desk.number("patron.stake-ratio"), desk.number("rational.decisiveness")
    start = desk.start.men[desk.patron]
    chance = logistic(steep * np.log(stake))
    prize = start / (steep * chance * (1.0 - chance))
    level = np.linspace(0.0, 1.0, desk.levels)[:, None] * desk.top
    gap = seen - desk.start.shortfall[desk.patron] - np.log(np.maximum(rest + level, 0.1) / np.maximum(men, NOBODY))
    worth = desk.number("rational.precision") * (prize * logistic(steep * np.log(stake) - steep * gap) - level)
    weight = np.exp(worth - worth.max(axis=0))
    return (level * weight).sum(axis=0) / weight.sum(axis=0)


def domestic(desk: Desk) -> Array:
    """Support follows approval, oil and elections at home."""
    j = desk.patron
    mood = desk.number("domestic.approval") * desk.state.approval[j] + desk.number("domestic.oil") * desk.state.oil
    mood = mood + desk.number("domestic.election") * desk.facts.election(j, desk.month)
    return desk.base + 0.25 * desk.baseline * mood


def switching(desk: Desk) -> Array:
    """Sustain, rescue or withdraw, by a chain whose moves lean on the shortfall and on will. Sets `mode`."""
    j, state = desk.patron, desk.state
    runs = np.arange(len(desk.support))
    rows = np.stack([np.broadcast_to(desk.numbers(f"switching.from-{name}")[:, j if _many(desk, name) else 0], (3, len(runs)))
                     for name in ("sustain", "rescue", "withdraw")])  # fmt: skip
    over = desk.seen - desk.line
    pull = np.stack([np.zeros(len(runs)), 3.0 * over, 2.0 * (desk.number("will.level") - state.will[j])])
    with np.errstate(divide="ignore"):
        scores = np.log(rows[state.mode[j], :, runs].T) + pull
    weight = np.exp(scores - scores.max(axis=0))
    cumulated = np.cumsum(weight / weight.sum(axis=0), axis=0)
    u = desk.luck.uniforms("mode")[j]
    desk.near.edge(cumulated[:2], u)
    mode = np.where(cumulated[0] > u, 0, np.where(cumulated[1] > u, 1, 2))
    state.mode[j] = mode
    rescue = np.maximum(desk.support, desk.base) + desk.number("spigot.gain") * desk.men * np.maximum(over, 0.0)
    return np.where(mode == 0, desk.base, np.where(mode == 1, rescue, desk.base - 0.3 * desk.support))


def _many(desk: Desk, name: str) -> bool:
    return desk.numbers(f"switching.from-{name}").shape[1] > 1


THEORIES: dict[str, Callable[[Desk], Array]] = {
    "inertia": inertia,
    "pressure": pressure,
    "spigot": spigot,
    "richardson": richardson,
    "opportunist": opportunist,
    "rational": rational,
    "domestic": domestic,
    "switching": switching,
}


@dataclass(frozen=True)
class Scene:
    """What all patrons share this month."""

    month: int
    levels: int
    pretext: Array  # Delta* [n]
    luck: Luck
    near: Near
    frozen_support: Array | None = None  # [P, n] the rivals' support copied from another run


def reply(facts: Facts, numbers: Numbers, state: State, sight: Sight, start: Start, scene: Scene) -> Reply:
    """Section 6 for every theory-driven patron. All of them see the state at the start of the month."""
    answer = Reply(
        support=state.support.copy(),
        rung=state.rung.copy(),
        cost=np.zeros_like(state.support),
        granted=np.zeros_like(state.quit),
        refused=np.zeros_like(state.quit),
    )
    noise = scene.luck.normals("support", len(facts.patrons))
    quit_before = state.quit.copy()
    for j in range(len(facts.patrons)):
        if not facts.theory[j]:
            continue
        desk = _desk(facts, numbers, state, sight, start, scene, j)
        wanted = THEORIES[facts.theory[j]](desk)
        granted = _grants(desk, scene)
        wanted = wanted + desk.number("support.noise") * noise[j] + granted * desk.number("requests.step") * desk.baseline
        if facts.rivals[j]:
            wanted = wanted + scene.pretext * desk.number("pretext.support")
        support = np.where(state.quit[j], 0.0, np.clip(wanted, 0.0, desk.top))
        if scene.frozen_support is not None and facts.rivals[j]:
            support = scene.frozen_support[j]
        for edge in EDGES:
            # resting exactly on the covert limit is not a close call
            scene.near.edge(support, edge, (support != edge) | (desk.top != edge))
        answer.support[j], answer.rung[j] = support, rung_of(support)
        answer.cost[j] = at_rung(facts.costs[j], answer.rung[j])
        answer.granted[j], answer.refused[j] = granted, state.asked[j] & ~granted
    state.just_quit = state.quit & ~quit_before
    state.shortfalls = np.stack([sight.observed, state.shortfalls[0]])
    return answer


def _grants(desk: Desk, scene: Scene) -> Flags:
    j, state = desk.patron, desk.state
    chance = np.minimum(1.0, desk.number("requests.grant") * state.will[j] / desk.number("will.level"))
    return scene.luck.below(scene.luck.uniforms("grant")[j], chance, state.asked[j])


def _desk(facts: Facts, numbers: Numbers, state: State, sight: Sight, start: Start, scene: Scene, j: int) -> Desk:
    runs = state.support.shape[1]
    side, support = facts.side_of[j], state.support[j]
    baseline = np.broadcast_to(numbers.row("patron.baseline", j), (runs,))
    keep = numbers.row("support.persistence", j)
    headroom = np.float64(HIGHEST_COVERT) if facts.covert[j] else baseline + numbers.row("patron.headroom", j)
    stock = numbers.world("supply.equivalents-heavy") * state.aided + numbers.world("supply.equivalents-counter") * state.counter
    aid = stock.sum(axis=0) - stock[side]
    for k in np.flatnonzero(facts.against[j]):
        if facts.theory[k]:
            # what a theory-driven patron added is a level, not a stock
            aid = aid + state.support[k] - numbers.row("patron.baseline", int(k))
    rivals = state.rung[facts.against[j]]
    highest = rivals.max(axis=0) if len(rivals) else np.zeros(runs, dtype=np.int64)
    return Desk(
        facts=facts,
        numbers=numbers,
        state=state,
        start=start,
        luck=scene.luck,
        near=scene.near,
        patron=j,
        month=scene.month,
        levels=scene.levels,
        support=support,
        base=keep * support + (1.0 - keep) * baseline,
        baseline=baseline,
        top=np.broadcast_to(headroom, (runs,)),
        seen=sight.observed[j],
        men=sight.strength.men[side],
        aid=aid,
        lethal=np.where(highest >= 4, np.clip(aid / 2.0, 0.0, 1.0), 0.0),
    )
