"""The page of a backtest: one HTML file that needs nothing else; the same findings give the same bytes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
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
from countermove.questions.backtest.skill_chart import pit_figure, skill_figure
from countermove.show.figure import Figure
from countermove.show.page import page
from countermove.world.tables import Cell, Table
from countermove.world.words import capitalized, counted, listed, month, number, percent


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
        f"{counted(len(case.theories), 'theory', 'theories')} of {capitalized(case.patron)}, in the replay {case.replay}, from "
        f"{month(case.first)} to {month(case.last)}. {late} were not known as they happened.",
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
        score_table(case, target, (NO_CHANGE, *peers_of(target))),
        horizon_table(target, found.horizon),
        against_table(target, found.horizon),
        skill_figure(target, case.record),
        None if target.event else pit_figure(target),
        issued_table(case, target, found),
    )


def method_head(row: MethodScores) -> Cell:
    """The method, with its mark where it does not beat no-change."""
    return Cell(row.title, (row.verdict,) if row.verdict == FAILS else ())


def skill_cell(one: SkillRange) -> Cell:
    """Skill over its interval; framed where it beats no-change."""
    if not math.isfinite(one.skill):
        return Cell("–")
    return Cell(number(one.skill, 2), (f"{number(one.low, 2)} to {number(one.high, 2)}",), ("best",) if one.beats else ())


def peers_of(target: TargetScores) -> tuple[str, ...]:
    """The simple forecasts against which there are scores, besides no-change."""
    return tuple(name for name in PEERS if any(name in row.against for row in target.methods))


def _skills(row: MethodScores, names: Sequence[str]) -> Iterator[Cell]:
    return (skill_cell(row.skill if name == NO_CHANGE else row.against.get(name, SkillRange())) for name in names)


def score_table(case: CaseScores, target: TargetScores, against: Sequence[str] = (NO_CHANGE,)) -> Table:
    """All months ahead together, skill against these simple forecasts."""
    unit = f"mean, {target.unit}" if target.unit and not target.event else "mean"
    inside = () if target.event else (Cell("inside 50%"), Cell("inside 90%"), Cell("movement", ("believed at the end",)))
    right = "" if target.event else " Inside: share of months in the middle interval; 50% and 90% would be right."

    def held(row: MethodScores) -> tuple[str, ...]:
        shares = (row.inside50, row.inside90, row.believed)
        return () if target.event else tuple(percent(one) if math.isfinite(one) else "–" for one in shares)

    return Table.of(
        f"{capitalized(target.name)}, all months ahead together. A frame marks what beats the other, with its whole interval.{right}",
        ("method", Cell(target.score, (unit,)), *(Cell("skill", (f"against {name}",)) for name in against))
        + (Cell("log score", ("nats",)), *inside),
        (
            (method_head(row), number(row.loss), *_skills(row, against), number(row.log_score, 2), *held(row))
            for row in target.methods
        ),
        title=f"{target.name}, {case.record}: {target.origins} origins, all months ahead together",
    )


def peers_table(case: CaseScores, target: TargetScores) -> Table:
    """Skill against the other simple forecasts alone, where there is no room for one table of all."""
    names = peers_of(target)
    caption = f"{target.name}, {case.record}: skill against the other simple forecasts"
    return Table.of(caption, ("method", *names), ((method_head(row), *_skills(row, names)) for row in target.methods))


def _months(horizon: int) -> tuple[str, ...]:
    return ("method", *(ahead(h).removesuffix(" ahead") for h in range(1, horizon + 1)))


def horizon_table(target: TargetScores, horizon: int) -> Table:
    """Score and skill by months ahead."""

    def cell(row: MethodScores, h: int) -> Cell:
        loss = number(row.losses[h])
        if not row.skills or not math.isfinite(row.skills[h].skill):
            return Cell(loss)
        one = row.skills[h]
        skill = f"skill {number(one.skill, 2)}"
        return Cell(loss, (skill, f"{number(one.low, 2)} to {number(one.high, 2)}"), ("best",) if one.beats else ())

    return Table.of(
        f"{target.score} of {target.name} by months ahead, skill against no-change under it. A frame marks what beats no-change there.",
        _months(horizon),
        ((method_head(row), *(cell(row, h) for h in range(horizon))) for row in target.methods),
    )


def against_table(target: TargetScores, horizon: int) -> Table:
    """Skill of the mixtures, stacked and as simulated against every other peer, by months ahead."""
    return Table.of(
        f"Skill on {target.name} against the other simple forecasts, by months ahead. A frame marks what beats the other there.",
        _months(horizon),
        (
            (Cell(row.title, (f"against {name}",)), *map(skill_cell, skills))
            for row in (*target.of("mixture"), *target.of("stacked"), *target.of("simulated"))
            for name, skills in row.against_by.items()
        ),
    )


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
    return Table.of_facts("How the numbers were made.", lines)
