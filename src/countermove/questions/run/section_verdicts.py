"""What happens under each theory: the table of regret, the verdicts, and what would have to be true for another one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from countermove.decision.findings import WEIGHTED, Flip, RegretRow, Verdict
from countermove.questions.run.finding import Drawable, Findings, RunReport, leader_first
from countermove.show.charts import flip_chart, regret_map
from countermove.show.charts.flip import present
from countermove.show.charts.heat import HeatCell
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.figure_data import flip_data
from countermove.show.verdict_text import cell
from countermove.world.tables import SHADES, Cell, Mark, Row, Table
from countermove.world.titles import Titles
from countermove.world.words import mean_error, number, points, weight_text

TIED = "not told apart"
NO_FLIP = "no flip point in (0,1)"
CHARTS = 3  # side by side
SHOWN = 12  # flip points drawn; the rest are sentences


def theories_of(findings: Findings) -> tuple[str, ...]:
    """The weighted view first, where it was computed, then theory by theory."""
    weighted = [WEIGHTED] if any(row.theory == WEIGHTED for row in findings.regret) else []
    return (*weighted, *findings.theories)


def regret_table(war: Drawable) -> Table:
    """Theory x strategy: regret with its error, the expected value under it; shaded, so that a grey copy reads the same."""
    findings = war.findings
    names = leader_first(findings)
    chart = regret_map(findings.regret, names, theories_of(findings), war.matters)
    worst = (_worst(rows, findings) for rows in chart.worst)
    unsure = "" if all(math.isfinite(row.value_se) for row in findings.regret) else ", whose own error is not known"
    return Table.of(
        f"Expected regret in points ± standard error; under it the expected value of the objective{unsure}.",
        ("theory", *map(war.titles.strategy, names)),
        (
            *(
                Row.of(
                    (
                        Cell(war.titles.theory(row.theory), _weight(row.theory, findings)),
                        *(_heat(one, row.tied) for one in row.cells),
                    )
                )
                for row in chart.rows
            ),
            Row.of((Cell("worst case", ("over the theories",)), *worst), "total"),
        ),
        title="Regret: points that each plan loses to the best one (± Monte-Carlo error); the plan of the most points first",
    )


def _weight(theory: str, findings: Findings) -> tuple[str, ...]:
    return () if theory == WEIGHTED else (f"weight {weight_text(findings.weights.get(theory, math.nan))}",)


def _heat(cell: HeatCell, tied: bool) -> Cell:
    if cell.row is None:
        return Cell("not run")
    row = cell.row
    value = f"value {mean_error(row.value, row.value_se) if math.isfinite(row.value_se) else number(row.value)}"
    marks: tuple[Mark, ...] = (SHADES[cell.shade], "best") if cell.best else (SHADES[cell.shade],)
    return Cell(mean_error(row.regret, row.se), (value, *([TIED if tied else "lowest"] if cell.best else [])), marks)


def _worst(rows: Sequence[RegretRow], findings: Findings) -> Cell:
    """The largest regret, and under which theories it is found: all that cannot be told from the one of the largest."""
    if not rows:
        return Cell("not run")
    names, titles = [row.theory for row in rows], findings.titles
    where = f"if {titles.true(names)}" if len(names) < 3 else f"under {titles.say_theory(names[0])} or {len(names) - 1} more"
    if len(names) == len(findings.theories) > 1:
        where = "under every theory"
    return Cell(mean_error(rows[0].regret, rows[0].se), (where,))


def bias_table(war: RunReport) -> Table:
    """The regret again, naive and cross-fitted: how much of it is luck."""
    titles = war.titles
    rows = [row for row in war.findings.regret if row.theory == WEIGHTED] or list(war.findings.regret)
    return Table.of(
        "Regret in points, three ways. From the first column to the last: what knowing the parameters would be worth. "
        "Between the last two: luck, not insight.",
        (
            "strategy",
            Cell("expected regret", ("against the best on average",)),
            Cell("naive", ("against the best of each draw; biased up by luck",)),
            Cell("cross-fitted", ("the same, chosen on one half of the luck and scored on the other",)),
        ),
        (
            (
                titles.strategy(row.strategy) + ("" if row.theory == WEIGHTED else f", if {titles.true(row.theory)}"),
                *(mean_error(row.regret, row.se), number(row.naive), _fitted(row)),
            )
            for row in rows
        ),
    )


def _fitted(row: RegretRow) -> Cell:
    """The cross-fitted figure; below the expected regret it would make knowledge worth less than nothing, which is luck and is not told."""
    luck = row.cross_fitted < row.regret
    return cell(number(row.cross_fitted), "cannot tell" if luck else "told")


@dataclass(frozen=True)
class Narrated:
    """The verdicts under one theory in words: the best strategy against the next best, then the rest, and what would turn it."""

    theory: str
    view: str
    head: str
    sentence: str
    detail: str
    behind: str
    flip: str


def narrate(war: RunReport) -> tuple[Narrated, ...]:
    """Theory by theory, the weighted view first: difference, error, what matters, and the flip point, or the words that there is none."""
    rows = war.findings.verdicts
    theories = sorted(dict.fromkeys(row.theory for row in rows), key=lambda name: name != WEIGHTED)
    return tuple(_narrate([row for row in rows if row.theory == theory], war.findings) for theory in theories)


def _narrate(rows: Sequence[Verdict], findings: Findings) -> Narrated:
    first = rows[0]
    titles = findings.titles
    best = titles.say_strategy(first.best)
    rest = [f"{titles.say_strategy(row.other)} {mean_error(row.difference, row.se)} ({row.kind})" for row in rows[1:]]
    between = points(first.difference, first.se)
    ahead = f"Ahead by {between}" if first.kind == "better" else f"Between the two lie {between}"
    return Narrated(
        first.theory,
        "weighted over the theories" if first.theory == WEIGHTED else f"if {titles.true(first.theory)}",
        f"{best} is better" if first.kind == "better" else first.kind,
        first.sentence,
        f"{ahead}; {number(first.matters)} would matter.",
        f"Points of {best} less those of the rest: {', '.join(rest)}." if rest else "",
        _turning(first, findings),
    )


def _turning(verdict: Verdict, findings: Findings) -> str:
    def bears(flip: Flip) -> bool:
        return verdict.best in flip.strategies and (verdict.theory == WEIGHTED or verdict.theory in flip.between)

    mine = [flip for flip in by_nearness(findings.flips, findings.weights) if bears(flip)]
    told = [flip for flip in mine if flip.weight is not None]
    if told:
        more = f" {len(told) - 1} more below." if len(told) > 1 else ""
        return f"Nearest flip point: {turn(told[0], findings.titles)}.{more}"
    return "Flip point: the runs cannot tell." if any(flip.cannot_tell for flip in mine) else f"Flip point: {NO_FLIP}."


def turn(flip: Flip, titles: Titles) -> str:
    """One flip point in short."""
    first, second = map(titles.say_theory, flip.between)
    above, below = map(titles.say_strategy, flip.strategies)
    if flip.cannot_tell:
        return f"not told between {first} and {second}"
    if flip.weight is None:
        return f"{NO_FLIP} between {first} and {second}"
    return (
        f"a weight of {mean_error(flip.weight, flip.se)} on {first} against {second}; above it {above} is better, below it {below}"
    )


def by_nearness(flips: Sequence[Flip], weights: Mapping[str, float]) -> list[Flip]:
    """The flip point nearest to today's weights first; pairs without one last."""

    def distance(flip: Flip) -> float:
        gap = abs(flip.weight - present(flip, weights)) if flip.weight is not None else math.inf
        return 2.0 if math.isnan(gap) else gap

    return sorted(flips, key=distance)


