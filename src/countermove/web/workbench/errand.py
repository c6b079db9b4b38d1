"""One piece of long work in a process of its own: `python -m countermove.web.workbench.errand FOLDER`.

The folder holds what is asked (`asked.json`, `scenario.yaml`) and gets what is found (`found.html`, and the memo or the scenario itself). How far it
is stands on standard output, a line of JSON each time. Interrupted, it goes on from what was finished when it is started again; weighing alone
keeps nothing half done.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from countermove.errors import CountermoveError
from countermove.questions.options import Progress, RunOptions
from countermove.scenario.read import read_text
from countermove.scenario.schema import Scenario
from countermove.show.page import fragment
from countermove.store.disk import write_page
from countermove.web.workbench.faults import in_words_of
from countermove.world.tables import Table

ASKED, WRITTEN, FOUND, MEMO, BETTER = "asked.json", "scenario.yaml", "found.html", "memo.html", "better.yaml"
SELDOM = 0.2  # seconds between two words about how far it is
FINE, REFUSED, INTERRUPTED, FAULT = 0, 2, 3, 70


@dataclass(frozen=True)
class Answer:
    """What was found, for the page."""

    sentences: Sequence[str]
    tables: Sequence[Table] = ()
    text: str = ""  # of a plan that was found


def main(folder: Path) -> int:
    """Do what the folder asks; the exit code."""
    told = Told()
    try:
        asked = json.loads((folder / ASKED).read_text(encoding="utf-8"))
        home = Path(asked["home"]) if asked["home"] else None
        scenario = read_text((folder / WRITTEN).read_text(encoding="utf-8"), file=asked["file"], folder=home)
        found = WORK[asked["kind"]](scenario, folder, told)
        page = fragment("workbench_errand.html.j2", sentences=found.sentences, tables=found.tables, text=found.text)
        write_page(folder / FOUND, str(page))
    except CountermoveError as error:
        told.say({"refused": str(error)})
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        told.say({"refused": in_words_of(error)})
        return FAULT
    return FINE


@dataclass
class Told:
    """Says on standard output how far it is, not too often."""

    shares: Mapping[str, float] = field(default_factory=dict[str, float])  # of stages that are known
    last: float = 0.0
    what: str = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        """As every progress."""
        now = time.monotonic()
        if what == self.what and now - self.last < SELDOM:
            return
        self.last, self.what = now, what
        self.say({"what": what, "done": done, "total": total, "whole": self._whole(what, done, total)})

    def _whole(self, what: str, done: int, total: int) -> float:
        """How far the whole is, 0 to 1, where its stages are known; else 0."""
        stage, names = what.partition(": ")[0], list(self.shares)
        if stage not in names:
            return 0.0
        before = sum(self.shares[name] for name in names[: names.index(stage)])
        part = self.shares[stage] * (done / total if total > 1 else 0.0)
        return (before + part) / sum(self.shares.values())

    def say(self, line: Mapping[str, object]) -> None:
        """A line."""
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def memo(scenario: Scenario, folder: Path, told: Told) -> Answer:
    """The decision memo, whole."""
    from countermove.memo.stages import stages_of
    from countermove.memo.write import write_memo

    told.shares = dict(stages_of(full=True, figures=None, copies=()))
    command = f"countermove memo {scenario.scenario}.yaml"
    write_memo(scenario, RunOptions(out=folder / "memo", command=command), folder / MEMO, progress=told)
    return Answer(("The memo is written.",))


def weigh(scenario: Scenario, _folder: Path, told: Progress) -> Answer:
    """The theories on the record."""
    from countermove.questions.weigh.methods import WeighingMethods, weigh_scenario
    from countermove.questions.weigh.section import confusion_table, weight_table

    found = weigh_scenario(scenario, RunOptions(), WeighingMethods(), progress=told)
    return Answer(found.sentences, (weight_table(found, found.patron, full=True), confusion_table(found)))


def solve(scenario: Scenario, _folder: Path, told: Progress) -> Answer:
    """Every plan against a rival who knows it and thinks ahead."""
    from countermove.questions.solve import tables
    from countermove.questions.solve.look_ahead import SolveOptions
    from countermove.questions.solve.solve import solve as solved

    found = solved(scenario, SolveOptions(), progress=told)
    shown = [tables.plans_table(found), tables.replies_table(found), *([tables.stakes_table(found)] if found.curve else [])]
    return Answer((*found.sentences, *(f"To be doubted: {doubt}" for doubt in found.doubts)), tuple(shown))


def search(scenario: Scenario, folder: Path, told: Progress) -> Answer:
    """A better plan within the language, from the one of least regret."""
    from countermove.questions.search.evaluation import SearchOptions
    from countermove.questions.search.search import search_and_save

    found = search_and_save(scenario, SearchOptions(kept=folder / BETTER), progress=told)
    said = (found.sentence, *(f"To be doubted: {doubt}" for doubt in found.doubts))
    return Answer(said, (found.beside_table,), found.text)


WORK: Mapping[str, Callable[[Scenario, Path, Told], Answer]] = {"memo": memo, "weigh": weigh, "solve": solve, "search": search}


if __name__ == "__main__":
    ended = main(Path(sys.argv[1]))
    if ended == INTERRUPTED:
        os._exit(ended)  # Python would wait for what its threads have begun; what is kept is written whole, or not at all
    sys.exit(ended)
