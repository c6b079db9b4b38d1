"""`countermove schema`: the JSON Schema of scenario files."""

from __future__ import annotations

from countermove.cli.options import Output
from countermove.cli.terminal import say_json


def schema(output: Output) -> None:
    """Print the JSON Schema of scenario files, for editors that complete and check YAML."""
    from countermove.scenario.jsonschema import json_schema

    say_json(json_schema())
