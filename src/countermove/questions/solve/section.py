"""Against a rival who thinks ahead: what the memo says of every plan if the rival knows it and answers it as well as he can."""

from __future__ import annotations

from dataclasses import dataclass, replace

from countermove.questions.inquiry import Inquiry, kept_or_asked
from countermove.questions.options import Progress, RunOptions
from countermove.questions.run.run import Study
from countermove.questions.solve.finding import Solved
from countermove.questions.solve.tables import gaps_table, plans_table, policy_table, replies_table
from countermove.scenario.schema import Scenario
from countermove.world.tables import Table

TOLD = 4  # sentences in the body
DRAWS, LUCKS, SAMPLES = 256, 4, 64  # for a memo: half the runs of the command
NOT_RUN = (
    f"No rival who thinks ahead was asked for this memo, which is done where there is a rival and an objective, from {DRAWS} draws on: "
    "`countermove solve` asks him."
)


@dataclass(frozen=True)
class AheadSection:
    """The section; `why` says why there is nothing, where there is nothing. The body has the sentences and the plans, the annex the rest."""

    why: str
    opening: str = ""
    rest: tuple[str, ...] = ()  # sentences, then doubts
    plans: Table | None = None
    tables: tuple[Table, ...] = ()


def _meant(study: Study, options: RunOptions) -> bool:
    """Whether somebody stands on the other side, something is wanted, silences are filled as they are written, and the memo is no first look: with
    fewer draws than it needs itself nothing could be told of him."""
    program = study.program
    enough = options.draws is None or options.draws >= DRAWS
    return enough and program.asked is not None and program.scenario.objective is not None and options.completion is None


def _ask(study: Study, options: RunOptions, progress: Progress) -> Solved | None:
    from countermove.questions.solve.look_ahead import SolveOptions  # a page that is only drawn asks nothing
    from countermove.questions.solve.solve import solve

    def asked(scenario: Scenario, how: RunOptions) -> Solved:
        weights = None if how.seen_by is None or not how.seen_by.weights else how.seen_by.weights
        return solve(
            scenario,
            SolveOptions(
                draws=DRAWS,
                lucks=LUCKS,
                samples=SAMPLES,
                seed=how.seed,
                strategies=how.strategies,
                theories=how.theories,
                weights=weights,
                brief=True,
                executor=how.executor,
                plugins=how.plugins,
            ),
            progress=progress,
        )

    return kept_or_asked(Solved, study, replace(options, draws=None, lucks=LUCKS), asked)


INQUIRY = Inquiry("a rival who thinks ahead", _meant, _ask)


def section(found: Solved | None) -> AheadSection:
    """What was found, in sentences and tables."""
    if found is None:
        return AheadSection(NOT_RUN)
    return AheadSection(
        "",
        " ".join(found.sentences[:TOLD]),
        (*found.sentences[TOLD:], *found.doubts),
        plans_table(found),
        (replies_table(found), policy_table(found), gaps_table(found)),
    )
