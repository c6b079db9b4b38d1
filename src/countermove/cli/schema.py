"""`countermove schema`: the JSON Schema of scenario files, and of study files."""

from __future__ import annotations

from typing import Annotated

import typer

from countermove.cli.options import Output
from countermove.cli.terminal import say_json

OfStudies = Annotated[bool, typer.Option("--study", help="That of study files.")]


def schema(output: Output, study: OfStudies = False) -> None:
    """Print the JSON Schema of scenario files, for editors that complete and check YAML."""
    from countermove.scenario.jsonschema import json_schema
    from countermove.scenario.study_jsonschema import study_json_schema

    say_json(study_json_schema() if study else json_schema())
