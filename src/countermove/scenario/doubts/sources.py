"""Doubts about where numbers come from: none named, none used, later than what the decision may know; and about the record."""

from __future__ import annotations

import re
from collections.abc import Iterator

from countermove.errors import Issue, RecordError
from countermove.scenario.doubts.written import Doubts, MarkedScenario
from countermove.scenario.linked_files import record_of, which_record
from countermove.scenario.schema import Patron, Scenario, Side, Source, numbers_in
from countermove.world.prior import Prior
from countermove.world.words import month_text

_YEAR = re.compile(r"(?<![\d.,/-])(1[89]\d\d|20\d\d)(?![\d,]|\.\d)")


def no_sources(written: MarkedScenario) -> Doubts:
    """A file that says of nothing where it comes from."""
    if not written.scenario.sources:
        yield "sources", "no sources at all", "a section sources: that says where numbers come from"


def unused_sources(written: MarkedScenario) -> Doubts:
    """A source that no number and no text names."""
    text = written.scenario.model_dump_json()
    for name in written.scenario.sources:
        # a note such as "600 by poltorak-2017" uses a source too
        if name not in written.used_sources and written.has(f"sources.{name}") and text.count(name) < 2:
            yield f"sources.{name}", f'the source "{name}" is used by no number', "a number that names it, or no entry"


def unsourced(written: MarkedScenario) -> Iterator[Issue]:
    """Numbers without a source, in one line at the first of them."""
    if not written.unsourced:
        return
    shown = [f"{name} (line {mark.line})" for mark, name in written.unsourced[:12]]
    more = f" and {len(written.unsourced) - 12} more" if len(written.unsourced) > 12 else ""
    mark, count = next(mark for mark, _ in written.unsourced), len(written.unsourced)
    message = f"{count} number{'' if count == 1 else 's'} without a source: {', '.join(shown)}{more}"
    yield Issue(mark.file, mark.line, mark.column, message, "source: a key of sources, or the word judgement")


def late_sources(written: MarkedScenario) -> Doubts:
    """Sources that appeared after the last month of which the decision may know anything."""
    scenario = written.scenario
    for name, source in scenario.sources.items():
        year = _year_of(name, source)
        path = f"sources.{name}"
        if year is not None and year > scenario.clock.known_until // 12 and written.has(path):
            at = f"{path}.year" if source.year is not None else path
            yield at, f'the source "{name}" is of {year}, {_after(scenario)}', "a source that was there, or a later known-until"


def late_notes(written: MarkedScenario) -> Doubts:
    """Notes beside numbers that speak of years after the last month of which the decision may know anything."""
    scenario = written.scenario
    for path, prior in noted(scenario):
        years = [int(year) for year in _YEAR.findall(prior.note)]
        late = [year for year in years if year > scenario.clock.known_until // 12]
        if late and written.has(path):
            message = f'the note of this number speaks of {late[0]}, {_after(scenario)}: "{prior.note[:60]}"'
            yield path, message, "a number as it was known then, or a later known-until"


def _after(scenario: Scenario) -> str:
    return f"after known-until {month_text(scenario.clock.known_until)}"


def _year_of(name: str, source: Source) -> int | None:
    """The year of a source: as written, else the one that its key ends in."""
    if source.year is not None:
        return source.year
    found = re.search(r"-(1[89]\d\d|20\d\d)$", name)
    return None if found is None else int(found[1])


def noted(scenario: Scenario) -> Iterator[tuple[str, Prior]]:
    """Every number of a scenario, with the dotted path at which it is written."""
    for name, side in scenario.sides.items():
        for field, key in numbers_in(Side).items():
            yield f"sides.{name}.{key}", getattr(side, field)
    for name, patron in scenario.patrons.items():
        for field, key in numbers_in(Patron).items():
            yield f"patrons.{name}.{key}", getattr(patron, field)
        for theory, hypothesis in patron.theories.items():
            for full, prior in hypothesis.parameters.items():
                yield f"patrons.{name}.theories.{theory}.{full.split('.', 1)[1]}", prior
    client = scenario.patrons[scenario.owner].supports
    yield f"territory.held-by-{client}", scenario.opening.held
    yield "diplomacy.peacekeeping-offer.size", scenario.opening.peacekeeping_offered
    for name, party in scenario.third_parties.items():
        if party.readiness is not None:
            yield f"third-parties.{name}.readiness", party.readiness
    for full, prior in scenario.parameters.items():
        yield f"parameters.{full}", prior


def record(written: MarkedScenario) -> tuple[list[Issue], tuple[Issue, ...]]:
    """What is said of the record at its name: that it is not there or has mistakes, or tells of months after the decision. And its mistakes,
    every one at its own place: warnings, since the scenario itself reads and runs without its record."""
    scenario = written.scenario
    if scenario.record is None:
        return [], ()
    try:
        found = record_of(scenario)
    except RecordError as error:
        count = len(error.issues)
        message = f"the record cannot be read: {count} mistake{'' if count == 1 else 's'}, at the end of this list"
        return [written.issue("record", message, "a record that reads without errors")], error.issues
    issues: list[Issue] = []
    if which := which_record(scenario):
        issues.append(written.issue("record", which, "one record of a name"))
    if found.last > scenario.clock.known_until:
        message = f"the record ends in {month_text(found.last)}, {_after(scenario)}: later rows are left out"
        issues.append(written.issue("record", message, "a later known-until, where these months are known"))
    return issues, ()


def late_rows(written: MarkedScenario) -> Iterator[tuple[str, str]]:
    """Rows of a record that ends in time which became known only later: path and sentence."""
    scenario = written.scenario
    if scenario.record is None:
        return
    try:
        found = record_of(scenario)
    except RecordError:
        return  # said already
    late = sorted(datum.known for datum in found.data if datum.known > scenario.clock.known_until >= found.last)
    if late:
        rows = "1 row" if len(late) == 1 else f"{len(late)} rows"
        when = f"in {month_text(late[-1])}" if len(late) == 1 else f"later, the last in {month_text(late[-1])}"
        yield "record", f"{rows} of the record became known only {when}, {_after(scenario)}, and count as not known"
