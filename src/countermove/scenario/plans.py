"""The sections that say what is wanted, planned and disputed: objective, strategies, contingencies, claims, readers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from countermove.errors import UnitError
from countermove.scenario.actors import ReadingContext, one_of_names
from countermove.scenario.expressions import read_expression
from countermove.scenario.keys import CONDITIONS
from countermove.scenario.ladder import COUNT, read_rung
from countermove.scenario.names import Scope
from countermove.scenario.node_reader import NUMBER, listed
from countermove.scenario.schema import Claim, Contingency, Move, Objective, Reader, Rule, Rung, Strategy, Worth, WrittenOrders
from countermove.scenario.suggestions import in_usual_letters, suggested_number
from countermove.scenario.tree import Entries, Node, Scalar
from countermove.spelling import closest
from countermove.units import factor, split
from countermove.world.measure import MEASURE, Measure, why_absent
from countermove.world.titles import title_of

_WORTH = re.compile(r"(\S+)\s+per\s+(.+)")
OF_NOBODY = "theories of the rival, and no patron stands on another side"
MOST_POINTS = 1e9  # as the largest difference that can matter
_Made = TypeVar("_Made")


@dataclass(frozen=True)
class PlanReader:
    """Reads plans: the context, the names that expressions may use, the owner's ladder; and the rival with its theories and their weights."""

    context: ReadingContext
    scope: Scope
    ladder: tuple[Rung, ...]
    rival: str = ""
    theories: Mapping[str, float] = field(default_factory=dict[str, float])

    def each(self, node: Node | None, noun: str, most: int, read: Callable[[Node], _Made]) -> dict[str, _Made]:
        """A mapping of names that people choose to things that `read` reads."""
        things = list(self.context.reader.named(node, noun, most))
        found = {key.text: read(value) for key, value in things}
        self.context.reader.told_apart(things, title_of)
        return found

    # --- strategies ---------------------------------------------------------------------------------------------------

    def strategy(self, node: Node) -> Strategy:
        """A plan: dated moves, rules, and what is ordered or done where it is silent."""
        reader = self.context.reader
        entries = reader.section(node, "strategy")
        completions = ("hold", "de-escalate", "match", "uniform")
        return Strategy(
            title=reader.title(entries),
            says=reader.text(entries.get("says"), "says"),
            moves=tuple(self.move(item) for item in reader.items(entries.get("moves"), "moves", 200)),
            when=tuple(self.rule(item) for item in reader.items(entries.get("when"), "rules", 100)),
            otherwise=self.orders(entries["otherwise"]) if "otherwise" in entries else None,
            completion=cast(
                Any, reader.word(entries["completion"], completions, "completion", "hold") if "completion" in entries else "hold"
            ),
        )

    def move(self, node: Node) -> Move:
        """Orders with a date: `start` or a month inside the clock."""
        reader = self.context.reader
        entries = reader.section(node, "move")
        at = self.context.clock.start
        if "at" in entries:
            scalar = entries["at"]
            if not (isinstance(scalar, Scalar) and scalar.text == "start"):
                at = self.context.within(scalar, reader.month(scalar, words=("start",)))
        orders = {key: value for key, value in entries.items() if key != "at"}
        if not orders and isinstance(node, Entries) and len(node.entries) == 1:
            reader.refuse(node, "a move that orders nothing", "an order such as rung: training")
        return Move(at=at, then=self.ordered(orders, node))

    def rule(self, node: Node) -> Rule:
        """Orders with a condition on what the owner observes."""
        entries = self.context.reader.section(node, "rule")
        then = self.orders(entries["then"]) if "then" in entries else WrittenOrders()
        return Rule(if_=self.expression(entries.get("if")), then=then)

    def expression(self, node: Node | None) -> Any:
        """A condition on what the owner observes; true where it is missing (which is a mistake noted elsewhere)."""
        return read_expression(self.context.reader, node or Scalar("true", self.context.reader.nowhere), self.scope, "rule")

    def orders(self, node: Node) -> WrittenOrders:
        """What is ordered, without a date."""
        reader = self.context.reader
        if isinstance(node, Entries) and not node.entries:
            reader.refuse(node, "orders that order nothing", "an order such as rung: training")
        return self.ordered(reader.section(node, "orders"), node)

    def ordered(self, entries: Mapping[str, Node], written: Node) -> WrittenOrders:
        """Orders from their entries, which stand at `written`."""
        reader = self.context.reader
        if "rung" in entries and "step" in entries:
            reader.refuse(entries["step"], '"step" beside "rung"', "one of the two")
        if "volume" in entries and "rung" not in entries and not reader.unsure(written):
            reader.refuse(entries["volume"], "a volume without a rung", "the rung whose arms the money buys, beside it")
        read: dict[str, Callable[[Node], Any]] = {
            "rung": lambda node: read_rung(reader, node, self.ladder, self.scope.owner),
            "ceiling": lambda node: read_rung(reader, node, self.ladder, self.scope.owner),
            "step": self._step,
            "volume": lambda node: reader.plain(node, "million USD", (0.0, 1e6)),
            "conditions": self._conditions,
            "enforcement": lambda node: reader.plain(node, "share", (0.0, 1.0)),
            "announce": reader.boolean,
            "sanctions": lambda node: reader.plain(node, "share", (0.0, 1.0)),
            "diplomacy": lambda node: reader.word(node, ("none", "low", "normal", "high"), "diplomatic effort", "normal"),
            "peacekeeping-offer": lambda node: reader.plain(node, "thousand", (0.0, 100.0)),
            "brigades": lambda node: reader.plain(node, "brigades", (0.0, 7.0)),
            "answer": lambda node: reader.word(node, ("grant", "refuse"), "an answer", "refuse"),
            "exit": reader.boolean,
        }
        values = {key.replace("-", "_"): read[key](node) for key, node in entries.items() if key in read}
        return WrittenOrders(**values)

    def _step(self, node: Node) -> int:
        step = self.context.reader.integer(node, (1 - COUNT, COUNT - 1), 1)
        if step == 0:
            self.context.reader.refuse(node, "a step of 0", "a number of rungs up, or down where negative")
        return step

    def _conditions(self, node: Node) -> tuple[str, ...]:
        reader = self.context.reader
        found: list[str] = []
        for item in reader.items(node, "conditions", 10):
            word = reader.word(item, CONDITIONS, "a condition", CONDITIONS[0])
            if reader.wrong(item):
                continue
            if word in found:
                reader.refuse(item, f'"{word}" twice', "each condition once")
            else:
                found.append(word)
        return tuple(found)

    # --- what is wanted and what is argued ----------------------------------------------------------------------------

    def objective(self, node: Node) -> Objective:
        """Whose decision it is and what each measure is worth to it."""
        reader = self.context.reader
        entries = reader.section(node, "objective")
        matters = reader.plain(entries["matters"], "", (0.0, MOST_POINTS), 0.1) if "matters" in entries else 0.1
        return Objective(of=self.context.owner, matters=matters, values=self.worths(entries.get("values")))

    def worths(self, values: Node | None) -> dict[str, Worth]:
        """Measures and what they are worth."""
        reader = self.context.reader
        found: dict[str, Worth] = {}
        for key, value in self._filled(values, "values", "measures and their worth, such as {direct-war: -10}"):
            if key.text not in MEASURE:
                reader.refuse(key, f'"{key.text}" is not a measure', listed(MEASURE, 40), closest(key.text, MEASURE))
                continue
            if self.valued(key, MEASURE[key.text]):
                found[key.text] = self.worth(value, MEASURE[key.text])
        return found

    def valued(self, key: Scalar, measure: Measure) -> bool:
        """Whether every run has the measure, so that points can be given for it; what is wrong is refused."""
        supports = self.context.supports or {}
        rivals = sum(side != supports.get(self.context.owner) for side in supports.values())
        why = why_absent(measure, self.context.clock.months, rivals, self.context.territory)
        if measure.kind == "ratio":
            expected = "a measure that every run has, such as truces or deaths"
            self.context.reader.refuse(
                key, f"{measure.name} is a ratio over what may not occur: runs without any have no value", expected
            )
        elif why:
            expected = "a longer clock, or another measure" if measure.horizon else "another measure"
            self.context.reader.refuse(key, f"no run has {measure.name}: {why}", expected)
        return measure.kind != "ratio" and not why

    def _filled(self, node: Node | None, noun: str, expected: str) -> tuple[tuple[Scalar, Node], ...]:
        """The entries of a mapping that may be left out but not empty."""
        if node is None:
            return ()
        if not isinstance(node, Entries) or not node.entries:
            found = "empty" if isinstance(node, Entries) else self.context.reader.described(node)
            self.context.reader.refuse(node, f"{noun} cannot be {found}", expected)
            return ()
        return node.entries

    def worth(self, node: Node, measure: Measure) -> Worth:
        """Points for a measure: `-10`, or `-0.1 per 100 million USD`."""
        reader = self.context.reader
        if not isinstance(node, Scalar):
            reader.refuse(node, f"a worth cannot be {reader.described(node)}", "points, such as -10, or -0.5 per thousand")
            return Worth(points=0.0)
        match = _WORTH.fullmatch(node.text.strip())
        points = reader.finite(match[1] if match else node.text)
        if points is None:
            reader.refuse(
                node,
                f"{reader.described(node)} is not a worth",
                "points, such as -10, or -0.5 per thousand",
                _suggested_worth(node.text),
            )
            return Worth(points=0.0)
        if abs(points) > MOST_POINTS:
            reader.refuse(node, f"a worth of {match[1] if match else node.text} points", f"at most {MOST_POINTS:g} in size")
            return Worth(points=0.0)
        if match is None:
            return Worth(points=points, unit=measure.unit)
        parts = split(match[2]) or (reader.finite(match[2]) or 1.0, "" if reader.finite(match[2]) else match[2])
        try:
            per = parts[0] * factor(parts[1], measure.unit)
        except UnitError as error:
            meant = suggested_number(match[2])
            near = f"{match[1]} per {meant or error.next}" if meant or error.next else ""
            reader.refuse(node, error.what, f"{measure.name} in {measure.unit}", near)
            return Worth(points=points)
        if not 0 < per < 1e15:
            reader.refuse(node, f"points per {per:g}", "a number above 0")
            return Worth(points=points)
        if abs(points / per) > MOST_POINTS:
            points_text = f"{points / per:g} points {measure.unit and f'per {measure.unit}'}".rstrip()
            reader.refuse(node, points_text, f"at most {MOST_POINTS:g} in size")
            return Worth(points=0.0)
        return Worth(points=points, per=per, unit=measure.unit)

    def contingency(self, node: Node) -> Contingency:
        """Something any plan has to answer."""
        reader = self.context.reader
        entries = reader.section(node, "contingency")
        ask = reader.text(entries.get("ask"), "a question")
        return Contingency(title=reader.title(entries), if_=self.expression(entries.get("if")), ask=ask)

    def claim(self, node: Node) -> Claim:
        """A sentence of an argument, with a query on the record, on the model, or both."""
        reader = self.context.reader
        entries = reader.section(node, "claim")
        trees = {
            key: read_expression(reader, entries[key], self.scope, "claim") for key in ("on-record", "model") if key in entries
        }
        return Claim(
            title=reader.title(entries),
            says=reader.text(entries.get("says"), "says"),
            by=reader.text(entries.get("by"), "by"),
            on_record=trees.get("on-record"),
            model=trees.get("model"),
        )

    # --- who disagrees ------------------------------------------------------------------------------------------------

    def reader(self, node: Node) -> Reader:
        """Somebody who weighs the rival's theories, values the measures, or both, in another way than the scenario."""
        reader = self.context.reader
        before = len(reader.issues.found)
        entries = reader.section(node, "reader")
        understood = len(reader.issues.found) == before
        if understood and not {"theories", "values"} & set(entries):
            reader.refuse(node, "a reader who assumes nothing", "theories, values or both")
        elif understood and "values" not in entries and not self.context.decided and "owner" not in reader.unread:
            reader.refuse(node, "a reader without values, and no objective to take them from", "values: here, or an objective:")
        return Reader(
            title=reader.title(entries),
            says=reader.text(entries.get("says"), "says"),
            theories=self.beliefs(entries.get("theories")),
            values=self.worths(entries.get("values")),
        )

    def beliefs(self, node: Node | None) -> dict[str, float]:
        """Weights of theories that the rival has."""
        reader = self.context.reader
        before = len(reader.issues.found)
        weights: dict[str, float] = {}
        if node is not None and not self.rival:
            noted = any(issue.message == OF_NOBODY for issue in reader.issues.found)  # one mistake, however many readers
            if not noted and not reader.unread & {"owner", "patrons"}:
                reader.refuse(node, OF_NOBODY, "a patron on another side than the owner's, or readers with values alone")
            return weights
        for key, value in self._filled(node, "theories", "theories and their weights, such as {pressure: 3, inertia: 1}"):
            if key.text not in self.theories and self.theories:
                near = closest(key.text, self.theories)
                message = f'"{key.text}" is not one of the theories of {self.rival}'
                reader.unknown_name("theories", key.text, key, message, listed(self.theories, 20), near)
            else:
                weight = reader.plain(value, "", (0.0, 1e6), 1.0)
                if weight > 0 and self.theories.get(key.text) == 0:
                    other = "a weight above 0 there, or no entry here"
                    reader.refuse(value, f"{key.text} has weight 0 among the theories of {self.rival} and is not run", other)
                weights[key.text] = weight
        if node is not None and weights and len(reader.issues.found) == before and not any(weights.values()):
            reader.refuse(node, "every theory has weight 0", "a weight above 0 for one of them at least")
        return weights


