"""`solve`: the war as a game of two patrons who look ahead, every plan against it, and how far to trust the answer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from countermove.decision.objective import required
from countermove.engine.offset import aid_plans, seen_of
from countermove.games.in_the_war import OwnerPolicy, Played, RivalPath, RivalPolicy
from countermove.games.limit import Choice, Limit
from countermove.games.one_month import NO_ORDERS
from countermove.games.replies_in_the_war import Answered, answered, rounds_of
from countermove.questions.options import Progress, silent
from countermove.questions.people import people, titles_of
from countermove.questions.provenance import code_version, record_hash
from countermove.questions.solve.abstraction import finer, finer_sizes, gaps_of, general_gaps_of
from countermove.questions.solve.claims_ahead import claims_ahead
from countermove.questions.solve.elsewhere import gambit_texts
from countermove.questions.solve.equilibrium import commitment_of, equilibrium_of, limit_of, offset_of, other_opponents
from countermove.questions.solve.finding import (
    VIEWS,
    EquilibriumFound,
    MeanError,
    PlanAhead,
    Prize,
    Solved,
    View,
)
from countermove.questions.solve.look_ahead import LookAhead, SolveOptions, mean_error, steady_in
from countermove.questions.solve.stakes import leading, rival_at, stakes_curve
from countermove.questions.solve.trust import doubts_of
from countermove.questions.solve.words import sentences_of
from countermove.scenario.schema import Scenario
from countermove.scenario.write import hash_of
from countermove.world.words import counted

Floats = NDArray[np.float64]
CHOICES: tuple[Choice, ...] = ("best", "worst")


@dataclass(frozen=True)
class _Plan:
    """One plan, and all that was played of it."""

    name: str
    theories: Mapping[str, Played]
    knowing: Answered
    worth: Mapping[View, Floats]  # [D, L/2]
    support: Mapping[View, float]
    offset: MeanError | None
    settled: Played | None  # against the equilibrium's rival, where there is one


@dataclass(frozen=True)
class _Settled:
    """The rival of an equilibrium, and what comes of him where nothing is ordered."""

    rival: RivalPolicy
    nothing: Played


def solve(scenario: Scenario, options: SolveOptions | None = None, *, progress: Progress = silent) -> Solved:
    """The war as a game: each plan against a rival who knows it and answers as well as he can, the equilibrium, and what they depend on.

    Raises:
        DecisionError: no objective, or no plan.
        SolveError: nobody on the other side; a game that is too large, with what to cut.
        CompileError: a strategy or a theory that the scenario does not have.
    """
    clock = time.perf_counter()
    ahead = LookAhead.of(scenario, options or SolveOptions(), progress)
    if ahead.options.thorough:
        finer(ahead).check_own_games()
    limits: list[tuple[Choice, Limit]] = []
    settled: _Settled | None = None
    if not ahead.options.brief:
        limits = [(choice, limit_of(ahead, choice)) for choice in CHOICES]
        rival = _rival_of(limits[0][1])
        settled = _Settled(rival, ahead.play(NO_ORDERS.name, rival))
    plans = [_plan(ahead, name, settled, number) for number, name in enumerate(ahead.strategies)]
    equilibria: tuple[EquilibriumFound, ...] = ()
    commitment = None
    if settled is not None:
        rival = settled.rival
        owner = OwnerPolicy("the equilibrium", limits[0][1].owner_play, rival)
        stands = ahead.play(owner, rival)
        against = {plan.name: plan.settled for plan in plans if plan.settled is not None}
        equilibria = tuple(equilibrium_of(ahead, choice, found, (owner, rival, stands), against) for choice, found in limits)
        commitment = commitment_of(ahead, [plan.worth["knowing"] for plan in plans], stands)
    claims = () if settled is None else claims_ahead(ahead, {plan.name: plan.knowing for plan in plans}, settled.rival)
    found = replace(_finding(ahead, plans, equilibria, commitment), claims=claims)
    ahead.shelf.finish()
    sentences = sentences_of(found, scenario.objective)
    return replace(found, sentences=sentences, doubts=doubts_of(found), seconds=time.perf_counter() - clock)


def _rival_of(found: Limit) -> RivalPolicy:
    return RivalPolicy("the equilibrium", found.rival_play, found.grid)


def _plan(ahead: LookAhead, name: str, settled: _Settled | None, number: int) -> _Plan:
    """One plan under the theories, against the rival who knows it, and against the equilibrium's."""
    own, levels = ahead.own[name], steady_in(ahead.own[name])
    each = len(ahead.weights) + len(levels) + rounds_of(own)
    total, done = len(ahead.strategies) * each, number * each

    def tell() -> None:
        nonlocal done
        done += 1
        ahead.progress("playing every plan", done, total)

    theories: dict[str, Played] = {}
    for theory in ahead.weights:
        theories[theory] = ahead.play_own(name, theory)
        tell()
    steady: dict[str, Played] = {}
    for level, policy in levels.items():
        steady[level] = ahead.play_own(name, policy)
        tell()
    knowing = answered(own, name, theories, ahead.options.lucks, steady, tell)
    shares = ahead.weights
    worth: dict[View, Floats] = {
        "theories": np.sum([shares[theory] * ahead.worth(seen) for theory, seen in theories.items()], axis=0),
        "knowing": knowing.worth,
    }
    support: dict[View, float] = {
        "theories": float(sum(shares[theory] * seen.aim.mean(dtype=np.float64) for theory, seen in theories.items())),
        "knowing": float(knowing.aim.mean()),
    }
    offset = seen = None
    if settled is not None:
        seen = ahead.play(name, settled.rival)
        worth["equilibrium"], support["equilibrium"] = ahead.worth(seen), float(seen.aim.mean(dtype=np.float64))
        if name in aid_plans(ahead.program) and seen_of(ahead.program, name):
            held = ahead.play(name, RivalPath("held", settled.nothing.order))
            offset = offset_of(ahead, name, settled.nothing, held, seen)
    return _Plan(name, theories, knowing, worth, support, offset, seen)


