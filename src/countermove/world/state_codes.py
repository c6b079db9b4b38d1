"""States by the numbers and codes that the field uses, and the day: which of several that had the same number is meant.

Gleditsch-Ward (GW) and Correlates of War (COW) numbers are alike for most states and differ for some: Germany is 260 and 255, Yemen 678 and
679, Serbia 340 and 345. UCDP uses GW numbers, but 345 for Serbia to this day. Say which list a number is from wherever it is known.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal, get_args

from countermove.errors import CodeError
from countermove.spelling import closest
from countermove.world.state_table import FORMER_STATES, STATES
from countermove.world.words import listed

System = Literal["gw", "cow", "cow-abbreviation", "iso", "ucdp", "ucdp-actor", "name"]
SYSTEMS: tuple[System, ...] = get_args(System)
_NOUNS: Mapping[System, str] = {
    "gw": "Gleditsch-Ward number",
    "cow": "Correlates of War number",
    "cow-abbreviation": "Correlates of War abbreviation",
    "iso": "ISO 3166 code",
    "ucdp": "number that UCDP uses",
    "ucdp-actor": "UCDP actor id of a government",
    "name": "name",
}
_ANYWHERE: tuple[System, ...] = tuple(system for system in SYSTEMS if system != "ucdp-actor")  # an id of 57 says nothing by itself


@dataclass(frozen=True)
class Spell:
    """From the first to the last day, both included; `last` is None where the list is still open."""

    first: date
    last: date | None

    def __contains__(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.first <= day and (self.last is None or day <= self.last)

    def __str__(self) -> str:
        """`1949-09-21 to 1990-10-02`."""
        return f"from {self.first}" if self.last is None else f"{self.first} to {self.last}"


@dataclass(frozen=True)
class State:
    """One state with its codes; None or "" where a list has none. `former_iso`: codes of ISO 3166 that this same state had before."""

    name: str
    gw: int | None
    gw_spells: tuple[Spell, ...]
    cow: int | None
    cow_abbreviation: str
    cow_spells: tuple[Spell, ...]
    iso2: str
    iso3: str
    iso4: str
    former_iso: tuple[str, ...]
    ucdp: int | None
    ucdp_actor: int | None
    other_names: tuple[str, ...]
    former: bool  # it no longer exists

    def existed(self, on: date) -> bool:
        """Whether GW or COW counts it as a state on this day; a state whose days GW has and we do not is never ruled out."""
        undated = not self.former and (not self.gw_spells and (self.gw is not None or not self.cow_spells))
        return (
            undated or not (self.gw_spells or self.cow_spells) or any(on in spell for spell in (*self.gw_spells, *self.cow_spells))
        )

    def codes(self, system: System) -> tuple[int | str, ...]:
        """What this state is called in one of SYSTEMS, the usual one first; () where it has nothing there."""
        found: Mapping[System, tuple[int | str | None, ...]] = {
            "gw": (self.gw,),
            "cow": (self.cow,),
            "cow-abbreviation": (self.cow_abbreviation,),
            "iso": (self.iso3, self.iso2, self.iso4, *self.former_iso),
            "ucdp": (self.ucdp,),
            "ucdp-actor": (self.ucdp_actor,),
            "name": (self.name, *self.other_names),
        }
        return tuple(code for code in found[system] if code is not None and code != "")

    def __str__(self) -> str:
        """Its name, and its days where it no longer exists."""
        spells = self.gw_spells or self.cow_spells
        return f"{self.name} ({spells[0].first} to {spells[-1].last})" if self.former and spells else self.name


@cache
def states() -> tuple[State, ...]:
    """Every state since 1946: those that exist, then those that no longer do, each in the order of their COW numbers."""
    return tuple(_state(row, former) for text, former in ((STATES, False), (FORMER_STATES, True)) for row in _rows(text))


def find_state(code: int | str, *, system: System | None = None, on: date | None = None) -> State:
    """The one state that a number, code or name means, in one of SYSTEMS or in any of them, on a day or at any time.

    Capitals, accents and "Government of" make no difference. Without a day, a state's own name is preferred to another's former one.

    Raises:
        CodeError: nothing has this code, or nothing on that day (`suggestion` says what was meant, where that is known), or several have it.
    """
    if system is not None and system not in SYSTEMS:
        raise CodeError(f'"{system}" is not a list of states', f"one of {', '.join(SYSTEMS)}", closest(str(system), SYSTEMS))
    asked = _ANYWHERE if system is None else (system,)
    ever = states_with(code, asked)
    found = ever if on is None else [state for state in ever if state.existed(on)]
    own = [state for state in found if _key(state.name) == _key(code)]
    if len(own) == 1:
        return own[0]
    if len(found) == 1:
        return found[0]
    shown = f'"{str(code)[:60]}"'
    noun = "number, code or name" if system is None else _NOUNS[system]
    if found:
        told = " or ".join(str(state) for state in found)
        raise CodeError(f"{shown} may be {told}", "the day, or the list that it is from (" + ", ".join(SYSTEMS) + ")")
    near = _meant(code, asked, on)
    known = f"is {listed([str(state) for state in ever])}, and no state on {on}"
    what = f"{shown} {known}" if ever else f"{shown} is no {noun} of a state since 1946"
    raise CodeError(what + _elsewhere(code, system, on), f"{noun}{'' if on is None else f' of a state on {on}'}", near)


def states_with(code: int | str, systems: Iterable[System]) -> list[State]:
    """The states that at any time have a number, code or name in one of SYSTEMS, in the order of the table; written as `find_state` takes it."""
    having = {state for system in systems for state in _index()[system].get(_key(code), ())}
    return [state for state in states() if state in having]


def _in_place(code: int | str, asked: System, on: date | None) -> tuple[State, System] | None:
    """The state that has this code in another list, where there it is the only one."""
    for other in _ANYWHERE:
        having = [state for state in states_with(code, (other,)) if on is None or state.existed(on)]
        if other != asked and len(having) == 1 and having[0].codes(asked):
            return having[0], other
    return None


def _elsewhere(code: int | str, system: System | None, on: date | None) -> str:
    """What the code is in another list."""
    found = None if system is None else _in_place(code, system, on)
    return "" if found is None else f", but the {_NOUNS[found[1]]} of {found[0].name}"


def _meant(code: int | str, systems: tuple[System, ...], on: date | None) -> str:
    """The code that was meant: that of the state which has it in another list, or one of like spelling."""
    found = _in_place(code, systems[0], on) if len(systems) == 1 else None
    if found is not None:
        return str(found[0].codes(systems[0])[0])
    if isinstance(code, int) or code.isdigit():
        return ""  # a number that is near in its digits is another state
    there = [state for state in states() if on is None or state.existed(on)]
    known = {str(one).casefold(): str(one) for system in systems for state in there for one in state.codes(system)}
    near = known.get(closest(_key(code), known), "")
    return near if _key(near) != _key(code) else ""


@cache
def _index() -> Mapping[System, Mapping[str, tuple[State, ...]]]:
    found: dict[System, dict[str, tuple[State, ...]]] = {system: {} for system in SYSTEMS}
    for system in SYSTEMS:
        for state in states():
            for key in dict.fromkeys(_key(code) for code in state.codes(system)):
                found[system][key] = (*found[system].get(key, ()), state)
    return found


def _key(code: int | str) -> str:
    """What makes no difference is taken away: capitals, accents, spaces around and between, and the words of UCDP for a government."""
    if not isinstance(code, str):
        return str(code)
    apart = unicodedata.normalize("NFKD", code[:200].replace("’", "'"))
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()
    return " ".join(plain.split()).removeprefix("government of ").replace(" & ", " and ")


def _rows(text: str) -> list[str]:
    return text.strip().replace("\n+", ";").splitlines()


def _state(row: str, former: bool) -> State:
    name, gw, cow, iso, ucdp, others = (cell.strip() for cell in row.split("|"))
    gw_parts, cow_parts, ucdp_parts = gw.split(), cow.split(), [int(part) for part in ucdp.split()]
    iso_now, _, iso_before = iso.partition("(")
    iso2, iso3, iso4 = (*iso_now.split(), "", "", "")[:3]
    number = int(gw_parts[0]) if gw_parts else None
    return State(
        name=name,
        gw=number,
        gw_spells=_spells(gw_parts[1:]),
        cow=int(cow_parts[0]) if cow_parts else None,
        cow_abbreviation=cow_parts[1] if cow_parts else "",
        cow_spells=_spells(cow_parts[2:]),
        iso2=iso2,
        iso3=iso3,
        iso4=iso4,
        former_iso=tuple(iso_before.strip(")").split()),
        ucdp=ucdp_parts[0] if len(ucdp_parts) == 2 else number,
        ucdp_actor=ucdp_parts[-1] if ucdp_parts else None,
        other_names=tuple(one for other in others.split(";") if (one := other.strip())),
        former=former,
    )


def _spells(parts: Iterable[str]) -> tuple[Spell, ...]:
    pairs = [part.split("/") for part in parts]
    return tuple(Spell(date.fromisoformat(first), date.fromisoformat(last) if last else None) for first, last in pairs)
