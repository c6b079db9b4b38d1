"""Reading a record: `NAME.yaml` says what the series are, `NAME.csv` holds the rows; both as strictly as a scenario."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from countermove.errors import RecordError
from countermove.scenario.form import MOST, NAME, Form, listed
from countermove.scenario.places import is_name, locate
from countermove.scenario.shape import SOURCE, Key
from countermove.scenario.tree import Entries, Issues, Mark, Node, Scalar, Stop, load, parse
from countermove.spelling import closest
from countermove.world.channel import CHANNEL, CHANNELS
from countermove.world.record import Coding, Datum, Record, Reference, Series, Variant

COLUMNS = ("series", "valid", "known", "value", "source", "coding", "note")
MAX_ROWS = 20_000
_SERIES_NAME = re.compile(rf"{NAME.pattern}(?:\.{NAME.pattern})?")
_PATH = re.compile(rf"{NAME.pattern}(?:\.(?:{NAME.pattern}|[0-9]{{1,4}}))*")
_FIELD = re.compile(r'"((?:[^"]|"")*)"|([^",]*)')
# what the YAML reader refuses too: it could repaint a terminal, or end a line for some readers and not for others
_STRAY = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_LINE_ENDS = "\r\x85\u2028\u2029"
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
    Key("set", "numbers", "Paths in the replay scenario and the values they take", True),
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
        head = _head(Form(issues), root, path.stem)
        if not isinstance(root, Entries):
            raise Stop
        rows = path.with_suffix(".csv")
        if is_name(source) and rows.is_file() and rows.resolve().parent != path.resolve().parent:
            raise issues.stop(Mark(str(rows)), "a link that leaves its folder", "the file itself")
        record = _with_rows(Form(issues), head, _lost(root), load(rows, issues), str(rows))
    except Stop:
        record = None
    if record is None or issues.found:
        raise RecordError(issues.found)
    return record


def _head(form: Form, root: Node, stem: str) -> Record:
    top = form.keyed(root, RECORD, "a record")
    name = _name(form, top.get("record"), "a record's name")
    if name and name != stem:
        form.refuse(top["record"], f'the record "{name}" in a file named {stem}', f"record: {stem}", stem)
    series = _all_series(form, top.get("series"))
    options: dict[str, str] = {}
    return Record(
        name=name,
        title=form.text(top.get("title"), "a title", 500),
        war=form.text(top.get("war"), "a war", 200),
        series=series,
        sources={key.text: _reference(form, node) for key, node in form.named(top.get("sources"), "sources", 1000)},
        codings={key.text: _coding(form, key.text, node, options) for key, node in form.named(top.get("codings"), "codings", 20)},
        notes=tuple(form.text(item, "a note") for item in form.items(top.get("notes"), "notes", 100)),
        replay=_name(form, top["replay"], "a scenario's name") if "replay" in top else None,
        prior_saw=_seen_before(form, form.items(top.get("prior-saw"), "series", 200), series),
        variants={key.text: _variant(form, node) for key, node in form.named(top.get("variants"), "variants", 20)},
    )


def _name(form: Form, node: Node | None, noun: str) -> str:
    """A name of a file that is found beside this one, never a path; nothing after a mistake."""
    text = form.text(node, noun, 80)
    if not text or not isinstance(node, Scalar):
        return ""
    if "/" in text or "\\" in text or ".." in text:
        form.refuse(node, f'"{text}" is a path', "a name: other files are found in the standard folders")
        return ""
    before = len(form.issues.found)
    form.check_name(node)
    return text if len(form.issues.found) == before else ""


def _lost(root: Entries) -> frozenset[str]:
    """Parts of the head that could not be read: what the rows say of them is not judged, so that one slip is one mistake."""
    lost = {key for key in ("sources", "codings") if not isinstance(root.get(key) or root, Entries)}
    codings = root.get("codings")
    for _, coding in codings.entries if isinstance(codings, Entries) else ():
        options = coding.get("options") if isinstance(coding, Entries) else None
        if not isinstance(options, Entries) or not options.entries:
            lost.add("codings")
    return frozenset(lost)


def _seen_before(form: Form, items: tuple[Node, ...], series: Mapping[str, Series]) -> tuple[str, ...]:
    names: list[str] = []
    for item in items:
        name = form.text(item, "a series", 80)
        if name in names:
            form.refuse(item, f'"{name}" is named twice', "each series once")
        elif name and series and name not in series:
            form.refuse(item, f'"{name}" is not a series', listed(series, 40), closest(name, series))
        names.append(name)
    return tuple(names)


def _variant(form: Form, node: Node) -> Variant:
    entries = form.keyed(node, VARIANT, "a variant")
    says = form.text(entries.get("says"), "says")
    given = _pairs(form, entries.get("set"), "set")
    if isinstance(entries.get("set"), Entries) and not given:
        form.refuse(entries["set"], "a variant that sets nothing", "paths in the replay and the values they take")
    for path, value in given:
        if not _PATH.fullmatch(path.text):
            form.refuse(path, f'"{path.text}" is not a path', "keys with points between them: patrons.moscow.baseline")
        if not isinstance(value, Scalar) or form.found(value) == "empty" or not value.text.strip():
            form.refuse(value, f"{form.found(value)} in a variant", "a text in quotes, as after --set")
            continue
        trial = Issues()
        with suppress(Stop):
            parse(value.text, value.mark.file, trial)
        if trial.found:
            form.refuse(value, f"{form.found(value)} in a variant: {trial.found[0].message}", "a value as after --set")
    return Variant(says, {path.text: value.text for path, value in given if isinstance(value, Scalar)})


def _pairs(form: Form, node: Node | None, noun: str) -> list[tuple[Scalar, Node]]:
    if node is not None and not isinstance(node, Entries):
        form.refuse(node, f"{noun} cannot be {form.found(node)}", "a mapping of names")
    return list(node.entries) if isinstance(node, Entries) else []


def _all_series(form: Form, node: Node | None) -> dict[str, Series]:
    series: dict[str, Series] = {}
    for key, one in _pairs(form, node, "series"):
        name = key.text
        if not _SERIES_NAME.fullmatch(name):
            plain = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-")
            meant = plain if _SERIES_NAME.fullmatch(plain) else ""
            wanted = "lower-case letters, digits, hyphens, and one point after an actor"
            form.refuse(key, f'"{name}" is not a name of a series', wanted, meant)
            name = meant or name
        series[name] = _series(form, name, one)
    if isinstance(node, Entries) and not series:
        form.refuse(node, "no series", "one series or more")
    return series


def _series(form: Form, name: str, node: Node) -> Series:
    entries = form.keyed(node, SERIES, "a series")
    kind = (
        form.word(entries["kind"], ("monthly", "event", "level"), "a kind of series", "monthly") if "kind" in entries else "monthly"
    )
    vintages = ("real-time", "retrospective")
    vintage = form.word(entries["vintage"], vintages, "a vintage", "real-time") if "vintage" in entries else "real-time"
    unit = form.text(entries.get("unit"), "a unit", 80)
    every = form.word(entries["every"], ("month", "year"), "how often", "month") if "every" in entries else "month"
    observes = _channel(form, name, entries["observes"]) if "observes" in entries else ""
    every = _fitting(form, entries, observes, every)
    if every == "year" and kind == "event":  # months that are not listed would be months in which nothing happened
        form.refuse(entries["every"], '"every: year" of an event', "kind: monthly")
    return Series(
        name,
        unit,
        form.text(entries.get("says"), "says"),
        cast(Any, kind),
        cast(Any, vintage),
        observes=observes,
        error=form.plain(entries["error"], bounds=(1e-3, 10.0)) if "error" in entries else None,
        scale=form.plain(entries["scale"], bounds=(1e-9, 1e9), default=1.0) if "scale" in entries else 1.0,
        every=cast(Any, every),
    )


def _channel(form: Form, name: str, node: Node) -> str:
    """A channel's name; one that is somebody's needs a series that says whose. Nothing after a mistake."""
    what = form.word(node, tuple(CHANNEL), "a thing that a record can observe", "")
    if what and CHANNEL[what].of != "world" and "." not in name:
        form.refuse(node, f'"{what}" is a {CHANNEL[what].of}\'s, and "{name}" names none', f"a series called ACTOR.{name}")
        return ""
    return what


def _fitting(form: Form, entries: Mapping[str, Node], observes: str, every: str) -> str:
    """What would weigh nothing, or other than it says, is a mistake: an error of a count. Gives `every`, the month after a mistake."""
    channel = CHANNEL.get(observes)
    if channel is None:
        for key in ("error", "scale"):
            if key in entries and "observes" not in entries:
                form.refuse(entries[key], f'"{key}" of a series that observes nothing', f'"observes", or no "{key}"')
        return every
    for key, kinds in (("error", ("count", "event")), ("scale", ("event",))):
        if key in entries and channel.kind in kinds:
            noun = "an event" if channel.kind == "event" else "a count"
            form.refuse(entries[key], f'"{key}" of {channel.name}, which is {noun}', f'no "{key}"')
    if every == "year" and not channel.flow:
        totals = ", ".join(other.name for other in CHANNELS if other.flow)
        form.refuse(entries["every"], f'"every: year" of {channel.name}, which is no total', f"month; totals are {totals}")
        return "month"
    return every


def _coding(form: Form, name: str, node: Node, taken: dict[str, str]) -> Coding:
    """A coding; `taken` holds the options of those before it, because a row names an option alone."""
    entries = form.keyed(node, CODING, "a coding")
    form.text(entries.get("says"), "says")
    options: dict[str, str] = {}
    for key, text in form.named(entries.get("options"), "options", 20):
        options[key.text] = form.text(text, "an option")
        if key.text == "default":
            form.refuse(key, '"default" is not a name of an option', "another name: it stands for the default of every coding")
        if key.text in taken:
            form.refuse(key, f'"{key.text}" is an option of {taken[key.text]} and of {name}', "different names")
        taken.setdefault(key.text, name)
    if isinstance(entries.get("options"), Entries) and len(options) < 2:
        form.refuse(entries["options"], f"{len(options)} option{'' if len(options) == 1 else 's'}", "two readings or more")
    default = form.text(entries.get("default"), "a default", 80)
    if options and default and default not in options:
        form.refuse(entries["default"], f'"{default}" is not one of the options', listed(options), closest(default, options))
    return Coding(default, options)


def _reference(form: Form, node: Node) -> Reference:
    entries = form.keyed(node, SOURCE, "a source")
    year = form.integer(entries["year"], (1, 2999), 1) if "year" in entries else None
    texts = {key: form.text(entries.get(key), key) for key in ("title", "by", "url", "note")}
    return Reference(year=year, **texts)


# --- the rows ---------------------------------------------------------------------------------------------------------


def _with_rows(form: Form, record: Record, lost: frozenset[str], text: str, file: str) -> Record:
    lines = text.replace("\r\n", "\n").split("\n")
    if not _columns(form, lines[0], file):
        return record
    if len(lines) > MAX_ROWS:
        raise form.issues.stop(Mark(file), f"{len(lines)} rows", f"at most {MAX_ROWS}")
    data: list[Datum] = []
    seen: dict[tuple[str, int, int, str], int] = {}
    for place, line in enumerate(lines[1:], start=2):
        mark = Mark(file, place, 1)
        cells = _cells(form, line, mark) if line.strip(" \t") else None
        datum = None if cells is None else _datum(form, record, lost, cells)
        if datum is None:
            continue
        key = (datum.series, datum.valid, datum.known, datum.coding)
        if key in seen:
            form.refuse(mark, f"{datum.series} has this month already, on line {seen[key]}", "one row, or another known month")
            continue
        seen[key] = place
        data.append(datum)
    if not data and not form.issues.found:
        form.refuse(Mark(file, 1, 1), "no rows", "at least one")
    _unambiguous(form, record, data, tuple(seen.values()), file)
    return replace(record, data=tuple(data))


def _columns(form: Form, line: str, file: str) -> bool:
    """Whether the first line names the columns; the mistake stands where it first does not."""
    header = _cells(form, line, Mark(file, 1, 1))
    if header is None:
        return False
    wrong = [cell.mark for cell, column in zip(header, COLUMNS, strict=False) if cell.text != column]
    if not wrong and len(header) == len(COLUMNS):
        return True
    found = ", ".join(cell.text for cell in header)[:200]
    at = wrong[0] if wrong else Mark(file, 1, len(line) + 1)
    form.refuse(at, f"the columns {found}" if found else "no columns in the first line", ", ".join(COLUMNS))
    return False


def _cells(form: Form, line: str, mark: Mark) -> list[Scalar] | None:
    """The cells of a line with their columns; quotes double inside quotes, and a cell ends where its line ends. None after a mistake."""

    def refuse(at: int, message: str, expected: str) -> None:
        form.refuse(Mark(mark.file, mark.line, at + 1), message, expected)

    stray = _STRAY.search(line)
    if stray is not None:
        ends = stray[0] in _LINE_ENDS
        noun, expected = ("line separator", "lines that end in a line feed") if ends else ("control character", "text")
        return refuse(stray.start(), f"the {noun} U+{ord(stray[0]):04X}", expected)
    cells: list[Scalar] = []
    wanted = f"{len(COLUMNS)}: {', '.join(COLUMNS)}"
    at = 0
    while at <= len(line):
        match = _FIELD.match(line, at)
        end = at if match is None else match.end()
        if match is None or (end < len(line) and line[end] != ","):
            return refuse(at, "a cell that is not closed", 'cells between commas; quotes around a cell that holds "," or quotes')
        if len(cells) == len(COLUMNS):
            return refuse(at, f"more than {len(COLUMNS)} cells", f"{wanted}; quotes around a cell with a comma in it")
        quoted = match[1] is not None
        text = match[1].replace('""', '"') if quoted else match[2]
        cells.append(Scalar(text, Mark(mark.file, mark.line, at + 1), not quoted))
        at = end + 1
    if len(cells) < len(COLUMNS) and mark.line > 1:
        return refuse(0, f"{len(cells)} cell{'' if len(cells) == 1 else 's'}", wanted)
    return cells


def _datum(form: Form, record: Record, lost: frozenset[str], cells: list[Scalar]) -> Datum | None:
    series, valid, known, value, source, coding, note = cells
    before = len(form.issues.found)
    one = record.series.get(series.text)
    if one is None and record.series:
        form.refuse(series, f"{form.found(series)} is not a series", listed(record.series, 40), closest(series.text, record.series))
    start, seen = form.month(valid), form.month(known)
    if start and seen and seen < start:
        form.refuse(known, f"known in {known.text}, before it happened in {valid.text}", "the same month or a later one")
    if start and start % 12 != 11 and one is not None and one.every == "year":
        year = valid.text[:4]
        form.refuse(valid, f"the total of {year} in {valid.text}", "the last month of the year that it is of", f"{year}-12")
    number = _value(form, one, value)
    if "sources" not in lost and source.text not in record.sources and source.text != "judgement":
        near = closest(source.text, (*record.sources, "judgement"))
        form.refuse(source, f"{form.found(source)} is not one of the sources", "a key of sources: or the word judgement", near)
    options = [option for switch in record.codings.values() for option in switch.options]
    if coding.text and "codings" not in lost and coding.text not in options:
        near = closest(coding.text, options)
        form.refuse(coding, f"{form.found(coding)} is not an option of a coding", listed(options) or "no coding", near)
    if len(form.issues.found) > before or number is None:
        return None
    return Datum(series.text, start, seen, number, source.text, coding.text, note.text)


def _value(form: Form, series: Series | None, cell: Scalar) -> float | None:
    """The number in a cell, inside the bounds of its series' unit and of what the series observes; None after a mistake."""
    number = form.finite(cell.text)
    if number is None:
        return form.refuse(cell, f"{form.found(cell)} is not a number", "a number")
    if abs(number) > MOST:
        return form.refuse(cell, f"{cell.text} is out of range", f"at most {MOST:g} in size")
    if series is None:
        return number
    low, high = _BOUNDS.get(series.unit, (-math.inf, math.inf))
    channel = CHANNEL.get(series.observes)
    if channel is not None:
        low = max(low, 0.0)
        high = min(high, 1 / series.scale) if channel.kind == "share" else high
    if not low <= number <= high:
        return form.refuse(cell, f"{cell.text} is out of range", form.between((low, high), series.unit))
    if channel is not None and channel.kind == "event" and number != int(number):
        return form.refuse(cell, f"{cell.text} is not a whole number", "0, or how often it happened")
    return number


def _unambiguous(form: Form, record: Record, data: list[Datum], lines: tuple[int, ...], file: str) -> None:
    """A month of a series that has rows under two codings, or under one and under none, has two values."""
    of = {option: name for name, coding in reversed([*record.codings.items()]) for option in coding.options}
    first: dict[tuple[str, int], tuple[Datum, int]] = {}
    for datum, line in zip(data, lines, strict=True):
        other, above = first.setdefault((datum.series, datum.valid), (datum, line))
        if of.get(datum.coding, "") != of.get(other.coding, ""):
            whose = f"under {other.coding}" if other.coding else "for every reading"
            form.refuse(
                Mark(file, line, 1),
                f"{datum.series} has a value {whose} in this month, on line {above}",
                "one row for every option of one coding, or one for all",
            )
