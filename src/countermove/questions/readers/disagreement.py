"""People who disagree, side by side: what each would choose, the assumptions on which the choice hangs, and what would bring two together.

A parting is looked at with the weights of the theories as one assumption, and with the weight of each theory as an assumption of its own;
the smaller set counts, of equal ones the more particular.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import numpy as np

from countermove.decision.cells import shares_of
from countermove.decision.information import Observation
from countermove.decision.monte_carlo_error import Estimate
from countermove.decision.pareto import MeasuredOutcomes, personal_choices
from countermove.questions.readers.crux import ObservationPower, ReaderAssumptions, Switch, cheapest_observation, crux
from countermove.questions.readers.observation_words import LIKELY, chance_words, no_observation_words, observation_words
from countermove.world.certainty import ERRORS, VerdictKind, difference_verdict
from countermove.world.measure import titled
from countermove.world.tables import Table
from countermove.world.titles import NOT_IN_JSON, UNTITLED, Titles, quoted
from countermove.world.words import percent, with_error

LARGEST_SET = 3  # assumptions in a set
TRUE_THEORY = "the true theory"
_COUNTS = {1: "one assumption", 2: "two assumptions", 3: "three assumptions"}
Sets = tuple[tuple[str, ...], ...]
DisagreementKind = Literal["alike", "disagree", "no material difference", "cannot tell"]


@dataclass(frozen=True)
class Position:
    """One reader: shares of the theories (they sum to 1), what is valued as it is written, expected points of every strategy in those points.

    `ahead`: how far the best strategy is ahead of the next, `kind` whether that is more than chance and more than matters. `level`: all that
    are not known to be behind the best one by more than chance, the best first.
    """

    json_keys: ClassVar[str] = "reader says theories=shares values points=rows best next ahead=ahead.named kind level sentence"
    reader: str
    says: str
    shares: Mapping[str, float]
    values: Mapping[str, str]
    expected: Mapping[str, Estimate]
    best: str
    next: str
    ahead: Estimate
    kind: VerdictKind
    level: tuple[str, ...] = ()
    titles: Titles = field(default=UNTITLED, repr=False, metadata=NOT_IN_JSON)

    @property
    def who(self) -> str:
        """The reader, in a sentence."""
        return self.titles.say_reader(self.reader)

    @property
    def rows(self) -> tuple[Mapping[str, str | float], ...]:
        """The expected points, strategy by strategy."""
        return tuple({"strategy": name, **found.named} for name, found in self.expected.items())

    @property
    def sentence(self) -> str:
        """The choice in words; none where the lead may be chance, or is too small to matter."""
        points, error = with_error(*self.ahead)
        say, several = self.titles.say_strategy, self.titles.say_strategies
        who, best, after = self.who, say(self.best), say(self.next)
        if self.kind == "better":
            return f"{who} would choose {best}, {points} points ahead of {after} (error {error})."
        if self.ahead == (0.0, 0.0):
            rest = [name for name in self.level if name not in (self.best, self.next)]
            more = f"; the runs cannot tell {several(rest)} from them" if rest else ""
            return f"To {who} {best} and {after} score the same{more}."
        lead = f"{best} is {points} points above {after} (error {error})"
        if self.kind == "no material difference":
            return f"To {who} there is no material difference between {best} and {after}: {lead}."
        told = several(self.level if len(self.level) > 1 else (self.best, self.next))
        return f"For {who} the runs cannot tell which of {told} is best: {lead}."


def position(
    found: MeasuredOutcomes,
    reader: ReaderAssumptions,
    values: Mapping[str, str],
    says: str,
    matters: float,
    titles: Titles = UNTITLED,
) -> Position:
    """What one reader would choose; `values` says what its points are as written, a lead below `matters` is no lead.

    Raises:
        DecisionError: one strategy, or assumptions that do not fit what was run.
    """
    row = personal_choices(found, {reader.name: reader.points}, reader.weights).rows[0]
    expected = dict(zip(found.strategies, row.values, strict=True))
    others = [name for name in found.strategies if name != row.best]
    return Position(
        reader=reader.name,
        says=says,
        shares=dict(zip(found.theories, (float(x) for x in shares_of(found.theories, reader.weights)), strict=True)),
        values=values,
        expected=expected,
        best=row.best,
        next=max(others, key=lambda name: expected[name].mean),
        ahead=row.ahead,
        kind=difference_verdict(*row.ahead, matters),
        level=row.level,
        titles=titles,
    )


@dataclass(frozen=True)
class ReaderDisagreement:
    """Two readers.

    `losses`: points that each would lose by the other's choice, by measure, the largest first (a gain below 0). `turns`: what turns each to the
    other's strategy; `both`: a smallest set that turns either, where there is one. `observations`: the probability, in the eyes of each, that
    both choose alike after each of them, `cost` in months of waiting; `knowing`: the same after the true theory is known; `chosen`: the
    cheapest that brings them together. All empty where they choose alike already.
    """

    json_keys: ClassVar[str] = "* losses=losses_by_reader observations=seen knowing=known"
    between: tuple[str, str]
    strategies: tuple[str, str]
    kind: DisagreementKind
    losses: tuple[Mapping[str, float], ...]
    differ: tuple[str, ...]
    turns: tuple[Switch, ...]
    both: tuple[str, ...]
    observations: tuple[ObservationPower, ...]
    knowing: ObservationPower | None
    chosen: str | None
    sentences: tuple[str, ...]
    titles: Titles = field(default=UNTITLED, repr=False, metadata=NOT_IN_JSON)

    @property
    def losses_by_reader(self) -> Mapping[str, Mapping[str, float]]:
        """The losses by the names of the two."""
        return dict(zip(self.between, self.losses, strict=False))

    @property
    def seen(self) -> tuple[Mapping[str, Any], ...]:
        """The observations, what both think of them by their names."""
        return tuple({"observation": row.observation, "months": row.cost, "agree": self._agree(row)} for row in self.observations)

    @property
    def known(self) -> Mapping[str, Any] | None:
        """`knowing` by the names of the two."""
        return None if self.knowing is None else self._agree(self.knowing)

    def observed_table(self, knowing: ObservationPower) -> Table:
        """How probable both choose alike after each observation, and after `knowing` the true theory."""
        return Table.of(
            "  Probability that both choose alike after each observation",
            ("observation", "months", *(f"as {self.titles.say_reader(name)} sees it" for name in self.between)),
            (
                (row.observation, "" if row is knowing else f"{row.cost:g}", *map(chance_words, row.agree))
                for row in (*self.observations, knowing)
            ),
        )

    def _agree(self, row: ObservationPower) -> dict[str, dict[str, float]]:
        return {name: found._asdict() for name, found in zip(self.between, row.agree, strict=True)}


@dataclass(frozen=True)
class _Crux:
    """All assumptions on which two differ; for each direction what turns it, and all sets of that size; one of them that turns either."""

    differ: tuple[str, ...]
    turns: tuple[Switch, Switch]
    sets: tuple[Sets, Sets]
    both: tuple[str, ...]


def _smallest(fine: Switch, coarse: Switch) -> tuple[Switch, Sets]:
    """The turn of fewer assumptions, the finer of equals, and all sets of its size."""
    known = [(turn, [turn.assumptions, *turn.others]) for turn in (fine, coarse) if turn.assumptions is not None]
    if not known:
        return coarse, ()
    turn = min(known, key=lambda one: len(one[1][0]))[0]
    every = [one for _, sets in known for one in sets if len(one) == len(turn.assumptions or ())]
    return turn, tuple(dict.fromkeys(every))


def _crux(found: MeasuredOutcomes, pair: tuple[ReaderAssumptions, ReaderAssumptions]) -> _Crux:
    whole = crux(found, *pair, most=LARGEST_SET)
    single = crux(found, *pair, most=LARGEST_SET, blocks={theory: (theory,) for theory in found.theories})
    (there, some), (back, others) = (_smallest(*turns) for turns in zip(single.turns, whole.turns, strict=True))
    both = next((one for one in some if one and set(one) in [set(other) for other in others]), ())
    return _Crux(single.differ, (there, back), (some, others), both)


def _losses(found: MeasuredOutcomes, reader: ReaderAssumptions, turn: Switch) -> dict[str, float]:
    """Points that a reader would lose by the other's strategy, by measure."""
    own, other = (found.strategies.index(name) for name in (turn.own, turn.wanted))
    lost = np.einsum(
        "mtd,t,d->m", found.by_draw[own] - found.by_draw[other], shares_of(found.theories, reader.weights), found.weight
    )
    parts = {measure: points * float(lost[found.measures.index(measure)]) for measure, points in reader.points.items()}
    return dict(sorted(parts.items(), key=lambda part: -abs(part[1])))


