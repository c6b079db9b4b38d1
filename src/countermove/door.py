"""What `countermove` offers to Python: the commands as functions. Each takes a scenario, the name of a war, or a file; options have defaults.

Results show themselves as small tables in a notebook, and have `to_json()`, which is what the command prints with --json.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from countermove.errors import DecisionError
from countermove.questions.options import Progress, RunOptions, silent
from countermove.scenario import check as check_file
from countermove.scenario import check_text, write
from countermove.scenario import explain as explain_scenario
from countermove.scenario.check import Report
from countermove.scenario.read import read
from countermove.scenario.schema import Scenario

if TYPE_CHECKING:
    from countermove.engine import replay as played
    from countermove.questions.backtest.finding import Backtest
    from countermove.questions.backtest.rolling import Rolling
    from countermove.questions.claims.finding import Ledger
    from countermove.questions.compare.finding import Compared
    from countermove.questions.explore.finding import Explored
    from countermove.questions.gaps.finding import GapsFound
    from countermove.questions.readers.finding import ReadersFound
    from countermove.questions.run.run import Study
    from countermove.questions.search.finding import SearchFound
    from countermove.questions.search.hunt import SearchOptions
    from countermove.questions.weigh.finding import Weighing
    from countermove.questions.weigh.school import Effort
    from countermove.questions.weigh.weigh import Asked

War = Scenario | str | Path
Options = TypeVar("Options")


def scenario_of(war: War) -> Scenario:
    """The scenario itself, or that of a name or a file; raises ScenarioError with every mistake, TypeError for anything else."""
    if isinstance(war, Scenario):
        return war
    if isinstance(war, (str, Path)):  # pyright: ignore[reportUnnecessaryIsInstance]  # a notebook has no type checker
        return read(war)
    raise TypeError(f"a {type(war).__name__} is no war: give a scenario, the name of a war that ships, or a file")


def _given(options: Options | None, kind: type[Options]) -> Options:
    """The options, or the usual ones; those of another command raise TypeError, since a notebook has no type checker."""
    if options is not None and not isinstance(options, kind):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"options are {kind.__name__}(...) here, and not a {type(options).__name__}")
    return options or kind()


def check(war: War) -> Report:
    """Every mistake in a scenario, and every doubt about it. Raises nothing: mistakes are in the report."""
    return check_text(write(war), file=war.scenario) if isinstance(war, Scenario) else check_file(war)


def explain(war: War) -> str:
    """The scenario in plain English."""
    return explain_scenario(scenario_of(war))


def run(war: War, options: RunOptions | None = None, *, progress: Progress = silent) -> Study:
    """Every plan under every theory. Raises RunError, CompileError; a comparison without a meaning is a warning in the study."""
    from countermove.questions.run.run import run_study

    return run_study(scenario_of(war), _given(options, RunOptions), progress=progress)


def weigh(
    war: War,
    options: RunOptions | None = None,
    *,
    coding: str | None = None,
    effort: Effort | None = None,
    asked: Asked | None = None,
    progress: Progress = silent,
) -> Weighing:
    """The weights that the scenario's record gives to the theories. Raises EvidenceError where there is no record, or nothing in it."""
    from countermove.questions.weigh.weigh import weigh as weighed

    return weighed(scenario_of(war), options, coding=coding, effort=effort, asked=asked, progress=progress)


def explore(war: War, options: RunOptions | None = None, *, progress: Progress = silent) -> Explored:
    """What would change the answer. Raises DecisionError where there is none to change: no objective, or one strategy."""
    from countermove.questions.explore.explore import explore as explored

    return explored(scenario_of(war), _given(options, RunOptions), progress=progress)


def gaps(war: War, options: RunOptions | None = None, *, progress: Progress = silent) -> GapsFound:
    """What each strategy leaves unsaid, and what that can cost. Raises DecisionError for too few draws."""
    from countermove.questions.gaps.gaps import gap_check

    return gap_check(scenario_of(war), _given(options, RunOptions), progress=progress)


def claims(war: War, options: RunOptions | None = None, *, progress: Progress = silent) -> Ledger:
    """The scenario's argument, sentence by sentence, on the record and in the model; by default 256 draws of 8 lucks.

    Raises DecisionError where there are no claims, RecordError for a record that cannot be read.
    """
    from countermove.questions.claims.heard import LUCKS
    from countermove.questions.claims.ledger import claims as judged

    return judged(scenario_of(war), _given(options or RunOptions(lucks=LUCKS), RunOptions), progress=progress)


def readers(war: War, options: RunOptions | None = None, *, progress: Progress = silent) -> ReadersFound:
    """The scenario's readers side by side. Raises DecisionError, before anything is run, where it names fewer than two."""
    from countermove.questions.readers.readers import readers as compared
    from countermove.questions.run.run import run_study

    scenario, options = scenario_of(war), replace(_given(options, RunOptions), full=False)
    few = DecisionError("there is nobody to compare", where=scenario.scenario, next="Write a section readers: with two or more")
    if len(scenario.readers) < 2:
        raise few
    found = compared(run_study(scenario, options, progress=progress), options, progress=progress)
    if found is None:
        raise few
    return found


def search(war: War, options: SearchOptions | None = None, *, progress: Progress = silent) -> SearchFound:
    """A written strategy, improved within the language. Raises DecisionError where there is no objective or nothing to change."""
    from countermove.questions.search.hunt import SearchOptions
    from countermove.questions.search.search import search as searched

    return searched(scenario_of(war), _given(options, SearchOptions), progress=progress)


def compare(
    *runs: str | Path, strategies: Sequence[str] = (), theories: Sequence[str] = (), progress: Progress = silent
) -> Compared:
    """Two folders that `countermove run` filled; or two `strategies` in one. Raises StoreError for a folder without a whole run."""
    from countermove.questions.compare.differences import Asked
    from countermove.questions.compare.differences import compare as compared

    return compared(runs, Asked(tuple(strategies), tuple(theories)), progress=progress)


def backtest(*records: str, options: RunOptions | None = None, how: Rolling | None = None, progress: Progress = silent) -> Backtest:
    """How well the theories would have foretold these records, all monthly ones where none is named. Raises EvidenceError, RecordError."""
    from countermove.questions.backtest.backtest import backtest as scored

    return scored(records, options, how=how, progress=progress)


def replay(war: War, address: played.Address, options: RunOptions | None = None) -> played.Path:
    """The months of one run: draw, luck and seed as in the run that it comes from. Raises RunError for an address that there is not."""
    from countermove.behaviour.table import THEORIES
    from countermove.engine.program import compile_scenario
    from countermove.engine.replay import replay as path_of

    options = _given(options, RunOptions)
    program = compile_scenario(scenario_of(war), (*THEORIES.values(), *options.plugins))
    return path_of(program, address, seed=options.seed, draws=options.draws or 1024, lucks=max(options.lucks, address.luck + 1))


def write_memo(
    war: War,
    options: RunOptions | None = None,
    path: str | Path | None = None,
    *,
    figures: Path | None = None,
    copies: Sequence[Path] = (),
    progress: Progress = silent,
) -> Path:
    """Write the decision memo to `path`, by default memos/NAME.html, and return the path. Raises StoreError where it cannot be written."""
    from countermove.memo.write import write_memo as written

    scenario = scenario_of(war)
    place = Path("memos") / f"{scenario.scenario}.html" if path is None else Path(path)
    return written(scenario, _given(options, RunOptions), place, figures=figures, copies=copies, progress=progress)
