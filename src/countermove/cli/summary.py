"""What a run found, as tables and sentences: outcomes, who leads and why, regret, where the order changes, the silences, the verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import fill
from typing import TYPE_CHECKING

from countermove.cli.terminal import say, say_table
from countermove.decision.findings import WEIGHTED
from countermove.world.measure import judged_later, listed_first
from countermove.world.tables import Table
from countermove.world.titles import with_keys
from countermove.world.words import UNKNOWN

if TYPE_CHECKING:
    from countermove.questions.run.finding import Findings
    from countermove.questions.run.findings_index import FindingsIndex
    from countermove.questions.run.run import Study

WAR = "direct-war"
PAGE = 110  # columns of running text
# what happens: the measures of the objective are added
SPELLED = 3  # pairs of theories whose order never changes, each in its sentence; more are counted


def show_study(study: Study) -> None:
    """Print the summary of a study."""
    from countermove.questions.run.depends_on import depends_on, sentences
    from countermove.questions.run.findings_index import FindingsIndex
    from countermove.questions.run.lead_sentences import lead
    from countermove.questions.run.section_measures import measure_table, silence_table
    from countermove.questions.run.section_values import theories_table, values_table
    from countermove.questions.run.section_verdicts import regret_table
    from countermove.questions.run.weapons import weapons
    from countermove.world.words import counted

    found, made = study.findings, study.provenance
    index, objective = FindingsIndex(found, draws=made.draws, months=made.months), study.program.scenario.objective
    say(
        f"{made.scenario}: {counted(made.draws, 'draw')} x {counted(made.lucks, 'luck')}, {counted(made.months, 'month')}, seed {made.seed}"
    )
    say()
    valued = () if objective is None else tuple(objective.values)
    wanted = [name for name in (*listed_first("terminal"), *valued) if name != WAR or study.program.cast.enemies[0]]
    war = study.drawable
    _show_outcomes(measure_table(war, WEIGHTED, [name for name in dict.fromkeys(wanted) if _judged(index, name)]).bare())
    _sentences("What leads, and why", _upper(lead(index, objective)))
    _show(values_table(found, war.owner))
    _sentences("What the answer hangs on", depends_on(index, war.owner, made))
    _sentences("What the weapons are worth", sentences(weapons(index, objective)))
    if found.regret:
        say_table(regret_table(war).bare())
    _show(theories_table(found, war.owner))
    _show(silence_table(found))
    _sentences("Where the order changes", _changes(found))
    _sentences("Verdicts", _verdicts(found))
    _sentences("Warnings", study.warnings)
    _show_names(found)


def _show_names(found: Findings) -> None:
    """What is typed for what was read."""
    for option, names in (
        ("--strategy", with_keys(found.strategies, found.titles.strategy)),
        ("--theory", with_keys(found.theories, found.titles.theory)),
    ):
        say(fill(f"{option} takes {names}.", PAGE, break_on_hyphens=False, break_long_words=False))
    say()


def _show(table: Table | None) -> None:
    if table is not None:
        say_table(table)


def _show_outcomes(table: Table) -> None:
    """What happens under each plan, in people's units."""
    from countermove.show.verdict_text import CANNOT_TELL

    if any(cell.text not in (UNKNOWN, CANNOT_TELL) for row in table.rows for cell in row.cells):
        say_table(table)
    elif table.rows:
        say("What happens under each plan cannot be told: the error of every number is too large, or unknown. Ask for more draws.")
        say()


def _judged(found: FindingsIndex, name: str) -> bool:
    """Whether the clock is long enough; of one event the last horizon that it judges."""
    later = judged_later(name, "terminal")
    return found.judged_in(name) is not None and all(found.judged_in(one) is None for one in later)


def _upper(clauses: Iterable[str]) -> Iterator[str]:
    from countermove.world.words import capitalized

    return (f"{capitalized(clause)}." for clause in clauses if clause)


def _changes(found: Findings) -> Iterator[str]:
    """The pairs of theories between which another plan becomes best; of the others, those that never change and those that cannot be told."""
    yield from (flip.sentence for flip in found.flips if flip.weight is not None)
    never = [flip.sentence for flip in found.flips if flip.weight is None and not flip.cannot_tell]
    unsure = sum(flip.cannot_tell for flip in found.flips)
    if len(never) <= SPELLED:
        yield from never
    else:
        others = "more " if len(never) < len(found.flips) - unsure else ""
        yield f"For {len(never)} {others}pairs of theories no division of the weight changes the order by what matters."
    if unsure:
        pairs = "one pair" if unsure == 1 else f"{unsure} pairs"
        yield f"For {pairs} of theories the runs cannot tell where the order changes, or whether it does."


def _verdicts(found: Findings) -> Iterator[str]:
    """Under each theory, the best plan against the next best; over the weighted theories, against every other."""
    seen: set[str] = set()
    for verdict in sorted(found.verdicts, key=lambda verdict: verdict.theory == WEIGHTED):
        if verdict.theory == WEIGHTED or verdict.theory not in seen:
            yield verdict.sentence
        seen.add(verdict.theory)


def _sentences(title: str, sentences: Iterable[str]) -> None:
    lines = list(sentences)
    if lines:
        say(title)
        for line in lines:
            say(f"  - {line}")
        say()
