"""`countermove explain`: a scenario read back in plain English."""

from __future__ import annotations

from countermove.cli.options import Changes, File, Output
from countermove.cli.request import scenario_of
from countermove.cli.terminal import say, say_json


def explain(file: File, changes: Changes, output: Output) -> None:
    """Read the scenario back in plain English: what the program understood, number by number and rule by rule."""
    scenario, _ = scenario_of(file, changes, output)
    from countermove.scenario.explain import explain as in_words
    from countermove.scenario.write import hash_of

    text = in_words(scenario)
    if output.as_json:
        say_json({"scenario": scenario.scenario, "hash": hash_of(scenario), "text": text})
    else:
        say(text.rstrip("\n"))
