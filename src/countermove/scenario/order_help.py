"""What each order of a seat does, what may stand in it, and an example: for people who have seen none. Tests hold it against the reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import special

from countermove.scenario.distributions import quantile
from countermove.scenario.keys import CONDITIONS
from countermove.scenario.parameter_tables import default_prior
from countermove.scenario.schema import Rung, Scenario
from countermove.scenario.seat_orders import KEYS, Orderer
from countermove.world.expression import number
from countermove.world.prior import Prior
from countermove.world.words import listed, percent

TOP = 8
"""The highest rung that can be ordered: war comes of a clash."""
Called = Callable[[str], str]
Rows = dict[str, tuple[str, str, str]]


@dataclass(frozen=True)
class OrderHelp:
    """One order: its name, what it does, what may stand in it, and a whole order as an example."""

    name: str
    does: str
    may: str
    example: str


def order_help(kind: Orderer, scenario: Scenario, seat: str, called: Called) -> tuple[OrderHelp, ...]:
    """Every order of the seat, in the order of the form. `called`: an actor as people call it."""
    told: dict[Orderer, Callable[[], Rows]] = {
        "owner": lambda: {**_aid(scenario, seat, called), **_terms(scenario, seat, called), **_beside(scenario, seat, called)},
        "patron": lambda: _patron(scenario, seat, called),
        "client": lambda: _client(scenario, seat, called),
    }
    rows = told[kind]()
    return tuple(OrderHelp(key.name, *rows[key.name]) for key in KEYS[kind])


def armed_rung(scenario: Scenario) -> Rung | None:
    """The lowest rung of the owner's ladder that gives arms; None where none does."""
    return next((rung for rung in scenario.patrons[scenario.owner].ladder if rung.heavy + rung.counter_heavy > 0), None)


def batch(scenario: Scenario, rung: Rung) -> float:
    """A batch of a rung's arms that a plan of the file ships, else one month's money, million USD."""
    orders = (move.then for plan in scenario.strategies.values() for move in plan.moves)
    written = (one.volume for one in orders if one.rung == rung.name and one.volume is not None)
    return next(written, rung.cost)


def _aid(scenario: Scenario, seat: str, called: Called) -> Rows:
    """What the owner gives."""
    ladder, arms = scenario.patrons[seat].ladder, armed_rung(scenario)
    names, client = _names(), called(scenario.patrons[seat].supports)
    climb = f"You go to this rung: up by any number{_if_will(scenario)}, down by one a month"
    asked = (
        f"Your answer when your page shows that {client} asked for more: grant takes you one rung up; no answer is a refusal, and a refusal hurts "
        "the talks a little"
    )
    return {
        "rung": (climb, names, f"rung: {ladder[3].name}"),
        "step": (
            "You go so many rungs up, or down where it is below 0; not beside rung",
            f"a whole number, -{TOP} to {TOP}, not 0",
            "step: -1",
        ),
        "volume": (
            "One batch of the rung's arms, shipped once, in the place of those that the rung gives every month",
            "million USD, 0 to 1,000,000; with a rung that gives arms beside it",
            f"{{rung: {arms.name}, volume: {number(batch(scenario, arms))}}}" if arms else "",
        ),
        "announce": (
            "Whether what you give is announced; it is, until you say false",
            "true or false",
            f"{{rung: {ladder[4].name}, announce: false}}",
        ),
        "ceiling": (
            f"A limit that you declare: you go no higher, neither by order nor by a grant; {ladder[TOP].name} lifts it",
            names,
            f"ceiling: {ladder[4].name}",
        ),
        "answer": (asked, "grant or refuse", "answer: refuse"),
        "exit": ("You leave: down to nothing, one rung a month, with a ceiling of 0", "true", "exit: true"),
    }


def _terms(scenario: Scenario, seat: str, called: Called) -> Rows:
    """The conditions on it."""
    client, (line, restraint) = called(scenario.patrons[seat].supports), CONDITIONS
    return {
        "conditions": (
            f"How {client} may not use your arms: near the front (so they count in intense fighting alone), or for an offensive. "
            "A person in that seat can break them; where chance plays it, it attacks less",
            f"a list: [{line}], [{restraint}], or both with a comma between them; [] lifts them",
            f"conditions: [{restraint}]",
        ),
        "enforcement": (
            "How strictly the conditions in the same order are enforced; 0.8 if you do not say it",
            "0 (not at all) to 1 (wholly)",
            f"{{conditions: [{line}], enforcement: 0.5}}",
        ),
    }


