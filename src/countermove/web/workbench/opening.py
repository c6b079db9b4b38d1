"""The scenario that the workbench begins with, and those that it can open."""

from __future__ import annotations

from dataclasses import dataclass

from countermove.errors import ScenarioError
from countermove.scenario.places import by_name, locate, shipped
from countermove.scenario.tree import Issues, Stop, load
from countermove.web.workbench.checking import Desk


@dataclass(frozen=True)
class Begun:
    """A text to begin with, and the desk that it lies on."""

    text: str
    desk: Desk


def opened(source: str) -> Begun:
    """The text of a file, or of a name such as "donbas-2017", mistakes and all; raises ScenarioError where there is none."""
    issues = Issues()
    try:
        path = locate(source, "scenarios", ".yaml", issues)
        text = load(path, issues)
    except Stop:
        raise ScenarioError(issues.found) from None
    return Begun(text, Desk(path.name, path.parent))


def wars() -> tuple[str, ...]:
    """Names that can be opened without a path."""
    return shipped("scenarios", ".yaml")


def war(name: str) -> Begun | None:
    """One of them; None for any other name: a browser opens no other file of this machine."""
    if name not in wars() or by_name(name, "scenarios", ".yaml") is None:
        return None
    return opened(name)
