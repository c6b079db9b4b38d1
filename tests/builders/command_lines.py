"""Random command lines, from the application itself: each option of each command at its limits and beyond, in any terminal and folder.

A new command or option is tried without being named here. What is named here are only files that exist, and sizes at which a command is quick.
"""

from __future__ import annotations

import random
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from typer.main import get_command

from countermove.cli.main import application

HUGE = "9" * 5000
LONG = "x" * 5000
NUMBERS = (
    "0",
    "1",
    "2",
    "3",
    "17",
    "64",
    "-1",
    "-0",
    "+5",
    "1e3",
    "0x10",
    "1_000",
    "3.0",
    "nan",
    "inf",
    "-inf",
    "1e400",
    ".5",
    "1e-320",
    HUGE,
)
WORDS = (
    "",
    " ",
    "many",
    "--",
    "-",
    "=",
    "x=y",
    LONG,
    "Київ",
    "🙂",
    "a\nb",
    "a\tb",
    "\x1b[2J",
    "%s",
    "{}",
    "null",
    "a\udcff",
    "None",
    "*",
    "?",
    "$HOME",
)
PATHS = (
    *(
        "",
        ".",
        "..",
        "/",
        "/dev/null",
        "/dev/null/x",
        "/dev/full",
        "/proc/x",
        "/proc/self/mem",
        "/sys/x",
        "~",
        "~nobody-here/x",
        "x" * 300,
    ),
    *(
        "a\udcff",
        "Київ",
        "a b",
        "a\nb",
        "new",
        "new/",
        "deep/er/still",
        "file",
        "file/x",
        "folder",
        "loop",
        "dangling",
        "fifo",
        "runs/small",
    ),
    *("small.yaml", "empty", "bytes", "page.pdf", "page.docx", "no/page.pdf", "nothing.yaml", "-"),
)
FILES = (
    "small.yaml",
    "small.yaml",
    "argued.yaml",
    "bad.yaml",
    "donbas-2017",
    "smal.yaml",
    "small",
    "memos/small.forecasts.json",
    *PATHS,
)
RECORDS = ("donbas-2014-2017", "syria-2013", "nope", "bytes", "small.yaml", "table.csv")
SETS = (
    *(
        "clock.months=0",
        "clock.months=1",
        "clock.months=12",
        "clock.months=1e9",
        "clock.months=",
        "=",
        "=1",
        "x=",
        "a.b=c",
        "clock=1",
        "clock",
    ),
    *("objective.matters=nan", "objective.matters=-1", "patrons.neighbour.supports=government", "patrons.neighbour.stake-ratio=2"),
    *(
        "patrons.neighbour.theories.spigot.weight=0",
        "sides.rebels.personnel={",
        "title=\x00",
        f"title={LONG}",
        f"{LONG}=1",
        "..=1",
        "sides..x=1",
    ),
)
NAMES = ("wait", "arm", "inertia", "spigot", "weighted", "Wait", "wait ", "wai", "bearing-cost", "outside", "start", "default")
# Sizes at which each command ends soon; a command that is not here is given none.
QUICK = {
    "run": ("small.yaml", "--draws", "16", "--lucks", "1", "--quick"),
    "memo": ("small.yaml", "--draws", "16", "--lucks", "1", "--quick"),
    "explore": ("small.yaml", "--draws", "32", "--lucks", "1"),
    "claims": ("argued.yaml", "--draws", "16", "--lucks", "1"),
    "readers": ("argued.yaml", "--draws", "16", "--lucks", "1"),
    "gaps": ("small.yaml", "--draws", "64"),
    "solve": ("small.yaml", "--draws", "16", "--lucks", "2", "--samples", "2", "--bins", "1", "--brief"),
    "search": ("small.yaml", "--draws", "16", "--budget", "24"),
    "replay": ("small.yaml", "--strategy", "arm", "--theory", "spigot", "--draw", "0", "--luck", "0", "--draws", "16"),
    "compare": ("runs/small", "--strategy", "arm", "--strategy", "wait", "--quick"),
    "score": ("memos/small.forecasts.json", "--strategy", "arm"),
    "weigh": ("small.yaml", "--quick", "--records", "1024"),
    "backtest": ("donbas-2014-2017", "--draws", "2", "--particles", "2", "--stride", "12"),
    "data add": ("table.csv",),
    "data fetch": ("no-such-set",),
    "new": ("my-war",),
}
DEAR = frozenset(
    {"run", "memo", "explore", "claims", "readers", "gaps", "search", "solve", "replay", "weigh", "backtest", "verify", "compare"}
)
NEVER = frozenset({("data fetch", "positional")})  # nothing is fetched from the network: names of data sets are wrong ones only
STREAMS = ("utf-8", "utf-8", "utf-8", "ascii", "cp1252", "latin-1", "utf-16", "cp037", "full", "cut", "closed")
SETTINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("COLUMNS", ("60", "1", "0", "-5", "wide", "100000", "")),
    ("NO_COLOR", ("1", "")),
    ("TERM", ("dumb", "", "nonsense")),
    ("LANG", ("C", "ru_RU.KOI8-R", "nonsense")),
    ("TZ", ("Asia/Tokyo", "nonsense")),
    ("COUNTERMOVE_DATA", ("/proc/x", "file", "new-data", "", "~nobody-here/x")),
    ("HOME", ("/proc/x", "file", "", "relative")),
    ("TMPDIR", ("/proc/x",)),
    ("_COUNTERMOVE_COMPLETE", ("bash_source", "nonsense")),
)


