"""Files that name each other: a scenario its record, a record its replay. Each is looked for beside the file that names it, then on the shelf."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from countermove.errors import Issue, RecordError, ScenarioError
from countermove.scenario.places import all_of_name, not_there
from countermove.scenario.read import NO_OVERRIDES, read
from countermove.scenario.records import read_record
from countermove.scenario.schema import Scenario
from countermove.scenario.tree import Issues
from countermove.world.record import Record


def record_of(scenario: Scenario) -> Record:
    """The record that a scenario names. Raises RecordError: with its mistakes, where it was looked for, or that none is named."""
    if scenario.record is None:
        raise RecordError([Issue(scenario.scenario, 0, 0, "the scenario names no record", "`record: NAME`")])
    return read_record(scenario.record, first=scenario.home.folder)


def record_file(scenario: Scenario) -> Path | None:
    """The YAML file of the scenario's record, as `record_of` reads it; None where there is none."""
    return next(iter(_records(scenario)), None)


def other_records(scenario: Scenario) -> tuple[Path, ...]:
    """Files of the same name as the scenario's record, with other contents, that were not read."""
    read_one, *others = _records(scenario) or (None,)
    return tuple(other for other in others if read_one is not None and _bytes(other) != _bytes(read_one))


def which_record(scenario: Scenario) -> str:
    """Which record was read, in a sentence, where there are several of its name; else nothing."""
    others = other_records(scenario)
    if not others:
        return ""
    places = ", ".join(str(other.parent) for other in others)
    return f"the record {scenario.record} is read from {record_file(scenario)}; another of this name, not read, is in {places}"


def replay_of(record: Record, overrides: Mapping[str, str] = NO_OVERRIDES) -> Scenario:
    """The scenario that starts where the record starts. Raises ScenarioError, and RecordError where it names none."""
    if record.replay is None:
        raise RecordError(
            [Issue(record.name, 0, 0, "the record names no replay", "`replay: SCENARIO`, the war from its first month")]
        )
    issues, near = Issues(), None if record.file is None else record.file.parent
    files = all_of_name(record.replay, "scenarios", ".yaml", near)
    wars = [path for path in files if path.resolve() != record.file]  # a war may have the name of its record
    if not wars:
        not_there(record.replay, "scenarios", ".yaml", issues, near)
        raise ScenarioError(issues.found)
    return read(wars[0], overrides=overrides)


def _records(scenario: Scenario) -> tuple[Path, ...]:
    return () if scenario.record is None else all_of_name(scenario.record, "records", ".yaml", scenario.home.folder)


def _bytes(path: Path) -> list[bytes]:
    """Both files of a record; none where one cannot be read."""
    try:
        return [file.read_bytes() for file in (path, path.with_suffix(".csv"))]
    except OSError:
        return []
