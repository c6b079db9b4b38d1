"""What a run found, as a table and sentences: regret first, then where the order changes, then the silences, then the verdicts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from countermove.cli.terminal import say, say_table

if TYPE_CHECKING:
    from countermove.study.run import Study
    from countermove.world.findings import Findings

WEIGHTED = "weighted"


def number(value: float) -> str:
    """A number as a reader wants it; nothing for what is not there."""
    if not math.isfinite(value):
        return ""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}"


def with_error(value: float, error: float) -> str:
    """A number and its Monte-Carlo error."""
    return f"{number(value)} ± {number(error)}" if math.isfinite(error) else number(value)


def show_study(study: Study) -> None:
    """Print the summary of a study."""
    found, made = study.findings, study.provenance
    say(f"{made.scenario}: {made.draws} draws x {made.lucks} lucks, {made.months} months, seed {made.seed}")
    say()
    if found.regret:
        names = _in_order((row.strategy for row in found.regret), found.strategies)
        theories = _in_order((row.theory for row in found.regret), (*found.theories, WEIGHTED))
        cells = {(row.strategy, row.theory): with_error(row.regret, row.se) for row in found.regret}
        rows = [[_with_weight(theory, found), *(cells.get((name, theory), "") for name in names)] for theory in theories]
        say_table("Regret: points that each plan loses to the best one (± Monte-Carlo error)", ["theory (weight)", *names], rows)
    _show_silences(found)
    _sentences("Where the order changes", _changes(found))
    _sentences("Verdicts", _verdicts(found))
    _sentences("Warnings", study.warnings)


def _changes(found: Findings) -> Iterator[str]:
    """The pairs of theories between which another plan becomes best; the others are counted."""
    yield from (flip.sentence for flip in found.flips if flip.weight is not None)
    never = sum(flip.weight is None for flip in found.flips)
    if never:
        yield f"Between {never} other pairs of theories one plan scores above the other however the weight is divided."


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
    return theory if weight is None else f"{theory} ({weight:.0%})"


def _show_silences(found: Findings) -> None:
    rows = [row for row in found.measures if row.measure == "silent"]
    names = _in_order((row.strategy for row in rows), found.strategies)
    if names:
        cells = [
            [name, " to ".join(dict.fromkeys(f"{mean:.0%}" for mean in _ends(row.mean for row in rows if row.strategy == name)))]
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