@dataclass(frozen=True)
class Line:
    """A command line, and what is around it: streams by name, settings of the environment, seconds until somebody presses Ctrl-C."""

    words: tuple[str, ...]
    answer: str = "utf-8"
    remarks: str = "utf-8"
    settings: dict[str, str] = field(default_factory=dict[str, str])
    folder: str = "."
    patience: float = 5.0

    def __str__(self) -> str:
        """As it would be typed, as far as a terminal can."""
        around = " ".join(f"{name}={shlex.quote(value)}" for name, value in self.settings.items())
        typed = shlex.join(word if len(word) < 80 else f"{word[:8]}...({len(word)})" for word in self.words)
        where = f"[in {self.folder}, answer {self.answer}, remarks {self.remarks}, Ctrl-C after {self.patience:.2f} s]"
        return f"{around} countermove {typed}  {where}".strip()


@cache
def commands() -> dict[str, list[Any]]:
    """Each command by its words, with its parameters as the application declares them; "" is the program itself."""

    def walk(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, list[Any]]]:
        yield " ".join(path), list(command.params)
        for name, inner in getattr(command, "commands", {}).items():
            yield from walk(inner, (*path, name))

    return dict(walk(get_command(application()), ()))


def limits() -> Iterator[Line]:
    """Each option with a limit, of each command that has quick sizes, at its limits and just beyond, on an otherwise good command line."""
    for command, words in QUICK.items():
        for one in commands()[command]:
            if one.param_type_name != "option" or (one.min is None and one.max is None):
                continue
            ends = [limit for limit in (one.min, one.max) if limit is not None]
            for value in dict.fromkeys(end + by for end in ends for by in (-1, 0, 1)):
                large = one.max is not None and value >= one.max - 1 and "--seed" not in one.opts
                typed = (*command.split(), *words, one.opts[0], str(value))
                yield Line(typed, patience=0.5 if large else 8.0)


class Typist:
    """Types command lines, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.commands = commands()
        self.options = [one for params in self.commands.values() for one in params if one.param_type_name == "option"]

    def line(self) -> Line:
        """The next one."""
        chance = self.chance
        command = chance.choice([*self.commands, *self.commands, *self.commands, "rnu", LONG, ""])
        words = [*command.split(" "), *self._rest(command)] if command else self._rest(command)
        settings = {name: chance.choice(values) for name, values in SETTINGS if chance.random() < 0.08}
        return Line(
            tuple(word.replace("\x00", "") for word in words),  # no word of a command line can have one
            chance.choice(STREAMS),
            chance.choice(STREAMS) if chance.random() < 0.3 else "utf-8",
            settings,
            chance.choice((".", ".", ".", "folder", "/proc" if chance.random() < 0.2 else ".")),
            chance.choice((0.01, 0.05, 0.1, 0.3, 0.3, 1.0, 3.0, 8.0)) if command in DEAR else 10.0,
        )

    def _rest(self, command: str) -> list[str]:
        """Words after the command: a quick run of it with a slip or two, or anything at all."""
        chance, params = self.chance, self.commands.get(command, [])
        if command in QUICK and chance.random() < 0.75:
            words = list(QUICK[command])
            for _ in range(chance.choice((0, 1, 1, 1, 2))):
                words = self._slip(command, words, params)
            return words
        words = [word for one in params if chance.random() < 0.4 for word in self._given(command, one)]
        if chance.random() < 0.1:
            words += self._given(command, chance.choice(self.options))  # an option of another command
        if chance.random() < 0.1:
            chance.shuffle(words)
        return words

    def _slip(self, command: str, words: Sequence[str], params: Sequence[Any]) -> list[str]:
        """One thing otherwise."""
        chance, words = self.chance, list(words)
        kind = chance.randrange(8)
        if kind == 0 and words:
            del words[chance.randrange(len(words))]
        elif kind == 1:
            words.insert(chance.randint(0, len(words)), chance.choice(WORDS))
        elif kind == 2 and words and command != "data fetch":
            words[0] = chance.choice(FILES)
        elif kind == 3:
            words += self._given(command, chance.choice(self.options))
        elif kind == 4 and words:
            words += words[: chance.randint(1, len(words))]
        elif params:
            words += self._given(command, chance.choice(params))
        return words

    def _given(self, command: str, one: Any) -> list[str]:
        """A parameter with a value, in one of the forms in which it can be given."""
        chance = self.chance
        if one.param_type_name == "argument":
            if (command, "positional") in NEVER:
                return [chance.choice(WORDS)]
            return [
                chance.choice((*FILES, *RECORDS, *WORDS)) for _ in range(chance.choice((1, 1, 1, 2, 3)) if one.nargs != 1 else 1)
            ]
        name = chance.choice(one.opts) if chance.random() < 0.95 else one.opts[0][:-1]
        if one.is_flag:
            return [name if chance.random() < 0.9 else f"{name}=true"]
        told: list[str] = []
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            value = self._value(one)
            told += [f"{name}={value}"] if chance.random() < 0.25 else [name, value]
        return told[: None if chance.random() < 0.97 else -1]

    def _value(self, one: Any) -> str:
        """A value at the limits of its kind, or of another kind."""
        chance, kind = self.chance, str(one.type_descriptor.annotation)
        if chance.random() < 0.1:
            return chance.choice((*WORDS, *NUMBERS))
        if "int" in kind or "float" in kind:
            limits = [str(limit + by) for limit in (one.min, one.max) if limit is not None for by in (-1, 0, 1)]
            return chance.choice((*limits, *limits, *NUMBERS))
        if "Path" in kind:
            return chance.choice((*PATHS, "memos/small.forecasts.json", "outcomes.csv", "plugin.py"))
        if "--set" in one.opts:
            return chance.choice(SETS)
        return chance.choice((*NAMES, *RECORDS, *WORDS))
