"""What the server of the workbench keeps: it hangs on every file that a text names, is bounded, and is worked out for nobody who has gone."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from threading import Event

import pytest

from builders.places import ROOT, SMALL_FILE
from countermove.questions.gaps.finding import UNSAID
from countermove.questions.options import Progress, RunOptions, silent
from countermove.questions.run.finding import leader_first
from countermove.questions.run.run import run_study
from countermove.scenario.read import read, read_text
from countermove.scenario.schema import Scenario
from countermove.web.workbench.answer import BELIEFS, Looked, answer_html, outcomes_table, silences_html
from countermove.web.workbench.bench import DRAWS, LUCKS, Bench
from countermove.web.workbench.beside import side_by_side
from countermove.web.workbench.checking import Desk
from countermove.web.workbench.errand import FOUND
from countermove.web.workbench.errands import LONG, REMEMBERED, Errands, Wanted
from countermove.web.workbench.faults import in_words_of
from countermove.web.workbench.found import found_of
from countermove.web.workbench.hands import Hands
from countermove.web.workbench.looking import Looker, Part, telling
from countermove.web.workbench.programs import Outdated
from countermove.web.workbench.silences import Silences, SilentIn

SMALL = SMALL_FILE.read_text(encoding="utf-8")
NAMED = "donbas-2014-2017"
WEIGHED = {"patrons.neighbour.theories.spigot.weight": "9"}


@pytest.fixture(scope="module")
def looker() -> Looker:
    """With the small war on its bench."""
    found = Looker()
    found.found(SMALL, read_text(SMALL), silent)
    return found


# --- what is kept hangs on every file ---------------------------------------------------------------------------------


def test_findings_follow_the_files_that_a_text_names(looker: Looker, tmp_path: Path) -> None:
    """The text is the same; what it borrows from another, or the record that it names, is not."""
    base, text = (
        tmp_path / "base.yaml",
        SMALL.replace(", heavy: {value: 1.0, source: judgement}", "") + f"like: base\nrecord: {NAMED}\n",
    )
    desk = Desk("small.yaml", tmp_path)
    for end in (".yaml", ".csv"):
        shutil.copy(ROOT / "records" / f"{NAMED}{end}", tmp_path)

    def now() -> tuple[object, Path]:
        scenario = desk.read(text).scenario
        assert scenario is not None
        return looker.found(text, scenario, silent), Wanted("weigh", text, scenario, desk).folder()

    base.write_text(SMALL.replace("scenario: small", "scenario: base"), encoding="utf-8")
    first, folder = now()
    assert now() == (first, folder) and now()[0] is first
    base.write_text(
        SMALL.replace("scenario: small", "scenario: base").replace("heavy: {value: 1.0", "heavy: {value: 3.0"), encoding="utf-8"
    )
    second, other = now()
    assert second is not first and other != folder
    with (tmp_path / f"{NAMED}.csv").open("a", encoding="utf-8") as record:
        record.write("\n")
    third, another = now()
    assert third is not second and another not in (folder, other)


def test_work_that_ended_is_found_by_another_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And what was not begun is not begun by asking; the latest pieces are kept, and what others may be at work on."""
    monkeypatch.setenv("COUNTERMOVE_CACHE", str(tmp_path))
    wanted = Wanted("search", SMALL, read_text(SMALL), Desk("small.yaml"))
    assert Errands().found(wanted).state == "stopped" and not wanted.folder().exists()
    for age in range(REMEMBERED + 9):
        folder = tmp_path / "workbench" / f"memo-{age}"
        folder.mkdir(parents=True)
        os.utime(folder, (0, time.time() - age * LONG / REMEMBERED - LONG / 2))
    wanted.folder().mkdir()
    (wanted.folder() / FOUND).write_text("it")
    errands = Errands()
    for _ in range(REMEMBERED + 9):
        found = errands.found(wanted)
    assert found.state == "ended" and errands.file(found.name, FOUND) == "it" and len(errands.known) == REMEMBERED + 1
    kept = {path.name for path in (tmp_path / "workbench").iterdir()}
    assert kept == {wanted.folder().name, *(f"memo-{age}" for age in range(REMEMBERED))}


# --- beliefs ----------------------------------------------------------------------------------------------------------


def test_numbers_of_other_weights_are_called_so(looker: Looker) -> None:
    """On either side, and in the silences; what was before has the error that it had."""
    base = looker.found(SMALL, read_text(SMALL), silent)
    heavy = looker.found("", read(SMALL_FILE, overrides={"sides.government.heavy": "1.3"}), silent)
    weighed = found_of(looker.bench.play(read(SMALL_FILE, overrides=WEIGHED)))
    for now, before, exact in ((base, heavy, True), (base, weighed, False), (weighed, base, False), (weighed, None, False)):
        looked = Looked(now, before, "arm")
        assert looked.exact is exact and (BELIEVED in answer_html(looked)) is not exact
    for exact in (True, False):
        assert (BELIEVED in silences_html(base, Silences("arm", (), costed=False, exact=exact))) is not exact
    alone, both = (outcomes_table(Looked(now, before, "arm")) for now, before in ((base, None), (heavy, base)))
    assert [row.cells[0] for row in alone.rows] == [row.cells[2] for row in both.rows] and len(alone.rows) > 5


