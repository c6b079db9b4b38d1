"""From what was typed to what the floors below take: a scenario, options of a study."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from countermove.cli.executors import opened
from countermove.cli.options import Changes, Effort, Output, Sampling, Selection
from countermove.cli.plugin import theories_of
from countermove.cli.terminal import remark
from countermove.errors import Issue, ScenarioError
from countermove.spelling import closest

if TYPE_CHECKING:
    from countermove.behaviour.theory import Theory
    from countermove.questions.options import RunOptions
    from countermove.scenario.schema import Scenario
    from countermove.store.place import Place


def overrides_of(changes: Changes) -> Mapping[str, str]:
    """The values given by --set, by path; raises ScenarioError for those without a value or given twice."""
    given: dict[str, str] = {}
    issues: list[Issue] = []
    for text in changes.sets or ():
        path, equals, value = text.partition("=")
        path = path.strip()
        wrong = _wrong_path(path, bool(equals), value)
        if wrong is not None:
            issues.append(Issue(f"--set {_shown(text)}", 0, 0, *wrong))
        elif path in given:
            issues.append(
                Issue(f"--set {_shown(text)}", 0, 0, f"{path} was already given the value {_shown(given[path])}", "one value")
            )
        given.setdefault(path, value)
    if issues:
        raise ScenarioError(issues)
    return given


def _shown(text: str) -> str:
    """What was typed, on one line."""
    line = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
    return line if len(line) <= 80 else line[:77] + "…"


def _wrong_path(path: str, equals: bool, value: str) -> tuple[str, str, str] | None:
    """What is wrong with an override before its value is read: what is there, what was expected, what may have been meant."""
    expected = "PATH=VALUE, such as patrons.moscow.stake-ratio=2"
    if not path:
        return ("there is no path before the =" if equals else "there is nothing"), expected, ""
    if not equals:
        return "there is no = and no value", expected, ""
    if not value.strip():
        return f"there is no value after {path}=", expected, ""
    if not all(part.strip() for part in path.split(".")):
        return f"{path} has nothing on one side of a point", "keys with a point between them, such as clock.months", ""
    other = ".".join(part for part in re.split(r"[./:>\[\]\s]+", path) if part)
    if other != path and re.search(r"[/:>\[\]]", path):
        return f"{path} is not a path", "keys with a point between them, places of a list as numbers from 0", other
    return None


def scenario_of(file: str, changes: Changes, output: Output) -> tuple[Scenario, tuple[Theory, ...]]:
    """The scenario, with what --set and --plugin change, and the theories of the plugins; raises ScenarioError with every mistake.

    A value given by --set that no run reads is remarked upon: the answer will be the same without it.
    """
    theories, overrides = theories_of(changes.plugin), overrides_of(changes)
    from countermove.scenario.linked_files import which_record
    from countermove.scenario.read import read
    from countermove.scenario.theories import with_theories

    scenario = read(file, overrides=overrides)
    if overrides and not output.quiet:
        from countermove.scenario.check import unread_changes

        for issue in unread_changes(file, overrides, theories):
            remark(f"{issue.where}: warning: {issue.message}")
    if which := which_record(scenario):
        remark(which)
    return with_theories(scenario, theories), theories


def _unknown(option: str, names: Iterable[str], known: Iterable[str]) -> list[Issue]:
    """One issue for each name that nothing has."""
    there = list(dict.fromkeys(known))
    noun, issues = option.removeprefix("--"), list[Issue]()
    for name in names:
        if name not in there:
            issues.append(
                Issue(
                    f"{option} {name}",
                    0,
                    0,
                    f"there is no {noun} of this name",
                    ", ".join(there) or "none",
                    closest(name, there),
                )
            )
    return issues


def check_selection(scenario: Scenario, selection: Selection) -> None:
    """Raise ScenarioError for strategies and theories that the scenario does not have."""
    issues = _unknown("--strategy", selection.strategy or (), scenario.strategies)
    issues += _unknown("--theory", selection.theory or (), scenario.theory_names)
    if issues:
        raise ScenarioError(issues)


def options_of(
    sampling: Sampling, selection: Selection, effort: Effort, *, out: Place | None, plugins: tuple[Theory, ...]
) -> RunOptions:
    """The options of a study; what was not typed keeps the study's own default."""
    from countermove.questions.options import RunOptions

    given: dict[str, Any] = {"draws": sampling.draws, "lucks": sampling.lucks, "seed": sampling.seed, "tolerance": effort.tolerance}
    typed = {name: value for name, value in given.items() if value is not None}
    return RunOptions(
        **typed,
        strategies=tuple(selection.strategy or ()),
        theories=tuple(selection.theory or ()),
        full=not effort.quick,
        out=out,
        executor=opened(effort.executor, effort.workers),
        plugins=plugins,
        command=shlex.join(["countermove", *sys.argv[1:]]),
    )
