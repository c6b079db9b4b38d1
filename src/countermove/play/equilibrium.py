"""An equilibrium in a seat: the owner, or the rival, who plays each month what the equilibrium of `countermove solve` plays where the war stands.

It is a player that orders: what it does is committed and lies in the transcript, as a person's orders do, so that a session is played again without
anything being solved. It sees where the war stands without fog, as the game does, and nobody's orders of the month. Its luck is that of the table's
cards, by month: a month that is taken back, and comes again, finds it doing the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from countermove.errors import SessionError
from countermove.games.extract import Extraction
from countermove.games.in_the_war import one_of
from countermove.games.limit import Limit
from countermove.games.one_month import Lanes, standing
from countermove.play.agents import support_order
from countermove.play.room import Thinker
from countermove.play.session import Session
from countermove.play.table import may_think
from countermove.play.war import LUCKS, Standing, War
from countermove.questions.options import Progress, silent
from countermove.questions.solve.equilibrium import limit_of
from countermove.questions.solve.look_ahead import LookAhead, SolveOptions
from countermove.rng.seeds import stream_of
from countermove.scenario.schema import Scenario

_LUCK = 0xE9 << 32  # the first of the streams of a table's seed, one for each draw and luck
_OWNER, _RIVAL, _BELIEF = range(3)  # of a month's chances


def thinker_of(scenario: Scenario, progress: Progress = silent, options: SolveOptions | None = None) -> Thinker:
    """The war solved as `countermove solve` does it, and its equilibrium that is best for the owner. Raises CountermoveError."""
    ahead = LookAhead.of(scenario, options or SolveOptions(), progress)
    found = limit_of(ahead, "best")
    ahead.shelf.finish()
    return Equilibrium(ahead.made, found).orders


@dataclass(frozen=True)
class Equilibrium:
    """The two policies of an equilibrium of a game that was made of a war."""

    made: Extraction
    found: Limit

    def orders(self, session: Session, name: str) -> str:
        """What the seat orders in the month that is to be played, as text; nothing where the war stands outside the game, in which both
        stay where they are. Raises SessionError for a seat that no equilibrium plays."""
        table = session.table
        seat = table.seat(name)
        if not may_think(seat, table.scenario.rival):
            raise SessionError(f"no equilibrium plays {seat.title}", where="seat", next="The owner, or the rival")
        war = table.war(session.players)
        index = session.month - 1
        at, inside = self._where(war, session.standing)
        if not inside:
            return ""
        chances = self._luck(war)[index]
        corners, weights = self.found.grid.corners(self._belief(session, war))
        corner = int(corners[_one(weights, chances[_BELIEF])])
        if seat.kind == "owner":
            move = _one(self.found.owner_play[index, at, corner], chances[_OWNER])
            return f"rung: {table.scenario.patrons[name].ladder[int(self.made.moves.own[move])].name}"
        move = _one(self.found.rival_play[index, at, corner, :, self._kind(war)], chances[_RIVAL])
        return support_order(name, float(self.made.moves.rival[move]), table.seen(session.standing)[name])

    def _where(self, war: War, stands: Standing) -> tuple[int, bool]:
        """The state of the game in which the war stands, and whether the game has it."""
        lanes = Lanes(stands.lanes.state, stands.lanes.sums)
        stood = standing(war.engine.kernel, war.program.rival, war.job, lanes, stands.lanes.first)
        at, inside = self.made.located(self.made.bins.number(self.made.board.seen(stood, stands.month)))
        return int(at[0]), bool(inside[0])

    def _belief(self, session: Session, war: War) -> np.ndarray:
        """What the rival's moves so far say of his type [K], by Bayes; a move that nobody would make says nothing."""
        belief = np.asarray(self.made.game.types, np.float64)
        before, luck = session.start, self._luck(war)
        for index, month in enumerate(session.played):
            after = month.turn.standing
            at, inside = self._where(war, before)
            if inside:
                corners, weights = self.found.grid.corners(belief)
                corner = int(corners[_one(weights, luck[index, _BELIEF])])
                joint = self.found.rival_play[index, at, corner, self._move(war, after)].astype(np.float64) * belief
                if joint.sum() > 0:
                    belief = joint / joint.sum()
            before = after
        return belief

    def _move(self, war: War, after: Standing) -> int:
        """The rival's move of the game that is nearest to what he aimed at."""
        rival = war.program.rival
        base = np.asarray(war.job.params["patron.baseline"], np.float64)[rival].ravel()[0]
        times = float(after.aims[rival, 0]) / max(float(base), 1e-9)
        axes = {axis.name: axis for axis in self.made.bins.axes}
        return int(axes["rival support"].place(np.array([times]))[0])

    def _kind(self, war: War) -> int:
        """The type of the table's rival: the rank of its stake-ratio among the draws of the game."""
        rival, types = war.program.rival, len(self.made.stakes)
        own = float(np.asarray(war.job.params["patron.stake-ratio"][rival], np.float64).ravel()[0])
        drawn = np.asarray(self.made.board.drawn.values["patron.stake-ratio"][rival], np.float64)
        return min(int(np.mean(drawn < own) * types), types - 1)

    def _luck(self, war: War) -> np.ndarray:
        """The chances of every month [T, 3]."""
        cards = war.cards
        return stream_of(cards.seed, _LUCK + cards.draw * LUCKS + cards.luck).random((war.months, 3))


def _one(chances: np.ndarray, uniform: float) -> int:
    """One of the places by their chances."""
    return int(one_of(np.asarray(chances)[None, :], np.array([uniform]))[0])
