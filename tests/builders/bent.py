"""A memo whose numbers move, of a war with invented runs; and what Python says of any weights and values from the same runs, as texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from builders.dossier_example import record_says
from builders.findings import made
from builders.outcomes import runs as runs_with
from builders.wars import compiled
from countermove.decision.flip import flips_of
from countermove.decision.measure_rows import measure_rows
from countermove.decision.regret import regret_of, regret_rows
from countermove.decision.scores import Scores, scores
from countermove.engine.draws import prior_draws
from countermove.engine.program import Program
from countermove.engine.runs import Runs
from countermove.memo import render
from countermove.memo.bend import Bendable, bendable
from countermove.memo.dossier import build
from countermove.questions.people import titles_of
from countermove.questions.run.finding import Findings
from countermove.questions.run.run import Study
from countermove.questions.run.value_sets import ValuedRuns
from countermove.scenario.schema import Objective, Worth
from countermove.show.lives_and_money import as_much_as, in_lives_or_money
from countermove.world.certainty import at_most, difference_verdict, leaders
from countermove.world.measure import MEASURE, MEASURES
from countermove.world.titles import quoted
from countermove.world.words import listed, loss, mean_error, number, percent, weight_text

DRAWS, LUCKS = 64, 2
SHOWN = 8
COMMAND = f"countermove memo donbas-2017 --quick --draws {DRAWS} --set clock.months=60 --lucks {LUCKS}"


@cache
def program() -> Program:
    """The Donbas: seven plans, eight theories, two readers."""
    return compiled("donbas-2017")


def invented(of: Program, seed: int = 0) -> Runs:
    """Runs in which every plan has its own luck under every theory, so that there is much to turn."""
    rng = np.random.default_rng(seed)
    scale = {"persons": 2000.0, "million USD": 600.0}
    found: dict[tuple[str, str], np.ndarray] = {}
    for plan in of.strategy_names:
        for theory in of.theory_names:
            rows: list[np.ndarray] = []
            for measure in MEASURES:
                level, noise = rng.uniform(0.05, 0.4), rng.uniform(size=(DRAWS, LUCKS))
                if measure.kind == "event":
                    rows.append((noise < level).astype(np.float64))
                else:
                    rows.append(scale.get(measure.unit, 1.0) * (level + 0.3 * noise))
            found[plan, theory] = np.array(rows, np.float32)
    return runs_with(found)


@cache
def study() -> Study:
    """The study of these runs."""
    war, runs = program(), invented(program())
    shares = dict.fromkeys(runs.theories, 1 / len(runs.theories))
    objective = war.scenario.objective
    found = Findings(
        runs.strategies,
        runs.theories,
        shares,
        measure_rows(runs, shares),
        regret_rows(runs, objective, shares),
        verdicts=(),
        flips=flips_of(scores(runs, objective, shares)),
        **ValuedRuns(war, runs, shares).found(),
        titles=titles_of(war),
    )
    return Study(
        war, runs, prior_draws(war, 16, seed=0), found, made(draws=DRAWS, lucks=LUCKS, command=COMMAND, scenario="donbas-2017")
    )


def page_of(asked: Study, path: Path) -> Bendable:
    """Write the memo of a study, and return what travels in it."""
    bend = bendable(asked, record_says())
    assert bend is not None
    dossier = build(asked.program, asked.findings, asked.provenance, ())
    path.write_text(render(replace(dossier, bend=bend)), encoding="utf-8")
    return bend


@dataclass(frozen=True)
class Told:
    """What the page shows of one setting."""

    answer: str
    shares: list[str]
    ranking: list[list[str]]
    regret: list[list[str]]
    best: list[list[bool]]
    flips: list[list[str]]
    rest: str


def objective_of(bend: Bendable, own: Objective, values: Sequence[float]) -> Objective:
    """The objective with these points."""
    worths = {one.name: Worth(points=points, per=one.per, unit=one.unit) for one, points in zip(bend.measures, values, strict=True)}
    return own.model_copy(update={"values": worths})


def expected(asked: Study, bend: Bendable, weights: Sequence[float], values: Sequence[float]) -> Told:
    """What Python says of a setting, from the runs themselves."""
    own = asked.program.scenario.objective
    assert own is not None
    objective = objective_of(bend, own, values)
    found = scores(asked.runs, objective, dict(zip(asked.runs.theories, weights, strict=True)))
    return Told(
        _answer(found, bend, objective),
        [weight_text(share) for share in found.shares],
        _ranking(found, bend, objective),
        *_regret(found, bend),
        *_flips(found, bend),
    )


def _rows(found: Scores, theory: str) -> list[Any]:
    """Regrets of the plans under one theory, in the order of the plans."""
    return [row for row in regret_of(found) if row.theory == theory]


def _order(found: Scores) -> list[int]:
    return [int(plan) for plan in np.argsort(-found.value[:, -1], kind="stable")]


def _lives(row: Any, objective: Objective) -> str:
    told = loss(row.regret, row.se)
    if told == "0":
        return ""
    most = told.startswith("at most")
    said = in_lives_or_money(at_most(row.regret, row.se) if most else row.regret, objective)
    return f"at most {said}" if said and most else said


def _answer(found: Scores, bend: Bendable, objective: Objective) -> str:
    rows, order = _rows(found, "weighted"), _order(found)
    first = leaders([(str(plan), row.regret, row.se) for plan, row in enumerate(rows)], found.matters)
    best, following = (quoted(bend.plans[plan][1]) for plan in order[:2])
    second = rows[order[1]]
    lives = _lives(second, objective).removeprefix("at most ")
    ahead = f"{loss(second.regret, second.se)} points{f' (as much as {lives})' if lives else ''}"
    if len(first) == 1:
        return f"{best} is best: {ahead} above {following}."
    among = [plan for plan in order if str(plan) in first]
    names = listed([quoted(bend.plans[plan][1]) for plan in among])
    kinds = {difference_verdict(rows[plan].regret, rows[plan].se, found.matters) for plan in among if plan != order[0]}
    if kinds == {"no material difference"}:
        much = as_much_as(found.matters, objective)
        return f"No plan leads: {names} do not differ by the {number(found.matters)} points that matter{much}."
    return f"It cannot be told which plan is best: {names}. Between {best} and {following} lie {ahead}."


def _ranking(found: Scores, bend: Bendable, objective: Objective) -> list[list[str]]:
    rows = _rows(found, "weighted")
    return [
        [
            bend.plans[p][1],
            loss(rows[p].regret, rows[p].se),
            _lives(rows[p], objective),
            mean_error(rows[p].value, rows[p].value_se),
        ]
        for p in _order(found)
    ]


def _regret(found: Scores, bend: Bendable) -> tuple[list[list[str]], list[list[bool]]]:
    texts: list[list[str]] = []
    best: list[list[bool]] = []
    for theory in ("weighted", *found.theories[:-1]):
        rows = _rows(found, theory)
        first = leaders([(row.strategy, row.regret, row.se) for row in rows], found.matters)
        place = found.theories.index(theory)
        head = theory if theory == "weighted" else f"{bend.theories[place][1]} ({weight_text(float(found.shares[place]))})"
        texts.append([head, *(mean_error(rows[p].regret, rows[p].se) for p in _order(found))])
        best.append([rows[p].strategy in first for p in _order(found)])
    return texts, best


def _flips(found: Scores, bend: Bendable) -> tuple[list[list[str]], str]:
    does, plans, shares = (
        {name: does for name, does, _ in bend.theories},
        dict(bend.plans),
        dict(zip(found.theories, found.shares, strict=False)),
    )
    rows = flips_of(found)

    def now(row: Any) -> float:
        held = sum(shares[theory] for theory in row.between)
        return float(shares[row.between[0]] / held) if held > 0 else np.nan

    def away(row: Any) -> float:
        gap = abs(row.weight - now(row))
        return 2.0 if np.isnan(gap) else gap

    turning = sorted((row for row in rows if row.weight is not None), key=away)
    never = sum(row.weight is None and not row.cannot_tell for row in rows)
    unsure = sum(row.cannot_tell for row in rows)
    others = "one other comparison" if never == 1 else f"{never} other comparisons"
    texts = [
        [
            f"{does[row.between[0]]}; or {does[row.between[1]]}",
            mean_error(row.weight, row.se, "share"),
            "no weight" if np.isnan(now(row)) else percent(now(row)),
            *(plans[name] for name in row.strategies),
        ]
        for row in turning[:SHOWN]
    ]
    rest = [
        f"{len(turning) - SHOWN} more turn further off." if len(turning) > SHOWN else "",
        f"In {others} no division of the weight changes the order by what matters." if never else "",
        f"In {unsure} the runs cannot tell where the order changes, or whether it does." if unsure else "",
    ]
    return texts, " ".join(filter(None, rest))


def event_only(bend: Bendable) -> list[float]:
    """Values by which nothing but what happens or does not counts: points are then told in chances."""
    return [one.written if MEASURE[one.name].kind == "event" else 0.0 for one in bend.measures]
