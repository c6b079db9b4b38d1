"""Reading a record: `NAME.yaml` says what the series are, `NAME.csv` holds the rows; both as strictly as a scenario."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from countermove.errors import RecordError
from countermove.scenario.keys import SOURCE, Key
from countermove.scenario.node_reader import NAME, NodeReader, listed
from countermove.scenario.places import is_name, locate
from countermove.scenario.record_rows import with_rows
from countermove.scenario.tree import Entries, Issues, Items, Mark, Node, Scalar, Stop, load, parse
from countermove.spelling import closest
from countermove.world.channel import CHANNEL, CHANNELS
from countermove.world.record import Coding, Record, Reference, Series, Span, Variant
from countermove.world.words import month_text

MOST_SPANS = 50
_SERIES_NAME = re.compile(rf"{NAME.pattern}(?:\.{NAME.pattern})?")
_PATH = re.compile(rf"{NAME.pattern}(?:\.(?:{NAME.pattern}|[0-9]{{1,4}}))*")

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
    Key("unit", "text", "the unit of its values: persons, thousand, million USD, share, event", True),
    Key("says", "text", "What it is"),
    Key("kind", "monthly|event|level", "How months that are not listed are read", True),
    Key("vintage", "real-time|retrospective", "Whether it was known as it happened", True),
    Key("observes", "name", "What of the model's world it observes; without it the series is shown and weighs nothing"),
    Key("error", "plain", "Standard deviation of the error: of the logarithm of an amount, of the logit of a share"),
    Key("scale", "plain", "What a value is multiplied by to come to the model's unit"),
    Key("every", "month|year", "Whether a datum is of its month, or the total of the calendar year that ends with it"),
    Key("covers", "list:span", "The months that were watched: an event that is not listed in one of them did not happen"),
    Key(
        "bias",
        "plain",
        "Marks claims, of which each claimant's highest weighs, once: standard deviation of the logarithm of a claimant's bias",
    ),
)
REFERENCE = (*SOURCE, Key("claimant", "name", "The party that speaks through it; without it the source speaks for itself"))
SPAN = (
    Key("from", "month", "The first month that was watched", True),
    Key("until", "month", "The last month that was watched", True),
    Key("known", "month", "When all of it was published; without it each month was known as it passed"),
    Key("lag", "integer", "How many months after a month it was known what did not happen in it"),
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


def read_record(source: str | Path, *, first: Path | None = None) -> Record:
    """The record of a name such as "donbas-2014-2017", or of a path to its YAML file; raises RecordError with every mistake.

    A name is looked for in the folder `first` before the standard ones.
    """
    issues = Issues()
    record: Record | None = None
    try:
        path = locate(source, "records", ".yaml", issues, first)
        root = parse(load(path, issues), str(path), issues)
        head = _head(NodeReader(issues), root, path.stem)
        if not isinstance(root, Entries):
            raise Stop
        rows = path.with_suffix(".csv")
        if is_name(source) and rows.is_file() and rows.resolve().parent != path.resolve().parent:
            raise issues.stop(Mark(str(rows)), "a link that leaves its folder", "the file itself")
        head = replace(head, file=path.resolve())
        record = with_rows(NodeReader(issues), head, _lost(root), load(rows, issues), str(rows))
    except Stop:
        record = None
    if record is None or issues.found:
        raise RecordError(issues.found)
    return record


def _head(reader: NodeReader, root: Node, stem: str) -> Record:
    top = reader.keyed(root, RECORD, "a record")
    name = _name(reader, top.get("record"), "a record's name")
    if name and name != stem:
        reader.refuse(top["record"], f'the record "{name}" in a file named {stem}', f"record: {stem}", stem)
    series = _all_series(reader, top.get("series"))
    options: dict[str, str] = {}
    return Record(
        name=name,
        title=reader.text(top.get("title"), "a title", 500),
        war=reader.text(top.get("war"), "a war", 200),
        series=series,
        sources={key.text: _reference(reader, node) for key, node in reader.named(top.get("sources"), "sources", 1000)},
        codings={
            key.text: _coding(reader, key.text, node, options) for key, node in reader.named(top.get("codings"), "codings", 20)
        },
        notes=tuple(reader.text(item, "a note") for item in reader.items(top.get("notes"), "notes", 100)),
        replay=_name(reader, top["replay"], "a scenario's name") if "replay" in top else None,
        prior_saw=_seen_before(reader, reader.items(top.get("prior-saw"), "series", 200), series),
        variants={key.text: _variant(reader, node) for key, node in reader.named(top.get("variants"), "variants", 20)},
    )


def _name(reader: NodeReader, node: Node | None, noun: str) -> str:
    """A name of a file that is found beside this one, never a path; nothing after a mistake."""
    text = reader.text(node, noun, 80)
    if not text or not isinstance(node, Scalar):
        return ""
    if "/" in text or "\\" in text or ".." in text:
        reader.refuse(node, f'"{text}" is a path', "a name: other files are found in the standard folders")
        return ""
    before = len(reader.issues.found)
    reader.check_name(node)
    return text if len(reader.issues.found) == before else ""


def _lost(root: Entries) -> frozenset[str]:
    """Parts of the head that could not be read: what the rows say of them is not judged, so that one slip is one mistake."""
    lost = {key for key in ("sources", "codings") if not isinstance(root.get(key) or root, Entries)}
    codings = root.get("codings")
    for _, coding in codings.entries if isinstance(codings, Entries) else ():
        options = coding.get("options") if isinstance(coding, Entries) else None
        if not isinstance(options, Entries) or not options.entries:
            lost.add("codings")
    return frozenset(lost)


def _seen_before(reader: NodeReader, items: tuple[Node, ...], series: Mapping[str, Series]) -> tuple[str, ...]:
    names: list[str] = []
    for item in items:
        name = reader.text(item, "a series", 80)
        if name in names:
            reader.refuse(item, f'"{name}" is named twice', "each series once")
        elif name and series and name not in series:
            reader.refuse(item, f'"{name}" is not a series', listed(series, 40), closest(name, series))
        names.append(name)
    return tuple(names)


def _variant(reader: NodeReader, node: Node) -> Variant:
    entries = reader.keyed(node, VARIANT, "a variant")
    says = reader.text(entries.get("says"), "says")
    given = _pairs(reader, entries.get("set"), "set")
    if isinstance(entries.get("set"), Entries) and not given:
        reader.refuse(entries["set"], "a variant that sets nothing", "paths in the replay and the values they take")
    for path, value in given:
        if not _PATH.fullmatch(path.text):
            reader.refuse(path, f'"{path.text}" is not a path', "keys with points between them: patrons.moscow.baseline")
        if not isinstance(value, Scalar) or reader.described(value) == "empty" or not value.text.strip():
            reader.refuse(value, f"{reader.described(value)} in a variant", "a text in quotes, as after --set")
            continue
        trial = Issues()
        with suppress(Stop):
            parse(value.text, value.mark.file, trial)
        if trial.found:
            reader.refuse(value, f"{reader.described(value)} in a variant: {trial.found[0].message}", "a value as after --set")
    return Variant(says, {path.text: value.text for path, value in given if isinstance(value, Scalar)})


def _pairs(reader: NodeReader, node: Node | None, noun: str) -> list[tuple[Scalar, Node]]:
    if node is not None and not isinstance(node, Entries):
        reader.refuse(node, f"{noun} cannot be {reader.described(node)}", "a mapping of names")
    return list(node.entries) if isinstance(node, Entries) else []


def _all_series(reader: NodeReader, node: Node | None) -> dict[str, Series]:
    series: dict[str, Series] = {}
    for key, one in _pairs(reader, node, "series"):
        name = key.text
        if not _SERIES_NAME.fullmatch(name):
            plain = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-")
            meant = plain if _SERIES_NAME.fullmatch(plain) else ""
            wanted = "lower-case letters, digits, hyphens, and one point after an actor"
            reader.refuse(key, f'"{name}" is not a name of a series', wanted, meant)
            name = meant or name
        series[name] = _series(reader, name, one)
    if isinstance(node, Entries) and not series:
        reader.refuse(node, "no series", "one series or more")
    return series


def _series(reader: NodeReader, name: str, node: Node) -> Series:
    entries = reader.keyed(node, SERIES, "a series")
    kind = (
        reader.word(entries["kind"], ("monthly", "event", "level"), "a kind of series", "monthly")
        if "kind" in entries
        else "monthly"
    )
    vintages = ("real-time", "retrospective")
    vintage = reader.word(entries["vintage"], vintages, "a vintage", "real-time") if "vintage" in entries else "real-time"
    unit = reader.text(entries.get("unit"), "a unit", 80)
    every = reader.word(entries["every"], ("month", "year"), "how often", "month") if "every" in entries else "month"
    observes = _channel(reader, name, entries["observes"]) if "observes" in entries else ""
    every = _fitting(reader, entries, observes, every)
    if every == "year" and kind == "event":  # months that are not listed would be months in which nothing happened
        reader.refuse(entries["every"], '"every: year" of an event', "kind: monthly")
    return Series(
        name,
        unit,
        reader.text(entries.get("says"), "says"),
        cast(Any, kind),
        cast(Any, vintage),
        observes=observes,
        error=reader.plain(entries["error"], bounds=(1e-3, 10.0)) if "error" in entries else None,
        scale=reader.plain(entries["scale"], bounds=(1e-9, 1e9), default=1.0) if "scale" in entries else 1.0,
        every=cast(Any, every),
        covers=_spans(reader, entries["covers"]) if "covers" in entries else (),
        bias=reader.plain(entries["bias"], bounds=(1e-3, 10.0)) if "bias" in entries else None,
    )


def _spans(reader: NodeReader, node: Node) -> tuple[Span, ...]:
    """One span, or a list of them, none of which begins before the last one ends."""
    nodes = node.items if isinstance(node, Items) else (node,)
    if not nodes:
        reader.refuse(node, "a series that covers nothing", "from and until, or no covers")
    spans: list[Span] = []
    for one in nodes[:MOST_SPANS]:
        before = len(reader.issues.found)
        entries = reader.keyed(one, SPAN, "a span of months")
        first, last = (reader.month(entries[key]) if key in entries else 0 for key in ("from", "until"))
        known = reader.month(entries["known"]) if "known" in entries else 0
        lag = reader.integer(entries["lag"], (0, 1200), 0) if "lag" in entries else 0
        if len(reader.issues.found) > before:
            continue
        if last < first:
            reader.refuse(
                entries["until"], f"until {month_text(last)}, before {month_text(first)}", "the same month or a later one"
            )
        elif spans and first <= spans[-1].last:
            reader.refuse(
                entries["from"], f"{month_text(first)} is in the span before", f"a month after {month_text(spans[-1].last)}"
            )
        elif known and known < last:
            reader.refuse(
                entries["known"], f"known in {month_text(known)}, before {month_text(last)}", "the last month or a later one"
            )
        else:
            spans.append(Span(first, last, known, lag))
    if len(nodes) > MOST_SPANS:
        reader.refuse(node, f"{len(nodes)} spans", f"at most {MOST_SPANS}")
    return tuple(spans)


def _channel(reader: NodeReader, name: str, node: Node) -> str:
    """A channel's name; one that is somebody's needs a series that says whose. Nothing after a mistake."""
    what = reader.word(node, tuple(CHANNEL), "a thing that a record can observe", "")
    if what and CHANNEL[what].of != "world" and "." not in name:
        reader.refuse(node, f'"{what}" is a {CHANNEL[what].of}\'s, and "{name}" names none', f"a series called ACTOR.{name}")
        return ""
    return what


def _fitting(reader: NodeReader, entries: Mapping[str, Node], observes: str, every: str) -> str:
    """What would weigh nothing, or other than it says, is a mistake: an error of a count. Gives `every`, the month after a mistake."""
    channel = CHANNEL.get(observes)
    if channel is None:
        for key in ("error", "scale", "bias"):
            if key in entries and "observes" not in entries:
                reader.refuse(entries[key], f'"{key}" of a series that observes nothing', f'"observes", or no "{key}"')
        return every
    for key, kinds in (("error", ("count", "event")), ("scale", ("event",))):
        if key in entries and channel.kind in kinds:
            noun = "an event" if channel.kind == "event" else "a count"
            reader.refuse(entries[key], f'"{key}" of {channel.name}, which is {noun}', f'no "{key}"')
    if "bias" in entries and (channel.kind != "amount" or channel.flow):  # no party's peak is the highest of a total
        stocks = ", ".join(other.name for other in CHANNELS if other.kind == "amount" and not other.flow)
        reader.refuse(entries["bias"], f'"bias" of {channel.name}, which is no amount that has a peak', f"claims of {stocks}")
    if every == "year" and not channel.flow:
        totals = ", ".join(other.name for other in CHANNELS if other.flow)
        reader.refuse(entries["every"], f'"every: year" of {channel.name}, which is no total', f"month; totals are {totals}")
        return "month"
    return every


def _coding(reader: NodeReader, name: str, node: Node, taken: dict[str, str]) -> Coding:
    """A coding; `taken` holds the options of those before it, because a row names an option alone."""
    entries = reader.keyed(node, CODING, "a coding")
    reader.text(entries.get("says"), "says")
    options: dict[str, str] = {}
    for key, text in reader.named(entries.get("options"), "options", 20):
        options[key.text] = reader.text(text, "an option")
        if key.text == "default":
            reader.refuse(key, '"default" is not a name of an option', "another name: it stands for the default of every coding")
        if key.text in taken:
            reader.refuse(key, f'"{key.text}" is an option of {taken[key.text]} and of {name}', "different names")
        taken.setdefault(key.text, name)
    if isinstance(entries.get("options"), Entries) and len(options) < 2:
        reader.refuse(entries["options"], f"{len(options)} option{'' if len(options) == 1 else 's'}", "two readings or more")
    default = reader.text(entries.get("default"), "a default", 80)
    if options and default and default not in options:
        reader.refuse(entries["default"], f'"{default}" is not one of the options', listed(options), closest(default, options))
    return Coding(default, options)


def _reference(reader: NodeReader, node: Node) -> Reference:
    entries = reader.keyed(node, REFERENCE, "a source")
    year = reader.integer(entries["year"], (1, 2999), 1) if "year" in entries else None
    texts = {key: reader.text(entries.get(key), key) for key in ("title", "by", "url", "note")}
    claimant = _name(reader, entries["claimant"], "a claimant") if "claimant" in entries else ""
    return Reference(year=year, claimant=claimant, **texts)
