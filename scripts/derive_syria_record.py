"""Derive the monthly deaths of records/syria-2013-2019.csv from the UCDP GED events of Syria.

    python scripts/derive_syria_record.py            compare the record with the data, print what differs, exit 1 if anything does
    python scripts/derive_syria_record.py --write    replace the derived rows (those with source ucdp-ged-syria), keep all others

The events are not shipped. They are looked for in ../shared/data/ged, or where --events says.
Source: UCDP GED, Sundberg & Melander 2013; Davies, Pettersson & Öberg 2022; CC BY 4.0. Only monthly sums are kept.

Counted are the dead of the government against the insurgents without the Islamic State: the model knows two sides. Counts for a whole
year, of people whose day and place nobody recorded, are a large part of 2016, and what to do with them is a switch of the record.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

from derive_donbas_record import COLUMNS, Event, Row, command, days_by_month, spread
from derive_donbas_record import known as release

ROOT = Path(__file__).resolve().parents[1]
EVENTS = ROOT.parent / "shared" / "data" / "ged" / "ucdp_syria_191_events.csv.gz"
RECORD = ROOT / "records" / "syria-2013-2019.csv"
SOURCE = "ucdp-ged-syria"
FIRST, LAST = "2016-01", "2019-11"  # the events end on 1 December 2019
DYAD = "Government of Syria - Syrian insurgents"
YEARLONG = 300  # days from which on a count is one for the whole year


def number(event: Event, column: str) -> int:
    """A count; the file writes whole numbers as 1.0."""
    return int(float(event[column]))


SERIES: dict[str, Callable[[Event], int]] = {
    "deaths": lambda event: number(event, "best") - number(event, "deaths_civilians"),
    "civilians": lambda event: number(event, "deaths_civilians"),
}


def months() -> list[str]:
    """Every month that is derived, as YYYY-MM."""
    first, last = (12 * int(text[:4]) + int(text[5:]) - 1 for text in (FIRST, LAST))
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in range(first, last + 1)]


def yearlong(event: Event) -> bool:
    """A count for a whole year."""
    return (date.fromisoformat(event["date_end"]) - date.fromisoformat(event["date_start"])).days >= YEARLONG


def sums(events: Iterable[Event], counted: Callable[[Event], int]) -> dict[str, dict[str, int]]:
    """Monthly sums under each option: spread over the event's own days, in the month of its last day, and that without yearlong counts."""
    found: dict[str, dict[str, int]] = {option: defaultdict(int) for option in ("spread", "as-dated", "dated-only")}
    for event in events:
        count, last = counted(event), event["date_end"][:7]
        found["as-dated"][last] += count
        if not yearlong(event):
            found["dated-only"][last] += count
        for month, part in spread(count, days_by_month(event)).items():
            found["spread"][month] += part
    return found


def derived(events: Iterable[Event]) -> list[Row]:
    """The rows of the record that come from the events; a coding is named where not all agree."""
    chosen = [event for event in events if event["dyad_name"] == DYAD]
    rows: list[Row] = []
    for series, counted in SERIES.items():
        found = sums(chosen, counted)
        for month in months():
            options: Mapping[str, int] = {option: sums_of.get(month, 0) for option, sums_of in found.items()}
            alike = len(set(options.values())) == 1
            for option, value in ({"": options["spread"]} if alike else options).items():
                cells = (series, month, release(month), str(value), SOURCE, option, "")
                rows.append(dict(zip(COLUMNS, cells, strict=True)))
    return rows


def read(path: Path) -> list[Row]:
    """The events of a CSV file, packed or not."""
    with (
        gzip.open(path, "rt", encoding="utf-8", newline="")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8", newline="") as file
    ):
        return list(csv.DictReader(file))


if __name__ == "__main__":
    raise SystemExit(command(__doc__ or "", "Syria", EVENTS, RECORD, SOURCE, lambda events: derived(read(events))))
