"""The keys of a scenario file, section by section: one table for the reader, the JSON Schema of editors and the scaffold.

Kinds of value: text, name, month, months (a list of months), names (a list of names), moment (`start` or a month), boolean, integer, share (0 to 1),
plain (one number, with a unit if need be), number (a number or a distribution), expression, rung, worth, weights (name -> plain),
`a|b|c` one of these words, `shape:X` a section, `map:X` names to sections, `list:X` a list of sections, `numbers` names to numbers,
`beliefs` theories to weights, `texts` names to texts, `sentences` a list of texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Trait = Literal["once", "stands", "on a rung", "driven", "supported"]
"""Of an order: it acts in its month alone; to give it again changes nothing; it is nothing without a rung. Of an actor's key: it is read of a
patron alone that follows a theory, or of a side that has a patron."""


@dataclass(frozen=True)
class Key:
    """One key: its name in the file, the kind of its value, what it means; `required` where leaving it out is a mistake.

    `told`: the words in which `explain` tells a number of an actor, where they are not those of what it means. `size`: the kind of size that
    it is, for comparison with other wars (`scenario/doubts/sizes.py`).
    """

    name: str
    kind: str
    doc: str
    required: bool = False
    told: str = ""
    size: str = ""
    traits: tuple[Trait, ...] = ()

    @property
    def field(self) -> str:
        """Its name in a record of Python."""
        return self.name.replace("-", "_")


SCENARIO = (
    Key("scenario", "name", "Name of the scenario", True),
    Key("title", "text", "One line that says what it is about"),
    Key("says", "text", "What it is about, at length"),
    Key("like", "name", "Another scenario in the same folder, or one that ships; unwritten numbers are borrowed from it, widened"),
    Key("borrowed-from", "name", "Written by countermove in place of `like` when every borrowed number has been written out"),
    Key("clock", "shape:clock", "When the run starts, how long it lasts, and what was known by then", True),
    Key("sources", "map:source", "Where numbers come from; each number names one of these or says judgement"),
    Key("sides", "map:side", "Who fights", True),
    Key("territory", "shape:territory", "What is fought over and who holds how much of it; `none` where no line is fought over"),
    Key("patrons", "map:patron", "Who supports whom from outside", True),
    Key("third-parties", "map:third-party", "Alliances, mediators, allies"),
    Key("diplomacy", "shape:diplomacy", "The talks and the truces on the first day"),
    Key("sanctions", "share", "Sanctions in force on the first day, 0 to 1"),
    Key("front", "settled|moving", "Whether the start is a settled front or the beginning of a war"),
    Key("phases", "list:phase", "Spells in which the world runs under other rules"),
    Key("settings", "shape:settings", "How the month is played"),
    Key("parameters", "numbers", "Mechanism -> name -> number: what is written here replaces the default"),
    Key("objective", "shape:objective", "What the owner wants; asked first, for without it no strategy can be called good"),
    Key("strategies", "map:strategy", "The plans to compare"),
    Key("contingencies", "map:contingency", "What any plan of this kind has to answer"),
    Key("claims", "map:claim", "An argument, sentence by sentence"),
    Key("readers", "map:reader", "People who disagree, to be compared: what each believes of the rival and what each wants"),
    Key("record", "name", "What happened: a file pair in records/"),
    Key("table", "shape:table", "How people play this war: who of them may talk with whom"),
)
CLOCK = (
    Key("start", "month", "First month of the run", True),
    Key("months", "integer", "How many months", True),
    Key("known-until", "month", "Last month of which anything is known to the decision; by default the month before the start"),
)
SOURCE = (
    Key("title", "text", "Title", True),
    Key("by", "text", "Author or institution"),
    Key("year", "integer", "Year of publication"),
    Key("url", "text", "Where it can be read"),
    Key("note", "text", "Anything a reader should know about it"),
)
TITLE = "What people call it, in a few words; by default the name with spaces and a capital"
CODES_DOC = "The codes of the state or the actor that this is, for joins with other data: no number hangs on them"
# fmt: off
CODES = (
    Key("gw", "integer", "Gleditsch-Ward number of the state on the first day of the run"),
    Key("cow", "integer", "Correlates of War number of the state"),
    Key("iso", "text", "ISO 3166 code of the state, of two or three letters; of a state that no longer exists the code that it had"),
    Key("ucdp-actor", "integer", "UCDP's actor id, of a government or of a group"),
)
SIDE = (
    Key("title", "text", TITLE),
    Key("says", "text", "Who this is"),
    Key("personnel", "number", "Combat personnel, thousand persons", told="personnel", size="personnel"),
    Key("target", "number", "Personnel that the side recovers towards, thousand persons; by default its personnel",
        told="recovers towards", size="personnel"),
    Key("heavy", "number", "Heavy weapons, 1 = 500 tanks with artillery", size="heavy"),
    Key("counter-heavy", "number", "Weapons against them, 1 = 300 modern anti-tank launchers",
        told="counter-heavy weapons, 1 = 300 modern anti-tank launchers", size="counter-heavy"),
    Key("slack", "number", "How little the side heeds its patron's conditions, 0 to 1",
        told="slack, how little it heeds its patron's conditions"),
    Key("dependence", "number", "Share of its staying power that hangs on its patrons: men, materiel, cohesion; 0 to 1",
        told="dependence, the share of its staying power that hangs on its patrons", traits=("supported",)),
    Key("stocks", "number", "How long its stocks last once its patrons give less, months (time constant)",
        told="how long its stocks last once its patrons give less", size="stocks", traits=("supported",)),
    Key("collapse-share", "number", "With less than this share of the contested area it collapses; 0: never by ground",
        told="it collapses with less than this share of the contested area"),
    Key("codes", "shape:codes", CODES_DOC),
    Key("fire", "weights", "Share of its fire on each other side, where there are more than two"),
)
TERRITORY = (
    Key("contested", "text", "The area fought over, in words"),
    Key("control", "area|population", "Whether shares are of the area or of its population: it changes words alone"),
    Key("held-by-SIDE", "number", "Share of it that SIDE holds"),
)
PATRON = (
    Key("supports", "name", "The side it supports", True),
    Key("title", "text", TITLE),
    Key("says", "text", "Who this is"),
    Key("rung", "rung", "Rung on the ladder on the first day"),
    Key("ladder", "ladder", "`standard`, a mapping that reprices rungs of it, or a list of ten rungs"),
    Key("budget", "number", "What it can spend in a month before it hurts, million USD/month",
        told="what it can spend in a month before it hurts", size="budget"),
    Key("baseline", "number", "Support given at the start, thousand person-equivalents",
        told="support at the start, in person-equivalents", size="baseline", traits=("driven",)),
    Key("means", "number", "Support it could give at the most, its baseline included, thousand person-equivalents",
        told="support it could give at the most, in person-equivalents", size="means", traits=("driven",)),
    Key("stake-ratio", "number", "What it has at stake against what it costs, relative to the owner",
        told="what it has at stake against what it costs", traits=("driven",)),
    Key("covert", "boolean", "Stays below overt intervention whatever happens", traits=("driven",)),
    Key("elections", "months", "Months of elections", traits=("driven",)),
    Key("mix", "weights", "How its support divides into troops and heavy weapons", traits=("driven",)),
    Key("codes", "shape:codes", CODES_DOC),
    Key("theories", "theories", "Rival answers to: what moves this patron? Weights are prior beliefs"),
)
RUNG = (
    Key("name", "text", "Name of the rung", True),
    Key("cost", "plain", "million USD/month, flows included", size="cost"),
    Key("lag", "integer", "Months from decision to delivery, 0 to 6"),
    Key("troops", "plain", "Own troops kept in the theatre, thousand persons", size="troops"),
    Key("heavy", "plain", "Heavy weapons given in a month", size="flow"),
    Key("counter-heavy", "plain", "Anti-tank weapons given in a month", size="flow"),
)
THIRD_PARTY = (
    Key("kind", "alliance|mediator|allies", "What it is", True),
    Key("says", "text", "Who this is"),
    Key("readiness", "number", "Brigades that are ready (alliance only)"),
    Key("theatre", "text", "Name of the place where an incident can occur (alliance only)"),
)
DIPLOMACY = (
    Key("peacekeeping-offer", "shape:peacekeeping-offer", "A proposal for peacekeepers"),
    Key("prisoner-exchange", "shape:prisoner-exchange", "An agreed exchange of prisoners"),
    Key("truces", "shape:truces", "The state of the front and the last recommitment"),
)
PEACEKEEPING = (Key("on-table", "boolean", "Whether the proposal is on the table"), Key("size", "number", "Thousand peacekeepers"))
EXCHANGE = (Key("agreed", "month", "The month in which it was agreed: told to the reader, runs do not use it", True),)
TRUCES = (
    Key("state", "high|positional|truce", "The front on the first day"),
    Key("recommitted", "month",
        "The last month in which the parties recommitted to a truce: told to the reader, runs do not use it"),
)
PHASE = (
    Key("from", "month", "First month", True),
    Key("to", "month", "Last month, included", True),
    Key("says", "text", "What was different then"),
    Key("drift", "actors", "Side -> ground gained without battle, logit a month"),
    Key("mandate", "actors", "Side -> added to its log hazard of an offensive"),
    Key("truces", "boolean", "Whether a truce may begin"),
)
SETTINGS = (Key("order", "owner-first|rival-first|simultaneous", "Who sees whose announcement in its own month"),)
OBJECTIVE = (
    Key("of", "name", "The patron whose decision this is", True),
    Key("matters", "plain", "A smaller difference, in points, is no difference"),
    Key("values", "worths", "Measure -> points: a number, or `-0.5 per thousand`", True),
)
STRATEGY = (
    Key("title", "text", TITLE),
    Key("says", "text", "The plan in a sentence"),
    Key("moves", "list:move", "Dated orders"),
    Key("when", "list:rule", "Orders given whenever something is observed"),
    Key("otherwise", "shape:orders", "What is ordered when nothing else answers"),
    Key("completion", "hold|de-escalate|match|uniform",
        "What acts in a month in which something is new and the plan is silent; hold keeps the orders and grants requests by chance"),
)
# fmt: on
ORDERS = (
    Key("rung", "rung", "Go to this rung", traits=("on a rung",)),
    Key("step", "integer", "Go up or down by so many rungs", traits=("once", "on a rung")),
    Key("volume", "plain", "Shipped once, million USD", size="volume", traits=("once", "on a rung")),
    Key("conditions", "conditions", "Conditions on the use of what is given", traits=("stands", "on a rung")),
    Key("enforcement", "share", "How well the conditions are enforced, 0 to 1"),
    Key("announce", "boolean", "Whether the aid is announced", traits=("once",)),
    Key("sanctions", "share", "Sanctions on the rival, 0 to 1", traits=("stands",)),
    Key("diplomacy", "none|low|normal|high", "Diplomatic effort", traits=("stands",)),
    Key("peacekeeping-offer", "plain", "Thousand peacekeepers offered", traits=("stands",)),
    Key("brigades", "plain", "Brigades sent to the alliance's threatened members, 0 to 7", traits=("stands",)),
    Key("ceiling", "rung", "Never go above this rung"),
    Key(
        "answer",
        "grant|refuse",
        "Answer to the client's request; to grant it is to go one rung up",
        traits=("once", "stands", "on a rung"),
    ),
    Key("exit", "boolean", "Leave the war"),
)
MOVE = (Key("at", "moment", "`start` or a month", True), *ORDERS)
RULE = (
    Key("if", "expression", "A condition on what the owner observes", True),
    Key("then", "shape:orders", "What is ordered", True),
)
CONTINGENCY = (
    Key("title", "text", TITLE),
    Key("if", "expression", "A condition on what the owner observes", True),
    Key("ask", "text", "The question, in words", True),
)
CLAIM = (
    Key("title", "text", TITLE),
    Key("says", "text", "The sentence", True),
    Key("by", "text", "Who says so"),
    Key("on-record", "expression", "When the record bears it out"),
    Key("model", "expression", "When the model bears it out"),
)
READER = (
    Key("title", "text", TITLE),
    Key("says", "text", "Who this is, and what this reader thinks"),
    Key("theories", "beliefs", "Theory of the rival -> weight; one that is not named has none. Without it, the scenario's weights"),
    Key("values", "worths", "Measure -> points, as in the objective; one that is not named has none. Without it, the objective's"),
)
TABLE = (
    Key("months", "integer", "How many months are played; by default all of the clock"),
    Key("minutes", "plain", "Minutes at the table for each of them; by default four"),
    Key(
        "channels",
        "map:channel",
        "Who may talk with whom; by default everybody, each patron with its client, and each mediator with each side",
    ),
    Key("roles", "texts", "What each seat is told of its part, by the name of the seat"),
    Key("injects", "list:inject", "What the facilitator tells, and in which month"),
    Key("debrief", "sentences", "What is asked when the game is over"),
)
INJECT = (
    Key("at", "month", "The month", True),
    Key("says", "text", "What is told", True),
    Key("to", "names", "Who is told; by default everybody"),
)
CHANNEL = (
    Key("says", "text", "What it is for"),
    Key("members", "names", "Who reads it and speaks in it: sides, patrons and mediators; and observers, who read it", True),
)

SHAPES: dict[str, tuple[Key, ...]] = {
    "scenario": SCENARIO,
    "clock": CLOCK,
    "source": SOURCE,
    "side": SIDE,
    "territory": TERRITORY,
    "patron": PATRON,
    "rung": RUNG,
    "third-party": THIRD_PARTY,
    "diplomacy": DIPLOMACY,
    "peacekeeping-offer": PEACEKEEPING,
    "prisoner-exchange": EXCHANGE,
    "truces": TRUCES,
    "phase": PHASE,
    "settings": SETTINGS,
    "objective": OBJECTIVE,
    "strategy": STRATEGY,
    "orders": ORDERS,
    "move": MOVE,
    "rule": RULE,
    "contingency": CONTINGENCY,
    "claim": CLAIM,
    "reader": READER,
    "table": TABLE,
    "inject": INJECT,
    "channel": CHANNEL,
    "codes": CODES,
}


def text_keys(shape: str) -> tuple[str, ...]:
    """The keys of a section that hold text."""
    return tuple(key.name for key in SHAPES[shape] if key.kind == "text")


def keys_that(shape: str, trait: Trait) -> tuple[str, ...]:
    """The keys of a section that have a trait, in their order."""
    return tuple(key.name for key in SHAPES[shape] if trait in key.traits)


RENAMED = {"headroom": "means"}
"""A key that the language had once, and the one that says today what it was for."""
CONDITIONS = ("not-at-contact-line", "no-offensives")


@dataclass(frozen=True)
class Distribution:
    """One way to write a number: its key, and the kind of what stands there: plain, a pair, a list, numbers or answers by name.

    `args` are what its numbers are, where their count is fixed; `in_unit` the places of those that are in the number's unit and are converted
    with it (None: all), `above_0` of those that must be above 0.
    """

    name: str
    kind: Literal["plain", "pair", "list", "plain by name", "number by name"] = "pair"
    args: tuple[str, ...] = ()
    in_unit: tuple[int, ...] | None = None
    above_0: tuple[int, ...] = ()


DISTRIBUTION: dict[str, Distribution] = {
    one.name: one
    for one in (
        Distribution("value", "plain"),
        Distribution("range", args=("low", "high")),
        Distribution("quantiles", "plain by name"),
        Distribution("normal", args=("mean", "sd"), in_unit=(0, 1), above_0=(1,)),
        Distribution("lognormal", args=("median", "sigma"), in_unit=(0,), above_0=(0, 1)),
        Distribution("beta", args=("a", "b"), in_unit=(), above_0=(0, 1)),
        Distribution("gamma", args=("shape", "scale"), in_unit=(1,), above_0=(0, 1)),
        Distribution("halfnormal", "plain", args=("scale",), in_unit=(0,), above_0=(0,)),
        Distribution("uniform", args=("low", "high"), in_unit=(0, 1)),
        Distribution("choice", "list"),
        Distribution("dirichlet", "list"),
        Distribution("experts", "number by name"),
    )
}
DISTRIBUTIONS = tuple(DISTRIBUTION)
NUMBER_OPTIONS = ("unit", "source", "note", "low", "high", "above", "borrowed")
