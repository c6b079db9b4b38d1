"""Derive the monthly deaths of records/donbas-2014-2017.csv from the UCDP GED events of Ukraine.

    python scripts/derive_donbas_record.py            compare the record with the data, print what differs, exit 1 if anything does
    python scripts/derive_donbas_record.py --write    replace the derived rows (those with source ucdp-ged-221), keep all others

The events are not shipped. They are looked for in ../shared/data/ged, or where --events says.
Source: UCDP GED (22.1 by its coverage), Sundberg & Melander 2013; Davies, Pettersson & Öberg 2022; CC BY 4.0. Only monthly sums are kept.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EVENTS = ROOT.parent / "shared" / "data" / "ged" / "ged221_ukraine_2014_2021.csv"
RECORD = ROOT / "records" / "donbas-2014-2017.csv"
COLUMNS = ("series", "valid", "known", "value", "source", "coding", "note")
SOURCE = "ucdp-ged-221"
FIRST, LAST = "2014-04", "2017-12"
HIGH = 150  # military or unknown dead in a month from which on the fighting counts as high intensity (a judgement)

Row = dict[str, str]
Event = Mapping[str, str]

# What is counted in each series, per event.
SERIES: dict[str, Callable[[Event], int]] = {
    "deaths": lambda event: int(event["best"]) - int(event["deaths_civilians"]),
    "civilians": lambda event: int(event["deaths_civilians"]),
    "dead-low": lambda event: int(event["low"]),
    "dead-high": lambda event: int(event["high"]),
}


def months() -> list[str]:
    """Every month of the record, as YYYY-MM."""
    first, last = (12 * int(text[:4]) + int(text[5:]) - 1 for text in (FIRST, LAST))
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in range(first, last + 1)]


def days_by_month(event: Event) -> dict[str, int]:
    """How many of the event's days lie in each month."""
    day, end = date.fromisoformat(event["date_start"]), date.fromisoformat(event["date_end"])
    days: dict[str, int] = defaultdict(int)
    while day <= end:
        days[f"{day:%Y-%m}"] += 1
        day += timedelta(days=1)
    return dict(days)


def spread(count: int, days: Mapping[str, int]) -> dict[str, int]:
    """`count` divided over months in proportion to `days`, in whole persons: largest remainder, earlier months first on a tie."""
    total = sum(days.values())
    shares = {month: divmod(count * part, total) for month, part in days.items()}
    left = count - sum(whole for whole, _ in shares.values())
    lucky = sorted(shares, key=lambda month: (-shares[month][1], month))[:left]
    return {month: whole + (month in lucky) for month, (whole, _) in shares.items()}


def sums(events: Iterable[Event], counted: Callable[[Event], int]) -> tuple[dict[str, int], dict[str, int]]:
    """Monthly sums in two ways: every event spread over its own days, and every event in the month in which it ends."""
    by_span: dict[str, int] = defaultdict(int)
    as_dated: dict[str, int] = defaultdict(int)
    for event in events:
        count = counted(event)
        as_dated[event["date_end"][:7]] += count
        for month, part in spread(count, days_by_month(event)).items():
            by_span[month] += part
    return by_span, as_dated


def known(month: str) -> str:
    """When a month's figure could be known: an annual release about six months after the year (an estimate)."""
    return f"{int(month[:4]) + 1}-06"


def derived(events: list[Event]) -> list[Row]:
    """The rows of the record that come from the events; a coding is named only where the two codings differ."""
    rows: list[Row] = []
    for series, counted in SERIES.items():
        by_span, as_dated = sums(events, counted)
        for month in months():
            rows += coded(series, month, {"spread": by_span.get(month, 0), "as-dated": as_dated.get(month, 0)})
    by_span, as_dated = sums(events, SERIES["deaths"])
    for month in months():
        pair = {"spread": int(by_span.get(month, 0) >= HIGH), "as-dated": int(as_dated.get(month, 0) >= HIGH)}
        if any(pair.values()):  # an event series lists what happened
            rows += coded("high-intensity", month, pair)
    return rows


def coded(series: str, month: str, pair: Mapping[str, int]) -> list[Row]:
    """One row where the two codings agree, else one for each."""
    values = {"": pair["spread"]} if pair["spread"] == pair["as-dated"] else pair
    return [
        dict(zip(COLUMNS, (series, month, known(month), str(value), SOURCE, coding, ""), strict=True))
        for coding, value in values.items()
    ]


def read(path: Path) -> list[Row]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: Iterable[Row]) -> None:
    """The record, derived rows first, lines ending in a bare newline."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def command(about: str, place: str, events: Path, record: Path, source: str, rows: Callable[[Path], list[Row]]) -> int:
    """Compare the record's rows from `source` with what `rows` makes of the events, or write them; returns the exit code."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("--events", type=Path, default=events, help=f"the GED events of {place}, one row per event")
    parser.add_argument("--write", action="store_true", help="replace the derived rows of the record")
    options = parser.parse_args()
    if not options.events.is_file():
        sys.stderr.write(f"{options.events} is not here; the data are not shipped\n")
        return 2
    wanted = rows(options.events)
    present = read(record)
    if options.write:
        write(record, [*wanted, *(row for row in present if row["source"] != source)])
        sys.stdout.write(f"{len(wanted)} derived rows written to {record}\n")
        return 0
    found = [row for row in present if row["source"] == source]
    different = [row for row in wanted if row not in found] + [row for row in found if row not in wanted]
    for row in different:
        sys.stdout.write(f"differs: {row['series']} {row['valid']} {row['value']} {row['coding']}\n")
    sys.stdout.write(f"{len(wanted)} derived rows, {len(different)} differ\n")
    return 1 if different else 0


if __name__ == "__main__":
    raise SystemExit(command(__doc__ or "", "Ukraine", EVENTS, RECORD, SOURCE, lambda events: derived(read(events))))
