"""The twins of a written plan: the same without its arms, and the same arms without one dial, or without any.

A dial is what a plan orders beside the arms: conditions, refusals, effort at the talks, peacekeepers, brigades, a ceiling, sanctions. Whoever
compares two plans that differ in both does not know what the weapons did; whoever compares a plan with its twins does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from countermove.world.cast import Cast, RungNumbers
from countermove.world.plan import Command, Plan
from countermove.world.state import GRANT, REFUSE

ARMS, DIALS = "arms", "dials"
FIELDS: dict[str, tuple[str, ...]] = {
    "conditions": ("line", "restraint"),
    "refusal": ("answer",),
    "effort": ("effort",),
    "offer": ("offer",),
    "brigades": ("brigades",),
    "ceiling": ("ceiling",),
    "sanctions": ("sanctions",),
}
"""By dial, the orders that it is made of."""
NOTHING = Command()


@dataclass(frozen=True)
class Twin:
    """A plan `of` which something was taken away: its ARMS, one dial of FIELDS, or all its DIALS."""

    of: str
    without: str
    plan: Plan


def twins_of(plan: Plan, cast: Cast) -> tuple[Twin, ...]:
    """Every twin of a plan: without its arms, without each of its dials, and with the arms alone. A single dial is all of them: one plan."""
    held = dials_of(plan)
    bare = {dial: (dial,) for dial in held} | ({DIALS: held} if held else {})
    made = {ARMS: disarmed(plan, cast), **{name: undialled(plan, dials) for name, dials in bare.items()}}
    names = {ARMS: "no arms", DIALS: f"no {held[0]}" if len(held) == 1 else "no dials"}
    return tuple(
        Twin(plan.name, without, replace(twin, name=f"{plan.name} ({names.get(without, f'no {without}')})"))
        for without, twin in made.items()
        if twin is not None
    )


def dials_of(plan: Plan) -> tuple[str, ...]:
    """The dials that a plan turns."""
    return tuple(dial for dial in FIELDS if undialled(plan, (dial,)) is not None)


def undialled(plan: Plan, dials: Sequence[str]) -> Plan | None:
    """The plan without these dials; None where it turns none of them.

    An order of which nothing is left is left out, so that the plan is silent there and answers a request as its completion does. A grant is
    no dial, since it sends more arms, and neither is the ceiling of a plan that leaves the war.
    """

    def bare(command: Command) -> Command:
        fields = {field for dial in dials for field in FIELDS[dial]}
        kept = {"answer"} if command.answer != REFUSE else set[str]()
        kept |= {"ceiling"} if command.rung == command.ceiling == 0 else set[str]()
        changes: dict[str, Any] = dict.fromkeys(fields - kept)
        return replace(command, **changes)

    return _changed(plan, bare)


def disarmed(plan: Plan, cast: Cast) -> Plan | None:
    """The plan with its dials and without arms; None where it sends none.

    It stays on the highest rung without weapons or men that is not above the opening, ships nothing, climbs no step, and its ceiling is that
    rung, so that no request is granted either.
    """
    top = unarmed_rung(cast.ladders[0], cast.start_rung)

    def bare(command: Command) -> Command:
        climbs = isinstance(command.step, int) and command.step > 0
        return replace(
            command,
            rung=_lower(command.rung, top),
            ceiling=_lower(command.ceiling, top),
            volume=None,
            step=None if climbs else command.step,
            answer=REFUSE if command.answer == GRANT else command.answer,
        )

    twin = _changed(plan, bare)
    stays = cast.start_rung > top and not any(at == 0 and _under(command.rung, top) for at, command in plan.moves)
    if not stays and (twin is None or not _sends(plan, top)):
        return None
    first = (0, Command(rung=top if cast.start_rung > top else None, ceiling=top))
    twin = plan if twin is None else twin
    return replace(twin, moves=(first, *twin.moves))


def unarmed_rung(ladder: Sequence[RungNumbers], start: int) -> int:
    """The highest rung up to the opening one on which neither weapons nor men are sent; the lowest where each sends some."""
    without = [place for place, step in enumerate(ladder[: start + 1]) if not (step.heavy or step.counter_heavy or step.troops)]
    return max(without, default=0)


def _sends(plan: Plan, top: int) -> bool:
    """Whether any order of the plan sends arms, or lets the client have them: not only a ceiling that none of its orders reaches."""
    orders = [command for _, command in (*plan.moves, *plan.rules)] + ([] if plan.otherwise is None else [plan.otherwise])
    return any(
        command.volume is not None
        or command.answer == GRANT
        or (command.rung is not None and not _under(command.rung, top))
        or (isinstance(command.step, int) and command.step > 0)
        for command in orders
    )


def _under(rung: int | str | None, top: int) -> bool:
    return isinstance(rung, int) and rung <= top


def _lower(rung: int | str | None, top: int) -> int | str | None:
    return min(rung, top) if isinstance(rung, int) else rung


def _changed(plan: Plan, change: Callable[[Command], Command]) -> Plan | None:
    """The plan with every command changed, without those of which nothing is left; None where nothing changes."""

    def left(command: Command) -> bool:
        return command == NOTHING or change(command) != NOTHING

    otherwise = plan.otherwise
    twin = replace(
        plan,
        moves=tuple((at, change(command)) for at, command in plan.moves if left(command)),
        rules=tuple((guard, change(command)) for guard, command in plan.rules if left(command)),
        otherwise=change(otherwise) if otherwise is not None and left(otherwise) else None,
    )
    return None if twin == plan else twin
