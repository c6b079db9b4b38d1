"""Figures from findings: SVG text written by hand, so that the same findings give the same bytes, at once, with selectable text."""

from countermove.charts.fan import extent_of, fan_chart
from countermove.charts.flip import flip_chart
from countermove.charts.heat import HeatCell, HeatMap, HeatRow, regret_map, share_shade
from countermove.charts.omega import omega_chart
from countermove.charts.record import record_chart
from countermove.charts.scale import Extent
from countermove.charts.ternary import ternary_chart

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
