"""What a record taught, carried to another month: a posterior on the replay becomes draws of the program in which a decision is taken.

**What is carried.** A parameter of an actor (a side or a patron, known by its NAME, never by its place) or of the world is carried if it means
the same in both programs and had the same prior in both: a posterior under another prior is not the posterior of this program. All that
is carried comes from the same posterior draw, so what the record says of numbers jointly (gain and persistence, say) is kept.

**What is not**, and stays a draw from the program's own priors:

- start states (`STARTS`, and every `opening.` and `phase.` number), unless both programs start in the same month. A number of April 2014 is
  not one of January 2018, whatever its prior. Stocks, targets, budgets and the baseline of support are such numbers;
- lines that are measured from the start (`LINES`): `spigot.line` "above start", and `opportunist.margin`, which a settled front measures from
  its own first day and a replay from zero. They are carried where both are absolute, or both starts are the same;
- `richardson.grievance`, which is zero by construction where the front is settled: carried where both fronts are settled or neither is;
- what speaks of the owner and its rival by role (`ROLES`): carried where both are the same people;
- numbers that are certain, and numbers with another prior (on the Donbas: `civilians.ratio`, `spigot.overshoot`, `attrition.patron-weight`).

What the record says nothing about comes back as its prior.
"""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from countermove.behaviour.table import THEORY_PARAMETERS
from countermove.dynamics.table import PARAMETERS
from countermove.engine.draws import VECTOR, Draws, prior_draws
from countermove.engine.program import Program
from countermove.rng.seeds import stream_of
from countermove.world.prior import Prior

STARTS = frozenset(
    {
        "side.personnel",
        "side.target",
        "side.heavy",
        "side.counter-heavy",
        "patron.budget",
        "patron.baseline",
        "support.start",
        "alliance.readiness",
        "belief.prior",
    }
)
LINES = frozenset({"spigot.line", "opportunist.margin"})
SETTLED = frozenset({"richardson.grievance"})
ROLES = ("truces.break-aid-", "spread.", "pretext.")
_STREAM = 12  # random numbers of the resampling


class CarriedNumber(NamedTuple):
    """A parameter that means the same in two programs; `here` and `there` are its places in the program and in the replay."""

    name: str
    actor: str  # empty: the world
    here: int
    there: int

    def __str__(self) -> str:
        return f"{self.name} of {self.actor}" if self.actor else self.name


def carried_numbers(program: Program, replay: Program) -> tuple[CarriedNumber, ...]:
    """What is carried from a posterior on the replay to the program, in the program's order; the rule is the module's docstring."""
    per = {q.name: q.per for q in (*PARAMETERS, *THEORY_PARAMETERS, *(q for t in program.theories for q in t.parameters))}
    same_day = program.scenario.clock.start == replay.scenario.clock.start
    out: list[CarriedNumber] = []
    for name, priors in program.priors.items():
        if name not in replay.priors or (_of_start(name) and not same_day) or not _same_roles(name, program, replay):
            continue
        for here, prior in enumerate(priors):
            actor, there = _matched(per.get(name, "world"), here, program, replay)
            if there is None or there >= len(replay.priors[name]) or not prior.uncertain:
                continue
            alike = _stated(prior) == _stated(replay.priors[name][there])
            if alike and _same_zero(name, (program, here), (replay, there), same_day):
                out.append(CarriedNumber(name, actor, here, there))
    return tuple(out)


def _of_start(name: str) -> bool:
    return name in STARTS or name.startswith(("opening.", "phase."))


def _same_roles(name: str, program: Program, replay: Program) -> bool:
    """Whether "the owner" and "the rival" are the same people, where a number of the world speaks of them."""
    mine, its = program.cast, replay.cast
    same = (mine.patrons[0], mine.patrons[program.rival]) == (its.patrons[0], its.patrons[replay.rival])
    return same or not name.startswith(ROLES)


