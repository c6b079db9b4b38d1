"""The outside view: how often such things happened in other wars, beside what the model says (docs/explanation/outside-view.md)."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from scipy.stats import beta

from countermove.errors import Issue, RecordError
from countermove.memo.words import counted, percent, span
from countermove.scenario.schema import Scenario, Source
from countermove.shelf import shelf
from countermove.study.found import Found
from countermove.world.findings import OutsideView
from countermove.world.record import Record

LEVEL = 0.90
"""How much of the distribution an interval holds: nine tenths, as everywhere in the memo."""

RATES, SOURCES = "base-rates.csv", "base-rates-sources.csv"
MOST_BYTES = 1 << 20


@dataclass(frozen=True)
class BaseRate:
    """A row of records/base-rates.csv: `k` of `n` cases, which lie in so many `wars`.

    `headline` is what it stands beside; `measures` are the measures of a run that speak of the same; `known` is the year in which the
    figures were published.
    """

    name: str
    headline: str
    measures: tuple[str, ...]
    about: str
    k: int
    n: int
    wars: int
    known: int
    sources: tuple[str, ...]
    terms: str
    command: str
    note: str


def interval(k: float, n: float, level: float = LEVEL) -> tuple[float, float]:
    """Jeffreys interval of a share of which `k` of `n` cases were seen; its ends are 0 and 1 where none or all were (Brown, Cai & DasGupta 2001)."""
    if not 0 <= k <= n or n <= 0:
        return math.nan, math.nan
    tail = (1 - level) / 2
    low = 0.0 if k == 0 else float(beta.ppf(tail, k + 0.5, n - k + 0.5))
    high = 1.0 if k == n else float(beta.ppf(1 - tail, k + 0.5, n - k + 0.5))
    return low, high


# --- the table --------------------------------------------------------------------------------------------------------


def base_rates(path: Path | None = None) -> tuple[tuple[BaseRate, ...], Mapping[str, Source]]:
    """The rows of the table and their sources; of the first shelf that has one, else of the file `path`. None at hand: no rows.

    Raises RecordError with every mistake.
    """
    found = path or next((folder / RATES for folder in shelf("records") if (folder / RATES).is_file()), None)
    if found is None:
        return (), {}
    issues: list[Issue] = []
    sources = {row["key"]: _source(row) for _, row in _rows(found.with_name(SOURCES), ("key", "title", "by", "year", "url", "note"), issues)}
    names = [field.name for field in fields(BaseRate)]
    columns = tuple({"measures": "measure", "sources": "source"}.get(name, name) for name in names)
    rates = [rate for line, row in _rows(found, columns, issues) if (rate := _rate(row, sources, Place(str(found), line, issues)))]
    if issues:
        raise RecordError(issues)
    return tuple(rates), sources


@dataclass(frozen=True)
class Place:
    """A line of a file, and the list in which its mistakes are noted."""

    file: str
    line: int
    issues: list[Issue]

    def refuse(self, message: str, expected: str) -> None:
        """Note one mistake."""
        self.issues.append(Issue(self.file, self.line, 1, message, expected))


def _rows(path: Path, columns: Sequence[str], issues: list[Issue]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with their lines; nothing where the file cannot be read or has other columns."""
    try:
        with path.open("rb") as stream:
            text = stream.read(MOST_BYTES + 1).decode("utf-8")
        if len(text) > MOST_BYTES:
            raise ValueError(f"more than {MOST_BYTES // 1024} KiB")
        reader = csv.reader(text.splitlines(), strict=True)
        lines = list(reader)
    except (OSError, ValueError, csv.Error) as error:
        issues.append(Issue(str(path), 0, 0, f"cannot be read: {error}", "a table in UTF-8"))
        return
    if not lines or lines[0] != list(columns):
        issues.append(Issue(str(path), 1, 1, f"the columns {', '.join(lines[0] if lines else [])[:200]}", ", ".join(columns)))
        return
    for line, cells in enumerate(lines[1:], start=2):
        if len(cells) == len(columns):
            yield line, dict(zip(columns, cells, strict=True))
        elif cells:
            issues.append(Issue(str(path), line, 1, f"{len(cells)} cells", f"{len(columns)}: {', '.join(columns)}"))


