"""The seats of a table as a learner plays them: what each can do, as a short list; what it sees, as numbers; and what a month brings it.

An action is an order in the language of strategies, sent and adjudicated as a person's is (play/act.py). What is seen are the readings of the seat,
and nothing else (play/seats.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countermove.decision.objective import required, worth_of
from countermove.dynamics.territory import shares
from countermove.engine.tally import measures
from countermove.errors import RunError
from countermove.games.one_month import gained
from countermove.play.seats import Reading, Seat
from countermove.play.session import Session
from countermove.play.war import Standing, War
from countermove.questions.solve.look_ahead import SUPPORT
from countermove.scenario.schema import Scenario
from countermove.world.plan import ANSWERS, REPLIES

Numbers = NDArray[np.float32]
_DIGITS = 1_000_000  # a support is ordered to the millionth of a thousand, and never above what means allow
_OWNER: Mapping[str, str] = MappingProxyType(
    {
        "hold": "",
        "up": "step: 1",
        "down": "step: -1",
        "stop": "rung: {lowest}",
        "talk": "diplomacy: high",
        "reassure": "brigades: 7",
        "sanction": "sanctions: 0.9",
        "refuse": "answer: refuse",
        "grant": "answer: grant",
    }
)
"""ANSWERS and REPLIES of world/plan.py as they are written; `lowest` is the first rung of the owner's ladder."""


class Action(NamedTuple):
    """Something that a seat can do in a month: its name, in words, and what is ordered; of a patron's support how many times its baseline."""

    name: str
    says: str
    orders: str
    times: float | None = None


def actions_of(seat: Seat, scenario: Scenario) -> tuple[Action, ...]:
    """What a seat that orders can do; the place in it is the number of the action."""
    if seat.kind == "owner":
        lowest = scenario.patrons[scenario.owner].ladder[0].name
        return tuple(Action(one.name, one.says, _OWNER[one.name].format(lowest=lowest)) for one in (*ANSWERS, *REPLIES))
    if seat.kind == "patron":
        return (
            Action("keep", "aim at what it aimed at before", ""),
            *(Action(f"{times:g}-x-baseline", f"aim at {times:g} times its baseline", "", times) for times in SUPPORT),
            Action("grant", "grant what its client asks for", "answer: grant"),
            Action("leave", "leave the war", "exit: true"),
        )
    return (
        Action("nothing", "ask for nothing, and begin no offensive", ""),
        Action("ask", "ask the patrons for more", "ask: true"),
        Action("attack", "begin a major offensive", "attack: true"),
        Action("both", "ask for more and attack", "ask: true\nattack: true"),
    )


def orders_of(seat: Seat, action: Action, readings: Sequence[Reading]) -> str:
    """An action as the text of an order. Support is no more than the means allow, which the seat sees."""
    return action.orders if action.times is None else support_order(seat.name, action.times, readings)


def support_order(seat: str, times: float, readings: Sequence[Reading]) -> str:
    """A patron's aim at so many times its baseline, no more than its means allow."""
    now = {one.name: float(one.value) for one in readings}
    aim = min(times * now[f"{seat}.baseline"], now[f"{seat}.means"])
    return f"support: {floor(aim * _DIGITS) / _DIGITS:.6f}"


def numbers_of(readings: Sequence[Reading]) -> Numbers:
    """The values of readings, in their order; true is 1 and false 0. Raises RunError for a reading that is no finite number."""
    values = np.array([one.value for one in readings], np.float32)
    lost = [one.name for one, value in zip(readings, values, strict=True) if not np.isfinite(value)]
    if lost:
        raise RunError(f"{', '.join(lost)}: no finite number", where="what a seat sees")
    return values


def limits_of(readings: Sequence[Reading]) -> tuple[Numbers, Numbers]:
    """The least and the most that each value can be: what is true or false 0 and 1; a log ratio anything; all others from 0 up."""
    truth = [isinstance(one.value, bool) for one in readings]
    low = [-np.inf if one.unit == "log ratio" else 0.0 for one in readings]
    return np.array(low, np.float32), np.where(truth, 1.0, np.inf).astype(np.float32)


def worth(war: War, measured: np.ndarray) -> float:
    """What the owner's objective says a war is worth, were it over now, in points; `measured` [M, n], of which lane 0 is read."""
    return float(worth_of(np.asarray(measured)[:, 0], required(war.program.scenario.objective), "the table"))


def worth_at_start(war: War, standing: Standing) -> float:
    """The same of a first day."""
    lanes = standing.lanes
    return worth(war, np.asarray(measures(war.engine.kernel.cast, lanes.sums, lanes.state, lanes.first)))


def rewards_of(session: Session, seats: Sequence[Seat], before: float) -> dict[str, float]:
    """What the month that was played last brought to these seats, by name.

    - The owner: the change of `worth`; `before` is what it was before the month. Over a war the changes add up to the objective's points.
    - Another patron: what games/extract.py says of the rival, `v / v50 * V * (success - crossed) - support - dead` in thousand person-equivalents,
      with `v` and every other number those of the table's own draw.
    - A client: the change of the share of the contested area that it holds.
    """
    war, turn = session.table.war(session.players), session.played[-1].turn
    stood = session.played[-2].turn.standing if len(session.played) > 1 else session.start
    was, now = stood.lanes.state, turn.standing.lanes.state
    found: dict[str, float] = {}
    for seat in seats:
        if seat.kind == "owner":
            found[seat.name] = worth(war, turn.passed.measures) - before
        elif seat.kind == "patron":
            got = gained(war.engine.kernel, seat.place, war.job, was, now, stood.month)
            success, prize, crossed, cost = (float(np.asarray(row, np.float64)[0]) for row in got)
            found[seat.name] = _ratio(war, seat) * prize * (success - crossed) - cost
        else:
            held = [np.asarray(shares(war.engine.kernel.cast, state.ground), np.float64)[seat.place, 0] for state in (was, now)]
            found[seat.name] = float(held[1] - held[0])
    return found


def _ratio(war: War, seat: Seat) -> float:
    """A patron's stakes over the median of all draws; 1 where they are certain."""
    drawn = np.asarray(war.drawn.values["patron.stake-ratio"][seat.place], np.float64).ravel()
    own = float(np.asarray(war.job.params["patron.stake-ratio"][seat.place], np.float64).ravel()[0])
    return 1.0 if drawn.min() == drawn.max() else own / float(np.median(drawn))
