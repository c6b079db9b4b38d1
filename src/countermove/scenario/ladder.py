"""The standard ladder of ten rungs, and ladders that a scenario reprices or renames."""

from __future__ import annotations

from collections.abc import Sequence

from countermove.scenario.keys import RUNG
from countermove.scenario.node_reader import NodeReader, blank, listed
from countermove.scenario.schema import Rung
from countermove.scenario.tree import Entries, Items, Node, Scalar
from countermove.spelling import closest

# cost in million USD a month, lag in months, troops in thousand persons; heavy and counter-heavy per month
STANDARD: tuple[Rung, ...] = (
    Rung(name="none", cost=0, lag=0),
    Rung(name="political", cost=0, lag=0),
    Rung(name="non-lethal", cost=5, lag=2),
    Rung(name="training", cost=15, lag=1),
    Rung(name="lethal-defensive", cost=25, lag=4, counter_heavy=0.03),
    Rung(name="heavy", cost=80, lag=5, counter_heavy=0.045, heavy=0.03),
    Rung(name="advisers", cost=120, lag=2, troops=0.2, counter_heavy=0.06, heavy=0.03),
    Rung(name="covert-regulars", cost=300, lag=1, troops=2.5),
    Rung(name="overt-intervention", cost=1200, lag=1, troops=10),
    Rung(name="patron-war", cost=3000, lag=0, troops=30),
)
COUNT = len(STANDARD)
_UNNAMED = tuple(key for key in RUNG if key.name != "name")
_BY_NAME = {rung.name: rung for rung in STANDARD}


def read_ladder(reader: NodeReader, node: Node, lent: tuple[Rung, ...] = STANDARD) -> tuple[Rung, ...]:
    """`standard`, a mapping that reprices some of its rungs, or a list of ten rungs from the lowest to the highest.

    Where the file writes no ladder and overrides go into it, they reprice the one that it borrows, `lent`.
    """
    if isinstance(node, Scalar):
        reader.word(node, ("standard",), "a ladder", "standard")
        return STANDARD
    if isinstance(node, Entries):
        overridden = all(key.coined for key, _ in node.entries)
        return _repriced(reader, node, lent if overridden and node.entries else STANDARD)
    return _listed(reader, node)


def _repriced(reader: NodeReader, node: Entries, base: tuple[Rung, ...]) -> tuple[Rung, ...]:
    ladder = {rung.name: rung for rung in base}
    which = "standard" if base == STANDARD else "borrowed"
    for key, changes in node.entries:
        if key.text not in ladder:
            reader.refuse(
                key, f'"{key.text}" is not a rung of the {which} ladder', listed(ladder, COUNT), closest(key.text, ladder)
            )
            continue
        ladder[key.text] = _rung(reader, changes, ladder[key.text], named=False)
    return tuple(ladder.values())


def _listed(reader: NodeReader, node: Items) -> tuple[Rung, ...]:
    if len(node.items) != COUNT:
        reader.refuse(
            node, f"a ladder of {len(node.items)} rungs", f"{COUNT} rungs: theories and hazards read their numbers, 0 to 9"
        )
        return STANDARD
    ladder: list[Rung] = []
    for place, item in enumerate(node.items):
        if isinstance(item, Scalar):
            ladder.append(_BY_NAME[reader.word(item, _BY_NAME, "a rung", STANDARD[place].name)])
        else:
            ladder.append(_rung(reader, item, Rung(name=STANDARD[place].name, cost=0), named=True))
    names = [rung.name for rung in ladder]
    for place, name in enumerate(names):
        if name in names[:place]:
            reader.refuse(node.items[place], f'a second rung "{name}"', "ten different names")
            return STANDARD
    return tuple(ladder)


def _rung(reader: NodeReader, node: Node, base: Rung, named: bool) -> Rung:
    entries = reader.section(node, "rung") if named else reader.keyed(node, _UNNAMED, "a rung")
    name = base.name
    if named and "name" in entries:
        scalar = entries["name"]
        name = reader.text(scalar, "a rung", 60) or base.name
        if isinstance(scalar, Scalar):
            reader.check_name(scalar)
    numbers = {
        "cost": ("million USD/month", base.cost, (0.0, 1e6)),
        "troops": ("thousand", base.troops, (0.0, 1e4)),
        "heavy": ("", base.heavy, (0.0, 100.0)),
        "counter-heavy": ("", base.counter_heavy, (0.0, 100.0)),
    }
    read = {
        key.replace("-", "_"): reader.plain(entries[key], unit, bounds, old) if key in entries else old
        for key, (unit, old, bounds) in numbers.items()
    }
    lag = reader.integer(entries["lag"], (0, 6), base.lag) if "lag" in entries else base.lag
    return Rung(name=name, lag=lag, **read)


def read_rung(reader: NodeReader, node: Node, ladder: Sequence[Rung], patron: str) -> str:
    """A rung of a patron's ladder by its name or its number, as its name."""
    names = [rung.name for rung in ladder]
    if isinstance(node, Scalar) and node.text.isascii() and node.text.isdigit():
        return names[reader.integer(node, (0, COUNT - 1), 0)]
    if not isinstance(node, Scalar) or blank(node.text) or node.text in names:
        return reader.word(node, names, "a rung", names[0])
    near = closest(node.text, names)
    expected = f"{listed(names, COUNT)}, or a number from 0 to {COUNT - 1}"
    reader.unknown_name(f"rungs of {patron}", node.text, node, f"a rung cannot be {reader.described(node)}", expected, near)
    return near or names[0]


def numbers_of(ladder: Sequence[Rung]) -> dict[str, int]:
    """Rung name -> its number."""
    return {rung.name: place for place, rung in enumerate(ladder)}
