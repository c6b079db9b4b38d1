"""What a game teaches once it is over: the path beside what plans would have done, the silences that were met, regret, forecasts, and the months
that mattered. Numbers only; `after_page` says them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from statistics import NormalDist

import numpy as np

from countermove.decision.objective import worth_of
from countermove.decision.scores import scores
from countermove.engine.draws import prior_draws
from countermove.engine.run import QUANTILES, Batch, Engine, run
from countermove.errors import RunError
from countermove.evidence.forecast_scores import brier
from countermove.play.after_answers import Otherwise, otherwise
from countermove.play.after_lanes import Onward, Replayer, plans_of, shown_of
from countermove.play.after_silences import Silence, silences_met
from countermove.play.forecasts import true_in
from countermove.play.horizons import values_in_game
from countermove.play.month import Hands
from countermove.play.player import DRAWS, EACH, Guessed, Likeness, Weigher, whole
from countermove.play.player_course import Course, Walked, other_lucks, walk
from countermove.play.protocol import FORECAST
from countermove.play.session import FIRST_LINE, Forecast, Guess, News, Remembered, Said
from countermove.play.war import PERSON, War
from countermove.questions.options import RunOptions
from countermove.scenario.schema import Objective
from countermove.world.plan import ANSWERS, ORDERS, Command, written_orders
from countermove.world.state import COLLAPSED, WAR

TRIED = ("hold", "up", "down", "talk")
"""What the owner is made to order in each month in the place of what it ordered, by the names of world/plan.ANSWERS."""
LUCKS = 64
"""Lucks under which a month is played otherwise; plans are played under as many times as there are orders to try."""
_FIRST = 1 << 20  # lucks of branches: none of a table, none of a simulated player
_FALSE_ALARM = 0.05  # that any month at all is told as one that mattered, where none did
ROBUST_DRAWS, ROBUST_LUCKS = 128, 4


@dataclass(frozen=True)
class Scored:
    """A forecast, whether it came true, its Brier score, and how often it comes true from the month in which it was made when that is played on."""

    forecast: Forecast
    happened: bool
    score: float
    base_rate: float
    base_error: float  # of the base rate
    base_score: float
    when: int | None = None
    """The month at whose end it first came true; the one before it was made, where it was so already."""


@dataclass(frozen=True)
class Fan:
    """What one way of playing the owner's seat leads to: quantiles by month, what happens under the table's own luck, and what it is worth.

    `bands` [5, T, SHOWN] at engine.run.QUANTILES, `same_luck` [T, SHOWN]; `points` [n] lane by lane, empty without an objective.
    """

    plan: str  # "" is what was ordered, played again
    bands: np.ndarray
    same_luck: np.ndarray
    points: np.ndarray

    @property
    def value(self) -> tuple[float, float]:
        """Mean points over luck, and the error of the mean."""
        return _mean(self.points)


@dataclass(frozen=True)
class Moment:
    """A month of which another order would have been worth more or less: its points above those of what was ordered, told by lucks by which it was
    not chosen, with their error."""

    month: int  # from 0
    order: str  # of ANSWERS
    gain: float
    se: float


@dataclass(frozen=True)
class Words:
    """What people said in channels, wrote down for the debrief and guessed of hidden players, what the channels are called, and what the
    facilitator told."""

    said: tuple[Said, ...] = ()
    remembered: tuple[Remembered, ...] = ()
    channels: Mapping[str, str] = field(default_factory=dict[str, str])
    guesses: tuple[Guess, ...] = ()
    line: str = FIRST_LINE
    news: tuple[News, ...] = ()


@dataclass(frozen=True)
class After:
    """What there is to say of a game."""

    walked: Walked
    path: np.ndarray  # [T, SHOWN]
    fans: tuple[Fan, ...]  # what was ordered first
    robust: str  # the written plan of which the largest regret over the theories is the least; empty where no plan can be compared
    silences: tuple[Silence, ...]
    forecasts: tuple[Scored, ...]
    pending: tuple[Forecast, ...]  # due after the last month
    moments: tuple[Moment, ...]
    tried: int  # orders that were tried in place of others
    answers: tuple[Otherwise, ...]  # month by month; without an objective none
    unplayed: int  # answers and offensives for which there was no time
    likenesses: tuple[Likeness, ...]
    lucks: int
    points: float  # of the path, nan without an objective
    words: Words

    @property
    def objective(self) -> Objective | None:
        """What the owner values."""
        return self.walked.war.program.scenario.objective

    def fan(self, plan: str) -> Fan:
        """Of one plan."""
        return next(fan for fan in self.fans if fan.plan == plan)

    def regret(self, plan: str) -> tuple[float, float]:
        """How many points a plan is worth above what was ordered, over luck, and the error of that: lucks are shared."""
        return self.gap(plan, "")

    def gap(self, plan: str, other: str) -> tuple[float, float]:
        """The same above another plan."""
        return _mean(self.fan(plan).points - self.fan(other).points)


@dataclass(frozen=True)
class Sizes:
    """How much is computed for a page: `lucks` of a branch; `draws` and simulated players of `each` theory as a Weigher has them."""

    lucks: int = LUCKS
    draws: int = DRAWS
    each: int = EACH
    seed: int = 0


def after_action(
    war: War,
    course: Course,
    forecasts: Sequence[Forecast] = (),
    *,
    sizes: Sizes | None = None,
    robust: str = "",
    words: Words | None = None,
) -> After:
    """Play a course again and find what it teaches.

    Args:
        war: the table, with the cards that were true.
        course: what was ordered.
        forecasts: what seats forecast in these months; of several by one seat of one event, due at one time and made in one month, the last counts.
        sizes: how much is computed.
        robust: the robust plan, where it is known; it takes a run of all plans to find.
        words: what people said and wrote down.

    Raises:
        RunError: a course that cannot be played, a forecast of what cannot be forecast, a plan that there is not.
    """
    walked = walk(war, course)
    for forecast in forecasts:
        _check(forecast, walked)
    forecasts = tuple({(one.seat, one.event, one.until, one.month): one for one in forecasts}.values())
    return _Found(walked, sizes or Sizes()).after(forecasts, robust, words or Words())


@dataclass(frozen=True)
class _Found:
    """A walked war with all that is found by playing it on."""

    walked: Walked
    sizes: Sizes

    def after(self, forecasts: Sequence[Forecast], robust: str, words: Words) -> After:
        walked, objective = self.walked, self.walked.war.program.scenario.objective
        plans = plans_of(walked)
        if robust and robust not in plans:
            raise RunError(f"no strategy is called {robust}", where="robust", next=f"There are {', '.join(plans)}")
        branches = dict(self._branches())
        moments, tried = _moments(branches, objective)
        answers, unplayed = self._answers(objective)
        rates = {month: found.happened[..., : self.sizes.lucks] for month, (found, _) in branches.items()}
        return After(
            walked=walked,
            path=np.stack([shown_of(self.replayer.kernel, turn.passed)[:, 0] for turn in walked.turns]),
            fans=tuple(self._fan(plan, objective) for plan in ("", *plans)),
            robust=robust or robust_plan(walked.war),
            silences=silences_met(walked),
            forecasts=tuple(self._scored(one, rates) for one in forecasts if one.until <= walked.months),
            pending=tuple(one for one in forecasts if one.until > walked.months),
            moments=moments,
            tried=tried,
            answers=answers,
            unplayed=unplayed,
            likenesses=tuple(weigher.likeness(walked, each=self.sizes.each) for weigher in self.weighers),
            lucks=self.replayer.lanes,
            points=_worth(values_in_game(walked.end, walked.war.months, walked.months), objective)[0]
            if objective
            else float("nan"),
            words=words,
        )

    @property
    def people(self) -> tuple[str, ...]:
        """Seats of other patrons that people play in any month."""
        patrons = (seat.name for seat in self.walked.war.seats if seat.kind == "patron")
        return tuple(name for name in patrons if any(war.player(name) == PERSON for war in self.walked.wars))

    @cached_property
    def weighers(self) -> tuple[Weigher, ...]:
        """One for each of them."""
        found = ((name, next(war for war in self.walked.wars if war.player(name) == PERSON)) for name in self.people)
        return tuple(Weigher(war, name, draws=self.sizes.draws, seed=self.sizes.seed) for name, war in found)

    @property
    def blocks(self) -> tuple[str, ...]:
        """What is played side by side in a branch: what was ordered, and what is tried."""
        return ("", *TRIED)

    @cached_property
    def replayer(self) -> Replayer:
        """With what each person may be, once for every lane."""
        lanes, guesses = whole(self.sizes.lucks * len(self.blocks)), dict[int, Guessed]()
        for weigher in self.weighers:
            guesses[weigher.seat.place] = weigher.guess(weigher.path(self.walked), lanes, self.sizes.seed)
        return Replayer(self.walked, guesses, lanes)

    def _fan(self, plan: str, objective: Objective | None) -> Fan:
        """From the first day on, lane 0 under the table's own luck."""
        lanes = self.replayer.lanes
        lucks = other_lucks(_FIRST, lanes)
        lucks[0] = self.walked.war.cards.luck
        found = self.replayer.onward(0, lucks, np.arange(lanes), plan=plan)
        bands = np.quantile(found.shown[..., 1:], QUANTILES, axis=-1)
        worth = _worth(found.measures, objective) if objective else np.zeros(0)
        return Fan(plan, bands, found.shown[..., 0], worth)

    def _branches(self) -> Iterator[tuple[int, tuple[Onward, np.ndarray]]]:
        """From each month in which the war was not over for good: what was ordered and what is tried, under the same lucks; and which orders those
        are. A settled war may come back."""
        count = self.sizes.lucks
        moves = np.stack([_moves(name) for name in TRIED])
        for month, standing in enumerate(self.walked.standings[:-1]):
            if standing.lanes.state.regime[0] in (WAR, COLLAPSED):
                return
            own = self.walked.hands[month].orders[:, 0]
            orders = np.concatenate([own[None], moves])  # [1 + TRIED, ORDERS]
            lucks = other_lucks(_FIRST + self.replayer.lanes + month * count, count)
            which = (np.arange(count) + month * count) % self.replayer.lanes
            lane = np.minimum(np.arange(self.replayer.lanes), count * len(orders) - 1)
            block, luck = np.divmod(lane, count)
            moved = partial(_ordering, month, orders[block].T.astype(np.float32))
            found = self.replayer.onward(month, lucks[luck], which[luck], change=moved)
            yield month, (_first_lanes(found, count * len(orders)), orders)

    def _answers(self, objective: Objective | None) -> tuple[tuple[Otherwise, ...], int]:
        """What the other answers would have been worth, month by month, and for how many there was no time."""
        if objective is None:
            return (), 0
        found, unplayed = list[Otherwise](), 0
        first = _FIRST + self.replayer.lanes + self.walked.months * self.sizes.lucks
        for group, measures in otherwise(self.walked, self.replayer, first):
            if measures is None:
                unplayed += len(group)
                continue
            points = _worth(np.moveaxis(measures, 1, 0), objective)
            found += [Otherwise(one, *_mean(row - points[0])) for one, row in zip(group, points[1:], strict=True)]
        return tuple(sorted(found, key=lambda one: one.choice.month)), unplayed

    def _scored(self, one: Forecast, rates: Mapping[int, np.ndarray]) -> Scored:
        """A forecast that is due."""
        place, begun = FORECAST.index(one.event), one.month - 1
        every = [standing.lanes for standing in self.walked.standings]
        when = true_in(self.replayer.kernel.cast, every, one.event, one.month, one.until)
        happened, already = when is not None, when == begun
        nothing = np.zeros(self.sizes.lucks, bool)  # comes of a war that is over for good
        later = rates[begun][: one.until - begun, place].any(axis=0) if begun in rates else nothing
        rate = 1.0 if already else float((later.sum() + 0.5) / (later.size + 1))  # from so few replays nothing is never, or always
        error = float(np.sqrt(rate * (1 - rate) / later.size))
        return Scored(one, happened, float(brier(one.probability, happened)), rate, error, float(brier(rate, happened)), when)


