"""A scenario tried in a few quick runs: what `check` can only doubt once it has seen the war played.

The runs are those of the NumPy reference, which needs no compiling (docs/decisions/0011-check-plays-the-reference.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from countermove.behaviour.inertia import INERTIA
from countermove.behaviour.table import THEORIES
from countermove.compute.same_code import source_hash
from countermove.decision.spread_by_measure import CARRIES, shares_with_error
from countermove.engine.draws import prior_draws
from countermove.engine.program import Program, compile_scenario
from countermove.errors import Issue
from countermove.questions import result_cache
from countermove.rng.quasi import SCRAMBLES
from countermove.scenario.check import CheckReport
from countermove.scenario.doubts.theories import rivals_of
from countermove.scenario.doubts.written import Doubts, MarkedScenario
from countermove.scenario.schema import Scenario, Worth
from countermove.scenario.write import hash_of
from countermove.store.key import key_of
from countermove.verify.numpy_model import Trace, simulate, slot_count
from countermove.world.certainty import ERRORS
from countermove.world.expression import Expression, Query, reach, text, walk
from countermove.world.expression import names as names_of
from countermove.world.measure import MEASURE, MEASURES, Measure, why_absent
from countermove.world.observable import OBSERVABLES
from countermove.world.words import percent

DRAWS = 256
MOST_GAMES, MOST_MONTHS = 24, 2000
"""How many pairs of a strategy and a theory are played, and how many months of all of them; of more, evenly spaced ones."""
SEED = 2018
AT_ONCE = 3
"""Months within which a war that ends, or a patron that leaves, does so at once."""
OVER = 3
"""Regimes from here on are the end of a war: settled, war between the patrons, collapse."""


@dataclass(frozen=True)
class QuickRuns:
    """What a few quick runs showed: how many there were, and what is to be doubted, as `Doubts` has it."""

    runs: int
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class StrategyRuns:
    """All runs of one strategy: measures [n], months of ends and exits [n] (infinite where there is none), what was watched [n]."""

    strategy: str
    theory: np.ndarray  # [n] which theory the rival follows
    measures: Mapping[str, np.ndarray]
    ended: np.ndarray
    collapsed: np.ndarray  # [K, n] month
    left: np.ndarray  # [P, n] month
    watched: Mapping[str, np.ndarray]


def quick_runs(scenario: Scenario) -> QuickRuns:
    """Play every strategy under every weighed theory, 256 draws each with one luck; kept by the scenario's hash, so that it is done once."""
    key = key_of("tried", hash_of(scenario), source_hash(), DRAWS, SEED)
    found = result_cache.get(QuickRuns, key)
    if found is None:
        program = compile_scenario(scenario)
        games = _games(scenario, program)
        found = QuickRuns(sum(len(game.ended) for game in games), tuple(_rows(scenario, program, games)))
        result_cache.put(key, found)
    return found


def with_quick_runs(report: CheckReport) -> CheckReport:
    """The report with the doubts for which the war is played at its end; the same where mistakes leave nothing to play."""
    return report if report.written is None else report.with_warnings(doubts_of_runs(report.written))


def doubts_of_runs(written: MarkedScenario) -> tuple[Issue, ...]:
    """What the quick runs give to doubt, each where its subject is written, in the order of the file."""
    issues = [written.issue(*row) for row in quick_runs(written.scenario).rows]
    return tuple(sorted(issues, key=lambda issue: (issue.line, issue.column)))


# --- playing ----------------------------------------------------------------------------------------------------------