def _same_zero(name: str, mine: tuple[Program, int], its: tuple[Program, int], same_day: bool) -> bool:
    """Whether a number is measured from the same point in both."""
    settled = mine[0].cast.settled_front, its[0].cast.settled_front
    if name in SETTLED:
        return settled[0] == settled[1]
    if name not in LINES or (same_day and settled[0] == settled[1]):
        return True
    # where the front is not settled the start's shortfall is taken as 0 (engine/opening.py), so a line "above start" is absolute too
    above = [one.cast.settled_front and (name != "spigot.line" or one.cast.line_above_start[place]) for one, place in (mine, its)]
    return not any(above)


def _matched(per: str, here: int, program: Program, replay: Program) -> tuple[str, int | None]:
    """The actor at a place of the program, and its place in the replay; None where it is not there."""
    if per == "world":
        return "", here
    mine, its = (program.cast.sides, replay.cast.sides) if per == "side" else (program.cast.patrons, replay.cast.patrons)
    return mine[here], its.index(mine[here]) if mine[here] in its else None


def _stated(prior: Prior) -> tuple[Any, ...]:
    """What a prior says, without where it is from."""
    experts = tuple((who, _stated(answer)) for who, answer in prior.experts)
    return prior.kind, prior.args, prior.low, prior.high, prior.above, experts


def resampled_places(posterior: Draws, draws: int, seed: int) -> NDArray[np.int64]:
    """Which posterior draw each of `draws` draws follows [draws], in proportion to weight: systematic, so each is there its share of times.

    They come in the posterior's order. The copies of one draw are neighbours, and meet start states that lie well apart, as neighbours in a
    quasi-random sequence do.
    """
    generator = stream_of(seed, _STREAM)
    edges: NDArray[np.float64] = np.cumsum(posterior.weight, dtype=np.float64)
    marks = (np.arange(draws) + generator.random()) / draws * edges[-1]
    return np.minimum(cast(NDArray[np.int64], np.searchsorted(edges, marks, side="right")), posterior.size - 1)


def carried_draws(program: Program, replay_program: Program, posterior: Draws, draws: int, seed: int) -> Draws:
    """Draws of the program after the record: what `shared` lists from the posterior on the replay, the rest from the program's own priors.

    Draw d follows posterior draw `resampled(posterior, draws, seed)[d]` in all that is carried, and the prior draw d of the same seed in all
    else; theories of patrons outside the question are carried where both programs weigh them alike. Luck hangs on seed and d, so prior and
    learnt draws of one seed meet the same luck.

    The 16 groups of `Draws.scramble` are NOT independent here, as copies of one posterior draw stand in several of them: errors must be
    taken over families of posterior draws, and over the populations they come from, as `learnt_offset.omega_learnt` does.
    """
    mine = prior_draws(program, draws, seed)
    index = resampled_places(posterior, draws, seed)
    values = {name: value.copy() for name, value in mine.values.items()}
    experts = dict(mine.experts)
    for one in carried_numbers(program, replay_program):
        into, given = values[one.name], posterior.values[one.name]
        given = given[..., index] if given.shape[-1] > 1 else given
        if program.priors[one.name][0].kind == VECTOR:
            into[:, one.here] = given[:, one.there]
        elif one.name in program.worldwide:
            into[:] = given
        else:
            into[one.here] = given[one.there]
        who = posterior.experts.get(f"{one.name}[{one.there}]")
        if who is not None:
            experts[f"{one.name}[{one.here}]"] = who[index]
    return Draws(values, mine.weight, _others(program, replay_program, mine.others, posterior.others[:, index]), experts, seed)


def _others(program: Program, replay: Program, mine: NDArray[Any], given: NDArray[Any]) -> NDArray[Any]:
    """Theories of the patrons outside the question [P, D]: the posterior's where a patron has the same weights in both, by theory's name."""
    names = [theory.name for theory in program.theories]
    out = mine.copy()
    for here in program.others:
        who = program.cast.patrons[here]
        there = replay.cast.patrons.index(who) if who in replay.cast.patrons else 0
        if there in replay.others and _weighed(program, here) == _weighed(replay, there):
            place = np.array([names.index(t.name) if t.name in names else 0 for t in replay.theories])
            out[here] = place[given[there]]
    return out


def _weighed(program: Program, patron: int) -> dict[str, float]:
    weights = program.weights_of(patron)
    total = sum(weights)
    return {t.name: w / total for t, w in zip(program.theories, weights, strict=True) if w > 0}
