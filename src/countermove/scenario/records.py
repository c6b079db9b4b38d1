"""Reading a record: `NAME.yaml` says what the series are, `NAME.csv` holds the rows; both as strictly as a scenario."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from countermove.errors import RecordError
from countermove.scenario.form import Form, closest, listed
from countermove.scenario.places import locate
from countermove.scenario.shape import SOURCE, Key
from countermove.scenario.tree import Entries, Issues, Mark, Node, Scalar, Stop, load, parse
from countermove.world.channel import CHANNEL
from countermove.world.record import Coding, Datum, Record, Reference, Series, Variant

COLUMNS = ("series", "valid", "known", "value", "source", "coding", "note")
MAX_ROWS = 20_000
_SERIES_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-.][a-z0-9]+)*")
_FIELD = re.compile(r'"((?:[^"]|"")*)"|([^",]*)')
_BOUNDS = {"0-1": (0.0, 1.0), "share": (0.0, 1.0), "probability": (0.0, 1.0), "rung": (0.0, 9.0)}

RECORD = (
    Key("record", "name", "Name of the record, as in the names of its files", True),
    Key("title", "text", "One line that says what it is about"),
    Key("war", "text", "The war it is about"),
    Key("replay", "name", "The scenario that starts where the record starts"),
    Key("series", "map:series", "What was measured", True),
    Key("sources", "map:source", "Where the rows come from"),
    Key("codings", "map:coding", "Disputed readings of the record"),
    Key("prior-saw", "list:name", "Series that the scenario's own numbers were scaled on"),
    Key("variants", "map:variant", "Other ways to model the start of the war"),
    Key("notes", "list:text", "Anything a reader should know"),
)
SERIES = (
    Key("unit", "text", "Unit", True),
    Key("says", "text", "What it is"),
    Key("kind", "monthly|event|level", "How months that are not listed are read", True),
    Key("vintage", "real-time|retrospective", "Whether it was known as it happened", True),
    Key("observes", "name", "What of the model's world it observes; without it the series is shown and weighs nothing"),
    Key("error", "plain", "Standard deviation of the error: of the logarithm of an amount, of the logit of a share"),
    Key("scale", "plain", "What a value is multiplied by to come to the model's unit"),
    Key("every", "month|year", "Whether a datum is of its month, or the total of the calendar year that ends with it"),
)
VARIANT = (
    Key("says", "text", "What is modelled otherwise", True),
    Key("set", "numbers", "Paths in the replay scenario and the values they take"),
)
CODING = (
    Key("default", "name", "The option that is taken when nothing is said", True),
    Key("options", "map:text", "Each reading in words", True),
    Key("says", "text", "What is disputed"),
)


def read_record(source: str | Path) -> Record:
    """The record of a name such as "donbas-2014-2017", or of a path to its YAML file; raises RecordError with every mistake."""
    issues = Issues()
    record: Record | None = None
    try:
        path = locate(source, "records", ".yaml", issues)
        root = parse(load(path, issues), str(path), issues)
        record = _head(Form(issues), root, path.stem)
        rows = path.with_suffix(".csv")
        record = _with_rows(Form(issues), record, load(rows, issues), str(rows))
    except Stop:
        record = None
    if record is None or issues.found:
        raise RecordError(issues.found)
    return record


def _head(form: Form, root: Node, stem: str) -> Record:
    top = form.keyed(root, RECORD, "a record")
    name = form.text(top.get("record"), "a record's name", 80)
    if name and name != stem:
        form.refuse(top["record"], f'the record "{name}" in a file named {stem}', f"record: {stem}", stem)
    series: dict[str, Series] = {}
    for key, node in _pairs(form, top.get("series"), "series"):
        if not _SERIES_NAME.fullmatch(key.text):
            form.refuse(
                key, f'"{key.text}" is not a name of a series', "lower-case letters, digits, hyphens, and a point after an actor"
            )
        series[key.text] = _series(form, key.text, node)
    codings = {key.text: _coding(form, node) for key, node in form.named(top.get("codings"), "codings", 20)}
    _distinct(form, top.get("codings"), codings)
    return Record(
        name=name,
        title=form.text(top.get("title"), "a title", 500),
        war=form.text(top.get("war"), "a war", 200),
        series=series,
        sources={key.text: _reference(form, node) for key, node in form.named(top.get("sources"), "sources", 1000)},
        codings=codings,
        notes=tuple(form.text(item, "a note") for item in form.items(top.get("notes"), "notes", 100)),
        replay=form.text(top["replay"], "a scenario's name", 80) if "replay" in top else None,
        prior_saw=tuple(_one_of(form, item, series) for item in form.items(top.get("prior-saw"), "series", 200)),
        variants={key.text: _variant(form, node) for key, node in form.named(top.get("variants"), "variants", 20)},
    )


def _one_of(form: Form, node: Node, series: Mapping[str, Series]) -> str:
    name = form.text(node, "a series", 80)
    if name not in series:
        form.refuse(node, f'"{name}" is not a series', listed(series, 40), closest(name, series))
    return name


def _variant(form: Form, node: Node) -> Variant:
    entries = form.keyed(node, VARIANT, "a variant")
    says = form.text(entries.get("says"), "says")
    given = {key.text: value for key, value in _pairs(form, entries.get("set"), "set")}
    for value in given.values():
        if not isinstance(value, Scalar):
            form.refuse(value, f"{form.found(value)} in a variant", "a text in quotes, as after --set")
    return Variant(says, {path: value.text for path, value in given.items() if isinstance(value, Scalar)})


def _pairs(form: Form, node: Node | None, noun: str) -> list[tuple[Scalar, Node]]:
    if node is not None and not isinstance(node, Entries):
        form.refuse(node, f"{noun} cannot be {form.found(node)}", "a mapping of names")
    return list(node.entries) if isinstance(node, Entries) else []


def _series(form: Form, name: str, node: Node) -> Series:
    entries = form.keyed(node, SERIES, "a series")
    kind = (
        form.word(entries["kind"], ("monthly", "event", "level"), "a kind of series", "monthly") if "kind" in entries else "monthly"
    )
    vintages = ("real-time", "retrospective")
    vintage = form.word(entries["vintage"], vintages, "a vintage", "real-time") if "vintage" in entries else "real-time"
    unit = form.text(entries.get("unit"), "a unit", 80)
    every = form.word(entries["every"], ("month", "year"), "how often", "month") if "every" in entries else "month"
    return Series(
        name,
        unit,
        form.text(entries.get("says"), "says"),
        cast(Any, kind),
        cast(Any, vintage),
        observes=_channel(form, name, entries["observes"]) if "observes" in entries else "",
        error=form.plain(entries["error"], bounds=(1e-3, 10.0)) if "error" in entries else None,
        scale=form.plain(entries["scale"], bounds=(1e-9, 1e9), default=1.0) if "scale" in entries else 1.0,
        every=cast(Any, every),
    )


def _channel(form: Form, name: str, node: Node) -> str:
    """A channel's name; one that is somebody's needs a series that says whose."""
    what = form.word(node, tuple(CHANNEL), "a thing that a record can observe", "")
    if what and CHANNEL[what].of != "world" and "." not in name:
        form.refuse(node, f'"{what}" is a {CHANNEL[what].of}\'s, and "{name}" names none', f"a series called ACTOR.{name}")
    return what


def _coding(form: Form, node: Node) -> Coding:
    entries = form.keyed(node, CODING, "a coding")
    options = {key.text: form.text(text, "an option") for key, text in form.named(entries.get("options"), "options", 20)}
    default = form.text(entries.get("default"), "a default", 80)
    if options and default and default not in options:
        form.refuse(entries["default"], f'"{default}" is not one of the options', listed(options), closest(default, options))
    return Coding(default, options)


def _distinct(form: Form, node: Node | None, codings: dict[str, Coding]) -> None:
    """A row names an option alone, so an option belongs to one coding."""
    seen: dict[str, str] = {}
    for name, coding in codings.items():
        for option in coding.options:
            if option in seen and node is not None:
                form.refuse(node, f'"{option}" is an option of {seen[option]} and of {name}', "different names")
            seen[option] = name


def _reference(form: Form, node: Node) -> Reference:
    entries = form.keyed(node, SOURCE, "a source")
    year = form.integer(entries["year"], (1, 2999), 1) if "year" in entries else None
    texts = {key: form.text(entries.get(key), key) for key in ("title", "by", "url", "note")}
    return Reference(year=year, **texts)


# --- the rows ---------------------------------------------------------------------------------------------------------


def _with_rows(form: Form, record: Record, text: str, file: str) -> Record:
    lines = text.replace("\r\n", "\n").split("\n")
    header = [field.text for field in _fields(form, lines[0], Mark(file, 1, 1))]
    if header != list(COLUMNS):
        form.refuse(Mark(file, 1, 1), f"the columns {', '.join(header)[:200]}", ", ".join(COLUMNS))
        return record
    if len(lines) > MAX_ROWS:
        raise form.issues.stop(Mark(file), f"{len(lines)} rows", f"at most {MAX_ROWS}")
    data: list[Datum] = []
    seen: dict[tuple[str, int, int, str], int] = {}
    for place, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        datum = _datum(form, record, list(_fields(form, line, Mark(file, place, 1))), Mark(file, place, 1))
        if datum is None:
            continue
        key = (datum.series, datum.valid, datum.known, datum.coding)
        if key in seen:
            form.refuse(
                Mark(file, place, 1),
                f"{datum.series} has this month already, on line {seen[key]}",
                "one row, or another known month",
            )
        seen[key] = place
        data.append(datum)
    if not data and not form.issues.found:
        form.refuse(Mark(file, 1, 1), "no rows", "at least one")
    _unambiguous(form, data, seen, file)
    return replace(record, data=tuple(data))


def _fields(form: Form, line: str, mark: Mark) -> Iterator[Scalar]:
    """The cells of a line with their columns; quotes double inside quotes, and a cell ends where its line ends."""
    at = 0
    while True:
        match = _FIELD.match(line, at)
        end = at if match is None else match.end()
        if match is None or (end < len(line) and line[end] != ","):
            form.refuse(
                Mark(mark.file, mark.line, at + 1),
                "a cell that is not closed",
                'cells between commas; quotes around a cell that holds "," or quotes',
            )
            return
        quoted = match[1] is not None
        yield Scalar(match[1].replace('""', '"') if quoted else match[2], Mark(mark.file, mark.line, at + 1), not quoted)
        if end >= len(line):
            return
        at = end + 1


def _datum(form: Form, record: Record, cells: list[Scalar], mark: Mark) -> Datum | None:
    if len(cells) != len(COLUMNS):
        form.refuse(mark, f"{len(cells)} cells", f"{len(COLUMNS)}: {', '.join(COLUMNS)}")
        return None
    series, valid, known, value, source, coding, note = cells
    before = len(form.issues.found)
    if series.text not in record.series:
        form.refuse(series, f'"{series.text}" is not a series', listed(record.series, 40), closest(series.text, record.series))
    start, seen = form.month(valid), form.month(known)
    if start and seen and seen < start:
        form.refuse(known, f"known in {known.text}, before it happened in {valid.text}", "the same month or a later one")
    number = form.finite(value.text)
    if number is None:
        form.refuse(value, f"{form.found(value)} is not a number", "a number")
    elif series.text in record.series:
        low, high = _BOUNDS.get(record.series[series.text].unit, (-math.inf, math.inf))
        if not low <= number <= high:
            form.refuse(value, f"{value.text} is out of range", form.between((low, high), record.series[series.text].unit))
    if source.text not in record.sources and source.text != "judgement":
        known_sources = (*record.sources, "judgement")
        form.refuse(
            source,
            f'"{source.text}" is not one of the sources',
            "a key of sources: or the word judgement",
            closest(source.text, known_sources),
        )
    options = [option for switch in record.codings.values() for option in switch.options]
    if coding.text and coding.text not in options:
        form.refuse(
            coding, f'"{coding.text}" is not an option of a coding', listed(options) or "no coding", closest(coding.text, options)
        )
    if len(form.issues.found) > before or number is None:
        return None
    return Datum(series.text, start, seen, number, source.text, coding.text, note.text)


def _unambiguous(form: Form, data: list[Datum], lines: dict[tuple[str, int, int, str], int], file: str) -> None:
    """A month that has one value for all readings and another for one of them has two values."""
    always = {(datum.series, datum.valid) for datum in data if not datum.coding}
    for datum in data:
        if datum.coding and (datum.series, datum.valid) in always:
            line = lines[datum.series, datum.valid, datum.known, datum.coding]
            form.refuse(
                Mark(file, line, 1),
                f"{datum.series} has a value for every reading in this month",
                "one row for every option, or one for all",
            )