def _sizes(ahead: LookAhead) -> str:
    """How large the game is, and each plan's own, in words."""
    own = sorted(len(made.states) for made in ahead.own.values())
    many = f"{own[0]:,} to {own[-1]:,} states" if own[0] < own[-1] else counted(own[0], "state")
    return f"{ahead.made.counted()}; a plan’s own game has {many}"


def _finding(
    ahead: LookAhead, plans: list[_Plan], equilibria: tuple[EquilibriumFound, ...], commitment: MeanError | None
) -> Solved:
    """All of it as a finding, without its sentences."""
    program, options, who = ahead.program, ahead.options, people(ahead.program)
    matters = required(program.scenario.objective).matters
    views: list[View] = [view for view in VIEWS if view in plans[0].worth]
    best = {view: max(plans, key=lambda plan: float(plan.worth[view].mean())).worth[view] for view in views}
    known = {plan.name: plan.knowing for plan in plans}
    gaps = gaps_of(ahead, {plan.name: plan.theories for plan in plans})
    return Solved(
        scenario=program.scenario.scenario,
        owner=who.owner,
        rival=who.rival,
        client=who.rival_client,
        matters=matters,
        states=_sizes(ahead),
        stakes=tuple(float(one) for one in ahead.made.stakes),
        prize=Prize(ahead.revealed.low, ahead.revealed.high, ahead.revealed.scale),
        highest=float(ahead.moves.rival[-1]),
        plans=tuple(
            PlanAhead(
                plan.name,
                {view: mean_error(plan.worth[view]) for view in views},
                {view: mean_error(best[view] - plan.worth[view]) for view in views},
                plan.knowing.chosen,
                mean_error(plan.knowing.over),
                plan.support,
                plan.offset,
            )
            for plan in plans
        ),
        leading=tuple(leading(view, {plan.name: plan.worth[view] for plan in plans}, matters) for view in views)
        if len(plans) > 1
        else (),
        curve=() if options.brief else stakes_curve(ahead, known, matters),
        policy=rival_at(ahead, known),
        equilibria=equilibria,
        commitment=commitment,
        claims=(),
        gaps=gaps,
        general_gaps=general_gaps_of(ahead, {plan.name: plan.settled for plan in plans if plan.settled is not None}),
        sizes=finer_sizes(ahead, gaps) if options.thorough else (),
        opponents=other_opponents(ahead) if options.thorough else (),
        sentences=(),
        doubts=(),
        draws=options.draws,
        lucks=options.lucks,
        seed=options.seed,
        seconds=0.0,
        hashes={
            "hash": hash_of(program.scenario),
            "record_hash": record_hash(program.scenario),
            "code_version": code_version(),
        },
        files=gambit_texts(ahead, known),
        titles=titles_of(program),
    )
