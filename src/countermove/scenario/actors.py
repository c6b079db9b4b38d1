"""The sections that describe who is there: sides, patrons with their ladders and theories, third parties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from countermove.scenario.borrow import Lender
from countermove.scenario.codes import read_codes
from countermove.scenario.ladder import STANDARD, read_ladder, read_rung
from countermove.scenario.node_reader import listed
from countermove.scenario.numbers import NumberReader
from countermove.scenario.parameter_tables import parameters, theory_names, theory_parameters
from countermove.scenario.schema import Clock, Hypothesis, Patron, Rung, Scenario, Side, ThirdParty, numbers_in
from countermove.scenario.tree import Entries, Node, Scalar
from countermove.spelling import closest
from countermove.world.prior import Parameter, Prior
from countermove.world.words import month_text

MIX = ("troops", "heavy", "counter-heavy")


@dataclass
class ReadingContext:
    """What the sections need to know of each other while they are read."""

    reader: NumberReader
    clock: Clock
    sides: tuple[str, ...] = ()
    supports: Mapping[str, str] | None = None  # patron -> side
    owner: str = ""
    territory: bool = True  # whether a line is fought over
    decided: bool = True  # an objective says whose decision this is
    lender: Lender | None = None
    known: tuple[bool, bool] = (True, True)  # whether the first and the last month of the clock could be read

    @property
    def base(self) -> Scenario | None:
        """The scenario that numbers are borrowed from."""
        return None if self.lender is None else self.lender.base

    @property
    def first_day(self) -> date | None:
        """The first day of the run; None where the clock could not be read."""
        return date(self.clock.start // 12, self.clock.start % 12 + 1, 1) if self.known[0] and self.clock.start >= 12 else None

    def number(self, node: Node | None, parameter: str, other: Prior | None) -> Prior:
        """A number: as written, else borrowed from `other`, else from the table."""
        row = parameters()[parameter]
        if node is None and other is not None and self.lender is not None:
            lent = self.lender.number(other, parameter)
            if lent is not None:
                return lent
        return self.reader.prior(node, row)

    def within(self, node: Node, month: int) -> int:
        """A month inside the clock."""
        end = self.clock.start + self.clock.months - 1
        if month and not self.clock.start <= month <= end:
            self.outside(node, self.known[0 if month < self.clock.start else 1])
            return self.clock.start
        return month or self.clock.start

    def outside(self, node: Node, sure: bool = True) -> None:
        """Note a month outside the clock, where that end of it is known. All of them are one mistake: as a rule it is the clock's own."""
        clock = self.clock
        if sure:
            message = f"{self.reader.described(node)} is outside the clock"
            expected = f"{month_text(clock.start)} to {month_text(clock.start + clock.months - 1)}"
            self.reader.unknown_name("month", "outside", node, message, expected)


def one_of_names(reader: NumberReader, node: Node, names: Sequence[str], noun: str) -> str:
    """A reference to one of the actors that the file gives; "" where nobody can say whom it means."""
    word = reader.text(node, noun, 80, listed(names, 20))
    if not word or word in names:
        return word
    near = closest(word, names)
    reader.unknown_name("actor", word, node, f'"{word}" is not {noun}', listed(names, 20), near)
    return near


def read_side(context: ReadingContext, node: Node, name: str) -> Side:
    """One side; what is not written is borrowed or taken from the table."""
    entries = context.reader.section(node, "side")
    other = None if context.lender is None else context.lender.side(name)

    def number(key: str, lent: Prior | None) -> Prior:
        return context.number(entries.get(key), f"side.{key}", lent)

    lent = other is not None and other.target != other.personnel and "personnel" not in entries
    written = {
        field: number(key, None if other is None else getattr(other, field))
        for field, key in numbers_in(Side).items()
        if key != "target" or "target" in entries or lent
    }
    return Side(
        **{"target": written["personnel"], **written},  # a side that names no target recovers towards its personnel
        title=context.reader.title(entries),
        says=context.reader.text(entries.get("says"), "says"),
        codes=read_codes(context.reader, entries.get("codes"), context.first_day),
        fire=_fire(context, entries.get("fire"), name),
    )


def _fire(context: ReadingContext, node: Node | None, name: str) -> dict[str, float]:
    others = [side for side in context.sides if side != name]
    return _of_one(context.reader, node, others, "another side", "the shares of fire sum")


