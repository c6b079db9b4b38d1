"""The page of a backtest: one HTML file that needs nothing else; the same findings give the same bytes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from countermove.questions.backtest.finding import (
    FAILS,
    NO_CHANGE,
    PEERS,
    Backtest,
    CaseScores,
    MethodScores,
    SkillRange,
    TargetScores,
)
from countermove.questions.backtest.page_issued import forecast_notes, issued_table, provenance_lines
from countermove.questions.backtest.page_words import ahead, summary
from countermove.questions.backtest.skill_chart import pit_chart, skill_axis, skill_chart
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.page import page
from countermove.show.tables import Cell, Row, Table, columns
from countermove.world.words import counted, first_up, listed, month, number, percent

SHORT = {"mixture, equal weights": "mixture, equal", "mixture, weights so far": "mixture, so far"}


@dataclass(frozen=True)
class SeriesSection:
    """One series of a record: what it is, sentences, its tables and figures; `pit` None for events, `issued` where nothing is."""

    title: str
    what: str
    sentences: tuple[str, ...]
    scores: Table
    by_horizon: Table
    against: Table
    skills: Figure
    pit: Figure | None
    issued: Table | None


@dataclass(frozen=True)
class RecordSection:
    """One record."""

    name: str
    title: str
    about: tuple[str, ...]
    parts: tuple[SeriesSection, ...]


def render_backtest(found: Backtest, file: str = "") -> str:
    """The page as HTML text (UTF-8 when written); `file` is the name of the one in which forecasts are issued."""
    shown = {
        "summary": summary(found),
        "how": (*reading_notes(found), *forecast_notes(found, file)),
        "chapters": [record_section(case, found) for case in found.cases],
        "made": provenance_table(found, file),
        "months": counted(found.horizon, "month"),
    }
    return page("backtest.html.j2", m=shown)


def reading_notes(found: Backtest) -> tuple[str, ...]:
    """How to read the page, and what it cannot show."""
    every = "every month" if found.stride == 1 else f"every {found.stride} months"
    months = counted(found.horizon, "month")
    return (
        f"From the month in which {found.least} months of a series are known, and {every} after it, each theory forecasts the next {months}. It "
        "knows all data of months up to then and none after: it has learnt its parameters and the state of the war from them alone. So have the "
        "simple forecasts, on the same months.",
        "The data are mostly retrospective: they were collected later than the month they are about. Somebody at the time knew less, and would "
        "have forecast worse with any method.",
        "A theory's forecast of a count, share or amount begins at the last datum. How far the record lies from the theory's paths, how long that "
        "lasts, how large the errors of the series are and how far the theory's movement is believed is learnt from the record before the origin, by "
        "rules that are the same for every war and series; and so is whether the stated errors, drawn anew each month, do better. The row 'as "
        "simulated' is the mixture without any of this. The row 'record alone' is the same learning without any simulator: what a theory adds is its "
        "skill against that. The row 'stacked' mixes the mixture of theories, as simulated and all simple forecasts, by their log scores on earlier "
        "origins.",
        "The priors of a war were written by people who knew how it went, and some were scaled on parts of its record; each record says on which. "
        "So skill here is an upper bound. Months after the end of a record are not known to this program. They are withheld, and will be scored as "
        "they become known.",
        "CRPS is the distance between the forecast distribution and what happened, in the unit of the series; the Brier score is that of an event's "
        "probability; the log score is that of a normal with the forecast's mean and spread on the logarithm (shares: on the logit), of an event "
        "that of its probability. Smaller is better in all three.",
        f"Skill is 1 less the ratio of the mean score to that of no-change: 1 is perfect, 0 no better, below 0 worse. Its {percent(found.level)} "
        f"interval comes of a block bootstrap over origins, blocks of {found.block}; over all months ahead each origin counts once. A method beats "
        "no-change only if the whole interval is above 0; every other one is marked in every table. Few origins are few blocks, and then the "
        "interval is itself rough: each series says how many it has.",
        "No-change: as the last month, give or take the changes of the past over as many months; in proportion: the same on the logarithm or logit; "
        "seasonal: as the same month a year before, give or take the changes over a year; climatology: any month of the past. Of an event: how often "
        "it followed on a month like the last, like the same month of the year before, or at all. The weights so far of a mixture are those that "
        "the record until then gives to theories that were equal before it.",
    )


def record_section(case: CaseScores, found: Backtest) -> RecordSection:
    """One record, series by series."""
    late = (
        f"{percent(case.retrospective / case.data)} of its {counted(case.data, 'datum', 'data')}"
        if case.data
        else "None of its data"
    )
    about = [
        f"{counted(len(case.theories), 'theory', 'theories')} of {first_up(case.patron)}, in the replay {case.replay}, from {month(case.first)} to "
        f"{month(case.last)}. {late} were not known as they happened.",
        f"The scenario's own numbers were scaled on {listed(case.saw)} of this very record: there it is no independent test."
        if case.saw
        else "Of the series forecast here none was used to scale the scenario's numbers, as far as the record says.",
    ]
    return RecordSection(
        case.record, case.title or case.record, tuple(about), tuple(series_section(case, target, found) for target in case.targets)
    )


def series_section(case: CaseScores, target: TargetScores, found: Backtest) -> SeriesSection:
    """One series."""
    kind = "Whether it happens" if target.event else f"In {target.unit or 'no unit'}"
    what = (
        f"{kind}, by {counted(target.origins, 'origin')} from "
        f"{month(target.first)} to {month(target.last)}: {target.cases:,} forecasts beside what happened. Intervals of skill come of about "
        f"{counted(max(round(target.origins / found.block), 1), 'block')} of origins."
    )
    return SeriesSection(
        target.name,
        what,
        target.sentences,
        score_table(target),
        horizon_table(target, found.horizon),
        against_table(target, found.horizon),
        skill_figure(target),
        None if target.event else pit_figure(target),
        issued_table(case, target, found),
    )


def method_head(row: MethodScores) -> Cell:
    """The method, with its mark where it does not beat no-change."""
    return Cell(row.method, (row.verdict,) if row.verdict == FAILS else ())


def skill_cell(one: SkillRange) -> Cell:
    """Skill over its interval; framed where it beats no-change."""
    if not math.isfinite(one.skill):
        return Cell("–")
    return Cell(number(one.skill, 2), (f"{number(one.low, 2)} to {number(one.high, 2)}",), ("best",) if one.beats else ())


def score_table(target: TargetScores) -> Table:
    """All months ahead together."""
    unit = f"mean, {target.unit}" if target.unit and not target.event else "mean"
    peers = [name for name in PEERS if any(name in row.against for row in target.methods)]
    heads = [Cell(target.score, (unit,)), *(Cell("skill", (f"against {name}",)) for name in (NO_CHANGE, *peers))]
    heads.append(Cell("log score", ("nats",)))
    heads += [] if target.event else [Cell("inside 50%"), Cell("inside 90%"), Cell("movement", ("believed at the end",))]

    def cells(row: MethodScores) -> tuple[Cell, ...]:
        others = (skill_cell(row.against.get(name, SkillRange())) for name in peers)
        first = (Cell(number(row.loss)), skill_cell(row.skill), *others, Cell(number(row.log_score, 2)))
        believed = Cell(percent(row.believed) if math.isfinite(row.believed) else "–")
        return first if target.event else (*first, Cell(percent(row.inside50)), Cell(percent(row.inside90)), believed)

    right = "" if target.event else " Inside: share of months in the middle interval; 50% and 90% would be right."
    caption = (
        f"{first_up(target.name)}, all months ahead together. A frame marks what beats the other, with its whole interval.{right}"
    )
    return Table(caption, "method", tuple(heads), tuple(Row(method_head(row), cells(row)) for row in target.methods))


def horizon_table(target: TargetScores, horizon: int) -> Table:
    """Score and skill by months ahead."""

    def cell(row: MethodScores, h: int) -> Cell:
        loss = number(row.losses[h])
        if not row.skills or not math.isfinite(row.skills[h].skill):
            return Cell(loss)
        one = row.skills[h]
        skill = f"skill {number(one.skill, 2)}"
        return Cell(loss, (skill, f"{number(one.low, 2)} to {number(one.high, 2)}"), ("best",) if one.beats else ())

    rows = tuple(Row(method_head(row), tuple(cell(row, h) for h in range(horizon))) for row in target.methods)
    caption = f"{target.score} of {target.name} by months ahead, skill against no-change under it. A frame marks what beats no-change there."
    return Table(caption, "method", columns(*(ahead(h).removesuffix(" ahead") for h in range(1, horizon + 1))), rows)


def against_table(target: TargetScores, horizon: int) -> Table:
    """Skill of the mixtures, stacked and as simulated against every other peer, by months ahead."""
    rows = tuple(
        Row(Cell(row.method, (f"against {name}",)), tuple(skill_cell(one) for one in skills))
        for row in (*target.of("mixture"), *target.of("stacked"), *target.of("simulated"))
        for name, skills in row.against_by.items()
    )
    caption = (
        f"Skill on {target.name} against the other simple forecasts, by months ahead. A frame marks what beats the other there."
    )
    return Table(caption, "method", columns(*(ahead(h).removesuffix(" ahead") for h in range(1, horizon + 1))), rows)


def _forecasters(target: TargetScores) -> tuple[MethodScores, ...]:
    return (*target.of("theory"), *target.of("mixture"), *target.of("stacked"))


def skill_figure(target: TargetScores) -> Figure:
    """A panel for each theory and mixture, on one axis."""
    rows = _forecasters(target)
    axis = skill_axis(one for row in rows for one in row.skills)
    panels = tuple(_panel(row, skill_chart(row.skills, row.method, axis=axis)) for row in rows)
    headline = _headline(rows)
    caption = (
        f"Skill on {target.name} by months ahead, with its 90% interval. A full dot beats no-change; a hollow one does not; an arrow: below the "
        f"axis. {headline}"
    )
    return Figure(f"skill of {target.name}", caption, headline, (Strip("", panels),), 4)


def _panel(row: MethodScores, svg: str) -> Panel:
    return Panel(SHORT.get(row.method, row.method), svg, row.verdict)


def _headline(rows: Sequence[MethodScores]) -> str:
    full = sum(one.beats for row in rows for one in row.skills)
    return f"{full} of {sum(len(row.skills) for row in rows)} dots are full."


def pit_figure(target: TargetScores) -> Figure:
    """A histogram for each theory, mixture and simple forecast."""
    panels = tuple(_panel(row, pit_chart(row.pit, row.method)) for row in target.methods if row.pit)
    caption = (
        f"Where in its forecast distribution {target.name} fell, month by month: how many in each tenth. Even bars along the dashed line are right; "
        "a hump in the middle is a forecast too wide, horns at both ends too narrow, a slope too high or too low. Forecasts of one month from "
        "several origins go together, so bars are rougher than their number suggests."
    )
    return Figure(f"PIT of {target.name}", caption, "", (Strip("", panels),), 4)


def provenance_table(found: Backtest, file: str) -> Table:
    """How the numbers were made; no times."""
    lines = [
        *((f"replay {case.replay}, hash", case.replay_hash) for case in found.cases),
        *((f"record {case.record}, hash", case.record_hash) for case in found.cases),
        ("version of countermove", found.code_version),
        ("seed", str(found.seed)),
        ("filters", f"{counted(found.draws, 'parameter draw')} with {counted(found.particles, 'particle')} each, per theory"),
        ("forecasts", f"{found.members:,} members, {counted(found.horizon, 'month')} ahead, stride {found.stride}"),
        ("bootstrap", f"blocks of {found.block} origins"),
        *provenance_lines(found, file),
        ("libraries", ", ".join(f"{name} {version}" for name, version in sorted(found.versions.items()))),
    ]
    body = tuple(Row(Cell(name), (Cell(text, (), ("text",)),)) for name, text in lines if text)
    return Table("How the numbers were made.", "what", columns("value"), body, prose=True)
