"""The outside view: how often such things happened in other wars, beside what the model says (docs/explanation/outside-view.md)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.stats import beta

from countermove.decision.findings import OutsideView
from countermove.memo.base_rates import BaseRate
from countermove.questions.run.findings_index import FindingsIndex
from countermove.scenario.schema import Scenario, Source
from countermove.world.measure import titled
from countermove.world.record import Record
from countermove.world.words import capitalized, counted, lowest_highest, percent, share_decimals, span

OTHERWISE = "-otherwise"
LEVEL = 0.90
"""How much of the distribution an interval holds: nine tenths, as everywhere in the memo."""


def interval(k: float, n: float, level: float = LEVEL) -> tuple[float, float]:
    """Jeffreys interval of the share behind `k` of `n` cases (Brown, Cai & DasGupta 2001); nan without cases.

    Its lower end is 0 where none came true, its upper end 1 where all did.
    """
    if not 0 <= k <= n or n <= 0:
        return math.nan, math.nan
    tail = (1 - level) / 2
    low = 0.0 if k == 0 else float(beta.ppf(tail, k + 0.5, n - k + 0.5))
    high = 1.0 if k == n else float(beta.ppf(1 - tail, k + 0.5, n - k + 0.5))
    return low, high


def outside_views(
    scenario: Scenario, found: FindingsIndex, rates: Sequence[BaseRate], sources: Mapping[str, Source], record: Record | None
) -> tuple[OutsideView, ...]:
    """Every base rate with its interval, its source and what this run says of the same; then what the scenario's own record says.

    A row named NAME-otherwise is the comparison of the row NAME, and stands in its note.
    """
    others = {rate.name.removesuffix(OTHERWISE): rate for rate in rates if rate.name.endswith(OTHERWISE)}
    known_until = scenario.clock.known_until
    views = [_view(rate, others.get(rate.name), sources, found, known_until) for rate in rates if rate not in others.values()]
    own = None if record is None else truces_of(record, known_until, found)
    return (*views, *([own] if own else []))


def _view(
    rate: BaseRate, other: BaseRate | None, sources: Mapping[str, Source], found: FindingsIndex, known_until: int
) -> OutsideView:
    notes = [rate.note.rstrip(".")] if rate.note else []
    if other is not None:
        ends = interval(other.k, other.n)
        share = percent(other.k / other.n, share_decimals(*ends))
        notes.append(f"otherwise {share}, {other.k:,} of {other.n:,} ({span(*ends, 'share')})")
    if rate.wars < rate.n:
        notes.append(f"in {counted(rate.wars, 'war')}, so not independent: the interval is too narrow")
    notes += _here(rate.measures, found)
    if rate.known * 12 > known_until:
        notes.append(f"published in {rate.known}, after the decision")
    about = f"{capitalized(rate.headline)}. {rate.about}"
    cited = "; ".join(_short(sources[key]) for key in rate.sources)
    source = f"{cited}. {capitalized(rate.terms)}" if rate.terms else cited
    return OutsideView(about, rate.k / rate.n, rate.k, rate.n, *interval(rate.k, rate.n), source, "; ".join(notes))


def _short(source: Source) -> str:
    by = " ".join(part for part in (source.by, str(source.year or "")) if part)
    return f"{by}, {source.title}" if by else source.title


def _here(measures: Sequence[str], found: FindingsIndex) -> list[str]:
    """`in this run, over the strategies, settlement within 24 months is lowest 4.9% ± 0.2%; highest 6.0% ± 0.2%`."""
    said: list[str] = []
    for measure in measures:
        rows = [at for name in found.strategies if (at := found.weighted(name, measure)) is not None and math.isfinite(at.mean)]
        if rows:
            told = lowest_highest(rows, found.draws)
            said.append(
                f"in this run {titled(measure)} is {told}"
                if ";" not in told
                else f"in this run, over the strategies, {titled(measure)} is {told}"
            )
    return said


def truces_of(record: Record, known_until: int, found: FindingsIndex) -> OutsideView | None:
    """How many truces of the record broke in the month in which they began or the next one, as `truces-broken-in-30-days` counts them.

    Only rows known by `known_until` count, and a truce of which it was not known then whether it broke is left out. None without truces.
    """
    if "truce-breaks" not in record.series:
        return None
    rows = record.rows(known_by=known_until)
    begun, broke = (
        {row.valid for row in rows if row.series == name and row.value > 0} for name in ("truce-begins", "truce-breaks")
    )
    ends = _ends(begun, broke)
    watched = {month: not np.isnan(record.path("truce-breaks", month, 2, known_until)).any() for month in begun}
    early = [ends.get(month, math.inf) <= month + 1 for month in sorted(begun) if watched[month]]
    if not early:
        return None
    k, n = sum(early), len(early)
    says = record.series["truce-breaks"].says.strip()
    notes = [
        "by month, as the record dates the ends" + (f" ({says})" if says else ""),
        *_here(("truces-broken-in-30-days",), found),
    ]
    about = "Truces. Begun in this war and broken in the month of their beginning or the next"
    return OutsideView(about, k / n, k, n, *interval(k, n), f"Record {record.name}", "; ".join(notes))


def _ends(begun: set[int], broke: set[int]) -> dict[int, int]:
    """Month of beginning -> month of breaking. A break ends the truce that held before its month, else the one that began in it."""
    ends: dict[int, int] = {}
    held: int | None = None
    for month in sorted(begun | broke):
        ended = held
        if month in begun and (held is None or month not in broke):
            ended = month
        if month in broke and ended is not None:
            ends[ended] = month
        if month in begun and month not in ends:
            held = month
        elif month in broke:
            held = None
    return ends
