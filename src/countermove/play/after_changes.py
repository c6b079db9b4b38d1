"""What changed in a month of a game that is over: rungs, open fighting, arms that arrived, brigades, sanctions, peacekeepers, offensives that ended.

Events (a truce, an attack, a request) are told by engine.replay.event_words; what is here stands beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from countermove.play.player_course import Walked
from countermove.play.seats import OPEN_RUNG
from countermove.world.state import HIGH, POSITIONAL, SETTLED, TRUCE
from countermove.world.words import listed, number, percent

GOODS = ("heavy weapons, worth {} tanks with artillery", "weapons against tanks, worth {} launchers")
"""What comes by the pipeline, and in what it is told."""
_PER_UNIT = (500.0, 300.0)  # of the unit in which the war reckons with each
_LEAST = 0.5  # of a tank or a launcher: less is not told
_SAME = 1e-6


def changes_in(walked: Walked, month: int) -> list[str]:
    """What changed in a month (from 0), each as a clause."""
    return [
        *_regime(walked, month),
        *_rungs(walked, month),
        *_arms(walked, month),
        *_orders(walked, month),
        *_peacekeepers(walked, month),
    ]


def _one(values: Any) -> float:
    return float(np.asarray(values, np.float64).ravel()[0])


def _states(walked: Walked, month: int) -> tuple[Any, Any]:
    return walked.standings[month].lanes.state, walked.standings[month + 1].lanes.state


def _regime(walked: Walked, month: int) -> Iterator[str]:
    """What ended: a truce by an offensive, a settlement, intense fighting, an offensive."""
    before, after = _states(walked, month)
    was, now = round(_one(before.regime)), round(_one(after.regime))
    flags = walked.turns[month].passed.report.flags
    if was == TRUCE and now in (HIGH, POSITIONAL) and _one(flags.truce_broke) <= 0:
        yield "the truce was over"
    if was == SETTLED and now < SETTLED:
        yield "the settlement failed, and the war came back"
    if was == HIGH and now == POSITIONAL:
        yield "the fighting was intense no more"
    cast, title = walked.war.engine.kernel.cast, walked.war.program.titles.actor
    for place, name in enumerate(cast.sides):
        if _one(before.attacking[place]) > 0 >= _one(after.attacking[place]):
            yield f"the offensive of {title(name)} ended"


def _rungs(walked: Walked, month: int) -> Iterator[str]:
    """Who went from which rung to which, and who began to fight in the open, or ceased to."""
    before, after = _states(walked, month)
    program, cast = walked.war.program, walked.war.engine.kernel.cast
    for place, name in enumerate(cast.patrons):
        was, now = round(_one(before.rung[place])), round(_one(after.rung[place]))
        if was == now:
            continue
        ladder, who = program.scenario.patrons[name].ladder, program.titles.actor(name)
        rungs = [f"rung {one} ({ladder[one].name.replace('-', ' ')})" for one in (was, now)]
        yield f"{who} went from {rungs[0]} to {rungs[1]}"
        if cast.driven(place) and (was >= OPEN_RUNG) != (now >= OPEN_RUNG):
            yield f"{who} began to fight in the open" if now >= OPEN_RUNG else f"{who} fought in the open no more"


def _arms(walked: Walked, month: int) -> Iterator[str]:
    """What the owner had shipped and arrived, without what was diverted."""
    before, after = _states(walked, month)
    program, report = walked.war.program, walked.turns[month].passed.report
    cast = program.cast
    came: list[str] = []
    for place, (words, per) in enumerate(zip(GOODS, _PER_UNIT, strict=True)):
        there = [float(np.asarray(state.pipeline, np.float64)[:, place, 0].sum()) for state in (before, after)]
        arrived = there[0] + _one(report.sent[place]) - there[1] - _one(report.diverted[place])
        if arrived * per >= _LEAST:
            came.append(words.format(number(arrived * per, 0)))
    if came:
        yield f"arms from {program.titles.actor(cast.patrons[0])} reached {program.titles.actor(cast.sides[0])}: {listed(came)}"


def _orders(walked: Walked, month: int) -> Iterator[str]:
    """What of the owner's standing orders came into force: brigades, sanctions."""
    before, after = (state.orders for state in _states(walked, month))
    who = walked.war.program.titles.actor(walked.war.program.cast.patrons[0])
    was, now = _one(before.brigades), _one(after.brigades)
    if abs(now - was) > _SAME:
        yield f"brigades of {who} with its allies: {number(now)}, where there were {number(was)}"
    was, now = _one(before.sanctions), _one(after.sanctions)
    if abs(now - was) > _SAME:
        yield f"sanctions of {who}: {percent(now)} of all there could be, where it was {percent(was)}"


def _peacekeepers(walked: Walked, month: int) -> Iterator[str]:
    was, now = (_one(state.peacekeepers) for state in _states(walked, month))
    if now > _SAME >= was:
        yield f"peacekeepers were deployed: {number(now)} thousand"
    elif was > _SAME >= now:
        yield "the peacekeepers were gone"
    elif abs(now - was) > _SAME:
        yield f"peacekeepers: {number(now)} thousand, where there were {number(was)} thousand"
