"""What a doubt is raised from: a scenario, and where each of its entries is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from countermove.behaviour.theory import Theory
from countermove.errors import Issue
from countermove.scenario.schema import Scenario
from countermove.scenario.tree import Mark

Doubts = Iterator[tuple[str, str, str]]
"""Of each doubt: the dotted path of its subject, what is doubted, what to write instead."""


@dataclass(frozen=True)
class MarkedScenario:
    """A scenario as it was written: `marks` maps the dotted path of each entry of the file (and of --set) to its place."""

    scenario: Scenario
    marks: Mapping[str, Mark] = field(default_factory=dict[str, Mark])
    unsourced: tuple[tuple[Mark, str], ...] = ()
    used_sources: frozenset[str] = frozenset()
    plugins: tuple[Theory, ...] = ()

    def has(self, path: str) -> bool:
        """Whether the entry is written here, and not borrowed or taken from the table."""
        return path in self.marks

    def issue(self, path: str, message: str, advice: str) -> Issue:
        """A doubt where its subject is written, or at the nearest thing that contains it."""
        while path and path not in self.marks:
            path = path.rpartition(".")[0]
        mark = self.marks.get(path) or self.marks.get("scenario") or Mark("")
        return Issue(mark.file, mark.line, mark.column, message, advice)


@dataclass(frozen=True)
class DoubtRule:
    """One row of the table: its name, what it says of a scenario, and the rule that raises it."""

    name: str
    says: str
    raised: Callable[[MarkedScenario], Doubts]
