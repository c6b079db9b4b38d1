"""How the patrons that follow a theory act in a month: each its own theory, chosen by number from a table."""

from __future__ import annotations

import typing
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from countermove.behaviour.theory import OVERT_SUPPORT, SHARED, Drive, Numbers, Outlook, Theory, View
from countermove.world.cast import Array, Cast
from countermove.world.state import Month, Sight, StartValues, State

Luck = dict[str, Array]


def numbers_of(p: Numbers, theories: Sequence[Theory], patron: int) -> Numbers:
    """One patron's slice of the theories' parameters; the rows of `switching` are [3, n]."""
    names = [q.name for q in SHARED] + [q.name for theory in theories for q in theory.parameters]
    return {name: (p[name][:, patron] if p[name].ndim == 3 else p[name][patron]) for name in names}


def all_means(cast: Cast, p: Numbers, patron: int) -> Array:
    """The most that the patron could give, thousand person-equivalents [n]; one that stays covert never more than can be denied."""
    most = jnp.maximum(p["patron.means"][patron], p["patron.baseline"][patron])
    return jnp.minimum(most, OVERT_SUPPORT) if cast.covert[patron] else most


def deniable(cast: Cast, p: Numbers, support: Array, patron: int) -> Array:
    """The most that the patron can give as it stands [n]: all its means where it fights in the open, else what can be denied."""
    most = all_means(cast, p, patron)
    return jnp.where(support > OVERT_SUPPORT, most, jnp.minimum(most, OVERT_SUPPORT))


def aid_against(cast: Cast, p: Numbers, state: State, patron: int) -> Array:
    """A: stock of aid delivered to the other sides, with their theory patrons' support above baseline, thousand [n]."""
    total = state.oil * 0
    for i in range(len(cast.sides)):
        if i != cast.supports[patron]:
            total = total + p["supply.equivalents-heavy"] * state.aid[i] + p["supply.equivalents-counter"] * state.counter[i]
    for k in cast.enemies[patron]:
        if cast.driven(k):
            total = total + state.support[k] - p["patron.baseline"][k]
    return total


def view_of(
    cast: Cast, p: Numbers, reference: StartValues, state: State, sight: Sight, *, month: Month, patron: int, u: Luck
) -> View:
    """What patron number `patron` decides on."""
    j = patron
    rivals = [state.rung[k] for k in cast.enemies[j]]
    rival = state.oil * 0
    for rung in rivals:
        rival = jnp.maximum(rival, rung)
    return View(
        support=state.support[j],
        supports=jnp.stack([state.support[j], state.supports[0, j], state.supports[1, j]]),
        baseline=p["patron.baseline"][j],
        ceiling=all_means(cast, p, j) + state.oil * 0,
        shortfall=sight.shortfall[j],
        shortfalls=jnp.stack([sight.shortfall[j], state.shortfall[0, j], state.shortfall[1, j]]),
        start_shortfall=reference.shortfall[j],
        casualties=(state.casualties[0, j] + state.casualties[1, j] + state.casualties[2, j]) / 3,
        start_casualties=reference.losses[j],
        strength=sight.strength[j],
        start_strength=reference.strength[j],
        aid=aid_against(cast, p, state, j),
        rival_rung=rival,
        will=state.will[j],
        will_level=p["will.level"][j],
        stake_ratio=p["patron.stake-ratio"][j],
        quantal=reference.quantal[j],
        mode=state.mode[j],
        alarm=state.alarm[j],
        approval=sight.approval[j],
        oil=sight.oil,
        election=month.election[j],
        choice=u["mode"][j],
        line_above_start=cast.line_above_start[j],
        levels=cast.levels,
    )


def theory_answer(theories: Sequence[Theory], which: Any, view: View, p: Numbers) -> Drive:
    """The answer of theory number `which` (a scalar, traced or not; or one per run [n]) to the view."""

    def shaped(drive: Drive) -> Drive:
        n = view.support.shape
        return Drive(*(jnp.broadcast_to(x, n).astype(jnp.float32) for x in drive))

    branches = [lambda theory=theory: shaped(theory.drive(view, p)) for theory in theories]
    if len(branches) == 1:
        return branches[0]()
    if jnp.ndim(which) == 1:
        # a patron outside the question: its theory differs between draws, so all are asked and one is taken
        answers = [branch() for branch in branches]
        out = answers[0]
        for number, answer in enumerate(answers[1:], start=1):
            out = Drive(*(jnp.where(which == number, new, old) for new, old in zip(answer, out, strict=True)))
        return out
    return typing.cast(Drive, jax.lax.switch(which, branches))


def expected_support(outlook: Outlook, p: Numbers, horizon: Array) -> Array:
    """What the patron gives in the long run by an outlook, thousand person-equivalents [n]: less by the chance that it leaves till then."""
    return outlook.support * jnp.exp(-0.5 * horizon * p["support.exit"] * outlook.exit)


def common_belief(theories: Sequence[Theory], expected: Sequence[Array], *, beliefs: Sequence[float], resolve: Array) -> Array:
    """What everybody outside the patron's camp expects of it, thousand person-equivalents [n], from what each theory `expected` [n].

    They weigh the theories by the scenario's prior weights `beliefs`; those that answer every setback with more count together as the
    public belief `resolve` [n] that the patron does.
    """
    groups = {kind: sum(w for w, theory in zip(beliefs, theories, strict=True) if theory.answers == kind) for kind in (True, False)}
    split = groups[True] > 0 and groups[False] > 0
    total = resolve * 0
    for weight, theory, support in zip(beliefs, theories, expected, strict=True):
        if weight > 0:
            belief = resolve if theory.answers else 1 - resolve
            share = belief / groups[theory.answers] if split else 1 / sum(groups.values())
            total = total + share * weight * support
    return total


def select(which: Any, answers: Sequence[Array]) -> Array:
    """The answer of theory number `which` (a number, traced or not, or one per run [n])."""
    out = answers[0]
    for number, answer in enumerate(answers[1:], start=1):
        out = jnp.where(which == number, answer, out)
    return out
