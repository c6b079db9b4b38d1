"""What `countermove` offers to Python: every question that can be asked of a war, as a function.

Each takes a scenario, the name of a war that ships, or a file; options have defaults, and are named as on the command line. What is found shows
itself as a small table in a notebook, and has `table`, all of its numbers as a DataFrame with their errors and units, and `to_json()`, which is what
the command prints with --json. Where a result has figures, `plot()` gives one as SVG.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from countermove.behaviour.theory import Theory
from countermove.questions.options import Progress, RunOptions, silent
from countermove.scenario import check as check_file
from countermove.scenario import check_text, write
from countermove.scenario import explain as explain_scenario
from countermove.scenario.check import CheckReport
from countermove.scenario.read import read
from countermove.scenario.schema import Scenario
from countermove.scenario.theories import with_theories

if TYPE_CHECKING:
    from countermove.engine import replay as played
    from countermove.questions.backtest.finding import Backtest
    from countermove.questions.backtest.rolling import Rolling
    from countermove.questions.claims.finding import ClaimsLedger
    from countermove.questions.compare.finding import Compared
    from countermove.questions.explore.finding import Explored
    from countermove.questions.gaps.finding import GapsFound
    from countermove.questions.readers.finding import ReadersCompared
    from countermove.questions.run.run import Study
    from countermove.questions.score.finding import BacktestScored, MemoScored
    from countermove.questions.search.evaluation import SearchOptions
    from countermove.questions.search.finding import SearchFound
    from countermove.questions.solve.finding import Solved
    from countermove.questions.solve.look_ahead import SolveOptions
    from countermove.questions.study.finding import StudyFound
    from countermove.questions.weigh.finding import Pool, Weighing
    from countermove.verify import Verified

War = Scenario | str | Path
Options = TypeVar("Options")


def scenario_of(war: War, plugins: Sequence[Theory] = ()) -> Scenario:
    """The scenario itself, or that of a name or a file, in which every patron but the owner may also follow the theories `plugins`.

    Raises ScenarioError with every mistake, TypeError for anything else.
    """
    if isinstance(war, Scenario):
        return with_theories(war, plugins)
    if isinstance(war, (str, Path)):  # pyright: ignore[reportUnnecessaryIsInstance]  # a notebook has no type checker
        return with_theories(read(war), plugins)
    raise TypeError(f"a {type(war).__name__} is no war: give a scenario, the name of a war that ships, or a file")


def _given(options: Options | None, kind: type[Options]) -> Options:
    """The options, or the usual ones; those of another command raise TypeError, since a notebook has no type checker."""
    if options is not None and not isinstance(options, kind):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"options are {kind.__name__}(...) here, and not a {type(options).__name__}")
    return options or kind()


def _asked(war: War, options: RunOptions | None) -> tuple[Scenario, RunOptions]:
    """The scenario with the options' own theories, and the options."""
    options = _given(options, RunOptions)
    return scenario_of(war, options.plugins), options


def check(war: War, *, play: bool = False) -> CheckReport:
    """Every mistake in a scenario, and every doubt about it, each with its line and column in the file, counted from 1.

    `play`: with the doubts for which the war is played in 256 draws, in seconds. Raises nothing: mistakes are in the report.
    """
    report = check_text(write(war), file=war.scenario) if isinstance(war, Scenario) else check_file(war)
    if not play:
        return report
    from countermove.questions.check.quick_runs import with_quick_runs

    return with_quick_runs(report)


def explain(war: War) -> str:
    """The scenario in plain English, its numbers with their units."""
    return explain_scenario(scenario_of(war))


def run(war: War, options: RunOptions | None = None, *, progress: Progress = silent) -> Study:
    """Every plan under every theory: measures in their own units (`table` has them in a column), expected points, and regret in points.

    Where `options.out` names a folder, the results are saved there, for `load` and `compare`. Raises RunError, CompileError, StoreError; a
    comparison without a meaning is a warning in the study.
    """
    from countermove.questions.run.save import run_and_save

    scenario, options = _asked(war, options)
    return run_and_save(scenario, options, progress=progress)