def _called(label: str, pair: tuple[Position, Position]) -> str:
    """An assumption as a sentence calls it; others than weights and points by their label."""
    known = {f"the weight of {theory}": f"the weight of {pair[0].titles.say_theory(theory)}" for theory in pair[0].shares}
    known |= {f"the points of {measure}": f"the points of {quoted(titled(measure))}" for one in pair for measure in one.values}
    return known.get(label, label)


def _with_both_views(label: str, pair: tuple[Position, Position]) -> str:
    """An assumption with what each of the two says of it."""
    said = {f"the weight of {theory}": [percent(one.shares[theory]) for one in pair] for theory in pair[0].shares}
    for measure in (*pair[0].values, *pair[1].values):
        said[f"the points of {measure}"] = [one.values.get(measure, "0") for one in pair]
    told = [f"{one.who} {words}" for one, words in zip(pair, said.get(label, ()), strict=False)]
    return f"{_called(label, pair)} ({', '.join(told)})" if told else _called(label, pair)


def _listed(labels: Sequence[str], pair: tuple[Position, Position]) -> str:
    return " and ".join(_with_both_views(label, pair) for label in labels)


def _after(turn: Switch, titles: Titles) -> str:
    """What a reader would choose after its turn, and how surely."""
    opening = f"{titles.say_reader(turn.reader)} would choose {titles.say_strategy(turn.wanted)}"
    if turn.after is None:
        return opening
    points, error = with_error(*turn.after)
    chance = "" if turn.after.mean > ERRORS * turn.after.se else ", which may be chance"
    return f"{opening}, {points} points ahead of the next (error {error}{chance})"


