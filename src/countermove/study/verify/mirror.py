"""Symmetry: swap the sides with their parameters and their luck, and the mirrored war follows, bit for bit.

Both patrons follow a theory (every run its own pair). One batch holds each war and its mirror image. What the model itself treats
unlike is put out of play or turned round, and nothing else: the aid of owner and rival in the breakdown of truces have coefficients of
their own (both 0); announcements (announce 0) and sanctions (0) are the owner's; only the owner's refusals hurt the talks and the
alliance (so nobody refuses); x-own and x-rival in the hazard of a clash are equal; the owner's conditions and offers are not set, and
there is no alliance and no ally; the opening's share of side 1 becomes 1 - held.
"""

from __future__ import annotations

import numpy as np

from countermove.behaviour.table import THEORIES
from countermove.engine.layout import Luck
from countermove.engine.simulate import Job, Kernel, begin
from countermove.study.verify.eager import month_luck, play
from countermove.study.verify.line import Line, none
from countermove.study.verify.small_war import War, both_driven, small_war
from countermove.world.cast import Array
from countermove.world.state import State

MONTHS = 24
RUNS = 256  # a multiple of 16, so that an image falls on the same lanes of the vector unit
SOURCE = f"invariant; engine.month.step for {MONTHS} months, {RUNS} wars with all pairs of theories and their mirror images"
BY_ROLE = (
    *("force", "extra", "aid", "counter", "ground", "attacking", "gone", "support", "rung", "will", "dead", "spent", "casualties"),
    *("shortfall", "mode", "alarm", "left", "approval", "asked"),
)
SHARED = ("oil", "regime", "age", "track", "credibility", "solidarity", "peacekeepers")
LUCK_BY_ROLE = (
    *("balance", "support", "territory", "will", "exit", "mode", "ask", "grant", "probe", "offensive", "culminate", "approval"),
    *("detect", "false-alarm"),
)


def swapped(values: np.ndarray) -> np.ndarray:
    """The other role's values; roles are the last axis but one."""
    return values[..., ::-1, :]


def doubled(war: War) -> Job:
    """RUNS wars and their mirror images in one chunk."""
    names = list(THEORIES)
    changes = {
        "truces.break-aid-owner": 0.0,
        "truces.break-aid-rival": 0.0,
        "requests.grant": 1e9,
        "patron.budget": 1000.0,  # or spending wears will down to 0, where requests are refused
        "spread.clash-top": 0.02,  # so that clashes and offensives do occur
        "posture.offensive-base": np.log(0.06),
    }
    job = war.job("nothing", names[0], changes)
    # a share that 1 - held turns round without rounding
    held = np.round(np.asarray(job.params["opening.held"]) * 1024) / 1024
    params: dict[str, np.ndarray] = {}
    for name, given in {**job.params, "opening.held": held}.items():
        value = np.broadcast_to(np.asarray(given, np.float32), (*given.shape[:-1], RUNS))
        image = value if name in war.program.worldwide else swapped(value)
        image = 1 - value if name == "opening.held" else image
        params[name] = np.concatenate([value, image], axis=-1).astype(np.float32)
    first, second = np.divmod(np.arange(RUNS) % len(names) ** 2, len(names))
    theories = np.stack([first, second]).astype(np.int32)
    twice = np.concatenate([job.draw, job.draw]), np.concatenate([job.luck, job.luck])
    return job._replace(params=params, draw=twice[0], luck=twice[1], theories=np.concatenate([theories, swapped(theories)], axis=1))


def turned(u: Luck) -> Luck:
    """The luck of the second half of the runs, handed to the other role."""
    out: dict[str, Array] = {name: np.array(value) for name, value in u.items()}
    for name in LUCK_BY_ROLE:
        out[name][..., RUNS:] = swapped(out[name][..., RUNS:])
    chi = out["chi"][:, RUNS:].reshape(2, 4, RUNS)
    out["chi"][:, RUNS:] = chi[::-1].reshape(8, RUNS)
    return out


def unlike(state: State) -> int:
    """How many numbers of the images are not, bit for bit, those of the wars they mirror."""
    count = 0
    for name in (*BY_ROLE, *SHARED):
        value = np.asarray(getattr(state, name))
        here, there = value[..., :RUNS], value[..., RUNS:]
        count += int((here != (swapped(there) if name in BY_ROLE else there)).sum())
    return count


def symmetry() -> list[Line]:
    """Invariant: symmetry (K = 2)."""
    war = small_war(tuple(THEORIES), ("nothing",), RUNS, 1)
    kernel: Kernel = both_driven(war)
    job = doubled(war)
    stage, state = begin(kernel, job)
    differences = unlike(state)
    events = np.zeros(3)
    for month in range(MONTHS):
        state, report = play(kernel, stage, job, state, month, turned(month_luck(kernel, job, month)))
        differences += unlike(state)
        flags = report.flags
        events += [np.asarray(x).sum() > 0 for x in (flags.attack, flags.truce_began, flags.clash)]
    moved = np.asarray(state.support) != np.asarray(stage.reference.support)
    return [
        none("symmetry: numbers of the mirrored war that differ in any bit", differences, SOURCE),
        none("symmetry: kinds of events (offensive, truce, clash) that never occurred", (events == 0).sum(), SOURCE),
        none("symmetry: share of patrons whose support never moved", 1 - moved.mean(), SOURCE, 0.5),
    ]
