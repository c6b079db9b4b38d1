"""Derive records/record-rates.csv: how often truces broke, how long they held and how far settled fronts moved, in the shipped records.

    python scripts/derive_record_rates.py            compare the table with the records, print what differs, exit 1 if anything does
    python scripts/derive_record_rates.py --write    write the table

Nothing is needed that is not shipped. Intervals are of nine cases of ten under Jeffreys' priors: of a share, of the rate of a count over
months, of the mean of lengths that break at a constant rate. What each row counts is told in docs/explanation/outside-view.md.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from scipy.stats import gamma

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
from countermove.memo.outside_view import interval  # noqa: E402
from countermove.scenario.records import read_record  # noqa: E402

TABLE = ROOT / "records" / "record-rates.csv"
TRUCES = "donbas-2014-2017"
FRONTS = ("donbas-2014-2017", "ukraine-2022-2024")
GROUND = "kyiv.held"
STILL = 0.02  # a front has not moved that moves by at most so much of the contested ground
HALF_YEAR, YEAR, RUN = 6, 12, 60  # months
TAILS = (0.05, 0.95)


class Rate(NamedTuple):
    """A row of the table: a `value` between `low` and `high`, from `k` cases among, or over, `n`."""

    name: str
    about: str
    value: float
    low: float
    high: float
    unit: str
    k: int
    n: float
    records: str
    note: str


class Truces(NamedTuple):
    """The months in which truces began, and their lengths in months where their end is known; `months` of the record in all."""

    begun: list[int]
    lengths: list[float]
    ended_soon: int
    months: int


def truces(name: str) -> Truces:
    """The truces of one record. One that broke in the month of its beginning held half a month."""
    record = read_record(name)
    rows = [row for row in record.data if row.value > 0]
    begun, broke = (sorted(row.valid for row in rows if row.series == series) for series in ("truce-begins", "truce-breaks"))
    ends = [[month for month in broke if first <= month < later] for first, later in zip(begun, (*begun[1:], 10**6), strict=True)]
    spans = [end[0] - first for first, end in zip(begun, ends, strict=True) if end]
    (watched,) = record.series["truce-breaks"].covers
    months = watched.last - watched.first + 1
    return Truces(begun, [max(span, 0.5) for span in spans], sum(span <= 1 for span in spans), months)


def years_of_settled_fronts(name: str) -> Iterator[bool]:
    """Whole years, one after another, before each of which the front had not moved for half a year: did it move in the year?

    Between two months in which the ground is known it is taken to have moved evenly.
    """
    known = sorted((row.valid, row.value) for row in read_record(name).data if row.series == GROUND)

    def held(month: int) -> float:
        later = next(index for index, (at, _) in enumerate(known) if at >= month)
        (before, was), (after, becomes) = known[max(later - 1, 0)], known[later]
        return becomes if after == before else was + (becomes - was) * (month - before) / (after - before)

    month = known[0][0] + HALF_YEAR
    while month + YEAR <= known[-1][0]:
        if abs(held(month) - held(month - HALF_YEAR)) <= STILL:
            yield abs(held(month + YEAR) - held(month)) > STILL
            month += YEAR
        else:
            month += 1


def rates() -> Iterator[Rate]:
    """The rows of the table."""
    of, source = truces(TRUCES), TRUCES
    breaks, held = len(of.lengths), sum(of.lengths)
    about = "Truces of a running war: broken in the month of their beginning or the next"
    note = "Ends that nobody dated lie by rule in the month before the next truce, which makes truces look longer"
    share = of.ended_soon / breaks
    yield Rate("truces-broken-soon", about, share, *interval(of.ended_soon, breaks), "share", of.ended_soon, breaks, source, note)
    low, high = sorted(held / float(gamma.ppf(tail, breaks)) for tail in TAILS)
    note = f"Begun {len(of.begun)}; the last one's end lies outside the record. Broken in the month of the beginning counts half a month"
    yield Rate("truce-length", "How long they held, in the mean", held / breaks, low, high, "months", breaks, held, source, note)
    low, high = (float(gamma.ppf(tail, len(of.begun) + 0.5)) * RUN / of.months for tail in TAILS)
    about, begun = "Truces that begin in sixty months of war", len(of.begun)
    note = "Every month of the record is at risk, the first ones too, in which no truce was to be had"
    yield Rate("truces-in-sixty-months", about, begun * RUN / of.months, low, high, "number", begun, of.months, source, note)
    moved = [moves for name in FRONTS for moves in years_of_settled_fronts(name)]
    about = "A front that had moved by at most two points of the contested ground in half a year: it moves by more than two in the next year"
    note = "Whole years one after another. The ground is known in few months and taken to move evenly between them"
    k, n = sum(moved), len(moved)
    yield Rate("settled-front-moves", about, k / n, *interval(k, n), "share", k, n, ";".join(FRONTS), note)


def table(rows: Sequence[Rate]) -> str:
    """The rows as text, with four figures."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Rate._fields)
    writer.writerows([f"{cell:.4g}" if isinstance(cell, float) else cell for cell in row] for row in rows)
    return text.getvalue()


def main() -> int:
    """Compare or write; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write the table")
    options = parser.parse_args()
    fresh = table(list(rates()))
    before = TABLE.read_text(encoding="utf-8") if TABLE.is_file() else ""
    sys.stdout.write(fresh if fresh != before else f"{TABLE.name} is what the records say\n")
    if options.write:
        TABLE.write_text(fresh, encoding="utf-8", newline="\n")
    return 1 if fresh != before and not options.write else 0


if __name__ == "__main__":
    raise SystemExit(main())
