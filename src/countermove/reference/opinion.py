"""Will, the diplomatic track, credibility, solidarity, and requests (section 9)."""

from __future__ import annotations

import numpy as np

from countermove.reference.draws import Array, Flags, Luck, some
from countermove.reference.facts import Facts, Numbers
from countermove.reference.hazards import Turn
from countermove.reference.orders import Standing
from countermove.reference.strength import State


def requests(facts: Facts, numbers: Numbers, state: State, shortfall: Array, luck: Luck) -> Flags:
    """Who is asked for more this month, [P, n]; `state.rung` and `state.quit` are those in force, `shortfall` the true one at the start."""
    highest = np.stack([state.rung[against].max(axis=0, initial=0) for against in facts.against])
    exponent = np.log(numbers("requests.base")) + numbers("requests.shortfall") * np.maximum(shortfall, 0.0)
    exponent = exponent + numbers("requests.rung") * np.maximum(highest - 7.0, 0.0)
    return luck.rings("ask", np.exp(exponent), ~state.quit & (state.regime < 3))


def update(
    facts: Facts, numbers: Numbers, state: State, turn: Turn, orders: Standing, news: tuple[Flags, Array, Array, Array], luck: Luck
) -> None:
    """Move will, talks, credibility and solidarity by one month. `news` = refused [P, n], cost [P, n], pretext [n], resolve [P, n]."""
    refused, cost, pretext, resolve = news
    began = some(turn.began)
    will = _will(facts, numbers, state, turn, orders.sanctions * state.solidarity, refused, cost)
    will = will + 0.03 * luck.normals("will", len(facts.patrons))
    effort = (1.0 if facts.has("mediator") else 0.5) * orders.effort
    talks = state.talks + 0.1 * (numbers.world("diplomacy.level") + effort - state.talks) - pretext * numbers.world("pretext.talks")
    talks = talks - 0.10 * began - 0.01 * turn.truce_broke + 0.01 * turn.truce_began - 0.01 * refused[0] + 0.03 * turn.exchange
    talks = talks + 0.02 * luck.normals("track", 2)[0]
    trust = state.credibility + 0.05 * (numbers.world("spread.credibility") - state.credibility)
    trust = trust - 0.03 * refused[0] - 0.1 * (turn.incident & ~turn.answered) + 0.02 * turn.answered
    if facts.has("allies"):
        front = state.solidarity + 0.05 * (numbers.world("politics.solidarity") - state.solidarity) - 0.02 * pretext
        rival_began = some(turn.began[np.arange(len(facts.sides)) > 0])
        highest = resolve[facts.rivals].max(axis=0) if facts.rivals.any() else 0.5
        state.solidarity = np.clip(front + 0.02 * rival_began + 0.02 * (highest - 0.5), 0.0, 1.0)
    state.will, state.talks, state.credibility = np.clip(will, 0.0, 1.0), np.clip(talks, 0.0, 1.0), np.clip(trust, 0.0, 1.0)


def _will(facts: Facts, numbers: Numbers, state: State, turn: Turn, sanctions: Array, refused: Flags, cost: Array) -> Array:
    """Will before noise and clipping, [P, n]; `state.losses[0]` are this month's dead."""
    will = state.will + 0.1 * (numbers("will.level") - state.will)
    will = will - numbers("will.blood") * np.log1p(state.losses[0] / numbers("pressure.scale"))
    will = will - numbers("will.money") * np.maximum(cost / numbers("patron.budget") - 1.0, 0.0)
    will = will - numbers("will.sanctions") * sanctions * facts.rivals[:, None]
    attacked = np.stack([some(np.delete(turn.off, side, axis=0)) for side in facts.side_of])
    return will + 0.03 * attacked - 0.01 * refused
