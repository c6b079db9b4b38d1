"""A played war from one of its months on, under other luck: the owner by its orders or by a plan, the other patrons as they have shown themselves.

In the months in which a person plays a patron it is played on by the theories that he looks like, each as often as it is probable, with their own
numbers as the record leaves them: an order is worth what it is worth against a rival that answers. Clients ask and attack as people ordered, and
what the facilitator decided happens again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from countermove.engine.months import Job, Kernel
from countermove.games.one_month import NO_ORDERS
from countermove.play.forecasts import happened_in
from countermove.play.horizons import in_game
from countermove.play.month import CHANCE, Hands, Lanes, Passed
from countermove.play.player import Guessed
from countermove.play.player_course import Walked, job_of, open_kernel, pass_month, wide
from countermove.play.player_months import lanes_alike
from countermove.play.war import PERSON

SHOWN = ("own rung", "rival support", "balance", "deaths")
"""What the page shows of a month, by the names of world/monthly.py."""
_KEPT = "support.start"  # where a patron began is as it was


class Onward(NamedTuple):
    """n wars from a month on, m months each."""

    shown: np.ndarray  # [m, SHOWN, n]
    happened: np.ndarray  # [m, FORECAST, n]
    measures: np.ndarray  # [M, n] after the last month that was played


class Replayer:
    """Plays a walked war on, in a number of lanes that is always the same.

    `guesses`: by the place of each patron that a person plays in any month. One without a guess aims at what was ordered.
    """

    def __init__(self, walked: Walked, guesses: Mapping[int, Guessed], lanes: int) -> None:
        """One program for all that is asked."""
        self.walked, self.guesses, self.lanes = walked, guesses, lanes
        self.kernel: Kernel = open_kernel(walked.war)

    def onward(
        self,
        month: int,
        lucks: np.ndarray,
        which: np.ndarray,
        *,
        plan: str = "",
        change: Callable[[int, Hands], Hands] | None = None,
    ) -> Onward:
        """From the start of `month` (from 0) to the last that was played.

        Args:
            month: the first.
            lucks: the luck of each lane [n].
            which: of the guesses at each player the one that holds in each lane [n].
            plan: the written strategy that the owner follows; empty: what it ordered.
            change: what people do in a month (from 0), from what they did; None: the same.
        """
        lanes = lanes_alike(self.walked.standings[month].lanes, self.lanes)
        shown, happened, passed = list[np.ndarray](), list[np.ndarray](), None
        for now in range(month, self.walked.months):
            hands = self._hands(now, plan)
            if change is not None:
                hands = change(now, hands)
            before = () if now == month else self._by_people(now - 1)
            lanes = self._remembering(lanes, now, which, [place for place in self._by_people(now) if place not in before])
            aims = np.repeat(self.walked.aims[now][:, None], self.lanes, axis=1)
            passed = pass_month(self.kernel, self._job(now, lucks, which, plan), lanes, now, hands, aims)
            lanes = passed.lanes
            shown.append(shown_of(self.kernel, passed))
            happened.append(happened_in(self.kernel.cast, lanes))
        assert passed is not None  # a walked war has a month
        measures = in_game(np.asarray(passed.measures), self.walked.war.months, self.walked.months)
        return Onward(np.stack(shown), np.stack(happened), measures)

    def _by_people(self, month: int) -> Sequence[int]:
        """The patrons that people play in a month, of those at whom there is a guess."""
        war = self.walked.wars[month]
        return [place for place in self.guesses if war.player(self.kernel.cast.patrons[place]) == PERSON]

    def _remembering(self, lanes: Lanes, month: int, which: np.ndarray, places: Sequence[int]) -> Lanes:
        """The war at the start of a month, with what each guess at the players of some patrons remembers."""
        modes, alarms = np.array(lanes.state.mode), np.array(lanes.state.alarm)
        for place in places:
            guessed = self.guesses[place]
            modes[place], alarms[place] = guessed.modes[month, which], guessed.alarms[month, which]
        return lanes._replace(state=lanes.state._replace(mode=modes, alarm=alarms))

    def _hands(self, month: int, plan: str) -> Hands:
        """What people do again in a month."""
        hands = wide(self.walked.hands[month], self.lanes)
        for place in self._by_people(month):
            hands.exits[place] = hands.grants[place] = CHANCE
        return hands._replace(orders=np.full_like(hands.orders, np.nan)) if plan else hands

    def _job(self, month: int, lucks: np.ndarray, which: np.ndarray, plan: str) -> Job:
        """Each lane with its luck, and with its guess at every player."""
        war = self.walked.wars[month]
        job = job_of(war, lucks)
        theories, params = np.array(job.theories), dict(job.params)
        for place in self._by_people(month):
            guessed = self.guesses[place]
            theories[place] = guessed.theories[which]
            for name, numbers in guessed.numbers.items():
                if name != _KEPT:
                    row = params[name] if params[name].shape[-1] == self.lanes else np.repeat(params[name], self.lanes, axis=-1)
                    row = np.array(row)
                    row[..., place, :] = numbers[..., which]
                    params[name] = row
        sheet = war.engine.sheets[plan] if plan else job.plan
        return job._replace(theories=theories, params=params, plan=sheet)


def shown_of(kernel: Kernel, passed: Passed) -> np.ndarray:
    """What the page shows of a month [SHOWN, n]."""
    state = passed.lanes.state
    support = sum((np.asarray(state.support[j]) for j in kernel.cast.enemies[0]), np.zeros_like(state.oil))
    rows = (state.rung[0], support, passed.report.balance[0], passed.report.deaths)
    return np.stack([np.asarray(row, np.float32) for row in rows])


def plans_of(walked: Walked) -> Sequence[str]:
    """The written strategies that the owner could have followed."""
    return [name for name in walked.war.program.strategy_names if name != NO_ORDERS.name]
