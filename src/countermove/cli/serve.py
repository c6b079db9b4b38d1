"""`countermove serve`: the workbench in a browser."""

from __future__ import annotations

import atexit
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from countermove.cli.failure import INTERRUPTED
from countermove.cli.options import Output
from countermove.cli.progress import Bar
from countermove.cli.terminal import remark, say, say_json
from countermove.web.extra import need_the_extra

if TYPE_CHECKING:
    from countermove.web.serving import Place

FIRST = "donbas-2017"
Begun = Annotated[
    str | None, typer.Argument(metavar="[FILE]", show_default=False, help="A scenario file, or the name of a war that ships.")
]
Host = Annotated[
    str, typer.Option("--host", metavar="HOST", help="Where to listen. Other than this machine's own, the page asks for a token.")
]
Port = Annotated[
    int | None,
    typer.Option(
        "--port", metavar="N", min=0, max=65535, show_default=False, help="The port (8017, or a free one where that is taken)."
    ),
]


def serve(output: Output, file: Begun = None, host: Host = "127.0.0.1", port: Port = None) -> None:
    """Serve the workbench, a page in which a scenario is changed and the answer changes with it. Ctrl-C ends it.

    The page has the scenario as text, with mistakes underlined, and as a form; and beside it what follows, with errors, and what it was before.
    FILE is read and never written: what is changed stays in the browser until it is saved there.
    """
    need_the_extra()
    with Bar(quiet=output.quiet or output.as_json):
        from countermove.web.serving import outward
        from countermove.web.serving import serve as served
        from countermove.web.workbench.application import application
        from countermove.web.workbench.ending import end_of
        from countermove.web.workbench.opening import opened

        begun = opened(file or FIRST)
        app = application(begun)

    def told(place: Place) -> None:
        address = f"{outward(place.address, host)}/"
        if output.as_json:
            say_json({"address": address, "token": place.token})
        else:
            say(f"The workbench is at {address}")
            if place.token:
                say(f"It asks every browser once for this token: {place.token}")
            if not output.quiet:
                remark("Ctrl-C ends it")
        sys.stdout.flush()  # whoever reads this from a pipe waits for it

    try:
        served(app, host, port, told=told)
    finally:
        end_of(app.state.errands)  # the server has done so, unless Ctrl-C came twice
        if app.state.looker.busy:
            atexit.register(leave)


def leave() -> None:
    """End now. What is being compiled in another thread would be waited for, half a minute, or torn down under it."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(INTERRUPTED)
