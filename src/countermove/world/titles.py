"""What people call the things of a war: the titles that a scenario writes, else their keys with spaces and a capital.

Tables and legends have a title as it is. In a sentence it stands in quotation marks, so that it is seen where it begins and ends; a theory whose
patron is known is a clause instead: `Moscow quits when it hurts`. Actors have names, which need no marks (docs/decisions/0042).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from countermove.world.cast import display_name
from countermove.world.words import capitalized, listed

Written = Mapping[str, str]


def title_of(name: str) -> str:
    """The title of a thing that has none: `arms-for-talks` is Arms for talks."""
    return capitalized(name.replace("-", " "))


def quoted(title: str) -> str:
    """A title in a sentence."""
    return f"“{title}”"


@dataclass(frozen=True)
class Titles:
    """Name -> title of each kind of thing, where one is written; a name that is not in it gets the title that its key makes.

    A theory's is what the patron does by it, as a sentence has it after his name: `quits when it hurts`. `patron`: whose theories they are, by
    the name that sentences use; "" where that is nobody, or several.
    """

    strategies: Written = field(default_factory=dict[str, str])
    theories: Written = field(default_factory=dict[str, str])
    actors: Written = field(default_factory=dict[str, str])
    contingencies: Written = field(default_factory=dict[str, str])
    claims: Written = field(default_factory=dict[str, str])
    readers: Written = field(default_factory=dict[str, str])
    patron: str = ""

    def strategy(self, name: str) -> str:
        """Of a strategy."""
        return self.strategies.get(name) or title_of(name)

    def theory(self, name: str) -> str:
        """Of a theory where it stands by itself: Quits when it hurts."""
        return capitalized(self.theories.get(name) or title_of(name))

    def does(self, patron: str, theory: str) -> str:
        """A theory as a clause of a patron, by its title: Moscow quits when it hurts."""
        said = self.theories.get(theory)
        return f"{patron} {said}" if said else f"{patron} follows {title_of(theory)}"

    def actor(self, name: str) -> str:
        """Of a side or a patron."""
        return self.actors.get(name) or display_name(name)

    def contingency(self, name: str) -> str:
        """Of a contingency."""
        return self.contingencies.get(name) or title_of(name)

    def claim(self, name: str) -> str:
        """Of a claim."""
        return self.claims.get(name) or title_of(name)

    def reader(self, name: str) -> str:
        """Of a reader."""
        return self.readers.get(name) or title_of(name)

    # --- in a sentence ------------------------------------------------------------------------------------------------

    def say_strategy(self, name: str) -> str:
        """A strategy in a sentence: “Arms for talks”."""
        return quoted(self.strategy(name))

    def say_strategies(self, names: Iterable[str], last: str = "and") -> str:
        """Several: “Arms for talks”, “Abstain” and “Restraint”."""
        return listed([self.say_strategy(name) for name in names], last)

    def say_theory(self, name: str) -> str:
        """A theory in a sentence: “Quits when it hurts”."""
        return quoted(self.theory(name))

    def say_theories(self, names: Iterable[str], last: str = "and") -> str:
        """Several of them."""
        return listed([self.say_theory(name) for name in names], last)

    def true(self, names: Sequence[str] | str) -> str:
        """That a theory is true, or one of several: `Moscow quits when it hurts or answers aid with aid`; without a patron “Quits when it hurts” is
        true."""
        several = [names] if isinstance(names, str) else list(names)
        clauses = [self.theories.get(name, "") for name in several]
        if self.patron and all(clauses):
            return f"{self.patron} {listed(clauses, 'or')}"
        return f"{self.say_theories(several, 'or')} is true"

    def say_reader(self, name: str) -> str:
        """A reader in a sentence: “Supporter”."""
        return quoted(self.reader(name))

    def say_person(self, name: str) -> str:
        """A reader in a sentence; anybody else by the name that is given."""
        return self.say_reader(name) if name in self.readers else name

    def say_claim(self, name: str) -> str:
        """A claim in a sentence."""
        return quoted(self.claim(name))


UNTITLED = Titles()
"""Of a war that is not known: every title is made from its key."""
NOT_IN_JSON: Mapping[str, None] = {"json": None}
"""Of a field: it is for people, and `--json` leaves it out."""


def with_keys(names: Iterable[str], title: Callable[[str], str]) -> str:
    """What files and commands call things, beside what people do: `arms-for-talks (Arms for talks), wait (Wait)`."""
    return ", ".join(f"{name} ({title(name)})" for name in names)


def written(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Those that have a title, from pairs of a name and its title or nothing."""
    return {name: title for name, title in names if title}
