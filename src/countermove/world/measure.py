"""What is measured on every run. One number a run; a probability is the mean of a 0/1 number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

ShortList = Literal["terminal", "memo", "pairs", "sealed"]
"""What is shown of every war beside its objective: by `run`, first in a memo, of matched pairs, and sealed as forecasts."""


@dataclass(frozen=True)
class Measure:
    """One row of the table of measures; `kind` "event" is 0/1 per run, "number" a quantity, "ratio" a mean over what may not occur (nan).

    `name` is what a scenario and a program write; `title` what tables and sentences call it, in people's words and without its unit.
    `horizon` is the number of months after which it is judged, None for the end of the clock. Where the clock ends before its horizon, a
    measure with `early` is judged at the end of the clock, and any other is absent. One with `of_rivals` is absent where no patron stands
    on another side, one with `of_ground` where no line is fought over. What is absent is nan in every run, and not shown.
    `noun`: what a chance is of, or what there is more or less of, where the title cannot be said so.
    """

    name: str
    title: str
    unit: str
    doc: str
    kind: Literal["event", "number", "ratio"] = "number"
    horizon: int | None = None
    early: bool = False
    of_rivals: bool = False
    of_ground: bool = False
    lists: tuple[ShortList, ...] = ()
    trap: bool = False
    event: str = ""
    amounts: str = ""
    worth: str = ""
    climbs: Literal["", "all", "unordered"] = ""
    noun: str = ""


def judged_at(measure: Measure, months: int) -> int | None:
    """The month (from 1) at whose end a measure is known on a clock of so many months; None where the clock ends before that."""
    if measure.horizon is None or measure.horizon <= months:
        return measure.horizon or months
    return months if measure.early else None


Control = Literal["area", "population"]
"""What the sides hold shares of, for the words of a sentence."""
_OF_PEOPLE = {
    "ground held": "population controlled",
    "ground under": "population under",
    "ground gained": "population gained",
    "the contested area held": "the population controlled",
    "the contested area": "the population",
}


def of_control(text: str, control: Control) -> str:
    """A text about ground in the words of what is held."""
    for ground, people in _OF_PEOPLE.items() if control == "population" else ():
        text = text.replace(ground, people)
    return text


def doc_on(measure: Measure, months: int, control: Control = "area") -> str:
    """What a measure is on a clock of so many months: the month that it is judged in is one that the clock has."""
    if measure.of_ground:
        return of_control(measure.doc, control)
    if not measure.early or measure.horizon is None:
        return measure.doc
    own = f"month {measure.horizon}{EARLY}"
    return measure.doc.replace(own, f"month {measure.horizon}" if measure.horizon <= months else f"month {months}, the last")


def why_absent(measure: Measure, months: int, rivals: int, territory: bool = True) -> str:
    """Why no run of such a war has the measure, as a clause; empty where runs have it.

    `rivals` counts the patrons on other sides; `territory` says whether a line is fought over.
    """
    if judged_at(measure, months) is None:
        return f"the clock ends after {months} months, and {measure.name} is judged after {measure.horizon}"
    if measure.of_rivals and not rivals:
        return f"no patron stands on another side, and {measure.name} is of those"
    if measure.of_ground and not territory:
        return f"the war has no front, and {measure.name} is of the ground"
    return ""


def may_be_absent(measure: Measure) -> bool:
    """Whether there are wars of which no run has the measure, whatever happens in it."""
    return measure.of_rivals or measure.of_ground or (measure.horizon is not None and not measure.early)


def _event(name: str, title: str, doc: str, horizon: int | None = None, **more: Any) -> Measure:
    return Measure(name, title, "probability", doc, "event", horizon, **more)


def _settlement(months: int, *lists: ShortList) -> Measure:
    within = f"settlement within {months} months"
    return _event(f"settlement-by-{months}-months", within, f"A {within}", months, lists=lists, event="settlement")


EARLY = " (the last month of a shorter clock)"
_DRAWN = (
    f"The owner's rung at month 24{EARLY} is above the rung that its strategy orders; "
    "a climb that the strategy orders itself is not counted: rung-24 is the rung reached"
)
_RISEN = f"The owner's rung at month 24{EARLY} is above the rung that it stood on at the start, by its strategy or not"
_SUPPORT = f"Change of the rival patrons' support from start to month 24{EARLY}"
_BREAKS = "Change, by the owner's deliveries, of the chance that a new truce breaks in the month: mean over the months of delivery"
_GRANTED = (
    "Requests granted, whether by an order or, where the strategy is silent, by what fills its silences (under hold, by chance)"
)

_UNSAID = ("", "probability", "share", "count", "persons", "rung")  # units that a title or a per cent sign says

# fmt: off
MEASURES: tuple[Measure, ...] = (
    _settlement(12, "terminal", "memo", "sealed"),
    _settlement(24, "terminal", "memo", "pairs", "sealed"),
    _settlement(60, "sealed"),
    Measure("settlement-month", "month of the settlement", "months", "Month of the first settlement", "ratio"),
    Measure("settlement-terms", "ground under the settlement", "share",
            "Share of the contested area that the first settlement gives the owner's client", "ratio", of_ground=True),
    Measure("settlement-guarantees", "guarantees of the settlement", "0-1", "Guarantees of the first settlement, by peacekeepers",
            "ratio"),
    Measure("settlement-lasts", "settlements that last", "share",
            "Share of first settlements that still hold 24 months later, of those old enough on the last day", "ratio", 25),
    Measure("settled-ground", "ground gained by settlement", "share",
            "Share of the contested area that the first settlement adds to what the owner's client held at the start; 0 without one",
            of_ground=True),
    _event("recurrence", "war after a settlement", "A settled war comes back"),
    _event("collapse-own", "collapse of the owner's client", "The owner's client collapses", lists=("memo", "sealed")),
    _event("collapse-rival", "collapse of a rival client", "A rival client collapses", lists=("sealed",)),
    _event("offensive-own", "offensive by the owner's client",
           "A major offensive by the owner's client within 6 months of the aid (and of the clock)", lists=("pairs", "sealed"),
           trap=True),
    _event("offensive-rival", "offensive by a rival client",
           "A major offensive by a rival client within 6 months of the aid (and of the clock)", lists=("sealed",)),
    _event("clash", "clash of the patrons' forces", "The patrons' forces clash", lists=("memo", "sealed"),
           noun="a clash of the patrons' forces"),
    _event("direct-war", "war between the patrons", "War between the patrons", lists=("terminal", "memo", "pairs", "sealed")),
    _event("spread", "incident beyond the theatre", "An incident beyond the theatre", lists=("memo", "sealed"),
           noun="an incident beyond the theatre"),
    _event("spread-unanswered", "incident left unanswered", "An incident that the alliance leaves unanswered",
           noun="an incident left unanswered"),
    _event("drawn-in", "owner drawn in", _DRAWN, 24, early=True, lists=("terminal", "memo", "pairs", "sealed"), trap=True,
           climbs="unordered", noun="the owner being drawn in"),
    _event("drawn-in-from-start", "owner above its first rung", _RISEN, 24, early=True, climbs="all",
           noun="the owner climbing above its first rung"),
    Measure("rung-24", "owner's rung in month 24", "rung", "Rung of the owner at month 24", "number", 24, lists=("memo",),
            climbs="all"),
    _event("rival-quits", "rival patron leaves the war", "A rival patron leaves the war", lists=("sealed",),
           noun="a rival patron leaving the war"),
    _event("exchange", "prisoner exchange", "A prisoner exchange takes place", lists=("sealed",), noun="a prisoner exchange"),
    _event("peacekeepers", "peacekeepers deployed", "Peacekeepers are deployed", lists=("sealed",),
           noun="peacekeepers being deployed"),
    _event("silent", "plan ever silent", "A decision point is reached at which the strategy says nothing", lists=("memo",),
           noun="the plan being silent"),
    Measure("silences", "silences of the plan", "count", "Decision points at which the strategy says nothing"),
    Measure("deaths", "military dead", "persons", "Military dead of all sides and patrons", lists=("terminal", "memo", "pairs"),
            amounts="military dead", worth="soldiers' lives"),
    Measure("civilians", "civilian dead", "persons", "Civilian dead", lists=("terminal", "memo"), amounts="civilian dead",
            worth="civilian lives"),
    Measure("deaths-owner", "the owner's own dead", "persons", "Dead of the owner's own personnel",
            amounts="dead of the owner's own", worth="lives of the owner's own"),
    Measure("deaths-rival", "the rival patrons' own dead", "persons", "Dead of the rival patrons' personnel",
            amounts="dead of the rival patrons"),
    Measure("territory", "ground held by the owner's client", "share",
            "Share of the contested area held by the owner's client at the end", of_ground=True, lists=("memo",)),
    Measure("support-change", "change of the rivals' support", "thousand person-equivalents", _SUPPORT, "number", 24, early=True,
            lists=("memo",), noun="support for the other side"),
    Measure("cost", "money spent by the owner", "million USD", "Money spent by the owner", lists=("terminal", "memo"),
            amounts="million USD spent", worth="million dollars"),
    Measure("cost-rival", "money spent by the rivals", "million USD", "Money spent by the rival patrons",
            amounts="million USD spent by the rival patrons"),
    Measure("truces", "truces begun", "count", "Truces begun or recommitted"),
    Measure("truces-broken-in-30-days", "truces broken within 30 days", "share", "Share of the truces broken within 30 days",
            "ratio"),
    Measure("truce-length", "length of a truce", "months", "Mean length of the truces begun", "ratio"),
    Measure("truce-break-change", "change of the chance that a truce breaks", "probability", _BREAKS, "ratio"),
    Measure("requests", "requests of the client", "count", "Requests of the owner's client"),
    Measure("granted", "requests granted", "count", _GRANTED),
    Measure("granted-unordered", "requests granted without an order", "count",
            "Requests granted where the strategy says nothing: by what fills its silences"),
    Measure("talks", "health of the talks", "0-1", "Health of the diplomatic track at the end", lists=("terminal",)),
    Measure("credibility", "credibility of the alliance", "0-1", "Credibility of the alliance at the end"),
    Measure("solidarity", "solidarity of the allies", "0-1", "Solidarity of the allies at the end"),
    Measure("will", "political will of the owner", "0-1", "Political will of the owner at the end"),
    Measure("will-rival", "lowest will of a rival patron", "0-1", "Lowest political will among the rival patrons at the end",
            of_rivals=True),
)
# fmt: on

MEASURE_NAMES: tuple[str, ...] = tuple(measure.name for measure in MEASURES)
MEASURE: Mapping[str, Measure] = MappingProxyType({measure.name: measure for measure in MEASURES})


def listed_first(which: ShortList) -> tuple[str, ...]:
    """The measures of a short list, in the order of the table, what the owner may be drawn into last."""
    return tuple(one.name for one in sorted(MEASURES, key=lambda one: one.trap) if which in one.lists)


def judged_later(name: str, which: ShortList) -> tuple[str, ...]:
    """The measures of a short list that judge the same event at a later horizon."""
    event, own = MEASURE[name].event, MEASURE[name].horizon or 0
    return tuple(one for one in listed_first(which) if event and MEASURE[one].event == event and (MEASURE[one].horizon or 0) > own)


def titled(name: str, control: Control = "area") -> str:
    """The title of a measure; any other name (the objective) as it is."""
    return of_control(MEASURE[name].title, control) if name in MEASURE else name


def unit_of(name: str) -> str:
    """The unit of a measure; none for any other name."""
    return MEASURE[name].unit if name in MEASURE else ""


def titled_in_unit(name: str, control: Control = "area") -> str:
    """Title and unit, for the row of a table: `money spent by the owner (million USD)`; a share, a count and people need none."""
    unit = unit_of(name)
    return titled(name, control) if unit in _UNSAID else f"{titled(name, control)} ({unit})"


def absent(months: int, rivals: int, territory: bool = True) -> dict[str, str]:
    """The measures that no run of such a war has, and why."""
    return {measure.name: why for measure in MEASURES if (why := why_absent(measure, months, rivals, territory))}
