"""The rows of a record, `NAME.csv`, against what its head says of them: names, months, values, and what only all rows together show."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from countermove.scenario.csv_table import CsvTable
from countermove.scenario.node_reader import MOST, NodeReader, listed
from countermove.scenario.tree import Mark, Scalar
from countermove.spelling import closest
from countermove.world.channel import CHANNEL
from countermove.world.record import Datum, Record, Series
from countermove.world.words import month_text

COLUMNS = ("series", "valid", "known", "value", "source", "coding", "note")
MAX_ROWS = 20_000
FAR = 60  # months without any row, beyond which a month is asked about
_BOUNDS = {"0-1": (0.0, 1.0), "share": (0.0, 1.0), "probability": (0.0, 1.0), "rung": (0.0, 9.0)}
# words of a unit of which there cannot be fewer than none
_COUNTED = frozenset(
    [
        "count",
        "persons",
        "people",
        "men",
        "women",
        "soldiers",
        "troops",
        "fighters",
        "dead",
        "deaths",
        "killed",
        "wounded",
        "casualties",
        "civilians",
        "missing",
        "refugees",
        "violations",
        "events",
        "incidents",
        "attacks",
        "launchers",
        "missiles",
        "tanks",
        "guns",
        "aircraft",
        "drones",
        "thousand",
    ]
)


@dataclass(frozen=True)
class PlacedRow:
    """A row that reads well: where it stands, and where its month does."""

    datum: Datum
    mark: Mark
    valid: Scalar


def with_rows(reader: NodeReader, record: Record, lost: frozenset[str], text: str, file: str) -> Record:
    """The record with its rows. `lost`: parts of its head that could not be read, of which the rows are not judged. Raises Stop."""
    sheet = CsvTable(reader, text, file, COLUMNS, most=MAX_ROWS)
    found: list[PlacedRow] = []
    seen: dict[tuple[str, int, int, str], int] = {}
    for mark, cells in sheet.rows():
        datum = _datum(reader, record, lost, sheet, cells)
        if datum is None:
            continue
        key = (datum.series, datum.valid, datum.known, datum.coding)
        if key in seen:
            reader.refuse(mark, f"{datum.series} has this month already, on line {seen[key]}", "one row, or another known month")
            continue
        seen[key] = mark.line
        found.append(PlacedRow(datum, mark, cells[1]))
    if not found and not reader.issues.found:
        reader.refuse(Mark(file, 1, 1), "no rows", "at least one")
    _unambiguous(reader, record, found)
    _far_off(reader, record, found)
    return replace(record, data=tuple(one.datum for one in found))


def this_month() -> int:
    """The month that it is, year * 12 + month - 1."""
    now = datetime.now(UTC)
    return now.year * 12 + now.month - 1


def suggested_year(written: int, low: int, high: int, least: int = 3) -> str:
    """The month from `low` to `high` that may have been meant by another year's: `least` figures of the year alike, the most first, then the
    nearest. Figures that changed places count for one more."""
    year = f"{written // 12:04d}"

    def alike(month: int) -> int:
        other = f"{month // 12:04d}"
        return sum(one == two for one, two in zip(year, other, strict=True)) + (sorted(year) == sorted(other))

    months = [month for month in range(low, high + 1) if (month - written) % 12 == 0 and alike(month) >= least]
    return month_text(max(months, key=lambda month: (alike(month), -abs(month - written)))) if months else ""


def _datum(reader: NodeReader, record: Record, lost: frozenset[str], sheet: CsvTable, cells: list[Scalar]) -> Datum | None:
    series, valid, known, value, source, coding, note = cells
    before = len(reader.issues.found)
    one = record.series.get(series.text)
    if one is None and record.series:
        reader.refuse(
            series, f"{reader.described(series)} is not a series", listed(record.series, 40), closest(series.text, record.series)
        )
    start, seen = reader.month(valid), reader.month(known)
    if start and seen:
        _in_time(reader, known, start, seen)
    if start and start % 12 != 11 and one is not None and one.every == "year":
        year = valid.text[:4]
        reader.refuse(valid, f"the total of {year} in {valid.text}", "the last month of the year that it is of", f"{year}-12")
    number = _value(reader, one, sheet, value)
    if "sources" not in lost and source.text not in record.sources and source.text != "judgement":
        near = closest(source.text, (*record.sources, "judgement"))
        reader.refuse(
            source, f"{reader.described(source)} is not one of the sources", "a key of sources: or the word judgement", near
        )
    options = [option for switch in record.codings.values() for option in switch.options]
    if coding.text and "codings" not in lost and coding.text not in options:
        near = closest(coding.text, options)
        reader.refuse(coding, f"{reader.described(coding)} is not an option of a coding", listed(options) or "no coding", near)
    if len(reader.issues.found) > before or number is None:
        return None
    return Datum(series.text, start, seen, number, source.text, coding.text, note.text)


def _in_time(reader: NodeReader, known: Scalar, start: int, seen: int) -> None:
    """Nothing is known before it happens, nor is it known already what somebody will know of the past."""
    now = this_month()
    if seen < start:
        reader.refuse(known, f"known in {known.text}, before it happened in {month_text(start)}", "the same month or a later one")
    elif start <= now < seen:
        expected = f"a month from {month_text(start)} to {month_text(now)}"
        reader.refuse(known, f"known in {known.text}, which is yet to come", expected, suggested_year(seen, start, now))


def _value(reader: NodeReader, series: Series | None, sheet: CsvTable, cell: Scalar) -> float | None:
    """The number in a cell, inside the bounds of its series' kind and unit and of what the series observes; None after a mistake."""
    number = sheet.number(cell)
    if number is None:
        return None
    if abs(number) > MOST:
        return reader.refuse(cell, f"{cell.text} is out of range", f"at most {MOST:g} in size")
    if series is None:
        return number
    low, high = _BOUNDS.get(series.unit, (-math.inf, math.inf))
    channel = CHANNEL.get(series.observes)
    if series.bias is not None and number <= 0:
        return reader.refuse(cell, f"{cell.text} as a claim", "more than 0: who denies claims nothing, and notes can say so")
    if channel is not None or series.kind == "event" or _COUNTED & set(series.unit.lower().split()):
        low = max(low, 0.0)
    if channel is not None and channel.kind == "share":
        high = min(high, 1 / series.scale)
    if not low <= number <= high:
        what = reader.between((low, high), series.unit)
        unlike = series.kind == "event" and number < 0
        return reader.refuse(cell, f"{cell.text} is out of range", f"{what}; 0 is a month without the event" if unlike else what)
    event = channel is not None and channel.kind == "event"
    if series.kind == "event" and series.unit == "0-1" and number not in (0.0, 1.0):
        return reader.refuse(cell, f"{cell.text} is neither 0 nor 1", "1 where it happened, 0 where it did not")
    if (event or series.unit == "count") and number != int(number):
        return reader.refuse(cell, f"{cell.text} is not a whole number", "0, or how often it happened" if event else "a count")
    return number


