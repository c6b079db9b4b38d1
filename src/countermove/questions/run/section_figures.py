"""Figures with the caption that says what to see in them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from countermove.decision.findings import WEIGHTED, Band
from countermove.questions.run.finding import Drawable
from countermove.show.charts import extent_of, fan_chart, omega_chart
from countermove.show.charts.omega import omega_axis
from countermove.show.figure import Figure, Panel, Strip, ordered
from countermove.show.figure_data import band_data, offset_data
from countermove.show.verdict_text import cell as judged_cell
from countermove.world.certainty import ERRORS, ratio_certainty, surely_differ
from countermove.world.measure import of_control
from countermove.world.monthly import MONTHLY
from countermove.world.omega import IN_WORDS, Omega
from countermove.world.tables import Cell, Table
from countermove.world.titles import Titles
from countermove.world.words import capitalized, counted, mean_error, number, percent, span

# --- fans -------------------------------------------------------------------------------------------------------------


def fans(war: Drawable) -> tuple[Figure, ...]:
    """A figure for each quantity with bands: a row a theory, a panel a strategy, one axis for all."""
    names = ordered((band.what for band in war.findings.bands), sorted(MONTHLY, key=lambda name: MONTHLY[name].place))
    return tuple(_fans_of([band for band in war.findings.bands if band.what == what], war) for what in names)


def _fans_of(bands: Sequence[Band], war: Drawable) -> Figure:
    findings, titles = war.findings, war.titles
    axis = extent_of(bands)
    found = {(band.theory, band.strategy): band for band in bands}
    theories = ordered((band.theory for band in bands), findings.theories)
    strategies = ordered((band.strategy for band in bands), findings.strategies)
    strips = [
        Strip(
            titles.theory(theory) if theory == WEIGHTED else f"if {titles.true(theory)}",
            tuple(
                Panel(
                    titles.strategy(strategy),
                    fan_chart(found[theory, strategy], titles, axis=axis, reference=found.get((theory, strategies[0]))),
                )
                for strategy in strategies
                if (theory, strategy) in found
            ),
        )
        for theory in theories
    ]
    first, name = bands[0], _named(bands[0].what, war)
    headline = _widest(found, theories, strategies, titles)
    scale = " (root scale, so that large values do not flatten small ones)" if axis.root else ""
    caption = (
        f"{capitalized(name)} in {first.unit or 'no unit'}{scale} by month of the run. Line: median of "
        f"{counted(first.paths, 'path')}; dark band: half of them; pale band: nine tenths; number: the median at the end; "
        f"dashed: the median under {titles.say_strategy(strategies[0])}. Read a row to see what a strategy changes, a column to see what a "
        f"theory changes. "
        f"{headline}"
    )
    drawn = [found[theory, strategy] for theory in theories for strategy in strategies if (theory, strategy) in found]
    return Figure(name, caption, headline, tuple(strips), len(strategies), data=band_data(drawn))


def _named(what: str, war: Drawable) -> str:
    """A quantity of the engine in the words of this war; others keep their name."""
    if what not in MONTHLY:
        return what
    return of_control(MONTHLY[what].title, war.control).format(owner=war.owner, client=war.client, rival=war.rival)


def _widest(found: dict[tuple[str, str], Band], theories: Sequence[str], strategies: Sequence[str], titles: Titles) -> str:
    """Where a strategy moves the end of the median most against the first strategy."""
    gaps: list[tuple[float, Band, Band]] = []
    for theory in theories:
        base = found.get((theory, strategies[0]))
        for strategy in strategies[1:]:
            band = found.get((theory, strategy))
            if (
                base is not None
                and band is not None
                and base.q50
                and band.q50
                and math.isfinite(gap := abs(band.q50[-1] - base.q50[-1]))
            ):
                gaps.append((gap, band, base))
    if not gaps:
        return ""
    sure = [row for row in gaps if row[0] > ERRORS * math.hypot(_median_error(row[1]), _median_error(row[2]))]
    gap, band, base = max(sure or gaps, key=lambda row: row[0])
    if not sure and gap > 0:
        return (
            f"The runs cannot tell the medians under the other strategies from the one under {titles.say_strategy(strategies[0])}."
        )
    if gap == 0:
        return f"No strategy moves the median away from the one under {titles.say_strategy(strategies[0])}."
    where = "in the weighted view" if band.theory == WEIGHTED else f"if {titles.true(band.theory)}"
    return (
        f"Largest difference at the end: {titles.say_strategy(band.strategy)} {where}, a median of {number(band.q50[-1])} "
        f"({span(band.q05[-1], band.q95[-1])}) against {number(base.q50[-1])} ({span(base.q05[-1], base.q95[-1])}) under "
        f"{titles.say_strategy(base.strategy)}."
    )


def _median_error(band: Band) -> float:
    """The error of the last median of independent paths, from the middle half of them: sd is 0.74 of it, a median's error 1.25 sd / sqrt(n)."""
    return 1.2533 * 0.7413 * (band.q75[-1] - band.q25[-1]) / math.sqrt(band.paths) if band.paths > 0 else math.inf


