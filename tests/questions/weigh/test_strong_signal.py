"""The control with a strong signal: where theories answer strongly and support is seen well, their records tell them apart."""

from __future__ import annotations

import numpy as np
import pytest

from builders.places import FILES
from countermove.compute.local import Local
from countermove.engine.program import Program, compile_scenario
from countermove.engine.run import Engine
from countermove.evidence.observations import Observations, ObservedChannel
from countermove.questions.weigh.ensemble import TrainingEffort, train_ensemble
from countermove.scenario.read import read
from countermove.world.channel import CHANNEL

WAR = FILES / "wars" / "sbc_war.yaml"
MONTHS = 24
# gains that no one would assume of a real war, known to a tenth; support without a will of its own
STRONG = {
    "pressure.gain": "{lognormal: [1.5, 0.1], source: judgement}",
    "spigot.gain": "{value: 1.5, source: judgement}",
    "spigot.line": "{value: 0.1, source: judgement}",
    "spigot.delay": "{value: 1, source: judgement}",
    "richardson.gain": "{lognormal: [3, 0.1], source: judgement}",
    "richardson.fatigue": "{value: 0.1, source: judgement}",
    "opportunist.gain": "{lognormal: [6, 0.1], source: judgement}",
    "opportunist.margin": "{value: 0, source: judgement}",
    "rational.precision": "{lognormal: [20, 0.1], source: judgement}",
    "rational.decisiveness": "{value: 1, source: judgement}",
    "domestic.approval": "{lognormal: [1, 0.1], source: judgement}",
    "domestic.oil": "{lognormal: [2, 0.1], source: judgement}",
    "domestic.election": "{lognormal: [3, 0.1], source: judgement}",
    "support.persistence": "{value: 0.6, source: judgement}",
    "support.noise": "{value: 0.1, source: judgement}",
}


def strong() -> Program:
    """Two years of the short war, in which the eagle's aid comes in pulses and the bear's ruler stands for election."""
    changes = {f"parameters.{name}": value for name, value in STRONG.items()}
    changes |= {
        "clock.months": str(MONTHS),
        "patrons.bear.elections": "[2018-09, 2019-09]",
        "patrons.bear.baseline": "{value: 6, unit: thousand, source: judgement}",
        "strategies.wait.moves": "[{at: start, rung: training}, {at: 2018-05, rung: heavy, volume: 60 million USD}, {at: 2019-01, rung: training}]",
    }
    return compile_scenario(read(str(WAR), overrides=changes))


def record() -> Observations:
    """Support, dead, ground and who is losing or attacks, every month."""
    seen = (
        ObservedChannel(CHANNEL["support"], 1, 0.03),
        ObservedChannel(CHANNEL["deaths"]),
        ObservedChannel(CHANNEL["held"], 0, 0.05),
        *(ObservedChannel(CHANNEL[name], side) for name in ("attacks", "losing") for side in (0, 1)),
    )
    shape = (MONTHS, len(seen))
    return Observations(
        seen, np.full(shape, 0.5), np.ones(shape, bool), 0, tuple(f"{one.channel.name}.{one.actor}" for one in seen)
    )


@pytest.mark.slow
def test_a_strong_signal_is_read() -> None:
    """Eight records in ten of each theory are named right, and two in five of an opportunist to whom no opportunity may ever come: where his
    client is never ahead he does what inertia does, and both are taken for each other."""
    ensemble = train_ensemble(
        Engine(strong()), record(), Local(), TrainingEffort(records=4096, classifiers=1, seed=2), lambda what, done, total: None
    )
    table = ensemble.confusion()
    alike = ("inertia", "opportunist")
    for h, theory in enumerate(table.theories):
        own = [k for k, name in enumerate(table.theories) if name == theory or (name in alike and theory in alike)]
        assert sum(table.named[h][k] for k in own) > 0.8, theory
        assert table.named[h][h] > 0.4 and table.named[h][h] == max(table.named[h]), theory
    assert table.right >= 0.7
    assert table.error < 0.03
