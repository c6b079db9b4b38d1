"""`countermove new`: a commented scenario to start from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from countermove.cli.options import Out, Output
from countermove.cli.terminal import say, say_json
from countermove.errors import Issue, ScenarioError

Name = Annotated[str, typer.Argument(metavar="NAME", show_default=False, help="Lower-case letters, digits and hyphens: my-war.")]


def new(name: Name, output: Output, out: Out = None) -> None:
    """Start a scenario: NAME.yaml, commented, ready to run and to be rewritten."""
    from countermove.scenario.new import new as scaffold
    from countermove.store.disk import write_page

    text = scaffold(name)
    path = (out or Path()) / f"{name}.yaml"
    if os.path.lexists(path):
        raise ScenarioError([Issue(str(path), 0, 0, "there is already a file of this name", "another name")])
    write_page(path, text, "scenario")
    if output.as_json:
        say_json({"file": str(path)})
    elif not output.quiet:
        say(f"{path} is there. `countermove check {path}` checks it, `countermove explain {path}` reads it back.")
