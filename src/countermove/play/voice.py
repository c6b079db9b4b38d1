"""How a seat is spoken to: it is "you", and everybody else has a title. Nobody is called "the owner", "the rival" or "the client" to its face."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from countermove.engine.plans import DEFAULT_ENFORCEMENT
from countermove.play.seats import Seat
from countermove.world.cast import Cast
from countermove.world.words import listed, month_text


@dataclass(frozen=True)
class Voice:
    """Who is spoken to, and what everybody and everything is called."""

    seat: Seat
    titles: Mapping[str, str]  # of seats, by name
    ladders: Mapping[str, tuple[str, ...]]  # names of each patron's rungs, from the lowest
    cast: Cast
    start: int  # the first month of the clock, counted as months are (world/words.py)

    def title(self, name: str) -> str:
        """What an actor is called."""
        return self.titles.get(name, name)

    def rung(self, number: float, patron: str = "") -> str:
        """A rung of a patron's ladder in a sentence: `rung 4, lethal defensive`; the owner's, where no patron is named."""
        place = round(number)
        return f"rung {place}, {self.ladders[patron or self.cast.patrons[0]][place].replace('-', ' ')}"

    def month(self, number: int) -> str:
        """A month in a sentence, from 1: `month 3 (2018-03)`."""
        return f"month {number} ({month_text(self.start + number - 1)})"

    @property
    def client(self) -> str:
        """Whom the patron who is spoken to stands behind."""
        return self.title(self.cast.sides[self.cast.supports[self.seat.place]])

    @property
    def rivals(self) -> str:
        """The patrons of other sides than that of the patron who is spoken to."""
        return listed([self.title(self.cast.patrons[k]) for k in self.cast.enemies[self.seat.place]]) or "the other side"

    @property
    def patrons(self) -> str:
        """Who stands behind the client that is spoken to."""
        pairs = zip(self.cast.patrons, self.cast.supports, strict=True)
        return listed([self.title(name) for name, side in pairs if side == self.seat.place])

    def says(self, key: str, otherwise: str) -> str:
        """What an order does, to who orders it."""
        text = KEY_SAYS.get(self.seat.kind, {}).get(key, otherwise)
        if self.seat.kind == "client":
            return text.replace("{patrons}", self.patrons or "nobody")
        return text.replace("{client}", self.client).replace("{rivals}", self.rivals)


KEY_SAYS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "owner": {
            "conditions": "Conditions on the use of what you give {client}",
            "sanctions": "Sanctions on {rivals}",
            "brigades": "Brigades sent to the alliance's threatened members",
            "enforcement": f"How well the conditions beside it are enforced; {DEFAULT_ENFORCEMENT:g} where nothing is said",
            "answer": "Answer to a request of {client} for more; to grant it is to go one rung up",
            "volume": "Shipped once to {client}",
            "ceiling": "Never go above this rung, until another ceiling is ordered",
        },
        "patron": {
            "support": "What you aim to give {client} from now on",
            "answer": "Answer to a request of {client} for more; to grant it is to give more",
        },
        "client": {"ask": "Ask {patrons} for more"},
    }
)
"""Where what the language says of a key (scenario/keys.py) speaks of the owner, the rival or the client, or says too little."""


def shown(value: float) -> str:
    """A number in a sentence, to four digits."""
    return f"{value:.4g}"
