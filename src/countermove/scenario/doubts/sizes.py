"""Doubts about sizes: wars that are over before they start, and numbers far outside those of all wars that ship."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import numpy as np

from countermove.behaviour.theory import RUNG_EDGES
from countermove.scenario.distributions import mass_outside, quantile
from countermove.scenario.doubts.orders import ordered
from countermove.scenario.doubts.written import Doubts, MarkedScenario
from countermove.scenario.keys import SHAPES
from countermove.scenario.ladder import STANDARD, numbers_of
from countermove.scenario.parameter_tables import default_prior
from countermove.scenario.places import shipped
from countermove.scenario.read import read
from countermove.scenario.schema import Patron, Scenario
from countermove.world.prior import Prior
from countermove.world.words import percent

IN_THE_OPEN = 0.02
"""The share of the prior in which a patron may begin on the other side of what can be denied than its rung says."""
FAR = 10.0
"""How many times the largest (or the smallest) number of all wars that ship a number may be without a doubt."""
_UNITS: Mapping[str, tuple[str, str]] = {
    "personnel": ("thousand persons", "persons"),
    "heavy": ("units of 500 tanks", "tanks"),
    "counter-heavy": ("units of 300 launchers", "launchers"),
    "budget": ("million USD a month", "thousand USD"),
    "baseline": ("thousand person-equivalents", "persons"),
    "means": ("thousand person-equivalents", "persons"),
    "stocks": ("months", ""),
    "volume": ("million USD", "thousand USD"),
    "cost": ("million USD a month", "thousand USD"),
    "troops": ("thousand persons", "persons"),
    "flow": ("units a month", "single weapons"),
}
"""Of each kind of size its unit, and the smaller unit that may have been meant, if there is one."""
_NO_LESS = ("personnel", "budget", "baseline", "means")
"""Sizes that can be far too small as well; the others may be next to nothing."""


def collapsed_at_once(written: MarkedScenario) -> Doubts:
    """Priors with mass on states in which the war is over before it starts."""
    scenario = written.scenario
    force = default_prior("truces.collapse-force").args[0]
    for name, side in scenario.sides.items():
        mass = _mass(side.personnel, force, float("inf"))
        if mass > 0.01:
            message = f"{name} starts below {force:g} thousand in {percent(mass)} of the draws: collapsed"
            yield f"sides.{name}.personnel", message, "more personnel"
    for name, side in scenario.sides.items():
        mass = _landless(scenario, name) if scenario.opening.territory else 0.0
        if mass > 0.01:
            message = (
                f"{name} holds less than its collapse-share ({_middle(side.collapse_share):g} of the area) at the start "
                f"in {percent(mass)} of the draws: collapsed"
            )
            yield (
                "territory",
                message,
                f"more than that; or, for a guerrilla, collapse-share: 0 under sides.{name}, or territory: none",
            )


def _landless(scenario: Scenario, name: str) -> float:
    """In which share of the draws a side starts with less of the area than it collapses with."""
    edges = _spread(scenario.sides[name].collapse_share, (np.arange(20) + 0.5) / 20)
    others = len(scenario.sides) - 1
    if name == scenario.patrons[scenario.owner].supports:
        spans = [(float(edge), 1.0) for edge in edges]
    else:
        spans = [
            (0.0, 1 - others * float(edge)) for edge in edges
        ]  # the others share equally what the owner's client does not hold
    return sum(_mass(scenario.opening.held, low, high) for low, high in spans) / len(spans)


def _spread(prior: Prior, u: np.ndarray) -> np.ndarray:
    """Quantiles of a number; those of every answer where several experts differ."""
    if prior.kind == "experts":
        return np.concatenate([_spread(answer, u) for _, answer in prior.experts])
    return quantile(prior, u)


def _middle(prior: Prior) -> float:
    return float(np.median(_spread(prior, np.array([0.5]))))


def means_below_baseline(written: MarkedScenario) -> Doubts:
    """A patron that gives more on the first day than it could ever give."""
    scenario = written.scenario
    for name, patron in scenario.patrons.items():
        if name == scenario.owner or patron.covert or _middle(patron.means) >= _middle(patron.baseline):
            continue
        key = "means" if written.has(f"patrons.{name}.means") or not written.has(f"patrons.{name}.baseline") else "baseline"
        message = (
            f"{name} could give {_middle(patron.means):.3g} thousand at the most (means), and gives {_middle(patron.baseline):.3g} at the start "
            "(baseline): it can never give more than on the first day"
        )
        yield f"patrons.{name}.{key}", message, "means: above the baseline, which they include"


def dependence_unlike_any_war(written: MarkedScenario) -> Doubts:
    """A share of staying power that hangs on patrons outside that of every side of the wars that ship."""
    low, high = _dependences()
    for name, side in written.scenario.sides.items():
        path = f"sides.{name}.dependence"
        middle = _middle(side.dependence)
        if written.has(path) and not low <= middle <= high:
            shipped = f"in the wars that ship it is from {percent(low)} to {percent(high)}"
            message = f"{percent(middle)} of the staying power of {name} hangs on its patrons; {shipped}"
            yield path, message, "0: it fights on as before without them; 1: it fights as long as its stocks last"


@cache
def _dependences() -> tuple[float, float]:
    """The lowest and the highest 90% end of the dependence of any side of the wars that ship."""
    found = [ends(side.dependence) for name in shipped("scenarios", ".yaml") for side in read(name).sides.values()]
    return min(low for low, _ in found), max(high for _, high in found)


def rung_and_support(written: MarkedScenario) -> Doubts:
    """A patron's rung on the first day, its support and its secrecy are statements about one thing."""
    scenario = written.scenario
    for name, patron in scenario.patrons.items():
        place = numbers_of(patron.ladder)[patron.rung]
        if patron.covert and place >= len(RUNG_EDGES):
            yield f"patrons.{name}.covert", f"{name} is covert and stands on {patron.rung}", "a lower rung, or covert: false"
        if name != scenario.owner:
            yield from _support(name, patron, place, _share_at_start(scenario))


