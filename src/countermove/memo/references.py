"""The list of references: the scenario's sources, the theories' publications, the base rates' data, the record's sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from countermove.decision.findings import Assumption, RecordSeries
from countermove.engine.program import Program
from countermove.scenario.schema import Source
from countermove.world.record import Record, Reference

DEFAULT_SOURCES: Mapping[str, Source] = {
    "dsca-2018": Source(
        title="Ukraine: Javelin missiles and command launch units (210 missiles and 37 launchers, an estimated 47 million USD)",
        by="Defense Security Cooperation Agency",
        year=2018,
        note="Notice of 1 March 2018. The price of the parameter table; a scenario may write its own.",
    ),
    "ohchr-2017": Source(
        title="Report on the human rights situation in Ukraine, 16 August to 15 November 2017",
        by="Office of the United Nations High Commissioner for Human Rights",
        year=2017,
        note="The ratio of civilian to military dead of the parameter table; a scenario may write its own.",
    ),
    "ucdp-extsup-1": Source(
        title="UCDP External Support Data, supporter level, 1.0",
        by="Högbladh, Pettersson & Themnér",
        year=2011,
        url="https://ucdp.uu.se/downloads/",
        note="Patrons that had armed a side for two years and left it for good, in the base rates. A scenario may write its own.",
    ),
}
"""What the parameter table cites, for scenarios that do not name these sources themselves."""


def cited(source: Source | Reference) -> str:
    """`By (year). Title. URL. Note.`"""
    head = " ".join(part for part in (source.by, f"({source.year})" if source.year is not None else "") if part)
    parts = [part.strip().rstrip(".") for part in (head, source.title, source.url, source.note)]
    return ". ".join(part for part in parts if part) + "."


def references_of(
    program: Program,
    assumptions: Iterable[Assumption],
    rates: Mapping[str, Source],
    record: Record | None,
    shown: Iterable[RecordSeries],
) -> tuple[tuple[str, str], ...]:
    """Key and full reference, each key once: the first that has it wins."""
    scenario = program.scenario
    found: dict[str, str] = {key: cited(source) for key, source in scenario.sources.items()}
    used = {row.source for row in assumptions}
    found |= {key: cited(source) for key, source in DEFAULT_SOURCES.items() if key in used and key not in found}
    names = set(program.theory_names) | {
        t.name for row in program.others.values() for t, w in zip(program.theories, row, strict=True) if w > 0
    }
    for theory in program.theories:
        if theory.name in names and theory.reference:
            found.setdefault(f"theory {program.titles.say_theory(theory.name)}", theory.reference)
    if record is not None:
        for key in _sources_of(record, {row.series for row in shown}, scenario.clock.known_until):
            found.setdefault(key, cited(record.sources[key]))
    for key, source in rates.items():
        found.setdefault(key, cited(source))
    return tuple(found.items())


def _sources_of(record: Record, shown: Iterable[str], known_until: int) -> tuple[str, ...]:
    """Sources of what was known of the series that the memo shows; `held` is shown of any side's `SIDE.held`."""
    wanted = {*shown, "truce-begins", "truce-breaks"}
    known = [row for row in record.data if row.known <= known_until]
    keys = dict.fromkeys(row.source for row in known if row.series in wanted or row.series.rpartition(".")[2] in wanted)
    return tuple(key for key in keys if key in record.sources)
