"""What is found of a rival who thinks ahead: every plan against him, what stakes would turn the answer, equilibria, and how far to trust it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from countermove.questions.claims.finding import Statistic
from countermove.show.figure import Figure
from countermove.show.picture import HasFigures
from countermove.world.certainty import VerdictKind
from countermove.world.display import Cells, Result
from countermove.world.titles import NOT_IN_JSON, UNTITLED, Titles

REPLY = "reply "  # how what is computed in the game is called
View = Literal["theories", "knowing", "equilibrium"]
"""How the rival plays: as the theories by their weights, knowing the plan and answering it as well as he can, or by the equilibrium."""
VIEWS: tuple[View, ...] = ("theories", "knowing", "equilibrium")


def steady_name(level: float) -> str:
    """What it is called that the rival aims at one level of support in every month."""
    if level == 0:
        return "nothing throughout"
    return "its first support throughout" if level == 1 else f"{level:g} times its first support throughout"


@dataclass(frozen=True)
class MeanError:
    """A mean over draws and its Monte-Carlo error, from 16 scrambles; the error of a difference is that of the runs' own differences."""

    mean: float
    se: float


@dataclass(frozen=True)
class PlanAhead:
    """One plan against a rival who thinks ahead.

    `worth` in points, by view; `behind` the plan that is best in that view, of the same runs; `chosen` what each type of the rival does who
    knows the plan (a theory, or a reply computed in the game), `gains` what that brings him over the best theory, thousand person-equivalents
    over the war, and `support` what he then gives, in multiples of his baseline; `offset` the share of the aid's effect on the balance that the
    equilibrium's rival undoes, where the plan delivers arms and the effect can be told from 0.
    """

    strategy: str
    worth: Mapping[View, MeanError]
    behind: Mapping[View, MeanError]
    chosen: tuple[str, ...]
    gains: MeanError
    support: Mapping[View, float]
    offset: MeanError | None


@dataclass(frozen=True)
class Leading:
    """The best plan in a view, by how much it leads the next, and those that are not told from it."""

    view: View
    best: str
    other: str
    lead: MeanError
    kind: VerdictKind
    level: tuple[str, ...]  # not worse by what matters, or not told


@dataclass(frozen=True)
class AtStakes:
    """The plans against a rival who knows them, if his stakes were `ratio` times what the median of the prior has (`stakes`: as `stake-ratio`)."""

    ratio: float
    stakes: float
    worth: Mapping[str, MeanError]  # points
    support: Mapping[str, float]  # multiples of his baseline
    best: str
    level: tuple[str, ...]


@dataclass(frozen=True)
class RivalAt:
    """What the rival gives who knows the plan, where the owner stands on a rung and his client is so short; `share` of the months of all plans."""

    rung: int
    shortfall: str  # in words
    low: float  # of the shortfall above the first day's; -inf, inf: no end
    high: float
    support: float  # multiples of his baseline
    share: float


@dataclass(frozen=True)
class Prize:
    """What success is worth to the rival, as so many times the prize of the static reply: from `low` to `high` his first support is the best that he
    could hold throughout, if nothing new were sent; `taken` is what is reckoned with. Where `low` is not below `high` there is no such prize."""

    low: float
    high: float
    taken: float


def mean_support(rows: Iterable[RivalAt]) -> tuple[float, float]:
    """What he gives over some places, by their shares, and the sum of these; nan where no time is spent."""
    met = tuple(rows)
    share = sum(row.share for row in met)
    return (sum(row.support * row.share for row in met) / share, share) if share > 0 else (math.nan, 0.0)


@dataclass(frozen=True)
class Deviation:
    """What somebody gains by the best deviation that was found: in the game by recursion, in the war by search on other luck."""

    who: str
    unit: str
    in_game: float
    in_war: MeanError
    best: str  # the best deviation in the war
    bound: float


@dataclass(frozen=True)
class EquilibriumFound:
    """An equilibrium of the game in best replies: the owner's best or worst of those that were found, month by month.

    `game` and `war` what it is worth to the owner, in points, in either; `gap` the game's less the war's, and the shares of the war's months
    `outside` the game, or with moves `beyond` it; `behind` what it is worth less than the first, in the war. `rival` what it is worth to each type
    in the game, thousand person-equivalents; of all stage games (`games`) `several` have more than one equilibrium, `mixed` none in pure play.
    """

    choice: str
    game: float
    war: MeanError
    gap: MeanError
    outside: float
    beyond: float
    behind: MeanError
    rival: tuple[float, ...]
    rung: float  # the owner's mean
    support: float  # the rival's mean, multiples of his baseline
    games: int
    several: int
    mixed: int
    deviations: tuple[Deviation, ...]


