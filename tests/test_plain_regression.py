"""What weighing is for: where pressure is true, a plain regression on six wars contradicts it more often than not, and the weights do not."""

from __future__ import annotations

import numpy as np

from countermove.compute.local import Local
from countermove.engine.draws import prior_draws
from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import CHUNK, Engine, Plan
from countermove.evidence.observation_model import sample_data
from countermove.evidence.observations import Observations, ObservedChannel
from countermove.evidence.watch import channel_paths, with_december
from countermove.questions.weigh.ensemble import TrainingEffort, train_ensemble
from countermove.scenario.read import read
from countermove.world.channel import CHANNEL

SEEN = tuple(
    ObservedChannel(CHANNEL[name], actor, CHANNEL[name].error) for name, actor in (("support", 1), ("dead", 1), ("deaths", 0))
)
WARS = 6


def replay() -> Program:
    return compile_scenario(read("donbas-2014"))


def pressed(engine: Engine) -> np.ndarray:
    """Records [T, C, n] of wars in which pressure is true: support and the patron's dead every month, with the table's errors."""
    plan = Plan(prior_draws(engine.program, CHUNK, 11), 1)
    job = with_december(engine, engine.job(plan, engine.program.strategy_names[0], "pressure", np.arange(CHUNK)))
    params = {name: np.asarray(value) for name, value in job.params.items()}
    return sample_data(
        params, SEEN, np.asarray(channel_paths(engine.kernel, job, SEEN)), np.random.Generator(np.random.Philox(key=[11, 1]))
    )


def slopes(records: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of next month's support on this month's dead, both in logs, a level for each war: estimate and t value of each six wars [G]."""
    support, dead = np.log(records[1:, 0] + 0.05), np.log(1 + records[:-1, 1])
    x, y = (part - part.mean(axis=0) for part in (dead, support))
    shape = (len(x), -1, WARS)
    count = x.shape[1] // WARS * WARS
    x, y = (part[:, :count].reshape(shape).transpose(1, 0, 2).reshape(-1, len(x) * WARS) for part in (x, y))
    slope = (x * y).sum(axis=1) / (x * x).sum(axis=1)
    rest = y - slope[:, None] * x
    error = np.sqrt((rest * rest).sum(axis=1) / (x.shape[1] - WARS - 1) / (x * x).sum(axis=1))
    return slope, slope / error


def test_a_regression_rejects_what_is_true_and_the_weights_do_not() -> None:
    """Pain lowers support in every one of these wars. But more men die where there are more, and both are seen with error: of sixes of wars
    half have a slope above 0, and one that differs from 0 (|t| > 2) has the wrong sign more often than the right one. The weights of six such
    wars leave pressure above its prior."""
    engine = Engine(replay())
    slope, t = slopes(pressed(engine))
    assert (slope > 0).mean() > 0.4
    assert (t < -2).mean() < 0.2
    assert (t > 2).mean() > (t < -2).mean()

    months = engine.program.cast.months
    data = Observations(
        SEEN, np.ones((months, len(SEEN))), np.ones((months, len(SEEN)), bool), 0, ("moscow.support", "moscow.dead", "deaths")
    )
    table = train_ensemble(engine, data, Local(), TrainingEffort(4096, 1, seed=3), lambda what, done, total: None).confusion(WARS)
    place = table.theories.index("pressure")
    assert table.mean[place][place] > 1 / len(table.theories)
    assert table.error < 0.03