def weigh(
    war: War,
    options: RunOptions | None = None,
    *,
    coding: str | None = None,
    quick: bool = False,
    every: bool = False,
    records: int | None = None,
    progress: Progress = silent,
) -> Weighing:
    """The weights, from 0 to 1, that the scenario's record gives to the theories, and log evidences in nats; kept, once they were weighed.

    `coding`: a reading of what is disputed in the record. `quick`: by simulated records alone, without filters. `every`: filters for every
    coding and start. `records`: simulated records of each theory in each set, 4096. Raises EvidenceError where there is no record, or nothing in it.
    """
    from countermove.questions.weigh.methods import RECORDS, WeighingMethods, weigh_scenario

    scenario, options = _asked(war, options)
    return weigh_scenario(scenario, options, WeighingMethods(quick, every, records or RECORDS), coding=coding, progress=progress)


def pool(
    war: War, options: RunOptions | None = None, *, every: bool = False, records: int | None = None, progress: Progress = silent
) -> Pool:
    """Every record at hand, together and with each left out: weights of the theories from 0 to 1, under equal priors; kept, once it was read.

    The war gives the date of the decision, by which something was known or was not. `every`: filters for every war too. Raises RecordError.
    """
    from countermove.questions.weigh.methods import RECORDS, WeighingMethods, pool_wars

    scenario, options = _asked(war, options)
    return pool_wars(scenario, options, WeighingMethods(all_readings=every, records=records or RECORDS), progress=progress)


def explore(war: War, options: RunOptions | None = None, *, progress: Progress = silent) -> Explored:
    """What would change the answer: weights from 0 to 1, values of numbers in their own units, leads and what knowing is worth in points.

    Raises DecisionError where there is none to change: no objective, or one strategy.
    """
    from countermove.questions.explore.explore import explore as explored

    scenario, options = _asked(war, options)
    return explored(scenario, options, progress=progress)


def gaps(war: War, options: RunOptions | None = None, *, progress: Progress = silent) -> GapsFound:
    """What each strategy leaves unsaid: how probable it is to get there, from 0 to 1, and what that can cost, in points.

    Raises DecisionError for too few draws.
    """
    from countermove.questions.gaps.gaps import gap_check

    scenario, options = _asked(war, options)
    return gap_check(scenario, options, progress=progress)


def claims(war: War, options: RunOptions | None = None, *, progress: Progress = silent) -> ClaimsLedger:
    """The scenario's argument, sentence by sentence: shares of episodes on the record, statistics of runs in the unit of each claim.

    By default 256 draws of 8 lucks. Raises DecisionError where there are no claims, RecordError for a record that cannot be read.
    """
    from countermove.questions.claims.heard import LUCKS
    from countermove.questions.claims.ledger import claims as judged

    scenario, options = _asked(war, options or RunOptions(lucks=LUCKS))
    return judged(scenario, options, progress=progress)


def readers(war: War, options: RunOptions | None = None, *, progress: Progress = silent) -> ReadersCompared:
    """The scenario's readers side by side: expected points by each one's own values, so that they compare strategies and not readers.

    Raises DecisionError, before anything is run, where it names fewer than two.
    """
    from countermove.questions.readers.readers import side_by_side

    scenario, options = _asked(war, options)
    return side_by_side(scenario, options, progress=progress)


def search(war: War, options: SearchOptions | None = None, *, progress: Progress = silent) -> SearchFound:
    """A written strategy, improved within the language: points on new draws beside every written one, cost in million USD.

    Where `options.kept` names a file, the scenario with the strategy in it is written there. Raises DecisionError where there is no objective or
    nothing to change.
    """
    from countermove.questions.search.evaluation import SearchOptions
    from countermove.questions.search.search import search_and_save

    options = _given(options, SearchOptions)
    return search_and_save(scenario_of(war, options.plugins), options, progress=progress)


