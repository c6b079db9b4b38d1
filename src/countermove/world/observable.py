"""Names that expressions may use: who has them, their unit, and whether a rule may read them (observed) or only a claim (true)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Observable:
    """One row of the table of names. `of` says whose it is; `seen` how the owner sees it, "" where only claims may read it."""

    what: str
    of: Literal["world", "patron", "side", "theatre"]
    type: Literal["number", "boolean"]
    unit: str
    doc: str
    seen: str = "exact"


OBSERVABLES: tuple[Observable, ...] = (
    Observable("months", "world", "number", "months", "Months since the start of the run"),
    Observable("settled", "world", "boolean", "", "A settlement holds"),
    Observable("truce", "world", "boolean", "", "A truce holds"),
    Observable("truce-begins", "world", "boolean", "", "A truce began last month"),
    Observable("truce-breaks", "world", "boolean", "", "A truce broke last month"),
    Observable("high-intensity", "world", "boolean", "", "High-intensity fighting"),
    Observable("clash", "world", "boolean", "", "The patrons' forces clashed last month"),
    Observable("direct-war", "world", "boolean", "", "War between the patrons"),
    Observable("incident", "world", "boolean", "", "An incident beyond the theatre last month"),
    Observable("deaths", "world", "number", "persons a month", "Military deaths", "under-reported, with noise"),
    Observable("civilians", "world", "number", "persons a month", "Civilian deaths", ""),
    Observable("talks", "world", "number", "0-1", "Health of the diplomatic track", "exact"),
    Observable("credibility", "world", "number", "0-1", "Credibility of the alliance", "exact"),
    Observable("solidarity", "world", "number", "0-1", "Solidarity of the allies", "exact"),
    Observable("peacekeepers", "world", "number", "thousand", "Peacekeepers deployed"),
    Observable("exchange", "world", "boolean", "", "A prisoner exchange took place last month"),
    Observable("rung", "patron", "number", "rung 0-9", "Rung on the ladder", "the owner's exactly; covert rungs through reports"),
    Observable("raises", "patron", "boolean", "", "The rung rose last month", "as rung"),
    Observable("quits", "patron", "boolean", "", "The patron has left the war", "exact"),
    Observable("resolve", "patron", "number", "0-1", "Public belief that the patron answers every setback with more", "exact"),
    Observable("will", "patron", "number", "0-1", "Political will", "the owner's own only"),
    Observable("cost", "patron", "number", "million USD", "Money spent since the start", "the owner's own only"),
    Observable("support", "patron", "number", "thousand person-equivalents", "Support given", ""),
    Observable("casualties", "patron", "number", "persons a month", "Dead of the patron", ""),
    Observable("exit", "patron", "boolean", "", "The patron leaves the war this month", ""),
    Observable("asks", "side", "boolean", "", "The client asked for more last month"),
    Observable("losing", "side", "boolean", "", "The balance runs against the side", "lagged, with noise"),
    Observable("winning", "side", "boolean", "", "The balance runs for the side", "lagged, with noise"),
    Observable("balance", "side", "number", "log ratio", "Balance of effective strength", "lagged, with noise"),
    Observable("attacks", "side", "boolean", "", "The side is on a major offensive"),
    Observable("held", "side", "number", "share", "Share of the contested area held"),
    Observable("collapsed", "side", "boolean", "", "The side has collapsed"),
    Observable("personnel", "side", "number", "thousand", "Combat personnel", ""),
)
