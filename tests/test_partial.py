"""What strategies leave unsaid, on finite problems: published numbers, laws, and a brute force that knows only trees and plans."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from finite_trees import MANY, Drawn, cells_in, completions, paths, problems, worth
from hypothesis import given, settings
from hypothesis import strategies as some

from countermove.errors import DecisionError
from countermove.verify.tree.commitment import commitment
from countermove.verify.tree.partial import Chance, Decision, Leaf, Node, Response, Rule, Written, read
from countermove.verify.tree.silence import Answer, Report, Silence, Worst, find_gaps, value_of

F = Fraction
HALF = F(1, 2)


def sent(kind: Any = F) -> Node:
    """FIXTURES 22: send, then no reaction or an escalation, with numbers of one kind."""
    stalemate = Decision("stalemate", {"hold": Leaf(kind(-2)), "further": Leaf(kind(F(-5, 2)))})
    match = Chance(((kind(F(1, 4)), Leaf(kind(2))), (kind(F(1, 4)), Leaf(kind(-8))), (kind(HALF), stalemate)))
    escalated = Decision("escalated", {"back down": Leaf(kind(-1)), "match": match})
    calm = Decision("calm", {"hold": Leaf(kind(1)), "more": Leaf(kind(0))})
    after = Chance(((kind(F(3, 5)), calm), (kind(F(2, 5)), escalated)))
    return Decision("start", {"send": after, "refuse": Leaf(kind(F(-1, 10)))})


SENT = Written((Rule("send", ("start",)), Rule("hold", ("calm",))))


def test_fixture_22() -> None:
    """First-silence mass 2/5, V+ = 1/5, V- = -1/2, cost 7/10, uniform -1/8; the gap by hand 2/5 x (-1 + 5/2)."""
    found = find_gaps({"one": sent()}, SENT).theories["one"]
    assert (found.mass, found.best, found.worst, found.cost, found.uniform) == (F(2, 5), F(1, 5), F(-1, 2), F(7, 10), F(-1, 8))
    first, second = found.gaps
    assert (first.cell, first.first, first.low, first.high, first.gap, first.spread) == (
        "escalated",
        *(F(2, 5), F(2, 5), F(2, 5), F(3, 5), F(7, 10)),
    )
    assert first.answers == (Answer("back down", F(-1), F(-1)), Answer("match", F(-5, 2), F(-11, 4)))
    assert (second.cell, second.first, second.low, second.high, second.gap) == ("stalemate", 0, 0, F(1, 5), 0)
    assert second.answers == (Answer("hold", F(-2), F(-2)), Answer("further", F(-5, 2), F(-5, 2)))
    assert all(type(number) is Fraction for number in (found.mass, found.best, found.worst, found.cost, found.uniform, first.gap))


def test_floats_stay_close() -> None:
    """The same numbers as floats."""
    found = find_gaps({"one": sent(float)}, SENT).theories["one"]
    assert [found.mass, found.best, found.worst, found.cost, found.uniform] == pytest.approx(
        [0.4, 0.2, -0.5, 0.7, -0.125], abs=1e-12
    )


def test_two_theories_one_completion() -> None:
    """Escalation is a bluff under one theory (matching wins 1) and meant under the other (it loses 3); backing down costs 1.

    Under each theory alone CS is 2. One completion for both, weights 1:1: match is worth (1 - 3) / 2 = -1, backing down -1: CS is
    0.
    """
    trees: dict[str, Node] = {
        theory: Decision("escalated", {"match": Leaf(worth), "back down": Leaf(-1)})
        for theory, worth in (("bluff", 1), ("meant", -3))
    }
    report = find_gaps(trees, Written(), weights={"bluff": 2, "meant": 2})
    assert [report.theories[theory].cost for theory in trees] == [2, 2]
    assert report.weighted is not None
    assert (report.weighted.cost, report.weighted.mass) == (0, 1)
    assert (report.worst_cost, report.worst_value) == (Worst("bluff", F(2)), Worst("meant", F(-3)))
    assert report.worst_gaps == {"escalated": Worst("bluff", F(2))}
    biased = find_gaps(trees, Written(), weights={"bluff": 3, "meant": 1}).weighted
    assert biased is not None
    assert (biased.best, biased.worst, biased.gaps[0].answers[0].action) == (0, -1, "match")


def test_default_is_listed_with_its_cost() -> None:
    """`otherwise: hold` answers the stalemate, not the escalation, which offers no such thing; dropped, CS is .6 + .7."""
    found = find_gaps({"one": sent()}, Written((Rule("send", ("start",)),), otherwise="hold")).theories["one"]
    assert [row.cell for row in found.gaps] == ["escalated"]
    assert (found.best, found.worst, found.cost) == (F(1, 5), F(-2, 5), F(3, 5))
    assert {(row.cell, row.default) for row in found.defaults} == {("calm", "hold"), ("stalemate", "hold")}
    assert (found.default_loses, found.cost_without_default) == (0, F(13, 10))
    losing = find_gaps({"one": sent()}, Written(SENT.rules[:1], otherwise="more")).theories["one"]
    assert losing.default_loses == F(3, 5)
    kept, left = (find_gaps({"one": sent()}, Written(rules, otherwise="refuse")).worst_cost.value for rules in ((), SENT.rules[:1]))
    assert (kept, left) == (0, F(13, 10))  # a rule in the place of a default can cost: it leads where nothing is said


def test_contradictions_and_dead_rules() -> None:
    """The first rule wins; a rule is dead where it is shadowed or nobody gets to, not where it acts in one of its cells."""
    rules = (
        Rule("refuse", ("start",), "cautious"),
        Rule("send", ("start",), "bold"),
        Rule("hold", ("calm", "stalemate")),
        Rule("refuse", ("start",), "again"),
    )
    report = find_gaps({"one": sent()}, Written(rules))
    assert [(row.cell, row.rules, row.actions) for row in report.contradictions] == [
        ("start", ("cautious", "bold", "again"), ("refuse", "send", "refuse"))
    ]
    assert [(row.rule, row.why) for row in report.dead] == [("bold", "shadowed"), ("rule 3", "unreached"), ("again", "shadowed")]
    assert report.theories["one"].gaps == ()
    turned = find_gaps({"one": sent()}, Written((rules[1], Rule("hold", ("stalemate", "calm")))))
    assert (turned.contradictions, turned.dead) == ((), ())
    partly = find_gaps({"one": sent()}, Written((rules[1], Rule("more", ("calm",)), rules[2])))
    assert ([row.cell for row in partly.contradictions], partly.dead) == (["calm"], ())
    backed = (rules[1], Rule("more", ("calm",)), Rule("back down", ("escalated",)), rules[2])
    assert [row.why for row in find_gaps({"one": sent()}, Written(backed)).dead] == ["unreached or shadowed"]


def test_objectives_disagree() -> None:
    """Lives say back down, land says match; where both agree nothing is reported, and `matters` makes near ties agree."""
    trees: dict[str, Node] = {
        "one": Decision(
            "escalated",
            {
                "match": Decision("later", {"up": Leaf(0, label="a"), "down": Leaf(0, label="b")}),
                "back down": Leaf(0, label="c"),
            },
        )
    }
    lives, land = {"a": -5, "b": -9, "c": -1}, {"a": 3, "b": 1, "c": 0}
    objectives = {"lives": lambda leaf: lives[leaf.label], "land": lambda leaf: land[leaf.label]}
    (found,) = find_gaps(trees, Written(), objectives=objectives).disagreements
    assert (found.theory, found.cell, found.silent) == ("one", "escalated", True)
    assert found.best == {"lives": ("back down",), "land": ("match",)}
    assert find_gaps(trees, Written(), objectives=objectives, matters=3).disagreements == ()
    answered = find_gaps(trees, Written((Rule("match", ("escalated",)),)), objectives=objectives).disagreements
    assert [row.silent for row in answered] == [False]


# ---- brute force -----------------------------------------------------------------------------------------------------------------


def agrees(found: Silence, tree: Node, drawn: Drawn) -> None:
    """The account of one tree against the enumeration of all completions."""
    plans = completions(drawn.cells, drawn.answers)
    runs = [list(paths(tree, plan)) for plan in plans]
    values = [worth(run) for run in runs]
    assert (found.best, found.worst, found.uniform) == (max(values), min(values), sum(values, F(0)) / len(values))
    assert found.cost == max(values) - min(values)
    silent = [cell for cell in drawn.cells if cell not in drawn.answers]
    rows = {row.cell: row for row in found.gaps}
    for cell in silent:
        reach = [sum((p for p, _, met in run if cell in met), F(0)) for run in runs]
        assert (cell in rows) == (max(reach) > 0)
        if cell not in rows:
            continue
        row = rows[cell]
        assert (row.low, row.high) == (min(reach), max(reach))
        firsts = [[path for path in run if next((c for c in path[2] if c in silent), "") == cell] for run in runs]
        masses = {sum((p for p, _, _ in first), F(0)) for first in firsts}
        assert masses == {row.first}  # whatever the completion
        after = {a: [worth(first) for plan, first in zip(plans, firsts, strict=True) if plan[cell] == a] for a in drawn.cells[cell]}
        top = [max(after[a]) for a in after]
        assert row.gap == max(top) - min(top)
        assert row.spread == max(top) - min(min(after[a]) for a in after)
        for answer in row.answers:
            given = [
                worth([path for path in run if cell in path[2]]) / r
                for plan, run, r in zip(plans, runs, reach, strict=True)
                if r > 0 and plan[cell] == answer.action
            ]
            assert (answer.best, answer.worst) == (max(given), min(given))
        assert [answer.best for answer in row.answers] == sorted((answer.best for answer in row.answers), reverse=True)
    assert found.mass == sum((row.first for row in found.gaps), F(0))
    assert sum((row.spread for row in found.gaps), F(0)) == found.cost
    assert sum((row.gap for row in found.gaps), F(0)) <= found.cost
    assert [row.gap for row in found.gaps] == sorted((row.gap for row in found.gaps), reverse=True)


@MANY
@given(problems())
def test_every_completion_enumerated(drawn: Drawn) -> None:
    """Each theory alone, and the theory unknown as a tree whose first chance is the theory: exactly equal, in Fractions."""
    report = find_gaps(drawn.trees, drawn.written, weights=drawn.weights)
    for theory, tree in drawn.trees.items():
        agrees(report.theories[theory], tree, drawn)
    assert report.weighted is not None
    if len(drawn.trees) > 1:
        agrees(report.weighted, drawn.mixed(), drawn)
    assert report.weighted == find_gaps({"mixed": drawn.mixed()}, drawn.written).theories["mixed"]
    shares = {theory: F(weight) / sum(drawn.weights.values()) for theory, weight in drawn.weights.items()}
    assert report.weighted.cost <= sum(shares[theory] * account.cost for theory, account in report.theories.items())
    assert report.worst_cost.value == max(account.cost for account in report.theories.values())


@settings(MANY, max_examples=100)
@given(problems(), some.data())
def test_a_rule_more_never_raises_the_cost(drawn: Drawn, data: Any) -> None:
    """Rules are added one by one until the strategy is complete: CS never rises, and ends at 0 with nothing silent."""
    written = drawn.written
    before = find_gaps(drawn.trees, written, weights=drawn.weights)
    open_ = [cell for cell in drawn.cells if cell not in drawn.answers]
    for cell in data.draw(some.permutations(open_)):
        action = data.draw(some.sampled_from(drawn.cells[cell]))
        written = Written((*written.rules, Rule(action, (cell,))))
        after = find_gaps(drawn.trees, written, weights=drawn.weights)
        for account, earlier in zip(accounts(after), accounts(before), strict=True):
            assert account.cost <= earlier.cost
            assert earlier.worst <= account.worst <= account.best <= earlier.best
        before = after
    for account in accounts(before):
        assert (account.cost, account.mass, account.gaps) == (0, 0, ())
        assert account.best == account.worst == account.uniform


def accounts(report: Report) -> list[Silence]:
    """Those of the theories and of the mixture."""
    assert report.weighted is not None
    return [*report.theories.values(), report.weighted]


@settings(MANY, max_examples=100)
@given(problems())
def test_all_silent_and_floats(drawn: Drawn) -> None:
    """The empty strategy costs the difference of the best and the worst plan; floats agree with Fractions."""
    report = find_gaps(drawn.trees, Written())
    for theory, tree in drawn.trees.items():
        values = [worth(list(paths(tree, plan))) for plan in completions(drawn.cells, {})]
        assert report.theories[theory].cost == max(values) - min(values)
        assert report.theories[theory].mass == 1
    rough = find_gaps({theory: floated(tree) for theory, tree in drawn.trees.items()}, Written())
    for theory, account in report.theories.items():
        there = rough.theories[theory]
        assert [there.best, there.worst, there.uniform] == pytest.approx(
            [float(account.best), float(account.worst), float(account.uniform)], abs=1e-9
        )
        assert {row.cell for row in there.gaps} == {row.cell for row in account.gaps}


def floated(node: Node) -> Node:
    """The same tree with floats."""
    match node:
        case Leaf(value, rival):
            return Leaf(float(value), float(rival))
        case Chance(branches):
            return Chance(tuple((float(share), floated(child)) for share, child in branches))
        case Decision(cell, actions):
            return Decision(cell, {action: floated(child) for action, child in actions.items()})
        case _:
            raise AssertionError


@settings(MANY, max_examples=100)
@given(problems())
def test_disagreements_enumerated(drawn: Drawn) -> None:
    """An objective against itself, against the rival's, and the sets of best actions by enumeration."""
    tree = drawn.trees["one"]
    same = find_gaps({"one": tree}, drawn.written, objectives={"a": value_of, "b": value_of})
    assert same.disagreements == ()
    objectives = {"own": value_of, "rival": lambda leaf: leaf.rival}
    found = {row.cell: row for row in find_gaps({"one": tree}, drawn.written, objectives=objectives).disagreements}
    for cell, actions in drawn.cells.items():
        best: dict[str, set[str]] = {}
        for name, of in objectives.items():
            after: dict[str, list[Fraction]] = {action: [] for action in actions}
            for action in actions:
                for plan in completions(drawn.cells, {**drawn.answers, cell: action}):
                    run = [path for path in paths(tree, plan) if cell in path[2]]
                    if sum(p for p, _, _ in run) > 0:
                        after[action].append(sum((p * F(of(leaf)) for p, leaf, _ in run), F(0)))
            if not after[actions[0]]:
                break
            tops = {action: max(values) for action, values in after.items()}
            best[name] = {action for action in actions if tops[action] == max(tops.values())}
        differ = bool(best) and not best["own"] & best["rival"]
        assert (cell in found) == differ
        if differ:
            assert {name: set(chosen) for name, chosen in found[cell].best.items()} == best