def _games(scenario: Scenario, program: Program) -> list[StrategyRuns]:
    draws = prior_draws(program, DRAWS, SEED)
    numbers = {name: np.asarray(value, np.float64) for name, value in draws.values.items()}
    shape = (scenario.clock.months, slot_count(len(program.cast.sides), len(program.cast.patrons)), DRAWS)
    luck = np.clip(np.random.default_rng(SEED).random(shape), 2.0**-33, 1 - 2.0**-33)
    watch = _watched(scenario)
    pairs = [(strategy, theory) for strategy in scenario.strategies for theory in _theories(program)]
    most = min(len(pairs), MOST_GAMES, max(MOST_MONTHS // scenario.clock.months, 1))
    chosen = [pairs[at * len(pairs) // most] for at in range(most)]
    played: list[StrategyRuns] = []
    with np.errstate(all="ignore"):  # an overflow shows as a number that is not finite, and is told
        for strategy in dict.fromkeys(strategy for strategy, _ in chosen):
            theories = [theory for other, theory in chosen if other == strategy]
            traces = [simulate(scenario, strategy, _followed(program, theory), numbers, luck, watch=watch) for theory in theories]
            played.append(_gathered(strategy, theories, traces))
    return played


def _theories(program: Program) -> tuple[str, ...]:
    return tuple(name for name in program.theory_names if name in THEORIES) or (INERTIA.name,)


def _followed(program: Program, theory: str) -> dict[str, str]:
    """Whom each patron but the owner follows: the rival the theory in question, any other its most probable one."""
    found: dict[str, str] = {}
    for place, name in enumerate(program.cast.patrons):
        if place > 0:
            weights = program.others.get(place)
            found[name] = theory if weights is None else program.theories[int(np.argmax(weights))].name
    return found


def _gathered(strategy: str, theories: list[str], traces: list[Trace]) -> StrategyRuns:
    def joined(name: str) -> np.ndarray:
        return np.concatenate([trace.paths[name] for trace in traces], axis=-1)

    return StrategyRuns(
        strategy,
        np.repeat(theories, DRAWS),
        {name: np.concatenate([trace.measures[name] for trace in traces]) for name in traces[0].measures},
        _first(joined("regime") >= OVER),
        _first(joined("collapsed").astype(bool)),
        _first(joined("quit").astype(bool)),
        {name: np.concatenate([trace.watched[name] for trace in traces]) for name in traces[0].watched},
    )


def _first(flags: np.ndarray) -> np.ndarray:
    """The first month (from 1) in which something is so, from [T, ..., n]; infinite where it never is."""
    return np.where(flags.any(axis=0), flags.argmax(axis=0) + 1.0, np.inf)


def _watched(scenario: Scenario) -> dict[str, Expression]:
    """Conditions that the owner can see: those of contingencies, and what claims ask about, by the path of each."""
    found = {f"contingencies.{name}": row.if_ for name, row in scenario.contingencies.items()}
    for name, claim in scenario.claims.items():
        if claim.model is not None:
            queries = [branch for branch in walk(claim.model) if isinstance(branch, Query)]
            for place, query in enumerate(queries):
                if query.given is not None and _seen(query.given, scenario.owner):
                    found[f"claims.{name}.model.{place}"] = query.given
    return found


def _seen(tree: Expression, owner: str) -> bool:
    """Whether the owner of the decision sees every name of the condition, in this month or an earlier one."""
    kinds = {row.what: row.seen for row in OBSERVABLES}
    own = ("will", "cost")
    return reach(tree)[1] <= 0 and all(kinds[name.what] and (name.what not in own or name.of == owner) for name in names_of(tree))


# --- what is to be doubted --------------------------------------------------------------------------------------------


def _rows(scenario: Scenario, program: Program, games: list[StrategyRuns]) -> Doubts:
    if games:
        yield from _unbounded(scenario, games)
        collapses = list(_collapses(program, games))
        yield from collapses
        if not collapses:
            yield from _over_at_once(games)
        yield from _quits(program, games)
        if not _short(games):  # else what never happens follows from that
            yield from _constant(scenario, games)
            if not collapses:
                yield from _one_measure(scenario, games)
            yield from _never_seen(scenario, games)


def _short(games: list[StrategyRuns]) -> bool:
    """Whether hardly any run is more than the first months."""
    return bool(np.mean(np.concatenate([game.ended for game in games]) <= AT_ONCE) > 0.9)


def _share(flags: np.ndarray) -> str:
    return f"{percent(flags.mean())} of the {len(flags)} quick runs"


def _measured(scenario: Scenario) -> list[Measure]:
    rivals = len(rivals_of(scenario))
    return [measure for measure in MEASURES if not why_absent(measure, scenario.clock.months, rivals, scenario.opening.territory)]


def _unbounded(scenario: Scenario, games: list[StrategyRuns]) -> Doubts:
    """Numbers too large to be told, or none at all."""
    for game in games:
        for measure in _measured(scenario):
            values = game.measures.get(measure.name)
            if values is None:
                continue
            wrong = np.isinf(values) if measure.kind == "ratio" else ~np.isfinite(values)
            if wrong.any():
                message = f"{measure.name} is not a finite number in {_share(wrong)} of {game.strategy}"
                yield f"strategies.{game.strategy}", message, "smaller volumes, forces or gains"
                break


def _collapses(program: Program, games: list[StrategyRuns]) -> Doubts:
    for place, side in enumerate(program.cast.sides):
        shares = {game.strategy: np.isfinite(game.collapsed[place]) for game in games}
        worst = max(shares, key=lambda name: shares[name].mean())
        if shares[worst].mean() > 0.5:
            months = np.concatenate([game.collapsed[place][np.isfinite(game.collapsed[place])] for game in games])
            every = len(games) > 1 and all(flags.mean() > 0.5 for flags in shares.values())
            plans = "whatever the strategy" if every else f"under {worst}"
            message = f"{side} collapses in {_share(shares[worst])} {plans}, in the middle case in month {int(np.median(months))}"
            more = "personnel, support or ground" if program.cast.territory else "personnel or support"
            yield f"sides.{side}", message, f"more {more} for it, where a beaten side is not what is meant"


def _over_at_once(games: list[StrategyRuns]) -> Doubts:
    ended = np.concatenate([game.ended for game in games]) <= AT_ONCE
    if ended.mean() > 0.5:
        message = f"the war is over within {AT_ONCE} months in {_share(ended)}"
        yield "clock", message, "hazards and a first day under which it goes on"


def _quits(program: Program, games: list[StrategyRuns]) -> Doubts:
    """Under any one theory: one that makes its patron leave at once says little of a war."""
    theory = np.concatenate([game.theory for game in games])
    for place, patron in enumerate(program.cast.patrons):
        gone = np.concatenate([game.left[place] for game in games]) <= AT_ONCE
        shares = {name: gone[theory == name] for name in dict.fromkeys(theory.tolist())}
        worst = max(shares, key=lambda name: shares[name].mean())
        if shares[worst].mean() > 0.5:
            message = f"{patron} leaves the war within {AT_ONCE} months in {_share(shares[worst])} under {worst}"
            yield f"patrons.{patron}", message, "a lower hazard of leaving, or more will"


def _valued(scenario: Scenario) -> list[tuple[str, Mapping[str, Worth]]]:
    """The objective's values and those of every reader, by the path at which they are written."""
    valued = [("objective.values", scenario.objective.values)] if scenario.objective else []
    return valued + [(f"readers.{reader}.values", row.values) for reader, row in scenario.readers.items()]


def _constant(scenario: Scenario, games: list[StrategyRuns]) -> Doubts:
    """Measures that are valued and the same in every run: no points depend on what is done."""
    matters = 0.0 if scenario.objective is None else scenario.objective.matters
    valued = _valued(scenario)
    for path, name, worth in ((f"{path}.{name}", name, worth) for path, values in valued for name, worth in values.items()):
        values = np.concatenate([game.measures.get(name, np.zeros(0)) for game in games])
        if not len(values) or not np.isfinite(values).all() or values.min() != values.max():
            continue
        value, runs = float(values[0]), len(values)
        if MEASURE[name].kind != "event":
            message = f"{name} is {value:g} in each of {runs} quick runs: it cannot tell strategies apart"
            yield path, message, "another measure"
        elif value == 1:
            message = f"{name} happens in each of {runs} quick runs: it cannot tell strategies apart"
            yield path, message, "another measure"
        elif (at_stake := abs(worth.points / worth.per) * _rare(runs)) < matters or not matters:
            message = (
                f"{name} happens in none of {runs} quick runs: at {_rare(runs):.2%} of cases or fewer (95%) its points come to less than "
                f"{at_stake:.2g}, below the {matters:g} that matter"
            )
            yield path, message, "a cause for it in this war; or read it as what does not decide here"


def _one_measure(scenario: Scenario, games: list[StrategyRuns]) -> Doubts:
    """A measure that surely carries more than three quarters of the spread between strategies; nothing where some were not played beside others."""
    for path, values in _valued(scenario):
        parts = _apart(games, values) if values else None  # a reader without values of its own has the objective's
        if parts is None:
            continue
        matters = 0.0 if scenario.objective is None else scenario.objective.matters
        totals = parts.sum(axis=(1, 2))
        shares, errors = shares_with_error(parts, np.full(SCRAMBLES, 1 / SCRAMBLES))
        if np.ptp(totals) <= matters:
            continue
        for name, share, error in zip(values, shares, errors, strict=True):
            if share - ERRORS * error > CARRIES:
                how_much = f"{percent(share)} of" if share < 1 else "all of"
                message = f"{name} carries {how_much} the spread between the strategies in the quick runs"
                yield (
                    f"{path}.{name}",
                    message,
                    "a worth that is meant to outweigh all else; or read the answer by the values of other readers too",
                )


def _apart(games: list[StrategyRuns], values: Mapping[str, Worth]) -> np.ndarray | None:
    """Points [cells, M, groups] by which each strategy differs from the mean of those that were played under the same theory, in sums by group
    of draws; None where a strategy stands alone under every theory, or a number is not finite."""
    cells: dict[str, dict[str, np.ndarray]] = {}
    for game in games:
        if any(name not in game.measures for name in values):
            return None
        points = np.array([worth.points / worth.per * game.measures[name] for name, worth in values.items()])
        for theory in dict.fromkeys(game.theory.tolist()):
            cells.setdefault(theory, {})[game.strategy] = points[:, game.theory == theory]
    beside = [np.stack([*played.values()]) for played in cells.values() if len(played) > 1]
    known = {name for played in cells.values() if len(played) > 1 for name in played}
    if known != {game.strategy for game in games} or not all(np.isfinite(points).all() for points in beside):
        return None
    apart = np.concatenate([points - points.mean(axis=0) for points in beside])  # [cells, M, draws]
    return np.stack([apart[..., k::SCRAMBLES].sum(axis=-1) for k in range(SCRAMBLES)], axis=-1) / apart.shape[-1]


def _rare(runs: int) -> float:
    """The upper 95% limit of the share of what happened in none of so many runs."""
    return 1 - 0.05 ** (1 / runs)


def _never_seen(scenario: Scenario, games: list[StrategyRuns]) -> Doubts:
    for path, condition in _watched(scenario).items():
        seen = np.concatenate([game.watched[path] for game in games])
        if seen.any():
            continue
        section, name = path.split(".")[:2]
        what = f"the contingency {name} is reached" if section == "contingencies" else f'the case "{text(condition)}" arises'
        yield path, f"{what} in none of {len(seen)} quick runs", "a state that this war can come to"
