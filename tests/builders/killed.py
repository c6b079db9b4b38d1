"""What is done to a folder by each command that writes, what a reader finds there afterwards, and what became of it under a fault."""

from __future__ import annotations

import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from builders.injector import KILL, STATES, TORN, Ended, Injector, Job
from builders.places import SMALL_FILE
from builders.saved import contents
from countermove.errors import CountermoveError, StoreError
from countermove.play.transcript import SUFFIX, read_transcript
from countermove.store import load
from countermove.store.audit import audit

Found = dict[str, Any]
"""What a reader finds, by its name."""
UNFINISHED = re.compile(r"\..+\.(part-|partial|resume-|old-).*")
NOTES = "what the user keeps beside the results"
SMALL = ("--quick", "--quiet", "--workers", "1", "--out", "out")
STUDY = """
study: stakes
scenarios: ['{war}']
set:
  patrons.neighbour.stake-ratio: [1, 8]
  patrons.neighbour.theories.spigot.weight: [0, 3]
draws: 16
lucks: 1
seeds: [{seed}]
quick: true
"""


class HalfLoaded(Exception):
    """A reader was given what nobody has written to its end."""


def saved(folder: Path) -> Found:
    """The results in `out` as one thing: they are all there or not."""
    try:
        found = contents(load(folder / "out"))
    except StoreError as error:
        if (folder / "out").exists() and any((folder / "out").iterdir()):
            raise HalfLoaded(str(error)) from error
        return {}
    if not audit(folder / "out").ok:
        raise HalfLoaded("what was loaded is not as it was written")
    return {"results": {name: part for name, part in found.items() if not name.startswith("times/")}}


def studied(folder: Path) -> Found:
    """The dataset of a study, and its page."""
    page = folder / "out" / "study.html"
    return saved(folder) | ({"page": page.read_bytes()} if page.is_file() else {})


def pages(folder: Path) -> Found:
    """The memo and what it forecasts."""
    return {path.name: path.read_bytes() for path in sorted((folder / "out").glob("*")) if not UNFINISHED.fullmatch(path.name)}


def kept(folder: Path) -> Found:
    """What the cache keeps of weighings."""
    return {path.name: path.read_bytes() for path in sorted((folder / "cache" / "weighings").glob("*.piece"))}


def long_work(folder: Path) -> Found:
    """What the workbench shows of long work: nothing, or all of it."""
    place = next((folder / "cache" / "workbench").glob("memo-*"), folder)
    if not (place / "found.html").is_file():
        return {}
    return {
        "work": {path.name: path.read_bytes() for path in place.glob("*.html")} | {"asked": (place / "scenario.yaml").read_bytes()}
    }


def played(folder: Path) -> Found:
    """The entries of a session, each under its number."""
    path = folder / "sessions" / f"evening{SUFFIX}"
    if not path.is_file():
        return {}
    try:
        entries = read_transcript(path).entries
    except CountermoveError as error:
        if "without a whole entry" in str(error):
            return {}
        raise HalfLoaded(str(error)) from error
    return {str(entry["number"]): entry for entry in entries}


@dataclass(frozen=True)
class Work:
    """A job on a folder, another of the same kind that was done there before, and what a reader finds."""

    words: Callable[[Path], tuple[str, ...]]
    found: Callable[[Path], Found]
    before: Callable[[Path], tuple[str, ...]] | None = None
    what: str = "command"
    streamed: bool = False
    grows: bool = False


def _study(seed: int) -> Callable[[Path], tuple[str, ...]]:
    def words(place: Path) -> tuple[str, ...]:
        file = place / f"study-{seed}.yaml"
        file.write_text(STUDY.format(war=SMALL_FILE, seed=seed))
        return ("study", str(file), "--quiet", "--workers", "1", "--out", "out")

    return words


def _of_war(verb: str, *more: str) -> Callable[[Path], tuple[str, ...]]:
    return lambda place: (verb, str(SMALL_FILE), "--lucks", "1", *SMALL, *more)


def _weigh(place: Path) -> tuple[str, ...]:
    return (str(place / "weighed.pickle"), "weigh", "donbas-2017", "--quick", "--records", "1024", "--json")


