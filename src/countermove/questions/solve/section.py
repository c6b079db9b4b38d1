"""Against a rival who thinks ahead: what the memo says of every plan if the rival knows it and answers it as well as he can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from countermove.questions.inquiry import Inquiry, kept_or_asked
from countermove.questions.options import Progress, RunOptions
from countermove.questions.run.run import Study
from countermove.questions.solve.finding import Solved
from countermove.questions.solve.tables import gaps_table, plans_table, policy_table, replies_table
from countermove.questions.solve.trust import doubted
from countermove.scenario.schema import Scenario
from countermove.world.display import Displayable
from countermove.world.tables import Table
from countermove.world.words import capitalized, counted

TOLD = 4  # sentences in the body
DRAWS, LUCKS, SAMPLES = 256, 4, 64  # for a memo: half the runs of the command
TITLE = "a rival who thinks ahead"
NOT_RUN = "No rival who thinks ahead was asked for this memo"
ASKS = "`countermove solve` asks him"


@dataclass(frozen=True, repr=False)
class NotAsked(Displayable):
    """That he was not asked for a memo, and why: a clause."""

    why: str


@dataclass(frozen=True)
class AheadSection:
    """The section; `why` says why there is nothing, where there is nothing. The body has the first sentences, the doubts and the plans, the annex the
    rest."""

    why: str
    opening: str = ""
    doubts: tuple[str, ...] = ()  # each says that it is one
    rest: tuple[str, ...] = ()
    plans: Table | None = None
    tables: tuple[Table, ...] = ()


def _always(_study: Study, _options: RunOptions) -> bool:
    """Where he cannot be asked the answer says why."""
    return True


def _why_not(study: Study, options: RunOptions) -> str:
    """Why he cannot be asked: nobody stands on the other side, nothing is wanted, silences are filled otherwise than they are written, or the memo is
    a first look: with fewer draws than it takes nothing could be told of him. Empty where he can be."""
    if study.program.asked is None:
        return "nobody stands on another side in this war"
    if study.program.scenario.objective is None:
        return "the scenario does not say what its owner wants, under `objective:`"
    if options.completion is not None:
        return f"all silences of the plans are filled by “{options.completion}” here, and he answers plans as they are written"
    if options.draws is not None and options.draws < DRAWS:
        return f"it was asked for with {counted(options.draws, 'draw')}, and asking him takes {DRAWS}"
    return ""


def _ask(study: Study, options: RunOptions, progress: Progress) -> Solved | NotAsked:
    why_not = _why_not(study, options)
    if why_not:
        return NotAsked(why_not)
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

    found = kept_or_asked(Solved, study, replace(options, draws=None, lucks=LUCKS), asked)
    return found or NotAsked("it is a quick memo, and no answer of his was kept from a full one")


INQUIRY = Inquiry(TITLE, _always, _ask)


def why_nothing(asked: NotAsked | None, warnings: Sequence[str]) -> str:
    """Why a memo has nothing of him: what it was told, or the warning that asking him failed."""
    failed = next((one for one in warnings if TITLE in one.partition("cannot be told")[0].lower()), "")
    if asked is not None:
        return f"{NOT_RUN}: {asked.why}. {capitalized(ASKS)}."
    return failed or f"{NOT_RUN}: {ASKS}."


def section(found: Solved | None, why: str = "") -> AheadSection:
    """What was found, in sentences and tables; else why nothing was."""
    if found is None:
        return AheadSection(why or why_nothing(None, ()))
    return AheadSection(
        "",
        " ".join(found.sentences[:TOLD]),
        doubted(found),
        found.sentences[TOLD:],
        plans_table(found),
        (replies_table(found), policy_table(found), gaps_table(found)),
    )
