"""How the results bear strain: conditions taken away, the hazard of a clash moved, support left to wander."""

from __future__ import annotations

import math
from collections.abc import Sequence

from countermove.decision.findings import WEIGHTED, SweepRow
from countermove.questions.run.finding import RunReport, leader_first
from countermove.show import verdict_text
from countermove.world.certainty import leaders, range_certainty, share_range
from countermove.world.tables import Cell, Table
from countermove.world.words import counted_share, listed, mean_error, number, span, weight_text


def sweep_tables(war: RunReport) -> tuple[Table, ...]:
    """A table a theory, the weighted view first: strategies down, factors on the hazard of a clash across."""
    rows = war.findings.sweep
    theories = sorted(dict.fromkeys(row.theory for row in rows), key=lambda name: name != WEIGHTED)
    return tuple(_sweep([row for row in rows if row.theory == theory], theory, war) for theory in theories)


def _factors(rows: Sequence[SweepRow]) -> tuple[float, ...]:
    return tuple(sorted({row.factor for row in rows}))


def _sweep(rows: Sequence[SweepRow], theory: str, war: RunReport) -> Table:
    found = {(row.strategy, row.factor): row for row in rows}
    factors = _factors(rows)
    first = _first(rows, war.matters)

    def cell(row: SweepRow | None) -> Cell:
        if row is None:
            return Cell("not run")
        clash = f"clash {_share(row.clash, row.clash_se, row.draws)}"
        war = f"war {_share(row.direct_war, row.direct_war_se, row.draws)}"
        return Cell(mean_error(row.regret, row.regret_se), (clash, war), ("best",) if row.strategy in first[row.factor] else ())

    titles = war.titles
    names = [name for name in leader_first(war.findings) if any(row.strategy == name for row in rows)]
    where = "weighted over the theories" if theory == WEIGHTED else f"if {titles.true(theory)}"
    return Table.of(
        f"Regret in points, {where}; under it the probability of a clash and of war between the patrons. A frame marks "
        "the lowest of its column, and what cannot be told from it.",
        ("strategy", *(f"× {factor:g}" for factor in factors)),
        ((titles.strategy(name), *(cell(found.get((name, factor))) for factor in factors)) for name in names),
    )


def sweep_headline(war: RunReport) -> str:
    """Whether the strategy of least regret stays the same."""
    rows = [row for row in war.findings.sweep if row.theory == WEIGHTED and math.isfinite(row.regret)]
    if not rows:
        return ""
    first = _first(rows, war.matters)
    told = [f"{war.titles.say_strategies(names, 'or')} at × {factor:g}" for factor, names in first.items()]
    alone = all(len(names) == 1 for names in first.values())
    always = tuple(sorted(name for name in next(iter(first.values())) if all(name in names for names in first.values())))
    if alone:
        return f"The strategy of least weighted regret {'stays the same' if always else 'changes'} over the sweep: {listed(told)}."
    steady = (
        f"{war.titles.say_strategies(always)} {'stays' if len(always) == 1 else 'stay'} among them"
        if always
        else "none stays among them"
    )
    return f"Of least weighted regret, or not told from it, over the sweep: {'; '.join(told)}; {steady}."


def _first(rows: Sequence[SweepRow], matters: float) -> dict[float, tuple[str, ...]]:
    """By factor the strategies of least regret: all that are not surely behind it by what matters."""
    return {
        factor: leaders([(row.strategy, row.regret, row.regret_se) for row in rows if row.factor == factor], matters)
        for factor in _factors(rows)
    }


def _share(share: float, se: float, draws: int) -> str:
    text = counted_share(share, se, draws)
    return text if range_certainty(*share_range(share, se, draws)) == "told" else f"{verdict_text.CANNOT_TELL} ({text})"


def drift_table(war: RunReport) -> Table | None:
    """How far support wanders by itself."""
    drift = war.findings.drift
    if not drift:
        return None
    caption = (
        f"Change of {war.rival}'s support over {min(24, war.provenance.months)} months with no new aid, in thousand person-equivalents. "
        "A mean far from 0 would be built in and not found."
    )
    rows = ((war.titles.theory(row.theory), number(row.mean), span(row.q05, row.q95)) for row in drift)
    return Table.of(caption, ("theory", "mean", "5% to 95%"), rows)


def theory_table(war: RunReport) -> Table:
    """The rival answers to what moves the other patron."""
    rows = (
        (war.titles.theory(name), Cell(says, (), ("text",)), weight_text(weight), Cell(reference, (), ("text",)))
        for name, says, weight, reference in war.theories
    )
    heads = ("theory", "it says", "weight", "published in")
    return Table.of(f"The theories of what moves {war.rival}.", heads, rows, prose=True)