@dataclass(frozen=True)
class FlipSection:
    """What would have to be true."""

    sentences: tuple[str, ...]
    never: tuple[str, ...]
    unsure: tuple[str, ...]
    figure: Figure | None

    @property
    def charts(self) -> tuple[str, ...]:
        """The strips of the chart, as SVG."""
        return () if self.figure is None else tuple(panel.svg for strip in self.figure.strips for panel in strip.panels)

    @property
    def caption(self) -> str:
        """What to see in it."""
        return "" if self.figure is None else self.figure.caption


def flip_section(war: Drawable) -> FlipSection:
    """Sentences nearest first, pairs whose order never changes, pairs of which that cannot be told, and the chart in strips."""
    findings = war.findings
    ordered = by_nearness(findings.flips, findings.weights)
    turning = [flip for flip in ordered if flip.weight is not None]
    drawn = turning[:SHOWN]
    long = max(1, math.ceil(len(drawn) / CHARTS))
    strips = [drawn[start : start + long] for start in range(0, len(drawn), long)]
    figure: Figure | None = None
    if turning:
        nearest, today = turning[0], present(turning[0], findings.weights)
        where = f"; today it is {number(today, 2)}" if math.isfinite(today) else ""
        caption = (
            f"{f'The {SHOWN} flip points of {len(turning)} that are nearest to the weights of today. ' if len(turning) > SHOWN else ''}"
            f"The dot (bar: 95% Monte-Carlo interval) is the weight at which the two strategies change places; the triangle is today's weight. "
            f"Look at how near they are. Nearest: {turn(nearest, findings.titles)}{where}."
        )
        panels = tuple(Panel("", flip_chart(strip, findings.weights, findings.titles)) for strip in strips)
        data = flip_data([(flip, present(flip, findings.weights)) for flip in drawn])
        figure = Figure("flip points", caption, "", (Strip("", panels),), CHARTS, data=data)
    return FlipSection(
        tuple(flip.sentence for flip in turning),
        tuple(flip.sentence for flip in ordered if flip.weight is None and not flip.cannot_tell),
        tuple(flip.sentence for flip in ordered if flip.cannot_tell),
        figure,
    )
