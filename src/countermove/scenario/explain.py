"""A scenario read back in plain English: what the program understood, number by number and rule by rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from textwrap import wrap
from typing import Any

import numpy as np

from countermove.scenario.codes import codes_told
from countermove.scenario.distributions import quantile
from countermove.scenario.explain_table import at_the_table
from countermove.scenario.inherited import inherited
from countermove.scenario.keys import SHAPES, keys_that
from countermove.scenario.ladder import STANDARD, numbers_of
from countermove.scenario.parameter_tables import default_prior, parameters, theory_says, theory_title
from countermove.scenario.phrase import clause
from countermove.scenario.schema import (
    Hypothesis,
    Opening,
    Patron,
    Reader,
    Scenario,
    Side,
    Strategy,
    ThirdParty,
    Worth,
    WrittenOrders,
    numbers_in,
)
from countermove.world.expression import Expression, Name, number
from countermove.world.measure import MEASURE, doc_on
from countermove.world.prior import Prior
from countermove.world.titles import quoted
from countermove.world.words import capitalized, percent, weight_text
from countermove.world.words import month as month_name

WIDTH = 110
_SILENT = {  # what fills the silences of a plan
    "hold": "its standing orders stay in force",
    "de-escalate": "it goes one rung down",
    "match": "it matches the rival's last step",
    "uniform": "it goes one rung down, stays or goes one up, as likely each",
}
_REPLIES = {  # what becomes of a request there: it is spoken of because it is what makes a plan climb that orders nothing
    "hold": "is granted by chance",
    "de-escalate": "is refused",
    "match": "is granted where the rival has just gone up, and refused where not",
    "uniform": "is granted by the toss of a coin",
}


def explain(scenario: Scenario) -> str:
    """The scenario in plain English, as text for a terminal."""
    return "\n\n".join(_block(title, lines) for title, lines in passages(scenario)) + "\n"


def passages(scenario: Scenario) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The same as headings, each with its lines: `- ` begins an entry, spaces before it make it one of the entry above. The first is the title's."""
    blocks = [
        _head(scenario),
        ("Who fights", _sides(scenario)),
        ("Who supports whom", _patrons(scenario)),
        ("Third parties", [line for name, party in scenario.third_parties.items() for line in _party(name, party)]),
        ("The first day", _first_day(scenario)),
        ("Numbers that replace the defaults", [_parameter(name, prior) for name, prior in scenario.parameters.items()]),
        ("Numbers that are the program's own", list(_inherited(scenario))),
        ("What is wanted", objective_lines(scenario)),
        ("Strategies", [line for name, plan in scenario.strategies.items() for line in _strategy(name, plan, scenario)]),
        (
            "What any plan has to answer",
            [
                f"- {_called(name, row.title)}. When {_words(row.if_, scenario)}: {row.ask}"
                for name, row in scenario.contingencies.items()
            ],
        ),
        ("The argument, claim by claim", list(_claims(scenario))),
        ("Readers who disagree", [line for name, reader in scenario.readers.items() for line in _reader(name, reader, scenario)]),
        ("At the table", list(at_the_table(scenario))),
        ("Sources", [f"- {name}: {_cited(source.by, source.year)}{source.title}." for name, source in scenario.sources.items()]),
    ]
    return tuple((title, tuple(lines)) for title, lines in blocks if lines)


def _block(title: str, lines: Iterable[str]) -> str:
    folded: list[str] = [title, "=" * len(title)]
    for line in lines:
        body = line.lstrip(" ")
        indent = " " * (len(line) - len(body))
        hanging = indent + ("  " if body.startswith("- ") else "")
        folded += wrap(
            body, WIDTH, initial_indent=indent, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
        ) or [""]
    return "\n".join(folded)


