"""After a change of the sources that should move nothing: some of what is kept in tests/files/precomputed is made again, and where it is the same
to the last digit, what is kept is said to be of this version.

scripts/precompute restamp
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builders import sbc, two_roads, two_roads_near

HASHES = {"sources", "roads"}  # parts of a key that a change of the sources alone may change


@dataclass(frozen=True)
class CachedWeighing:
    """One file of what is kept: the key of this version, and some of its cells as (which, as kept, as made again)."""

    file: Path
    key: Callable[[], dict[str, Any]]
    again: Callable[[dict[str, Any]], Iterator[tuple[str, str, str]]]

    def state(self) -> str:
        """Current, other (its cells may be tried), or nothing."""
        if not self.file.is_file():
            return "there is none"
        made, now = json.loads(self.file.read_text(encoding="utf-8"))["key"], self.key()
        if made == now:
            return "of this version"
        lasting = [{name: value for name, value in key.items() if name not in HASHES} for key in (made, now)]
        return "of other sources" if lasting[0] == lasting[1] else "of other inputs, effort or processor"

    def restamp(self) -> bool:
        """Whether what is kept is of this version, or could be shown to be."""
        state = self.state()
        sys.stderr.write(f"{self.file.name}: {state}\n")
        if state != "of other sources":
            return state == "of this version"
        kept = json.loads(self.file.read_text(encoding="utf-8"))
        for name, was, now in self.again(kept):
            sys.stderr.write(f"  {name}: {'the same' if was == now else f'was {was}, is {now}'}\n")
            if was != now:
                return False
        self.file.write_text(json.dumps({**kept, "key": self.key()}, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
        return True


def ranks(kept: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """One record of every theory."""
    for h, (theory, rows) in enumerate(kept["ranks"].items()):
        yield f"{theory} {5 * h}", rows[5 * h], sbc.line(sbc.ranks(theory, 5 * h))


def short(kept: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Each theory on a record of another one by filters; every record by the readers."""
    for h, theory in enumerate(sbc.engine().program.theory_names):
        number = (two_roads.EACH * (h + 3)) % len(kept["evidence"])
        yield f"filters, {theory} {number}", kept["evidence"][number].split()[h], two_roads.cell(number, theory)
    for number, (was, now) in enumerate(zip(kept["read"], two_roads.read(), strict=True)):
        yield f"readers {number}", was, now


def near(kept: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Of each start: each theory on one record by filters, and three records by the readers."""
    for start, made in kept["starts"].items():
        records = two_roads_near.records(start)
        for h, theory in enumerate(two_roads_near.engine(start).program.theory_names):
            number = (h + 3) % len(records)
            was = made["evidence"][number].split()[h]
            yield f"{start}, filters, {theory} {number}", was, two_roads_near.cell(start, records[number][1], number, theory)
        for number in (0, len(records) // 2, len(records) - 1):
            now = two_roads.line(two_roads_near.ensemble(start), records[number][1])
            yield f"{start}, readers {number}", made["read"][number], now


EVERY = (
    CachedWeighing(sbc.KEPT, sbc.key, ranks),
    CachedWeighing(two_roads.KEPT, two_roads.key, short),
    CachedWeighing(two_roads_near.KEPT, two_roads_near.key, near),
)


if __name__ == "__main__":
    done = [one.restamp() for one in EVERY]
    sys.exit(0 if all(done) else 1)