WORKS: Mapping[str, Work] = {
    "run": Work(_of_war("run", "--draws", "64"), saved, _of_war("run", "--draws", "64", "--seed", "9")),
    "run, streamed": Work(_of_war("run", "--draws", "64"), saved, _of_war("run", "--draws", "64", "--seed", "9"), streamed=True),
    "study": Work(_study(0), studied, _study(9)),
    "memo": Work(_of_war("memo", "--draws", "16"), pages, _of_war("memo", "--draws", "16", "--seed", "9")),
    "weigh": Work(_weigh, kept, what="weighing"),
    "serve": Work(lambda place: (str(SMALL_FILE),), long_work, what="errand"),
    "play": Work(lambda place: ("12",), played, lambda place: ("5",), "table", grows=True),
}


@dataclass
class Tally:
    """What became of one command."""

    calls: tuple[str, ...] = ()
    killed: int = 0
    at: Counter[str] = field(default_factory=Counter[str])
    refused: int = 0
    lost: list[str] = field(default_factory=list[str])
    half: list[str] = field(default_factory=list[str])
    apart: int = 0
    left: list[str] = field(default_factory=list[str])
    swept: int = 0
    again: int = 0
    states: int = 0

    def line(self, name: str) -> str:
        """For the table."""
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.at.items()))
        bad = f"{len(self.lost):>4} {len(self.half):>4} {self.apart:>5}"
        after = f"{self.swept:>5} {self.again:>5} {len(self.left):>4}  {kinds}"
        return f"{name:<14} {len(self.calls):>5} {self.states:>6} {self.killed:>6} {self.refused:>7} {bad} {after}"


HEAD = "command        calls states killed refused lost half apart swept again left  killed at"
"""`states`: what kills before each call and in the middle of each write would leave, all looked at; `apart`: killed between two names of files that
belong together; `swept`: unfinished files that a kill left; `again`: how often the same command was given again; `left`: what is unfinished then."""


@dataclass(frozen=True)
class Undisturbed:
    """A work where nothing went wrong: the folder before it, what a reader found before and after, what it answered, and the calls."""

    work: Work
    folder: Path
    words: tuple[str, ...]
    before: Found
    after: Found
    ended: Ended


def undisturbed(do: Injector, work: Work, place: Path, older: bool = True) -> Undisturbed:
    """Do it once. `older`: on what was done there before."""
    folder = place / "before"
    folder.mkdir(parents=True)
    if older and work.before is not None:
        ended = do(Job(work.before(place), str(folder), what=work.what))
        assert ended.code == 0, ended.said
        if (folder / "out").is_dir():
            (folder / "out" / "notes.txt").write_text(NOTES)
    words, before = work.words(place), work.found(folder)
    shutil.copytree(folder, place / "whole")
    ended = do(Job(words, str(place / "whole"), streamed=work.streamed, what=work.what))
    assert ended.code == 0 and ended.calls > 0, ended.said
    return Undisturbed(work, folder, words, before, work.found(place / "whole"), ended)


def plan_of(names_of_calls: tuple[str, ...], kills: int, seed: int) -> list[tuple[str, int]]:
    """So many kills by a seed, over all calls before any is taken twice; a write is killed in its middle every other time."""
    chance, plan = random.Random(seed), list[tuple[str, int]]()
    while len(plan) < kills:
        order = list(range(1, len(names_of_calls) + 1))
        chance.shuffle(order)
        plan += [(TORN if names_of_calls[at - 1] == "write" and chance.random() < 0.5 else KILL, at) for at in order]
    return plan[:kills]


def judge(do: Injector, whole: Undisturbed, fault: tuple[str, int], folder: Path, tally: Tally, *, again: bool = True) -> Ended:
    """One fault, a kind and a call, on a copy of the folder: what a reader finds then, and `again`: after the same command was given again."""
    kind, at = fault
    work, job = whole.work, f"{kind} at call {at} ({whole.ended.names[at - 1]})"
    shutil.copytree(whole.folder, folder)
    ended = do(Job(whole.words, str(folder), kind, at, work.streamed, work.what))
    killed = ended.code == -9
    tally.killed += killed
    tally.at[whole.ended.names[at - 1]] += killed
    tally.refused += kind not in (KILL, TORN)
    look(do, whole, ended.acknowledged, (job, folder), tally, again=again)
    return ended


def every_state(do: Injector, whole: Undisturbed, folder: Path, tally: Tally, each: int) -> None:
    """The folder as a kill leaves it before each call, and in the middle of each write; after every `each` of them the command is given again."""
    work = whole.work
    shutil.copytree(whole.folder, folder)
    ended = do(Job(whole.words, str(folder), STATES, 0, work.streamed, work.what))
    assert ended.code == 0, ended.said
    states = folder.with_name(f"{folder.name}.states")
    for number, path in enumerate(sorted(path for path in states.iterdir() if path.is_dir())):
        told = tuple((states / f"{path.name}.acknowledged").read_text().splitlines())
        name = ended.names[int(path.name.partition("-")[0]) - 1]
        look(do, whole, told, (f"state {path.name} ({name})", path), tally, again=number % each == 0)
        tally.states += 1


