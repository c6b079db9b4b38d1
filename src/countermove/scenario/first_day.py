"""The sections that describe the first day: territory, talks and truces, phases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from countermove.scenario.actors import ReadingContext
from countermove.scenario.node_reader import TRUTHS, listed
from countermove.scenario.numbers import NumberReader
from countermove.scenario.parameter_tables import MOVED, PLACES, default_prior, drift_parameter, mandate_parameter, parameters
from countermove.scenario.schema import Opening, Phase
from countermove.scenario.tree import Entries, Node, Scalar
from countermove.spelling import closest
from countermove.world.measure import Control
from countermove.world.prior import Parameter, Prior

HELD = "held-by-"
NO_FRONT = "none"
"""What `territory` says where no line is fought over."""


def read_opening(context: ReadingContext, entries: Mapping[str, Node]) -> Opening:
    """The front and the talks, from the top-level entries territory, diplomacy, sanctions, front and phases."""
    reader = context.reader
    ground = _territory(context, entries.get("territory"))
    context.territory = ground.territory
    base = None if context.base is None else context.base.opening
    regime, offered, agreed, recommitted = _diplomacy(context, entries.get("diplomacy"))
    front = reader.word(entries["front"], ("settled", "moving"), "front", "settled") if "front" in entries else None
    sanctions = 0.0 if base is None else base.sanctions
    if "sanctions" in entries:
        sanctions = reader.plain(entries["sanctions"], "share", (0.0, 1.0))
    return Opening(
        regime=cast(Any, regime or ("positional" if base is None else base.regime)),
        held=ground.held,
        contested=ground.contested,
        control=ground.control,
        territory=ground.territory,
        settled_front=front == "settled" if front is not None else base is None or base.settled_front,
        peacekeeping_offered=offered,
        sanctions=sanctions,
        phases=tuple(_phase(context, item) for item in reader.items(entries.get("phases"), "phases", 24)),
        exchange_agreed=agreed,
        recommitted=recommitted,
    )


@dataclass(frozen=True)
class _Ground:
    """What is fought over: the share that the owner's client holds, the area in words, and what shares are of."""

    held: Prior
    contested: str = ""
    control: Control = "area"
    territory: bool = True


NOTHING_HELD = _Ground(Prior("fixed", (0.5,), "share"), territory=False)
"""No line is fought over: what the owner's client holds is half of nothing."""


def _territory(context: ReadingContext, node: Node | None) -> _Ground:
    lent = None if context.base is None or not context.base.opening.territory else context.base.opening.held
    if node is None and context.base is not None and not context.base.opening.territory:
        return NOTHING_HELD
    if node is None:
        return _Ground(context.number(None, "opening.held", lent))
    reader = context.reader
    if isinstance(node, Scalar):
        word = node.text.lower()
        near = NO_FRONT if TRUTHS.get(word, word) == "false" else closest(word, (NO_FRONT,))
        if node.text != NO_FRONT:
            expected = f"{NO_FRONT}, or a mapping with {', '.join(_keys(context))}"
            reader.refuse(node, f"territory cannot be {reader.described(node)}", expected, near)
        return NOTHING_HELD if near else _Ground(default_prior("opening.held"))
    entries = reader.section(_of_known_sides(context, node), "territory", _keys(context)[2:])
    contested = reader.text(entries.get("contested"), "the contested area")
    control = reader.word(entries["control"], ("area", "population"), "control", "area") if "control" in entries else "area"
    return _Ground(_held(context, entries, lent), contested, cast(Any, control))


def _keys(context: ReadingContext) -> list[str]:
    return ["contested", "control", *(HELD + side for side in context.sides)]


def _held(context: ReadingContext, entries: Mapping[str, Node], lent: Prior | None) -> Prior:
    """The share that the owner's client holds, whoever's share is written."""
    reader = context.reader
    written = [key for key in entries if key.startswith(HELD)]
    if not written:
        return context.number(None, "opening.held", lent)
    if len(written) > 1:
        reader.refuse(entries[written[1]], "the same share said twice", f"{written[0]} alone: the rest is held by the others")
    side, value = written[0].removeprefix(HELD), entries[written[0]]
    held = context.number(value, "opening.held", None)
    client = (context.supports or {}).get(context.owner, side)
    if side == client or "owner" in reader.unread:
        return held
    mirrored = complement(held) if len(context.sides) == 2 else None
    if mirrored is None:
        what = "a war of more than two sides" if len(context.sides) > 2 else f"a {held.kind}"
        reader.refuse(value, f"what {side} holds does not say what {client} holds in {what}", f"{HELD}{client}")
        return default_prior("opening.held")
    return mirrored


