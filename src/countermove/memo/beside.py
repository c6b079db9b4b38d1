"""Two scenarios side by side: two days, or two versions of an assumption. Both are run alike, and what is found of them is compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from countermove.memo.beside_page import SideOfPage, TwoMemos, render_beside
from countermove.questions.compare.differences import compare_sides
from countermove.questions.compare.over_theories import over_theories
from countermove.questions.compare.sides import CompareRequest, side_of
from countermove.questions.options import Progress, RunOptions, silent
from countermove.questions.run.run import Study
from countermove.questions.run.save import run_and_save
from countermove.scenario.schema import Scenario
from countermove.store.disk import write_page
from countermove.world.measure import listed_first

FIRST, SECOND, COMPARING, PAGE = "the runs of A", "the runs of B", "the comparison", "the page"
STAGES = ((FIRST, 42.0), (SECOND, 40.0), (COMPARING, 16.0), (PAGE, 2.0))
"""The stages by name and usual share of the whole."""


@dataclass(frozen=True)
class Asked:
    """One of the two: the scenario, and what a reader calls it, such as `donbas-2017 with patrons.moscow.stake-ratio=2`."""

    scenario: Scenario
    label: str


def two_memos(a: Asked, b: Asked, options: RunOptions, *, progress: Progress = silent) -> TwoMemos:
    """Both run with the same seed and sizes, and compared; A decides how many draws, where nobody said.

    With `options.full` false nothing is replayed month by month. Raises DecisionError where the two have no plan or no theory in common, and what a
    run raises.
    """
    with TemporaryDirectory(prefix="countermove-") as home:
        quick = replace(options, full=False)
        first = run_and_save(a.scenario, replace(quick, out=Path(home) / "a"), progress=_stage(progress, FIRST))
        sized = replace(quick, out=Path(home) / "b", draws=first.provenance.draws)
        second = run_and_save(b.scenario, sized, progress=_stage(progress, SECOND))
        sides = [
            replace(side_of(Path(home) / folder), name=f"{letter}, {one.label}", scenario=one.scenario)
            for folder, letter, one in (("a", "A", a), ("b", "B", b))
        ]
        told = _stage(progress, COMPARING)
        replays = CompareRequest(replays=options.full and not options.plugins)
        found = compare_sides(sides, replays, progress=told)
        changes = over_theories(sides, _measures(first, second))
    return TwoMemos(SideOfPage("A", a.label, first), SideOfPage("B", b.label, second), found, changes)


def write_beside(a: Asked, b: Asked, options: RunOptions, path: Path, *, progress: Progress = silent) -> Path:
    """The page of both, written whole or not at all; the same two scenarios and options give the same bytes. Raises StoreError too."""
    found = two_memos(a, b, options, progress=progress)
    progress(PAGE, 0, 0)
    return write_page(path, render_beside(found), "page")


def _measures(first: Study, second: Study) -> Sequence[str]:
    """What is shown of every plan: what either objective values, and what a memo shows first."""
    objectives = [study.program.scenario.objective for study in (first, second)]
    valued = [name for one in objectives if one is not None for name in one.values]
    return tuple(dict.fromkeys((*valued, *listed_first("memo"))))


def _stage(progress: Progress, stage: str) -> Progress:
    def told(what: str, done: int, total: int) -> None:
        lone = what.endswith(" lucks")  # the runs alone say how far their stage is
        progress(f"{stage}: {what}", done if lone else 0, total if lone else 0)

    return told
