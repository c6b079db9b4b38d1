"""Why an answer changed: the drill-down of `compare`, from the runs of the bench; A is what was before, B what is now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from countermove.decision.findings import Provenance
from countermove.memo.beside_page import SideOfPage, TwoMemos, answer, drilled, points_table, what_changed, words_table
from countermove.questions.compare.differences import compare_sides
from countermove.questions.compare.finding import Drill
from countermove.questions.compare.over_theories import over_theories
from countermove.questions.compare.paths import NOT_REPLAYED
from countermove.questions.compare.sides import CompareRequest, RunSide, side_of
from countermove.questions.options import Progress, RunOptions
from countermove.questions.provenance import provenance_of
from countermove.questions.run.run import Study
from countermove.questions.run.save import fill
from countermove.show.page import fragment
from countermove.store import Saving
from countermove.web.workbench.bench import DRAWS, LUCKS, SEED, draws_of
from countermove.web.workbench.found import Found
from countermove.world.tables import Table

NAMES = ("before", "now")
NOTHING = "no change"  # as the table has it


def why_html(before: Found, now: Found, plan: str, *, replays: bool, progress: Progress) -> str:
    """What changed and where it comes from, as a part of the page; `replays`: month by month too, which takes longer.

    Raises DecisionError where the two have nothing in common.
    """
    studies = [_study(one) for one in (before, now)]
    with TemporaryDirectory(prefix="countermove-") as home:
        sides = [_side(Path(home) / name, study, name) for name, study in zip(NAMES, studies, strict=True)]
        both = plan in before.findings.strategies and plan in now.findings.strategies
        found = compare_sides(sides, CompareRequest(replays=False), progress=progress)
        drill = found.drill
        if replays and both:
            drill = compare_sides(sides, CompareRequest((plan,), replays=True), progress=progress).drill
        objective = now.objective
        changes = over_theories(sides, () if objective is None else tuple(objective.values))
    a, b = (SideOfPage(letter, name, study) for letter, name, study in zip("AB", NAMES, studies, strict=True))
    two = TwoMemos(a, b, replace(found, drill=drill), changes)
    return str(
        fragment(
            "workbench_why.html.j2",
            answer=answer(two),
            words=words_table(two),
            points=_moved(points_table(two)),
            strongest=found.strongest_table(8),
            drill=[drilled(two, part if replays else _not_yet_replayed(part)) for part in drill],
            sentences=what_changed(found),
        )
    )


def _not_yet_replayed(part: Drill) -> Drill:
    """Without the note that the months were not replayed: they are being replayed, and the page says so."""
    return replace(part, notes=tuple(note for note in part.notes if note != NOT_REPLAYED))


def _moved(table: Table | None) -> Table | None:
    """Without the plans to which nothing happened."""
    if table is None:
        return None
    kept = [place for place in range(len(table.columns)) if any(row.cells[place].text != NOTHING for row in table.rows)]
    rows = tuple(replace(row, cells=tuple(row.cells[place] for place in kept)) for row in table.rows)
    return replace(table, columns=tuple(table.columns[place] for place in kept), rows=rows) if kept else None


def _study(found: Found) -> Study:
    played = found.played
    options = RunOptions(draws=DRAWS, lucks=LUCKS, seed=SEED, full=False)
    made: Provenance = provenance_of(played.scenario, options, played.runs, float("inf"), float("nan"))
    return Study(played.program, played.runs, draws_of(played.program), found.findings, made)


def _side(folder: Path, study: Study, name: str) -> RunSide:
    with Saving(folder) as saving:
        fill(saving, study)
    return replace(side_of(folder), name=name, scenario=study.program.scenario)
