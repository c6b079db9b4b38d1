"""The seats at a table, and what each of them sees: nothing is sent to a seat that does not come from here.

The owner sees what the rules of a plan may read (world/observable.py), with its lags and errors. Another patron sees what its theory would look at,
a client its own army, and everybody what the world sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import numpy as np

from countermove.behaviour.conduct import aid_against, all_means
from countermove.behaviour.observed_names import observed_now
from countermove.behaviour.theory import RUNG_EDGES
from countermove.engine.program import Program
from countermove.errors import RunError
from countermove.world.cast import Cast
from countermove.world.observable import OBSERVABLE, OBSERVABLES, Observable
from countermove.world.state import Sight, State
from countermove.world.words import listed

SeatKind = Literal["owner", "patron", "client", "mediator", "observer"]
Value = float | bool
OBSERVERS = 8
"""Seats for those who only look on."""
OPEN_RUNG = len(RUNG_EDGES)
"""The rung of support that cannot be denied."""
WORLD_SEES = ("quits", "resolve", "attacks", "held", "collapsed")
"""What everybody sees of patrons and sides."""
SAYS: Mapping[str, str] = MappingProxyType(
    {
        "truce-breaks": "A truce broke last month, without an offensive",
        "quits": "Has left the war",
        "resolve": "Public belief that every setback is answered with more",
        "asks": "Asked for more last month",
        "losing": "The balance runs against it",
        "winning": "The balance runs for it",
        "attacks": "On a major offensive",
        "collapsed": "Has collapsed",
    }
)
"""Names whose own words (world/observable.py) speak of the patron, the client or the side: a reading stands under who it is of."""
UNREPORTED = 6
"""The rung that the owner sees of a patron's troops of which there is no report (dynamics/observation.py)."""
BY_REPORTS = "through reports, where it is covert"


@dataclass(frozen=True)
class Seat:
    """A seat: its name (an actor's, or observer-1), what it is, what people call it, and its place among patrons or sides."""

    name: str
    kind: SeatKind
    title: str
    place: int = -1


@dataclass(frozen=True)
class Reading:
    """One thing that a seat sees: its name in the language, in words, its value, its unit, and how it is seen ("exact", "lagged, with noise")."""

    name: str
    says: str
    value: Value
    unit: str
    seen: str = "exact"


class Glance(NamedTuple):
    """A war at the start of a month, of which lane 0 is read."""

    cast: Cast
    p: Any  # parameters by name
    state: State
    sight: Sight
    month: int
    titles: Mapping[str, str]  # of seats, by name


def seats_of(program: Program) -> tuple[Seat, ...]:
    """Every seat of a war: the owner, the other patrons, the clients, the mediators, and some for observers."""
    cast, titles = program.cast, program.titles
    parties = program.scenario.third_parties
    found = [Seat(name, "owner" if place == 0 else "patron", titles.actor(name), place) for place, name in enumerate(cast.patrons)]
    found += [Seat(name, "client", titles.actor(name), place) for place, name in enumerate(cast.sides)]
    found += [Seat(name, "mediator", titles.actor(name)) for name, party in parties.items() if party.kind == "mediator"]
    return (*found, *(Seat(f"observer-{number}", "observer", f"Observer {number}") for number in range(1, OBSERVERS + 1)))


def seat_called(program: Program, name: str) -> Seat:
    """The seat of this name; raises RunError where there is none."""
    for seat in seats_of(program):
        if seat.name == name:
            return seat
    raise RunError(f"no seat is called {name}", next=f"There are {', '.join(seat.name for seat in seats_of(program))}")


def seen_by_all(glance: Glance) -> tuple[Reading, ...]:
    """What everybody sees at the start of a month, and those who look on see alone."""
    return tuple(_world(glance))


def seen_by(seat: Seat, glance: Glance, public: tuple[Reading, ...] | None = None) -> tuple[Reading, ...]:
    """What a seat sees at the start of a month; `public`: what everybody sees of it, where that is read already."""
    own: dict[SeatKind, Callable[[Seat, Glance], Iterator[Reading]]] = {"owner": _owner, "patron": _patron, "client": _client}
    more = own.get(seat.kind)
    world = seen_by_all(glance) if public is None else public
    return world if more is None else (*world, *more(seat, glance))


def _world(glance: Glance) -> Iterator[Reading]:
    """What everybody sees."""
    for row in OBSERVABLES:
        if row.of == "world" and row.seen:
            yield _read(glance, "", row.what)
    for actors in (glance.cast.patrons, glance.cast.sides):
        for actor in actors:
            for what in WORLD_SEES:
                if _has(glance.cast, actor, what):
                    yield _read(glance, actor, what)


def who_sees(cast: Cast, called: Callable[[str], str], patron: int) -> str:
    """Which seats see the rung of a patron that is not the owner, and how, said to that patron; `called`: an actor as people call it."""
    rivals = [cast.patrons[k] for k in range(1, len(cast.patrons)) if patron in cast.enemies[k]]
    exactly = listed([called(one) for one in (cast.sides[cast.supports[patron]], *rivals)])
    owner = called(cast.patrons[0])
    return (
        f"Your rung is seen as it is by {exactly}. {owner} knows it from reports alone, and takes it for rung {UNREPORTED} until there are any. "
        "No other seat is shown it."
    )


