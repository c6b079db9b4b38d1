"""What a run found, as tables and sentences: outcomes, who leads and why, regret, where the order changes, the silences, the verdicts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from countermove.cli.terminal import say, say_table, share_text
from countermove.decision.findings import WEIGHTED
from countermove.world.measure import Control, judged_later, listed_first, titled_in_unit
from countermove.world.words import SHARES, percent

if TYPE_CHECKING:
    from countermove.decision.findings import MeasureRow
    from countermove.questions.run.finding import Findings
    from countermove.questions.run.found import Found
    from countermove.questions.run.run import Study

WAR = "direct-war"
SPELLED = 3  # pairs of theories whose order never changes, each in its sentence; more are counted


def number(value: float) -> str:
    """A number as a reader wants it; nothing for what is not there."""
    if not math.isfinite(value):
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def with_error(value: float, error: float) -> str:
    """A number and its Monte-Carlo error."""
    return f"{number(value)} ± {number(error)}" if math.isfinite(error) else number(value)


def show_study(study: Study) -> None:
    """Print the summary of a study."""
    from countermove.questions.run.found import Found
    from countermove.questions.run.lead import lead
    from countermove.world.words import counted

    found, made = study.findings, study.provenance
    index, objective = Found(found, draws=made.draws, months=made.months), study.program.scenario.objective
    say(
        f"{made.scenario}: {counted(made.draws, 'draw')} x {counted(made.lucks, 'luck')}, {counted(made.months, 'month')}, seed {made.seed}"
    )
    say()
    names = _leader_first(found)
    valued = () if objective is None else tuple(objective.values)
    wanted = [name for name in (*listed_first("terminal"), *valued) if name != WAR or study.program.cast.enemies[0]]
    _show_outcomes(index, names, wanted, study.program.scenario.opening.control)
    _sentences("What leads, and why", _upper(lead(index, objective)))
    _show_values(index, study)
    if found.regret:
        theories = _in_order((row.theory for row in found.regret), (*found.theories, WEIGHTED))
        cells = {(row.strategy, row.theory): with_error(row.regret, row.se) for row in found.regret}
        rows = [[_with_weight(theory, found), *(cells.get((name, theory), "") for name in names)] for theory in theories]
        title = "Regret: points that each plan loses to the best one (± Monte-Carlo error); the plan of the most points first"
        say_table(title, ["theory (weight)", *names], rows)
    _show_theories(study)
    _show_silences(found)
    _sentences("Where the order changes", _changes(found))
    _sentences("Verdicts", _verdicts(found))
    _sentences("Warnings", study.warnings)


def _show_values(found: Found, study: Study) -> None:
    """The plans by each set of values over the weighted theories, what the answer hangs on, and what the weapons are worth."""
    from countermove.questions.run.hangs_on import hangs_on, sentences
    from countermove.questions.run.section_values import values_table
    from countermove.questions.run.weapons import weapons

    table = values_table(found.findings, _owner(study))
    if table is not None:
        say_table(table.caption, *table.texts())
    _sentences("What the answer hangs on", hangs_on(found, _owner(study), study.provenance))
    _sentences("What the weapons are worth", sentences(weapons(found, study.program.scenario.objective)))


def _show_theories(study: Study) -> None:
    """The best plan by each set of values, theory by theory."""
    from countermove.questions.run.section_values import theories_table

    table = theories_table(study.findings, _owner(study))
    if table is not None:
        say_table(table.caption, *table.texts())


def _owner(study: Study) -> str:
    from countermove.world.cast import called

    return called(study.program.cast.patrons[0])


def _show_outcomes(found: Found, names: list[str], wanted: list[str], control: Control) -> None:
    """What happens under each plan, in people's units."""
    measures = [name for name in dict.fromkeys(wanted) if _judged(found, name)]
    rows = {(row.strategy, row.measure): row for row in found.findings.measures if row.theory == WEIGHTED}
    shown = [
        [titled_in_unit(name, control), *(_outcome(rows.get((plan, name)), found.draws) for plan in names)] for name in measures
    ]
    if any(any(cells[1:]) for cells in shown):
        title = "What happens under each plan, weighted over the theories (± Monte-Carlo error)"
        if not all(all(cells[1:]) for cells in shown):
            title += "; where a cell is empty the runs cannot tell"
        say_table(title, ["outcome", *names], shown)
    elif shown:
        say("What happens under each plan cannot be told: the error of every number is unknown. Ask for more draws.")
        say()


def _judged(found: Found, name: str) -> bool:
    """Whether the clock is long enough; of one event the last horizon that it judges."""
    later = judged_later(name, "terminal")
    return found.judged_in(name) is not None and all(found.judged_in(one) is None for one in later)


def _outcome(row: MeasureRow | None, draws: int) -> str:
    """A number with its error, where it may be told; a share of none or of all runs with the limit that so few draws leave open."""
    from countermove.world.telling import amount_told, range_told, share_range
    from countermove.world.words import limit, mean_error

    if row is None or not math.isfinite(row.mean):
        return ""
    if row.unit in SHARES:
        low, high = share_range(row.mean, row.se, draws)
        if range_told(low, high) != "told":
            return ""
        if row.mean in (0.0, 1.0) and not row.se > 0:
            return f"0% (<{limit(high)})" if row.mean == 0 else f"100% (>{limit(low)})"
        return mean_error(row.mean, row.se, row.unit)
    told = amount_told(row.mean, row.se) == "told"
    return mean_error(row.mean, row.se).replace("\N{MINUS SIGN}", "-") if told else ""


def _leader_first(found: Findings) -> list[str]:
    """The plans by their regret over the weighted theories, the least first; in their own order where nothing was compared."""
    regret = {row.strategy: row.regret for row in found.regret if row.theory == WEIGHTED and math.isfinite(row.regret)}
    return sorted(found.strategies, key=lambda name: regret.get(name, math.inf))


def _upper(clauses: Iterable[str]) -> Iterator[str]:
    from countermove.world.words import first_up

    return (f"{first_up(clause)}." for clause in clauses if clause)


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


def _in_order(names: Iterable[str], order: tuple[str, ...]) -> list[str]:
    """Each name once: those of `order` first, in its order."""
    there = dict.fromkeys(names)
    return [name for name in order if name in there] + [name for name in there if name not in order]


def _with_weight(theory: str, found: Findings) -> str:
    weight = found.weights.get(theory)
    return theory if weight is None else f"{theory} ({percent(weight)})"


def _show_silences(found: Findings) -> None:
    rows = [row for row in found.measures if row.measure == "silent"]
    names = _in_order((row.strategy for row in rows), found.strategies)
    if names:
        cells = [
            [name, " to ".join(dict.fromkeys(share_text(mean) for mean in _ends(row.mean for row in rows if row.strategy == name)))]
            for name in names
        ]
        title = "Silent: share of the runs in which a plan had no answer, by theory the least and the most"
        say_table(title, ["plan", "silent"], cells)


def _ends(values: Iterable[float]) -> tuple[float, float]:
    known = list(values)
    return min(known), max(known)


def _sentences(title: str, sentences: Iterable[str]) -> None:
    lines = list(sentences)
    if lines:
        say(title)
        for line in lines:
            say(f"  - {line}")
        say()