def look(
    do: Injector, whole: Undisturbed, acknowledged: tuple[str, ...], at: tuple[str, Path], tally: Tally, *, again: bool
) -> None:
    """What a reader finds in a folder after a fault, and `again`: after the same command was given again. The folder is removed."""
    work, (job, folder) = whole.work, at
    try:
        found = work.found(folder)
    except HalfLoaded as error:
        tally.half.append(f"{job}: {error}")
        found = {}
    if work.grows:
        _judge_session(whole, found, acknowledged, job, tally)
    else:
        _judge_results(whole, found, job, tally)
    lots = _lots(folder)
    tally.swept += len(_unfinished(folder))
    if again:
        _judge_again(do, whole, (job, found, lots), folder, tally)
    notes = folder / "out" / "notes.txt"
    if (whole.folder / "out" / "notes.txt").is_file() and (not notes.is_file() or notes.read_text() != NOTES):
        tally.lost.append(f"{job}: the notes of the user are gone")
    for path in [folder, *(folder.with_name(f"{folder.name}.{suffix}") for suffix in ("said", "answer"))]:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _judge_again(do: Injector, whole: Undisturbed, then: tuple[str, Found, dict[str, str]], folder: Path, tally: Tally) -> None:
    """The same command again ends well, with the same bytes, and leaves nothing that is unfinished."""
    work, (job, found, lots) = whole.work, then
    tally.again += 1
    again = do(Job(whole.words, str(folder), streamed=work.streamed, what=work.what))
    left = _unfinished(folder)
    tally.left += [f"{job}: {name}" for name in left]
    after = work.found(folder)
    if again.code != 0 or not (_goes_on(found, after, again) if work.grows else after == whole.after):
        tally.lost.append(f"{job}: the same command ended with {again.code} and other results: {again.said[-300:]}")
    if again.answer != whole.ended.answer and work.what == "weighing":
        tally.lost.append(f"{job}: the same command answers otherwise")
    if not lots.items() <= _times(folder / "out").items():
        tally.lost.append(f"{job}: cases that were finished were run again")


def _judge_results(whole: Undisturbed, found: Found, job: str, tally: Tally) -> None:
    """Each is the old or the new one, and none is gone."""
    old, new = whole.before, whole.after
    for name, part in found.items():
        if part not in [side[name] for side in (old, new) if name in side]:
            tally.half.append(f"{job}: {name} is neither the old nor the new one")
    tally.lost += [f"{job}: {name} is gone" for name in old if name not in found]
    shared = [name for name in found if name in old and name in new and old[name] != new[name]]
    tally.apart += len({found[name] == new[name] for name in shared}) > 1


def _judge_session(whole: Undisturbed, found: Found, acknowledged: tuple[str, ...], job: str, tally: Tally) -> None:
    """What was there is there, and what was acknowledged is there once."""
    if any(found.get(number) != entry for number, entry in whole.before.items()):
        tally.lost.append(f"{job}: an entry of before is gone, or another")
    told = [str(entry["id"]) for entry in found.values() if "id" in entry]
    if len(set(told)) != len(told) or not set(acknowledged) <= set(told):
        tally.lost.append(f"{job}: what was acknowledged is not there once")


def _goes_on(before: Found, after: Found, again: Ended) -> bool:
    """A session that was taken up again holds all that it held, and what was acknowledged since."""
    told = {str(entry["id"]) for entry in after.values() if "id" in entry}
    return before.items() <= after.items() and set(again.acknowledged) <= told and len(again.acknowledged) > 0


def _lots(folder: Path) -> dict[str, str]:
    """The lots of a study that are done and not yet a result: their files of times, which have other names whenever the cases are run again."""
    found: dict[str, str] = {}
    for place in folder.glob(".out.*.partial"):
        done = {path.name.rpartition("-")[0] for path in (place / "cases").glob("c*.parquet")}
        found |= {lot: name for lot, name in _times(place).items() if lot in done}
    return found


def _times(place: Path) -> dict[str, str]:
    return {path.name.rpartition("-")[0]: path.name for path in (place / "times").glob("c*.parquet")}


def _unfinished(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob(".*") if UNFINISHED.fullmatch(path.name)]