def _of_one(reader: NumberReader, node: Node | None, names: Sequence[str], noun: str, said: str) -> dict[str, float]:
    """Shares that sum to 1; what they sum to is unknown where one of them could not be read."""
    before = len(reader.issues.found)
    shares = weights(reader, node, names, noun)
    if node is not None and shares and len(reader.issues.found) == before and abs(sum(shares.values()) - 1) > 1e-9:
        reader.refuse(node, f"{said} to {sum(shares.values()):.10g}", "a sum of 1")
    return shares


def weights(reader: NumberReader, node: Node | None, names: Sequence[str], noun: str) -> dict[str, float]:
    """A mapping of known names to shares from 0 to 1."""
    if node is None:
        return {}
    if not isinstance(node, Entries):
        reader.refuse(node, f"shares cannot be {reader.described(node)}", f"a mapping with {listed(names)}")
        return {}
    shares: dict[str, float] = {}
    for key, value in node.entries:
        if key.text not in names:
            reader.unknown_name("actor", key.text, key, f'"{key.text}" is not {noun}', listed(names), closest(key.text, names))
            continue
        shares[key.text] = reader.plain(value, "share", (0.0, 1.0))
    return shares


def read_patron(context: ReadingContext, node: Node, name: str, supports: str) -> Patron:
    """One patron; the owner has strategies in place of theories."""
    reader = context.reader
    entries = reader.section(node, "patron")
    other = None if context.lender is None else context.lender.patron(name)
    lent = STANDARD if other is None else other.ladder
    ladder = _ladder(reader, entries.get("ladder"), node, name, lent)

    def number(key: str, lent: Prior | None) -> Prior:
        return context.number(entries.get(key), f"patron.{key}", lent)

    mix = _of_one(reader, entries.get("mix"), MIX, "something that is given", "the mix sums")
    if not mix and other is not None:
        mix = other.mix
    extra: dict[str, Any] = {"mix": mix} if mix else {}
    numbers = {field: number(key, None if other is None else getattr(other, field)) for field, key in numbers_in(Patron).items()}
    return Patron(
        **numbers,
        supports=supports,
        rung=_rung(context, entries.get("rung"), node, name, ladder, other),
        ladder=ladder,
        covert=reader.boolean(entries["covert"]) if "covert" in entries else False,
        elections=tuple(
            context.within(item, reader.month(item)) for item in reader.items(entries.get("elections"), "elections", 100)
        ),
        theories=_theories(context, entries.get("theories"), node, name),
        title=reader.title(entries),
        says=reader.text(entries.get("says"), "says"),
        codes=read_codes(reader, entries.get("codes"), context.first_day),
        **extra,
    )


def _ladder(reader: NumberReader, node: Node | None, patron: Node, name: str, lent: tuple[Rung, ...]) -> tuple[Rung, ...]:
    """The patron's ladder. After a mistake in it nobody knows the names of its rungs, nor where it may be what could not be read."""
    before = len(reader.issues.found)
    ladder = lent if node is None else read_ladder(reader, node, lent)
    if len(reader.issues.found) > before or (node is None and reader.unsure(patron)):
        reader.unread |= {"rungs", f"rungs of {name}"}
    return ladder


def _rung(
    context: ReadingContext, node: Node | None, patron: Node, name: str, ladder: tuple[Rung, ...], other: Patron | None
) -> str:
    if node is not None:
        return read_rung(context.reader, node, ladder, name)
    if other is None:
        if context.reader.unsure(patron) or "borrowed" in context.reader.unread:
            return ladder[0].name
        context.reader.refuse(patron, f'{name} has no "rung"', "the rung of the ladder on which it stands on the first day")
        return ladder[0].name
    place = [rung.name for rung in other.ladder].index(other.rung)
    return ladder[place].name