def _of_known_sides(context: ReadingContext, node: Node) -> Node:
    """The section without the shares of sides that are not there, each noted as a name that nothing bears."""
    if not isinstance(node, Entries):
        return node
    entries: list[tuple[Scalar, Node]] = []
    for key, value in node.entries:
        side = key.text.removeprefix(HELD)
        if side == key.text or side in context.sides:
            entries.append((key, value))
            continue
        near = closest(side, context.sides)
        message, expected = f'"{key.text}" is not a key of territory', listed(_keys(context))
        context.reader.unknown_name("actor", side, key, message, expected, HELD + near if near else "")
    return Entries(tuple(entries), node.mark)


def complement(prior: Prior) -> Prior | None:
    """The prior of 1 - x; None where it has no name."""
    args = prior.args
    turned: Prior | None = None
    if prior.kind == "fixed":
        turned = replace(prior, args=(1 - args[0],))
    elif prior.kind == "beta":
        turned = replace(prior, args=(args[1], args[0]))
    elif prior.kind in ("uniform", "choice"):
        turned = replace(prior, args=tuple(1 - value for value in reversed(args)))
    elif prior.kind == "normal":
        turned = replace(prior, args=(1 - args[0], args[1]))
    elif prior.kind == "quantiles":
        pairs = zip(args[-2::-2], args[::-2], strict=True)
        turned = replace(prior, args=tuple(x for p, value in pairs for x in (1 - p, 1 - value)))
    elif prior.kind == "experts":
        answers = [(name, complement(answer)) for name, answer in prior.experts]
        if all(answer is not None for _, answer in answers):
            turned = replace(prior, experts=tuple((name, answer) for name, answer in answers if answer is not None))
    if turned is None or prior.above is not None:
        return None
    low, high = prior.low, prior.high
    return replace(turned, low=None if high is None else 1 - high, high=None if low is None else 1 - low)


def _diplomacy(context: ReadingContext, node: Node | None) -> tuple[str | None, Prior, int | None, int | None]:
    """Regime, peacekeepers offered, month of the agreed exchange, month of the last recommitment."""
    reader = context.reader
    entries = {} if node is None else reader.section(node, "diplomacy")
    lent = None if context.base is None else context.base.opening.peacekeeping_offered
    offered = context.number(None, "opening.peacekeeping-offered", lent)
    if "peacekeeping-offer" in entries:
        offered = _offer(context, entries["peacekeeping-offer"])
    agreed = recommitted = regime = None
    if "prisoner-exchange" in entries:
        exchange = reader.section(entries["prisoner-exchange"], "prisoner-exchange")
        agreed = _past(context, exchange["agreed"]) if "agreed" in exchange else None
    if "truces" in entries:
        truces = reader.section(entries["truces"], "truces")
        if "state" in truces:
            regime = reader.word(truces["state"], ("high", "positional", "truce"), "the state of the front", "positional")
        recommitted = _past(context, truces["recommitted"]) if "recommitted" in truces else None
    return regime, offered, agreed, recommitted


def _past(context: ReadingContext, node: Node) -> int | None:
    """A month up to the first of the run: the state of the first day cannot rest on what happens later."""
    month = context.reader.month(node)
    if month > context.clock.start and context.known[0]:
        message = f"{context.reader.described(node)} is after the start"
        context.reader.unknown_name("month", "outside", node, message, "a month up to the start of the clock")
    return month or None


