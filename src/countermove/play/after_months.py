"""The game month by month, as those who played it count: what happened and changed, what every seat ordered, what was said, and what the facilitator
told and decided; who asked, answered and attacked; what was written down for the debrief."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from countermove.engine.replay import event_words
from countermove.play.after import After
from countermove.play.after_answers import answer_of, attacked
from countermove.play.after_changes import changes_in
from countermove.play.after_silences import in_words
from countermove.play.after_words import DID, month_of_game, seat_title, who_is, whose
from countermove.play.decreed import decreed_words
from countermove.play.seats import OBSERVERS
from countermove.play.session import Remembered, Said
from countermove.play.war import PERSON
from countermove.scenario.explain import orders_in_words
from countermove.scenario.seat_orders import SeatOrders
from countermove.world.tables import Cell, Row, Table
from countermove.world.titles import quoted
from countermove.world.words import capitalized, listed, number

SILENT = "the strategy is silent"
PAST = {
    "truce begins": "a truce began",
    "truce breaks": "the truce broke",
    "clash": "the patrons' forces clashed",
    "incident": "there was an incident beyond the theatre",
    "prisoner exchange": "prisoners were exchanged",
    "the war is settled": "the war was settled",
    "direct war begins": "war broke out between the patrons",
    "a side collapses": "a side collapsed",
    "fighting grows intense": "the fighting grew intense",
}
"""Of engine.replay.event_words, as a debrief says it."""


@dataclass(frozen=True)
class Line:
    """What somebody ordered or said: who, where it was said, and the words, as they are."""

    who: str
    where: str
    text: str


@dataclass(frozen=True)
class MonthTold:
    """A month: what the facilitator told and decided, what was said and ordered, the events of the war, and what else changed. `played`: whether it
    was."""

    month: str
    happened: str
    ordered: tuple[Line, ...]
    said: tuple[Line, ...]
    played: bool = True
    told: tuple[Line, ...] = ()
    changed: tuple[str, ...] = ()


def months_told(found: After) -> list[MonthTold]:
    """Every month that was played, and the one after it if anything was said or told in it."""
    happened = happened_words(found)
    every = [
        MonthTold(
            month_of_game(found, place),
            capitalized(text),
            tuple(_orders(found, place)),
            tuple(_said(found, place)),
            told=(*_told(found, place), *_decided(found, place)),
            changed=tuple(capitalized(one) for one in changes_in(found.walked, place)),
        )
        for place, text in enumerate(happened)
    ]
    last, told = tuple(_said(found, len(happened))), tuple(_told(found, len(happened)))
    after = MonthTold(month_of_game(found, len(happened)), "", (), last, played=False, told=told)
    return [*every, *([after] if last or told else [])]


def happened_words(found: After) -> list[str]:
    """What happened in each month, in words."""
    turns, cast = found.walked.turns, found.walked.war.engine.kernel.cast
    title = found.walked.war.program.titles.actor
    sides, patrons = tuple(map(title, cast.sides)), tuple(map(title, cast.patrons))
    report, state = turns[0].passed.report, turns[0].standing.lanes.state
    flags = type(report.flags)(
        *(np.stack([np.asarray(turn.passed.report.flags[k]) for turn in turns]) for k in range(len(report.flags)))
    )
    report = report._replace(flags=flags, silent=np.stack([np.asarray(turn.passed.report.silent) for turn in turns]))
    states = [turn.standing.lanes.state for turn in turns]
    state = state._replace(regime=np.stack([one.regime for one in states]), asked=np.stack([one.asked for one in states]))
    told = [event_words(report, month, sides, patrons, state) for month in range(len(turns))]
    asked = zip(patrons, cast.supports, strict=True)
    past = {
        **PAST,
        **{f"{patron}'s client asks for more": f"{sides[side]} asked {patron} for more" for patron, side in asked},
        **{f"{side} attacks": f"{side} attacked" for side in sides},
        **{f"{patron} quits": f"{patron} left the war" for patron in patrons},
    }
    return [", ".join(past.get(part, part) for part in text.split(", ") if part != SILENT) for text in told]


def _orders(found: After, month: int) -> Iterator[Line]:
    """What every seat ordered in a month, in words, and in one line who might have and did not."""
    program, silent = found.walked.war.program, list[str]()
    rungs = [rung.name for rung in program.scenario.patrons[program.cast.patrons[0]].ladder]
    war, given = found.walked.wars[month], found.walked.course.orders[month]
    for seat in war.seats:
        text = "; ".join(_one_order(given.get(seat.name, SeatOrders()), rungs))
        if text:
            yield Line(seat_title(program, seat.name), "", text)
        elif seat.place >= 0 and war.player(seat.name) == PERSON:
            silent.append(seat_title(program, seat.name))
    if silent:
        yield Line(listed(silent), "", "nothing")


def _one_order(orders: SeatOrders, rungs: Sequence[str]) -> list[str]:
    parts = [] if orders.owner is None else [in_words(orders_in_words(orders.owner), rungs)]
    if orders.support is not None:
        parts.append(f"support of {number(orders.support)} thousand")
    parts += [
        text for text, given in (("leave the war", orders.exit), ("ask for more", orders.ask), ("attack", orders.attack)) if given
    ]
    return [*parts, *([f"{orders.answer} the request"] if orders.answer else [])]


def _said(found: After, month: int) -> Iterator[Line]:
    """What was said in a month, in its order."""
    for one in found.words.said:
        if one.month == month + 1:
            channel = quoted(found.words.channels.get(one.channel, one.channel))
            yield Line(who_is(found.walked.war.program, one.by), f"in {channel}{_elsewhere(found, one)}", one.text)


def _told(found: After, month: int) -> Iterator[Line]:
    """What the facilitator told in a month, and to whom."""
    program = found.walked.war.program
    for one in found.words.news:
        if one.month == month + 1:
            watching = [name for name in one.to if name.startswith("observer-")]
            to = [who_is(program, name) for name in one.to if name not in watching]
            to += ["the observers"] if len(watching) == OBSERVERS else [who_is(program, name) for name in watching]
            yield Line("The facilitator", f"to {listed(to) or 'everybody'}", one.text)


def _decided(found: After, month: int) -> Iterator[Line]:
    """Which events the facilitator decided."""
    program = found.walked.war.program
    titles = {name: program.titles.actor(name) for name in program.cast.sides}
    for event, fate in found.walked.course.event(month).items():
        yield Line("The facilitator", "decided", decreed_words(event, fate, titles))


def _elsewhere(found: After, one: Said | Remembered) -> str:
    """Where it belongs to months that were taken back, or to another line of play."""
    undone = isinstance(one, Said) and one.undone
    away = f", in the line {quoted(one.line)}" if one.line != found.words.line else ""
    return f"{away}, before the month was taken back" if undone else away


def remembered_table(found: After) -> Table:
    """What seats wrote down for the debrief, seat by seat and month by month."""
    program = found.walked.war.program
    places = {seat.name: place for place, seat in enumerate(found.walked.war.seats)}
    every = sorted(found.words.remembered, key=lambda one: places.get(one.by, len(places)))  # a stable sort keeps each seat's order
    rows = [(who_is(program, one.by), month_of_game(found, one.month - 1) + _elsewhere(found, one), one.text) for one in every]
    caption = "What each seat wrote down for the debrief while the cards were hidden. It is as it was written."
    return Table.of(caption, ("who", "when", "what"), rows, prose=True)


def seats_table(found: After) -> Table:
    """Seat by seat who asked, answered and attacked; months without any of it are left out."""
    cast, title = found.walked.war.engine.kernel.cast, found.walked.war.program.titles.actor
    names = (*cast.patrons, *cast.sides)
    rows: list[Row] = []
    for month in range(found.walked.months):
        cells = [*(_patron_did(found, month, j) for j in range(len(cast.patrons)))]
        cells += [_side_did(found, month, i) for i in range(len(cast.sides))]
        if any(cells):
            rows.append(Row.of((month_of_game(found, month), *(Cell(capitalized(text)) for text in cells))))
    caption = (
        "Who asked, who answered and who attacked. What is asked in one month is answered in the next; months in which there was nothing of it "
        "are left out."
    )
    return Table.of(caption, ("month", *map(title, names)), rows, prose=True)


def _patron_did(found: After, month: int, place: int) -> str:
    walked = found.walked
    cast, title = walked.war.engine.kernel.cast, walked.war.program.titles.actor
    did, client = answer_of(walked, month, place), title(cast.sides[cast.supports[place]])
    parts = [DID[did].format(client=whose(client))] if did is not None else []
    left = float(np.asarray(walked.turns[month].passed.report.flags.quit)[place, 0]) > 0
    return "; ".join([*parts, *(["left the war"] if left else [])])


def _side_did(found: After, month: int, place: int) -> str:
    walked = found.walked
    cast, title = walked.war.engine.kernel.cast, walked.war.program.titles.actor
    asked = np.asarray(walked.turns[month].standing.lanes.state.asked)[:, 0]
    of = [title(name) for j, name in enumerate(cast.patrons) if cast.supports[j] == place and asked[j] > 0]
    parts = [f"asked {listed(of)} for more"] if of else []
    if attacked(walked, month, place):
        parts.append("attacked")
    elif walked.course.orders[month].get(cast.sides[place], SeatOrders()).attack:
        parts.append("ordered an attack, which did not begin")
    return "; ".join(parts)
