"""What the process of `builders.injector` does: a command line, and what the two servers do for those who ask them.

Each takes the words of the job, calls `begin` where its calls are to be counted from, tells what it has acknowledged, and gives an exit code.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from countermove.errors import CountermoveError

Begin = Callable[[], None]
Tell = Callable[[str], object]
QUICK = {"draws": 16, "lucks": 1, "full": False}
"""A small memo in place of one that takes a minute."""


def command(words: Sequence[str], begin: Begin, tell: Tell) -> int:
    """Give the command."""
    from countermove.cli.main import main

    begin()
    return main(list(words))


def weighing(words: Sequence[str], begin: Begin, tell: Tell) -> int:
    """A command that weighs; the first word is a file outside the folder: what was once computed is there, and not computed again.

    So a fault costs a second and not a minute; what is computed is not what is written here.
    """
    from countermove.questions.weigh import cached_weighing

    kept, real = Path(words[0]), cached_weighing.weigh

    def weigh(*given: Any, **more: Any) -> Any:
        if not kept.exists():
            kept.write_bytes(pickle.dumps(real(*given, **more)))
        return pickle.loads(kept.read_bytes())

    cached_weighing.weigh = weigh
    return command(words[1:], begin, tell)


def errand(words: Sequence[str], begin: Begin, tell: Tell) -> int:
    """`serve`: a memo is asked of the workbench, whose long work is done in this process; told once the page would say that it is ended."""
    from countermove.questions.options import RunOptions
    from countermove.web.workbench import errand as work
    from countermove.web.workbench import errands
    from countermove.web.workbench.opening import opened

    work.RunOptions = partial(RunOptions, **QUICK)  # type: ignore[misc,assignment]
    begun = opened(words[0])
    scenario = begun.desk.read(begun.text).scenario
    assert scenario is not None
    known = errands.Errands()
    started: list[Path] = []
    errands.Errands._watch = lambda self, found, process: None  # type: ignore[method-assign]
    errands.subprocess = SimpleNamespace(  # type: ignore[assignment]
        Popen=lambda asked, **_: started.append(Path(asked[-1])), DEVNULL=None, PIPE=None
    )
    begin()
    try:
        found = known.begin(errands.Wanted("memo", begun.text, scenario, begun.desk))
    except CountermoveError as error:  # as the server answers the page
        sys.stderr.write(f"{error}\n")
        return 2
    code = work.main(started[0]) if started else 0
    if code == 0:
        found.state = "ended"
        for name in (work.FOUND, work.MEMO):
            known.file(found.name, name)
        tell("ended")
    return code


def table(words: Sequence[str], begin: Begin, tell: Tell) -> int:
    """`play`: a table is opened or taken up again, and so many messages are acted on, each told once it was acknowledged."""
    from builders.table_server import play
    from builders.tables import wars

    wars()
    begin()
    play(Path("sessions"), int(words[0]), tell)
    return 0


WHAT: Mapping[str, Callable[[Sequence[str], Begin, Tell], int]] = {
    "command": command,
    "weighing": weighing,
    "errand": errand,
    "table": table,
}
