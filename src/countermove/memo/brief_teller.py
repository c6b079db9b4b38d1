"""Who tells a brief: what is known, and what people and plans are called in its sentences."""

from __future__ import annotations

import math
from dataclasses import dataclass

from countermove.memo.brief_words import months_in_words, words_in
from countermove.memo.contents import Dossier
from countermove.questions.run.findings_index import FindingsIndex

WORDS, ANSWER, SENTENCE = 325, 25, 30  # words of the whole, of the answer, of any sentence
# The whole is two minutes and a half read aloud, at 130 words a minute: a range and a month beside each number cost half a minute.
NAME = 6  # words of a name or a title that is said again and again
RUNS = "nine runs of ten"


@dataclass(frozen=True)
class Teller:
    """The findings, and how their things are called."""

    dossier: Dossier
    found: FindingsIndex

    @property
    def alone(self) -> bool:
        """Whether one plan leads."""
        return len(self.found.leaders) == 1

    @property
    def rival(self) -> str:
        """The rival patron; what it is where its name is too long to be said again and again."""
        name = self.dossier.rival
        return name if words_in(name) <= NAME else "the rival patron"

    @property
    def aid(self) -> str:
        """The plan whose reply is told: of those that deliver arms the first that leads, else the one of least regret; the best where none does."""
        plans = [name for name in self.dossier.delivers if name in self.found.strategies]
        led = [name for name in self.found.leaders if name in plans]
        lost = {name: row.regret for name in plans if (row := self.found.regret(name)) is not None and math.isfinite(row.regret)}
        return (led or sorted(lost, key=lambda name: lost[name]) or plans or [self.found.best])[0]

    def plan(self, name: str) -> str:
        """A plan in a sentence."""
        return self.dossier.titles.say_strategy(name)

    def does(self, theory: str) -> str:
        """A theory as what the rival does."""
        return self.dossier.titles.does(self.rival, theory)

    def after(self, measure: str) -> str:
        """`two years`: the months after which a measure is judged; empty where that is not known."""
        months = self.found.judged_in(measure)
        return months_in_words(months) if months else ""
