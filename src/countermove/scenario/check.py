"""Checking a scenario file: the mistakes that stop it from being read, and warnings about what reads well and means little."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import ClassVar

from countermove.behaviour.theory import Theory
from countermove.errors import Issue
from countermove.scenario.doubts.inherited import of_its_age
from countermove.scenario.doubts.sources import late_rows, record, unsourced
from countermove.scenario.doubts.table import DOUBTS
from countermove.scenario.doubts.unread import unread_facts, unread_numbers
from countermove.scenario.doubts.written import MarkedScenario
from countermove.scenario.inherited import inherited
from countermove.scenario.read import NO_OVERRIDES, ReadResult, examine, examine_text
from countermove.scenario.schema import Scenario
from countermove.world.display import Cells, Result
from countermove.world.tables import Table


@dataclass(frozen=True, repr=False)
class CheckReport(Result):
    """What `check` found. `scenario` and `written` are there where there are no errors; `notes` are true of the file and no reason to change it."""

    json_keys: ClassVar[str] = "errors warnings notes"
    file: str
    errors: tuple[Issue, ...] = ()
    warnings: tuple[Issue, ...] = ()
    notes: tuple[Issue, ...] = ()
    written: MarkedScenario | None = None

    @property
    def _kinds(self) -> tuple[tuple[str, tuple[Issue, ...]], ...]:
        """Mistakes first, then doubts, then notes."""
        return ("mistake", self.errors), ("warning", self.warnings), ("note", self.notes)

    def cells(self) -> Cells:
        """A row for each mistake, doubt and note; lines and columns of the file count from 1, line 0 is the file as a whole."""
        rows = tuple((kind, *astuple(one)) for kind, found in self._kinds for one in found)
        return Cells(("kind", *(one.name for one in fields(Issue))), rows)

    def preview(self) -> Table:
        """Each with its place; `str` of an issue has all of its words."""
        counted = ", ".join(f"{len(found) or 'no'} {kind}{'s' * (len(found) != 1)}" for kind, found in self._kinds)
        rows = tuple((kind, f"{one.line}:{one.column}", one.message) for kind, found in self._kinds for one in found)
        return Table.of(f"{self.file}: {counted}", ("", "place", "what"), rows)

    @property
    def ok(self) -> bool:
        """Whether the scenario can be used."""
        return not self.errors

    @property
    def scenario(self) -> Scenario | None:
        """The scenario, where it can be used."""
        return None if self.written is None else self.written.scenario

    def with_warnings(self, more: Iterable[Issue]) -> CheckReport:
        """The report with more doubts at its end."""
        return replace(self, warnings=(*self.warnings, *more))


def check(source: str | Path, *, overrides: Mapping[str, str] = NO_OVERRIDES, plugins: tuple[Theory, ...] = ()) -> CheckReport:
    """Every mistake in a scenario file and every doubt about it that needs no run. Never raises for what is written in the file.

    `plugins` are a user's own theories, which every patron but the owner may follow as well.
    """
    return _report(str(source), examine(source, overrides=overrides), plugins)


def check_text(text: str, *, file: str = "scenario.yaml", folder: Path | None = None) -> CheckReport:
    """As `check`, from text."""
    return _report(file, examine_text(text, file=file, folder=folder), ())


def unread_changes(source: str | Path, overrides: Mapping[str, str], plugins: tuple[Theory, ...]) -> tuple[Issue, ...]:
    """Of the values that --set gives to a scenario those that no run reads, each at `--set PATH`."""
    reading = examine(source, overrides=overrides)
    if reading.scenario is None:
        return ()
    written = MarkedScenario(reading.scenario, reading.marks, plugins=plugins)
    return tuple(
        Issue(f"--set {given}", 0, 0, message, advice)
        for path, message, advice in unread_numbers(written)
        for given in overrides
        if f"{given}.".startswith(f"{path}.") or f"{path}.".startswith(f"{given}.")
    )


def _report(file: str, reading: ReadResult, plugins: tuple[Theory, ...]) -> CheckReport:
    if reading.scenario is None:
        return CheckReport(file, reading.issues)
    written = MarkedScenario(reading.scenario, reading.marks, reading.unsourced, reading.used_sources, plugins)
    found = [written.issue(*row) for doubt in DOUBTS for row in doubt.raised(written)]
    found += unsourced(written)
    doubts, mistakes = record(written)
    warnings = sorted([*found, *doubts], key=lambda issue: (issue.line, issue.column))
    return CheckReport(file, (), (*warnings, *mistakes), tuple(_notes(written)), written)


def _notes(written: MarkedScenario) -> list[Issue]:
    """What the scenario inherits, and what it says that no run uses."""
    found = inherited(written.scenario)
    notes: list[Issue] = []
    if found.count and of_its_age(written.scenario):
        above = f"; above all {found.most_important}" if found.most_important else ""
        notes.append(written.issue("scenario", f"{found.sentence}{above}", "parameters: where this war is another"))
    facts = [row for row in unread_facts(written.scenario) if written.has(row[0])]
    return notes + [written.issue(path, message, "") for path, message in (*facts, *late_rows(written))]
