"""What the record says of the theories: weights beside the confusion matrix, other readings, what it would decide, what moved it."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from countermove.decision.findings import WEIGHTED
from countermove.questions.run.finding import RunReport
from countermove.questions.weigh.finding import AS_WRITTEN, Confusion, TheoryWeight, VariantReading, Weighing
from countermove.questions.weigh.finding_influence import MonthInfluence
from countermove.questions.weigh.finding_memo import MemoWeighing, StrategyByRecord
from countermove.questions.weigh.section_tables import omega_table, other_wars_sentence, sensitivity_tables, shaded, war_table
from countermove.show.verdict_text import verdict_clause
from countermove.world.certainty import ERRORS, leaders, surely_differ
from countermove.world.tables import SHADES, Cell, Table
from countermove.world.titles import Titles
from countermove.world.words import counted, listed, mean_error, month, number, percent, true_minus, weight_text

MONTHS = 12  # of the record whose influence is shown at once
NATS = (0.05, 0.1, 0.2, 0.4, 0.8)  # from where each shade of the influence holds


@dataclass(frozen=True)
class WeighingSection:
    """The section: `why` there is nothing to show, or all the rest."""

    why: str
    sentences: tuple[str, ...] = ()
    stance: str = ""
    readings_shown: str = ""
    weights: Table | None = None
    confusion: Table | None = None
    readings: Table | None = None
    starts: tuple[str, ...] = ()
    decision: str = ""
    believed: Table | None = None
    influence: tuple[Table, ...] = ()  # the months that moved most, then the rest
    sensitivity: tuple[Table, ...] = ()  # reaction sizes, other priors
    omega: Table | None = None  # the offset before and after the record
    wars: Table | None = None  # the other wars
    elsewhere: str = ""  # what their weights would decide


def section(says: MemoWeighing, war: RunReport) -> WeighingSection:
    """Everything that the section shows."""
    found = says.weighing
    if found is None:
        return WeighingSection(says.why)
    titles = war.titles
    starts = {row.start: row.says for row in found.readings if row.start != AS_WRITTEN}
    return WeighingSection(
        "",
        found.sentences,
        stance(says),
        readings_shown(says, war.provenance.scenario),
        weight_table(found, war.rival),
        confusion_table(found),
        reading_table(found) if len(found.readings) > 1 else None,
        tuple(f"Start {name}: {text}" for name, text in starts.items()),
        decision(says, war),
        believed_table(says.strategies, found.filters_usable, leading(war), war) if says.strategies else None,
        influence_tables(says.influence, [row.theory for row in found.weights], titles),
        sensitivity_tables(found),
        omega_table(found.omega, titles) if found.omega else None,
        None if says.pool is None else war_table(found, says.pool),
        other_wars_sentence(says, war.provenance.scenario, titles),
    )


def stance(says: MemoWeighing) -> str:
    """What these weights are, and why the headline does not use them."""
    saw = (
        f", and the scenario's own numbers were scaled on the same war ({listed(says.prior_saw)}): its record is no independent witness of them"
        if says.prior_saw
        else ""
    )
    return (
        f"These weights are posterior, given this one war{saw}. So the headline decision stays on the prior weights, and what the weights of the "
        "record would decide stands beside it."
    )


def readings_shown(says: MemoWeighing, scenario: str) -> str:
    """Which readings of the record the memo has: never silently the one alone."""
    found = says.weighing
    if found is None:
        return ""
    if says.full:
        return (
            f"{counted(len(found.readings), 'reading')} of the record "
            f"{'was' if len(found.readings) == 1 else 'were'} weighed: each coding of what is disputed, each way to model the start of the war."
        )
    return (
        f"Only the headline reading was weighed for this memo (coding {found.coding}, start {AS_WRITTEN}). “countermove weigh {scenario}” weighs "
        "the other codings and starts too, and a memo made after it shows them."
    )


def weight_table(found: Weighing, rival: str, *, full: bool = False) -> Table:
    """Prior and posterior weight of each theory, in the order of the confusion matrix that stands beside it; `full`: with what they come of."""
    exact = {row.theory: row for row in found.filter_weights}
    heads = ["theory", "prior", "by simulated records", *(("by filters",) if exact else ())]
    rows: list[list[Cell | str]] = []
    for row in found.weights:
        cells = [found.titles.theory(row.theory), weight_text(row.prior), _posterior(row, found)]
        one = exact.get(row.theory)
        if one is not None:
            cells.append(shaded(one.posterior, one.sd, (f"stacking {percent(one.stacking)}",)))
        if full and one is not None:
            cells.append(f"{one.log_evidence:.1f} ± {one.evidence_sd:.1f}")
        if full and found.fits:
            cells.append(percent(found.fits[row.theory]))
        rows.append(cells)
    if full:
        heads += [*(("log evidence",) if exact else ()), *(("its own records farther out",) if found.fits else ())]
    caption = (
        f"Weights of the theories of {rival}, before and after {counted(found.data, 'monthly datum', 'monthly data')} of {found.record}, known by "
        f"{month(found.known_by)} ({found.retrospective:,} not known as they happened). ±: spread over readers; "
        f"rounded to it, weights need not sum to 100%. {percent(found.beyond)} of simulated records lie farther out than the real one."
        f"{' By filters: the exact road, ± its Monte-Carlo error; under it the share in stacking.' if exact else ''}"
    )
    return Table.of(caption, heads, rows, title=f"Theories of {found.titles.actor(found.patron)}, on {found.record}")


def _posterior(row: TheoryWeight, found: Weighing) -> Cell | str:
    if found.refused:
        return "refused"
    return shaded(row.posterior, row.sd, () if math.isfinite(row.sd) else ("one reader: spread not known",))


def confusion_table(found: Weighing) -> Table:
    """Truth down, verdict across, shaded by share so that a grey copy reads the same; the truth is framed."""
    one = found.confusion
    return Table.of(
        f"The confusion matrix: what a record like this one would be taken for. Each row is {one.records:,} simulated records of one theory, none of "
        f"them learnt from; each column the theory that gets the most weight. A frame marks the truth; the darker, the more often. "
        f"{_confused(one, found.titles)} "
        f"Named right in {percent(one.right)} of cases, by chance in {percent(1 / len(one.theories))}. Calibration error of the weights: "
        f"{number(one.error, 3)}; of {found.wars} wars pooled {number(found.pooled.error, 3)}, named right in {percent(found.pooled.right)}.",
        ("made by", *map(found.titles.theory, one.theories)),
        (
            (found.titles.theory(name), *(shaded(share, marks=("best",) if h == k else ()) for k, share in enumerate(one.named[h])))
            for h, name in enumerate(one.theories)
        ),
        title="What records of known truth would be taken for (rows: the truth; the matrix goes with the weights)",
    )


def _confused(one: Confusion, titles: Titles) -> str:
    """Look along a row: which theories are taken for another more often than for themselves."""
    lost: dict[str, list[str]] = {}
    unsure = False
    for h, name in enumerate(one.theories):
        first = max(range(len(one.theories)), key=lambda k: one.named[h][k])
        if first == h:
            continue
        sure = surely_differ(_counted(one.named[h][first], one.records), _counted(one.named[h][h], one.records))
        unsure = unsure or not sure
        if sure:
            lost.setdefault(one.theories[first], []).append(name)
    own = {name: _counted(one.named[h][h], one.records) for h, name in enumerate(one.theories)}
    best = max(own, key=lambda name: own[name][0])
    ties = [name for name in own if name == best or not surely_differ(own[best], own[name])]
    told = f"Best told: {titles.say_theories(ties, 'or')} ({percent(own[best][0])})."
    if not lost:
        dark = (
            "No cell is surely darker than the framed one of its row."
            if unsure
            else "Along each row the framed cell is the darkest."
        )
        return f"{dark} {told}"
    taken = "; ".join(f"{titles.say_theories(names)} more often for {titles.say_theory(other)}" for other, names in lost.items())
    return f"Look along a row for a darker cell than the framed one: {taken} than for {'itself' if _single(lost) else 'themselves'}. {told}"


def _counted(share: float, records: int) -> tuple[float, float]:
    """A share of so many simulated records, with its binomial error."""
    return share, math.sqrt(share * (1 - share) / records) if records else 0.0


def _single(lost: Mapping[str, Sequence[str]]) -> bool:
    return sum(len(names) for names in lost.values()) == 1


def reading_table(found: Weighing, *, filtered: bool = False) -> Table:
    """A row for each coding of the record and each start of the war; theories across. `filtered`: those of the exact road."""
    names = [row.theory for row in found.weights]
    told = [*map(found.titles.theory, names)]

    def cells(reading: VariantReading) -> Iterator[Cell]:
        if not reading.weights:
            return (Cell("lost" if filtered else "refused") for _ in names)
        return (shaded(reading.weights.get(name, 0.0), reading.error.get(name, math.nan)) for name in names)

    if filtered:
        heads = (
            Cell(one.name, (f"lost by the filters of {found.titles.say_theories(one.lost)}",) if one.lost else ())
            for one in found.filter_readings
        )
        rows = ((head, *cells(one)) for head, one in zip(heads, found.filter_readings, strict=True))
        caption = "By filters, under the same other readings (± from the errors of the log evidences)"
        return Table.of(caption, ("reading", *told), rows)
    return Table.of(
        "The same weights under other readings: each coding of what is disputed in the record, each way to model the start of the war. See which "
        "weights move down a column: those hang on a choice and not on the record. Farther out: share of simulated records.",
        ("reading", *told, "farther out"),
        ((one.name, *cells(one), percent(one.beyond)) for one in found.readings),
        title="The same under other readings of the record and other starts of the war",
    )


# --- what it would decide ---------------------------------------------------------------------------------------------


def decision(says: MemoWeighing, war: RunReport) -> str:
    """The best plan under the record's weights, beside the one of the headline."""
    verdict = says.verdict
    if verdict is None or not says.strategies:
        return "" if says.weighed is None else "What these weights would decide was not computed: nothing was compared."
    now = leading(war)
    same = now == (verdict.best,) and verdict.kind == "better"
    said = war.titles.say_strategies(now, "or")
    prior = said if len(now) == 1 else f"none alone ({said})"
    if same:
        prior = "the same"
    return f"If you believed these weights, {verdict_clause(verdict, war.titles)}. On the prior weights the best plan is {prior}."


