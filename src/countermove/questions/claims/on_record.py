"""What the record says of a claim: episodes counted, under every coding, from what was known by the date of the decision.

An episode of `share(x | y)` is a run of months in which y holds; it counts once. It is a hit where x holds in one of its months; `x within k`
waits for x through its months, and through the k months after its first. An episode of which a month asked for is unknown, or lies outside
the record, is left out, even where x has already happened: else early answers would count and late ones would not. The interval is that of
Clopper and Pearson (1934), 95%: exact for few episodes, and wide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from countermove.decision.proportions import clopper_pearson
from countermove.errors import DecisionError
from countermove.questions.claims.finding import Counted, OnRecord, Truth
from countermove.questions.claims.query import ClaimQuery, ahead, claim_query
from countermove.scenario.schema import Claim
from countermove.world.expression import Apply, Expression, Name, Query, evaluate, name_text, names, reach, text
from countermove.world.record import Record

Coding = Mapping[str, str]


@dataclass(frozen=True)
class _Months:
    """Series of the record by month [T], nan where nothing was known."""

    series: Mapping[str, np.ndarray]
    months: int

    def truth(self, tree: Expression, month: int) -> float:
        """1 or 0 in the month; nan where a month that is asked for is unknown."""
        low, high = reach(tree)
        if month + low < 0 or month + high >= self.months:
            return np.nan
        read: list[float] = []

        def look(name: Name) -> np.float64:
            read.append(float(self.series[_series(name)][month + name.shift]))
            return np.float64(read[-1])

        with np.errstate(invalid="ignore", divide="ignore"):
            found = bool(evaluate(tree, look) != 0)
        return np.nan if np.isnan(read).any() else float(found)


def _series(name: Name) -> str:
    return name_text(replace(name, shift=0))


def missing(tree: Expression, record: Record) -> tuple[str, ...]:
    """The names of the tree for which the record holds no series by month."""
    wanted = dict.fromkeys(_series(name) for name in names(tree))
    return tuple(name for name in wanted if name not in record.series or record.series[name].every != "month")


def on_record(claim: Claim, record: Record | None, known_until: int) -> OnRecord:
    """The claim on the record: under its default codings, and under every other option of each.

    Args:
        claim: the claim; its query is asked as `share(x | y)` against a constant.
        record: the record of the scenario, or None.
        known_until: month of the decision; no datum known later counts.

    Returns:
        A verdict; `why` says why there is none. Where the codings disagree the record cannot tell.
    """
    tree = claim.on_record
    if tree is None:
        return _unasked(claim, record)
    if record is None:
        return OnRecord(text(tree), "cannot tell", "the scenario names no record")
    try:
        one = claim_query(tree)
    except DecisionError as error:
        return OnRecord(text(tree), "cannot tell", str(error))
    query = one.only
    if query is None or query.op != "share" or query.given is None:
        return OnRecord(text(tree), "cannot tell", "a record is asked by one share(… | …) against a constant")
    lacking = missing(tree, record)
    if lacking:
        return OnRecord(text(tree), "cannot tell", f"the record does not hold {', '.join(lacking)}")
    readings = tuple(_counted(one, query, record, known_until, label, coding) for label, coding in _codings(record))
    verdicts = {reading.verdict for reading in readings}
    why = "" if len(verdicts) == 1 else "the readings of the record disagree"
    if readings[0].n == 0:
        why = "no episode" if readings[0].left_out == 0 else "no episode that is known to its end"
    verdict: Truth = readings[0].verdict if len(verdicts) == 1 else "cannot tell"
    return OnRecord(text(tree), verdict, why, one.criterion, readings, _notes(query, record, known_until))


def _unasked(claim: Claim, record: Record | None) -> OnRecord:
    """A claim without a query on the record: the series that it would need are not there, or nobody wrote the query."""
    if claim.model is None:
        return OnRecord("", "not asked", "no query is written")
    if record is None:
        return OnRecord("", "cannot tell", "the scenario names no record")
    lacking = missing(claim.model, record)
    if lacking:
        return OnRecord("", "cannot tell", f"no series: the record does not hold {', '.join(lacking)}")
    return OnRecord("", "not asked", "no query on the record is written")


def _codings(record: Record) -> tuple[tuple[str, Coding], ...]:
    """The default reading, and each other option of each switch, one at a time."""
    others = [
        (option, {name: option}) for name, switch in record.codings.items() for option in switch.options if option != switch.default
    ]
    return (("", {}), *others)


def _counted(one: ClaimQuery, query: Query, record: Record, known_until: int, label: str, coding: Coding) -> Counted:
    wanted = dict.fromkeys(_series(name) for name in names(query))
    first = record.begins(wanted, known_until)
    span = 0 if first is None else max(known_until - first + 1, 0)
    paths = {name: record.path(name, first or 0, span, known_until, coding) * record.series[name].scale for name in wanted}
    months = _Months(paths, span)
    assert query.given is not None
    given = np.array([months.truth(query.given, month) for month in range(span)])
    found = [(first, _hit(query.args[0], months, first, last)) for first, last in episodes(given)]
    hits = [first for first, hit in found if hit == 1]
    k, n = len(hits), sum(not np.isnan(hit) for _, hit in found)
    everywhere = np.array([months.truth(ahead(query.args[0]), month) for month in range(span)])
    asked_months = everywhere[~np.isnan(everywhere)]
    low, high = clopper_pearson(k, n) if n else (np.nan, np.nan)
    return Counted(
        label,
        k,
        n,
        low,
        high,
        one.verdict(low, high),
        left_out=len(found) - n,
        events=_events(query.args[0], months, hits),
        anyway=float(asked_months.mean()) if asked_months.size else np.nan,
    )


def episodes(given: np.ndarray) -> tuple[tuple[int, int], ...]:
    """The first and last month of every run of months in which the condition [T] holds; an unknown month (nan) ends a run."""
    holds = np.concatenate([[False], given == 1, [False]])
    edges = np.flatnonzero(holds[1:] != holds[:-1])
    return tuple((int(first), int(end) - 1) for first, end in zip(edges[::2], edges[1::2], strict=True))


def _hit(tree: Expression, months: _Months, first: int, last: int) -> float:
    """Whether the episode is a hit (1 or 0); nan where a month that is asked for is unknown."""
    found = [months.truth(ahead(tree, month - first), month) for month in range(first, last + 1)]
    return float(np.max(found)) if not np.isnan(found).any() else np.nan


def _events(tree: Expression, months: _Months, hits: list[int]) -> int:
    """How many separate months make the hits, which began in these: one x may be what several episodes of `x within k` waited for."""
    if not isinstance(tree, Apply) or tree.op != "within":
        return len(hits)
    inner = ahead(tree.args[0])
    return len({next((month for month in range(first, months.months) if months.truth(inner, month) == 1), first) for first in hits})


def _notes(query: Query, record: Record, known_until: int) -> tuple[str, ...]:
    """What a reader should know of the series: judgement that stands for a source."""
    notes: list[str] = []
    for name in dict.fromkeys(_series(name) for name in names(query)):
        rows = [row for row in record.rows(known_until) if row.series == name]
        judged = sum(row.source == "judgement" for row in rows)
        if judged * 2 >= len(rows) > 0:
            notes.append(f"{name}: {judged} of {len(rows)} rows are judgement")
    return tuple(notes)