# ---- planted ---------------------------------------------------------------------------------------------------------------------


def war(generator: np.random.Generator, at: str = "war", months: int = 3) -> Node:
    """A public problem: each month the owner chooses one of three, then the rival answers or not."""
    if months == 0:
        return Leaf(F(int(generator.integers(-99, 100)), 7))
    share = F(int(generator.integers(1, 10)), 10)
    return Decision(
        at,
        {
            action: Chance(
                ((share, war(generator, f"{at}/{action}+", months - 1)), (1 - share, war(generator, f"{at}/{action}-", months - 1)))
            )
            for action in ("hold", "send", "talk")
        },
    )


@pytest.mark.parametrize("seed", range(10))
def test_planted_silences_and_contradictions(seed: int) -> None:
    """A complete strategy, answers taken out where it plays, second opinions put in: all found, none invented."""
    generator = np.random.Generator(np.random.Philox(key=[22, seed]))
    trees = {theory: war(generator) for theory in ("one", "two")}
    cells = cells_in(trees["one"])
    full = {cell: str(generator.choice(actions)) for cell, actions in cells.items()}
    played = sorted({cell for _, _, met in paths(trees["one"], full) for cell in met})
    planted = {str(cell) for cell in generator.choice(played, size=int(generator.integers(1, len(played) + 1)), replace=False)}
    kept = {cell: action for cell, action in full.items() if cell not in planted}
    doubted = {str(cell) for cell in generator.choice(sorted(kept), size=4, replace=False)}
    doubts = tuple(Rule(next(a for a in cells[cell] if a != kept[cell]), (cell,), f"doubt {cell}") for cell in sorted(doubted))
    report = find_gaps(
        trees, Written((*(Rule(action, (cell,), cell) for cell, action in kept.items()), *doubts)), weights={"one": 1, "two": 3}
    )
    for account in accounts(report):
        assert {row.cell for row in account.gaps} == planted
        assert account.cost > 0
    assert {row.cell for row in report.contradictions} == doubted
    met = {cell for plan in completions(cells, kept) for _, _, path in paths(trees["one"], plan) for cell in path}
    dead = {row.rule for row in report.dead}
    assert dead == {cell for cell in kept if cell not in met} | {rule.name for rule in doubts}


