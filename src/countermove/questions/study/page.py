"""The page of a study: one HTML file that needs nothing else. What varied, how the plans moved with it, what drove it, what failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from countermove.questions.study.design import cases_of, steps_of
from countermove.questions.study.finding import Along, FailedCase, StudyFound, WarStudied, war_sentences
from countermove.scenario.path_titles import path_title
from countermove.scenario.study_schema import Axis, StudyFile
from countermove.show.charts.along import NumberAxis, PlanCurve, along_chart
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.figure_data import FigureData, key_of
from countermove.show.page import page
from countermove.store.disk import write_page
from countermove.world.tables import Cell, Table
from countermove.world.words import capitalized, counted, figure, listed, mean_error, percent

PAGE = "study.html"
WARS_DRAWN = 12  # with figures; of more there is the table of all
WARS_TOLD = 4  # in sentences at the head
FAILED_SHOWN = 40  # reasons
CASES_NAMED = 20
VALUES_SHOWN = 12
ERROR = "± at most one standard error of the Monte-Carlo mean"
DESIGNS = {
    "grid": "a grid: every value with every other",
    "latin-hypercube": "a Latin hypercube: points that spread over each range alone",
    "sobol": "Sobol’ points: they fill all ranges together",
    "list": "a list of cases",
}


@dataclass(frozen=True)
class WarSection:
    """One war on the page: sentences, how plans stand, a figure for the numbers and a table for each list of words, what drives the difference."""

    title: str
    sentences: tuple[str, ...]
    standings: Table | None
    curves: Figure | None
    by_label: tuple[Table, ...]
    drivers: Table | None
    circumstances: tuple[str, ...]


def write_study_page(found: StudyFound, study: StudyFile, folder: Path) -> Path:
    """Write FOLDER/study.html, whole or not at all; raises StoreError where it cannot be written."""
    return write_page(folder / PAGE, render_study(found, study))


def render_study(found: StudyFound, study: StudyFile) -> str:
    """The page as HTML text (UTF-8 when written)."""
    drawn = [section_of(war, told=len(found.wars) <= WARS_TOLD) for war in found.wars[:WARS_DRAWN]]
    shown = {
        "title": found.title or capitalized(found.study.replace("-", " ")),
        "says": found.says,
        "summary": summary(found),
        "all_wars": wars_table(found) if len(found.wars) > 1 else None,
        "not_drawn": f"Figures are of the first {WARS_DRAWN} wars." if len(found.wars) > WARS_DRAWN else "",
        "wars": drawn,
        "varied": varied_table(study),
        "failed": failed_table(found, study) if found.failed else None,
        "failed_count": counted(len(found.failed), "case"),
        "made": made_table(found, study),
    }
    return page("study.html.j2", m=shown)


def summary(found: StudyFound) -> tuple[str, ...]:
    """What was asked, and the answer of each of few wars."""
    told = [f"{counted(found.cases, 'case')} of {counted(len(found.wars), 'war')}{_failed_words(found)}."]
    if len(found.wars) <= WARS_TOLD:
        told += [sentence for war in found.wars for sentence in war_sentences(war)[:1]]
    return tuple(told)


def _failed_words(found: StudyFound) -> str:
    return f"; {counted(len(found.failed), 'case')} failed" if found.failed else ""


def wars_table(found: StudyFound) -> Table:
    """The best plan of each war."""
    rows = [(war.title, *_leader(war)) for war in found.wars]
    return Table.of(
        f"The plan that is best in most cases of each war; mean regret {ERROR}.",
        ("war", Cell("plan", (), ("text",)), "cases", "best in", "mean regret (points)"),
        rows,
    )


def _leader(war: WarStudied) -> tuple[str | Cell, ...]:
    leader = war.leader
    if leader is None:
        return Cell(war.why, (), ("text",)), "0", "–", "–"
    name = Cell(war.titles.strategy(leader.strategy), (), ("text",))
    return name, str(war.cases), percent(leader.best), mean_error(leader.regret, leader.se)


def section_of(war: WarStudied, *, told: bool) -> WarSection:
    """One war, with what there is to show of it; `told`: its first sentence stands at the head of the page."""
    drivers = war.drivers
    return WarSection(
        title=war.title,
        sentences=tuple(war_sentences(war)[1 if told else 0 :]),
        standings=standings_table(war) if war.standings else None,
        curves=curves_figure(war),
        by_label=tuple(label_table(war, one) for one in war.along if one.labels),
        drivers=drivers_table(war) if drivers is not None and drivers.drivers else None,
        circumstances=drivers.sentences if drivers is not None else (),
    )


def standings_table(war: WarStudied) -> Table:
    """The plans over all cases."""
    rows = [
        (
            war.titles.strategy(row.strategy),
            percent(row.best),
            percent(row.not_beaten),
            mean_error(row.regret, row.se),
            Cell(figure(row.most), (f"case {row.most_in}",) if row.most > 0 else ()),
        )
        for row in war.standings
    ]
    return Table.of(
        f"How the plans stand over {counted(war.cases, 'case')}; theories weighted. Not beaten: no plan is told to be better. Regret: points "
        f"lost to the best plan of the case, {ERROR}.",
        ("plan", "best in", "not beaten in", "mean regret (points)", "largest regret (points)"),
        rows,
    )


def titled_axis(one: Along) -> str:
    """The title of an axis with its unit."""
    return f"{one.title} ({one.unit})" if one.unit else one.title


def curves_figure(war: WarStudied) -> Figure | None:
    """A panel for each number that is varied; None where none is."""
    numbers = [one for one in war.along if not one.labels and len(one.values) > 1]
    if not numbers:
        return None
    panels = tuple(Panel(one.title, curve_of(war, one)) for one in numbers)
    rows = tuple(
        (one.title, war.titles.strategy(plan), value, one.regret[s][k], one.se[s][k], one.best[s][k], one.cases[k])
        for one in numbers
        for s, plan in enumerate(one.strategies)
        for k, value in enumerate(one.values)
    )
    columns = ("number", "plan", "value", "mean regret (points)", "error at most (points)", "best (share of cases)", "cases")
    error = max(se for one in numbers for plan in one.se for se in plan)
    return Figure(
        name="along what is varied",
        caption="How the plans move with each number, on the mean over the cases that have it, whatever else they vary. A full mark is the plan of "
        f"least regret there; a dotted line, where that changes. The Monte-Carlo error of a mean is at most {figure(error)} points.",
        headline="How the plans move with each number",
        strips=(Strip("", panels),),
        across=2,
        data=FigureData(key_of("along", war.scenario), columns, rows, f"{war.title}: the plans along what is varied"),
    )


def curve_of(war: WarStudied, one: Along) -> str:
    """One panel."""
    plans = [PlanCurve(war.titles.strategy(name), one.regret[s], one.best[s]) for s, name in enumerate(one.strategies)]
    turns = [turn.at for turn in war.turns if turn.path == one.path]
    return along_chart(plans, NumberAxis(titled_axis(one), one.values, one.logarithmic), turns)


def label_table(war: WarStudied, one: Along) -> Table:
    """The plans at each of the values that are no numbers."""
    rows = [
        (
            Cell(label, (counted(one.cases[k], "case"),)),
            *(
                Cell(mean_error(one.regret[s][k], one.se[s][k]), (f"best in {percent(one.best[s][k])}",))
                for s in range(len(one.strategies))
            ),
        )
        for k, label in enumerate(one.labels)
    ]
    return Table.of(
        f"{one.title}: mean regret of each plan in points, {ERROR}, and the share of the cases in which it is best.",
        ("value", *map(war.titles.strategy, one.strategies)),
        rows,
    )


def drivers_table(war: WarStudied) -> Table | None:
    """What drives the difference of the two leading plans."""
    drivers = war.drivers
    if drivers is None:
        return None
    first, second = war.titles.say_strategy(drivers.first), war.titles.say_strategy(drivers.second)
    return Table.of(
        f"What drives the difference between {first} and {second}, which is {figure(drivers.difference)} points on the mean and above 0 in "
        f"{percent(drivers.ahead)} of the cases: the share of its variance that goes with each thing that is varied, by itself.",
        ("what is varied", "share", "95% interval"),
        ((capitalized(row.title), percent(row.share), f"{percent(row.low)} to {percent(row.high)}") for row in drivers.drivers),
    )


def varied_table(study: StudyFile) -> Table:
    """What is varied, as the file has it and in words."""
    first = study.wars[0].scenario
    rows = [(path_title(first, axis.path)[0], axis.path, _values(axis)) for axis in study.axes]
    listed_paths = [path for path in study.paths if path not in {axis.path for axis in study.axes}]
    rows += [(path_title(first, path)[0], path, "case by case") for path in listed_paths]
    if len(study.wars) > 1:
        rows.append(("War", "scenarios", _some([war.name for war in study.wars])))
    if study.codings:
        rows.append(("Reading of the record", "codings", _some(list(study.codings))))
    if len(study.seeds) > 1:
        rows.append(("Where chance begins", "seeds", _some([str(seed) for seed in study.seeds])))
    return Table.of(
        f"What varies from case to case, by {DESIGNS[study.design]}.",
        ("what", "in the file", "values"),
        ((Cell(title), Cell(path, (), ("text",)), Cell(values, (), ("text",))) for title, path, values in rows),
        prose=True,
    )


def _values(axis: Axis) -> str:
    span = axis.span
    if span is None:
        return _some([value.text for value in axis.values])
    unit = f" {axis.unit}" if axis.unit else ""
    scale = ", by equal ratios" if span.logarithmic else ""
    if span.steps is not None:
        return f"{_some([value.text for value in steps_of(axis)])}{scale}"
    return f"from {span.low:g} to {span.high:g}{unit}{scale}"


def _some(texts: Sequence[str], most: int = VALUES_SHOWN) -> str:
    more = len(texts) - most
    return listed(list(texts)) if more <= 0 else f"{', '.join(texts[:most])} and {more} more"


def failed_table(found: StudyFound, study: StudyFile) -> Table:
    """Why cases failed: a row for each reason, with what all cases set that have it."""
    first = study.wars[0].scenario
    reasons: dict[tuple[str, str, str], list[FailedCase]] = {}
    for one in found.failed:
        reasons.setdefault((one.scenario, one.why, one.place), []).append(one)
    rows: list[tuple[Cell, ...]] = []
    for (scenario, why, place), several in list(reasons.items())[:FAILED_SHOWN]:
        shared = [item for item in several[0].sets.items() if all(item in one.sets.items() for one in several)]
        sets = "; ".join(f"{path_title(first, path)[0]}: {text}" for path, text in shared)
        numbers = _some([str(one.case) for one in several], CASES_NAMED)
        rows.append((Cell(why, (place,) if place else ()), Cell(scenario), Cell(sets or "–"), Cell(numbers)))
    more = len(reasons) - FAILED_SHOWN
    rest = f" {more} more reasons are in the table cases." if more > 0 else ""
    caption = f"Why cases failed. “countermove study FILE --retry” runs these alone.{rest}"
    return Table.of(caption, ("why", "scenario", "what all of them set", "cases"), rows, prose=True)


def made_table(found: StudyFound, study: StudyFile) -> Table:
    """How the numbers were made; no times."""
    made = found.provenance
    seeds = study.seeds
    lines = [
        *((f"scenario {one['scenario']}, hash", one["hash"]) for one in made.get("scenarios", ())[:VALUES_SHOWN]),
        ("key of the study", str(made.get("key", ""))),
        ("cases", f"{len(cases_of(study))}"),
        (
            "each case",
            f"{'draws by the tolerance' if study.draws is None else counted(study.draws, 'draw')} of {counted(study.lucks, 'luck')}",
        ),
        ("seeds", f"{len(seeds)}, from {min(seeds)} to {max(seeds)}" if len(seeds) > 3 else listed([str(seed) for seed in seeds])),
        ("weights of the theories", "of the record, by its codings" if study.codings else "of the scenario"),
        ("version of countermove", str(made.get("code_version", ""))),
        ("libraries", ", ".join(f"{name} {version}" for name, version in sorted(dict(made.get("versions", {})).items()))),
    ]
    return Table.of_facts("How the numbers were made.", lines)