def _head(scenario: Scenario) -> tuple[str, list[str]]:
    clock = scenario.clock
    lines = [scenario.says] if scenario.says else []
    lines.append(
        f"The run starts in {month_name(clock.start)} and lasts {clock.months} months. "
        f"The decision knows nothing that was learned after {month_name(clock.known_until)}."
    )
    if scenario.like:
        lines.append(f"Numbers marked as borrowed come from {scenario.like} and were widened.")
    if scenario.record:
        lines.append(f"What happened is told by the record {scenario.record}.")
    return scenario.title or scenario.scenario, lines


# --- numbers ----------------------------------------------------------------------------------------------------------


def in_words(prior: Prior, unit: str | None = None) -> str:
    """A prior in words: its middle, its 90% range, its unit and its source."""
    unit = prior.unit if unit is None else unit
    parts = [_value(prior, unit)]
    if prior.above == "start":
        parts.append("above its value at the start")
    marks = [prior.source, *([prior.note] if prior.note else []), *(["borrowed"] if prior.borrowed else [])]
    return f"{' '.join(parts)} ({'; '.join(marks)})"


def _value(prior: Prior, unit: str) -> str:
    suffix = f" {unit}" if unit and unit not in ("share", "ratio", "probability") else ""
    if prior.kind == "fixed":
        return f"{prior.args[0]:g}{suffix}"
    if prior.kind == "experts":
        return "; ".join(f"{name} says {_value(answer, unit)}" for name, answer in prior.experts) + ", kept apart"
    if prior.kind == "choice":
        return f"one of {', '.join(f'{value:g}' for value in prior.args)}{suffix}, equally likely"
    if prior.kind == "dirichlet":
        total = sum(prior.args)
        return f"shares of about {', '.join(f'{value / total:.2g}' for value in prior.args)}"
    if prior.kind == "uniform":
        return f"anything from {prior.args[0]:g} to {prior.args[1]:g}{suffix}, equally likely"
    low, middle, high = (float(x) for x in quantile(prior, np.array([0.05, 0.5, 0.95])))
    return f"about {middle:.3g}{suffix}, in nine cases of ten between {low:.3g} and {high:.3g}"


def _line(what: str, prior: Prior) -> str:
    return f"  - {what}: {in_words(prior)}"


def _parameter(name: str, prior: Prior) -> str:
    return f"- {name} ({parameters()[name].doc.lower()}): {in_words(prior)}"


def _called(name: str, title: str) -> str:
    """Its name in the file and, where it has one, its title: what people read everywhere else."""
    return f"{name}, {quoted(title)}" if title else name


# --- who is there -----------------------------------------------------------------------------------------------------


def _sides(scenario: Scenario) -> list[str]:
    lines: list[str] = []
    for name, side in scenario.sides.items():
        lines.append(f"- {_called(name, side.title)}.{' ' + side.says if side.says else ''}")
        lines += _side(side, scenario.opening.territory, any(one.supports == name for one in scenario.patrons.values()))
    return lines


def _side(side: Side, territory: bool, supported: bool) -> Iterator[str]:
    untold = {"target"} if side.target == side.personnel else set[str]()
    untold |= set() if supported else set(keys_that("side", "supported"))
    untold |= set() if territory else {"collapse-share"}
    for field, key in numbers_in(Side).items():
        if key not in untold:
            yield _of_side(key, getattr(side, field))
    yield from codes_told(side.codes)
    if side.fire:
        yield f"  - its fire: {', '.join(f'{percent(share)} on {other}' for other, share in side.fire.items())}"


def _of_actor(shape: str, key: str) -> str:
    row = next(row for row in SHAPES[shape] if row.name == key)
    return row.told or row.doc[0].lower() + row.doc[1:]


def _of_side(key: str, prior: Prior) -> str:
    if key == "collapse-share" and prior.kind == "fixed" and prior.args[0] == 0:
        return f"  - it never collapses for want of ground ({prior.source})"
    return _line(_of_actor("side", key), prior)


