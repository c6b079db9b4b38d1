"""Figures from findings: SVG text written by hand, so that the same findings give the same bytes, at once, with selectable text."""

from countermove.show.charts.fan import extent_of, fan_chart
from countermove.show.charts.flip import flip_chart
from countermove.show.charts.heat import HeatCell, HeatMap, HeatRow, regret_map, share_shade
from countermove.show.charts.omega import omega_chart
from countermove.show.charts.record import record_chart
from countermove.show.charts.scale import Extent
from countermove.show.charts.ternary import ternary_chart

__all__ = [
    "Extent",
    "HeatCell",
    "HeatMap",
    "HeatRow",
    "extent_of",
    "fan_chart",
    "flip_chart",
    "omega_chart",
    "record_chart",
    "regret_map",
    "share_shade",
    "ternary_chart",
]
