"""Everything of a war that has a name, month by month: as it truly is, as the owner sees it, as a record would tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp

from countermove.behaviour.observed_names import observed_now, share_of
from countermove.dynamics.strength import Params, troops
from countermove.dynamics.territory import shares
from countermove.engine.acting import Report
from countermove.engine.months import Passed
from countermove.engine.step import Stage
from countermove.errors import RunError
from countermove.world.cast import Array, Cast
from countermove.world.channel import CHANNELS
from countermove.world.observable import OBSERVABLES
from countermove.world.state import HIGH, SETTLED, TRUCE, WAR, State

ENTERED = 2.0  # thousand men of regular units that make an intervention (rung 7)
_KNOWN = {row.what: row for row in OBSERVABLES}


class Quantity(NamedTuple):
    """A name of the language (world/observable.py): as it truly is at the end of a month, or, `seen`, as the owner sees it when the month begins."""

    of: str
    what: str
    seen: bool = False


class Recorded(NamedTuple):
    """What a channel (world/channel.py) is about in a month; `actor`: its place among sides or patrons."""

    channel: str
    actor: int = 0


Named: TypeAlias = Quantity | Recorded


@cache
def quantities_of(cast: Cast) -> tuple[Named, ...]:
    """All that there is in a war, in a fixed order."""
    return tuple(_every(cast))


def _every(cast: Cast) -> Iterator[Named]:
    actors = _actors(cast)
    for row in OBSERVABLES:
        for actor in actors[row.of]:
            yield Quantity(actor, row.what)
            if not hidden(cast, actor, row.what):
                yield Quantity(actor, row.what, True)
    for channel in CHANNELS:
        for place in range(len(actors[channel.of])):
            yield Recorded(channel.name, place)


def _actors(cast: Cast) -> dict[str, tuple[str, ...]]:
    return {"world": ("",), "theatre": ("",), "patron": cast.patrons, "side": cast.sides}


def hidden(cast: Cast, actor: str, what: str) -> bool:
    """Whether the owner does not see a quantity."""
    seen = _KNOWN[what].seen
    return seen == "" or (seen.startswith("the owner's own only") and actor != cast.patrons[0])


def check(cast: Cast, one: Quantity) -> None:
    """Raises RunError where the scenario has no such quantity."""
    row = _KNOWN.get(one.what)
    if row is None or _of(cast, one) not in _actors(cast)[row.of]:
        raise RunError(
            f"there is no {one.of + '.' if one.of else ''}{one.what}", where="series", next="docs/reference/names.md lists them"
        )
    if one.seen and hidden(cast, one.of, one.what):
        raise RunError(f"the owner does not see {one.of + '.' if one.of else ''}{one.what}", where="series")


def _of(cast: Cast, one: Quantity) -> str:
    """The world's events are also those of the theatre."""
    return "" if one.of == cast.theatre else one.of


def place_of(cast: Cast, one: Named) -> int:
    """Where the quantity stands among those of a war; raises RunError where there is none."""
    if isinstance(one, Quantity):
        check(cast, one)
        one = one._replace(of=_of(cast, one))
    return quantities_of(cast).index(one)


def value_of(stage: Stage, month: Passed, one: Named) -> Array:
    """The quantity in a month that has passed, float32 [n]; booleans are 0 or 1."""
    if isinstance(one, Recorded):
        found = recorded(stage.cast, stage.p, month.before, month.after, month.report, one)
    elif one.seen:
        found = observed_now(stage.cast, month.before, month.sight, month.row["index"], one.of, one.what)
    else:
        found = true(stage, month.before, month.after, month.report, month.row["index"], one)
    return jnp.broadcast_to(jnp.asarray(found).astype(jnp.float32), month.after.oil.shape)


def true(stage: Stage, before: State, after: State, report: Report, month: Array, one: Quantity) -> Array:
    """The quantity as it is at the end of the month (events and flows: of the month) [n]."""
    if one.of in stage.cast.patrons:
        return _patron(stage.cast.patrons.index(one.of), before, after, report, one.what)
    if one.of in stage.cast.sides:
        return _side(stage, stage.cast.sides.index(one.of), after, report, one.what)
    return _world(after, report, month, one.what)


