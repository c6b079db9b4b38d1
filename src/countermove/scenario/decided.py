"""Conditions that the bounds of their names decide before any run, in claims and contingencies: rules have had this check longer."""

from __future__ import annotations

from collections.abc import Iterator

from countermove.scenario.bounds import span
from countermove.scenario.schema import Scenario
from countermove.scenario.static import can_fail, can_hold
from countermove.world.expression import COMPARISONS, Apply, Expression, Query, text, walk

Doubt = tuple[str, str, str]  # dotted path, what is doubtful, what would help


def decided(scenario: Scenario) -> Iterator[Doubt]:
    """Contingencies that are asked in every month, and claims of which a part can hold never, or always."""
    months = scenario.clock.months
    for name, contingency in scenario.contingencies.items():
        if not can_fail(contingency.if_, months):
            yield f"contingencies.{name}", f"the contingency {name} is asked in every month", "a condition that can fail"
    for name, claim in scenario.claims.items():
        for key, tree in (("on-record", claim.on_record), ("model", claim.model)):
            if tree is not None:
                yield from ((f"claims.{name}.{key}", *said) for said in _of_claim(tree, months))


def _of_claim(tree: Expression, months: int) -> Iterator[tuple[str, str]]:
    for branch in walk(tree):
        if isinstance(branch, Query):
            yield from _of_query(branch, months)
        elif isinstance(branch, Apply) and branch.op in COMPARISONS and any(isinstance(inner, Query) for inner in walk(branch)):
            yield from _of_comparison(branch, months)


def _of_query(query: Query, months: int) -> Iterator[tuple[str, str]]:
    """The condition after the bar, and the event of a share or a probability."""
    if query.given is not None and not can_hold(query.given, months):
        yield f'"{text(query.given)}" can never hold: the statistic is about no month', "a condition that can hold within the clock"
    if query.op == "slope" and (still := span(query.args[1], months)).low == still.high:
        yield f'"{text(query.args[1])}" never changes: nothing has a slope on it', "a quantity that changes"
    if query.op not in ("share", "P"):
        return
    event = query.args[0]
    if not can_hold(event, months):
        yield f'"{text(event)}" can never hold: the statistic is 0 in every world', "an event that can happen within the clock"
    elif not can_fail(event, months):
        yield f'"{text(event)}" always holds: the statistic is 1 in every world', "an event that can fail to happen"


def _of_comparison(tree: Apply, months: int) -> Iterator[tuple[str, str]]:
    """`P(…) > 1` and `P(…) >= 0`: at the edge of the bounds."""
    left, right = span(tree.args[0], months), span(tree.args[1], months)
    below, above = {
        "<": (left.high < right.low, left.low >= right.high),
        "<=": (left.high <= right.low, left.low > right.high),
    }.get(tree.op, (False, False))
    if tree.op in (">", ">="):
        below, above = (
            (left.low > right.high, left.high <= right.low) if tree.op == ">" else (left.low >= right.high, left.high < right.low)
        )
    if below or above:
        word = "holds" if below else "fails"
        yield f'"{text(tree)}" {word} in every world', "a comparison that the world decides"
