"""The page of two scenarios side by side: what is written differently, what the answer was and is, what changed and where it comes from.

One HTML file that needs nothing else; the same findings give the same bytes. Every difference is B less A.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from countermove.decision.findings import WEIGHTED
from countermove.decision.pairs import OBJECTIVE
from countermove.engine.program import Program
from countermove.questions.assumptions import number_of
from countermove.questions.compare.finding import Compared, Drill, QuantityParting, number_text
from countermove.questions.compare.over_theories import MeasureChange
from countermove.questions.compare.paths import EXPERT_ON, THEORY_OF
from countermove.questions.run.findings_index import FindingsIndex
from countermove.questions.run.lead_sentences import lead
from countermove.questions.run.run import Study
from countermove.scenario.explain import passages
from countermove.scenario.schema import Objective
from countermove.show.page import page
from countermove.world.certainty import surely_differ
from countermove.world.measure import titled
from countermove.world.observable import OBSERVABLE
from countermove.world.tables import Cell, Row, Table
from countermove.world.titles import Titles
from countermove.world.words import (
    SHARES,
    capitalized,
    counted,
    counted_text,
    figure,
    listed,
    mean_error,
    month,
    number,
    percent,
    true_minus,
)

LONGEST = 90  # letters of the entry that a line belongs to
THIRD = {"low": "where it is low", "middle": "in the middle", "high": "where it is high"}
OF_RUNS = "share of runs"  # of what is or is not in a run


@dataclass(frozen=True)
class SideOfPage:
    """One of the two: its letter, what a reader calls it, and what its runs found."""

    letter: str
    label: str
    study: Study

    @property
    def index(self) -> FindingsIndex:
        """Its findings by address."""
        made = self.study.provenance
        return FindingsIndex(self.study.findings, draws=made.draws, months=made.months)

    @property
    def titles(self) -> Titles:
        """What people call its things."""
        return self.study.program.titles


@dataclass(frozen=True)
class TwoMemos:
    """Both sides, their comparison, and every plan's measures over the weighted theories."""

    a: SideOfPage
    b: SideOfPage
    compared: Compared
    changes: tuple[MeasureChange, ...]

    @property
    def titles(self) -> Titles:
        """Those of B, which is the later."""
        return self.b.titles


def render_beside(found: TwoMemos) -> str:
    """The page as HTML text (UTF-8 when written)."""
    shown = {
        "title": f"{found.a.label} beside {found.b.label}",
        "heading": found.b.study.program.scenario.title or found.b.label,
        "sides": [
            (one.letter, one.label, one.study.program.scenario.title, month(one.study.program.scenario.clock.known_until))
            for one in (found.a, found.b)
        ],
        "answer": answer(found),
        "answers": [
            (one.letter, one.label, [f"{capitalized(part)}." for part in lead(one.index, _objective(one))])
            for one in (found.a, found.b)
        ],
        "words": words_table(found),
        "same": "Both scenarios say the same in words." if not words_table(found).rows else "",
        "regret": regret_table(found),
        "no_regret": "" if found.compared.regret else found.compared.points,
        "points": points_table(found),
        "outcomes": outcomes_table(found),
        "what": what_changed(found.compared),
        "strongest": found.compared.strongest_table(12),
        "drill": [drilled(found, part) for part in found.compared.drill],
        "made": made_table(found),
        "differs": found.compared.made_table(len(found.compared.differs)),
    }
    return page("beside.html.j2", m=shown)


def answer(found: TwoMemos) -> str:
    """Whether the answer stands, in one sentence; whoever leads is named with all that cannot be told from the leader."""
    if not (found.a.index.verdicts() and found.b.index.verdicts()):
        return "In one of the two no plans were compared, so there is no answer to set beside the other."
    first, second = (_led(one) for one in (found.a, found.b))
    if set(found.a.index.leaders) == set(found.b.index.leaders):
        return f"The answer stands: in both, {first.format('looks', 'can')}."
    return f"The answer changes: in A, {first.format('looked', 'could')}; in B, {second.format('looks', 'can')}."


