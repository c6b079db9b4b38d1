"""The memo: one HTML file that needs nothing else, from a Dossier; the same Dossier gives the same bytes.

The page forbids itself every request and every script but its own (Content-Security-Policy; that and the one style sheet are named by their
hashes). Texts of the
Dossier come from files that strangers wrote: the templates escape them all. Markup enters only from our own charts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import cast

from countermove.decision.findings import WEIGHTED
from countermove.errors import MemoError
from countermove.memo import front, inputs
from countermove.memo.brief import brief_of
from countermove.memo.contents import Dossier
from countermove.memo.sections import SECTIONS, shown_in
from countermove.memo.whence import whence_table
from countermove.questions.explore import section as explore
from countermove.questions.explore.finding import Explored
from countermove.questions.run import section_dials as dials
from countermove.questions.run import section_figures as figures
from countermove.questions.run import section_measures as measures
from countermove.questions.run import section_parts as parts
from countermove.questions.run import section_pictures as pictures
from countermove.questions.run import section_robustness as strain
from countermove.questions.run import section_values as values
from countermove.questions.run import section_verdicts as verdicts
from countermove.show.figure import Figure
from countermove.show.page import fragment, page
from countermove.world.words import NOBODY, SCALE


def render(dossier: Dossier) -> str:
    """The whole memo as HTML text (UTF-8 when written).

    Raises MemoError where the dossier has no strategy or no theory, or where a probability is none.
    """
    _examine(dossier)
    view = _view(dossier)
    annex = fragment("annex.html.j2", "A", d=dossier, m=view, alone=False)
    return page("memo.html.j2", moves=dossier.bend is not None, d=dossier, m=view, annex=annex)


def render_annex(dossier: Dossier) -> str:
    """The annex as a page of its own, for paper: all tables, fans, assumptions, methods and sources, everything open. Raises as `render`."""
    _examine(dossier)
    view = _view(dossier)
    return page("annex_file.html.j2", d=dossier, m=view, annex=fragment("annex.html.j2", "A", d=dossier, m=view, alone=True))


def _examine(dossier: Dossier) -> None:
    if not dossier.findings.strategies:
        raise MemoError("the dossier compares no strategy", where="findings.strategies", next="Run at least one strategy")
    if not dossier.findings.theories:
        raise MemoError("the dossier knows no theory", where="findings.theories", next="Run at least one theory")
    for band in dossier.findings.bands:
        if len({len(row) for row in (band.q05, band.q25, band.q50, band.q75, band.q95)}) != 1:
            raise MemoError("the quantiles of a band differ in length", where=f"{band.what}, {band.strategy}, {band.theory}")


def _view(dossier: Dossier) -> dict[str, object]:
    """Everything that the templates show: what several sections share, then what is each section's own."""
    key, every = measures.key_names(dossier), measures.all_names(dossier)
    theories = measures.measured_theories(dossier)
    first = theories[0] if theories else WEIGHTED
    return {
        "brief": brief_of(dossier),
        "outside": front.headline_rates(dossier.outside),
        "caveats": front.caveats(dossier),
        "watch": (*dossier.watch, *explore.turns(dossier.answer(Explored))),
        "written_for": front.written_for(dossier),
        "weights_note": front.weights_note(dossier),
        "no_matrix": front.matrix_note(dossier),
        "scale": _scale(),
        "nobody": NOBODY,
        "objective": measures.objective_table(dossier),
        "objective_note": front.objective_note(dossier),
        "theories": strain.theory_table(dossier),
        "regret": verdicts.regret_table(dossier),
        "regret_headline": front.best_lines(dossier),
        "bias": verdicts.bias_table(dossier),
        "key_figure": pictures.measures_figure(dossier),
        "measures": measures.measure_table(dossier, first, key, dossier.measure_docs),
        "measures_all": measures.measure_table(dossier, first, every, dossier.measure_docs, keyed=True),
        "measures_by": [(dossier.titles.true(name), measures.measure_table(dossier, name, key)) for name in theories[1:]],
        "verdicts": verdicts.narrate(dossier),
        "flips": verdicts.flip_section(dossier),
        "no_flip": verdicts.NO_FLIP,
        "offsets": figures.offsets(dossier),
        "pairs": dials.pair_tables(dossier),
        "parts": parts.parts_table(dossier),
        "leads": dials.lead_tables(dossier),
        "by_values": values.values_table(dossier.findings, dossier.valued_by),
        "by_values_and_theory": values.theories_table(dossier.findings, dossier.valued_by),
        "sweep": strain.sweep_tables(dossier),
        "sweep_headline": strain.sweep_headline(dossier),
        "drift": strain.drift_table(dossier),
        "borrowed": front.borrowed_note(dossier),
        "assumption_counts": inputs.assumption_counts(dossier),
        "judgement": inputs.assumption_figure(dossier),
        "rates": front.outside_figure(dossier.outside),
        "assumptions": inputs.assumption_tables(dossier),
        "again": inputs.again(dossier),
        "provenance": inputs.provenance_table(dossier),
        "titles": {section.anchor: section.title for section in SECTIONS},
        "body": shown_in("body", dossier),
        "annex": shown_in("annex", dossier),
        "whence": whence_table(dossier),
    }


def figures_of(dossier: Dossier) -> tuple[Figure, ...]:
    """Every figure that the page shows, with its data, in the order of the page's parts."""
    found = {
        figure.caption: figure for figure in _figures(_view(dossier))
    }  # a section and its tables in the annex are of one finding
    return tuple(found.values())


def _figures(shown: object) -> Iterator[Figure]:
    """The figures in what the templates are given, however deep they lie."""
    if isinstance(shown, Figure):
        yield shown
    elif is_dataclass(shown):
        yield from _figures([getattr(shown, field.name) for field in fields(shown)])
    elif isinstance(shown, dict):
        yield from _figures(list(cast("dict[str, object]", shown).values()))
    elif isinstance(shown, list | tuple):
        for part in cast("list[object]", shown):
            yield from _figures(part)


def _scale() -> list[str]:
    """The scale of likelihood words, each with its range."""
    edges = [0.0, *(limit for _, limit in SCALE)]
    return [f"{name} {100 * low:.0f}–{100 * high:.0f}%" for (name, high), low in zip(SCALE, edges, strict=False)]