def _offer(context: ReadingContext, node: Node) -> Prior:
    reader = context.reader
    entries = reader.section(node, "peacekeeping-offer")
    none = Prior("fixed", (0.0,), default_prior("opening.peacekeeping-offered").unit)
    if "on-table" in entries and not reader.boolean(entries["on-table"]):
        if "size" in entries and not reader.wrong(entries["on-table"]):
            reader.refuse(entries["size"], "a size for an offer that is not on the table", "no size, or on-table: true")
        return none
    if "size" not in entries:
        if reader.unsure(node):
            return none
        reader.refuse(node, "an offer without a size", "size: thousand peacekeepers")
        return none
    return context.number(entries["size"], "opening.peacekeeping-offered", None)


def _phase(context: ReadingContext, node: Node) -> Phase:
    reader = context.reader
    entries = reader.section(node, "phase")
    start = context.within(entries["from"], reader.month(entries["from"])) if "from" in entries else context.clock.start
    end = context.within(entries["to"], reader.month(entries["to"])) if "to" in entries else start
    if end < start and not any(reader.wrong(entries.get(key)) for key in ("from", "to")):
        reader.refuse(entries.get("to", node), "a phase that ends before it begins", "to: the same month as from, or later")
    if "drift" in entries and not context.territory:
        reader.refuse(entries["drift"], "ground gained in a war that has no front (territory: none)", "a phase without drift")
    return Phase(
        start=start,
        end=end,
        says=reader.text(entries.get("says"), "says"),
        drift=_per_side(context, entries.get("drift"), drift_parameter()),
        mandate=_per_side(context, entries.get("mandate"), mandate_parameter()),
        truces=reader.boolean(entries["truces"]) if "truces" in entries else True,
    )


def _per_side(context: ReadingContext, node: Node | None, parameter: Parameter) -> dict[str, Prior]:
    if node is None:
        return {}
    reader = context.reader
    if not isinstance(node, Entries):
        reader.refuse(node, f"this cannot be {reader.described(node)}", f"a mapping of sides to numbers: {listed(context.sides)}")
        return {}
    by_side: dict[str, Prior] = {}
    for key, value in node.entries:
        if key.text not in context.sides:
            near = closest(key.text, context.sides)
            reader.unknown_name("actor", key.text, key, f'"{key.text}" is not a side', listed(context.sides), near)
            continue
        by_side[key.text] = reader.prior(value, parameter)
    return by_side


def read_parameters(context: ReadingContext, node: Node | None) -> dict[str, Prior]:
    """`parameters: {mechanism: {name: number}}`, by full name; what the other scenario wrote is borrowed."""
    written: dict[str, Prior] = {}
    if node is not None:
        _mechanisms(context.reader, node, written)
    if context.lender is not None and context.base is not None:
        borrowed = context.lender.numbers({name: prior for name, prior in context.base.parameters.items() if name not in written})
        written.update(borrowed)
    return written


def _mechanisms(reader: NumberReader, node: Node, written: dict[str, Prior]) -> None:
    table = parameters()
    mechanisms = list(dict.fromkeys(name.split(".")[0] for name in table if name not in PLACES))
    if not isinstance(node, Entries):
        reader.refuse(node, f"parameters cannot be {reader.described(node)}", "a mapping: mechanism, then name, then number")
        return
    for key, section in node.entries:
        if key.text not in mechanisms and not any(name.startswith(key.text + ".") for name in PLACES):
            reader.refuse(key, f'"{key.text}" is not a mechanism', listed(mechanisms, 40), closest(key.text, mechanisms))
            continue
        own = {name.split(".", 1)[1]: row for name, row in table.items() if name.split(".")[0] == key.text}
        if not isinstance(section, Entries):
            reader.refuse(section, f"{key.text} cannot be {reader.described(section)}", f"a mapping: {listed(own, 24)}")
            continue
        for name, value in section.entries:
            full = f"{key.text}.{name.text}"
            if full in PLACES:
                reader.refuse(name, f'"{full}" is not written here', f"{name.text} under {PLACES[full]}:")
            elif full in MOVED:
                meant = MOVED[full].split(".", 1)[1]
                reader.refuse(name, f'"{full}" is not written here', f"{meant} under {PLACES[MOVED[full]]}:", meant)
            elif name.text not in own:
                reader.refuse(name, f'{key.text} has no parameter "{name.text}"', listed(own, 24), closest(name.text, own))
            else:
                written[full] = reader.prior(value, own[name.text])