def _switch_words(turn: Switch, sets: Sets, other: str, pair: tuple[Position, Position]) -> str:
    """What turns one reader, with the other sets that would."""
    titles = pair[0].titles
    if turn.assumptions is None:
        turned = f"{titles.say_reader(turn.reader)} to {titles.say_strategy(turn.wanted)}"
        return f"no {_COUNTS[turn.searched]} of {titles.say_reader(other)} would turn {turned}"
    more = [_listed(one, pair) for one in sets if one != turn.assumptions]
    also = f"; so it would with {', or '.join(more[:2])}" if more else ""
    rest = ""
    if len(more) > 2:
        rest = f", or {len(more) - 2} other {'sets' if len(more) > 3 else 'set'} of that size"
    return f"with what {titles.say_reader(other)} says of {_listed(turn.assumptions, pair)}, {_after(turn, titles)}{also}{rest}"


def _crux_words(found: _Crux, pair: tuple[Position, Position]) -> str:
    """On what they part, in one sentence."""
    there, back = found.turns
    titles = pair[0].titles
    if found.both:
        opening = f"They part over {_COUNTS[len(found.both)]}: {_listed(found.both, pair)}"
        if found.both == there.assumptions and set(found.both) == set(back.assumptions or ()):
            return f"{opening}. With what the other says, {_after(there, titles)}, and {_after(back, titles)}."
        return f"{opening}. Whoever took over what the other says would choose as the other does."
    if not found.sets[0] and not found.sets[1]:
        opening = f"No {_COUNTS[there.searched]} of the one would turn the other"
        return f"{opening}; they differ over {len(found.differ)}: {', '.join(_called(label, pair) for label in found.differ)}."
    first, second = (_switch_words(*way, pair) for way in zip(found.turns, found.sets, (back.reader, there.reader), strict=True))
    return f"What they part over depends on who gives way. One way, {first}. The other way, {second}."


