"""What became of each seat in a game that is over, from what was measured: the front, the dead, support, money, requests, the talks. Points are
counted for the owner alone; of the others nothing is valued here, and it is theirs to say what they make of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from countermove.dynamics.territory import shares
from countermove.play.seats import OPEN_RUNG, Seat
from countermove.play.voice import shown
from countermove.play.war import Turn, War
from countermove.world.measure import Control, of_control
from countermove.world.words import counted, number, percent

STOOD = (
    "the fighting was intense",
    "the war went on along the line",
    "a truce held",
    "a settlement held",
    "the patrons were at war",
    "a side had collapsed",
)
"""How the war stood, by the regimes of world/state.py."""


def nobody_counts(owner: str) -> str:
    """What stands before it."""
    return (
        f"Points are counted for {owner} alone. What became of your seat stands here as it was measured; whether it is what you wanted is for you to "
        "say."
    )


def became(war: War, start: Any, turns: Sequence[Turn], seat: Seat) -> list[str]:
    """Sentences about a seat that is not the owner's. `start`: the State of the first day; `turns`: the months that were played, one at least."""
    return list(_Game(war, start, turns).sentences(seat))


class _Game:
    """A game that is over, to be asked about its seats."""

    def __init__(self, war: War, start: Any, turns: Sequence[Turn]) -> None:
        self.cast, self.title = war.engine.kernel.cast, war.program.titles.actor
        self.control: Control = war.program.scenario.opening.control
        self.start, self.end = start, turns[-1].standing.lanes.state
        self.reports = [turn.passed.report for turn in turns]
        self.states = [start, *(turn.standing.lanes.state for turn in turns)]

    def sentences(self, seat: Seat) -> Iterator[str]:
        yield f"At the end {STOOD[round(_one(self.end.regime))]}."
        if seat.kind == "patron":
            side = self.cast.supports[seat.place]
            yield from self._side(side)
            yield from self._patron(seat.place, self.title(self.cast.sides[side]))
        elif seat.kind == "client":
            yield from self._side(seat.place)
            yield from self._given(seat.place)
        elif seat.kind != "owner":
            yield from self._talks()

    def _side(self, side: int) -> Iterator[str]:
        """Ground and dead of a side."""
        who = self.title(self.cast.sides[side])
        if self.cast.territory:
            was, now = (float(np.asarray(shares(self.cast, state.ground))[side, 0]) for state in (self.start, self.end))
            of = of_control("the contested area", self.control)
            yield f"{who} held {percent(now, 1)} of {of}, and {percent(was, 1)} at the start."
        yield f"Of the soldiers of {who} {number(1000 * sum(_one(one.killed[side]) for one in self.reports), 0)} died."

    def _patron(self, place: int, client: str) -> Iterator[str]:
        who = self.title(self.cast.patrons[place])
        was, now = (_one(state.support[place]) for state in (self.start, self.end))
        open_ = sum(_one(state.rung[place]) >= OPEN_RUNG for state in self.states[1:])
        yield f"Of the soldiers of {who} {number(_one(self.end.dead[place]) - _one(self.start.dead[place]), 0)} died."
        yield f"{who} gave {client} {shown(now)} thousand person-equivalents in the last month, where it gave {shown(was)} at the start."
        yield f"{who} spent {number(_one(self.end.spent[place]) - _one(self.start.spent[place]))} million USD."
        yield f"{who} fought in the open in {counted(open_, 'month')}." if open_ else f"{who} never fought in the open."
        yield self._requests([place], client)

    def _given(self, side: int) -> Iterator[str]:
        """What a client was given, and what it asked for and began."""
        who, behind = self.title(self.cast.sides[side]), [j for j, one in enumerate(self.cast.supports) if one == side]
        for j in behind:
            patron = self.title(self.cast.patrons[j])
            if self.cast.driven(j):
                was, now = (_one(state.support[j]) for state in (self.start, self.end))
                yield f"{patron} gave {who} {shown(now)} thousand person-equivalents in the last month, where it gave {shown(was)} at the start."
            else:
                was, now = (_one(state.rung[j]) for state in (self.start, self.end))
                yield f"{patron} stood on rung {round(now)} at the end, and on rung {round(was)} at the start."
        if behind:
            yield self._requests(behind, who)
        began = round(sum(_one(one.flags.attack[side]) for one in self.reports))
        yield f"{who} began {counted(began, 'major offensive')}." if began else f"{who} began no major offensive."

    def _requests(self, patrons: Sequence[int], client: str) -> str:
        """A request that is made in one month is answered in the next; one of the last month is not answered."""
        asked = sum(_one(state.asked[j]) > 0 for state in self.states[:-1] for j in patrons)
        granted = sum(_one(report.grants[j]) > 0 for report in self.reports for j in patrons)
        if not asked:
            return f"No request of {client} came up for an answer."
        were = f"{granted or 'none'} {'was' if granted < 2 else 'were'} granted"
        return f"Of {counted(asked, 'request')} of {client} that came up for an answer {were}."

    def _talks(self) -> Iterator[str]:
        was, now = (_one(state.track) for state in (self.start, self.end))
        truces = round(sum(_one(one.flags.truce_began) for one in self.reports))
        yield f"The talks stood at {number(now, 2)}, where they stood at {number(was, 2)} at the start; 0 is none, 1 is all there can be."
        yield f"{counted(truces, 'truce')} began." if truces else "No truce began."
        dead, civilians = sum(_one(one.deaths) for one in self.reports), sum(_one(one.civilians) for one in self.reports)
        yield f"{number(dead, 0)} soldiers and {number(civilians, 0)} civilians died."


def _one(values: Any) -> float:
    """Lane 0."""
    return float(np.asarray(values, np.float64).ravel()[0])