@dataclass(frozen=True)
class GapFound:
    """The same play in the war and in a game that was made of it, in points to the owner; `gap` is the game's less the war's, both of the same
    draws. Shares of the months: `outside` in states that the game does not have, `beyond` with moves that it does not have or allow."""

    strategy: str
    theory: str
    simulator: MeanError
    game: MeanError
    gap: MeanError
    outside: float
    beyond: float


def mean_size(gaps: Sequence[GapFound]) -> float:
    """How far games are off on average, in points; nan of none."""
    return sum(abs(row.gap.mean) for row in gaps) / len(gaps) if gaps else math.nan


def left_by_sampling(gaps: Sequence[GapFound]) -> float:
    """What the mean size would be if none were off: sqrt(2/pi) of a normal error is the mean of its size; nan of none."""
    return math.sqrt(2 / math.pi) * sum(row.gap.se for row in gaps) / len(gaps) if gaps else math.nan


def worst_of(gaps: Sequence[GapFound]) -> GapFound:
    """The one that is off most."""
    return max(gaps, key=lambda row: abs(row.gap.mean))


@dataclass(frozen=True)
class SizeTried:
    """How finely the war was seen, and the mean size of the gaps then, over all plans and theories, points."""

    says: str
    states: int  # of all plans' own games together
    gap: float
    error: float  # what the mean size would be if no game were off: what sampling alone leaves
    worst: MeanError  # the largest of them: of many noisy numbers, so that luck makes it larger


@dataclass(frozen=True)
class Opponent:
    """The game against an opponent of another kind, in points to the owner: one who errs, thinks few steps ahead, or sees moves declared."""

    name: str
    says: str
    worth: float


@dataclass(frozen=True)
class ClaimAhead:
    """A claim of the argument asked of a rival who thinks ahead: its statistic over all plans, by view, with its interval and verdict."""

    id: str
    says: str
    criterion: str
    statistic: Mapping[View, Statistic]


@dataclass(frozen=True, repr=False)
class Solved(Result, HasFigures):
    """Every plan against a rival who thinks ahead. `sentences`: in words; `doubts`: what could not be found, or is outside its bound."""

    json_keys: ClassVar[str] = "* **hashes"
    scenario: str
    owner: str
    rival: str
    client: str  # the rival's
    matters: float
    states: str  # how large the game is, in words
    stakes: tuple[float, ...]  # of each type
    prize: Prize
    highest: float  # support that the rival can aim at, multiples of his baseline
    plans: tuple[PlanAhead, ...]
    leading: tuple[Leading, ...]
    curve: tuple[AtStakes, ...]
    policy: tuple[RivalAt, ...]
    equilibria: tuple[EquilibriumFound, ...]
    commitment: MeanError | None  # points that declaring the best plan is worth over the equilibrium, in the war
    claims: tuple[ClaimAhead, ...]
    gaps: tuple[GapFound, ...]  # of each plan's own game under every theory
    general_gaps: tuple[
        GapFound, ...
    ]  # of the game of all plans, where the equilibrium is: each plan against the equilibrium's rival
    sizes: tuple[SizeTried, ...]
    opponents: tuple[Opponent, ...]
    sentences: tuple[str, ...]
    doubts: tuple[str, ...]
    draws: int
    lucks: int
    seed: int
    seconds: float
    hashes: Mapping[str, str]
    files: Mapping[str, str] = field(
        default_factory=dict[str, str], repr=False, metadata=NOT_IN_JSON
    )  # texts for Gambit, by format
    titles: Titles = field(default=UNTITLED, repr=False, metadata=NOT_IN_JSON)

    @property
    def highest_level(self) -> str:
        """What a rival does who aims at the most that he may, throughout."""
        return steady_name(self.highest)

    def leader(self, view: View) -> Leading | None:
        """Who leads in a view; None where it was not asked, or one plan is alone."""
        return next((row for row in self.leading if row.view == view), None)

    @property
    def turns(self) -> bool:
        """Whether a rival who knows the plan changes the answer: no plan that may be the best by the theories may be so against him."""
        before, after = self.leader("theories"), self.leader("knowing")
        return before is not None and after is not None and set(before.level).isdisjoint(after.level)

    def figures(self) -> tuple[Figure, ...]:
        """Every plan's worth at other stakes of the rival, and what he gives where; without those that were not asked for."""
        from countermove.questions.solve.pictures import policy_figure, stakes_figure  # they are made of a finding

        return tuple(figure for figure in (stakes_figure(self), policy_figure(self)) if figure is not None)

    def cells(self) -> Cells:
        """A row for each plan and view: its worth, how far it is behind the best, and what the rival gives."""
        rows = tuple(
            (plan.strategy, view, worth.mean, worth.se, plan.behind[view].mean, plan.behind[view].se, plan.support[view])
            for plan in self.plans
            for view, worth in plan.worth.items()
        )
        columns = ("worth (points)", "se (points)", "behind (points)", "behind se (points)", "rival's support (baseline)")
        return Cells(("strategy", "rival", *columns), rows)
