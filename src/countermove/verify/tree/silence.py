"""What a strategy leaves unsaid, and what that can cost: the exact gap check on a finite problem.

A completion answers every silent cell. With W(i, a) the part of the value that comes after action a in cell i, chance weighted and
the owner's own earlier moves counted as certain, two inductions over the cells from the deepest up give V+ (every silent cell
answered for the best) and V- (for the worst); the cost of silence is CS = V+ - V-. For a cell i that can be the first silence, with
probability rho(i) whatever the completion,

    gap(i)    = rho(i) (max_a Q - min_a Q)  where the best completion goes on after a: max_a W+(i, a) - min_a W+(i, a),
    spread(i) = max_a W+(i, a) - min_a W-(i, a): the worst completion goes on after the worst answer,

so gap(i) <= spread(i) and the spreads of all cells sum to CS: exactly in Fractions, up to rounding in floats. The gaps need not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from countermove.errors import DecisionError
from countermove.verify.tree.partial import (
    ZERO,
    Answers,
    Cell,
    Contradiction,
    Flow,
    Leaf,
    Move,
    Node,
    Number,
    Problem,
    Written,
    answers_of,
    exact,
    mixture,
    name_of,
    read,
)

Worth = Callable[[Leaf], Number]
Pick = Callable[[list[Number]], Number]


@dataclass(frozen=True)
class Answer:
    """A possible answer: its value (points) once the cell is reached, if the best or the worst completion goes on."""

    action: str
    best: Number
    worst: Number


@dataclass(frozen=True)
class Gap:
    """A cell without a rule that some completion reaches.

    `first` is the probability that it is the first silence, `low` and `high` bound its probability over all completions. `gap` and
    `spread` as above, 0 where another silence always comes first. `answers` are ranked, the best first; `default` answers if
    anything does.
    """

    cell: str
    first: Number
    low: Number
    high: Number
    gap: Number
    spread: Number
    answers: tuple[Answer, ...]
    default: str | None = None


@dataclass(frozen=True)
class Silence:
    """One theory's account, or that of an owner who does not know the theory (one completion then serves all). In points.

    `mass` is the probability of any silence, `best` V+, `worst` V-, `uniform` the value if silent cells are answered at random,
    `cost` CS. `gaps`, the costliest first, are the silent cells. `defaults` are the cells answered by default, counted as if they
    were silent too; `default_loses` is what the best completion would gain if it could also replace the default,
    `cost_without_default` CS if it were dropped.
    """

    mass: Number
    best: Number
    worst: Number
    uniform: Number
    cost: Number
    gaps: tuple[Gap, ...]
    defaults: tuple[Gap, ...]
    default_loses: Number
    cost_without_default: Number


@dataclass(frozen=True)
class DeadRule:
    """A rule that never acts: no completion reaches its cells under any theory, or earlier rules answer there."""

    rule: str
    why: Literal["unreached", "shadowed", "unreached or shadowed"]


@dataclass(frozen=True)
class Disagreement:
    """A cell that some completion reaches and in which no action is best for every objective; `theory` None is the mixture."""

    theory: str | None
    cell: str
    silent: bool
    best: Mapping[str, tuple[str, ...]]  # objective -> its best actions


@dataclass(frozen=True)
class Worst:
    """The theory under which a number is worst for the owner, and the number."""

    theory: str
    value: Number


@dataclass(frozen=True)
class Report:
    """All that the gap check finds. `weighted` is None where no weights were given; the worst cases are over theories."""

    theories: Mapping[str, Silence]
    weighted: Silence | None
    worst_mass: Worst
    worst_cost: Worst
    worst_value: Worst  # the lowest V-
    worst_gaps: Mapping[str, Worst]
    contradictions: tuple[Contradiction, ...]
    dead: tuple[DeadRule, ...]
    disagreements: tuple[Disagreement, ...]


def value_of(leaf: Leaf) -> Number:
    """The objective that is written on the leaves."""
    return leaf.value


def mean(values: list[Number]) -> Number:
    """Of a silent cell that is answered at random."""
    return sum(values, ZERO) / len(values)


def owed(cells: tuple[Cell, ...], flow: Flow, worth: Worth = value_of) -> dict[Move | None, Number]:
    """What each move (and, under None, the start) brings before the owner moves again, chance weighted.

    Raises:
        DecisionError: the value of a leaf is not a finite number.
    """
    found: dict[Move | None, Number] = {None: ZERO}
    found.update({(cell.name, action): ZERO for cell in cells for action in cell.actions})
    for last, probability, leaf in flow.ends:
        found[last] += probability * exact(worth(leaf), "the value of a leaf")
    return found


def induction(
    cells: tuple[Cell, ...], start: Mapping[Move | None, Number], fixed: Mapping[str, str], pick: Pick
) -> dict[Move | None, Number]:
    """All that comes after each move and, under None, from the start: W, from the deepest cell up.

    Args:
        cells: each after the cells of its past.
        start: what each move is `owed`.
        fixed: the cells that are answered.
        pick: what is made of the values of the actions of any other cell: max, min or mean.
    """
    after = dict(start)
    for cell in reversed(cells):
        values = [after[cell.name, action] for action in cell.actions]
        after[cell.after] += after[cell.name, fixed[cell.name]] if cell.name in fixed else pick(values)
    return after


def _standing(cells: tuple[Cell, ...], fixed: Mapping[str, str]) -> dict[str, bool | None]:
    """Whether the owner plays towards each cell: True always, None where a completion decides, False never."""
    found: dict[str, bool | None] = {}
    for cell in cells:
        if cell.after is None:
            found[cell.name] = True
            continue
        before, action = cell.after
        answer = fixed.get(before, action)
        found[cell.name] = False if found[before] is False or answer != action else (found[before] if before in fixed else None)
    return found


def _reached(cells: tuple[Cell, ...], flow: Flow, fixed: Mapping[str, str]) -> set[str]:
    """The cells that some completion reaches with a probability above 0."""
    return {name for name, open_ in _standing(cells, fixed).items() if open_ is not False and flow.reach.get(name, ZERO) > 0}


@dataclass(frozen=True)
class _Account:
    best: Number
    worst: Number
    uniform: Number
    gaps: tuple[Gap, ...]


def _account(cells: tuple[Cell, ...], flow: Flow, fixed: Mapping[str, str]) -> _Account:
    """The three completions of the cells that are not fixed, and a row for each that is reached."""
    start = owed(cells, flow)
    best, worst, uniform = (induction(cells, start, fixed, pick) for pick in (max, min, mean))
    standing, reached = _standing(cells, fixed), _reached(cells, flow, fixed)
    rows: list[Gap] = []
    for cell in cells:
        if cell.name in fixed or cell.name not in reached:
            continue
        reach, first = flow.reach[cell.name], standing[cell.name] is True
        tops = [best[cell.name, action] for action in cell.actions]
        bottoms = [worst[cell.name, action] for action in cell.actions]
        answers = [Answer(action, top / reach, low / reach) for action, top, low in zip(cell.actions, tops, bottoms, strict=True)]
        rows.append(
            Gap(
                cell=cell.name,
                first=reach if first else ZERO,
                low=reach if first else ZERO,
                high=reach,
                gap=max(tops) - min(tops) if first else ZERO,
                spread=max(tops) - min(bottoms) if first else ZERO,
                answers=tuple(sorted(answers, key=lambda answer: answer.best, reverse=True)),
            )
        )
    rows.sort(key=lambda row: row.gap, reverse=True)
    return _Account(best[None], worst[None], uniform[None], tuple(rows))


def silence(cells: tuple[Cell, ...], flow: Flow, answers: Answers) -> Silence:
    """The account of one theory, or of a mixture."""
    found = _account(cells, flow, answers.all)
    bare = _account(cells, flow, answers.ruled) if answers.by_default else found
    return Silence(
        mass=sum((row.first for row in found.gaps), ZERO),
        best=found.best,
        worst=found.worst,
        uniform=found.uniform,
        cost=found.best - found.worst,
        gaps=found.gaps,
        defaults=tuple(replace(row, default=answers.by_default[row.cell]) for row in bare.gaps if row.cell in answers.by_default),
        default_loses=bare.best - found.best,
        cost_without_default=bare.best - bare.worst,
    )


def _dead(written: Written, problem: Problem, answers: Answers) -> tuple[DeadRule, ...]:
    reached = set[str]().union(*(_reached(problem.cells, flow, answers.all) for flow in problem.flows.values()))
    rows: list[DeadRule] = []
    for place, rule in enumerate(written.rules):
        away = [cell not in reached for cell in rule.cells]
        shadowed = [answers.winner[cell] != place for cell in rule.cells]
        if all(a or s for a, s in zip(away, shadowed, strict=True)):
            why = "unreached" if all(away) else "shadowed" if all(shadowed) else "unreached or shadowed"
            rows.append(DeadRule(name_of(written.rules, place), why))
    return tuple(rows)


def _disagreements(
    cells: tuple[Cell, ...],
    flows: Mapping[str | None, Flow],
    fixed: Mapping[str, str],
    objectives: Mapping[str, Worth],
    matters: Number,
) -> tuple[Disagreement, ...]:
    """Cells in which the objectives' sets of best actions (within `matters` of the best) share no action."""
    rows: list[Disagreement] = []
    for theory, flow in flows.items():
        reached = _reached(cells, flow, fixed)
        after = {name: induction(cells, owed(cells, flow, worth), fixed, max) for name, worth in objectives.items()}
        for cell in cells:
            if cell.name not in reached:
                continue
            best: dict[str, tuple[str, ...]] = {}
            for name, moves in after.items():
                limit = max(moves[cell.name, action] for action in cell.actions) - matters * flow.reach[cell.name]
                best[name] = tuple(action for action in cell.actions if moves[cell.name, action] >= limit)
            if not set(cell.actions).intersection(*best.values()):
                rows.append(Disagreement(theory, cell.name, cell.name not in fixed, best))
    return tuple(rows)


