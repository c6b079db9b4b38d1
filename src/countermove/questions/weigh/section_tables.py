"""What a weighing hangs on beside the record, and what the record teaches about the offset: tables of the memo."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from countermove.questions.weigh.finding import KindLeftOut, Pool, WarWeights, Weighing
from countermove.questions.weigh.finding_memo import MemoWeighing
from countermove.questions.weigh.finding_offset import OmegaBeforeAfter, OmegaEstimate
from countermove.show.charts import share_shade
from countermove.show.verdict_text import cell, verdict_clause
from countermove.world.certainty import ratio_certainty
from countermove.world.tables import SHADES, Cell, Mark, Table
from countermove.world.titles import Titles
from countermove.world.words import counted, mean_error, month, number, percent, span, weight_text


def shaded(share: float, error: float = math.nan, notes: tuple[str, ...] = (), marks: tuple[Mark, ...] = ()) -> Cell:
    """A weight, with its error where that is known; the darker, the more."""
    text = mean_error(share, error, "share") if math.isfinite(error) else percent(share)
    return Cell(text, notes, (SHADES[share_shade(share)], *marks))


def sensitivity_tables(found: Weighing) -> tuple[Table, ...]:
    """What kinds of data the weights hang on, reaction sizes and other priors, each where it was computed."""
    roads = [tuple(row for row in found.without_kinds if row.method == road) for road in ("readers", "filters")]
    without = tuple(_without(rows, [row.theory for row in found.weights], found.titles) for rows in roads if rows)
    return (*without, *((_reactions(found),) if found.reactions else ()), *((_priors(found),) if found.priors else ()))


def _without(rows: Sequence[KindLeftOut], names: Sequence[str], titles: Titles) -> Table:
    def cell(row: KindLeftOut, name: str) -> Cell:
        return shaded(row.weights[name], row.error[name]) if row.weights else Cell("lost")

    readers = rows[0].method == "readers"
    return Table.of(
        f"What moved the weights, by {'simulated records, by small readers' if readers else 'filters'}: the weights of the record with one kind of "
        "datum left out, ± the error of the change. A theory whose weight falls in one row hangs on that kind of datum; see what it is worth before "
        "you believe the weight.",
        ("without", *map(titles.theory, names)),
        ((Cell(row.kind, (counted(row.data, "datum", "data"),)), *(cell(row, name) for name in names)) for row in rows),
        title=f"The weights without one kind of datum, by {'simulated records' if readers else 'filters'} (± of the change)",
    )


def _reactions(found: Weighing) -> Table:
    return Table.of(
        "How much each theory moves its patron's support by its priors alone, before any record: mean absolute difference from carrying on "
        "as before under "
        "the same draw and luck, in thousand person-equivalents. A theory that moves support more is punished by a quiet record for its scale; "
        "the reading “reactions matched” takes that away.",
        ("theory", "mean over records", "5% lie below", "95% lie below"),
        ((found.titles.theory(row.theory), *(number(one, 2) for one in (row.mean, row.low, row.high))) for row in found.reactions),
        title="Reaction of each theory by its priors alone: mean difference of support from carrying on as before, thousand person-equivalents",
    )


def _priors(found: Weighing) -> Table:
    names = [row.theory for row in found.weights]
    return Table.of(
        "The weights by filters under other priors, from the same draws: each prior raised to a power, which widens or narrows it. See whether a "
        "row differs from the column “by filters” above by more than its error: then the weight is the prior's doing. Last: effective draws of "
        "the theory that has fewest.",
        ("priors", *map(found.titles.theory, names), "effective draws"),
        (
            (
                Cell(row.says, () if row.enough_draws else ("too few draws: cannot tell",)),
                *(shaded(row.weights[name]) for name in names),
                number(row.fewest, 0),
            )
            for row in found.priors
        ),
        title="The weights by filters under other priors, from the same draws",
    )


def omega_table(found: Sequence[OmegaBeforeAfter], titles: Titles) -> Table:
    """Omega on the balance before and after the record, by strategy and theory."""
    return Table.of(
        "The offset Omega on the balance of forces, the share of the aid's effect that the rival undoes: by prior draws, and by draws that the "
        "record left standing. ± is Monte-Carlo error; below it 5% to 95% of usable draws, which is what remains unknown. Where the second is no "
        "narrower than the first the record taught nothing about it.",
        ("strategy: theory", "before the record", "after the record", "effective draws"),
        (
            (
                f"{titles.strategy(row.strategy)}: {titles.theory(row.theory)}",
                _undone(row.prior),
                _undone(row.posterior),
                number(row.effective, 0),
            )
            for row in found
            if row.on == "balance"
        ),
        title="Omega on the balance, the share of the aid's effect that the rival undoes (± Monte-Carlo error, then 5% to 95% of usable draws)",
    )


def other_wars_sentence(says: MemoWeighing, scenario: str, titles: Titles) -> str:
    """What the other wars known by then would decide; or how to have them read."""
    if says.pool is None:
        return (
            f"The other wars at hand were not read for this memo: “countermove weigh {scenario} --pool” reads them, and a memo made after it "
            "shows them."
        )
    verdict = says.elsewhere
    if verdict is None:
        return "No other war that was known by then gives weights."
    return f"On the weights of the other wars known by then, {verdict_clause(verdict, titles)}."


def war_table(found: Weighing, pool: Pool) -> Table:
    """The weights by this war, by the others known by then, and with hindsight; then what each war says by itself."""
    others = pool.others.get(found.record, {})
    first: dict[str, WarWeights] = {}
    for war in pool.wars:  # the default coding stands first
        first.setdefault(war.record, war)

    def share(weights: Mapping[str, float], name: str) -> Cell:
        return shaded(weights[name]) if name in weights else Cell("refused")

    known = (others, pool.hindsight, *(war.weights for war in first.values()))
    return Table.of(
        f"What other wars say. “Others, known by then” leaves {found.record} out and takes what was known by {month(found.known_by)}: where the "
        "scenario's numbers were scaled on its own record, these are the weights to go by. “Hindsight” takes every war, whenever it was known. Then "
        "each war by itself, under equal priors and its default coding. Adding wars up takes it that one theory moves the patrons of all; look "
        "along a row for wars that disagree.",
        (
            *("theory", "prior", "others, known by then", "hindsight"),
            *(f"{war.record}{'' if war.known else ' (hindsight)'}" for war in first.values()),
        ),
        (
            (found.titles.theory(row.theory), weight_text(row.prior), *(share(weights, row.theory) for weights in known))
            for row in found.weights
        ),
    )


def _undone(one: OmegaEstimate) -> Cell:
    if not math.isfinite(one.value):
        return Cell("n/a")
    text = mean_error(one.value, one.se) if math.isfinite(one.se) else number(one.value)
    told = ratio_certainty(one.value, one.se) if math.isfinite(one.se) else "told"
    return cell(text, told, (span(one.q05, one.q95),))