def _check(one: Forecast, walked: Walked) -> None:
    if one.event not in FORECAST:
        raise RunError(f"{one.event} cannot be forecast", where="forecasts", next=f"There are {', '.join(FORECAST)}")
    if not 1 <= one.month <= walked.months + 1 or one.until < one.month or not 0 <= one.probability <= 1:
        said = f"a forecast of {one.probability:g}, made in month {one.month} of {walked.months}, for month {one.until}"
        raise RunError(said, where="forecasts", next="A probability, for the month in which it was made or a later one")


def _moves(name: str) -> np.ndarray:
    """An answer as orders [ORDERS]; that nothing changes is none."""
    command: Command = next(answer.command for answer in ANSWERS if answer.name == name)
    row = np.full(len(ORDERS), np.nan)
    for order, value in written_orders(command).items():
        row[ORDERS.index(order)] = value
    return row


def _ordering(month: int, orders: np.ndarray, now: int, hands: Hands) -> Hands:
    """In a month (from 0) the owner orders this [ORDERS, n]."""
    return hands._replace(orders=orders) if now == month else hands


def _worth(measures: np.ndarray, objective: Objective | None) -> np.ndarray:
    return worth_of(measures, objective, "the game")


def _moments(branches: Mapping[int, tuple[Onward, np.ndarray]], objective: Objective | None) -> tuple[tuple[Moment, ...], int]:
    """The months that mattered, the largest first, and how many orders were tried.

    Of a month two orders are looked at: the one that differs most, and the one that is most above what was ordered. They are chosen on the lucks of
    even number and told by the others, so that none is chosen for its luck. An order is told if what it shows would be rare among as many of which
    none mattered.
    """
    if objective is None:
        return (), 0
    found: list[Moment] = []
    tried = 0
    for month, (onward, orders) in branches.items():
        points = _worth(onward.measures, objective).reshape(len(orders), -1)
        gains = points[1:] - points[0]
        other = [k for k, gain in enumerate(gains) if np.any(gain != 0)]
        tried += len(other)
        if other:
            even = gains[:, 0::2].mean(axis=1)
            most, best = max(other, key=lambda k: abs(float(even[k]))), max(other, key=lambda k: float(even[k]))
            looked = [most] if best == most or even[best] <= 0 else [most, best]
            found += [Moment(month, TRIED[k], *_mean(gains[k, 1::2])) for k in looked]
    sure = NormalDist().inv_cdf(1 - _FALSE_ALARM / 2 / max(len(found), 1))
    kept = [one for one in found if abs(one.gain) > max(sure * one.se, objective.matters)]
    return tuple(sorted(kept, key=lambda one: -abs(one.gain))), tried


def robust_plan(war: War) -> str:
    """The written plan of which the largest expected regret over the theories is the least, by the priors and the whole clock.

    Empty where no plan can be compared.
    """
    program = war.program
    if program.scenario.objective is None or not program.strategy_names:
        return ""
    if len(program.strategy_names) == 1:
        return program.strategy_names[0]
    batch = Batch(prior_draws(program, ROBUST_DRAWS, 0), lucks=ROBUST_LUCKS)
    runs = run(Engine(program), batch, RunOptions().executor)
    weights = dict(zip((theory.name for theory in program.theories), program.weights, strict=True))
    behind, _ = scores(runs, program.scenario.objective, weights).behind()
    return runs.strategies[int(behind[:, :-1].max(axis=1).argmin())]


def _first_lanes(found: Onward, count: int) -> Onward:
    """Without the lanes that fill up the last ones."""
    return Onward(*(part[..., :count] for part in found))


def _mean(values: np.ndarray) -> tuple[float, float]:
    """The mean and its standard error."""
    if len(values) < 2:
        return float("nan"), float("nan")
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))
