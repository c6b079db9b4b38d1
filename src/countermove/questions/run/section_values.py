"""The plans by several sets of values: side by side over the weighted theories, and under each theory."""

from __future__ import annotations

from countermove.decision.findings import WEIGHTED
from countermove.decision.findings_values import OWN, Choice
from countermove.questions.run.finding import Findings
from countermove.show.verdict_text import CANNOT_TELL
from countermove.world.tables import Cell, Table
from countermove.world.words import listed, points, weight_text


def whose(name: str, owner: str) -> str:
    """Whose values they are: `Washington` for the objective, else the reader."""
    return owner if name == OWN else name


def values_table(findings: Findings, owner: str) -> Table | None:
    """Values down: the best plan, its lead and the verdict, with the same weights of the theories; None of fewer than two sets."""
    by_values = {row.values: row for row in findings.choices if row.theory == WEIGHTED}
    if len(by_values) < 2:
        return None
    return Table.of(
        "By whose values: with the same weights of the theories.",
        ("values of", "best plan", "lead", "verdict"),
        (
            (Cell(whose(name, owner), ("the objective",) if name == OWN else ()), _best(row), _ahead(row), row.kind)
            for name, row in by_values.items()
        ),
        prose=True,
    )


def _best(row: Choice) -> str:
    if row.kind == "better":
        return row.best
    names = (row.best, *row.level)
    return f"none alone ({listed(names, 'or')})" if len(names) < 4 else f"none alone ({len(names)} not told apart)"


def _ahead(row: Choice) -> str:
    return f"{points(row.difference, row.se)} above {row.other}"


def theories_table(findings: Findings, owner: str) -> Table | None:
    """Theory by theory, all the weight on it: the best plan by each set of values, its lead and the verdict; None of fewer than two sets."""
    sets = tuple(dict.fromkeys(row.values for row in findings.choices))
    if len(sets) < 2:
        return None
    by_values = {(row.theory, row.values): row for row in findings.choices}
    return Table.of(
        "The best plan by each set of values, with all the weight on one theory, and its lead over the next ± standard error.",
        ("theory", *(whose(name, owner) for name in sets)),
        (
            (
                Cell(theory, () if theory == WEIGHTED else (f"weight {weight_text(findings.weights.get(theory, float('nan')))}",)),
                *(_cell(by_values.get((theory, name))) for name in sets),
            )
            for theory in (WEIGHTED, *findings.theories)
        ),
    )


def _cell(row: Choice | None) -> Cell:
    if row is None:
        return Cell("not run")
    ahead = _ahead(row)
    if row.kind == "better":
        return Cell(row.best, (ahead,), ("best",))
    return Cell(CANNOT_TELL if row.kind == "cannot tell" else row.kind, (f"{row.best} {ahead}",))
