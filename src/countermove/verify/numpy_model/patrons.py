"""What a theory-driven patron does with what its theory says: leaving, requests, the open, and what others expect (section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from countermove.verify.numpy_model.draws import Array, Flags, Luck, NearTies, Whole
from countermove.verify.numpy_model.facts import EDGES, OVERT, DrawnNumbers, Facts, at_rung
from countermove.verify.numpy_model.sight import Sight
from countermove.verify.numpy_model.strength import Start, State, rung_of
from countermove.verify.numpy_model.theories import RESOLUTE, THEORIES, TheoryAnswer, TheoryInputs


@dataclass
class Reply:
    """What the patrons did, and what is expected of them; rows of an acting owner are left for the caller. [P, n] each."""

    support: Array
    rung: Whole
    cost: Array  # million USD of the month, equipment lost not yet among it
    granted: Flags
    refused: Flags
    known: Array  # S^e by the theory that the patron follows, thousand
    public: Array  # S^e by the public weights
    weight: Array  # w


@dataclass(frozen=True)
class Scene:
    """What all patrons share this month."""

    month: int
    levels: int
    pretext: Array  # Delta* [n]
    luck: Luck
    near: NearTies
    frozen_support: Array | None = None  # [P, n] the rivals' support copied from another run


def reply(facts: Facts, numbers: DrawnNumbers, state: State, sight: Sight, start: Start, scene: Scene) -> Reply:
    """Section 6 for every theory-driven patron. All of them see the state at the start of the month."""
    nothing = np.zeros_like(state.support)
    answer = Reply(
        support=state.support.copy(),
        rung=state.rung.copy(),
        cost=nothing.copy(),
        granted=np.zeros_like(state.quit),
        refused=np.zeros_like(state.quit),
        known=nothing.copy(),
        public=nothing.copy(),
        weight=np.broadcast_to(numbers("bargain.weight"), nothing.shape).copy(),
    )
    noise = scene.luck.normals("support", len(facts.patrons))
    quit_before = state.quit.copy()
    for j in range(len(facts.patrons)):
        if not facts.theory[j]:
            continue
        desk = _desk(facts, numbers, state, sight, start, scene, j)
        said = THEORIES[facts.theory[j]](desk)
        # those outside his camp do not know his theory and ask them all
        others = {theory: said if theory == facts.theory[j] else THEORIES[theory](desk) for theory in facts.prior[j]}
        _leave(desk, said)
        answer.known[j], answer.weight[j] = _lasting(desk, said), said.weight
        for theory, share in public_weights(facts.prior[j], sight.resolve[j]).items():
            answer.public[j] += share * _lasting(desk, others[theory])
        granted = _grants(desk, scene)
        wanted = said.aim + desk.number("support.noise") * noise[j] + granted * desk.number("requests.step") * desk.baseline
        if facts.rivals[j]:
            wanted = wanted + scene.pretext * desk.number("pretext.support")
        frozen = scene.frozen_support[j] if scene.frozen_support is not None and facts.rivals[j] else None
        answer.support[j] = _given(desk, wanted) if frozen is None else frozen
        answer.rung[j] = rung_of(answer.support[j])
        answer.cost[j] = at_rung(facts.costs[j], answer.rung[j])
        answer.granted[j], answer.refused[j] = granted, state.asked[j] & ~granted
        _keep(state, j, said)
    state.just_quit = state.quit & ~quit_before
    state.shortfalls = np.stack([sight.observed, state.shortfalls[0]])
    state.supports = np.stack([state.support, state.supports[0]])
    return answer


def public_weights(prior: Mapping[str, float], resolve: Array) -> dict[str, Array]:
    """Theory -> weight [n] that those outside a patron's camp give it; `resolve` is the public belief that it answers every setback."""
    resolute = sum(weight for theory, weight in prior.items() if theory in RESOLUTE)
    total = sum(prior.values())
    if resolute in (0.0, total):
        return {theory: np.full_like(resolve, weight / total) for theory, weight in prior.items()}
    return {
        theory: resolve * weight / resolute if theory in RESOLUTE else (1.0 - resolve) * weight / (total - resolute)
        for theory, weight in prior.items()
    }


