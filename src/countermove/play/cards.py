"""What nobody at the table knows: the cards and the theories that are hidden. They lie in the facilitator's file; a transcript has their commitment,
a hash that nobody can turn back, until they are revealed."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from countermove.errors import RunError, SessionError, StoreError
from countermove.plain import text_of
from countermove.play.entries import fingerprint
from countermove.play.form import refusals
from countermove.play.strict_json import strict_json
from countermove.play.war import DRAWS, LUCKS, Cards, War
from countermove.store.disk import explained, sibling, sync_folder

HIDDEN = "hidden"
"""What an entry says of a player whose theory is in the facilitator's file."""
SUFFIX = ".cards.json"
SEEDS_BY_CHANCE = 1 << 53
"""Seeds from chance are below it: every whole number there is one of a browser, and of a spreadsheet, too."""
_FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "session": {"type": "string"},
        "cards": {
            "type": "object",
            "properties": {name: {"type": "integer", "minimum": 0} for name in ("seed", "draw", "luck")},
            "required": ["seed", "draw", "luck"],
            "additionalProperties": False,
        },
        "hidden": {"type": "object", "additionalProperties": {"type": "string"}},
        "salt": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    },
    "required": ["session", "cards", "hidden", "salt"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Secrets:
    """The cards, the hidden theory of a seat by its name, and a salt, without which a commitment could be found out by trying."""

    cards: Cards
    hidden: Mapping[str, str] = field(default_factory=dict[str, str])
    salt: str = field(default_factory=lambda: secrets.token_hex(32))

    @property
    def plain(self) -> dict[str, Any]:
        """As an entry and a file have it."""
        cards = {"seed": self.cards.seed, "draw": self.cards.draw, "luck": self.cards.luck}
        return {"cards": cards, "hidden": dict(self.hidden), "salt": self.salt}

    @property
    def commitment(self) -> str:
        """SHA-256 in hex of all of it."""
        return fingerprint(self.plain)


def secrets_of(plain: Mapping[str, Any]) -> Secrets:
    """From its plain form. Raises SessionError for cards that there are not."""
    try:
        return Secrets(Cards(**plain["cards"]), dict(plain["hidden"]), str(plain["salt"]))
    except (TypeError, KeyError, RunError) as error:
        raise SessionError(f"these are no cards: {error}") from error


def deal(war: War, hidden: tuple[str, ...] = (), seed: int | None = None) -> Secrets:
    """Cards from a seed, the same from the same seed; without one, from what the system has of chance. `hidden`: seats whose theory is drawn too,
    by the weights of the scenario. Raises SessionError for seats that follow no theory."""
    start = secrets.randbelow(SEEDS_BY_CHANCE) if seed is None else seed
    cards = Cards(start, int(_uniform(start, "draw") * DRAWS), int(_uniform(start, "luck") * LUCKS))
    return Secrets(cards, {name: drawn_theory(war, name, _uniform(start, f"theory of {name}")) for name in hidden})


def drawn_theory(war: War, seat: str, u: float) -> str:
    """The theory of a patron at a point u of 0 to 1 of its weights. Raises SessionError where the seat follows none."""
    found = {one.name: one for one in war.seats}
    if seat not in found or found[seat].kind != "patron":
        raise SessionError(f"{seat} follows no theory that could be hidden", next="Of a patron, but the owner, it can")
    names = war.may_play(seat)[1:]
    weights = war.engine.program.weights_of(found[seat].place)[: len(names)]
    total, sum_ = sum(weights), 0.0
    for name, weight in zip(names, weights, strict=True):
        sum_ += weight / total
        if weight > 0 and u < sum_:
            return name
    return next(name for name, weight in reversed(list(zip(names, weights, strict=True))) if weight > 0)


def _uniform(seed: int, what: str) -> float:
    """A number from 0 to 1, 1 not among them."""
    digest = hashlib.sha256(f"countermove play {seed} {what}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / float(1 << 48)


def cards_file(transcript: Path) -> Path:
    """Where the facilitator's file of a transcript lies."""
    return transcript.with_name(transcript.name.split(".")[0] + SUFFIX)


def write_cards(path: Path, session: str, found: Secrets) -> None:
    """The facilitator's file, on the disk itself, that only its owner reads. Raises StoreError where it cannot be written."""
    with explained(path):
        part = sibling(path)
        try:
            with os.fdopen(
                os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as file:  # nobody else's from its first byte
                file.write(text_of({"session": session, **found.plain}).encode())
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def read_cards(path: Path) -> Secrets:
    """The facilitator's file. Raises SessionError where it is none."""
    try:
        with explained(path):
            data = path.read_bytes()[: 1 << 20]
    except StoreError as error:
        raise SessionError(f"the facilitator's file cannot be read: {error.what}", where=str(path)) from error
    try:
        value = strict_json(data)
    except SessionError as error:
        raise SessionError(f"this is no facilitator's file: {error.what}", where=str(path)) from error
    wrong = refusals(_FORM, value)
    if wrong:
        raise SessionError(f"this is no facilitator's file: {'; '.join(wrong)}", where=str(path))
    return secrets_of(cast("dict[str, Any]", value))