def leading(war: RunReport) -> tuple[str, ...]:
    """The strategies that lead on the prior weights: all that are not surely behind by what matters."""
    return leaders([(row.strategy, row.regret, row.se) for row in war.findings.regret if row.theory == WEIGHTED], war.matters)


def believed_table(rows: Sequence[StrategyByRecord], filtered: bool, priors: Collection[str], war: RunReport) -> Table:
    """Every strategy on the prior weights and on those of the record: by filters where they were run, else by simulated records.

    `priors`: the strategies that lead on the prior weights, which are framed like those that lead on the record's.
    """
    first = leaders([(row.strategy, row.behind, row.behind_se) for row in rows], war.matters)
    return Table.of(
        "Expected objective of each strategy in points ± standard error, on either set of weights; a frame marks the best, and what cannot be "
        "told from it.",
        (
            "strategy",
            Cell("prior weights", ("the headline",)),
            Cell("the record’s weights", ("by filters" if filtered else "by simulated records",)),
            "behind the best there",
        ),
        (
            (
                war.titles.strategy(row.strategy),
                Cell(mean_error(row.prior, row.prior_se), (), ("best",) if row.strategy in priors else ()),
                Cell(mean_error(row.posterior, row.posterior_se), (), ("best",) if row.strategy in first else ()),
                mean_error(row.behind, row.behind_se),
            )
            for row in rows
        ),
    )


