"""What people call the things of a war: the titles that a scenario writes, else their keys with spaces and a capital."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from countermove.world.cast import display_name
from countermove.world.words import capitalized

Written = Mapping[str, str]


def title_of(name: str) -> str:
    """The title of a thing that has none: `arms-for-talks` is Arms for talks."""
    return capitalized(name.replace("-", " "))


@dataclass(frozen=True)
class Titles:
    """Name -> title of each kind of thing, where one is written; a name that is not in it gets the title that its key makes.

    A theory's is what the patron does by it, as a sentence has it after his name: `quits when it hurts`.
    """

    strategies: Written = field(default_factory=dict[str, str])
    theories: Written = field(default_factory=dict[str, str])
    actors: Written = field(default_factory=dict[str, str])
    contingencies: Written = field(default_factory=dict[str, str])
    claims: Written = field(default_factory=dict[str, str])
    readers: Written = field(default_factory=dict[str, str])

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


def written(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Those that have a title, from pairs of a name and its title or nothing."""
    return {name: title for name, title in names if title}
