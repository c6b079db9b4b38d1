"""A scenario through the eyes of one of its readers: that reader's values as the objective, and that reader's weights of the theories.

The actors of the war do not read the scenario: what they believe of one another, and so every run under every theory, stays as it was.
"""

from __future__ import annotations

from dataclasses import replace

from countermove.decision.cells import nearest
from countermove.errors import DecisionError
from countermove.questions.options import RunOptions, Viewpoint
from countermove.scenario.schema import Objective, Reader, Scenario
from countermove.world.cast import display_name
from countermove.world.titles import title_of


def as_reader(scenario: Scenario, options: RunOptions, name: str) -> tuple[Scenario, RunOptions]:
    """The scenario with a reader's values, and options that carry the reader's weights; what the reader leaves out is the scenario's.

    The reader and the owner change places: the objective as it was written stands among the readers, under the owner's name.

    Raises DecisionError where the scenario has no such reader, or the reader gives no weight to any theory that is asked for.
    """
    if name not in scenario.readers:
        known = nearest(name, scenario.readers) if scenario.readers else "It has none: write a section readers:"
        raise DecisionError(f'no reader is called "{name}"', where=scenario.scenario, next=known)
    reader = scenario.readers[name]
    title = reader.title or title_of(name)
    weights = {theory: reader.theories.get(theory, 0.0) for theory in scenario.beliefs} if reader.theories else {}
    asked = options.theories or tuple(weights)
    if weights and not any(weights.get(theory, 0.0) for theory in asked):
        raise DecisionError(
            f"{title} gives no weight to {', '.join(asked)}",
            where=scenario.scenario,
            next="Ask for one of the reader's theories too",
        )
    changed: dict[str, object] = {"readers": _others(scenario, name)}
    if reader.values:
        own = scenario.objective
        changed["objective"] = (
            Objective(of=scenario.owner, values=reader.values) if own is None else own.model_copy(update={"values": reader.values})
        )
    seen = Viewpoint(name, title, weights, bool(reader.values), scenario)
    return scenario.model_copy(update=changed), replace(options, seen_by=seen)


def _others(scenario: Scenario, name: str) -> dict[str, Reader]:
    """The readers but this one; before them the owner, where the reader values other things than the objective does."""
    others = {other: reader for other, reader in scenario.readers.items() if other != name}
    own, owner = scenario.objective, scenario.owner
    if own is None or not scenario.readers[name].values:
        return others
    key = owner if owner not in scenario.readers else f"{owner}-as-written"
    written = Reader(
        title=display_name(owner), says="The objective as the scenario writes it.", theories=scenario.beliefs, values=own.values
    )
    return {key: written, **others}