# ---- refusals --------------------------------------------------------------------------------------------------------------------


def two(left: Node, right: Node) -> Node:
    """A fair coin."""
    return Chance(((HALF, left), (HALF, right)))


def ask(cell: str, **actions: Node) -> Node:
    """A decision; leaves of 0 where nothing is given."""
    return Decision(cell, actions or {"yes": Leaf(0), "no": Leaf(0)})


WRONG: dict[str, Node] = {
    "twice on one path": ask("x", yes=ask("x"), no=Leaf(0)),
    "no perfect recall": ask("x", yes=ask("y"), no=ask("y")),
    "in one node and": two(ask("x"), ask("x", yes=Leaf(0), maybe=Leaf(0))),
    "has 1 actions": ask("x", yes=Leaf(0)),
    "probabilities 1/2, 1/3": Chance(((HALF, Leaf(0)), (F(1, 3), Leaf(0)))),
    "probabilities -1, 2": Chance(((-1, Leaf(0)), (2, Leaf(0)))),
    "probabilities  of": Chance(()),
    "value of a leaf is nan": Leaf(float("nan")),
    "rival's value of a leaf is inf": Leaf(0, float("inf")),
    "is True": Leaf(True),
    "value of a leaf is 1e[+]301": Leaf(1e301),
    "value of a leaf is 1000": two(Leaf(10**400), Leaf(0.5)),
    "Response has no place": Response({"a": Leaf(0)}),
    "NoneType has no place": two(Leaf(0), None),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("says", sorted(WRONG))
def test_trees_without_meaning(says: str) -> None:
    """Each is refused in words."""
    with pytest.raises(DecisionError, match=says):
        find_gaps({"one": WRONG[says]}, Written())


@pytest.mark.parametrize(
    ("written", "options", "says"),
    [
        (Written((Rule("send", ("strat",)),)), {}, 'no tree has the cell "strat". Did you mean start'),
        (Written((Rule("snd", ("start",)),)), {}, '"snd" is not an action in "start". Did you mean send'),
        (Written(otherwise="holt"), {}, 'no cell offers the default "holt". Did you mean hold'),
        (Written(), {"weights": {"one": 0}}, "one at least is above 0"),
        (Written(), {"weights": {"one": -1}}, "0 or more"),
        (Written(), {"weights": {"one": float("nan")}}, "weight of one is nan"),
        (Written(), {"weights": {}}, "differ in one"),
        (Written(), {"weights": {"one": 1, "other": 1}}, "differ in other"),
        (Written(), {"objectives": {"lives": value_of}}, "cannot disagree with itself"),
        (Written(), {"objectives": {"a": value_of, "b": lambda leaf: float("nan")}}, "value of a leaf is nan"),
        (Written(), {"matters": -1}, "matters is -1"),
    ],
)
def test_questions_without_meaning(written: Written, options: Any, says: str) -> None:
    """Each is refused in words."""
    with pytest.raises(DecisionError, match=says):
        find_gaps({"one": sent()}, written, **options)


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.int64])
def test_numbers_of_numpy(kind: Any) -> None:
    """They count as the numbers they are; whole ones stay exact."""
    found = find_gaps({"one": two(ask("x", yes=Leaf(kind(3)), no=Leaf(kind(1))), Leaf(kind(0)))}, Written()).theories["one"]
    assert (found.cost, type(found.cost)) == (1, Fraction if kind is np.int64 else float)


