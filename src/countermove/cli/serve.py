"""`countermove serve`: the workbench in a browser."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from countermove.cli.options import Output
from countermove.cli.progress import Bar
from countermove.cli.terminal import remark, say, say_json
from countermove.errors import CountermoveError

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
        from countermove.web.serving import serve as served
        from countermove.web.workbench.application import application
        from countermove.web.workbench.opening import opened

        begun = opened(file or FIRST)
        app = application(begun)

    def told(place: Place) -> None:
        if output.as_json:
            say_json({"address": place.address, "token": place.token})
        else:
            say(f"The workbench is at {place.address}")
            if place.token:
                say(f"It asks every browser once for this token: {place.token}")
            if not output.quiet:
                remark("Ctrl-C ends it")
        sys.stdout.flush()  # whoever reads this from a pipe waits for it

    served(app, host, port, told=told)


def need_the_extra() -> None:
    """Raise CountermoveError where what serves pages is not installed."""
    lost = [name for name in ("starlette", "uvicorn", "websockets") if find_spec(name) is None]
    if lost:
        raise CountermoveError(f"pages are served by {', '.join(lost)}, not installed here", next="pip install 'countermove[play]'")
