"""What follows from the runs of the bench: the findings that a page shows live, by the functions of `run`, and what changed since before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from countermove.decision.cells import shares_of
from countermove.decision.findings import Provenance
from countermove.decision.flip import flips
from countermove.decision.lead_terms import lead_terms
from countermove.decision.measure_rows import measure_rows
from countermove.decision.monte_carlo_error import Sums, estimates
from countermove.decision.regret import regret_of
from countermove.decision.scores import Scores, scores
from countermove.decision.verdict import verdicts_of
from countermove.errors import DecisionError
from countermove.memo.brief import Brief, brief_of
from countermove.memo.dossier import build
from countermove.questions.compare.contrast import contrast, mixture, sums_of
from countermove.questions.people import titles_of
from countermove.questions.run.finding import Findings
from countermove.questions.run.findings_index import FindingsIndex
from countermove.scenario.schema import Objective
from countermove.web.workbench.bench import DRAWS, LUCKS, SEED, Played
from countermove.world.measure import listed_first
from countermove.world.titles import Titles

NEEDED = ("support-change", "direct-war", "spread", "drawn-in", "cost", "deaths")
"""Measures that the brief speaks of, whatever the objective values."""


@dataclass(frozen=True)
class Change:
    """A number before, now, and the change with its error; the draws and the luck are the same on both sides."""

    before: float
    now: float
    change: float
    se: float


@dataclass(frozen=True)
class Found:
    """The findings of a war on the bench; a comparison that has no meaning is a warning."""

    played: Played
    findings: Findings
    warnings: tuple[str, ...]
    points: Scores | None = field(repr=False)

    @property
    def objective(self) -> Objective | None:
        """What the owner wants."""
        return self.played.scenario.objective

    @property
    def titles(self) -> Titles:
        """What people call things."""
        return self.findings.titles

    @cached_property
    def index(self) -> FindingsIndex:
        """The findings by address."""
        return FindingsIndex(self.findings, draws=DRAWS, months=self.played.runs.months)

    @cached_property
    def brief(self) -> Brief:
        """As a memo of these findings would tell it first."""
        runs = self.played.runs
        made = Provenance(
            *(self.played.scenario.scenario, "", "", "", SEED, DRAWS, LUCKS, runs.months),
            weights_from="priors",
            seconds=0.0,
            rate=0.0,
            versions={},
            tolerance=float("inf"),
            reached=float("nan"),
        )
        return brief_of(build(self.played.program, self.findings, made, ()))


def shown_measures(objective: Objective | None) -> tuple[str, ...]:
    """The outcomes that matter: what the objective values, then what a memo shows first."""
    valued = () if objective is None else tuple(objective.values)
    return tuple(dict.fromkeys((*valued, *listed_first("memo"))))


def found_of(played: Played) -> Found:
    """The findings. Never raises for a comparison without meaning."""
    program, runs = played.program, played.runs
    objective, titles = program.scenario.objective, titles_of(program)
    total = sum(played.weights.values())
    shares = {name: weight / total if total > 0 else 1 / len(played.weights) for name, weight in played.weights.items()}
    told: dict[str, Any] = {"regret": (), "verdicts": (), "flips": ()}
    warnings, points = list[str](), None
    try:
        points = scores(runs, objective, shares, titles)
        judged = verdicts_of(points)
        told = {
            "regret": regret_of(points),
            "verdicts": judged,
            "flips": flips(runs, objective, shares, titles),
            "terms": lead_terms(runs, objective, shares, judged),
        }
    except DecisionError as error:
        warnings.append(str(error))
    findings = Findings(
        strategies=runs.strategies,
        theories=runs.theories,
        weights=shares,
        measures=measure_rows(runs, shares, {*NEEDED, *shown_measures(objective)}),
        titles=titles,
        **told,
    )
    return Found(played, findings, tuple(warnings), points)


def same_values(before: Found, now: Found) -> bool:
    """Whether a point is the same before and now."""
    one, other = before.objective, now.objective
    return one is not None and other is not None and dict(one.values) == dict(other.values)


def points_changed(before: Found, now: Found) -> Mapping[str, tuple[Change, Change]]:
    """By plan that both have: the change of its expected points and of what it loses to the best, the theories weighted, with paired errors."""
    if before.points is None or now.points is None:
        return {}
    both = [name for name in now.points.strategies if name in before.points.strategies]
    sides = [_of_plans(one.points, both) for one in (before, now) if one.points is not None]
    worth = contrast(*(Sums(total, mass) for total, _, mass in sides), paired=True)
    lost = contrast(*(Sums(behind, mass) for _, behind, mass in sides), paired=True)
    pairs = [[_change(rows, place) for place in range(len(both))] for rows in (worth, lost)]
    return dict(zip(both, zip(*pairs, strict=True), strict=True))


def _of_plans(found: Scores, names: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Over the weighted theories [S, K]: the sums of points of these plans, those by which they are behind the best, and the mass."""
    weighted = found.totals[:, -1]
    best = int(np.argmax(estimates(weighted, found.mass)[0]))
    rows = [found.strategies.index(name) for name in names]
    mass = np.broadcast_to(found.mass, (len(rows), len(found.mass)))
    return weighted[rows], weighted[best] - weighted[rows], mass


def measures_changed(before: Found, now: Found, plan: str, names: tuple[str, ...]) -> Mapping[str, Change]:
    """By measure that both have: its mean of one plan over the weighted theories, before and now."""
    if plan not in before.played.runs.strategies:
        return {}
    found: dict[str, Change] = {}
    for name in names:
        sides = [_mixed(one, plan, name) for one in (before, now)]
        if all(np.isfinite(one.total).all() and one.mass.sum() > 0 for one in sides):
            found[name] = _change(contrast(*sides, paired=True), ())
    return found


def _mixed(found: Found, plan: str, measure: str) -> Sums:
    runs = found.played.runs
    cube = np.stack([runs.measure(plan, theory, measure) for theory in runs.theories])
    return mixture(sums_of(cube), shares_of(runs.theories, dict(found.findings.weights)))


def _change(rows: Any, place: Any) -> Change:
    return Change(*(float(part[place]) for part in (rows.a, rows.b, rows.difference, rows.se)))