def test_no_theory_and_no_decision() -> None:
    """No tree is an error; a tree without a decision leaves nothing to be silent about."""
    with pytest.raises(DecisionError, match="no theory"):
        find_gaps({}, Written())
    found = find_gaps({"one": two(Leaf(1), Leaf(2))}, Written()).theories["one"]
    assert (found.best, found.cost, found.gaps) == (F(3, 2), 0, ())


def test_a_theory_that_never_gets_there() -> None:
    """Probability 0, weight 0 or no such branch: not a gap under that theory, and none in a mixture that gives it no weight."""
    never = Chance(((1, Leaf(0)), (0, ask("x", yes=Leaf(1), no=Leaf(0)))))
    trees = {"never": never, "nothing": Leaf(0), "always": ask("x", yes=Leaf(1), no=Leaf(0))}
    report = find_gaps(trees, Written(), weights={"never": 1, "nothing": 1, "always": 0})
    assert [len(account.gaps) for account in accounts(report)] == [0, 0, 1, 0]


def test_deep_trees_and_too_many_plans() -> None:
    """No recursion on the way down; plans that cannot all be announced are refused."""
    deep: Node = Leaf(1)
    for depth in range(600):
        deep = Decision(f"month {599 - depth}", {"go on": deep, "stop": Leaf(0)})
    assert find_gaps({"one": deep}, Written()).theories["one"].cost == 1
    assert len(read({"one": deep}).cells) == 600
    with pytest.raises(DecisionError, match="completions to announce"):
        commitment(deep, Written())