def test_a_plan_stands_beside_what_is_said_of_it(looker: Looker) -> None:
    """The outcomes are of the plan that is shown, what follows of the one that leads; a silence is a case, the sentence stands once above."""
    base = looker.found(SMALL, read_text(SMALL), silent)
    led, other = leader_first(base.findings)
    html = unescape(answer_html(Looked(base, None, other)))
    parts = [f"What follows from “{base.titles.strategy(led)}”", 'class="follows"', f"matter under “{base.titles.strategy(other)}”"]
    assert [html.index(part) for part in parts] == sorted(html.index(part) for part in parts)
    rows = (SilentIn(f"{UNSAID}a truce begins.", 0.1, 0.2), SilentIn("Who pays if it rains?", 0.1, 0.2))
    told = unescape(silences_html(base, Silences("arm", rows, costed=False, exact=True)))
    assert (
        ">When a truce begins<" in told
        and ">Who pays if it rains?<" in told
        and told.lower().count("you have not said what you do") == 1
    )


BELIEVED = BELIEFS[:40]


@pytest.mark.slow
def test_versions_and_what_was_before_are_run_with_their_own_beliefs(looker: Looker) -> None:
    """Side by side at once; beside the answer as soon as nobody changes weights any more, and then the silences again."""
    other = SMALL.replace("spigot: {weight: 3}", "spigot: {weight: 9}")

    async def heard(parts: AsyncIterator[Part]) -> list[Part]:
        return [part async for part in parts if part["kind"] != "progress"]

    steps = asyncio.run(heard(looker.looked(Desk("small.yaml"), SMALL, other, "arm")))
    told = [(one["kind"], one.get("exact")) for one in steps if one["kind"] in ("answer", "silences")]
    assert [kind for kind, _ in told] == ["answer", "silences", "silences"] * 2 and (told[0][1], told[3][1]) == (False, True)
    (side,) = asyncio.run(heard(side_by_side(looker, Desk("small.yaml"), [("a", SMALL), ("b", other)])))
    assert side["kind"] == "side"
    for text in (SMALL, other):
        found = looker.found(text, read_text(text), silent)
        assert found.played.exact
        assert found.findings.regret == run_study(read_text(text), RunOptions(draws=DRAWS, lucks=LUCKS, full=False)).findings.regret


# --- whoever has gone, and faults -------------------------------------------------------------------------------------


def test_nothing_is_compiled_for_whoever_has_gone() -> None:
    bench, war = Bench(), read_text(SMALL)
    with pytest.raises(Outdated):
        bench.prepare(war, lambda: True)
    assert not bench.ready(war)


def test_findings_hold_little_that_the_bench_let_go(monkeypatch: pytest.MonkeyPatch, looker: Looker) -> None:
    other = Looker(bench=Bench(programs=looker.bench.programs))

    def war(heavy: float) -> Scenario:
        return read(SMALL_FILE, overrides={"sides.government.heavy": f"{heavy}"})

    tables = other.found("0", war(1.0), silent).played.runs.outcomes.values()
    whole = sum(table.nbytes for table in tables)
    monkeypatch.setattr("countermove.web.workbench.bench.KEPT", whole)
    monkeypatch.setattr("countermove.web.workbench.looking.ASIDE", whole)
    for place in range(1, 5):
        other.found(f"{place}", war(1 + place / 10), silent)
        assert other.bench.held <= whole and other.aside <= whole
    assert len(other.kept) == 2


def test_work_that_is_left_leaves_nothing_waiting() -> None:
    """Or the terminal is told of a task that was destroyed."""
    free = Event()

    def work(progress: Progress) -> Part:
        progress("working", 0, 1)
        free.wait(10)
        return {}

    async def left() -> int:
        asking = asyncio.create_task(_all(telling(Hands(1, "test"), work)))
        await asyncio.sleep(0.05)
        asking.cancel()
        await asyncio.wait([asking])
        await asyncio.sleep(0)
        free.set()
        return len(asyncio.all_tasks())

    assert asyncio.run(left()) == 1


async def _all(parts: AsyncIterator[Part]) -> list[Part]:
    return [part async for part in parts]


def test_faults_are_told_apart(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the machine or of the program; the trace stands in the terminal where it is asked for, and nowhere else."""

    def told(error: Exception) -> str:
        try:
            raise error
        except Exception as raised:
            return in_words_of(raised)

    assert told(FileNotFoundError(2, "No such file", "/x/y")) == "/x/y: No such file"
    assert "fault" not in told(MemoryError()) and capsys.readouterr().err == ""
    monkeypatch.setenv("COUNTERMOVE_DEBUG", "1")
    said = told(ZeroDivisionError("by nothing"))
    assert "fault of the program" in said and "ZeroDivisionError: by nothing" in said and "COUNTERMOVE_DEBUG=1" in said
    assert "Traceback" not in said and "Traceback" in capsys.readouterr().err
