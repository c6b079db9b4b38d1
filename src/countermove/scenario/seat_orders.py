"""What people order at a table, in the language of strategies: the owner as in a move of a plan, the others in a few keys of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, localcontext
from types import MappingProxyType
from typing import Literal

from countermove.errors import Issue, ScenarioError
from countermove.scenario.actors import ReadingContext
from countermove.scenario.keys import ORDERS, Key
from countermove.scenario.ladder import COUNT, numbers_of
from countermove.scenario.names import Scope
from countermove.scenario.numbers import NumberReader
from countermove.scenario.plans import PlanReader
from countermove.scenario.schema import Scenario, WrittenOrders
from countermove.scenario.tree import Entries, Issues, Mark, Node, Stop, parse

Orderer = Literal["owner", "patron", "client"]
MOST_TEXT = 4000
"""Letters of one order."""

PATRON_ORDERS = (
    Key("support", "plain", "What you aim to give your client from now on, thousand person-equivalents"),
    Key("answer", "grant|refuse", "Your answer to your client's request; to grant it is to give more in that month"),
    Key("exit", "boolean", "Leave the war for good"),
)
CLIENT_ORDERS = (
    Key("ask", "boolean", "Ask your patrons for more"),
    Key("attack", "boolean", "Begin a major offensive"),
)
_TO_THE_OWNER = {
    "sanctions": "Sanctions on your rival, 0 to 1",
    "answer": "Your answer to your client's request; to grant it is to go one rung up",
}
"""Orders of a plan whose words speak of its owner, in words to whoever has that seat."""
OWNER_ORDERS = tuple(replace(key, doc=_TO_THE_OWNER.get(key.name, key.doc)) for key in ORDERS)
KEYS: Mapping[Orderer, tuple[Key, ...]] = MappingProxyType(
    {"owner": OWNER_ORDERS, "patron": PATRON_ORDERS, "client": CLIENT_ORDERS}
)
"""What each can order, in words to whoever has the seat. Whoever is none of them has no orders: his channels are what he has."""


@dataclass(frozen=True)
class SeatOrders:
    """What one seat orders in a month; None is no order."""

    owner: WrittenOrders | None = None
    support: float | None = None  # thousand person-equivalents
    answer: str | None = None
    exit: bool | None = None
    ask: bool | None = None
    attack: bool | None = None


def read_seat_orders(
    text: str, kind: Orderer, scenario: Scenario, *, most: float = float("inf"), file: str = "orders"
) -> SeatOrders:
    """The orders in a text, `rung: heavy, answer: grant` as YAML; an empty text orders nothing. `most`: the support that a patron's means allow.

    Raises ScenarioError with every mistake, each with its line and column.
    """
    if not text.strip():
        return SeatOrders()
    issues = Issues()
    found = SeatOrders()
    try:
        if len(text) > MOST_TEXT:
            raise issues.stop(Mark(file, 1, 1), f"an order of {len(text):,} letters", f"at most {MOST_TEXT:,}")
        node = parse(text, file, issues)
        reader = NumberReader(issues)
        found = SeatOrders(owner=_plans(reader, scenario).orders(node)) if kind == "owner" else _of_others(reader, node, kind, most)
    except Stop:
        pass
    if issues.found:
        raise ScenarioError([_at_table(one, kind, scenario, most) for one in issues.found])
    return found


def _at_table(issue: Issue, kind: Orderer, scenario: Scenario, most: float) -> Issue:
    """A mistake in words for whoever sits at a table and has seen no scenario: nothing of files, and no rung that cannot be ordered."""
    ladder = [rung.name for rung in scenario.patrons[scenario.owner].ladder]
    war, top = ladder[-1], COUNT - 2
    example = {"owner": f"rung: {ladder[3]}", "patron": "support: 5", "client": "ask: true"}[kind]
    expected = re.sub(r"; [a-z-]+ is a key of [a-z ,-]+$", "", issue.expected)
    expected = re.sub(r"a mapping with (one of )?", f'a line for each order, such as "{example}"; there are ', expected)
    expected = expected.replace(f", {war}, or a number from 0 to {COUNT - 1}", f", or a number from 0 to {top}")
    expected = {
        f"a whole number from 0 to {COUNT - 1}": f"a whole number from 0 to {top}",
        f"a whole number from -{COUNT - 1} to {COUNT - 1}": f"a whole number from -{top} to {top}",
        "from 0 to 1e+06 (thousand)": f"from 0 to {_within(min(most, 1e6))} (thousand)",
    }.get(expected, expected)
    suggestion = {war: "", "[none]": "[]"}.get(issue.suggestion, issue.suggestion)
    return replace(issue, expected=expected, suggestion=suggestion)


def _of_others(reader: NumberReader, node: Node, kind: Orderer, most: float) -> SeatOrders:
    """The orders of a patron that is not the owner, or of a client."""
    entries = reader.keyed(node, KEYS[kind], "orders")
    if isinstance(node, Entries) and not node.entries:
        reader.refuse(node, "orders that order nothing", f"an order such as {'support: 5' if kind == 'patron' else 'ask: true'}")
    support = reader.plain(entries["support"], "thousand", (0.0, 1e6)) if "support" in entries else None
    if support is not None and support > most and not reader.wrong(entries["support"]):
        reader.refuse(entries["support"], f"{support:g} thousand is more than its means allow", f"at most {_within(most)} thousand")
    answer = reader.word(entries["answer"], ("grant", "refuse"), "an answer", "refuse") if "answer" in entries else None

    def truth(key: str) -> bool | None:
        return reader.boolean(entries[key]) if key in entries else None

    return SeatOrders(support=support, answer=answer, exit=truth("exit"), ask=truth("ask"), attack=truth("attack"))


def _within(most: float) -> str:
    """A limit to four digits, rounded down: what is told may be ordered."""
    with localcontext(prec=4, rounding=ROUND_FLOOR) as four:
        return f"{float(four.create_decimal(str(float(most)))):.4g}"


def _plans(reader: NumberReader, scenario: Scenario) -> PlanReader:
    """The reader of the owner's orders, as the scenario's own strategies were read."""
    supports = {name: patron.supports for name, patron in scenario.patrons.items()}
    context = ReadingContext(
        reader, scenario.clock, tuple(scenario.sides), supports, scenario.owner, territory=scenario.opening.territory
    )
    ladders = {name: numbers_of(patron.ladder) for name, patron in scenario.patrons.items()}
    scope = Scope(tuple(scenario.sides), tuple(scenario.patrons), scenario.owner, ladders, (), scenario.opening.territory)
    return PlanReader(context, scope, scenario.patrons[scenario.owner].ladder)