def _owner(seat: Seat, glance: Glance) -> Iterator[Reading]:
    """What the rules of the owner's plan may read, beyond what everybody sees."""
    cast = glance.cast
    for row in OBSERVABLES:
        if not row.seen or row.what in WORLD_SEES or row.of not in ("patron", "side"):
            continue
        for actor in cast.patrons if row.of == "patron" else cast.sides:
            own_alone = row.what in ("will", "cost") and actor != seat.name
            if not own_alone and (row.what != "asks" or actor == cast.sides[cast.supports[0]]):
                yield _read(glance, actor, row.what)


def _patron(seat: Seat, glance: Glance) -> Iterator[Reading]:
    """What the theory of another patron looks at."""
    cast, p, state, j = glance.cast, glance.p, glance.state, seat.place
    side = cast.sides[cast.supports[j]]
    thousand = "thousand person-equivalents"
    yield Reading(f"{seat.name}.support", "Support that you give", _one(state.support[j]), thousand)
    yield Reading(f"{seat.name}.baseline", "What you usually give", _one(p["patron.baseline"][j]), thousand)
    yield Reading(f"{seat.name}.means", "The most that you could give", _one(all_means(cast, p, j)), thousand)
    yield Reading(f"{seat.name}.rung", "Your rung on the ladder", _one(state.rung[j]), "rung 0-9")
    yield Reading(f"{seat.name}.open", "Your forces stand openly", bool(_one(state.rung[j]) >= OPEN_RUNG), "")
    yield Reading(f"{seat.name}.will", OBSERVABLE["will"].doc, _one(state.will[j]), "0-1")
    yield Reading(f"{seat.name}.cost", OBSERVABLE["cost"].doc, _one(state.spent[j]), "million USD")
    says = f"What you have at stake, where {glance.titles[cast.patrons[0]]} has 1"
    yield Reading(f"{seat.name}.stake-ratio", says, _one(p["patron.stake-ratio"][j]), "")
    yield Reading(f"{seat.name}.casualties", "Your dead of last month", _one(state.casualties[0, j]), "persons")
    yield Reading(
        f"{side}.shortfall",
        "How short it is of its enemies",
        _one(glance.sight.shortfall[j]),
        "log ratio",
        "lagged, with noise",
    )
    yield Reading(f"{side}.asks", SAYS["asks"], bool(_one(state.asked[j]) > 0), "")
    yield Reading(f"{side}.enemies.aid", "Aid that the other sides have got", _one(aid_against(cast, p, state, j)), thousand)
    for k in cast.enemies[j]:
        yield Reading(f"{cast.patrons[k]}.rung", OBSERVABLE["rung"].doc, _one(state.rung[k]), "rung 0-9")


def _client(seat: Seat, glance: Glance) -> Iterator[Reading]:
    """What a client knows of itself and of what it is given."""
    cast, state, i = glance.cast, glance.state, seat.place
    yield Reading(f"{seat.name}.personnel", OBSERVABLE["personnel"].doc, _one(state.force[i]), "thousand")
    yield Reading(f"{seat.name}.heavy", "Heavy weapons from outside, 1 = 500 tanks with artillery", _one(state.aid[i]), "")
    yield Reading(f"{seat.name}.counter-heavy", "Weapons against them from outside, 1 = 300 launchers", _one(state.counter[i]), "")
    patrons = [j for j, side in enumerate(cast.supports) if side == i]
    for j in patrons:
        yield Reading(f"{cast.patrons[j]}.rung", OBSERVABLE["rung"].doc, _one(state.rung[j]), "rung 0-9")
    if patrons:
        yield Reading(f"{seat.name}.asks", "You asked for more last month", any(_one(state.asked[j]) > 0 for j in patrons), "")
    if cast.supports[0] == i:
        for name, says in (("line", "kept away from the line of contact"), ("restraint", "no offensives")):
            value = _one(getattr(state.orders, name))
            yield Reading(f"{cast.patrons[0]}.{name}", f"How strongly a condition is enforced: {says}", value, "0-1")


def _has(cast: Cast, actor: str, what: str) -> bool:
    """Whether the actor is of the kind that has it, and the war too."""
    row = OBSERVABLE[what]
    return (actor in cast.patrons) == (row.of == "patron") and (what != "held" or cast.territory)


def _read(glance: Glance, actor: str, what: str) -> Reading:
    """A name of the language, as its row of the table says that it is seen."""
    row = OBSERVABLE[what]
    value = _one(observed_now(glance.cast, glance.state, glance.sight, np.float32(glance.month), actor, what))
    shown: Value = bool(value) if row.type == "boolean" else value
    return Reading(f"{actor}.{what}" if actor else what, SAYS.get(what, row.doc), shown, row.unit, _seen(row, actor, glance.cast))


def _seen(row: Observable, actor: str, cast: Cast) -> str:
    """How a name is seen: the table of names says it of the owner, who knows its own exactly."""
    if actor == cast.patrons[0] and row.of == "patron":
        return "exact"
    return BY_REPORTS if row.what in ("rung", "raises") else row.seen


def _one(values: Any) -> float:
    """Lane 0."""
    return float(np.asarray(values, np.float64).ravel()[0])
