"""The study behind `run` and `memo`: every strategy under every theory, then what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, ClassVar

import numpy as np

from countermove.behaviour.table import THEORIES
from countermove.compute.address_space import refuse_little_memory
from countermove.compute.together import together
from countermove.decision.bands import band_rows
from countermove.decision.findings import Drift, Provenance, SweepRow
from countermove.decision.flip import flips
from countermove.decision.lead_terms import lead_terms
from countermove.decision.measure_rows import measure_rows
from countermove.decision.regret import regret_rows
from countermove.decision.sweep import sweep_rows
from countermove.decision.verdict import verdicts
from countermove.engine.draws import Draws, prior_draws
from countermove.engine.offset import AFTER, NO_AID, aid_plans, omega_of, run_effects, seen_of
from countermove.engine.program import NO_RIVAL, Program, compile_scenario
from countermove.engine.run import Batch, Engine, Growing, run, warm
from countermove.engine.runs import Runs
from countermove.errors import DecisionError
from countermove.questions.options import LEAST_DRAWS, MOST_DRAWS, Progress, RunOptions, select_names, silent
from countermove.questions.parts import Parts
from countermove.questions.people import people, titles_of
from countermove.questions.provenance import code_version, own_code, provenance_of, record_hash
from countermove.questions.run.draws_needed import next_draws, open_error
from countermove.questions.run.finding import Drawable, Findings
from countermove.questions.run.section_figures import fans, offsets
from countermove.questions.run.section_verdicts import flip_section, regret_table
from countermove.questions.run.streaming import Streaming
from countermove.questions.run.twins import TwinRuns
from countermove.questions.run.value_sets import ValuedRuns, objectives
from countermove.scenario.schema import Scenario
from countermove.scenario.write import hash_of
from countermove.show.figure import Figure
from countermove.show.picture import HasFigures
from countermove.store.checkpoint import Checkpoint
from countermove.store.key import key_of
from countermove.store.parts import TableParts
from countermove.world.display import Cells, Result
from countermove.world.omega import Omega
from countermove.world.plan import Plan
from countermove.world.tables import Table
from countermove.world.words import capitalized

SWEEP_DRAWS = 256
OFFSET_DRAWS = 512
DRIFT_DRAWS = 256
FACTORS = (0.1, 10.0)
LISTED = (
    *("measures", "regret", "verdicts", "terms", "flips", "omega", "pairs", "sweep", "drift"),
    *("dials", "values", "choices", "camps", "arms", "spread"),
)
"""The findings that `--json` lists, row by row."""


@dataclass(frozen=True, repr=False)
class Study(Result, HasFigures):
    """A finished study."""

    json_keys: ClassVar[str] = (
        "scenario=provenance.scenario hash=provenance.scenario_hash seed=provenance.seed draws=provenance.draws lucks=provenance.lucks "
        "months=provenance.months seconds=provenance.seconds rate=provenance.rate weights=findings.weights "
        "weights_from=provenance.weights_from **listed provenance warnings"
    )
    program: Program
    runs: Runs
    draws: Draws
    findings: Findings
    provenance: Provenance
    warnings: tuple[str, ...] = ()
    compile_seconds: float = 0.0
    whose: str = ""  # the reader whose values the objective is; empty: the scenario's

    def figures(self) -> tuple[Figure, ...]:
        """Months of each quantity by plan and theory; where the theories part the plans, the flip points; the offset, if it was measured."""
        war = self.drawable
        flips = flip_section(war).figure
        return (*fans(war), *(() if flips is None else (flips,)), *offsets(war))

    def cells(self) -> Cells:
        """Those of the findings: measures in their units, expected points, regret in points."""
        return self.findings.cells()

    def preview(self) -> Table:
        """The regrets, with what was run; where nothing was compared, what else was found."""
        if not self.findings.regret:
            return self.findings.preview()
        made = self.provenance
        title = f"{made.scenario}: {made.draws} draws x {made.lucks} lucks, seed {made.seed}. Regret, in points"
        return replace(regret_table(self.drawable).bare(), title=title)

    @property
    def drawable(self) -> Drawable:
        """As figures and tables ask for it."""
        who, scenario = people(self.program), self.program.scenario
        return Drawable(
            owner=who.owner,
            client=who.client,
            rival=who.rival,
            matters=0.0 if scenario.objective is None else scenario.objective.matters,
            findings=self.findings,
            provenance=self.provenance,
            control=scenario.opening.control,
        )

    @property
    def listed(self) -> dict[str, Any]:
        """The findings of `LISTED`."""
        return {name: getattr(self.findings, name) for name in LISTED}


def programme(scenario: Scenario, options: RunOptions) -> Program:
    """The program with, beside the written strategies, a plan without aid. Raises ExecutorError where it could not be run in this process."""
    refuse_little_memory()
    program = compile_scenario(scenario, (*THEORIES.values(), *options.plugins))
    plans = list(program.plans)
    if options.completion is not None:
        plans = [replace(plan, completion=options.completion) for plan in plans]
    return program.with_plans([*plans, Plan(NO_AID)])


def run_study(scenario: Scenario, options: RunOptions, *, progress: Progress = silent, parts: TableParts | None = None) -> Study:
    """Run it. Raises RunError, CompileError, ExecutorError; a comparison that has no meaning becomes a warning, not an error.

    With `parts` the outcomes go there as they come, and are not held: the answer is the same to the last digit.
    """
    program = programme(scenario, options)
    names = select_names("strategy", options.strategies, tuple(scenario.strategies) or (program.strategy_names[0],))
    theories = select_names("theory", options.theories, program.theory_names)
    weights = options.weights(program, theories)
    machine = Engine(program)
    sizes = RunSizes(program, options, names, theories)
    progress("compiling", 0, 1)
    compile_seconds = warm(machine, sizes.batch(16))
    progress("compiling", 1, 1)
    runs, plan, tolerance, reached = run_to_tolerance(machine, sizes, weights, progress, parts)
    findings, warnings = findings_of(program, runs, weights)
    if program.asked is None:
        warnings = (
            f"{capitalized(NO_RIVAL)}. The one hypothesis that is run, {titles_of(program).say_theory(theories[0])}, is of nobody",
            *warnings,
        )
    if options.full:
        beside = ExtraRuns(machine, sizes, runs, findings, progress)
        findings, failed = beside.all()
        warnings = (*warnings, *failed)
    made = provenance_of(options.written(scenario), options, runs, tolerance, reached)
    whose = options.seen_by.title if options.seen_by is not None and options.seen_by.own_values else ""
    return Study(program, runs, plan.draws, findings, made, warnings, compile_seconds, whose)


@dataclass(frozen=True)
class RunSizes:
    """What is run, and how plans of other sizes are made of it."""

    program: Program
    options: RunOptions
    names: tuple[str, ...]
    theories: tuple[str, ...]
    sampled: Callable[[Program, int, int], Draws] = prior_draws

    def batch(self, draws: int, names: tuple[str, ...] | None = None) -> Batch:
        """A plan of so many draws, by default of the select_names strategies."""
        sampled = self.sampled(self.program, draws, self.options.seed)
        return Batch(sampled, self.options.lucks, self.options.chunk, self.names if names is None else names, self.theories)


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
    return Checkpoint(options.out.with_name(f".{options.out.name}.{key[:16]}.partial"))


def run_to_tolerance(
    machine: Engine, sizes: RunSizes, weights: dict[str, float], progress: Progress, parts: TableParts | None
) -> tuple[Runs, Batch, float, float]:
    """Run until the Monte-Carlo error of the regret differences is under the tolerance."""
    options, scenario = sizes.options, sizes.program.scenario
    objective = scenario.objective
    tolerance = 0.5 * objective.matters if objective else float("inf")
    if options.tolerance is not None:
        tolerance = options.tolerance
    draws = options.draws or LEAST_DRAWS
    kept = checkpoint_of(scenario, options)
    growing = (
        Growing(machine, options.executor, kept)
        if parts is None or kept is None
        else Streaming(machine, options.executor, parts, kept, tuple(objectives(scenario).values()))
    )
    while True:
        batch = sizes.batch(draws)
        what = f"{len(batch.strategies)} strategies, {len(batch.theories)} theories, {draws} draws, {options.lucks} lucks"
        runs = growing.to(batch, progress=partial(progress, what))
        try:
            reached = open_error(runs, objective, weights)
        except DecisionError:
            reached = float("nan")
        if options.draws is not None or not np.isfinite(reached) or not np.isfinite(tolerance):
            return runs, batch, tolerance, reached
        more = next_draws(draws, reached, tolerance, MOST_DRAWS)
        if more == draws:
            return runs, batch, tolerance, reached
        draws = more


def findings_of(program: Program, runs: Runs, weights: dict[str, float]) -> tuple[Findings, tuple[str, ...]]:
    """What follows from the runs alone, and a warning for each comparison that has no meaning."""
    scenario, warnings = program.scenario, list[str]()
    total = sum(weights.values())
    shares = (
        {name: weight / total for name, weight in weights.items()}
        if total > 0
        else dict.fromkeys(weights, 1 / max(len(weights), 1))
    )
    found: dict[str, Any] = {"regret": (), "verdicts": (), "flips": ()}
    titles = titles_of(program)
    try:
        judged = verdicts(runs, scenario.objective, shares, titles)
        found = {
            "regret": regret_rows(runs, scenario.objective, shares),
            "verdicts": judged,
            "flips": flips(runs, scenario.objective, shares, titles),
            "terms": lead_terms(runs, scenario.objective, shares, judged),
        }
    except DecisionError as error:
        warnings.append(str(error))
    valued = ValuedRuns(program, runs, shares)
    found |= valued.found()
    warnings += valued.told
    findings = Findings(
        strategies=runs.strategies,
        theories=runs.theories,
        weights=shares,
        measures=measure_rows(runs, shares),
        bands=band_rows(runs),
        titles=titles,
        **found,
    )
    return findings, tuple(warnings)


@dataclass(frozen=True)
class ExtraRuns:
    """What stands beside the comparison: plans and their twins, the sweep of the clash hazard, the offset, the drift of support without aid."""

    machine: Engine
    sizes: RunSizes
    runs: Runs
    findings: Findings
    progress: Progress
    told: list[str] = field(default_factory=list[str])  # what a part could not have

    def all(self) -> tuple[Findings, tuple[str, ...]]:
        """The findings with every part that can be had, and a sentence for each that cannot: one that fails takes no other with it."""
        works = {names[0]: partial(self._parts, names) for names in self._asked()}
        answers = together(f"{len(works)} parts beside the answer", works, self.sizes.options.at_once, self.progress).values()
        found = {name: part for parts, _ in answers for name, part in parts.items()}
        return replace(self.findings, **found), tuple(line for _, told in answers for line in told)

    def _asked(self) -> Iterator[tuple[str, ...]]:
        """Names of the parts that have a meaning here; those that share their runs together."""
        compared = bool(self.findings.regret)  # where there is no comparison, it was said why
        yield ("pairs", *(("dials",) if compared else ()), *(("arms",) if self.findings.values else ()))
        if compared:
            yield ("sweep",)
        if self.sizes.program.asked is not None:
            yield ("omega",)
            yield ("drift",)

    def _parts(self, names: tuple[str, ...], progress: Progress) -> tuple[dict[str, tuple[Any, ...]], list[str]]:
        """Some parts, and what they could not have."""
        own = replace(self, progress=progress, told=[])
        paired = TwinRuns(self.sizes.program, self.sizes.options, self.runs, self.findings, progress)
        ways: dict[str, tuple[str, Callable[[], tuple[Any, ...]]]] = {
            "pairs": ("the matched pairs", paired.pairs),
            "dials": ("what the arms and each dial add", paired.dials),
            "arms": ("what the arms are worth by each set of values", paired.arms),
            "sweep": ("the sweep of the hazard of a clash", own.sweep),
            "omega": ("the offset", own.omega),
            "drift": ("the drift of support without aid", own.drift),
        }
        tried = Parts("beside the answer", len(names), progress)
        found = {name: tried.attempt(number, *ways[name], ()) for number, name in enumerate(names)}
        return found, [*own.told, *tried.sentences]

    def _run(self, batch: Batch, what: str) -> Runs:
        return run(self.machine, batch, self.sizes.options.executor, progress=partial(self.progress, what))

    def sweep(self) -> tuple[SweepRow, ...]:
        """The comparison with the hazard of a clash ten times lower and higher."""
        batch = self.sizes.batch(SWEEP_DRAWS)
        swept = {factor: self._run(_scaled(batch, factor), f"clash hazard x {factor:g}") for factor in FACTORS}
        swept[1.0] = self.runs.leading(SWEEP_DRAWS, self.runs.lucks) or self._run(batch, "clash hazard x 1")
        return sweep_rows(swept, self.sizes.program.scenario.objective, dict(self.findings.weights))

    def omega(self) -> tuple[Omega, ...]:
        """The share of the aid's effect that the rival undoes."""
        batch = self.sizes.batch(OFFSET_DRAWS)
        late = [
            name for name in aid_plans(self.sizes.program) if name in self.sizes.names and not seen_of(self.sizes.program, name)
        ]
        if late:
            said = f"The offset is measured from {AFTER} months after the first delivery on, and the clock ends before that"
            self.told.append(f"{said} under {self.findings.titles.say_strategies(late)}")
        found = run_effects(self.sizes.program, batch, self.sizes.options.executor, progress=partial(self.progress, "offset"))
        rows = [row for effect in found for row in omega_of(effect, batch.draws.scramble)]
        return tuple(row for row in rows if row.on == "balance" or self.sizes.program.cast.territory)

    def drift(self) -> tuple[Drift, ...]:
        """How far the rivals' support wanders where nothing new is sent."""
        runs = self._run(self.sizes.batch(DRIFT_DRAWS, (NO_AID,)), "drift without aid")
        return tuple(_drift(runs, theory) for theory in runs.theories)


def _drift(runs: Runs, theory: str) -> Drift:
    change = runs.measure(NO_AID, theory, "support-change").astype(np.float64)
    low, high = np.quantile(change, (0.05, 0.95))
    return Drift(theory, float(change.mean()), float(low), float(high))


def _scaled(batch: Batch, factor: float) -> Batch:
    name = "spread.clash-top"
    values = {**batch.draws.values, name: batch.draws.values[name] * np.float32(factor)}
    return replace(batch, draws=replace(batch.draws, values=values))
