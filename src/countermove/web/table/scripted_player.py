"""A player that follows a script: orders by month, written before the game.

`python -m countermove.web.table.scripted_player LINK FILE`; the file is JSON, {"1": "rung: training", "4": "rung: heavy"}, and orders nothing in
other months.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from countermove.errors import SessionError
from countermove.play.strict_json import strict_json
from countermove.web.table.client import BAD_INPUT, SeatClient, ended, refusal


def script_of(path: Path) -> dict[int, str]:
    """Month -> orders. Raises SessionError where the file says none."""
    try:
        value = strict_json(path.read_bytes())
    except OSError as error:
        raise SessionError(f"it cannot be read: {error.strerror}", where=str(path)) from error
    pairs = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    if not pairs or not all(name.isdecimal() and isinstance(text, str) for name, text in pairs.items()):
        raise SessionError("no script", where=str(path), next='An object such as {"1": "rung: training"}')
    return {int(name): str(text) for name, text in pairs.items()}


def follow(client: SeatClient, script: Mapping[int, str], pause: float = 0.5) -> int:
    """Play a script until the game is over; how many months were ordered. Raises SessionError where orders are refused."""
    count = 0
    for seen in client.months(pause):
        answer = client.commit(seen, script.get(seen["month"], ""))
        if answer is None:
            continue
        if answer["type"] == "refused":
            raise SessionError(refusal(answer), where=f"month {seen['month']}")
        count += 1
    return count


def main(words: Sequence[str]) -> int:
    """The exit code."""
    if len(words) != 2:
        sys.stderr.write(f"{__doc__}\n")
        return BAD_INPUT
    script = Path(words[1])
    return ended(lambda: _play(words[0], script))


def _play(link: str, path: Path) -> None:
    """The script is read first: a link is used once."""
    script = script_of(path)
    follow(SeatClient(link), script)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
