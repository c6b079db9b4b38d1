"""The offset Omega (model.md section 11): the share of the aid's effect that the rival undoes, from three runs with the same luck."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, cast

import jax
import jax.numpy as jnp
import numpy as np

from countermove.dynamics.strength import logit_held
from countermove.engine.acting import Variation
from countermove.engine.months import Job, Kernel, begin, luck_of, play_month
from countermove.engine.program import Program
from countermove.engine.run import Batch, Engine, Executor, Progress, Task
from countermove.rng.quasi import SCRAMBLES
from countermove.rng.uniforms import stream_keys
from countermove.world.cast import Array
from countermove.world.omega import ON, Omega
from countermove.world.plan import Plan, Sheet
from countermove.world.shapes import checked
from countermove.world.state import Script

NO_AID = "(no aid)"
AFTER, UNTIL = 12, 24  # months after the first delivery between which the effect of the aid is measured


def effects(kernel: Kernel, job: Job, window: Array, nothing: Sheet, months: int) -> Array:
    """Mean over the window [months] of the change of balance and territory of the owner's client: open and closed loop, [2, 2, n].

    The first axis is (balance b, territory z), the second (rival's support frozen, rival replies). `nothing` is the empty plan.
    """
    return cast(Array, _effects(kernel, job, window, nothing, months))


@partial(jax.jit, static_argnames=("kernel", "months"))
def _effects(kernel: Kernel, job: Job, window: Array, nothing: Sheet, months: int) -> Array:
    stage, first = begin(kernel, job)
    keys = stream_keys(job.seed, job.draw, job.luck)
    # without aid, then with it: the rival's support frozen, the rival free. One code plays the three: a difference of nothing is exactly 0
    plans = jax.tree.map(_without_and_with, nothing, job.plan)
    runs = (plans, jnp.array([0, 1, 1]), jnp.array([0, 1, 0]))
    nobody = Script(first.support, *([first.regime] * 4), *([first.attacking] * 2), *([first.regime] * 2))

    def month(carry: Any, inputs: Any) -> Any:
        states, sums = carry
        row, weight = inputs
        u = luck_of(kernel, keys, row["index"])

        def play(script: Script, which: Any) -> Any:
            state, plan, follow, hold = which
            vary = Variation(True, script, follow > 0, hold > 0)
            after, report = play_month(kernel, stage, state, row, u, plan, vary)
            flags = report.flags
            peace = (after.regime, after.age, after.terms, after.pledged)
            own = Script(after.support, *peace, after.attacking, report.probing, flags.truce_began, flags.truce_broke)
            kept = jax.tree.map(partial(jnp.where, follow > 0), script, own)
            return kept, (after, report.balance[0], logit_held(kernel.cast, after.ground)[0])

        _, (after, balance, ground) = jax.lax.scan(play, nobody, (states, *runs))
        return (after, (sums[0] + weight * balance, sums[1] + weight * ground)), None

    states = jax.tree.map(_three_of, first)
    nought = jnp.zeros((3, job.draw.shape[0]), jnp.float32)
    rows = ({name: value[:months] for name, value in job.calendar.items()}, window[:months])
    (_, sums), _ = jax.lax.scan(month, (states, (nought, nought)), rows)
    return jnp.stack([total[1:] - total[:1] for total in sums])


def _without_and_with(nothing: Array, aid: Array) -> Array:
    return jnp.stack([nothing, aid, aid])


def _three_of(leaf: Array) -> Array:
    return jnp.stack([leaf] * 3)


@dataclass(frozen=True)
class Effects:
    """Effects of one strategy under one theory in every run: on the balance and on territory, with the open and the closed loop."""

    strategy: str
    theory: str
    values: Annotated[np.ndarray, "2 2 D L"]

    def __post_init__(self) -> None:
        """Raises RunError where the array has another shape."""
        checked(self)


def aid_plans(program: Program) -> tuple[str, ...]:
    """Strategies that deliver arms by a dated move: those for which an offset means something."""
    ladder = program.cast.ladders[0]
    out: list[str] = []
    for plan in program.plans:
        for _, command in plan.moves:
            if command.volume is not None or (
                isinstance(command.rung, int) and (ladder[command.rung].heavy or ladder[command.rung].counter_heavy)
            ):
                out.append(plan.name)
                break
    return tuple(out)


def seen_of(program: Program, name: str) -> bool:
    """Whether the clock reaches the months in which the effect of a strategy's aid is measured."""
    return any(plan.first_delivery + AFTER <= program.cast.months for plan in program.plans if plan.name == name)


def window_of(written: Plan, months: int) -> tuple[np.ndarray, int]:
    """Weights [months] of the mean over months d + 12 .. d + 24 (d the first delivery), cut to the clock; and the last month needed."""
    first, last = written.first_delivery + AFTER, min(written.first_delivery + UNTIL, months)
    number = np.arange(1, months + 1)
    inside = ((number >= first) & (number <= last)).astype(np.float32)
    return inside / max(inside.sum(), 1), last


def run_effects(program: Program, batch: Batch, executor: Executor, *, progress: Progress | None = None) -> list[Effects]:
    """Effects of every strategy with dated arms under every theory; not of one whose clock ends before they are measured."""
    names = [n for n in aid_plans(program) if (not batch.strategies or n in batch.strategies) and seen_of(program, n)]
    theories = batch.theories or program.theory_names
    if not names:
        return []
    wide = program if NO_AID in program.strategy_names else program.with_plans((*program.plans, Plan(NO_AID)))
    engine = Engine(wide)
    total = batch.draws.size * batch.lucks
    written = {p.name: p for p in program.plans}
    longest = max(window_of(written[name], program.cast.months)[1] for name in names)
    starts = range(0, total, batch.chunk)
    tasks = [Task(name, theory, first) for name in names for theory in theories for first in starts]

    def work(task: Task) -> np.ndarray:
        job = engine.job(batch, task.strategy, task.theory, task.first + np.arange(batch.chunk))
        window, _ = window_of(written[task.strategy], program.cast.months)
        return np.asarray(effects(engine.kernel, job, window, engine.sheets[NO_AID], longest))

    results = executor.map(work, tasks, progress=progress)
    out: list[Effects] = []
    for name in names:
        for theory in theories:
            parts = np.concatenate([next(results) for _ in starts], axis=2)[:, :, :total]
            out.append(Effects(name, theory, parts.reshape(2, 2, batch.draws.size, batch.lucks)))
    return out


def omega_of(effects_: Effects, scramble: np.ndarray) -> tuple[Omega, ...]:
    """Omega on the balance and on territory: ratio of means with its delta-method error over scrambles; quantiles of usable draws."""
    out: list[Omega] = []
    for k, on in enumerate(ON):
        open_, closed = (effects_.values[k, m].astype(np.float64).mean(axis=1) for m in (0, 1))  # [D]
        value = 1 - closed.mean() / open_.mean() if open_.mean() != 0 else float("nan")
        groups = [scramble == g for g in range(SCRAMBLES) if (scramble == g).any()]
        gaps = np.array([(closed[g] - (1 - value) * open_[g]).mean() for g in groups])
        se = (
            float(gaps.std(ddof=1) / np.sqrt(len(groups)) / abs(open_.mean()))
            if len(groups) > 1 and open_.mean() != 0
            else float("nan")
        )
        usable = open_ > max(0.01, 0.1 * float(np.median(open_)))
        ratio = 1 - closed[usable] / open_[usable] if usable.any() else np.array([np.nan])
        q05, q50, q95 = (float(q) for q in np.quantile(ratio, (0.05, 0.5, 0.95)))
        out.append(
            Omega(
                effects_.strategy,
                effects_.theory,
                on,
                float(value),
                se,
                float(usable.mean()),
                q05,
                q50,
                q95,
            )
        )
    return tuple(out)