def _unambiguous(reader: NodeReader, record: Record, found: Sequence[PlacedRow]) -> None:
    """A month of a series that has rows under two codings, or under one and under none, has two values."""
    of = {option: name for name, coding in reversed([*record.codings.items()]) for option in coding.options}
    first: dict[tuple[str, int], PlacedRow] = {}
    for one in found:
        datum = one.datum
        above = first.setdefault((datum.series, datum.valid), one)
        other = above.datum
        if of.get(datum.coding, "") != of.get(other.coding, ""):
            whose = f"under {other.coding}" if other.coding else "for every reading"
            reader.refuse(
                one.mark,
                f"{datum.series} has a value {whose} in this month, on line {above.mark.line}",
                "one row for every option of one coding, or one for all",
            )


def _far_off(reader: NodeReader, record: Record, found: Sequence[PlacedRow]) -> None:
    """Ask about rows more than FAR months from all those of the war: a slip of the year. What its series says that it covers is meant so."""
    months = sorted({one.datum.valid for one in found})
    spells: list[list[int]] = []
    for month in months:
        if spells and month - spells[-1][-1] <= FAR:
            spells[-1].append(month)
        else:
            spells.append([month])
    sizes = [sum(spell[0] <= one.datum.valid <= spell[-1] for one in found) for spell in spells]
    if len(spells) < 2 or sizes.count(max(sizes)) > 1:
        return
    war = spells[sizes.index(max(sizes))]
    for one in found:
        datum, covers = one.datum, record.series[one.datum.series].covers if one.datum.series in record.series else ()
        if war[0] <= datum.valid <= war[-1] or any(span.first <= datum.valid <= span.last for span in covers):
            continue
        apart = min(abs(datum.valid - month) for month in war) // 12
        reader.refuse(
            one.valid,
            f"{one.valid.text} lies {apart} years from every other month of the war",
            f"a month near {month_text(war[0])} to {month_text(war[-1])}, or `covers:` of the series {datum.series} with this month in it",
            suggested_year(datum.valid, war[0], war[-1] if datum.known < war[0] else min(war[-1], datum.known), 2),
        )