# --- the offset -------------------------------------------------------------------------------------------------------


def offsets(war: Drawable) -> tuple[Figure, ...]:
    """A figure for the balance and one for the ground: a panel a strategy, a line a theory; and the numbers as a table."""
    found = dict.fromkeys(row.on for row in war.findings.omega)
    return tuple(_offset([row for row in war.findings.omega if row.on == on], war) for on in found)


def _offset(rows: Sequence[Omega], war: Drawable) -> Figure:
    axis = omega_axis(rows)
    theories = ordered((row.theory for row in rows), war.findings.theories)
    strategies = ordered((row.strategy for row in rows), war.findings.strategies)
    places = {name: place for place, name in enumerate(theories)}
    drawn = [
        (strategy, sorted((row for row in rows if row.strategy == strategy), key=lambda row: places[row.theory]))
        for strategy in strategies
    ]
    panels = tuple(Panel(war.titles.strategy(strategy), omega_chart(mine, war.titles, axis=axis)) for strategy, mine in drawn)
    on = of_control(IN_WORDS[rows[0].on], war.control)
    headline = _extremes(rows, war.titles)
    caption = (
        f"Share of the aid's effect on {on} that the rival undoes (Ω). Dot: ratio of means; thick bar: its 95% Monte-Carlo interval; "
        "thin bar: 5-95% over the draws whose denominator is usable, and their share at the right. 0: nothing undone; 1: all of it; "
        f"above 1: the aid ends up a loss; below 0: the rival gives way. {headline}"
    )
    table, data = _offset_table(rows, theories, on, war.titles), offset_data([row for _, mine in drawn for row in mine])
    return Figure(rows[0].on, caption, headline, (Strip("", panels),), 3, table, data)


def _extremes(rows: Sequence[Omega], titles: Titles) -> str:
    known = [row for row in rows if ratio_certainty(row.value, row.se) == "told"]
    if not known:
        return "The runs cannot tell the share." if any(math.isfinite(row.value) for row in rows) else ""
    least, most = min(known, key=lambda row: row.value), max(known, key=lambda row: row.value)
    if not surely_differ((least.value, least.se), (most.value, most.se)):
        return f"It is {mean_error(least.value, least.se)} to {mean_error(most.value, most.se)}, the same within its error."
    return (
        f"Least: {mean_error(least.value, least.se)} under {titles.say_strategy(least.strategy)} if "
        f"{titles.true(least.theory)}; "
        f"most: {mean_error(most.value, most.se)} under {titles.say_strategy(most.strategy)} if "
        f"{titles.true(most.theory)}."
    )


def _offset_table(rows: Sequence[Omega], theories: Sequence[str], on: str, titles: Titles) -> Table:
    strategies = tuple(dict.fromkeys(row.strategy for row in rows))
    found = {(row.strategy, row.theory): row for row in rows}

    def cell(row: Omega | None) -> Cell:
        if row is None:
            return Cell("not run")
        notes = (span(row.q05, row.q95), f"{percent(row.share)} usable")
        return judged_cell(mean_error(row.value, row.se), ratio_certainty(row.value, row.se), notes)

    return Table.of(
        f"Ω on {on}: ratio of means ± standard error, range from 5% to 95% over usable draws, share of usable draws.",
        ("theory", *map(titles.strategy, strategies)),
        ((titles.theory(theory), *(cell(found.get((strategy, theory))) for strategy in strategies)) for theory in theories),
    )