def _source(row: Mapping[str, str]) -> Source:
    year = int(row["year"]) if row["year"].isdecimal() else None
    return Source(title=row["title"], by=row["by"], year=year, url=row["url"], note=row["note"])


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _rate(row: Mapping[str, str], sources: Mapping[str, Source], place: Place) -> BaseRate | None:
    whole = {name: int(row[name]) for name in ("k", "n", "wars", "known") if row[name].isdecimal() and len(row[name]) < 10}
    if len(whole) < 4 or not 0 <= whole["k"] <= whole["n"] or whole["n"] == 0:
        place.refuse(f"{row['k']} of {row['n']} in {row['wars']} wars, known {row['known']}", "whole numbers, k not above n, n above 0")
        return None
    keys = _parts(row["source"])
    unknown = [key for key in keys if key not in sources]
    if unknown or not keys:
        place.refuse(f"the source {', '.join(unknown) or 'is missing'}", f"keys of {SOURCES}, parted by semicolons")
        return None
    plain = {name: row[name] for name in ("name", "headline", "about", "terms", "command", "note")}
    return BaseRate(**plain, **whole, measures=_parts(row["measure"]), sources=keys)


# --- beside this run --------------------------------------------------------------------------------------------------


def outside_views(
    scenario: Scenario, found: Found, rates: Sequence[BaseRate], sources: Mapping[str, Source], record: Record | None
) -> tuple[OutsideView, ...]:
    """Every base rate with its interval, its source and what this run says of the same; then what the scenario's own record says."""
    views = [_view(rate, sources, found, scenario.clock.known_until) for rate in rates]
    own = None if record is None else truces_of(record, scenario.clock.known_until, found)
    return (*views, *([own] if own else []))


def _view(rate: BaseRate, sources: Mapping[str, Source], found: Found, known_until: int) -> OutsideView:
    low, high = interval(rate.k, rate.n)
    notes = [rate.note.rstrip(".")] if rate.note else []
    if rate.wars < rate.n:
        notes.append(f"the cases lie in {counted(rate.wars, 'war')} and are not independent, so the interval is too narrow")
    notes += _here(rate.measures, found)
    if rate.known * 12 > known_until:
        notes.append(f"published in {rate.known}, after the decision: it stands beside the model and enters no number of it")
    cited = "; ".join(f"{sources[key].by} {sources[key].year or ''}, {sources[key].title}".replace(" ,", ",") for key in rate.sources)
    about = f"{rate.headline[:1].upper()}{rate.headline[1:]}. {rate.about}"
    source = f"{cited}. {rate.terms[:1].upper()}{rate.terms[1:]}" if rate.terms else cited
    return OutsideView(about, rate.k / rate.n, rate.k, rate.n, low, high, source, "; ".join(notes))


def _here(measures: Sequence[str], found: Found) -> list[str]:
    """`in this run 4.9% to 6.0% (settlement-by-24-months, over the strategies)`."""
    said: list[str] = []
    for measure in measures:
        means = [at.mean for name in found.strategies if (at := found.weighted(name, measure)) is not None and math.isfinite(at.mean)]
        if len(means) == 1:
            said.append(f"in this run {percent(means[0])} ({measure})")
        elif means:
            said.append(f"in this run {span(min(means), max(means), 'share')} ({measure}, over the strategies)")
    return said


def truces_of(record: Record, known_until: int, found: Found) -> OutsideView | None:
    """How many truces of the record broke in the month in which they began or the next one, as `truces-broken-in-30-days` counts them.

    Only rows known by `known_until` count, and a truce whose next month lies beyond what was known then is left out. None without truces.
    """
    rows = record.rows(known_by=known_until)
    begun, broke = ({row.valid for row in rows if row.series == name and row.value > 0} for name in ("truce-begins", "truce-breaks"))
    ends = _ends(begun, broke)
    last = min(known_until, record.last) - 1
    early = [ends.get(month, math.inf) <= month + 1 for month in sorted(begun) if month <= last]
    if not early:
        return None
    k, n = sum(early), len(early)
    says = record.series["truce-breaks"].says.strip() if "truce-breaks" in record.series else ""
    notes = ["by month, as the record dates the ends" + (f" ({says})" if says else ""), *_here(("truces-broken-in-30-days",), found)]
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
        held = month if month in begun and ends.get(month) is None else None if month in broke else held
    return ends
