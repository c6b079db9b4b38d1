"""What an answer hangs on beside the theory: one measure that carries the plans apart, and whose values put arms or no arms first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from countermove.decision.findings import WEIGHTED, Provenance
from countermove.decision.findings_values import OWN, ArmsLead, ArmsWorth, Spread
from countermove.decision.spread_by_measure import CARRIES
from countermove.questions.run.findings_index import FindingsIndex
from countermove.questions.run.weapons import nearest_armed
from countermove.world.certainty import ERRORS, ROUNDING
from countermove.world.measure import titled
from countermove.world.titles import Titles
from countermove.world.words import capitalized, listed, mean_error, points, weight_text

MOST = 4  # theories that a sentence names; the table has them all
CAMPS = (
    (1, "for a plan that sends arms to be first by more than what matters", "a plan that sends arms"),
    (-1, "for a plan that sends none to be first by more than what matters", "a plan that sends none"),
)
ALONE = ((1, "gain", "to gain by themselves more than what matters"), (-1, "lose", "to lose by themselves more than what matters"))


def depends_on(found: FindingsIndex, owner: str, made: Provenance) -> tuple[str, ...]:
    """All of it, in sentences."""
    prior = made.weights_from == "priors"
    armed = nearest_armed(found)
    return sentences(one_measure(found, owner), camps(found, owner, prior), arms_alone(found, owner, prior, armed))


def sentences(*clauses: Iterable[str]) -> tuple[str, ...]:
    """Clauses as sentences."""
    return tuple(f"{capitalized(clause)}." for part in clauses for clause in part)


def one_measure(found: FindingsIndex, owner: str) -> Iterator[str]:
    """By each set of values, the measure that surely carries more than three quarters of the spread between plans, and what is best without it.

    Nothing is said of plans of which none is surely behind the best.
    """
    alike = {row.values for row in found.findings.choices if row.theory == WEIGHTED and len(row.level) == len(found.strategies) - 1}
    for row in found.findings.spread:
        if row.values in alike or not row.share - ERRORS * row.se > CARRIES:
            continue
        of = f"{mean_error(row.share, row.se, 'probability')} of the spread between these plans"
        yield f"by the values of {_whose(row.values, owner, found.titles)} {of} is one measure: {titled(row.measure)}"
        if row.values == OWN:
            yield _without(row, found.titles)


def _whose(name: str, owner: str, titles: Titles) -> str:
    """Whose values they are, in a sentence."""
    return owner if name == OWN else titles.say_reader(name)


def _without(row: Spread, titles: Titles) -> str:
    best, other = titles.say_strategy(row.best), titles.say_strategy(row.other)
    if row.kind == "better":
        return f"were it worth nothing, {best} would be best, {points(row.difference, row.difference_se)} above {other}"
    if row.kind == "no material difference":
        return f"were it worth nothing, no plan would be best: {best} and {other} would not differ by what matters"
    return f"were it worth nothing, no plan could be called best: the runs could not tell {best} from {other}"


def camps(found: FindingsIndex, owner: str, prior: bool) -> Iterator[str]:
    """What would have to be true for a plan that sends arms to be first, and for one that sends none: whose values, and which theories.

    `prior`: the weights are those that the scenario writes, not those of a record.
    """
    rows = [row for row in found.findings.camps if row.theory != WEIGHTED]
    if not rows:
        return
    true = _True(found, owner, "the prior's weight" if prior else "the weight", _sets(rows))
    for sign, opening, plan in CAMPS:
        held = [row for row in rows if row.sure_sign(sign)]
        yield f"{opening}, {true.where(held)}" if held else f"{plan} is surely first under no theory, by none of these values"
    sure = {(row.values, row.theory) for row in rows if row.sure_sign(1) or row.sure_sign(-1)}
    rest = [1 - sum(found.share(theory) for name, theory in sure if name == values) for values in true.sets]
    if max(rest) > ROUNDING:
        yield f"{true.weights(rest)} lies under theories of which the runs cannot tell, or which do not part the two by what matters"


def arms_alone(found: FindingsIndex, owner: str, prior: bool, plan: str) -> Iterator[str]:
    """What would have to be true for the arms of a plan to gain by themselves, and to lose: the plan beside its twin without arms."""
    rows = [row for row in found.findings.arms if row.strategy == plan and row.theory != WEIGHTED]
    if not rows:
        return
    true = _True(found, owner, "the prior's weight" if prior else "the weight", _sets(rows))
    for sign, verb, opening in ALONE:
        held = [row for row in rows if row.sure_sign(sign)]
        arms = f"the arms of {found.titles.say_strategy(plan)}"
        never = f"{arms} surely {verb} more than what matters under no theory, by none of these values"
        yield f"for {arms} {opening}, {true.where(held)}" if held else never


@dataclass(frozen=True)
class _True:
    """Words for what has to be true: whose values, and which theories; `weight` is what their share is of."""

    found: FindingsIndex
    owner: str
    weight: str
    sets: tuple[str, ...]

    def where(self, rows: Sequence[ArmsLead | ArmsWorth]) -> str:
        """`by the values of “Supporter” it has to hold that Moscow quits when it hurts (25% of the prior's weight); by those of Washington none
        is enough`."""
        titles = self.found.titles
        by: dict[tuple[str, ...], list[str]] = {}
        for name in _sets(rows):
            by.setdefault(tuple(row.theory for row in rows if row.values == name), []).append(_whose(name, self.owner, titles))
        parts = [f"by the values of {listed(names)} {_true(self.found, theories)}" for theories, names in by.items()]
        lies = self.weights([sum(self.found.share(name) for name in theories) for theories in by])
        none = [_whose(name, self.owner, titles) for name in self.sets if name not in _sets(rows)]
        nor = f"; by those of {listed(none)} no theory is enough" if none else ""
        return f"{', and '.join(parts)} ({lies}){nor}"

    def weights(self, shares: Sequence[float]) -> str:
        """`62% of the weight`, or of several `12% to 62% of the weight`."""
        low, high = weight_text(min(shares)), weight_text(max(shares))
        return f"{high} of {self.weight}" if low == high else f"{low} to {high} of {self.weight}"


def _sets(rows: Sequence[ArmsLead | ArmsWorth]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.values for row in rows))


def _true(found: FindingsIndex, wanted: Sequence[str]) -> str:
    """Which theories have to be true, in the fewest names."""
    theories, titles = found.theories, found.titles
    if len(wanted) == len(theories):
        return "any theory will do"
    others = [name for name in theories if name not in wanted]
    if len(wanted) <= MOST:
        return f"it has to hold that {titles.true(wanted)}"
    if len(others) <= MOST:
        return f"any theory will do but {titles.say_theories(others)}"
    return "one of several theories has to be true"