def _world(after: State, report: Report, month: Array, what: str) -> Array:
    flags = report.flags
    ways: dict[str, Any] = {
        "months": lambda: month + 1 + after.oil * 0,
        "settled": lambda: after.regime == SETTLED,
        "truce": lambda: after.regime == TRUCE,
        "high-intensity": lambda: after.regime == HIGH,
        "direct-war": lambda: after.regime == WAR,
        "truce-begins": lambda: flags.truce_began,
        "truce-breaks": lambda: flags.truce_broke,
        "clash": lambda: flags.clash,
        "incident": lambda: flags.incident,
        "exchange": lambda: flags.exchange,
        "deaths": lambda: report.deaths,
        "civilians": lambda: report.civilians,
        "talks": lambda: after.track,
        "credibility": lambda: after.credibility,
        "solidarity": lambda: after.solidarity,
        "peacekeepers": lambda: after.peacekeepers,
    }
    return ways[what]()


def _patron(j: int, before: State, after: State, report: Report, what: str) -> Array:
    ways: dict[str, Any] = {
        "rung": lambda: after.rung[j],
        "raises": lambda: after.rung[j] > before.rung[j],
        "quits": lambda: after.left[j],
        "exit": lambda: report.flags.quit[j],
        "resolve": lambda: jax.nn.sigmoid(after.resolve_belief[j]),
        "will": lambda: after.will[j],
        "cost": lambda: after.spent[j],
        "support": lambda: after.support[j],
        "casualties": lambda: after.dead[j] - before.dead[j],
    }
    return ways[what]()


def _side(stage: Stage, i: int, after: State, report: Report, what: str) -> Array:
    cast_, settled = stage.cast, stage.cast.settled_front
    change = report.balance[i] - (stage.reference.balance[i] if settled else 0.0)
    line = stage.p["observation.losing"]
    ways: dict[str, Any] = {
        "asks": lambda: sum(after.asked[j] for j, side in enumerate(cast_.supports) if side == i) + after.oil * 0 > 0,
        "losing": lambda: change < -line,
        "winning": lambda: change > line,
        "balance": lambda: report.balance[i],
        "attacks": lambda: after.attacking[i],
        "held": lambda: share_of(cast_, after.ground, i),
        "collapsed": lambda: after.gone[i],
        "personnel": lambda: after.force[i],
    }
    return ways[what]()


def recorded(cast: Cast, p: Params, before: State, after: State, report: Report, one: Recorded) -> Array:
    """What a channel is about in a month [n]: events 0 or 1, counts in persons, shares, amounts."""
    actor, flags = one.actor, report.flags
    ways: dict[str, Callable[[], Array]] = {
        "deaths": lambda: report.deaths,
        "civilians": lambda: report.civilians,
        "held": lambda: shares(cast, after.ground)[actor],
        "truce-begins": lambda: flags.truce_began,
        "truce-breaks": lambda: flags.truce_broke,
        "high-intensity": lambda: (after.regime == HIGH).astype(jnp.float32),
        "attacks": lambda: flags.attack[actor],
        "losing": lambda: flags.losing[actor],
        "winning": lambda: flags.winning[actor],
        "intervenes": lambda: jnp.maximum(_entered(cast, p, after, actor) - _entered(cast, p, before, actor), 0),
        "quits": lambda: flags.quit[actor],
        "support": lambda: after.support[actor],
        "personnel": lambda: troops(cast, p, after.support, after.rung)[actor],
        "dead": lambda: after.dead[actor] - before.dead[actor],
        "spent": lambda: after.spent[actor] - before.spent[actor],
    }
    return ways[one.channel]()


def _entered(cast: Cast, p: Params, state: State, patron: int) -> Array:
    men = troops(cast, p, state.support, state.rung)[patron]
    return ((state.rung[patron] >= 7) & (men > ENTERED)).astype(jnp.float32)