def _led(side: SideOfPage) -> str:
    """Who leads, with a place for two verbs: of one plan the first is used, of several that cannot be told apart the second."""
    plans = [f"“{side.titles.strategy(name)}”".replace("{", "(").replace("}", ")") for name in side.index.leaders]
    return f"{plans[0]} {{0}} best" if len(plans) == 1 else f"none of {listed(plans)} {{1}} be called best"


def _objective(side: SideOfPage) -> Objective | None:
    return side.study.program.scenario.objective


# --- what is written --------------------------------------------------------------------------------------------------


def words_table(found: TwoMemos) -> Table:
    """What the two scenarios say differently, in the words in which they are explained, heading by heading."""
    sides = [dict(_headed(one)) for one in (found.a, found.b)]
    rows = [
        (heading, *cells)
        for heading in dict.fromkeys((*sides[0], *sides[1]))
        for cells in _lines_apart(sides[0].get(heading, ()), sides[1].get(heading, ()))
    ]
    return Table.of("What is written differently, as the program reads it.", ("about", "A", "B"), rows, prose=True)


def _headed(side: SideOfPage) -> Iterator[tuple[str, tuple[str, ...]]]:
    for place, (heading, lines) in enumerate(passages(side.study.program.scenario)):
        yield ("The war", (f"- {heading}", *lines)) if place == 0 else (heading, lines)


def _lines_apart(a: tuple[str, ...], b: tuple[str, ...]) -> Iterator[tuple[Cell, Cell]]:
    for what, first, last, start, end in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        for one, other in zip_longest(range(first, last), range(start, end)):
            yield _line(a, one), _line(b, other)


def _line(lines: tuple[str, ...], at: int | None) -> Cell:
    """A line, and under it the entry that it belongs to; empty where the other side has one more."""
    if at is None:
        return Cell("–")
    depth = len(lines[at]) - len(lines[at].lstrip())
    above = next((line for line in reversed(lines[:at]) if len(line) - len(line.lstrip()) < depth), "")
    return Cell(_bare(lines[at]), (_short(_bare(above)),) if above else ())


def _bare(line: str) -> str:
    return line.strip().removeprefix("- ")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


# --- each plan --------------------------------------------------------------------------------------------------------


def regret_table(found: TwoMemos) -> Table:
    """What each plan loses to the best of those that both have, over the weighted theories of each side."""
    rows = [row for row in found.compared.regret if row.theory == WEIGHTED]
    return Table.of(
        "What each plan loses to the best, in points over the weighted theories, ± one standard error; B − A with the error of the difference.",
        ("plan", "A", "B", "B − A"),
        (
            (
                found.titles.strategy(row.strategy),
                mean_error(row.a, row.a_se),
                mean_error(row.b, row.b_se),
                _change(row.change, row.se),
            )
            for row in sorted(rows, key=lambda row: row.b)
        ),
    )


def points_table(found: TwoMemos) -> Table | None:
    """What the change of each measure does to the points of each plan; None where the two do not value the same."""
    terms = {(row.strategy, row.measure): row for row in found.compared.terms}
    if not terms:
        return None
    plans = tuple(dict.fromkeys(row.strategy for row in found.changes))
    rows: list[Row] = []
    for measure in dict.fromkeys(row.measure for row in found.compared.terms):
        cells = [terms.get((plan, measure)) for plan in plans]
        told = [Cell("not measured") if row is None else _change(row.points, row.se) for row in cells]
        rows.append(Row.of((capitalized(titled(measure)), *told)))
    whole = {row.strategy: row for row in found.compared.rows if row.measure == OBJECTIVE and row.theory == WEIGHTED}
    sums = [Cell("not known") if plan not in whole else _change(whole[plan].difference, whole[plan].se) for plan in plans]
    rows.append(Row.of(("Together", *sums), "total"))
    return Table.of(
        "What the change of each measure adds to the points of each plan, B − A ± one standard error; framed where it is beyond two errors.",
        ("measure", *(found.titles.strategy(plan) for plan in plans)),
        rows,
    )


