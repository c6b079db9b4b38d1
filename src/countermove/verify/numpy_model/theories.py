"""What each theory says of a patron this month (section 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from countermove.verify.numpy_model.draws import Array, Flags, Luck, NearTies, Whole, logistic
from countermove.verify.numpy_model.facts import DrawnNumbers, Facts
from countermove.verify.numpy_model.strength import NOBODY, Start, State

LEAST = 1e-6  # what a denominator that may vanish counts for at least


@dataclass(frozen=True)
class TheoryInputs:
    """All that one patron's theory looks at, each [] or [n]."""

    facts: Facts
    numbers: DrawnNumbers
    state: State
    start: Start
    luck: Luck
    near: NearTies
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
    highest: Whole  # the highest rung of a rival

    def number(self, name: str) -> Array:
        """The patron's own value of a parameter, [] or [n]."""
        return self.numbers.row(name, self.patron)

    @property
    def line(self) -> Array:
        """m*, the shortfall at which the spigot opens."""
        start = self.start.shortfall[self.patron]
        return self.number("spigot.line") + start if self.facts.above_start[self.patron] else self.number("spigot.line")

    @property
    def drift(self) -> Array:
        """1 - rho, the share of the way back to the baseline that a month makes good."""
        return 1.0 - self.number("support.persistence")

    @property
    def fallen(self) -> Array:
        """How far will lies below the level to which it returns."""
        return self.number("will.level") - self.state.will[self.patron]

    @property
    def needed(self) -> Array:
        """What holds the line for good, thousand: between the baseline and the means."""
        lacking = self.men * np.expm1(self.seen - self.line)
        return np.clip(self.support + lacking, self.baseline, self.top)

    def surge(self, over: Array, support: Array) -> Array:
        """What is needed where the shortfall lay `over` the line with that much support; never less than what is given anyway."""
        return np.maximum(self.base, support + self.number("spigot.gain") * self.men * over)


@dataclass(frozen=True)
class TheoryAnswer:
    """What a theory says of a patron, [] or [n] each."""

    aim: Array  # s*
    expected: Array  # s^e, thousand: what is given in the long run unless he leaves
    weight: Array  # w, of pain in a bargain
    exit: Array | float = 1.0  # x, factor on the hazard of leaving
    alarm: Flags | None = None  # the spigot's, where there is one
    mode: Whole | None = None  # of switching


def inertia(desk: TheoryInputs) -> TheoryAnswer:
    """Support drifts back to its baseline."""
    return TheoryAnswer(desk.base, desk.baseline, desk.number("bargain.weight"))


def pressure(desk: TheoryInputs) -> TheoryAnswer:
    """The patron's dead weigh on support, and a will that falls lets him leave."""
    j, gain = desk.patron, desk.number("pressure.gain")
    scale = desk.number("pressure.scale")
    mean = desk.state.losses[:, j].sum(axis=0) / 3.0
    toll = np.log1p(mean / scale) - np.log1p(desk.start.losses[j] / scale)  # log of (c0 + c)/(c0 + c_ref)
    return TheoryAnswer(
        aim=desk.base - gain * desk.baseline * toll,
        expected=desk.baseline,
        weight=desk.number("bargain.weight") * 2.0 * (1.0 + gain),
        exit=np.exp(desk.number("pressure.exit") * desk.fallen + desk.number("pressure.elasticity") * toll),
    )


def spigot(desk: TheoryInputs) -> TheoryAnswer:
    """What is needed to hold a line, seen late; nobody leaves a client who is about to lose."""
    j, overshoot = desk.patron, desk.number("spigot.overshoot")
    delay: Array = np.rint(desk.number("spigot.delay"))
    past, given = desk.state.shortfalls[:, j], desk.state.supports[:, j]
    seen: Array = np.select([delay == 0.0, delay == 1.0], [desk.seen, past[0]], past[1])
    edge = desk.line - overshoot * desk.state.alarm[j]
    desk.near.edge(seen, edge)
    alarm = seen > edge
    return TheoryAnswer(
        aim=desk.surge(
            seen - desk.line + overshoot * alarm, np.select([delay == 0.0, delay == 1.0], [desk.support, given[0]], given[1])
        ),
        expected=desk.needed,
        weight=0.5 * desk.number("bargain.weight"),
        exit=1.0 - alarm,
        alarm=alarm,
    )


def richardson(desk: TheoryInputs) -> TheoryAnswer:
    """An arms race with the other sides' aid stock."""
    fatigue = desk.number("richardson.fatigue")
    push = desk.number("richardson.gain") * desk.aid + desk.number("richardson.grievance")
    lasting = desk.baseline + push / np.maximum(desk.drift + fatigue, LEAST)
    return TheoryAnswer(
        aim=desk.base + push - fatigue * (desk.support - desk.baseline),
        expected=np.clip(lasting, 0.0, desk.top),
        weight=desk.number("bargain.weight"),
    )