def _share_at_start(scenario: Scenario) -> float:
    """The middle of what support is on the first day, as a share of its baseline."""
    written = scenario.parameters.get("support.start")
    return 1.0 if written is None else float(quantile(written, np.array([0.5]))[0])


def _support(name: str, patron: Patron, place: int, share: float) -> Doubts:
    low = RUNG_EDGES[min(place, len(RUNG_EDGES)) - 1] if place >= 1 else 0.0
    high = RUNG_EDGES[place] if place < len(RUNG_EDGES) else float("inf")
    if _mass(patron.baseline, low / 1.5 / share, high * 1.5 / share) > 0.5:
        span = f"from {low:g} to {high:g} thousand" if high < float("inf") else f"above {low:g} thousand"
        message = f"{name}'s support at the start does not fit its rung {patron.rung} ({span})"
        yield f"patrons.{name}.baseline", message, "another baseline or rung"
        return
    edge = RUNG_EDGES[-1] / share
    span, where, bound = ((edge, high), "short of it", "low") if place >= len(RUNG_EDGES) else ((0.0, edge), "in the open", "high")
    wrong = _mass(patron.baseline, *span)
    if wrong > IN_THE_OPEN:
        message = (
            f"{name} stands on {patron.rung} and begins {where} in {percent(wrong)} of the prior (the line is {edge:g} thousand)"
        )
        yield f"patrons.{name}.baseline", message, f"a {bound} of {edge:g} for it"


def _mass(prior: Prior, low: float, high: float) -> float:
    if prior.kind == "experts":
        return sum(_mass(answer, low, high) for _, answer in prior.experts) / len(prior.experts)
    return sum(mass_outside(prior, low, high))