def solve(war: War, options: SolveOptions | None = None, *, progress: Progress = silent) -> Solved:
    """Every plan against a rival who knows it and thinks ahead, other stakes, and the equilibrium: points, played in the war itself.

    Raises DecisionError without an objective or a plan; SolveError where nobody stands on the other side, or the game is too large.
    """
    from countermove.questions.solve.look_ahead import SolveOptions
    from countermove.questions.solve.solve import solve as solved

    options = _given(options, SolveOptions)
    return solved(scenario_of(war, options.plugins), options, progress=progress)


def open_spiel_game(war: War, options: SolveOptions | None = None, months: int = 2, *, progress: Progress = silent) -> Any:
    """The first months of the war as a game of OpenSpiel's. Raises SolveError where OpenSpiel is not installed, or the tree is too large."""
    from countermove.questions.solve.elsewhere import open_spiel_game as made
    from countermove.questions.solve.look_ahead import SolveOptions

    options = _given(options, SolveOptions)
    return made(scenario_of(war, options.plugins), options, months, progress=progress)


def pettingzoo_environment(war: War, options: SolveOptions | None = None, *, progress: Progress = silent) -> Any:
    """The war as an environment of PettingZoo's, for two agents. Raises SolveError where PettingZoo is not installed."""
    from countermove.questions.solve.elsewhere import pettingzoo_environment as made
    from countermove.questions.solve.look_ahead import SolveOptions

    options = _given(options, SolveOptions)
    return made(scenario_of(war, options.plugins), options, progress=progress)


def table_environment(
    war: War,
    seats: Sequence[str] | None = None,
    months: int | None = None,
    seed: int = 0,
    players: Mapping[str, str] | None = None,
) -> Any:
    """The seats at a table as an environment of PettingZoo's: learners sit where people do, see what their seats see, and order as they do.

    `seats`: who learns, by default everybody who orders; `players`: who plays the others (a strategy, a theory, `chance`, or `hidden`);
    `months` that are played; `seed`: where tables come from, until `reset(seed)` opens the one of `countermove play --seed`. Rewards are in points
    (owner), thousand person-equivalents (patrons) and shares of ground (clients). Raises SolveError where PettingZoo is not installed, SessionError
    for what no table has, DecisionError where the owner has no objective.
    """
    from countermove.engine.program import compile_scenario
    from countermove.play.to_pettingzoo import table_environment as made
    from countermove.play.war import Cards
    from countermove.play.war import War as Played

    return made(Played(compile_scenario(scenario_of(war)), Cards()), seats, months, seed, players)


def study(
    file: str | Path, options: RunOptions | None = None, *, retry: bool = False, page: bool = True, progress: Progress = silent
) -> StudyFound:
    """Every case of a study file, run into one dataset in `options.out`, by default studies/NAME, with its page study.html; what is there is not run
    again. Regret and worth are in points, by case and plan in `table`.

    Of the options count `executor`, `out` and `plugins`: the study says the rest. `retry`: cases that failed are run again, alone; `page`: write it.
    Raises StudyError with every mistake of the file at its line and column, StoreError where the dataset cannot be saved.
    """
    from countermove.questions.study.page import write_study_page
    from countermove.questions.study.study import run_study_file
    from countermove.scenario.study_read import read_study

    asked = read_study(file)
    found = run_study_file(asked, _given(options, RunOptions), retry=retry, progress=progress)
    if page:
        write_study_page(found, asked, Path(found.where))
    return found


def compare(
    *runs: str | Path,
    strategies: Sequence[str] = (),
    theories: Sequence[str] = (),
    quick: bool = False,
    progress: Progress = silent,
) -> Compared:
    """Two folders that `run` filled; or two `strategies` in one: every difference, B - A, in the unit of its measure.

    `quick`: from the folders alone, nothing is replayed month by month. Raises StoreError for a folder without a whole run.
    """
    from countermove.questions.compare.differences import CompareRequest
    from countermove.questions.compare.differences import compare as compared

    return compared(runs, CompareRequest(tuple(strategies), tuple(theories), replays=not quick), progress=progress)


