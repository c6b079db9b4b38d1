"""The record beside its replay: a figure for each series."""

from __future__ import annotations

import math

from countermove.decision.findings import RecordSeries
from countermove.memo.contents import Dossier
from countermove.show.charts import record_chart
from countermove.show.charts.record import record_axis
from countermove.show.figure import Figure, Panel, Strip, ordered
from countermove.show.figure_data import record_data
from countermove.world.titles import Titles
from countermove.world.words import capitalized, counted, month, percent


def records(dossier: Dossier) -> tuple[Figure, ...]:
    """A figure for each series of the record that was replayed: a panel a theory."""
    return tuple(_record(series, dossier) for series in dossier.records if series.replay)


def _record(series: RecordSeries, dossier: Dossier) -> Figure:
    axis, name = record_axis(series), series.title or series.series
    data = sum(math.isfinite(value) for value in series.observed)
    theories, titles = ordered(series.replay, dossier.findings.theories), dossier.titles
    panels = tuple(
        Panel(titles.theory(theory), record_chart(series, theory, titles, axis=axis), _inside(series, theory))
        for theory in theories
    )
    headline = _kept(series, titles)
    scale = " (root scale)" if axis.root else ""
    caption = (
        f"{capitalized(name)} in {series.unit or 'no unit'}{scale} from {month(series.first_month)}. Dots: what was reported "
        f"({counted(data, 'month')} with a datum); line: median of the replay; dark band: half of the paths; pale band: nine tenths. "
        f"See whether the dots leave the pale band, and when. {headline} {series.note}"
    )
    return Figure(name, caption.strip(), headline, (Strip("", panels),), 3, data=record_data(series, theories))


def _inside(series: RecordSeries, theory: str) -> str:
    share = series.share_inside.get(theory, math.nan)
    return f"{percent(share)} inside" if math.isfinite(share) else "share inside not known"


def _kept(series: RecordSeries, titles: Titles) -> str:
    known = {theory: share for theory, share in series.share_inside.items() if math.isfinite(share)}
    if not known:
        return ""
    low, high = min(known.values()), max(known.values())
    if percent(low) == percent(high):
        return f"{percent(low)} of the data lie inside the pale band under every theory; nine tenths would be right."
    text = f"Between {percent(low)} and {percent(high)} of the data lie inside the pale band; nine tenths would be right."
    poor = [theory for theory, share in known.items() if share < 0.5]
    return f"{text} Less than half: {titles.say_theories(poor)}." if poor else text