def _theories(context: ReadingContext, node: Node | None, patron: Node, name: str) -> dict[str, Hypothesis]:
    reader = context.reader
    lent = {} if context.lender is None or name == context.owner else context.lender.hypotheses(name)
    if node is None:
        unsure = reader.unsure(patron) or reader.unread & {"owner", "borrowed"}
        if unsure:
            reader.unread.add("theories")
        elif not lent and name != context.owner:
            reader.refuse(
                patron, f"{name} has no theories", f"theories: what may move {name}; one or more of {', '.join(theory_names())}"
            )
        return lent
    if not isinstance(node, Entries) or not node.entries:
        described = "empty" if isinstance(node, Entries) else reader.described(node)
        reader.refuse(
            node, f"theories cannot be {described}", f"a mapping such as {{inertia: {{weight: 1}}}}; {listed(theory_names(), 20)}"
        )
        reader.unread.add("theories")
        return lent
    there = [key.text for key in node.written]
    # where the file writes none, the path of an override changes one of those that are borrowed, and the others stay
    found_theories: dict[str, Hypothesis] = {} if there else dict(lent)
    for key, value in node.entries:
        theory = key.text
        if key.coined and theory not in found_theories:
            reader.refuse_coined(key, there or list(lent), f"theories of {name}")
        elif theory not in theory_names():
            near = closest(theory, theory_names())
            reader.refuse(key, f'"{theory}" is not a theory', listed(theory_names(), 20), near)
            if not near:
                reader.unread.add("theories")
            else:
                found_theories.setdefault(near, Hypothesis())  # readers may weigh the theory that was meant
        else:
            found_theories[theory] = _hypothesis(reader, value, theory, lent.get(theory))
    if found_theories and not any(hypothesis.weight > 0 for hypothesis in found_theories.values()):
        reader.refuse(node, "every theory has weight 0", "a weight above 0 for one of them at least")
    if name == context.owner and context.decided and there and "owner" not in reader.unread:
        context.reader.refuse(node, f"theories for {name}, whose decision this is", "no theories: its strategies say what it does")
    return found_theories


def _hypothesis(reader: NumberReader, node: Node, theory: str, lent: Hypothesis | None) -> Hypothesis:
    table: Mapping[str, Parameter] = theory_parameters(theory)
    if not isinstance(node, Entries):
        reader.refuse(node, f"a theory cannot be {reader.described(node)}", "a mapping such as {weight: 1}")
        return Hypothesis()
    weight = 1.0 if lent is None else lent.weight
    written: dict[str, Prior] = {}
    known = ("weight", *table)
    for key, value in node.entries:
        if key.text == "weight":
            weight = reader.plain(value, "", (0.0, 1e6), 1.0)
        elif key.text not in table:
            reader.refuse(key, f'"{key.text}" is not a parameter of {theory}', listed(known, 24), closest(key.text, known))
        elif table[key.text].name in written:
            reader.refuse(key, f'"{key.text}" is another word for a number that is written already', "one of the two")
        else:
            written[table[key.text].name] = reader.prior(value, table[key.text])
    borrowed = {} if lent is None else {name: prior for name, prior in lent.parameters.items() if name not in written}
    return Hypothesis(weight=weight, parameters={**written, **borrowed})


def read_third_party(context: ReadingContext, node: Node) -> ThirdParty:
    """An alliance, a mediator or allies; only an alliance has readiness and a theatre."""
    reader = context.reader
    entries = reader.section(node, "third-party")
    kinds = ("alliance", "mediator", "allies")
    kind = reader.word(entries["kind"], kinds, "a kind of third party", "mediator") if "kind" in entries else "alliance"
    readiness: Prior | None = None
    if kind == "alliance":
        lent = None if context.lender is None else context.lender.readiness()
        readiness = (
            lent
            if lent is not None and "readiness" not in entries
            else context.number(entries.get("readiness"), "alliance.readiness", None)
        )
    theatre = ""
    kind_known = not reader.wrong(entries.get("kind"))  # else nobody knows what it may have
    for key in ("readiness", "theatre"):
        if key in entries and kind != "alliance" and kind_known:
            reader.refuse(entries[key], f"{kind} with a {key}", f"{key} only for an alliance")
    scalar = entries.get("theatre")
    if scalar is not None:
        text = reader.text(scalar, "a theatre", 60)
        if text and isinstance(scalar, Scalar):
            theatre = reader.check_name(scalar).text
    if reader.wrong(scalar) or (scalar is None and reader.unsure(node)):
        reader.unread.add("theatre")
    return ThirdParty(kind=cast(Any, kind), readiness=readiness, theatre=theatre, says=reader.text(entries.get("says"), "says"))
