"""The table of questions: what can be asked of a war, and where each is answered. The command line, the memo and the docs walk it.

A question is a room: `questions/NAME` asks and finds, `cli/NAME.py` is its command. Nothing is imported here, so that the command line can
read the table before it knows what it will need.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Room:
    """One question.

    Main fields: `name` of the room and of the command; `asks`, in a sentence, as the command line lists it; `needs` beside a scenario.
    Other fields: `finding`, the class of what is found, as module.Class; `page` of docs/ that tells how.
    """

    name: str
    asks: str
    needs: str
    finding: str
    page: str


QUESTIONS: tuple[Room, ...] = (
    Room(
        "check",
        "Find all mistakes in a scenario, and doubts about it",
        "a file, however wrong",
        "countermove.scenario.check.CheckReport",
        "tutorial/first-war.md",
    ),
    Room(
        "run",
        "Run every plan under every theory",
        "a strategy; an objective, to compare",
        "countermove.questions.run.finding.Findings",
        "how-to/read-results.md",
    ),
    Room(
        "weigh",
        "Weigh the theories of the adversary on the record",
        "a record",
        "countermove.questions.weigh.finding.Weighing",
        "how-to/weigh-theories.md",
    ),
    Room(
        "explore",
        "Find what would change the answer, and what it would pay to know",
        "two strategies and an objective",
        "countermove.questions.explore.finding.Explored",
        "how-to/explore-what-would-change-the-answer.md",
    ),
    Room(
        "readers",
        "Compare people who disagree, and find what they part over",
        "two readers",
        "countermove.questions.readers.finding.ReadersCompared",
        "how-to/compare-readers.md",
    ),
    Room(
        "gaps",
        "Find what each strategy leaves unsaid, and what that can cost",
        "a strategy; an objective, for costs",
        "countermove.questions.gaps.finding.GapsFound",
        "how-to/find-gaps.md",
    ),
    Room(
        "solve",
        "Find what holds against a rival who knows the plan and thinks ahead",
        "a strategy, an objective and a rival",
        "countermove.questions.solve.finding.Solved",
        "how-to/ask-a-rival-who-thinks-ahead.md",
    ),
    Room(
        "search",
        "Improve a strategy within the language, and judge it on new draws",
        "a strategy to begin with and an objective",
        "countermove.questions.search.finding.SearchFound",
        "how-to/improve-a-strategy.md",
    ),
    Room(
        "compare",
        "Find what differs between two runs, or two strategies, and where it comes from",
        "folders that `run` filled",
        "countermove.questions.compare.finding.Compared",
        "how-to/compare-two-runs.md",
    ),
    Room(
        "claims",
        "Judge an argument, sentence by sentence, on the record and in the model",
        "claims; a record, to ask it too",
        "countermove.questions.claims.finding.ClaimsLedger",
        "how-to/check-an-argument.md",
    ),
    Room(
        "backtest",
        "Score the theories on past wars, beside the simplest forecasts",
        "monthly records",
        "countermove.questions.backtest.finding.Backtest",
        "how-to/backtest.md",
    ),
    Room(
        "score",
        "Score what a memo or a backtest issued, once it is known",
        "forecasts that were issued, and what happened",
        "countermove.questions.score.finding.MemoScored",
        "how-to/issue-and-score-forecasts.md",
    ),
    Room(
        "study",
        "Run a study: hundreds of cases over wars, values, codings and seeds, into one dataset",
        "a study file",
        "countermove.questions.study.finding.StudyFound",
        "how-to/run-a-study.md",
    ),
)
