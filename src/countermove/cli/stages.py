"""The stages of a long command, known from its beginning: which of how many it is in, and how long the whole still takes.

What is left is told by what each stage took the last time that the same command was given, else by the share of the whole that it usually
takes, and then only once enough is done to judge by. A stage that takes longer than expected is taken to need half as long again as it has
taken: so no figure near zero stands for long, however wrong the expectation was.
"""

from __future__ import annotations

from collections.abc import Sequence

ENOUGH = 0.15  # share of the whole from which the speed of this machine is judged
LATE = 0.5  # what a stage that is late still needs, as a share of what it has taken
SURE = 0.9  # no stage is more than so far done before it has ended, whatever it tells
MUCH, LEAST = 1.5, 20.0  # an estimate that is so many times what was told, and so many seconds more, is another estimate
TOLD = 0.05  # a stage that has told less says nothing of its speed


class Stages:
    """Stages by name, each with its usual share of the whole; times are seconds of one clock."""

    def __init__(self, shares: Sequence[tuple[str, float]], before: Sequence[tuple[str, float]] = ()) -> None:
        """`before`: names and seconds of the last time, if there was one; of other stages they are no guide, and left aside."""
        self.shares = list(shares)
        taken = dict(before)
        self.before = [taken[name] for name, _ in shares] if all(name in taken for name, _ in shares) else []
        self.now: list[tuple[str, float]] = []  # names, and when each began
        self._told = 0.0  # how far the stage says it is; 0: nobody knows

    def step(self, what: str, when: float, done: int = 0, total: int = 0) -> bool:
        """Note that `what`, a stage or `STAGE: more`, is being done; whether that is another stage than before.

        What is no stage belongs to the one that is on; a stage that was left is not gone back to.
        """
        names = [name for name, _ in self.shares]
        name = what.partition(": ")[0]
        fresh = name in names and (not self.now or names.index(name) > names.index(self.now[-1][0]))
        if fresh:
            self.now.append((name, when))
            self._told = 0.0
        if self.now and (self.now[-1][0] == name):
            self._told = done / total if total > 1 else 0.0
        return fresh

    def place(self) -> str:
        """`stage 3 of 9`."""
        return f"stage {self._place() + 1} of {len(self.shares)}"

    def _place(self) -> int:
        return [name for name, _ in self.shares].index(self.now[-1][0]) if self.now else 0

    def left(self, when: float) -> float | None:
        """Seconds until the end of the last stage; None where nobody knows."""
        if not self.now:
            return None
        expected = self.before or self._by_shares(when)
        if not expected:
            return None
        place, spent = self._place(), max(when - self.now[-1][1], 0.0)
        rest = max(expected[place] - spent, LATE * spent)
        if self._told > 0:
            told = min(self._told, SURE)
            rest = told * spent * (1 - told) / told + (1 - told) * rest
        return rest + sum(expected[place + 1 :])

    def _by_shares(self, when: float) -> list[float]:
        """Seconds of each stage by its share of the whole and by what has been done; none before enough is done."""
        place, spent = self._place(), max(when - self.now[-1][1], 0.0)
        passed = {name for name, _ in self.now[:-1]}
        share = sum(share for name, share in self.shares if name in passed)
        seconds = self.now[-1][1] - self.now[0][1]
        if self._told >= TOLD:
            share, seconds = share + min(self._told, SURE) * self.shares[place][1], seconds + spent
        whole = sum(share for _, share in self.shares)
        return [one * seconds / share for _, one in self.shares] if share >= ENOUGH * whole else []

    def seconds(self, when: float) -> list[tuple[str, float]]:
        """What each stage took that has begun; the last one until now."""
        ends = [began for _, began in self.now[1:]] + [when]
        return [(name, end - began) for (name, began), end in zip(self.now, ends, strict=True)]

    def summary(self, when: float) -> str:
        """One line: what the whole took, and each stage of it."""
        took = self.seconds(when)
        parts = ", ".join(f"{name} {duration(seconds)}" for name, seconds in took)
        return f"Took {duration(sum(seconds for _, seconds in took))}: {parts}"


class Calm:
    """What is left as it is told to somebody who waits: it falls or stands, and rises only where the work takes much longer than was told."""

    def __init__(self) -> None:
        self._told: float | None = None
        self._late = False

    def of(self, seconds: float | None) -> tuple[float | None, bool]:
        """What to tell of an estimate (None: nobody knows), and whether less was told before: then that is said."""
        if seconds is None:
            return self._told, self._late
        if self._told is None or seconds <= self._told:
            self._told = seconds
        elif seconds > max(MUCH * self._told, self._told + LEAST):
            self._told, self._late = seconds, True
        return self._told, self._late


def duration(seconds: float) -> str:
    """`0.4 s`, `12 s`, `3 min 5 s`, `1 h 4 min`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
