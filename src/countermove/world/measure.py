"""What is measured on every run. One number a run; a probability is the mean of a 0/1 number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Measure:
    """One row of the table of measures; `kind` "event" is 0/1 per run, "number" is a quantity, "month" may be absent (nan)."""

    name: str
    unit: str
    doc: str
    kind: Literal["event", "number", "ratio"] = "number"


def _event(name: str, doc: str) -> Measure:
    return Measure(name, "probability", doc, "event")


MEASURES: tuple[Measure, ...] = (
    _event("settlement-by-12-months", "A settlement within 12 months"),
    _event("settlement-by-24-months", "A settlement within 24 months"),
    _event("settlement-by-60-months", "A settlement within 60 months"),
    _event("collapse-own", "The owner's client collapses"),
    _event("collapse-rival", "A rival client collapses"),
    _event("offensive-own", "A major offensive by the owner's client within 6 months of the aid"),
    _event("offensive-rival", "A major offensive by a rival client within 6 months of the aid"),
    _event("clash", "The patrons' forces clash"),
    _event("direct-war", "War between the patrons"),
    _event("spread", "An incident beyond the theatre"),
    _event("spread-unanswered", "An incident that the alliance leaves unanswered"),
    _event("drawn-in", "The owner's rung at 24 months is above the rung written in its strategy"),
    _event("rival-quits", "A rival patron leaves the war"),
    _event("exchange", "A prisoner exchange takes place"),
    _event("peacekeepers", "Peacekeepers are deployed"),
    _event("silent", "A decision point is reached at which the strategy says nothing"),
    Measure("silences", "count", "Decision points at which the strategy says nothing"),
    Measure("deaths", "persons", "Military dead of all sides and patrons"),
    Measure("civilians", "persons", "Civilian dead"),
    Measure("deaths-owner", "persons", "Dead of the owner's own personnel"),
    Measure("deaths-rival", "persons", "Dead of the rival patrons' personnel"),
    Measure("territory", "share", "Share of the contested area held by the owner's client at the end"),
    Measure("support-change", "thousand person-equivalents", "Change of the rival patrons' support from start to month 24"),
    Measure("cost", "million USD", "Money spent by the owner"),
    Measure("cost-rival", "million USD", "Money spent by the rival patrons"),
    Measure("truces", "count", "Truces begun or recommitted"),
    Measure("truces-broken-in-30-days", "share", "Share of the truces broken within 30 days", "ratio"),
    Measure("truce-length", "months", "Mean length of the truces begun", "ratio"),
    Measure("truce-multiplier", "ratio", "Factor on the hazard of breakdown in the months of the owner's deliveries", "ratio"),
    Measure("requests", "count", "Requests of the owner's client"),
    Measure("granted", "count", "Requests granted"),
    Measure("rung-24", "rung", "Rung of the owner at month 24"),
    Measure("talks", "0-1", "Health of the diplomatic track at the end"),
    Measure("credibility", "0-1", "Credibility of the alliance at the end"),
    Measure("solidarity", "0-1", "Solidarity of the allies at the end"),
    Measure("will", "0-1", "Political will of the owner at the end"),
    Measure("will-rival", "0-1", "Lowest political will among the rival patrons at the end"),
)

MEASURE_NAMES: tuple[str, ...] = tuple(measure.name for measure in MEASURES)