# --- what each month moved --------------------------------------------------------------------------------------------


def influence_tables(rows: Sequence[MonthInfluence], theories: Sequence[str], titles: Titles) -> tuple[Table, ...]:
    """The months that moved the weights most, in their order, then the rest; nothing where no influence was computed."""
    by_size = sorted(rows, key=lambda row: -max((abs(x) for x in row.change.values() if math.isfinite(x)), default=0.0))
    first = {row.month for row in by_size[:MONTHS]}
    ordered = sorted(rows, key=lambda row: row.month)
    most, rest = [row for row in ordered if row.month in first], [row for row in ordered if row.month not in first]
    tables = [_influences(most, theories, _headline(by_size[0], titles), titles)] if most else []
    return (*tables, *([_influences(rest, theories, "The months that moved them less.", titles)] if rest else []))


def _headline(row: MonthInfluence, titles: Titles) -> str:
    known = {name: change for name, change in row.change.items() if math.isfinite(change)}
    if not known:
        return "For no month is there more than a few draws to tell by."
    theory = max(known, key=lambda name: abs(known[name]))
    if abs(known[theory]) <= ERRORS * row.error.get(theory, 0.0):
        return "No month is known to move them: the largest change may be chance."
    return f"Most is moved by {month(row.month)}: {_nats(-row.change[theory])} for {titles.say_theory(theory)}."


def _nats(value: float) -> str:
    return true_minus(f"{value:+.2f}")


def _influences(rows: Sequence[MonthInfluence], theories: Sequence[str], headline: str, titles: Titles) -> Table:
    def cell(value: float, error: float) -> Cell:
        if not math.isfinite(value):
            return Cell("cannot tell")
        sure = not abs(value) < 2 * error  # a change inside its own error gets no shade
        shade = sum(abs(value) >= limit for limit in NATS) if sure else 0
        return Cell(_nats(-value), (f"± {error:.1f}",) if math.isfinite(error) else (), (SHADES[shade],))

    return Table.of(
        "What each month moved: log weight of each theory with the month's data less log weight without them, in nats (0.7 doubles the odds). Above "
        "0 the month speaks for the theory; the darker, the more it moves. Cannot tell: without the month the theory's parameters would lie where "
        f"the posterior has too few draws. {headline}",
        ("month", *map(titles.theory, theories)),
        (
            (
                Cell(month(row.month), (row.says,)),
                *(cell(row.change.get(name, math.nan), row.error.get(name, math.nan)) for name in theories),
            )
            for row in rows
        ),
        title=f"What each month moved: log weight with it less without it (above 0 the month speaks for the theory). {headline}",
    )
