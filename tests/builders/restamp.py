"""After a change of the sources that should move nothing: some of what is kept in tests/files/precomputed is made again, and where it is the same
to the last digit, what is kept is said to be of this version.

    scripts/precompute restamp [--beside TREE]

Last digits hang on the processor. Where what is kept comes from another one, TREE is a checkout of the sources that made it: the part is made here by
both, and must be the same.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from builders import sbc, two_roads, two_roads_near

HASHES = {"sources", "roads"}  # parts of a key that a change of the sources alone may change
PROCESSOR = {"processor"}
CURRENT, OTHER, ELSEWHERE = "of this version", "of other sources", "of other sources, from another processor"

Part = tuple[dict[str, Any], list[str]]
"""A key, and cells made again under it."""


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
        apart = {name for name in made.keys() | now.keys() if made.get(name) != now.get(name)}
        for most, state in ((PROCESSOR, CURRENT), (HASHES, OTHER), (HASHES | PROCESSOR, ELSEWHERE)):
            if apart <= most:
                return state
        return "of other inputs or effort"

    def part(self) -> Part:
        """What these sources make on this processor."""
        return self.key(), [now for _, _, now in self.again(json.loads(self.file.read_text(encoding="utf-8")))]

    def restamp(self, beside: Callable[[str], Part] | None = None) -> bool:
        """Whether what is kept is of this version, or could be shown to be. `beside`: the part as the sources of a file make it here."""
        state = self.state()
        sys.stderr.write(f"{self.file.name}: {state}\n")
        if state not in (OTHER, ELSEWHERE):
            return state == CURRENT
        kept = json.loads(self.file.read_text(encoding="utf-8"))
        there: list[str] | None = None
        if state == ELSEWHERE:
            if beside is None:
                sys.stderr.write("  give the sources that made it: restamp --beside TREE\n")
                return False
            key, there = beside(self.file.name)
            if {**key, "processor": ""} != {**kept["key"], "processor": ""}:
                sys.stderr.write("  the sources beside are not those that made it\n")
                return False
        for place, (name, was, now) in enumerate(self.again(kept)):
            was = was if there is None else there[place]
            sys.stderr.write(f"  {name}: {'the same' if was == now else f'was {was}, is {now}'}\n")
            if was != now:
                return False
        key = {**self.key(), "processor": kept["key"]["processor"]} if state == ELSEWHERE else self.key()
        self.file.write_text(json.dumps({**kept, "key": key}, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
        return True


def made_by(tree: Path, name: str) -> Part:
    """A part as the sources of another checkout make it, in a process of their own, by the builders of this one."""
    paths = os.pathsep.join(map(str, (tree.resolve(strict=True) / "src", Path(__file__).resolve().parents[1])))
    words = [sys.executable, "-m", "builders.restamp", "--part", name]
    told = subprocess.run(words, env=os.environ | {"PYTHONPATH": paths}, stdout=subprocess.PIPE, text=True, check=True).stdout
    key, cells = json.loads(told)
    return key, cells


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


def main() -> int:
    """Restamp every file, or tell the part of one."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--beside", metavar="TREE", type=Path)
    asked.add_argument("--part", metavar="NAME", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.part:
        (one,) = (one for one in EVERY if one.file.name == given.part)
        sys.stdout.write(json.dumps(one.part()))
        return 0
    done = [one.restamp(partial(made_by, Path(given.beside)) if given.beside else None) for one in EVERY]
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
