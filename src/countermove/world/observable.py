"""Names that expressions may use: who has them, their unit, and whether a rule may read them (observed) or only a claim (true)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal


@dataclass(frozen=True)
class Observable:
    """One row of the table of names. `of` says whose it is; `seen` how the owner sees it, "" where only claims may read it.

    `clauses` tell in a sentence that it is true, and that it is not; {} is the actor. A number is 0 or more unless it is `signed`.
    """

    what: str
    of: Literal["world", "patron", "side", "theatre"]
    type: Literal["number", "boolean"]
    unit: str
    doc: str
    seen: str = "exact"
    clauses: tuple[str, str] = ("", "")
    signed: bool = False

    @property
    def share(self) -> bool:
        """Whether it is a number from 0 to 1."""
        return self.unit in ("0-1", "share")


# fmt: off
OBSERVABLES: tuple[Observable, ...] = (
    Observable("months", "world", "number", "months", "Months since the start of the run"),
    Observable("settled", "world", "boolean", "", "A settlement holds", clauses=("a settlement holds", "there is no settlement")),
    Observable("truce", "world", "boolean", "", "A truce holds", clauses=("a truce holds", "no truce holds")),
    Observable("truce-begins", "world", "boolean", "", "A truce began last month",
               clauses=("a truce has just begun", "no truce has just begun")),
    Observable("truce-breaks", "world", "boolean", "", "A truce broke last month",
               clauses=("a truce has just broken", "no truce has just broken")),
    Observable("high-intensity", "world", "boolean", "", "High-intensity fighting",
               clauses=("the fighting is intense", "the fighting is not intense")),
    Observable("clash", "world", "boolean", "", "The patrons' forces clashed last month",
               clauses=("the patrons' forces have just clashed", "the patrons' forces have not just clashed")),
    Observable("direct-war", "world", "boolean", "", "War between the patrons",
               clauses=("the patrons are at war", "the patrons are not at war")),
    Observable("incident", "world", "boolean", "", "An incident beyond the theatre last month",
               clauses=("there has just been an incident {}", "there has just been no incident {}")),
    Observable("deaths", "world", "number", "persons a month", "Military deaths", "under-reported, with noise"),
    Observable("civilians", "world", "number", "persons a month", "Civilian deaths", ""),
    Observable("talks", "world", "number", "0-1", "Health of the diplomatic track", "exact"),
    Observable("credibility", "world", "number", "0-1", "Credibility of the alliance", "exact"),
    Observable("solidarity", "world", "number", "0-1", "Solidarity of the allies", "exact"),
    Observable("peacekeepers", "world", "number", "thousand", "Peacekeepers deployed"),
    Observable("exchange", "world", "boolean", "", "A prisoner exchange took place last month",
               clauses=("prisoners have just been exchanged", "no prisoners have just been exchanged")),
    Observable("rung", "patron", "number", "rung 0-9", "Rung on the ladder", "the owner's exactly; covert rungs through reports"),
    Observable("raises", "patron", "boolean", "", "The rung rose last month", "as rung",
               clauses=("{} has just raised its rung", "{} has not just raised its rung")),
    Observable("quits", "patron", "boolean", "", "The patron has left the war", "exact",
               clauses=("{} has left the war", "{} has not left the war")),
    Observable("resolve", "patron", "number", "0-1", "Public belief that the patron answers every setback with more", "exact"),
    Observable("will", "patron", "number", "0-1", "Political will", "the owner's own only"),
    Observable("cost", "patron", "number", "million USD", "Money spent since the start", "the owner's own only"),
    Observable("support", "patron", "number", "thousand person-equivalents", "Support given", ""),
    Observable("casualties", "patron", "number", "persons a month", "Dead of the patron", ""),
    Observable("exit", "patron", "boolean", "", "The patron leaves the war this month", "",
               clauses=("{} leaves the war", "{} does not leave the war")),
    Observable("asks", "side", "boolean", "", "The client asked for more last month",
               clauses=("{} asks for more", "{} does not ask for more")),
    Observable("losing", "side", "boolean", "", "The balance runs against the side", "lagged, with noise",
               clauses=("{} is losing", "{} is not losing")),
    Observable("winning", "side", "boolean", "", "The balance runs for the side", "lagged, with noise",
               clauses=("{} is winning", "{} is not winning")),
    Observable("balance", "side", "number", "log ratio", "Balance of effective strength", "lagged, with noise", signed=True),
    Observable("attacks", "side", "boolean", "", "The side is on a major offensive",
               clauses=("{} is on a major offensive", "{} is on no major offensive")),
    Observable("held", "side", "number", "share", "Share of the contested area held"),
    Observable("collapsed", "side", "boolean", "", "The side has collapsed",
               clauses=("{} has collapsed", "{} has not collapsed")),
    Observable("personnel", "side", "number", "thousand", "Combat personnel", ""),
)
# fmt: on
OBSERVABLE: Mapping[str, Observable] = MappingProxyType({row.what: row for row in OBSERVABLES})