def means(facts: Facts, numbers: DrawnNumbers, patron: int, runs: int) -> Array:
    """smax [n]: the most that a patron can give, thousand; in secret no more than stays out of the open."""
    most = np.maximum(numbers.row("patron.means", patron), numbers.row("patron.baseline", patron))
    most = np.minimum(most, OVERT) if facts.covert[patron] else most
    return np.broadcast_to(most, (runs,))


def _exit(desk: TheoryInputs, said: TheoryAnswer) -> Array:
    """e_j, the hazard of leaving, [n]."""
    return np.broadcast_to(desk.number("support.exit") * said.exit, desk.support.shape)


def _leave(desk: TheoryInputs, said: TheoryAnswer) -> None:
    """Whether he leaves this month, for good."""
    gone = desk.state.quit[desk.patron]
    gone |= desk.luck.clock(desk.luck.uniforms("exit")[desk.patron], _exit(desk, said), ~gone)[1]


def _lasting(desk: TheoryInputs, said: TheoryAnswer) -> Array:
    """S^e: what he gives over the horizon, allowing for his leaving in the midst of it; nothing if he has left."""
    half = desk.numbers.world("bargain.horizon") / 2.0
    return np.where(desk.state.quit[desk.patron], 0.0, np.exp(-half * _exit(desk, said)) * said.expected)


def _grants(desk: TheoryInputs, scene: Scene) -> Flags:
    j, state = desk.patron, desk.state
    chance = np.minimum(1.0, desk.number("requests.grant") * state.will[j] / desk.number("will.level"))
    return scene.luck.below(scene.luck.uniforms("grant")[j], chance, state.asked[j])


def _given(desk: TheoryInputs, wanted: Array) -> Array:
    """s': what he gives of what he wants to; beyond the edge of the highest rung only in the open."""
    j = desk.patron
    limit = np.minimum(OVERT, desk.top)
    if not desk.facts.covert[j]:
        open_ = desk.support > OVERT
        hazard = desk.number("intervention.readiness") * np.maximum(wanted / OVERT - 1.0, 0.0)
        open_ = open_ | desk.luck.clock(desk.luck.uniforms("open")[j], hazard, ~open_)[1]
        limit = np.where(open_, desk.top, limit)
    given = np.where(desk.state.quit[j], 0.0, np.clip(wanted, 0.0, limit))
    for edge in EDGES:
        # resting exactly on the limit is not a close call
        desk.near.edge(given, edge, (given != edge) | (limit != edge))
    return given


def _keep(state: State, patron: int, said: TheoryAnswer) -> None:
    """What a theory remembers until next month."""
    if said.alarm is not None:
        state.alarm[patron] = said.alarm
    if said.mode is not None:
        state.mode[patron] = said.mode


def _desk(facts: Facts, numbers: DrawnNumbers, state: State, sight: Sight, start: Start, scene: Scene, j: int) -> TheoryInputs:
    runs = state.support.shape[1]
    side, support = facts.side_of[j], state.support[j]
    baseline = np.broadcast_to(numbers.row("patron.baseline", j), (runs,))
    keep = numbers.row("support.persistence", j)
    stock = numbers.world("supply.equivalents-heavy") * state.aided + numbers.world("supply.equivalents-counter") * state.counter
    aid = stock.sum(axis=0) - stock[side]
    for k in np.flatnonzero(facts.against[j]):
        if facts.theory[k]:
            # what a theory-driven patron added is a level, not a stock
            aid = aid + state.support[k] - numbers.row("patron.baseline", int(k))
    return TheoryInputs(
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
        top=means(facts, numbers, j, runs),
        seen=sight.observed[j],
        men=sight.strength.men[side],
        aid=aid,
        highest=state.rung[facts.against[j]].max(axis=0, initial=0),
    )
