"""The sections that describe the first day: territory, talks and truces, phases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from countermove.scenario.actors import Stage
from countermove.scenario.node_reader import TRUTHS, listed
from countermove.scenario.numbers import Numbers
from countermove.scenario.parameter_tables import MOVED, PLACES, default, drift_parameter, mandate_parameter, parameters
from countermove.scenario.schema import Opening, Phase
from countermove.scenario.tree import Entries, Node, Scalar
from countermove.spelling import closest
from countermove.world.measure import Control
from countermove.world.prior import Parameter, Prior

HELD = "held-by-"
NO_FRONT = "none"
"""What `territory` says where no line is fought over."""


def read_opening(stage: Stage, entries: Mapping[str, Node]) -> Opening:
    """The front and the talks, from the top-level entries territory, diplomacy, sanctions, front and phases."""
    form = stage.form
    ground = _territory(stage, entries.get("territory"))
    stage.territory = ground.territory
    base = None if stage.base is None else stage.base.opening
    regime, offered, agreed, recommitted = _diplomacy(stage, entries.get("diplomacy"))
    front = form.word(entries["front"], ("settled", "moving"), "front", "settled") if "front" in entries else None
    sanctions = 0.0 if base is None else base.sanctions
    if "sanctions" in entries:
        sanctions = form.plain(entries["sanctions"], "share", (0.0, 1.0))
    return Opening(
        regime=cast(Any, regime or ("positional" if base is None else base.regime)),
        held=ground.held,
        contested=ground.contested,
        control=ground.control,
        territory=ground.territory,
        settled_front=front == "settled" if front is not None else base is None or base.settled_front,
        peacekeeping_offered=offered,
        sanctions=sanctions,
        phases=tuple(_phase(stage, item) for item in form.items(entries.get("phases"), "phases", 24)),
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


def _territory(stage: Stage, node: Node | None) -> _Ground:
    lent = None if stage.base is None or not stage.base.opening.territory else stage.base.opening.held
    if node is None and stage.base is not None and not stage.base.opening.territory:
        return NOTHING_HELD
    if node is None:
        return _Ground(stage.number(None, "opening.held", lent))
    form = stage.form
    if isinstance(node, Scalar):
        word = node.text.lower()
        near = NO_FRONT if TRUTHS.get(word, word) == "false" else closest(word, (NO_FRONT,))
        if node.text != NO_FRONT:
            expected = f"{NO_FRONT}, or a mapping with {', '.join(_keys(stage))}"
            form.refuse(node, f"territory cannot be {form.found(node)}", expected, near)
        return NOTHING_HELD if near else _Ground(default("opening.held"))
    entries = form.section(_of_known_sides(stage, node), "territory", _keys(stage)[2:])
    contested = form.text(entries.get("contested"), "the contested area")
    control = form.word(entries["control"], ("area", "population"), "control", "area") if "control" in entries else "area"
    return _Ground(_held(stage, entries, lent), contested, cast(Any, control))


def _keys(stage: Stage) -> list[str]:
    return ["contested", "control", *(HELD + side for side in stage.sides)]


def _held(stage: Stage, entries: Mapping[str, Node], lent: Prior | None) -> Prior:
    """The share that the owner's client holds, whoever's share is written."""
    form = stage.form
    written = [key for key in entries if key.startswith(HELD)]
    if not written:
        return stage.number(None, "opening.held", lent)
    if len(written) > 1:
        form.refuse(entries[written[1]], "the same share said twice", f"{written[0]} alone: the rest is held by the others")
    side, value = written[0].removeprefix(HELD), entries[written[0]]
    held = stage.number(value, "opening.held", None)
    client = (stage.supports or {}).get(stage.owner, side)
    if side == client or "owner" in form.unread:
        return held
    mirrored = mirror(held) if len(stage.sides) == 2 else None
    if mirrored is None:
        what = "a war of more than two sides" if len(stage.sides) > 2 else f"a {held.kind}"
        form.refuse(value, f"what {side} holds does not say what {client} holds in {what}", f"{HELD}{client}")
        return default("opening.held")
    return mirrored


def _of_known_sides(stage: Stage, node: Node) -> Node:
    """The section without the shares of sides that are not there, each noted as a name that nothing bears."""
    if not isinstance(node, Entries):
        return node
    entries: list[tuple[Scalar, Node]] = []
    for key, value in node.entries:
        side = key.text.removeprefix(HELD)
        if side == key.text or side in stage.sides:
            entries.append((key, value))
            continue
        near = closest(side, stage.sides)
        message, expected = f'"{key.text}" is not a key of territory', listed(_keys(stage))
        stage.form.stranger("actor", side, key, message, expected, HELD + near if near else "")
    return Entries(tuple(entries), node.mark)


def mirror(prior: Prior) -> Prior | None:
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
        answers = [(name, mirror(answer)) for name, answer in prior.experts]
        if all(answer is not None for _, answer in answers):
            turned = replace(prior, experts=tuple((name, answer) for name, answer in answers if answer is not None))
    if turned is None or prior.above is not None:
        return None
    low, high = prior.low, prior.high
    return replace(turned, low=None if high is None else 1 - high, high=None if low is None else 1 - low)


def _diplomacy(stage: Stage, node: Node | None) -> tuple[str | None, Prior, int | None, int | None]:
    """Regime, peacekeepers offered, month of the agreed exchange, month of the last recommitment."""
    form = stage.form
    entries = {} if node is None else form.section(node, "diplomacy")
    lent = None if stage.base is None else stage.base.opening.peacekeeping_offered
    offered = stage.number(None, "opening.peacekeeping-offered", lent)
    if "peacekeeping-offer" in entries:
        offered = _offer(stage, entries["peacekeeping-offer"])
    agreed = recommitted = regime = None
    if "prisoner-exchange" in entries:
        exchange = form.section(entries["prisoner-exchange"], "prisoner-exchange")
        agreed = _past(stage, exchange["agreed"]) if "agreed" in exchange else None
    if "truces" in entries:
        truces = form.section(entries["truces"], "truces")
        if "state" in truces:
            regime = form.word(truces["state"], ("high", "positional", "truce"), "the state of the front", "positional")
        recommitted = _past(stage, truces["recommitted"]) if "recommitted" in truces else None
    return regime, offered, agreed, recommitted


def _past(stage: Stage, node: Node) -> int | None:
    """A month up to the first of the run: the state of the first day cannot rest on what happens later."""
    month = stage.form.month(node)
    if month > stage.clock.start and stage.known[0]:
        message = f"{stage.form.found(node)} is after the start"
        stage.form.stranger("month", "outside", node, message, "a month up to the start of the clock")
    return month or None


def _offer(stage: Stage, node: Node) -> Prior:
    form = stage.form
    entries = form.section(node, "peacekeeping-offer")
    none = Prior("fixed", (0.0,), default("opening.peacekeeping-offered").unit)
    if "on-table" in entries and not form.boolean(entries["on-table"]):
        if "size" in entries and not form.wrong(entries["on-table"]):
            form.refuse(entries["size"], "a size for an offer that is not on the table", "no size, or on-table: true")
        return none
    if "size" not in entries:
        if form.unsure(node):
            return none
        form.refuse(node, "an offer without a size", "size: thousand peacekeepers")
        return none
    return stage.number(entries["size"], "opening.peacekeeping-offered", None)


def _phase(stage: Stage, node: Node) -> Phase:
    form = stage.form
    entries = form.section(node, "phase")
    start = stage.within(entries["from"], form.month(entries["from"])) if "from" in entries else stage.clock.start
    end = stage.within(entries["to"], form.month(entries["to"])) if "to" in entries else start
    if end < start and not any(form.wrong(entries.get(key)) for key in ("from", "to")):
        form.refuse(entries.get("to", node), "a phase that ends before it begins", "to: the same month as from, or later")
    if "drift" in entries and not stage.territory:
        form.refuse(entries["drift"], "ground gained in a war that has no front (territory: none)", "a phase without drift")
    return Phase(
        start=start,
        end=end,
        says=form.text(entries.get("says"), "says"),
        drift=_per_side(stage, entries.get("drift"), drift_parameter()),
        mandate=_per_side(stage, entries.get("mandate"), mandate_parameter()),
        truces=form.boolean(entries["truces"]) if "truces" in entries else True,
    )


def _per_side(stage: Stage, node: Node | None, parameter: Parameter) -> dict[str, Prior]:
    if node is None:
        return {}
    form = stage.form
    if not isinstance(node, Entries):
        form.refuse(node, f"this cannot be {form.found(node)}", f"a mapping of sides to numbers: {listed(stage.sides)}")
        return {}
    found: dict[str, Prior] = {}
    for key, value in node.entries:
        if key.text not in stage.sides:
            near = closest(key.text, stage.sides)
            form.stranger("actor", key.text, key, f'"{key.text}" is not a side', listed(stage.sides), near)
            continue
        found[key.text] = form.prior(value, parameter)
    return found


def read_parameters(stage: Stage, node: Node | None) -> dict[str, Prior]:
    """`parameters: {mechanism: {name: number}}`, by full name; what the other scenario wrote is borrowed."""
    written: dict[str, Prior] = {}
    if node is not None:
        _mechanisms(stage.form, node, written)
    if stage.lender is not None and stage.base is not None:
        borrowed = stage.lender.numbers({name: prior for name, prior in stage.base.parameters.items() if name not in written})
        written.update(borrowed)
    return written


def _mechanisms(form: Numbers, node: Node, written: dict[str, Prior]) -> None:
    table = parameters()
    mechanisms = list(dict.fromkeys(name.split(".")[0] for name in table if name not in PLACES))
    if not isinstance(node, Entries):
        form.refuse(node, f"parameters cannot be {form.found(node)}", "a mapping: mechanism, then name, then number")
        return
    for key, section in node.entries:
        if key.text not in mechanisms and not any(name.startswith(key.text + ".") for name in PLACES):
            form.refuse(key, f'"{key.text}" is not a mechanism', listed(mechanisms, 40), closest(key.text, mechanisms))
            continue
        own = {name.split(".", 1)[1]: row for name, row in table.items() if name.split(".")[0] == key.text}
        if not isinstance(section, Entries):
            form.refuse(section, f"{key.text} cannot be {form.found(section)}", f"a mapping: {listed(own, 24)}")
            continue
        for name, value in section.entries:
            full = f"{key.text}.{name.text}"
            if full in PLACES:
                form.refuse(name, f'"{full}" is not written here', f"{name.text} under {PLACES[full]}:")
            elif full in MOVED:
                meant = MOVED[full].split(".", 1)[1]
                form.refuse(name, f'"{full}" is not written here', f"{meant} under {PLACES[MOVED[full]]}:", meant)
            elif name.text not in own:
                form.refuse(name, f'{key.text} has no parameter "{name.text}"', listed(own, 24), closest(name.text, own))
            else:
                written[full] = form.prior(value, own[name.text])