def _stand_words(
    turns: tuple[Switch, Switch], kinds: Sequence[VerdictKind], losses: Sequence[Mapping[str, float]], titles: Titles
) -> tuple[DisagreementKind, str]:
    """Whether two readers who choose differently disagree, and what the other's choice would cost each."""
    there, back = turns
    say, who = titles.say_strategy, titles.say_reader
    lost: list[str] = []
    for turn, parts in zip(turns, losses, strict=True):
        points, error = with_error(*turn.before)
        largest = ", ".join(f"{titled(measure)} {round(value, 2) + 0.0:.2f}" for measure, value in list(parts.items())[:3])
        lost.append(f"by {say(turn.wanted)} {who(turn.reader)} would lose {points} points (error {error}): {largest}")
    sure = all(kind == "better" for kind in kinds)
    first = f"would choose {say(there.own)}" if sure else f"would put {say(there.own)} first"
    opening = f"{who(there.reader)} {first} and {who(back.reader)} {say(back.own)}; {'; '.join(lost)}"
    if sure:
        return "disagree", f"{opening}. They disagree."
    content = [who(turn.reader) for turn, kind in zip(turns, kinds, strict=True) if kind == "no material difference"]
    if content:
        return "no material difference", f"{opening}. To {' and '.join(content)} that is no material difference."
    unsure = [who(turn.reader) for turn, kind in zip(turns, kinds, strict=True) if kind == "cannot tell"]
    return "cannot tell", f"{opening}. To {' and '.join(unsure)} that may be chance, or too small to matter: cannot tell."


def _alike_words(pair: tuple[Position, Position]) -> str:
    """Two who put one strategy first, and for whom that is no more than chance."""
    names, best = [one.who for one in pair], pair[0].titles.say_strategy(pair[0].best)
    unsure = [one.who for one in pair if one.kind != "better"]
    if not unsure:
        return f"{names[0]} and {names[1]} both choose {best}."
    return f"{names[0]} and {names[1]} both put {best} first, which for {' and for '.join(unsure)} is within error or too small to matter."


def disagreement(
    found: MeasuredOutcomes,
    readers: tuple[ReaderAssumptions, ReaderAssumptions],
    positions: tuple[Position, Position],
    observations: Sequence[Observation],
    matters: float,
) -> ReaderDisagreement:
    """Where two readers part, and what would bring them together.

    Args:
        found: the measures at hand.
        readers: the two.
        positions: what each would choose, in the same order.
        observations: what could be looked for, `cost` in months of waiting; there may be none.
        matters: a smaller loss, in a reader's own points, is no loss.

    Raises:
        DecisionError: assumptions or observations that do not fit what was run.
    """
    names = (readers[0].name, readers[1].name)
    best, titles = (positions[0].best, positions[1].best), positions[0].titles
    said = (positions[0].who, positions[1].who)
    if best[0] == best[1]:
        return ReaderDisagreement(names, best, "alike", (), (), (), (), (), None, None, (_alike_words(positions),), titles)
    narrow = _crux(found, readers)
    losses = tuple(_losses(found, reader, turn) for reader, turn in zip(readers, narrow.turns, strict=True))
    kind, stand = _stand_words(narrow.turns, [difference_verdict(*turn.before, matters) for turn in narrow.turns], losses, titles)
    known = Observation(TRUE_THEORY, found.theories, found.theories, np.eye(len(found.theories)))
    knowing = cheapest_observation(found, *readers, [known], LIKELY).rows[0]
    rows: tuple[ObservationPower, ...] = ()
    chosen: ObservationPower | None = None
    if observations:
        moved = cheapest_observation(found, *readers, observations, LIKELY)
        rows, chosen = moved.rows, next((row for row in moved.rows if row.observation == moved.chosen), None)
    last = no_observation_words(rows, knowing, readers, said) if chosen is None else observation_words(chosen, len(rows), said)
    return ReaderDisagreement(
        between=names,
        strategies=best,
        kind=kind,
        losses=losses,
        differ=narrow.differ,
        turns=narrow.turns,
        both=narrow.both,
        observations=rows,
        knowing=knowing,
        chosen=None if chosen is None else chosen.observation,
        sentences=(stand, _crux_words(narrow, positions), last),
        titles=titles,
    )
