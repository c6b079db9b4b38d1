"""The plans by several sets of values: side by side over the weighted theories, and under each theory."""

from __future__ import annotations

from countermove.decision.findings import WEIGHTED
from countermove.decision.findings_values import OWN, Choice
from countermove.questions.run.finding import Findings
from countermove.show.verdict_text import CANNOT_TELL
from countermove.world.tables import Cell, Table
from countermove.world.titles import Titles
from countermove.world.words import listed, points, weight_text


def whose(name: str, owner: str, titles: Titles) -> str:
    """Whose values they are: `Washington` for the objective, else the reader."""
    return owner if name == OWN else titles.reader(name)


def values_table(findings: Findings, owner: str) -> Table | None:
    """Values down: the best plan, its lead and the verdict, with the same weights of the theories; None of fewer than two sets."""
    by_values = {row.values: row for row in findings.choices if row.theory == WEIGHTED}
    if len(by_values) < 2:
        return None
    titles = findings.titles
    return Table.of(
        "By whose values: with the same weights of the theories.",
        ("values of", "best plan", "lead", "verdict"),
        (
            (
                Cell(whose(name, owner, titles), ("the objective",) if name == OWN else ()),
                _best(row, titles),
                _ahead(row, titles),
                row.kind,
            )
            for name, row in by_values.items()
        ),
        prose=True,
    )


def _best(row: Choice, titles: Titles) -> str:
    if row.kind == "better":
        return titles.strategy(row.best)
    names = tuple(map(titles.strategy, (row.best, *row.level)))
    return f"none alone ({listed(names, 'or')})" if len(names) < 4 else f"none alone ({len(names)} not told apart)"


def _ahead(row: Choice, titles: Titles) -> str:
    return f"{points(row.difference, row.se)} above {titles.strategy(row.other)}"


def theories_table(findings: Findings, owner: str) -> Table | None:
    """Theory by theory, all the weight on it: the best plan by each set of values, its lead and the verdict; None of fewer than two sets."""
    sets = tuple(dict.fromkeys(row.values for row in findings.choices))
    if len(sets) < 2:
        return None
    by_values, titles = {(row.theory, row.values): row for row in findings.choices}, findings.titles
    return Table.of(
        "The best plan by each set of values, with all the weight on one theory, and its lead over the next ± standard error.",
        ("theory", *(whose(name, owner, titles) for name in sets)),
        (
            (
                Cell(
                    titles.theory(theory),
                    () if theory == WEIGHTED else (f"weight {weight_text(findings.weights.get(theory, float('nan')))}",),
                ),
                *(_cell(by_values.get((theory, name)), titles) for name in sets),
            )
            for theory in (WEIGHTED, *findings.theories)
        ),
    )


def _cell(row: Choice | None, titles: Titles) -> Cell:
    if row is None:
        return Cell("not run")
    ahead, best = _ahead(row, titles), titles.strategy(row.best)
    if row.kind == "better":
        return Cell(best, (ahead,), ("best",))
    return Cell(CANNOT_TELL if row.kind == "cannot tell" else row.kind, (f"{best} {ahead}",))
