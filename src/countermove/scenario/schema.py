"""The shape of a scenario file as frozen types. The reader fills them; everything after the reader takes them as given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from countermove.behaviour.inertia import INERTIA
from countermove.world.expression import Expression
from countermove.world.measure import Control
from countermove.world.prior import Prior

Completion = Literal["hold", "de-escalate", "match", "uniform"]
Condition = Literal["not-at-contact-line", "no-offensives"]
Answer = Literal["grant", "refuse"]
Regime = Literal["high", "positional", "truce"]


class Frozen(BaseModel):
    """Base of all written things: immutable, no unknown keys, Python types as they are, kebab-case in the file."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        populate_by_name=True,
        alias_generator=lambda name: name.rstrip("_").replace("_", "-"),
    )


def numbers_in(section: type[Frozen]) -> dict[str, str]:
    """The fields of a section that are uncertain numbers, in their order, each with its key in the file."""
    return {name: name.replace("_", "-") for name, field in section.model_fields.items() if field.annotation is Prior}


class Clock(Frozen):
    """Months are counted from 0 at `start`, given as the number year * 12 + month - 1."""

    start: int
    months: int = Field(ge=1, le=600)
    known_until: int


class Source(Frozen):
    """Where a number comes from."""

    title: str
    by: str = ""
    year: int | None = None
    url: str = ""
    note: str = ""


class Codes(Frozen):
    """The codes of an actor, as written: of a state Gleditsch-Ward, Correlates of War and ISO 3166, of any actor UCDP's id."""

    gw: int | None = None
    cow: int | None = None
    iso: str = ""
    ucdp_actor: int | None = None


class Side(Frozen):
    """One fighting side. A number left out is taken from the parameter table (or from `like`)."""

    title: str = ""
    personnel: Prior
    target: Prior  # personnel the side recovers towards; defaults to `personnel`
    heavy: Prior
    counter_heavy: Prior
    slack: Prior
    dependence: Prior  # share of its staying power that hangs on its patrons
    stocks: Prior  # months that its stocks last once its patrons give less
    collapse_share: Prior  # it collapses with less than this share of the contested area; 0: never by ground
    says: str = ""
    codes: Codes = Codes()
    fire: Mapping[str, float] = Field(default_factory=dict)  # share of fire on each other side (K > 2)


class Rung(Frozen):
    """One step of a patron's ladder. Flows are per month; troops is a level kept in theatre (thousand persons)."""

    name: str
    cost: float  # million USD a month, flows included
    lag: int = Field(default=3, ge=0, le=6)  # months from decision to delivery
    troops: float = 0.0
    heavy: float = 0.0
    counter_heavy: float = 0.0


class Hypothesis(Frozen):
    """A theory that a patron may follow: its prior weight and the parameters written for it (full dotted name -> prior)."""

    weight: float = Field(default=1.0, ge=0)
    parameters: Mapping[str, Prior] = Field(default_factory=dict)


class Patron(Frozen):
    """One outside supporter. `theories` is empty for the decision owner."""

    title: str = ""
    supports: str
    rung: str
    ladder: tuple[Rung, ...]
    budget: Prior
    baseline: Prior  # sbar, thousand person-equivalents of support at the start (theory-driven patrons)
    means: Prior  # the most support it could give, its baseline included (theory-driven patrons)
    stake_ratio: Prior
    covert: bool = False  # keeps support below rung 8
    elections: tuple[int, ...] = ()  # months, as in Clock
    mix: Mapping[str, float] = Field(default_factory=lambda: {"troops": 0.75, "heavy": 0.25})
    theories: Mapping[str, Hypothesis] = Field(default_factory=dict)
    says: str = ""
    codes: Codes = Codes()

    @property
    def followed(self) -> Mapping[str, Hypothesis]:
        """The theories that it may follow: those written, else the null theory alone."""
        return self.theories or {INERTIA.name: Hypothesis(weight=1)}


class ThirdParty(Frozen):
    """An alliance, a mediator or a group of allies."""

    kind: Literal["alliance", "mediator", "allies"]
    readiness: Prior | None = None  # brigades, alliance only
    theatre: str = ""  # the name of the place where an incident can occur, alliance only
    says: str = ""


class Phase(Frozen):
    """A spell of months in which the world runs under other rules (an uprising, a mandate, no truce)."""

    start: int
    end: int  # inclusive, month number as in Clock
    says: str = ""
    drift: Mapping[str, Prior] = Field(default_factory=dict)  # side -> logit a month gained without battle
    mandate: Mapping[str, Prior] = Field(default_factory=dict)  # side -> added to the log offensive hazard
    truces: bool = True  # whether a truce may begin


class Opening(Frozen):
    """The front and the talks on the first day."""

    regime: Regime = "positional"
    held: Prior  # share of the contested area held by the owner's client
    contested: str = ""  # the area in words
    control: Control = "area"  # what `held` is a share of: words alone
    territory: bool = True  # False: no line is fought over, and `held` is of nothing
    settled_front: bool = True  # False for a replay from the start of a war: reference levels are then zero
    peacekeeping_offered: Prior  # thousand peacekeepers on the table (0: none)
    sanctions: float = Field(default=0.0, ge=0, le=1)
    phases: tuple[Phase, ...] = ()
    exchange_agreed: int | None = None  # month in which an exchange of prisoners was agreed
    recommitted: int | None = None  # month of the last recommitment to a truce


class Objective(Frozen):
    """What the owner wants: worth of each measure, in points per unit."""

    of: str
    matters: float = Field(default=0.1, ge=0)
    values: Mapping[str, Worth]


class Worth(Frozen):
    """`points` for every `per` units of the measure."""

    points: float
    per: float = 1.0
    unit: str = ""