def opportunist(desk: TheoryInputs) -> TheoryAnswer:
    """Support grows when the client does better than at the start, unless deterred."""
    better = -(desk.seen - desk.start.shortfall[desk.patron])
    over = np.maximum(better - desk.number("opportunist.margin"), 0.0)
    lethal = np.where(desk.highest >= 4, np.clip(desk.aid / desk.number("opportunist.lethal"), 0.0, 1.0), 0.0)
    open_ = np.maximum(1.0 - desk.number("opportunist.deterrence") * lethal, 0.0)
    more = desk.number("opportunist.gain") * desk.baseline * over * open_
    lasting = desk.baseline + more / np.maximum(desk.drift, LEAST)
    return TheoryAnswer(desk.base + more, np.minimum(desk.top, lasting), desk.number("bargain.weight"))


def rational(desk: TheoryInputs) -> TheoryAnswer:
    """A quantal response over evenly spaced levels of support."""
    start, at_start = desk.start.men[desk.patron], desk.start.shortfall[desk.patron]
    now = _quantal(desk, desk.seen, desk.men - desk.support, desk.men)
    then = _quantal(desk, at_start, start - desk.baseline, start)
    aim = (1.0 - desk.drift) * desk.support + desk.drift * (desk.baseline + now - then)
    return TheoryAnswer(aim, desk.support, desk.number("bargain.weight"))


def _quantal(desk: TheoryInputs, seen: Array, rest: Array, men: Array) -> Array:
    """Mean level M given the shortfall seen, the side's strength without the patron and the strength now."""
    stake, steep = desk.number("patron.stake-ratio"), desk.number("rational.decisiveness")
    start = desk.start.men[desk.patron]
    chance = logistic(steep * np.log(stake))
    prize = start / (steep * chance * (1.0 - chance))
    span = np.minimum(desk.top, np.maximum(desk.number("rational.span"), desk.baseline))
    level = np.linspace(0.0, 1.0, desk.levels)[:, None] * span
    gap = seen - desk.start.shortfall[desk.patron] - np.log(np.maximum(rest + level, 0.1) / np.maximum(men, NOBODY))
    worth = desk.number("rational.precision") * (prize * logistic(steep * np.log(stake) - steep * gap) - level)
    weight = np.exp(worth - worth.max(axis=0))
    return (level * weight).sum(axis=0) / weight.sum(axis=0)


def domestic(desk: TheoryInputs) -> TheoryAnswer:
    """Support follows approval, oil and elections at home."""
    j = desk.patron
    approval = desk.state.approval[j]
    mood = desk.number("domestic.approval") * approval + desk.number("domestic.oil") * desk.state.oil
    mood = mood + desk.number("domestic.election") * desk.facts.election(j, desk.month)
    return TheoryAnswer(
        aim=desk.base + desk.number("domestic.weight") * desk.baseline * mood,
        expected=desk.baseline,
        weight=desk.number("bargain.weight") * np.exp(-approval / 2.0),
    )


def switching(desk: TheoryInputs) -> TheoryAnswer:
    """Sustain, rescue or withdraw, by a chain whose moves lean on the shortfall and on will."""
    mode = _next_mode(desk)
    pace = desk.number("switching.pace")
    aims = (desk.base, desk.surge(desk.seen - desk.line, desk.support), desk.base - pace * desk.support)
    gone = desk.drift * desk.baseline / np.maximum(desk.drift + pace, LEAST)
    weights = (1.0, 0.5, 4.0)

    def by_mode(*values: Array | float) -> Array:
        return np.select([mode == 0, mode == 1], values[:2], values[2])

    return TheoryAnswer(
        aim=by_mode(*aims),
        expected=by_mode(desk.baseline, desk.needed, gone),
        weight=desk.number("bargain.weight") * by_mode(*weights),
        exit=by_mode(1.0, 0.0, 1.0),
        mode=mode,
    )


def _next_mode(desk: TheoryInputs) -> Whole:
    """The mode of this month: 0 sustain, 1 rescue, 2 withdraw."""
    j, state = desk.patron, desk.state
    runs = np.arange(len(desk.support))
    rows = np.stack([np.broadcast_to(desk.numbers(f"switching.from-{name}")[:, j if _many(desk, name) else 0], (3, len(runs)))
                     for name in ("sustain", "rescue", "withdraw")])  # fmt: skip
    lure = desk.number("switching.rescue") * (desk.seen - desk.line)
    pull = np.stack([np.zeros(len(runs)), lure, desk.number("switching.withdraw") * desk.fallen])
    with np.errstate(divide="ignore"):
        scores = np.log(rows[state.mode[j], :, runs].T) + pull
    weight = np.exp(scores - scores.max(axis=0))
    cumulated = np.cumsum(weight / weight.sum(axis=0), axis=0)
    u = desk.luck.uniforms("mode")[j]
    desk.near.edge(cumulated[:2], u)
    return np.where(cumulated[0] > u, 0, np.where(cumulated[1] > u, 1, 2))


def _many(desk: TheoryInputs, name: str) -> bool:
    return desk.numbers(f"switching.from-{name}").shape[1] > 1


THEORIES: dict[str, Callable[[TheoryInputs], TheoryAnswer]] = {
    "inertia": inertia,
    "pressure": pressure,
    "spigot": spigot,
    "richardson": richardson,
    "opportunist": opportunist,
    "rational": rational,
    "domestic": domestic,
    "switching": switching,
}
RESOLUTE = ("spigot", "switching")  # these answer every setback with more