def far_from_all_wars(written: MarkedScenario) -> Doubts:
    """Sizes more than ten times beyond those of every war that ships: often a unit that was mixed up."""
    known = spans()
    for path, kind, prior in sizes(written.scenario):
        if kind not in known or not written.has(path):
            continue
        low, high = ends(prior)
        (least, least_in), (most, most_in) = known[kind]
        unit, smaller = _UNITS[kind]
        if high > FAR * most:
            message = f"{_told(prior)} {unit}, {_times(high / most)} the largest of the wars that ship ({most:.3g}, {most_in})"
            yield path, message, _meant(low, high, (least, most), unit, smaller)
        elif kind in _NO_LESS and 0 < high < least / FAR:
            message = f"{_told(prior)} {unit}, {_times(least / high)} less than the smallest of the wars that ship ({least:.3g}, {least_in})"
            yield path, message, f"{unit}: {high * 1000:.3g}, if thousands of these were meant"


def _told(prior: Prior) -> str:
    low, high = ends(prior)
    return _number(low) if low == high else f"{_number(low)} to {_number(high)}"


def _number(value: float) -> str:
    """Four digits at least, and no powers of ten."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _times(ratio: float) -> str:
    return f"{ratio:,.0f} times"


def _meant(low: float, high: float, span: tuple[float, float], unit: str, smaller: str) -> str:
    """A thousandth of the number, where that would be a size of a known war."""
    fits = smaller and span[0] / FAR <= low / 1000 and high / 1000 <= FAR * span[1]
    thousandth = f"{low / 1000:.3g}" if low == high else f"{low / 1000:.3g} to {high / 1000:.3g}"
    return f"{thousandth} {unit}, if {smaller} were meant" if fits else f"at most about {span[1]:.3g} {unit}"


def ends(prior: Prior) -> tuple[float, float]:
    """The ends of the 90% range of a number; those of the widest answer where several experts differ."""
    if prior.kind == "experts":
        answers = [ends(answer) for _, answer in prior.experts]
        return min(low for low, _ in answers), max(high for _, high in answers)
    low, high = quantile(prior, np.array([0.05, 0.95]))
    return float(low), float(high)


def sizes(scenario: Scenario) -> Iterator[tuple[str, str, Prior]]:
    """Every size of a scenario: path, kind, number."""
    for name, side in scenario.sides.items():
        yield from _sizes_of(f"sides.{name}", "side", side)
    for name, patron in scenario.patrons.items():
        yield from _sizes_of(f"patrons.{name}", "patron", patron)
        for place, rung in enumerate(patron.ladder):
            for at in (place, rung.name) if rung not in STANDARD else ():
                yield from _sizes_of(f"patrons.{name}.ladder.{at}", "rung", rung)
    for order in ordered(scenario):
        yield from _sizes_of(order.path, "orders", order.then)


def _sizes_of(path: str, shape: str, written: object) -> Iterator[tuple[str, str, Prior]]:
    for key in SHAPES[shape]:
        value = getattr(written, key.field) if key.size else None
        if value is not None:
            yield f"{path}.{key.name}", key.size, value if isinstance(value, Prior) else Prior("fixed", (value,))


@cache
def spans() -> Mapping[str, tuple[tuple[float, str], tuple[float, str]]]:
    """Of each kind of size the smallest and the largest 90% end among all wars that ship, each with the war that has it."""
    found: dict[str, list[tuple[float, float, str]]] = {}
    for name in shipped("scenarios", ".yaml"):
        for _, kind, prior in sizes(read(name)):
            found.setdefault(kind, []).append((*ends(prior), name))
    ladder = [(rung.cost, "cost") for rung in STANDARD] + [(rung.troops, "troops") for rung in STANDARD]
    for value, kind in [*ladder, *((max(rung.heavy, rung.counter_heavy), "flow") for rung in STANDARD)]:
        found.setdefault(kind, []).append((value, value, "the standard ladder"))
    return {
        kind: (
            min(((low, name) for low, _, name in rows if low > 0), default=(0.0, "")),
            max((high, name) for _, high, name in rows),
        )
        for kind, rows in found.items()
    }
