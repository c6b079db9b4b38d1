"""A scenario in which theories that no file names are followed too: a user's own, from Python or from a plugin."""

from __future__ import annotations

from collections.abc import Iterable

from countermove.behaviour.theory import Theory
from countermove.scenario.schema import Hypothesis, Scenario


def with_theories(scenario: Scenario, theories: Iterable[Theory]) -> Scenario:
    """The scenario in which every patron but the owner may also follow these theories, each as probable as its written ones on average.

    A theory that a patron names already keeps its weight there.
    """
    names = [theory.name for theory in theories]
    if not names:
        return scenario
    patrons = dict(scenario.patrons)
    for name, patron in scenario.patrons.items():
        if name != scenario.owner:
            weights = [hypothesis.weight for hypothesis in patron.followed.values() if hypothesis.weight > 0]
            mean = Hypothesis(weight=sum(weights) / len(weights) if weights else 1)
            own = {theory: mean for theory in names if theory not in patron.followed}
            patrons[name] = patron.model_copy(update={"theories": {**patron.followed, **own}})
    return scenario.model_copy(update={"patrons": patrons})