def _beside(scenario: Scenario, seat: str, called: Called) -> Rows:
    """What the owner does beside it."""
    own = scenario.patrons[seat].supports
    rivals = listed([called(name) for name, one in scenario.patrons.items() if one.supports != own])
    allied = any(one.kind == "alliance" for one in scenario.third_parties.values())
    at_start = number(scenario.opening.sanctions)
    return {
        "sanctions": (
            f"Sanctions on {rivals or 'a rival, of whom there is none'}; {at_start} at the start",
            "0 (none) to 1 (an embargo)",
            "sanctions: 0.7",
        ),
        "diplomacy": ("Your effort for the talks; normal at the start", "none, low, normal or high", "diplomacy: high"),
        "peacekeeping-offer": (
            "Peacekeepers that you offer; they can come under a truce alone",
            "thousand, 0 to 100",
            "peacekeeping-offer: 10",
        ),
        "brigades": (
            "Brigades that you keep with the threatened members of the alliance"
            if allied
            else "Leave it: no alliance is in this war",
            "0 to 7",
            "brigades: 3",
        ),
    }


def _patron(scenario: Scenario, seat: str, called: Called) -> Rows:
    client, step = called(scenario.patrons[seat].supports), _known(scenario, "requests.step")
    apart = _apart(scenario, seat).replace("{owner}", called(scenario.owner))
    more = "something to what you give" if step is None else f"{percent(step)} of what you usually give"
    return {
        "support": (
            f"What you aim to give {client} from now on. {apart}",
            "thousand person-equivalents, 0 to the most that you could give: your page says how much that is",
            "support: 5",
        ),
        "answer": (
            f"Your answer when your page shows that {client} asked for more: grant adds {more}, in that month alone; no answer is a refusal",
            "grant or refuse",
            "answer: grant",
        ),
        "exit": ("You leave the war for good; you can still talk", "true", "exit: true"),
    }


def _apart(scenario: Scenario, seat: str) -> str:
    """By how much what a patron gives differs from its aim in nine months of ten, over all that is thought of its noise."""
    owner, own = scenario.owner, scenario.patrons[seat].supports
    noise = _nine_in_ten(_priors(scenario, "support.noise"), around=True)
    apart = f"by chance, nine times in ten by less than {noise} thousand" if noise else "by chance"
    said = f"In any month what you give differs from it {apart}"
    if own == scenario.patrons[owner].supports:
        return said
    step = _nine_in_ten(_priors(scenario, "pretext.support"), around=False)
    more = f", by up to {step} thousand more or less" if step else ""
    return f"{said}; each rung above 3 that {{owner}} newly announces moves it too{more}"


def _priors(scenario: Scenario, name: str) -> tuple[Prior, ...]:
    """What is thought of a number, for all whose it is."""
    return tuple(prior for key, prior in scenario.parameters.items() if name in key) or (default_prior(name),)


@lru_cache(64)
def _nine_in_ten(priors: tuple[Prior, ...], *, around: bool) -> str:
    """Within which distance from 0 a number lies nine times in ten, to one digit more than a whole; where it is `around`, it is the standard
    deviation of what is meant. The widest of several; "" where one has no single distribution."""
    places = (np.arange(200) + 0.5) / 200
    try:
        values = [np.abs(quantile(one, places)) for one in priors]
    except ValueError:
        return ""
    if around:
        normal = np.abs(special.ndtri(places))
        values = [np.outer(one, normal).ravel() for one in values]
    widest = max(float(np.quantile(one, 0.9)) for one in values)
    return number(round(widest, 1)) if widest >= 0.05 else ""


def _client(scenario: Scenario, seat: str, called: Called) -> Rows:
    patrons = listed([called(name) for name, one in scenario.patrons.items() if one.supports == seat], "or")
    asked = (
        f"You ask {patrons} for more; the answer comes in the next month"
        if patrons
        else "Nobody stands behind you: it does nothing"
    )
    attack = "You begin a major offensive this month, if none is under way; it ends a truce, and goes on until it is spent"
    return {"ask": (asked, "true", "ask: true"), "attack": (attack, "true", "attack: true")}


def _names() -> str:
    return f"a name of the ladder, or its number, 0 to {TOP}"


def _if_will(scenario: Scenario) -> str:
    """What stands in the way of a climb."""
    floor = _known(scenario, "will.floor")
    return " if your political will lets you" if floor is None else f" if your political will is {number(floor)} or more"


def _known(scenario: Scenario, name: str) -> float | None:
    """A number of the war that is certain; None where it is not."""
    prior = scenario.parameters.get(name, default_prior(name))
    return prior.args[0] if prior.kind == "fixed" else None
