"""The study behind `run` and `memo`: every strategy under every theory, then what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from countermove.behaviour.table import THEORIES
from countermove.decision.bands import band_rows
from countermove.decision.enough import next_draws, open_error
from countermove.decision.flip import flips
from countermove.decision.pairs import pair_rows
from countermove.decision.regret import regret_rows
from countermove.decision.sweep import sweep_rows
from countermove.decision.table import measure_rows
from countermove.decision.verdict import verdicts
from countermove.engine.draws import Draws, prior_draws
from countermove.engine.offset import NO_AID, omega_of, run_effects
from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import Engine, Plan, run, warm
from countermove.engine.runs import Runs
from countermove.errors import DecisionError
from countermove.scenario.schema import Scenario
from countermove.scenario.write import hash_of
from countermove.store.checkpoint import Checkpoint
from countermove.store.key import key_of
from countermove.study.options import LEAST_DRAWS, MOST_DRAWS, Progress, RunOptions, chosen, silent
from countermove.study.provenance import code_version, own_code, provenance_of, record_hash
from countermove.world.findings import Drift, Findings, Omega, Provenance, SweepRow
from countermove.world.plan import Plan as Written
from countermove.world.shown import Glance, Shown

WITHOUT = " (no conditions)"
SWEEP_DRAWS = 256
OFFSET_DRAWS = 512
DRIFT_DRAWS = 256
FACTORS = (0.1, 10.0)


@dataclass(frozen=True, repr=False)
class Study(Shown):
    """A finished study."""

    program: Program
    runs: Runs
    draws: Draws
    findings: Findings
    provenance: Provenance
    warnings: tuple[str, ...] = ()
    compile_seconds: float = 0.0

    def glance(self) -> Glance:
        """The regrets, with what was run."""
        made = self.provenance
        return replace(
            self.findings.glance(),
            title=f"{made.scenario}: {made.draws} draws x {made.lucks} lucks, seed {made.seed}. Regret, in points",
        )

    def to_json(self) -> dict[str, Any]:
        """The shape promised by `countermove run --json`, with the other findings beside it."""
        found, made = self.findings, self.provenance
        listed = {
            name: [asdict(row) for row in getattr(found, name)]
            for name in ("measures", "regret", "verdicts", "flips", "omega", "pairs", "sweep", "drift")
        }
        return {
            "scenario": made.scenario,
            "hash": made.scenario_hash,
            "seed": made.seed,
            "draws": made.draws,
            "lucks": made.lucks,
            "months": made.months,
            "seconds": made.seconds,
            "rate": made.rate,
            "weights": dict(found.weights),
            "weights_from": made.weights_from,
            **listed,
            "provenance": asdict(made),
            "warnings": list(self.warnings),
        }


def unconditional(plan: Written) -> Written | None:
    """The same plan without its conditions; None where it has none."""

    def bare(command: Any) -> Any:
        return replace(command, line=None, restraint=None)

    moves = tuple((at, bare(command)) for at, command in plan.moves)
    rules = tuple((guard, bare(command)) for guard, command in plan.rules)
    otherwise = None if plan.otherwise is None else bare(plan.otherwise)
    twin = replace(plan, moves=moves, rules=rules, otherwise=otherwise)
    return None if twin == plan else replace(twin, name=plan.name + WITHOUT)


def programme(scenario: Scenario, options: RunOptions) -> tuple[Program, dict[str, str]]:
    """The program with, beside the written strategies, the twins of the conditional ones and a plan without aid; and who is whose twin."""
    program = compile_scenario(scenario, (*THEORIES.values(), *options.plugins))
    plans = list(program.plans)
    if options.completion is not None:
        plans = [replace(plan, completion=options.completion) for plan in plans]
    twins = {plan.name: twin for plan in plans if (twin := unconditional(plan)) is not None}
    return program.with_plans([*plans, *twins.values(), Written(NO_AID)]), {name: twin.name for name, twin in twins.items()}


def run_study(scenario: Scenario, options: RunOptions, *, progress: Progress = silent) -> Study:
    """Run it. Raises RunError, CompileError, ExecutorError; a comparison that has no meaning becomes a warning, not an error."""
    program, twins = programme(scenario, options)
    names = chosen("strategy", options.strategies, tuple(scenario.strategies) or (program.strategy_names[0],))
    theories = chosen("theory", options.theories, program.theory_names)
    weights = {t.name: w for t, w in zip(program.theories, program.weights, strict=True) if t.name in theories}
    machine = Engine(program)
    sizes = Sizes(program, options, names, theories)
    progress("compiling", 0, 1)
    compile_seconds = warm(machine, sizes.plan(16))
    progress("compiling", 1, 1)
    runs, plan, tolerance, reached = _enough(machine, sizes, weights, progress)
    findings, warnings = _decide(scenario, runs, weights)
    if options.full:
        findings = _more(machine, sizes, findings, twins, progress)
    made = provenance_of(scenario, options, runs, tolerance, reached)
    return Study(program, runs, plan.draws, findings, made, warnings, compile_seconds)


@dataclass(frozen=True)
class Sizes:
    """What is run, and how plans of other sizes are made of it."""

    program: Program
    options: RunOptions
    names: tuple[str, ...]
    theories: tuple[str, ...]

    def plan(self, draws: int, names: tuple[str, ...] | None = None) -> Plan:
        """A plan of so many draws, by default of the chosen strategies."""
        sampled = prior_draws(self.program, draws, self.options.seed)
        return Plan(sampled, self.options.lucks, self.options.chunk, self.names if names is None else names, self.theories)


def _shown(progress: Progress, what: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(what, done, total)


def checkpoint_of(scenario: Scenario, options: RunOptions) -> Checkpoint | None:
    """Where finished pieces of this very run are kept until it is saved; none without a place to save to."""
    if options.out is None:
        return None
    own = [own_code(theory) for theory in options.plugins]
    key = key_of(
        hash_of(scenario),
        record_hash(scenario),
        code_version(),
        options.seed,
        options.lucks,
        options.chunk,
        options.completion,
        repr(own),
    )
    return Checkpoint(options.out.parent / f".{options.out.name}.{key[:16]}.partial")


def _enough(machine: Engine, sizes: Sizes, weights: dict[str, float], progress: Progress) -> tuple[Runs, Plan, float, float]:
    """Run until the Monte-Carlo error of the regret differences is under the tolerance."""
    options, scenario = sizes.options, sizes.program.scenario
    objective = scenario.objective
    tolerance = options.tolerance if options.tolerance is not None else 0.5 * objective.matters if objective else float("inf")
    draws = options.draws or LEAST_DRAWS
    shelf = checkpoint_of(scenario, options)
    while True:
        plan = sizes.plan(draws)
        what = f"{len(plan.strategies)} strategies, {len(plan.theories)} theories, {draws} draws, {options.lucks} lucks"
        runs = run(machine, plan, options.executor, shelf=shelf, progress=_shown(progress, what))
        try:
            reached = open_error(runs, objective, weights)
        except DecisionError:
            reached = float("nan")
        if options.draws is not None or not np.isfinite(reached) or not np.isfinite(tolerance):
            return runs, plan, tolerance, reached
        more = next_draws(draws, reached, tolerance, MOST_DRAWS)
        if more == draws:
            return runs, plan, tolerance, reached
        draws = more


def _decide(scenario: Scenario, runs: Runs, weights: dict[str, float]) -> tuple[Findings, tuple[str, ...]]:
    warnings: list[str] = []
    total = sum(weights.values())
    shares = (
        {name: weight / total for name, weight in weights.items()}
        if total > 0
        else dict.fromkeys(weights, 1 / max(len(weights), 1))
    )
    found: dict[str, Any] = {"regret": (), "verdicts": (), "flips": ()}
    try:
        found = {
            "regret": regret_rows(runs, scenario.objective, shares),
            "verdicts": verdicts(runs, scenario.objective, shares),
            "flips": flips(runs, scenario.objective, shares),
        }
    except DecisionError as error:
        warnings.append(str(error))
    findings = Findings(
        strategies=runs.strategies,
        theories=runs.theories,
        weights=shares,
        measures=measure_rows(runs, shares),
        bands=band_rows(runs),
        **found,
    )
    return findings, tuple(warnings)


def _more(machine: Engine, sizes: Sizes, findings: Findings, twins: dict[str, str], progress: Progress) -> Findings:
    """Matched pairs, the sweep of the clash hazard, the offset, the drift of support without aid."""
    scenario, options = sizes.program.scenario, sizes.options
    weights = dict(findings.weights)
    pairs = ()
    kept = {name: twin for name, twin in twins.items() if name in sizes.names}
    if kept:
        plan = sizes.plan(SWEEP_DRAWS * 2, (*kept, *kept.values()))
        pairs = pair_rows(
            run(machine, plan, options.executor, progress=_shown(progress, "matched pairs")), scenario.objective, kept, weights
        )
    sweep: tuple[SweepRow, ...] = ()
    if findings.regret:
        plan = sizes.plan(SWEEP_DRAWS)
        swept = {
            factor: run(machine, _scaled(plan, factor), options.executor, progress=_shown(progress, f"clash hazard x {factor:g}"))
            for factor in FACTORS
        }
        swept[1.0] = run(machine, plan, options.executor, progress=_shown(progress, "clash hazard x 1"))
        sweep = sweep_rows(swept, scenario.objective, weights)
    offset = sizes.plan(OFFSET_DRAWS)
    omega: list[Omega] = []
    for effect in run_effects(sizes.program, offset, options.executor, progress=_shown(progress, "offset")):
        omega.extend(omega_of(effect, offset.draws.scramble))
    drifting = run(machine, sizes.plan(DRIFT_DRAWS, (NO_AID,)), options.executor, progress=_shown(progress, "drift without aid"))
    drift = tuple(_drift(drifting, theory) for theory in drifting.theories)
    return replace(findings, pairs=pairs, sweep=sweep, omega=tuple(omega), drift=drift)


def _drift(runs: Runs, theory: str) -> Drift:
    change = runs.measure(NO_AID, theory, "support-change").astype(np.float64)
    low, high = np.quantile(change, (0.05, 0.95))
    return Drift(theory, float(change.mean()), float(low), float(high))


def _scaled(plan: Plan, factor: float) -> Plan:
    name = "spread.clash-top"
    values = {**plan.draws.values, name: plan.draws.values[name] * np.float32(factor)}
    return replace(plan, draws=replace(plan.draws, values=values))
