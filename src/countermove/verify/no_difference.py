"""What must make no difference: chance that ignores its reasons, a patron who gives nothing, theories on a front at rest."""

from __future__ import annotations

import numpy as np

from countermove.behaviour.rational import quantal_mean
from countermove.behaviour.table import THEORIES
from countermove.engine.layout import Luck
from countermove.engine.months import begin
from countermove.engine.simulate import paths
from countermove.verify.blank_view import blank_view, float32_parameters
from countermove.verify.eager import month_luck, play
from countermove.verify.line import Line, near, none
from countermove.verify.small_war import both_driven, quiet_war, small_war
from countermove.verify.symmetry import RUNS

NOTHING = "invariant; engine.simulate.paths, two runs of every address"
STILL = "status-quo rule of the theories; engine.step.step"
QUANTAL = "McKelvey & Palfrey 1995; behaviour.rational"
FRONT = ("force", "extra", "counter", "ground", "attacking", "regime", "track", "upkeep", "terms")
LUCK_AT_REST = 1e-6  # a uniform this small rings no clock and keeps `switching` in the mode it is in
NORMALS = ("balance", "support", "territory", "will", "track", "oil", "approval", "shocks")


def patron_without_support() -> list[Line]:
    """No aid and no drive: a patron who gives nothing may be what he likes, and the front is the same in every bit."""
    war = quiet_war()
    nobody = {"patron.baseline": 0.0, "support.noise": 0.0, "requests.base": 1e-12}
    other_man = {
        "patron.stake-ratio": 50.0,
        "attrition.patron-weight": 4.0,
        "patron.means": 1.0,
        "support.persistence": 0.1,
        "patron.budget": 1.0,
        "support.exit": 0.5,
        "will.level": 0.1,
        "bargain.optimism-patron": 3.0,
        "bargain.reserve": 90.0,
    }
    job = war.job("nothing", "inertia", nobody)
    one, _ = paths(war.kernel, job)
    # the owner, who bargains for its client, is who he was
    unlike = {name: np.stack([job.params[name][0], np.full_like(job.params[name][1], value)]) for name, value in other_man.items()}
    other, _ = paths(war.kernel, job._replace(params={**job.params, **unlike}))
    apart = sum(int((np.asarray(getattr(one, name)) != np.asarray(getattr(other, name))).sum()) for name in FRONT)
    dead = float(np.asarray(one.dead)[-1].max())
    return [
        none("a patron without support: numbers of the front that depend on who he is", apart, NOTHING),
        none("a patron without support: his dead", dead, NOTHING),
    ]


def status_quo() -> list[Line]:
    """No new aid, no noise, exact observation: every theory leaves support as it was (deviation form)."""
    names = list(THEORIES)
    war = small_war(tuple(names), ("nothing",), RUNS, 1)
    kernel = both_driven(war)
    quiet = {"support.noise": 0.0, "observation.balance-error": 0.0, "support.exit": 0.0}
    job = war.job("nothing", names[0], quiet)
    job = job._replace(
        params={
            name: np.concatenate([value, value], axis=-1) if value.shape[-1] > 1 else value for name, value in job.params.items()
        },
        draw=np.tile(job.draw, 2),
        luck=np.tile(job.luck, 2),
        theories=np.tile(np.arange(2 * RUNS, dtype=np.int32) % len(names), (2, 1)),
    )
    stage, state = begin(kernel, job)
    u: Luck = {}
    for name, value in month_luck(kernel, job, 0).items():
        u[name] = value * 0 + (0 if name in NORMALS else LUCK_AT_REST)
    after, _ = play(kernel, stage, job, state, 0, u)
    change = np.abs(np.asarray(after.support) / np.asarray(state.support) - 1).max(axis=0)
    return [
        none(f"status quo under {name}: largest relative change of support", change[k :: len(names)].max(), STILL, 1e-5)
        for k, name in enumerate(names)
    ]


def precision() -> list[Line]:
    """The ends of the logit choice: precision 0 is uniform over the levels."""
    runs = 3
    view = blank_view(
        runs, stake_ratio=np.array([0.3, 1.0, 5.0]), start_strength=np.full(runs, 40.0), ceiling=np.array([12.0, 30.0, 50.0])
    )
    p = float32_parameters(
        {"rational.decisiveness": np.ones(runs), "rational.precision": np.full(runs, 1e-9), "rational.span": np.full(runs, 1e3)}
    )
    zero = np.zeros(runs, np.float32)
    mean = np.asarray(quantal_mean(view, p, zero, zero + 6, zero + 40), np.float64)
    return [
        near(
            "logit choice at precision 0: mean level over the middle of the levels",
            1.0,
            (mean / (view.ceiling / 2)).max(),
            1e-5,
            QUANTAL,
        )
    ]
