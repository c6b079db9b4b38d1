"""Symmetry: swap the sides with their parameters and their luck, and the mirrored war follows, bit for bit.

Both patrons follow a theory (every run its own pair). One batch holds each war and its mirror image. What the model itself treats
unlike is put out of play or turned round, and nothing else: the aid of owner and rival in the breakdown of truces have coefficients of
their own (both 0); announcements (announce 0) and sanctions (0) are the owner's; only the owner's refusals hurt the talks and the
alliance (by 0); x-own and x-rival in the hazard of a clash are equal; the owner's conditions and offers are not set, and
there is no alliance and no ally; the opening's share of side 1 becomes 1 - held, and what side 1 gets of a bargain 1 - surplus. The
owner knows its own rung and the rival's by reports alone, so that the public's belief learns from neither (gain 0); what only the
owner sees (its view of the balance) decides nothing.

1 - x rounds where x did not. The terms of a settlement are therefore compared within a millionth, and so is the war that follows one;
until then the image is the same in every bit.
"""

from __future__ import annotations

import numpy as np

from countermove.behaviour.table import THEORIES
from countermove.engine.layout import Luck
from countermove.engine.months import Job, Kernel, begin
from countermove.verify.eager import month_luck, play
from countermove.verify.line import Line, none
from countermove.verify.small_war import SmallWar, both_driven, small_war
from countermove.world.cast import Array
from countermove.world.state import State

MONTHS = 24
RUNS = 256  # a multiple of 16, so that an image falls on the same lanes of the vector unit
SOURCE = f"invariant; engine.step.step for {MONTHS} months, {RUNS} wars with all pairs of theories and their mirror images"
BY_ROLE = (
    *("force", "extra", "aid", "counter", "ground", "attacking", "gone", "support", "rung", "will", "dead", "spent", "casualties"),
    *("shortfall", "supports", "estimated_shortfall", "upkeep", "mode", "alarm", "left", "approval", "asked"),
)
SHARED = ("oil", "regime", "age", "learnt", "estimate_variance", "pledged", "track", "credibility", "solidarity", "peacekeepers")
ROUNDED = 1e-3  # how far the image may be from the war after a settlement, absolute and relative
TURNED = ("opening.held", "bargain.surplus")  # shares of the owner's client
LUCK_BY_ROLE = (
    *("balance", "support", "territory", "will", "exit", "mode", "ask", "grant", "probe", "offensive", "culminate", "approval"),
    *("detect", "false-alarm", "open"),
)


def swapped(values: np.ndarray) -> np.ndarray:
    """The other role's values; roles are the last axis but one."""
    return values[..., ::-1, :]


def doubled(war: SmallWar) -> Job:
    """RUNS wars and their mirror images in one chunk."""
    names = list(THEORIES)
    changes = {
        "truces.break-aid-owner": 0.0,
        "truces.break-aid-rival": 0.0,
        "diplomacy.refusal": 0.0,
        "spread.refusal": 0.0,
        "spread.clash-top": 0.02,  # so that clashes and offensives do occur
        "posture.offensive-base": np.log(0.06),
        "bargain.hazard": 0.03,
        "bargain.recurrence": 0.02,
        "belief.gain": 0.0,
    }
    job = war.job("nothing", names[0], changes)
    # shares that 1 - share turns round without rounding
    exact = {name: np.round(np.asarray(job.params[name]) * 1024) / 1024 for name in TURNED}
    params: dict[str, np.ndarray] = {}
    for name, given in {**job.params, **exact}.items():
        value = np.broadcast_to(np.asarray(given, np.float32), (*given.shape[:-1], RUNS))
        image = value if name in war.program.worldwide else swapped(value)
        image = 1 - value if name in TURNED else image
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


def unlike(state: State) -> tuple[int, int]:
    """How many numbers of the images are not those of the wars they mirror: not bit for bit, and not even within ROUNDED.

    The first count leaves out wars that were ever settled.
    """
    bits = far = 0
    unsettled = np.asarray(state.terms)[:RUNS] == 0
    for name in (*BY_ROLE, *SHARED, "terms"):
        value = np.asarray(getattr(state, name))
        here, there = value[..., :RUNS], value[..., RUNS:]
        there = swapped(there) if name in BY_ROLE else there
        there = np.where(there > 0, 1 - there, 0) if name == "terms" else there
        bits += int((here != there)[..., unsettled].sum())
        far += int((np.abs(here - there) > ROUNDED * (1 + np.abs(here))).sum())
    return bits, far


def symmetry() -> list[Line]:
    """Invariant: symmetry (K = 2)."""
    war = small_war(tuple(THEORIES), ("nothing",), RUNS, 1)
    kernel: Kernel = both_driven(war)
    job = doubled(war)
    stage, state = begin(kernel, job)
    differences = np.array(unlike(state))
    events = np.zeros(5)
    for month in range(MONTHS):
        state, report = play(kernel, stage, job, state, month, turned(month_luck(kernel, job, month)))
        differences += unlike(state)
        flags = report.flags
        kinds = (flags.attack, flags.truce_began, flags.clash, state.terms, flags.recurs)
        events += [np.asarray(x).sum() > 0 for x in kinds]
    moved = np.asarray(state.support) != np.asarray(stage.reference.support)
    kinds = "offensive, truce, clash, settlement, war that comes back"
    return [
        none("symmetry: numbers of the mirrored war that differ in any bit before a settlement", differences[0], SOURCE),
        none("symmetry: numbers that differ by more than rounding, after one too", differences[1], SOURCE),
        none(f"symmetry: kinds of events ({kinds}) that never occurred", (events == 0).sum(), SOURCE),
        none("symmetry: share of patrons whose support never moved", 1 - moved.mean(), SOURCE, 0.5),
    ]
