"""Will, the diplomatic track, credibility, solidarity, and requests (section 9)."""

from __future__ import annotations

import numpy as np

from countermove.verify.numpy_model.draws import Array, Flags, Luck, some
from countermove.verify.numpy_model.facts import DrawnNumbers, Facts
from countermove.verify.numpy_model.hazards import MonthEvents
from countermove.verify.numpy_model.orders import StandingOrders
from countermove.verify.numpy_model.strength import State


def requests(facts: Facts, numbers: DrawnNumbers, state: State, shortfall: Array, luck: Luck) -> Flags:
    """Who is asked for more this month, [P, n]; `state.rung` and `state.quit` are those in force, `shortfall` the true one at the start."""
    highest = np.stack([state.rung[against].max(axis=0, initial=0) for against in facts.against])
    exponent = np.log(numbers("requests.base")) + numbers("requests.shortfall") * np.maximum(shortfall, 0.0)
    exponent = exponent + numbers("requests.rung") * np.maximum(highest - 7.0, 0.0)
    return luck.rings("ask", np.exp(exponent), ~state.quit & (state.regime < 3))


def pain(facts: Facts, numbers: DrawnNumbers, losses: Array, cost: Array, sanctions: Array) -> Array:
    """What the war takes from a patron's will in a month, [P, n]; losses in persons, cost in million USD, `sanctions` as they bite [n]."""
    blood = numbers("will.blood") * np.log1p(losses / numbers("pressure.scale"))
    money = numbers("will.money") * np.maximum(cost / numbers("patron.budget") - 1.0, 0.0)
    return blood + money + numbers("will.sanctions") * sanctions * facts.rivals[:, None]


def update(
    facts: Facts,
    numbers: DrawnNumbers,
    state: State,
    turn: MonthEvents,
    orders: StandingOrders,
    news: tuple[Flags, Array, Array, Array],
    luck: Luck,
) -> None:
    """Move will, talks, credibility and solidarity by one month.

    `news` = refused [P, n], what the month takes from will beyond what the start did [P, n], pretext [n], resolve [P, n].
    """
    refused, hurts, pretext, resolve = news
    will = _will(facts, numbers, state, turn, refused, hurts) + numbers("will.noise") * luck.normals("will", len(facts.patrons))
    talks = _talks(facts, numbers, state, turn, orders, refused[0], pretext)
    talks = talks + numbers.world("diplomacy.noise") * luck.normals("track", 2)[0]
    trust = state.credibility + numbers.world("spread.return") * (numbers.world("spread.credibility") - state.credibility)
    trust = trust - numbers.world("spread.refusal") * refused[0]
    trust = trust - numbers.world("spread.unanswered") * (turn.incident & ~turn.answered)
    trust = trust + numbers.world("spread.answered") * turn.answered
    if facts.has("allies"):
        front = state.solidarity + numbers.world("politics.return") * (numbers.world("politics.solidarity") - state.solidarity)
        front = front - numbers.world("politics.announced") * pretext
        front = front + numbers.world("politics.attacked") * some(turn.began[np.arange(len(facts.sides)) > 0])
        highest = resolve[facts.rivals].max(axis=0) if facts.rivals.any() else 0.5
        state.solidarity = np.clip(front + numbers.world("politics.resolve") * (highest - 0.5), 0.0, 1.0)
    state.will, state.talks, state.credibility = np.clip(will, 0.0, 1.0), np.clip(talks, 0.0, 1.0), np.clip(trust, 0.0, 1.0)


def _will(facts: Facts, numbers: DrawnNumbers, state: State, turn: MonthEvents, refused: Flags, hurts: Array) -> Array:
    """Will before noise and clipping, [P, n]."""
    attacked = np.stack([some(np.delete(turn.off, side, axis=0)) for side in facts.side_of])
    will = state.will + numbers("will.return") * (numbers("will.level") - state.will) - hurts
    return will + numbers("will.rally") * attacked - numbers("will.refusal") * refused


def _talks(
    facts: Facts, numbers: DrawnNumbers, state: State, turn: MonthEvents, orders: StandingOrders, refused: Flags, pretext: Array
) -> Array:
    """The track before noise and clipping, [n]."""

    def number(name: str) -> Array:
        return numbers.world(f"diplomacy.{name}")

    reach = number("effort") if facts.has("mediator") else number("unmediated") * number("effort")
    talks = state.talks + number("return") * (number("level") + reach * orders.effort - state.talks)
    talks = talks - pretext * numbers.world("pretext.talks") - number("refusal") * refused
    talks = talks - number("offensive") * some(turn.began) - number("broken") * turn.truce_broke
    return talks + number("truce") * turn.truce_began + number("exchanged") * turn.exchange