def backtest(*records: str, options: RunOptions | None = None, how: Rolling | None = None, progress: Progress = silent) -> Backtest:
    """How well the theories would have foretold these records, all monthly ones where none is named: CRPS in the unit of each series, skill as a
    ratio to no-change. Raises EvidenceError, RecordError."""
    from countermove.questions.backtest.backtest import backtest as scored

    return scored(records, options, how=how, progress=progress)


def write_backtest(found: Backtest, path: str | Path = "backtests/backtest.html") -> Path:
    """Write the page of a backtest, and beside it the sealed file of what it issues, which `score` reads; the path of the page.

    The page says the unit of each score. Raises StoreError where it cannot be written.
    """
    from countermove.questions.backtest.backtest import write_backtest as written

    return written(found, Path(path))


def score(
    file: str | Path, *, strategy: str | None = None, record: str | None = None, outcomes: str | Path | None = None
) -> MemoScored | BacktestScored:
    """What a memo or a backtest issued in NAME.forecasts.json, beside what happened since: CRPS in the unit of each
    number, Brier score and nats of events.

    Of a memo: `strategy`, the one that was followed, where several were issued; `record`, to score months on, else the scenario's own; `outcomes`, a
    CSV of measure, value and, if known, when. Raises StoreError where a sealed byte of the file was changed, EvidenceError, RecordError.
    """
    from countermove.questions.score.score import score as scored

    return scored(Path(file), strategy=strategy, record=record, outcomes=None if outcomes is None else Path(outcomes))


def replay(war: War, address: played.Address, options: RunOptions | None = None) -> played.Path:
    """The months of one run, units in the names of columns: draw, luck and seed as in the run that it comes from.

    Raises RunError for an address that there is not.
    """
    from countermove.questions.run.path import path_of

    scenario, options = _asked(war, options)
    return path_of(scenario, address, options)


def verify(progress: Progress = silent) -> Verified:
    """Every number that can be checked against print, each in the unit that its line names. Raises nothing for a line that does not hold."""
    from countermove.verify import verify as lines_of

    return lines_of(lambda name: progress(name, 0, 0))


def write_beside(
    war: War, other: War, options: RunOptions | None = None, path: str | Path | None = None, *, progress: Progress = silent
) -> Path:
    """Write one page of two scenarios, two days or two versions of an assumption, by default memos/NAME.beside.OTHER.html; return the path.

    Differences are `other` less `war`, in the unit that stands beside them, each with its error. Raises DecisionError where the two have no
    strategy or no theory in common, and StoreError where it cannot be written.
    """
    from countermove.memo.beside import Asked
    from countermove.memo.beside import write_beside as written

    first, options = _asked(war, options)
    second = scenario_of(other, options.plugins)
    place = Path("memos") / f"{first.scenario}.beside.{second.scenario}.html" if path is None else Path(path)
    return written(Asked(first, first.scenario), Asked(second, second.scenario), options, place, progress=progress)


def write_memo(
    war: War,
    options: RunOptions | None = None,
    path: str | Path | None = None,
    *,
    reader: str | None = None,
    figures: Path | None = None,
    copies: Sequence[Path] = (),
    progress: Progress = silent,
) -> Path:
    """Write the decision memo to `path`, by default memos/NAME.html, and return the path; units stand beside every number of it.

    `reader`: a reader of the scenario, with whose weights of the theories and values it is written (memos/NAME.READER.html); `figures`: a folder
    for every figure as SVG, with its numbers; `copies`: the same memo as FILE.pdf, FILE.docx or FILE.xlsx. Raises DecisionError for a reader
    that there is not, and StoreError where it cannot be written.
    """
    from countermove.memo.write import page_name
    from countermove.memo.write import write_memo as written
    from countermove.questions.readers.as_reader import as_reader

    scenario, options = _asked(war, options)
    place = Path("memos") / f"{page_name(scenario, reader)}.html" if path is None else Path(path)
    if reader is not None:
        scenario, options = as_reader(scenario, options, reader)
    return written(scenario, options, place, figures=figures, copies=copies, progress=progress)
