"""What a comparison finds: two runs of the program, or two strategies in one run; every difference is B - A. Months count from 1."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple, dataclass, field, fields, replace
from typing import ClassVar, Literal

from countermove.world.certainty import amount_certainty
from countermove.world.display import Cells, Result
from countermove.world.measure import titled
from countermove.world.tables import Table
from countermove.world.titles import NOT_IN_JSON, UNTITLED, Titles
from countermove.world.words import decimals_of, mean_error, number, percent


@dataclass(frozen=True)
class Differs:
    """Something about how the two runs were made, or about their scenario, that is not the same."""

    what: str
    a: str
    b: str


@dataclass(frozen=True)
class Difference:
    """One measure of one strategy under one theory: means of A and B, B - A and its Monte-Carlo error.

    `p` is two-sided, `adjusted` is p after the correction for all that was compared. `share` is the difference as a share of the measure's
    standard deviation over all runs. `rank` is by |difference| / se, `by_size` by |share|; both count from 1. An error of 0 is a difference
    that is the same in every scramble. Measure "objective" is in points. Where strategies are compared, `strategy` is B.
    """

    strategy: str
    theory: str
    measure: str
    unit: str
    a: float
    b: float
    difference: float
    se: float
    p: float
    adjusted: float
    significant: bool
    share: float
    rank: int = 0
    by_size: int = 0

    @property
    def number_text(self) -> tuple[str, str, str]:
        """A, B, and B - A with its error, with as many decimals as the error is worth."""
        return number_text(self.a, self.b, self.difference, self.se)


def number_text(a: float, b: float, difference: float, se: float) -> tuple[str, str, str]:
    """Two numbers, and their difference with its error, with as many decimals as the error is worth; three figures where it is none."""
    decimals = decimals_of(se) if se > 0 else None
    return number(a, decimals), number(b, decimals), mean_error(difference, se)


@dataclass(frozen=True)
class RegretChange:
    """Expected regret of a strategy in A and in B, in points, among the strategies that both have; theory "weighted" too."""

    strategy: str
    theory: str
    a: float
    a_se: float
    b: float
    b_se: float
    change: float
    se: float


@dataclass(frozen=True)
class ChangedOrder:
    """Under one theory something that was said of A is not said of B: the order of the strategies, or the verdict on the best."""

    theory: str
    of: Literal["ranking", "verdict"]
    a: str
    b: str


@dataclass(frozen=True)
class BandGap:
    """Two bands that both runs kept. `first`: one median lies outside the other's middle half; `widest`: the month of the widest gap between
    the medians, `gap`, which is `share` of the width of the 90% bands."""

    what: str
    unit: str
    first: int | None
    widest: int
    gap: float
    share: float


@dataclass(frozen=True)
class QuantityParting:
    """One quantity month by month, replayed. `first`: the first month in which the means differ beyond chance and by something that matters,
    and the difference there; `most`: the month of the largest difference, `share` of it in standard deviations of the quantity.
    `excludes`: the first month in which the 5-95% range of the differences run by run leaves out 0; None: never, or runs do not match."""

    of: str
    what: str
    unit: str
    first: int | None
    first_difference: float
    most: int
    most_difference: float
    most_se: float
    share: float
    excludes: int | None


@dataclass(frozen=True)
class MechanismParting:
    """One mechanism of the model, as it parts between A and B: its quantities, the first to part first."""

    name: str
    first: int | None
    share: float  # the largest, in standard deviations
    quantities: tuple[QuantityParting, ...]


@dataclass(frozen=True)
class Driver:
    """One uncertain number: the share of the variance of the difference between draws that goes with it, beyond the numbers before it; the
    share that chance alone reaches in 5% of such tables; and the mean difference in each third of its values (or under each possibility)."""

    parameter: str
    share: float
    threshold: float
    groups: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class DrawShown:
    """A draw in which the difference is large, and the luck under which it is largest: an address for `countermove replay`."""

    draw: int
    luck: int
    difference: float  # mean over luck


@dataclass(frozen=True)
class PointsTerm:
    """What one measure of the objective adds to the difference in points, B - A, over the weighted theories, and its error."""

    strategy: str
    measure: str
    points: float
    se: float


@dataclass(frozen=True)
class Drill:
    """Where one difference comes from. Empty parts say why in `notes`.

    `bands` and `blocks` are of the strategy under the theory, whatever the measure; `drivers` and `draws` are of the measure. `blocks` stand
    in the order in which they part, and of those that part in one month the largest first.
    """

    strategy: str
    theory: str
    measure: str
    bands: tuple[BandGap, ...]
    blocks: tuple[MechanismParting, ...]
    drivers: tuple[Driver, ...]
    draws: tuple[DrawShown, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Compared(Result):
    """The comparison. `identical`: what both have is the same, bit for bit. `start`: the first month, as year * 12 + month - 1, where it is
    known and the same. `pairing` says what they share."""

    json_keys: ClassVar[str] = "* significant"
    kind: Literal["runs", "strategies"]
    a: str
    b: str
    differs: tuple[Differs, ...]
    identical: bool
    expected: bool  # whether they should be: one scenario, seed and size
    paired: Literal["draw", "scramble", "no"]
    pairing: str
    only: tuple[Differs, ...]  # strategies, theories and measures that one of the two lacks
    compared: int
    level: float
    rows: tuple[Difference, ...]
    points: str  # what is said of the objective
    terms: tuple[PointsTerm, ...]  # what makes the difference in points, of each strategy the largest first; they add up to it
    regret: tuple[RegretChange, ...]
    turned: tuple[ChangedOrder, ...]
    drill: tuple[Drill, ...]
    start: int | None
    titles: Titles = field(default=UNTITLED, repr=False, metadata=NOT_IN_JSON)

    @property
    def found(self) -> tuple[Difference, ...]:
        """The significant differences."""
        return tuple(row for row in self.rows if row.significant)

    def cells(self) -> Cells:
        """A row for each difference, B - A, in the unit of its measure."""
        return Cells(tuple(one.name for one in fields(Difference)), tuple(astuple(row) for row in self.rows))

    def terms_of(self, strategy: str) -> tuple[PointsTerm, ...]:
        """What makes the difference in points of one strategy, as far as it is beyond its error."""
        return tuple(
            row for row in self.terms if row.strategy == strategy and row.points and amount_certainty(row.points, row.se) == "told"
        )

    @property
    def strongest(self) -> dict[str, Difference]:
        """The strongest of the significant differences of each measure, the strongest first."""
        first: dict[str, Difference] = {}
        for row in self.found:
            first.setdefault(row.measure, row)
        return first

    def made_table(self, most: int) -> Table:
        """What differs in how they were made, so many entries at the most."""
        rows = ((row.what, row.a, row.b) for row in self.differs[:most])
        return Table.of("What differs in how they were made", ("", "A", "B"), rows)

    def strongest_table(self, most: int | None = None) -> Table:
        """The strongest difference of each measure, of so many measures at the most."""
        cells, every = Counter(row.measure for row in self.found), Counter(row.measure for row in self.rows)
        return Table.of(
            "The strongest of each measure, by |B - A| / error; its size as a share of the measure's spread over runs, its rank by that share, "
            "and in how many pairs of plan and theory the measure differs beyond chance",
            ("measure", "plan", "theory", "A", "B", "B - A", "of its spread", "rank by size", "differs in"),
            (
                (
                    titled(name),
                    self.titles.strategy(row.strategy),
                    self.titles.theory(row.theory),
                    *row.number_text,
                    percent(row.share),
                    str(row.by_size),
                )
                + (f"{cells[name]} of {every[name]}",)
                for name, row in list(self.strongest.items())[:most]
            ),
        )

    def preview(self) -> Table:
        """The differences that are beyond chance, measure by measure."""
        title = f"B - A: {len(self.found)} of {self.compared} differences are beyond chance"
        return replace(self.strongest_table(), title=title)

    @property
    def significant(self) -> int:
        """How many differences are."""
        return len(self.found)
