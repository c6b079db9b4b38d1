"""A found strategy in words: as the file has it, what it owes to what, and what an analyst would doubt about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from countermove.errors import DecisionError
from countermove.questions.search.finding import ComparedStrategy, LeadPart
from countermove.questions.search.template import Point, Template
from countermove.scenario.read import read_text
from countermove.scenario.schema import Scenario, Strategy, WrittenOrders
from countermove.scenario.write import orders, write
from countermove.world.measure import titled
from countermove.world.titles import Titles
from countermove.world.words import figure, month_text, percent


def with_strategy(scenario: Scenario, name: str, strategy: Strategy) -> Scenario:
    """The scenario with one strategy more."""
    return scenario.model_copy(update={"strategies": {**scenario.strategies, name: strategy}})


def strategy_text(scenario: Scenario, name: str, strategy: Strategy) -> str:
    """One strategy as it stands under `strategies:`. Raises DecisionError where reading it back would give another one."""
    whole = write(scenario.model_copy(update={"strategies": {name: strategy}}))
    if read_text(whole).strategies[name] != strategy:
        raise DecisionError(f"{name} cannot be written down")
    lines = whole.splitlines()
    first = lines.index("strategies:") + 1
    last = next((n for n, line in enumerate(lines) if n >= first and not line.startswith(" ")), len(lines))
    return "\n".join(lines[first:last])


def sentence_of(rows: Sequence[ComparedStrategy], scenario: Scenario, titles: Titles) -> str:
    """The verdict on the new draws."""
    own, written = rows[0], [row for row in rows if row.strategy in scenario.strategies]
    open_ = [row for row in written if row.lead is not None and row.lead.low <= 0]
    best = written[0]
    assert best.lead is not None
    way = "ahead of" if best.lead.points >= 0 else "behind"
    interval = f"95% interval of the lead {best.lead.low:.2f} to {best.lead.high:.2f}"
    tied = titles.say_strategies(row.strategy for row in written if row.lead == best.lead)
    found = titles.say_strategy(own.strategy)
    first = "the only one" if len(written) == 1 else "the best of them"
    lead = f"{abs(best.lead.points):.2f} points {way} {first}, {tied} ({interval})"
    if open_:
        names = titles.say_strategies(row.strategy for row in open_)
        return f"On draws that it was not searched on, {found} does not beat {names} beyond error: it is {lead}."
    matters = scenario.objective.matters if scenario.objective is not None else 0.0
    small = "" if best.lead.low > matters else f"; whether that is more than the {matters:g} that matters cannot be told"
    return f"On draws that it was not searched on, {found} beats every written strategy: it is {lead}{small}."


def value_text(what: str, level: Any) -> str:
    """One level of a knob as the file would have it."""
    if isinstance(level, WrittenOrders):
        return ", ".join(f"{key}: {_word(value)}" for key, value in orders(level).items())
    if what == "at" and level is not None:
        return month_text(level)
    return _word(level)


def _word(value: Any) -> str:
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(str, value)) + "]"  # type: ignore[arg-type]
    return figure(value, 6) if isinstance(value, float) else str(value)


def knob_text(template: Template, point: Point, number: int) -> str:
    """What stands on a knob: `at the start: rung political`; for a date, the whole move."""
    knob = template.knobs[number]
    if knob.what == "at":
        return f"{knob.says.removesuffix(': month')}, all of it ({value_text(knob.what, knob.levels[point[number]])})"
    return f"{knob.says} {value_text(knob.what, knob.levels[point[number]])}"


def doubts_about(scenario: Scenario, strategy: Strategy, parts: Sequence[LeadPart], *, beats: bool) -> Iterator[str]:
    """What the language lets a strategy do at no price, so that a search finds it: to be asked before anybody believes the figure.

    What a lead is made of is asked only where there is one beyond error.
    """
    lead = sum(part.points for part in parts)
    if beats and parts and lead > 0 and parts[0].points > lead / 2:
        share = parts[0].points / lead
        most = f"{'all' if share >= 1 else f'{percent(share)}'} of the lead over the best written strategy is {titled(parts[0].measure)}"
        yield f"{most[0].upper()}{most[1:]}: it stands or falls with what the objective pays for that."
    ladder = {rung.name: rung for rung in scenario.patrons[scenario.owner].ladder}
    every = [one.then for one in (*strategy.moves, *strategy.when)]
    armed = [one for one in every if one.rung is not None and (ladder[one.rung].heavy or ladder[one.rung].counter_heavy)]
    if any(one.conditions for one in every) and not armed:
        yield "It sets conditions and gives no arms. The scenario lets any plan do so; ask what would make the client keep them."
    if any(one.diplomacy == "high" for one in every):
        yield "Effort in the talks costs nothing here, so every search takes the most of it."
    if any(one.ceiling is not None or one.answer == "refuse" for one in every):
        yield "A ceiling and a refusal are kept whatever happens, in the model; ask whether that would be believed, and kept."
    if any(one.conditions and one.enforcement is not None for one in every):
        yield "How well conditions are kept is an assumption of the file, not a choice: try a lower enforcement."
