"""What an answer hangs on beside the theory: one measure that carries the plans apart, and whose values put arms or no arms first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from countermove.decision.cells import WEIGHTED
from countermove.decision.spread import CARRIES
from countermove.memo.values import whose
from countermove.memo.words import listed, mean_error, percent, points
from countermove.study.found import Found
from countermove.world.answer import Camp, Spread
from countermove.world.measure import titled
from countermove.world.telling import ERRORS

MOST = 3  # theories that a sentence names; of more it says how many
CAMPS = ((1, "a plan that sends arms"), (-1, "a plan that sends none"))


def one_measure(found: Found, owner: str) -> Iterator[str]:
    """By each set of values, the measure that surely carries more than three quarters of the spread between plans, and what is best without it."""
    for row in found.findings.spread:
        if not row.share - ERRORS * row.se > CARRIES:
            continue
        spread = "the spread between these plans"
        of = (
            f"all of {spread}, which the others narrow,"
            if row.share >= 1
            else f"{mean_error(row.share, row.se, 'probability')} of {spread}"
        )
        yield f"by the values of {whose(row.values, owner)} {of} is one measure: {titled(row.measure)}"
        yield _without(row)


def _without(row: Spread) -> str:
    if row.kind == "better":
        return f"were it worth nothing, {row.best} would be best, {points(row.difference, row.difference_se)} above {row.other}"
    if row.kind == "no material difference":
        return f"were it worth nothing, no plan would be best: {row.best} and {row.other} would not differ by what matters"
    return f"were it worth nothing, no plan could be called best: the runs could not tell {row.best} from {row.other}"


def camps(found: Found, owner: str, prior: bool) -> Iterator[str]:
    """What would have to be true for a plan that sends arms to be first, and for one that sends none: whose values, and which theories.

    `prior`: the weights are those that the scenario writes, not those of a record.
    """
    rows = [row for row in found.findings.camps if row.theory != WEIGHTED]
    if not rows:
        return
    weight = "the prior's weight" if prior else "the weight"
    for sign, plan in CAMPS:
        yield _camp(found, owner, weight, (plan, [row for row in rows if row.first(sign)]))
    rest = [
        1 - sum(found.share(row.theory) for row in rows if row.values == name and (row.first(1) or row.first(-1)))
        for name in _sets(rows)
    ]
    if max(rest) > 1e-9:
        yield f"{_weights(rest, weight)} lies under theories of which the runs cannot tell, or which do not part the two by what matters"


def _camp(found: Found, owner: str, weight: str, camp: tuple[str, Sequence[Camp]]) -> str:
    """`a plan that sends arms is surely first if pressure is true by the values of supporter (12% of the prior's weight)`."""
    plan, rows = camp
    opening = f"for {plan} to be first by more than what matters"
    if not rows:
        return f"{plan} is surely first under no theory, by none of these values"
    by: dict[tuple[str, ...], list[str]] = {}
    for name in _sets(rows):
        by.setdefault(tuple(row.theory for row in rows if row.values == name), []).append(whose(name, owner))
    parts = [f"by the values of {listed(names)} {_true(found.theories, theories)}" for theories, names in by.items()]
    lies = _weights([sum(found.share(name) for name in theories) for theories in by], weight)
    none = [whose(name, owner) for name in _sets(found.findings.camps) if name not in _sets(rows)]
    nor = f"; by those of {listed(none)} no theory is enough" if none else ""
    return f"{opening}, {', and '.join(parts)} ({lies}){nor}"


def _sets(rows: Sequence[Camp]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.values for row in rows))


def _true(theories: Sequence[str], wanted: Sequence[str]) -> str:
    """Which theories have to be true, in the fewest names."""
    if len(wanted) == len(theories):
        return "any theory will do"
    others = [name for name in theories if name not in wanted]
    if len(wanted) <= MOST:
        return f"{listed(tuple(wanted), 'or')} has to be true"
    if len(others) <= MOST:
        return f"any theory will do but {listed(tuple(others))}"
    return f"one of {len(wanted)} theories has to be true"


def _weights(shares: Sequence[float], weight: str) -> str:
    """`62% of the weight`, or of several `12% to 62% of the weight`."""
    low, high = percent(min(shares)), percent(max(shares))
    return f"{high} of {weight}" if low == high else f"{low} to {high} of {weight}"
