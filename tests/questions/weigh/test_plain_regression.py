"""What weighing is for: where pressure is true, a plain regression on six wars contradicts it more often than not, and the weights do not."""

from __future__ import annotations

import numpy as np

from builders.wars import compiled, engine_of
from countermove.compute.local import Local
from countermove.engine.draws import prior_draws
from countermove.engine.program import Program
from countermove.engine.run import Batch, Engine, Task
from countermove.evidence.observation_model import sample_data
from countermove.evidence.observations import Observations, ObservedChannel
from countermove.evidence.watch import channel_paths
from countermove.questions.weigh.ensemble import TrainingEffort, train_ensemble
from countermove.world.channel import CHANNEL

SEEN = tuple(
    ObservedChannel(CHANNEL[name], actor, CHANNEL[name].error) for name, actor in (("support", 1), ("dead", 1), ("deaths", 0))
)
POOLED_WARS = 6
RECORDS = 4096


def replay() -> Program:
    return compiled("donbas-2014")


def pressed(engine: Engine) -> np.ndarray:
    """Records [T, C, n] of wars in which pressure is true: support and the patron's dead every month, with the table's errors."""
    batch = Batch(prior_draws(engine.program, RECORDS, 11), 1, RECORDS)
    truth = channel_paths(engine, batch, Task(engine.program.strategy_names[0], "pressure", 0), SEEN)
    return sample_data(batch.draws.take(np.arange(RECORDS)), SEEN, truth, np.random.Generator(np.random.Philox(key=[11, 1])))


def slopes(records: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of next month's support on this month's dead, both in logs, a level for each war: estimate and t value of each six wars [G]."""
    support, dead = np.log(records[1:, 0] + 0.05), np.log(1 + records[:-1, 1])
    x, y = (part - part.mean(axis=0) for part in (dead, support))
    shape = (len(x), -1, POOLED_WARS)
    count = x.shape[1] // POOLED_WARS * POOLED_WARS
    x, y = (part[:, :count].reshape(shape).transpose(1, 0, 2).reshape(-1, len(x) * POOLED_WARS) for part in (x, y))
    slope = (x * y).sum(axis=1) / (x * x).sum(axis=1)
    rest = y - slope[:, None] * x
    error = np.sqrt((rest * rest).sum(axis=1) / (x.shape[1] - POOLED_WARS - 1) / (x * x).sum(axis=1))
    return slope, slope / error


def test_a_regression_rejects_what_is_true_and_the_weights_do_not() -> None:
    """Pain lowers support in every one of these wars. But more men die where there are more, and both are seen with error: of sixes of wars
    half have a slope above 0, and one that differs from 0 (|t| > 2) has the wrong sign more often than the right one. The weights of six such
    wars leave pressure above its prior."""
    engine = engine_of("donbas-2014")
    slope, t = slopes(pressed(engine))
    assert (slope > 0).mean() > 0.4
    assert (t < -2).mean() < 0.2
    assert (t > 2).mean() > (t < -2).mean()

    months = engine.program.cast.months
    data = Observations(
        SEEN, np.ones((months, len(SEEN))), np.ones((months, len(SEEN)), bool), 0, ("moscow.support", "moscow.dead", "deaths")
    )
    table = train_ensemble(engine, data, Local(), TrainingEffort(4096, 1, seed=3), lambda what, done, total: None).confusion(
        POOLED_WARS
    )
    place = table.theories.index("pressure")
    assert table.mean[place][place] > 1 / len(table.theories)
    assert table.error < 0.03