def _patrons(scenario: Scenario) -> list[str]:
    lines: list[str] = []
    for name, patron in scenario.patrons.items():
        role = " The decision is its own: its strategies are written below." if name == scenario.owner else ""
        lines.append(f"- {_called(name, patron.title)} supports {patron.supports}.{' ' + patron.says if patron.says else ''}{role}")
        lines += _patron(patron)
    return [*lines, *_alone(scenario)]


def _patron(patron: Patron) -> Iterator[str]:
    ladder = "the standard ladder" if patron.ladder == STANDARD else "a ladder of its own"
    yield f"  - it stands on rung {numbers_of(patron.ladder)[patron.rung]}, {patron.rung}, of {ladder}"
    if patron.ladder != STANDARD:
        for rung in patron.ladder:
            if rung not in STANDARD:
                yield f"    - {rung.name}: {rung.cost:g} million USD a month, {rung.lag} months from decision to delivery"
    untold = set[str]() if patron.theories else {"baseline", "means"}
    untold |= {"means"} if patron.covert else set()
    for field, key in numbers_in(Patron).items():
        if key not in untold:
            yield _line(_of_actor("patron", key), getattr(patron, field))
    yield from codes_told(patron.codes)
    if patron.covert:
        yield "  - it stays covert: below overt intervention whatever happens"
    if patron.elections:
        yield f"  - elections in {', '.join(month_name(month) for month in patron.elections)}"
    total = sum(hypothesis.weight for hypothesis in patron.theories.values())
    if patron.theories:
        yield "  - what moves it is disputed; prior beliefs:"
    for theory, hypothesis in patron.theories.items():
        yield from _theory(theory, hypothesis, hypothesis.weight / total if total else 0.0)


def _alone(scenario: Scenario) -> Iterator[str]:
    """That nobody answers, where it is so."""
    own = scenario.patrons[scenario.owner].supports
    if all(patron.supports == own for patron in scenario.patrons.values()):
        yield (
            f"- No patron stands on another side than {scenario.owner}'s: nobody answers what it does, no theory is weighed, and the strategies "
            "are compared without a rival's reply."
        )


def _inherited(scenario: Scenario) -> Iterator[str]:
    """What is left at the defaults, and to which war and year these belong."""
    found = inherited(scenario)
    if found.count:
        yield f"- {capitalized(found.sentence)}."
    if found.most_important:
        yield f"- The most important of them: {found.most_important}."
    if found.count:
        yield "- Write under parameters what this war has otherwise; `countermove check` and the memo say the same."


def _theory(theory: str, hypothesis: Hypothesis, share: float) -> Iterator[str]:
    yield f"    - {_called(theory, theory_title(theory))}, {weight_text(share)}: {theory_says(theory)}"
    for name, prior in hypothesis.parameters.items():
        yield f"      - {parameters()[name].doc.lower()}: {in_words(prior)}"


def _party(name: str, party: ThirdParty) -> Iterator[str]:
    kind = {"alliance": "an alliance", "mediator": "a mediator", "allies": "allies of the owner"}[party.kind]
    where = f" An incident can occur in the theatre {party.theatre}." if party.theatre else ""
    yield f"- {name}, {kind}.{' ' + party.says if party.says else ''}{where}"
    if party.readiness is not None:
        yield _line("ready", party.readiness)