class WrittenOrders(Frozen):
    """What a move or a rule sets. None leaves the standing order as it is."""

    rung: str | None = None
    volume: float | None = None  # million USD shipped once at this rung's bundle; replaces the rung's own flow
    conditions: tuple[Condition, ...] | None = None
    enforcement: float | None = Field(default=None, ge=0, le=1)
    announce: bool | None = None
    sanctions: float | None = Field(default=None, ge=0, le=1)
    diplomacy: Literal["none", "low", "normal", "high"] | None = None
    peacekeeping_offer: float | None = Field(default=None, ge=0, le=100)
    brigades: float | None = Field(default=None, ge=0, le=7)
    ceiling: str | None = None
    answer: Answer | None = None
    exit: bool | None = None
    step: int | None = Field(default=None, ge=-9, le=9)  # rungs up or down from where we are


class Move(Frozen):
    """A dated order; `at` is a month number as in Clock."""

    at: int
    then: WrittenOrders


class Rule(Frozen):
    """A guarded order: in every month in which `if` holds of what the owner observes, `then` is ordered."""

    if_: Expression
    then: WrittenOrders


class Strategy(Frozen):
    """The written, possibly partial plan of the owner."""

    title: str = ""
    says: str = ""
    moves: tuple[Move, ...] = ()
    when: tuple[Rule, ...] = ()
    otherwise: WrittenOrders | None = None
    completion: Completion = "hold"


class Contingency(Frozen):
    """Something any plan of this kind has to answer."""

    title: str = ""
    if_: Expression
    ask: str


class Claim(Frozen):
    """One sentence of an argument, with a query on the record, on the model, or both."""

    title: str = ""
    says: str
    by: str = ""
    on_record: Expression | None = None
    model: Expression | None = None


class Reader(Frozen):
    """Somebody who disagrees. `theories`: weights of the rival's theories, 0 where not named; empty: the scenario's own.

    `values`: as in an objective; empty: the objective's.
    """

    title: str = ""
    says: str = ""
    theories: Mapping[str, float] = Field(default_factory=dict)
    values: Mapping[str, Worth] = Field(default_factory=dict)


class Channel(Frozen):
    """A place at the table where people talk: its members by name, `observers` for all who only look on."""

    says: str = ""
    members: tuple[str, ...]


class Inject(Frozen):
    """What the facilitator tells in a month (a number as in Clock), and to whom; nobody named is everybody."""

    at: int
    says: str
    to: tuple[str, ...] = ()


class GameTable(Frozen):
    """How people play the war. Without channels everybody, each patron with its client, and each mediator with each side have one."""

    months: int | None = None  # all of the clock
    minutes: float = 4.0  # for each of them
    channels: Mapping[str, Channel] = Field(default_factory=dict)
    roles: Mapping[str, str] = Field(default_factory=dict)
    injects: tuple[Inject, ...] = ()
    debrief: tuple[str, ...] = ()


class MonthSettings(Frozen):
    """How the month is played."""

    order: Literal["owner-first", "rival-first", "simultaneous"] = "owner-first"


@dataclass(frozen=True)
class Home:
    """The folder of a scenario's file, where what it names is looked for first. Two scenarios that say the same are one, wherever they lie."""

    folder: Path | None = field(default=None, compare=False)


class Scenario(Frozen):
    """A written world. `parameters` maps full dotted names to the priors written in the file."""

    scenario: str
    title: str = ""
    says: str = ""
    like: str | None = None
    clock: Clock
    sources: Mapping[str, Source] = Field(default_factory=dict)
    sides: Mapping[str, Side]
    patrons: Mapping[str, Patron]
    third_parties: Mapping[str, ThirdParty] = Field(default_factory=dict)
    opening: Opening
    settings: MonthSettings = MonthSettings()
    parameters: Mapping[str, Prior] = Field(default_factory=dict)
    objective: Objective | None = None
    strategies: Mapping[str, Strategy] = Field(default_factory=dict)
    contingencies: Mapping[str, Contingency] = Field(default_factory=dict)
    claims: Mapping[str, Claim] = Field(default_factory=dict)
    readers: Mapping[str, Reader] = Field(default_factory=dict)
    record: str | None = None
    table: GameTable = GameTable()
    home: Home = Field(default=Home(), exclude=True, repr=False)

    def __repr__(self) -> str:
        return f"Scenario({self.scenario}: {self.title})"  # in a notebook; `explain` and `write` tell all of it

    @property
    def owner(self) -> str:
        """The patron whose decision this is: the objective's, else the first without theories, else the first."""
        if self.objective is not None:
            return self.objective.of
        return next((name for name, patron in self.patrons.items() if not patron.theories), next(iter(self.patrons)))

    @property
    def rival(self) -> str:
        """The patron whose theories are asked about: the first on another side than the owner's; else nobody."""
        return rival_of({name: patron.supports for name, patron in self.patrons.items()}, self.owner)

    @property
    def theory_names(self) -> tuple[str, ...]:
        """Every theory that is written of some patron; where none is, the null theory."""
        written = dict.fromkeys(theory for patron in self.patrons.values() for theory in patron.theories)
        return tuple(written) or (INERTIA.name,)

    @property
    def beliefs(self) -> dict[str, float]:
        """The rival's theories with their weights, as written."""
        rival = self.patrons.get(self.rival)
        return {} if rival is None else {theory: hypothesis.weight for theory, hypothesis in rival.theories.items()}


def rival_of(supports: Mapping[str, str], owner: str) -> str:
    """As `Scenario.rival`, from whom each patron supports."""
    return next((name for name in supports if name != owner and supports[name] != supports.get(owner)), "")