def outcomes_table(found: TwoMemos) -> Table:
    """The main outcomes of every plan over the weighted theories, in A, in B, and what changed."""
    rows: list[Row] = []
    draws = min(one.study.provenance.draws for one in (found.a, found.b))
    for row in found.changes:
        what = Cell(capitalized(titled(row.measure)), (row.unit,) if row.unit else (), ("text",))
        rows.append(Row.of((found.titles.strategy(row.strategy), what, *_told(row, draws), _change(row.change, row.se, row.unit))))
    return Table.of(
        "The main outcomes of each plan over the weighted theories; B − A ± one standard error, framed where it is beyond two errors.",
        ("plan", "outcome", "A", "B", "B − A"),
        rows,
    )


def _told(row: MeasureChange, draws: int) -> tuple[str, str]:
    if row.unit == "probability":
        return counted_text(row.a, draws), counted_text(row.b, draws)
    if row.unit == "share":
        return percent(row.a, 1), percent(row.b, 1)
    return number_text(row.a, row.b, row.change, row.se)[:2]


def _change(change: float, se: float, unit: str = "") -> Cell:
    if change == se == 0:
        return Cell("no change")
    sure = surely_differ((change, se), (0.0, 0.0))
    return Cell(mean_error(change, se, unit), (), ("best",) if sure else ())


# --- why --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DrilledChange:
    """One difference followed to where it comes from: its heading, sentences, and the mechanisms in the order in which they part."""

    title: str
    sentences: tuple[str, ...]
    mechanisms: Table


def what_changed(found: Compared) -> tuple[str, ...]:
    """How the two are compared, and how much of it is more than chance."""
    told = [found.pairing]
    if found.identical:
        told.append("What both have is the same, bit for bit.")
    kept = f"of those named, {percent(found.level)} are expected to be chance"
    told.append(f"{len(found.found)} of {found.compared} differences of a measure under a theory are more than chance; {kept}.")
    told += [f"The {row.of} {_where(found, row.theory)}: in A {row.a}; in B {row.b}." for row in found.turned]
    for row in found.only:
        sides = (("A", row.a), ("B", row.b))
        told += [f"Only {letter} has the {row.what} {_called(found, row.what, text)}." for letter, text in sides if text]
    return tuple(told)


def _where(found: Compared, theory: str) -> str:
    return "over the weighted theories" if theory == WEIGHTED else f"under {found.titles.say_theory(theory)}"


def _called(found: Compared, what: str, names: str) -> str:
    """What people call the strategies, theories or measures that stand in a list of names."""
    every = names.split(", ")
    said = {"strategies": found.titles.say_strategies, "theories": found.titles.say_theories}
    return said[what](every) if what in said else listed([titled(name) for name in every])


def drilled(found: TwoMemos, part: Drill) -> DrilledChange:
    """Where one difference comes from: months and mechanisms, the numbers that it goes with, what could not be looked at."""
    compared = found.compared
    row = next(
        one for one in compared.rows if (one.strategy, one.theory, one.measure) == (part.strategy, part.theory, part.measure)
    )
    title = f"{capitalized(titled(row.measure))} with {found.titles.say_strategy(row.strategy)}, {_where(compared, row.theory)}"
    shares = row.unit in SHARES
    a, b = (percent(row.a, 1), percent(row.b, 1)) if shares else row.number_text[:2]
    change = mean_error(row.difference, row.se, row.unit) if shares else f"{row.number_text[2]} {row.unit}".strip()
    said = [f"In A {a}, in B {b}: a difference of {change}."]
    for driver in part.drivers:
        what, of = number_said(found.a.study.program, driver.parameter)
        groups = ", ".join(f"{_signed(value, row.unit)} {of(name)}" for name, value in driver.groups)
        said.append(f"It goes with {what}: {percent(driver.share)} of its variance between draws ({groups}).")
    quiet = [block.name for block in part.blocks if block.first is None]
    if quiet:
        said.append(f"Nothing parts that matters in {listed(quiet)}.")
    said += [f"{capitalized(note)}{'' if note.endswith('.') else '.'}" for note in part.notes]
    return DrilledChange(title, tuple(said), _mechanisms(found, part))