def _first_day(scenario: Scenario) -> list[str]:
    opening = scenario.opening
    client = scenario.patrons[scenario.owner].supports
    regime = {"high": "in high-intensity fighting", "positional": "in positional war", "truce": "under a truce"}[opening.regime]
    lines = [f"- The sides are {regime}. {_front(opening)}"]
    if opening.territory:
        area = opening.contested or "the contested area"
        of = f"the population of {area}" if opening.control == "population" else area
        lines.append(f"- {client} holds this share of {of}: {in_words(opening.held)}")
    if opening.peacekeeping_offered != default_prior("opening.peacekeeping-offered"):
        lines.append(f"- Peacekeepers are on the table: {in_words(opening.peacekeeping_offered, 'thousand')}")
    if opening.exchange_agreed is not None:
        lines.append(f"- An exchange of prisoners was agreed in {month_name(opening.exchange_agreed)} (runs do not use this).")
    if opening.recommitted is not None:
        lines.append(f"- The parties last recommitted to a truce in {month_name(opening.recommitted)} (runs do not use this).")
    if opening.sanctions:
        lines.append(f"- Sanctions are in force at {opening.sanctions:g} of 1.")
    for phase in opening.phases:
        truces = "" if phase.truces else " No truce can begin."
        lines.append(f"- From {month_name(phase.start)} to {month_name(phase.end)}: {phase.says}{truces}")
        lines += [_line(f"ground that {side} gains without battle", prior) for side, prior in phase.drift.items()]
        lines += [_line(f"added to {side}'s log hazard of an offensive", prior) for side, prior in phase.mandate.items()]
    order = {"owner-first": "The owner acts first in a month", "rival-first": "The rivals act first in a month"}
    lines.append(f"- {order.get(scenario.settings.order, 'All patrons act at once in a month')}.")
    return lines


def _front(opening: Opening) -> str:
    if not opening.territory:
        return "No line is fought over: nobody gains or loses ground, and no side collapses for want of it."
    return "The front is settled." if opening.settled_front else "The war begins: there is no settled front to measure from."


# --- what is wanted, planned and argued -------------------------------------------------------------------------------


def objective_lines(scenario: Scenario) -> list[str]:
    """What the owner wants, a line for each worth."""
    objective = scenario.objective
    if objective is None:
        return ["No objective is written, so no strategy can be called good."]
    lines = [f"The decision is {objective.of}'s. A difference below {objective.matters:g} points is no difference."]
    return lines + [f"- {_measured(name, scenario)}: {_worth(value)}" for name, value in objective.values.items()]


def _measured(name: str, scenario: Scenario) -> str:
    """A measure in words, with the month in which it is judged where the clock ends before its own."""
    return f"{doc_on(MEASURE[name], scenario.clock.months, scenario.opening.control).lower()} ({name})"


def _worth(value: Worth) -> str:
    points = f"{number(value.points)} point{'s' * (abs(value.points) != 1)}"
    return points if value.per == 1 else f"{points} per {number(value.per)} {value.unit}"


def _strategy(name: str, strategy: Strategy, scenario: Scenario) -> Iterator[str]:
    yield f"- {_called(name, strategy.title)}.{' ' + strategy.says if strategy.says else ''}"
    if not strategy.moves and not strategy.when:
        yield "  - nothing is ordered: everything stays as it is"
    for move in strategy.moves:
        yield f"  - in {month_name(move.at)}: {orders_in_words(move.then)}"
    for rule in strategy.when:
        yield f"  - whenever {_words(rule.if_, scenario)}: {orders_in_words(rule.then)}"
    if strategy.otherwise is not None:
        yield f"  - whenever nothing else answers: {orders_in_words(strategy.otherwise)}"
    yield from (f"  - {said}" for said in where_silent(strategy, scenario.patrons[scenario.owner].supports))


def where_silent(strategy: Strategy, client: str) -> Iterator[str]:
    """What a plan does where none of its moves and rules speaks, and what becomes of its client's requests: as clauses."""
    otherwise, reply = strategy.otherwise, ""
    standing = [(move.at, move.then.answer) for move in sorted(strategy.moves, key=lambda move: move.at) if move.then.answer]
    answers = any(rule.then.answer and rule.if_ == Name(client, "asks", 0, "boolean") for rule in strategy.when)
    if not standing and not answers:
        reply = f", and a request {_REPLIES[strategy.completion]}"
    if otherwise is None:
        yield f"where the plan is silent, {_SILENT[strategy.completion]}{reply}"
    if standing:
        yield f"a request that no rule answers is {', and '.join(f'{_ANSWERED[one]} from {month_name(at)} on' for at, one in standing)}"
    elif otherwise is not None and otherwise.answer is None and not answers:
        yield "a request that no order answers is refused"
    elif (strategy.when or len(strategy.moves) > 1) and not answers:
        yield "a request in a month in which a move or a rule speaks of other things is refused"
    written = [*(one.then for one in (*strategy.moves, *strategy.when)), *([otherwise] if otherwise is not None else [])]
    by_chance = reply and otherwise is None and strategy.completion != "de-escalate"
    if by_chance or any(orders.answer == "grant" for orders in written):
        yield "what is granted takes the plan one rung up; where its ceiling or the owner's will leaves no room, the request is refused all the same"


