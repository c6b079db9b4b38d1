"""What a record can observe of the model's world: one row per channel, with how well it is seen (judgement, unless a series says otherwise)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Channel:
    """A channel. `of` says whose it is. Errors: count none (negative binomial), share sd of the logit, amount sd of the log.

    Of an event: `missed`, the probability that it happened and is not in the record; `false`, that it is there and did not happen.
    `floor` is added to both sides before the logarithm of an amount, so that little and nothing are alike. A `lasting` event is a condition:
    months of it in a row are one episode, of which only the first is a datum.
    """

    name: str
    of: Literal["world", "side", "patron"]
    kind: Literal["count", "share", "amount", "event"]
    unit: str
    doc: str
    about: str  # the kind of datum, as in "without truces the record would say"
    error: float = 0.0
    missed: float = 0.0
    false: float = 0.0
    floor: float = 0.0
    flow: bool = False  # a total over time: a year's datum is the sum of its months
    lasting: bool = False


MEN = "the patron's men and means"
# fmt: off
CHANNELS: tuple[Channel, ...] = (
    Channel("deaths", "world", "count", "persons", "Military dead of all sides", "the dead", flow=True),
    Channel("civilians", "world", "count", "persons", "Civilian dead", "the dead", flow=True),
    Channel("held", "side", "share", "share", "Share of the contested area held by the side", "ground", error=0.05),
    Channel("truce-begins", "world", "event", "", "A truce begins", "truces", missed=0.1, false=0.02),
    Channel("truce-breaks", "world", "event", "", "A truce breaks", "truces", missed=0.3, false=0.1),
    Channel("high-intensity", "world", "event", "", "High-intensity fighting", "offensives", missed=0.1, false=0.02, lasting=True),
    Channel("attacks", "side", "event", "", "A major offensive of the side begins", "offensives", missed=0.1, false=0.02),
    # false: none of 86 months of the Donbas; at most .02 with 95% (decision 0032)
    Channel("losing", "side", "event", "", "The balance runs against the side", "losing and winning", missed=0.5, false=0.02, lasting=True),
    Channel("winning", "side", "event", "", "The balance runs for the side", "losing and winning", missed=0.5, false=0.02, lasting=True),
    Channel("intervenes", "patron", "event", "", "The patron's regular units enter (rung 7 and 2 thousand men)", "interventions",
            missed=0.1, false=0.03),
    Channel("quits", "patron", "event", "", "The patron leaves the war", "exits", missed=0.02, false=0.005),
    Channel("support", "patron", "amount", "thousand person-equivalents", "Support given", MEN, error=0.5, floor=0.05),
    Channel("personnel", "patron", "amount", "thousand", "The patron's men in the theatre", MEN, error=0.5, floor=0.05),
    Channel("dead", "patron", "amount", "persons", "The patron's own dead", MEN, error=0.5, floor=1.0, flow=True),
    Channel("spent", "patron", "amount", "million USD", "What the patron spends", MEN, error=0.5, floor=1.0, flow=True),
)
# fmt: on
CHANNEL = {channel.name: channel for channel in CHANNELS}
