"""What went in: every assumption, the references, and how the numbers were made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from countermove.decision.findings import Assumption
from countermove.memo import front
from countermove.memo.contents import Dossier
from countermove.scenario.inherited import PRICES, WAR, matters
from countermove.show.charts.dots import DotLine, dot_chart
from countermove.show.charts.scale import Extent
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.figure_data import FigureData
from countermove.world.tables import Cell, Row, Table
from countermove.world.titles import with_keys
from countermove.world.words import capitalized, counted, number, weight_text

JUDGEMENT = "judgement"


@dataclass(frozen=True)
class ReferenceEntry:
    """One entry of the list of references."""

    anchor: str
    key: str
    text: str


def assumption_tables(dossier: Dossier) -> tuple[tuple[str, Table], ...]:
    """A table for the world and for each actor."""
    places = anchors(dossier.references)
    groups = dict.fromkeys(row.where for row in dossier.assumptions)
    return tuple(
        (where, _assumptions(where, [row for row in dossier.assumptions if row.where == where], dict(places))) for where in groups
    )


def _assumptions(where: str, rows: list[Assumption], places: dict[str, str]) -> Table:
    def line(row: Assumption) -> Row:
        borrowed = ("borrowed from another scenario",) if row.borrowed else ()
        source = Cell(row.source or JUDGEMENT, borrowed, ("text",), places.get(row.source, ""))
        prior = Cell(row.prior, (row.unit,) if row.unit else (), ("text",))
        cells = (Cell(row.name, (row.doc,)), prior, source, Cell(row.note, (), ("text",)))
        return Row.of(cells, *(("borrowed",) if row.borrowed else ()))

    return Table.of(f"Numbers of {where}.", ("number", "prior, unit", "source", "note"), map(line, rows), prose=True)


def assumption_figure(dossier: Dossier) -> Figure | None:
    """Of whose numbers how many are judgement; None where none is listed."""
    groups: dict[str, list[bool]] = {}
    for row in dossier.assumptions:
        groups.setdefault(row.where, []).append(basis(row.source, anchors(dossier.references)) == JUDGEMENT)
    if not groups:
        return None
    lines = [
        DotLine(
            capitalized(where),
            sum(found) / len(found),
            0.0,
            sum(found) / len(found),
            f"{sum(found):,} of {len(found):,}",
            first=True,
        )
        for where, found in groups.items()
    ]
    chart = dot_chart(lines, unit="share of the numbers that is judgement", axis=Extent(0.0, 1.0), percent=True)
    data = FigureData("judgement", ("numbers of", "judgement (share)"), tuple((line.label, line.value) for line in lines))
    caption = "How much of what went in is judgement, by whose numbers they are. See where a source would be needed most."
    return Figure("judgement", caption, "", (Strip("", (Panel("", chart),)),), 1, data=data)


def assumption_counts(dossier: Dossier) -> str:
    """What the numbers rest on, counted."""
    places = anchors(dossier.references)
    found = [basis(row.source, places) for row in dossier.assumptions]
    cited, stated, judged = (found.count(name) for name in ("source", "stated", JUDGEMENT))
    return (
        f"{counted(len(found), 'number')} went in: {cited:,} cite a reference below, {judged:,} are judgement, and "
        f"{stated:,} name another basis, such as a calibration.{_own_numbers(dossier)}"
    )


def _own_numbers(dossier: Dossier) -> str:
    """How many numbers stand as the program has them, and to which war they were calibrated."""
    own = [row for row in dossier.assumptions if row.default]
    if not own:
        return ""
    names = list(dict.fromkeys(row.name for row in own if matters(row.source, row.unit)))
    above = f" Above all: {', '.join(names)}." if names else ""
    stand = "stands as the program has it" if len(own) == 1 else "stand as the program has them"
    return f" {len(own):,} {stand}: its defaults were calibrated to {WAR}, in {PRICES}.{above}"


def reference_list(dossier: Dossier) -> tuple[ReferenceEntry, ...]:
    """The references with the places that the assumptions point to."""
    places = anchors(dossier.references)
    return tuple(ReferenceEntry(places[key], key, text) for key, text in dossier.references)


def weights_from(dossier: Dossier) -> str:
    """Where the weights of the theories come from, and which weighing of the record stands beside them."""
    made, says = dossier.provenance, dossier.record_says
    if made.weights_from != "priors":
        return made.weights_from
    if dossier.seen_by is not None and dossier.seen_by.weights:
        total = sum(dossier.findings.weights.values())
        shares = (f"{name} {weight_text(weight / total)}" for name, weight in dossier.findings.weights.items())
        return f"those of {dossier.seen_by.title}: {', '.join(shares)}"
    if says.weighing is None:
        return "priors: no record has been weighed"
    readings = "all readings" if says.full else "the headline reading"
    found = says.weighing
    return f"priors; {readings} of {found.record} weighed beside them, seed {found.seed}, {found.confusion.records:,} records a theory and set"


def again(dossier: Dossier) -> str:
    """What else has to be the same for the same bytes: the kept weighing, of which a memo shows all that there is."""
    return (
        ""
        if dossier.record_says.weighing is None
        else ", with the other readings of the record if “countermove weigh” was run before"
    )


def provenance_table(dossier: Dossier) -> Table:
    """How the numbers were made. Neither the clock's time nor the speed is shown: a memo made again must be the same, byte for byte."""
    provenance, seen, titles = dossier.provenance, dossier.seen_by, dossier.titles
    theirs = dossier.objective if seen is not None and seen.own_values else ()
    lines = [
        ("scenario", provenance.scenario),
        ("written for", front.written_for(dossier)),
        (
            "values of this reader",
            "; ".join(f"{name} {number(points)}{f' per {per}' if per else ''}" for name, points, per in theirs),
        ),
        ("hash of the scenario", provenance.scenario_hash),
        ("hash of the record", provenance.record_hash or "no record"),
        ("version of countermove", provenance.code_version),
        ("seed", str(provenance.seed)),
        ("draws and lucks", f"{counted(provenance.draws, 'draw')} with {counted(provenance.lucks, 'luck')} each"),
        ("months", number(provenance.months)),
        ("weights of the theories", weights_from(dossier)),
        ("Monte-Carlo error of regret differences", front.reached_note(provenance)),
        ("libraries", ", ".join(f"{name} {version}" for name, version in sorted(provenance.versions.items()))),
        ("forecasts issued in", dossier.issued[0] if dossier.issued is not None else ""),
        ("seal of these forecasts", dossier.issued[1] if dossier.issued is not None else ""),
        ("computed on", provenance.machine),
        ("command", provenance.command),
        ("--strategy takes", with_keys(dossier.findings.strategies, titles.strategy)),
        ("--theory takes", with_keys(dossier.findings.theories, titles.theory)),
    ]
    return Table.of_facts("How the numbers were made.", lines)


def anchors(references: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Key -> name of the place on the page. Keys come from files, so the places are numbered and not named after them."""
    return {key: f"reference-{place}" for place, (key, _) in enumerate(references, start=1)}


def basis(source: str, places: Mapping[str, str]) -> str:
    """What a number rests on: "judgement", "source" (in the references) or "stated" (a text that is no key)."""
    if source.strip().lower().startswith(JUDGEMENT):
        return JUDGEMENT
    return "source" if source in places else "stated"