_ANSWERED = {"grant": "granted", "refuse": "refused"}


def orders_in_words(orders: WrittenOrders, rung: Callable[[str], str] = str, condition: Callable[[str], str] = str) -> str:
    """Orders as a phrase; `rung` and `condition`: what people call them by their keys."""
    words: dict[str, Callable[[Any], str]] = {
        "rung": lambda value: f"go to {rung(value)}",
        "step": lambda value: f"go {abs(value)} rung{'s' * (abs(value) > 1)} {'up' if value > 0 else 'down'}",
        "volume": lambda value: f"ship {value:g} million USD worth",
        "conditions": lambda value: f"on condition: {' and '.join(map(condition, value))}" if value else "without conditions",
        "enforcement": lambda value: f"enforce the conditions at {value:g} of 1",
        "announce": lambda value: "announce it" if value else "do not announce it",
        "sanctions": lambda value: f"set sanctions to {value:g} of 1",
        "diplomacy": lambda value: f"{value} diplomatic effort",
        "peacekeeping_offer": lambda value: f"offer {value:g} thousand peacekeepers",
        "brigades": lambda value: f"send {value:g} brigades to the alliance",
        "ceiling": lambda value: f"never go above {rung(value)}",
        "answer": lambda value: f"{value} the client's request",
        "exit": lambda value: "leave the war" if value else "stay in the war",
    }
    phrases = [words[key](value) for key, value in orders.model_dump(exclude_none=True).items()]
    return ", ".join(phrases) or "nothing"


def _words(tree: Expression, scenario: Scenario) -> str:
    return clause(tree, numbers_of(scenario.patrons[scenario.owner].ladder))


def _claims(scenario: Scenario) -> Iterator[str]:
    for name, claim in scenario.claims.items():
        by = f" ({claim.by})" if claim.by else ""
        yield f"- {_called(name, claim.title)}{by}: {claim.says}"
        if claim.on_record is not None:
            yield f"  - the record bears it out if {_words(claim.on_record, scenario)}"
        if claim.model is not None:
            yield f"  - the model bears it out if {_words(claim.model, scenario)}"
        if claim.on_record is None and claim.model is None:
            yield "  - no query: an opinion that nothing here can test"


def _reader(name: str, reader: Reader, scenario: Scenario) -> Iterator[str]:
    yield f"- {_called(name, reader.title)}.{' ' + reader.says if reader.says else ''}"
    total = sum(reader.theories.values())
    beliefs = [f"{theory} {weight_text(weight / total)}" for theory, weight in reader.theories.items()]
    beliefs += [f"{theory} never" for theory in scenario.beliefs if beliefs and theory not in reader.theories]
    yield f"  - what moves {scenario.rival or 'the rival'}: {', '.join(beliefs) or 'as disputed above'}"
    values = [f"{_measured(measure, scenario)}: {_worth(worth)}" for measure, worth in reader.values.items()]
    yield f"  - what is wanted: {'; '.join(values) if values else 'as in the objective'}"


def _cited(by: str, year: int | None) -> str:
    parts = [part for part in (by, str(year) if year is not None else "") if part]
    return f"{', '.join(parts)}: " if parts else ""