def find_gaps(
    trees: Mapping[str, Node],
    written: Written,
    *,
    weights: Mapping[str, Number] | None = None,
    objectives: Mapping[str, Worth] | None = None,
    matters: Number = 0,
) -> Report:
    """The gap check.

    Args:
        trees: theory of the rival -> the owner's tree under it; the same cell is the same knowledge in all of them.
        written: the strategy.
        weights: weight of each theory (need not sum to 1), for the mixture.
        objectives: name -> value of a leaf, to find the cells in which admissible objectives disagree.
        matters: how far (points) an action may be behind the best one and still count as best for an objective.

    Returns:
        The accounts and what is wrong with the rules. A rule more never raises CS where it answers a silent cell; where it replaces
        `otherwise` it may, since it can lead to cells that were out of reach.

    Raises:
        DecisionError: a problem, strategy or weight without meaning (see `read`, `answers_of`, `mixture`), fewer than two
        objectives.
    """
    problem = read(trees)
    cells = problem.cells
    answers = answers_of(written, cells)
    flows: dict[str | None, Flow] = (
        {**problem.flows} if weights is None else {**problem.flows, None: mixture(problem.flows, weights)}
    )
    if objectives is not None and len(objectives) < 2:
        raise DecisionError("one objective cannot disagree with itself", next="Give two objectives or more, or none")
    if exact(matters, "matters") < 0:
        raise DecisionError(f"matters is {matters}", next="Give 0 or more points")
    accounts = {theory: silence(cells, flow, answers) for theory, flow in flows.items()}
    theories = {theory: accounts[theory] for theory in problem.flows}
    gaps: dict[str, dict[str, Number]] = {}
    for theory, account in theories.items():
        for row in account.gaps:
            gaps.setdefault(row.cell, {})[theory] = row.gap
    return Report(
        theories=theories,
        weighted=accounts.get(None),
        worst_mass=_worst({theory: account.mass for theory, account in theories.items()}),
        worst_cost=_worst({theory: account.cost for theory, account in theories.items()}),
        worst_value=_worst({theory: account.worst for theory, account in theories.items()}, min),
        worst_gaps={cell: _worst(by_theory) for cell, by_theory in gaps.items()},
        contradictions=answers.contradictions,
        dead=_dead(written, problem, answers),
        disagreements=()
        if objectives is None
        else _disagreements(cells, flows, answers.all, objectives, exact(matters, "matters")),
    )


def _worst(values: Mapping[str, Number], pick: Callable[..., str] = max) -> Worst:
    theory = pick(values, key=values.__getitem__)
    return Worst(theory, values[theory])
