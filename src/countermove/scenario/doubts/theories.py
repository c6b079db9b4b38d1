"""Doubts about theories: those that cannot matter, and a war in which there is none to weigh."""

from __future__ import annotations

from countermove.behaviour.inertia import INERTIA
from countermove.behaviour.table import THEORIES
from countermove.scenario.doubts.written import Doubts, MarkedScenario
from countermove.scenario.parameter_tables import default_prior
from countermove.scenario.schema import Hypothesis, Scenario
from countermove.world.prior import Prior


def rivals_of(scenario: Scenario) -> tuple[str, ...]:
    """The patrons on another side than the owner's."""
    own = scenario.patrons[scenario.owner].supports
    return tuple(name for name, patron in scenario.patrons.items() if patron.supports != own)


def no_rival(written: MarkedScenario) -> Doubts:
    """No patron on another side: nobody answers what the owner does."""
    scenario = written.scenario
    if rivals_of(scenario):
        return
    others = [name for name in scenario.patrons if name != scenario.owner]
    path = f"patrons.{others[0]}.supports" if others else f"patrons.{scenario.owner}"
    message = (
        f"no patron on another side than {scenario.owner}'s: nobody answers what it does, no theory is weighed, and every strategy is "
        "compared without a rival's reply"
    )
    yield path, message, "a patron that supports another side, with theories of what moves it"


def no_weight(written: MarkedScenario) -> Doubts:
    """Theories of weight 0."""
    for name, theory, hypothesis in _each(written.scenario):
        if hypothesis.weight == 0:
            yield f"patrons.{name}.theories.{theory}", f"{theory} has weight 0 and cannot matter", "a weight above 0, or no entry"


def no_strength(written: MarkedScenario) -> Doubts:
    """Theories whose gains are 0: inertia under another name."""
    for name, theory, hypothesis in _each(written.scenario):
        if hypothesis.weight > 0 and theory != INERTIA.name and _inert(theory, hypothesis, written.scenario):
            message = f"{theory} has no strength and is inertia under another name"
            yield f"patrons.{name}.theories.{theory}", message, "a gain other than 0"


def one_theory(written: MarkedScenario) -> Doubts:
    """A patron with one theory: nothing is disputed."""
    for name, patron in written.scenario.patrons.items():
        alive = [theory for theory, hypothesis in patron.theories.items() if hypothesis.weight > 0]
        if len(alive) == 1 and name != written.scenario.owner and not written.plugins:
            yield f"patrons.{name}.theories", f"{name} has one theory only: there is nothing to weigh", "rival theories"


def _each(scenario: Scenario) -> list[tuple[str, str, Hypothesis]]:
    return [
        (name, theory, hypothesis) for name, patron in scenario.patrons.items() for theory, hypothesis in patron.theories.items()
    ]


def _inert(theory: str, hypothesis: Hypothesis, scenario: Scenario) -> bool:
    written = {**scenario.parameters, **hypothesis.parameters}
    gains = THEORIES[theory].strength if theory in THEORIES else ()
    return bool(gains) and all(_is_zero(written.get(name, default_prior(name))) for name in gains)


def _is_zero(prior: Prior) -> bool:
    return prior.kind == "fixed" and prior.args == (0.0,)
