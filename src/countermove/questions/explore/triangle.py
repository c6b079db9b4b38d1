"""The map of the weights of three blocks of theories, as a figure."""

from __future__ import annotations

from countermove.decision.ternary import Triangle
from countermove.show.charts import ternary_chart
from countermove.show.figure import Figure, Panel, Strip
from countermove.show.figure_data import triangle_data


def triangle_figure(found: Triangle) -> Figure:
    """Which strategy is best at each division of the weight, and where today's weights lie."""
    regions = {row.strategy: row.corners.tolist() for row in found.regions}
    svg = ternary_chart(regions, found.corners, found.weights)
    caption = (
        "Which strategy is best at every division of the weight among three blocks of theories; inside a block the weights keep their proportions. "
        f"See how far today’s weights lie from a border. {found.sentence}"
    )
    return Figure("triangle", caption, found.sentence, (Strip("", (Panel("", svg),)),), 1, data=triangle_data(found))
