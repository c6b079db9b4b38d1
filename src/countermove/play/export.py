"""A session as a record: what happened in its months, and the war from its first month with what was ordered, so that it can be weighed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from countermove.engine.quantities import Recorded, recorded
from countermove.errors import SessionError
from countermove.play.month import FATE_OF
from countermove.play.session import Played, Session
from countermove.play.table import ORDERING
from countermove.scenario.record_rows import COLUMNS, this_month
from countermove.scenario.records import MOST_SPANS
from countermove.scenario.schema import Move, Scenario, Strategy, WrittenOrders
from countermove.scenario.write import write
from countermove.world.cast import Cast
from countermove.world.channel import CHANNEL
from countermove.world.state import State
from countermove.world.words import month_text

AS_PLAYED = "as-played"
OF_WORLD = ("deaths", "truce-begins", "truce-breaks", "high-intensity")
OF_SIDES = ("held", "attacks", "losing", "winning")
OF_RIVALS = ("support", "intervenes", "quits")
"""The channels that a record of a game has; of the owner nothing but what the replay orders."""
UNITS = {"count": "persons", "share": "share", "event": "0-1"}


class _Series(NamedTuple):
    """A series of the record: the channel it is of, and the place of its actor."""

    name: str
    channel: str
    place: int


def record_of_session(session: Session, name: str | None = None) -> Mapping[str, str]:
    """The files of a record by their names: NAME.csv and NAME.yaml, and NAME-replay.yaml, the scenario that `countermove weigh` takes. Once the cards
    are open there is NAME-words.jsonl, too: what was said in channels and written down for the debrief, a line each.

    It holds the line that is being played. Raises SessionError where nothing has been played, where the facilitator decided events in every month, or
    where the war is yet to come: a record says what has happened.
    """
    name = name or session.name
    scenario, months = session.table.scenario, session.played
    if not months:
        raise SessionError("no month has been played: there is nothing to record", where=session.name)
    start, last = scenario.clock.start, scenario.clock.start + len(months) - 1
    if last > this_month():
        what = f"the war goes on to {month_text(last)}, which is yet to come, and a record says what has happened"
        raise SessionError(what, where=session.name, next="Start its clock earlier")
    if len(_decided(session)) == len(months):
        what = "the facilitator decided events in every month: nothing is left that says how the war goes by itself"
        raise SessionError(what, where=session.name)
    cast = session.table.war(session.players).program.cast
    every = list(_series(cast))
    return {
        f"{name}.csv": _rows(session, every, start),
        f"{name}.yaml": _head(session, name, every, cast),
        f"{name}-replay.yaml": write(_replay(session, name)),
        **({f"{name}-words.jsonl": words} if (words := _words(session)) else {}),
    }


def _words(session: Session) -> str:
    """What people said and wrote down, as JSON, a line each; of what was written for the debrief `channel` is null. Empty while cards are hidden."""
    if not session.revealed:
        return ""
    start = session.table.scenario.clock.start
    said = [(one.month, one.by, one.channel, one.text, one.line, one.undone) for one in session.said]
    kept = [(one.month, one.by, None, one.text, one.line, False) for one in session.remembered]
    keys = ("month", "date", "by", "channel", "text", "line", "undone")
    rows = ((month, month_text(start + month - 1), *rest) for month, *rest in (*said, *kept))
    return "".join(json.dumps(dict(zip(keys, row, strict=True))) + "\n" for row in rows)


def _series(cast: Cast) -> Iterator[_Series]:
    yield from (_Series(channel, channel, 0) for channel in OF_WORLD)
    for place, side in enumerate(cast.sides):
        yield from (_Series(f"{side}.{one}", one, place) for one in OF_SIDES if one != "held" or cast.territory)
    for place, patron in enumerate(cast.patrons):
        yield from (_Series(f"{patron}.{one}", one, place) for one in OF_RIVALS if place > 0)


def _rows(session: Session, every: list[_Series], start: int) -> str:
    """The rows of the CSV. An event has a row where it happened, all else in every month; one in which the facilitator decided an event has none."""
    lines = [",".join(COLUMNS)]
    before = session.start.lanes.state
    found: list[dict[str, float]] = []
    for played in session.played:
        found.append({one.name: _value(session, played, before, one) for one in every})
        before = played.turn.standing.lanes.state
    decided = _decided(session)
    for one in every:
        for month, values in enumerate(found, start):
            if month in decided:
                continue
            value = values[one.name]
            if value != 0 or CHANNEL[one.channel].kind != "event":
                lines.append(f"{one.name},{month_text(month)},{month_text(month)},{value:.7g},judgement,,")
    return "\n".join(lines) + "\n"


def _value(session: Session, played: Played, before: State, one: _Series) -> float:
    """What a channel shows of a month: the dead as they were reported, all else as it was."""
    turn = played.turn
    if one.channel == "deaths":
        return float(round(float(np.asarray(turn.passed.report.flags.deaths)[0])))
    war = session.table.war(played.given.players)
    wanted = Recorded(one.channel, one.place)
    shown = recorded(war.program.cast, war.job.params, before, turn.standing.lanes.state, turn.passed.report, wanted)
    return float(np.asarray(shown, np.float64).ravel()[0])


def _head(session: Session, name: str, every: list[_Series], cast: Cast) -> str:
    """The YAML of the record; texts stand in quotation marks, as JSON writes them."""
    scenario = session.table.scenario
    decided = _decided(session)
    spans = ", ".join(f"{{from: {month_text(first)}, until: {month_text(last)}}}" for first, last in _watched(session, decided))
    title = f"{scenario.title or scenario.scenario}, as it was played: {session.name}, line {session.line}"
    lines = [
        f"record: {name}",
        f"title: {_quoted(title)}",
        f"war: {_quoted(scenario.scenario)}",
        f"replay: {name}-replay",
        "series:",
    ]
    for one in every:
        channel = CHANNEL[one.channel]
        kind = "event" if channel.kind == "event" else "monthly"
        unit = UNITS.get(channel.kind, channel.unit)
        watched = f", covers: [{spans}]" if kind == "event" else ""
        says = f"{channel.doc}{', as reported' if one.channel == 'deaths' else ''}; of a game"
        lines.append(
            f"  {one.name}: {{unit: {_quoted(unit)}, kind: {kind}, vintage: real-time, observes: {one.channel}, says: {_quoted(says)}{watched}}}"
        )
    lines += [
        "notes:",
        f"  - {_quoted('Nothing here happened: people, programs and theories played it. The transcript has its cards.')}",
        *([f"  - {_quoted(f'{_told(decided)} These months are left out.')}"] if decided else []),
    ]
    return "\n".join(lines) + "\n"


def _decided(session: Session) -> Mapping[int, Mapping[str, int]]:
    """What the facilitator decided, by month of the calendar and by event: it is no evidence of how the war goes by itself."""
    months = enumerate(session.played, session.table.scenario.clock.start)
    return {month: played.given.decrees for month, played in months if played.given.decrees}


def _watched(session: Session, decided: Mapping[int, object]) -> list[tuple[int, int]]:
    """The months in which nothing was decided, as first and last of each stretch. Raises SessionError where a record cannot hold so many."""
    start = session.table.scenario.clock.start
    free = [month for month in range(start, start + len(session.played)) if month not in decided]
    firsts, lasts = ([month for month in free if month + step not in free] for step in (-1, 1))
    if len(firsts) > MOST_SPANS:
        what = f"the facilitator decided events now and then: the rest falls into {len(firsts)} parts, and a record has at most {MOST_SPANS}"
        raise SessionError(what, where=session.name)
    return list(zip(firsts, lasts, strict=True))


def _told(decided: Mapping[int, Mapping[str, int]]) -> str:
    """The same in words."""
    months = (
        f"{month_text(month)}: {', '.join(f'{name} {FATE_OF[fate]}' for name, fate in events.items())}"
        for month, events in decided.items()
    )
    return f"The facilitator decided what happens now and what never does. {'; '.join(months)}."


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _replay(session: Session, name: str) -> Scenario:
    """The war from its first month, with one strategy: what its owner did. Its clock stays, as what is wanted and what is to come hang on it."""
    scenario = session.table.scenario
    owner = scenario.owner
    players = tuple(dict.fromkeys(played.given.players[owner] for played in session.played))
    written = scenario.strategies.get(players[0])
    if len(players) > 1 and not set(players) <= set(ORDERING):
        raise SessionError(f"{owner} was played by {' and then '.join(players)}, and no one strategy says that", where=session.name)
    strategy = _as_played(session) if written is None else written
    clock = scenario.clock.model_copy(update={"known_until": scenario.clock.start + len(session.played) - 1})
    decided = _decided(session)
    changes: dict[str, Any] = {
        "scenario": f"{name}-replay",
        "title": f"{scenario.title or scenario.scenario}: {session.name} replayed",
        "clock": clock,
        "says": " ".join(part for part in (scenario.says, *([_told(decided)] if decided else [])) if part),
        "strategies": {AS_PLAYED: strategy},
        "contingencies": {},
        "claims": {},
        "record": name,
    }
    return scenario.model_copy(update=changes)


def _as_played(session: Session) -> Strategy:
    """The owner's orders, month by month; a request that he left unanswered was refused."""
    owner, start = session.table.scenario.owner, session.table.scenario.clock.start
    moves: list[Move] = []
    for month, played in enumerate(session.played):
        text = played.given.orders.get(owner, "")
        then = session.table.orders(owner, text).owner
        if then is not None:
            moves.append(Move(at=start + month, then=then))
    return Strategy(says="What was ordered at the table.", moves=tuple(moves), otherwise=WrittenOrders(answer="refuse"))
