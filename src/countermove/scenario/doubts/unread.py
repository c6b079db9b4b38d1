"""Doubts about numbers that no run of this war reads: of a theory that nobody follows, of the owner, of third parties that are not there.

What a theory reads is found by asking it: its drive is traced with a view that writes down what is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from countermove.behaviour.inertia import INERTIA
from countermove.behaviour.reads import Reads, reads
from countermove.behaviour.table import THEORIES
from countermove.behaviour.theory import SHARED, Theory
from countermove.scenario.doubts.written import Doubts, MarkedScenario
from countermove.scenario.inherited import of_ground
from countermove.scenario.keys import keys_that
from countermove.scenario.schema import Scenario, rival_of

OF_A_VIEW: Mapping[str, str] = MappingProxyType({"stake-ratio": "stake_ratio", "elections": "election", "baseline": "baseline"})
"""What is written of a patron, and the entry of a theory's view that it becomes."""
OF_PARTIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "alliance": ("spread.incident-top", "spread.incident-credibility", "spread.incident-readiness"),
        "allies": ("politics.solidarity",),
    }
)
"""Numbers that are read only where there is such a third party."""


def reads_of(theory: str) -> Reads | None:
    """What a theory of the table looks at; None where that cannot be told."""
    return reads(THEORIES[theory]) if theory in THEORIES else None


def unread_numbers(written: MarkedScenario) -> Doubts:
    """Numbers that are written here and change nothing."""
    scenario = written.scenario
    for name in scenario.patrons:
        yield from _of_owner(written, name) if name == scenario.owner else _of_patron(written, name)
    supported = {patron.supports for patron in scenario.patrons.values()}
    for name in scenario.sides:
        if name not in supported:
            yield from _of_unsupported(written, name)
    yield from _of_mechanisms(written)


def _weighed(scenario: Scenario, patron: str, plugins: tuple[Theory, ...]) -> tuple[Theory, ...]:
    """The theories that may drive a patron."""
    written = [theory for theory, one in scenario.patrons[patron].theories.items() if one.weight > 0 and theory in THEORIES]
    return (*(THEORIES[theory] for theory in written or (INERTIA.name,)), *plugins)


def _of_owner(written: MarkedScenario, name: str) -> Doubts:
    for key in keys_that("patron", "driven"):
        path = f"patrons.{name}.{key}"
        if written.has(path) and key != "elections":  # elections are a fact of the calendar, told to the reader
            message = f"no run reads the {key} of {name}: what {name} does is written in its strategies"
            yield path, message, "no entry, or the same of a patron that follows a theory"


def _of_unsupported(written: MarkedScenario, name: str) -> Doubts:
    for key in keys_that("side", "supported"):
        path = f"sides.{name}.{key}"
        if written.has(path):
            yield path, f"no patron supports {name}: no run reads its {key}", "a patron that supports it, or no entry"


def _of_patron(written: MarkedScenario, name: str) -> Doubts:
    if written.has(f"patrons.{name}.means") and written.scenario.patrons[name].covert:
        message = f"{name} is covert, and gives no more than can be hidden: no run reads its means"
        yield f"patrons.{name}.means", message, "covert: false, or no entry"
    theories = _weighed(written.scenario, name, written.plugins)
    rival = rival_of({one: patron.supports for one, patron in written.scenario.patrons.items()}, written.scenario.owner)
    seen = [reads(theory) for theory in theories]
    for key, entry in OF_A_VIEW.items():
        path = f"patrons.{name}.{key}"
        if written.has(path) and all(one is not None and entry not in one.view for one in seen):
            readers = [theory.name for theory in THEORIES.values() if (one := reads(theory)) is not None and entry in one.view]
            followed = ", ".join(theory.name for theory in theories)
            solved = " (`countermove solve` does)" if key == "stake-ratio" and name == rival else ""
            message = f"no theory of {name} reads its {key}: it follows {followed}, and only {', '.join(readers)} would look at it{solved}"
            yield path, message, f"{' or '.join(readers)} among its theories, or no entry"


def _of_mechanisms(written: MarkedScenario) -> Doubts:
    scenario = written.scenario
    driven = [name for name in scenario.patrons if name != scenario.owner]
    followed = {theory.name: reads(theory) for name in driven for theory in _weighed(scenario, name, written.plugins)}
    if not scenario.opening.territory:
        yield from _of_ground(written)
    kinds = {party.kind for party in scenario.third_parties.values()}
    for full in scenario.parameters:
        path = f"parameters.{full}"
        if not written.has(path):
            continue
        mechanism = full.split(".", 1)[0]
        # a theory may read the numbers of another: `switching` rescues as the spigot does
        if mechanism in THEORIES and not any(one is None or full in one.numbers for one in followed.values()):
            yield path, f"no patron follows {mechanism}: no run reads {full}", f"{mechanism} among the theories, or no entry"
        elif not driven and any(full == parameter.name for parameter in SHARED):
            yield path, f"no patron follows a theory: no run reads {full}", "a patron with theories, or no entry"
        for kind, numbers in OF_PARTIES.items():
            if full in numbers and kind not in kinds:
                are = "is no alliance" if kind == "alliance" else "are no allies"
                yield path, f"there {are} among the third parties: no run reads {full}", f"kind: {kind}, or no entry"


def _of_ground(written: MarkedScenario) -> Doubts:
    """Numbers of a line that nobody fights over."""
    paths = {f"parameters.{full}": full for full in written.scenario.parameters if of_ground(full)}
    for path, name in {**paths, **{f"sides.{side}.collapse-share": "collapse-share" for side in written.scenario.sides}}.items():
        if written.has(path):
            yield path, f"the war has no front: no run reads {name}", "territory: with a share that is held, or no entry"


def written_twice(written: MarkedScenario) -> Doubts:
    """A number that all theories of a patron share, written under two of them: the first counts under every theory."""
    for name, patron in written.scenario.patrons.items():
        first: dict[str, str] = {}
        for theory, hypothesis in patron.theories.items():
            for full, prior in hypothesis.parameters.items():
                known = first.setdefault(full, theory)
                if known != theory and patron.theories[known].parameters[full] != prior:
                    message = f"{full} of {name} is written under {known} already, and that counts under every theory"
                    yield f"patrons.{name}.theories.{theory}.{full.split('.', 1)[1]}", message, "one of the two"


def unread_facts(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Facts that the reader is told and no run uses: path and sentence."""
    opening = scenario.opening
    if opening.exchange_agreed is not None:
        yield "diplomacy.prisoner-exchange", "the exchange that was agreed is told to the reader; no run uses it"
    if opening.recommitted is not None:
        yield "diplomacy.truces.recommitted", "the last recommitment is told to the reader; no run uses it"
    if scenario.patrons[scenario.owner].elections:
        yield f"patrons.{scenario.owner}.elections", f"the elections of {scenario.owner} are told to the reader; no run uses them"
