"""What the owner can know: how good its estimate of the balance is, and how often it calls a side losing or winning falsely."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from countermove.dynamics.strength import strength
from countermove.engine.months import begin
from countermove.engine.run import Engine
from countermove.engine.simulate import paths
from countermove.verify.bargain_war import bargain_war, reference_months
from countermove.verify.base_rates import donbas, job
from countermove.verify.line import Line, near, none
from countermove.world.state import SETTLED

LOCAL_LEVEL = "Durbin & Koopman 2012, the local level in closed form"
SEEN = "engine, donbas-2017 under restraint and inertia"
MONTHS = (1, 12, 60)


def variance(error: float, drift: float, months: int) -> float:
    """Variance of a local level after so many looks of error `error` at a level that moves by `drift`, the first known as one look.

    v -> r^2 (v + q^2)/(v + q^2 + r^2) is a fraction of two lines, and what a month does to it a matrix: the matrix to the power of the
    months is the closed form.
    """
    r, q = error**2, drift**2
    power = np.linalg.matrix_power(np.array([[r, r * q], [1.0, q + r]]), months)
    above, below = power @ np.array([r, 1.0])
    return float(above / below)


def estimates() -> list[Line]:
    """The error that the program says its estimate has, against the closed form."""
    made = job("inertia")
    state, _ = paths(Engine(donbas()).kernel, made)
    error, drift = (float(made.params[f"observation.balance-{name}"][0]) for name in ("error", "drift"))
    at = bargain_war("inertia", 6.0).with_({"observation.balance-error": error})
    out: list[Line] = []
    for months in MONTHS:
        known = np.sqrt(variance(error, drift, months))
        what = f"error of the estimated balance after {months} months"
        told = np.sqrt(float(np.asarray(state.estimate_variance)[months - 1].max()))
        other = np.sqrt(float(reference_months(at, months=months).state.variance.max()))
        out += [
            near(what, known, told, 1e-5, f"{LOCAL_LEVEL}; engine"),
            near(what, known, other, 1e-8, f"{LOCAL_LEVEL}; reference"),
        ]
    return out


def called() -> list[Line]:
    """How often a side is called losing or winning though it is not, and how often it is though it is not called so.

    A side truly loses where its true balance has fallen by more than what the owner asks of its estimate. The balance moves in jumps (a
    patron leaves, an offensive begins), so that errors have longer tails than the filter thinks.
    """
    made = job("inertia")
    kernel = Engine(donbas()).kernel
    stage, first = begin(kernel, made)
    state, _ = paths(kernel, made)
    stocks = ("force", "support", "rung", "upkeep", "extra", "counter", "regime")
    months = [first._replace(**{name: getattr(state, name)[month] for name in stocks}) for month in range(len(state.oil))]
    lines = state.orders.line
    after = np.stack([strength(kernel.cast, stage.p, then, lines[month]).balance for month, then in enumerate(months)])
    start = strength(kernel.cast, stage.p, first, first.orders.line).balance
    balance = np.concatenate([np.asarray(start)[None], after[:-1]])  # of the first of each month, when it is looked at
    war = np.concatenate([np.ones((1, balance.shape[2]), bool), np.asarray(state.regime)[:-1] < SETTLED])[:, None]
    war = np.broadcast_to(war, balance.shape)
    drift, asked = (float(np.max(np.asarray(stage.p[f"observation.{name}"]))) for name in ("balance-drift", "losing"))
    error = np.sqrt(np.asarray(state.estimate_variance))[:, None]
    moves, errors = np.diff(balance, axis=0)[war[1:]], ((np.asarray(state.estimated_balance) - balance) / error)[war]
    out = [
        near("what the balance moves in a month, of what the owner thinks", 1.0, moves.std() / drift, 0.25, SEEN),
        near("error of the estimated balance, of what the owner thinks", 1.0, errors.std(), 0.4, SEEN),
    ]
    fallen = balance - np.asarray(stage.reference.balance)
    for name, flags, change in (("losing", state.flags.losing, -fallen), ("winning", state.flags.winning, fallen)):
        said, bar = np.asarray(flags) > 0, asked * error
        false, calm = said & (change <= bar), said & (change < bar / 2)
        out += [
            none(f"share of side-months called {name} though not half of it is so", calm[war].mean(), SEEN, float(ndtr(-asked))),
            none(f"share of side-months called {name} falsely, of all called so", false[war].sum() / said[war].sum(), SEEN, 0.2),
            near(f"share of side-months truly {name} that are called so", 1.0, said[war & (change > bar)].mean(), 0.5, SEEN),
        ]
    return out
