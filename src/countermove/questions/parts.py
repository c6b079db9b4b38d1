"""Parts of an answer that fail alone: what has nothing to say says so with its reason, and the others are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from countermove.errors import CountermoveError, DecisionError, EvidenceError, ExecutorError, RunError, SolveError
from countermove.questions.options import Progress, silent
from countermove.world.words import capitalized, listed

PART_ERRORS = (DecisionError, EvidenceError, RunError, SolveError)
"""What a part may fail by alone. A broken executor, a wrong file or an interruption ends the whole command."""
T = TypeVar("T")


def missing_sentence(what: str, error: CountermoveError | str) -> str:
    """The sentence in the place of a part: `Break-even values cannot be told: 17 draws are too few. Give --draws 50 or more.`"""
    return f"{capitalized(what)} cannot be told: {str(error).rstrip('.')}."


def missing_sentences(missing: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """A sentence for each reason, with all parts that have nothing to say for it."""
    return tuple(missing_sentence(listed(list(dict.fromkeys(parts))), reason) for reason, parts in missing.items())


@dataclass
class Parts:
    """The parts of one answer as they are made, in `steps` steps; `missing` holds what has nothing to say by its reason."""

    doing: str
    steps: int
    progress: Progress = silent
    missing: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    @property
    def sentences(self) -> tuple[str, ...]:
        """A sentence for each reason, with all parts that have nothing to say for it."""
        return missing_sentences(self.missing)

    def without(self, what: str, why: CountermoveError | str) -> None:
        """Note that a part, a noun with its article, has nothing to say."""
        self.missing.setdefault(str(why), []).append(what)

    def attempt(self, number: int, what: str, make: Callable[[], T], empty: T) -> T:
        """What `make` gives; `empty`, and a sentence, where that cannot be told. `what` is a noun with its article."""
        self.progress(f"{self.doing}: {what}", number, self.steps)
        try:
            return make()
        except ExecutorError:
            raise
        except PART_ERRORS as error:
            self.without(what, error)
            return empty

    def each(self, number: int, what: str, makes: Mapping[str, Callable[[], T]]) -> tuple[T, ...]:
        """The same of one part for several things by name; those that fail for one reason share a sentence."""
        self.progress(f"{self.doing}: {what}", number, self.steps)
        found: list[T] = []
        reasons: dict[str, list[str]] = {}
        for name, make in makes.items():
            try:
                found.append(make())
            except ExecutorError:
                raise
            except PART_ERRORS as error:
                reasons.setdefault(". ".join(part for part in (error.what, error.next) if part), []).append(name)
        for reason, names in reasons.items():
            self.without(f"{what} of {listed(names)}", reason)
        return tuple(found)


@dataclass(frozen=True)
class Need:
    """How much a part needs before it can say anything: draws, and lucks under each."""

    what: str
    draws: int = 1
    lucks: int = 1
    why: str = ""

    def shortage(self, draws: int, lucks: int) -> str:
        """Why so much is too little and what suffices; nothing where it is enough."""
        lacking = [
            f"--{name} {needed} or more"
            for name, given, needed in (("draws", draws, self.draws), ("lucks", lucks, self.lucks))
            if given < needed
        ]
        if not lacking:
            return ""
        had = " and ".join(
            f"{given} {noun if given == 1 else f'{noun}s'}"
            for noun, given, needed in (("draw", draws, self.draws), ("luck", lucks, self.lucks))
            if given < needed
        )
        said = f"{had} {'is' if had.startswith('1 ') else 'are'} too few{f' {self.why}' if self.why else ''}"
        return f"{said}. Give {' and '.join(lacking)}"

    def require(self, draws: int, lucks: int) -> None:
        """Raise DecisionError where it is not enough, with what suffices."""
        told = self.shortage(draws, lucks)
        if told:
            what, _, rest = told.partition(". ")
            raise DecisionError(what, next=rest)


def unmet(needs: Iterable[Need], draws: int, lucks: int) -> tuple[str, ...]:
    """A sentence for each part that so many draws and lucks are too few for: it can be said before anything is run."""
    return tuple(missing_sentence(need.what, told) for need in needs if (told := need.shortage(draws, lucks)))


def suffices(needs: Sequence[Need]) -> tuple[int, int]:
    """Draws and lucks that are enough for all."""
    return max(need.draws for need in needs), max(need.lucks for need in needs)