def _suggested_worth(text: str) -> str:
    """The worth that was meant by `-0,5 per thousand` or `-0.5/thousand`; "" where nobody can say."""
    points, _, per = in_usual_letters(text).replace("/", " per ").partition(" per ")
    found = suggested_number(points) or (points if NUMBER.fullmatch(points.strip()) else "")
    if not found or " " in found or found.endswith("%"):
        return ""
    if per.strip():
        return f"{found.strip()} per {per.strip()}"
    return found.strip() if found != text else ""


def owner_of(context: ReadingContext, objective: Node | None, patrons: Mapping[str, Node], *, borrows: bool = False) -> str:
    """The objective's patron, else the first without theories, else the first. `borrows` where theories may come from another file."""
    names = tuple(patrons)
    of = objective.get("of") if isinstance(objective, Entries) else None
    found = one_of_names(context.reader, of, names, "one of the patrons") if of is not None and names else ""
    free = [name for name, node in patrons.items() if _without_theories(node)]
    if found and of is not None and free and found not in free and not borrows and not context.reader.unsure(patrons[found]):
        message = f"{found} has theories and {free[0]} has none: nobody can say whose decision this is"
        context.reader.refuse(of, message, f"the patron without theories, or theories for {free[0]} and none for {found}", free[0])
        found = ""
    if found:
        return found
    if objective is not None:
        context.reader.unread.add("owner")  # it says whose decision this is, and could not be read: what follows is a guess
    return next(iter(free), names[0] if names else "")


def _without_theories(patron: Node) -> bool:
    """Whether nothing moves the patron but its own decision: paths of overrides add no theories."""
    theories = patron.get("theories") if isinstance(patron, Entries) else patron
    return theories is None or (isinstance(theories, Entries) and bool(theories.entries) and not theories.written)
