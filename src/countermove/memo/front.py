"""Page one: what is said, what the outside view says, and what a reader must know before believing either."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from countermove.decision.findings import OutsideView, Provenance, RecordSeries
from countermove.memo.contents import Dossier
from countermove.show.charts.dots import DotLine, dot_chart, dots_extent
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.figure_data import FigureData
from countermove.world.certainty import leaders, share_range
from countermove.world.tables import Cell, Table
from countermove.world.titles import Titles
from countermove.world.words import counted, limit, listed, number, percent, share_decimals, span, weight_text

BESIDE = 6  # base rates on page one
RIGHT = 0.9  # of the data of a series should lie inside the band of nine tenths
POOR = 0.5  # and below this share page one says so
NO_MATRIX = "There is no confusion matrix yet: nothing here says how often a record of this length could name the true theory."


@dataclass(frozen=True)
class BaseRateText:
    """An outside view in words."""

    about: str
    rate: str
    counts: str
    interval: str
    source: str
    note: str


def base_rate(view: OutsideView) -> BaseRateText:
    """`12%, 3 of 25, between 4% and 29%`."""
    counts = f"{number(view.k)} of {number(view.n)}" if math.isfinite(view.n) else "counts not given"
    return BaseRateText(
        view.about,
        percent(view.rate, share_decimals(view.low, view.high)),
        counts,
        span(view.low, view.high, "share"),
        view.source,
        view.note,
    )


def headline_rates(views: Sequence[OutsideView]) -> tuple[BaseRateText, ...]:
    """What page one has room for: one base rate for each headline, which is the text up to the first full stop."""
    first = {view.about.partition(". ")[0]: view for view in reversed(views)}
    chosen = [view for view in views if first[view.about.partition(". ")[0]] is view][:BESIDE]
    return tuple(replace(base_rate(view), source=view.source.partition(". ")[0]) for view in chosen)


def outside_table(views: Sequence[OutsideView]) -> Table:
    """Every base rate, with its source and its reservations."""
    return Table.of(
        "How often such things happened elsewhere.",
        ("what", "rate", "cases", "nine tenths between", "source", "note"),
        ((_told(one.about), one.rate, one.counts, one.interval, one.source, one.note) for one in map(base_rate, views)),
        prose=True,
    )


def outside_figure(views: Sequence[OutsideView]) -> Figure | None:
    """Every base rate as a dot with its interval; None without any."""
    lines = [
        DotLine(
            one.about.partition(". ")[2] or one.about,
            one.rate,
            one.low,
            one.high,
            percent(one.rate, share_decimals(one.low, one.high)),
        )
        for one in views
        if math.isfinite(one.rate)
    ]
    if not lines:
        return None
    chart = dot_chart(lines, unit="share of the cases", axis=dots_extent(lines, 0.0), percent=True)
    data = FigureData(
        "base-rates",
        ("what", "rate (share)", "low (share)", "high (share)"),
        tuple((one.label, one.value, one.low, one.high) for one in lines),
    )
    caption = "How often such things happened in other wars; bar: nine tenths. See which are rare enough to need a reason."
    return Figure("base rates", caption, "", (Strip("", (Panel("", chart),)),), 1, data=data)


def _told(about: str) -> Cell:
    headline, _, rest = about.partition(". ")
    return Cell(headline, (rest,))


def weights_note(dossier: Dossier) -> str:
    """What stands beside every weight of a theory."""
    source, weighing = dossier.provenance.weights_from, dossier.record_says.weighing
    if source != "priors":
        return f"Weights from {source}."
    if dossier.seen_by is not None and dossier.seen_by.weights:
        return _readers_weights(dossier.seen_by.title, weighing is not None and not weighing.refused)
    if weighing is None:
        return "Prior weights: no record has been weighed."
    if weighing.refused:
        return "Prior weights: the record lies outside what the theories make, and gives none."
    return "Prior weights; those of the record stand under “What the record says”."


def _readers_weights(title: str, weighed: bool) -> str:
    beside = " Those of the record, which starts from the scenario's own, stand under “What the record says”." if weighed else ""
    return f"The weights of the theories are those of {title}.{beside}"


def written_for(dossier: Dossier) -> str:
    """Whose eyes the page is written with, where they are a reader's: what is the reader's, and what is not."""
    seen = dossier.seen_by
    if seen is None:
        return ""
    weights, values = "the weights of the theories", "the values"
    theirs = (weights, values) if seen.weights and seen.own_values else (weights,) if seen.weights else (values,)
    rest = "" if len(theirs) == 2 else f"; {values if seen.weights else weights} are the scenario's"
    same = "What was run under each theory is the same for every reader."
    return f"Written for {seen.title}: {listed(theirs)} are this reader's{rest}. {same}"


def matrix_note(dossier: Dossier) -> str:
    """How far the theories can be told apart, in one sentence."""
    weighing = dossier.record_says.weighing
    if weighing is None:
        return NO_MATRIX
    found = weighing.confusion
    return (
        f"A record like this one names the true theory in {percent(found.right)} of cases, chance alone in "
        f"{weight_text(1 / len(found.theories))}: see the confusion matrix."
    )


def borrowed_note(dossier: Dossier) -> str:
    """How many numbers came from another war."""
    numbers = dossier.assumptions
    borrowed = [row for row in numbers if row.borrowed]
    if not numbers:
        return "No assumption is listed."
    if not borrowed:
        own = sum(row.default for row in numbers)
        but = f"; {own:,} of them stand as the program has them" if own else ""
        return f"None of the {counted(len(numbers), 'number')} that went in was borrowed from another scenario{but}."
    share = percent(len(borrowed) / len(numbers))
    return (
        f"{len(borrowed):,} of the {counted(len(numbers), 'number')} that went in ({share}) "
        f"{'was' if len(borrowed) == 1 else 'were'} borrowed from another scenario; each is marked in the list of assumptions."
    )


def caveats(dossier: Dossier) -> tuple[str, ...]:
    """What must be read with the bottom line: what the theories miss of the record, the weights, borrowed numbers, a tolerance not reached, and the
    warnings of the run."""
    notes = [note for series in dossier.records if (note := missed(series))]
    notes.append(f"{weights_note(dossier)} {matrix_note(dossier)}")
    if dossier.record_says.weighing is not None:  # whether any theory makes such records, and what the weights hang on
        notes += dossier.record_says.weighing.front_sentences
    if dossier.record_says.calibration is not None:
        notes.append(dossier.record_says.calibration.sentence)
    if any(row.borrowed for row in dossier.assumptions):
        notes.append(borrowed_note(dossier))
    provenance = dossier.provenance
    if dossier.findings.regret and not math.isfinite(provenance.reached):
        notes.append("The Monte-Carlo error of regret differences is not known.")
    elif provenance.reached > provenance.tolerance:
        notes.append(
            f"The Monte-Carlo error of regret differences is {number(provenance.reached)} points, above the "
            f"{number(provenance.tolerance)} asked for: more draws are needed."
        )
    if not dossier.findings.regret:
        notes.append("No regret was computed: the strategies cannot be compared.")
    return (*notes, *dossier.warnings)


def is_missed(series: RecordSeries) -> bool:
    """Whether the data of a series hardly ever lie in the band of a theory, under none of those replayed.

    True where even the upper end of what so few data leave open is below the nine tenths that would be right.
    """
    most, data = _inside(series)
    if not math.isfinite(most) or not data:
        return False
    return most < POOR and share_range(most, math.sqrt(most * (1 - most) / data), data)[1] < RIGHT


def _inside(series: RecordSeries) -> tuple[float, int]:
    """The largest share of the data inside a band, over the theories (nan: not known), and how many data there are."""
    known = [share for share in series.share_inside.values() if math.isfinite(share)]
    return max(known, default=math.nan), sum(math.isfinite(value) for value in series.observed)


def name_of(series: RecordSeries) -> str:
    """A series of the record in a sentence."""
    return series.title or series.series


def missed(series: RecordSeries) -> str:
    """Of a series that the theories miss: that, and how many data; else nothing."""
    if not is_missed(series):
        return ""
    most, data = _inside(series)
    inside = "none lies" if most == 0 else f"at most {limit(most)} lie"
    return (
        f"The theories miss the record of {name_of(series)}: of {counted(data, 'datum', 'data')} {inside} in the band of any of them, where nine "
        "tenths would be right."
    )


def best_lines(dossier: Dossier) -> str:
    """Which strategies are best under which theory, in one sentence for the heading of the table of regret."""
    names = dict.fromkeys(dossier.findings.theories)
    best: dict[tuple[str, ...], list[str]] = {}
    for theory in names:
        rows = [(row.strategy, row.regret, row.se) for row in dossier.findings.regret if row.theory == theory]
        if first := leaders(rows, dossier.matters):
            best.setdefault(first, []).append(theory)
    if not best:
        return ""
    titles = dossier.titles
    parts = [f"{_alone(names, titles)} if {titles.true(theories)}" for names, theories in best.items()]
    return f"Lowest regret: {'; '.join(parts)}."


def _alone(names: Sequence[str], titles: Titles) -> str:
    """One plan; or all that cannot be told from the one of least regret, or do not differ from it by what matters."""
    said = titles.say_strategies(names, "or")
    return said if len(names) == 1 else f"none alone ({said})"


def objective_note(dossier: Dossier) -> str:
    """What a difference has to be to matter."""
    return f"A difference of less than {number(dossier.matters)} points does not matter to {dossier.valued_by} in what follows."


def reached_note(provenance: Provenance) -> str:
    """The tolerance asked for and the one reached."""
    asked = f"asked for {number(provenance.tolerance)} points" if math.isfinite(provenance.tolerance) else "nothing asked for"
    if provenance.reached == 0:  # no difference was open: see open_error
        return f"{asked}; no difference is open: each is beyond what matters by more than four errors, or without error"
    return f"{asked}, reached {number(provenance.reached)} points, over the differences that are not far beyond what matters"