def number_said(program: Program, name: str) -> tuple[str, Callable[[str], str]]:
    """What people read for an uncertain number of a comparison, with its key in brackets, and for the groups of its values.

    `spigot.line (neighbour)` is “The no-defeat line m*” of Neighbour (spigot.line).
    """
    titles = program.titles
    if name.startswith(THEORY_OF):
        return (
            f"which theory {titles.actor(name.removeprefix(THEORY_OF))} follows",
            lambda theory: f"under {titles.say_theory(theory)}",
        )
    if name.startswith(EXPERT_ON):
        key = name.removeprefix(EXPERT_ON)
        return f"whose answer is taken on “{number_of(program, key).doc}” ({key})", lambda expert: f"by {expert}"
    key, _, actor = name.removesuffix(")").partition(" (")
    doc = number_of(program, key.partition("[")[0]).doc
    return f"“{doc}”{f' of {titles.actor(actor)}' if actor else ''} ({key})", lambda third: THIRD[third]


def _mechanisms(found: TwoMemos, part: Drill) -> Table:
    rows: list[tuple[str, ...]] = []
    for block in part.blocks:
        if block.first is None:
            continue
        first, most = block.quantities[0], max(block.quantities, key=lambda one: abs(one.share))
        apart = f"{_quantity(found.titles, first)}: {_signed(first.first_difference, first.unit)} {_unit(first.unit)}".strip()
        widest = f"{_quantity(found.titles, most)}: {abs(most.share):.2f} of its spread, in {_month(found.compared, most.most)}"
        rows.append((block.name, _month(found.compared, block.first), apart, widest))
    return Table.of(
        "The parts of the model in the order in which the two part, by the first quantity that does and the one that parts most.",
        ("part of the model", "from", "first", "most"),
        rows,
        prose=True,
    )


def _quantity(titles: Titles, one: QuantityParting) -> str:
    """What it is, in words, and of whom."""
    what = OBSERVABLE[one.what].doc if one.what in OBSERVABLE else capitalized(one.what)
    return f"{what}, {titles.actor(one.of)}" if one.of else what


def _signed(value: float, unit: str) -> str:
    """With its sign; a share in percent."""
    text = f"{figure(100 * value)}%" if unit in (*SHARES, OF_RUNS) else figure(value)
    return true_minus(text if value < 0 else f"+{text}")


def _unit(unit: str) -> str:
    """What stands behind a number with its sign."""
    return {"rung 0-9": "rungs", "0-1": "on a scale from 0 to 1", OF_RUNS: "of runs", **dict.fromkeys(SHARES, "")}.get(unit, unit)


def _month(found: Compared, at: int | None) -> str:
    if at is None:
        return ""
    return f"month {at}" if found.start is None else month(found.start + at - 1)


# --- how --------------------------------------------------------------------------------------------------------------


def made_table(found: TwoMemos) -> Table:
    """How both were made, without the clock's time: the page made again is the same, byte for byte."""
    made = [one.study.provenance for one in (found.a, found.b)]
    lines = (
        ("scenario", [one.scenario for one in made]),
        ("hash of the scenario", [one.scenario_hash for one in made]),
        ("version of countermove", [one.code_version for one in made]),
        ("seed", [str(one.seed) for one in made]),
        ("draws and lucks", [f"{counted(one.draws, 'draw')} with {counted(one.lucks, 'luck')} each" for one in made]),
        ("months", [number(one.months) for one in made]),
        ("command", [one.command for one in made]),
    )
    rows = ((what, *(Cell(text, (), ("text",)) for text in texts)) for what, texts in lines if any(texts))
    return Table.of("How the numbers were made.", ("what", "A", "B"), rows, prose=True)
